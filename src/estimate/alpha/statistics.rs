//! What a rule looks at.

use super::poincare::Poincare;
use super::weights::Variances;

/// What a rule looks at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Statistics<'a> {
    /// K, samples of the zeroth-order estimate.
    pub samples: u64,
    /// d
    pub dimension: usize,
    /// v₁
    pub first_variance: f64,
    /// v₀
    pub zeroth_variance: f64,
    /// c
    pub covariance: f64,
    /// B
    pub bias: f64,
    /// R, bound on the norm of one sample of g₀.
    pub bound: f64,
    /// For `ddcg`; none if the noise is not Gaussian on the decision, or something else is random.
    pub poincare: Option<Poincare>,
    /// v₁, v₀ and c of each coordinate.
    pub coordinates: &'a [Variances],
}

impl Statistics<'_> {
    pub(super) fn traces(&self) -> Variances {
        Variances {
            first: self.first_variance,
            zeroth: self.zeroth_variance,
            covariance: self.covariance,
        }
    }
}
