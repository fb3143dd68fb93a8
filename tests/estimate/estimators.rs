//! Where the smoothed function is known exactly, both engines estimate it: value, gradient by both orders and the
//! variances of one sample, from a million samples, within four standard errors.

use crate::engines::{all, batch, reference, task, within_four_standard_errors as near};
use mollify::engine::{Baseline, Batch, Engine};
use mollify::estimate::Estimate;
use mollify::system::ClosedForm;
use mollify::system::task::Task;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::f64::consts::PI;

const SAMPLES: u64 = 1_000_000;

/// Standard deviations of what one sample contributes, from samples of their own.
struct Deviations {
    value: f64,
    first: Vec<f64>,
    zeroth: Vec<f64>,
    /// Of |g - mean|², whose mean is the variance.
    first_square: f64,
    zeroth_square: f64,
}

fn deviation(samples: impl Iterator<Item = f64> + Clone) -> f64 {
    let n = samples.clone().count() as f64;
    let mean = samples.clone().sum::<f64>() / n;
    (samples.map(|x| (x - mean).powi(2)).sum::<f64>() / n).sqrt()
}

/// Per coordinate, and of the square.
fn deviations_of(samples: &[Vec<f64>]) -> (Vec<f64>, f64) {
    let d = samples[0].len();
    let mean: Vec<f64> = (0..d)
        .map(|i| samples.iter().map(|g| g[i]).sum::<f64>() / samples.len() as f64)
        .collect();
    let square = |g: &Vec<f64>| g.iter().zip(&mean).map(|(g, m)| (g - m).powi(2)).sum();
    (
        (0..d)
            .map(|i| deviation(samples.iter().map(|g| g[i])))
            .collect(),
        deviation(samples.iter().map(square)),
    )
}

/// `baseline` is b - f(theta, 0).
fn deviations(task: &Task, theta: &[f64], baseline: f64) -> Deviations {
    const COUNT: u64 = 100_000;
    let samples = reference()
        .samples(task, theta, &batch(COUNT, 77), 0..COUNT)
        .expect("samples");
    let first: Vec<Vec<f64>> = samples.iter().map(|s| s.first_order.clone()).collect();
    let zeroth: Vec<Vec<f64>> = samples
        .iter()
        .map(|s| {
            let weight = (s.deviation - baseline) / task.sigma().powi(2);
            s.noise.iter().map(|w| weight * w).collect()
        })
        .collect();
    let ((first, first_square), (zeroth, zeroth_square)) =
        (deviations_of(&first), deviations_of(&zeroth));
    Deviations {
        value: deviation(samples.iter().map(|s| s.deviation)),
        first,
        zeroth,
        first_square,
        zeroth_square,
    }
}

/// The closed form, after both engines were found to agree with it.
fn check(test: &str, task: &Task, theta: &[f64], baseline: Baseline) -> ClosedForm {
    let exact = |b| {
        let model = task.model();
        let form = model.closed_form(task.parameters(), theta, task.sigma(), b);
        form.expect("a closed form")
    };
    let root = (SAMPLES as f64).sqrt();
    for mut engine in all(test, task.model()) {
        let request = Batch {
            baseline,
            ..batch(SAMPLES, 2026)
        };
        let m = engine.moments(task, theta, &request).expect("moments");
        let b = match baseline {
            Baseline::Nominal => m.nominal,
            Baseline::LeaveOneOut => exact(0.0).value,
            Baseline::None => 0.0,
        };
        let (form, deviations) = (exact(b), deviations(task, theta, b - m.nominal));
        let on = format!("{test}, {}, {baseline:?}", engine.report().engine);
        assert_eq!((m.count(), m.nonfinite.count), (SAMPLES, 0), "{on}");
        let (first, zeroth) = (Estimate::first_order(&m), Estimate::zeroth_order(&m));
        near(
            &format!("{on}: value"),
            m.value_mean(),
            form.value,
            deviations.value / root,
            0.0,
        );
        for i in 0..theta.len() {
            let (g1, g0) = (first.gradient[i], zeroth.gradient[i]);
            let (se1, se0) = (deviations.first[i] / root, deviations.zeroth[i] / root);
            near(
                &format!("{on}: first order {i}"),
                g1,
                form.first_order[i],
                se1,
                0.0,
            );
            near(
                &format!("{on}: zeroth order {i}"),
                g0,
                form.gradient[i],
                se0,
                0.0,
            );
        }
        for (what, found, expected, square) in [
            (
                "first",
                first.variance,
                form.first_order_variance,
                deviations.first_square,
            ),
            (
                "zeroth",
                zeroth.variance,
                form.zeroth_order_variance,
                deviations.zeroth_square,
            ),
        ] {
            if let Some(expected) = expected {
                let what = format!("{on}: {what}-order variance");
                // For a variable with two equally likely values the standard error vanishes, and what is left
                // is of the order of expected/samples, and f32.
                near(&what, found, expected, square / root, 1e-5 * expected);
            }
        }
    }
    exact(match baseline {
        Baseline::LeaveOneOut => exact(0.0).value,
        _ => 0.0,
    })
}

const BASELINES: [Baseline; 3] = [Baseline::Nominal, Baseline::LeaveOneOut, Baseline::None];

/// C1
#[test]
fn heaviside_in_one_dimension() {
    let test = "heaviside_in_one_dimension";
    let task = task("heaviside", 1, 0.13, &[("threshold", 0.17)]);
    for baseline in BASELINES {
        let form = check(test, &task, &[0.24], baseline);
        assert!((form.gradient[0] - 2.654_5).abs() < 1e-3, "{form:?}");
    }
    // Below the threshold the nominal baseline is 0, above it 1.
    check(test, &task, &[0.11], Baseline::Nominal);
}

/// C2: with b = 1 the variance is d [(1 - 2⁻ᵈ)/σ² - dF²], dF = 2^-(d-1) φ(0)/σ.
#[test]
fn heaviside_in_three_dimensions() {
    let sigma = 0.1;
    let task = task("heaviside", 3, sigma, &[]);
    for baseline in BASELINES {
        check("heaviside_in_three_dimensions", &task, &[0.0; 3], baseline);
    }
    let form = task
        .model()
        .closed_form(task.parameters(), &[0.0; 3], sigma, 1.0);
    let form = form.expect("a closed form");
    let slope = 0.25 / (2.0 * PI).sqrt() / sigma;
    let variance = 3.0 * (0.875 / sigma.powi(2) - slope.powi(2));
    assert!((form.gradient[2] - slope).abs() < 1e-12);
    assert!((form.zeroth_order_variance.expect("C2") - variance).abs() < 1e-9 * variance);
}

#[test]
fn first_order_of_heaviside_is_exactly_zero() {
    let task = task("heaviside", 3, 0.3, &[("threshold", -0.21)]);
    for mut engine in all("first_order_of_heaviside_is_exactly_zero", task.model()) {
        let m = engine
            .moments(&task, &[-0.3, 0.1, -0.21], &batch(SAMPLES, 4))
            .expect("moments");
        let first = Estimate::first_order(&m);
        assert_eq!(first.gradient.as_slice(), [0.0; 3]);
        assert_eq!(first.variance, 0.0);
        assert!(m.coordinates.iter().all(|c| c.cross == 0.0));
        assert!(m.coordinates.iter().all(|c| c.zeroth_order.mean > 0.1));
    }
}

/// C3
#[test]
fn soft_heaviside() {
    let one = task("soft-heaviside", 1, 0.2, &[("width", 0.3)]);
    check("soft_heaviside", &one, &[0.11], Baseline::Nominal);
    let three = task("soft-heaviside", 3, 0.17, &[("width", 0.23)]);
    check(
        "soft_heaviside",
        &three,
        &[0.11, -0.31, 0.02],
        Baseline::LeaveOneOut,
    );
}

/// C4
#[test]
fn relu() {
    let kink = task("relu", 1, 0.37, &[]);
    let form = check("relu", &kink, &[0.0], Baseline::None);
    assert!((form.zeroth_order_variance.expect("C4") - 1.25).abs() < 1e-12);
    let slopes = [("left_slope", 0.6), ("right_slope", -1.7)];
    let beside = task("relu", 1, 0.11, &slopes);
    for baseline in BASELINES {
        check("relu", &beside, &[-0.04], baseline);
    }
    check(
        "relu",
        &task("relu", 3, 0.21, &slopes),
        &[-0.1, 0.05, 0.4],
        Baseline::Nominal,
    );
}

/// C5: F' = 2 Φ - 1, variance 4 Φ (1 - Φ).
#[test]
fn absolute_value() {
    let task = task("relu", 1, 0.4, &[("left_slope", -1.0)]);
    let form = check("absolute_value", &task, &[0.3], Baseline::LeaveOneOut);
    let above = 0.773_372_647_623_131_8; // Φ(0.75)
    assert!((form.gradient[0] - (2.0 * above - 1.0)).abs() < 1e-12);
    let variance = form.first_order_variance.expect("C5");
    assert!((variance - 4.0 * above * (1.0 - above)).abs() < 1e-12);
}

/// C6
#[test]
fn quadratic() {
    let mut rng = StdRng::seed_from_u64(6);
    for baseline in BASELINES {
        let parameters = [
            ("slope", rng.random_range(-2.0..2.0)),
            ("curvature", rng.random_range(0.5..3.0)),
            ("coupling", rng.random_range(-1.5..1.5)),
        ];
        let task = task("quadratic", 5, rng.random_range(0.2..0.8), &parameters);
        let theta: Vec<f64> = (0..5).map(|_| rng.random_range(-1.5..1.5)).collect();
        check("quadratic", &task, &theta, baseline);
    }
}

/// C7
#[test]
fn sine() {
    let one = task("sine", 1, 0.31, &[("frequency", 2.7)]);
    check("sine", &one, &[0.41], Baseline::Nominal);
    let three = task("sine", 3, 0.23, &[("frequency", -1.9)]);
    check("sine", &three, &[0.41, -2.2, 5.0], Baseline::LeaveOneOut);
}

/// C9: at the cliff the first order lacks the jumps, and so most of the gradient.
#[test]
fn pivot() {
    let published = task("pivot", 1, 0.02, &[]);
    for baseline in BASELINES {
        let form = check("pivot", &published, &[0.74], baseline);
        assert!(form.gradient[0] - form.first_order[0] > 0.2, "{form:?}");
    }
    let other = task("pivot", 1, 0.3, &[("cliff", 0.55)]);
    check("pivot", &other, &[-0.38], Baseline::Nominal);
}

/// C10: two kinks and two jumps.
#[test]
fn ball_wall() {
    let published = task("ball-wall", 1, 0.1, &[]);
    for baseline in BASELINES {
        let form = check("ball_wall", &published, &[0.7], baseline);
        assert!(form.gradient[0] - form.first_order[0] < -0.02, "{form:?}");
    }
    let parameters = [
        ("speed", 1.3),
        ("gravity", 7.1),
        ("wall_distance", 0.09),
        ("wall_height", 0.034),
    ];
    let other = task("ball-wall", 1, 0.25, &parameters);
    check("ball_wall", &other, &[0.4], Baseline::LeaveOneOut);
}
