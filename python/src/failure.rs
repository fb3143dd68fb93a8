//! From errors of the library to exceptions: `ValueError` for what was told wrong, `mollify.Error` for a run that failed.

use mollify::Error;
use pyo3::exceptions::{PyKeyboardInterrupt, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyType};

/// The class `mollify.Error`.
fn class(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    CLASS.import(py, "mollify._errors", "Error")
}

/// The exception of an error of the library.
pub fn exception(py: Python<'_>, error: &Error) -> PyErr {
    match error {
        Error::Interrupted => PyKeyboardInterrupt::new_err(()),
        error if error.is_of_the_run() => {
            of_a_run(py, &error.to_string(), error).unwrap_or_else(|other| other)
        }
        error => PyValueError::new_err(error.to_string()),
    }
}

/// A failure of our own: what must not happen, as an exception that `except Exception` catches.
pub fn internal(py: Python<'_>, message: &str) -> PyErr {
    let text = format!("an internal error: {message}; please report it");
    let built = class(py).and_then(|class| class.call1((text,)));
    built.map_or_else(|error| error, PyErr::from_value)
}

/// The exception of a failed run, with the fields of its error.
fn of_a_run(py: Python<'_>, text: &str, error: &Error) -> PyResult<PyErr> {
    let fields = PyDict::new(py);
    match error {
        Error::NonFinite {
            task,
            count,
            samples,
            sample,
            time,
            seed,
            ..
        } => {
            fields.set_item("task", task)?;
            fields.set_item("count", count)?;
            fields.set_item("samples", samples)?;
            fields.set_item("sample", sample)?;
            fields.set_item("time", time)?;
            fields.set_item("seed", seed)?;
        }
        Error::NonFiniteNominal { task, time, .. } => {
            fields.set_item("task", task)?;
            fields.set_item("time", time)?;
        }
        _ => {}
    }
    Ok(PyErr::from_value(class(py)?.call((text,), Some(&fields))?))
}

/// For `?` on results of the library.
pub trait OrException<T> {
    /// The value, or the exception of its error.
    fn or_exception(self, py: Python<'_>) -> PyResult<T>;
}

impl<T> OrException<T> for mollify::Result<T> {
    fn or_exception(self, py: Python<'_>) -> PyResult<T> {
        self.map_err(|error| exception(py, &error))
    }
}
