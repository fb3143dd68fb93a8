//! A receding horizon.

use super::PyEngine;
use crate::callback::tell;
use crate::failure::{self, OrException};
use crate::settings::named;
use crate::task::PyTask;
use crate::work;
use mollify::Task;
use mollify::control::document::Document;
use mollify::control::{Disturbance, Options, Refinement, Replanning, Tail};
use mollify::solve::Kind;
use numpy::PyReadonlyArray1;
use pyo3::prelude::*;

/// What is asked, none for the default.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct Horizon {
    steps: u64,
    replan: u64,
    rollouts: u64,
    method: Option<String>,
    iterations: Option<u32>,
    refine: u32,
    rate: Option<f64>,
    tail: Option<String>,
    plant: Vec<(String, f64)>,
    disturb: Vec<(String, f64)>,
    seed: u64,
}

impl Horizon {
    fn plant(&self, plan: &Task) -> mollify::Result<Task> {
        let set = |task: Task, (name, value): &(String, f64)| task.with_parameter(name, *value);
        self.plant.iter().try_fold(plan.clone(), set)
    }

    fn options(&self, plan: &Task) -> mollify::Result<Options> {
        let disturbance =
            |(name, deviation): &(String, f64)| Disturbance::named(plan, name, *deviation);
        let disturbances = self.disturb.iter().map(disturbance);
        let kind = named(self.method.as_deref(), Kind::TrustRegion)?;
        let whole = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        let mut options = Options::of(plan, kind, self.rollouts)?
            .with_steps(whole(self.steps))
            .with_replan(whole(self.replan))
            .with_tail(named(self.tail.as_deref(), Tail::default())?)
            .with_disturbances(disturbances.collect::<mollify::Result<_>>()?)
            .with_seed(self.seed);
        if let Some(iterations) = self.iterations {
            options = options.with_iterations(iterations);
        }
        if self.refine > 0 {
            options = options.with_refinement(Refinement {
                steps: self.refine,
                rate: self.rate,
            });
        }
        Ok(options)
    }
}

/// The document, and the exception of a signal meanwhile.
type Found = (String, Option<Py<PyAny>>);

#[pymethods]
impl PyEngine {
    /// The document of `mollify control`. The callback gets the JSON of each plan; true from it stops.
    fn control<'py>(
        &self,
        py: Python<'py>,
        task: &PyTask,
        theta: PyReadonlyArray1<'py, f64>,
        horizon: Horizon,
        callback: Option<Py<PyAny>>,
    ) -> PyResult<Found> {
        let plan = &task.0;
        let plant = horizon.plant(plan).or_exception(py)?;
        let options = horizon.options(plan).or_exception(py)?;
        options.check(plan, &plant).or_exception(py)?;
        let start = theta.as_array().to_vec();
        let interrupt = self.interrupt.clone();
        let mut failed = None;
        let told = &mut failed;
        let run = |engine: &mut dyn mollify::Engine| {
            let mut observe = |replanning: &Replanning| {
                let Some(callback) = &callback else { return };
                tell(callback, replanning, &interrupt, told);
            };
            let run = mollify::control::control(
                engine,
                plan,
                &plant,
                &start,
                &options,
                &interrupt,
                &mut observe,
            )?;
            let document = Document::of(engine, plan, &plant, &options, &run);
            Ok(serde_json::to_string(&document))
        };
        let (document, signal) = self.work(py, plan.model(), run)?;
        if let Some(error) = failed {
            return Err(error);
        }
        let document = document.map_err(|e| failure::internal(py, &e.to_string()))?;
        Ok((document, work::stop(py, signal)))
    }
}
