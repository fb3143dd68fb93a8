//! The adapters of this machine.

use crate::document::text;
use mollify::engine::devices::Devices;
use pyo3::prelude::*;

/// Adapters, their limits, and which engine `auto` takes, as JSON.
#[pyfunction]
pub fn devices(py: Python<'_>) -> PyResult<String> {
    let found = py.detach(Devices::here);
    text(py, &found)
}
