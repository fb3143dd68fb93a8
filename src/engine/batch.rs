//! What is asked for: a numbered set of noise samples, or a part of one.

use crate::engine::moments::Moments;
use crate::engine::tree::BLOCK_SAMPLES;
use crate::error::{Error, Named, Result};
use crate::system::task::Task;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// b in the zeroth-order estimate g₀ = mean of (f - b) w/σ².
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Baseline {
    /// f(theta, 0), the noise-free cost; the published choice.
    #[default]
    Nominal,
    /// The mean of the other samples; less variance where f is far from its noise-free value.
    LeaveOneOut,
    /// 0
    None,
}

impl Named for Baseline {
    const WHAT: &'static str = "baseline";
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (
            Self::Nominal,
            "nominal",
            "f(theta, 0), the noise-free cost; the published choice",
        ),
        (
            Self::LeaveOneOut,
            "leave-one-out",
            "The mean of the other samples; less variance where f is far from its noise-free value",
        ),
        (Self::None, "none", "0"),
    ];
}

/// Which estimates a batch is drawn for; what is not wanted is 0 in the moments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wanted {
    /// Both from the same samples, with their cross moment.
    Both,
    /// Only the zeroth order: no derivatives are computed.
    ZerothOrder,
}

/// Independent noise for different purposes within one iteration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u32)]
pub enum Stream {
    /// The samples of the estimate.
    Estimate = 0,
    /// The second, independent batch of the rule `aobg`.
    Independent = 1,
    /// The comparison of candidates of the trust region.
    Candidates = 2,
    /// The final evaluation.
    Final = 3,
}

/// The keys of the counter-based generator for a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keys {
    /// Of the noise.
    pub noise: [u32; 2],
    /// Of initial states and parameters.
    pub environment: [u32; 2],
}

/// Which of the samples of a batch are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// All of them.
    #[default]
    Whole,
    /// Those with a number from `start` to below `end`; for statistics both are multiples of [`BLOCK_SAMPLES`], or K.
    Samples {
        /// The first.
        start: u64,
        /// The one after the last.
        end: u64,
    },
}

impl Part {
    /// Whether it is the whole.
    pub fn is_whole(&self) -> bool {
        *self == Self::Whole
    }
}

/// A set of noise samples, and which of them are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// K, the number of the whole set.
    pub samples: u64,
    /// The seed of the run.
    pub seed: u64,
    /// The iteration of the descent.
    pub iteration: u32,
    /// What for.
    pub stream: Stream,
    /// The baseline of the zeroth order.
    pub baseline: Baseline,
    /// Which estimates are needed.
    pub wanted: Wanted,
    /// Which of the samples are asked for.
    #[serde(default, skip_serializing_if = "Part::is_whole")]
    pub part: Part,
}

impl Batch {
    /// The whole of `samples` samples, for both estimates in the first iteration, with the nominal baseline.
    pub fn new(samples: u64, seed: u64) -> Self {
        Self {
            samples,
            seed,
            iteration: 0,
            stream: Stream::Estimate,
            baseline: Baseline::Nominal,
            wanted: Wanted::Both,
            part: Part::Whole,
        }
    }

    /// Only these of its samples: see [`Part`].
    #[must_use]
    pub fn within(self, range: Range<u64>) -> Self {
        let (start, end) = (range.start, range.end);
        Self {
            part: Part::Samples { start, end },
            ..self
        }
    }

    /// All of its samples.
    #[must_use]
    pub fn whole(self) -> Self {
        Self {
            part: Part::Whole,
            ..self
        }
    }

    /// The numbers of the samples that are asked for.
    pub fn range(&self) -> Range<u64> {
        match self.part {
            Part::Whole => 0..self.samples,
            Part::Samples { start, end } => start..end,
        }
    }

    /// Checks that the samples can be numbered in 32 bits, and that the batch has those that are asked for.
    pub fn check_count(&self) -> Result<()> {
        if self.samples == 0 || self.samples > u64::from(u32::MAX) {
            let expected = "a whole number from 1 to 4294967295";
            return Err(Error::invalid("samples", self.samples, expected));
        }
        let range = self.range();
        if range.start <= range.end && range.end <= self.samples {
            return Ok(());
        }
        let expected = format!("within 0..{}", self.samples);
        let value = format!("{range:?}");
        Err(Error::invalid("the range of the batch", value, &expected))
    }

    /// The same, that no block is cut, and that the baseline has what it needs.
    pub fn check(&self) -> Result<()> {
        self.check_count()?;
        let range = self.range();
        let is_bound = |n: u64| n.is_multiple_of(BLOCK_SAMPLES) || n == self.samples;
        if !(is_bound(range.start) && is_bound(range.end)) {
            let (block, all) = (BLOCK_SAMPLES, self.samples);
            let expected = format!("bounds that are multiples of {block}, or {all}");
            let value = format!("{range:?}");
            return Err(Error::invalid("the range of the batch", value, &expected));
        }
        if self.baseline == Baseline::LeaveOneOut && self.samples < 2 {
            let expected = "at least 2 with `baseline` leave-one-out";
            return Err(Error::invalid("samples", self.samples, expected));
        }
        Ok(())
    }

    /// b - f(theta, 0), and the factor on g₀ with it. Only leave-one-out looks at the `deviations` f - f(theta, 0) of the whole
    /// batch, because f - mean of the others = n/(n-1) (f - mean of all).
    pub fn baseline(&self, nominal: f64, deviations: &Moments) -> (f64, f64) {
        match self.baseline {
            Baseline::Nominal => (0.0, 1.0),
            Baseline::None => (-nominal, 1.0),
            Baseline::LeaveOneOut => {
                let n = deviations.count() as f64;
                let factor = if n > 1.0 { n / (n - 1.0) } else { 1.0 };
                (deviations.deviation.mean, factor)
            }
        }
    }

    /// The key of the draws of initial states and parameters.
    pub fn environment_key(&self) -> [u32; 2] {
        const ENVIRONMENT: u32 = 1 << 16;
        let stream = self.stream as u32 | ENVIRONMENT;
        crate::noise::batch_key(self.seed, self.iteration, stream)
    }

    /// The keys of all draws of this batch.
    pub fn keys(&self) -> Keys {
        Keys {
            noise: self.key(),
            environment: self.environment_key(),
        }
    }

    /// Whether the baseline is the noise-free cost of each sample's own environment, which takes a rollout of its own.
    pub fn has_paired_baseline(&self, task: &Task) -> bool {
        self.baseline == Baseline::Nominal && task.environment().is_random()
    }

    /// Rollouts of the batch.
    pub fn rollouts(&self, task: &Task) -> u64 {
        let range = self.range();
        let samples = range.end - range.start;
        match self.has_paired_baseline(task) {
            true => 2 * samples,
            false => samples,
        }
    }

    /// The key of the counter-based generator for this batch.
    pub fn key(&self) -> [u32; 2] {
        crate::noise::batch_key(self.seed, self.iteration, self.stream as u32)
    }
}
