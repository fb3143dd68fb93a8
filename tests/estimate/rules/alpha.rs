//! alpha against numbers worked out by hand, against brute force, and on relu.

use super::settings;
use crate::engines::{batch, reference, task, within_four_standard_errors};
use mollify::engine::{Batch, Engine, Wanted};
use mollify::estimate::alpha::{Choice, Reason, Rule, Statistics, choose};
use mollify::estimate::{estimate, mix};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// v₁ = 2, v₀ = 6, c = 1, B = 1/2, R = 4, N = 100, d = 3. With δ = 0.05, L = ln 80 = 4.382 and
/// ε = √(2·6·L/100) + 2·4·L/300 = 0.725150 + 0.116854.
const STATISTICS: Statistics<'static> = Statistics {
    samples: 100,
    dimension: 3,
    first_variance: 2.0,
    zeroth_variance: 6.0,
    covariance: 1.0,
    bias: 0.5,
    bound: 4.0,
    poincare: None,
    coordinates: &[],
};
const RADIUS: f64 = 0.725_150_0 + 0.116_854_0;

fn chosen(rule: Rule, gamma: f64, statistics: &Statistics<'_>) -> Choice {
    choose(&settings(rule, gamma, statistics.samples), statistics)
}

fn check(choice: Choice, alpha: f64, reason: Reason) {
    assert!(
        (choice.alpha - alpha).abs() < 2e-5,
        "{choice:?}, not {alpha}"
    );
    assert_eq!(choice.reason, reason);
}

/// p₁ = 2/100, p₀ = 6/100, B = 1/2: b² = 1/4 - 8/100 = 0.17, alpha = 0.06/0.25. Without bias beyond chance that of ivw.
#[test]
fn the_least_error_counts_the_bias_beyond_chance() {
    let mut s = STATISTICS;
    check(chosen(Rule::LeastError, 1.0, &s), 0.24, Reason::BiasCounted);
    // No other alpha has a smaller error.
    let error = |alpha: f64| alpha * alpha * (0.02 + 0.17) + (1.0 - alpha).powi(2) * 0.06;
    assert!((0..=100).all(|i| error(f64::from(i) / 100.0) >= error(0.24)));
    s.bias = 0.28;
    check(
        chosen(Rule::LeastError, 1.0, &s),
        0.75,
        Reason::InverseVariance,
    );
    (s.first_variance, s.zeroth_variance, s.bias) = (0.0, 0.0, 0.0);
    check(chosen(Rule::LeastError, 1.0, &s), 0.0, Reason::NoVariance);
}

#[test]
fn alpha_of_each_rule_is_the_number_worked_out_by_hand() {
    let s = STATISTICS;
    check(chosen(Rule::First, 1.0, &s), 1.0, Reason::Fixed);
    check(chosen(Rule::Zeroth, 1.0, &s), 0.0, Reason::Fixed);
    check(chosen(Rule::Fixed(0.3), 1.0, &s), 0.3, Reason::Fixed);
    check(chosen(Rule::Ivw, 1.0, &s), 0.75, Reason::InverseVariance);
    check(
        chosen(Rule::Shared, 1.0, &s),
        5.0 / 6.0,
        Reason::CovarianceAware,
    );
    // The three branches: ε > γ; 0.75 · 0.5 <= γ - ε; else (γ - ε)/B.
    check(chosen(Rule::Aobg, 0.842, &s), 0.0, Reason::TooUncertain);
    check(
        chosen(Rule::Aobg, RADIUS + 0.376, &s),
        0.75,
        Reason::Unconstrained,
    );
    check(
        chosen(Rule::Aobg, RADIUS + 0.374, &s),
        0.748,
        Reason::BiasConstrained,
    );
    check(
        chosen(Rule::Aobg, RADIUS + 0.1, &s),
        0.2,
        Reason::BiasConstrained,
    );
}

#[test]
fn shared_alpha_stays_between_zero_and_one() {
    let with = |first_variance, covariance| Statistics {
        first_variance,
        covariance,
        ..STATISTICS
    };
    check(
        chosen(Rule::Shared, 1.0, &with(2.0, 3.0)),
        1.0,
        Reason::CovarianceAware,
    );
    check(
        chosen(Rule::Shared, 1.0, &with(20.0, 7.0)),
        0.0,
        Reason::CovarianceAware,
    );
    check(
        chosen(Rule::Shared, 1.0, &with(20.0, -5.0)),
        11.0 / 36.0,
        Reason::CovarianceAware,
    );
}

#[test]
fn without_any_variance_the_unbiased_estimate_is_taken() {
    let none = Statistics {
        first_variance: 0.0,
        zeroth_variance: 0.0,
        covariance: 0.0,
        ..STATISTICS
    };
    for rule in [Rule::Ivw, Rule::Shared, Rule::Aobg] {
        check(chosen(rule, 1.0, &none), 0.0, Reason::NoVariance);
    }
    // The first order of a step function: no variance, and a bias that aobg must not follow.
    let step = Statistics {
        first_variance: 0.0,
        ..STATISTICS
    };
    check(chosen(Rule::Ivw, 1.0, &step), 1.0, Reason::InverseVariance);
    check(
        chosen(Rule::Aobg, RADIUS + 0.1, &step),
        0.2,
        Reason::BiasConstrained,
    );
}

#[test]
fn alpha_that_is_zero_by_construction_is_flagged() {
    // 2RL/(3N) = 0.116854
    for (rule, gamma, flagged) in [
        (Rule::Aobg, 0.116, true),
        (Rule::Aobg, 0.118, false),
        (Rule::Ivw, 0.116, false),
        (Rule::Shared, 0.116, false),
    ] {
        let choice = chosen(rule, gamma, &STATISTICS);
        assert_eq!(choice.zero_by_construction, flagged, "{rule} with {gamma}");
        assert!((choice.radius_from_bound - 0.116_854).abs() < 1e-6);
        assert!(
            (choice.confidence_radius - RADIUS).abs() < 2e-6,
            "{choice:?}"
        );
    }
}

/// Unless γ is given, what is left for alpha B is 2s₀ = 2√(v₀/K), whatever the unit of the cost and the number of values.
#[test]
fn gamma_leaves_two_standard_errors_for_the_bias_unless_it_is_given() {
    let mut rng = StdRng::seed_from_u64(12);
    let mut constrained = 0;
    for _ in 0..300 {
        let statistics = Statistics {
            samples: rng.random_range(2..5000),
            dimension: rng.random_range(1..1_000_000),
            first_variance: rng.random_range(0.1..10.0),
            zeroth_variance: rng.random_range(0.1..10.0),
            bias: rng.random_range(0.0..0.5),
            bound: rng.random_range(0.0..1e4),
            ..STATISTICS
        };
        let by_default = settings(Rule::Aobg, 1.0, statistics.samples).with_gamma(None);
        let choice = choose(&by_default, &statistics);
        let two_errors = 2.0 * (statistics.zeroth_variance / statistics.samples as f64).sqrt();
        let left = choice.gamma - choice.confidence_radius;
        assert!((left - two_errors).abs() < 1e-12 * choice.gamma);
        assert!(
            choice.alpha > 0.0 && !choice.zero_by_construction,
            "{choice:?}"
        );
        assert!(choice.alpha * choice.bias <= left * (1.0 + 1e-12));
        constrained += usize::from(choice.reason == Reason::BiasConstrained);
        // Cost, gradient and bound in a unit that is 2^20 times smaller, and in one that is as much larger.
        for unit in [f64::from(1 << 20), 1.0 / f64::from(1 << 20)] {
            let other = Statistics {
                first_variance: unit * unit * statistics.first_variance,
                zeroth_variance: unit * unit * statistics.zeroth_variance,
                covariance: unit * unit * statistics.covariance,
                bias: unit * statistics.bias,
                bound: unit * statistics.bound,
                ..statistics
            };
            let same = choose(&by_default, &other);
            assert_eq!((same.alpha, same.reason), (choice.alpha, choice.reason));
        }
    }
    assert!((50..250).contains(&constrained), "{constrained}");
}

/// aobg minimises alpha² v₁ + (1-alpha)² v₀ subject to ε + alpha B <= γ.
#[test]
fn aobg_is_the_constrained_minimiser() {
    const GRID: u32 = 2000;
    let mut rng = StdRng::seed_from_u64(2);
    let mut seen = [0; 3];
    for _ in 0..300 {
        let statistics = Statistics {
            samples: rng.random_range(50..5000),
            dimension: rng.random_range(1..50),
            first_variance: rng.random_range(0.1..10.0),
            zeroth_variance: rng.random_range(0.1..10.0),
            covariance: 0.0,
            bias: rng.random_range(0.0..3.0),
            bound: rng.random_range(0.0..20.0),
            ..STATISTICS
        };
        let gamma = rng.random_range(0.05..2.0);
        let choice = chosen(Rule::Aobg, gamma, &statistics);
        let cost = |a: f64| {
            a * a * statistics.first_variance + (1.0 - a).powi(2) * statistics.zeroth_variance
        };
        let allowed = |a: f64| choice.confidence_radius + a * statistics.bias <= gamma + 1e-12;
        let grid = (0..=GRID).map(|i| f64::from(i) / f64::from(GRID));
        let best = grid
            .filter(|a| allowed(*a))
            .map(cost)
            .min_by(f64::total_cmp);
        match best {
            None => {
                assert_eq!((choice.alpha, choice.reason), (0.0, Reason::TooUncertain));
                seen[0] += 1;
            }
            Some(best) => {
                assert!(allowed(choice.alpha), "{choice:?} of {statistics:?}");
                assert!(
                    cost(choice.alpha) <= best + 1e-12,
                    "{choice:?} of {statistics:?}"
                );
                seen[1 + usize::from(choice.reason == Reason::BiasConstrained)] += 1;
            }
        }
    }
    assert!(seen.iter().all(|count| *count > 20), "{seen:?}");
}

/// relu at mu = σ/2, b = f(mu), t the normal of a sample and z = 1/2: g₁ = [t > -z]; g₀ = t² above the kink and
/// -z t below it, so with the partial moments of t
///   v₁ = Φ (1-Φ),   c = Φ - z φ - Φ²,   v₀ = 3Φ - (z³ + 3z) φ + z² (1 - Φ + z φ) - Φ².
#[test]
fn one_batch_for_both_orders_takes_the_covariance_into_account() {
    const BATCHES: u32 = 40;
    const SAMPLES: u64 = 25_000;
    let (z, below, density) = (
        0.5_f64,
        0.691_462_461_274_013_1_f64,
        0.352_065_326_764_299_5,
    );
    let v1 = below * (1.0 - below);
    let c = below - z * density - below.powi(2);
    let v0 = 3.0 * below - (z.powi(3) + 3.0 * z) * density + z * z * (1.0 - below + z * density)
        - below.powi(2);
    let (ivw, shared) = (v0 / (v0 + v1), (v0 - c) / (v0 + v1 - 2.0 * c));
    assert!(
        (ivw - 0.842).abs() < 1.5e-3 && (shared - 0.862).abs() < 1.5e-3,
        "{ivw}, {shared}"
    );
    let task = task("relu", 1, 0.1, &[]);
    let mut engine = reference();
    for (rule, expected) in [(Rule::Ivw, ivw), (Rule::Shared, shared)] {
        let alphas: Vec<f64> = (0..BATCHES)
            .map(|iteration| {
                let batch = Batch {
                    iteration,
                    ..batch(SAMPLES, 5)
                };
                let m = engine.moments(&task, &[0.05], &batch).expect("moments");
                mix(&m, None, &settings(rule, 1.0, SAMPLES), Wanted::Both, None)
                    .choice
                    .alpha
            })
            .collect();
        let n = f64::from(BATCHES);
        let mean = alphas.iter().sum::<f64>() / n;
        let variance = alphas.iter().map(|a| (a - mean).powi(2)).sum::<f64>() / (n - 1.0);
        within_four_standard_errors(
            &rule.to_string(),
            mean,
            expected,
            (variance / n).sqrt(),
            0.0,
        );
    }
}

#[test]
fn mixed_gradient_and_its_variance_are_those_of_the_weighted_samples() {
    const SAMPLES: u64 = 500;
    let task = task("quadratic", 3, 0.3, &[("slope", 0.9)]);
    let theta = [0.3, -0.8, 0.5];
    let batch = batch(SAMPLES, 5);
    let mut engine = reference();
    let m = engine.moments(&task, &theta, &batch).expect("moments");
    let samples = engine
        .samples(&task, &theta, &batch, 0..SAMPLES)
        .expect("samples");
    let mixed = mix(
        &m,
        None,
        &settings(Rule::Fixed(0.3), 1.0, SAMPLES),
        Wanted::Both,
        None,
    );
    let n = SAMPLES as f64;
    let mut variance = 0.0;
    for i in 0..3 {
        let values: Vec<f64> = samples
            .iter()
            .map(|s| 0.3 * s.first_order[i] + 0.7 * s.deviation * s.noise[i] / 0.3_f64.powi(2))
            .collect();
        let mean = values.iter().sum::<f64>() / n;
        variance += values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0) / n;
        assert!((mixed.gradient[i] - mean).abs() < 1e-11 * (1.0 + mean.abs()));
    }
    assert!((mixed.variance_of_gradient / variance - 1.0).abs() < 1e-10);
}

#[test]
fn independent_batches_cost_twice_the_rollouts_and_differ() {
    let task = task("sine", 2, 0.3, &[]);
    for (rule, rollouts) in [
        (Rule::Shared, 300),
        (Rule::Aobg, 600),
        (Rule::Ivw, 600),
        (Rule::IvwH, 600),
        (Rule::SharedPerCoordinate, 300),
        (Rule::Ddcg(0.3), 300),
    ] {
        let settings = settings(rule, 10.0, 300);
        let mut engine = reference();
        let wanted = Wanted::Both;
        let mixed =
            estimate(&mut engine, &task, &[0.1, 0.2], &settings, 4, wanted).expect("estimate");
        assert_eq!(mixed.rollouts, rollouts, "{rule}");
        assert_eq!(mixed.choice.covariance == 0.0, rollouts == 600, "{rule}");
    }
}
