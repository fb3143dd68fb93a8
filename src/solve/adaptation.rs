//! How the covariance of the samples of a search follows them.
//!
//! ```text
//! none            w = L z, L of the task: diagonal, coloured or given
//! full            w = L z,   L Lᵀ = C,   C <- L ((1 - c) m 1 + c M) Lᵀ,   M = Σ ω_i z_i z_iᵀ,   m = tr M/d,
//!                 c = 2 (n - 2 + 1/n)/((d + 2)² + n),   n = 1/Σ ω_i²: the size follows the samples at once, the shape as CMA-ES has it
//! rank=r          the same, of which the r largest eigenvalues stay and all others have their mean
//! ```
//!
//! ω are the weights of the method. C starts at that of the task; `mppi`, whose σ is that of the task, keeps its trace.
//! The learning rate c is that of the rank-μ update: Hansen, "The CMA Evolution Strategy: A Tutorial", arXiv 1604.00772.

use crate::error::{Error, Result};
use crate::estimate::directions::Shape;
use crate::noise::MOST_VALUES;
use crate::system::task::Task;
use nalgebra::DMatrix;
use serde::{Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// See the module.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Adaptation {
    /// It stays that of the task.
    #[default]
    None,
    /// All of it.
    Full,
    /// Of this rank, and a multiple of 1.
    Rank(usize),
}

impl Adaptation {
    /// Refuses a theta that is too large for a matrix, and a rank beyond it.
    pub(super) fn check(self, task: &Task) -> Result<()> {
        let refused =
            |expected: &str| Err(Error::invalid("adaptation", self.to_string(), expected));
        let d = task.dimension();
        match self {
            Self::None if task.factor().is_none() => return Ok(()),
            Self::None if d > MOST_VALUES => {
                let expected = format!(
                    "left out where a search draws more than {MOST_VALUES} values of theta; this one has {d}"
                );
                let value = task
                    .covariance()
                    .map(ToString::to_string)
                    .unwrap_or_default();
                return Err(Error::invalid("covariance", value, &expected));
            }
            Self::Rank(rank) if rank == 0 || rank >= d => {
                return refused(&format!(
                    "a rank from 1 to {}, below the {d} values of theta",
                    d.saturating_sub(1)
                ));
            }
            _ => {}
        }
        if d > MOST_VALUES {
            return refused(&format!(
                "none for a theta of more than {MOST_VALUES} values; this one has {d}"
            ));
        }
        Ok(())
    }

    /// At the start.
    pub(super) fn shape(self, task: &Task) -> Shape {
        match (task.factor(), self) {
            (Some(factor), _) => Shape::Factor(factor.matrix() * task.sigma()),
            (None, Self::None) => Shape::Diagonal(task.sigmas()),
            (None, _) => Shape::Factor(DMatrix::from_diagonal(&task.sigmas().into())),
        }
    }

    /// Whether it follows the samples.
    pub(super) fn is_adapted(self) -> bool {
        self != Self::None
    }

    /// L behind samples with the second moment Σ ω z zᵀ of their directions, of so many effective ones; none where rounding left no
    /// covariance. `trace` is that of C to keep, if it is kept.
    pub(super) fn adapted(
        self,
        factor: &DMatrix<f64>,
        second: &DMatrix<f64>,
        effective: f64,
        (floor, trace): (&[f64], Option<f64>),
    ) -> Option<DMatrix<f64>> {
        let d = factor.nrows() as f64;
        let seen = effective - 2.0 + 1.0 / effective;
        let share = (2.0 * seen / ((d + 2.0).powi(2) + effective)).clamp(0.0, 1.0);
        let size = second.trace() / d;
        let round = DMatrix::identity(factor.nrows(), factor.nrows()) * (size * (1.0 - share));
        let mut c = factor * (second * share + round);
        c *= factor.transpose();
        if let Self::Rank(rank) = self {
            c = of_rank(c, rank);
        }
        for (i, floor) in floor.iter().enumerate() {
            c[(i, i)] = c[(i, i)].max(floor * floor);
        }
        if let Some(trace) = trace {
            c *= trace / c.trace();
        }
        c.cholesky().map(|c| c.l())
    }
}

/// The largest eigenvalues with their directions, and the mean of the others in all others.
fn of_rank(c: DMatrix<f64>, rank: usize) -> DMatrix<f64> {
    let d = c.nrows();
    let eigen = c.symmetric_eigen();
    let mut order: Vec<usize> = (0..d).collect();
    order.sort_by(|a, b| eigen.eigenvalues[*b].total_cmp(&eigen.eigenvalues[*a]));
    let (kept, rest) = order.split_at(rank);
    let mean = rest
        .iter()
        .map(|i| eigen.eigenvalues[*i].max(0.0))
        .sum::<f64>()
        / rest.len().max(1) as f64;
    let mut c = DMatrix::identity(d, d) * mean;
    for i in kept {
        let v = eigen.eigenvectors.column(*i);
        c.ger(eigen.eigenvalues[*i] - mean, &v, &v, 1.0);
    }
    c
}

impl fmt::Display for Adaptation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::Full => f.write_str("full"),
            Self::Rank(rank) => write!(f, "rank={rank}"),
        }
    }
}

impl Serialize for Adaptation {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for Adaptation {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let invalid = || {
            Error::invalid(
                "adaptation",
                format!("'{text}'"),
                "none, full or rank=R, such as rank=4",
            )
        };
        Ok(match text.trim().split_once('=') {
            None if text.trim() == "none" => Self::None,
            None if text.trim() == "full" => Self::Full,
            Some(("rank", rank)) => Self::Rank(rank.trim().parse().map_err(|_| invalid())?),
            _ => return Err(invalid()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Adaptation, of_rank};
    use nalgebra::DMatrix;

    #[test]
    fn rank_keeps_the_largest_eigenvalues_and_the_trace() {
        let a = DMatrix::from_fn(5, 5, |i, j| ((3 * i + 5 * j) as f64 * 0.7).sin());
        let c = &a * a.transpose() + DMatrix::identity(5, 5);
        let low = of_rank(c.clone(), 2);
        assert!((low.trace() - c.trace()).abs() < 1e-10);
        let sorted = |m: &DMatrix<f64>| {
            let mut values = m.clone().symmetric_eigen().eigenvalues.as_slice().to_vec();
            values.sort_by(f64::total_cmp);
            values
        };
        let (all, kept) = (sorted(&c), sorted(&low));
        assert!((all[4] - kept[4]).abs() < 1e-10 && (all[3] - kept[3]).abs() < 1e-10);
        assert!(
            (kept[0] - kept[2]).abs() < 1e-10,
            "the others are alike: {kept:?}"
        );
    }

    #[test]
    fn texts_are_read_back_and_strangers_refused() {
        for text in ["none", "full", "rank=3"] {
            assert_eq!(text.parse::<Adaptation>().expect(text).to_string(), text);
        }
        for text in ["", "rank", "rank=-1", "diagonal", "power-law=1"] {
            assert!(text.parse::<Adaptation>().is_err(), "{text}");
        }
    }
}
