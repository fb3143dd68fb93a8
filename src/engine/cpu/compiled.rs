//! What a batch needs of a task, in f32 and compiled.

use super::lanes::{LANES, Row};
use super::program::{Bank, Place, Program, Slot};
use crate::engine::batch::Keys;
use crate::noise::environment::Draw;
use crate::noise::{Distribution, Factor, Ratios, threefry2x32};
use crate::system::functions::{self, Function};
use crate::system::policy::Network;
use crate::system::task::Task;
use std::ops::Range;
use std::sync::Arc;

/// The noise in f32.
#[derive(Clone, Debug)]
pub struct NoiseScales {
    pub distribution: Distribution,
    /// w = scale · standard
    pub scale: f32,
    /// S(w) = factor · shape(w, constant)
    pub factor: f32,
    pub constant: f32,
    /// What the noise of each element is over this; none where all are the same.
    pub ratios: Option<Ratios>,
    /// What makes it of independent noise, where it is not that itself.
    pub mixing: Option<Arc<Factor>>,
}

/// See the module.
#[derive(Clone, Debug)]
pub struct Kernel {
    /// (x, u, drawn parameters) to (next x, stage cost)
    pub step: Program,
    /// (x, drawn parameters) to final cost
    pub last: Program,
    /// (x, u, cotangent, drawn parameters) to the cotangents of x and u
    pub step_back: Program,
    /// (x, drawn parameters) to ∂final_cost/∂x
    pub last_back: Program,
    /// Whether the stage cost depends on the number of the step.
    pub uses_time: bool,
    pub network: Option<Network>,
    /// Whether the noise is on theta, as it is for every open loop.
    pub on_decision: bool,
    pub noise: NoiseScales,
    /// Draw and terms of each coordinate of x₀.
    initial: Vec<(Draw, Vec<(usize, f32)>)>,
    /// Element and draw of each parameter that is not the same for all samples.
    drawn_parameters: Vec<(u32, Draw)>,
    pub nominal_costs: Vec<f32>,
    keys: Keys,
    /// H
    pub horizon: usize,
    /// Steps that are in memory at one time: H, or an even number below it.
    pub segment: usize,
    /// N
    pub states: usize,
    /// M
    pub controls: usize,
    /// d
    pub dimension: usize,
    pub noise_dimension: usize,
}

impl Kernel {
    /// Compiles the task.
    pub fn new(task: &Task, nominal_costs: &[f64], keys: Keys) -> Self {
        let model = task.model();
        let environment = task.environment();
        let (n, m) = (model.state_size(), model.control_size());
        let drawn_parameters: Vec<(u32, Draw)> = (n as u32..)
            .zip(&environment.parameters)
            .filter(|(_, draw)| draw.is_random())
            .map(|(element, draw)| (element, *draw))
            .collect();
        let input = |bank: u32, index: u32| -> Slot {
            let row = |bank| Slot::Input(Place { bank, index });
            match bank {
                functions::STATE => row(Bank::State),
                functions::CONTROL => row(Bank::Control),
                functions::TIME => row(Bank::Time),
                functions::COTANGENT => row(Bank::CotangentAfter),
                _ => {
                    let is_it = |(element, _): &(u32, Draw)| *element == n as u32 + index;
                    match drawn_parameters.iter().position(is_it) {
                        Some(drawn) => Slot::Input(Place {
                            bank: Bank::Parameters,
                            index: drawn as u32,
                        }),
                        None => Slot::Uniform(task.parameters()[index as usize] as f32),
                    }
                }
            }
        };
        let rows = |bank, count| Place::rows(bank, count).collect::<Vec<_>>();
        let (next, cost) = (rows(Bank::NextState, n), rows(Bank::Cost, 1));
        let (cotangent, gradient) = (rows(Bank::Cotangent, n), rows(Bank::Gradient, m));
        let f = model.functions();
        let scales = task.noise().distribution.scales(task.sigma());
        let compiled = |functions: &[&Function], targets: &[&[Place]]| {
            Program::new(functions, input, &targets.concat())
        };
        Self {
            step: compiled(&[&f.advance, &f.stage_cost], &[&next, &cost]),
            last: compiled(&[&f.final_cost], &[&cost]),
            step_back: compiled(&[&f.step_vjp], &[&cotangent, &gradient]),
            last_back: compiled(&[&f.final_cost_gradient], &[&cotangent]),
            uses_time: f.stage_cost.uses(functions::TIME),
            network: task.network(),
            on_decision: task.noise_is_on_decision(),
            noise: NoiseScales {
                distribution: task.noise().distribution,
                scale: scales.scale as f32,
                factor: scales.factor as f32,
                constant: scales.constant as f32,
                ratios: task.drawn_ratios(),
                mixing: task.factor().cloned(),
            },
            initial: environment
                .initial
                .iter()
                .map(|x| {
                    let terms = x.terms.iter().map(|(j, f)| (*j, *f as f32));
                    (x.draw, terms.collect())
                })
                .collect(),
            drawn_parameters,
            nominal_costs: nominal_costs.iter().map(|x| *x as f32).collect(),
            keys,
            horizon: task.horizon(),
            segment: task.horizon(),
            states: model.state_size(),
            controls: model.control_size(),
            dimension: task.dimension(),
            noise_dimension: task.noise_dimension(),
        }
    }

    /// The same with so many steps in memory at one time.
    pub fn in_segments(mut self, steps: usize) -> Self {
        self.segment = steps;
        self
    }

    /// The steps of each segment, in order.
    pub fn segments(&self) -> impl DoubleEndedIterator<Item = Range<usize>> + use<> {
        let (segment, horizon) = (self.segment, self.horizon);
        let starts = (0..horizon).step_by(segment.max(1));
        starts.map(move |start| start..(start + segment).min(horizon))
    }

    /// Whether there is more than one.
    pub fn is_cut(&self) -> bool {
        self.segment < self.horizon
    }

    /// Whether each step has coordinates of its own, so that a segment has its own too.
    pub fn is_open_loop(&self) -> bool {
        self.network.is_none()
    }

    /// Coordinates that are in memory at one time.
    pub fn coordinates(&self) -> usize {
        match self.is_open_loop() {
            true => self.segment * self.controls,
            false => self.dimension,
        }
    }

    /// Elements of the noise that are in memory at one time.
    pub fn noise_rows(&self) -> usize {
        match self.is_noise_of_weights() {
            true => self.noise_dimension,
            false => self.segment * self.controls,
        }
    }

    /// Whether the noise is that of weights, which all steps share.
    pub fn is_noise_of_weights(&self) -> bool {
        self.on_decision && !self.is_open_loop()
    }

    /// Step, last, step back, last back.
    pub fn programs(&self) -> [&Program; 4] {
        [&self.step, &self.last, &self.step_back, &self.last_back]
    }

    /// Whether the score is something else than the noise itself times a factor.
    pub fn has_score_rows(&self) -> bool {
        !self.on_decision
            || self.noise.distribution != Distribution::Gaussian
            || self.noise.ratios.is_some()
            || self.noise.mixing.is_some()
    }

    /// Parameters that differ from sample to sample.
    pub fn drawn_parameters(&self) -> usize {
        self.drawn_parameters.len()
    }

    /// The noise of all samples in the coordinates `2 pair` and, if there is one, `2 pair + 1`.
    #[inline(always)]
    pub fn draw_noise(&self, samples: &[u32; LANES], pair: u32, rows: &mut [Row]) {
        let key = self.keys.noise;
        let mut none = Row::filled(0.0);
        let (even, odd) = match rows {
            [even, odd] => (even, odd),
            [even] => (even, &mut none),
            _ => return,
        };
        let (distribution, scale) = (self.noise.distribution, self.noise.scale);
        // One loop for each distribution: a choice inside of it would not vectorise.
        macro_rules! draw {
            ($distribution:expr) => {
                for lane in 0..LANES {
                    let bits = threefry2x32(key, [samples[lane], pair]);
                    let [first, second] = $distribution.standard_pair_f32(bits);
                    even.0[lane] = scale * first;
                    odd.0[lane] = scale * second;
                }
            };
        }
        match distribution {
            Distribution::Gaussian => draw!(Distribution::Gaussian),
            Distribution::Laplace => draw!(Distribution::Laplace),
            Distribution::Logistic => draw!(Distribution::Logistic),
            Distribution::StudentT => draw!(Distribution::StudentT),
        }
        if let Some(ratios) = &self.noise.ratios {
            let element = 2 * pair as usize;
            for (row, element) in [even, odd].into_iter().zip(element..) {
                let ratio = ratios.of_f32(element);
                row.0.iter_mut().for_each(|w| *w *= ratio);
            }
        }
    }

    /// Initial states and drawn parameters of all samples.
    pub fn draw_environment(
        &self,
        samples: &[u32; LANES],
        initial: &mut [Row],
        parameters: &mut [Row],
    ) {
        let draw = |draw: &Draw, element: u32, row: &mut Row| {
            for (x, sample) in row.0.iter_mut().zip(samples) {
                let bits = threefry2x32(self.keys.environment, [*sample, element]);
                *x = draw.value_f32(bits);
            }
        };
        for (i, (own, terms)) in self.initial.iter().enumerate() {
            let (earlier, row) = initial.split_at_mut(i);
            if !own.is_random() {
                row[0] = Row::filled(own.mean() as f32);
            } else {
                draw(own, i as u32, &mut row[0]);
            }
            for (j, factor) in terms {
                for (x, other) in row[0].0.iter_mut().zip(&earlier[*j].0) {
                    *x += factor * other;
                }
            }
        }
        for ((element, own), row) in self.drawn_parameters.iter().zip(parameters) {
            draw(own, *element, row);
        }
    }
}
