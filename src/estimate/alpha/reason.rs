//! Why alpha is what it is, in a word and in a sentence.

use serde::Serialize;
use std::fmt;

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
    /// The variances of each coordinate decided its own weight.
    PerCoordinate,
    /// The variances of each control decided its own weight, under a feedback policy.
    PerControl,
    /// Stopped before the weights of the controls were known, so that the zeroth order is taken.
    Stopped,
    /// The first order was not finite, or too large for f32, so that the zeroth order is taken.
    FirstOrderLost,
    /// `ddcg`: the first order varies less than that of a continuous cost can: a jump, or gradients too rare for K samples.
    PoincareViolated,
    /// `ddcg`: the noise is not Gaussian on the decision, or initial state or parameters are random, so that there is no
    /// test, and the zeroth order is taken.
    PoincareUnknown,
    /// `aobg`: the inverse-variance weight keeps within the tolerance.
    Unconstrained,
    /// `aobg`: the weight was lowered to keep the empirical bias within the tolerance.
    BiasConstrained,
    /// `least-error`: the bias beyond chance lowered the weight.
    BiasCounted,
    /// `aobg`: ε > γ, the zeroth-order estimate is too uncertain to judge the bias.
    TooUncertain,
    /// All variances are 0, so that the zeroth order is taken: no sample saw a difference.
    NoVariance,
    /// Too few samples tell the variance of one order or of both, so that the zeroth order is taken.
    Unknown,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Reason::Fixed => "the rule fixes it",
            Reason::InverseVariance => "inverse variance",
            Reason::CovarianceAware => "least variance of the shared batch",
            Reason::PerCoordinate => "least variance of each coordinate, mean weight",
            Reason::PerControl => "least variance of each control, mean weight",
            Reason::Stopped => "stopped before the weights were known: the zeroth order",
            Reason::FirstOrderLost => "the first order was lost: the zeroth order",
            Reason::PoincareViolated => {
                "the first order varies too little for a continuous cost: a jump, or gradients too rare for the samples"
            }
            Reason::PoincareUnknown => {
                "the test for jumps needs Gaussian noise on the decision and nothing else random: the zeroth order"
            }
            Reason::Unconstrained => "inverse variance, within the tolerance on the bias",
            Reason::BiasConstrained => "lowered to keep the empirical bias within the tolerance",
            Reason::BiasCounted => "least mean square error, with the bias beyond chance",
            Reason::TooUncertain => "the confidence radius exceeds the tolerance",
            Reason::NoVariance => "no sample saw a difference: the zeroth order",
            Reason::Unknown => "too few samples to tell the variances: the zeroth order",
        })
    }
}
