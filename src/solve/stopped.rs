//! Why a descent ended.

use serde::Serialize;
use std::fmt;

/// Why a descent ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stopped {
    /// No sample saw a difference of cost, nor a derivative, whatever σ and however many they were.
    GradientIsZero,
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
    /// The device or the workers went away; the best theta before that is returned, of which F is not known.
    EngineLost,
}

impl Stopped {
    /// Whether the descent broke down: it did not end by itself, nor because a budget was spent or somebody asked.
    pub fn is_breakdown(self) -> bool {
        use Stopped::{EngineLost, NonFinite, OutOfRange, SigmaTooSmall, ThetaRanAway};
        matches!(
            self,
            NonFinite | ThetaRanAway | SigmaTooSmall | OutOfRange | EngineLost
        )
    }
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Stopped::GradientIsZero => "there is no gradient: no sample saw a difference",
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
            Stopped::EngineLost => "the engine was lost",
        })
    }
}

/// What ended a descent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// There is no gradient.
    Gradient,
    /// The iterations, rollouts or seconds are spent.
    Budget,
    /// Steps, or the spread of the samples, became too small.
    Region,
    /// Something was not finite or too large.
    Breakdown,
    /// Somebody asked.
    Asked,
}

impl Stopped {
    /// What ended it.
    pub fn cause(self) -> Cause {
        match self {
            Stopped::GradientIsZero => Cause::Gradient,
            Stopped::RadiusTooSmall | Stopped::SpreadTooSmall => Cause::Region,
            Stopped::Iterations | Stopped::Rollouts | Stopped::Time => Cause::Budget,
            Stopped::Interrupted => Cause::Asked,
            _ => Cause::Breakdown,
        }
    }
}
