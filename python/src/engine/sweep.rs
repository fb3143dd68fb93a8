//! Estimates over grids of settings.

use super::PyEngine;
use crate::failure::OrException;
use crate::settings::Estimate;
use crate::task::PyTask;
use mollify::sweep::{Axis, Ended, Quantity, Row, Sweep};
use numpy::{PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

/// Axes with the labels of their values, columns of the rows, and why alpha is what it is in each.
type Found<'py> = (Vec<(String, Vec<String>)>, Bound<'py, PyDict>, Vec<String>);

#[pymethods]
impl PyEngine {
    /// All rows of a sweep, as `mollify sweep` makes them: repeats vary fastest, then the last axis.
    fn sweep<'py>(
        &self,
        py: Python<'py>,
        task: &PyTask,
        theta: Option<PyReadonlyArray1<'py, f64>>,
        settings: Estimate,
        over: Vec<(String, String)>,
        repeats: u64,
    ) -> PyResult<Found<'py>> {
        let settings = settings.settings(&task.0).or_exception(py)?;
        let axes = over
            .iter()
            .map(|(name, grid)| Axis::parse(&task.0, name, grid))
            .collect::<mollify::Result<Vec<_>>>()
            .or_exception(py)?;
        let theta = theta.map(|theta| theta.as_array().to_vec());
        let sweep = Sweep::new(task.0.clone(), theta, settings, axes, repeats).or_exception(py)?;
        let interrupt = self.interrupt.clone();
        let rows = self.whole(py, task, |engine| {
            let mut rows = Vec::new();
            match sweep.run(engine, &mut rows, &interrupt, &mut |_| Ok(()))? {
                Ended::Complete => Ok(rows),
                Ended::Interrupted => Err(mollify::Error::Interrupted),
            }
        })?;
        let labels = |axis: &Axis| (0..axis.count()).map(|i| axis.label(i)).collect();
        let axes = sweep.axes().iter();
        let axes = axes
            .map(|axis| (axis.name().to_string(), labels(axis)))
            .collect();
        let reasons = rows.iter().map(|row| row.alpha_reason.clone()).collect();
        Ok((axes, columns(py, &rows)?, reasons))
    }
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
