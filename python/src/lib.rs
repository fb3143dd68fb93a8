//! The compiled part of the Python package: what it takes and gives is what `python/mollify` makes objects of.
//!
//! Documents come as the JSON text of the command line, numbers in bulk as arrays.

mod build;
mod callback;
mod carrier;
mod continuity;
mod devices;
mod document;
mod engine;
mod failure;
mod settings;
mod task;
mod work;

use pyo3::prelude::*;

/// The compiled part of `mollify`.
#[pymodule]
fn _mollify(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<task::PyTask>()?;
    module.add_class::<engine::PyEngine>()?;
    module.add_class::<build::PyBuilder>()?;
    module.add_class::<build::PyRecording>()?;
    module.add_class::<build::PyRepeat>()?;
    module.add_class::<build::PyValue>()?;
    module.add_class::<build::PyMask>()?;
    module.add_function(pyo3::wrap_pyfunction!(devices::devices, module)?)?;
    module.add_function(pyo3::wrap_pyfunction!(continuity::continuity, module)?)?;
    module.add(
        "tasks",
        mollify::systems::ALL
            .iter()
            .map(|(name, _)| *name)
            .collect::<Vec<_>>(),
    )?;
    Ok(())
}
