//! The rule `ivw-h` under feedback policies: its mix against numbers worked out by hand, the open loop and closed forms.

use super::controls::{BASELINES, lqr, slopes};
use super::{theta, variant};
use crate::engines::{reference, within_four_standard_errors as near};
use mollify::engine::reference::rollout::replay;
use mollify::engine::{Batch, Engine, Sample, Stream, Wanted};
use mollify::estimate::alpha::{Reason, Rule};
use mollify::estimate::{Mixed, Settings, estimate};
use mollify::noise::environment::Draw;
use mollify::noise::{Distribution, NoiseOn};
use mollify::system::policy::Policy;
use mollify::system::task::Task;

pub fn settings(samples: u64, seed: u64) -> Settings {
    Settings::new(samples, 1.0)
        .with_seed(seed)
        .with_rule(Rule::IvwH)
}

fn mean_and_variance(values: &[Vec<f64>], i: usize) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().map(|v| v[i]).sum::<f64>() / n;
    let squares = values.iter().map(|v| (v[i] - mean).powi(2));
    (mean, squares.sum::<f64>() / (n - 1.0))
}

/// g₁ and g₀ of the controls of all samples of a stream, and their states, from replays alone.
fn by_hand(task: &Task, theta: &[f64], batch: Batch) -> [Vec<Vec<f64>>; 3] {
    let samples = reference().samples(task, theta, &batch, 0..batch.samples);
    let samples = samples.expect("samples");
    let zeroth = |s: &Sample| {
        let factor = (s.deviation - s.baseline) / task.sigma().powi(2);
        s.noise.iter().map(|w| factor * w).collect()
    };
    [
        samples.iter().map(|s| slopes(task, theta, s)).collect(),
        samples.iter().map(zeroth).collect(),
        samples
            .iter()
            .map(|s| replay(task, theta, s).states)
            .collect(),
    ]
}

/// Σₕ Jₕᵀ aₕ cₕ of each sample for u = K x, K row by row.
fn through_gain(
    task: &Task,
    controls: &[Vec<f64>],
    states: &[Vec<f64>],
    weights: &[f64],
) -> Vec<Vec<f64>> {
    let (n, m) = (task.model().state_size(), task.model().control_size());
    let of = |(c, x): (&Vec<f64>, &Vec<f64>)| {
        let entry = |a: usize, j: usize| -> f64 {
            (0..task.horizon())
                .map(|h| weights[h * m + a] * c[h * m + a] * x[h * n + j])
                .sum()
        };
        (0..m * n).map(|k| entry(k / n, k % n)).collect()
    };
    controls.iter().zip(states).map(of).collect()
}

#[test]
fn mix_is_the_one_worked_out_by_hand_for_a_linear_policy() {
    let pushing = variant("linear", Distribution::Gaussian, NoiseOn::Action, true);
    for task in [pushing, lqr("lqr-2", 5)] {
        let (name, theta) = (task.name(), theta(&task));
        let settings = settings(50, 3);
        let mixed = estimate(&mut reference(), &task, &theta, &settings, 2, Wanted::Both);
        let mixed = mixed.expect(name);
        let draw = |stream| by_hand(&task, &theta, settings.batch(2, stream, Wanted::Both));
        let [first, _, first_states] = draw(Stream::Estimate);
        let [_, zeroth, zeroth_states] = draw(Stream::Independent);
        let alpha = |i| {
            let (v1, v0) = (
                mean_and_variance(&first, i).1,
                mean_and_variance(&zeroth, i).1,
            );
            v0 / (v0 + v1)
        };
        let alphas: Vec<f64> = (0..task.action_dimension()).map(alpha).collect();
        let others: Vec<f64> = alphas.iter().map(|a| 1.0 - a).collect();
        let found = mixed
            .choice
            .control_alphas
            .expect("weights of the controls");
        assert_eq!(found.len(), alphas.len());
        for (found, expected) in found.iter().zip(&alphas) {
            assert!(
                (found - expected).abs() < 1e-6,
                "{name}: {found}, not {expected}"
            );
        }
        let first = through_gain(&task, &first, &first_states, &alphas);
        let zeroth = through_gain(&task, &zeroth, &zeroth_states, &others);
        let mut variance = 0.0;
        for i in 0..task.dimension() {
            let (one, zero) = (mean_and_variance(&first, i), mean_and_variance(&zeroth, i));
            let expected = one.0 + zero.0;
            variance += (one.1 + zero.1) / 50.0;
            assert!(
                (mixed.gradient[i] - expected).abs() < 1e-6 * (1.0 + expected.abs()),
                "{name}, theta[{i}]: {}, not {expected}",
                mixed.gradient[i]
            );
        }
        let off = mixed.variance_of_gradient / variance - 1.0;
        assert!(off.abs() < 1e-6, "{name}: the variance is off by {off:e}");
        let mean = alphas.iter().sum::<f64>() / alphas.len() as f64;
        assert!((mixed.choice.alpha - mean).abs() < 1e-6);
        assert_eq!(mixed.choice.alphas, None);
        assert_eq!(mixed.choice.reason, Reason::PerControl);
        assert_eq!((mixed.samples, mixed.complete), (100, true));
    }
}

/// With one step from a fixed state the offset k of u = K x + k is an open loop, and K gets x times as much.
#[test]
fn one_step_of_an_affine_policy_is_the_open_loop() {
    let start = [0.7, -1.9];
    let fixed = |policy| {
        ["x00", "x01"]
            .into_iter()
            .zip(start)
            .try_fold(lqr("lqr-2", 1), |task, (name, x)| {
                task.with_initial(name, Draw::Constant(x), &[])
            })
            .and_then(|task| task.with_policy(policy))
            .expect("lqr-2")
    };
    let theta = [0.2, -0.4, 0.3, 0.1, 0.5, -0.2];
    let control = |a: usize| theta[2 * a] * start[0] + theta[2 * a + 1] * start[1] + theta[4 + a];
    for baseline in BASELINES {
        let settings = settings(70, 1).with_baseline(baseline);
        let run = |task: &Task, theta: &[f64]| -> Mixed {
            let mixed = estimate(&mut reference(), task, theta, &settings, 0, Wanted::Both);
            mixed.expect("an estimate")
        };
        let open = run(&fixed(Policy::OpenLoop), &[control(0), control(1)]);
        let feedback = run(&fixed(Policy::Affine), &theta);
        let near = |found: f64, expected: f64| {
            let off = (found - expected).abs();
            assert!(
                off < 1e-11 * (1.0 + expected.abs()),
                "{found}, not {expected}"
            );
        };
        let (a, b) = (open.choice.alphas, feedback.choice.control_alphas);
        for (open, feedback) in a.expect("weights").iter().zip(b.expect("weights")) {
            near(feedback, *open);
        }
        for a in 0..2 {
            near(feedback.gradient[4 + a], open.gradient[a]);
            for (j, x) in start.iter().enumerate() {
                near(feedback.gradient[2 * a + j], open.gradient[a] * x);
            }
        }
        let factor = 1.0 + start.iter().map(|x| x * x).sum::<f64>();
        near(
            feedback.variance_of_gradient,
            open.variance_of_gradient * factor,
        );
    }
}

/// Over many seeds the mean is the gradient and the spread is the variance that was said.
#[test]
fn mix_is_unbiased_with_the_variance_it_says() {
    for (name, horizon, size, samples, seeds) in
        [("lqr-2", 6, 0.6, 300, 40), ("lqr-20", 4, 0.1, 60, 24)]
    {
        let task = lqr(name, horizon);
        let theta: Vec<f64> = theta(&task).iter().map(|x| size * x).collect();
        let exact = task
            .closed_form(&theta, 0.0)
            .expect("a closed form")
            .gradient;
        let run = |seed| {
            let settings = settings(samples, seed);
            estimate(&mut reference(), &task, &theta, &settings, 0, Wanted::Both).expect(name)
        };
        let runs: Vec<Mixed> = (0..seeds).map(run).collect();
        let gradients: Vec<Vec<f64>> = runs
            .iter()
            .map(|m| m.gradient.as_slice().to_vec())
            .collect();
        let mut spread = 0.0;
        for (i, exact) in exact.iter().enumerate() {
            let (mean, variance) = mean_and_variance(&gradients, i);
            spread += variance;
            if name == "lqr-2" {
                near(name, mean, *exact, (variance / seeds as f64).sqrt(), 0.0);
            }
        }
        let along = |values: &[f64]| values.iter().zip(&exact).map(|(a, b)| a * b).sum::<f64>();
        let projected: Vec<Vec<f64>> = gradients.iter().map(|g| vec![along(g)]).collect();
        let (mean, variance) = mean_and_variance(&projected, 0);
        near(
            name,
            mean,
            along(&exact),
            (variance / seeds as f64).sqrt(),
            0.0,
        );
        let said = runs.iter().map(|m| m.variance_of_gradient).sum::<f64>() / seeds as f64;
        assert!(
            (spread / said - 1.0).abs() < 0.3,
            "{name}: {spread}, not {said}"
        );
    }
}

#[test]
fn result_does_not_depend_on_the_number_of_threads() {
    let task = variant(
        "perceptron=3",
        Distribution::Logistic,
        NoiseOn::Action,
        true,
    );
    let theta = theta(&task);
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let run = || {
            estimate(
                &mut reference(),
                &task,
                &theta,
                &settings(333, 0),
                0,
                Wanted::Both,
            )
        };
        pool.expect("threads").install(run).expect("an estimate")
    };
    assert_eq!(run(1), run(3));
}

/// The variance of the gradient by the rule and the smaller one of the two orders.
fn variances(task: &Task, seed: u64) -> (f64, f64) {
    let settings = settings(500, seed);
    let mixed = estimate(
        &mut reference(),
        task,
        &task.start(),
        &settings,
        0,
        Wanted::Both,
    );
    let mixed = mixed.expect("an estimate");
    let first = mixed.first_order.expect("the first order").variance;
    let smaller = first.min(mixed.zeroth_order.variance) / 500.0;
    (mixed.variance_of_gradient, smaller)
}

/// Weights of the controls ignore how the terms of a sample vary together, so this is no theorem.
#[test]
fn tennis_has_no_more_variance_than_the_better_order() {
    let task = Task::find("tennis").expect("tennis");
    for seed in 0..3 {
        let (mixed, smaller) = variances(&task, seed);
        assert!(mixed <= smaller, "seed {seed}: {mixed}, but {smaller}");
    }
}

/// Contact makes the derivatives of early steps noisier than those of late ones, so that weights of their own gain.
#[test]
fn stiff_pushing_has_less_variance_than_the_better_order() {
    let parameters = [("stiffness", 600.0), ("damping", 0.99)];
    let task = crate::engines::task("pushing", 200, 0.1, &parameters)
        .with_policy(Policy::Linear)
        .expect("a linear policy")
        .with_noise_on(NoiseOn::Action);
    for seed in 0..3 {
        let (mixed, smaller) = variances(&task, seed);
        assert!(mixed < 0.7 * smaller, "seed {seed}: {mixed}, but {smaller}");
    }
}
