//! What every engine can do: the one trait object of the crate.
//!
//! All engines draw the same noise for the same (seed, iteration, stream, sample, coordinate), so a sample can be
//! replayed anywhere by its number.
//!
//! ```text
//! interrupt, nominal, report, spread, tree < moments < batch < work < Backend, parts < Engine; the front makes the one the other
//! spread < columns < gpu,   parts < distributed
//! ```

pub mod backend;
pub mod batch;
mod check;
mod columns;
pub mod cpu;
pub mod devices;
pub mod distributed;
pub mod fallback;
mod front;
pub mod gpu;
pub mod interrupt;
pub mod kind;
pub mod map;
pub mod maps;
pub mod moments;
pub mod nominal;
pub mod open;
pub mod parts;
pub mod reference;
pub mod report;
pub mod rounding;
pub mod spread;
pub mod tree;
pub mod work;

pub use backend::{Backend, Precision};
pub use batch::{Baseline, Batch, Keys, Part, Stream, Wanted};
pub use check::{Call, check, check_sigma_in_f32};
pub use interrupt::Interrupt;
pub use moments::Decrease;
pub use parts::Parts;
pub use report::{EngineReport, Sample, WorkPlan};
pub use tree::{BLOCK_SAMPLES, Tree};

use crate::engine::moments::Moments;
use crate::error::Result;
use crate::system::task::Task;
use std::ops::Range;

/// Computes batches of noisy rollouts and their statistics. What [`check`] refuses, every call refuses with its error. Every
/// [`Backend`] is one.
///
/// Statistics are those of the samples that [`Batch::range`] names. Cut at any bounds of blocks, computed anywhere and merged
/// in any order, the parts give the bits of the whole.
pub trait Engine: Send {
    /// What it is.
    fn report(&self) -> &EngineReport;

    /// In what it computes.
    fn precision(&self) -> Precision;

    /// What it shares with those who watch it, for work on its behalf.
    fn interrupt(&self) -> &Interrupt;

    /// How it will cut a batch, or why it cannot.
    fn plan(&self, task: &Task, batch: &Batch) -> Result<WorkPlan>;

    /// The statistics of both estimates at `theta`.
    fn moments(&mut self, task: &Task, theta: &[f64], batch: &Batch) -> Result<Moments> {
        let parts = self.parts(task, theta, batch, None);
        let finished = parts.and_then(Parts::finish);
        finished.map_err(|error| error.because(task.hint()))
    }

    /// The same before it is finished, to be merged with other parts. The baseline leave-one-out needs the deviations of the
    /// whole batch: `deviations`, or without them a pass over all of it that this call adds.
    fn parts(
        &mut self,
        task: &Task,
        theta: &[f64],
        batch: &Batch,
        deviations: Option<&Moments>,
    ) -> Result<Parts>;

    /// The statistics of f - f(theta, 0) alone, over all samples whose cost is finite: moments with no coordinates.
    fn deviations(&mut self, task: &Task, theta: &[f64], batch: &Batch) -> Result<Parts>;

    /// The decrease from `theta` to each candidate, under the same noise for all.
    fn decreases(
        &mut self,
        task: &Task,
        theta: &[f64],
        candidates: &[Vec<f64>],
        batch: &Batch,
    ) -> Result<Vec<Decrease>> {
        let parts = self.decrease_parts(task, theta, candidates, batch)?;
        let finish = |part: Tree<Decrease>| part.finish().unwrap_or_default();
        Ok(parts.into_iter().map(finish).collect())
    }

    /// The same before it is finished, to be merged with other parts.
    fn decrease_parts(
        &mut self,
        task: &Task,
        theta: &[f64],
        candidates: &[Vec<f64>],
        batch: &Batch,
    ) -> Result<Vec<Tree<Decrease>>>;

    /// f(`thetas[i]`) - f(center) without noise, each in the environment of sample i of [`Batch::range`]; NaN where a
    /// rollout is not finite. A range that has not as many samples as there are thetas is refused.
    fn costs(
        &mut self,
        task: &Task,
        center: &[f64],
        thetas: &[Vec<f64>],
        batch: &Batch,
    ) -> Result<Vec<f64>>;

    /// Some samples of a batch in full; `range` lies within `0..batch.samples`.
    fn samples(
        &mut self,
        task: &Task,
        theta: &[f64],
        batch: &Batch,
        range: Range<u64>,
    ) -> Result<Vec<Sample>>;
}
