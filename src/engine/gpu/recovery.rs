//! What is tried when a chunk fails: each failure has its own remedy, and each remedy is tried once.

use super::engine::GpuEngine;
use super::layout::Layout;
use crate::error::{Error, Result};

/// What was tried in a batch so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Recovery {
    halved: bool,
    reopened: bool,
}

impl Recovery {
    /// Makes the chunks half as large after the device ran out of memory, or opens the device again after it was lost.
    /// Returns the error if nothing is left to try; otherwise the chunk can be done again.
    pub fn recover(
        &mut self,
        error: Error,
        engine: &mut GpuEngine,
        layout: &mut Layout,
        samples: u64,
    ) -> Result<()> {
        let block = engine.program.sizes.block;
        match error {
            Error::OutOfMemory { .. } if !self.halved && samples > block => {
                self.halved = true;
                engine.forget_workspace();
                layout.most_samples = (samples / 2).next_multiple_of(block).min(samples);
                Ok(())
            }
            Error::DeviceLost { .. } if !self.reopened => {
                self.reopened = true;
                engine.reopen()
            }
            error => Err(error),
        }
    }
}
