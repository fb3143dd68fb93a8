//! An estimate in parts: what it asks of an engine, and what two runs must have in common to ask the same.
//!
//! ```text
//! the rule, baseline nominal or none   its one or two batches, in one round
//! leave-one-out                        a first round for the deviations of all samples, then these batches
//! a first order that is lost           a further round for the zeroth order alone
//! ```
//!
//! Directions that are drawn together and least squares need the cost of every rollout in one place, `ivw-h` under a feedback
//! policy passes over all samples twice in f64, and a risk has its threshold from samples of the whole batch: they are refused.

use crate::engine::batch::{Stream, Wanted};
use crate::engine::distributed::{Gathered, Question, What, digest_of};
use crate::engine::nominal::nominal;
use crate::engine::report::EngineReport;
use crate::error::{Error, Named, PartsError, Result};
use crate::estimate::alpha::rule::Rule;
use crate::estimate::directions::Directions;
use crate::estimate::settings::Settings;
use crate::estimate::{estimate_so_far, risk};
use crate::files::Digest;
use crate::noise::environment::Environment;
use crate::noise::{Covariance, Distribution, NoiseOn};
use crate::system::policy::Policy;
use crate::system::task::Task;
use crate::system::variant::{Parameters, Shape};
use serde::Serialize;

/// The questions that an estimate of both orders is made of, if nothing is lost.
///
/// # Errors
/// If the settings are refused, or are not cut into parts.
pub fn questions(
    task: &Task,
    theta: &[f64],
    settings: &Settings,
    iteration: u32,
) -> Result<Vec<Question>> {
    settings.check(task)?;
    task.check_theta(theta, "the caller")?;
    refuse(task, settings)?;
    let of = |stream, wanted| Question {
        what: What::Moments,
        theta: theta.to_vec(),
        batch: settings.batch(iteration, stream, wanted),
    };
    let first = of(Stream::Estimate, Wanted::Both);
    Ok(match settings.batches() {
        1 => vec![first],
        _ => vec![first, of(Stream::Independent, Wanted::ZerothOrder)],
    })
}

fn refuse(task: &Task, settings: &Settings) -> Result<()> {
    if settings.draws_directions() {
        let (setting, value, usual) = match settings.directions {
            Directions::Independent => ("zeroth", settings.zeroth.name(), "correlation"),
            directions => ("directions", directions.name(), "independent"),
        };
        let expected =
            format!("{usual} in parts: otherwise the cost of every rollout is needed in one place");
        return Err(Error::invalid(setting, value, &expected));
    }
    if settings.weighs_controls(task) {
        let expected = "another rule in parts: it passes over all samples twice, in f64, under a feedback policy";
        return Err(Error::invalid("rule", settings.rule.to_string(), expected));
    }
    if risk::rollouts(task, settings.samples) > 0 {
        let expected = "left out in parts: its threshold is from samples of the whole batch";
        let found = task.shaping().risk().map(|risk| risk.to_string());
        return Err(Error::invalid("risk", found.unwrap_or_default(), expected));
    }
    Ok(())
}

/// What an estimate asks next, given what is known; nothing once it can be made, or is known to fail.
///
/// # Errors
/// Those of [`questions`].
pub fn next(
    known: &mut Gathered,
    task: &Task,
    theta: &[f64],
    settings: &Settings,
    iteration: u32,
) -> Result<Vec<Question>> {
    let open = known.open(&questions(task, theta, settings, iteration)?);
    if !open.is_empty() {
        return Ok(open);
    }
    match estimate_so_far(known, task, theta, settings, iteration, Wanted::Both) {
        Err(Error::Parts(PartsError::Unanswered)) => Ok(known.take_unanswered()),
        _ => Ok(Vec::new()),
    }
}

/// Everything that the answers depend on, and what people name it by. What only turns answers into an estimate is not in it: γ,
/// δ, R and the policy on samples that are not finite.
#[derive(Serialize)]
pub struct Description<'a> {
    version: &'static str,
    task: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<&'a str>,
    system: System,
    parameters: Parameters,
    horizon: usize,
    sigma: f64,
    policy: &'a Policy,
    noise: Distribution,
    noise_on: NoiseOn,
    #[serde(flatten)]
    shape: Shape,
    #[serde(skip_serializing_if = "Option::is_none")]
    covariance_digest: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<&'a Environment>,
    samples: u64,
    seed: u64,
    iteration: u32,
    rule: Rule,
    baseline: &'static str,
    theta: Theta,
    /// That of the system with what shapes it.
    shaped_digest: String,
    /// The noise-free cost, in which machines would differ that compute differently.
    noise_free_cost: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    engine: Option<EngineOfParts<'a>>,
}

/// The file of a system, if it came from one, and what decides its numbers.
#[derive(Serialize)]
struct System {
    file: Option<String>,
    digest: String,
}

#[derive(Serialize)]
struct Theta {
    values: usize,
    digest: String,
}

/// What has to be the same of the engine.
#[derive(Serialize)]
struct EngineOfParts<'a> {
    kind: &'a str,
    adapter: Option<&'a str>,
    driver: Option<&'a str>,
}

impl<'a> Description<'a> {
    /// That of estimates of a task at a theta, or about it; where no engine is known yet, without one.
    ///
    /// # Errors
    /// If the system cannot be written as a text.
    pub fn of(
        task: &'a Task,
        theta: &[f64],
        settings: &Settings,
        iteration: u32,
        engine: Option<&'a EngineReport>,
    ) -> Result<Self> {
        let digest = Digest::of_numbers(theta);
        Ok(Self {
            version: env!("CARGO_PKG_VERSION"),
            task: task.name(),
            contact: task.model().about().contact.as_deref(),
            system: System {
                file: task.system_file(),
                digest: format!("{:016x}", task.system().digest()?),
            },
            parameters: Parameters::of(task),
            horizon: task.horizon(),
            sigma: task.sigma(),
            policy: task.policy(),
            noise: task.noise().distribution,
            noise_on: task.noise().on,
            shape: Shape::of(task),
            covariance_digest: task.covariance().and_then(digest_of_given),
            environment: Some(task.environment()).filter(|e| e.is_random()),
            samples: settings.samples,
            seed: settings.seed,
            iteration,
            rule: settings.rule,
            baseline: settings.baseline.name(),
            theta: Theta {
                values: theta.len(),
                digest: digest.to_string(),
            },
            shaped_digest: format!("{:016x}", task.model().digest()?),
            noise_free_cost: nominal(task, theta).cost,
            engine: engine.map(|report| EngineOfParts {
                kind: report.engine,
                adapter: report.adapter.as_deref(),
                driver: report.driver.as_deref(),
            }),
        })
    }
}

/// That of a matrix, whose words do not tell its numbers.
fn digest_of_given(covariance: &Covariance) -> Option<String> {
    match covariance {
        Covariance::PowerLaw(_) => None,
        Covariance::Given(matrix) => Some(Digest::of_numbers(matrix.as_slice()).to_string()),
    }
}

/// A word that changes with any of these questions.
pub fn word_of(questions: &[Question]) -> String {
    format!("{} ({:016x})", questions.len(), digest_of(questions))
}
