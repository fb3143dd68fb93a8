//! The bounds of a quadratic program as one list of sides, G x ≤ h.

use super::program::Program;
use nalgebra::{DMatrix, DVector};

/// One side of a bound: sign · v ≤ sign · limit.
struct Side {
    /// Which v: a variable, or behind those a row of A x.
    source: usize,
    sign: f64,
    limit: f64,
}

/// All sides that are finite.
pub(super) struct Sides<'a> {
    rows: &'a DMatrix<f64>,
    list: Vec<Side>,
}

impl<'a> Sides<'a> {
    pub fn of(program: &'a Program) -> Self {
        let of_variables = program.lower.iter().zip(&program.upper);
        let of_rows = program.rows_lower.iter().zip(&program.rows_upper);
        let mut list = Vec::new();
        for (source, (lower, upper)) in of_variables.chain(of_rows).enumerate() {
            for (sign, limit) in [(-1.0, *lower), (1.0, *upper)] {
                if limit.is_finite() {
                    list.push(Side {
                        source,
                        sign,
                        limit,
                    });
                }
            }
        }
        Self {
            rows: &program.rows,
            list,
        }
    }

    pub fn count(&self) -> usize {
        self.list.len()
    }

    /// h
    pub fn limits(&self) -> DVector<f64> {
        let limits = self.list.iter().map(|side| side.sign * side.limit);
        DVector::from_iterator(self.count(), limits)
    }

    /// G x
    pub fn times(&self, x: &DVector<f64>) -> DVector<f64> {
        let of_rows = self.rows * x;
        let value = |side: &Side| match side.source.checked_sub(x.len()) {
            None => side.sign * x[side.source],
            Some(row) => side.sign * of_rows[row],
        };
        DVector::from_iterator(self.count(), self.list.iter().map(value))
    }

    /// What each source gets of values at the sides, for the variables and for the rows.
    fn gathered(&self, of: impl Fn(usize, &Side) -> f64) -> (DVector<f64>, DVector<f64>) {
        let variables = self.rows.ncols();
        let mut sums = DVector::zeros(variables + self.rows.nrows());
        for (i, side) in self.list.iter().enumerate() {
            sums[side.source] += of(i, side);
        }
        let (of_variables, of_rows) = sums.as_slice().split_at(variables);
        (
            DVector::from_column_slice(of_variables),
            DVector::from_column_slice(of_rows),
        )
    }

    /// G'z
    pub fn transposed_times(&self, z: &DVector<f64>) -> DVector<f64> {
        let (of_variables, of_rows) = self.gathered(|i, side| side.sign * z[i]);
        of_variables + self.rows.tr_mul(&of_rows)
    }

    /// Adds G' diag(w) G.
    pub fn add_square(&self, w: &DVector<f64>, to: &mut DMatrix<f64>) {
        let (of_variables, of_rows) = self.gathered(|i, _| w[i]);
        for (i, w) in of_variables.iter().enumerate() {
            to[(i, i)] += w;
        }
        if of_rows.is_empty() {
            return;
        }
        let mut scaled = self.rows.clone();
        for (mut row, w) in scaled.row_iter_mut().zip(&of_rows) {
            row *= *w;
        }
        to.gemm_tr(1.0, self.rows, &scaled, 1.0);
    }
}
