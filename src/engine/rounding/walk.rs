//! Trajectories of rounded numbers, some samples together, there and back.

use crate::engine::report::Sample;
use crate::engine::rounding::dispatched::{AddNoise, Backward, ErrorsOf, Forward};
use crate::engine::rounding::errors::{Errors, Looked, Rounding};
use crate::engine::rounding::score::scores;
use crate::number::Scalar as _;
use crate::number::rounded::Rounded;
use crate::number::rounded::execute::Scratch;
use crate::number::rounded::operations::{difference, sum};
use crate::number::rounded::program::{Margins, Program};
use crate::number::rounded::rows::{Row, SAMPLES};
use crate::system::functions::Function;
use crate::system::policy::Network;
use crate::system::task::Task;
use pulp::Arch;

/// Whether the noise of the samples is added.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Noisy {
    Yes,
    No,
}

/// Up to [`SAMPLES`] samples.
pub(super) struct Together<'a> {
    task: &'a Task,
    network: Option<Network>,
    costs: &'a [f64],
    samples: &'a [Sample],
    theta: &'a [Rounded],
    parameters: Vec<Row>,
    arch: Arch,
}

impl<'a> Together<'a> {
    pub fn new(
        task: &'a Task,
        theta: &'a [Rounded],
        costs: &'a [f64],
        samples: &'a [Sample],
    ) -> Self {
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

    /// What rounding does to each of them.
    pub fn roundings(&self, looked: Looked) -> Vec<Rounding> {
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

    /// Their trajectories, kept where all is looked at.
    pub fn walk(&self, noisy: Noisy, looked: Looked, margins: Margins) -> Walk<'_> {
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
pub(super) struct Walk<'a> {
    of: &'a Together<'a>,
    noisy: bool,
    /// The weights of the policy of each sample, if it is a network.
    thetas: Vec<Vec<Rounded>>,
    /// x₀ … x_H and u₀ … u_{H-1}, kept for the way back alone.
    states: Vec<Vec<Row>>,
    controls: Vec<Vec<Row>>,
    /// Those of each sample at each time, if the policy is a network; for the way back too.
    activations: Vec<Vec<Vec<Rounded>>>,
    /// f - f(theta, 0)
    pub deviation: Row,
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
            for (theta, w) in theta.iter_mut().zip(&sample.noise) {
                *theta = *theta + Rounded::inexact(*w, 1.0);
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
            of.arch.dispatch(AddNoise {
                controls: &mut controls,
                noise: &noise,
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
            self.of.arch.dispatch(Forward {
                network,
                theta,
                t,
                activations: &mut activations,
            });
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
        self.of.arch.dispatch(Backward {
            network,
            theta,
            t,
            activations,
            cotangents: &mut cotangents,
            gradient,
        });
        cotangents.truncate(network.states());
        cotangents
    }

    /// The errors of g₁ of each sample.
    pub fn first_order(&self) -> Vec<Errors> {
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
        let errors = self.of.arch.dispatch(ErrorsOf(vector));
        let of_sample = |s: usize| {
            let (size, along) = errors.of_sample(s);
            Errors { size, along }
        };
        (0..self.of.samples.len()).map(of_sample).collect()
    }

    /// S(w), or Σ (∂π/∂theta)ᵀ S(wₜ) with noise on the action of a policy.
    fn score(&self, sample: usize) -> Vec<Rounded> {
        let task = self.of.task;
        let scores = scores(task, &self.of.samples[sample].noise);
        let is_on_action = !task.noise_is_on_decision() && task.factor().is_none();
        let Some(network) = self.of.network.as_ref().filter(|_| is_on_action) else {
            return scores;
        };
        let mut gradient = zeros(task.dimension());
        for (t, on_control) in scores.chunks(network.controls()).enumerate() {
            self.through_policy(network, (sample, t), on_control, &mut gradient);
        }
        gradient
    }
}

fn zeros(count: usize) -> Vec<Rounded> {
    vec![Rounded::constant(0.0); count]
}

/// A cost more, as a deviation from the one without noise.
fn beyond(total: &Row, cost: &Row, nominal: f64) -> Row {
    sum(total, &difference(cost, &Row::constant(nominal)))
}
