//! Quadratic programs against an independent solver, against conditions of optimality, and where they have no solution.

use clarabel::algebra::CscMatrix;
use clarabel::solver::{DefaultSettings, DefaultSolver, IPSolver, SolverStatus, SupportedConeT};
use mollify::error::PlanError;
use mollify::plan::qp::Program;
use nalgebra::{DMatrix, DVector};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

/// Uniform within ±1.
fn matrix(random: &mut StdRng, rows: usize, columns: usize) -> DMatrix<f64> {
    DMatrix::from_fn(rows, columns, |_, _| random.random_range(-1.0..1.0))
}

fn vector(random: &mut StdRng, size: usize) -> DVector<f64> {
    DVector::from_fn(size, |_, _| random.random_range(-1.0..1.0))
}

/// A program of rank `rank` with bounds on all variables and rows that a known point keeps.
fn program(random: &mut StdRng, n: usize, m: usize, rank: usize, scale: f64) -> Program {
    let half = matrix(random, rank, n);
    let inside = vector(random, n);
    let rows = matrix(random, m, n);
    let at = &rows * &inside;
    let side = |random: &mut StdRng| match random.random_range(0..4) {
        0 => f64::INFINITY,
        1 => 0.0,
        _ => random.random_range(0.0..0.5),
    };
    let mut found = Program::new(half.tr_mul(&half) * scale, vector(random, n) * scale.sqrt());
    found.lower = inside.map(|x| x - 0.3);
    found.upper = inside.map(|x| x + 0.4);
    let lower: Vec<f64> = at.iter().map(|x| x - side(random)).collect();
    let upper: Vec<f64> = at.iter().map(|x| x + side(random)).collect();
    found.with_rows(&rows, &lower, &upper)
}

/// The least value by Clarabel.
fn independent(program: &Program) -> (f64, DVector<f64>) {
    let n = program.linear.len();
    let (mut rows, mut limits) = (Vec::new(), Vec::new());
    let unit = |i: usize| DVector::from_fn(n, |j, _| f64::from(u8::from(i == j)));
    let sources = (0..n)
        .map(|i| (unit(i), program.lower[i], program.upper[i]))
        .chain((0..program.rows.nrows()).map(|i| {
            let row = program.rows.row(i).transpose();
            (row, program.rows_lower[i], program.rows_upper[i])
        }));
    for (row, lower, upper) in sources {
        for (sign, limit) in [(-1.0, lower), (1.0, upper)] {
            if limit.is_finite() {
                rows.push(&row * sign);
                limits.push(sign * limit);
            }
        }
    }
    let dense = |count: usize, of: &dyn Fn(usize, usize) -> f64| {
        let table: Vec<Vec<f64>> = (0..count)
            .map(|i| (0..n).map(|j| of(i, j)).collect())
            .collect();
        CscMatrix::from(&table)
    };
    let upper_half = |i: usize, j: usize| {
        if i <= j {
            program.quadratic[(i, j)]
        } else {
            0.0
        }
    };
    let settings = DefaultSettings {
        verbose: false,
        tol_gap_abs: 1e-11,
        tol_gap_rel: 1e-11,
        tol_feas: 1e-11,
        ..DefaultSettings::default()
    };
    let solver = DefaultSolver::new(
        &dense(n, &upper_half),
        program.linear.as_slice(),
        &dense(rows.len(), &|i, j| rows[i][j]),
        &limits,
        &[SupportedConeT::NonnegativeConeT(limits.len())],
        settings,
    );
    let mut solver = solver.expect("a program");
    solver.solve();
    let status = solver.solution.status;
    assert!(
        matches!(status, SolverStatus::Solved | SolverStatus::AlmostSolved),
        "{status:?}"
    );
    let x = DVector::from_column_slice(&solver.solution.x);
    (program.value(&x), x)
}

/// How far x is beyond any bound.
fn beyond(program: &Program, x: &DVector<f64>) -> f64 {
    let rows = &program.rows * x;
    let of = |values: &DVector<f64>, lower: &DVector<f64>, upper: &DVector<f64>| {
        let sides = values.iter().zip(lower).zip(upper);
        sides
            .map(|((v, l), u)| (l - v).max(v - u))
            .fold(0.0, f64::max)
    };
    of(x, &program.lower, &program.upper).max(of(&rows, &program.rows_lower, &program.rows_upper))
}

#[test]
fn the_least_value_is_that_of_an_independent_solver() {
    let mut random = StdRng::seed_from_u64(1);
    let mut most = 0;
    for case in 0..400 {
        let (n, m) = (random.random_range(1..25), random.random_range(0..40));
        let rank = random.random_range(0..=n);
        let scale = [1e-3, 1.0, 1e4][case % 3];
        let program = program(&mut random, n, m, rank, scale);
        let found = program
            .solve()
            .unwrap_or_else(|e| panic!("case {case}: {e}"));
        let (value, x) = independent(&program);
        let off = (found.value - value).abs() / (1.0 + value.abs());
        assert!(off < 1e-6, "case {case}: {} and {value}", found.value);
        assert!(beyond(&program, &found.x) < 1e-7, "case {case}");
        // Where the least point is the only one, and well determined, it is the same.
        if rank == n
            && scale >= 1.0
            && program.quadratic.clone().symmetric_eigenvalues().min() > 0.1
        {
            assert!((&found.x - x).amax() < 1e-4, "case {case}");
        }
        most = most.max(found.iterations);
    }
    println!("{most} iterations at most");
    assert!(most <= 40);
}

/// The least distance from a point to a box is that to the point clamped into it.
#[test]
fn a_point_is_projected_onto_a_box() {
    let mut random = StdRng::seed_from_u64(2);
    for _ in 0..50 {
        let n = random.random_range(1..30);
        let point = vector(&mut random, n) * 3.0;
        let mut program = Program::new(DMatrix::identity(n, n), -&point);
        program.lower = vector(&mut random, n).map(|x| -x.abs());
        program.upper = vector(&mut random, n).map(f64::abs);
        let x = program.solve().expect("solved").x;
        for i in 0..n {
            let expected = point[i].clamp(program.lower[i], program.upper[i]);
            assert!((x[i] - expected).abs() < 1e-6, "{} {expected}", x[i]);
        }
    }
}

#[test]
fn a_program_without_bounds_is_a_linear_system() {
    let mut random = StdRng::seed_from_u64(3);
    let half = matrix(&mut random, 12, 8);
    let (p, q) = (half.tr_mul(&half), vector(&mut random, 8));
    let x = Program::new(p.clone(), q.clone())
        .solve()
        .expect("solved")
        .x;
    assert!((p * x + q).amax() < 1e-8);
}

/// Equal bounds leave no inside, doubled rows have no single multiplier, and both are solved.
#[test]
fn degenerate_programs_are_solved() {
    let mut random = StdRng::seed_from_u64(4);
    for _ in 0..50 {
        let mut program = program(&mut random, 6, 4, 6, 1.0);
        program.lower[2] = 0.5 * (program.lower[2] + program.upper[2]);
        program.upper[2] = program.lower[2];
        program.rows_lower.fill(f64::NEG_INFINITY);
        program.rows_upper.fill(3.0);
        let (rows, lower, upper) = (
            program.rows.clone(),
            program.rows_lower.clone(),
            program.rows_upper.clone(),
        );
        let program = program.with_rows(&rows, lower.as_slice(), upper.as_slice());
        let found = program.solve().expect("solved");
        let (value, _) = independent(&program);
        assert!((found.value - value).abs() < 1e-6 * (1.0 + value.abs()));
        assert!((found.x[2] - program.lower[2]).abs() < 1e-7);
    }
}

#[test]
fn programs_without_a_solution_are_typed_errors() {
    let identity = || DMatrix::<f64>::identity(2, 2);
    let zero = || DVector::<f64>::zeros(2);
    let rows = DMatrix::from_row_slice(2, 2, &[1.0, 1.0, 1.0, 1.0]);
    let infinite = f64::INFINITY;
    // x + y at least 1 and at most 0, by two rows.
    let apart =
        Program::new(identity(), zero()).with_rows(&rows, &[1.0, -infinite], &[infinite, 0.0]);
    assert_eq!(apart.solve(), Err(PlanError::Infeasible));
    let mut crossed = Program::new(identity(), zero());
    (crossed.lower[0], crossed.upper[0]) = (1.0, 0.0);
    assert_eq!(crossed.solve(), Err(PlanError::Infeasible));
    // Down along x for ever, beside a row that does not stop it.
    let slope = DVector::from_vec(vec![-1.0, 0.0]);
    let row = DMatrix::from_row_slice(1, 2, &[0.0, 1.0]);
    let falls = Program::new(
        DMatrix::from_diagonal(&DVector::from_vec(vec![0.0, 1.0])),
        slope,
    );
    let falls = falls.with_rows(&row, &[-1.0], &[1.0]);
    assert_eq!(falls.solve(), Err(PlanError::Unbounded));
    let saddle = DMatrix::from_row_slice(2, 2, &[1.0, 2.0, 2.0, 1.0]);
    assert_eq!(
        Program::new(saddle, zero()).solve(),
        Err(PlanError::NotConvex)
    );
    let mut short = Program::new(identity(), zero());
    short.lower = DVector::zeros(1);
    assert!(matches!(
        short.solve(),
        Err(PlanError::Shape { got: 1, .. })
    ));
    let lost = Program::new(identity() * f64::NAN, zero());
    assert!(matches!(
        lost.solve(),
        Err(PlanError::NotFinite { what: "P" })
    ));
}
