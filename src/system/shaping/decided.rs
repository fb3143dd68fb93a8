//! Parameters of a system as the decision: theta are their values, and the controls are known.
//!
//! ```text
//! x_{t+1} = advance(p(theta), x_t, u_t),   u_t known
//! f = Σ_t Σ_i ω_i (x_{t,i} - y_{t,i})²     where a trajectory y was observed; else the costs of the system
//! ```
//!
//! What is known stands in the graphs as constants by the number of the step.

use crate::error::{Error, Result};
use crate::noise::environment::Draw;
use crate::number::Scalar;
use crate::number::dual::Dual;
use crate::system::functions::{Functions, Sizes};
use crate::system::names::{Coordinate, Parameter};
use std::sync::Arc;

/// A trajectory that was observed: (H + 1) × N values, of which those that are not finite were not seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    /// y
    pub states: Arc<[f64]>,
    /// ω, one for each coordinate of the state; 0 for one that does not count.
    pub weights: Arc<[f64]>,
}

impl Observed {
    /// With 1/variance over time as the weight of each coordinate, so that all of them count alike; `size` is N.
    pub fn new(states: Vec<f64>, size: usize) -> Self {
        let weight = |i: usize| {
            let seen = states.iter().skip(i).step_by(size);
            let seen: Vec<f64> = seen.copied().filter(|x| x.is_finite()).collect();
            let count = seen.len().max(1) as f64;
            let mean = seen.iter().sum::<f64>() / count;
            let variance = seen.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / count;
            if variance > 0.0 {
                1.0 / (count * variance)
            } else {
                0.0
            }
        };
        Self {
            weights: (0..size).map(weight).collect(),
            states: states.into(),
        }
    }

    /// What a state costs at a time.
    pub(super) fn cost<S: Scalar>(&self, x: &[S], time: S) -> S {
        let n = self.weights.len();
        let mut sum = S::constant(0.0);
        for (i, (x, weight)) in x.iter().zip(&*self.weights).enumerate() {
            if *weight == 0.0 {
                continue;
            }
            let column: Vec<f64> = self.states.iter().skip(i).step_by(n).copied().collect();
            let seen: Vec<f64> = column
                .iter()
                .map(|y| f64::from(u8::from(y.is_finite())))
                .collect();
            let y: Vec<f64> = column
                .iter()
                .map(|y| if y.is_finite() { *y } else { 0.0 })
                .collect();
            let off = (*x - at(time, &y)).square() * *weight;
            sum = sum + off * at(time, &seen);
        }
        sum
    }
}

/// Which parameters are decided, and what is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    /// Their indices among those of the system.
    pub(in crate::system) parameters: Vec<usize>,
    /// Whether each of them has to be positive.
    pub(in crate::system) positive: Vec<bool>,
    /// Their values at the start.
    pub(in crate::system) start: Vec<f64>,
    /// u, H × M
    pub(in crate::system) controls: Arc<[f64]>,
    /// y
    pub(in crate::system) observed: Option<Observed>,
}

/// Constants in a graph, at most.
const MOST_KNOWN: usize = 1 << 16;

/// The least value of a parameter that has to be positive, of its start.
const LEAST: f64 = 1e-3;

impl Decided {
    /// With another start of the parameter of this index, if it is decided; none if that is no number.
    pub(in crate::system) fn begin_at(&mut self, index: usize, draw: Draw) -> Option<()> {
        if let Some(j) = self.parameters.iter().position(|known| *known == index) {
            let Draw::Constant(value) = draw else {
                return None;
            };
            self.start[j] = value;
        }
        Some(())
    }

    /// theta at the start.
    pub fn start(&self) -> &[f64] {
        &self.start
    }

    /// The trajectory that was observed, if one was.
    pub fn observed(&self) -> Option<&Observed> {
        self.observed.as_ref()
    }

    /// theta as coordinates of a control.
    pub(in crate::system) fn coordinates(&self, parameters: &[Parameter]) -> Vec<Coordinate> {
        let coordinate = |i: &usize| Coordinate {
            name: parameters[*i].name.clone(),
            unit: parameters[*i].unit.clone(),
        };
        self.parameters.iter().map(coordinate).collect()
    }

    /// Refuses more than graphs can hold.
    pub(in crate::system) fn check(&self) -> Result<()> {
        let known = self.controls.len() + self.observed.as_ref().map_or(0, |o| o.states.len());
        if known <= MOST_KNOWN {
            return Ok(());
        }
        let expected =
            format!("at most {MOST_KNOWN}; leave out steps, or take a shorter `horizon`");
        Err(Error::invalid(
            "the number of known controls and states",
            known,
            &expected,
        ))
    }

    /// The parameters of the system with those that are decided.
    pub(super) fn parameters<S: Scalar>(&self, p: &[S], v: &[S]) -> Vec<S> {
        let mut p = p.to_vec();
        for (j, (i, v)) in self.parameters.iter().zip(v).enumerate() {
            p[*i] = match self.positive[j] {
                true => v.max(S::constant(
                    LEAST * self.start[j].abs().max(f64::MIN_POSITIVE),
                )),
                false => *v,
            };
        }
        p
    }

    /// u at a time, M values.
    pub(super) fn controls<S: Scalar>(&self, time: S, size: usize) -> Vec<S> {
        let column = |a: usize| -> Vec<f64> {
            self.controls
                .iter()
                .skip(a)
                .step_by(size)
                .copied()
                .collect()
        };
        (0..size).map(|a| at(time, &column(a))).collect()
    }
}

/// A trajectory and its derivatives by the values that are decided.
#[derive(Clone, Debug, PartialEq)]
pub struct Sensitivity {
    /// x, (H + 1) × N
    pub states: Vec<f64>,
    /// ∂x/∂theta, (H + 1) × N × d
    pub derivatives: Vec<f64>,
}

/// Derivatives that are taken at one time.
const DIRECTIONS: usize = 8;

impl Decided {
    /// The trajectory of the system itself at theta, without noise, and its derivatives, by dual numbers along its graph.
    pub fn sensitivity(
        &self,
        (functions, sizes): (&Functions, Sizes),
        (p, initial): (&[f64], &[f64]),
        theta: &[f64],
    ) -> Sensitivity {
        let (n, m) = (sizes.state, sizes.control);
        let initial = &initial[..n];
        let (d, horizon) = (theta.len(), self.controls.len() / m.max(1));
        let mut found = Sensitivity {
            states: vec![0.0; (horizon + 1) * n],
            derivatives: vec![0.0; (horizon + 1) * n * d],
        };
        let advance = &functions.advance;
        let constants =
            |x: &[f64]| -> Vec<Dual<DIRECTIONS>> { x.iter().map(|x| Dual::constant(*x)).collect() };
        for from in (0..d).step_by(DIRECTIONS) {
            let seed = |(j, x): (usize, &f64)| match (from..from + DIRECTIONS).contains(&j) {
                true => Dual::variable(*x, j - from),
                false => Dual::constant(*x),
            };
            let v: Vec<Dual<DIRECTIONS>> = theta.iter().enumerate().map(seed).collect();
            let p = self.parameters(&constants(&p[..sizes.parameters]), &v);
            let mut x = constants(initial);
            for t in 0..=horizon {
                for (i, x) in x.iter().enumerate() {
                    found.states[t * n + i] = x.value;
                    let row = &mut found.derivatives[(t * n + i) * d..][..d];
                    for (to, by) in row[from..].iter_mut().zip(x.derivative) {
                        *to = by;
                    }
                }
                if t < horizon {
                    let u = constants(&self.controls[t * m..(t + 1) * m]);
                    x = advance.run(&p, &x, &u, Dual::constant(0.0));
                }
            }
        }
        found
    }
}

/// The value of that number; the last one beyond the end.
fn at<S: Scalar>(number: S, values: &[f64]) -> S {
    fn within<S: Scalar>(number: S, values: &[f64], first: usize) -> S {
        if values.windows(2).all(|pair| pair[0] == pair[1]) {
            return S::constant(values[0]);
        }
        let half = values.len() / 2;
        let (left, right) = values.split_at(half);
        let before = number.less(S::constant((first + half) as f64 - 0.5));
        S::select(
            before,
            within(number, left, first),
            within(number, right, first + half),
        )
    }
    match values.is_empty() {
        true => S::constant(0.0),
        false => within(number, values, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::at;

    #[test]
    fn values_are_found_by_their_number() {
        let values: Vec<f64> = (0..13).map(|i| (f64::from(i) * 1.7).sin()).collect();
        for (i, value) in values.iter().enumerate() {
            assert_eq!(at(i as f64, &values), *value);
        }
        assert_eq!(at(20.0, &values), values[12]);
        assert_eq!(at(3.0, &[]), 0.0);
    }
}
