//! The empirical-bias report: its standard errors, its limit, what it finds and how often it finds what is not there.

use super::settings;
use crate::engines::{reference, task};
use mollify::engine::Wanted;
use mollify::estimate::alpha::{Reason, Rule, Statistics, choose};
use mollify::estimate::bias::{Evidence, LEVEL, Report, Verdict, limit};
use mollify::estimate::directions::Directions;
use mollify::estimate::zeroth::Zeroth;
use mollify::estimate::{Mixed, Settings, estimate};
use mollify::system::task::Task;

fn mixed(task: &Task, theta: &[f64], rule: Rule, samples: u64, seed: u64) -> Mixed {
    let settings = settings(rule, 1.0, samples).with_seed(seed);
    estimate(&mut reference(), task, theta, &settings, 0, Wanted::Both).expect("estimate")
}

fn report(task: &Task, theta: &[f64], samples: u64, seed: u64) -> Report {
    let mixed = mixed(task, theta, Rule::Shared, samples, seed);
    mixed.report.expect("both orders")
}

/// Quantiles of Student's t from tables, of four decimals. The approximation errs to the safe side, by less than 0.5 %
/// from 9 degrees of freedom on.
#[test]
fn limit_is_the_quantile_of_student_for_all_comparisons_together() {
    for (comparisons, samples, quantile) in [
        (1, 10, 3.2498),
        (1, 31, 2.7500),
        (1, 1001, 2.5808),
        (10, 10, 4.7809),
        (10, 101, 3.3905),
        (1, 1_000_000_000, 2.5758),
        (10, 1_000_000_000, 3.2905),
    ] {
        let ratio = limit(comparisons, samples) / quantile;
        assert!(
            (1.0 - 2e-5..1.005).contains(&ratio),
            "{ratio} of {quantile}"
        );
    }
    assert!(
        limit(3, 2) > 63.0,
        "never less careful than Student with one degree of freedom"
    );
    assert_eq!(limit(3, 1), f64::INFINITY);
}

/// Over many seeds the differences spread as the standard errors say, with the covariance of a shared batch.
#[test]
fn disagreement_without_bias_has_unit_variance() {
    const SEEDS: u64 = 400;
    let task = task("relu", 2, 0.1, &[("left_slope", -0.6)]);
    for rule in [Rule::Shared, Rule::Ivw] {
        let mut squares = 0.0;
        for seed in 0..SEEDS {
            let report = mixed(&task, &[0.05, -0.08], rule, 500, seed)
                .report
                .expect("both orders");
            squares += report.coordinates.iter().map(|c| c.z * c.z).sum::<f64>();
        }
        // z² has mean 1 and variance 2, over 800 of them.
        let mean = squares / (2 * SEEDS) as f64;
        println!("{rule}: {mean}");
        assert!(
            (mean - 1.0).abs() < 4.0 * (2.0 / 800.0_f64).sqrt(),
            "{rule}: {mean}"
        );
    }
}

#[test]
fn jumps_are_found() {
    for seed in 0..20 {
        for (task, theta, samples) in [
            (task("heaviside", 1, 0.1, &[]), vec![0.0], 1000),
            (
                task("heaviside", 3, 0.13, &[("threshold", 0.17)]),
                vec![0.2, 0.1, 0.25],
                1000,
            ),
            (task("ball-wall", 1, 0.1, &[]), vec![0.65], 1000),
            (task("pivot", 1, 0.02, &[]), vec![0.75], 1000),
        ] {
            let report = report(&task, &theta, samples, seed);
            assert_eq!(
                report.verdict,
                Verdict::Discontinuity,
                "{} {report:?}",
                task.name()
            );
        }
        // No sample lands on the ramp, but for a chance of 1 in 300.
        let ramp = task("soft-heaviside", 1, 0.1, &[("width", 1e-6)]);
        let report = report(&ramp, &[0.03], 1000, seed);
        assert_eq!(report.verdict, Verdict::Discontinuity, "{report:?}");
        let Evidence::Disagreement {
            variance_if_rare, ..
        } = report.evidence
        else {
            panic!("{report:?}");
        };
        // The slope is there: F' = 2 φ(0.3)/σ = 7.628, with the variance (2/D)² p, p = F' D/2, above any of the bounds.
        assert!(
            variance_if_rare > 1000.0 && variance_if_rare < 1e6,
            "{variance_if_rare}"
        );
    }
}

#[test]
fn too_few_samples_to_tell_are_called_that() {
    let far = task("heaviside", 1, 0.1, &[]);
    let unseen = report(&far, &[1.5], 1000, 0);
    assert_eq!(
        (unseen.verdict, unseen.evidence),
        (Verdict::TooFewHits, Evidence::NothingSeen)
    );
    let one = report(&far, &[0.0], 1, 0);
    assert_eq!(
        (one.verdict, one.evidence),
        (Verdict::TooFewHits, Evidence::SingleSample)
    );
    // 3 σ from the jump, 1.35 of 1000 samples cross it on average, and 7 or more, whose √7 = 2.65 standard errors
    // exceed the limit, once in 2000 batches.
    let mut few = 0;
    for seed in 0..20 {
        let report = report(&far, &[0.3], 1000, seed);
        assert_eq!(report.verdict, Verdict::TooFewHits, "{report:?}");
        few += u32::from(matches!(
            report.evidence,
            Evidence::TooLittleVariance { .. }
        ));
    }
    // 26 % of the batches see no sample cross.
    assert!((9..20).contains(&few), "{few}");
}

fn fit(rule: Rule, samples: u64, directions: Directions) -> Settings {
    settings(rule, 1.0, samples)
        .with_directions(directions)
        .with_zeroth(Zeroth::LeastSquares)
}

/// A fit of 51 unknowns to 20 rollouts leaves no residual to tell its error by.
#[test]
fn a_fit_of_unknown_error_agrees_with_nothing() {
    let task = task("pushing", 50, 0.1, &[]);
    let of = |samples| {
        let settings = fit(Rule::Fixed(0.5), samples, Directions::Independent);
        let (mut engine, theta) = (reference(), task.start());
        let mixed = estimate(&mut engine, &task, &theta, &settings, 0, Wanted::Both);
        mixed.expect("estimate").report.expect("both orders")
    };
    let few = of(20);
    let unknown = Evidence::ErrorUnknown {
        samples: 20,
        needed: 52,
    };
    assert_eq!((few.verdict, few.evidence), (Verdict::TooFewHits, unknown));
    assert!(few.coordinates.iter().all(|c| c.is_unknown()));
    for samples in [51, 52] {
        let report = of(samples);
        let is_unknown = matches!(report.evidence, Evidence::ErrorUnknown { .. });
        assert_eq!(is_unknown, samples == 51, "{report:?}");
    }
}

#[test]
fn rules_that_need_a_variance_are_refused_where_a_fit_tells_none() {
    let task = task("pushing", 50, 0.1, &[]);
    for rule in [Rule::Aobg, Rule::Ivw, Rule::IvwH, Rule::Ddcg(0.3)] {
        let settings = fit(rule, 20, Directions::Independent);
        let error = settings.check(&task).expect_err("refused").to_string();
        assert_eq!(
            error,
            format!(
                "samples is 20, but must be at least 52 with `zeroth` least-squares and `rule` {rule}, because fewer tell \
                 no variance; or take `rule` first, zeroth or fixed=A"
            )
        );
    }
    for rule in [Rule::First, Rule::Zeroth, Rule::Fixed(0.5)] {
        let settings = fit(rule, 20, Directions::Independent);
        settings.check(&task).expect("alpha needs no variance");
    }
}

/// 52 orthogonal directions make 8 groups of 6, which are 48 rows.
#[test]
fn the_samples_that_are_asked_for_are_enough_and_one_less_is_not() {
    let task = task("pushing", 50, 0.1, &[]);
    for (directions, least) in [
        (Directions::Independent, 52),
        (Directions::Antithetic, 102),
        (Directions::Orthogonal, 54),
        (Directions::AntitheticOrthogonal, 108),
    ] {
        let holds = |samples| fit(Rule::Ivw, samples, directions).check(&task).is_ok();
        let claimed = fit(Rule::Ivw, 20, directions).least_samples(50);
        assert_eq!(claimed, least, "{directions:?}");
        assert!(!holds(least - 1), "{directions:?}");
        assert!((least..4 * least).all(holds), "{directions:?}");
    }
}

/// As with rollouts that were dropped, until too few for a fit are left.
#[test]
fn no_reason_for_alpha_speaks_of_a_single_sample_where_there_are_more() {
    for rule in [Rule::Ivw, Rule::Aobg, Rule::Ddcg(0.3), Rule::IvwH] {
        let statistics = Statistics {
            samples: 20,
            dimension: 1,
            first_variance: 2.0,
            zeroth_variance: f64::NAN,
            covariance: 0.0,
            bias: 0.5,
            bound: 4.0,
            poincare: Some(mollify::estimate::alpha::Poincare {
                first_variance: 2.0,
                first_norm_squared: 1.0,
                value_variance: 1.0,
                sigma: 1.0,
            }),
            coordinates: &[],
        };
        let choice = choose(&settings(rule, 1.0, 20), &statistics);
        assert_eq!(
            (choice.alpha, choice.reason),
            (0.0, Reason::Unknown),
            "{rule}"
        );
        assert_eq!(
            choice.reason.to_string(),
            "too few samples to tell the variances: the zeroth order"
        );
    }
}

#[test]
fn continuous_costs_agree_but_for_false_alarms_at_the_stated_level() {
    const SEEDS: u64 = 200;
    for (task, theta, samples) in [
        (task("relu", 1, 0.1, &[]), vec![0.05], 1000),
        (
            task("relu", 1, 0.2, &[("left_slope", -1.0)]),
            vec![0.9],
            1000,
        ),
        (task("quadratic", 5, 0.1, &[]), vec![1.0; 5], 1000),
        (
            task("quadratic", 1, 0.7, &[("slope", 0.0)]),
            vec![0.0],
            1000,
        ),
        (
            task("sine", 3, 0.23, &[("frequency", -1.9)]),
            vec![0.41, -2.2, 5.0],
            1000,
        ),
        (task("pushing", 12, 0.1, &[]), vec![0.1; 12], 300),
    ] {
        let alarms = (0..SEEDS)
            .filter(|&seed| {
                let found = report(&task, &theta, samples, seed).verdict;
                ![Verdict::Agreement, Verdict::CannotTell].contains(&found)
            })
            .count();
        println!(
            "{} with {samples} samples: {alarms} of {SEEDS}",
            task.name()
        );
        within_binomial_noise(task.name(), alarms, SEEDS);
    }
}

/// p = 0.01 of 200: 2 expected with the standard deviation 1.41, so that 4 of them end at 7.7.
fn within_binomial_noise(what: &str, alarms: usize, seeds: u64) {
    let mean = seeds as f64 * LEVEL;
    let most = mean + 4.0 * (mean * (1.0 - LEVEL)).sqrt();
    assert!(alarms as f64 <= most, "{what}: {alarms} of {seeds}");
}

/// A few of 20 samples may make up most of a sum, and then that is what is said.
#[test]
fn small_batches_see_no_jump_where_there_is_none() {
    const SEEDS: u64 = 200;
    for (task, theta, samples) in [
        (task("quadratic", 5, 0.1, &[]), vec![1.0; 5], 20),
        (task("quadratic", 5, 0.1, &[]), vec![1.0; 5], 5),
        (task("relu", 1, 0.1, &[]), vec![0.05], 50),
    ] {
        let jumps = (0..SEEDS)
            .filter(|&seed| report(&task, &theta, samples, seed).verdict == Verdict::Discontinuity)
            .count();
        println!("{} with {samples} samples: {jumps} of {SEEDS}", task.name());
        within_binomial_noise(task.name(), jumps, SEEDS);
    }
}
