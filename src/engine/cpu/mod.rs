//! The fast engine without a GPU: the traced operations interpreted over blocks of f32 lanes, on all cores.
//!
//! A lane is a sample. Each function of the system becomes a flat [`program`](program::Program) once per batch, with
//! the parameters folded in; each of its operations runs over [`LANES`](lanes::LANES) lanes before the next, so
//! the cost of interpreting is shared by all of them. The loops over lanes are compiled once for each instruction
//! set, and the widest that the processor has is taken at run time.
//!
//! Noise, operations and sums are those of the shaders, in the same order, and no product is fused with a sum:
//! the result is the same to the bit on every processor and for any number of threads.

mod adjoint;
mod assembly;
mod compile;
mod compiled;
pub mod engine;
mod execute;
mod feedback;
mod fusion;
pub mod lanes;
mod layout;
mod map;
mod pool;
pub mod program;
mod reduce;
mod rollout;
mod samples;
mod segments;
mod strips;
mod ways;

pub use engine::CpuEngine;
pub use map::CpuMap;
