//! What rounding to f32 does to a sample: its cost, its first order and its score, measured with [`Rounded`] numbers along the
//! trajectory and back.
//!
//!   uₜ = policy(xₜ, theta) + wₜ or policy(xₜ, theta + w),   xₜ₊₁ = advance(xₜ, uₜ)
//!   deviation = Σ (stage_cost(xₜ, uₜ, t) - cₜ) + final_cost(x_H) - c_H,   c the costs without noise
//!   λₜ, μₜ = step_vjp(xₜ, uₜ, λₜ₊₁) + (∂π/∂x)ᵀ μₜ,   g₁ = μ, or Σ (∂π/∂theta)ᵀ μₜ
//!
//! The errors are those of the system's graphs in f32 against the same graphs in f64, not against the formulas: a graph that is
//! wrong is not thereby allowed to be.

use crate::engine::nominal::Nominal;
use crate::engine::report::Sample;
use crate::noise::Factor;
use crate::number::Scalar as _;
use crate::number::rounded::{RUNS, Rounded, UNIT_ROUNDOFF, root_mean_square};
use crate::system::policy::Network;
use crate::system::task::Task;

/// How far f32 may lie from f64 in one sample, and how near it is to another branch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rounding {
    /// The smallest margin of all comparisons of the trajectory; see [`Rounded`].
    pub margin: f64,
    /// Of f - f(theta, 0).
    pub deviation: Errors,
    /// Of the same without noise; 0 unless initial state or parameters are random.
    pub baseline: Errors,
    /// Of g₁.
    pub first_order: Errors,
    /// Of the score.
    pub score: Errors,
}

/// The errors of the runs in a number or a vector x.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Errors {
    /// The rms of |e|.
    pub size: f64,
    /// x·e of each run: whether it is off along x.
    pub along: [f64; RUNS],
}

impl Errors {
    fn of(vector: &[Rounded]) -> Self {
        let (mut squares, mut along) = ([0.0; RUNS], [0.0; RUNS]);
        for x in vector {
            for (run, error) in x.errors().into_iter().enumerate() {
                squares[run] += error * error;
                along[run] += x.value * error;
            }
        }
        Self {
            size: root_mean_square(&squares.map(f64::sqrt)),
            along,
        }
    }
}

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looked {
    /// The cost alone; first order and score are taken to be without error.
    Cost,
    /// First order and score too.
    All,
}

/// What rounding does to a sample of the batch at theta; `costs` are the H + 1 costs without noise.
pub fn rounding(
    task: &Task,
    theta: &[f64],
    costs: &[f64],
    sample: &Sample,
    looked: Looked,
) -> Rounding {
    let walk = Walk::new(task, theta, costs, sample, (Noisy::Yes, looked));
    let baseline = match task.environment().is_random() {
        true => {
            let without = (Noisy::No, Looked::Cost);
            let walk = Walk::new(task, theta, costs, sample, without);
            Errors::of(&[walk.deviation])
        }
        false => Errors::default(),
    };
    let (first_order, score) = match looked {
        Looked::Cost => Default::default(),
        Looked::All => (Errors::of(&walk.first_order()), Errors::of(&walk.score())),
    };
    Rounding {
        // The way back meets the branches of the way there, those of seamless values too, and no others.
        margin: walk.deviation.margin,
        deviation: Errors::of(&[walk.deviation]),
        baseline,
        first_order,
        score,
    }
}

/// What rounding does to the trajectory without noise: f(theta, 0) and its derivative are off by as much in every sample, which no
/// standard error shows.
pub fn noise_free_rounding(
    task: &Task,
    theta: &[f64],
    nominal: &Nominal,
    looked: Looked,
) -> Rounding {
    let sample = Sample {
        deviation: 0.0,
        baseline: 0.0,
        noise: Vec::new(),
        score: Vec::new(),
        first_order: Vec::new(),
        initial_state: task.initial_state().to_vec(),
        parameters: task.parameters().to_vec(),
        nonfinite: None,
    };
    let walk = Walk::new(task, theta, &nominal.costs, &sample, (Noisy::No, looked));
    Rounding {
        margin: walk.deviation.margin,
        deviation: Errors::of(&[walk.deviation]),
        baseline: Errors::default(),
        first_order: match looked {
            Looked::Cost => Errors::default(),
            Looked::All => Errors::of(&walk.first_order()),
        },
        score: Errors::default(),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Noisy {
    Yes,
    No,
}

/// A trajectory of rounded numbers.
struct Walk<'a> {
    task: &'a Task,
    network: Option<Network>,
    noise: &'a [f64],
    parameters: Vec<Rounded>,
    theta: Vec<Rounded>,
    /// x₀ … x_H and u₀ … u_{H-1}, kept for the way back alone.
    states: Vec<Vec<Rounded>>,
    controls: Vec<Vec<Rounded>>,
    deviation: Rounded,
}

impl<'a> Walk<'a> {
    fn new(
        task: &'a Task,
        theta: &[f64],
        costs: &[f64],
        sample: &'a Sample,
        (noisy, looked): (Noisy, Looked),
    ) -> Self {
        let known = |values: &[f64]| -> Vec<Rounded> {
            values.iter().map(|x| Rounded::inexact(*x, 1.0)).collect()
        };
        let noise = match noisy {
            Noisy::Yes => &sample.noise[..],
            Noisy::No => &[],
        };
        let mut theta = known(theta);
        if task.noise_is_on_decision() {
            for (theta, w) in theta.iter_mut().zip(known(noise)) {
                *theta = *theta + w;
            }
        }
        let mut walk = Self {
            task,
            network: task.network(),
            noise,
            parameters: constants(&sample.parameters),
            theta,
            states: Vec::new(),
            controls: Vec::new(),
            deviation: Rounded::constant(0.0),
        };
        // What f32 holds is where an engine starts too.
        let start = sample.initial_state.iter();
        let start = start.map(|x| match f64::from(*x as f32) == *x {
            true => Rounded::constant(*x),
            false => Rounded::inexact(*x, 1.0),
        });
        walk.take(costs, start.collect(), looked);
        walk
    }

    fn take(&mut self, costs: &[f64], mut state: Vec<Rounded>, looked: Looked) {
        let functions = self.task.model().functions();
        let p = self.parameters.clone();
        let end = self.task.horizon();
        // A branch that no cost has seen may yet turn the way.
        let least = |state: &[Rounded], margin: f64| {
            let margins = state.iter().map(|x| x.margin);
            margins.fold(margin, f64::min)
        };
        let mut margin = least(&state, f64::INFINITY);
        for (t, nominal) in costs[..end].iter().enumerate() {
            let control = self.control(t, &state);
            let time = Rounded::constant(t as f64);
            let next = functions.advance.run(&p, &state, &control, time);
            let cost = functions.stage_cost.run(&p, &state, &control, time)[0];
            self.deviation = self.deviation + (cost - Rounded::constant(*nominal));
            margin = least(&next, margin);
            let before = std::mem::replace(&mut state, next);
            if looked == Looked::All {
                self.states.push(before);
                self.controls.push(control);
            }
        }
        let time = Rounded::constant(0.0);
        let cost = functions.final_cost.run(&p, &state, &[], time)[0];
        self.deviation = self.deviation + (cost - Rounded::constant(costs[end]));
        self.deviation.margin = self.deviation.margin.min(margin);
        self.states.push(state);
    }

    fn control(&self, t: usize, state: &[Rounded]) -> Vec<Rounded> {
        let m = self.task.model().control_size();
        let here = t * m..(t + 1) * m;
        let mut controls = match &self.network {
            None => self.theta[here.clone()].to_vec(),
            Some(network) => {
                let mut activations = self.activations(network, t, state);
                activations.split_off(activations.len() - m)
            }
        };
        if !self.task.noise_is_on_decision() && !self.noise.is_empty() {
            for (u, w) in controls.iter_mut().zip(&self.noise[here]) {
                *u = *u + Rounded::inexact(*w, 1.0);
            }
        }
        controls
    }

    fn activations(&self, network: &Network, t: usize, state: &[Rounded]) -> Vec<Rounded> {
        let mut activations = constants(&vec![0.0; network.activations()]);
        network.read(state, &mut activations);
        network.forward(&self.theta, t, &mut activations);
        activations
    }

    /// Adds (∂π/∂theta)ᵀ μ to `gradient`; returns (∂π/∂x)ᵀ μ of the state that is read.
    fn through_policy(
        &self,
        network: &Network,
        t: usize,
        on_control: &[Rounded],
        gradient: &mut [Rounded],
    ) -> Vec<Rounded> {
        let activations = self.activations(network, t, &self.states[t]);
        let mut cotangents = constants(&vec![0.0; activations.len()]);
        let first = cotangents.len() - on_control.len();
        cotangents[first..].copy_from_slice(on_control);
        network.backward(&self.theta, t, &activations, &mut cotangents, gradient);
        cotangents.truncate(network.states());
        cotangents
    }

    fn first_order(&self) -> Vec<Rounded> {
        let functions = self.task.model().functions();
        let (n, m) = (
            self.task.model().state_size(),
            self.task.model().control_size(),
        );
        let mut gradient = constants(&vec![0.0; self.task.dimension()]);
        let (p, end) = (&self.parameters[..], self.task.horizon());
        let zero = [Rounded::constant(0.0)];
        let final_cost = &functions.final_cost_gradient;
        let mut cotangent = final_cost.run_on(&[p, &self.states[end], &[], &zero]);
        for t in (0..end).rev() {
            let time = [Rounded::constant(t as f64)];
            let at = [p, &self.states[t], &self.controls[t], &time, &cotangent];
            let mut earlier = functions.step_vjp.run_on(&at);
            let on_control = earlier.split_off(n);
            match &self.network {
                None => gradient[t * m..(t + 1) * m].copy_from_slice(&on_control),
                Some(network) => {
                    let read = self.through_policy(network, t, &on_control, &mut gradient);
                    for (earlier, more) in earlier.iter_mut().zip(read) {
                        *earlier = *earlier + more;
                    }
                }
            }
            cotangent = earlier;
        }
        gradient
    }

    /// S(w), or Σ (∂π/∂theta)ᵀ S(wₜ) with noise on the action of a policy.
    fn score(&self) -> Vec<Rounded> {
        let noise = self.task.noise();
        let scales = noise.distribution.scales(noise.sigma);
        if let Some(factor) = self.task.factor().filter(|_| !self.noise.is_empty()) {
            return correlated_scores(factor, self.noise, scales.factor);
        }
        let ratios = self.task.drawn_ratios();
        let score = |(i, w): (usize, &f64)| {
            let ratio = ratios.as_ref().map_or(1.0, |ratios| ratios.of(i));
            let shape = match ratio {
                0.0 => 0.0,
                ratio => noise.distribution.score_shape(*w / ratio, scales.constant) / ratio,
            };
            Rounded::inexact(scales.factor * shape, SCORE)
        };
        let scores: Vec<Rounded> = self.noise.iter().enumerate().map(score).collect();
        let Some(network) = self
            .network
            .as_ref()
            .filter(|_| !self.task.noise_is_on_decision())
        else {
            return scores;
        };
        let mut gradient = constants(&vec![0.0; self.task.dimension()]);
        for (t, on_control) in scores.chunks(network.controls()).enumerate() {
            self.through_policy(network, t, on_control, &mut gradient);
        }
        gradient
    }
}

/// L⁻ᵀ z times a number, z that of the noise. The engine draws z and rounds w, so that both are off here: z of w by what w is off.
fn correlated_scores(factor: &Factor, noise: &[f64], by: f64) -> Vec<Rounded> {
    let z = factor.independent(noise);
    let of_noise = |(i, size): (usize, f64)| UNIT_ROUNDOFF * (SCORE + (i as f64).sqrt()) * size;
    let errors: Vec<f64> = factor
        .sizes(&z)
        .into_iter()
        .enumerate()
        .map(of_noise)
        .collect();
    let off = factor.errors_of_independent(&errors);
    let z: Vec<Rounded> = z
        .iter()
        .zip(off)
        .map(|(z, off)| Rounded::input(*z, off + SCORE * UNIT_ROUNDOFF * z.abs()))
        .collect();
    let sum = |element: usize| {
        let mut sum = Rounded::constant(0.0);
        for (k, l) in factor.score_terms(element) {
            sum = sum + Rounded::constant(l) * z[k];
        }
        sum * Rounded::inexact(by, SCORE)
    };
    (0..z.len()).map(sum).collect()
}

/// Roundings of the score of one noise: of its function, of the factor and of their product.
const SCORE: f64 = 16.0;

fn constants(values: &[f64]) -> Vec<Rounded> {
    values.iter().map(|x| Rounded::constant(*x)).collect()
}
