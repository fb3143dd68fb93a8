//! What every formula of the zeroth order along directions needs of their units.

use crate::engine::moments::{Moments, NonFinitePolicy};
use crate::engine::{Baseline, Batch, Engine, Wanted};
use crate::error::{Error, Result};
use crate::estimate::directions::{Costs, Layout};
use crate::system::task::Task;

/// f(theta, 0) by the engine.
pub fn nominal(engine: &mut dyn Engine, task: &Task, theta: &[f64], batch: &Batch) -> Result<f64> {
    let one = Batch {
        samples: 1,
        baseline: Baseline::Nominal,
        wanted: Wanted::ZerothOrder,
        ..*batch
    };
    Ok(engine.moments(task, theta, &one)?.nominal)
}

/// Fails if nothing is left; else restates.
pub(crate) fn finished(
    units: Moments,
    layout: &Layout,
    policy: NonFinitePolicy,
    task: &Task,
) -> Result<Moments> {
    let lost = units.nonfinite.count;
    if lost > 0 && (units.count() == 0 || policy == NonFinitePolicy::Error) {
        return Err(Error::NonFiniteCosts {
            task: task.name().into(),
            count: lost,
            samples: layout.rollouts(),
        });
    }
    Ok(layout.per_rollout(units))
}

/// The mean of f - f(theta, 0) over the rollouts of unit u of these costs; NaN if one is not finite.
pub(crate) fn unit_value(costs: &Costs, group: usize, u: usize) -> f64 {
    let range = u * group..(u + 1) * group;
    let mean = |costs: &[f64]| costs.iter().sum::<f64>() / group as f64;
    let ahead = mean(&costs.ahead[range.clone()]);
    match costs.behind.get(range) {
        Some(behind) => 0.5 * (ahead + mean(behind)),
        None => ahead,
    }
}
