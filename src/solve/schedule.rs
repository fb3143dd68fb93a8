//! How σ changes over the iterations of a descent.
//!
//! With the share s that is done, the larger of t/(T - 1) of the iterations and of what is spent of the rollouts,
//!
//! ```text
//! constant        σ
//! geometric:END   σ (END/σ)^s        the same factor at every iteration
//! linear:END      σ + (END - σ) s
//! ```
//!
//! Less noise at the end comes nearer to a minimum without noise; much noise at the start sees beyond jumps.

use crate::error::{Error, Result, exact};
use serde::{Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// See the module.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum SigmaSchedule {
    /// σ stays.
    #[default]
    Constant,
    /// To this σ at the last iteration, by equal factors.
    Geometric(f64),
    /// To this σ at the last iteration, by equal differences.
    Linear(f64),
}

impl SigmaSchedule {
    /// The share that is done before iteration t of T.
    pub fn share(t: u32, iterations: u32) -> f64 {
        let last = f64::from(iterations.saturating_sub(1).max(1));
        (f64::from(t) / last).min(1.0)
    }

    /// σ when this share is done, from 0 to 1, from σ of the task.
    pub fn at(self, sigma: f64, share: f64) -> f64 {
        match self {
            Self::Constant => sigma,
            Self::Geometric(end) => sigma * (end / sigma).powf(share),
            Self::Linear(end) => sigma + (end - sigma) * share,
        }
    }

    /// σ at the end, if it is not that of the task.
    pub fn end(self) -> Option<f64> {
        match self {
            Self::Constant => None,
            Self::Geometric(end) | Self::Linear(end) => Some(end),
        }
    }
}

impl fmt::Display for SigmaSchedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Constant => f.write_str("constant"),
            Self::Geometric(end) => write!(f, "geometric:{}", exact(*end)),
            Self::Linear(end) => write!(f, "linear:{}", exact(*end)),
        }
    }
}

impl Serialize for SigmaSchedule {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for SigmaSchedule {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let invalid = || {
            let expected =
                "constant, geometric:END or linear:END with a positive END, such as geometric:0.01";
            Error::invalid("schedule", format!("'{text}'"), expected)
        };
        if text == "constant" {
            return Ok(Self::Constant);
        }
        let (kind, end) = text.split_once(':').ok_or_else(invalid)?;
        let end: f64 = end.trim().parse().map_err(|_| invalid())?;
        if !(end > 0.0 && end.is_finite()) {
            return Err(invalid());
        }
        match kind {
            "geometric" => Ok(Self::Geometric(end)),
            "linear" => Ok(Self::Linear(end)),
            _ => Err(invalid()),
        }
    }
}
