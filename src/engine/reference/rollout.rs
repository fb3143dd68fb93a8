//! The twin of `shaders/rollout.wgsl`: one noisy trajectory.
//!
//!   uₜ = policy(xₜ, theta) + wₜ or policy(xₜ, theta + w),   xₜ₊₁ = advance(xₜ, uₜ),
//!   f = Σ stage_cost(xₜ, uₜ, t) + final_cost(x_H)
//!
//! What is summed is the deviation from the noise-free trajectory, step by step, as on the GPU: there the
//! signal is a small difference of large costs and f32 would lose it.

use crate::engine::batch::Keys;
use crate::engine::report::Sample;
use crate::system::policy::Network;
use crate::system::task::Task;

/// One noisy trajectory and its noise.
#[derive(Clone, Debug, PartialEq)]
pub struct Trajectory {
    /// x₀ … x_H, N values each.
    pub states: Vec<f64>,
    /// w
    pub noise: Vec<f64>,
    /// The decision that is rolled out: theta, or theta + w with noise on the decision.
    pub theta: Vec<f64>,
    /// u₀ … u_{H-1}, M values each.
    pub controls: Vec<f64>,
    /// The parameters of the model.
    pub parameters: Vec<f64>,
    /// f - f(theta, 0)
    pub deviation: f64,
    /// The deviation of the same initial state and parameters without noise; 0 if they are not random.
    pub baseline: f64,
    /// The score of the noise, d values.
    pub score: Vec<f64>,
    /// The first time at which state or cost was not finite.
    pub nonfinite: Option<u32>,
    initial_state: Vec<f64>,
    network: Option<Network>,
    activations: Vec<f64>,
}

/// Whether noise is added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum With {
    Noise,
    NoNoise,
}

impl Trajectory {
    /// Arrays of the right size, with the mean initial state and parameters.
    pub fn new(task: &Task) -> Self {
        let n = task.model().state_size();
        let network = task.network();
        let activations = network.as_ref().map_or(0, Network::activations);
        Self {
            states: vec![0.0; (task.horizon() + 1) * n],
            noise: vec![0.0; task.noise_dimension()],
            theta: vec![0.0; task.dimension()],
            controls: vec![0.0; task.action_dimension()],
            parameters: task.parameters().to_vec(),
            deviation: 0.0,
            baseline: 0.0,
            score: vec![0.0; task.dimension()],
            nonfinite: None,
            initial_state: task.initial_state().to_vec(),
            network,
            activations: vec![0.0; activations],
        }
    }

    /// The network of a feedback policy.
    pub fn network(&self) -> Option<&Network> {
        self.network.as_ref()
    }

    /// x₀ as it was drawn.
    pub(super) fn initial_state(&self) -> &[f64] {
        &self.initial_state
    }
}

/// Draws sample `sample`, rolls out, and finds the baseline of its environment.
pub fn rollout(
    task: &Task,
    theta: &[f64],
    nominal_costs: &[f64],
    keys: Keys,
    sample: u32,
    trajectory: &mut Trajectory,
) {
    draw(task, keys, sample, trajectory);
    rerun_beside_baseline(task, theta, nominal_costs, trajectory);
}

/// Rolls out with the noise that is there already, and finds the baseline of the environment that is there.
fn rerun_beside_baseline(
    task: &Task,
    theta: &[f64],
    nominal_costs: &[f64],
    trajectory: &mut Trajectory,
) {
    let mut before = None;
    if task.environment().is_random() {
        rerun_without_noise(task, theta, nominal_costs, trajectory);
        trajectory.baseline = trajectory.deviation;
        before = trajectory.nonfinite;
    }
    rerun(task, theta, nominal_costs, trajectory);
    trajectory.nonfinite = before.or(trajectory.nonfinite);
}

/// Rolls out a sample that an engine gave: its noise, its initial state and its parameters.
pub(super) fn rerun_sample(
    task: &Task,
    theta: &[f64],
    nominal_costs: &[f64],
    sample: &Sample,
    trajectory: &mut Trajectory,
) {
    trajectory.noise.copy_from_slice(&sample.noise);
    trajectory
        .initial_state
        .copy_from_slice(&sample.initial_state);
    trajectory.parameters.copy_from_slice(&sample.parameters);
    rerun_beside_baseline(task, theta, nominal_costs, trajectory);
}

/// Rolls out the sample that an engine gave: its noise, its initial state and its parameters, in f64. The deviation is from 0,
/// which makes it the cost.
pub fn replay(task: &Task, theta: &[f64], sample: &Sample) -> Trajectory {
    let mut trajectory = Trajectory::new(task);
    let zeros = vec![0.0; task.horizon() + 1];
    rerun_sample(task, theta, &zeros, sample, &mut trajectory);
    trajectory
}

/// Draws noise, initial state and parameters of sample `sample`.
pub fn draw(task: &Task, keys: Keys, sample: u32, trajectory: &mut Trajectory) {
    let noise = task.noise();
    noise
        .distribution
        .fill(keys.noise, sample, &mut trajectory.noise);
    let scale = noise.distribution.scales(noise.sigma).scale;
    for w in &mut trajectory.noise {
        *w *= scale;
    }
    if let Some(factor) = task.factor() {
        trajectory.noise = factor.noise(&trajectory.noise);
    }
    if let Some(ratios) = task.drawn_ratios() {
        for (i, w) in trajectory.noise.iter_mut().enumerate() {
            *w *= ratios.of(i);
        }
    }
    draw_environment(task, keys, sample, trajectory);
}

/// Draws initial state and parameters of sample `sample`.
pub fn draw_environment(task: &Task, keys: Keys, sample: u32, trajectory: &mut Trajectory) {
    trajectory.nonfinite = None;
    let environment = task.environment();
    if environment.is_random() {
        trajectory.initial_state = environment.state(keys.environment, sample);
        trajectory.parameters = environment.parameters(keys.environment, sample);
    }
}

/// Rolls out from `theta` with the noise that is there already.
pub fn rerun(task: &Task, theta: &[f64], nominal_costs: &[f64], trajectory: &mut Trajectory) {
    simulate(task, theta, nominal_costs, With::Noise, trajectory);
}

/// Rolls out from `theta` in the environment that is there already.
pub fn rerun_without_noise(
    task: &Task,
    theta: &[f64],
    nominal_costs: &[f64],
    trajectory: &mut Trajectory,
) {
    simulate(task, theta, nominal_costs, With::NoNoise, trajectory);
}

/// Runs the system.
fn simulate(
    task: &Task,
    theta: &[f64],
    nominal_costs: &[f64],
    with: With,
    trajectory: &mut Trajectory,
) {
    let model = task.model();
    let (n, m) = (model.state_size(), model.control_size());
    trajectory.theta.copy_from_slice(theta);
    let on_action = with == With::Noise && !task.noise_is_on_decision();
    if with == With::Noise && task.noise_is_on_decision() {
        for (theta, w) in trajectory.theta.iter_mut().zip(&trajectory.noise) {
            *theta += w;
        }
    }
    trajectory.states[..n].copy_from_slice(&trajectory.initial_state);
    trajectory.deviation = 0.0;
    trajectory.nonfinite = None;
    for t in 0..task.horizon() {
        control(trajectory, t, n, m, on_action);
        let (past, future) = trajectory.states.split_at_mut((t + 1) * n);
        let state = &past[t * n..];
        let control = &trajectory.controls[t * m..(t + 1) * m];
        let cost = model.stage_cost(&trajectory.parameters, state, control, t);
        trajectory.deviation += cost - nominal_costs[t];
        let finite = cost.is_finite() && state.iter().all(|x| x.is_finite());
        if !finite && trajectory.nonfinite.is_none() {
            trajectory.nonfinite = Some(t as u32);
        }
        model.advance(&trajectory.parameters, state, control, &mut future[..n]);
    }
    let state = &trajectory.states[task.horizon() * n..];
    let cost = model.final_cost(&trajectory.parameters, state);
    trajectory.deviation += cost - nominal_costs[task.horizon()];
    let finite = trajectory.deviation.is_finite() && state.iter().all(|x| x.is_finite());
    if !finite && trajectory.nonfinite.is_none() {
        trajectory.nonfinite = Some(task.horizon() as u32);
    }
}

/// The control at time t.
fn control(trajectory: &mut Trajectory, t: usize, n: usize, m: usize, noise_on_action: bool) {
    let here = t * m..(t + 1) * m;
    let controls = &mut trajectory.controls[here.clone()];
    match &trajectory.network {
        None => controls.copy_from_slice(&trajectory.theta[here.clone()]),
        Some(network) => {
            let activations = &mut trajectory.activations;
            network.read(&trajectory.states[t * n..(t + 1) * n], activations);
            network.forward(&trajectory.theta, t, activations);
            controls.copy_from_slice(&activations[activations.len() - m..]);
        }
    }
    if noise_on_action {
        for (u, w) in controls.iter_mut().zip(&trajectory.noise[here]) {
            *u += w;
        }
    }
}
