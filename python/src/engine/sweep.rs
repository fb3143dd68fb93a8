//! Estimates over grids of settings.

use super::PyEngine;
use crate::failure::OrException;
use crate::settings::Estimate;
use crate::task::PyTask;
use mollify::Task;
use mollify::engine::distributed::Cut;
use mollify::sweep::{Axis, Ended, Quantity, Row, Sweep};
use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyDict, PyString};

/// Axes with the labels of their values, columns of the rows, and why alpha is what it is in each.
type Found<'py> = (Vec<(String, Vec<String>)>, Bound<'py, PyDict>, Vec<String>);

#[pymethods]
impl PyEngine {
    /// All rows of a sweep, as `mollify sweep` makes them: repeats vary fastest, then the last axis. `lines` are those of all its
    /// parts, if it was cut.
    fn sweep<'py>(
        &self,
        py: Python<'py>,
        task: &PyTask,
        sweep: Asked,
        lines: Option<Vec<PyBackedBytes>>,
    ) -> PyResult<Found<'py>> {
        let sweep = sweep.of(&task.0).or_exception(py)?;
        let interrupt = self.interrupt.clone();
        let rows = match lines {
            Some(lines) => merged(&sweep, &lines).or_exception(py)?,
            None => self.whole(py, task, |engine| {
                let mut rows = Vec::new();
                match sweep.run(engine, &mut rows, &interrupt, &mut |_| Ok(()))? {
                    Ended::Complete => Ok(rows),
                    Ended::Interrupted => Err(mollify::Error::Interrupted),
                }
            })?,
        };
        let labels = |axis: &Axis| (0..axis.count()).map(|i| axis.label(i)).collect();
        let axes = sweep.axes().iter();
        let axes = axes
            .map(|axis| (axis.name().to_string(), labels(axis)))
            .collect();
        let reasons = rows.iter().map(|row| row.alpha_reason.clone()).collect();
        Ok((axes, columns(py, &rows)?, reasons))
    }

    /// How many rows a sweep has.
    fn sweep_rows(&self, py: Python<'_>, task: &PyTask, sweep: Asked) -> PyResult<usize> {
        Ok(sweep.of(&task.0).or_exception(py)?.rows())
    }

    /// The rows of a part of a sweep, as lines.
    fn sweep_part<'py>(
        &self,
        py: Python<'py>,
        task: &PyTask,
        sweep: Asked,
        index: u64,
        count: u64,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let sweep = sweep.of(&task.0).or_exception(py)?;
        let cut = Cut::new(index, count).or_exception(py)?;
        let interrupt = self.interrupt.clone();
        let lines = self.whole(py, task, |engine| {
            sweep.measure_part(engine, cut, &interrupt, &mut |_| ())
        })?;
        Ok(PyBytes::new(py, &lines))
    }
}

/// A sweep as it is asked for.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct Asked {
    theta: Option<Vec<f64>>,
    settings: Estimate,
    over: Vec<(String, String)>,
    repeats: u64,
}

impl Asked {
    fn of(self, task: &Task) -> mollify::Result<Sweep> {
        let settings = self.settings.settings(task)?;
        let axes = self.over.iter();
        let axes = axes.map(|(name, grid)| Axis::parse(task, name, grid));
        let axes = axes.collect::<mollify::Result<Vec<_>>>()?;
        Sweep::new(task.clone(), self.theta, settings, axes, self.repeats)
    }
}

/// The rows of all parts, in their order.
fn merged(sweep: &Sweep, parts: &[PyBackedBytes]) -> mollify::Result<Vec<Row>> {
    let count = parts.len() as u64;
    let mut rows = Vec::new();
    for (index, lines) in (0..).zip(parts) {
        rows.extend(sweep.rows_of_part(Cut::new(index, count)?, lines)?);
    }
    rows.sort_unstable_by_key(|row| row.number);
    Ok(rows)
}

fn columns<'py>(py: Python<'py>, rows: &[Row]) -> PyResult<Bound<'py, PyDict>> {
    let columns = PyDict::new(py);
    for quantity in Quantity::ALL {
        let values = rows.iter().map(|row| row.get(quantity)).collect();
        let name = PyString::new(py, quantity.name());
        columns.set_item(name, PyArray1::from_vec(py, values))?;
    }
    Ok(columns)
}
