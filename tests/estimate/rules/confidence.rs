//! The confidence radius of the zeroth order: its formula, and how often it holds what it promises.

use super::settings;
use crate::engines::{batch, reference, task};
use mollify::engine::{Batch, Engine, Wanted};
use mollify::estimate::alpha::{Rule, Statistics, confidence_radius};
use mollify::estimate::mix;
use mollify::system::task::Task;

#[test]
fn radius_is_the_bernstein_bound() {
    let statistics = Statistics {
        samples: 200,
        dimension: 7,
        first_variance: 99.0,
        zeroth_variance: 3.0,
        covariance: 99.0,
        bias: 99.0,
        bound: 5.0,
        poincare: None,
        coordinates: &[],
    };
    // L = ln(8/0.02) = 5.991465; √(2·3·L/200) = 0.423963; 2·5·L/600 = 0.099858.
    let (variance, bound) = confidence_radius(&statistics, 0.02);
    assert!((variance - 0.423_963).abs() < 1e-6, "{variance}");
    assert!((bound - 0.099_858).abs() < 1e-6, "{bound}");
}

/// The shares of batches whose zeroth-order mean lies within the radius of the truth: with R and v₀ of the batch for the
/// default and the published failure probability, then with v₀ from the closed form and R given.
fn coverage(task: &Task, theta: f64, bound: f64) -> [f64; 3] {
    const BATCHES: u32 = 1500;
    const SAMPLES: u64 = 640;
    let exact = |b| {
        let form = task
            .model()
            .closed_form(task.parameters(), &[theta], task.sigma(), b);
        form.expect("a closed form")
    };
    let mut engine = reference();
    let mut within = [0; 3];
    for iteration in 0..BATCHES {
        let batch = Batch {
            iteration,
            wanted: Wanted::ZerothOrder,
            ..batch(SAMPLES, 31)
        };
        let m = engine.moments(task, &[theta], &batch).expect("moments");
        let form = exact(m.nominal);
        let radius = |failure_probability| {
            let settings =
                settings(Rule::Aobg, 1.0, SAMPLES).with_failure_probability(failure_probability);
            mix(&m, None, &settings, Wanted::ZerothOrder, None)
                .choice
                .confidence_radius
        };
        let known = Statistics {
            samples: SAMPLES,
            dimension: 1,
            first_variance: 0.0,
            zeroth_variance: form.zeroth_order_variance.expect("a closed form"),
            covariance: 0.0,
            bias: 0.0,
            bound,
            poincare: None,
            coordinates: &[],
        };
        let (variance, rest) = confidence_radius(&known, 0.05);
        let off = (m.coordinates[0].zeroth_order.mean - form.gradient[0]).abs();
        for (count, radius) in within
            .iter_mut()
            .zip([radius(0.05), radius(0.95), variance + rest])
        {
            *count += u32::from(off <= radius);
        }
    }
    within.map(|count| f64::from(count) / f64::from(BATCHES))
}

#[test]
fn radius_covers_as_often_as_promised_and_the_published_one_does_not() {
    // |w| stays below 6σ in all samples drawn here, but for a chance of 2e-9 each. So |g₀| <= 6/σ for a jump by 1, and
    // 36 times the largest slope for relu.
    for (task, theta, bound) in [
        (
            task("heaviside", 1, 0.13, &[("threshold", 0.17)]),
            0.24,
            6.0 / 0.13,
        ),
        (task("heaviside", 1, 0.1, &[]), 0.0, 60.0),
        (task("relu", 1, 0.1, &[]), 0.05, 36.0),
        (task("relu", 1, 0.2, &[("left_slope", -0.7)]), -0.1, 36.0),
    ] {
        let [default, published, known] = coverage(&task, theta, bound);
        let on = format!(
            "{} at {theta}: {default}, published {published}, known {known}",
            task.name()
        );
        println!("{on}");
        assert!(default >= 0.95 && known >= 0.95, "{on}");
        // 0.95 as a failure probability promises next to nothing.
        assert!((0.70..0.90).contains(&published), "{on}");
    }
}
