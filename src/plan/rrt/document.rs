//! Everything about a tree, as the command line and Python give it.

use super::replay::replay;
use super::settings::Settings;
use super::start::Problem;
use super::tree::{Ended, Tree};
use crate::error::{Named, Result};
use crate::system::task::Task;
use crate::system::variant::{Names, Parameters};
use serde::Serialize;

/// All of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Document<'a> {
    /// The name of the task.
    pub task: &'a str,
    /// `rrt`
    pub method: &'static str,
    /// The smoothing of the metric.
    pub gradient: &'static str,
    /// Of the random numbers.
    pub seed: u64,
    /// Whether a node is within the tolerance of the goal.
    pub reached: bool,
    /// The local distance of the best node to the goal.
    pub cost: f64,
    /// Of the local distance.
    pub tolerance: f64,
    /// Where the commands of the path leave the objects under the exact step, and how far that is from the goal (Euclidean, m and
    /// rad alike): `reached` is judged by the steps that grew the tree.
    pub exact_end: Vec<f64>,
    /// How far that is from the goal.
    pub exact_error: f64,
    /// The least Euclidean distance of any node's objects from the goal.
    pub least_error: f64,
    /// Those of the tree.
    pub nodes: usize,
    /// Subgoals, those that were not pursued included.
    pub iterations: u64,
    /// Why it ended.
    pub stopped: Ended,
    /// What states and commands stand for.
    pub names: Names,
    /// Of the objects.
    pub goal: &'a [f64],
    /// The way to the best node.
    pub commands: Vec<Vec<f64>>,
    /// Its configurations, one more than commands.
    pub states: Vec<Vec<f64>>,
    /// The steps of it that are new grasps: the command is where the robots then are, and their way there is not planned.
    pub regrasps: Vec<usize>,
    /// What is in force.
    pub settings: &'a Settings,
    /// Of the model.
    pub parameters: Parameters,
    /// That it took.
    pub seconds: f64,
}

impl<'a> Document<'a> {
    /// That of a tree.
    pub fn of(
        task: &'a Task,
        problem: &'a Problem,
        settings: &'a Settings,
        tree: &Tree,
        seconds: f64,
    ) -> Result<Self> {
        let path = tree.path(tree.best, task.model().control_size());
        let exact = replay(task, &path)?.pop().unwrap_or_default();
        let exact_end: Vec<f64> = exact.into_iter().take(problem.goal.len()).collect();
        let off = exact_end.iter().zip(&problem.goal);
        let exact_error = off.map(|(x, g)| (x - g).powi(2)).sum::<f64>().sqrt();
        Ok(Self {
            task: task.name(),
            method: "rrt",
            gradient: settings.gradient.name(),
            seed: settings.seed,
            reached: tree.reached(),
            cost: tree.distance,
            tolerance: settings.tolerance,
            exact_end,
            exact_error,
            least_error: tree.least_error(&problem.goal),
            nodes: tree.nodes.len(),
            iterations: tree.tries,
            stopped: tree.ended,
            names: Names::of(task, problem.start.len()),
            goal: &problem.goal,
            commands: path.commands,
            states: path.states,
            regrasps: path.regrasps,
            settings,
            parameters: Parameters::of(task),
            seconds,
        })
    }
}
