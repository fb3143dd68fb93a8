//! The adapters of this machine.

use crate::document::text;
use mollify::engine::gpu::{self, AdapterChoice, AdapterReport};
use mollify::engine::open::Choice;
use pyo3::prelude::*;
use serde::Serialize;

#[derive(Serialize)]
struct Devices {
    adapters: Vec<AdapterReport>,
    auto: Auto,
}

/// What `auto` takes.
#[derive(Serialize)]
struct Auto {
    engine: &'static str,
    adapter: Option<String>,
    reason: String,
}

/// Adapters, their limits, and which engine `auto` takes, as JSON.
#[pyfunction]
pub fn devices(py: Python<'_>) -> PyResult<String> {
    let found = py.detach(|| Devices {
        adapters: gpu::adapters(),
        auto: match gpu::adapter(&AdapterChoice::Hardware) {
            Ok(adapter) => Auto {
                engine: "gpu",
                reason: format!("the best hardware GPU, {}", adapter.device_type),
                adapter: Some(adapter.name),
            },
            Err(error) => Auto {
                engine: "cpu",
                adapter: None,
                reason: match Choice::default().kind() {
                    Ok((_, _, Some(reason))) => reason,
                    _ => error.to_string(),
                },
            },
        },
    });
    text(py, &found)
}
