//! What a descent returns: its history, where it ended and why.

use super::advice::Advice;
use super::stopped::{Cause, Stopped};
use crate::estimate::alpha::Reason;
use serde::Serialize;

/// Samples of the final evaluation, at least.
pub const FINAL_SAMPLES: u64 = 16_384;

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
    /// The standard error of g, the root of the trace of its covariance; NaN like |g|.
    pub gradient_noise: f64,
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

impl Value {
    /// That of a theta which was not evaluated.
    pub const UNKNOWN: Self = Self {
        cost: f64::NAN,
        value_mean: f64::NAN,
        value_std_error: f64::NAN,
        samples: 0,
    };
}

/// The same after somebody asked to stop, who does not want to wait: what the CPU engine rolls out at one time.
pub const FINAL_SAMPLES_AFTER_STOP: u64 = 64;

/// Samples of the final value of a descent with K samples.
pub(super) fn final_samples(samples: u64, stopped: Stopped) -> u64 {
    match stopped {
        Stopped::Interrupted => samples.max(FINAL_SAMPLES_AFTER_STOP),
        _ => samples.max(FINAL_SAMPLES),
    }
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

impl Iteration {
    /// |g| over its standard error; none where there is none.
    pub fn gradient_over_noise(&self) -> Option<f64> {
        let ratio = self.gradient_norm / self.gradient_noise;
        ratio.is_finite().then_some(ratio)
    }
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
    /// The same in a word.
    pub ended_by: Cause,
    /// |g| over its standard error in the last iteration; about 1 for noise alone. None without a gradient.
    pub gradient_over_noise: Option<f64>,
    /// What may go on from there.
    pub advice: Vec<Advice>,
    /// What was not finite, if that is why it ended before its final evaluation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub breakdown: Option<Breakdown>,
    /// The best theta: the last accepted one of a trust region, the one with the least estimate of F of other descents; with
    /// the least cost without noise where σ changes, because estimates for different σ do not compare.
    pub theta: Vec<f64>,
    /// Rollouts in all, those of the end included: where the last step went, and the final evaluation.
    pub rollouts: u64,
    /// Those of the final evaluation, which no budget counts.
    pub final_rollouts: u64,
    /// Seconds in all.
    pub seconds: f64,
}
