//! Whether the first order varies as much as that of a continuous cost must.
//!
//! Under Gaussian noise of standard deviation σ on the decision, f = Σ_k f_k in Hermite polynomials of degree k with
//! Var f = Σ_{k>=1} |f_k|², σ² E|∇f|² = Σ_k k |f_k|² and σ² |E ∇f|² = |f₁|². Hence for every weakly differentiable f
//!
//!   σ² tr Var[∇f] = Σ_{k>=2} k |f_k|² >= 2 Σ_{k>=2} |f_k|² = 2 (Var f - σ² |E ∇f|²),
//!
//! with equality for quadratics. If samples violate it, f has a jump, or its gradients are too rare for K samples. The rule
//! `ddcg` (Onoda et al., arXiv 2604.18161) leaves a slack c for the noise of the samples:
//!
//!   v₁ < 2 (1-c) Var f/σ² - 2 |g₁|².
//!
//! It holds for Gaussian noise on the decision alone: for other noise the factor 2 is another one, or there is none, and
//! for noise on the actions of a policy ∇f is the derivative by the actions, not by theta.

use serde::Serialize;

/// The two sides of the inequality, from one batch.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Poincare {
    /// v₁ = tr Var[∇f]
    pub first_variance: f64,
    /// |g₁|²
    pub first_norm_squared: f64,
    /// Var f
    pub value_variance: f64,
    /// σ of the Gaussian noise on the decision.
    pub sigma: f64,
}

impl Poincare {
    /// 2 (1-c) Var f/σ² - 2 |g₁|², the least v₁ of a continuous cost, less the slack c.
    pub fn least_variance(&self, slack: f64) -> f64 {
        2.0 * (1.0 - slack) * self.value_variance / self.sigma.powi(2)
            - 2.0 * self.first_norm_squared
    }

    /// Whether v₁ is below that; never if it is unknown.
    pub fn is_violated(&self, slack: f64) -> bool {
        self.first_variance < self.least_variance(slack)
    }

    /// σ² v₁/(2 (Var f - σ² |g₁|²)): 1 for quadratics, more for other continuous costs.
    pub fn ratio(&self) -> f64 {
        self.first_variance / self.least_variance(0.0)
    }
}
