//! Both orders of a batch or of two, mixed.
//!
//!   g = alpha g₁ + (1 - alpha) g₀
//!
//! with one alpha, or one for each coordinate.

use crate::engine::Wanted;
use crate::engine::moments::{Coordinate, Moments, NonFinite};
use crate::estimate::alpha::{self, Choice, Poincare, Statistics, Variances};
use crate::estimate::bias::{self, Report};
use crate::estimate::order::{Estimate, vector};
use crate::estimate::settings::Settings;
use serde::Serialize;

/// Both estimates, the mix and how it was chosen.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mixed {
    /// Mean of f over all samples of the batch.
    pub value_mean: f64,
    /// Its standard error.
    pub value_std_error: f64,
    /// f(theta, 0), without noise.
    pub value_at_theta: f64,
    /// ∇̄¹F; none if only the zeroth order was wanted.
    pub first_order: Option<Estimate>,
    /// ∇̄⁰F
    pub zeroth_order: Estimate,
    /// The mix and its reason.
    pub choice: Choice,
    /// How far the two orders differ and what that means; none if only the zeroth order was wanted.
    pub report: Option<Report>,
    /// ∇̄F = alpha ∇̄¹F + (1 - alpha) ∇̄⁰F
    pub gradient: Vec<f64>,
    /// Trace of the covariance of `gradient` itself, not of one sample.
    pub variance_of_gradient: f64,
    /// The largest |g₀ - ∇F| of a sample, at most: |g₀| + |mean|.
    pub largest_zeroth_order: f64,
    /// Why there is no first order, where one was wanted and could not be had.
    pub first_order_lost: Option<String>,
    /// The samples left out.
    pub nonfinite: NonFinite,
    /// Noisy rollouts that were drawn, those of mirror images and those left out too.
    pub samples: u64,
    /// Rollouts this took: the samples, and those without noise where each has a baseline of its own.
    pub rollouts: u64,
    /// False if it was stopped and rests on fewer samples than were asked for.
    pub complete: bool,
}

/// The mix of the first-order estimate of `first` with the zeroth-order estimate of `second`, or of the same
/// batch if there is no second one. `gaussian_sigma` is σ if the noise is Gaussian on the decision and nothing else is
/// random; without it there is no test for jumps.
pub fn mix(
    first: &Moments,
    second: Option<&Moments>,
    settings: &Settings,
    wanted: Wanted,
    gaussian_sigma: Option<f64>,
) -> Mixed {
    let zeroth_batch = second.unwrap_or(first);
    let zeroth_order = Estimate::zeroth_order(zeroth_batch);
    let first_order = (wanted == Wanted::Both).then(|| Estimate::first_order(first));
    let variances = variances(first, second);
    let difference = first_order
        .as_ref()
        .map(|e| vector(&e.gradient) - vector(&zeroth_order.gradient));
    // |g₀ - mean| <= |g₀| + |mean|: a bound that needs no second pass over the samples.
    let largest = zeroth_batch.largest_zeroth_order + vector(&zeroth_order.gradient).norm();
    let statistics = Statistics {
        samples: zeroth_batch.count(),
        dimension: variances.len(),
        first_variance: first_order.as_ref().map_or(0.0, |e| e.variance),
        zeroth_variance: zeroth_order.variance,
        covariance: variances.iter().map(|v| v.covariance).sum(),
        bias: difference.map_or(0.0, |d| d.norm()),
        bound: settings.bound.unwrap_or(largest),
        poincare: first_order
            .as_ref()
            .zip(gaussian_sigma)
            .map(|(e, sigma)| Poincare {
                first_variance: e.variance,
                first_norm_squared: vector(&e.gradient).norm_squared(),
                value_variance: first.deviation.variance(),
                sigma,
            }),
        coordinates: &variances,
    };
    let choice = alpha::choose(settings, &statistics);
    let counts = [first.count(), zeroth_batch.count()].map(|n| n.max(1) as f64);
    let (gradient, variance_of_gradient) = weighted(
        first_order.as_ref(),
        &zeroth_order,
        &variances,
        &choice,
        counts,
    );
    let report = first_order.as_ref().map(|e| {
        bias::report(
            e,
            &zeroth_order,
            &gradient,
            &statistics,
            [first, zeroth_batch],
            settings,
        )
    });
    let values = values(first, second);
    Mixed {
        value_mean: values.value_mean(),
        value_std_error: values.value_std_error(),
        value_at_theta: first.nominal,
        first_order,
        zeroth_order,
        choice,
        report,
        gradient,
        variance_of_gradient,
        largest_zeroth_order: largest,
        first_order_lost: None,
        nonfinite: values.nonfinite,
        samples: values.samples(),
        rollouts: values.samples(),
        complete: true,
    }
}

/// v₁, v₀ and c of each coordinate; c is 0 for independent batches.
pub(crate) fn variances(first: &Moments, second: Option<&Moments>) -> Vec<Variances> {
    let zeroth = second.unwrap_or(first);
    let pairs = first.coordinates.iter().zip(&zeroth.coordinates);
    let of = |(a, b): (&Coordinate, &Coordinate)| Variances {
        first: a.first_order.variance(),
        zeroth: b.zeroth_order.variance(),
        covariance: match second {
            Some(_) => 0.0,
            None => a.cross / (first.count().max(2) - 1) as f64,
        },
    };
    pairs.map(of).collect()
}

/// The mix with the weights of `choice`, and the trace of its covariance; `counts` are the samples of both orders.
fn weighted(
    first: Option<&Estimate>,
    zeroth: &Estimate,
    variances: &[Variances],
    choice: &Choice,
    [n1, n0]: [f64; 2],
) -> (Vec<f64>, f64) {
    let Some(first) = first else {
        return (zeroth.gradient.clone(), zeroth.variance / n0);
    };
    let alpha = |i: usize| choice.alphas.as_ref().map_or(choice.alpha, |a| a[i]);
    let mixed = |i: usize| alpha(i) * first.gradient[i] + (1.0 - alpha(i)) * zeroth.gradient[i];
    let gradient = (0..variances.len()).map(mixed).collect();
    let of = |(i, v): (usize, &Variances)| {
        let (a, b) = (alpha(i), 1.0 - alpha(i));
        a * a * v.first / n1 + b * b * v.zeroth / n0 + 2.0 * a * b * v.covariance / n0
    };
    (gradient, variances.iter().enumerate().map(of).sum())
}

/// The moments of f over both batches.
fn values(first: &Moments, second: Option<&Moments>) -> Moments {
    let mut values = Moments {
        coordinates: Vec::new(),
        ..first.clone()
    };
    if let Some(second) = second {
        values.merge(&Moments {
            coordinates: Vec::new(),
            ..second.clone()
        });
    }
    values
}
