//! The adapters of this machine, and which engine a run takes that asks for none.

use crate::engine::gpu::{self, AdapterChoice, AdapterReport};
use crate::engine::open::why_not;
use serde::Serialize;

/// What there is to compute on.
#[derive(Clone, Debug, Serialize)]
pub struct Devices {
    /// GPUs and software stand-ins for them, with their limits.
    pub adapters: Vec<AdapterReport>,
    /// What [`Choice`](crate::engine::open::Choice) takes if nothing is asked for.
    pub auto: Auto,
}

/// An engine, its adapter if it has one, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Auto {
    /// `gpu` or `cpu`
    pub engine: &'static str,
    /// The name of the adapter.
    pub adapter: Option<String>,
    /// Why it is taken.
    pub reason: String,
}

impl Devices {
    /// Those of this machine.
    pub fn here() -> Self {
        let auto = match gpu::adapter(&AdapterChoice::Hardware) {
            Ok(adapter) => Auto {
                engine: "gpu",
                reason: format!("the best hardware GPU, {}", adapter.device_type),
                adapter: Some(adapter.name),
            },
            Err(error) => Auto {
                engine: "cpu",
                adapter: None,
                reason: why_not(error).unwrap_or_else(|error| error.to_string()),
            },
        };
        Self {
            adapters: gpu::adapters(),
            auto,
        }
    }
}
