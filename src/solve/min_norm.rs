//! The point of least norm in the convex hull of given points: the quadratic program of gradient sampling.
//!
//! ```text
//! min |x|²   with x = Σ λ_i p_i,  λ >= 0,  Σ λ_i = 1
//! x is the minimiser if and only if   p·x >= |x|²   for every point p
//! ```
//!
//! Wolfe's algorithm ("Finding the nearest point in a polytope", 1976): keep a set S of affinely independent points and
//! the least point x of their hull.
//!
//! 1. Take the point p with the least p·x. If p·x >= |x|² up to rounding, x is the answer; otherwise add p to S.
//! 2. Find the least point of the affine hull of S. If its weights are all positive it is the new x: go to 1.
//! 3. Otherwise go from x towards it until the first weight is 0, remove that point from S, and go to 2.
//!
//! Every pass through 1 lowers |x| and no S comes twice, so it ends. All products come from the matrix of inner products.

use nalgebra::{Cholesky, DMatrix, DVector};

/// p·x may fall below |x|² by this share of the largest |p|².
const TOLERANCE: f64 = 1e-12;

/// Passes for each point, at most; a few suffice.
const PASSES: usize = 10;

/// The weights λ of the point of least norm, one for each point, all of one length.
///
/// There must be one point at least. Where rounding stops the search early, the best x so far is returned.
pub fn weights(points: &[Vec<f64>]) -> Vec<f64> {
    let dimension = points.first().map_or(0, Vec::len);
    let columns = DMatrix::from_fn(dimension, points.len(), |j, i| points[i][j]);
    of_columns(&columns).as_slice().into()
}

/// The same for the columns of a matrix.
pub(super) fn of_columns(points: &DMatrix<f64>) -> DVector<f64> {
    let count = points.ncols();
    let products = points.tr_mul(points);
    let largest = products.diagonal().max();
    let mut weights = DVector::zeros(count);
    let start = products.diagonal().imin();
    weights[start] = 1.0;
    if largest <= 0.0 {
        return weights;
    }
    let products = products / largest;
    let mut set = vec![start];
    for _ in 0..PASSES * count + PASSES {
        let along = &products * &weights;
        let square = weights.dot(&along);
        let next = along.imin();
        if along[next] >= square - TOLERANCE || set.contains(&next) {
            break;
        }
        set.push(next);
        let before = weights.clone();
        if !descend(&products, &mut set, &mut weights) || square_of(&products, &weights) >= square {
            return before;
        }
    }
    weights
}

fn square_of(products: &DMatrix<f64>, weights: &DVector<f64>) -> f64 {
    weights.dot(&(products * weights))
}

/// Steps 2 and 3; false if S is affinely dependent up to rounding.
fn descend(products: &DMatrix<f64>, set: &mut Vec<usize>, weights: &mut DVector<f64>) -> bool {
    loop {
        let Some(affine) = affine_minimum(products, set) else {
            return false;
        };
        if affine.iter().all(|&w| w > 0.0) {
            weights.fill(0.0);
            set.iter().zip(&affine).for_each(|(&i, &w)| weights[i] = w);
            return true;
        }
        let shares = set.iter().zip(&affine).enumerate();
        let blocking = shares
            .filter(|(_, (_, w))| **w <= 0.0)
            .map(|(k, (&i, w))| (k, weights[i] / (weights[i] - w)))
            .min_by(|a, b| a.1.total_cmp(&b.1));
        let Some((first, share)) = blocking else {
            return false;
        };
        for (&i, w) in set.iter().zip(&affine) {
            weights[i] += share * (w - weights[i]);
        }
        weights[set.remove(first)] = 0.0;
    }
}

/// The weights, of sum 1, of the least point of the affine hull: with (P'P + ee')u = e they are u/(e'u).
fn affine_minimum(products: &DMatrix<f64>, set: &[usize]) -> Option<DVector<f64>> {
    let matrix = DMatrix::from_fn(set.len(), set.len(), |a, b| {
        products[(set[a], set[b])] + 1.0
    });
    let ones = DVector::repeat(set.len(), 1.0);
    let u = Cholesky::new(matrix)?.solve(&ones);
    let sum = u.sum();
    (sum > 0.0 && sum.is_finite()).then(|| u / sum)
}
