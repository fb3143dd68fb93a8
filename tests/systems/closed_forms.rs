//! The closed forms agree with themselves and with numbers found elsewhere, before anything is compared with them.

mod published;

use crate::engines::{all, batch, task, within_four_standard_errors as near};
use mollify::engine::nominal::nominal;
use mollify::estimate::Estimate;
use mollify::system::ClosedForm;
use mollify::system::task::Task;
use mollify::systems;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

fn form(task: &Task, theta: &[f64]) -> ClosedForm {
    let model = task.model();
    let form = model.closed_form(task.parameters(), theta, task.sigma(), 0.3);
    form.expect("a closed form")
}

#[test]
fn gradient_is_the_slope_of_the_value() {
    const STEP: f64 = 1e-4;
    let mut rng = StdRng::seed_from_u64(10);
    let mut systems_seen = 0;
    for (name, make) in systems::ALL {
        let model = make();
        let defaults = model.default_parameters();
        if model.closed_form(&defaults, &[0.1], 0.1, 0.0).is_none() {
            continue;
        }
        systems_seen += 1;
        for _ in 0..5 {
            let changes: Vec<(&str, f64)> = model
                .parameters()
                .iter()
                .map(|p| {
                    let value = (p.default + rng.random_range(-0.1..0.1)) * 1.2;
                    let value = match p.positive {
                        true => p.default * rng.random_range(0.8..1.3),
                        false => value,
                    };
                    (&*p.name, value)
                })
                .collect();
            let task = task(name, 3, rng.random_range(0.1..0.3), &changes);
            let theta: Vec<f64> = (0..3).map(|_| rng.random_range(-0.9..0.9)).collect();
            let found = form(&task, &theta);
            for i in 0..3 {
                let at = |step: f64| {
                    let mut moved = theta.clone();
                    moved[i] += step;
                    form(&task, &moved).value
                };
                let slope = (at(STEP) - at(-STEP)) / (2.0 * STEP);
                let scale = found.gradient[i].abs() + 1e-2;
                assert!(
                    (found.gradient[i] - slope).abs() < 1e-5 * scale,
                    "{name} {changes:?} at {theta:?}: {} and {slope}",
                    found.gradient[i]
                );
            }
        }
    }
    assert_eq!(systems_seen, 7);
}

/// The lowest value on [low, high], by golden section.
fn minimum(task: &Task, mut low: f64, mut high: f64) -> (f64, f64) {
    let value = |x: f64| form(task, &[x]).value;
    let ratio = (5.0_f64.sqrt() - 1.0) / 2.0;
    while high - low > 1e-7 {
        let (a, b) = (high - ratio * (high - low), low + ratio * (high - low));
        if value(a) < value(b) {
            high = b;
        } else {
            low = a;
        }
    }
    (low, value(low))
}

#[test]
fn smoothed_pivot_and_ball_wall_are_lowest_where_they_should_be() {
    let (at, value) = minimum(&Task::find("pivot").expect("pivot"), 0.7, 0.8);
    assert!((at - 0.742_31).abs() < 1e-5, "pivot: {at}");
    assert!((value + 0.449_09).abs() < 1e-5, "pivot: {value}");
    let (at, value) = minimum(&Task::find("ball-wall").expect("ball-wall"), 0.7, 1.0);
    assert!((at - 0.861_47).abs() < 1e-5, "ball-wall: {at}");
    assert!((value + 0.009_493).abs() < 1e-6, "ball-wall: {value}");
}

#[test]
fn ball_wall_jumps_where_the_ball_just_clears_the_wall() {
    let task = Task::find("ball-wall").expect("ball-wall");
    let cost = |x: f64| task.model().stage_cost(task.parameters(), &[], &[x], 0);
    for (expected, jump) in [(0.693_204, -0.006_442), (1.199_343, 0.001_155)] {
        let (mut low, mut high): (f64, f64) = (expected - 1e-3, expected + 1e-3);
        let stopped = -0.06_f64 * 0.06;
        let starts_stopped = cost(low) == stopped;
        assert_ne!(starts_stopped, cost(high) == stopped);
        while high - low > 1e-13 {
            let middle = 0.5 * (low + high);
            if (cost(middle) == stopped) == starts_stopped {
                low = middle;
            } else {
                high = middle;
            }
        }
        assert!((low - expected).abs() < 5e-7, "{low}, not {expected}");
        let found = cost(high) - cost(low);
        assert!((found - jump).abs() < 5e-7, "{found}, not {jump}");
    }
}

/// The first order misses Σ Jᵢ φ((tᵢ - μ)/σ)/σ, with the published breaks and jumps.
#[test]
fn bias_of_the_first_order_is_the_sum_over_the_jumps() {
    let density = |t: f64| (-0.5 * t * t).exp() / std::f64::consts::TAU.sqrt();
    let (mu, sigma) = (0.83, 0.1);
    let found = form(&task("ball-wall", 1, sigma, &[]), &[mu]);
    let share = |t: f64, jump: f64| jump * density((t - mu) / sigma) / sigma;
    let bias = share(0.693_204, -0.006_442) + share(1.199_343, 0.001_155);
    let difference = found.gradient[0] - found.first_order[0];
    assert!(
        (difference - bias).abs() < 2e-4 * bias.abs(),
        "{difference}, not {bias}"
    );

    let found = form(&task("pivot", 1, sigma, &[]), &[mu]);
    let bias = 0.5 * density((std::f64::consts::FRAC_PI_4 - mu) / sigma) / sigma;
    let difference = found.gradient[0] - found.first_order[0];
    assert!(
        (difference - bias).abs() < 1e-6 * bias,
        "{difference}, not {bias}"
    );
}

#[test]
fn noise_free_cost_at_the_start_is_the_known_one() {
    let stiff = [("stiffness", 1000.0), ("damping", 0.99)];
    // To all digits that a simulation of its own gave, in the published coordinates (positions, not the gap).
    for (task, expected) in [
        (task("pushing", 400, 0.1, &[]), 2_374.893_8),
        (task("pushing", 200, 0.1, &stiff), 1_821.249_0),
        (task("friction", 400, 0.1, &[]), 16_200.4),
    ] {
        let cost = nominal(&task, &task.start()).cost;
        assert!(
            (cost - expected).abs() < 3e-8 * expected,
            "{}: {cost}",
            task.name()
        );
    }
}

/// Found by a simulation of its own with 40 000 samples: 2.183e3 ± 0.014e3 and 2.536e8 ± 0.019e8, baseline nominal.
#[test]
fn variances_at_the_start_of_pushing_are_the_known_ones() {
    let task = Task::find("pushing").expect("pushing");
    let test = "variances_at_the_start_of_pushing_are_the_known_ones";
    for mut engine in all(test, task.model()) {
        let m = engine
            .moments(&task, &task.start(), &batch(8192, 9))
            .expect("moments");
        let first = Estimate::first_order(&m).variance;
        let zeroth = Estimate::zeroth_order(&m).variance;
        println!("{}: {first:e}, {zeroth:e}", engine.report().engine);
        near("first order", first, 2.183e3, 0.034e3, 0.0);
        near("zeroth order", zeroth, 2.536e8, 0.045e8, 0.0);
    }
}
