//! What is planned: a task, what of it is commanded, and where its objects should go.

use super::cost::Cost;
use crate::contact::quasidynamic::smoothing;
use crate::error::{PlanError, Result};
use crate::system::quasidynamic::QuasiDynamics;
use crate::system::task::Task;
use nalgebra::DVector;

/// A task to plan for.
pub struct Scenario<'a> {
    /// Its start, parameters and horizon are those of the plan.
    pub task: &'a Task,
    /// Its steps.
    pub steps: &'a QuasiDynamics,
    /// Its cost.
    pub cost: Cost,
    /// Of each command, the coordinate of the state that follows it.
    pub commanded: Vec<usize>,
    /// The coordinates that have goals, and these: those of the objects; of the robot where there is no object.
    pub goal: Vec<(usize, f64)>,
    /// u₀ … u_{H-1} that a planner starts from; those that keep the robot where it is, unless others are known.
    pub initial_commands: Vec<DVector<f64>>,
}

/// The coordinates of a configuration that a plan is for, with the parameters that hold their goals.
pub fn goals(task: &Task) -> Vec<(usize, &'static str)> {
    let Some(steps) = task.model().quasi_dynamics() else {
        return Vec::new();
    };
    let commanded = &task.model().defaults().commanded;
    let with_goal = |i: usize| steps.goal[i].map(|name| (i, name));
    let all: Vec<_> = (0..steps.sizes.state).filter_map(with_goal).collect();
    let objects = all.iter().filter(|(i, _)| !commanded.contains(i));
    match objects.clone().count() {
        0 => all,
        _ => objects.copied().collect(),
    }
}

/// The task with the start as it is and the goal of a coordinate elsewhere.
pub fn with_goal(task: Task, name: &str, value: f64) -> Result<Task> {
    let steps = task.model().quasi_dynamics();
    let goals = steps.map_or(&[][..], |steps| &steps.goal);
    let known = || {
        goals
            .iter()
            .enumerate()
            .filter_map(|(i, g)| Some((i, (*g)?)))
    };
    let name_of = |i: usize| &*task.model().about().state[i].name;
    let found = known().find(|(i, _)| name_of(*i) == name);
    match found.map(|(_, parameter)| parameter) {
        Some(parameter) => task.with_parameter(parameter, value),
        None => Err(PlanError::UnknownGoal {
            name: name.into(),
            known: known().map(|(i, _)| name_of(i).to_string()).collect(),
        }
        .into()),
    }
}

/// The commands that keep the robot where it starts.
fn resting(task: &Task, commanded: &[usize]) -> Vec<DVector<f64>> {
    let start = task.initial_state();
    let here = commanded.iter().map(|i| start[*i]);
    let here = DVector::from_iterator(commanded.len(), here);
    vec![here; task.horizon()]
}

impl<'a> Scenario<'a> {
    /// That of a task.
    pub fn of(task: &'a Task) -> Result<Self> {
        let named = || task.name().to_string();
        let Some(steps) = task.model().quasi_dynamics() else {
            let (task, known) = (named(), Vec::new());
            return Err(PlanError::NotQuasiDynamic { task, known }.into());
        };
        let commanded = task.model().defaults().commanded.clone();
        if commanded.len() != steps.sizes.control {
            return Err(PlanError::NoCommanded { task: named() }.into());
        }
        task.check_parameters()?;
        let resting = resting(task, &commanded);
        let value_of = |(i, name): (usize, &str)| {
            let index = task.model().parameter_index(name)?;
            Ok((i, task.parameters()[index]))
        };
        Ok(Self {
            task,
            steps,
            cost: Cost::of(task)?,
            commanded: commanded.to_vec(),
            goal: goals(task)
                .into_iter()
                .map(value_of)
                .collect::<Result<_>>()?,
            initial_commands: resting,
        })
    }

    /// The same from other commands, H M numbers, the commands of a time step beside each other; another count of them, or a
    /// number that is not finite, is an error.
    pub fn with_initial_commands(self, commands: &[f64]) -> Result<Self> {
        self.task.check_theta(commands, "initial_commands")?;
        let rows = commands.chunks_exact(self.commanded.len());
        Ok(Self {
            initial_commands: rows.map(DVector::from_column_slice).collect(),
            ..self
        })
    }

    /// The parameters with the smoothing of a weight, 1/J; infinite for the exact step.
    pub fn parameters(&self, kappa: f64) -> Result<Vec<f64>> {
        let compliance = self.steps.contact_compliance(self.task.parameters());
        let length = smoothing::length(kappa, compliance);
        let smooth = self.task.clone().with_parameter("smoothing", length)?;
        smooth.check_parameters()?;
        Ok(smooth.parameters().to_vec())
    }

    /// How deep bodies are in each other at the start, m; none if they are apart.
    pub fn penetration(&self) -> Option<f64> {
        let q = &self.task.initial_state()[..self.steps.sizes.state];
        let u: Vec<f64> = self.commanded.iter().map(|i| q[*i]).collect();
        let rows = self.steps.contact_rows(self.task.parameters(), q, &u);
        let deepest = rows.iter().map(|row| row.gap).fold(0.0, f64::min);
        (deepest < -1e-9).then_some(-deepest)
    }

    /// What of a state the robot's commands are about.
    pub fn followed(&self, state: &DVector<f64>) -> DVector<f64> {
        DVector::from_iterator(
            self.commanded.len(),
            self.commanded.iter().map(|i| state[*i]),
        )
    }
}
