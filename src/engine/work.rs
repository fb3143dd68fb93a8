//! What a backend is given: checked, with the noise-free rollout and the baseline found.

use crate::engine::batch::Batch;
use crate::engine::interrupt::Interrupt;
use crate::engine::nominal::Nominal;
use crate::error::{Error, Result};
use crate::system::task::Task;
use std::ops::Range;

/// A part of a batch at some thetas.
#[derive(Clone, Copy, Debug)]
pub struct Work<'a> {
    /// What is rolled out.
    pub task: &'a Task,
    /// The samples.
    pub batch: &'a Batch,
    /// theta, then candidates.
    pub thetas: &'a [&'a [f64]],
    /// The noise-free rollout of theta.
    pub nominal: &'a Nominal,
    /// b - f(theta, 0)
    pub baseline: f64,
}

/// What a stop between chunks leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnStop {
    /// What is done, if [`Interrupt::keep_partial`] asks for it: moments mean something for fewer samples too.
    Keep,
    /// Nothing.
    Drop,
}

impl<'a> Work<'a> {
    /// The first of the thetas.
    pub fn theta(&self) -> &'a [f64] {
        self.thetas[0]
    }

    /// Goes through the samples chunk by chunk, and looks at the interrupt between them. `body` is given those that are left, does
    /// a chunk at their beginning and says how many that were; with none it is called again.
    pub fn in_chunks(
        &self,
        interrupt: &Interrupt,
        on_stop: OnStop,
        mut body: impl FnMut(Range<u64>) -> Result<u64>,
    ) -> Result<()> {
        let all = self.batch.range();
        let mut first = all.start;
        while first < all.end {
            let kept = match on_stop {
                OnStop::Keep => first - all.start,
                OnStop::Drop => 0,
            };
            if interrupt.stops_after(kept)? {
                break;
            }
            match body(first..all.end) {
                Ok(done) => {
                    first += done;
                    interrupt.add_done(done);
                }
                // The look at the interrupt decides whether what is there is kept.
                Err(Error::Interrupted) if first > all.start => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
