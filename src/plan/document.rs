//! Everything about a plan, as the command line and Python give it.

use crate::engine::kind::Kind;
use crate::error::Named;
use crate::plan::options::Options;
use crate::plan::progress::Iteration;
use crate::plan::scenario::Scenario;
use crate::plan::solution::Plan;
use crate::system::variant::{Names, Parameters};
use serde::Serialize;

/// All of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Document<'a> {
    /// The name of the task.
    pub task: &'a str,
    /// How it was found.
    pub method: &'static str,
    /// By which derivatives.
    pub gradient: &'static str,
    /// What linearized.
    pub engine: String,
    /// Of the noise.
    pub seed: u64,
    /// Whether the objects end within the tolerance of their goal.
    pub reached: bool,
    /// How far from it they end.
    pub distance: f64,
    /// How far they may.
    pub tolerance: f64,
    /// Of the task, under the exact step.
    pub cost: f64,
    /// Of the initial commands; without any, what it costs to stay.
    pub first_cost: f64,
    /// Of a tree; none for methods without one.
    pub nodes: Option<u64>,
    /// Iterations done.
    pub iterations: u32,
    /// Why it ended.
    pub stopped: &'static str,
    /// The largest distance of a command from the coordinate that follows it.
    pub largest_reach: f64,
    /// What states and commands stand for.
    pub names: Names,
    /// u₀ … u_{H-1}
    pub commands: &'a [Vec<f64>],
    /// x₀ … x_H under the exact step.
    pub states: &'a [Vec<f64>],
    /// What is in force.
    pub settings: &'a Options,
    /// Of the model.
    pub parameters: Parameters,
    /// What each iteration saw.
    pub history: &'a [Iteration],
    /// That it took.
    pub seconds: f64,
}

impl<'a> Document<'a> {
    /// That of a plan.
    pub fn of(
        scenario: &Scenario<'a>,
        options: &'a Options,
        kind: Kind,
        plan: &'a Plan,
        seconds: f64,
    ) -> Self {
        Self {
            task: scenario.task.name(),
            method: options.method.name(),
            gradient: options.gradient.name(),
            engine: kind.to_string(),
            seed: options.seed,
            reached: plan.reached,
            distance: plan.distance,
            tolerance: options.tolerance,
            cost: plan.cost,
            first_cost: plan.first_cost,
            nodes: None,
            iterations: plan.iterations,
            stopped: plan.stopped.name(),
            largest_reach: plan.largest_reach,
            names: Names::of(scenario.task, scenario.task.model().state_size()),
            commands: &plan.commands,
            states: &plan.states,
            settings: options,
            parameters: Parameters::of(scenario.task),
            history: &plan.history,
            seconds,
        }
    }
}
