//! Symmetric positive definite matrices with zeros that are known when the system is written.
//!
//! A = L' D L, eliminated from the last coordinate to the first. Objects come first in a configuration and each robot has
//! coordinates of its own behind them, so that no robot fills in the entries of another.
#![expect(
    clippy::needless_range_loop,
    reason = "matrices are indexed as in the formulas"
)]

use crate::number::Scalar;

/// The entries on and below the diagonal; none where there is always 0.
pub struct Symmetric<S, const N: usize>(pub [[Option<S>; N]; N]);

/// L and D⁻¹ of A = L' D L, L with ones on the diagonal.
pub struct Factors<S, const N: usize> {
    lower: [[Option<S>; N]; N],
    inverse: [S; N],
}

/// a - b c, where a may be nothing yet; `a` where there is nothing to subtract.
fn minus<S: Scalar>(a: Option<S>, b: Option<S>, c: Option<S>) -> Option<S> {
    let (Some(b), Some(c)) = (b, c) else { return a };
    Some(match a {
        Some(a) => a - b * c,
        None => -(b * c),
    })
}

impl<S: Scalar, const N: usize> Symmetric<S, N> {
    /// diag(Q)
    pub fn diagonal(diagonal: &[S; N]) -> Self {
        let entry = |i: usize, j: usize| (i == j).then_some(diagonal[i]);
        Self(std::array::from_fn(|i| {
            std::array::from_fn(|j| entry(i, j))
        }))
    }

    /// Adds w v v'.
    pub fn add(&mut self, weight: S, v: &[Option<S>; N]) {
        for i in 0..N {
            let Some(scaled) = v[i].map(|x| weight * x) else {
                continue;
            };
            for j in 0..=i {
                let entry = &mut self.0[i][j];
                let Some(x) = v[j] else { continue };
                *entry = Some(entry.map_or(scaled * x, |sum| sum + scaled * x));
            }
        }
    }

    /// See [`Factors`].
    pub fn factors(self) -> Factors<S, N> {
        // lower[k][j] becomes L, scaled[k][j] is D L.
        let mut lower = self.0;
        let mut scaled = lower;
        let mut inverse = [S::constant(1.0); N];
        for k in (0..N).rev() {
            for j in 0..=k {
                scaled[k][j] = (k + 1..N).fold(self.0[k][j], |entry, m| {
                    minus(entry, lower[m][k], scaled[m][j])
                });
            }
            if let Some(pivot) = scaled[k][k] {
                inverse[k] = S::constant(1.0) / pivot;
            }
            for j in 0..k {
                lower[k][j] = scaled[k][j].map(|entry| entry * inverse[k]);
            }
        }
        Factors { lower, inverse }
    }
}

impl<S: Scalar, const N: usize> Factors<S, N> {
    /// The solution of A x = b.
    pub fn solve(&self, right: [S; N]) -> [S; N] {
        let mut x = right;
        for i in (0..N).rev() {
            for m in i + 1..N {
                if let Some(entry) = self.lower[m][i] {
                    x[i] = x[i] - entry * x[m];
                }
            }
        }
        for i in 0..N {
            x[i] = x[i] * self.inverse[i];
            for j in 0..i {
                if let Some(entry) = self.lower[i][j] {
                    x[i] = x[i] - entry * x[j];
                }
            }
        }
        x
    }
}
