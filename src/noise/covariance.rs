//! Gaussian noise whose values are not independent: coloured in time, or of a covariance that is given.
//!
//! ```text
//! w = σ L z,   z ~ N(0, I),   C = L Lᵀ,   S(w) = L⁻ᵀ z/σ = C⁻¹ w/σ²
//!
//! power-law=β    w_t = σ_t Σ_k h_k z_{t-k} / √(Σ_k h_k²),   h_0 = 1,  h_k = h_{k-1} (k - 1 + β/2)/k,   k ≤ t, for each control:
//!                power ∝ 1/frequency^β; β = 0 is white, 1 pink, 2 a random walk of equal deviation at all times
//! given          any C, d × d, symmetric and positive definite
//! ```
//!
//! The score is found from z and not from w, whose differences f32 would lose where C is nearly singular.
//! Power law: Kasdin, "Discrete simulation of colored noise and stochastic processes and 1/f^α power law noise generation", Proc. IEEE 83, 1995.

use super::Ratios;
use crate::error::{Error, Result};
use nalgebra::DMatrix;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// C, in units of σ².
#[derive(Clone, Debug, PartialEq)]
pub enum Covariance {
    /// Coloured in time, of this exponent β from 0 to 4.
    PowerLaw(f64),
    /// That of all values of theta.
    Given(Arc<DMatrix<f64>>),
}

/// Rows of L, and values of theta where a covariance is a whole matrix, at most.
pub const MOST_VALUES: usize = 2048;

/// The largest exponent.
const STEEPEST: f64 = 4.0;

/// Elements that mirror each other are equal up to this share of the largest.
const SYMMETRIC: f64 = 1e-9;

impl Covariance {
    /// A symmetric and positive definite matrix.
    pub fn given(matrix: DMatrix<f64>) -> Result<Self> {
        let refused =
            |value: String, expected: &str| Err(Error::invalid("covariance", value, expected));
        let size = format!("{} × {}", matrix.nrows(), matrix.ncols());
        if matrix.nrows() != matrix.ncols() || matrix.is_empty() {
            return refused(size, "a square matrix, a row for each value of theta");
        }
        if matrix.iter().any(|x| !x.is_finite()) {
            return refused(format!("a matrix of {size}"), "one of finite numbers");
        }
        let largest = matrix.amax();
        let (mut off, mut place) = (0.0, (0, 0));
        for i in 0..matrix.nrows() {
            for j in 0..i {
                let difference = (matrix[(i, j)] - matrix[(j, i)]).abs();
                if difference > off {
                    (off, place) = (difference, (i, j));
                }
            }
        }
        if off > SYMMETRIC * largest {
            let (i, j) = place;
            let value = format!(
                "{} at ({i}, {j}) and {} at ({j}, {i})",
                matrix[(i, j)],
                matrix[(j, i)]
            );
            return refused(value, "a symmetric matrix");
        }
        if matrix.clone().cholesky().is_none() {
            let least = matrix.symmetric_eigenvalues().min();
            let value = format!("a matrix with the eigenvalue {least:.3e}");
            return refused(value, "a positive definite one");
        }
        Ok(Self::Given(Arc::new(matrix)))
    }

    /// The same, row by row.
    pub fn of_rows(rows: &[Vec<f64>]) -> Result<Self> {
        let columns = rows.first().map_or(0, Vec::len);
        if let Some(row) = rows.iter().find(|row| row.len() != columns) {
            let value = format!("rows of {columns} and of {} numbers", row.len());
            return Err(Error::invalid("covariance", value, "rows of equal length"));
        }
        let values = rows.iter().flatten().copied();
        Self::given(DMatrix::from_row_iterator(rows.len(), columns, values))
    }

    /// L of theta with so many values for each of so many controls; `ratios` are what the noise of each is over the common one.
    pub fn factor(&self, times: usize, controls: usize, ratios: Option<&Ratios>) -> Result<Factor> {
        let dimension = times * controls;
        let rows = match (self, ratios) {
            (Self::PowerLaw(_), None) => times,
            _ => dimension,
        };
        if rows > MOST_VALUES {
            let expected =
                format!("left out where it has more than {MOST_VALUES} rows: here it has {rows}");
            return Err(Error::invalid("covariance", self.to_string(), &expected));
        }
        match (self, ratios) {
            (Self::PowerLaw(exponent), None) => {
                Ok(Factor::new(&coloured(times, *exponent), controls))
            }
            (Self::PowerLaw(exponent), Some(ratios)) => {
                let alone = Factor::new(&coloured(times, *exponent), controls);
                Ok(alone.scaled(ratios))
            }
            (Self::Given(c), _) => {
                if c.nrows() != dimension {
                    let value = format!("a matrix of {0} × {0}", c.nrows());
                    let expected =
                        format!("one of {dimension} × {dimension}, a row for each value of theta");
                    return Err(Error::invalid("covariance", value, &expected));
                }
                let factor = c.as_ref().clone().cholesky().ok_or_else(|| {
                    Error::invalid("covariance", self.to_string(), "a positive definite matrix")
                })?;
                Ok(Factor::new(&factor.l(), 1))
            }
        }
    }
}

/// L of noise whose power falls as 1/frequency^β, of the same deviation at all times.
fn coloured(times: usize, exponent: f64) -> DMatrix<f64> {
    let mut h = vec![1.0; times];
    for k in 1..times {
        h[k] = h[k - 1] * (k as f64 - 1.0 + 0.5 * exponent) / k as f64;
    }
    let mut factor = DMatrix::zeros(times, times);
    let mut square = 0.0;
    for t in 0..times {
        square += h[t] * h[t];
        for k in 0..=t {
            factor[(t, t - k)] = h[k] / f64::sqrt(square);
        }
    }
    factor
}

impl fmt::Display for Covariance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PowerLaw(exponent) => write!(f, "power-law={exponent}"),
            Self::Given(_) => f.write_str("given"),
        }
    }
}

impl FromStr for Covariance {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let invalid = |expected| Error::invalid("covariance", format!("'{text}'"), expected);
        let Some(("power-law", exponent)) = text.trim().split_once('=') else {
            return Err(invalid("power-law=EXPONENT, such as power-law=1"));
        };
        match exponent.trim().parse() {
            Ok(exponent) if (0.0..=STEEPEST).contains(&exponent) => Ok(Self::PowerLaw(exponent)),
            _ => Err(invalid("an exponent from 0 to 4")),
        }
    }
}

/// L and its inverse, both lower triangles; one that holds for each control alone acts on elements `stride` apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Factor {
    stride: usize,
    size: usize,
    lower: Vec<f64>,
    inverse: Vec<f64>,
    lower_f32: Vec<f32>,
    inverse_f32: Vec<f32>,
}

/// Where row i of a triangle begins.
#[inline(always)]
fn row(i: usize) -> usize {
    i * (i + 1) / 2
}

impl Factor {
    fn new(factor: &DMatrix<f64>, stride: usize) -> Self {
        let n = factor.nrows();
        let unit = DMatrix::identity(n, n);
        let inverse = factor.solve_lower_triangular(&unit).unwrap_or(unit);
        let packed = |m: &DMatrix<f64>| -> Vec<f64> {
            (0..n)
                .flat_map(|i| (0..=i).map(move |k| (i, k)))
                .map(|place| m[place])
                .collect()
        };
        Self::packed(stride, n, packed(factor), packed(&inverse))
    }

    fn packed(stride: usize, size: usize, lower: Vec<f64>, inverse: Vec<f64>) -> Self {
        let narrow = |values: &[f64]| values.iter().map(|x| *x as f32).collect();
        Self {
            stride,
            size,
            lower_f32: narrow(&lower),
            inverse_f32: narrow(&inverse),
            lower,
            inverse,
        }
    }

    /// R L, R the ratios: an element without noise has neither noise nor score.
    fn scaled(&self, ratios: &Ratios) -> Self {
        let dimension = self.size * self.stride;
        let (mut lower, mut inverse) = (Vec::new(), Vec::new());
        for i in 0..dimension {
            for j in 0..=i {
                let same = i % self.stride == j % self.stride;
                let place = row(i / self.stride) + j / self.stride;
                let [by_row, by_column] = [i, j].map(|e| ratios.of(e));
                lower.push(if same {
                    by_row * self.lower[place]
                } else {
                    0.0
                });
                let is_seen = same && by_column != 0.0;
                inverse.push(if is_seen {
                    self.inverse[place] / by_column
                } else {
                    0.0
                });
            }
        }
        Self::packed(1, dimension, lower, inverse)
    }

    /// Elements from one that a row takes to the next.
    pub fn stride(&self) -> usize {
        self.stride
    }

    /// The rows of L, then those of its inverse, each up to the diagonal.
    pub fn triangles_f32(&self) -> [&[f32]; 2] {
        [&self.lower_f32, &self.inverse_f32]
    }

    /// Places in both triangles of what row i takes of row k.
    #[inline(always)]
    pub fn place(i: usize, k: usize) -> usize {
        row(i) + k
    }

    /// Σ_k of what each row of a triangle takes of the elements up to its own.
    fn times(&self, triangle: &[f64], x: &[f64]) -> Vec<f64> {
        let s = self.stride;
        let sum = |e: usize| {
            let (i, a) = (e / s, e % s);
            (0..=i).map(|k| triangle[row(i) + k] * x[k * s + a]).sum()
        };
        (0..x.len()).map(sum).collect()
    }

    /// L z
    pub fn noise(&self, z: &[f64]) -> Vec<f64> {
        self.times(&self.lower, z)
    }

    /// L⁻¹ w
    pub fn independent(&self, w: &[f64]) -> Vec<f64> {
        self.times(&self.inverse, w)
    }

    /// L⁻ᵀ z
    pub fn score(&self, z: &[f64]) -> Vec<f64> {
        let s = self.stride;
        let sum = |e: usize| {
            let (i, a) = (e / s, e % s);
            (i..self.size)
                .map(|k| self.inverse[row(k) + i] * z[k * s + a])
                .sum()
        };
        (0..z.len()).map(sum).collect()
    }

    /// Σ_k |L_ik z_k|, what the roundings of each element of L z are in proportion to; and the same of L⁻¹ w with these sizes of the
    /// errors of w.
    pub fn sizes(&self, z: &[f64]) -> Vec<f64> {
        self.absolute(&self.lower, z)
    }

    /// Σ_k |L⁻¹_ik e_k|
    pub fn errors_of_independent(&self, errors: &[f64]) -> Vec<f64> {
        self.absolute(&self.inverse, errors)
    }

    fn absolute(&self, triangle: &[f64], x: &[f64]) -> Vec<f64> {
        let of: Vec<f64> = triangle.iter().map(|l| l.abs()).collect();
        let x: Vec<f64> = x.iter().map(|x| x.abs()).collect();
        self.times(&of, &x)
    }

    /// L⁻¹ at row k and column i, and the elements that it takes: for sums in other numbers.
    pub fn score_terms(&self, element: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let s = self.stride;
        let (i, a) = (element / s, element % s);
        (i..self.size).map(move |k| (k * s + a, self.inverse[row(k) + i]))
    }

    /// The standard deviation of each element over σ.
    pub fn deviations(&self) -> Vec<f64> {
        let norm = |i: usize| {
            let squares = self.lower[row(i)..row(i + 1)].iter().map(|x| x * x);
            f64::sqrt(squares.sum())
        };
        (0..self.size * self.stride)
            .map(|e| norm(e / self.stride))
            .collect()
    }

    /// A bound of the variance in any direction over σ²: |L|₁ |L|_∞, which is no less than the largest eigenvalue of L Lᵀ.
    pub fn largest_variance(&self) -> f64 {
        let (mut rows, mut columns) = (vec![0.0; self.size], vec![0.0; self.size]);
        for (i, sum) in rows.iter_mut().enumerate() {
            for (l, column) in self.lower[row(i)..row(i + 1)].iter().zip(&mut columns) {
                *sum += l.abs();
                *column += l.abs();
            }
        }
        let largest = |sums: Vec<f64>| sums.into_iter().fold(0.0, f64::max);
        largest(rows) * largest(columns)
    }

    /// L, d × d.
    pub fn matrix(&self) -> DMatrix<f64> {
        let d = self.size * self.stride;
        DMatrix::from_fn(d, d, |i, j| {
            let is_taken = i % self.stride == j % self.stride && j <= i;
            if is_taken {
                self.lower[row(i / self.stride) + j / self.stride]
            } else {
                0.0
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Covariance, Factor, Ratios, coloured};
    use nalgebra::{DMatrix, DVector};

    fn covariance(factor: &Factor) -> DMatrix<f64> {
        let l = factor.matrix();
        &l * l.transpose()
    }

    /// β = 0 is white, β = 2 a walk: the correlation of times t and s is √((t + 1)/(s + 1)).
    #[test]
    fn colours_have_their_covariance() {
        let ends = [[0.3, 0.1], [2.0, 2.0]];
        let ratios = Ratios::between(&ends, 3);
        let sigmas: Vec<f64> = (0..6).map(|i| ratios.of(i)).collect();
        let of = |beta: f64| {
            Covariance::PowerLaw(beta)
                .factor(3, 2, Some(&ratios))
                .expect("a factor")
        };
        let white = of(0.0).matrix();
        assert!((white - DMatrix::from_diagonal(&sigmas.clone().into())).amax() < 1e-15);
        let c = covariance(&of(2.0));
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

    /// The power at frequency f is 1/f up to the ends.
    #[test]
    fn power_falls_with_the_exponent() {
        let n = 512;
        let l = coloured(n, 1.0);
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

    /// The score is C⁻¹ w, z is found again, and silent elements have neither noise nor score.
    #[test]
    fn score_is_that_of_the_correlated_gaussian() {
        let a = DMatrix::from_fn(6, 6, |i, j| ((3 * i + 5 * j) as f64 * 0.7).sin());
        let given =
            Covariance::given(&a * a.transpose() + DMatrix::identity(6, 6)).expect("definite");
        let ratios = Ratios::between(&[[0.5, 2.0], [0.0, 0.0]], 3);
        let z = [0.3, -1.2, 0.7, 2.0, -0.4, 0.1];
        for (covariance_of, ratios) in [
            (given, None),
            (Covariance::PowerLaw(1.3), None),
            (Covariance::PowerLaw(0.7), Some(&ratios)),
        ] {
            let factor = covariance_of.factor(3, 2, ratios).expect("a factor");
            let w = factor.noise(&z);
            let score = factor.score(&factor.independent(&w));
            let mut c = covariance(&factor);
            for i in 0..6 {
                if c[(i, i)] == 0.0 {
                    assert_eq!((w[i], score[i]), (0.0, 0.0));
                    c[(i, i)] = 1.0;
                }
            }
            let expected = c
                .cholesky()
                .expect("definite")
                .solve(&DVector::from_row_slice(&w));
            let eigenvalues = covariance(&factor).symmetric_eigenvalues();
            assert!(factor.largest_variance() >= eigenvalues.max());
            for i in 0..6 {
                assert!(
                    (score[i] - expected[i]).abs() < 1e-12,
                    "{i}: {} {}",
                    score[i],
                    expected[i]
                );
            }
        }
    }

    #[test]
    fn matrices_that_are_no_covariance_are_refused() {
        let refused = |rows: usize, columns: usize, values: &[f64], word: &str| {
            let matrix = DMatrix::from_row_slice(rows, columns, values);
            let error = Covariance::given(matrix).expect_err(word).to_string();
            assert!(error.contains(word), "{error}");
        };
        refused(1, 2, &[1.0, 2.0], "square");
        refused(2, 2, &[1.0, 2.0, 2.5, 9.0], "symmetric");
        refused(2, 2, &[1.0, 2.0, 2.0, 1.0], "positive definite");
        refused(2, 2, &[1.0, 0.0, 0.0, f64::NAN], "finite");
        let small = Covariance::given(DMatrix::identity(2, 2)).expect("definite");
        let error = small
            .factor(3, 1, None)
            .expect_err("another size")
            .to_string();
        assert!(error.contains("3 × 3"), "{error}");
        for text in [
            "",
            "pink",
            "power-law",
            "power-law=5",
            "power-law=x",
            "power-law=nan",
        ] {
            assert!(text.parse::<Covariance>().is_err(), "{text}");
        }
    }
}
