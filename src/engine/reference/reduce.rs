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
    moments.count += 1;
    let n = moments.count as f64;
    moments.deviation.add(n, trajectory.deviation);
    if moments.coordinates.is_empty() {
        return;
    }
    let weight = trajectory.deviation - baseline;
    let squares = trajectory.score.iter().map(|s| s * s);
    let norm = weight.abs() * squares.sum::<f64>().sqrt();
    moments.largest_zeroth_order = moments.largest_zeroth_order.max(norm);
    for (i, c) in moments.coordinates.iter_mut().enumerate() {
        let first = first_order.get(i).copied().unwrap_or(0.0);
        c.add(n, first, weight * trajectory.score[i]);
    }
}
