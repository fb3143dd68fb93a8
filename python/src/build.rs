//! The builder of systems behind Python objects. A value knows its recording; what is used in another is refused.

use crate::failure::OrException;
use mollify::error::Named;
use mollify::noise::NoiseOn;
use mollify::noise::environment::{Draw, parse_initial};
use mollify::system::builder::{Builder, Mask, Part, Recording, Repeat, Value};
use mollify::system::policy::Policy;
use mollify::system::{Published, Tuned};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use std::sync::{Mutex, PoisonError};

/// A number of a recording.
#[pyclass(frozen, module = "mollify._mollify", name = "Value")]
#[derive(Clone)]
pub struct PyValue(Value);

/// A comparison of two numbers of a recording.
#[pyclass(frozen, module = "mollify._mollify", name = "Mask")]
pub struct PyMask(Mask);

/// A function, or the body of a loop, that is being recorded.
#[pyclass(frozen, module = "mollify._mollify", name = "Recording")]
pub struct PyRecording(Recording);

/// A loop whose body is being recorded.
#[pyclass(frozen, module = "mollify._mollify", name = "Repeat")]
pub struct PyRepeat(Mutex<Option<Repeat>>);

/// A system in the making.
#[pyclass(frozen, module = "mollify._mollify", name = "Builder")]
pub struct PyBuilder(Mutex<Builder>);

fn values(list: &[PyRef<'_, PyValue>]) -> Vec<Value> {
    list.iter().map(|value| value.0.clone()).collect()
}

fn wrapped(list: Vec<Value>) -> Vec<PyValue> {
    list.into_iter().map(PyValue).collect()
}

fn unknown(operation: &str) -> PyErr {
    PyTypeError::new_err(format!("there is no operation '{operation}'"))
}

#[pymethods]
impl PyValue {
    /// An operation of this value alone.
    fn unary(&self, operation: &str) -> PyResult<Self> {
        let x = &self.0;
        Ok(Self(match operation {
            "neg" => x.neg(),
            "abs" => x.abs(),
            "sqrt" => x.sqrt(),
            "sin" => x.sin(),
            "cos" => x.cos(),
            "exp" => x.exp(),
            "ln" => x.ln(),
            "tanh" => x.tanh(),
            "detach" => x.detach(),
            "square" => x.square(),
            other => return Err(unknown(other)),
        }))
    }

    /// An operation of this value and another.
    fn binary(&self, py: Python<'_>, operation: &str, other: &Self) -> PyResult<Self> {
        let (a, b) = (&self.0, &other.0);
        let found = match operation {
            "add" => a.add(b),
            "sub" => a.sub(b),
            "mul" => a.mul(b),
            "div" => a.div(b),
            "max" => a.max(b),
            "min" => a.min(b),
            "atan2" => a.atan2(b),
            "with_derivative_of" => a.with_derivative_of(b),
            "clamp_symmetric" => a.clamp_symmetric(b),
            "safe_divide" => a.safe_divide(b),
            other => return Err(unknown(other)),
        };
        Ok(Self(found.or_exception(py)?))
    }

    /// A comparison with another value.
    fn compare(&self, py: Python<'_>, operation: &str, other: &Self) -> PyResult<PyMask> {
        let (a, b) = (&self.0, &other.0);
        let found = match operation {
            "less" => a.less(b),
            "less_equal" => a.less_equal(b),
            "greater" => a.greater(b),
            "greater_equal" => a.greater_equal(b),
            other => return Err(unknown(other)),
        };
        Ok(PyMask(found.or_exception(py)?))
    }

    /// The same with a label for the printed WGSL.
    fn named(&self, py: Python<'_>, label: &str) -> PyResult<Self> {
        Ok(Self(self.0.named(label).or_exception(py)?))
    }

    /// Whether it is the same node of the same recording.
    fn is_same(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

#[pymethods]
impl PyMask {
    /// Both hold, or at least one.
    fn binary(&self, py: Python<'_>, operation: &str, other: &Self) -> PyResult<Self> {
        let found = match operation {
            "and" => self.0.and(&other.0),
            "or" => self.0.or(&other.0),
            other => return Err(unknown(other)),
        };
        Ok(Self(found.or_exception(py)?))
    }

    /// It does not hold.
    fn negated(&self) -> Self {
        Self(self.0.not())
    }

    /// The first value where it holds, else the second.
    fn select(&self, py: Python<'_>, if_true: &PyValue, if_false: &PyValue) -> PyResult<PyValue> {
        let found = self.0.select(&if_true.0, &if_false.0);
        Ok(PyValue(found.or_exception(py)?))
    }
}

#[pymethods]
impl PyRecording {
    /// What it is, in words.
    #[getter]
    fn title(&self) -> &str {
        self.0.title()
    }

    /// A number.
    fn constant(&self, py: Python<'_>, value: f64) -> PyResult<PyValue> {
        Ok(PyValue(self.0.constant(value).or_exception(py)?))
    }

    /// A truth value.
    fn mask(&self, value: bool) -> PyMask {
        PyMask(self.0.mask(value))
    }

    /// √(Σ vᵢ²), with derivative 0 at v = 0.
    fn norm(&self, py: Python<'_>, list: Vec<PyRef<'_, PyValue>>) -> PyResult<PyValue> {
        Ok(PyValue(self.0.norm(&values(&list)).or_exception(py)?))
    }

    /// An input: of kind `parameter`, `state` or `control`, or `time`.
    fn input(&self, py: Python<'_>, kind: &str, name: &str) -> PyResult<PyValue> {
        let found = match kind {
            "parameter" => self.0.parameter(name),
            "state" => self.0.state(name),
            "control" => self.0.control(name),
            "time" => self.0.time(),
            other => return Err(unknown(other)),
        };
        Ok(PyValue(found.or_exception(py)?))
    }

    /// Begins a loop of fixed count.
    fn repeat(
        &self,
        py: Python<'_>,
        count: u32,
        start: Vec<PyRef<'_, PyValue>>,
        captured: Vec<PyRef<'_, PyValue>>,
    ) -> PyResult<PyRepeat> {
        let found = self.0.repeat(count, &values(&start), &values(&captured));
        Ok(PyRepeat(Mutex::new(Some(found.or_exception(py)?))))
    }
}

impl PyRepeat {
    fn with<T>(&self, look: impl FnOnce(&Repeat) -> T) -> PyResult<T> {
        let guard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        guard.as_ref().map(look).ok_or_else(ended)
    }
}

fn ended() -> PyErr {
    PyValueError::new_err("this loop has ended")
}

#[pymethods]
impl PyRepeat {
    /// The recording of its body.
    fn body(&self) -> PyResult<PyRecording> {
        self.with(|repeat| PyRecording(repeat.body().clone()))
    }

    /// The items before a pass.
    fn items(&self) -> PyResult<Vec<PyValue>> {
        self.with(|repeat| wrapped(repeat.items.clone()))
    }

    /// What was captured.
    fn captured(&self) -> PyResult<Vec<PyValue>> {
        self.with(|repeat| wrapped(repeat.captured.clone()))
    }

    /// Ends the body with the items after a pass; what the loop leaves.
    fn end(&self, py: Python<'_>, items: Vec<PyRef<'_, PyValue>>) -> PyResult<Vec<PyValue>> {
        let mut guard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let repeat = guard.take().ok_or_else(ended)?;
        Ok(wrapped(repeat.end(&values(&items)).or_exception(py)?))
    }
}

impl PyBuilder {
    fn with<T>(&self, change: impl FnOnce(&mut Builder) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Settings of the trust-region descent.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct TunedSettings {
    samples: u64,
    iterations: u32,
    #[pyo3(default)]
    gamma: Option<f64>,
    radius: f64,
}

/// Settings of the descent with steps of fixed length.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct PublishedSettings {
    samples: u64,
    step: f64,
    step_decay: f64,
    iterations: u32,
    gamma: f64,
    bound: f64,
}

fn part(name: &str) -> PyResult<Part> {
    match name {
        "advance" => Ok(Part::Advance),
        "stage_cost" => Ok(Part::StageCost),
        "final_cost" => Ok(Part::FinalCost),
        other => Err(unknown(other)),
    }
}

#[pymethods]
impl PyBuilder {
    #[new]
    fn new(name: &str) -> Self {
        Self(Mutex::new(Builder::new(name)))
    }

    /// Texts and numbers about the system.
    fn describe(&self, summary: &str, source: &str, horizon: usize, sigma: f64, start: f64) {
        self.with(|b| {
            b.summary(summary).source(source);
            b.horizon(horizon).sigma(sigma).start(start);
        });
    }

    /// What is usual for it.
    fn defaults(
        &self,
        py: Python<'_>,
        policy: Option<&str>,
        noise_on: Option<&str>,
    ) -> PyResult<()> {
        let policy = policy
            .map(str::parse::<Policy>)
            .transpose()
            .or_exception(py)?;
        let on = noise_on
            .map(NoiseOn::from_name)
            .transpose()
            .or_exception(py)?;
        self.with(|b| {
            if let Some(policy) = policy {
                b.policy(policy);
            }
            if let Some(on) = on {
                b.noise_on(on);
            }
        });
        Ok(())
    }

    /// Settings of its descents.
    fn settings(&self, tuned: Option<TunedSettings>, published: Option<PublishedSettings>) {
        self.with(|b| {
            if let Some(s) = tuned {
                b.tuned(Tuned {
                    samples: s.samples,
                    iterations: s.iterations,
                    gamma: s.gamma,
                    radius: s.radius,
                });
            }
            if let Some(s) = published {
                b.published(Published {
                    samples: s.samples,
                    step: s.step,
                    step_decay: s.step_decay,
                    iterations: s.iterations,
                    gamma: s.gamma,
                    bound: s.bound,
                });
            }
        });
    }

    /// One more coordinate of the state, and the draw that it starts from.
    fn state(&self, py: Python<'_>, name: &str, unit: &str, initial: &str) -> PyResult<()> {
        let what = format!("initial of '{name}'");
        let (draw, terms) = parse_initial(initial, &what).or_exception(py)?;
        self.with(|b| {
            b.state(name, unit, draw);
            for (earlier, factor) in terms {
                b.term(name, earlier, factor)?;
            }
            Ok(())
        })
        .or_exception(py)
    }

    /// One more coordinate of the control.
    fn control(&self, name: &str, unit: &str) {
        self.with(|b| {
            b.control(name, unit);
        });
    }

    /// One more parameter, and its draw if it has one.
    #[allow(
        clippy::too_many_arguments,
        reason = "they are what a parameter is declared with"
    )]
    fn parameter(
        &self,
        py: Python<'_>,
        name: &str,
        unit: &str,
        default: f64,
        meaning: &str,
        positive: bool,
        draw: Option<&str>,
    ) -> PyResult<()> {
        let what = format!("randomize of '{name}'");
        let draw = draw.map(|text| Draw::parse(text, &what));
        let draw = draw.transpose().or_exception(py)?;
        self.with(|b| {
            b.parameter(name, unit, default, meaning);
            if positive {
                b.positive(name)?;
            }
            if let Some(draw) = draw {
                b.randomized(name, draw)?;
            }
            Ok(())
        })
        .or_exception(py)
    }

    /// Begins a function.
    fn record(&self, name: &str) -> PyResult<PyRecording> {
        let part = part(name)?;
        Ok(PyRecording(self.with(|b| b.record(part))))
    }

    /// Ends a function.
    fn define(
        &self,
        py: Python<'_>,
        recording: &PyRecording,
        outputs: Vec<PyRef<'_, PyValue>>,
    ) -> PyResult<()> {
        let outputs = values(&outputs);
        self.with(|b| b.define(&recording.0, &outputs))
            .or_exception(py)
    }

    /// The text of the system file.
    fn system_json(&self, py: Python<'_>) -> PyResult<String> {
        self.with(|b| b.model().and_then(|model| model.to_json()))
            .or_exception(py)
    }
}
