//! From where to where.

use super::draws::Draws;
use crate::error::{Error, PlanError, Result};
use crate::plan::scenario::with_goal;
use crate::system::planning::Planning;
use crate::system::task::Task;

/// Where a tree starts, and where the objects are to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// q of the root.
    pub start: Vec<f64>,
    /// Whether its robots are where a new grasp puts them instead.
    pub starts_anywhere: bool,
    /// Of the objects.
    pub goal: Vec<f64>,
}

/// What a task has for planners, or why it has nothing.
pub(super) fn planning(task: &Task) -> Result<&Planning> {
    let none = || PlanError::Unplanned {
        task: task.name().into(),
        known: Vec::new(),
    };
    Ok(task.model().planning().ok_or_else(none)?)
}

/// How deep bodies are inside of each other at q, m; 0 if they are not.
pub fn deepest_overlap(task: &Task, q: &[f64]) -> f64 {
    let Some(steps) = task.model().quasi_dynamics() else {
        return 0.0;
    };
    let command = &q[q.len().saturating_sub(steps.sizes.control)..];
    let rows = steps.contact_rows(task.parameters(), q, command);
    rows.iter().map(|row| -row.gap).fold(0.0, f64::max)
}

impl Problem {
    /// The published one.
    pub fn published(task: &Task) -> Result<Self> {
        let problem = planning(task)?.problem;
        let size = task.model().quasi_dynamics().map_or(0, |s| s.sizes.state);
        Ok(Self {
            start: task.initial_state()[..size].to_vec(),
            starts_anywhere: problem.starts_anywhere,
            goal: problem.goal.to_vec(),
        })
    }

    /// With robots that start where the task has them, if a coordinate of that name is one of theirs.
    #[must_use]
    pub fn started_at(mut self, task: &Task, name: &str) -> Self {
        let coordinates = &task.model().about().state;
        let found = coordinates.iter().position(|c| *c.name == *name);
        self.starts_anywhere &= found.is_none_or(|i| i < self.goal.len());
        self
    }

    /// With the goal of a coordinate of the objects elsewhere.
    pub fn with_goal(mut self, task: &Task, name: &str, value: f64) -> Result<Self> {
        let objects = &task.model().about().state[..self.goal.len()];
        let Some(found) = objects.iter().position(|c| *c.name == *name) else {
            return Err(PlanError::UnknownGoal {
                name: name.into(),
                known: objects.iter().map(|c| c.name.to_string()).collect(),
            }
            .into());
        };
        self.goal[found] = value;
        Ok(self)
    }

    /// The task with this goal as its own: what its cost and its pictures go by.
    pub fn task_with_goal(&self, mut task: Task) -> Result<Task> {
        for (i, goal) in self.goal.iter().enumerate() {
            let name = task.model().about().state[i].name.to_string();
            task = with_goal(task, &name, *goal)?;
        }
        Ok(task)
    }

    /// Refuses another task's, and goals where no subgoal is.
    pub(super) fn check(&self, task: &Task) -> Result<()> {
        let problem = planning(task)?.problem;
        let size = task.model().quasi_dynamics().map_or(0, |s| s.sizes.state);
        for (what, values, size) in [
            ("the start", &self.start, size),
            ("the goal", &self.goal, problem.objects),
        ] {
            if values.len() != size {
                let found = format!("{} values", values.len());
                return Err(Error::invalid(what, found, format!("{size} values")));
            }
            if let Some(value) = values.iter().find(|x| !x.is_finite()) {
                return Err(Error::invalid(what, *value, "finite values"));
            }
        }
        let bounds = problem.low.iter().zip(problem.high);
        for (i, (goal, (low, high))) in self.goal.iter().zip(bounds).enumerate() {
            if !(low..=high).contains(&goal) {
                let what = format!("the goal of {}", task.model().about().state[i].name);
                let expected = format!("between {low} and {high}, where subgoals are");
                return Err(Error::invalid(&what, *goal, &expected));
            }
        }
        Ok(())
    }

    /// q of the root.
    pub(super) fn root(&self, task: &Task, draws: &mut Draws) -> Result<Vec<f64>> {
        Ok(match self.starts_anywhere {
            true => planning(task)?.regrasp(task.parameters(), &self.start, &mut || draws.next()),
            false => self.start.clone(),
        })
    }
}
