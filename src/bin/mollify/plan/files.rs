//! The files of `mollify plan --out`.

use crate::drawing::Run;
use crate::files::{Folder, csv};
use crate::output::number;
use crate::{arrays, draw};
use mollify::plan::Scenario;
use mollify::plan::document::Document;
use mollify::{Error, Result};
use std::io;

/// The result files.
pub const FILES: &[&str] = &[
    "result.json",
    "plan.npz",
    "history.csv",
    draw::FILES[0],
    draw::FILES[1],
    draw::FILES[2],
];

/// Writes them.
pub fn write(
    folder: &Folder,
    text: &str,
    scenario: &Scenario<'_>,
    document: &Document<'_>,
    quiet: bool,
) -> Result<()> {
    let as_error = |source: io::Error| Error::Write {
        path: folder.path().into(),
        source,
    };
    let (commands, states) = (document.commands, document.states);
    let width = |rows: &[Vec<f64>]| rows.first().map_or(0, Vec::len) as u64;
    let arrays = [("commands", commands), ("states", states)]
        .map(|(name, rows)| (name, [rows.len() as u64, width(rows)], rows.concat()));
    let npz = arrays::archive(
        arrays
            .iter()
            .map(|(name, shape, x)| (*name, &shape[..], &x[..])),
    );
    folder.write("plan.npz", &npz.map_err(as_error)?);
    folder.write("history.csv", &csv(document.history).map_err(as_error)?);
    folder.write("result.json", text.as_bytes());
    pictures(folder, scenario, document, quiet)
}

/// The path under the exact step, with its forces.
fn pictures(
    folder: &Folder,
    scenario: &Scenario<'_>,
    document: &Document<'_>,
    quiet: bool,
) -> Result<()> {
    let exact = scenario.task.clone().with_parameter("smoothing", 0.0)?;
    let run = Run::nominal(&exact, &document.commands.concat());
    let picture = draw::Picture {
        task: &exact,
        run: &run,
        other: None,
        title: format!("{}: cost {}", exact.name(), number(run.cost)),
        prefix: "",
    };
    draw::write(folder, &picture, quiet);
    Ok(())
}
