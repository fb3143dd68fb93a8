//! The mix of both orders of a Jacobian.
//!
//! alpha = (V₀ - C)/(V₀ + V₁ - 2C), within [0, 1], is the weight of the first order that makes the variance of the mix least; V₁,
//! V₀ are the variances of the samples of both orders, summed over all entries, and C is their covariance. It is 0 where the
//! orders differ by more than chance: the step jumps there, and the first order is biased.
//!
//! The alpha that fits these samples best makes the mix look better than it is: with 50 pairs its errors are up to 17 % above what the
//! spread of its samples says. So each sample counts with the alpha that all others choose.

use crate::engine::moments::{Coordinate, Spread};
use crate::estimate::bias;
use nalgebra::DMatrix;
use serde::Serialize;

/// Why alpha is what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// It makes the variance of the mix least.
    LeastVariance,
    /// Neither order varies: the step is linear wherever samples are.
    NoVariance,
    /// The orders differ by more than their errors: the step jumps within the noise, where the first order is biased.
    Disagreement,
}

/// How the orders of a matrix are mixed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Choice {
    /// Weight of the first order.
    pub alpha: f64,
    /// Why.
    pub reason: Reason,
    /// The largest difference of the orders over all entries, in its standard errors.
    pub disagreement: f64,
    /// What of it is more than chance.
    pub limit: f64,
}

/// Both orders of a Jacobian and their mix.
pub(super) struct Orders {
    /// By rows.
    entries: Vec<Vec<Coordinate>>,
    /// How they are mixed.
    pub choice: Choice,
    /// By rows: the samples of the mix.
    mixed: Vec<Vec<Spread>>,
}

impl Orders {
    /// From the samples of the first and of the zeroth order, unit by unit.
    pub fn of(first: &[&DMatrix<f64>], zeroth: &[DMatrix<f64>]) -> Self {
        let ((rows, columns), count) = (first[0].shape(), first.len() as f64);
        let mut entries = vec![vec![Coordinate::default(); columns]; rows];
        for (first, zeroth) in first.iter().zip(zeroth) {
            for (i, row) in entries.iter_mut().enumerate() {
                for (j, entry) in row.iter_mut().enumerate() {
                    entry.add(first[(i, j)], zeroth[(i, j)]);
                }
            }
        }
        let (choice, variances) = choice(&entries);
        let mean =
            |of: fn(&Coordinate) -> f64| DMatrix::from_fn(rows, columns, |i, j| of(&entries[i][j]));
        let means = [mean(|e| e.first_order.mean), mean(|e| e.zeroth_order.mean)];
        let mut mixed = vec![vec![Spread::default(); columns]; rows];
        for (first, zeroth) in first.iter().zip(zeroth) {
            let off = [*first - &means[0], zeroth - &means[1]];
            let sample = sample(&choice, variances, &means, &off, count);
            for (i, row) in mixed.iter_mut().enumerate() {
                for (j, entry) in row.iter_mut().enumerate() {
                    entry.add(sample[(i, j)]);
                }
            }
        }
        Self {
            entries,
            choice,
            mixed,
        }
    }

    /// A number of each entry of both orders.
    pub fn each(&self, of: impl Fn(&Coordinate) -> f64) -> Vec<Vec<f64>> {
        let row = |row: &Vec<Coordinate>| row.iter().map(&of).collect();
        self.entries.iter().map(row).collect()
    }

    /// A number of each entry of the mix, from its value and its standard error.
    pub fn mixed(&self, of: impl Fn(f64, f64) -> f64) -> Vec<Vec<f64>> {
        let alpha = self.choice.alpha;
        let value =
            |e: &Coordinate| alpha * e.first_order.mean + (1.0 - alpha) * e.zeroth_order.mean;
        let rows = self.entries.iter().zip(&self.mixed);
        rows.map(|(row, mixed)| {
            let entries = row.iter().zip(mixed);
            entries
                .map(|(e, spread)| of(value(e), spread.std_error()))
                .collect()
        })
        .collect()
    }
}

/// The mix of a unit, from the means over all of them and how far it is off these.
fn sample(
    choice: &Choice,
    variances: Variances,
    means: &[DMatrix<f64>; 2],
    off: &[DMatrix<f64>; 2],
    count: f64,
) -> DMatrix<f64> {
    let mix =
        |[first, zeroth]: &[DMatrix<f64>; 2], alpha: f64| first * alpha + zeroth * (1.0 - alpha);
    let without = match choice.reason {
        Reason::LeastVariance => variances.without(off, count).alpha(),
        _ => None,
    };
    mix(means, choice.alpha) + mix(off, without.unwrap_or(choice.alpha))
}

/// Sums over all entries of the squares and the product of deviations of both orders.
#[derive(Clone, Copy)]
struct Variances {
    first: f64,
    zeroth: f64,
    both: f64,
}

impl Variances {
    /// The weight of the first order that makes the variance of the mix least; none if that does not depend on it.
    fn alpha(self) -> Option<f64> {
        let spread = self.first + self.zeroth - 2.0 * self.both;
        (spread > 0.0).then(|| ((self.zeroth - self.both) / spread).clamp(0.0, 1.0))
    }

    /// Without a unit with these deviations from the means over all of them.
    fn without(self, off: &[DMatrix<f64>; 2], count: f64) -> Self {
        let share = count / (count - 1.0);
        Self {
            first: self.first - share * off[0].norm_squared(),
            zeroth: self.zeroth - share * off[1].norm_squared(),
            both: self.both - share * off[0].dot(&off[1]),
        }
    }
}

/// How the orders of a matrix are mixed, and the sums that say so.
fn choice(entries: &[Vec<Coordinate>]) -> (Choice, Variances) {
    let entries: Vec<&Coordinate> = entries.iter().flatten().collect();
    let units = entries[0].first_order.count;
    let sum = |of: &dyn Fn(&Coordinate) -> f64| {
        entries.iter().map(|e| of(e)).sum::<f64>() * (units - 1) as f64
    };
    let variances = Variances {
        first: sum(&|e| e.first_order.variance()),
        zeroth: sum(&|e| e.zeroth_order.variance()),
        both: sum(&covariance),
    };
    let disagreement = entries.iter().map(|e| z(e)).fold(0.0, f64::max);
    let limit = bias::limit(entries.len(), units);
    let (alpha, reason) = match variances.alpha() {
        _ if disagreement > limit => (0.0, Reason::Disagreement),
        Some(alpha) => (alpha, Reason::LeastVariance),
        None => (1.0, Reason::NoVariance),
    };
    let choice = Choice {
        alpha,
        reason,
        disagreement,
        limit,
    };
    (choice, variances)
}

/// Of the two orders of an entry, of one sample.
fn covariance(entry: &Coordinate) -> f64 {
    entry.cross / (entry.first_order.count - 1) as f64
}

/// How many standard errors the orders differ by; rounding of f32 is no difference.
fn z(entry: &Coordinate) -> f64 {
    let (first, zeroth) = (&entry.first_order, &entry.zeroth_order);
    let variance = first.variance() + zeroth.variance() - 2.0 * covariance(entry);
    let rounding = ROUNDING * (1.0 + first.mean.abs());
    let error = (variance.max(0.0) / first.count as f64 + rounding * rounding).sqrt();
    (first.mean - zeroth.mean).abs() / error
}

/// What f32 leaves of a derivative and of differences of steps.
const ROUNDING: f64 = 1e-4;
