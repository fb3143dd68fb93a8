//! What tests of the engines share: both engines for a task, batches, and the comparison of a number with its
//! standard error.
//!
//! Use it with `#[path = "../common/engines.rs"] mod engines;`.

#![allow(dead_code, reason = "each test binary uses its own part")]

use std::io::Write;
use std::sync::Arc;

use mollify::engine::cpu::CpuEngine;
use mollify::engine::gpu::{AdapterChoice, GpuEngine};
use mollify::engine::reference::ReferenceEngine;
use mollify::engine::{Batch, Engine, Interrupt};
use mollify::system::model::Model;
use mollify::system::task::Task;

pub const MIB: u64 = 1 << 20;

/// The reference engine.
pub fn reference() -> ReferenceEngine {
    ReferenceEngine::new("a test", Interrupt::default())
}

/// The GPU engine of a model, or `None` after saying that `test` was skipped: see `common/gpu.rs`.
pub fn gpu_or_skip(test: &str, model: &Arc<Model>, memory: u64) -> Option<GpuEngine> {
    let opened = GpuEngine::open(
        &AdapterChoice::Any,
        model,
        memory,
        "a test",
        Interrupt::default(),
    );
    let reason = match opened {
        Ok(engine) => return Some(engine),
        Err(error @ mollify::Error::NoAdapter { .. }) => error.to_string().replace('\n', " "),
        Err(error) => panic!("{error}"),
    };
    let required = std::env::var("MOLLIFY_REQUIRE_GPU").is_ok_and(|v| v == "1");
    assert!(!required, "MOLLIFY_REQUIRE_GPU=1, but {reason}");
    let line = format!("SKIPPED {test}: {reason}\n");
    std::io::stderr()
        .write_all(line.as_bytes())
        .expect("stderr is open");
    None
}

/// The reference and the cpu engine, and the GPU engine where there is an adapter.
pub fn all(test: &str, model: &Arc<Model>) -> Vec<Box<dyn Engine>> {
    let cpu = CpuEngine::new("a test", 256 * MIB, Interrupt::default());
    let mut engines: Vec<Box<dyn Engine>> = vec![Box::new(reference()), Box::new(cpu)];
    if let Some(gpu) = gpu_or_skip(test, model, 256 * MIB) {
        engines.push(Box::new(gpu));
    }
    engines
}

/// Whether one trajectory takes f64 a while, as hundreds of steps of a contact geometry do.
pub fn is_long(task: &Task) -> bool {
    let operations = task.model().functions().advance.operations();
    operations * task.horizon() as u64 > 100_000
}

/// A task with a horizon and parameters of its own.
pub fn task(name: &str, horizon: usize, sigma: f64, parameters: &[(&str, f64)]) -> Task {
    let task = Task::find(name)
        .and_then(|t| t.with_horizon(horizon))
        .and_then(|t| t.with_sigma(sigma))
        .expect(name);
    parameters.iter().fold(task, |task, (parameter, value)| {
        task.with_parameter(parameter, *value).expect(parameter)
    })
}

/// Both estimates from `samples` samples, baseline nominal.
pub fn batch(samples: u64, seed: u64) -> Batch {
    Batch::new(samples, seed)
}

/// Panics unless `found` is within 4 standard errors of `expected`, or within `floor`.
pub fn within_four_standard_errors(
    what: &str,
    found: f64,
    expected: f64,
    std_error: f64,
    floor: f64,
) {
    let off = (found - expected).abs();
    assert!(
        off <= (4.0 * std_error).max(floor),
        "{what}: {found}, not {expected}: {:.1} standard errors of {std_error:e}",
        off / std_error
    );
}
