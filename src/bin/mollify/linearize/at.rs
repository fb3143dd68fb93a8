//! Where a step is linearized, and how it is smoothed by the barrier.

use super::Args;
use crate::engine::invalid;
use crate::failure::Failure;
use crate::once::once;
use crate::output::number;
use mollify::error::nearest;
use mollify::estimate::linearize::{Point, Smoothed};
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

/// The task smoothed as the flags say.
pub fn smoothed<'a>(args: &Args, task: &'a Task) -> std::result::Result<Smoothed<'a>, Failure> {
    if task.model().quasi_dynamics().is_none() {
        return Err(Failure::Usage(format!(
            "task '{}' has no quasi-dynamic step to linearize; tasks that have one: {}",
            task.name(),
            systems::quasi_dynamic().join(", ")
        )));
    }
    Ok(Smoothed::of(task, args.kappa, args.length)?)
}

/// The index of a name, counted through the state and then the commands.
pub fn place(smoothed: &Smoothed<'_>, flag: &str, name: &str) -> Result<usize> {
    let [state, control] = smoothed.names();
    let names = match flag {
        "--at" => state,
        "--control" => control,
        _ => [state, control].concat(),
    };
    let found = names.iter().position(|known| known == name);
    let offset = if flag == "--control" {
        smoothed.steps.sizes.state
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

/// The point that the flags say: else where the task starts, commanded to stay.
pub fn point(args: &Args, smoothed: &Smoothed<'_>) -> Result<Point> {
    let sizes = smoothed.steps.sizes;
    let mut state = smoothed.start();
    for (flag, settings) in [("--at", &args.at), ("--control", &args.control)] {
        once(flag, settings)?;
        for (name, value) in settings {
            check_place(&format!("{flag} {name}"), *value)?;
        }
    }
    for (name, value) in &args.at {
        state[place(smoothed, "--at", name)?] = *value;
    }
    let mut control = smoothed.hold(&state);
    for (name, value) in &args.control {
        control[place(smoothed, "--control", name)? - sizes.state] = *value;
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
