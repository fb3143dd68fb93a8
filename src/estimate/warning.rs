//! What a user of an estimate should know before believing it.

use crate::error::number;
use crate::estimate::alpha::Rule;
use crate::estimate::bias::Verdict;
use crate::estimate::mix::Mixed;
use crate::estimate::settings::Settings;
use crate::estimate::zeroth::Zeroth;
use crate::noise::Distribution;
use crate::system::task::Task;
use serde::{Serialize, Serializer};
use std::fmt;

/// See [`warnings`]. Settings stand in backquotes, as in the sentences of [`crate::Error`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Warning {
    /// What the system itself says about its parameters, for instance about its stability limit.
    System(String),
    /// Student's t has no variance, so neither may the cost have one.
    HeavyTails,
    /// It was stopped before all samples were done.
    Stopped {
        /// Rollouts that were done.
        rollouts: u64,
    },
    /// The part of the confidence radius that depends on the bound alone exceeds γ.
    ZeroByConstruction {
        /// R
        bound: f64,
        /// That part, in the unit of the gradient.
        radius_from_bound: f64,
        /// γ
        gamma: f64,
    },
    /// Samples were not finite and were left out.
    Dropped {
        /// How many.
        count: u64,
        /// Of how many rollouts.
        rollouts: u64,
        /// The first such sample.
        sample: u64,
        /// The first time step at which it was not finite.
        time: u32,
    },
    /// Rollouts along drawn directions were not finite, and their whole units were left out.
    DroppedUnits {
        /// How many.
        count: u64,
        /// Of how many rollouts.
        rollouts: u64,
    },
    /// A fit with too few samples to tell its error.
    ErrorUnknown {
        /// d
        dimension: usize,
        /// K that is enough.
        needed: u64,
    },
    /// All samples cost the same.
    NothingSeen,
    /// Rounding to f32 is not small beside the standard error, which does not know of it.
    Rounding {
        /// Of what.
        what: &'static str,
        /// The rms f32 error of it at the noise-free trajectory.
        error: f64,
        /// The standard error.
        std_error: f64,
    },
    /// A single sample.
    OneSample,
    /// Samples exceed the bound on |g₀ - ∇F| that was given.
    BoundExceeded {
        /// R
        bound: f64,
        /// The largest |g₀| and |mean| that samples show, together.
        seen: f64,
    },
    /// The first order could not be had, so that the zeroth order stands alone.
    FirstOrderLost {
        /// What became of it.
        why: String,
    },
    /// The first order is biased, and the rule does not look.
    BlindToBias {
        /// That rule.
        rule: Rule,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System(sentence) => f.write_str(sentence),
            Self::HeavyTails => f.write_str(
                "student-t noise has two degrees of freedom and no variance: where the cost grows in proportion to it, \
                 standard errors of F mean little, and where it grows faster F itself is infinite, whatever a finite batch \
                 says",
            ),
            Self::Stopped { rollouts } => write!(
                f,
                "stopped early: everything rests on the {rollouts} rollouts that were done"
            ),
            Self::ZeroByConstruction {
                bound,
                radius_from_bound,
                gamma,
            } => write!(
                f,
                "alpha is 0 by construction: the part of the confidence radius that depends on the bound R = {} alone, {}, \
                 exceeds gamma = {}, whatever the data; raise `samples` or `gamma`, or lower `bound`",
                number(*bound),
                number(*radius_from_bound),
                number(*gamma)
            ),
            Self::Dropped {
                count,
                rollouts,
                sample,
                time,
            } => write!(
                f,
                "{count} of {rollouts} samples were not finite and were left out, first sample {sample} at time {time}"
            ),
            Self::DroppedUnits { count, rollouts } => write!(
                f,
                "{count} of {rollouts} rollouts were not finite, or in one unit with such a one, and were left out"
            ),
            Self::ErrorUnknown { dimension, needed } => write!(
                f,
                "too few samples for a fit to {dimension} values: the zeroth order is the least slope that fits, shorter \
                 than the gradient, and its error is unknown; raise `samples` to {needed} or more"
            ),
            Self::NothingSeen => f.write_str(
                "no sample saw a difference in cost, so variance and confidence radius are 0 because nothing was seen, not \
                 because nothing is there; raise `samples` or `sigma`",
            ),
            Self::Rounding {
                what,
                error,
                std_error,
            } => write!(
                f,
                "rounding to f32 changes {what} by about {}, which is not in its standard error of {}; take coordinates nearer to \
                 0, a larger `sigma`, or `engine` reference, which computes in f64",
                number(*error),
                number(*std_error)
            ),
            Self::OneSample => f.write_str(
                "a single sample tells no error, neither of F nor of a gradient; raise `samples`",
            ),
            Self::BoundExceeded { bound, seen } => write!(
                f,
                "samples reach {}, beyond the bound R = {}, so that the confidence radius is too small; raise `bound` or leave it \
                 out",
                number(*seen),
                number(*bound)
            ),
            Self::FirstOrderLost { why } => write!(
                f,
                "the first order was lost, so that alpha is 0 and everything rests on the zeroth order: {why}"
            ),
            Self::BlindToBias { rule } => write!(
                f,
                "the first order is biased here, and the rule {rule} does not see it; take `rule` {}",
                Rule::names("or", |facts| facts.sees_bias)
            ),
        }
    }
}

impl Serialize for Warning {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Everything that speaks against an estimate of these settings, in the order in which it should be read.
pub fn warnings(task: &Task, settings: &Settings, mixed: &Mixed) -> Vec<Warning> {
    let choice = &mixed.choice;
    let rollouts = mixed.samples;
    let lost = mixed.nonfinite;
    let heavy = task.noise().distribution == Distribution::StudentT;
    let dropped = lost.first.map(|first| Warning::Dropped {
        count: lost.count,
        rollouts,
        sample: first.sample,
        time: first.time,
    });
    let dropped_units = lost.count > 0 && lost.first.is_none();
    let unknown = settings.zeroth == Zeroth::LeastSquares && mixed.zeroth_order.variance.is_nan();
    let dimension = mixed.gradient.len();
    let jump = mixed.report.as_ref().map(|r| r.verdict) == Some(Verdict::Discontinuity);
    let exceeded = settings.bound.is_some() && mixed.largest_zeroth_order > choice.bound;
    let trusting = jump && !settings.rule.facts().sees_bias && choice.alpha > 0.0;
    [
        task.warning().map(Warning::System),
        heavy.then_some(Warning::HeavyTails),
        (!mixed.complete).then_some(Warning::Stopped { rollouts }),
        choice
            .zero_by_construction
            .then_some(Warning::ZeroByConstruction {
                bound: choice.bound,
                radius_from_bound: choice.radius_from_bound,
                gamma: choice.gamma,
            }),
        mixed
            .first_order_lost
            .clone()
            .map(|why| Warning::FirstOrderLost { why }),
        (settings.samples == 1).then_some(Warning::OneSample),
        exceeded.then_some(Warning::BoundExceeded {
            bound: choice.bound,
            seen: mixed.largest_zeroth_order,
        }),
        dropped,
        dropped_units.then_some(Warning::DroppedUnits {
            count: lost.count,
            rollouts,
        }),
        unknown.then(|| Warning::ErrorUnknown {
            dimension,
            needed: settings.least_samples(dimension),
        }),
        (choice.zeroth_variance == 0.0).then_some(Warning::NothingSeen),
        trusting.then_some(Warning::BlindToBias {
            rule: settings.rule,
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}
