//! How smooth: a length for people, an energy for the barrier.
//!
//! A contact of compliance W whose bodies would just touch without it is held open by the barrier at s with s = W λ and
//! λ s = μ, so at √(W μ). The smoothing length is √2 times that, the scale of the noise of Student's t with two degrees of
//! freedom that smooths the exact step in the same way:
//!
//!   l = √(2 W μ),   μ = 1/κ = l²/(2 W)
//!
//! κ is the weight of the published code (`log_barrier_weight`, 1/J) and does not depend on the time step except through W.

use crate::number::Scalar;

/// μ in J of a smoothing length l in m for contacts of compliance W in m/N; 0, which is no smoothing, for l = 0.
pub fn energy<S: Scalar>(length: S, compliance: S) -> S {
    length.square() / (compliance * 2.0)
}

/// l in m of the weight κ in 1/J for contacts of compliance W in m/N; 0 for an infinite weight.
pub fn length(weight: f64, compliance: f64) -> f64 {
    (2.0 * compliance / weight).sqrt()
}

/// κ in 1/J of the smoothing length l in m for contacts of compliance W in m/N; infinite for l = 0.
pub fn weight(length: f64, compliance: f64) -> f64 {
    2.0 * compliance / (length * length)
}

/// The largest κ, 1/J, with which many rows are solved in f32: beyond it, smoothing is lost in rounding and steps become NaN.
pub const LARGEST_WEIGHT_IN_F32: f64 = 1e6;

/// The smoothing length in m at that weight.
pub fn shortest_in_f32(compliance: f64) -> f64 {
    length(LARGEST_WEIGHT_IN_F32, compliance)
}
