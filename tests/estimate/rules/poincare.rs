//! The rule `ddcg` and the inequality it rests on.

use super::settings;
use crate::engines::{batch, reference, task, within_four_standard_errors};
use mollify::engine::moments::Moments;
use mollify::engine::{Batch, Engine, Wanted};
use mollify::estimate::alpha::{Poincare, Reason, Rule, Statistics, choose};
use mollify::estimate::directions::Directions;
use mollify::estimate::{Estimate, Mixed, Settings, estimate};
use mollify::noise::Distribution;
use mollify::noise::environment::Draw;
use mollify::system::task::Task;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

fn test_of(m: &Moments, task: &Task) -> Poincare {
    let first = Estimate::first_order(m);
    Poincare {
        first_variance: first.variance,
        first_norm_squared: first.gradient.iter().map(|g| g * g).sum(),
        value_variance: m.deviation.variance(),
        sigma: task.sigma(),
    }
}

fn mixed(task: &Task, theta: &[f64], rule: Rule, seed: u64) -> Mixed {
    let settings = Settings {
        seed,
        ..settings(rule, 1.0, 1000)
    };
    estimate(&mut reference(), task, theta, &settings, 0, Wanted::Both).expect("estimate")
}

/// v₁ = 2, |g₁|² = 3, Var f = 0.5, σ = 0.25: 2 (1-c) · 8 - 6 is 2 at c = 0.5.
#[test]
fn inequality_is_the_one_worked_out_by_hand() {
    let test = Poincare {
        first_variance: 2.0,
        first_norm_squared: 3.0,
        value_variance: 0.5,
        sigma: 0.25,
    };
    assert!((test.least_variance(0.5) - 2.0).abs() < 1e-12);
    assert!(test.is_violated(0.499) && !test.is_violated(0.501));
    assert!((test.ratio() - 0.2).abs() < 1e-12);
    let statistics = Statistics {
        samples: 100,
        dimension: 1,
        first_variance: 2.0,
        zeroth_variance: 6.0,
        covariance: 1.0,
        bias: 0.0,
        bound: 1.0,
        poincare: Some(test),
        coordinates: &[],
    };
    let choice = |slack, s: &Statistics<'_>| choose(&settings(Rule::Ddcg(slack), 1.0, 100), s);
    let violated = choice(0.3, &statistics);
    assert_eq!(
        (violated.alpha, violated.reason),
        (0.0, Reason::PoincareViolated)
    );
    // The weight of ivw, without the covariance.
    let holds = choice(0.51, &statistics);
    assert_eq!((holds.alpha, holds.reason), (0.75, Reason::InverseVariance));
    let other_noise = Statistics {
        poincare: None,
        ..statistics
    };
    let unknown = choice(0.3, &other_noise);
    assert_eq!(
        (unknown.alpha, unknown.reason),
        (0.0, Reason::PoincareUnknown)
    );
}

#[test]
fn inequality_is_an_equality_for_quadratics() {
    const BATCHES: u32 = 40;
    let mut rng = StdRng::seed_from_u64(8);
    for dimension in [1, 3] {
        let parameters = [
            ("slope", rng.random_range(-1.0..1.0)),
            ("curvature", rng.random_range(1.5..3.0)),
            ("coupling", rng.random_range(-1.2..1.2)),
        ];
        let task = task(
            "quadratic",
            dimension,
            rng.random_range(0.4..0.9),
            &parameters,
        );
        let theta: Vec<f64> = (0..dimension)
            .map(|_| rng.random_range(-0.5..0.5))
            .collect();
        let mut all = Moments::empty(0.0, dimension);
        let mut ratios = Vec::new();
        for iteration in 0..BATCHES {
            let batch = Batch {
                iteration,
                ..batch(25_000, 3)
            };
            let m = reference().moments(&task, &theta, &batch).expect("moments");
            ratios.push(test_of(&m, &task).ratio());
            all.merge(&m);
        }
        let (n, ratio) = (f64::from(BATCHES), test_of(&all, &task).ratio());
        let mean = ratios.iter().sum::<f64>() / n;
        let variance = ratios.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / (n - 1.0);
        let std_error = (variance / n).sqrt();
        println!("d = {dimension}: {ratio} ± {std_error}");
        // So that a wrong factor or a missing term cannot hide.
        assert!(std_error < 0.01, "{std_error}");
        within_four_standard_errors("ratio", ratio, 1.0, std_error, 0.0);
    }
}

#[test]
fn ddcg_distrusts_the_first_order_at_a_jump_only() {
    let slopes = [("left_slope", 0.6), ("right_slope", -1.7)];
    for seed in 0..20 {
        for (task, theta) in [
            (task("heaviside", 1, 0.1, &[]), vec![0.0]),
            (
                task("heaviside", 2, 0.13, &[("threshold", 0.17)]),
                vec![0.24, 0.1],
            ),
            (task("ball-wall", 1, 0.1, &[]), vec![0.7]),
        ] {
            let choice = mixed(&task, &theta, Rule::Ddcg(0.3), seed).choice;
            assert_eq!(
                (choice.alpha, choice.reason),
                (0.0, Reason::PoincareViolated),
                "{}",
                task.name()
            );
        }
        for (task, theta) in [
            (task("relu", 1, 0.1, &slopes), vec![0.9]),
            (task("relu", 1, 0.1, &slopes), vec![-0.03]),
            (
                task("sine", 3, 0.2, &[("frequency", 2.7)]),
                vec![0.1, 0.5, -0.7],
            ),
            (task("quadratic", 5, 0.3, &[]), vec![1.0; 5]),
        ] {
            let mixed = mixed(&task, &theta, Rule::Ddcg(0.3), seed);
            let c = &mixed.choice;
            assert_eq!(c.reason, Reason::InverseVariance, "{} {c:?}", task.name());
            let ivw = c.zeroth_variance / (c.zeroth_variance + c.first_variance);
            assert!((c.alpha - ivw).abs() < 1e-12);
            assert_eq!(mixed.rollouts, 1000);
        }
    }
}

/// The test looks at the samples of the first order, which are independent whatever directions the zeroth order takes.
#[test]
fn ddcg_tests_for_jumps_whatever_directions_the_zeroth_order_takes() {
    for directions in [
        Directions::Antithetic,
        Directions::Orthogonal,
        Directions::AntitheticOrthogonal,
    ] {
        let settings = Settings {
            directions,
            ..settings(Rule::Ddcg(0.3), 1.0, 1000)
        };
        let mixed = |task: &Task, theta: &[f64]| {
            estimate(&mut reference(), task, theta, &settings, 0, Wanted::Both).expect("estimate")
        };
        let jump = mixed(&task("heaviside", 2, 0.1, &[]), &[0.05, 0.0]);
        assert_eq!(
            jump.choice.reason,
            Reason::PoincareViolated,
            "{directions:?}"
        );
        let smooth = mixed(&task("quadratic", 5, 0.3, &[]), &[1.0; 5]);
        let c = &smooth.choice;
        assert_eq!(c.reason, Reason::InverseVariance, "{directions:?}");
        let ivw = c.zeroth_variance / (c.zeroth_variance + c.first_variance);
        assert!(c.alpha > 0.5 && (c.alpha - ivw).abs() < 1e-12, "{c:?}");
        assert!(
            smooth
                .report
                .is_some_and(|report| report.poincare.is_some())
        );
    }
}

#[test]
fn ddcg_says_that_there_is_no_test_where_there_is_none() {
    let plain = task("quadratic", 2, 0.3, &[]);
    let laplace = plain.clone().with_distribution(Distribution::Laplace);
    let random = plain.with_randomized(
        "slope",
        Draw::Normal {
            mean: 1.0,
            sigma: 0.1,
        },
    );
    for task in [laplace, random.expect("a parameter")] {
        let choice = mixed(&task, &[1.0, 1.0], Rule::Ddcg(0.3), 0).choice;
        assert_eq!(
            (choice.alpha, choice.reason),
            (0.0, Reason::PoincareUnknown)
        );
        assert_eq!(
            choice.reason.to_string(),
            "the test for jumps needs Gaussian noise on the decision and nothing else random: the zeroth order"
        );
    }
}
