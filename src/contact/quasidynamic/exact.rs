//! Steps without smoothing in closed form: λ >= 0, c + W λ >= 0, and of each row one of both is 0.

use crate::number::{Mask, Scalar};

/// The force of one row: λ = max(-c, 0)/W.
pub fn one_row<S: Scalar>(gap: S, compliance: S) -> S {
    (-gap).max(S::constant(0.0)) / compliance
}

/// Below this share of W₀₀ W₁₁, det W is what rounding leaves of rows that are the same, as those of a contact without friction
/// are: they can touch one at a time.
const DEPENDENT: f64 = 1e-6;

/// The forces of two rows: both rows touch, or one, or none. Where W is positive definite, exactly one choice fits.
///
/// With friction these are sticking, sliding to either side, and no contact.
pub fn two_rows<S: Scalar>([c0, c1]: [S; 2], [w00, w01, w11]: [S; 3]) -> [S; 2] {
    let zero = S::constant(0.0);
    let (product, determinant) = (w00 * w11, w00 * w11 - w01.square());
    let differ = (product * DEPENDENT).less(determinant);
    // An arm that is not chosen is evaluated too.
    let divisor = S::select(differ, determinant, product);
    let both = [
        (w01 * c1 - w11 * c0) / divisor,
        (w01 * c0 - w00 * c1) / divisor,
    ];
    let sticks = zero.less(both[0]).and(zero.less(both[1])).and(differ);
    let first = one_row(c0, w00);
    let second = one_row(c1, w11);
    let is_open = zero.less_equal(c1 + w01 * first);
    [
        S::select(sticks, both[0], S::select(is_open, first, zero)),
        S::select(sticks, both[1], S::select(is_open, zero, second)),
    ]
}
