//! The rules that choose alpha, and why each chose what it chose.
//!
//! With v₁, v₀ the one-sample variances (traces), c the trace of their covariance, B = |g₁ - g₀| the
//! empirical bias, γ a tolerance and ε the confidence radius of g₀:
//!
//! - `ivw`: alpha = v₀/(v₀ + v₁), the least variance of independent estimates.
//! - `aobg`: 0 if ε > γ; `ivw` if ivw·B <= γ - ε; else (γ - ε)/B. It minimises alpha² v₁ + (1-alpha)² v₀
//!   subject to ε + alpha B <= γ (Suh et al., ICML 2022, arXiv 2202.00817).
//! - `shared`: (v₀ - c)/(v₀ + v₁ - 2c) limited to [0, 1], the least variance of estimates from the same samples.
//! - `first`, `zeroth`, `fixed=A`.

use crate::error::{Error, Result};
use crate::estimate::Settings;
use serde::{Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A rule for alpha.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// Inverse variance under a bound on the empirical bias; independent batches, as published.
    Aobg,
    /// Inverse variance; independent batches.
    Ivw,
    /// Least variance from one shared batch, with the cross moment.
    Shared,
    /// alpha = 1
    First,
    /// alpha = 0
    Zeroth,
    /// alpha given.
    Fixed(f64),
}

impl Rule {
    /// Whether the two orders are estimated from different samples.
    pub fn wants_independent_batches(self) -> bool {
        matches!(self, Rule::Aobg | Rule::Ivw)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rule::Aobg => f.write_str("aobg"),
            Rule::Ivw => f.write_str("ivw"),
            Rule::Shared => f.write_str("shared"),
            Rule::First => f.write_str("first"),
            Rule::Zeroth => f.write_str("zeroth"),
            Rule::Fixed(a) => write!(f, "fixed={a}"),
        }
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for Rule {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let expected = "aobg, ivw, shared, first, zeroth or fixed=A with A from 0 to 1";
        let invalid = || Error::invalid("--rule", format!("'{text}'"), expected);
        Ok(match text {
            "aobg" => Rule::Aobg,
            "ivw" => Rule::Ivw,
            "shared" => Rule::Shared,
            "first" => Rule::First,
            "zeroth" => Rule::Zeroth,
            _ => {
                let value = text.strip_prefix("fixed=").ok_or_else(invalid)?;
                let alpha: f64 = value.parse().map_err(|_| invalid())?;
                if !(0.0..=1.0).contains(&alpha) {
                    return Err(invalid());
                }
                Rule::Fixed(alpha)
            }
        })
    }
}

/// What a rule looks at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Statistics {
    /// N, samples of the zeroth-order estimate.
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
    /// R, bound on the norm of one zeroth-order sample.
    pub bound: f64,
}

/// Why alpha is what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The rule says so whatever the data.
    Fixed,
    /// The variances alone decided.
    InverseVariance,
    /// The variances and the covariance decided.
    CovarianceAware,
    /// `aobg`: the inverse-variance weight keeps within the tolerance.
    Unconstrained,
    /// `aobg`: the weight was lowered to keep the empirical bias within the tolerance.
    BiasConstrained,
    /// `aobg`: ε > γ, the zeroth-order estimate is too uncertain to judge the bias.
    TooUncertain,
    /// All variances are 0, so that the unbiased estimate is taken: no sample saw a difference.
    NoVariance,
    /// A single sample tells no variance, so that the unbiased estimate is taken.
    Unknown,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Reason::Fixed => "the rule fixes it",
            Reason::InverseVariance => "inverse variance",
            Reason::CovarianceAware => "least variance of the shared batch",
            Reason::Unconstrained => "inverse variance, within the tolerance on the bias",
            Reason::BiasConstrained => "lowered to keep the empirical bias within the tolerance",
            Reason::TooUncertain => "the confidence radius exceeds the tolerance",
            Reason::NoVariance => "no sample saw a difference: the unbiased estimate",
            Reason::Unknown => "a single sample tells no variance: the unbiased estimate",
        })
    }
}

/// The mix and all that led to it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Choice {
    /// Weight of the first order, from 0 to 1.
    pub alpha: f64,
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
    /// 2RL/(3N), the part of ε that does not depend on the variance.
    pub radius_from_bound: f64,
    /// That part alone exceeds γ under the rule `aobg`: alpha is then 0 whatever the data.
    pub zero_by_construction: bool,
}

/// ε = √(2 v₀ L/N) + 2RL/(3N) with L = ln((d+1)/δ): the matrix Bernstein bound on |g₀ - ∇F| that fails with
/// probability at most δ. Returned as its two terms.
pub fn confidence_radius(statistics: &Statistics, failure_probability: f64) -> (f64, f64) {
    let log = ((statistics.dimension as f64 + 1.0) / failure_probability).ln();
    let n = statistics.samples.max(1) as f64;
    (
        (2.0 * statistics.zeroth_variance * log / n).sqrt(),
        2.0 * statistics.bound * log / (3.0 * n),
    )
}

/// Applies the rule of the settings.
pub fn choose(settings: &Settings, s: &Statistics) -> Choice {
    let (from_variance, from_bound) = confidence_radius(s, settings.failure_probability);
    let radius = from_variance + from_bound;
    let (alpha, reason) = match settings.rule {
        Rule::First => (1.0, Reason::Fixed),
        Rule::Zeroth => (0.0, Reason::Fixed),
        Rule::Fixed(alpha) => (alpha, Reason::Fixed),
        Rule::Ivw => inverse_variance(s, 0.0, Reason::InverseVariance),
        Rule::Shared => inverse_variance(s, s.covariance, Reason::CovarianceAware),
        Rule::Aobg => aobg(s, settings.gamma, radius),
    };
    Choice {
        alpha,
        reason,
        first_variance: s.first_variance,
        zeroth_variance: s.zeroth_variance,
        covariance: s.covariance,
        bias: s.bias,
        confidence_radius: radius,
        bound: s.bound,
        radius_from_bound: from_bound,
        zero_by_construction: settings.rule == Rule::Aobg && from_bound > settings.gamma,
    }
}

/// (v₀ - c)/(v₀ + v₁ - 2c), the minimiser of the variance of the mix, limited to [0, 1].
fn inverse_variance(s: &Statistics, covariance: f64, reason: Reason) -> (f64, Reason) {
    let denominator = s.zeroth_variance + s.first_variance - 2.0 * covariance;
    // v₀ + v₁ - 2c is the variance of g₁ - g₀: at 0 all weights are equal, and the unbiased one is safe.
    if denominator.is_nan() {
        return (0.0, Reason::Unknown);
    }
    if denominator <= 0.0 {
        return (0.0, Reason::NoVariance);
    }
    let alpha = ((s.zeroth_variance - covariance) / denominator).clamp(0.0, 1.0);
    (alpha, reason)
}

fn aobg(s: &Statistics, gamma: f64, radius: f64) -> (f64, Reason) {
    if radius.is_nan() || s.bias.is_nan() {
        return (0.0, Reason::Unknown);
    }
    if radius > gamma {
        return (0.0, Reason::TooUncertain);
    }
    let (unconstrained, reason) = inverse_variance(s, 0.0, Reason::Unconstrained);
    if unconstrained * s.bias <= gamma - radius {
        (unconstrained, reason)
    } else {
        ((gamma - radius) / s.bias, Reason::BiasConstrained)
    }
}
