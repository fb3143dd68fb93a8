//! What engines say of themselves and of single samples.

use serde::Serialize;

/// One sample in full, to look at.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sample {
    /// f - f(theta, 0), the latter with initial state and parameters at their means.
    pub deviation: f64,
    /// The deviation without noise: 0 unless initial state or parameters are random.
    pub baseline: f64,
    /// w
    pub noise: Vec<f64>,
    /// The score that multiplies f - b in the zeroth order, d values.
    pub score: Vec<f64>,
    /// g₁ = ∂f/∂theta, d values
    pub first_order: Vec<f64>,
    /// x₀
    pub initial_state: Vec<f64>,
    /// The parameters of the model.
    pub parameters: Vec<f64>,
    /// The time at which it was first not finite.
    pub nonfinite: Option<u32>,
}

/// What an engine is and what it runs on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EngineReport {
    /// `gpu`, `cpu` or `reference`
    pub engine: &'static str,
    /// The adapter of `gpu`.
    pub adapter: Option<String>,
    /// The driver of the adapter.
    pub driver: Option<String>,
    /// Why `auto` took it, or that it was asked for.
    pub reason: String,
    /// Seconds that compiling shaders has taken so far; none without shaders. No timing of a run includes them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compile_seconds: Option<f64>,
}

/// How a batch will be cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct WorkPlan {
    /// Samples of the largest chunk.
    pub chunk_samples: u64,
    /// Number of chunks at that size.
    pub chunks: u64,
    /// Time steps of a segment: H, unless memory or the adapter ask for less.
    pub segment_steps: u64,
    /// Segments of the horizon.
    pub segments: u64,
    /// Bytes allocated for them.
    pub bytes: u64,
    /// Dispatches of the kernels that are compiled, in all chunks, with a GPU; a task of another policy or noise than the
    /// model's brings in its own with its first batch.
    pub dispatches: u64,
}
