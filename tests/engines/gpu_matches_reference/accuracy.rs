//! A variance is right to 1e-3 even where the mean is ten thousand standard deviations.
//!
//! f32 has 24 bits, so that a value of 1 is known to 6e-8 and a deviation of 1e-4 to about 6e-4 of itself. These
//! cases are such that the deviations themselves survive: slopes that are f32 numbers, or rounding errors that are
//! independent of the deviation and so add only their square, 1e-6, to the variance. What is left is the summation,
//! and sums of squares about zero would give noise here: 1e4² · 6e-8 = 6.

use crate::engines::{MIB, batch, gpu_or_skip, reference, task};
use mollify::engine::Engine;

/// Mean and unbiased variance, in two passes.
fn two_pass(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares = values.iter().map(|x| (x - mean).powi(2));
    (mean, squares.sum::<f64>() / (n - 1.0))
}

fn check(what: &str, found: f64, (mean, variance): (f64, f64), tolerance: f64) {
    let ratio = mean.abs() / variance.sqrt();
    assert!(
        (0.9e4..2e4).contains(&ratio),
        "{what}: the mean is {ratio} standard deviations"
    );
    let error = (found / variance - 1.0).abs();
    println!("{what}: off by {error:.1e}");
    assert!(error <= tolerance, "{what}: {found:e}, not {variance:e}");
}

#[test]
fn variance_survives_a_mean_of_ten_thousand_standard_deviations() {
    const SAMPLES: u64 = 40_003;
    // g1 is 1 or 1 + 2⁻¹³, both f32 numbers; then g1 = k cos ku with a noise of 1e-4 on ku.
    let (left, right) = (1.0, 1.0 + 2.0_f64.powi(-13));
    let slopes = [("left_slope", left), ("right_slope", right)];
    let test = "variance_survives_a_mean_of_ten_thousand_standard_deviations";
    for (task, theta) in [
        (task("relu", 1, 0.3, &slopes), 0.05),
        (task("sine", 1, 5e-5, &[("frequency", 1.7)]), 0.5),
    ] {
        let batch = batch(SAMPLES, 13);
        let samples = reference()
            .samples(&task, &[theta], &batch, 0..SAMPLES)
            .expect("samples");
        let values: Vec<f64> = samples.iter().map(|s| s.first_order[0]).collect();
        let truth = two_pass(&values);
        let found = reference()
            .moments(&task, &[theta], &batch)
            .expect("moments");
        let variance = found.coordinates[0].first_order.variance();
        check(
            &format!("{}, reference", task.name()),
            variance,
            truth,
            1e-8,
        );
        let Some(mut gpu) = gpu_or_skip(test, task.model(), 64 * MIB) else {
            return;
        };
        let found = gpu.moments(&task, &[theta], &batch).expect("moments");
        let variance = found.coordinates[0].first_order.variance();
        check(&format!("{}, gpu", task.name()), variance, truth, 1e-3);
    }
}

/// f(θ + w) - f(c + w) = h (θ² - c²)/2 + h (θ - c) w: its mean over its standard deviation is (θ + c)/(2σ).
#[test]
fn spread_of_a_decrease_survives_a_mean_of_ten_thousand_standard_deviations() {
    const SAMPLES: u64 = 40_003;
    let parameters = [("slope", 0.0), ("curvature", 1.3), ("coupling", 0.0)];
    let task = task("quadratic", 1, 7e-5, &parameters);
    let batch = batch(SAMPLES, 17);
    let (theta, candidate) = (1.0, 0.5);
    let samples = reference()
        .samples(&task, &[theta], &batch, 0..SAMPLES)
        .expect("samples");
    let decrease = |w: f64| 0.65 * ((theta + w).powi(2) - (candidate + w).powi(2));
    let values: Vec<f64> = samples.iter().map(|s| decrease(s.noise[0])).collect();
    let truth = two_pass(&values);
    let candidates = [vec![candidate]];
    let found = reference()
        .decreases(&task, &[theta], &candidates, &batch)
        .expect("decreases");
    check("reference", found[0].spread.variance(), truth, 1e-7);
    let test = "spread_of_a_decrease_survives_a_mean_of_ten_thousand_standard_deviations";
    let Some(mut gpu) = gpu_or_skip(test, task.model(), 64 * MIB) else {
        return;
    };
    let found = gpu
        .decreases(&task, &[theta], &candidates, &batch)
        .expect("decreases");
    check("gpu", found[0].spread.variance(), truth, 1e-3);
}
