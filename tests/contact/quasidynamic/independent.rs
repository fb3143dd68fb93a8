//! The exact step against Clarabel, an interior-point solver that shares nothing with ours.

use super::samples::{distance, hand_problem, many, pushing_problem};
use clarabel::algebra::CscMatrix;
use clarabel::solver::{DefaultSettings, DefaultSolver, IPSolver, NonnegativeConeT, SolverStatus};
use mollify::contact::quasidynamic::{Effort, Problem, many_rows, two_rows};

/// argmin ½ (d - d₀)'Q (d - d₀) such that φ + J d >= 0.
pub fn by_clarabel<const N: usize, const ROWS: usize>(problem: &Problem<f64, N, ROWS>) -> Vec<f64> {
    let energy = CscMatrix::new(
        N,
        N,
        (0..=N).collect(),
        (0..N).collect(),
        problem.stiffness.to_vec(),
    );
    let linear: Vec<f64> = (0..N)
        .map(|i| -problem.stiffness[i] * problem.free[i].unwrap_or(0.0))
        .collect();
    let rows: Vec<Vec<f64>> = problem
        .jacobian
        .iter()
        .map(|row| row.iter().map(|x| -x.unwrap_or(0.0)).collect())
        .collect();
    let rows = CscMatrix::from(&rows);
    let settings = DefaultSettings {
        verbose: false,
        tol_gap_abs: 1e-12,
        tol_gap_rel: 1e-12,
        tol_feas: 1e-12,
        ..DefaultSettings::default()
    };
    let cones = [NonnegativeConeT(ROWS)];
    let mut solver = DefaultSolver::new(&energy, &linear, &rows, &problem.gap, &cones, settings)
        .expect("a solver");
    solver.solve();
    let fine = [SolverStatus::Solved, SolverStatus::AlmostSolved];
    assert!(
        fine.contains(&solver.solution.status),
        "{:?}",
        solver.solution.status
    );
    solver.solution.x.clone()
}

#[test]
fn the_exact_step_is_that_of_an_independent_solver() {
    let mut touching = 0;
    for problem in many(1000, 20, pushing_problem) {
        let expected = by_clarabel(&problem);
        let exact = two_rows(&problem, 0.0);
        assert!(
            distance(&exact.motion, &expected) < 1e-6,
            "{exact:?} {expected:?}"
        );
        touching += usize::from(exact.force.iter().any(|x| *x > 0.0));
    }
    assert!((200..800).contains(&touching), "{touching} of 1000 touch");
    for problem in many(1000, 21, hand_problem) {
        let expected = by_clarabel(&problem);
        let exact = many_rows(&problem, 0.0, Effort::DOUBLE);
        assert!(
            distance(&exact.motion, &expected) < 1e-6,
            "{exact:?} {expected:?}"
        );
    }
}
