//! What a descent is told, with defaults from the task.

use super::adaptation::Adaptation;
use super::kind::Kind;
use super::schedule::SigmaSchedule;
use super::{cma_es, gradient_sampling};
use crate::error::{Error, Named, Result};
use crate::estimate::Settings;
use crate::estimate::alpha::Rule;
use crate::estimate::directions::check_noise;
use crate::system::Tuned;
use crate::system::bounds::check_positive;
use crate::system::task::Task;
use serde::Serialize;

/// How theta moves.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Descent {
    /// See [`crate::solve::trust_region`].
    TrustRegion {
        /// First radius, in the unit of theta.
        radius: f64,
    },
    /// theta <- theta - step · g
    Gradient {
        /// Step length.
        step: f64,
    },
    /// Steps of about the same length in every coordinate; see `solve/gradient.rs`.
    Adam {
        /// Step length, in the unit of theta.
        step: f64,
    },
    /// A trust region along the shortest convex combination of sampled gradients.
    GradientSampling {
        /// First radius, in the unit of theta.
        radius: f64,
    },
    /// The mean of the samples, weighted by exp(-f/λ).
    Mppi {
        /// λ, in the unit of the cost; none for the standard deviation of the costs.
        temperature: Option<f64>,
    },
    /// Cross-entropy method: mean and spread of the best samples.
    Cem {
        /// The share of the samples that are the best, above 0 and below 1.
        elite: f64,
    },
    /// Covariance matrix adaptation.
    CmaEs,
}

impl Descent {
    /// Which descent.
    pub fn kind(&self) -> Kind {
        match self {
            Self::TrustRegion { .. } => Kind::TrustRegion,
            Self::Gradient { .. } => Kind::Gradient,
            Self::Adam { .. } => Kind::Adam,
            Self::GradientSampling { .. } => Kind::GradientSampling,
            Self::Mppi { .. } => Kind::Mppi,
            Self::Cem { .. } => Kind::Cem,
            Self::CmaEs => Kind::CmaEs,
        }
    }

    /// Its name, such as `trust-region`.
    pub fn name(&self) -> &'static str {
        self.kind().name()
    }

    /// With another first radius, in the unit of theta; an error for a descent that has none, like all `with_`.
    pub fn with_radius(mut self, new: f64) -> Result<Self> {
        match &mut self {
            Self::TrustRegion { radius } | Self::GradientSampling { radius } => *radius = new,
            other => return Err(other.knows_no("radius", new)),
        }
        Ok(self)
    }

    /// With another step length.
    pub fn with_step(mut self, new: f64) -> Result<Self> {
        match &mut self {
            Self::Gradient { step } | Self::Adam { step } => *step = new,
            other => return Err(other.knows_no("step", new)),
        }
        Ok(self)
    }

    /// With this temperature, in the unit of the cost.
    pub fn with_temperature(mut self, new: f64) -> Result<Self> {
        match &mut self {
            Self::Mppi { temperature } => *temperature = Some(new),
            other => return Err(other.knows_no("temperature", new)),
        }
        Ok(self)
    }

    /// With another share of the samples that are the best.
    pub fn with_elite(mut self, new: f64) -> Result<Self> {
        match &mut self {
            Self::Cem { elite } => *elite = new,
            other => return Err(other.knows_no("elite", new)),
        }
        Ok(self)
    }

    /// The first radius, if it has one.
    pub fn radius(&self) -> Option<f64> {
        match *self {
            Self::TrustRegion { radius } | Self::GradientSampling { radius } => Some(radius),
            _ => None,
        }
    }

    /// The step length, if it has one.
    pub fn step(&self) -> Option<f64> {
        match *self {
            Self::Gradient { step } | Self::Adam { step } => Some(step),
            _ => None,
        }
    }

    /// The temperature, if it has one of its own.
    pub fn temperature(&self) -> Option<f64> {
        match *self {
            Self::Mppi { temperature } => temperature,
            _ => None,
        }
    }

    /// The share of the best, if it has one.
    pub fn elite(&self) -> Option<f64> {
        match *self {
            Self::Cem { elite } => Some(elite),
            _ => None,
        }
    }

    fn knows_no(&self, setting: &str, value: f64) -> Error {
        let expected = format!("left out with `descent` {}", self.name());
        Error::invalid(setting, value, &expected)
    }

    /// Whether it looks at costs alone, and at directions of theta.
    pub fn is_search(&self) -> bool {
        matches!(self, Self::Mppi { .. } | Self::Cem { .. } | Self::CmaEs)
    }

    /// Whether it changes σ by itself.
    pub fn adapts_sigma(&self) -> bool {
        matches!(self, Self::Cem { .. } | Self::CmaEs)
    }
}

/// What a descent is told.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Options {
    /// How each estimate is made.
    pub estimate: Settings,
    /// How theta moves.
    pub descent: Descent,
    /// How σ changes over the iterations.
    pub schedule: SigmaSchedule,
    /// How the covariance of the samples of `mppi` and `cem` follows them.
    pub adaptation: Adaptation,
    /// Most iterations.
    pub iterations: u32,
    /// Most rollouts of the iterations, if limited; never exceeded, and what the batches of a trust region follow from. The end
    /// comes on top: at most `estimate.samples` to look at the theta of the last step, with a risk as many for its threshold,
    /// and the final evaluation.
    pub rollouts: Option<u64>,
    /// Most seconds, if limited.
    pub seconds: Option<f64>,
    /// Which theta is returned.
    pub returned: Returned,
}

/// Which theta a descent returns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Returned {
    /// The best one, with F there from fresh samples.
    #[default]
    Best,
    /// The one where the last step went, without another rollout: for a receding horizon, which goes on from there at once.
    Last,
}

/// Samples of the first batch of a trust region.
const FIRST_SAMPLES: u64 = 10;

/// Iterations that a budget alone allows, at least.
const LEAST_ITERATIONS: u64 = 20;

/// Samples of a batch that a budget alone allows, at least.
const LEAST_SAMPLES: u64 = 10;

/// Batches of costs that a radius by comparison takes, at most.
const MOST_COMPARED: u64 = 8;

impl Options {
    /// The defaults of each descent for a task.
    pub fn of(task: &Task, kind: Kind) -> Result<Self> {
        Ok(match kind {
            Kind::TrustRegion => Self::tuned(task),
            Kind::Gradient => Self::published(task)?,
            Kind::Adam => Self::adam(task),
            Kind::GradientSampling => Self::gradient_sampling(task),
            Kind::Mppi => Self::search(task, Descent::Mppi { temperature: None }),
            Kind::Cem => Self::search(task, Descent::Cem { elite: 0.1 }),
            Kind::CmaEs => Self::search(task, Descent::CmaEs),
        })
    }

    /// The trust-region descent, whose batches and iterations follow from its budget: that of [`Tuned::rollouts`].
    pub fn tuned(task: &Task) -> Self {
        let estimate = Settings::new(FIRST_SAMPLES, task.tolerance());
        Self {
            estimate: estimate.with_rule(Rule::LeastError),
            iterations: u32::MAX,
            rollouts: Some(task.tuned().rollouts()),
            ..Self::of_samples_and_iterations(task)
        }
    }

    /// With this rule for alpha. Under a rule other than its own a trust region begins with the samples of the task, for which
    /// γ was chosen.
    #[must_use]
    pub fn with_rule(mut self, task: &Task, rule: Rule) -> Self {
        let is_region = matches!(self.descent, Descent::TrustRegion { .. });
        if is_region && rule != Rule::LeastError {
            self.estimate.samples = task.tuned().samples;
        }
        self.estimate.rule = rule;
        self
    }

    /// The samples and iterations that come with the task, for all other descents.
    fn of_samples_and_iterations(task: &Task) -> Self {
        let tuned = task.tuned();
        Self {
            estimate: Settings::new(tuned.samples, task.tolerance()),
            descent: Descent::TrustRegion {
                radius: tuned.radius,
            },
            schedule: SigmaSchedule::Constant,
            adaptation: Adaptation::None,
            iterations: tuned.iterations,
            rollouts: None,
            seconds: None,
            returned: Returned::Best,
        }
    }

    /// With the limits that are given. A budget alone sets batches and iterations, see [`Options::within`]. Without one, iterations
    /// are a bound of their own, beside which no descent has another; and more samples than the task's are a larger budget.
    #[must_use]
    pub fn limited(
        mut self,
        task: &Task,
        samples: Option<u64>,
        iterations: Option<u32>,
        rollouts: Option<u64>,
    ) -> Self {
        match (rollouts, iterations) {
            (Some(rollouts), _) => self = self.within(rollouts),
            (None, Some(_)) => self.rollouts = None,
            (None, None) => {
                let own = *task.tuned();
                let samples = samples.unwrap_or(0).max(own.samples);
                let budget = Tuned { samples, ..own }.rollouts();
                self.rollouts = self.rollouts.map(|_| budget);
            }
        }
        self.iterations = iterations.unwrap_or(self.iterations);
        self
    }

    /// With a budget that alone sets batches and iterations: as many iterations as it allows, and no batch larger than a
    /// twentieth of it, so that a tenth at most is left over. Fixed steps and CMA-ES keep their samples.
    #[must_use]
    pub fn within(mut self, rollouts: u64) -> Self {
        self.rollouts = Some(rollouts);
        self.iterations = u32::MAX;
        let batches = match self.descent {
            Descent::Gradient { .. } | Descent::CmaEs | Descent::TrustRegion { .. } => return self,
            Descent::GradientSampling { .. } => 1 + MOST_COMPARED,
            Descent::Adam { .. } => self.estimate.batches(),
            Descent::Mppi { .. } | Descent::Cem { .. } => 1,
        };
        let most = (rollouts / (LEAST_ITERATIONS * batches)).max(LEAST_SAMPLES);
        self.estimate.samples = self.estimate.samples.min(most);
        self
    }

    /// Fixed steps with the settings of the published experiment; an error for a task that has none.
    pub fn published(task: &Task) -> Result<Self> {
        let published = task.published().ok_or_else(|| Error::Unpublished {
            task: task.name().into(),
        })?;
        let tuned = Self::of_samples_and_iterations(task);
        Ok(Self {
            estimate: Settings {
                samples: published.samples,
                gamma: Some(published.gamma),
                bound: Some(published.bound),
                ..tuned.estimate
            },
            descent: Descent::Gradient {
                step: published.step,
            },
            iterations: published.iterations,
            ..tuned
        })
    }

    /// Fixed steps of a given length with `samples` rollouts for each estimate, and all else as descents have
    /// it: for a task without published settings.
    pub fn fixed_steps(task: &Task, samples: u64, step: f64, iterations: u32) -> Self {
        let mut options = Self::of_samples_and_iterations(task);
        options.estimate.samples = samples;
        options.descent = Descent::Gradient { step };
        options.iterations = iterations;
        options
    }

    /// Adam with the samples and iterations of the published experiment, or those of the trust region for a task that has
    /// none, and steps of a tenth of σ. γ and R are not those of that experiment, but follow from the samples.
    pub fn adam(task: &Task) -> Self {
        let step = 0.1 * task.mean_sigma();
        let published =
            Self::published(task).unwrap_or_else(|_| Self::of_samples_and_iterations(task));
        Self {
            estimate: Settings::new(published.estimate.samples, None),
            descent: Descent::Adam { step },
            ..published
        }
    }

    /// Gradient sampling with twice as many gradients as theta has values, from 10 to 200.
    pub fn gradient_sampling(task: &Task) -> Self {
        let mut options = Self::of_samples_and_iterations(task);
        options.estimate.samples = (2 * task.dimension() as u64).clamp(10, 200);
        options.descent = Descent::GradientSampling {
            radius: task.tuned().radius,
        };
        options
    }

    /// The defaults of a search method: the samples and iterations of the trust region, whose rollouts they about match;
    /// for CMA-ES Hansen's population, and up to a thousand iterations of it.
    pub fn search(task: &Task, descent: Descent) -> Self {
        let mut options = Self {
            descent,
            ..Self::of_samples_and_iterations(task)
        };
        if descent == Descent::CmaEs {
            options.estimate.samples = cma_es::population(task.dimension());
            options.iterations = 1000;
        }
        options
    }

    /// Checks every number, and what the task or another setting does not allow; the error names the setting.
    pub fn check(&self, task: &Task) -> Result<()> {
        self.check_numbers()?;
        match self.descent {
            Descent::CmaEs => cma_es::check(self.estimate.samples, task)?,
            Descent::GradientSampling { .. } => {
                gradient_sampling::check(self.estimate.samples, task)?;
            }
            _ => {}
        }
        let is_search = matches!(self.descent, Descent::Mppi { .. } | Descent::Cem { .. });
        if is_search || self.adaptation != Adaptation::None {
            if !is_search {
                let expected = "left out, or `descent` mppi or cem";
                let value = self.adaptation.to_string();
                return Err(Error::invalid("adaptation", value, expected));
            }
            self.adaptation.check(task)?;
        }
        if let Some(end) = self.schedule.end() {
            task.clone().with_sigma(end)?;
        }
        match self.descent {
            Descent::Mppi { .. } => check_noise(task, "descent", "mppi"),
            Descent::Cem { .. } => check_noise(task, "descent", "cem"),
            Descent::CmaEs => check_noise(task, "descent", "cma-es"),
            _ => self.estimate.check(task),
        }
    }

    /// Refuses a number outside its domain.
    fn check_numbers(&self) -> Result<()> {
        self.estimate.check_numbers()?;
        match self.descent {
            Descent::TrustRegion { radius } | Descent::GradientSampling { radius } => {
                check_positive("radius", radius)?;
            }
            Descent::Gradient { step } | Descent::Adam { step } => check_positive("step", step)?,
            Descent::Mppi { temperature } => {
                temperature.map_or(Ok(()), |t| check_positive("temperature", t))?;
            }
            Descent::Cem { elite } if !(elite > 0.0 && elite < 1.0) => {
                return Err(Error::invalid(
                    "elite",
                    elite,
                    "a share above 0 and below 1",
                ));
            }
            Descent::Cem { .. } | Descent::CmaEs => {}
        }
        if self.descent.adapts_sigma() && self.schedule != SigmaSchedule::Constant {
            let expected =
                "constant with `descent` cem or cma-es, which change sigma by themselves";
            return Err(Error::invalid(
                "schedule",
                self.schedule.to_string(),
                expected,
            ));
        }
        self.seconds
            .map_or(Ok(()), |s| check_positive("seconds", s))
    }
}
