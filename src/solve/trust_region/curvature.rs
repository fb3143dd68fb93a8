//! Curvature of F from one batch.
//!
//! With noise on theta, each sample holds a difference of gradients: for a quadratic f with Hessian H,
//!
//! ```text
//! y = g₁(theta + w) - mean g₁ = H (w - mean w)
//! ```
//!
//! is exact, and for any other f it is what the secants within the noise say. With the pairs as columns of W and Y, d values
//! and n pairs:
//!
//! - n >= 2d + 2: least squares, H = Y W' (W W')⁻¹, its symmetric part.
//! - fewer: Nyström from k = min(n, 40, d/2) of them, H = Y (W'Y)⁻¹ Y', where W'Y is positive; for the rest of the space the
//!   mean eigenvalue that the trace leaves, tr H = d Σ w·y/Σ |w|² (Hutchinson's estimate).
//!
//! A step uses |H|: eigenvalues without their sign, none below what is left for the rest of the space, or a thousandth of the
//! largest. Nyström: Frangella, Tropp, Udell, "Randomized Nyström preconditioning", SIAM J. Matrix Anal. 44, 2023.

use crate::engine::Sample;
use nalgebra::{DMatrix, DVector};

/// Pairs of a Nyström approximation, at most.
const MOST_PAIRS: usize = 40;

/// Up to this d, least squares is worth the samples it takes.
pub const LARGEST_FULL: usize = 32;

/// Samples of a batch that are looked at, at most.
const MOST_SAMPLES: usize = 128;

/// Eigenvalues of W'Y below this share of the largest are noise.
const SMALLEST_OF_PAIRS: f64 = 1e-4;

/// No curvature counts as less than this share of the largest.
const SMALLEST: f64 = 1e-3;

/// A difference w of theta, and the difference y of gradients along it.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// w, from the mean of the batch.
    pub w: DVector<f64>,
    /// y, the same.
    pub y: DVector<f64>,
}

/// H ≈ U diag(λ) U' + rest (1 - U U').
#[derive(Clone, Debug, PartialEq)]
pub struct Curvature {
    /// U, orthonormal columns.
    pub vectors: DMatrix<f64>,
    /// λ, one for each column.
    pub values: DVector<f64>,
    /// Across U; 0 if U has all directions.
    pub rest: f64,
}

/// The pairs of points and gradients, about their means.
pub fn pairs(points: &[DVector<f64>], gradients: &[DVector<f64>]) -> Vec<Pair> {
    let n = points.len().max(1) as f64;
    let mean = |all: &[DVector<f64>]| all.iter().sum::<DVector<f64>>() / n;
    if points.is_empty() {
        return Vec::new();
    }
    let (w, y) = (mean(points), mean(gradients));
    let both = points.iter().zip(gradients);
    both.map(|(p, g)| Pair {
        w: p - &w,
        y: g - &y,
    })
    .collect()
}

/// The pairs of the samples of a batch.
pub fn of_samples(samples: &[Sample]) -> Vec<Pair> {
    let used = &samples[..samples.len().min(MOST_SAMPLES)];
    let columns = |of: fn(&Sample) -> &[f64]| -> Vec<_> {
        used.iter()
            .map(|s| DVector::from_column_slice(of(s)))
            .collect()
    };
    pairs(&columns(|s| &s.noise), &columns(|s| &s.first_order))
}

impl Curvature {
    /// Of pairs, the first of them if there are too many; none if they tell nothing.
    pub fn of(pairs: &[Pair]) -> Option<Self> {
        let d = pairs.first()?.w.len();
        let found = match pairs.len() >= 2 * d + 2 && d <= LARGEST_FULL {
            true => Self::least_squares(pairs, d),
            false => Self::nystrom(pairs, d),
        }?;
        let sizes = found.values.iter().chain([&found.rest]);
        let largest = sizes.fold(0.0_f64, |m, x| m.max(x.abs()));
        (largest > 0.0 && largest.is_finite()).then_some(found)
    }

    fn least_squares(pairs: &[Pair], d: usize) -> Option<Self> {
        let (mut yw, mut ww) = (DMatrix::zeros(d, d), DMatrix::zeros(d, d));
        for Pair { w, y } in pairs {
            yw.ger(1.0, y, w, 1.0);
            ww.ger(1.0, w, w, 1.0);
        }
        let h = yw * ww.try_inverse()?;
        let eigen = ((&h + h.transpose()) * 0.5).symmetric_eigen();
        Some(Self {
            vectors: eigen.eigenvectors,
            values: eigen.eigenvalues,
            rest: 0.0,
        })
    }

    fn nystrom(pairs: &[Pair], d: usize) -> Option<Self> {
        let k = pairs.len().min(MOST_PAIRS).min((d / 2).max(1));
        let columns = |of: fn(&Pair) -> &DVector<f64>| {
            let columns: Vec<_> = pairs[..k].iter().map(|p| of(p).clone()).collect();
            DMatrix::from_columns(&columns)
        };
        let (w, y) = (columns(|p| &p.w), columns(|p| &p.y));
        let inner = w.tr_mul(&y);
        let inner = ((&inner + inner.transpose()) * 0.5).symmetric_eigen();
        let largest = inner.eigenvalues.max();
        if largest.is_nan() || largest <= 0.0 {
            return None;
        }
        let kept: Vec<usize> = (0..k)
            .filter(|i| inner.eigenvalues[*i] > SMALLEST_OF_PAIRS * largest)
            .collect();
        // B = Y V s^(-1/2), so that H = B B'.
        let b: Vec<DVector<f64>> = kept
            .iter()
            .map(|i| &y * inner.eigenvectors.column(*i) / inner.eigenvalues[*i].sqrt())
            .collect();
        let b = DMatrix::from_columns(&b);
        let gram = b.tr_mul(&b).symmetric_eigen();
        let mut vectors = &b * &gram.eigenvectors;
        for (mut column, value) in vectors.column_iter_mut().zip(&gram.eigenvalues) {
            column /= value.max(f64::MIN_POSITIVE).sqrt();
        }
        let trace = trace(pairs, d);
        let left = (trace - gram.eigenvalues.sum()) / (d - kept.len()).max(1) as f64;
        let rest = left.max(SMALLEST * trace.abs() / d as f64);
        Some(Self {
            vectors,
            values: gram.eigenvalues,
            rest,
        })
    }

    /// |H|⁻¹ g; none if it is not finite.
    pub fn solve(&self, g: &DVector<f64>) -> Option<DVector<f64>> {
        let sizes = self.values.iter().map(|l| l.abs());
        let largest = sizes.fold(self.rest, f64::max);
        let floor = if self.rest > 0.0 {
            self.rest
        } else {
            SMALLEST * largest
        };
        let inner = self.vectors.tr_mul(g);
        let mut p = match self.rest > 0.0 {
            true => (g - &self.vectors * &inner) / self.rest,
            false => DVector::zeros(g.len()),
        };
        for (i, value) in self.values.iter().enumerate() {
            p.axpy(
                inner[i] / value.abs().max(floor),
                &self.vectors.column(i),
                1.0,
            );
        }
        p.iter().all(|x| x.is_finite()).then_some(p)
    }
}

/// d Σ w·y/Σ |w|²: the mean of w'Hw over |w|², times d.
fn trace(pairs: &[Pair], d: usize) -> f64 {
    let inner: f64 = pairs.iter().map(|p| p.w.dot(&p.y)).sum();
    let square: f64 = pairs.iter().map(|p| p.w.norm_squared()).sum();
    d as f64 * inner / square
}

/// Pairs of the last batches, the newest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pairs {
    pairs: Vec<Pair>,
}

impl Pairs {
    /// How many a theta of d values needs.
    fn wanted(d: usize) -> usize {
        if d <= LARGEST_FULL {
            2 * d + 2
        } else {
            MOST_PAIRS
        }
    }

    /// Adds those of a batch; the oldest go that are more than what is needed and this batch has.
    pub fn add(&mut self, mut batch: Vec<Pair>) {
        let Some(d) = batch.first().map(|pair| pair.w.len()) else {
            return;
        };
        let kept = Self::wanted(d).max(batch.len());
        batch.append(&mut self.pairs);
        batch.truncate(kept);
        self.pairs = batch;
    }

    /// All of them.
    pub fn all(&self) -> &[Pair] {
        &self.pairs
    }
}
