//! Directions and fits of the zeroth order, and the point of least norm, against closed forms.

use crate::engines::{reference, task, within_four_standard_errors};
use mollify::engine::{Baseline, Stream, Wanted};
use mollify::estimate::alpha::Rule;
use mollify::estimate::directions::{Directions, Layout};
use mollify::estimate::zeroth::{Zeroth, moments};
use mollify::estimate::{Estimate, Settings};
use mollify::noise::{Distribution, NoiseOn};
use mollify::solve::Options;
use mollify::solve::min_norm;
use mollify::system::model::Model;
use mollify::system::policy::Policy;
use mollify::system::task::Task;
use nalgebra::{DMatrix, DVector};
use std::sync::Arc;

const ALL: [Directions; 4] = [
    Directions::Independent,
    Directions::Antithetic,
    Directions::Orthogonal,
    Directions::AntitheticOrthogonal,
];

fn vector(numbers: &[f64]) -> DVector<f64> {
    DVector::from_column_slice(numbers)
}

fn settings(task: &Task, samples: u64, directions: Directions, zeroth: Zeroth) -> Settings {
    let tuned = Options::tuned(task).estimate;
    tuned
        .with_samples(samples)
        .with_directions(directions)
        .with_zeroth(zeroth)
        .with_rule(Rule::Zeroth)
}

fn estimate(task: &Task, theta: &[f64], settings: &Settings, iteration: u32) -> Estimate {
    let batch = settings.batch(iteration, Stream::Estimate, Wanted::ZerothOrder);
    let m = moments(&mut reference(), task, theta, settings, &batch).expect("moments");
    Estimate::zeroth_order(&m)
}

/// d = 3, so that no group is of the default size.
fn quadratic() -> Task {
    task("quadratic", 3, 0.3, &[("slope", -0.7), ("curvature", 1.3)])
}

#[test]
fn orthogonal_groups_are_orthogonal_and_each_direction_is_gaussian() {
    let d = 5;
    let layout = Layout::new(Directions::Orthogonal, 40_000, d).expect("layout");
    assert_eq!((layout.group, layout.rollouts()), (5, 40_000));
    let rows = layout.draw([3, 7], 0..layout.units);
    for group in rows.chunks(d * d).take(500) {
        let z = DMatrix::from_row_slice(d, d, group);
        let products = &z * z.transpose();
        let off = &products - DMatrix::from_diagonal(&products.diagonal());
        // Rounding of products of vectors of length about √5.
        assert!(off.amax() < 1e-12, "{products}");
    }
    // |z|² of N(0, I) in d dimensions has mean d and variance 2d; a coordinate mean 0, fourth moment 3 of variance 96.
    let squares: Vec<f64> = rows
        .chunks(d)
        .map(|z| z.iter().map(|x| x * x).sum())
        .collect();
    let n = squares.len() as f64;
    let mean = squares.iter().sum::<f64>() / n;
    within_four_standard_errors("|z|²", mean, 5.0, (10.0 / n).sqrt(), 0.0);
    let fourth = rows.chunks(d).map(|z| z[2].powi(4)).sum::<f64>() / n;
    within_four_standard_errors("z⁴", fourth, 3.0, (96.0 / n).sqrt(), 0.0);
}

#[test]
fn every_estimate_is_the_gradient_with_honest_standard_errors() {
    let task = quadratic();
    let theta = [0.4, -0.9, 1.1];
    let exact = task.closed_form(&theta, 0.0).expect("closed form").gradient;
    for zeroth in [Zeroth::Correlation, Zeroth::LeastSquares] {
        for directions in ALL {
            let settings = settings(&task, 600, directions, zeroth);
            const RUNS: u32 = 200;
            let (mut error, mut claimed) = (0.0, 0.0);
            let mut sum = DVector::zeros(3);
            for run in 0..RUNS {
                let e = estimate(&task, &theta, &settings, run);
                let off = vector(&e.gradient) - vector(&exact);
                error += off.norm_squared();
                claimed += vector(&e.std_error).norm_squared();
                sum += off;
            }
            if directions.is_antithetic() && zeroth == Zeroth::LeastSquares {
                // Pairs cancel the even terms and the fit is exact on the rest: only rounding is left.
                assert!(error < 1e-20 && claimed < 1e-20, "{error} {claimed}");
                continue;
            }
            // The mean of 200 independent squared errors, each of a relative spread below √2 (that of one coordinate),
            // has a standard deviation of 0.1 at most: four of them.
            let ratio = error / claimed;
            assert!(
                (0.6..1.4).contains(&ratio),
                "{directions:?} {zeroth:?}: {ratio}"
            );
            let runs = f64::from(RUNS);
            let std_error = (claimed / runs).sqrt() / runs.sqrt();
            let off = (sum / runs).norm();
            assert!(
                off < 4.0 * std_error,
                "{directions:?} {zeroth:?}: {off} of {std_error}"
            );
        }
    }
}

/// maths.md: pairs 14.2 against 9.1 for two independent samples with the best b.
#[test]
fn pairs_at_a_jump_have_the_known_variance_and_are_worse_than_the_best_baseline() {
    let task = task("heaviside", 1, 0.1, &[]);
    let settings = settings(&task, 400_000, Directions::Antithetic, Zeroth::Correlation);
    let e = estimate(&task, &[0.1], &settings, 0);
    let pair = 0.5 * e.variance;
    // 200 000 pairs of a kurtosis of a few: the variance is known to 1 %.
    assert!((pair - 14.2).abs() < 0.15, "{pair}");
    let model = task.closed_form(&[0.1], 0.0).expect("closed form");
    within_four_standard_errors("F'", e.gradient[0], model.gradient[0], e.std_error[0], 0.0);
    // m2 = P(|..|) weights: b* minimises (1 - 2b) m2 + b², so b* = m2 = Phi(1) - phi(1).
    let best = 0.841_345 - 0.241_971;
    let single = task
        .closed_form(&[0.1], best)
        .and_then(|c| c.zeroth_order_variance);
    let two = 0.5 * single.expect("variance");
    assert!((two - 9.1).abs() < 0.05 && two < pair, "{two}");
}

#[test]
fn pairs_cancel_even_terms_and_orthogonal_groups_have_less_variance() {
    let task = quadratic();
    let variance = |theta: &[f64], directions| {
        let settings = settings(&task, 3000, directions, Zeroth::Correlation);
        estimate(&task, theta, &settings, 0).variance
    };
    // Where the gradient vanishes only even terms are left: pairs see nothing but rounding.
    let d = 3;
    let form = |x: &[f64]| DVector::from_vec(task.closed_form(x, 0.0).expect("form").gradient);
    let origin = form(&[0.0; 3]);
    let hessian = DMatrix::from_fn(d, d, |i, j| {
        let mut x = vec![0.0; d];
        x[j] = 1.0;
        (form(&x) - &origin)[i]
    });
    let flat = hessian.lu().solve(&(-&origin)).expect("regular");
    let even = variance(flat.as_slice(), Directions::Antithetic);
    let all = variance(flat.as_slice(), Directions::Independent);
    assert!(even < 1e-20 && all > 0.1, "{even} {all}");
    let theta = [0.4, -0.9, 1.1];
    let [independent, orthogonal] =
        [Directions::Independent, Directions::Orthogonal].map(|d| variance(&theta, d));
    // On a linear function full groups leave only the spread of the lengths: 2/(d + 1) of the variance, here a half.
    assert!(orthogonal < 0.8 * independent, "{orthogonal} {independent}");
}

#[test]
fn a_fit_is_exact_on_a_linear_cost_from_more_than_d_samples_on() {
    let task = task(
        "quadratic",
        7,
        0.6,
        &[("slope", -0.7), ("curvature", 0.0), ("coupling", 0.0)],
    );
    let theta = [0.2; 7];
    let exact = task.closed_form(&theta, 0.0).expect("closed form").gradient;
    let exact = DVector::from_vec(exact);
    for (directions, samples) in [
        (Directions::Independent, 8),
        (Directions::Independent, 9),
        (Directions::Antithetic, 14),
        (Directions::Orthogonal, 40),
    ] {
        let s = settings(&task, samples, directions, Zeroth::LeastSquares);
        let e = estimate(&task, &theta, &s, 1);
        // Squaring the condition of a nearly square Gaussian matrix costs half of the digits at most.
        let off = (vector(&e.gradient) - &exact).norm();
        assert!(off < 1e-8, "{directions:?} {samples}: {off}");
        assert_eq!(e.variance.is_nan(), samples == 8 || samples == 14);
    }
    let s = settings(&task, 4, Directions::Antithetic, Zeroth::LeastSquares);
    let e = estimate(&task, &theta, &s, 1);
    // A projection is shorter, and what it keeps is right: g·ĝ = |ĝ|².
    let (along, square) = (
        vector(&e.gradient).dot(&exact),
        vector(&e.gradient).norm_squared(),
    );
    assert!((along - square).abs() < 1e-9 && square < exact.norm_squared());
}

#[test]
fn leave_one_out_and_no_baseline_agree_with_the_engine_s_own_samples() {
    let task = quadratic();
    let theta = [0.4, -0.9, 1.1];
    for baseline in [Baseline::Nominal, Baseline::LeaveOneOut, Baseline::None] {
        let mut s = settings(&task, 500, Directions::Independent, Zeroth::Correlation);
        s.baseline = baseline;
        let batch = s.batch(3, Stream::Estimate, Wanted::ZerothOrder);
        let drawn = moments(&mut reference(), &task, &theta, &s, &batch).expect("moments");
        let own = mollify::engine::Engine::moments(&mut reference(), &task, &theta, &batch);
        let (drawn, own) = (
            Estimate::zeroth_order(&drawn),
            Estimate::zeroth_order(&own.expect("own")),
        );
        // The same noise, so equal up to rounding.
        assert!(
            (vector(&drawn.gradient) - vector(&own.gradient)).norm() < 1e-9,
            "{baseline:?}"
        );
        assert!(
            (drawn.variance / own.variance - 1.0).abs() < 1e-9,
            "{baseline:?}"
        );
    }
}

#[test]
fn directions_need_gaussian_noise_on_theta_and_samples_for_two_units() {
    let laplace = quadratic().with_distribution(Distribution::Laplace);
    let feedback = Task::find("pushing")
        .and_then(|t| t.with_policy(Policy::Linear))
        .map(|t| t.with_noise_on(NoiseOn::Action))
        .expect("task");
    for (task, samples, words) in [
        (laplace, 100, "not Gaussian"),
        (feedback, 100, "on the action"),
        (quadratic(), 3, "at least"),
        (quadratic(), 1, "at least"),
    ] {
        let s = settings(
            &task,
            samples,
            Directions::AntitheticOrthogonal,
            Zeroth::Correlation,
        );
        let error = s.check(&task).expect_err("refused").to_string();
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn least_norm_of_two_points_a_segment_and_a_triangle() {
    let least = |points: &[[f64; 2]]| {
        let points: Vec<Vec<f64>> = points.iter().map(|p| p.to_vec()).collect();
        let weights = vector(&min_norm::weights(&points));
        assert!((weights.sum() - 1.0).abs() < 1e-14 && weights.min() >= 0.0);
        DMatrix::from_fn(2, points.len(), |j, i| points[i][j]) * weights
    };
    let near = |found: DVector<f64>, x: f64, y: f64| {
        assert!((found - DVector::from_vec(vec![x, y])).norm() < 1e-12);
    };
    near(least(&[[3.0, -4.0]]), 3.0, -4.0);
    near(least(&[[1.0, 1.0], [4.0, 2.0]]), 1.0, 1.0); // an end
    near(least(&[[2.0, 0.0], [0.0, 1.0]]), 0.4, 0.8); // inside the segment
    near(least(&[[-1.0, -1.0], [2.0, -1.0], [0.5, 3.0]]), 0.0, 0.0); // 0 is in the triangle
    near(least(&[[1.0, -1.0], [1.0, 1.0], [3.0, 0.0]]), 1.0, 0.0); // on an edge
    near(least(&[[1.0, 1.0], [1.0, 1.0], [1.0, 1.0]]), 1.0, 1.0); // the same point thrice
    near(least(&[[0.0, 0.0], [0.0, 0.0]]), 0.0, 0.0);
}

#[test]
fn least_norm_obeys_its_optimality_condition() {
    for (d, n) in [(2, 9), (5, 4), (7, 60), (30, 30), (40, 11)] {
        let mut values = vec![0.0; d * n];
        Distribution::Gaussian.fill([1, 2], d as u32, &mut values);
        // Away from 0, so that it is outside of some hulls.
        let points = DMatrix::from_vec(d, n, values).map(|x| 1e3 * (x + 0.6));
        let columns: Vec<Vec<f64>> = points.column_iter().map(|p| p.as_slice().into()).collect();
        let x = &points * vector(&min_norm::weights(&columns));
        let square = x.norm_squared();
        let largest = points
            .column_iter()
            .map(|p| p.norm_squared())
            .fold(0.0, f64::max);
        for p in points.column_iter() {
            assert!(p.dot(&x) >= square - 1e-9 * largest, "{d} {n}");
        }
    }
}

/// A start that is random gives each sample a baseline of its own, which is a rollout; mirror images need none.
#[test]
fn rollouts_of_baselines_are_counted() {
    let text = include_str!("../../examples/spring.json");
    let spring = Task::new(Arc::new(
        Model::from_json(text, "an example").expect("right"),
    ));
    for (directions, rule, baseline, expected) in [
        (Directions::Independent, Rule::Zeroth, Baseline::Nominal, 80),
        (Directions::Orthogonal, Rule::Zeroth, Baseline::Nominal, 80),
        (Directions::Antithetic, Rule::Zeroth, Baseline::Nominal, 40),
        (Directions::Independent, Rule::Aobg, Baseline::Nominal, 160),
        (Directions::Antithetic, Rule::Aobg, Baseline::Nominal, 120),
        (
            Directions::Independent,
            Rule::Aobg,
            Baseline::LeaveOneOut,
            80,
        ),
    ] {
        let settings = settings(&spring, 40, directions, Zeroth::Correlation)
            .with_rule(rule)
            .with_baseline(baseline);
        let wanted = match rule {
            Rule::Zeroth => Wanted::ZerothOrder,
            _ => Wanted::Both,
        };
        let mixed = mollify::estimate::estimate(
            &mut reference(),
            &spring,
            &spring.start(),
            &settings,
            0,
            wanted,
        );
        let mixed = mixed.expect("an estimate");
        let samples = if rule == Rule::Zeroth { 40 } else { 80 };
        let what = format!("{directions:?} {rule:?} {baseline:?}");
        assert_eq!(
            (mixed.samples, mixed.rollouts),
            (samples, expected),
            "{what}"
        );
        assert!(mixed.complete, "{what}");
    }
}
