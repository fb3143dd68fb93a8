//! A grid point at which the numbers break down is a result: its row says so, and the sweep goes on.

use super::{Row, Sweep};
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

/// The rows without an estimate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breakdowns {
    /// How many.
    pub rows: usize,
    /// The grid point of the first one.
    pub first: usize,
    /// Why there is none there, in words.
    pub reason: &'static str,
}

impl Breakdowns {
    /// None if every row has its estimate.
    pub fn of(sweep: &Sweep, rows: &[Row]) -> Option<Self> {
        let mut broken = rows.iter().filter_map(|row| Some((row, row.broken()?)));
        let (first, reason) = broken.next()?;
        Some(Self {
            rows: 1 + broken.count(),
            first: sweep.point_of(first.number),
            reason,
        })
    }

    /// `3 of 40 rows broke down, first at stiffness=1e4 (samples are not finite)`
    pub fn words(&self, sweep: &Sweep, done: usize) -> String {
        let place = sweep.words(self.first);
        let Self { rows, reason, .. } = self;
        format!("{rows} of {done} rows broke down, first at {place} ({reason})")
    }
}
