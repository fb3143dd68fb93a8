//! One batch in full: value, both orders and their mix from every sample, with the first samples themselves.
//!
//! The engine hands the first block of the batch out sample by sample, and only the rest as statistics, so that no sample is
//! rolled out twice. Where one batch does not serve both orders, the estimate is made as for any other method, and there are
//! no samples to look at.

use crate::engine::moments::{Moments, Offender};
use crate::engine::nominal::finite_nominal;
use crate::engine::{BLOCK_SAMPLES, Baseline, Batch, Sample, Stream, Wanted};
use crate::error::Result;
use crate::estimate::{self, Mixed, Settings, mix};
use crate::noise::Distribution;
use crate::solve::method::Context;
use crate::system::task::Task;

/// Numbers of the samples that are kept, at most: 32 MiB.
const MOST_VALUES: usize = 1 << 22;

/// What a look around theta shows.
pub struct Look {
    /// Value, both orders and the mix.
    pub mixed: Mixed,
    /// The first samples of the batch, in full.
    pub samples: Vec<Sample>,
    /// Rollouts it took.
    pub rollouts: u64,
}

/// Whether one batch serves for value and both orders.
fn is_shared(settings: &Settings) -> bool {
    settings.batches() == 1
        && !settings.draws_directions()
        && settings.baseline != Baseline::LeaveOneOut
        && settings.rule.facts().needs_first_order
}

/// Rollouts of a look for each sample.
pub fn rollouts_of_sample(task: &Task, settings: &Settings) -> u64 {
    let one = Batch {
        samples: 1,
        ..settings.batch(0, Stream::Estimate, Wanted::Both)
    };
    let batches = if settings.rule.facts().needs_first_order {
        settings.batches()
    } else {
        1
    };
    batches * one.rollouts(task)
}

/// Looks around theta with the samples of `settings`.
pub fn look(context: &mut Context<'_>, settings: &Settings) -> Result<Look> {
    if is_shared(settings) {
        return look_in_full(context, settings);
    }
    let wanted = match settings.rule.facts().needs_first_order {
        true => Wanted::Both,
        false => Wanted::ZerothOrder,
    };
    let (task, theta, number) = (context.task, context.theta, context.number);
    let mixed = estimate::estimate(context.engine, task, theta, settings, number, wanted)?;
    Ok(Look {
        rollouts: mixed.rollouts,
        mixed,
        samples: Vec::new(),
    })
}

fn look_in_full(context: &mut Context<'_>, settings: &Settings) -> Result<Look> {
    let (task, theta) = (context.task, context.theta);
    let batch = settings.batch(context.number, Stream::Estimate, Wanted::Both);
    let nominal = finite_nominal(task, theta)?.cost;
    let first = batch.samples.min(BLOCK_SAMPLES);
    let numbers = task.dimension() + task.noise_dimension() + task.dimension();
    let kept = (MOST_VALUES / numbers.max(1)).max(64);
    let mut gathered = Gathered::new(nominal, task, kept);
    let chunk = (kept as u64).min(first);
    for start in (0..first).step_by(chunk.max(1) as usize) {
        let range = start..(start + chunk).min(first);
        let samples = context.engine.samples(task, theta, &batch, range.clone())?;
        gathered.add(range.start, samples, batch.baseline);
    }
    if first < batch.samples {
        let rest = batch.within(first..batch.samples);
        gathered
            .moments
            .merge(&context.engine.moments(task, theta, &rest)?);
    }
    let Gathered {
        moments,
        samples,
        first_order_lost,
        ..
    } = gathered;
    let checked = moments.check(settings.nonfinite, task.name(), settings.seed);
    checked.map_err(|error| error.because(task.hint()))?;
    let wanted = if first_order_lost {
        Wanted::ZerothOrder
    } else {
        Wanted::Both
    };
    let holds = task.noise().distribution == Distribution::Gaussian
        && task.noise_is_on_decision()
        && task.noise_ratios().is_none()
        && task.covariance().is_none()
        && !task.environment().is_random();
    let moments = estimate::differentiated(moments, task, wanted);
    let mixed = mix(
        &moments,
        None,
        settings,
        wanted,
        holds.then_some(task.sigma()),
    );
    Ok(Look {
        mixed,
        samples,
        rollouts: batch.rollouts(task),
    })
}

/// Samples as they come in.
struct Gathered {
    moments: Moments,
    samples: Vec<Sample>,
    kept: usize,
    /// Whether a derivative was not finite where the cost was.
    first_order_lost: bool,
}

impl Gathered {
    fn new(nominal: f64, task: &Task, kept: usize) -> Self {
        Self {
            moments: Moments::empty(nominal, task.dimension()),
            samples: Vec::new(),
            kept,
            first_order_lost: false,
        }
    }

    fn add(&mut self, start: u64, samples: Vec<Sample>, baseline: Baseline) {
        for (sample, s) in (start..).zip(samples) {
            if !s.deviation.is_finite() || s.score.iter().any(|x| !x.is_finite()) {
                let time = s.nonfinite.unwrap_or(0);
                self.moments.nonfinite.add(Offender { sample, time });
                continue;
            }
            let above = match baseline {
                Baseline::None => s.deviation + self.moments.nominal,
                _ => s.deviation - s.baseline,
            };
            self.first_order_lost |= s.nonfinite.is_some();
            let orders = s.first_order.iter().zip(&s.score);
            self.moments
                .add(s.deviation, orders.map(|(g, score)| (*g, above * score)));
            if self.samples.len() < self.kept && s.nonfinite.is_none() {
                self.samples.push(s);
            }
        }
    }
}
