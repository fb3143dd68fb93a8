//! What an engine has to know of its own: a few methods on checked [`Work`]. The front makes an
//! [`Engine`](crate::engine::Engine) of it.

use crate::engine::batch::Batch;
use crate::engine::interrupt::Interrupt;
use crate::engine::moments::{Decrease, Moments};
use crate::engine::report::{EngineReport, Sample, WorkPlan};
use crate::engine::tree::Tree;
use crate::engine::work::Work;
use crate::error::Result;
use crate::system::task::Task;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// In what an engine computes and sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Precision {
    /// 24 bits: what f32 cannot hold is refused.
    F32,
    /// 53 bits.
    F64,
}

/// Rolls batches out. Statistics come as a tree whose leaves are blocks of
/// [`BLOCK_SAMPLES`](crate::engine::tree::BLOCK_SAMPLES): what is within a block is merged in an order of the backend's own,
/// which must be the same for any cut, memory and number of threads.
pub trait Backend: Send {
    /// What it is.
    fn report(&self) -> &EngineReport;

    /// What it shares with those who watch it.
    fn interrupt(&self) -> &Interrupt;

    /// In what it computes.
    fn precision(&self) -> Precision;

    /// How it will cut the batch, which is checked.
    fn plan(&self, task: &Task, batch: &Batch) -> Result<WorkPlan>;

    /// The moments of f - f(theta, 0), with no coordinates, over all samples whose cost is finite.
    fn deviations(&mut self, work: &Work<'_>) -> Result<Tree<Moments>>;

    /// The moments of both estimates.
    fn moments(&mut self, work: &Work<'_>) -> Result<Tree<Moments>>;

    /// The decrease from theta to each candidate; there is one at least.
    fn decreases(&mut self, work: &Work<'_>) -> Result<Vec<Tree<Decrease>>>;

    /// f(`thetas[i]`) - f(theta) without noise, each in the environment of a sample of the part, in order; NaN where not finite.
    fn costs(&mut self, work: &Work<'_>, thetas: &[Vec<f64>]) -> Result<Vec<f64>>;

    /// Samples in full, with the baseline of each sample's own environment, whatever the batch takes.
    fn samples(&mut self, work: &Work<'_>, range: Range<u64>) -> Result<Vec<Sample>>;
}
