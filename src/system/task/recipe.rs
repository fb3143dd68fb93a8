//! A task as plain data, to be made again elsewhere.

use super::Task;
use crate::error::{Error, Named, Result};
use crate::noise::environment::{Draw, Environment, Initial};
use crate::noise::{Covariance, Distribution, Noise, NoiseOn};
use crate::system::model::Model;
use crate::system::shaping::{Decided, Limit, Limiting, Observed, Shaping};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// All of a task but its system. Numbers survive JSON to the bit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    horizon: usize,
    policy: String,
    noise: String,
    noise_on: NoiseOn,
    sigma: f64,
    ratios: Vec<[f64; 2]>,
    covariance: Option<Correlated>,
    /// Draws, and the terms behind them.
    initial: Vec<(String, Vec<(usize, f64)>)>,
    parameters: Vec<String>,
    limits: Vec<Option<(f64, f64, String)>>,
    truncation: Option<u32>,
    risk: Option<String>,
    is_settled: bool,
    decided: Option<Known>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Correlated {
    PowerLaw(f64),
    /// Its rows.
    Given(Vec<Vec<f64>>),
}

/// Parameters that are decided, and what is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Known {
    parameters: Vec<usize>,
    start: Vec<f64>,
    controls: Vec<f64>,
    /// States, of which some were not seen.
    observed: Option<Vec<Option<f64>>>,
}

impl Task {
    /// As plain data.
    pub fn recipe(&self) -> Recipe {
        let draw = |x: &Initial| (x.draw.to_string(), x.terms.to_vec());
        let limit = |limit: &Limit| (limit.low, limit.high, limit.by.name().to_string());
        Recipe {
            horizon: self.horizon,
            policy: self.policy.to_string(),
            noise: self.noise.distribution.name().into(),
            noise_on: self.noise.on,
            sigma: self.noise.sigma,
            ratios: self.ratios.clone(),
            covariance: self.covariance.as_ref().map(|covariance| match covariance {
                Covariance::PowerLaw(exponent) => Correlated::PowerLaw(*exponent),
                Covariance::Given(matrix) => {
                    let rows = matrix.row_iter();
                    Correlated::Given(rows.map(|row| row.iter().copied().collect()).collect())
                }
            }),
            initial: self.environment.initial.iter().map(draw).collect(),
            parameters: self
                .environment
                .parameters
                .iter()
                .map(Draw::to_string)
                .collect(),
            limits: self
                .shaping
                .limits()
                .iter()
                .map(|l| l.as_ref().map(limit))
                .collect(),
            truncation: self.shaping.truncation(),
            risk: self.shaping.risk().map(|risk| risk.to_string()),
            is_settled: self.is_settled,
            decided: self.shaping.decided().map(|decided| Known {
                parameters: decided.parameters.clone(),
                start: decided.start.clone(),
                controls: decided.controls.to_vec(),
                observed: decided.observed().map(|observed| {
                    let seen = |x: &f64| x.is_finite().then_some(*x);
                    observed.states.iter().map(seen).collect()
                }),
            }),
        }
    }
}

impl Recipe {
    /// The task of this system, which is that of the task that the recipe came from.
    ///
    /// # Errors
    /// If the recipe does not fit the system.
    pub fn task(&self, system: Arc<Model>) -> Result<Task> {
        let mut task = Task::new(system.clone());
        task.horizon = self.horizon;
        task.shaping = self.shaping(&system)?;
        if !task.shaping.is_none() {
            task = task.shaped();
        }
        let environment = self.environment()?;
        let sizes = |e: &Environment| (e.initial.len(), e.parameters.len());
        if sizes(&environment) != sizes(&task.environment) {
            return Err(unfit(&task, "the distribution"));
        }
        task.parameters = environment.mean_parameters();
        task.initial_state = environment.mean_state();
        task.environment = environment;
        task.noise = Noise {
            distribution: Distribution::from_name(&self.noise)?,
            on: self.noise_on,
            sigma: self.sigma,
        };
        if !self.ratios.is_empty() && self.ratios.len() != task.model.control_size() {
            return Err(unfit(&task, "the noise of controls"));
        }
        task.ratios = self.ratios.clone();
        task.covariance = match &self.covariance {
            None => None,
            Some(Correlated::PowerLaw(exponent)) => Some(Covariance::PowerLaw(*exponent)),
            Some(Correlated::Given(rows)) => Some(Covariance::of_rows(rows)?),
        };
        task = task.with_policy(self.policy.parse()?)?;
        task.is_settled = self.is_settled;
        task.check_noise()?;
        Ok(task)
    }

    fn shaping(&self, system: &Model) -> Result<Shaping> {
        let limit = |limit: &Option<(f64, f64, String)>| {
            let made = limit.as_ref().map(|(low, high, by)| {
                Limit::new(*low, *high, Limiting::from_name(by)?, "a limit")
            });
            made.transpose()
        };
        let mut shaping = Shaping {
            limits: self.limits.iter().map(limit).collect::<Result<_>>()?,
            truncation: self.truncation,
            risk: self.risk.as_deref().map(str::parse).transpose()?,
            ..Shaping::default()
        };
        if let Some(known) = &self.decided {
            let positive = |i: &usize| system.parameters().get(*i).map(|p| p.positive);
            let positive: Option<Vec<bool>> = known.parameters.iter().map(positive).collect();
            let decided = Decided {
                positive: positive.ok_or_else(|| {
                    Error::invalid("the recipe", "parameters", "those of the system")
                })?,
                parameters: known.parameters.clone(),
                start: known.start.clone(),
                controls: known.controls.clone().into(),
                observed: known.observed.as_ref().map(|states| {
                    let states = states.iter().map(|x| x.unwrap_or(f64::NAN));
                    Observed::new(states.collect(), system.state_size())
                }),
            };
            decided.check()?;
            shaping.decided = Some(decided);
        }
        Ok(shaping)
    }

    fn environment(&self) -> Result<Environment> {
        let initial = |(draw, terms): &(String, Vec<(usize, f64)>)| {
            Ok(Initial {
                draw: Draw::parse(draw, "the initial state")?,
                terms: terms.clone().into(),
            })
        };
        let parameter = |draw: &String| Draw::parse(draw, "a parameter");
        Ok(Environment {
            initial: self.initial.iter().map(initial).collect::<Result<_>>()?,
            parameters: self
                .parameters
                .iter()
                .map(parameter)
                .collect::<Result<_>>()?,
        })
    }
}

fn unfit(task: &Task, what: &str) -> Error {
    let expected = format!("{what} of a task of system '{}'", task.name());
    Error::invalid("the recipe", "another one", &expected)
}
