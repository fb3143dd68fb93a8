//! The WGSL module of a model: the hand-written kernels and the printed system, concatenated.
//!
//! Module scope is free of order in WGSL, so that concatenation is all the composition there is.

use crate::model::Model;

/// The parts in front of and behind the system, in reading order.
const BEFORE: &[&str] = &[
    include_str!("../../shaders/maths.wgsl"),
    include_str!("../../shaders/rng.wgsl"),
    include_str!("../../shaders/plan.wgsl"),
];
const AFTER: &[&str] = &[
    include_str!("../../shaders/open_loop.wgsl"),
    include_str!("../../shaders/rollout.wgsl"),
    include_str!("../../shaders/adjoint.wgsl"),
    include_str!("../../shaders/reduce.wgsl"),
];

/// The exact text that runs for a model; the system comes first, because it is what a reader looks for.
pub fn source(model: &Model) -> String {
    source_with_system(model.wgsl())
}

/// The kernels with any text that fills the contract of `shaders/system.wgsl`.
pub fn source_with_system(system: &str) -> String {
    let parts: Vec<&str> = std::iter::once(system)
        .chain(BEFORE.iter().copied())
        .chain(AFTER.iter().copied())
        .map(str::trim_end)
        .collect();
    parts.join("\n\n") + "\n"
}
