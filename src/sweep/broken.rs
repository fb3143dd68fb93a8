//! A grid point at which the numbers break down is a result: its row says so, and the sweep goes on.

use crate::error::Error;

/// Why there is no estimate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// So many samples were not finite.
    Samples(u64),
    /// The noise-free rollout was not finite, so that nothing can be compared with it.
    Nominal,
    /// Statistics left the range of f32.
    Range,
}

impl Broken {
    /// That of an error; none if the error is one of input or of the machine.
    pub fn of(error: &Error) -> Option<Self> {
        match error {
            Error::NonFinite { count, .. } | Error::NonFiniteCosts { count, .. } => {
                Some(Self::Samples(*count))
            }
            Error::NonFiniteNominal { .. } => Some(Self::Nominal),
            Error::OutOfRange { .. } => Some(Self::Range),
            _ => None,
        }
    }

    /// What stands in `rows.csv`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Samples(_) => "non-finite",
            Self::Nominal => "non-finite-nominal",
            Self::Range => "out-of-range",
        }
    }

    pub fn in_words(self) -> &'static str {
        match self {
            Self::Samples(_) => "samples are not finite",
            Self::Nominal => "the noise-free rollout is not finite",
            Self::Range => "statistics leave the range of f32",
        }
    }

    /// How many of so many samples were not finite; NaN where that is not known.
    pub fn nonfinite(self, samples: u64) -> f64 {
        match self {
            Self::Samples(count) => count as f64,
            Self::Nominal => samples as f64,
            Self::Range => f64::NAN,
        }
    }
}
