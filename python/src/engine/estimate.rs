//! One estimate of the gradient.

use super::PyEngine;
use crate::carrier::Held;
use crate::document::text;
use crate::failure::OrException;
use crate::settings::Estimate;
use crate::task::PyTask;
use mollify::engine::Wanted;
use mollify::engine::distributed::Gathered;
use mollify::estimate::distributed;
use mollify::estimate::document::Document;
use numpy::{PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;
use std::time::Instant;

/// The document, F, its standard error, and the gradient.
type Found<'py> = (String, f64, f64, Bound<'py, PyArray1<f64>>);

#[pymethods]
impl PyEngine {
    /// The estimate at theta, as `mollify gradient` makes it.
    fn gradient<'py>(
        &self,
        py: Python<'py>,
        task: &PyTask,
        theta: PyReadonlyArray1<'py, f64>,
        settings: Estimate,
        iteration: u32,
    ) -> PyResult<Found<'py>> {
        let settings = settings.settings(&task.0).or_exception(py)?;
        let theta = theta.as_array().to_vec();
        let task_of = &task.0;
        let made = |held: &mut Held| {
            let started = Instant::now();
            let cut = distributed::questions(task_of, &theta, &settings, iteration).is_ok();
            // Both batches of a rule in one round.
            let mut next = |known: &mut Gathered| match cut {
                true => distributed::next(known, task_of, &theta, &settings, iteration),
                false => Ok(Vec::new()),
            };
            let mut gathered = held.gather(task_of, &mut next)?.filter(|_| cut);
            let engine: &mut dyn mollify::Engine = match &mut gathered {
                Some(known) => known,
                None => held.engine(),
            };
            let compiled = |seconds: Option<f64>| seconds.unwrap_or(0.0);
            let before = compiled(engine.report().compile_seconds);
            let mixed = mollify::estimate::estimate(
                engine,
                task_of,
                &theta,
                &settings,
                iteration,
                Wanted::Both,
            )?;
            let compiling = compiled(engine.report().compile_seconds) - before;
            let seconds = started.elapsed().as_secs_f64() - compiling;
            let document = Document::of(engine, task_of, &theta, &settings, &mixed, seconds);
            let document = serde_json::to_string(&document);
            let value = (mixed.value_mean, mixed.value_std_error);
            Ok((document, value, mixed.gradient.as_slice().to_vec()))
        };
        let (document, value, gradient) = match self.work_held(py, task.0.model(), made)? {
            (found, None) => found,
            (_, Some(signal)) => return Err(signal),
        };
        let document = document.map_err(|e| crate::failure::internal(py, &e.to_string()))?;
        let gradient = PyArray1::from_vec(py, gradient);
        Ok((document, value.0, value.1, gradient))
    }

    /// The settings in force, as JSON.
    fn settings(&self, py: Python<'_>, task: &PyTask, settings: Estimate) -> PyResult<String> {
        text(py, &settings.settings(&task.0).or_exception(py)?)
    }
}
