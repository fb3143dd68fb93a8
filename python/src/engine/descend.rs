//! A descent.

use super::PyEngine;
use crate::callback::tell;
use crate::document::text;
use crate::failure;
use crate::settings::{Estimate, Steps};
use crate::task::PyTask;
use crate::work;
use mollify::solve::document::{Document, InForce};
use mollify::solve::identification::identify;
use mollify::solve::{Iteration, solve};
use numpy::PyReadonlyArray1;
use pyo3::prelude::*;

/// The document; whether it was cut short, and by which exception.
type Found = (String, Option<Py<PyAny>>);

#[pymethods]
impl PyEngine {
    /// The descent from theta, as `mollify optimize` makes it. The callback gets the JSON of each iteration; true from it stops.
    fn optimize<'py>(
        &self,
        py: Python<'py>,
        task: &PyTask,
        theta: PyReadonlyArray1<'py, f64>,
        settings: Estimate,
        steps: Steps,
        callback: Option<Py<PyAny>>,
    ) -> PyResult<Found> {
        let task = &task.0;
        let options = steps.options(py, task, &settings)?;
        let start = theta.as_array().to_vec();
        let interrupt = self.interrupt.clone();
        let mut failed = None;
        let (memory, told) = (self.choice.memory, &mut failed);
        let descend = |engine: &mut dyn mollify::Engine| {
            let mut on_iteration = |iteration: &Iteration| {
                let Some(callback) = &callback else { return };
                tell(callback, iteration, &interrupt, told);
            };
            let solution = solve(
                engine,
                task,
                &start,
                &options,
                &interrupt,
                &mut on_iteration,
            )?;
            let in_force = InForce::of(task, &options, memory, None);
            let mut document = Document::of(engine, task, &options, in_force, &solution);
            match identify(task, &solution.theta) {
                Ok(identified) => document.identified = identified,
                Err(error) => document.warnings.push(error.to_string()),
            }
            Ok(serde_json::to_string(&document))
        };
        let (document, signal) = self.work(py, task.model(), descend)?;
        let document = document.map_err(|e| failure::internal(py, &e.to_string()))?;
        match failed {
            Some(error) => Err(error),
            None => Ok((document, work::stop(py, signal))),
        }
    }

    /// The options in force, as JSON.
    fn options(
        &self,
        py: Python<'_>,
        task: &PyTask,
        settings: Estimate,
        steps: Steps,
    ) -> PyResult<String> {
        text(py, &steps.options(py, &task.0, &settings)?)
    }
}
