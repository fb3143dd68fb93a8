//! The files of `mollify control --out`.

use crate::drawing::{self, Course};
use crate::files::{Folder, csv};
use crate::output::number;
use crate::{arrays, draw};
use mollify::control::{Ended, Run};
use mollify::system::task::Task;
use mollify::{Error, Result};
use std::io;

/// The result files.
pub const FILES: &[&str] = &[
    "result.json",
    "control.npz",
    "plans.csv",
    STATES_SVG,
    STATES_PNG,
    draw::FILES[0],
    draw::FILES[1],
    draw::FILES[2],
];

const STATES_SVG: &str = "states.svg";
const STATES_PNG: &str = "states.png";

/// Writes them.
pub fn write(folder: &Folder, text: &str, plant: &Task, run: &Run, quiet: bool) -> Result<()> {
    let as_error = |source: io::Error| Error::Write {
        path: folder.path().into(),
        source,
    };
    // What shapes the system remembers behind its states is no state of the plant.
    let states = plant.system().state_size();
    let states: Vec<Vec<f64>> = run.states.iter().map(|x| x[..states].to_vec()).collect();
    let width = |rows: &[Vec<f64>]| rows.first().map_or(0, Vec::len) as u64;
    let rows = [
        ("states", &states),
        ("commands", &run.commands),
        ("controls", &run.controls),
    ];
    let rows = rows.map(|(name, x)| (name, vec![x.len() as u64, width(x)], x.concat()));
    let costs = ("costs", vec![run.costs.len() as u64], run.costs.clone());
    let all: Vec<_> = rows.into_iter().chain([costs]).collect();
    let npz = arrays::archive(
        all.iter()
            .map(|(name, shape, x)| (*name, &shape[..], &x[..])),
    );
    folder.write("control.npz", &npz.map_err(as_error)?);
    folder.write("plans.csv", &csv(&run.replannings).map_err(as_error)?);
    folder.write("result.json", text.as_bytes());
    pictures(folder, plant, run, quiet)
}

/// The plant on its way: bodies in space, and states and controls against time.
fn pictures(folder: &Folder, plant: &Task, run: &Run, quiet: bool) -> Result<()> {
    let steps = run.controls.len();
    if steps == 0 {
        return Ok(());
    }
    let task = plant.clone().with_horizon(steps)?;
    let nonfinite = (run.ended == Ended::Plant).then_some(steps as u32);
    let seen = drawing::Run {
        states: run.states.concat(),
        // Pictures limit what they are given.
        controls: run.disturbed.concat(),
        parameters: run.parameters.clone(),
        cost: run.cost,
        nonfinite,
        breaks: Vec::new(),
    };
    let title = format!("{}: cost {}", task.name(), number(run.cost));
    let is_in_space = Course::of(&task, &seen).is_some();
    let beside = drawing::states(&task, &seen, None, &title).filter(|_| is_in_space);
    if let Some(figure) = beside {
        folder.write(STATES_SVG, figure.to_svg().as_bytes());
        folder.write(STATES_PNG, &figure.to_png());
    }
    let picture = draw::Picture {
        task: &task,
        run: &seen,
        other: None,
        title,
        prefix: "",
    };
    draw::write(folder, &picture, quiet);
    Ok(())
}
