//! Samples one by one.

use super::PyEngine;
use crate::task::PyTask;
use mollify::Task;
use mollify::engine::nominal::finite_nominal;
use mollify::engine::reference::rollout::{Trajectory, replay};
use mollify::engine::{Batch, Sample};
use numpy::{PyArray1, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use rayon::prelude::*;

/// Samples in full, each quantity of all samples in one list.
#[derive(Default)]
struct Samples {
    value_at_theta: f64,
    costs: Vec<f64>,
    baselines: Vec<f64>,
    noise: Vec<f64>,
    scores: Vec<f64>,
    first_order: Vec<f64>,
    parameters: Vec<f64>,
    states: Vec<f64>,
    controls: Vec<f64>,
    nonfinite: Vec<i64>,
}

impl Samples {
    fn of(task: &Task, theta: &[f64], value_at_theta: f64, samples: &[Sample]) -> Self {
        let runs: Vec<Trajectory> = samples
            .par_iter()
            .map(|sample| replay(task, theta, sample))
            .collect();
        let mut all = Self {
            value_at_theta,
            ..Self::default()
        };
        // What shapes the system stands behind its own states and parameters, and is none of them.
        let (n, own) = (task.model().state_size(), task.system().state_size());
        let known = task.system().parameters().len();
        let m = task.model().control_size().max(1);
        for (sample, run) in samples.iter().zip(&runs) {
            all.costs.push(value_at_theta + sample.deviation);
            all.baselines.push(value_at_theta + sample.baseline);
            all.noise.extend(&sample.noise);
            all.scores.extend(&sample.score);
            all.first_order.extend(&sample.first_order);
            all.parameters.extend(&sample.parameters[..known]);
            let states = run.states.chunks(n.max(1));
            all.states
                .extend(states.flat_map(|x| &x[..own.min(x.len())]));
            let controls = run.controls.chunks(m);
            all.controls.extend(controls.flat_map(|u| task.applied(u)));
            all.nonfinite.push(sample.nonfinite.map_or(-1, i64::from));
        }
        all
    }

    fn into_dict(self, py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
        let dict = PyDict::new(py);
        dict.set_item("value_at_theta", self.value_at_theta)?;
        for (name, values) in [
            ("costs", self.costs),
            ("baselines", self.baselines),
            ("noise", self.noise),
            ("scores", self.scores),
            ("first_order", self.first_order),
            ("parameters", self.parameters),
            ("states", self.states),
            ("controls", self.controls),
        ] {
            dict.set_item(name, PyArray1::from_vec(py, values))?;
        }
        dict.set_item("nonfinite", PyArray1::from_vec(py, self.nonfinite))?;
        Ok(dict)
    }
}

#[pymethods]
impl PyEngine {
    /// The samples `first`, `first + 1`, ... of an estimate of that seed and iteration, one by one.
    #[allow(
        clippy::too_many_arguments,
        reason = "they are the keywords of the Python function"
    )]
    fn rollout<'py>(
        &self,
        py: Python<'py>,
        task: &PyTask,
        theta: PyReadonlyArray1<'py, f64>,
        samples: u64,
        first: u64,
        seed: u64,
        iteration: u32,
    ) -> PyResult<Bound<'py, PyDict>> {
        let theta = theta.as_array().to_vec();
        let task_of = &task.0;
        let found = self.whole(py, task, |engine| {
            let mut batch = Batch::new(first.saturating_add(samples), seed);
            batch.iteration = iteration;
            batch.check_count()?;
            let value = finite_nominal(task_of, &theta)?.cost;
            let all = engine.samples(task_of, &theta, &batch, first..first + samples)?;
            Ok(Samples::of(task_of, &theta, value, &all))
        })?;
        found.into_dict(py)
    }

    /// f of every row of `thetas`, without noise; NaN where it is not finite.
    fn costs<'py>(
        &self,
        py: Python<'py>,
        task: &PyTask,
        thetas: PyReadonlyArray2<'py, f64>,
        seed: u64,
    ) -> PyResult<Bound<'py, PyArray1<f64>>> {
        let rows = thetas.as_array();
        let thetas: Vec<Vec<f64>> = rows.outer_iter().map(|row| row.to_vec()).collect();
        let task_of = &task.0;
        let costs = self.whole(py, task, |engine| {
            let Some(center) = thetas.first() else {
                return Ok(Vec::new());
            };
            let batch = Batch::new(thetas.len() as u64, seed);
            let at_center = finite_nominal(task_of, center)?.cost;
            let costs = engine.costs(task_of, center, &thetas, &batch)?;
            Ok(costs.into_iter().map(|c| at_center + c).collect())
        })?;
        Ok(PyArray1::from_vec(py, costs))
    }
}
