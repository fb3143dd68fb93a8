//! Gradient steps behind a descent: what costs alone have found, derivatives carry on.
//!
//! ```text
//! repeat k times:   theta <- theta - a ∇f(theta, 0)
//! ```
//!
//! Behind MPPI this is the refinement that is published as Diff-MPPI, with one difference: a step that does not lower f(theta, 0)
//! is not taken and halves a, so that a stiff contact cannot throw a plan away. Unless told, a is σ/|∇f| of the first step,
//! whose length is then σ: the most by which MPPI moves along a linear cost, σ²|∇f|/λ with its λ = σ|∇f|. A gradient is one
//! rollout and its adjoint in f64, and counts as one rollout.

use crate::engine::nominal::{Nominal, nominal};
use crate::estimate::vector;
use crate::system::task::Task;
use serde::Serialize;

/// How a plan is refined.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Refinement {
    /// k, gradients for each plan.
    pub steps: u32,
    /// a, in the unit of theta² over that of the cost; none for σ/|∇f|.
    pub rate: Option<f64>,
}

impl Refinement {
    /// The rollouts that it takes.
    pub fn rollouts(&self) -> u64 {
        self.steps.into()
    }

    /// theta after the steps, and its cost f(theta, 0).
    pub(super) fn apply(&self, task: &Task, mut theta: Vec<f64>) -> (Vec<f64>, f64) {
        let mut path = nominal(task, &theta);
        let mut rate = self.rate;
        for _ in 0..self.steps {
            let gradient = gradient(task, &path);
            let length = vector(&gradient).norm();
            if length == 0.0 || !length.is_finite() {
                break;
            }
            let a = *rate.get_or_insert(task.mean_sigma() / length);
            let moves = theta.iter().zip(&gradient);
            let moved: Vec<f64> = moves.map(|(x, g)| x - a * g).collect();
            let there = nominal(task, &moved);
            if there.cost < path.cost {
                (theta, path) = (moved, there);
            } else {
                rate = Some(a / 2.0);
            }
        }
        (theta, path.cost)
    }
}

/// ∇f(theta, 0) along its trajectory, backwards from λ_H = ∂final_cost/∂x: gₜ = ∂c/∂u + Bₜᵀ λₜ₊₁, λₜ = ∂c/∂x + Aₜᵀ λₜ₊₁.
fn gradient(task: &Task, path: &Nominal) -> Vec<f64> {
    let (model, p) = (task.model(), task.parameters());
    let (n, m) = (model.state_size(), model.control_size());
    let mut gradient = vec![0.0; path.controls.len()];
    let mut cotangent = vec![0.0; n];
    let mut at = model.linearization();
    model.final_cost_gradient(p, &path.states[task.horizon() * n..], &mut cotangent);
    let through = |jacobian: &[f64], own: &[f64], cotangent: &[f64]| -> Vec<f64> {
        let rows = || jacobian.chunks(own.len()).zip(cotangent);
        let column = |j: usize| rows().map(|(row, c)| row[j] * c).sum::<f64>();
        own.iter().enumerate().map(|(j, x)| x + column(j)).collect()
    };
    for t in (0..task.horizon()).rev() {
        let state = &path.states[t * n..(t + 1) * n];
        let control = &path.controls[t * m..(t + 1) * m];
        model.linearize(p, state, control, t, &mut at);
        let on_control = through(&at.control_jacobian, &at.control_gradient, &cotangent);
        gradient[t * m..(t + 1) * m].copy_from_slice(&on_control);
        cotangent = through(&at.state_jacobian, &at.state_gradient, &cotangent);
    }
    gradient
}
