//! The zeroth order along directions of [`crate::estimate::directions`], and which formula makes a gradient of the costs.
//!
//! ```text
//! correlation     g₀ = mean over units u of  g_u = mean of (f(theta + w) - b) w/σ²  over the rollouts of u
//!                 antithetic pairs:          g_u = (f(theta + w) - f(theta - w)) w/(2σ²),  whatever b
//! least squares   see [`crate::estimate::least_squares`]
//! ```
//!
//! Units are independent and alike, so with U units of n rollouts the covariance of g₀ is that of g_u over U, which is
//! what `std_error` shows; `variance` is U n = K times its trace, the variance of one rollout of an equally good
//! estimate from independent samples. The result is [`Moments`] in that sense, so that every rule for alpha and the
//! confidence radius hold as they stand. The same holds for the value: its variance is that of unit means.

use crate::engine::moments::{Moments, NonFinite};
use crate::engine::{Baseline, Batch, Engine};
use crate::error::Result;
use crate::estimate::directions::{Costs, Layout, Shape, for_each_chunk};
use crate::estimate::least_squares;
use crate::estimate::settings::Settings;
use crate::estimate::units::{finished, unit_value};
use crate::system::task::Task;
use rayon::prelude::*;

pub use crate::estimate::formula::Zeroth;
pub use crate::estimate::units::nominal;

/// The zeroth order of a batch, restated per rollout; the first order is 0.
pub fn moments(
    engine: &mut dyn Engine,
    task: &Task,
    theta: &[f64],
    settings: &Settings,
    batch: &Batch,
) -> Result<Moments> {
    batch.check()?;
    task.check_theta(theta, "the caller")?;
    settings.check_directions(task)?;
    let layout = Layout::new(settings.directions, batch.samples, task.dimension())?;
    match settings.zeroth {
        Zeroth::Correlation => correlation(engine, task, theta, settings, batch, &layout),
        Zeroth::LeastSquares => {
            least_squares::moments(engine, task, theta, settings.nonfinite, batch, &layout)
        }
    }
}

fn correlation(
    engine: &mut dyn Engine,
    task: &Task,
    theta: &[f64],
    settings: &Settings,
    batch: &Batch,
    layout: &Layout,
) -> Result<Moments> {
    let nominal = nominal(engine, task, theta, batch)?;
    let scale = Shape::Diagonal(vec![task.sigma(); layout.dimension]);
    let mut seen = Costs::default();
    let mut total = Moments::empty(nominal, layout.dimension);
    let leave_one_out =
        batch.baseline == Baseline::LeaveOneOut && !settings.directions.is_antithetic();
    let baseline = if batch.baseline == Baseline::None {
        -nominal
    } else {
        0.0
    };
    let mut show = |_, rows: &[f64], costs: Costs| {
        if !leave_one_out {
            let part = of_units(layout, rows, &costs, task.sigma(), |_| baseline);
            total.merge(&part);
        }
        if leave_one_out {
            seen.ahead.extend(costs.ahead);
        }
    };
    for_each_chunk(engine, task, theta, &scale, layout, batch, &mut show)?;
    if leave_one_out {
        let others = LeaveOneOut::new(layout, &seen);
        for units in layout.chunks() {
            let rows = layout.draw(batch.key(), units.clone());
            let g = layout.group;
            let range = units.start as usize * g..units.end as usize * g;
            let part = Costs {
                ahead: seen.ahead[range].to_vec(),
                ..Costs::default()
            };
            total.merge(&of_units(layout, &rows, &part, task.sigma(), |sum| {
                others.mean(sum)
            }));
        }
    }
    total.nominal = nominal;
    finished(total, layout, settings.nonfinite, task)
}

/// The mean cost of the other units.
struct LeaveOneOut {
    sum: f64,
    others: f64,
}

impl LeaveOneOut {
    fn new(layout: &Layout, costs: &Costs) -> Self {
        let units = costs.ahead.chunks(layout.group);
        let finite = units
            .map(|u| u.iter().sum::<f64>())
            .filter(|s| s.is_finite());
        let (sum, count) = finite.fold((0.0, 0), |(sum, n), s| (sum + s, n + 1));
        Self {
            sum,
            others: ((count - 1).max(1) * layout.group) as f64,
        }
    }

    fn mean(&self, of_unit: f64) -> f64 {
        (self.sum - of_unit) / self.others
    }
}

/// Units that one thread handles in sequence; the tree of merges hangs on it, the number of threads does not.
const BLOCK: usize = 64;

/// The moments of unit means. `baseline` gives b - f(theta, 0) from the sum of the costs of a unit. A unit with a rollout
/// that is not finite is left out, and all its rollouts are counted.
fn of_units(
    layout: &Layout,
    rows: &[f64],
    costs: &Costs,
    sigma: f64,
    baseline: impl Fn(f64) -> f64 + Sync,
) -> Moments {
    let (g, d) = (layout.group, layout.dimension);
    let block = |(b, rows): (usize, &[f64])| {
        let mut moments = Moments::empty(0.0, d);
        let mut mean = vec![0.0; d];
        for (u, rows) in rows.chunks(g * d).enumerate() {
            let first = (b * BLOCK + u) * g;
            let ahead = &costs.ahead[first..first + g];
            let behind = costs.behind.get(first..first + g);
            let b = baseline(ahead.iter().sum());
            mean.fill(0.0);
            for (i, row) in rows.chunks(d).enumerate() {
                let difference = match behind {
                    Some(behind) => 0.5 * (ahead[i] - behind[i]),
                    None => ahead[i] - b,
                };
                let factor = difference / (sigma * g as f64);
                mean.iter_mut().zip(row).for_each(|(m, z)| *m += factor * z);
            }
            let value = unit_value(costs, g, first / g);
            add_unit(&mut moments, layout, value, &mean);
        }
        moments
    };
    let parts: Vec<Moments> = rows
        .par_chunks(BLOCK * g * d)
        .enumerate()
        .map(block)
        .collect();
    let mut total = Moments::empty(0.0, d);
    parts.iter().for_each(|part| total.merge(part));
    total
}

fn add_unit(moments: &mut Moments, layout: &Layout, deviation: f64, mean: &[f64]) {
    if !deviation.is_finite() {
        moments.nonfinite.merge(NonFinite {
            count: layout.rollouts_per_unit() as u64,
            first: None,
        });
        return;
    }
    moments.add(deviation, mean.iter().map(|x| (0.0, *x)));
}
