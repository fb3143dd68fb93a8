//! The descents by name.

use crate::error::Named;
use serde::Serialize;

/// The descents by name, without their numbers; see [`super::Descent`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Several directions and lengths, compared under the same noise; batches follow from the budget
    TrustRegion,
    /// Fixed steps with the published settings
    Gradient,
    /// Steps of about the same length in every coordinate, along averages of the gradient; published samples and iterations
    Adam,
    /// A trust region along the shortest convex combination of first-order gradients around theta: for kinks
    GradientSampling,
    /// Costs only: the mean of the samples, weighted by exp(-cost / temperature)
    Mppi,
    /// Costs only: mean and spread of the best samples, again and again
    Cem,
    /// Costs only: ranks adapt mean, spread and covariance of the samples; the covariance is diagonal beyond 128 values
    CmaEs,
}

impl Named for Kind {
    const WHAT: &'static str = "descent";
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (
            Self::TrustRegion,
            "trust-region",
            "Several directions and lengths, compared under the same noise; batches follow from the budget",
        ),
        (
            Self::Gradient,
            "gradient",
            "Fixed steps with the published settings",
        ),
        (
            Self::Adam,
            "adam",
            "Steps of about `step` in every coordinate, along averages of the gradient; published samples and iterations",
        ),
        (
            Self::GradientSampling,
            "gradient-sampling",
            "A trust region along the shortest convex combination of first-order gradients around theta: for kinks",
        ),
        (
            Self::Mppi,
            "mppi",
            "Costs only: the mean of the samples, weighted by exp(-cost / temperature)",
        ),
        (
            Self::Cem,
            "cem",
            "Costs only: mean and spread of the best samples, again and again",
        ),
        (
            Self::CmaEs,
            "cma-es",
            "Costs only: ranks adapt mean, spread and covariance of the samples; the covariance is diagonal beyond 128 values",
        ),
    ];
}
