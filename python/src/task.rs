//! A task behind its Python object.

use crate::document::text;
use crate::failure::{self, OrException};
use mollify::error::Named;
use mollify::estimate::linearize::Smoothed;
use mollify::noise::environment::{self, Draw};
use mollify::noise::{Covariance, Distribution, NoiseOn};
use mollify::system::policy::Policy;
use mollify::system::shaping::{Limit, Limiting};
use mollify::system::variant::{Drawn, Parameters};
use mollify::system::{Coordinate, Model, Parameter};
use numpy::{PyArray1, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use serde::Serialize;
use std::path::PathBuf;
use std::sync::Arc;

/// A task: a system with everything that a run of it needs.
#[pyclass(frozen, module = "mollify._mollify", name = "Task")]
#[derive(Clone)]
pub struct PyTask(pub mollify::Task);

/// What is different about a task.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct Changes {
    horizon: Option<usize>,
    sigma: Option<f64>,
    sigmas: Vec<(String, f64, f64)>,
    covariance: Option<Correlated>,
    decide: Vec<String>,
    data: Option<(Vec<f64>, Vec<f64>)>,
    limits: Vec<(Option<String>, f64, f64)>,
    limit_by: Option<String>,
    hold: Option<usize>,
    truncation: Option<u32>,
    risk: Option<String>,
    policy: Option<String>,
    noise: Option<String>,
    noise_on: Option<String>,
    initial: Vec<(String, String)>,
    randomize: Vec<(String, String)>,
    parameters: Vec<(String, f64)>,
}

/// The covariance of noise: a formula, or the rows of a matrix.
#[derive(FromPyObject)]
enum Correlated {
    Formula(String),
    Rows(Vec<Vec<f64>>),
}

impl Correlated {
    fn covariance(&self) -> mollify::Result<Covariance> {
        match self {
            Self::Formula(text) => text.parse(),
            Self::Rows(rows) => Covariance::of_rows(rows),
        }
    }
}

impl Changes {
    fn of(&self, mut task: mollify::Task) -> mollify::Result<mollify::Task> {
        for (name, value) in &self.parameters {
            task = task.with_parameter(name, *value)?;
        }
        for (name, text) in &self.randomize {
            task = task.with_randomized(name, Draw::parse(text, &format!("randomize {name}"))?)?;
        }
        for (name, text) in &self.initial {
            let what = format!("initial {name}");
            let (draw, terms) = environment::parse_initial(text, &what)?;
            task = task.with_initial(name, draw, &terms)?;
        }
        if let Some(noise) = &self.noise {
            task = task.with_distribution(Distribution::from_name(noise)?);
        }
        if let Some(on) = &self.noise_on {
            task = task.with_noise_on(NoiseOn::from_name(on)?);
        }
        if let Some(sigma) = self.sigma {
            task = task.with_sigma(sigma)?;
        }
        if let Some(horizon) = self.horizon {
            task = task.with_horizon(horizon)?;
        }
        if let Some(policy) = &self.policy {
            task = task.with_policy(policy.parse::<Policy>()?)?;
        }
        if let Some(steps) = self.hold {
            task = task.with_policy(Policy::HeldFor { steps })?;
        }
        if !self.decide.is_empty() {
            let names: Vec<&str> = self.decide.iter().map(String::as_str).collect();
            let (states, controls) = self.data.clone().unzip();
            task = task.with_decided(&names, controls, states)?;
            if let Some(sigma) = self.sigma {
                for name in names {
                    task = task.with_control_sigma(name, sigma, sigma)?;
                }
            }
        }
        for (name, first, last) in &self.sigmas {
            task = task.with_control_sigma(name, *first, *last)?;
        }
        if let Some(covariance) = &self.covariance {
            task = task.with_covariance(covariance.covariance()?);
        }
        task.check_noise()?;
        self.shape(task)
    }

    fn shape(&self, mut task: mollify::Task) -> mollify::Result<mollify::Task> {
        let by = self.limit_by.as_deref().map(Limiting::from_name);
        let by = by.transpose()?.unwrap_or_default();
        for (name, low, high) in &self.limits {
            let name = name.as_deref();
            let what = name.map_or("limit".into(), |name| format!("limit of '{name}'"));
            task = task.with_limit(name, Limit::new(*low, *high, by, &what)?)?;
        }
        if let Some(steps) = self.truncation {
            task = task.with_truncation(steps)?;
        }
        if let Some(risk) = &self.risk {
            task = task.with_risk(risk.parse()?);
        }
        Ok(task)
    }
}

/// What a task says of itself.
#[derive(Serialize)]
struct Description<'a> {
    name: &'a str,
    system: Option<String>,
    summary: &'a str,
    source: &'a str,
    state: &'a [Coordinate],
    control: &'a [Coordinate],
    /// With unit, default and meaning.
    known_parameters: &'a [Parameter],
    /// The values in force.
    parameters: Parameters,
    horizon: usize,
    dimension: usize,
    sigma: f64,
    #[serde(flatten)]
    drawn: Drawn,
}

impl<'a> Description<'a> {
    fn of(task: &'a mollify::Task) -> Self {
        let about = task.model().about();
        Self {
            name: task.name(),
            system: task.system_file(),
            summary: &about.summary,
            source: &about.source,
            state: &task.system().about().state,
            control: &about.control,
            known_parameters: task.system().parameters(),
            parameters: Parameters::of(task),
            horizon: task.horizon(),
            dimension: task.dimension(),
            sigma: task.sigma(),
            drawn: Drawn::of(task),
        }
    }
}

#[pymethods]
impl PyTask {
    /// The built-in task of that name.
    #[staticmethod]
    #[pyo3(signature = (name, contact=None))]
    fn find(py: Python<'_>, name: &str, contact: Option<&str>) -> PyResult<Self> {
        Ok(Self(
            mollify::Task::find_with(name, contact).or_exception(py)?,
        ))
    }

    /// The task of a system file.
    #[staticmethod]
    fn read(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let model = py.detach(|| Model::read(&path)).or_exception(py)?;
        Ok(Self(mollify::Task::new(Arc::new(model))))
    }

    /// The task of the text of a system file.
    #[staticmethod]
    fn from_json(py: Python<'_>, text: &str, origin: &str) -> PyResult<Self> {
        let model = py
            .detach(|| Model::from_json(text, origin))
            .or_exception(py)?;
        Ok(Self(mollify::Task::new(Arc::new(model))))
    }

    /// The task of [`PyTask::shipped`].
    #[staticmethod]
    fn of_shipped(py: Python<'_>, text: &str) -> PyResult<Self> {
        let task = py.detach(|| mollify::Task::of_shipped(text));
        Ok(Self(task.or_exception(py)?))
    }

    /// As a text that makes it again in another process.
    fn shipped(&self, py: Python<'_>) -> PyResult<String> {
        self.0.shipped().or_exception(py)
    }

    /// The same with changes.
    fn varied(&self, py: Python<'_>, changes: Changes) -> PyResult<Self> {
        Ok(Self(changes.of(self.0.clone()).or_exception(py)?))
    }

    /// The text of the system file.
    fn system_json(&self, py: Python<'_>) -> PyResult<String> {
        self.0.model().to_json().or_exception(py)
    }

    /// All that is known of it, as JSON.
    fn describe(&self, py: Python<'_>) -> PyResult<String> {
        text(py, &Description::of(&self.0))
    }

    /// H
    #[getter]
    fn horizon(&self) -> usize {
        self.0.horizon()
    }

    /// d
    #[getter]
    fn dimension(&self) -> usize {
        self.0.dimension()
    }

    /// N and M
    #[getter]
    fn sizes(&self) -> (usize, usize) {
        (self.0.system().state_size(), self.0.model().control_size())
    }

    /// The functions and their derivatives at every row of `states` and `controls`, in f64, with these parameters.
    fn evaluate<'py>(
        &self,
        py: Python<'py>,
        parameters: PyReadonlyArray1<'py, f64>,
        states: PyReadonlyArray2<'py, f64>,
        controls: PyReadonlyArray2<'py, f64>,
        times: PyReadonlyArray1<'py, f64>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let model = self.0.system();
        let p = parameters.as_array().to_vec();
        let (states, controls) = (states.as_array(), controls.as_array());
        let (n, m) = (model.state_size(), model.control_size());
        let mut all = vec![Vec::new(); 8];
        let (mut next, mut final_gradient) = (vec![0.0; n], vec![0.0; n]);
        let mut around = model.linearization();
        for ((x, u), time) in states
            .outer_iter()
            .zip(controls.outer_iter())
            .zip(times.as_array())
        {
            let (x, u, time) = (x.to_vec(), u.to_vec(), *time as usize);
            if p.len() != model.parameters().len() || x.len() != n || u.len() != m {
                return Err(failure::internal(py, "the sizes of a step"));
            }
            model.advance(&p, &x, &u, &mut next);
            model.linearize(&p, &x, &u, time, &mut around);
            model.final_cost_gradient(&p, &x, &mut final_gradient);
            all[0].extend(&next);
            all[1].push(model.stage_cost(&p, &x, &u, time));
            all[2].push(model.final_cost(&p, &x));
            all[3].extend(&around.state_jacobian);
            all[4].extend(&around.control_jacobian);
            all[5].extend(&around.state_gradient);
            all[6].extend(&around.control_gradient);
            all[7].extend(&final_gradient);
        }
        let names = [
            "next",
            "stage_cost",
            "final_cost",
            "state_jacobian",
            "control_jacobian",
            "state_gradient",
            "control_gradient",
            "final_gradient",
        ];
        let dict = PyDict::new(py);
        for (name, values) in names.into_iter().zip(all) {
            dict.set_item(name, PyArray1::from_vec(py, values))?;
        }
        Ok(dict)
    }

    /// theta at the start, d values.
    fn start<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        PyArray1::from_vec(py, self.0.start())
    }

    /// x₀ with every draw at its mean, N values.
    fn initial_state<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        PyArray1::from_slice(py, self.0.initial_state())
    }

    /// How many coordinates of the state are the configuration of a quasi-dynamic step; 0 where there is none.
    fn configuration(&self) -> usize {
        let steps = self.0.model().quasi_dynamics();
        steps.map_or(0, |steps| steps.sizes.state)
    }

    /// The commands that keep the robot where it is in a configuration.
    fn holds(&self, py: Python<'_>, state: Vec<f64>) -> PyResult<Vec<f64>> {
        let smoothed = Smoothed::of(&self.0, None, None).or_exception(py)?;
        Ok(smoothed.hold(&state))
    }

    /// What is wrong with the parameters, if anything.
    fn warning(&self) -> Option<String> {
        self.0.warning()
    }
}
