//! Rollouts at theta + w for drawn directions w, chunk by chunk.

use super::{Layout, Shape};
use crate::engine::moments::NonFinitePolicy;
use crate::engine::{Batch, Engine};
use crate::error::{Error, Result};
use crate::system::task::Task;
use std::ops::Range;

/// What the rollouts of some units gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Costs {
    /// f(theta + w) - b for each drawn direction; NaN where not finite.
    pub ahead: Vec<f64>,
    /// f(theta - w) - b in the same environments, for antithetic directions; else empty.
    pub behind: Vec<f64>,
}

impl Costs {
    fn append(&mut self, mut other: Self) {
        self.ahead.append(&mut other.ahead);
        self.behind.append(&mut other.behind);
    }

    /// All of them; the mirror images after the drawn directions.
    pub fn all(&self) -> impl Iterator<Item = f64> + '_ {
        self.ahead.iter().chain(&self.behind).copied()
    }

    /// Fails where a cost is not finite, unless such rollouts are to be dropped and some are left.
    pub fn check(&self, policy: NonFinitePolicy, task: &Task) -> Result<()> {
        let samples = self.ahead.len() + self.behind.len();
        let count = self.all().filter(|c| !c.is_finite()).count();
        if count == 0 || policy == NonFinitePolicy::Drop && count < samples {
            return Ok(());
        }
        Err(Error::NonFiniteCosts {
            task: task.name().into(),
            count: count as u64,
            samples: samples as u64,
        })
    }
}

/// What sees a chunk: its units, its directions and its costs.
pub type Show<'a> = dyn FnMut(Range<u64>, &[f64], Costs) + 'a;

/// Draws the directions chunk by chunk, rolls out, and shows each chunk: its units, its directions in units of σ (one row
/// each), and its costs, from which the baseline of [`Batch::has_paired_baseline`] is subtracted.
pub fn for_each_chunk(
    engine: &mut dyn Engine,
    task: &Task,
    theta: &[f64],
    shape: &Shape,
    layout: &Layout,
    batch: &Batch,
    show: &mut Show<'_>,
) -> Result<()> {
    let all = Batch {
        samples: layout.drawn(),
        ..*batch
    };
    let group = layout.group as u64;
    for units in layout.chunks() {
        let rows = layout.draw(batch.key(), units.clone());
        // Environments are those of the directions' own numbers, whatever the chunks are.
        let part = all.within(units.start * group..units.end * group);
        let mut at = |sign: f64| -> Result<Vec<f64>> {
            let moved = |row: &[f64]| shape.moved(theta, sign, row);
            let thetas: Vec<Vec<f64>> = rows.chunks(layout.dimension).map(moved).collect();
            engine.costs(task, theta, &thetas, &part)
        };
        let mut costs = Costs {
            ahead: at(1.0)?,
            ..Costs::default()
        };
        if layout.directions.is_antithetic() {
            costs.behind = at(-1.0)?;
        } else if batch.has_paired_baseline(task) {
            let baseline = at(0.0)?;
            let pairs = costs.ahead.iter_mut().zip(baseline);
            pairs.for_each(|(cost, b)| *cost -= b);
        }
        show(units, &rows, costs);
    }
    Ok(())
}

/// The costs of a whole batch, 8 bytes each; its directions can be drawn again.
pub fn costs(
    engine: &mut dyn Engine,
    task: &Task,
    theta: &[f64],
    shape: &Shape,
    layout: &Layout,
    batch: &Batch,
) -> Result<Costs> {
    let mut all = Costs::default();
    let mut show = |_: Range<u64>, _: &[f64], part: Costs| all.append(part);
    for_each_chunk(engine, task, theta, shape, layout, batch, &mut show)?;
    Ok(all)
}
