//! The cost of a task as the quadratic functions that it must be.
//!
//! With z = (x, u), the gradient g of a quadratic function is linear, so that its differences over unit steps are the Hessian:
//!
//!   H eⱼ = g(z₀ + eⱼ) - g(z₀),   cost(z) = cost(z₀) + g(z₀)'(z - z₀) + ½ (z - z₀)'H (z - z₀)
//!
//! Costs that are not quadratic, or bend down somewhere, are refused.

use crate::error::{PlanError, Result};
use crate::number::Scalar as _;
use crate::number::dual::Dual;
use crate::system::functions::Function;
use crate::system::task::Task;
use nalgebra::{DMatrix, DVector};

/// A quadratic function of z.
#[derive(Clone, Debug)]
pub struct Quadratic {
    centre: DVector<f64>,
    gradient: DVector<f64>,
    /// H
    pub hessian: DMatrix<f64>,
}

impl Quadratic {
    /// g(z)
    pub fn gradient(&self, z: &DVector<f64>) -> DVector<f64> {
        &self.gradient + &self.hessian * (z - &self.centre)
    }
}

/// The stage costs in the order of time, and the final cost, which does not depend on u: H of it has zeros there.
#[derive(Clone, Debug)]
pub struct Cost {
    /// H + 1 functions of (x, u), N + M values.
    pub parts: Vec<Quadratic>,
}

/// Directions of derivatives taken at one time.
const DIRECTIONS: usize = 8;

/// The gradient of a cost by (x, u) at time t.
struct Slope<'a> {
    function: &'a Function,
    parameters: &'a [f64],
    state: usize,
    time: f64,
}

impl Slope<'_> {
    fn at(&self, z: &DVector<f64>) -> DVector<f64> {
        let constant = |x: f64| Dual::<DIRECTIONS>::constant(x);
        let p: Vec<_> = self.parameters.iter().map(|x| constant(*x)).collect();
        let mut gradient = DVector::zeros(z.len());
        for from in (0..z.len()).step_by(DIRECTIONS) {
            let seed = |(i, x): (usize, &f64)| match i.checked_sub(from) {
                Some(direction) if direction < DIRECTIONS => Dual::variable(*x, direction),
                _ => constant(*x),
            };
            let z: Vec<_> = z.iter().enumerate().map(seed).collect();
            let (x, u) = z.split_at(self.state);
            let cost = self.function.run(&p, x, u, constant(self.time))[0];
            let to = (from + DIRECTIONS).min(gradient.len());
            gradient.as_mut_slice()[from..to].copy_from_slice(&cost.derivative[..to - from]);
        }
        gradient
    }

    /// None if it is not linear.
    fn quadratic(&self, centre: DVector<f64>) -> Option<Quadratic> {
        let gradient = self.at(&centre);
        let size = centre.len();
        let mut hessian = DMatrix::zeros(size, size);
        for j in 0..size {
            let mut beside = centre.clone();
            beside[j] += 1.0;
            hessian.set_column(j, &(self.at(&beside) - &gradient));
        }
        let found = Quadratic {
            hessian: (&hessian + hessian.transpose()) * 0.5,
            centre,
            gradient,
        };
        let scale = 1.0 + found.gradient.amax() + found.hessian.amax();
        // Elsewhere, and not on a line through the centre along a coordinate.
        let elsewhere = |step: f64| {
            let shift = DVector::from_fn(size, |i, _| step * (1.0 + 0.3 * i as f64));
            let z = &found.centre + shift;
            (self.at(&z) - found.gradient(&z)).amax() < 1e-9 * scale * size as f64
        };
        (elsewhere(-0.7) && elsewhere(0.41)).then_some(found)
    }
}

impl Cost {
    /// That of a task.
    pub fn of(task: &Task) -> Result<Self> {
        let (model, horizon) = (task.model(), task.horizon());
        let (n, m) = (model.state_size(), model.control_size());
        let centre = DVector::from_iterator(
            n + m,
            task.initial_state().iter().copied().chain(vec![0.0; m]),
        );
        let functions = model.functions();
        let part = |time: usize| {
            let slope = Slope {
                function: match time < horizon {
                    true => &functions.stage_cost,
                    false => &functions.final_cost,
                },
                parameters: task.parameters(),
                state: n,
                time: time as f64,
            };
            let refused = |what| PlanError::Cost {
                task: task.name().into(),
                what,
                time,
            };
            let found = slope.quadratic(centre.clone());
            let found = found.ok_or_else(|| refused("quadratic"))?;
            let least = found.hessian.symmetric_eigenvalues().min();
            match least >= -1e-9 * (1.0 + found.hessian.amax()) {
                true => Ok(found),
                false => Err(refused("convex").into()),
            }
        };
        let parts = (0..=horizon).map(part).collect::<Result<_>>()?;
        Ok(Self { parts })
    }
}
