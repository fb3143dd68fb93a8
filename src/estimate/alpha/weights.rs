//! The weight of least variance, of the whole gradient or of one coordinate of it.
//!
//! alpha g₁ + (1-alpha) g₀ has the variance alpha² v₁ + (1-alpha)² v₀ + 2 alpha (1-alpha) c, which is least at
//!
//!   alpha = (v₀ - c)/(v₀ + v₁ - 2c), limited to [0, 1];   v₀/(v₀ + v₁) for independent estimates.

use super::reason::Reason;

/// What one sample of both orders varies by; traces for the whole gradient.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Variances {
    /// v₁
    pub first: f64,
    /// v₀
    pub zeroth: f64,
    /// c, 0 for independent batches.
    pub covariance: f64,
}

impl Variances {
    /// Those of independent batches.
    #[must_use]
    pub fn independent(self) -> Self {
        Self {
            covariance: 0.0,
            ..self
        }
    }

    /// v₀ + v₁ - 2c, the variance of g₁ - g₀.
    pub fn of_difference(&self) -> f64 {
        self.zeroth + self.first - 2.0 * self.covariance
    }

    /// The weight of the first order that gives the mix the least variance, or why there is none.
    pub fn weight(&self) -> Result<f64, Reason> {
        let denominator = self.of_difference();
        // At 0 all weights are equal, and the unbiased one is safe.
        if denominator.is_nan() {
            return Err(Reason::Unknown);
        }
        if denominator <= 0.0 {
            return Err(Reason::NoVariance);
        }
        Ok(((self.zeroth - self.covariance) / denominator).clamp(0.0, 1.0))
    }
}

/// The weight of each coordinate on its own; 0, the unbiased estimate, where there is none. A coordinate is one of
/// theta, or of the controls (time, axis), which under an open-loop policy are the same: see [`crate::estimate::control_weights`].
pub fn weights(coordinates: &[Variances]) -> Vec<f64> {
    let weight = |v: &Variances| v.weight().unwrap_or(0.0);
    coordinates.iter().map(weight).collect()
}
