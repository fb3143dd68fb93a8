//! What is measured.

use crate::engine::gpu::AdapterChoice;
use crate::engine::kind::Kind;
use crate::engine::{Batch, Wanted};
use crate::error::{Error, Result};

/// See the module.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The engines, in the order in which they are shown.
    pub engines: Vec<Kind>,
    /// Whether the GPU may be left out where there is none.
    pub gpu_is_optional: bool,
    /// The adapter of the GPU engine.
    pub adapter: AdapterChoice,
    /// The numbers K of samples.
    pub samples: Vec<u64>,
    /// Rounds at most for each task and K.
    pub repeats: usize,
    /// About how many seconds all of it may take: an engine that is slow has fewer rounds, but at least one.
    pub seconds: f64,
    /// Whether the stages are timed too.
    pub stages: bool,
    /// The largest K of the search for the break-even; 0 for none.
    pub break_even: u64,
    /// The seed of the noise.
    pub seed: u64,
    /// Bytes for the samples in flight.
    pub memory: u64,
}

impl Settings {
    /// Checks every number; the error names the setting.
    pub fn check(&self) -> Result<()> {
        for samples in &self.samples {
            batch(self, *samples, Wanted::Both).check()?;
        }
        if self.break_even > u64::from(u32::MAX) {
            let expected = "a whole number up to 4294967295";
            return Err(Error::invalid("break_even", self.break_even, expected));
        }
        if self.repeats == 0 {
            return Err(Error::invalid("repeats", "0", "at least 1"));
        }
        if !(self.seconds > 0.0 && self.seconds.is_finite()) {
            let expected = "a positive number of seconds";
            return Err(Error::invalid("seconds", self.seconds, expected));
        }
        Ok(())
    }
}

pub(super) fn batch(settings: &Settings, samples: u64, wanted: Wanted) -> Batch {
    Batch {
        wanted,
        ..Batch::new(samples, settings.seed)
    }
}
