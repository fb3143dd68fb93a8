//! The estimate of one order, from moments.

use crate::engine::moments::{Coordinate, Moments, Spread};
use nalgebra::DVectorView;
use serde::Serialize;

/// The numbers as a vector, for its norms.
pub(crate) fn vector(numbers: &[f64]) -> DVectorView<'_, f64> {
    DVectorView::from_slice(numbers, numbers.len())
}

/// One of the two estimates.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The mean, d values.
    pub gradient: Vec<f64>,
    /// Trace of the covariance of one sample.
    pub variance: f64,
    /// The standard error of each coordinate of the mean.
    pub std_error: Vec<f64>,
}

impl Estimate {
    /// ∇̄¹F of a batch.
    pub fn first_order(m: &Moments) -> Self {
        Self::of(m, |c| c.first_order)
    }

    /// ∇̄⁰F of a batch.
    pub fn zeroth_order(m: &Moments) -> Self {
        Self::of(m, |c| c.zeroth_order)
    }

    fn of(m: &Moments, pick: impl Fn(&Coordinate) -> Spread) -> Self {
        let spreads: Vec<Spread> = m.coordinates.iter().map(pick).collect();
        Self {
            gradient: spreads.iter().map(|s| s.mean).collect(),
            variance: spreads.iter().map(Spread::variance).sum(),
            std_error: spreads.iter().map(Spread::std_error).collect(),
        }
    }
}
