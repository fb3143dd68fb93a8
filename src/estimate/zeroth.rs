//! The zeroth order along directions of [`crate::estimate::directions`], and which formula makes a gradient of the costs.
//!
//! ```text
//! correlation     g₀ = mean over units u of  g_u = mean of (f(theta + w) - b) w/σ²  over the rollouts of u
//!                 antithetic pairs:          g_u = (f(theta + w) - f(theta - w)) w/(2σ²),  whatever b
//! least squares   see [`crate::estimate::least_squares`]
//! ```
//!
//! Units are independent and alike, so with U units of n rollouts the covariance of g₀ is that of g_u over U, which is
//! what `std_error` shows; `variance` is U n = N times its trace, the variance of one rollout of an equally good
//! estimate from independent samples. The result is [`Moments`] in that sense, so that every rule for alpha and the
//! confidence radius hold as they stand. The same holds for the value: its variance is that of unit means.

use crate::engine::moments::{Moments, NonFinite, NonFinitePolicy};
use crate::engine::{Baseline, Batch, Engine, Wanted};
use crate::error::{Error, Named, Result};
use crate::estimate::Settings;
use crate::estimate::alpha::Rule;
use crate::estimate::directions::{Costs, Directions, Layout, check_noise, for_each_chunk};
use crate::estimate::least_squares;
use crate::system::task::Task;
use rayon::prelude::*;
use serde::Serialize;

/// Which formula makes a gradient of costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Zeroth {
    /// The mean of cost times score: unbiased for any number of samples
    #[default]
    Correlation,
    /// The slope of a plane fitted to the costs: exact on linear costs from more than d samples on, and much less noisy
    /// where the cost is nearly linear; with fewer samples the least slope that fits, whose error is unknown
    LeastSquares,
}

impl Named for Zeroth {
    const WHAT: &'static str = "zeroth";
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (
            Self::Correlation,
            "correlation",
            "The mean of cost times score: unbiased for any number of samples",
        ),
        (
            Self::LeastSquares,
            "least-squares",
            "The slope of a plane fitted to the costs: exact on linear costs from more than d samples on, and much less noisy \
             where the cost is nearly linear; with fewer samples the least slope that fits, whose error is unknown",
        ),
    ];
}

impl Settings {
    /// Whether the zeroth order draws directions of its own instead of the engine's samples.
    pub fn draws_directions(&self) -> bool {
        self.directions != Directions::Independent || self.zeroth != Zeroth::Correlation
    }

    /// The least K whose zeroth order has a known error for a theta of d values: two units, and for a fit more rows than
    /// unknowns. It is searched for, because K is rounded down to whole units whose size depends on K.
    pub fn least_samples(&self, dimension: usize) -> u64 {
        let tells_error = |samples: &u64| {
            Layout::new(self.directions, *samples, dimension).is_ok_and(|layout| {
                let determined = || least_squares::is_determined(&layout);
                layout.units >= 2 && (self.zeroth == Zeroth::Correlation || determined())
            })
        };
        (1..).find(tells_error).unwrap_or(u64::MAX)
    }

    /// With R, the bound on one sample, restated for units of several rollouts: Bernstein's bound then holds as for N
    /// independent samples (see [`Layout::per_rollout`]).
    pub fn per_unit(&self, task: &Task) -> Result<Self> {
        if !self.draws_directions() {
            return Ok(*self);
        }
        let layout = Layout::new(self.directions, self.samples, task.dimension())?;
        Ok(Self {
            bound: self.bound.map(|r| r * layout.rollouts_per_unit() as f64),
            ..*self
        })
    }

    /// Refuses directions that the task or another setting does not allow.
    pub fn check_directions(&self, task: &Task) -> Result<()> {
        if !self.draws_directions() {
            return Ok(());
        }
        let (setting, value) = match self.directions {
            Directions::Independent => ("zeroth", "least-squares"),
            directions => ("directions", directions.name()),
        };
        check_noise(task, setting, value)?;
        if self.rule.facts().needs_covariance {
            let expected = format!(
                "{} with `{setting}` {value}, which draws the zeroth order apart from the first",
                Rule::names("or", |facts| !facts.needs_covariance)
            );
            return Err(Error::invalid("rule", self.rule, &expected));
        }
        if self.zeroth == Zeroth::LeastSquares {
            least_squares::check_dimension(task)?;
        }
        let layout = Layout::new(self.directions, self.samples, task.dimension())?;
        let unknown = self.zeroth == Zeroth::LeastSquares && !least_squares::is_determined(&layout);
        if unknown && self.rule.facts().needs_variance {
            let expected = format!(
                "at least {} with `zeroth` least-squares and `rule` {}, because fewer tell no variance; or take `rule` {}",
                self.least_samples(task.dimension()),
                self.rule,
                Rule::names("or", |facts| !facts.needs_variance)
            );
            return Err(Error::invalid("samples", self.samples, &expected));
        }
        Ok(())
    }
}

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
    let scale = vec![task.sigma(); layout.dimension];
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
