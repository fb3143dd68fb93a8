//! The map from where a trajectory starts to where it ends: one number in, one number out.

use crate::contact::Immersion;
use crate::engine::nominal::{self, Nominal, finite_nominal};
use crate::error::{Error, Result, nearest, number};
use crate::noise::environment::Draw;
use crate::system::policy::Policy;
use crate::system::task::Task;
use rayon::prelude::*;

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
            (Some(index), _) if !task.policy().is_of_time() => {
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
            Input::Control(_) if !(value as f32).is_finite() => {
                let expected = "made of numbers that fit f32";
                return Err(Error::invalid("axes", number(value), expected));
            }
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

    /// What [`too_deep`](nominal::too_deep) says of the trajectory with the deepest contact among these starts, and which it is.
    pub fn too_deep(&self, places: &[f64]) -> Result<Option<String>> {
        let deepest = |place: &f64| -> Result<Option<(f64, Immersion)>> {
            let (task, path) = self.trajectory(*place)?;
            let found = nominal::deepest(&task, &path);
            Ok(found.map(|(found, _)| (*place, found)))
        };
        let all: Vec<_> = places.par_iter().map(deepest).collect::<Result<_>>()?;
        let deeper = |best: (f64, Immersion), next: (f64, Immersion)| match best.1.deeper(next.1)
            == best.1
        {
            true => best,
            false => next,
        };
        let Some((place, _)) = all.into_iter().flatten().reduce(deeper) else {
            return Ok(None);
        };
        let (task, theta) = self.start(place)?;
        let sentence = nominal::too_deep(&task, &theta);
        Ok(sentence.map(|sentence| format!("from {}: {sentence}", number(place))))
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

    /// The same map with another time step, over the same time: as many steps as it takes, which is a whole number.
    pub fn with_time_step(&self, time_step: f64) -> Result<Self> {
        let index = self.task.model().parameter_index("time_step")?;
        let time = self.task.parameters()[index] * self.task.horizon() as f64;
        let steps = self.steps_of(time, time_step)?;
        let task = self.task.clone().with_parameter("time_step", time_step)?;
        Ok(Self {
            task: task.with_horizon(steps)?,
            ..self.clone()
        })
    }

    fn steps_of(&self, time: f64, time_step: f64) -> Result<usize> {
        let refused = |expected: String| Error::invalid("time_steps", number(time_step), expected);
        let steps = time / time_step;
        let whole = steps.round();
        if !(whole >= 1.0 && (steps - whole).abs() <= 1e-6 * whole) {
            let least = steps.ceil().max(1.0);
            let expected = format!(
                "a time step that divides the time of {} s into whole steps, such as {}",
                number(time),
                number(time / least)
            );
            return Err(refused(expected));
        }
        if whole > MOST_STEPS {
            let expected = format!(
                "{} s or more: the time of {} s has {MOST_STEPS} steps at most",
                number(time / MOST_STEPS),
                number(time)
            );
            return Err(refused(expected));
        }
        let steps = whole as usize;
        if *self.task.policy() == Policy::OpenLoop && steps != self.task.horizon() {
            let expected = "left out for a task with a control for each step, as another step is another theta";
            return Err(refused(expected.into()));
        }
        Ok(steps)
    }
}

/// Steps of a trajectory at most.
const MOST_STEPS: f64 = 1e6;
