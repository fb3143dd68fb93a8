//! Policies, noise and environments: every combination gives the same on every engine, and its derivatives are
//! those of dual numbers.

mod control_weights;
mod controls;
mod networks;
mod stops;

use crate::agreement::{agree_with_score, decreases_agree};
use crate::engines::{batch, reference};
use mollify::engine::{Baseline, Batch, Engine, Wanted};
use mollify::noise::environment::Draw;
use mollify::noise::{Distribution, NoiseOn};
use mollify::system::policy::Policy;
use mollify::system::task::Task;

/// Pushing from a random state with random parameters, under a policy and noise.
fn variant(policy: &str, distribution: Distribution, on: NoiseOn, random: bool) -> Task {
    let policy: Policy = policy.parse().expect("a policy");
    let task = Task::find("pushing")
        .and_then(|t| t.with_horizon(23))
        .and_then(|t| t.with_sigma(0.17))
        .and_then(|t| t.with_parameter("time_step", 0.03))
        .and_then(|t| t.with_policy(policy))
        .expect("pushing")
        .with_distribution(distribution)
        .with_noise_on(on);
    if !random {
        return task;
    }
    let uniform = |low, high| Draw::Uniform { low, high };
    let normal = |mean, sigma| Draw::Normal { mean, sigma };
    task.with_initial("position_1", normal(0.1, 0.2), &[])
        .and_then(|t| t.with_initial("velocity_2", uniform(-0.3, 0.1), &[("position_1", -0.2)]))
        .and_then(|t| t.with_randomized("stiffness", uniform(5.0, 15.0)))
        .and_then(|t| t.with_randomized("goal_2", normal(1.9, 0.1)))
        .expect("names of pushing")
}

fn theta(task: &Task) -> Vec<f64> {
    (0..task.dimension())
        .map(|i| 0.1 + 0.3 * (1.7 * i as f64 + 0.4).sin())
        .collect()
}

const POLICIES: [&str; 8] = [
    "open-loop",
    "held",
    "held=3",
    "spline=5",
    "linear",
    "affine",
    "perceptron=5",
    "perceptron=3,4",
];

const DISTRIBUTIONS: [Distribution; 4] = [
    Distribution::Gaussian,
    Distribution::Laplace,
    Distribution::Logistic,
    Distribution::StudentT,
];

/// All policies with Gaussian noise in both places, and all distributions with some policy, with and without random
/// environments.
fn variants() -> Vec<(String, Task)> {
    let mut list = Vec::new();
    let mut add = |policy: &str, distribution, on, random| {
        let name = format!("{policy}, {distribution:?} on {on:?}, random {random}");
        list.push((name, variant(policy, distribution, on, random)));
    };
    for policy in POLICIES {
        for on in [NoiseOn::Decision, NoiseOn::Action] {
            for random in [false, true] {
                add(policy, Distribution::Gaussian, on, random);
            }
        }
    }
    for distribution in DISTRIBUTIONS {
        add("open-loop", distribution, NoiseOn::Decision, false);
        add("perceptron=3", distribution, NoiseOn::Action, true);
        add("linear", distribution, NoiseOn::Decision, true);
    }
    list
}

#[test]
fn engines_agree_on_every_policy_noise_and_environment() {
    for (name, task) in variants() {
        let theta = theta(&task);
        let candidates: Vec<Vec<f64>> = [0.1, -0.3]
            .map(|step| {
                theta
                    .iter()
                    .map(|t| t * (1.0 - step) - 0.1 * step)
                    .collect()
            })
            .to_vec();
        let test = "engines_agree_on_every_policy_noise_and_environment";
        for mut engine in crate::engines::all(test, task.model()).into_iter().skip(1) {
            let what = format!("{name}, {}", engine.report().engine);
            for (samples, baseline, wanted) in [
                (257, Baseline::Nominal, Wanted::Both),
                (65, Baseline::LeaveOneOut, Wanted::ZerothOrder),
                (63, Baseline::None, Wanted::Both),
            ] {
                let batch = Batch {
                    baseline,
                    wanted,
                    ..batch(samples, 5)
                };
                let found = engine.moments(&task, &theta, &batch).expect(&what);
                let expected = reference().moments(&task, &theta, &batch).expect(&what);
                let all = reference().samples(&task, &theta, &batch, 0..samples);
                let all = all.expect(&what);
                let scores = all.iter().flat_map(|s| &s.score);
                let score = scores.fold(0.0_f64, |m, s| m.max(s.abs()));
                let what = format!("{what}, {baseline:?}");
                agree_with_score(&what, score, &found, &expected);
            }
            let batch = batch(65, 6);
            let found = engine.decreases(&task, &theta, &candidates, &batch);
            let expected = reference().decreases(&task, &theta, &candidates, &batch);
            let (found, expected) = (found.expect(&what), expected.expect(&what));
            let nominal = mollify::engine::nominal::nominal(&task, &theta).cost;
            decreases_agree(&what, nominal.abs() + 1.0, &found, &expected);
            same_costs(&what, &mut *engine, &task, &theta);
        }
    }
}

/// The costs of many thetas, each in an environment of its own; an odd number, one more than a tile has lanes.
fn same_costs(what: &str, engine: &mut dyn Engine, task: &Task, center: &[f64]) {
    let thetas: Vec<Vec<f64>> = (0..65)
        .map(|k| {
            let moved = |(i, t): (usize, &f64)| t + 0.2 * (0.7 * (k * (i + 1)) as f64).sin();
            center.iter().enumerate().map(moved).collect()
        })
        .collect();
    let batch = batch(65, 4);
    let found = engine.costs(task, center, &thetas, &batch).expect(what);
    let expected = reference()
        .costs(task, center, &thetas, &batch)
        .expect(what);
    assert_eq!(found.len(), expected.len(), "{what}");
    let nominal = mollify::engine::nominal::nominal(task, center).cost;
    for (k, (a, b)) in found.iter().zip(&expected).enumerate() {
        // As for a sample: 2e-6 of the cost.
        let tolerance = 2e-6 * (nominal.abs() + b.abs());
        assert!(
            (a - b).abs() <= tolerance,
            "{what}, theta {k}: {a}, not {b}"
        );
    }
}

#[test]
fn a_theta_that_breaks_down_costs_nan() {
    let task = variant(
        "open-loop",
        Distribution::Gaussian,
        NoiseOn::Decision,
        false,
    );
    let theta = theta(&task);
    let thetas = vec![theta.clone(), vec![3e38; task.dimension()]];
    for mut engine in crate::engines::all("a_theta_that_breaks_down_costs_nan", task.model()) {
        // In f64 these controls are not yet too large.
        if engine.report().engine == "reference" {
            continue;
        }
        let costs = engine.costs(&task, &theta, &thetas, &batch(2, 0));
        let costs = costs.expect("costs");
        assert!(costs[0].abs() < 1e-3 && costs[1].is_nan(), "{costs:?}");
    }
}
