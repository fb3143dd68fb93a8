//! The linear-quadratic regulator: its closed form is the slope of its value, and is what samples average to.

use crate::engines::{batch, reference, within_four_standard_errors as near};
use mollify::engine::Engine;
use mollify::estimate::Estimate;
use mollify::system::ClosedForm;
use mollify::system::policy::Policy;
use mollify::system::task::Task;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// Unit parameters would hide a factor that is missing or in the wrong place.
fn lqr(name: &str, horizon: usize) -> Task {
    let parameters = [
        ("persistence", 0.9),
        ("gain", 1.3),
        ("weight", 0.7),
        ("final_weight", 4.0),
        ("effort", 0.3),
    ];
    crate::engines::task(name, horizon, 0.2, &parameters)
}

fn random_gain(task: &Task, size: f64, rng: &mut StdRng) -> Vec<f64> {
    let one = |_| rng.random_range(-size..size);
    (0..task.dimension()).map(one).collect()
}

fn form(task: &Task, theta: &[f64]) -> ClosedForm {
    task.closed_form(theta, 0.0).expect("a closed form")
}

#[test]
fn closed_form_gradient_is_the_slope_of_the_closed_form_value() {
    const STEP: f64 = 1e-5;
    let mut rng = StdRng::seed_from_u64(1);
    for (name, horizon, size) in [("lqr-2", 7, 0.8), ("lqr-2", 1, 0.8), ("lqr-20", 4, 0.1)] {
        let task = lqr(name, horizon);
        let theta = random_gain(&task, size, &mut rng);
        let found = form(&task, &theta);
        for i in 0..theta.len() {
            let at = |step: f64| {
                let mut moved = theta.clone();
                moved[i] += step;
                form(&task, &moved).value
            };
            let slope = (at(STEP) - at(-STEP)) / (2.0 * STEP);
            // Rounding leaves 1e-16 F/h = 1e-11 F of a difference, the third derivative about h² F.
            let tolerance = 1e-7 * found.gradient[i].abs() + 1e-9 * found.value;
            assert!(
                (found.gradient[i] - slope).abs() < tolerance,
                "{name}, theta[{i}]: {} and {slope}",
                found.gradient[i]
            );
        }
    }
}

/// Of the 408 × 2 comparisons about 0.05 exceed 4 standard errors by chance and 5e-4 exceed 5: so none may exceed 5,
/// and one may exceed 4.
#[test]
fn both_orders_converge_to_the_closed_form() {
    let mut rng = StdRng::seed_from_u64(2);
    let mut beyond_four = 0;
    for (name, horizon, size, samples) in [("lqr-2", 6, 0.6, 40_000), ("lqr-20", 4, 0.1, 6_000)] {
        let task = lqr(name, horizon);
        let theta = random_gain(&task, size, &mut rng);
        let exact = form(&task, &theta);
        let moments = reference()
            .moments(&task, &theta, &batch(samples, 3))
            .expect("moments");
        let (value, error) = (moments.value_mean(), moments.value_std_error());
        near(name, value, exact.value, error, 0.0);
        for estimate in [
            Estimate::first_order(&moments),
            Estimate::zeroth_order(&moments),
        ] {
            for (i, expected) in exact.gradient.iter().enumerate() {
                let off = (estimate.gradient[i] - expected).abs() / estimate.std_error[i];
                assert!(
                    off < 5.0,
                    "{name}, theta[{i}]: {off} standard errors off {expected}"
                );
                beyond_four += usize::from(off > 4.0);
            }
        }
    }
    assert!(
        beyond_four <= 1,
        "{beyond_four} coordinates beyond 4 standard errors"
    );
}

#[test]
fn published_task_has_ten_thousand_weights_and_the_cost_of_doing_nothing() {
    let task = Task::find("lqr").expect("lqr");
    assert_eq!((task.dimension(), task.policy()), (10_000, &Policy::Linear));
    let theta = task.start();
    let exact = form(&task, &theta);
    // K = 0: each coordinate is 1 + drift; Σ q (E x₀² + t σ²) + q_T (E x₀² + H σ²) + H r σ², with E x₀² = 1 + 1e-6.
    let per_coordinate = 20.0 * (1.0 + 1e-6) + 0.01 * (45.0 + 100.0 + 1.0);
    assert!((exact.value - 100.0 * per_coordinate).abs() < 1e-9 * exact.value);
    let samples = reference().samples(&task, &theta, &batch(10, 0), 0..1);
    assert_eq!(samples.expect("samples")[0].first_order.len(), 10_000);
}

#[test]
fn closed_form_is_for_the_default_policy_and_noise_only() {
    let task = lqr("lqr-2", 3);
    let affine = task.clone().with_policy(Policy::Affine).expect("affine");
    assert!(affine.closed_form(&[0.1; 6], 0.0).is_none());
    let on_decision = task.with_noise_on(mollify::noise::NoiseOn::Decision);
    assert!(on_decision.closed_form(&[0.1; 4], 0.0).is_none());
}
