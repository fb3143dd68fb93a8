//! The files of `mollify optimize --out`.

use crate::arrays::{npy, theta, weights};
use crate::draw;
use crate::drawing::Run;
use crate::files::{Folder, csv};
use crate::output::number;
use mollify::solve::Solution;
use mollify::system::task::Task;
use mollify::{Error, Result};
use std::io;

/// The result files.
pub const FILES: &[&str] = &[
    "result.json",
    "theta.npy",
    "theta.npz",
    "theta.safetensors",
    "theta.csv",
    "history.csv",
    BROKEN,
    draw::FILES[0],
    draw::FILES[1],
    draw::FILES[2],
];

/// theta where samples were no longer finite, to be replayed.
pub const BROKEN: &str = "broken-theta.npy";

/// The trajectory of the best theta without noise, beside that of the start.
pub fn pictures(folder: &Folder, task: &Task, start: &[f64], solution: &Solution, quiet: bool) {
    let (run, first) = (
        Run::nominal(task, &solution.theta),
        Run::nominal(task, start),
    );
    let moved = solution.theta != start;
    let before = match moved {
        true => format!(", {} at the start", number(first.cost)),
        false => String::new(),
    };
    let title = format!("{}: cost {}{before}", task.name(), number(run.cost));
    let picture = draw::Picture {
        task,
        run: &run,
        other: moved.then_some(("start theta", &first)),
        title,
        prefix: "",
    };
    draw::write(folder, &picture, quiet);
}

/// The files of numbers.
pub fn numbers(folder: &Folder, document: &str, task: &Task, solution: &Solution) -> Result<()> {
    let as_error = |source: io::Error| Error::Write {
        path: folder.path().into(),
        source,
    };
    let network = weights::of(task);
    let names: Vec<_> = match &network {
        None => task
            .model()
            .about()
            .control
            .iter()
            .map(|c| &*c.name)
            .collect(),
        Some(_) => vec!["weight"],
    };
    if let Some(network) = &network {
        let npz = weights::to_npz(network, &solution.theta).map_err(as_error)?;
        folder.write("theta.npz", &npz);
        let tensors = weights::to_tensors(network, &solution.theta).map_err(as_error)?;
        folder.write("theta.safetensors", &tensors);
    }
    let npy = npy::write(&theta::shape(task), &solution.theta);
    let history = csv(&solution.iterations).map_err(as_error)?;
    folder.write("theta.npy", &npy);
    folder.write(
        "theta.csv",
        theta::to_csv(&solution.theta, &names).as_bytes(),
    );
    folder.write("history.csv", &history);
    if let Some(broken) = &solution.breakdown {
        let npy = npy::write(&theta::shape(task), &broken.theta);
        folder.write(BROKEN, &npy);
    }
    folder.write("result.json", document.as_bytes());
    Ok(())
}
