//! The confidence radius of the zeroth order: its formula, and how often it holds what it promises.

use super::engines::{batch, reference, task};
use super::settings;
use mollify::alpha::{Rule, Statistics, confidence_radius};
use mollify::engine::{Batch, Engine, Wanted};
use mollify::estimate::{Settings, mix};
use mollify::task::Task;

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
    };
    // L = ln(8/0.02) = 5.991465; √(2·3·L/200) = 0.423963; 2·5·L/600 = 0.099858.
    let (variance, bound) = confidence_radius(&statistics, 0.02);
    assert!((variance - 0.423_963).abs() < 1e-6, "{variance}");
    assert!((bound - 0.099_858).abs() < 1e-6, "{bound}");
}

/// The share of batches whose zeroth-order mean lies within the radius of the truth.
fn coverage(task: &Task, theta: f64, failure_probability: f64) -> f64 {
    const BATCHES: u32 = 1500;
    const SAMPLES: u64 = 640;
    let model = task.model();
    let form = model.closed_form(task.parameters(), &[theta], task.sigma(), 0.0);
    let truth = form.expect("a closed form").gradient[0];
    let mut engine = reference();
    let settings = Settings {
        failure_probability,
        ..settings(Rule::Aobg, 1.0, SAMPLES)
    };
    let within = (0..BATCHES).filter(|&iteration| {
        let batch = Batch {
            iteration,
            wanted: Wanted::ZerothOrder,
            ..batch(SAMPLES, 31)
        };
        let m = engine.moments(task, &[theta], &batch).expect("moments");
        let mixed = mix(&m, None, &settings, Wanted::ZerothOrder);
        (mixed.zeroth_order.gradient[0] - truth).abs() <= mixed.choice.confidence_radius
    });
    within.count() as f64 / f64::from(BATCHES)
}

#[test]
fn radius_covers_as_often_as_promised_and_the_published_one_does_not() {
    for (task, theta) in [
        (task("heaviside", 1, 0.13, &[("threshold", 0.17)]), 0.24),
        (task("heaviside", 1, 0.1, &[]), 0.0),
        (task("relu", 1, 0.1, &[]), 0.05),
        (task("relu", 1, 0.2, &[("left_slope", -0.7)]), -0.1),
    ] {
        let (default, published) = (coverage(&task, theta, 0.05), coverage(&task, theta, 0.95));
        println!(
            "{} at {theta}: {default}, published {published}",
            task.name()
        );
        assert!(default >= 0.95, "{} at {theta}: {default}", task.name());
        // 0.95 as a failure probability promises next to nothing.
        assert!(
            (0.70..0.90).contains(&published),
            "{} at {theta}: {published}",
            task.name()
        );
    }
}
