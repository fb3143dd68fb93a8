//! A descent as a document: what it was told, and what became of it.

use super::adaptation::Adaptation;
use super::identification::Identified;
use super::kind::Kind;
use super::options::Options;
use super::schedule::SigmaSchedule;
use super::solution::{Iteration, Solution, final_samples};
use super::stopped::Stopped;
use crate::engine::moments::NonFinitePolicy;
use crate::engine::nominal::too_deep;
use crate::engine::{Baseline, Engine};
use crate::error::number;
use crate::estimate::alpha::{Reason, Rule};
use crate::estimate::directions::Directions;
use crate::estimate::zeroth::Zeroth;
use crate::system::task::Task;
use crate::system::variant::{Drawn, Parameters};
use serde::Serialize;

/// All numbers in force.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InForce {
    /// K
    pub samples: u64,
    /// σ at the start.
    pub sigma: f64,
    /// H
    pub horizon: usize,
    /// b of the zeroth order.
    pub baseline: Baseline,
    /// γ; none where it follows from the samples.
    pub gamma: Option<f64>,
    /// δ
    pub failure_probability: f64,
    /// R, if it was given.
    pub bound: Option<f64>,
    /// What is done with samples that are not finite.
    pub nonfinite: NonFinitePolicy,
    /// Which directions the noise takes.
    pub directions: Directions,
    /// Which formula makes the zeroth order.
    pub zeroth: Zeroth,
    /// How σ changes.
    pub sigma_schedule: SigmaSchedule,
    /// Of the samples of a search, where it is not that of the noise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adapt: Option<Adaptation>,
    /// First radius, of a descent that has one, like the three below.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub radius: Option<f64>,
    /// Step length.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<f64>,
    /// λ; none if it follows from the costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// The share of the best.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elite: Option<f64>,
    /// Most iterations, if limited.
    pub iterations: Option<u32>,
    /// Most rollouts, if limited.
    pub rollouts: Option<u64>,
    /// Most seconds, if limited.
    pub seconds: Option<f64>,
    /// Bytes for the samples in flight.
    pub memory: u64,
    /// Where theta came from; none for the start of the task.
    pub theta: Option<String>,
}

impl InForce {
    /// Those of a descent; `memory` and the origin of `theta` are what the caller told the engine and the descent.
    pub fn of(task: &Task, options: &Options, memory: u64, theta: Option<String>) -> Self {
        let (estimate, descent) = (&options.estimate, &options.descent);
        Self {
            samples: estimate.samples,
            sigma: task.sigma(),
            horizon: task.horizon(),
            baseline: estimate.baseline,
            gamma: estimate.gamma,
            failure_probability: estimate.failure_probability,
            bound: estimate.bound,
            nonfinite: estimate.nonfinite,
            directions: estimate.directions,
            zeroth: estimate.zeroth,
            sigma_schedule: options.schedule,
            adapt: Some(options.adaptation).filter(|c| *c != Adaptation::None),
            radius: descent.radius(),
            step: descent.step(),
            temperature: descent.temperature(),
            elite: descent.elite(),
            iterations: (options.iterations < u32::MAX).then_some(options.iterations),
            rollouts: options.rollouts,
            seconds: options.seconds,
            memory,
            theta,
        }
    }
}

/// Everything about a descent.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Document<'a> {
    /// The name of the task.
    pub task: &'a str,
    /// The file of its system, if it came from one.
    pub system: Option<String>,
    /// The engine.
    pub engine: &'a str,
    /// Its adapter, if it has one.
    pub adapter: Option<&'a str>,
    /// The driver of that.
    pub driver: Option<&'a str>,
    /// The seed of the noise.
    pub seed: u64,
    /// How alpha is chosen.
    pub rule: Rule,
    /// Which descent.
    pub descent: Kind,
    /// All numbers.
    pub settings: InForce,
    /// Parameters of the model.
    pub parameters: Parameters,
    /// Policy, noise and environment.
    #[serde(flatten)]
    pub drawn: Drawn,
    /// What became of it.
    #[serde(flatten)]
    pub solution: &'a Solution,
    /// What the trajectory that was observed says of the parameters that are decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identified: Option<Identified>,
    /// False if somebody stopped it.
    pub complete: bool,
    /// What speaks against it, in words.
    pub warnings: Vec<String>,
}

impl<'a> Document<'a> {
    /// That of a descent with these options.
    pub fn of(
        engine: &'a dyn Engine,
        task: &'a Task,
        options: &Options,
        settings: InForce,
        solution: &'a Solution,
    ) -> Self {
        let report = engine.report();
        let warnings = task
            .warning()
            .into_iter()
            .chain(left_out(options, solution))
            .chain(of_iterations(options, &solution.iterations))
            .chain(too_deep(task, &solution.theta));
        Self {
            task: task.name(),
            system: task.system_file(),
            engine: report.engine,
            adapter: report.adapter.as_deref(),
            driver: report.driver.as_deref(),
            seed: options.estimate.seed,
            rule: options.estimate.rule,
            descent: options.descent.kind(),
            settings,
            parameters: Parameters::of(task),
            drawn: Drawn::of(task),
            solution,
            identified: None,
            complete: solution.stopped != Stopped::Interrupted,
            warnings: warnings.collect(),
        }
    }
}

/// Samples that are missing from the final value.
fn left_out(options: &Options, solution: &Solution) -> Option<String> {
    let drawn = final_samples(options.estimate.samples, solution.stopped);
    let missing = drawn - solution.final_value.samples;
    (missing > 0).then(|| {
        format!("{missing} of {drawn} samples of the final value were not finite and were left out")
    })
}

/// What speaks against the way that a descent went.
fn of_iterations(options: &Options, iterations: &[Iteration]) -> Vec<String> {
    let all = iterations.len();
    let uncertain = |i: &&Iteration| i.alpha_reason == Reason::TooUncertain;
    let blind = all > 0 && iterations.iter().filter(uncertain).count() == all;
    let lost = |i: &&Iteration| i.alpha_reason == Reason::FirstOrderLost;
    let lost = iterations.iter().filter(lost).count();
    let few = |i: &&Iteration| i.effective_samples.is_some_and(|n| n < FEW_SAMPLES);
    let few = iterations.iter().filter(few).count();
    let settings = &options.estimate;
    [
        settings.gamma.filter(|_| blind).map(|gamma| {
            format!(
                "alpha was 0 in all {all} iterations, because the confidence radius exceeds gamma = {}: the first order was never \
                 used; raise `gamma` or `samples`, or take `rule` ivw",
                number(gamma)
            )
        }),
        (lost > 0).then(|| {
            format!(
                "the first order was not finite or too large for f32 in {lost} of {all} iterations, where alpha is 0"
            )
        }),
        (few > 0 && 2 * few >= all).then(|| {
            format!(
                "fewer than {FEW_SAMPLES} of {} samples had a weight in {few} of {all} iterations: the best sample decides alone; \
                 raise `temperature` or `samples`",
                settings.samples
            )
        }),
        (settings.samples == 1).then(|| {
            "a single sample tells no error, so that no step can be accepted; raise `samples`".into()
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Effective samples below which one or two decide alone.
const FEW_SAMPLES: f64 = 3.0;
