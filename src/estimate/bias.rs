//! How far the first and the zeroth order differ, coordinate by coordinate, and what that means.
//!
//! z_i = (g₁ - g₀)_i/s_i with s_i the standard error of the difference: s_i² = (v₁ + v₀ - 2c)_i/K for a shared batch,
//! v₁_i/K₁ + v₀_i/K₀ for independent ones. Without bias |z_i| exceeds a limit with probability 0.01/d at most, so that
//! a batch of samples is called biased by mistake in 1 of 100 cases, however the d comparisons depend on each other
//! (Bonferroni). The limit is a quantile of Student's t with K-1 degrees of freedom, because s_i is estimated.
//!
//! The verdict, the first that applies:
//!
//! 1. `too-few-hits`: a single sample, no sample whose cost differs from the others, or a fit to no more samples than it has
//!    unknowns, whose error is unknown.
//! 2. `discontinuity`: some |z_i| exceeds the limit, or the test of [`Poincare`] is violated beyond the noise of Var f;
//!    but `too-few-hits` if fewer than 10 samples make up the zeroth order: quantiles mean nothing then.
//! 3. `too-few-hits`: a single sample makes up more than half of Σ|g₀|².
//! 4. `agreement`: no bias above limit·s_i.
//!
//! A jump and a slope so steep that no sample meets it look the same. If it is a slope, met with a probability
//! below β = 3/K (else K samples miss it in less than 1 of 20 cases), the first order has a variance of at least Δ₀²/β with
//! Δ₀ = (1-β)|g₁ - g₀| - β|g₀|, whatever its samples say: the empirical bias of Suh et al. (arXiv 2202.00817).

use crate::engine::moments::Moments;
use crate::estimate::alpha::{DDCG_SLACK, Poincare, Statistics};
use crate::estimate::order::{Estimate, vector};
use crate::estimate::settings::Settings;
use serde::Serialize;
use std::f64::consts::FRAC_1_SQRT_2;
use std::fmt;

/// The probability of a `discontinuity` by disagreement where there is none.
pub const LEVEL: f64 = 0.01;

/// Samples that must make up the zeroth order for it to tell a jump: skewed samples exceed the limit more often than normal
/// ones. Without this, 11 of 200 batches of 20 samples of a quadratic did.
const FEW: f64 = 10.0;

/// Var f of a Gaussian f has the relative standard error √(2/(K-1)); so many of them are allowed for, since f has
/// heavier tails: 14 instead of 2 for the square of a Gaussian.
const VALUE_ERRORS: f64 = 5.0;

/// Both orders of one coordinate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Disagreement {
    /// g₁ - g₀
    pub difference: f64,
    /// s, its standard error.
    pub std_error: f64,
    /// z = (g₁ - g₀)/s; 0 if both are 0.
    pub z: f64,
}

impl Disagreement {
    /// Whether there is no telling how far the orders may differ by chance.
    pub fn is_unknown(&self) -> bool {
        self.std_error.is_nan() || self.z.is_nan()
    }
}

/// What the evidence amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The cost jumps within reach of the noise, or is so steep that no sample met the slope: the first order is biased.
    Discontinuity,
    /// The statistics rest on too few samples to tell.
    TooFewHits,
    /// Nothing speaks against the first order, but a bias as large as the gradient itself would not show.
    CannotTell,
    /// Nothing speaks against the first order.
    Agreement,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Verdict::Discontinuity => "discontinuity",
            Verdict::TooFewHits => "too-few-hits",
            Verdict::CannotTell => "cannot-tell",
            Verdict::Agreement => "agreement",
        })
    }
}

/// What a verdict rests on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Evidence {
    /// |z| of some coordinates exceeds the limit.
    Disagreement {
        /// The coordinate with the largest |z|.
        coordinate: usize,
        /// How many exceed the limit.
        exceeding: usize,
        /// Δ₀²/β, the least variance of the first order if there is a rare slope instead of a jump.
        variance_if_rare: f64,
        /// Σ|g₀|²/max |g₀|², the least number of samples that make up the zeroth order.
        effective_samples: f64,
    },
    /// v₁ is below what a continuous cost allows.
    TooLittleVariance {
        /// v₁
        first_variance: f64,
        /// 2 (1-c) Var f/σ² - 2 |g₁|²
        least_variance: f64,
        /// c, with the noise of Var f.
        slack: f64,
        /// Σ|g₀|²/max |g₀|², the least number of samples that make up the zeroth order.
        effective_samples: f64,
    },
    /// A single sample tells no variance.
    SingleSample,
    /// All samples cost the same.
    NothingSeen,
    /// The zeroth order has no known error, so that no difference means anything.
    ErrorUnknown {
        /// The finite rollouts it was made of.
        samples: u64,
        /// The least number of rollouts that tells its error.
        needed: u64,
    },
    /// One sample makes up most of the zeroth order.
    FewSamples {
        /// Σ|g₀|²/max |g₀|²
        effective_samples: f64,
    },
    /// All |z| are within the limit.
    WithinLimit {
        /// The coordinate with the largest |z|.
        coordinate: usize,
        /// limit·s at its largest: a smaller bias may not show.
        unseen: f64,
        /// |∇̄F| of the mix: a bias that may not show is to be below it.
        gradient: f64,
        /// K (unseen/gradient)²: samples with which it would be.
        needed: f64,
    },
}

impl Evidence {
    /// The verdict it amounts to.
    pub fn verdict(&self) -> Verdict {
        match self {
            Evidence::Disagreement {
                effective_samples, ..
            }
            | Evidence::TooLittleVariance {
                effective_samples, ..
            } if *effective_samples >= FEW => Verdict::Discontinuity,
            Evidence::WithinLimit {
                unseen, gradient, ..
            } if unseen > gradient => Verdict::CannotTell,
            Evidence::WithinLimit { .. } => Verdict::Agreement,
            _ => Verdict::TooFewHits,
        }
    }
}

/// The empirical-bias report.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// What it amounts to.
    pub verdict: Verdict,
    /// What that rests on.
    pub evidence: Evidence,
    /// d, the number of comparisons.
    pub comparisons: usize,
    /// The largest |z| that chance alone may give.
    pub limit: f64,
    /// [`LEVEL`]
    pub level: f64,
    /// The test for jumps; none if the noise is not Gaussian on the decision, or something else is random.
    pub poincare: Option<Poincare>,
    /// One entry per coordinate of theta.
    pub coordinates: Vec<Disagreement>,
}

/// Compares the first order of the first batch with the zeroth order of the second, which may be the same; `gradient` is the
/// mix of both.
pub fn report(
    first: &Estimate,
    zeroth: &Estimate,
    gradient: &[f64],
    statistics: &Statistics<'_>,
    [first_batch, zeroth_batch]: [&Moments; 2],
    settings: &Settings,
) -> Report {
    let counts = [first_batch.count(), zeroth_batch.count()];
    let coordinates = disagreements(first, zeroth, statistics, counts);
    let samples = counts[0].min(counts[1]);
    let limit = limit(coordinates.len(), samples);
    let values = [first_batch, zeroth_batch].map(|m| m.deviation.m2);
    let evidence = if samples < 2 {
        Evidence::SingleSample
    } else if values == [0.0, 0.0] {
        Evidence::NothingSeen
    } else if coordinates.iter().any(Disagreement::is_unknown) {
        error_unknown(coordinates.len(), zeroth_batch.count(), settings)
    } else {
        let effective = effective_samples(zeroth, zeroth_batch);
        disagreement(
            &coordinates,
            limit,
            statistics,
            vector(&zeroth.gradient).norm(),
            effective,
        )
        .or_else(|| too_little_variance(statistics.poincare.as_ref(), effective, samples))
        .or_else(|| few_samples(effective))
        .unwrap_or_else(|| within_limit(&coordinates, limit, vector(gradient).norm(), samples))
    };
    Report {
        verdict: evidence.verdict(),
        evidence,
        comparisons: coordinates.len(),
        limit,
        level: LEVEL,
        poincare: statistics.poincare,
        coordinates,
    }
}

fn disagreements(
    first: &Estimate,
    zeroth: &Estimate,
    statistics: &Statistics<'_>,
    [n1, n0]: [u64; 2],
) -> Vec<Disagreement> {
    let (n1, n0) = (n1.max(1) as f64, n0.max(1) as f64);
    let of = |i: usize| {
        let v = &statistics.coordinates[i];
        let difference = first.gradient[i] - zeroth.gradient[i];
        let variance = v.first / n1 + v.zeroth / n0 - 2.0 * v.covariance / n0;
        // `max` would hide NaN; rounding may leave a variance of 0 a little below it.
        let variance = if variance < 0.0 { 0.0 } else { variance };
        let std_error = variance.sqrt();
        let equal = difference == 0.0;
        let z = if equal { 0.0 } else { difference / std_error };
        Disagreement {
            difference,
            std_error,
            z,
        }
    };
    (0..statistics.coordinates.len()).map(of).collect()
}

/// The two-sided quantile of Student's t with K-1 degrees of freedom at LEVEL/d.
///
/// By Wallace (1959), √(ν ln(1 + t²/ν)) (8ν+1)/(8ν+3) is nearly a standard normal. The quantile comes out too large,
/// which is on the safe side: by less than 0.5 % from ν = 9 on, by more below.
pub fn limit(comparisons: usize, samples: u64) -> f64 {
    if samples < 2 {
        return f64::INFINITY;
    }
    let degrees = (samples - 1) as f64;
    let normal = normal_quantile(LEVEL / 2.0 / comparisons.max(1) as f64);
    let u = normal * (8.0 * degrees + 3.0) / (8.0 * degrees + 1.0);
    (degrees * libm::expm1(u * u / degrees)).sqrt()
}

/// x with P(standard normal > x) = `tail`, by bisection: 60 halvings of [0, 40] reach the last digit.
fn normal_quantile(tail: f64) -> f64 {
    let halve = |(low, high): (f64, f64), _| {
        let middle = 0.5 * (low + high);
        let above = 0.5 * libm::erfc(middle * FRAC_1_SQRT_2);
        match above > tail {
            true => (middle, high),
            false => (low, middle),
        }
    };
    (0..60).fold((0.0, 40.0), halve).0
}

/// What was asked for may be enough, and rollouts that were not finite the reason that it was not.
fn error_unknown(dimension: usize, samples: u64, settings: &Settings) -> Evidence {
    Evidence::ErrorUnknown {
        samples,
        needed: settings.least_samples(dimension).max(samples + 1),
    }
}

/// The coordinate with the largest |z|.
fn worst(coordinates: &[Disagreement]) -> usize {
    let order = |a: &usize, b: &usize| coordinates[*a].z.abs().total_cmp(&coordinates[*b].z.abs());
    (0..coordinates.len()).max_by(order).unwrap_or(0)
}

fn disagreement(
    coordinates: &[Disagreement],
    limit: f64,
    statistics: &Statistics<'_>,
    zeroth_norm: f64,
    effective_samples: f64,
) -> Option<Evidence> {
    let exceeding = coordinates.iter().filter(|c| c.z.abs() > limit).count();
    let beta = (3.0 / statistics.samples.max(1) as f64).min(1.0);
    let distance = (1.0 - beta) * statistics.bias - beta * zeroth_norm;
    (exceeding > 0).then(|| Evidence::Disagreement {
        coordinate: worst(coordinates),
        exceeding,
        variance_if_rare: distance.max(0.0).powi(2) / beta,
        effective_samples,
    })
}

fn too_little_variance(
    test: Option<&Poincare>,
    effective_samples: f64,
    samples: u64,
) -> Option<Evidence> {
    let test = test?;
    let slack = DDCG_SLACK.max(VALUE_ERRORS * (2.0 / (samples - 1) as f64).sqrt());
    test.is_violated(slack)
        .then(|| Evidence::TooLittleVariance {
            first_variance: test.first_variance,
            least_variance: test.least_variance(slack),
            slack,
            effective_samples,
        })
}

/// Σ|g₀|²/max |g₀|²: k if k samples are alike and the rest are 0.
fn effective_samples(zeroth: &Estimate, batch: &Moments) -> f64 {
    let n = batch.count() as f64;
    let squares = (n - 1.0) * zeroth.variance + n * vector(&zeroth.gradient).norm_squared();
    squares / batch.largest_zeroth_order.powi(2)
}

fn few_samples(effective_samples: f64) -> Option<Evidence> {
    (effective_samples < 2.0).then_some(Evidence::FewSamples { effective_samples })
}

fn within_limit(coordinates: &[Disagreement], limit: f64, gradient: f64, samples: u64) -> Evidence {
    // `f64::max` would hide NaN.
    let largest = coordinates
        .iter()
        .map(|c| c.std_error)
        .max_by(f64::total_cmp);
    let unseen = limit * largest.unwrap_or(0.0);
    Evidence::WithinLimit {
        coordinate: worst(coordinates),
        unseen,
        gradient,
        // Errors fall with the root of the samples.
        needed: samples as f64 * (unseen / gradient).powi(2),
    }
}
