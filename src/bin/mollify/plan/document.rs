//! What a plan prints.

use mollify::engine::kind::Kind;
use mollify::error::Named;
use mollify::plan::{Iteration, Options, Plan, Scenario};
use mollify::system::variant::Parameters;
use serde::Serialize;

/// The coordinates of states and commands, in their order.
#[derive(Serialize)]
pub struct Names {
    pub state: Vec<String>,
    pub control: Vec<String>,
}

/// All of it.
#[derive(Serialize)]
pub struct Document<'a> {
    pub task: &'a str,
    pub method: &'static str,
    pub gradient: &'static str,
    pub engine: String,
    pub seed: u64,
    /// Whether the objects end within the tolerance of their goal.
    pub reached: bool,
    /// How far from it they end.
    pub distance: f64,
    pub tolerance: f64,
    /// Of the task, under the exact step.
    pub cost: f64,
    /// Of the initial commands; without any, what it costs to stay.
    pub first_cost: f64,
    /// Of a tree; none for methods without one.
    pub nodes: Option<u64>,
    pub iterations: u32,
    pub stopped: &'static str,
    pub largest_reach: f64,
    pub names: Names,
    pub commands: &'a [Vec<f64>],
    pub states: &'a [Vec<f64>],
    pub settings: &'a Options,
    pub parameters: Parameters,
    pub history: &'a [Iteration],
    pub seconds: f64,
}

impl<'a> Document<'a> {
    pub fn of(
        scenario: &Scenario<'a>,
        options: &'a Options,
        kind: Kind,
        plan: &'a Plan,
        seconds: f64,
    ) -> Self {
        let about = scenario.task.model().about();
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
            names: Names {
                state: about.state.iter().map(|c| c.name.to_string()).collect(),
                control: about.control.iter().map(|c| c.name.to_string()).collect(),
            },
            commands: &plan.commands,
            states: &plan.states,
            settings: options,
            parameters: Parameters::of(scenario.task),
            history: &plan.history,
            seconds,
        }
    }
}
