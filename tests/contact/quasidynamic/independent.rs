//! The exact step against Clarabel, an interior-point solver that shares nothing with ours.

use super::samples::{distance, hand, hand_parameters, hand_problem, many, pushing_problem};
use super::{near, task};
use clarabel::algebra::CscMatrix;
use clarabel::solver::{DefaultSettings, DefaultSolver, IPSolver, NonnegativeConeT, SolverStatus};
use mollify::contact::quasidynamic::{Effort, Problem, many_rows, two_rows};
use mollify::system::quasidynamic::QuasiDynamic;
use mollify::systems::planar_hand::PlanarHand;

/// argmin ½ (d - d₀)'Q (d - d₀) such that φ + J d >= 0.
pub fn by_clarabel<const N: usize, const ROWS: usize>(problem: &Problem<f64, N, ROWS>) -> Vec<f64> {
    let (found, status) = with_status(problem);
    let fine = [SolverStatus::Solved, SolverStatus::AlmostSolved];
    assert!(fine.contains(&status), "{status:?}");
    found
}

/// The same, and whether it got as far as it was asked to: what it calls almost solved may be a millimetre off.
fn with_status<const N: usize, const ROWS: usize>(
    problem: &Problem<f64, N, ROWS>,
) -> (Vec<f64>, SolverStatus) {
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
    (solver.solution.x.clone(), solver.solution.status)
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

fn energy<const N: usize, const ROWS: usize>(problem: &Problem<f64, N, ROWS>, d: &[f64]) -> f64 {
    let off = |i: usize| d[i] - problem.free[i].unwrap_or(0.0);
    (0..N)
        .map(|i| 0.5 * problem.stiffness[i] * off(i).powi(2))
        .sum()
}

/// Through the task, as commands and planners ask for it.
#[test]
fn the_exact_step_of_the_task_is_that_of_an_independent_solver() {
    let exact = task("planar-hand", &[("smoothing", 0.0)]);
    let steps = exact.model().quasi_dynamics().expect("quasi-dynamic");
    let (mut solved, mut worst) = (0, 0.0_f64);
    for (q, u) in many(1000, 22, hand) {
        let problem = PlanarHand::problem(&hand_parameters(), q, u);
        let found = steps.linearize(exact.parameters(), &q, &u);
        let motion: Vec<f64> = (0..7).map(|i| found.next[i] - q[i]).collect();
        assert!(found.force.iter().all(|x| *x >= -1e-9), "{:?}", found.force);
        let (expected, status) = with_status(&problem);
        let off = distance(&motion, &expected);
        match status {
            SolverStatus::Solved => {
                solved += 1;
                worst = worst.max(off);
                assert!(off < 1e-6, "{q:?} {u:?}: {off:e}");
            }
            // It gave up early: ours keeps all rows open and costs no more.
            _ => {
                let open = problem.open(&std::array::from_fn(|i| motion[i]));
                assert!(open.iter().all(|gap| *gap > -1e-9), "{open:?}");
                assert!(energy(&problem, &motion) <= energy(&problem, &expected) + 1e-9);
            }
        }
    }
    println!("{solved} of 1000 solved by both, {worst:e} apart at most");
    assert!(solved > 980, "{solved}");
}

/// Rows that squeeze each other settle slowly; B is where that shows.
#[test]
fn the_derivative_of_a_slow_step_is_its_slope() {
    let exact = task("planar-hand", &[("smoothing", 0.0)]);
    let steps = exact.model().quasi_dynamics().expect("quasi-dynamic");
    let q = [-0.0383, 0.36648, 1.0, -0.85142, -0.69874, 0.74266, 0.57052];
    let u = [-0.80339, -0.63446, 0.76821, 0.69502];
    let found = steps.linearize(exact.parameters(), &q, &u);
    near(found.next_by_control[2 * 4 + 1], 0.867, 2e-3);
    for j in 0..4 {
        let at = |h: f64| {
            let mut u = u;
            u[j] += h;
            steps.linearize(exact.parameters(), &q, &u).next
        };
        let (high, low) = (at(1e-6), at(-1e-6));
        for i in 0..7 {
            let slope = (high[i] - low[i]) / 2e-6;
            near(found.next_by_control[i * 4 + j], slope, 1e-4);
        }
    }
}
