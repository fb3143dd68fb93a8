//! Where a step is linearized, and how it is smoothed by the barrier.

use super::Args;
use crate::engine::invalid;
use crate::failure::Failure;
use crate::once::once;
use crate::output::number;
use mollify::contact::quasidynamic::smoothing;
use mollify::error::nearest;
use mollify::estimate::linearize::Point;
use mollify::system::quasidynamic::QuasiDynamics;
use mollify::{Error, Result, Task, systems};

/// The task with its parameters.
pub fn task(args: &Args) -> Result<Task> {
    let task = Task::find(&args.task)?;
    once("--set", &args.set)?;
    let mut set = args.set.iter();
    set.try_fold(task, |task, (name, value)| {
        task.with_parameter(name, *value)
    })
}

/// A task smoothed by the barrier, and not at all.
pub struct Smoothed<'a> {
    pub steps: &'a QuasiDynamics,
    pub smooth: Task,
    pub exact: Task,
    /// m, 0 for the exact step.
    pub length: f64,
    /// 1/J, infinite for the exact step.
    pub kappa: f64,
}

impl<'a> Smoothed<'a> {
    pub fn of(args: &Args, task: &'a Task) -> std::result::Result<Self, Failure> {
        let Some(steps) = task.model().quasi_dynamics() else {
            return Err(Failure::Usage(format!(
                "task '{}' has no quasi-dynamic step to linearize; tasks that have one: {}",
                task.name(),
                quasi_dynamic_tasks().join(", ")
            )));
        };
        let compliance = steps.contact_compliance(task.parameters());
        let own = || {
            let index = task.model().parameter_index("smoothing")?;
            Ok::<f64, mollify::Error>(task.parameters()[index])
        };
        let length = match (args.kappa, args.length) {
            (Some(kappa), _) if kappa > 0.0 => smoothing::length(kappa, compliance),
            (Some(kappa), _) => {
                let expected = "a number of 1/J above 0, or inf for the exact step";
                return Err(invalid_number("--kappa", kappa, expected).into());
            }
            (None, Some(length)) => length,
            (None, None) => own()?,
        };
        let exact = task.clone().with_parameter("smoothing", 0.0)?;
        exact.check_parameters()?;
        let smooth = task.clone().with_parameter("smoothing", length)?;
        // All else is fine: it is the smoothing, which came from a flag.
        smooth.check_parameters().map_err(|error| match args.kappa {
            Some(kappa) => invalid_number(
                "--kappa",
                kappa,
                &format!(
                    "at most {} 1/J for this task, or inf for the exact step: beyond it, smoothing is lost in f32, which is for all engines",
                    number(smoothing::LARGEST_WEIGHT_IN_F32)
                ),
            ),
            None => error,
        })?;
        Ok(Self {
            steps,
            smooth,
            exact,
            length,
            kappa: smoothing::weight(length, compliance),
        })
    }

    /// The names of the configuration's coordinates, and of the commands.
    pub fn names(&self) -> [Vec<String>; 2] {
        let about = self.smooth.model().about();
        let sizes = self.steps.sizes;
        let state = about.state.iter().take(sizes.state);
        let names = |name: &std::sync::Arc<str>| name.to_string();
        [
            state.map(|c| names(&c.name)).collect(),
            about.control.iter().map(|c| names(&c.name)).collect(),
        ]
    }

    /// The index of a name, counted through the state and then the commands.
    pub fn place(&self, flag: &str, name: &str) -> Result<usize> {
        let [state, control] = self.names();
        let names = match flag {
            "--at" => state,
            "--control" => control,
            _ => [state, control].concat(),
        };
        let found = names.iter().position(|known| known == name);
        let offset = if flag == "--control" {
            self.steps.sizes.state
        } else {
            0
        };
        let near = nearest(name, names.iter().map(String::as_str));
        let near = near.map_or(String::new(), |n| format!(" (did you mean '{n}'?)"));
        let expected = format!("one of {}{near}", names.join(", "));
        found
            .map(|i| i + offset)
            .ok_or_else(|| invalid(flag, name, &expected))
    }
}

/// The tasks that have quasi-dynamic steps.
pub fn quasi_dynamic_tasks() -> Vec<&'static str> {
    let has_steps = |name: &&str| systems::find(name).is_ok_and(|m| m.quasi_dynamics().is_some());
    systems::ALL
        .iter()
        .map(|(name, _)| *name)
        .filter(has_steps)
        .collect()
}

/// The point that the flags say: else where the task starts, commanded to stay.
pub fn point(args: &Args, smoothed: &Smoothed<'_>) -> Result<Point> {
    let sizes = smoothed.steps.sizes;
    let task = &smoothed.smooth;
    let mut state = task.initial_state()[..sizes.state].to_vec();
    for (flag, settings) in [("--at", &args.at), ("--control", &args.control)] {
        once(flag, settings)?;
        for (name, value) in settings {
            check_place(&format!("{flag} {name}"), *value)?;
        }
    }
    for (name, value) in &args.at {
        state[smoothed.place("--at", name)?] = *value;
    }
    let commanded = &task.model().defaults().commanded;
    let mut control: Vec<f64> = commanded.iter().map(|i| state[*i]).collect();
    control.resize(sizes.control, 0.0);
    for (name, value) in &args.control {
        control[smoothed.place("--control", name)? - sizes.state] = *value;
    }
    Ok(Point { state, control })
}

/// The largest place or command: squares of it fit f32, and nobody's table is as wide.
const FARTHEST: f64 = 1e9;

fn check_place(flag: &str, value: f64) -> Result<()> {
    match value.abs() <= FARTHEST {
        true => Ok(()),
        false => {
            let expected = "a finite number, of a size of at most 1e9";
            Err(invalid_number(flag, value, expected))
        }
    }
}

/// The error of a number, which takes no quotes.
pub fn invalid_number(what: &str, value: f64, expected: &str) -> Error {
    Error::InvalidValue {
        what: what.into(),
        value: number(value),
        expected: expected.into(),
    }
}

/// The gap of the bodies that are deepest in each other, if any are.
pub fn deepest(smoothed: &Smoothed<'_>, point: &Point) -> Option<f64> {
    let parameters = smoothed.smooth.parameters();
    let rows = smoothed
        .steps
        .contact_rows(parameters, &point.state, &point.control);
    let gaps = rows.iter().map(|row| row.gap);
    gaps.reduce(f64::min).filter(|gap| *gap < -1e-9)
}
