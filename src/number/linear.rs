//! Small dense linear algebra in generic code: sizes are constants, nothing branches, nothing is allocated.
#![expect(
    clippy::needless_range_loop,
    reason = "matrices are indexed as in the formulas"
)]

use super::Scalar;

/// The solution x of A x = b for a symmetric matrix that is positive definite, by A = L D Lᵀ without square roots.
///
/// Only the lower triangle of A is read. A system of n equations takes n³/6 products and n divisions; without pivots, which
/// would be branches, so that a matrix that is only just definite loses as many digits as its condition number has.
/// A pivot of 0 gives what IEEE 754 has for a division by 0, which the engines count as a sample that is not finite.
/// Source: Golub and Van Loan, Matrix Computations, section 4.1.
///
/// ```
/// let x = mollify::number::linear::solve_symmetric([[4.0, 0.0], [2.0, 3.0]], [2.0, 5.0]);
/// assert_eq!(x, [-0.5, 2.0]);
/// ```
pub fn solve_symmetric<S: Scalar, const D: usize>(matrix: [[S; D]; D], right: [S; D]) -> [S; D] {
    // Below the diagonal lower[i][j] becomes Lᵢⱼ, on it Dᵢ.
    let mut lower = matrix;
    for j in 0..D {
        let mut pivot = lower[j][j];
        for k in 0..j {
            pivot = pivot - lower[j][k].square() * lower[k][k];
        }
        lower[j][j] = pivot;
        for i in j + 1..D {
            let mut entry = lower[i][j];
            for k in 0..j {
                entry = entry - lower[i][k] * lower[j][k] * lower[k][k];
            }
            lower[i][j] = entry / pivot;
        }
    }
    let mut x = right;
    for i in 0..D {
        for k in 0..i {
            x[i] = x[i] - lower[i][k] * x[k];
        }
    }
    for i in 0..D {
        x[i] = x[i] / lower[i][i];
    }
    for i in (0..D).rev() {
        for k in i + 1..D {
            x[i] = x[i] - lower[k][i] * x[k];
        }
    }
    x
}
