//! Limits of controls.

use crate::error::{Error, Named, Result};
use crate::number::Scalar;
use serde::Serialize;
use std::fmt;

/// How a control is kept between its limits.
///
/// ```text
/// clamp     u = min(max(v, low), high)
/// squash    u = c + h tanh((v - c)/h),   c = (low + high)/2,   h = (high - low)/2
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limiting {
    /// Cut off; beyond a limit the derivative is 0
    #[default]
    Clamp,
    /// Bent by a tanh that has slope 1 in the middle and never reaches the limits
    Squash,
}

impl Named for Limiting {
    const WHAT: &'static str = "limit_by";
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (
            Self::Clamp,
            "clamp",
            "Cut off; beyond a limit the derivative is 0",
        ),
        (
            Self::Squash,
            "squash",
            "Bent by a tanh that has slope 1 in the middle and never reaches the limits",
        ),
    ];
}

/// The least and the largest value of a control, in its unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit {
    /// The least.
    pub low: f64,
    /// The largest.
    pub high: f64,
    /// How it is kept between them.
    pub by: Limiting,
}

impl Limit {
    /// From `low` to `high`, which is above it; `what` names the control in the error.
    pub fn new(low: f64, high: f64, by: Limiting, what: &str) -> Result<Self> {
        let fits = |x: f64| x.is_finite() && x.abs() <= f64::from(f32::MAX);
        if !fits(low) || !fits(high) || (low as f32) >= (high as f32) {
            let value = format!("{low}..{high}");
            let expected = "LOW..HIGH, two numbers that fit f32 with low below high";
            return Err(Error::invalid(what, value, expected));
        }
        Ok(Self { low, high, by })
    }

    /// Whether a value keeps to it.
    pub fn holds(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }

    /// The control of a command.
    pub fn apply<S: Scalar>(&self, v: S) -> S {
        let (low, high) = (S::constant(self.low), S::constant(self.high));
        match self.by {
            Limiting::Clamp => v.max(low).min(high),
            Limiting::Squash => {
                let (center, half) = (0.5 * (self.low + self.high), 0.5 * (self.high - self.low));
                ((v - center) * (1.0 / half)).tanh() * half + center
            }
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.low, self.high)
    }
}
