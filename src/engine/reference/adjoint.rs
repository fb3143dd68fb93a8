//! The twin of `shaders/adjoint.wgsl`: the first-order sample ∂f/∂theta of one trajectory, and its score.
//!
//!   λ_H = ∂final_cost/∂x,   μₜ = ∂c/∂u + Bₜᵀ λₜ₊₁,   λₜ = ∂c/∂x + Aₜᵀ λₜ₊₁ + (∂π/∂x)ᵀ μₜ
//!   g₁ = μ for the open loop, else Σ (∂π/∂theta)ᵀ μₜ
//!   score = S(w) with noise on the decision, else Σ (∂π/∂theta)ᵀ S(wₜ)
//!
//! with A, B, ∂c from dual numbers, one time step at a time. theta + w or u + w, so ∂/∂theta is that without noise.

use super::rollout::Trajectory;
use crate::system::formulas::Linearization;
use crate::system::policy::Network;
use crate::system::task::Task;

/// Scratch space of [`adjoint`] and [`score`].
#[derive(Clone, Debug)]
pub struct Scratch {
    linearization: Linearization,
    cotangent: Vec<f64>,
    earlier: Vec<f64>,
    activations: Vec<f64>,
    cotangents: Vec<f64>,
    /// H·M values: what [`adjoint`] or [`scores`] left there.
    on_controls: Vec<f64>,
}

impl Scratch {
    /// Arrays of the right size.
    pub fn new(task: &Task) -> Self {
        let n = task.model().state_size();
        let activations = task.network().map_or(0, |n| n.activations());
        Self {
            linearization: task.model().linearization(),
            cotangent: vec![0.0; n],
            earlier: vec![0.0; n],
            activations: vec![0.0; activations],
            cotangents: vec![0.0; activations],
            on_controls: vec![0.0; task.action_dimension()],
        }
    }

    /// One value for each control, M values a step: μ after [`adjoint`], the score of its noise after [`scores`].
    pub fn on_controls(&self) -> &[f64] {
        &self.on_controls
    }

    /// Multiplies each of [`Scratch::on_controls`] by its weight.
    pub fn weigh_controls(&mut self, weights: &[f64]) {
        for (x, weight) in self.on_controls.iter_mut().zip(weights) {
            *x *= weight;
        }
    }

    /// Fills `gradient` (d values) with Σ (∂π/∂theta)ᵀ cₜ along a trajectory, c = [`Scratch::on_controls`]; under the
    /// open loop that is c itself.
    pub fn through_policies(&mut self, trajectory: &Trajectory, gradient: &mut [f64]) {
        let Some(network) = trajectory.network() else {
            gradient.copy_from_slice(&self.on_controls);
            return;
        };
        gradient.fill(0.0);
        let (n, m) = (self.cotangent.len(), network.controls());
        let on_controls = std::mem::take(&mut self.on_controls);
        let states = trajectory.states.chunks_exact(n);
        for (t, (state, cotangent)) in states.zip(on_controls.chunks_exact(m)).enumerate() {
            self.through_policy(network, (&trajectory.theta, t), state, cotangent, gradient);
        }
        self.on_controls = on_controls;
    }

    /// Adds (∂π/∂theta)ᵀ λ at a state to `gradient`; the first cotangents are then (∂π/∂x)ᵀ λ of the state that is read.
    fn through_policy(
        &mut self,
        network: &Network,
        (theta, t): (&[f64], usize),
        state: &[f64],
        cotangent: &[f64],
        gradient: &mut [f64],
    ) {
        network.read(state, &mut self.activations);
        network.forward(theta, t, &mut self.activations);
        let first = self.cotangents.len() - cotangent.len();
        self.cotangents[first..].copy_from_slice(cotangent);
        let cotangents = &mut self.cotangents;
        network.backward(theta, t, &self.activations, cotangents, gradient);
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
    let end = task.horizon();
    let p = &trajectory.parameters;
    first_order.fill(0.0);
    model.final_cost_gradient(p, &trajectory.states[end * n..], &mut scratch.cotangent);
    let mut on_control = vec![0.0; m];
    for t in (0..end).rev() {
        let state = &trajectory.states[t * n..(t + 1) * n];
        let control = &trajectory.controls[t * m..(t + 1) * m];
        let l = &mut scratch.linearization;
        model.linearize(p, state, control, t, l);
        on_control.copy_from_slice(&l.control_gradient);
        scratch.earlier.copy_from_slice(&l.state_gradient);
        for (i, cotangent) in scratch.cotangent.iter().enumerate() {
            for (a, g) in on_control.iter_mut().enumerate() {
                *g += l.control_jacobian[i * m + a] * cotangent;
            }
            for (j, earlier) in scratch.earlier.iter_mut().enumerate() {
                *earlier += l.state_jacobian[i * n + j] * cotangent;
            }
        }
        scratch.on_controls[t * m..(t + 1) * m].copy_from_slice(&on_control);
        match trajectory.network() {
            None => first_order[t * m..(t + 1) * m].copy_from_slice(&on_control),
            Some(network) => {
                let theta = &trajectory.theta;
                scratch.through_policy(network, (theta, t), state, &on_control, first_order);
                let read = &scratch.cotangents[..network.states()];
                for (earlier, more) in scratch.earlier.iter_mut().zip(read) {
                    *earlier += more;
                }
            }
        }
        std::mem::swap(&mut scratch.cotangent, &mut scratch.earlier);
        let mut all = on_control.iter().chain(&scratch.cotangent);
        if !all.all(|x| x.is_finite()) && trajectory.nonfinite.is_none() {
            trajectory.nonfinite = Some(t as u32);
        }
    }
    let finite = first_order.iter().all(|x| x.is_finite());
    if !finite && trajectory.nonfinite.is_none() {
        trajectory.nonfinite = Some(0);
    }
}

/// Fills [`Scratch::on_controls`] with the score S(w) of the noise on each control, under an open loop or with noise on
/// the action.
pub fn scores(task: &Task, trajectory: &Trajectory, scratch: &mut Scratch) {
    fill_scores(task, &trajectory.noise, &mut scratch.on_controls);
}

/// S(w) of each value.
fn fill_scores(task: &Task, values: &[f64], out: &mut [f64]) {
    let noise = task.noise();
    let scales = noise.distribution.scales(noise.sigma);
    let score = |w: f64| scales.factor * noise.distribution.score_shape(w, scales.constant);
    if let Some(factor) = task.factor() {
        let score_of = factor.score(&factor.independent(values));
        for (out, s) in out.iter_mut().zip(score_of) {
            *out = score(s);
        }
        return;
    }
    let ratios = task.drawn_ratios();
    for (i, (out, w)) in out.iter_mut().zip(values).enumerate() {
        *out = match ratios.as_ref().map(|ratios| ratios.of(i)) {
            None => score(*w),
            Some(0.0) => 0.0,
            Some(ratio) => score(w / ratio) / ratio,
        };
    }
}

/// Fills the score of the trajectory's noise.
pub fn score(task: &Task, trajectory: &mut Trajectory, scratch: &mut Scratch) {
    let mut score = std::mem::take(&mut trajectory.score);
    if task.noise_is_on_decision() {
        fill_scores(task, &trajectory.noise, &mut score);
    } else {
        scores(task, trajectory, scratch);
        scratch.through_policies(trajectory, &mut score);
    }
    trajectory.score = score;
}
