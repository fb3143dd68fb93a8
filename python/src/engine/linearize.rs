//! A smoothed step near a point.

use super::PyEngine;
use crate::document::text;
use crate::failure::{self, OrException};
use crate::task::PyTask;
use mollify::Task;
use mollify::engine::maps;
use mollify::error::Named;
use mollify::estimate::linearize::{
    Document, Law, Point, Settings, Smoothed, WANTED, bytes_of_a_point, linearize_watched,
};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::time::Instant;

/// Where, and how it is smoothed.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct Asked {
    state: Option<Vec<f64>>,
    control: Option<Vec<f64>>,
    kappa: Option<f64>,
    length: Option<f64>,
    barrier_under_noise: bool,
    sigma: Option<f64>,
    state_sigma: Option<f64>,
    noise: Option<String>,
    samples: u64,
    pairs: bool,
    seed: u64,
}

impl Asked {
    fn settings(&self, task: &Task) -> mollify::Result<Settings> {
        let usual = Settings::new(self.samples, self.sigma.unwrap_or(task.sigma()));
        let law = self.noise.as_deref().map(Law::from_name).transpose()?;
        Ok(Settings {
            state_sigma: self.state_sigma.unwrap_or(usual.state_sigma),
            noise: law.unwrap_or_default(),
            pairs: self.pairs,
            seed: self.seed,
            ..usual
        })
    }

    fn point(&self, smoothed: &Smoothed<'_>) -> Point {
        let state = self.state.clone().unwrap_or_else(|| smoothed.start());
        let control = self
            .control
            .clone()
            .unwrap_or_else(|| smoothed.hold(&state));
        Point { state, control }
    }
}

#[pymethods]
impl PyEngine {
    /// The document of `mollify linearize`.
    fn linearize(&self, py: Python<'_>, task: &PyTask, asked: Asked) -> PyResult<String> {
        let task = &task.0;
        let smoothed = Smoothed::of(task, asked.kappa, asked.length).or_exception(py)?;
        let settings = asked.settings(task).or_exception(py)?;
        let point = asked.point(&smoothed);
        let steps = smoothed.steps;
        settings.check(steps.sizes).or_exception(py)?;
        if bytes_of_a_point(steps, &settings) > self.choice.memory {
            return Err(PyValueError::new_err(format!(
                "samples is {}, which takes more than the memory of the engine: all of a point are there at a time",
                settings.samples
            )));
        }
        let (kind, adapter, _) = self.choice.kind().or_exception(py)?;
        let started = Instant::now();
        let interrupt = &self.interrupt;
        let linearized = || {
            let function = steps.function(WANTED);
            let parameters = match asked.barrier_under_noise {
                true => smoothed.smooth.parameters(),
                false => smoothed.exact.parameters(),
            };
            let mut map = maps::open(kind, &function, parameters, steps.sizes, &adapter)?;
            let at = std::slice::from_ref(&point);
            linearize_watched(&mut *map, steps, at, &settings, interrupt, &mut |_| ())
        };
        let (ways, signal) = self.work_alone(py, linearized)?;
        if let Some(signal) = signal {
            return Err(signal);
        }
        let Some(ways) = ways.first() else {
            return Err(failure::internal(py, "a point without a linearization"));
        };
        let seconds = started.elapsed().as_secs_f64();
        let asked = (&point, &settings, asked.barrier_under_noise);
        text(py, &Document::new(&smoothed, kind, asked, ways, seconds))
    }
}
