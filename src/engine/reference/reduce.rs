//! The twin of `shaders/reduce.wgsl`: from samples to moments.

use super::rollout::Trajectory;
use crate::engine::moments::{Moments, Offender};

/// Adds one sample. `first_order` is empty if it is not wanted.
///
/// `baseline` is b - f(theta, 0), and g₀ = (f - b) score = (deviation - baseline) score.
pub fn add_sample(
    moments: &mut Moments,
    sample: u64,
    trajectory: &Trajectory,
    first_order: &[f64],
    baseline: f64,
) {
    if let Some(time) = trajectory.nonfinite {
        moments.nonfinite.add(Offender { sample, time });
        return;
    }
    let weight = trajectory.deviation - baseline;
    let first_order = first_order.iter().copied().chain(std::iter::repeat(0.0));
    let zeroth_order = trajectory.score.iter().map(|score| weight * score);
    moments.add(trajectory.deviation, first_order.zip(zeroth_order));
}
