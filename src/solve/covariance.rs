//! The covariance of the samples of a search: as the task has it, coloured in time, or adapted.
//!
//! ```text
//! diagonal        w = s z
//! power-law=β     w_t = σ_t Σ_k h_k z_{t-k} / √(Σ_k h_k²),   h_0 = 1,  h_k = h_{k-1} (k - 1 + β/2)/k,   k ≤ t, for each control:
//!                 power ∝ 1/frequency^β; β = 0 is white, 1 pink, 2 a random walk of equal deviation at all times
//! full            w = L z,   L Lᵀ = C,   C <- L ((1 - c) m 1 + c M) Lᵀ,   M = Σ ω_i z_i z_iᵀ,   m = tr M/d,
//!                 c = 2 (n - 2 + 1/n)/((d + 2)² + n),   n = 1/Σ ω_i²: the size follows the samples at once, the shape as CMA-ES has it
//! rank=r          the same, of which the r largest eigenvalues stay and all others have their mean
//! ```
//!
//! ω are the weights of the method. C starts at that of the task; `mppi`, whose σ is that of the task, keeps its trace.
//! The learning rate c is that of the rank-μ update: Hansen, "The CMA Evolution Strategy: A Tutorial", arXiv 1604.00772.
//! Power law: Kasdin, "Discrete simulation of colored noise and stochastic processes and 1/f^α power law noise generation", Proc. IEEE 83, 1995.

use crate::error::{Error, Result};
use crate::estimate::directions::Shape;
use crate::system::task::Task;
use nalgebra::DMatrix;
use serde::{Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// See the module.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Covariance {
    /// As the task has it.
    #[default]
    Diagonal,
    /// Coloured in time, of this exponent β from 0 to 4.
    PowerLaw(f64),
    /// Adapted, all of it.
    Full,
    /// Adapted, of this rank and a multiple of 1.
    Rank(usize),
}

/// Values of theta, at most, where the covariance is a matrix.
const MOST_VALUES: usize = 2048;

/// The largest exponent.
const STEEPEST: f64 = 4.0;

impl Covariance {
    /// Refuses a theta that is too large for a matrix, a rank beyond it, and colours of what is no sequence of controls.
    pub(super) fn check(self, task: &Task) -> Result<()> {
        let refused =
            |expected: &str| Err(Error::invalid("covariance", self.to_string(), expected));
        let d = task.dimension();
        match self {
            Self::Diagonal => return Ok(()),
            Self::PowerLaw(exponent) if !(0.0..=STEEPEST).contains(&exponent) => {
                return refused("an exponent from 0 to 4");
            }
            Self::PowerLaw(_) if !task.policy().is_of_time() => {
                return refused(
                    "left out with a feedback policy, whose weights do not stand in time",
                );
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
                "diagonal for a theta of more than {MOST_VALUES} values; this one has {d}"
            ));
        }
        Ok(())
    }

    /// At the start.
    pub(super) fn shape(self, task: &Task) -> Shape {
        let sigmas = task.sigmas();
        match self {
            Self::Diagonal => Shape::Diagonal(sigmas),
            Self::PowerLaw(exponent) => {
                Shape::Factor(coloured(&sigmas, task.model().control_size(), exponent))
            }
            Self::Full | Self::Rank(_) => Shape::Factor(DMatrix::from_diagonal(&sigmas.into())),
        }
    }

    /// Whether it follows the samples.
    pub(super) fn is_adapted(self) -> bool {
        matches!(self, Self::Full | Self::Rank(_))
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

/// L of noise whose power falls as 1/frequency^β, the same deviations at all times as without colour.
fn coloured(sigmas: &[f64], controls: usize, exponent: f64) -> DMatrix<f64> {
    let times = sigmas.len() / controls.max(1);
    let mut h = vec![1.0; times];
    for k in 1..times {
        h[k] = h[k - 1] * (k as f64 - 1.0 + 0.5 * exponent) / k as f64;
    }
    let mut factor = DMatrix::zeros(sigmas.len(), sigmas.len());
    let mut square = 0.0;
    for t in 0..times {
        square += h[t] * h[t];
        for a in 0..controls {
            let i = t * controls + a;
            for k in 0..=t {
                factor[(i, (t - k) * controls + a)] = sigmas[i] * h[k] / f64::sqrt(square);
            }
        }
    }
    factor
}

impl fmt::Display for Covariance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Diagonal => f.write_str("diagonal"),
            Self::PowerLaw(exponent) => write!(f, "power-law={exponent}"),
            Self::Full => f.write_str("full"),
            Self::Rank(rank) => write!(f, "rank={rank}"),
        }
    }
}

impl Serialize for Covariance {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for Covariance {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let invalid = || {
            let expected =
                "diagonal, full, rank=R or power-law=EXPONENT, such as rank=4 or power-law=1";
            Error::invalid("covariance", format!("'{text}'"), expected)
        };
        Ok(match text.trim().split_once('=') {
            None if text.trim() == "diagonal" => Self::Diagonal,
            None if text.trim() == "full" => Self::Full,
            Some(("rank", rank)) => Self::Rank(rank.trim().parse().map_err(|_| invalid())?),
            Some(("power-law", exponent)) => {
                let exponent: f64 = exponent.trim().parse().map_err(|_| invalid())?;
                match (0.0..=STEEPEST).contains(&exponent) {
                    true => Self::PowerLaw(exponent),
                    false => {
                        return Err(Error::invalid(
                            "covariance",
                            format!("'{text}'"),
                            "an exponent from 0 to 4",
                        ));
                    }
                }
            }
            _ => return Err(invalid()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Covariance, coloured, of_rank};
    use nalgebra::DMatrix;

    /// β = 0 is white, β = 2 a walk: the correlation of times t and s is √((t + 1)/(s + 1)).
    #[test]
    fn colours_have_their_covariance() {
        let sigmas = [0.3, 2.0, 0.2, 2.0, 0.1, 2.0];
        let white = coloured(&sigmas, 2, 0.0);
        assert_eq!(white, DMatrix::from_diagonal(&sigmas.to_vec().into()));
        let walk = coloured(&sigmas, 2, 2.0);
        let c = &walk * walk.transpose();
        for i in 0..6 {
            for j in 0..6 {
                let (t, s) = (
                    (i / 2).min(j / 2) as f64 + 1.0,
                    (i / 2).max(j / 2) as f64 + 1.0,
                );
                let same = if i % 2 == j % 2 { (t / s).sqrt() } else { 0.0 };
                let expected = sigmas[i] * sigmas[j] * same;
                assert!(
                    (c[(i, j)] - expected).abs() < 1e-14,
                    "{i}, {j}: {}",
                    c[(i, j)]
                );
            }
        }
    }

    /// Pink noise of 4096 steps: the power at frequency f is 1/f up to the ends.
    #[test]
    fn power_falls_with_the_exponent() {
        let n = 512;
        let l = coloured(&vec![1.0; n], 1, 1.0);
        let c = &l * l.transpose();
        let power = |m: usize| {
            let angle = |t: usize| std::f64::consts::TAU * (m * t) as f64 / n as f64;
            let mut sum = 0.0;
            for t in n / 4..n {
                for s in n / 4..n {
                    sum += c[(t, s)] * (angle(t) - angle(s)).cos();
                }
            }
            sum
        };
        let slope = (power(64) / power(16)).ln() / 4.0_f64.ln();
        assert!((slope + 1.0).abs() < 0.15, "power falls as f^{slope}");
    }

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
        for text in ["diagonal", "full", "rank=3", "power-law=1.5"] {
            assert_eq!(text.parse::<Covariance>().expect(text).to_string(), text);
        }
        for text in ["", "rank", "rank=-1", "power-law=5", "power-law=x", "pink"] {
            assert!(text.parse::<Covariance>().is_err(), "{text}");
        }
    }
}
