//! Documents of the library on their way to Python: as the JSON text of the command line.

use crate::failure;
use pyo3::prelude::*;
use serde::Serialize;

/// The text of a document.
pub fn text(py: Python<'_>, document: &impl Serialize) -> PyResult<String> {
    serde_json::to_string(document).map_err(|error| failure::internal(py, &error.to_string()))
}
