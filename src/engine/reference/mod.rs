//! The reference engine: f64 twins of the kernels in `shaders/`, same stems and names, made to be read.
//!
//! Its derivatives come from dual numbers, so that it shares no code with the reverse sweep that the GPU runs.

pub mod adjoint;
pub mod engine;
pub mod reduce;
pub mod rollout;

pub use engine::{Again, Drawn, ReferenceEngine, again, drawn};
