//! What tests that need a GPU share: a device, or a skip that is seen, and WGSL functions over many points.
//!
//! Use it with `#[path = "../common/gpu.rs"] mod gpu;`. A software adapter counts as a GPU here.

#![allow(dead_code, reason = "each test binary uses its own part")]

use std::io::Write;

pub use mollify::engine::gpu::selftest::MapValue;
use mollify::engine::gpu::{AdapterChoice, Device};

/// A device, or `None` after saying that `test` was skipped.
///
/// libtest has no notion of a test that skips itself: it will print "ok". So the line
/// `SKIPPED test: reason` goes to the stderr of the process itself, which libtest does not capture,
/// and `scripts/test.sh` counts these lines. With `MOLLIFY_REQUIRE_GPU=1` the test fails instead.
pub fn device_or_skip(test: &str) -> Option<Device> {
    let reason = match Device::open(&AdapterChoice::Any) {
        Ok(device) => return Some(device),
        Err(error) => error.to_string().replace('\n', " "),
    };
    let required = std::env::var("MOLLIFY_REQUIRE_GPU").is_ok_and(|v| v == "1");
    assert!(!required, "MOLLIFY_REQUIRE_GPU=1, but {reason}");
    // One write, so that lines of tests that run at the same time do not mix.
    let line = format!("SKIPPED {test}: {reason}\n");
    std::io::stderr()
        .write_all(line.as_bytes())
        .expect("stderr is open");
    None
}

/// [`mollify::engine::gpu::selftest::run_map`], which panics where it fails.
pub fn run_map<I: MapValue, O: MapValue>(
    device: &Device,
    source: &str,
    function: &str,
    inputs: &[I],
) -> Vec<O> {
    let outputs = mollify::engine::gpu::selftest::run_map(device, source, function, inputs);
    outputs.unwrap_or_else(|e| panic!("{e}"))
}
