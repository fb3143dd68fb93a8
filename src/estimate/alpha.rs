//! The rules that choose alpha, and why each chose what it chose.
//!
//! With v₁, v₀ the one-sample variances (traces), c the trace of their covariance, B = |g₁ - g₀| the
//! empirical bias, γ a tolerance and ε the confidence radius of g₀:
//!
//! - `ivw`: alpha = v₀/(v₀ + v₁), the least variance of independent estimates.
//! - `aobg`: 0 if ε > γ; `ivw` if ivw·B <= γ - ε; else (γ - ε)/B. It minimises alpha² v₁ + (1-alpha)² v₀
//!   subject to ε + alpha B <= γ (Suh et al., ICML 2022, arXiv 2202.00817).
//!   Unless it is given, γ = ε + 2s₀ with s₀ = √(v₀/K), the standard error of g₀: the bias that is let in, alpha B, is at most
//!   two of those. So γ has the unit of the gradient whatever that of the cost, grows with d as ε does, and falls with K, so that no
//!   bias is left in the end; and alpha is never 0 by construction. Without bias B is about √(s₀² + s₁²), so that alpha
//!   is that of `ivw`.
//! - `shared`: (v₀ - c)/(v₀ + v₁ - 2c) limited to [0, 1], the least variance of estimates from the same samples.
//! - `ddcg`: 0 if v₁ is below what a continuous cost allows, see [`Poincare`]; else the weight of `ivw`
//!   (Onoda et al., arXiv 2604.18161).
//! - `ivw-h`, `shared-per-coordinate`: `ivw` and `shared` for each coordinate with its own variances; under a
//!   feedback policy `ivw-h` weighs each control instead, see [`crate::estimate::control_weights`].
//! - `least-error`: p₀/(p₀ + p₁ + b²), p = v/K the variances of the means and b² = max(0, B² - p₀ - p₁) the bias beyond
//!   chance. It minimises alpha² (p₁ + b²) + (1-alpha)² p₀, the mean square error of the mix of independent estimates if g₁
//!   is off by b; both come from one batch, as for `ddcg`.
//! - `first`, `zeroth`, `fixed=A`.

mod poincare;
mod reason;
pub mod rule;
mod statistics;
mod weights;

pub use poincare::Poincare;
pub use reason::Reason;
pub use rule::{DDCG_SLACK, Facts, Number, Rule};
pub use statistics::Statistics;
pub use weights::{Variances, weights};

use crate::estimate::settings::Settings;
use serde::Serialize;

/// The mix and all that led to it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Choice {
    /// Weight of the first order, from 0 to 1; the mean of `alphas` or `control_alphas` if there are any.
    pub alpha: f64,
    /// The weight of each coordinate, under the rules that have one for each.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alphas: Option<Vec<f64>>,
    /// The weight of each control, M values a step, under `ivw-h` with a feedback policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control_alphas: Option<Vec<f64>>,
    /// Why.
    pub reason: Reason,
    /// v₁
    pub first_variance: f64,
    /// v₀
    pub zeroth_variance: f64,
    /// c
    pub covariance: f64,
    /// B = |g₁ - g₀|
    pub bias: f64,
    /// ε
    pub confidence_radius: f64,
    /// R, the bound that went into ε.
    pub bound: f64,
    /// γ in force: that of the settings, or ε + 2s₀.
    pub gamma: f64,
    /// 2RL/(3K), the part of ε that does not depend on the variance.
    pub radius_from_bound: f64,
    /// That part alone exceeds γ under the rule `aobg`: alpha is then 0 whatever the data.
    pub zero_by_construction: bool,
}

/// ε = √(2 v₀ L/K) + 2RL/(3K) with L = ln((d+1)/δ): the matrix Bernstein bound on |g₀ - ∇F| that fails with
/// probability at most δ. Returned as its two terms.
pub fn confidence_radius(statistics: &Statistics<'_>, failure_probability: f64) -> (f64, f64) {
    let log = libm::log((statistics.dimension as f64 + 1.0) / failure_probability);
    let n = statistics.samples.max(1) as f64;
    (
        (2.0 * statistics.zeroth_variance * log / n).sqrt(),
        2.0 * statistics.bound * log / (3.0 * n),
    )
}

/// The bias that γ lets in unless it is given, in standard errors of the zeroth order.
const LET_IN: f64 = 2.0;

/// Applies the rule of the settings.
pub fn choose(settings: &Settings, s: &Statistics<'_>) -> Choice {
    let (from_variance, from_bound) = confidence_radius(s, settings.failure_probability);
    let radius = from_variance + from_bound;
    let std_error = (s.zeroth_variance / s.samples.max(1) as f64).sqrt();
    let gamma = settings.gamma.unwrap_or(radius + LET_IN * std_error);
    let alphas = per_coordinate(settings.rule, s);
    let independent = s.traces().independent();
    let (alpha, reason) = match settings.rule {
        Rule::First => (1.0, Reason::Fixed),
        Rule::Zeroth => (0.0, Reason::Fixed),
        Rule::Fixed(alpha) => (alpha, Reason::Fixed),
        Rule::Ivw => least_variance(independent, Reason::InverseVariance),
        Rule::Shared => least_variance(s.traces(), Reason::CovarianceAware),
        Rule::IvwH => (mean(&alphas), per_coordinate_reason(independent)),
        Rule::SharedPerCoordinate => (mean(&alphas), per_coordinate_reason(s.traces())),
        Rule::Ddcg(slack) => ddcg(s, slack),
        Rule::LeastError => least_error(s),
        Rule::Aobg => aobg(s, gamma, radius),
    };
    Choice {
        alpha,
        alphas,
        control_alphas: None,
        reason,
        first_variance: s.first_variance,
        zeroth_variance: s.zeroth_variance,
        covariance: s.covariance,
        bias: s.bias,
        confidence_radius: radius,
        bound: s.bound,
        gamma,
        radius_from_bound: from_bound,
        zero_by_construction: settings.rule == Rule::Aobg && from_bound > gamma,
    }
}

fn least_variance(variances: Variances, reason: Reason) -> (f64, Reason) {
    match variances.weight() {
        Ok(alpha) => (alpha, reason),
        Err(reason) => (0.0, reason),
    }
}

/// The weights of the rules that have one for each coordinate.
fn per_coordinate(rule: Rule, s: &Statistics<'_>) -> Option<Vec<f64>> {
    match rule {
        Rule::SharedPerCoordinate => Some(weights(s.coordinates)),
        Rule::IvwH => {
            let independent = s.coordinates.iter().map(|v| v.independent());
            Some(weights(&independent.collect::<Vec<_>>()))
        }
        _ => None,
    }
}

/// Whether any coordinate has a variance is whether their sum is above 0.
fn per_coordinate_reason(traces: Variances) -> Reason {
    traces.weight().err().unwrap_or(Reason::PerCoordinate)
}

fn mean(alphas: &Option<Vec<f64>>) -> f64 {
    let alphas = alphas.as_deref().unwrap_or_default();
    alphas.iter().sum::<f64>() / alphas.len().max(1) as f64
}

fn ddcg(s: &Statistics<'_>, slack: f64) -> (f64, Reason) {
    match &s.poincare {
        None => (0.0, Reason::PoincareUnknown),
        Some(test) if test.is_violated(slack) => (0.0, Reason::PoincareViolated),
        Some(_) => least_variance(s.traces().independent(), Reason::InverseVariance),
    }
}

fn least_error(s: &Statistics<'_>) -> (f64, Reason) {
    let traces = s.traces().independent();
    let beyond_chance = s.samples as f64 * s.bias * s.bias - traces.of_difference();
    let biased = Variances {
        first: traces.first + beyond_chance.max(0.0),
        ..traces
    };
    let reason = match beyond_chance > 0.0 {
        true => Reason::BiasCounted,
        false => Reason::InverseVariance,
    };
    least_variance(biased, reason)
}

fn aobg(s: &Statistics<'_>, gamma: f64, radius: f64) -> (f64, Reason) {
    if radius.is_nan() || s.bias.is_nan() {
        return (0.0, Reason::Unknown);
    }
    if radius > gamma {
        return (0.0, Reason::TooUncertain);
    }
    let (unconstrained, reason) = least_variance(s.traces().independent(), Reason::Unconstrained);
    if unconstrained * s.bias <= gamma - radius {
        (unconstrained, reason)
    } else {
        ((gamma - radius) / s.bias, Reason::BiasConstrained)
    }
}
