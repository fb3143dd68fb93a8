//! How an estimate is made, and which settings go together.

use crate::engine::moments::NonFinitePolicy;
use crate::engine::{Baseline, Batch, Stream, Wanted};
use crate::error::Named;
use crate::error::{Error, Result};
use crate::estimate::alpha::rule::Rule;
use crate::estimate::directions::{Directions, Layout, check_noise};
use crate::estimate::fit;
use crate::estimate::formula::Zeroth;
use crate::system::bounds::check_positive;
use crate::system::task::Task;
use serde::Serialize;

/// How an estimate is made.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Settings {
    /// K, samples per batch.
    pub samples: u64,
    /// The seed of the run.
    pub seed: u64,
    /// How alpha is chosen.
    pub rule: Rule,
    /// b of the zeroth order.
    pub baseline: Baseline,
    /// γ, tolerance of the rule `aobg`, in the unit of the gradient; ε + 2s₀ of the batch if there is none, see
    /// [`crate::estimate::alpha`].
    pub gamma: Option<f64>,
    /// δ, the probability with which the confidence radius may fail.
    pub failure_probability: f64,
    /// R, bound on the norm of one sample of g₀; from the batch if there is none.
    pub bound: Option<f64>,
    /// What to do with samples that are not finite.
    pub nonfinite: NonFinitePolicy,
    /// Which directions the noise of the zeroth order takes.
    pub directions: Directions,
    /// Which formula makes the zeroth order of the costs.
    pub zeroth: Zeroth,
}

impl Settings {
    /// K samples and γ, where `None` is γ from the samples, and for the rest the usual: seed 0, the rule `aobg`, the noise-free
    /// cost as baseline, δ = 0.05, R from the samples, an error if one of them is not finite, and independent directions with
    /// their correlation.
    pub fn new(samples: u64, gamma: impl Into<Option<f64>>) -> Self {
        Self {
            samples,
            seed: 0,
            rule: Rule::Aobg,
            baseline: Baseline::Nominal,
            gamma: gamma.into(),
            failure_probability: 0.05,
            bound: None,
            nonfinite: NonFinitePolicy::Error,
            directions: Directions::Independent,
            zeroth: Zeroth::Correlation,
        }
    }

    /// With another K.
    #[must_use]
    pub fn with_samples(mut self, samples: u64) -> Self {
        self.samples = samples;
        self
    }

    /// With another seed.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// With another rule for alpha.
    #[must_use]
    pub fn with_rule(mut self, rule: Rule) -> Self {
        self.rule = rule;
        self
    }

    /// With another baseline.
    #[must_use]
    pub fn with_baseline(mut self, baseline: Baseline) -> Self {
        self.baseline = baseline;
        self
    }

    /// With another γ, or with that of the samples.
    #[must_use]
    pub fn with_gamma(mut self, gamma: impl Into<Option<f64>>) -> Self {
        self.gamma = gamma.into();
        self
    }

    /// With another δ.
    #[must_use]
    pub fn with_failure_probability(mut self, failure_probability: f64) -> Self {
        self.failure_probability = failure_probability;
        self
    }

    /// With another R, or with none.
    #[must_use]
    pub fn with_bound(mut self, bound: Option<f64>) -> Self {
        self.bound = bound;
        self
    }

    /// With another policy on samples that are not finite.
    #[must_use]
    pub fn with_nonfinite(mut self, nonfinite: NonFinitePolicy) -> Self {
        self.nonfinite = nonfinite;
        self
    }

    /// With another directions of the zeroth order.
    #[must_use]
    pub fn with_directions(mut self, directions: Directions) -> Self {
        self.directions = directions;
        self
    }

    /// With another formula of the zeroth order.
    #[must_use]
    pub fn with_zeroth(mut self, zeroth: Zeroth) -> Self {
        self.zeroth = zeroth;
        self
    }

    /// Checks every number, and what the task or another setting does not allow; the error names the setting.
    pub fn check(&self, task: &Task) -> Result<()> {
        self.check_numbers()?;
        self.check_directions(task)?;
        if self.weighs_controls(task) && task.noise_is_on_decision() {
            let expected = "another rule while the noise is on the weights of a feedback policy, which have no time step to \
                            weigh; or give `noise_on` action";
            return Err(Error::invalid("rule", self.rule.to_string(), expected));
        }
        Ok(())
    }

    /// Refuses a number outside its domain.
    pub(crate) fn check_numbers(&self) -> Result<()> {
        self.gamma.map_or(Ok(()), |g| check_positive("gamma", g))?;
        let delta = self.failure_probability;
        if !(delta > 0.0 && delta < 1.0) {
            let expected = "a probability above 0 and below 1";
            return Err(Error::invalid("failure_probability", delta, expected));
        }
        self.bound.map_or(Ok(()), |r| check_positive("bound", r))?;
        self.batch(0, Stream::Estimate, Wanted::Both).check()
    }

    /// Batches that an estimate of both orders draws: two if each order has its own.
    pub fn batches(&self) -> u64 {
        match self.draws_directions() {
            true => 2,
            false => self.rule.facts().batches,
        }
    }

    /// The batch of one iteration and purpose.
    pub fn batch(&self, iteration: u32, stream: Stream, wanted: Wanted) -> Batch {
        Batch {
            iteration,
            stream,
            baseline: self.baseline,
            wanted,
            ..Batch::new(self.samples, self.seed)
        }
    }

    /// Whether the rule weighs the controls and not theta.
    pub fn weighs_controls(&self, task: &Task) -> bool {
        self.rule.facts().weighs_controls && !task.policy().is_open_loop()
    }

    /// Whether the zeroth order draws directions of its own instead of the engine's samples.
    pub fn draws_directions(&self) -> bool {
        self.directions != Directions::Independent || self.zeroth != Zeroth::Correlation
    }

    /// The least K whose zeroth order has a known error for a theta of d values: two units, and for a fit more rows than
    /// unknowns. It is searched for, because K is rounded down to whole units whose size depends on K.
    pub fn least_samples(&self, dimension: usize) -> u64 {
        let tells_error = |samples: &u64| {
            Layout::new(self.directions, *samples, dimension).is_ok_and(|layout| {
                let determined = || fit::is_determined(&layout);
                layout.units >= 2 && (self.zeroth == Zeroth::Correlation || determined())
            })
        };
        (1..).find(tells_error).unwrap_or(u64::MAX)
    }

    /// With R, the bound on one sample, restated for units of several rollouts: Bernstein's bound then holds as for K
    /// independent samples (see [`Layout::per_rollout`]).
    pub fn per_unit(&self, task: &Task) -> Result<Self> {
        if !self.draws_directions() {
            return Ok(*self);
        }
        let layout = Layout::new(self.directions, self.samples, task.dimension())?;
        Ok(Self {
            bound: self.bound.map(|r| r * layout.rollouts_per_unit() as f64),
            ..*self
        })
    }

    /// Refuses directions that the task or another setting does not allow.
    pub(crate) fn check_directions(&self, task: &Task) -> Result<()> {
        if !self.draws_directions() {
            return Ok(());
        }
        let (setting, value) = match self.directions {
            Directions::Independent => ("zeroth", "least-squares"),
            directions => ("directions", directions.name()),
        };
        check_noise(task, setting, value)?;
        if self.rule.facts().needs_covariance {
            let expected = format!(
                "{} with `{setting}` {value}, which draws the zeroth order apart from the first",
                Rule::names("or", |facts| !facts.needs_covariance)
            );
            return Err(Error::invalid("rule", self.rule.to_string(), &expected));
        }
        if self.zeroth == Zeroth::LeastSquares {
            fit::check_dimension(task)?;
        }
        let layout = Layout::new(self.directions, self.samples, task.dimension())?;
        let unknown = self.zeroth == Zeroth::LeastSquares && !fit::is_determined(&layout);
        if unknown && self.rule.facts().needs_variance {
            let expected = format!(
                "at least {} with `zeroth` least-squares and `rule` {}, because fewer tell no variance; or take `rule` {}",
                self.least_samples(task.dimension()),
                self.rule,
                Rule::names("or", |facts| !facts.needs_variance)
            );
            return Err(Error::invalid("samples", self.samples, &expected));
        }
        Ok(())
    }
}
