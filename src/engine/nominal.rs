//! The noise-free rollout in f64, which every engine needs: costs are summed as deviations from it.
//!
//!   uₜ = policy(xₜ, theta),   xₜ₊₁ = advance(xₜ, uₜ),   f = Σ stage_cost(xₜ, uₜ) + final_cost(x_H)
//!
//! The reference engine has a rollout of its own, with and without noise, and a test compares them.

use crate::contact::Immersion;
use crate::error::{Error, Result, number};
use crate::system::task::Task;

/// The noise-free trajectory of a theta, from the mean of the initial states and with the mean of the parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Nominal {
    /// The H stage costs and the final cost.
    pub costs: Vec<f64>,
    /// f(theta, 0), their sum.
    pub cost: f64,
    /// The H+1 states, N values each.
    pub states: Vec<f64>,
    /// The H controls, M values each.
    pub controls: Vec<f64>,
    /// The first time that was not finite, or would not be in f32.
    pub nonfinite: Option<u32>,
}

/// The trajectory without noise.
pub fn nominal(task: &Task, theta: &[f64]) -> Nominal {
    let model = task.model();
    let (n, m) = (model.state_size(), model.control_size());
    let parameters = task.parameters();
    let network = task.network();
    let mut activations = vec![0.0; network.as_ref().map_or(0, |net| net.activations())];
    let mut states = task.initial_state().to_vec();
    states.reserve_exact(task.horizon() * n);
    let mut costs = Vec::with_capacity(task.horizon() + 1);
    let mut controls = Vec::with_capacity(task.horizon() * m);
    let mut next = vec![0.0; n];
    for t in 0..task.horizon() {
        let state = &states[t * n..];
        let control = match &network {
            None => &theta[t * m..(t + 1) * m],
            Some(network) => {
                network.read(state, &mut activations);
                network.forward(theta, t, &mut activations);
                &activations[activations.len() - m..]
            }
        };
        controls.extend_from_slice(control);
        costs.push(model.stage_cost(parameters, state, control, t));
        model.advance(parameters, state, control, &mut next);
        states.extend_from_slice(&next);
    }
    costs.push(model.final_cost(parameters, &states[task.horizon() * n..]));
    let cost: f64 = costs.iter().sum();
    Nominal {
        nonfinite: first_nonfinite(&costs, cost, &states, n),
        cost,
        costs,
        states,
        controls,
    }
}

/// Infinite in f32 is infinite on the GPU. A sum that overflows does so at the end.
fn first_nonfinite(costs: &[f64], cost: f64, states: &[f64], n: usize) -> Option<u32> {
    let is_finite = |t: usize| {
        let state = &states[t * n..(t + 1) * n];
        (costs[t] as f32).is_finite() && state.iter().all(|x| x.is_finite())
    };
    let last = costs.len() - 1;
    let first = (0..=last).find(|t| !is_finite(*t));
    first
        .or((!cost.is_finite()).then_some(last))
        .map(|t| t as u32)
}

/// What to know of the deepest contact of the noise-free trajectory, in a sentence, if it is deeper than a pressure field is made
/// for.
pub fn too_deep(task: &Task, theta: &[f64]) -> Option<String> {
    let (found, time) = deepest(task, &nominal(task, theta))?;
    found.is_too_deep().then(|| {
        let unit = task.model().about().state.first().map(|c| c.unit.clone());
        format!(
            "without noise the bodies overlap by {} {unit} at step {time}, but a pressure field is made for less than {} {unit}, the \
             depth of its medial axis: beyond it pressure pulls in",
            number(found.depth),
            number(found.limit),
            unit = unit.unwrap_or_default(),
        )
    })
}

/// The deepest contact by a pressure field along a trajectory, and its step.
pub fn deepest(task: &Task, path: &Nominal) -> Option<(Immersion, usize)> {
    let (model, parameters) = (task.model(), task.parameters());
    let (n, m) = (model.state_size(), model.control_size());
    let at = |t: usize| {
        let last = t.min(task.horizon() - 1);
        let control = &path.controls[last * m..(last + 1) * m];
        let found = model.immersion(parameters, &path.states[t * n..(t + 1) * n], control)?;
        Some((found, t))
    };
    let all = (0..=task.horizon()).map_while(at);
    all.reduce(|best, next| match best.0.deeper(next.0) == best.0 {
        true => best,
        false => next,
    })
}

/// The noise-free trajectory, or an error that says when it stopped being finite.
pub fn finite_nominal(task: &Task, theta: &[f64]) -> Result<Nominal> {
    task.check_theta(theta, "the caller")?;
    let nominal = nominal(task, theta);
    match nominal.nonfinite {
        None => Ok(nominal),
        Some(time) => Err(Error::NonFiniteNominal {
            task: task.name().into(),
            time,
            hint: task.hint(),
        }),
    }
}
