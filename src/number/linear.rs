//! Small dense linear algebra in generic code: sizes are constants, nothing branches, nothing is allocated.
#![expect(
    clippy::needless_range_loop,
    reason = "matrices are indexed as in the formulas"
)]

use super::Scalar;

/// The solution x of A x = b for a symmetric matrix that is positive definite, by A = L D Lᵀ without square roots.
///
/// Only the lower triangle of A is read. A system of n equations takes n³/6 products and n divisions; without pivoting, which
/// would be branches, so that a matrix that is only just definite loses as many digits as its condition number has.
/// A pivot of 0 gives what IEEE 754 has for a division by 0, which the engines count as a sample that is not finite.
/// Source: Golub and Van Loan, Matrix Computations, section 4.1.
///
/// ```
/// let x = mollify::number::linear::solve_symmetric([[4.0, 0.0], [2.0, 3.0]], [2.0, 5.0]);
/// assert_eq!(x, [-0.5, 2.0]);
/// ```
pub fn solve_symmetric<S: Scalar, const D: usize>(matrix: [[S; D]; D], right: [S; D]) -> [S; D] {
    Factors::of(matrix).solve(right)
}

/// L and D⁻¹ of A = L D Lᵀ, L with ones on the diagonal; see [`solve_symmetric`].
pub struct Factors<S, const D: usize> {
    /// Below the diagonal.
    lower: [[S; D]; D],
    inverse: [S; D],
}

impl<S: Scalar, const D: usize> Factors<S, D> {
    /// Of a matrix of which only the lower triangle is read.
    pub fn of(matrix: [[S; D]; D]) -> Self {
        // Below the diagonal and on it scaled[i][j] becomes Lᵢⱼ Dⱼ.
        let (mut lower, mut scaled) = (matrix, matrix);
        let mut inverse = [S::constant(1.0); D];
        for j in 0..D {
            for i in j..D {
                for k in 0..j {
                    scaled[i][j] = scaled[i][j] - scaled[i][k] * lower[j][k];
                }
            }
            inverse[j] = S::constant(1.0) / scaled[j][j];
            for i in j + 1..D {
                lower[i][j] = scaled[i][j] * inverse[j];
            }
        }
        Self { lower, inverse }
    }

    /// The solution x of A x = b.
    pub fn solve(&self, right: [S; D]) -> [S; D] {
        let mut x = right;
        for i in 0..D {
            for k in 0..i {
                x[i] = x[i] - self.lower[i][k] * x[k];
            }
        }
        for i in 0..D {
            x[i] = x[i] * self.inverse[i];
        }
        for i in (0..D).rev() {
            for k in i + 1..D {
                x[i] = x[i] - self.lower[k][i] * x[k];
            }
        }
        x
    }
}
