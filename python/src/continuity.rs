//! Where the map from start to end jumps.

use crate::document::text;
use crate::failure::OrException;
use crate::task::PyTask;
use crate::work::{self, Threads};
use mollify::Interrupt;
use mollify::continuity::{Search, study};
use numpy::PyReadonlyArray1;
use pyo3::prelude::*;

/// The document of `mollify continuity`, and values and slopes at the places.
#[pyfunction]
#[allow(
    clippy::too_many_arguments,
    reason = "they are the keywords of the Python function"
)]
pub fn continuity(
    py: Python<'_>,
    task: &PyTask,
    theta: PyReadonlyArray1<'_, f64>,
    over: &str,
    of: &str,
    places: Vec<f64>,
    time_steps: Vec<f64>,
    tolerance: Option<f64>,
) -> PyResult<(String, Vec<f64>, Vec<f64>)> {
    let theta = theta.as_array().to_vec();
    let search = Search {
        tolerance,
        ..Search::default()
    };
    let interrupt = Interrupt::default();
    let look = || study(&task.0, &theta, (over, of), &places, &time_steps, &search);
    let (found, signal) = work::run(py, Threads::Compute(0), &interrupt, look)?;
    match signal {
        Some(signal) => Err(signal),
        None => {
            let found = found.or_exception(py)?;
            let document = text(py, &found)?;
            Ok((document, found.line.values, found.line.slopes))
        }
    }
}
