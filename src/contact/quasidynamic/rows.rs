//! All rows as series, one text for all of them: see [`Scalar::scan`].

use super::problem::Problem;
use crate::number::Scalar;

/// J by columns, with the number 0 where a row has no entry.
pub(super) struct Rows<S> {
    /// One for each coordinate, with an entry for each row.
    pub columns: Vec<Vec<S>>,
}

impl<S: Scalar> Rows<S> {
    /// Those of a problem.
    pub fn of<const N: usize, const ROWS: usize>(problem: &Problem<S, N, ROWS>) -> Self {
        let entry = |x: Option<S>| x.unwrap_or(S::constant(0.0));
        let column = |i: usize| problem.jacobian.iter().map(|row| entry(row[i])).collect();
        Self {
            columns: (0..N).map(column).collect(),
        }
    }

    /// How many rows.
    pub fn count(&self) -> u32 {
        self.columns.first().map_or(0, Vec::len) as u32
    }

    /// The same from the front of what a loop captured, which is taken away from it.
    pub fn captured(&self, numbers: &mut &[S]) -> Self {
        let rows = self.count() as usize;
        let columns = self.columns.iter().map(|_| taken(numbers, rows));
        Self {
            columns: columns.collect(),
        }
    }
}

/// The first values, which are taken away.
pub(super) fn taken<S: Copy>(numbers: &mut &[S], count: usize) -> Vec<S> {
    let (first, rest) = numbers.split_at(count);
    *numbers = rest;
    first.to_vec()
}

/// Σ aᵢ bᵢ
pub(super) fn dot<S: Scalar>(a: &[S], b: &[S]) -> S {
    let terms = a.iter().zip(b).map(|(a, b)| *a * *b);
    terms
        .reduce(|sum, x| sum + x)
        .unwrap_or_else(|| S::constant(0.0))
}

/// The places on and below the diagonal, row by row.
pub(super) fn lower(size: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..size).flat_map(|i| (0..=i).map(move |j| (i, j)))
}

/// An entry of a symmetric matrix of which those of [`lower`] are given.
pub(super) fn symmetric_at<S: Copy>(entries: &[S], i: usize, j: usize) -> S {
    let (i, j) = (i.max(j), i.min(j));
    entries[i * (i + 1) / 2 + j]
}
