//! The twin of `shaders/adjoint.wgsl`: the first-order sample ∂f/∂theta of one trajectory.
//!
//!   λ_H = ∂final_cost/∂x,   g₁ₜ = ∂c/∂u + Bₜᵀ λₜ₊₁,   λₜ = ∂c/∂x + Aₜᵀ λₜ₊₁
//!
//! with A, B, ∂c from dual numbers, one time step at a time. u = theta + w, so ∂/∂theta is ∂/∂u.

use super::rollout::Trajectory;
use crate::model::Linearization;
use crate::task::Task;

/// Scratch space of [`adjoint`].
#[derive(Clone, Debug)]
pub struct Scratch {
    linearization: Linearization,
    cotangent: Vec<f64>,
    earlier: Vec<f64>,
}

impl Scratch {
    /// Arrays of the right size.
    pub fn new(task: &Task) -> Self {
        let n = task.model().state_size();
        Self {
            linearization: task.model().linearization(),
            cotangent: vec![0.0; n],
            earlier: vec![0.0; n],
        }
    }
}

/// Fills `first_order` (d values). A derivative that is not finite marks the trajectory, at the time where the
/// sweep, which runs backwards, meets it first.
pub fn adjoint(
    task: &Task,
    trajectory: &mut Trajectory,
    scratch: &mut Scratch,
    first_order: &mut [f64],
) {
    let model = task.model();
    let (n, m) = (model.state_size(), model.control_size());
    let p = task.parameters();
    let Scratch {
        linearization: l,
        cotangent,
        earlier,
    } = scratch;
    let end = task.horizon();
    model.final_cost_gradient(p, &trajectory.states[end * n..], cotangent);
    for t in (0..end).rev() {
        let state = &trajectory.states[t * n..(t + 1) * n];
        let control = &trajectory.controls[t * m..(t + 1) * m];
        model.linearize(p, state, control, l);
        let g = &mut first_order[t * m..(t + 1) * m];
        g.copy_from_slice(&l.control_gradient);
        earlier.copy_from_slice(&l.state_gradient);
        for (i, cotangent) in cotangent.iter().enumerate() {
            for (a, g) in g.iter_mut().enumerate() {
                *g += l.control_jacobian[i * m + a] * cotangent;
            }
            for (j, earlier) in earlier.iter_mut().enumerate() {
                *earlier += l.state_jacobian[i * n + j] * cotangent;
            }
        }
        std::mem::swap(cotangent, earlier);
        let finite = g.iter().chain(cotangent.iter()).all(|x| x.is_finite());
        if !finite && trajectory.nonfinite.is_none() {
            trajectory.nonfinite = Some(t as u32);
        }
    }
}
