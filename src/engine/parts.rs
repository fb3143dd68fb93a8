//! The statistics of a part of a batch, which meet those of the other parts: on another machine, or later from a file.
//!
//! However a batch is cut, and in whatever order the parts meet, [`Parts::finish`] gives the bits of the whole in one: what is
//! kept is the [`Tree`] over its blocks. Every number survives [`Parts::to_bytes`] to the bit, and every finite one JSON.

pub(crate) mod bytes;

pub use bytes::BYTES_OF_A_COORDINATE;

use crate::engine::backend::Precision;
use crate::engine::batch::Batch;
use crate::engine::moments::Moments;
use crate::engine::tree::{BLOCK_SAMPLES, Tree};
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// What parts must have in common.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Common {
    pub task: String,
    /// The whole one.
    pub batch: Batch,
    pub nominal: f64,
    pub dimension: usize,
    /// b - f(theta, 0), and the factor on g₀ with it.
    pub baseline: (f64, f64),
    pub precision: Precision,
}

/// See the module.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parts {
    common: Common,
    tree: Tree<Moments>,
}

impl Parts {
    pub(crate) fn new(common: Common, tree: Tree<Moments>) -> Self {
        Self { common, tree }
    }

    /// The whole batch.
    pub fn batch(&self) -> &Batch {
        &self.common.batch
    }

    /// In what they were summed.
    pub fn precision(&self) -> Precision {
        self.common.precision
    }

    /// f(theta, 0), the noise-free cost.
    pub fn nominal(&self) -> f64 {
        self.common.nominal
    }

    /// Adds other parts of the same batch. Fails, and adds none, if they are of another batch, task or theta, or have samples in
    /// common.
    pub fn merge(&mut self, other: Self) -> Result<()> {
        if self.common != other.common {
            let value = format!("of {}", other.common.task);
            let same = "of the same task, theta, batch, baseline and precision";
            return Err(Error::invalid("the parts", value, same));
        }
        self.tree.merge(other.tree)
    }

    /// What was merged so far.
    pub(crate) fn into_tree(self) -> Tree<Moments> {
        self.tree
    }

    /// The numbers of the samples that are in it, in order.
    pub fn ranges(&self) -> Vec<Range<u64>> {
        let samples = |blocks: Range<u64>| {
            let end = (blocks.end * BLOCK_SAMPLES).min(self.common.batch.samples);
            blocks.start * BLOCK_SAMPLES..end
        };
        self.tree.blocks().into_iter().map(samples).collect()
    }

    /// Whether all samples of the batch are in it.
    pub fn is_whole(&self) -> bool {
        matches!(self.ranges().as_slice(), [all] if *all == (0..self.common.batch.samples))
    }

    /// The statistics of what is in it. Fails where f32 could not hold them.
    pub fn finish(self) -> Result<Moments> {
        let Common {
            nominal, dimension, ..
        } = self.common;
        let all = self.tree.finish();
        let mut all = all.unwrap_or_else(|| Moments::empty(nominal, dimension));
        all.scale_zeroth_order(self.common.baseline.1);
        if self.common.precision == Precision::F32 {
            all.check_range_of_f32(&self.common.task)?;
        }
        Ok(all)
    }
}
