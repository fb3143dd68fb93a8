//! Callbacks while work is going on.

use crate::document::text;
use mollify::Interrupt;
use pyo3::prelude::*;
use serde::Serialize;

/// Tells a callback how far the work is. True from it, or an exception, stops the work; the first exception is kept.
pub fn tell(
    callback: &Py<PyAny>,
    progress: &impl Serialize,
    interrupt: &Interrupt,
    failed: &mut Option<PyErr>,
) {
    let answer = Python::attach(|py| {
        let answer = callback.call1(py, (text(py, progress)?,))?;
        answer.bind(py).is_truthy()
    });
    match answer {
        Ok(false) => return,
        Ok(true) => {}
        Err(error) => {
            failed.get_or_insert(error);
        }
    }
    interrupt.set();
}
