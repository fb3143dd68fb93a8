//! The bounds of settings that a task carries in its file and that a caller may give as well: the same for both.

use crate::error::{Error, Result};

/// Samples of a batch, at most: their number is an element of the counter of the noise.
pub const MOST_SAMPLES: u64 = u32::MAX as u64;

/// Refuses a number of samples that no batch has.
pub fn check_samples(samples: u64) -> Result<()> {
    match (1..=MOST_SAMPLES).contains(&samples) {
        true => Ok(()),
        false => {
            let expected = format!("a whole number from 1 to {MOST_SAMPLES}");
            Err(Error::invalid("samples", samples, &expected))
        }
    }
}

/// Refuses anything but a positive finite number as this setting.
pub fn check_positive(setting: &str, value: f64) -> Result<()> {
    match value > 0.0 && value.is_finite() {
        true => Ok(()),
        false => Err(Error::invalid(setting, value, "a positive finite number")),
    }
}
