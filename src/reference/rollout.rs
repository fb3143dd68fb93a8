//! The twin of `shaders/rollout.wgsl`: one noisy trajectory.
//!
//!   uₜ = thetaₜ + wₜ,   xₜ₊₁ = advance(xₜ, uₜ),   f = Σ stage_cost(xₜ, uₜ) + final_cost(x_H)
//!
//! What is summed is the deviation from the noise-free trajectory, step by step, as on the GPU: there the
//! signal is a small difference of large costs and f32 would lose it.

use crate::noise;
use crate::task::Task;

/// The noise-free trajectory of a theta.
#[derive(Clone, Debug, PartialEq)]
pub struct Nominal {
    /// The H stage costs and the final cost.
    pub costs: Vec<f64>,
    /// f(theta, 0), their sum.
    pub cost: f64,
    /// The H+1 states, N values each.
    pub states: Vec<f64>,
    /// The first time that was not finite, or would not be in f32.
    pub nonfinite: Option<u32>,
}

/// One noisy trajectory and its noise.
#[derive(Clone, Debug, PartialEq)]
pub struct Trajectory {
    /// x₀ … x_H, N values each.
    pub states: Vec<f64>,
    /// w, d values.
    pub noise: Vec<f64>,
    /// u = theta + w, d values.
    pub controls: Vec<f64>,
    /// f - f(theta, 0)
    pub deviation: f64,
    /// |w|²
    pub squared_noise: f64,
    /// The first time at which state or cost was not finite.
    pub nonfinite: Option<u32>,
}

impl Trajectory {
    /// Arrays of the right size.
    pub fn new(task: &Task) -> Self {
        let n = task.model().state_size();
        Self {
            states: vec![0.0; (task.horizon() + 1) * n],
            noise: vec![0.0; task.dimension()],
            controls: vec![0.0; task.dimension()],
            deviation: 0.0,
            squared_noise: 0.0,
            nonfinite: None,
        }
    }
}

/// The trajectory without noise.
pub fn nominal(task: &Task, theta: &[f64]) -> Nominal {
    let mut trajectory = Trajectory::new(task);
    trajectory.controls.copy_from_slice(theta);
    let zeros = vec![0.0; task.horizon() + 1];
    let mut costs = Vec::with_capacity(task.horizon() + 1);
    simulate(task, &zeros, &mut trajectory, |cost| costs.push(cost));
    // Infinite in f32 is infinite on the GPU.
    let too_large = costs.iter().position(|c| !(*c as f32).is_finite());
    let nonfinite = match (trajectory.nonfinite, too_large) {
        (Some(t), Some(large)) => Some(t.min(large as u32)),
        (t, large) => t.or(large.map(|t| t as u32)),
    };
    Nominal {
        cost: costs.iter().sum(),
        costs,
        states: trajectory.states,
        nonfinite,
    }
}

/// Draws the noise of sample `sample` and rolls out.
pub fn rollout(
    task: &Task,
    theta: &[f64],
    nominal_costs: &[f64],
    key: [u32; 2],
    sample: u32,
    trajectory: &mut Trajectory,
) {
    draw(task, key, sample, trajectory);
    rerun(task, theta, nominal_costs, trajectory);
}

/// Draws the noise of sample `sample`.
pub fn draw(task: &Task, key: [u32; 2], sample: u32, trajectory: &mut Trajectory) {
    noise::fill(key, sample, &mut trajectory.noise);
    for w in &mut trajectory.noise {
        *w *= task.sigma();
    }
    trajectory.squared_noise = trajectory.noise.iter().map(|w| w * w).sum();
}

/// Rolls out from `theta` with the noise that is there already.
pub fn rerun(task: &Task, theta: &[f64], nominal_costs: &[f64], trajectory: &mut Trajectory) {
    for ((u, theta), w) in trajectory
        .controls
        .iter_mut()
        .zip(theta)
        .zip(&trajectory.noise)
    {
        *u = theta + w;
    }
    simulate(task, nominal_costs, trajectory, |_| ());
}

/// Runs the system under `trajectory.controls` and shows each cost to `observe`.
fn simulate(
    task: &Task,
    nominal_costs: &[f64],
    trajectory: &mut Trajectory,
    mut observe: impl FnMut(f64),
) {
    let model = task.model();
    let (n, m) = (model.state_size(), model.control_size());
    let p = task.parameters();
    trajectory.states[..n].copy_from_slice(task.initial_state());
    trajectory.deviation = 0.0;
    trajectory.nonfinite = None;
    for t in 0..task.horizon() {
        let (past, future) = trajectory.states.split_at_mut((t + 1) * n);
        let state = &past[t * n..];
        let control = &trajectory.controls[t * m..(t + 1) * m];
        let cost = model.stage_cost(p, state, control);
        observe(cost);
        trajectory.deviation += cost - nominal_costs[t];
        let finite = cost.is_finite() && state.iter().all(|x| x.is_finite());
        if !finite && trajectory.nonfinite.is_none() {
            trajectory.nonfinite = Some(t as u32);
        }
        model.advance(p, state, control, &mut future[..n]);
    }
    let state = &trajectory.states[task.horizon() * n..];
    let cost = model.final_cost(p, state);
    observe(cost);
    trajectory.deviation += cost - nominal_costs[task.horizon()];
    let finite = trajectory.deviation.is_finite() && state.iter().all(|x| x.is_finite());
    if !finite && trajectory.nonfinite.is_none() {
        trajectory.nonfinite = Some(task.horizon() as u32);
    }
}
