//! What every engine can do: the one trait object of the crate.
//!
//! All engines draw the same noise for the same (seed, iteration, stream, sample, coordinate), so a sample can be
//! replayed anywhere by its number.

mod check;
pub mod cpu;
pub mod fallback;
pub mod gpu;
pub mod kind;
pub mod moments;
pub mod reference;

pub use check::{Call, check, check_sigma_in_f32};

use crate::engine::moments::{Moments, NonFinite, Spread};
use crate::error::{Error, Named, Result};
use crate::system::task::Task;
use serde::Serialize;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// b in the zeroth-order sample g₀ = (f - b) w/σ².
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Wanted {
    /// Both from the same samples, with their cross moment.
    Both,
    /// Only the zeroth order: no derivatives are computed.
    ZerothOrder,
}

/// Independent noise for different purposes within one iteration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
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

/// A set of noise samples.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Batch {
    /// K, their number.
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
}

impl Batch {
    /// Checks that the samples can be numbered in 32 bits.
    pub fn check_count(&self) -> Result<()> {
        if self.samples == 0 || self.samples > u64::from(u32::MAX) {
            let expected = "a whole number from 1 to 4294967295";
            return Err(Error::invalid("samples", self.samples, expected));
        }
        Ok(())
    }

    /// The same, and that the baseline has what it needs.
    pub fn check(&self) -> Result<()> {
        self.check_count()?;
        if self.baseline == Baseline::LeaveOneOut && self.samples < 2 {
            let expected = "at least 2 with `baseline` leave-one-out";
            return Err(Error::invalid("samples", self.samples, expected));
        }
        Ok(())
    }

    /// b - f(theta, 0), and the factor on g₀ with it. `deviations` gives the moments of f - f(theta, 0) over all
    /// samples whose cost is finite; only leave-one-out asks for them, because f - mean of the others
    /// = n/(n-1) (f - mean of all).
    pub fn baseline(
        &self,
        nominal: f64,
        deviations: impl FnOnce() -> Result<Moments>,
    ) -> Result<(f64, f64)> {
        Ok(match self.baseline {
            Baseline::Nominal => (0.0, 1.0),
            Baseline::None => (-nominal, 1.0),
            Baseline::LeaveOneOut => {
                let all = deviations()?;
                let n = all.count as f64;
                let factor = if all.count > 1 { n / (n - 1.0) } else { 1.0 };
                (all.deviation.mean, factor)
            }
        })
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
        match self.has_paired_baseline(task) {
            true => 2 * self.samples,
            false => self.samples,
        }
    }

    /// The key of the counter-based generator for this batch.
    pub fn key(&self) -> [u32; 2] {
        crate::noise::batch_key(self.seed, self.iteration, self.stream as u32)
    }
}

/// The decrease of the cost from theta to a candidate under common random numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Decrease {
    /// Samples that are finite at both.
    pub count: u64,
    /// Of f(theta, w) - f(candidate, w).
    pub spread: Spread,
    /// Samples that are not finite at theta or at the candidate.
    pub nonfinite: NonFinite,
}

impl Decrease {
    /// The mean decrease.
    pub fn mean(&self) -> f64 {
        self.spread.mean
    }
    /// Its standard error.
    pub fn std_error(&self) -> f64 {
        (self.spread.variance(self.count) / self.count.max(1) as f64).sqrt()
    }
    /// The union of both sets of samples.
    pub fn merge(&mut self, other: &Self) {
        self.nonfinite.merge(other.nonfinite);
        if other.count == 0 {
            return;
        }
        self.spread = if self.count == 0 {
            other.spread
        } else {
            self.spread
                .merged(self.count as f64, other.spread, other.count as f64)
        };
        self.count += other.count;
    }
}

/// One sample in full, to look at.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sample {
    /// f - f(theta, 0), the latter with initial state and parameters at their means.
    pub deviation: f64,
    /// The deviation without noise: 0 unless initial state or parameters are random.
    pub baseline: f64,
    /// w
    pub noise: Vec<f64>,
    /// The score that multiplies f - b in the zeroth order, d values.
    pub score: Vec<f64>,
    /// g₁ = ∂f/∂theta, d values
    pub first_order: Vec<f64>,
    /// x₀
    pub initial_state: Vec<f64>,
    /// The parameters of the model.
    pub parameters: Vec<f64>,
    /// The time at which it was first not finite.
    pub nonfinite: Option<u32>,
}

/// What an engine is and what it runs on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EngineReport {
    /// `gpu`, `cpu` or `reference`
    pub engine: &'static str,
    /// The adapter of `gpu`.
    pub adapter: Option<String>,
    /// The driver of the adapter.
    pub driver: Option<String>,
    /// Why `auto` took it, or that it was asked for.
    pub reason: String,
    /// Seconds that compiling shaders has taken so far; none without shaders. No timing of a run includes them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compile_seconds: Option<f64>,
}

/// How a batch will be cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct WorkPlan {
    /// Samples of the largest chunk.
    pub chunk_samples: u64,
    /// Number of chunks at that size.
    pub chunks: u64,
    /// Time steps of a segment: H, unless memory or the adapter ask for less.
    pub segment_steps: u64,
    /// Segments of the horizon.
    pub segments: u64,
    /// Bytes allocated for them.
    pub bytes: u64,
    /// Dispatches of the kernels that are compiled, in all chunks, with a GPU; a task of another policy or noise than the
    /// model's brings in its own with its first batch.
    pub dispatches: u64,
}

/// Computes batches of noisy rollouts and their statistics. What [`check`] refuses, every call refuses with its error.
pub trait Engine {
    /// What it is.
    fn report(&self) -> &EngineReport;

    /// What it shares with those who watch it, for work on its behalf.
    fn interrupt(&self) -> &Interrupt;

    /// How it will cut a batch, or why it cannot.
    fn plan(&self, task: &Task, batch: &Batch) -> Result<WorkPlan>;

    /// The statistics of both estimates at `theta`.
    fn moments(&mut self, task: &Task, theta: &[f64], batch: &Batch) -> Result<Moments>;

    /// The decrease from `theta` to each candidate, under the same noise for all.
    fn decreases(
        &mut self,
        task: &Task,
        theta: &[f64],
        candidates: &[Vec<f64>],
        batch: &Batch,
    ) -> Result<Vec<Decrease>>;

    /// f(`thetas[i]`) - f(center) without noise, each in the environment of sample i of the batch; NaN where a rollout is
    /// not finite. A batch that has not as many samples as there are thetas is refused.
    fn costs(
        &mut self,
        task: &Task,
        center: &[f64],
        thetas: &[Vec<f64>],
        batch: &Batch,
    ) -> Result<Vec<f64>>;

    /// Some samples of a batch in full; `range` lies within `0..batch.samples`.
    fn samples(
        &mut self,
        task: &Task,
        theta: &[f64],
        batch: &Batch,
        range: Range<u64>,
    ) -> Result<Vec<Sample>>;
}

/// What a run shares with those who watch it: a flag to stop it, and how far it is. Engines look at it between chunks.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<Watched>);

#[derive(Debug, Default)]
struct Watched {
    stop: AtomicBool,
    keeps_partial: AtomicBool,
    done: AtomicU64,
}

impl Interrupt {
    /// Asks to stop.
    pub fn set(&self) {
        self.0.stop.store(true, Ordering::Relaxed);
    }
    /// Forgets that somebody asked, so that what is left to do after a stop can be done.
    pub fn clear(&self) {
        self.0.stop.store(false, Ordering::Relaxed);
    }
    /// Whether somebody asked to stop.
    pub fn is_set(&self) -> bool {
        self.0.stop.load(Ordering::Relaxed)
    }
    /// [`Error::Interrupted`] once somebody asked to stop.
    pub fn check(&self) -> Result<()> {
        if self.is_set() {
            return Err(Error::Interrupted);
        }
        Ok(())
    }
    /// From now on [`Engine::moments`] returns what it has when it is asked to stop, if it has anything, instead of
    /// [`Error::Interrupted`]. Its count then says how much that is.
    pub fn keep_partial(&self) {
        self.0.keeps_partial.store(true, Ordering::Relaxed);
    }
    /// Whether to stop and keep the `done` samples; [`Error::Interrupted`] if there is nothing to keep.
    pub fn stops_after(&self, done: u64) -> Result<bool> {
        match done > 0 && self.0.keeps_partial.load(Ordering::Relaxed) {
            true => Ok(self.is_set()),
            false => self.check().map(|()| false),
        }
    }
    /// Notes that so many more samples are done.
    pub fn add_done(&self, samples: u64) {
        self.0.done.fetch_add(samples, Ordering::Relaxed);
    }
    /// The samples done since the start.
    pub fn done(&self) -> u64 {
        self.0.done.load(Ordering::Relaxed)
    }
}
