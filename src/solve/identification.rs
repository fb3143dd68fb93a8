//! System identification: parameters of a system from a trajectory that was observed, with their errors.
//!
//! ```text
//! y_{t,i} = x_{t,i}(theta) + e_{t,i},   e independent, of variance s_i² in coordinate i
//! theta   = least of Σ_i s_i⁻² Σ_t (x_{t,i} - y_{t,i})²       Gauss and Newton, damped (Levenberg and Marquardt)
//! s_i²    = Σ_t (x_{t,i} - y_{t,i})²/n_i                      in turn with theta, until both stay
//! cov     = (Σ_{t,i} s_i⁻² ∇x_{t,i} ∇x_{t,i}ᵀ)⁻¹               the errors of theta
//! ```
//!
//! A descent finds the valley, whatever contact does to the cost; this finds its bottom, without noise, from there. The errors are
//! those of the linearised trajectory, so that they hold where the noise of the data is small beside what bends it.

use crate::error::{Error, Result};
use crate::system::shaping::{Decided, Observed, Sensitivity};
use crate::system::task::Task;
use nalgebra::{DMatrix, DVector};
use serde::Serialize;

/// What a trajectory says of the parameters that are decided.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Identified {
    /// One for each parameter that is decided.
    pub parameters: Vec<Known>,
    /// s, the rms of what is left of the data, one for each coordinate of the state; 0 for one that was not seen.
    pub residuals: Vec<f64>,
    /// Steps of Gauss and Newton.
    pub iterations: u32,
}

/// A parameter and its error.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Known {
    /// Its name.
    pub name: String,
    /// In its unit.
    pub value: f64,
    /// One standard deviation.
    pub std_error: f64,
    /// Its unit.
    pub unit: String,
}

/// Rounds of theta and s in turn.
const ROUNDS: usize = 5;
/// Steps in one round.
const STEPS: u32 = 50;
/// Ends a round: steps below this share of theta.
const ENOUGH: f64 = 1e-10;
/// Of the largest value of a coordinate: what is left of data without noise is rounding.
const LEAST_RESIDUAL: f64 = 1e-9;

/// Identifies the parameters from `theta` on; none where nothing was observed.
pub fn identify(task: &Task, theta: &[f64]) -> Result<Option<Identified>> {
    let Some(decided) = task.shaping().decided() else {
        return Ok(None);
    };
    let Some(observed) = decided.observed() else {
        return Ok(None);
    };
    let mut fit = Fit::new(task, decided, observed, theta);
    for _ in 0..ROUNDS {
        fit.descend();
        fit.weigh();
    }
    let inverse = fit.normal(0.0).cholesky().map(|c| c.inverse());
    let covariance = inverse.filter(|c| c.diagonal().iter().all(|x| x.is_finite() && *x >= 0.0));
    let covariance = covariance.ok_or_else(|| {
        let names: Vec<&str> = task.model().about().control.iter().map(|c| &*c.name).collect();
        Error::invalid(
            "decide",
            names.join(", "),
            "parameters that change the trajectory, each in another way; decide fewer, or take data in which contact is made",
        )
    })?;
    // The fit knows of no limits.
    task.check_within_limits(fit.theta.as_slice(), 0.0, "what the data say")?;
    let known = task.model().about().control.iter().enumerate();
    Ok(Some(Identified {
        parameters: known
            .map(|(j, c)| Known {
                name: c.name.to_string(),
                value: fit.theta[j],
                std_error: covariance[(j, j)].sqrt(),
                unit: c.unit.to_string(),
            })
            .collect(),
        residuals: fit
            .weights
            .iter()
            .map(|w| if *w > 0.0 { 1.0 / w.sqrt() } else { 0.0 })
            .collect(),
        iterations: fit.iterations,
    }))
}

/// The state of the fit.
struct Fit<'a> {
    task: &'a Task,
    decided: &'a Decided,
    observed: &'a Observed,
    theta: DVector<f64>,
    /// 1/s²
    weights: Vec<f64>,
    along: Sensitivity,
    iterations: u32,
}

impl<'a> Fit<'a> {
    fn new(task: &'a Task, decided: &'a Decided, observed: &'a Observed, theta: &[f64]) -> Self {
        let theta = DVector::from_column_slice(theta);
        Self {
            along: at(task, decided, &theta),
            weights: observed.weights.to_vec(),
            task,
            decided,
            observed,
            theta,
            iterations: 0,
        }
    }

    /// Number, coordinate and value of each residual that was seen.
    fn residuals<'s>(
        &'s self,
        along: &'s Sensitivity,
    ) -> impl Iterator<Item = (usize, usize, f64)> + 's {
        let n = self.weights.len();
        let all = along.states.iter().zip(&*self.observed.states).enumerate();
        all.filter(move |(k, (_, y))| y.is_finite() && self.weights[k % n] > 0.0)
            .map(move |(k, (x, y))| (k, k % n, x - y))
    }

    fn cost(&self, along: &Sensitivity) -> f64 {
        self.residuals(along)
            .map(|(_, i, r)| self.weights[i] * r * r)
            .sum()
    }

    /// JᵀΩJ with this share of its diagonal added.
    fn normal(&self, damping: f64) -> DMatrix<f64> {
        let d = self.theta.len();
        let mut matrix = DMatrix::zeros(d, d);
        for (k, i, _) in self.residuals(&self.along) {
            let row = DVector::from_column_slice(&self.along.derivatives[k * d..][..d]);
            matrix.ger(self.weights[i], &row, &row, 1.0);
        }
        for j in 0..d {
            matrix[(j, j)] *= 1.0 + damping;
        }
        matrix
    }

    fn slope(&self) -> DVector<f64> {
        let d = self.theta.len();
        let mut slope = DVector::zeros(d);
        for (k, i, r) in self.residuals(&self.along) {
            let row = DVector::from_column_slice(&self.along.derivatives[k * d..][..d]);
            slope.axpy(self.weights[i] * r, &row, 1.0);
        }
        slope
    }

    fn descend(&mut self) {
        let mut damping = 1e-3;
        for _ in 0..STEPS {
            let Some(factor) = self.normal(damping).cholesky() else {
                damping *= 10.0;
                continue;
            };
            self.iterations += 1;
            let step = factor.solve(&self.slope());
            let theta = &self.theta - &step;
            let along = at(self.task, self.decided, &theta);
            let cost = self.cost(&along);
            let is_down = cost <= self.cost(&self.along);
            // Not so where it is not finite, either.
            if !is_down {
                damping *= 10.0;
                if damping > 1e12 {
                    return;
                }
                continue;
            }
            let small = step
                .iter()
                .zip(&theta)
                .all(|(s, x)| s.abs() <= ENOUGH * x.abs());
            (self.theta, self.along) = (theta, along);
            damping = (0.1 * damping).max(1e-12);
            if small {
                return;
            }
        }
    }

    /// Takes s from what is left.
    fn weigh(&mut self) {
        let n = self.weights.len();
        let (mut squares, mut counts) = (vec![0.0; n], vec![0.0; n]);
        let mut largest = vec![0.0_f64; n];
        for (k, i, r) in self.residuals(&self.along) {
            squares[i] += r * r;
            counts[i] += 1.0;
            largest[i] = largest[i].max(self.observed.states[k].abs());
        }
        for i in 0..n {
            if counts[i] > 0.0 {
                let least = (LEAST_RESIDUAL * largest[i]).powi(2).max(f64::MIN_POSITIVE);
                self.weights[i] = 1.0 / (squares[i] / counts[i]).max(least);
            }
        }
    }
}

fn at(task: &Task, decided: &Decided, theta: &DVector<f64>) -> Sensitivity {
    let known = (task.parameters(), task.initial_state());
    let system = task.system();
    let graphs = (system.functions(), system.about().sizes());
    decided.sensitivity(graphs, known, theta.as_slice())
}
