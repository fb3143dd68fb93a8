//! What a tree prints.

use super::super::document::Names;
use crate::output::{number, plural, table};
use mollify::error::{Named, with_digits};
use mollify::plan::rrt::{Ended, Path, Problem, Settings, Tree, replay};
use mollify::system::variant::Parameters;
use mollify::{Result, Task};
use serde::Serialize;

/// All of it.
#[derive(Serialize)]
pub struct Document<'a> {
    pub task: &'a str,
    pub method: &'static str,
    /// The smoothing of the metric.
    pub gradient: &'static str,
    pub seed: u64,
    /// Whether a node is within the tolerance of the goal.
    pub reached: bool,
    /// The local distance of the best node to the goal.
    pub cost: f64,
    pub tolerance: f64,
    /// Where the commands of the path leave the objects under the exact step, and how far that is from the goal (Euclidean, m and
    /// rad alike): `reached` is judged by the steps that grew the tree.
    pub exact_end: Vec<f64>,
    pub exact_error: f64,
    /// The least Euclidean distance of any node's objects from the goal.
    pub least_error: f64,
    pub nodes: usize,
    /// Subgoals, those that were not pursued included.
    pub iterations: u64,
    pub stopped: Ended,
    pub names: Names,
    pub goal: &'a [f64],
    /// The way to the best node.
    pub commands: Vec<Vec<f64>>,
    pub states: Vec<Vec<f64>>,
    /// The steps of it that are new grasps: the command is where the robots then are, and their way there is not planned.
    pub regrasps: Vec<usize>,
    pub settings: &'a Settings,
    pub parameters: Parameters,
    pub seconds: f64,
}

impl<'a> Document<'a> {
    pub fn of(
        task: &'a Task,
        problem: &'a Problem,
        settings: &'a Settings,
        tree: &Tree,
        seconds: f64,
    ) -> Result<Self> {
        let about = task.model().about();
        let path = tree.path(tree.best, about.control.len());
        let exact = replay(task, &path)?.pop().unwrap_or_default();
        let exact_end: Vec<f64> = exact.into_iter().take(problem.goal.len()).collect();
        let off = exact_end.iter().zip(&problem.goal);
        let exact_error = off.map(|(x, g)| (x - g).powi(2)).sum::<f64>().sqrt();
        let Path {
            states,
            commands,
            regrasps,
        } = path;
        let coordinates = &about.state[..states[0].len()];
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
            names: Names {
                state: coordinates.iter().map(|c| c.name.to_string()).collect(),
                control: about.control.iter().map(|c| c.name.to_string()).collect(),
            },
            goal: &problem.goal,
            commands,
            states,
            regrasps,
            settings,
            parameters: Parameters::of(task),
            seconds,
        })
    }

    /// The path again.
    pub fn path(&self) -> Path {
        Path {
            states: self.states.clone(),
            commands: self.commands.clone(),
            regrasps: self.regrasps.clone(),
        }
    }
}

/// What was asked for, where it ended, and which files there are.
pub fn for_people(d: &Document<'_>, files: Option<String>) -> String {
    let line = |name: &str, value: String| vec![name.to_string(), value];
    let reached = if d.reached { "yes" } else { "no" };
    let lines = vec![
        line("task", d.task.into()),
        line("method", format!("rrt, {}", plural(d.nodes, "node"))),
        line("", String::new()),
        line(
            "reached",
            format!(
                "{reached}, by {} steps: local distance {}, tolerance {}",
                d.settings.extension.name(),
                with_digits(d.cost, 3),
                number(d.tolerance)
            ),
        ),
        line(
            "exact end",
            format!(
                "{} from the goal: the same commands under the exact step",
                with_digits(d.exact_error, 3)
            ),
        ),
        line(
            "error",
            format!(
                "{} from the goal at the least",
                with_digits(d.least_error, 3)
            ),
        ),
        line(
            "path",
            format!(
                "{}, {} of them new grasps",
                plural(d.commands.len(), "step"),
                d.regrasps.len()
            ),
        ),
        line("subgoals", d.iterations.to_string()),
        line("seconds", number((d.seconds * 1e4).round() / 1e4)),
        line(
            "files",
            files.unwrap_or("none; --out DIR keeps tree, path and pictures".into()),
        ),
    ];
    table(&[], lines, 0..0)
}
