//! What a descent returns: its history, where it ended and why.

use crate::estimate::alpha::Reason;
use serde::Serialize;
use std::fmt;

/// Samples of the final evaluation, at least.
pub const FINAL_SAMPLES: u64 = 16_384;

/// Why a descent ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stopped {
    /// |g|² was below its own sampling variance several times in a row, and no step helped.
    GradientIsNoise,
    /// A run of rejected steps made the trust region too small.
    RadiusTooSmall,
    /// The samples of a search method lie so close together that nothing is left to find.
    SpreadTooSmall,
    /// The iterations are used up.
    Iterations,
    /// Another iteration would take more rollouts than are left.
    Rollouts,
    /// The time is used up.
    Time,
    /// Somebody asked to stop.
    Interrupted,
    /// Samples or the noise-free rollout were no longer finite; the best theta before that is returned.
    NonFinite,
    /// theta became so large that f32 loses σ beside it, or infinite; the best theta before that is returned.
    ThetaRanAway,
    /// σ of a schedule became so small that f32 loses it beside theta; the best theta before that is returned.
    SigmaTooSmall,
    /// Statistics left the range of f32; the best theta before that is returned.
    OutOfRange,
}

impl Stopped {
    /// Whether the descent broke down: it did not end by itself, nor because a budget was spent or somebody asked.
    pub fn is_breakdown(self) -> bool {
        use Stopped::{NonFinite, OutOfRange, SigmaTooSmall, ThetaRanAway};
        matches!(self, NonFinite | ThetaRanAway | SigmaTooSmall | OutOfRange)
    }
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Stopped::GradientIsNoise => "the gradient cannot be told from zero",
            Stopped::RadiusTooSmall => "the trust region became too small",
            Stopped::SpreadTooSmall => "the samples have drawn together",
            Stopped::Iterations => "the iterations are used up",
            Stopped::Rollouts => "the rollouts left are too few for an iteration",
            Stopped::Time => "the time is used up",
            Stopped::Interrupted => "interrupted",
            Stopped::NonFinite => "samples were no longer finite",
            Stopped::ThetaRanAway => "theta ran away",
            Stopped::SigmaTooSmall => "sigma became too small beside theta",
            Stopped::OutOfRange => "statistics left the range of f32",
        })
    }
}

/// One line of the history: the state before the step of this iteration, and the step.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Iteration {
    /// From 0.
    pub iteration: u32,
    /// f(theta, 0), without noise.
    pub cost: f64,
    /// Estimate of F(theta).
    pub value_mean: f64,
    /// Its standard error.
    pub value_std_error: f64,
    /// |g|; NaN, in JSON null, for a descent that takes no gradient, like all that only a gradient has.
    pub gradient_norm: f64,
    /// Weight of the first order; 0 for a descent that looks at costs alone.
    pub alpha: f64,
    /// Why.
    pub alpha_reason: Reason,
    /// v₁, one-sample variance of the first order; none if it was not computed.
    pub first_order_variance: Option<f64>,
    /// v₀, one-sample variance of the zeroth order.
    pub zeroth_order_variance: f64,
    /// B = |g₁ - g₀|; none if the first order was not computed.
    pub bias: Option<f64>,
    /// ε
    pub confidence_radius: f64,
    /// Length of the step, or the radius that was rejected.
    pub radius: f64,
    /// Whether theta moved.
    pub accepted: bool,
    /// σ of the samples; the root mean square over the coordinates where they have their own.
    pub sigma: f64,
    /// How many samples share in the step, 1/Σ weight²; for descents that weight their samples.
    pub effective_samples: Option<f64>,
    /// Rollouts so far.
    pub rollouts: u64,
    /// Seconds so far.
    pub seconds: f64,
}

/// The value where a descent ended.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Value {
    /// f(theta, 0), without noise.
    pub cost: f64,
    /// Estimate of F(theta) from fresh noise.
    pub value_mean: f64,
    /// Its standard error.
    pub value_std_error: f64,
    /// Samples it took.
    pub samples: u64,
}

/// What ended a descent that broke down ([`Stopped::is_breakdown`]), and where to look at it again.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Breakdown {
    /// The iteration whose noise it was.
    pub iteration: u32,
    /// The first sample that was not finite; none if it was the noise-free rollout or a statistic.
    pub sample: Option<u64>,
    /// The first time at which it was not finite.
    pub time: Option<u32>,
    /// What went wrong, in words.
    pub message: String,
    /// theta there, d values.
    pub theta: Vec<f64>,
}

/// The result of a descent.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Solution {
    /// One entry per iteration.
    pub iterations: Vec<Iteration>,
    /// The value at `theta`.
    #[serde(rename = "final")]
    pub final_value: Value,
    /// The iteration at whose start theta was what is returned; the number of iterations if it is where the last step went.
    pub best_iteration: u32,
    /// Why it ended.
    pub stopped: Stopped,
    /// What was not finite, if that is why it ended before its final evaluation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub breakdown: Option<Breakdown>,
    /// The best theta: the last accepted one of a trust region, the one with the least estimate of F of other descents; with
    /// the least cost without noise where σ changes, because estimates for different σ do not compare.
    pub theta: Vec<f64>,
    /// Rollouts in all, those of the end included: where the last step went, and the final evaluation.
    pub rollouts: u64,
    /// Seconds in all.
    pub seconds: f64,
}
