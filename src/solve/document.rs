//! A descent as a document: what it was told, and what became of it.

use super::kind::Kind;
use super::options::Options;
use super::schedule::SigmaSchedule;
use super::solution::{FINAL_SAMPLES, Solution};
use crate::engine::moments::NonFinitePolicy;
use crate::engine::nominal::too_deep;
use crate::engine::{Baseline, Engine};
use crate::estimate::alpha::Rule;
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
    /// γ
    pub gamma: f64,
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
    /// Most iterations.
    pub iterations: u32,
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
            radius: descent.radius(),
            step: descent.step(),
            temperature: descent.temperature(),
            elite: descent.elite(),
            iterations: options.iterations,
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
            warnings: warnings.collect(),
        }
    }
}

/// Samples that are missing from the final value.
fn left_out(options: &Options, solution: &Solution) -> Option<String> {
    let drawn = options.estimate.samples.max(FINAL_SAMPLES);
    let missing = drawn - solution.final_value.samples;
    (missing > 0).then(|| {
        format!("{missing} of {drawn} samples of the final value were not finite and were left out")
    })
}
