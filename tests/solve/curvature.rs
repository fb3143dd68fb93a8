//! Curvature from pairs of steps and gradients: exact for quadratics, and the update that it says it is.

use mollify::solve::trust_region::curvature::{Curvature, Pair, Pairs, pairs};
use mollify::solve::trust_region::lbfgs::Lbfgs;
use nalgebra::{DMatrix, DVector};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

fn vector(rng: &mut StdRng, d: usize) -> DVector<f64> {
    DVector::from_fn(d, |_, _| rng.random_range(-1.0..1.0))
}

/// Symmetric, of this rank, with eigenvalues of these signs.
fn hessian(rng: &mut StdRng, d: usize, rank: usize, signs: &[f64]) -> DMatrix<f64> {
    let mut h = DMatrix::zeros(d, d);
    for i in 0..rank {
        let v = vector(rng, d);
        h.ger(signs[i % signs.len()] * (1.0 + i as f64), &v, &v, 1.0);
    }
    h
}

/// Points, and the gradients H p + c of a quadratic there.
fn quadratic(rng: &mut StdRng, h: &DMatrix<f64>, n: usize) -> Vec<Pair> {
    let d = h.nrows();
    let offset = vector(rng, d);
    let points: Vec<_> = (0..n).map(|_| vector(rng, d)).collect();
    let gradients: Vec<_> = points.iter().map(|p| h * p + &offset).collect();
    pairs(&points, &gradients)
}

fn near(a: &DVector<f64>, b: &DVector<f64>, share: f64) {
    assert!((a - b).norm() <= share * b.norm(), "{a} {b}");
}

#[test]
fn enough_pairs_of_a_quadratic_give_its_hessian_exactly() {
    let mut rng = StdRng::seed_from_u64(1);
    for d in [1, 2, 7, 32] {
        let h = hessian(&mut rng, d, d, &[1.0]);
        let pairs = quadratic(&mut rng, &h, 2 * d + 2);
        let found = Curvature::of(&pairs).expect("it is determined");
        let lambda = DMatrix::from_diagonal(&found.values);
        let again = &found.vectors * lambda * found.vectors.transpose();
        assert!((&again - &h).norm() <= 1e-8 * h.norm(), "{d}");
    }
}

/// Newton's step ends at the minimum; where curvature is negative it goes down all the same.
#[test]
fn the_step_is_that_of_newton_with_curvatures_without_their_sign() {
    let mut rng = StdRng::seed_from_u64(2);
    let h = DMatrix::from_diagonal(&DVector::from_vec(vec![4.0, 1.0, 0.5]));
    let g = vector(&mut rng, 3);
    let pairs = quadratic(&mut rng, &h, 8);
    let step = Curvature::of(&pairs).and_then(|c| c.solve(&g));
    near(
        &step.expect("a step"),
        &DVector::from_vec(vec![g[0] / 4.0, g[1], g[2] / 0.5]),
        1e-9,
    );
    let mut saddle = h.clone();
    saddle[(1, 1)] = -1.0;
    let pairs = quadratic(&mut rng, &saddle, 8);
    let down = Curvature::of(&pairs).and_then(|c| c.solve(&g));
    near(
        &down.expect("a step"),
        &DVector::from_vec(vec![g[0] / 4.0, g[1], g[2] / 0.5]),
        1e-9,
    );
}

/// Rank 3 in 20 dimensions is found by 8 pairs, and nothing is left for the rest but its floor.
#[test]
fn few_pairs_give_a_hessian_of_low_rank_exactly() {
    let mut rng = StdRng::seed_from_u64(3);
    let h = hessian(&mut rng, 20, 3, &[1.0]);
    let pairs = quadratic(&mut rng, &h, 8);
    let found = Curvature::of(&pairs).expect("it is positive");
    let mut exact: Vec<f64> = h.clone().symmetric_eigen().eigenvalues.as_slice().into();
    exact.sort_by(f64::total_cmp);
    let mut values: Vec<f64> = found.values.as_slice().into();
    values.sort_by(f64::total_cmp);
    for (a, b) in values.iter().rev().zip(exact.iter().rev()).take(3) {
        assert!((a - b).abs() <= 1e-6 * b, "{values:?} {exact:?}");
    }
    let ones = found.vectors.tr_mul(&found.vectors);
    assert!((&ones - DMatrix::identity(ones.nrows(), ones.nrows())).norm() < 1e-6);
    assert!(
        found.rest >= 0.0 && found.rest < 0.5 * exact[19],
        "{}",
        found.rest
    );
}

/// For H = h 1 every direction has the same curvature: the trace has to find it where no pair looked.
#[test]
fn the_trace_tells_the_curvature_where_no_pair_looks() {
    let mut rng = StdRng::seed_from_u64(4);
    let h = DMatrix::identity(40, 40) * 2.5;
    let pairs = quadratic(&mut rng, &h, 10);
    let found = Curvature::of(&pairs).expect("it is positive");
    assert!((found.rest - 2.5).abs() < 1e-9, "{}", found.rest);
    let g = vector(&mut rng, 40);
    near(&found.solve(&g).expect("a step"), &(&g / 2.5), 1e-9);
}

#[test]
fn no_pairs_and_no_curvature_give_no_step() {
    assert!(Curvature::of(&[]).is_none());
    let flat = Pair {
        w: DVector::repeat(3, 1.0),
        y: DVector::zeros(3),
    };
    assert!(Curvature::of(&vec![flat.clone(); 3]).is_none());
    assert!(Curvature::of(&vec![flat; 20]).is_none());
    assert!(pairs(&[], &[]).is_empty());
}

#[test]
fn the_newest_pairs_stay() {
    let pair = |x: f64| Pair {
        w: DVector::repeat(3, x),
        y: DVector::repeat(3, x),
    };
    let mut kept = Pairs::default();
    kept.add((0..5).map(|i| pair(f64::from(i))).collect());
    kept.add(vec![pair(7.0), pair(8.0)]);
    kept.add(vec![pair(9.0), pair(10.0)]);
    // Eight are needed for three values: those of the last batch, of the one before, and four of the first.
    let found: Vec<f64> = kept.all().iter().map(|p| p.w[0]).collect();
    assert_eq!(found, [9.0, 10.0, 7.0, 8.0, 0.0, 1.0, 2.0, 3.0]);
    kept.add((0..30).map(|i| pair(f64::from(i))).collect());
    assert_eq!(kept.all().len(), 30);
}

/// The two-loop recursion is the dense update of the inverse from the same scaled identity.
#[test]
fn l_bfgs_is_the_dense_update() {
    let mut rng = StdRng::seed_from_u64(5);
    for (d, count) in [(1, 1), (4, 3), (9, 12)] {
        let h = hessian(&mut rng, d, d, &[1.0]) + DMatrix::identity(d, d);
        let steps: Vec<_> = (0..count).map(|_| vector(&mut rng, d)).collect();
        let mut limited = Lbfgs::default();
        let (s, y) = (steps.last().expect("one"), &h * steps.last().expect("one"));
        let mut inverse = DMatrix::identity(d, d) * (s.dot(&y) / y.norm_squared());
        for s in &steps {
            let y = &h * s;
            let rho = 1.0 / s.dot(&y);
            let left = DMatrix::identity(d, d) - s * y.transpose() * rho;
            inverse = &left * &inverse * left.transpose() + s * s.transpose() * rho;
            limited.add(s.clone(), y);
        }
        let g = vector(&mut rng, d);
        near(&limited.solve(&g).expect("pairs"), &(inverse * &g), 1e-9);
    }
}

#[test]
fn l_bfgs_leaves_out_what_has_no_curvature_and_forgets_the_oldest() {
    let mut limited = Lbfgs::default();
    let g = DVector::from_vec(vec![1.0, -2.0]);
    assert!(limited.solve(&g).is_none());
    limited.add(
        DVector::from_vec(vec![1.0, 0.0]),
        DVector::from_vec(vec![-1.0, 0.0]),
    );
    assert!(limited.solve(&g).is_none());
    let mut again = Lbfgs::default();
    let pair = |i: u32| {
        let s = DVector::from_vec(vec![1.0, f64::from(i)]);
        (s.clone(), DVector::from_vec(vec![2.0 * s[0], 3.0 * s[1]]))
    };
    (0..15).map(pair).for_each(|(s, y)| limited.add(s, y));
    (3..15).map(pair).for_each(|(s, y)| again.add(s, y));
    assert_eq!(limited, again);
}
