//! What the loops promise: ten passes are enough from any start, and the barrier is as near to the exact step as it must be.

use super::samples::{distance, hand_problem, many, pushing_problem};
use mollify::contact::quasidynamic::{Effort, Problem, Step, many_rows, many_rows_f64, two_rows};
use rayon::prelude::*;

const KAPPAS: [f64; 3] = [1e2, 1e3, 1e4];

/// The largest |sλκ - 1| of rows that carry force, and whether all is finite.
fn off_the_curve<const N: usize, const ROWS: usize>(
    problem: &Problem<f64, N, ROWS>,
    step: &Step<f64, N, ROWS>,
    kappa: f64,
) -> f64 {
    let open = problem.open(&step.motion);
    let rows = open.iter().zip(&step.force);
    rows.map(|(s, force)| (s * force * kappa - 1.0).abs())
        .fold(
            0.0,
            |m, x| if x.is_nan() { f64::INFINITY } else { x.max(m) },
        )
}

/// Cold starts: motions within 2e-6 m or rad of those of many more passes, and what is left of the conditions.
fn check_passes<const N: usize, const ROWS: usize>(
    name: &str,
    problems: &[Problem<f64, N, ROWS>],
    solve: impl Fn(&Problem<f64, N, ROWS>, f64) -> Step<f64, N, ROWS> + Sync,
) {
    for kappa in KAPPAS {
        let worst = problems.par_iter().map(|problem| {
            let found = solve(problem, 1.0 / kappa);
            let settled = Effort {
                passes: 40,
                ..Effort::DOUBLE
            };
            let expected = many_rows(problem, 1.0 / kappa, settled);
            // The balance of forces holds by the way from forces to motions: what is left is the curve.
            assert!(
                off_the_curve(problem, &expected, kappa) < 1e-4,
                "it has settled"
            );
            (
                distance(&found.motion, &expected.motion),
                off_the_curve(problem, &found, kappa),
            )
        });
        let worst = worst.reduce(|| (0.0, 0.0), |a, b| (a.0.max(b.0), a.1.max(b.1)));
        println!(
            "{name}, kappa {kappa:e}: motion {:e}, s lambda kappa - 1 {:e}",
            worst.0, worst.1
        );
        assert!(worst.0 < 2e-6, "{name} at kappa {kappa}: {worst:?}");
        assert!(worst.1 < 0.05, "{name} at kappa {kappa}: {worst:?}");
    }
}

#[test]
fn ten_passes_are_enough_from_any_start() {
    let pushing = many(20_000, 1, pushing_problem);
    let ten = Effort {
        passes: 10,
        ..Effort::SINGLE
    };
    check_passes("pushing", &pushing, |problem, mu| {
        many_rows(problem, mu, ten)
    });
    let hand = many(13_500, 2, hand_problem);
    check_passes("hand", &hand, |problem, mu| many_rows(problem, mu, ten));
}

#[test]
fn two_rows_settle_on_their_curve_at_any_weight() {
    let problems = many(20_000, 3, pushing_problem);
    check_passes("pushing on the curve", &problems, two_rows);
    // At 1e8 it is the exact step but for √(W/κ) where a row hardly touches.
    let worst = problems.iter().map(|problem| {
        let (hard, exact) = (two_rows(problem, 1e-8), two_rows(problem, 0.0));
        distance(&hard.motion, &exact.motion)
    });
    let worst = worst.fold(0.0, f64::max);
    assert!(worst < 3e-5, "{worst:e}");
}

/// Projected Gauss-Seidel with the positive root of each row in place of max(0, x): slow, and never wrong.
fn by_relaxation<const N: usize, const ROWS: usize>(
    problem: &Problem<f64, N, ROWS>,
    mu: f64,
) -> [f64; ROWS] {
    let free = problem.free_gap();
    let mut force = [0.0; ROWS];
    for _ in 0..4000 {
        for k in 0..ROWS {
            let w = problem.compliance(k, k);
            let others = (0..ROWS).filter(|j| *j != k);
            let c = free[k]
                + others
                    .map(|j| problem.compliance(k, j) * force[j])
                    .sum::<f64>();
            let root = (c * c + 4.0 * w * mu).sqrt();
            force[k] = if c > 0.0 {
                2.0 * mu / (c + root)
            } else {
                (root - c) / (2.0 * w)
            };
        }
    }
    force
}

#[test]
fn relaxation_finds_the_same_forces() {
    for problem in many(100, 4, pushing_problem) {
        for kappa in KAPPAS {
            let step = two_rows(&problem, 1.0 / kappa);
            let expected = problem.step(by_relaxation(&problem, 1.0 / kappa));
            assert!(
                distance(&step.motion, &expected.motion) < 1e-9,
                "{step:?} {expected:?}"
            );
        }
    }
    for problem in many(6, 5, hand_problem) {
        let step = many_rows(&problem, 1e-2, Effort::DOUBLE);
        let expected = problem.step(by_relaxation(&problem, 1e-2));
        assert!(
            distance(&step.motion, &expected.motion) < 1e-9,
            "{step:?} {expected:?}"
        );
    }
}

/// |d_κ - d_∞| in the norm of Q is at most √(2 m/κ) with m rows: the energy is strongly convex and the barrier's gap is m/κ.
fn check_certificate<const N: usize, const ROWS: usize>(
    name: &str,
    problems: &[Problem<f64, N, ROWS>],
    solve: impl Fn(&Problem<f64, N, ROWS>, f64) -> Step<f64, N, ROWS>,
) {
    for kappa in [1e2, 1e3, 1e4] {
        let shares = problems.iter().map(|problem| {
            let (smooth, exact) = (solve(problem, 1.0 / kappa), solve(problem, 0.0));
            let squares =
                (0..N).map(|i| problem.stiffness[i] * (smooth.motion[i] - exact.motion[i]).powi(2));
            (squares.sum::<f64>() * kappa / (2.0 * ROWS as f64)).sqrt()
        });
        let largest = shares.fold(0.0, f64::max);
        println!("{name}, kappa {kappa:e}: {largest} of the bound");
        assert!(
            largest <= 1.0 && largest > 0.05,
            "{name} at {kappa}: {largest}"
        );
    }
}

#[test]
fn the_barrier_is_within_its_certificate() {
    check_certificate("pushing", &many(3000, 6, pushing_problem), two_rows);
    let solve = |problem: &_, mu| many_rows(problem, mu, Effort::DOUBLE);
    check_certificate("hand", &many(1000, 7, hand_problem), solve);
}

/// q_∞ = q_κ - w μ dq/dμ: the share of the steps where the size of w, in the norm of Q, is within these bounds. dq/dμ is the slope of
/// steps at nearby μ.
fn error_factors<const N: usize, const ROWS: usize>(
    problems: &[Problem<f64, N, ROWS>],
    solve: impl Fn(&Problem<f64, N, ROWS>, f64) -> Step<f64, N, ROWS>,
    within: std::ops::Range<f64>,
) -> f64 {
    let kappa = 100.0;
    let factor = |problem: &Problem<f64, N, ROWS>| {
        let at = |mu: f64| solve(problem, mu).motion;
        let size = |a: [f64; N], b: [f64; N]| -> f64 {
            let squares = (0..N).map(|i| problem.stiffness[i] * (a[i] - b[i]).powi(2));
            squares.sum::<f64>().sqrt()
        };
        let change = size(at(1.001 / kappa), at(0.999 / kappa)) / 0.002;
        size(at(1.0 / kappa), at(0.0)) / change
    };
    let found = problems.iter().map(factor).filter(|w| within.contains(w));
    found.count() as f64 / problems.len() as f64
}

/// In one dimension w is 2 at the kink and 1 far from it. With one contact it is between them; with twelve nearly so, because what
/// one row gives up others take.
#[test]
fn the_slope_in_mu_is_an_error_bar() {
    let pushing = many(2000, 8, pushing_problem);
    let share = error_factors(&pushing, two_rows, 0.999..2.001);
    assert!(share >= 0.97, "pushing: {share}");
    let hand = many(500, 9, hand_problem);
    let solve = |problem: &_, mu| many_rows(problem, mu, Effort::DOUBLE);
    let share = error_factors(&hand, solve, 0.999..2.001);
    assert!(share >= 0.85, "hand: {share}");
    let share = error_factors(&hand, solve, 0.8..2.2);
    assert!(share >= 0.97, "hand: {share}");
}

/// The Newton step that aims at no smoothing subtracts μ dq/dμ.
#[test]
fn the_corrected_step_is_nearer_to_the_exact_one() {
    let problems = many(1500, 10, hand_problem);
    let errors = |mu: f64| -> Vec<f64> {
        let error = |problem: &Problem<f64, 7, 24>| {
            let exact = many_rows(problem, 0.0, Effort::DOUBLE);
            let hard = Effort {
                passes: 16,
                hardest: 1e-6,
                ..Effort::SINGLE
            };
            distance(&many_rows(problem, mu, hard).motion, &exact.motion)
        };
        let mut errors: Vec<f64> = problems.iter().map(error).collect();
        errors.sort_by(f64::total_cmp);
        errors
    };
    let (plain, corrected) = (errors(1e-6), errors(0.0));
    let [high, last] = [problems.len() * 99 / 100, problems.len() - 1];
    println!(
        "99 % and largest: plain {:e} {:e}, corrected {:e} {:e}",
        plain[high], plain[last], corrected[high], corrected[last]
    );
    assert!(plain[last] < 8e-4 && corrected[last] < 3e-4);
    assert!(corrected[high] < 0.4 * plain[high] && corrected[750] < 0.05 * plain[750]);
}

/// Passes end early there, and the Newton step behind them is another one.
#[test]
fn single_steps_of_many_rows_are_those_of_the_series() {
    for mu in [1e-2, 1e-4, 1e-6, 0.0] {
        let worst = many(300, 81, |rng| {
            let problem = hand_problem(rng);
            let found = many_rows_f64(&problem, mu, Effort::DOUBLE);
            distance(
                &found.motion,
                &many_rows(&problem, mu, Effort::DOUBLE).motion,
            )
        });
        let worst = worst.into_iter().fold(0.0, f64::max);
        assert!(worst < 1e-8, "{mu}: {worst}");
    }
}
