//! An engine beside the reference.

use super::PyEngine;
use crate::task::PyTask;
use mollify::check::{Document, verify};
use pyo3::prelude::*;

#[pymethods]
impl PyEngine {
    /// Compares this engine with the reference on each task, as `mollify verify` does.
    fn verify(
        &self,
        py: Python<'_>,
        tasks: Vec<PyRef<'_, PyTask>>,
        samples: u64,
        seed: u64,
    ) -> PyResult<String> {
        let mut reports = Vec::new();
        let mut device = None;
        for task in &tasks {
            let task_of = &task.0;
            let (report, found) = self.whole(py, task, move |engine| {
                let report = verify(engine, task_of, samples, seed)?;
                Ok((report, engine.report().clone()))
            })?;
            reports.push(report);
            device.get_or_insert(found);
        }
        let document = device.map(|device| Document {
            engine: device.engine,
            adapter: device.adapter,
            driver: device.driver,
            seed,
            samples,
            holds: reports.iter().all(|report| report.holds),
            reports,
        });
        crate::document::text(py, &document)
    }
}
