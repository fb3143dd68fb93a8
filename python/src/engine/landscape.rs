//! The objective along lines through theta.

use super::PyEngine;
use crate::carrier::Held;
use crate::failure::{self, OrException};
use crate::settings::Estimate;
use crate::task::PyTask;
use crate::work;
use mollify::engine::distributed::Gathered;
use mollify::error::PartsError;
use mollify::estimate::landscape::{self, Axis, Direction, Document};
use mollify::estimate::{Settings, distributed};
use mollify::{Error, Task};
use numpy::{PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;
use std::time::Instant;

/// Where it goes.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct Ways {
    coordinates: Vec<u64>,
    /// `gradient`, or a vector.
    direction: Option<Along>,
    ranges: Vec<(f64, f64)>,
    points: Option<usize>,
}

/// What all of theta moves along.
#[derive(FromPyObject)]
enum Along {
    Named(String),
    Vector(Vec<f64>),
}

/// The document, the exception of a signal meanwhile, and the positions along each axis.
type Found<'py> = (String, Option<Py<PyAny>>, Vec<Bound<'py, PyArray1<f64>>>);

#[pymethods]
impl PyEngine {
    /// The document of `mollify landscape`.
    fn landscape<'py>(
        &self,
        py: Python<'py>,
        task: &PyTask,
        theta: PyReadonlyArray1<'py, f64>,
        settings: Estimate,
        way: Ways,
    ) -> PyResult<Found<'py>> {
        let task = &task.0;
        let settings = settings.settings(task).or_exception(py)?;
        let theta = theta.as_array().to_vec();
        let made = |held: &mut Held| {
            let started = Instant::now();
            let mut gathered = way.gather(held, task, &theta, &settings)?;
            let engine: &mut dyn mollify::Engine = match &mut gathered {
                Some(known) => known,
                None => held.engine(),
            };
            let gradient = || {
                let mixed = landscape::estimate_at(engine, task, &theta, &settings)?;
                Ok(mixed.gradient.as_slice().to_vec())
            };
            let axes = way.axes(task, &theta, gradient)?;
            let seen = landscape::visit(engine, task, &theta, &settings, &axes, &mut |_| ())?;
            let seconds = started.elapsed().as_secs_f64();
            let at = (task, &theta[..]);
            let document = Document::of(engine, at, &settings, &axes, &seen, seconds);
            let positions: Vec<Vec<f64>> = axes.iter().map(|a| a.positions.clone()).collect();
            Ok((serde_json::to_string(&document), positions))
        };
        let ((document, positions), signal) = self.work_held(py, task.model(), made)?;
        let document = document.map_err(|e| failure::internal(py, &e.to_string()))?;
        let positions = positions.into_iter().map(|p| PyArray1::from_vec(py, p));
        Ok((document, work::stop(py, signal), positions.collect()))
    }
}

impl Ways {
    /// All that the points ask of workers, in few rounds; none where the settings are not cut so, and each batch goes on its own.
    fn gather(
        &self,
        held: &mut Held,
        task: &Task,
        theta: &[f64],
        settings: &Settings,
    ) -> mollify::Result<Option<Gathered>> {
        if distributed::questions(task, theta, settings, 0).is_err() {
            return Ok(None);
        }
        let mut next = |known: &mut Gathered| {
            let axes = self.axes(task, theta, || {
                let mixed = landscape::estimate_at(known, task, theta, settings)?;
                Ok(mixed.gradient.as_slice().to_vec())
            });
            match axes {
                Err(Error::Parts(PartsError::Unanswered)) => {
                    distributed::next(known, task, theta, settings, 0)
                }
                axes => landscape::next(known, task, theta, settings, &axes?),
            }
        };
        held.gather(task, &mut next)
    }

    /// `gradient` is asked for only where it is needed, and everything else fits.
    fn axes(
        &self,
        task: &Task,
        theta: &[f64],
        gradient: impl FnOnce() -> mollify::Result<Vec<f64>>,
    ) -> mollify::Result<Vec<Axis>> {
        let axes = self
            .direction
            .as_ref()
            .map_or(self.coordinates.len(), |_| 1);
        let points = self.points.unwrap_or(landscape::usual_points(axes));
        let direction = match &self.direction {
            None => {
                return landscape::coordinates(
                    task,
                    theta,
                    &self.coordinates,
                    &self.ranges,
                    points,
                );
            }
            Some(Along::Vector(v)) => Direction::Given(v.clone()),
            Some(Along::Named(name)) if name == "ones" => Direction::Ones,
            Some(Along::Named(_)) => {
                landscape::check(&self.ranges, points, 1)?;
                Direction::Gradient(gradient()?)
            }
        };
        Ok(vec![landscape::along(
            task,
            direction,
            &self.ranges,
            points,
        )?])
    }
}
