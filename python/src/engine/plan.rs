//! Plans through quasi-dynamic contact.

use super::PyEngine;
use crate::callback::tell;
use crate::document::text;
use crate::failure::OrException;
use crate::settings::named;
use crate::task::PyTask;
use crate::work;
use mollify::Task;
use mollify::error::Named;
use mollify::plan::document::Document;
use mollify::plan::rrt::{self, Problem, Tree};
use mollify::plan::{self, Asked, Beside, Linearizer, Method, Planner, Scenario};
use mollify::systems::with_known;
use numpy::PyArray1;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::time::Instant;

/// Each setting, none for the default of the method.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct Wanted {
    method: Option<String>,
    goal: Vec<(String, f64)>,
    /// Coordinates that were told where to start.
    started: Vec<String>,
    commands: Option<Vec<f64>>,
    gradient: Option<String>,
    iterations: Option<u64>,
    reach: Option<f64>,
    step: Option<f64>,
    trust_region: Option<String>,
    state_jacobian: Option<String>,
    kappa: Vec<f64>,
    length: Vec<f64>,
    sigma: Option<f64>,
    samples: Option<u64>,
    tolerance: Option<f64>,
    nodes: Option<u64>,
    regularization: Option<f64>,
    goal_probability: Option<f64>,
    regrasp_probability: Option<f64>,
    threshold: Option<f64>,
    metric: Option<String>,
    extension: Option<String>,
    ablation: Option<String>,
    batch: Option<u64>,
    seed: u64,
    has_engine: bool,
}

fn choice<T: Named>(name: &Option<String>) -> mollify::Result<Option<T>> {
    name.as_deref().map(T::from_name).transpose()
}

impl Wanted {
    fn asked(&self) -> mollify::Result<Asked> {
        let asked = Asked {
            planner: named(self.method.as_deref(), Planner::default())?,
            gradient: choice(&self.gradient)?,
            iterations: self.iterations,
            reach: self.reach,
            step: self.step,
            trust_region: choice(&self.trust_region)?,
            state_jacobian: choice(&self.state_jacobian)?,
            kappa: self.kappa.clone(),
            length: self.length.clone(),
            sigma: self.sigma,
            samples: self.samples,
            tolerance: self.tolerance,
            nodes: self.nodes,
            regularization: self.regularization,
            goal_probability: self.goal_probability,
            regrasp_probability: self.regrasp_probability,
            threshold: self.threshold,
            metric: choice(&self.metric)?,
            extension: choice(&self.extension)?,
            ablation: choice(&self.ablation)?,
            batch: self.batch,
            seed: self.seed,
        };
        asked.check(Beside {
            commands: self.commands.is_some(),
            engine: self.has_engine,
            ..Beside::default()
        })?;
        Ok(asked)
    }

    fn problem(&self, task: &Task) -> mollify::Result<Problem> {
        let mut problem = Problem::published(task)?;
        for name in &self.started {
            problem = problem.started_at(task, name);
        }
        for (name, value) in &self.goal {
            problem = problem.with_goal(task, name, *value)?;
        }
        Ok(problem)
    }
}

/// The document; the exception of a signal meanwhile; and of a tree, its nodes.
type Found<'py> = (String, Option<Py<PyAny>>, Option<Bound<'py, PyDict>>);

#[pymethods]
impl PyEngine {
    /// The document of `mollify plan`. The callback gets the JSON of each iteration; true from it stops.
    fn plan<'py>(
        &self,
        py: Python<'py>,
        task: &PyTask,
        wanted: Wanted,
        callback: Option<Py<PyAny>>,
    ) -> PyResult<Found<'py>> {
        let asked = wanted.asked().or_exception(py)?;
        match asked.planner {
            Planner::Rrt => self.tree(py, &task.0, &wanted, &asked, callback),
            Planner::Commands(method) => {
                self.commands(py, &task.0, &wanted, (&asked, method), callback)
            }
        }
    }
}

impl PyEngine {
    fn commands<'py>(
        &self,
        py: Python<'py>,
        task: &Task,
        wanted: &Wanted,
        (asked, method): (&Asked, Method),
        callback: Option<Py<PyAny>>,
    ) -> PyResult<Found<'py>> {
        let mut task = task.clone();
        for (name, value) in &wanted.goal {
            task = plan::with_goal(task, name, *value).or_exception(py)?;
        }
        let mut scenario = Scenario::of(&task).map_err(with_known).or_exception(py)?;
        if let Some(commands) = &wanted.commands {
            scenario = scenario.with_initial_commands(commands).or_exception(py)?;
        }
        let options = asked.options(method, &scenario).or_exception(py)?;
        options.check(&scenario).or_exception(py)?;
        let (kind, adapter, _) = self.choice.kind().or_exception(py)?;
        let mut linearizer = Linearizer::new(kind, adapter);
        let started = Instant::now();
        let interrupt = &self.interrupt;
        let mut failed = None;
        let told = &mut failed;
        let planned = || {
            let mut observe = |iteration: &plan::Iteration| {
                let Some(callback) = &callback else { return };
                tell(callback, iteration, interrupt, told);
            };
            plan::plan(
                &scenario,
                &options,
                &mut linearizer,
                interrupt,
                &mut observe,
            )
        };
        let (found, signal) = self.work_alone(py, planned)?;
        if let Some(error) = failed {
            return Err(error);
        }
        let seconds = started.elapsed().as_secs_f64();
        let document = Document::of(&scenario, &options, kind, &found, seconds);
        Ok((text(py, &document)?, work::stop(py, signal), None))
    }

    fn tree<'py>(
        &self,
        py: Python<'py>,
        task: &Task,
        wanted: &Wanted,
        asked: &Asked,
        callback: Option<Py<PyAny>>,
    ) -> PyResult<Found<'py>> {
        if callback.is_some() {
            return Err(PyValueError::new_err(
                "callback is given, but must be left out with method 'rrt', which has no iterations",
            ));
        }
        let problem = wanted.problem(task).map_err(with_known).or_exception(py)?;
        let settings = asked.tree(task).or_exception(py)?;
        let task = problem.task_with_goal(task.clone()).or_exception(py)?;
        task.check_parameters().or_exception(py)?;
        let started = Instant::now();
        let interrupt = &self.interrupt;
        let grow = || rrt::grow(&task, &problem, &settings, interrupt, &mut |_| ());
        let (tree, signal) = self.work_alone(py, grow)?;
        let seconds = started.elapsed().as_secs_f64();
        let document = rrt::document::Document::of(&task, &problem, &settings, &tree, seconds);
        Ok((
            text(py, &document.or_exception(py)?)?,
            work::stop(py, signal),
            Some(nodes(py, &task, &tree)?),
        ))
    }
}

/// Configurations, parents (-1 for none), and the commands that lead to nodes (NaN for none), each in one list.
fn nodes<'py>(py: Python<'py>, task: &Task, tree: &Tree) -> PyResult<Bound<'py, PyDict>> {
    let none = vec![f64::NAN; task.model().control_size()];
    let states = tree.nodes.iter().flat_map(|n| n.q.clone()).collect();
    let command = |n: &rrt::Node| n.command.clone().unwrap_or_else(|| none.clone());
    let commands = tree.nodes.iter().flat_map(command).collect();
    let parent = |n: &rrt::Node| n.parent.map_or(-1, |p| p as i64);
    let parents = tree.nodes.iter().map(parent).collect();
    let dict = PyDict::new(py);
    dict.set_item("states", PyArray1::from_vec(py, states))?;
    dict.set_item("commands", PyArray1::from_vec(py, commands))?;
    dict.set_item("parents", PyArray1::from_vec(py, parents))?;
    Ok(dict)
}
