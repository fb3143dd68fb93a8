//! What a node can reach.

use crate::number::linear::Factors;

/// The local metric of a node: d(g) = (g - c)'P (g - c), P = (B B' + γ I)⁻¹.
///
/// By the smoothed step, the objects are at c + B δu under a command that is changed by δu. As γ falls to 0, d(g) is |δu|² of
/// the least change that brings them to g, and grows without bound off the range of B.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Local<const D: usize> {
    /// c, where the objects are after a step without a change of the command.
    pub centre: [f64; D],
    inverse: [[f64; D]; D],
}

impl<const D: usize> Local<D> {
    /// Of c, B (row by row, at most D rows of `controls` entries each) and γ. Coordinates that there are not have rows of 0.
    pub fn new(centre: [f64; D], by_control: &[f64], controls: usize, regularization: f64) -> Self {
        let row = |i: usize| {
            by_control
                .get(i * controls..(i + 1) * controls)
                .unwrap_or(&[])
        };
        let product =
            |i: usize, j: usize| row(i).iter().zip(row(j)).map(|(a, b)| a * b).sum::<f64>();
        let factors = Factors::of(std::array::from_fn(|i| {
            std::array::from_fn(|j| product(i, j) + if i == j { regularization } else { 0.0 })
        }));
        let unit = |j: usize| std::array::from_fn(|i| if i == j { 1.0 } else { 0.0 });
        Self {
            centre,
            inverse: std::array::from_fn(|j| factors.solve(unit(j))),
        }
    }

    /// d(g)
    pub fn distance(&self, goal: &[f64; D]) -> f64 {
        let off: [f64; D] = std::array::from_fn(|i| goal[i] - self.centre[i]);
        let along = |row: &[f64; D]| row.iter().zip(&off).map(|(p, x)| p * x).sum::<f64>();
        self.inverse
            .iter()
            .zip(&off)
            .map(|(row, x)| along(row) * x)
            .sum()
    }

    /// Whether all of it is finite.
    pub(super) fn is_finite(&self) -> bool {
        let mut all = self.inverse.iter().flatten().chain(&self.centre);
        all.all(|x| x.is_finite())
    }
}

/// The number of the least distance, and that distance; distances that are not numbers are none.
pub(super) fn nearest(distances: impl Iterator<Item = f64>) -> Option<(usize, f64)> {
    let numbered = distances.enumerate().filter(|(_, d)| !d.is_nan());
    numbered.min_by(|a, b| a.1.total_cmp(&b.1))
}
