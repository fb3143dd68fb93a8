//! Which samples may differ between f32 and f64, because a branch was too close to call.

use crate::engine::reference::adjoint::{Scratch, adjoint};
use crate::engine::reference::rollout::Trajectory;
use crate::number::Scalar as _;
use crate::number::margin::{Margin, UNIT_ROUNDOFF};
use crate::system::policy::Network;
use crate::system::task::Task;

/// How near a sample came to taking another branch, in units of the f32 error expected there; below 1 it may
/// differ between the engines.
///
/// The error expected of a state after t steps is 2√t roundings of its largest value so far, as of a random
/// walk, and sixteen times its distance from a shadow: the same trajectory with every state rounded to f32. The
/// shadow shows what rounding grows to where the system itself amplifies it, as stiff contact does. The error
/// of a control is 16 roundings, which covers the 7 ulp of the normal generator.
pub fn sample_margin(task: &Task, theta: &[f64], noise: &[f64]) -> f64 {
    let world = (task.initial_state(), task.parameters());
    sensitivity(task, theta, noise, world).margin
}

/// What rounding to f32 may do to a sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sensitivity {
    /// See [`sample_margin`].
    pub margin: f64,
    /// How far the cost of the shadow is from that of the sample.
    pub rounding: f64,
    /// How far the first order of the shadow is from that of the sample, as the length of a vector; 0 unless the system
    /// amplifies rounding.
    pub rounding_of_gradient: f64,
}

/// [`sample_margin`] from an initial state and with parameters of its own, and the cost of the shadow.
pub fn sensitivity(
    task: &Task,
    theta: &[f64],
    noise: &[f64],
    (initial_state, parameters): (&[f64], &[f64]),
) -> Sensitivity {
    let model = task.model();
    let n = model.state_size();
    let policy = InexactPolicy::new(task, theta, noise);
    let mut state = initial_state.to_vec();
    let mut shadow = shadow_of_start(task, initial_state);
    let mut largest = vec![0.0_f64; n];
    let mut margin = f64::INFINITY;
    let mut rounding = 0.0;
    // A drawn initial state is as inexact as the noise.
    let drawn = match task.environment().is_random() {
        true => DRAW_ROUNDINGS,
        false => 0.0,
    };
    let amplifies = model.defaults().amplifies_rounding;
    let mut paths = amplifies.then(|| [Path::default(), Path::default()]);
    let mut inputs = |t: usize, state: &[f64], shadow: &[f64]| -> Vec<Margin> {
        let roundings = (2.0 * (t as f64).sqrt() + drawn) * UNIT_ROUNDOFF;
        let input = |i: usize| {
            largest[i] = largest[i].max(state[i].abs());
            let drift = SHADOW * (state[i] - shadow[i]).abs();
            Margin::input(state[i], roundings * largest[i] + drift)
        };
        (0..n).map(input).collect()
    };
    for t in 0..task.horizon() {
        let here = inputs(t, &state, &shadow);
        let controls = policy.controls(t, &here);
        let (next, of_step) = model.margin(parameters, &here, &controls, t);
        margin = margin.min(of_step);
        let before = shadow.clone();
        let rounded: Vec<f64> = policy.rounded_controls(t, &before);
        let control: Vec<f64> = controls.iter().map(|u| u.value).collect();
        rounding += model.stage_cost(parameters, &before, &rounded, t)
            - model.stage_cost(parameters, &state, &control, t);
        if let Some([path, shaded]) = &mut paths {
            path.add(&state, &control);
            shaded.add(&before, &rounded);
        }
        state = next;
        model.advance(parameters, &before, &rounded, &mut shadow);
        shadow.iter_mut().for_each(|x| *x = f64::from(*x as f32));
    }
    let last = inputs(task.horizon(), &state, &shadow);
    rounding += model.final_cost(parameters, &shadow) - model.final_cost(parameters, &state);
    let gradient =
        |path: Path, last: &[f64], theta: Vec<f64>| path.first_order(task, last, theta, parameters);
    let rounding_of_gradient = paths.map_or(0.0, |[path, shaded]| {
        let exact = policy.theta.iter().map(|x| x.value).collect();
        let own = gradient(path, &state, exact);
        let other = gradient(shaded, &shadow, policy.rounded.clone());
        let squares = own.iter().zip(other).map(|(a, b)| (a - b) * (a - b));
        squares.sum::<f64>().sqrt()
    });
    Sensitivity {
        margin: margin.min(model.final_margin(parameters, &last)),
        rounding: rounding.abs(),
        rounding_of_gradient,
    }
}

/// A trajectory as it goes.
#[derive(Default)]
struct Path {
    states: Vec<f64>,
    controls: Vec<f64>,
}

impl Path {
    fn add(&mut self, state: &[f64], control: &[f64]) {
        self.states.extend_from_slice(state);
        self.controls.extend_from_slice(control);
    }

    /// The derivative of its cost for theta, which has the noise if that is on it.
    fn first_order(
        mut self,
        task: &Task,
        last: &[f64],
        theta: Vec<f64>,
        parameters: &[f64],
    ) -> Vec<f64> {
        self.states.extend_from_slice(last);
        let mut trajectory = Trajectory::new(task);
        (trajectory.states, trajectory.controls) = (self.states, self.controls);
        (trajectory.theta, trajectory.parameters) = (theta, parameters.to_vec());
        let mut gradient = vec![0.0; task.dimension()];
        adjoint(
            task,
            &mut trajectory,
            &mut Scratch::new(task),
            &mut gradient,
        );
        gradient
    }
}

/// x₀ rounded to f32; what is drawn is off by a rounding of each of its terms.
fn shadow_of_start(task: &Task, state: &[f64]) -> Vec<f64> {
    let environment = task.environment();
    let off = match environment.is_random() {
        true => 2.0 * UNIT_ROUNDOFF,
        false => 0.0,
    };
    let terms = |i: usize| -> f64 {
        let terms = environment.initial[i].terms.iter();
        terms.map(|(j, f)| (f * state[*j]).abs()).sum()
    };
    let shadow = |(i, x): (usize, &f64)| f64::from((x + off * (x.abs() + terms(i))) as f32);
    state.iter().enumerate().map(shadow).collect()
}

/// Roundings that cover the 7 ulp of the normal generator.
const DRAW_ROUNDINGS: f64 = 16.0;

/// The policy with the f32 error of its controls.
struct InexactPolicy<'a> {
    task: &'a Task,
    noise: &'a [f64],
    /// theta, with the noise if it is on the decision.
    theta: Vec<Margin>,
    rounded: Vec<f64>,
    network: Option<Network>,
}

impl<'a> InexactPolicy<'a> {
    fn new(task: &'a Task, theta: &[f64], noise: &'a [f64]) -> Self {
        let on_decision = task.noise_is_on_decision();
        let weight = |(i, x): (usize, &f64)| {
            let w = if on_decision { noise[i] } else { 0.0 };
            let roundings = if on_decision { DRAW_ROUNDINGS } else { 1.0 };
            Margin::input(x + w, roundings * UNIT_ROUNDOFF * (x.abs() + w.abs()))
        };
        let theta: Vec<Margin> = theta.iter().enumerate().map(weight).collect();
        Self {
            task,
            noise,
            rounded: theta.iter().map(|x| f64::from(x.value as f32)).collect(),
            theta,
            network: task.network(),
        }
    }

    fn controls(&self, t: usize, state: &[Margin]) -> Vec<Margin> {
        let m = self.task.model().control_size();
        let here = t * m..(t + 1) * m;
        let Some(network) = &self.network else {
            return self.theta[here].to_vec();
        };
        let mut activations = vec![Margin::constant(0.0); network.activations()];
        network.read(state, &mut activations);
        network.forward(&self.theta, &mut activations);
        let mut controls = activations.split_off(activations.len() - m);
        if !self.task.noise_is_on_decision() {
            for (u, w) in controls.iter_mut().zip(&self.noise[here]) {
                *u = *u + Margin::input(*w, DRAW_ROUNDINGS * UNIT_ROUNDOFF * w.abs());
            }
        }
        controls
    }

    fn rounded_controls(&self, t: usize, state: &[f64]) -> Vec<f64> {
        let m = self.task.model().control_size();
        let here = t * m..(t + 1) * m;
        let mut controls = match &self.network {
            None => self.rounded[here.clone()].to_vec(),
            Some(network) => {
                let mut activations = vec![0.0; network.activations()];
                network.read(state, &mut activations);
                network.forward(&self.rounded, &mut activations);
                activations.split_off(activations.len() - m)
            }
        };
        let on_action = !self.task.noise_is_on_decision();
        for (u, i) in controls.iter_mut().zip(here) {
            // A draw is off by more than one rounding, up or down.
            let off = 2.0 * UNIT_ROUNDOFF * if t.is_multiple_of(2) { 1.0 } else { -1.0 };
            let w = if on_action {
                self.noise[i] * (1.0 + off)
            } else {
                0.0
            };
            *u = f64::from((*u + w) as f32);
        }
        controls
    }
}

/// How many times the distance to the shadow counts as expected error: 4 x 4. The shadow rounds each state once a step, an engine
/// rounds every operation that leads to it, of which some sixteen are as large as it; as a random walk they make four times as much.
/// And the largest of a thousand samples is four standard deviations out.
pub const SHADOW: f64 = 16.0;
