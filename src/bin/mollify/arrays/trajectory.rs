//! A trajectory that was observed, with the controls that made it, from a file.
//!
//! An NPZ archive or a JSON object with `states`, (H + 1) × N, NaN where nothing was seen, and `controls`, H × M: what
//! `gradient --replay` writes.

use super::{Array, Kind, Stored, json, words};
use mollify::system::task::Task;
use mollify::{Error, Result};
use std::path::Path;

/// States and controls, row by row, and H.
pub struct Trajectory {
    /// (H + 1) × N
    pub states: Vec<f64>,
    /// H × M
    pub controls: Vec<f64>,
    /// H
    pub horizon: usize,
}

/// Numbers in a file, at most.
const MOST: u64 = 1 << 22;

/// Reads it for the system of a task.
pub fn read(path: &Path, task: &Task) -> Result<Trajectory> {
    let (n, m) = (task.system().state_size(), task.system().control_size());
    let expected = format!(
        "an NPZ archive or a JSON object with the arrays states (steps + 1, {n}) and controls (steps, {m}) of task '{}', \
         such as rollout.npz of `mollify gradient --replay`",
        task.name()
    );
    let format = |problem: String| Error::Format {
        path: path.into(),
        problem,
        expected: expected.clone(),
    };
    let kind = Kind::of(path).ok_or_else(|| format("its name has another ending".into()))?;
    let bytes = std::fs::read(path).map_err(|source| Error::Read {
        path: path.into(),
        source,
    })?;
    let found = match kind {
        Kind::Json => json::named(&bytes, &["states", "controls"]).map_err(&format)?,
        _ => {
            let Stored::Named(mut arrays) = kind.read(&bytes).map_err(&format)? else {
                return Err(format("it has one array without a name".into()));
            };
            let names = arrays.names().into_iter();
            let wanted = names.filter(|name| matches!(name.as_str(), "states" | "controls"));
            let read = |name: String| match arrays.read(&name, MOST) {
                Ok(array) => Ok((name, array)),
                Err(problem) => Err(format(format!("array '{name}' {problem}"))),
            };
            wanted.map(read).collect::<Result<Vec<_>>>()?
        }
    };
    let array = |name: &str| {
        let found = found.iter().find(|(known, _)| known == name);
        found
            .map(|(_, array)| array)
            .ok_or_else(|| format(format!("it has no array '{name}'")))
    };
    let (states, controls) = (array("states")?, array("controls")?);
    let steps = |name: &str, array: &Array, size: usize| match array.shape[..] {
        [rows, columns] if columns == size as u64 => Ok(rows as usize),
        _ => Err(format(format!(
            "array '{name}' has shape {}",
            words(&array.shape)
        ))),
    };
    let (after, before) = (steps("states", states, n)?, steps("controls", controls, m)?);
    if before == 0 || after != before + 1 {
        return Err(format(format!(
            "it has {after} states and {before} controls"
        )));
    }
    if let Some(bad) = controls.values.iter().position(|u| !u.is_finite()) {
        return Err(format(format!(
            "array 'controls' has {} at index {bad}",
            controls.values[bad]
        )));
    }
    Ok(Trajectory {
        states: states.values.clone(),
        controls: controls.values.clone(),
        horizon: before,
    })
}
