//! The threshold of a risk, from samples.
//!
//!   CVaR_q = c + E max(f - c, 0)/q,   c the quantile of which a share q of the costs is above
//!
//! c is the least over all thresholds, so that a small error of it is an error of second order in the objective, and the
//! gradient is that of the objective at fixed c.

use crate::engine::nominal::finite_nominal;
use crate::engine::{Batch, Engine, Stream, Wanted};
use crate::error::Result;
use crate::estimate::settings::Settings;
use crate::system::shaping::{COST_THRESHOLD, Risk, TAIL_SHARE, WEIGHT_BELOW};
use crate::system::task::Task;
use std::borrow::Cow;

/// Numbers of samples in memory at one time.
const MOST_VALUES: usize = 1 << 22;

/// Samples above the threshold, at least.
const ABOVE: f64 = 10.0;

/// Samples for the threshold, at most.
const MOST_SAMPLES: u64 = 1 << 14;

/// Which noise the threshold is from.
#[derive(Clone, Copy, Debug)]
pub struct Draw {
    /// Of the batch that it is for.
    pub seed: u64,
    /// Of that batch too.
    pub iteration: u32,
    /// And its stream.
    pub stream: Stream,
    /// And its samples.
    pub samples: u64,
}

impl Draw {
    /// That of a batch.
    pub fn of(settings: &Settings, iteration: u32, stream: Stream) -> Self {
        Self {
            seed: settings.seed,
            iteration,
            stream,
            samples: settings.samples,
        }
    }
}

/// Samples that the threshold of a risk takes for a batch of so many; none without a risk.
pub fn rollouts(task: &Task, samples: u64) -> u64 {
    let Some(risk) = task.shaping().risk().filter(|_| !task.is_settled()) else {
        return 0;
    };
    let for_tail = match risk {
        Risk::Cvar(share) => (ABOVE / share).ceil() as u64,
        Risk::Worst => samples,
    };
    samples.max(for_tail).min(MOST_SAMPLES)
}

/// The task with the threshold of its risk at theta, and the rollouts that took; the task as it is where it has no risk, or a
/// threshold.
pub fn settle<'t>(
    engine: &mut dyn Engine,
    task: &'t Task,
    theta: &[f64],
    draw: Draw,
) -> Result<(Cow<'t, Task>, u64)> {
    let count = rollouts(task, draw.samples);
    let Some(risk) = task.shaping().risk().filter(|_| count > 0) else {
        return Ok((Cow::Borrowed(task), 0));
    };
    let mut costs = costs(engine, task, theta, draw, count)?;
    costs.sort_unstable_by(f64::total_cmp);
    let share = risk.share(draw.samples);
    let above = ((share * costs.len() as f64).ceil() as usize).clamp(1, costs.len().max(1));
    // Between two costs, so that rounding does not decide on which side one of them is.
    let first = costs.len() - above.min(costs.len());
    let threshold = match (first.checked_sub(1), costs.get(first)) {
        (Some(below), Some(cost)) => 0.5 * (costs[below] + cost),
        (None, Some(least)) => least - 1e-3 * (costs[costs.len() - 1] - least),
        (_, None) => 0.0,
    };
    let settled = task
        .clone()
        .with_parameter(COST_THRESHOLD, threshold)?
        .with_parameter(TAIL_SHARE, share)?
        .with_parameter(WEIGHT_BELOW, 0.0)?;
    Ok((Cow::Owned(settled.settled()), count))
}

/// The costs of samples that are finite; without a threshold they are those of the system itself.
fn costs(
    engine: &mut dyn Engine,
    task: &Task,
    theta: &[f64],
    draw: Draw,
    count: u64,
) -> Result<Vec<f64>> {
    let batch = Batch {
        iteration: draw.iteration,
        stream: draw.stream,
        wanted: Wanted::ZerothOrder,
        ..Batch::new(count, draw.seed)
    };
    let nominal = finite_nominal(task, theta)?.cost;
    let values = 3 * task.dimension().max(task.noise_dimension()).max(1);
    let chunk = (MOST_VALUES / values).max(64) as u64;
    let mut costs = Vec::with_capacity(count as usize);
    for start in (0..count).step_by(chunk as usize) {
        let range = start..(start + chunk).min(count);
        for sample in engine.samples(task, theta, &batch, range)? {
            let cost = nominal + sample.deviation;
            if sample.nonfinite.is_none() && cost.is_finite() {
                costs.push(cost);
            }
        }
    }
    Ok(costs)
}
