//! The map from where a trajectory starts to where it ends: one number in, one number out.

use crate::engine::nominal::{Nominal, finite_nominal};
use crate::error::{Error, Result, nearest};
use crate::noise::environment::Draw;
use crate::system::policy::Policy;
use crate::system::task::Task;

/// What is varied.
#[derive(Clone, Debug, PartialEq)]
enum Input {
    /// A coordinate of the control, by index: the same at all steps.
    Control(usize),
    /// A coordinate of the initial state, by name.
    State(String),
    /// A parameter, by name.
    Parameter(String),
}

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Output {
    /// f(theta, 0)
    Cost,
    /// A coordinate of the state at the end, by index.
    State(usize),
}

/// The value of an output as a function of an input, without noise.
#[derive(Clone, Debug)]
pub struct Map {
    task: Task,
    theta: Vec<f64>,
    input: Input,
    output: Output,
}

fn unknown(what: &str, name: &str, known: &[&str]) -> Error {
    let near = nearest(name, known.iter().copied());
    let near = near.map_or(String::new(), |n| format!(" (did you mean '{n}'?)"));
    let expected = format!("one of {}{near}", known.join(", "));
    Error::invalid(what, format!("'{name}'"), expected)
}

impl Map {
    /// The map of a task at a theta: `over` names a coordinate of the control, of the initial state, or a parameter; `of` a
    /// coordinate of the state at the end, or `cost`.
    pub fn new(task: &Task, theta: &[f64], over: &str, of: &str) -> Result<Self> {
        task.check_theta(theta, "the caller")?;
        let about = task.model().about();
        let control = about.control.iter().position(|c| *c.name == *over);
        let state = |name: &str| about.state.iter().position(|c| *c.name == *name);
        let is_parameter = about.parameters.iter().any(|p| *p.name == *over);
        let input = match (control, state(over)) {
            (Some(index), _) if !matches!(task.policy(), Policy::OpenLoop | Policy::Held) => {
                let expected = "a coordinate of the state or a parameter, because a policy of the state makes the controls";
                return Err(Error::invalid(
                    "axes",
                    format!("'{}'", about.control[index].name),
                    expected,
                ));
            }
            (Some(index), _) => Input::Control(index),
            (None, Some(_)) => Input::State(over.into()),
            (None, None) if is_parameter => Input::Parameter(over.into()),
            _ => {
                let names = about.control.iter().chain(&about.state);
                let names = names.map(|c| &*c.name);
                let parameters = about.parameters.iter().map(|p| &*p.name);
                let known: Vec<&str> = names.chain(parameters).collect();
                return Err(unknown("axes", over, &known));
            }
        };
        let output = match (of, state(of)) {
            ("cost", _) => Output::Cost,
            (_, Some(index)) => Output::State(index),
            _ => {
                let states = about.state.iter().map(|c| &*c.name);
                let known: Vec<&str> = ["cost"].into_iter().chain(states).collect();
                return Err(unknown("output", of, &known));
            }
        };
        Ok(Self {
            task: task.clone(),
            theta: theta.into(),
            input,
            output,
        })
    }

    /// The task whose trajectory starts at a value of the input, and its theta.
    pub fn start(&self, value: f64) -> Result<(Task, Vec<f64>)> {
        let (task, mut theta) = (self.task.clone(), self.theta.clone());
        let task = match &self.input {
            Input::Control(index) => {
                let width = task.model().control_size();
                let own = theta.iter_mut().skip(*index).step_by(width);
                own.for_each(|u| *u = value);
                task
            }
            Input::State(name) => task.with_initial(name, Draw::Constant(value), &[])?,
            Input::Parameter(name) => task.with_parameter(name, value)?,
        };
        Ok((task, theta))
    }

    /// The trajectory from a value of the input.
    pub fn trajectory(&self, value: f64) -> Result<(Task, Nominal)> {
        let (task, theta) = self.start(value)?;
        let found = finite_nominal(&task, &theta)?;
        Ok((task, found))
    }

    /// The output at a value of the input.
    pub fn at(&self, value: f64) -> Result<f64> {
        let (task, found) = self.trajectory(value)?;
        let last = task.horizon() * task.model().state_size();
        Ok(match self.output {
            Output::Cost => found.cost,
            Output::State(index) => found.states[last + index],
        })
    }

    /// The units of input and output; empty where there is none.
    pub fn units(&self) -> [String; 2] {
        let about = self.task.model().about();
        let state = |name: &str| about.state.iter().find(|c| *c.name == *name);
        let parameter = |name: &str| about.parameters.iter().find(|p| *p.name == *name);
        let input = match &self.input {
            Input::Control(index) => Some(about.control[*index].unit.to_string()),
            Input::State(name) => state(name).map(|c| c.unit.to_string()),
            Input::Parameter(name) => parameter(name).map(|p| p.unit.to_string()),
        };
        let output = match self.output {
            Output::Cost => String::new(),
            Output::State(index) => about.state[index].unit.to_string(),
        };
        [input.unwrap_or_default(), output]
    }

    /// The same map with another time step, over the same time.
    pub fn with_time_step(&self, time_step: f64) -> Result<Self> {
        let index = self.task.model().parameter_index("time_step")?;
        let time = self.task.parameters()[index] * self.task.horizon() as f64;
        let steps = (time / time_step).round().clamp(1.0, 1e9) as usize;
        if self.theta.len() != self.task.model().control_size() && steps != self.task.horizon() {
            let expected = "left out for a task with a control for each step, as another step is another theta";
            return Err(Error::invalid(
                "time_steps",
                time_step.to_string(),
                expected,
            ));
        }
        let task = self.task.clone().with_parameter("time_step", time_step)?;
        Ok(Self {
            task: task.with_horizon(steps)?,
            ..self.clone()
        })
    }
}
