//! How many rows of a sweep have no estimate, and why.

use super::definition::Sweep;
use super::row::Row;

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
