//! The rules with a weight for each coordinate, and the names of all rules.

use super::settings;
use crate::engines::{batch, reference, task};
use mollify::engine::{Engine, Stream, Wanted};
use mollify::estimate::alpha::{Reason, Rule, Variances, weights};
use mollify::estimate::{Mixed, estimate};

const SAMPLES: u64 = 700;
const THETA: [f64; 3] = [0.07, -0.04, 0.6];

/// Kinks near two of the coordinates, so that each has a weight of its own.
fn mixed(rule: Rule) -> Mixed {
    let task = task("relu", 3, 0.15, &[("left_slope", -0.4)]);
    let settings = settings(rule, 1.0, SAMPLES);
    estimate(&mut reference(), &task, &THETA, &settings, 0, Wanted::Both).expect("estimate")
}

/// g₁ and g₀ of each sample of a stream, from the samples in full.
fn samples(stream: Stream) -> Vec<([f64; 3], [f64; 3])> {
    let task = task("relu", 3, 0.15, &[("left_slope", -0.4)]);
    let batch = mollify::engine::Batch {
        stream,
        ..batch(SAMPLES, 0)
    };
    let drawn = reference().samples(&task, &THETA, &batch, 0..SAMPLES);
    let pair = |s: mollify::engine::Sample| {
        let zeroth = |i: usize| s.deviation * s.noise[i] / 0.15_f64.powi(2);
        ([0, 1, 2].map(|i| s.first_order[i]), [0, 1, 2].map(zeroth))
    };
    drawn.expect("samples").into_iter().map(pair).collect()
}

fn mean_and_variance(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let n = values.clone().count() as f64;
    let mean = values.clone().sum::<f64>() / n;
    (
        mean,
        values.map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0),
    )
}

fn close(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() < 1e-10 * (1.0 + expected.abs()),
        "{found}, not {expected}"
    );
}

#[test]
fn weight_of_each_coordinate_is_the_one_worked_out_by_hand() {
    let of = |first, zeroth, covariance| Variances {
        first,
        zeroth,
        covariance,
    };
    let found = weights(&[
        of(2.0, 6.0, 1.0),
        of(2.0, 6.0, 0.0),
        of(20.0, 7.0, 9.0),
        of(2.0, 6.0, 3.0),
        of(0.0, 0.0, 0.0),
        of(f64::NAN, 1.0, 0.0),
    ]);
    assert_eq!(found, [5.0 / 6.0, 0.75, 0.0, 1.0, 0.0, 0.0]);
}

/// With the weights fixed, each mixed coordinate is a mean over samples, whose variance needs no formula.
#[test]
fn shared_mix_has_the_mean_and_variance_of_its_weighted_samples() {
    let mixed = mixed(Rule::SharedPerCoordinate);
    let (alphas, samples) = (
        mixed.choice.alphas.expect("weights"),
        samples(Stream::Estimate),
    );
    let mut total = 0.0;
    for i in 0..3 {
        let weighted = |a: f64| {
            samples
                .iter()
                .map(move |(g1, g0)| a * g1[i] + (1.0 - a) * g0[i])
        };
        let (mean, variance) = mean_and_variance(weighted(alphas[i]));
        close(mixed.gradient[i], mean);
        total += variance / SAMPLES as f64;
        // No other weight has less variance.
        for a in [alphas[i] - 0.01, alphas[i] + 0.01] {
            let inside = (0.0..=1.0).contains(&a);
            assert!(
                !inside || mean_and_variance(weighted(a)).1 > variance,
                "{a}"
            );
        }
    }
    close(mixed.variance_of_gradient, total);
    close(mixed.choice.alpha, alphas.iter().sum::<f64>() / 3.0);
    assert_eq!(mixed.choice.reason, Reason::PerCoordinate);
    assert!((alphas[0] - alphas[1]).abs() > 1e-3, "{alphas:?}");
}

#[test]
fn ivw_h_weighs_each_time_step_by_independent_batches() {
    let mixed = mixed(Rule::IvwH);
    let alphas = mixed.choice.alphas.expect("weights");
    let (first, second) = (samples(Stream::Estimate), samples(Stream::Independent));
    let mut total = 0.0;
    for (i, alpha) in alphas.iter().enumerate() {
        let (g1, v1) = mean_and_variance(first.iter().map(|s| s.0[i]));
        let (g0, v0) = mean_and_variance(second.iter().map(|s| s.1[i]));
        let a = v0 / (v0 + v1);
        close(*alpha, a);
        close(mixed.gradient[i], a * g1 + (1.0 - a) * g0);
        total += (a * a * v1 + (1.0 - a).powi(2) * v0) / SAMPLES as f64;
    }
    close(mixed.variance_of_gradient, total);
    assert_eq!(mixed.rollouts, 2 * SAMPLES);
}

#[test]
fn weights_of_their_own_have_no_more_variance_than_one_for_all() {
    let [one, each] = [Rule::Shared, Rule::SharedPerCoordinate].map(mixed);
    assert!(each.variance_of_gradient < one.variance_of_gradient);
    let [one, each] = [Rule::Ivw, Rule::IvwH].map(mixed);
    assert!(each.variance_of_gradient < one.variance_of_gradient);
    assert_eq!(one.choice.alphas, None);
}

#[test]
fn names_of_rules_are_read_as_they_are_written() {
    for name in [
        "aobg",
        "ivw",
        "ivw-h",
        "shared",
        "shared-per-coordinate",
        "ddcg",
        "ddcg=0.25",
        "first",
        "zeroth",
        "fixed=0.5",
    ] {
        let rule: Rule = name.parse().expect(name);
        assert_eq!(rule.to_string(), name);
    }
    assert_eq!("ddcg=0.3".parse::<Rule>().expect("a rule"), Rule::Ddcg(0.3));
    for name in [
        "ddcg=1",
        "ddcg=-0.1",
        "ddcg=",
        "fixed",
        "fixed=nan",
        "ivw=1",
        "",
    ] {
        assert!(name.parse::<Rule>().is_err(), "{name}");
    }
}
