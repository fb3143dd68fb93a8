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
use crate::number::rounded::execute::Scratch;
use crate::number::rounded::program::{Margins, Program};
use crate::number::rounded::rows::{Row, RowErrors, SAMPLES};
use crate::number::rounded::{RUNS, Rounded, UNIT_ROUNDOFF, root_mean_square};
use crate::system::functions::Function;
use crate::system::policy::Network;
use crate::system::task::Task;
use pulp::Arch;
use rayon::prelude::*;

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

/// What rounding does to samples of the batch at theta, which go together; `costs` are the H + 1 costs without noise.
pub fn roundings(
    task: &Task,
    theta: &[f64],
    costs: &[f64],
    samples: &[Sample],
    looked: Looked,
) -> Vec<Rounding> {
    let known = known(theta);
    let together = |samples| {
        let of = Together::new(task, &known, costs, samples);
        of.roundings(looked)
    };
    samples
        .par_chunks(SAMPLES)
        .flat_map_iter(together)
        .collect()
}

/// What it does to one.
pub fn rounding(
    task: &Task,
    theta: &[f64],
    costs: &[f64],
    sample: &Sample,
    looked: Looked,
) -> Rounding {
    let known = known(theta);
    let of = Together::new(task, &known, costs, std::slice::from_ref(sample));
    of.roundings(looked)[0]
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
    let (known, samples) = (known(theta), [sample]);
    let of = Together::new(task, &known, &nominal.costs, &samples);
    let walk = of.walk(Noisy::No, looked, Margins::Found);
    let deviation = walk.deviation.sample(0);
    let first_order = match looked {
        Looked::Cost => None,
        Looked::All => walk.first_order().into_iter().next(),
    };
    Rounding {
        margin: deviation.margin,
        deviation: Errors::of(&[deviation]),
        baseline: Errors::default(),
        first_order: first_order.unwrap_or_default(),
        score: Errors::default(),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Noisy {
    Yes,
    No,
}

/// Up to [`SAMPLES`] samples.
struct Together<'a> {
    task: &'a Task,
    network: Option<Network>,
    costs: &'a [f64],
    samples: &'a [Sample],
    theta: &'a [Rounded],
    parameters: Vec<Row>,
    arch: Arch,
}

impl<'a> Together<'a> {
    fn new(task: &'a Task, theta: &'a [Rounded], costs: &'a [f64], samples: &'a [Sample]) -> Self {
        let mut drawn = Self {
            task,
            network: task.network(),
            costs,
            samples,
            theta,
            parameters: Vec::new(),
            arch: Arch::new(),
        };
        let constant = Rounded::constant;
        drawn.parameters = drawn.rows(task.parameters().len(), |s, i| constant(s.parameters[i]));
        drawn
    }

    fn roundings(&self, looked: Looked) -> Vec<Rounding> {
        let walk = self.walk(Noisy::Yes, looked, Margins::Found);
        let baseline = match self.task.environment().is_random() {
            true => {
                let walk = self.walk(Noisy::No, Looked::Cost, Margins::Ignored);
                Some(walk.deviation)
            }
            false => None,
        };
        let first_orders = match looked {
            Looked::Cost => Vec::new(),
            Looked::All => walk.first_order(),
        };
        let of_sample = |s: usize| {
            let deviation = walk.deviation.sample(s);
            Rounding {
                // The way back meets the branches of the way there, those of seamless values too, and no others.
                margin: deviation.margin,
                deviation: Errors::of(&[deviation]),
                baseline: baseline.map_or(Errors::default(), |b| Errors::of(&[b.sample(s)])),
                first_order: first_orders.get(s).copied().unwrap_or_default(),
                score: match looked {
                    Looked::Cost => Errors::default(),
                    Looked::All => Errors::of(&walk.score(s)),
                },
            }
        };
        (0..self.samples.len()).map(of_sample).collect()
    }

    /// Numbers of each sample; those that are not there are as the last one.
    fn rows(&self, count: usize, of: impl Fn(&Sample, usize) -> Rounded) -> Vec<Row> {
        let row = |i: usize| {
            let mut row = Row::constant(0.0);
            for s in 0..SAMPLES {
                row.set(s, of(self.sample(s), i));
            }
            row
        };
        (0..count).map(row).collect()
    }

    fn sample(&self, s: usize) -> &Sample {
        &self.samples[s.min(self.samples.len() - 1)]
    }

    fn walk(&self, noisy: Noisy, looked: Looked, margins: Margins) -> Walk<'_> {
        let mut walk = Walk {
            of: self,
            noisy: noisy == Noisy::Yes,
            thetas: Vec::new(),
            states: Vec::new(),
            controls: Vec::new(),
            activations: Vec::new(),
            deviation: Row::constant(0.0),
        };
        if self.network.is_some() {
            walk.thetas = self.samples.iter().map(|s| walk.theta(s)).collect();
        }
        // What f32 holds is where an engine starts too.
        let start = |s: &Sample, i: usize| match s.initial_state[i] {
            x if f64::from(x as f32) == x => Rounded::constant(x),
            x => Rounded::inexact(x, 1.0),
        };
        walk.take(
            self.rows(self.task.initial_state().len(), start),
            looked,
            margins,
        );
        walk
    }
}

/// Their trajectories of rounded numbers.
struct Walk<'a> {
    of: &'a Together<'a>,
    noisy: bool,
    /// The weights of the policy of each sample, if it is a network.
    thetas: Vec<Vec<Rounded>>,
    /// x₀ … x_H and u₀ … u_{H-1}, kept for the way back alone.
    states: Vec<Vec<Row>>,
    controls: Vec<Vec<Row>>,
    /// Those of each sample at each time, if the policy is a network; for the way back too.
    activations: Vec<Vec<Vec<Rounded>>>,
    deviation: Row,
}

/// A function on rows, with parameters that it knows.
struct Prepared<'a> {
    program: &'a Program,
    scratch: Scratch,
    arch: Arch,
    used: usize,
}

impl<'a> Prepared<'a> {
    fn new(function: &'a Function, margins: Margins, of: &Together<'_>) -> Self {
        let program = function.program(margins);
        let (mut scratch, used) = (program.scratch(), of.samples.len());
        program.fix(of.arch, &mut scratch, &of.parameters, used);
        Self {
            program,
            scratch,
            arch: of.arch,
            used,
        }
    }

    /// Of state, control, time and cotangent.
    fn run(&mut self, [x, u, time, cotangent]: [&[Row]; 4]) -> impl Iterator<Item = &Row> {
        let inputs = [&[], x, u, time, cotangent];
        self.program
            .run(self.arch, &mut self.scratch, &inputs, self.used);
        self.program.results(&self.scratch)
    }
}

impl Walk<'_> {
    /// theta of a sample, with its noise if that is on the decision.
    fn theta(&self, sample: &Sample) -> Vec<Rounded> {
        let mut theta = self.of.theta.to_vec();
        if self.of.task.noise_is_on_decision() && self.noisy {
            for (theta, w) in theta.iter_mut().zip(known(&sample.noise)) {
                *theta = *theta + w;
            }
        }
        theta
    }

    fn take(&mut self, mut state: Vec<Row>, looked: Looked, margins: Margins) {
        let functions = self.of.task.model().functions();
        let prepared = |function| Prepared::new(function, margins, self.of);
        let mut advance = prepared(&functions.advance);
        let mut stage_cost = prepared(&functions.stage_cost);
        let end = self.of.task.horizon();
        // A branch that no cost has seen may yet turn the way.
        let mut margin = [f64::INFINITY; SAMPLES];
        let mut least = |state: &[Row]| {
            for row in state {
                let pairs = margin.iter_mut().zip(row.margins());
                pairs.for_each(|(least, margin)| *least = least.min(*margin));
            }
        };
        least(&state);
        for (t, nominal) in self.of.costs[..end].iter().enumerate() {
            let activations = self.activations(t, &state);
            let control = self.control(t, &activations);
            let time = [Row::constant(t as f64)];
            let next: Vec<Row> = advance
                .run([&state, &control, &time, &[]])
                .copied()
                .collect();
            for cost in stage_cost.run([&state, &control, &time, &[]]) {
                self.deviation = beyond(&self.deviation, cost, *nominal);
            }
            least(&next);
            let before = std::mem::replace(&mut state, next);
            if looked == Looked::All {
                self.states.push(before);
                self.controls.push(control);
                self.activations.push(activations);
            }
        }
        let time = [Row::constant(0.0)];
        let mut final_cost = prepared(&functions.final_cost);
        for cost in final_cost.run([&state, &[], &time, &[]]) {
            self.deviation = beyond(&self.deviation, cost, self.of.costs[end]);
        }
        self.deviation.lower_margins(&margin);
        self.states.push(state);
    }

    fn control(&self, t: usize, activations: &[Vec<Rounded>]) -> Vec<Row> {
        let (of, m) = (self.of, self.of.task.model().control_size());
        let mut controls: Vec<Row> = match &of.network {
            None => of.theta[t * m..(t + 1) * m]
                .iter()
                .map(|x| Row::filled(*x))
                .collect(),
            Some(_) => {
                let mut controls = vec![Row::constant(0.0); m];
                for (s, activations) in activations.iter().enumerate() {
                    let of_sample = &activations[activations.len() - m..];
                    for (row, u) in controls.iter_mut().zip(of_sample) {
                        row.set(s, *u);
                    }
                }
                controls
            }
        };
        let is_added = of.network.is_none() || !of.task.noise_is_on_decision();
        if self.noisy && is_added {
            let noise: Vec<[f64; SAMPLES]> = (t * m..(t + 1) * m)
                .map(|i| std::array::from_fn(|s| of.sample(s).noise[i]))
                .collect();
            of.arch.dispatch(|| {
                for (u, w) in controls.iter_mut().zip(&noise) {
                    *u = Row::sum(u, &Row::inexact(w, 1.0));
                }
            });
        }
        controls
    }

    /// The activations of each sample at a state; nothing without a network.
    fn activations(&self, t: usize, state: &[Row]) -> Vec<Vec<Rounded>> {
        let Some(network) = &self.of.network else {
            return Vec::new();
        };
        let of_sample = |(s, theta): (usize, &Vec<Rounded>)| {
            let state: Vec<Rounded> = state.iter().map(|row| row.sample(s)).collect();
            let mut activations = zeros(network.activations());
            network.read(&state, &mut activations);
            network.forward(theta, t, &mut activations);
            activations
        };
        self.thetas.iter().enumerate().map(of_sample).collect()
    }

    /// Adds (∂π/∂theta)ᵀ μ of a sample to `gradient`; returns (∂π/∂x)ᵀ μ of the state that is read.
    fn through_policy(
        &self,
        network: &Network,
        (sample, t): (usize, usize),
        on_control: &[Rounded],
        gradient: &mut [Rounded],
    ) -> Vec<Rounded> {
        let theta = &self.thetas[sample];
        let activations = &self.activations[t][sample];
        let mut cotangents = zeros(activations.len());
        let first = cotangents.len() - on_control.len();
        cotangents[first..].copy_from_slice(on_control);
        network.backward(theta, t, activations, &mut cotangents, gradient);
        cotangents.truncate(network.states());
        cotangents
    }

    /// The errors of g₁ of each sample.
    fn first_order(&self) -> Vec<Errors> {
        match &self.of.network {
            None => {
                let mut gradient = vec![Row::constant(0.0); self.of.task.dimension()];
                let m = self.of.task.model().control_size();
                self.way_back(|t, on_control, _| {
                    gradient[t * m..(t + 1) * m].copy_from_slice(on_control);
                });
                self.errors(&gradient)
            }
            Some(network) => {
                let none = zeros(self.of.task.dimension());
                let mut gradients = vec![none; self.of.samples.len()];
                self.way_back(|t, on_control, earlier| {
                    for (s, gradient) in gradients.iter_mut().enumerate() {
                        let on_control: Vec<Rounded> =
                            on_control.iter().map(|row| row.sample(s)).collect();
                        let read = self.through_policy(network, (s, t), &on_control, gradient);
                        for (row, more) in earlier.iter_mut().zip(read) {
                            row.set(s, row.sample(s) + more);
                        }
                    }
                });
                gradients
                    .iter()
                    .map(|gradient| Errors::of(gradient))
                    .collect()
            }
        }
    }

    /// From the last step to the first: `visit` is given μₜ, and λₜ without what it owes to the policy.
    fn way_back(&self, mut visit: impl FnMut(usize, &[Row], &mut [Row])) {
        let functions = self.of.task.model().functions();
        let (n, end) = (self.of.task.model().state_size(), self.of.task.horizon());
        let prepared = |function| Prepared::new(function, Margins::Ignored, self.of);
        let zero = [Row::constant(0.0)];
        let mut final_cost = prepared(&functions.final_cost_gradient);
        let at = [&self.states[end], &[][..], &zero, &[]];
        let mut cotangent: Vec<Row> = final_cost.run(at).copied().collect();
        let mut step_vjp = prepared(&functions.step_vjp);
        for t in (0..end).rev() {
            let time = [Row::constant(t as f64)];
            let at = [&self.states[t], &self.controls[t][..], &time, &cotangent];
            let mut earlier: Vec<Row> = step_vjp.run(at).copied().collect();
            let on_control = earlier.split_off(n);
            visit(t, &on_control, &mut earlier);
            cotangent = earlier;
        }
    }

    fn errors(&self, vector: &[Row]) -> Vec<Errors> {
        let mut errors = RowErrors::default();
        self.of.arch.dispatch(|| {
            for x in vector {
                errors.add(x);
            }
        });
        let of_sample = |s: usize| {
            let (size, along) = errors.of_sample(s);
            Errors { size, along }
        };
        (0..self.of.samples.len()).map(of_sample).collect()
    }

    /// S(w), or Σ (∂π/∂theta)ᵀ S(wₜ) with noise on the action of a policy.
    fn score(&self, sample: usize) -> Vec<Rounded> {
        let (task, of_sample) = (self.of.task, &self.of.samples[sample].noise);
        let noise = task.noise();
        let scales = noise.distribution.scales(noise.sigma);
        if let Some(factor) = task.factor().filter(|_| !of_sample.is_empty()) {
            return correlated_scores(factor, of_sample, scales.factor);
        }
        let ratios = task.drawn_ratios();
        let score = |(i, w): (usize, &f64)| {
            let ratio = ratios.as_ref().map_or(1.0, |ratios| ratios.of(i));
            let shape = match ratio {
                0.0 => 0.0,
                ratio => noise.distribution.score_shape(*w / ratio, scales.constant) / ratio,
            };
            Rounded::inexact(scales.factor * shape, SCORE)
        };
        let scores: Vec<Rounded> = of_sample.iter().enumerate().map(score).collect();
        let network = self.of.network.as_ref();
        let Some(network) = network.filter(|_| !task.noise_is_on_decision()) else {
            return scores;
        };
        let mut gradient = zeros(task.dimension());
        for (t, on_control) in scores.chunks(network.controls()).enumerate() {
            self.through_policy(network, (sample, t), on_control, &mut gradient);
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

/// Numbers that are known to a rounding.
fn known(values: &[f64]) -> Vec<Rounded> {
    values.iter().map(|x| Rounded::inexact(*x, 1.0)).collect()
}

fn zeros(count: usize) -> Vec<Rounded> {
    vec![Rounded::constant(0.0); count]
}

/// A cost more, as a deviation from the one without noise.
fn beyond(sum: &Row, cost: &Row, nominal: f64) -> Row {
    Row::sum(sum, &Row::difference(cost, &Row::constant(nominal)))
}
