//! Settings of an estimate and of a descent, as Python hands them over: none for what is left to the task.

use crate::failure::OrException;
use mollify::Task;
use mollify::engine::moments::NonFinitePolicy;
use mollify::error::Named;
use mollify::estimate::Settings;
use mollify::estimate::directions::Directions;
use mollify::estimate::zeroth::Zeroth;
use mollify::solve::{Descent, Kind, Options};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// Samples of an estimate unless told.
const SAMPLES: u64 = 1000;

/// How an estimate is made.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct Estimate {
    samples: Option<u64>,
    seed: u64,
    rule: Option<String>,
    baseline: Option<String>,
    gamma: Option<f64>,
    failure_probability: Option<f64>,
    bound: Option<f64>,
    nonfinite: Option<String>,
    directions: Option<String>,
    zeroth: Option<String>,
}

/// The choice of that name, or what it is without one.
pub fn named<T: Named>(name: Option<&str>, default: T) -> mollify::Result<T> {
    name.map_or(Ok(default), T::from_name)
}

impl Estimate {
    /// The settings of one estimate, as `mollify gradient` takes them.
    pub fn settings(&self, task: &Task) -> mollify::Result<Settings> {
        let settings = self.over(Settings::new(SAMPLES, None))?;
        settings.check(task)?;
        Ok(settings)
    }

    /// What is given here in place of what is given there.
    fn over(&self, settings: Settings) -> mollify::Result<Settings> {
        let rule = self.rule.as_deref().map(str::parse).transpose()?;
        Ok(settings
            .with_samples(self.samples.unwrap_or(settings.samples))
            .with_seed(self.seed)
            .with_rule(rule.unwrap_or(settings.rule))
            .with_baseline(named(self.baseline.as_deref(), settings.baseline)?)
            .with_gamma(self.gamma.or(settings.gamma))
            .with_failure_probability(
                self.failure_probability
                    .unwrap_or(settings.failure_probability),
            )
            .with_bound(self.bound.or(settings.bound))
            .with_nonfinite(named::<NonFinitePolicy>(
                self.nonfinite.as_deref(),
                settings.nonfinite,
            )?)
            .with_directions(named::<Directions>(
                self.directions.as_deref(),
                settings.directions,
            )?)
            .with_zeroth(named::<Zeroth>(self.zeroth.as_deref(), settings.zeroth)?))
    }

    /// What only an estimate of the mixed gradient knows, and was given.
    fn of_a_mix(&self, with_directions: bool) -> Option<&'static str> {
        let given = [
            ("rule", self.rule.is_some()),
            ("gamma", self.gamma.is_some()),
            ("bound", self.bound.is_some()),
            ("baseline", self.baseline.is_some()),
            ("zeroth", self.zeroth.is_some()),
            ("directions", self.directions.is_some() && !with_directions),
        ];
        given
            .iter()
            .find(|(_, given)| *given)
            .map(|(name, _)| *name)
    }
}

/// How a descent goes.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct Steps {
    descent: Option<String>,
    iterations: Option<u32>,
    radius: Option<f64>,
    step: Option<f64>,
    temperature: Option<f64>,
    elite: Option<f64>,
    adapt: Option<String>,
    sigma_schedule: Option<String>,
    rollouts: Option<u64>,
    seconds: Option<f64>,
}

impl Steps {
    /// The options of a descent, as `mollify optimize` takes them.
    pub fn options(&self, py: Python<'_>, task: &Task, estimate: &Estimate) -> PyResult<Options> {
        let kind = named(self.descent.as_deref(), Kind::TrustRegion).or_exception(py)?;
        if matches!(
            kind,
            Kind::Mppi | Kind::Cem | Kind::CmaEs | Kind::GradientSampling
        ) && let Some(name) = estimate.of_a_mix(matches!(kind, Kind::Mppi | Kind::Cem))
        {
            let descent = kind.name();
            return Err(PyValueError::new_err(format!(
                "{name} is given, but must be left out with descent='{descent}', which mixes no gradients"
            )));
        }
        let options = self.of(task, kind, estimate).or_exception(py)?;
        options.check(task).or_exception(py)?;
        Ok(options)
    }

    fn of(&self, task: &Task, kind: Kind, estimate: &Estimate) -> mollify::Result<Options> {
        let mut options = match (kind, estimate.samples, self.step, self.iterations) {
            (Kind::Gradient, Some(samples), Some(step), Some(iterations))
                if task.published().is_none() =>
            {
                Options::fixed_steps(task, samples, step, iterations)
            }
            _ => Options::of(task, kind)?,
        };
        options = options.limited(task, estimate.samples, self.iterations, self.rollouts);
        if let Some(rule) = &estimate.rule {
            options = options.with_rule(task, rule.parse()?);
        }
        options.descent = self.changed(options.descent)?;
        options.estimate = estimate.over(options.estimate)?;
        if let Some(schedule) = &self.sigma_schedule {
            options.schedule = schedule.parse()?;
        }
        if let Some(adapt) = &self.adapt {
            options.adaptation = adapt.parse()?;
        }
        options.seconds = self.seconds;
        Ok(options)
    }

    fn changed(&self, mut descent: Descent) -> mollify::Result<Descent> {
        if let Some(radius) = self.radius {
            descent = descent.with_radius(radius)?;
        }
        if let Some(step) = self.step {
            descent = descent.with_step(step)?;
        }
        if let Some(temperature) = self.temperature {
            descent = descent.with_temperature(temperature)?;
        }
        if let Some(elite) = self.elite {
            descent = descent.with_elite(elite)?;
        }
        Ok(descent)
    }
}
