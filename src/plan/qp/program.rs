//! What a quadratic program is, and what is not one.

use crate::error::PlanError;
use nalgebra::{DMatrix, DVector};

/// A quadratic program of n variables and m rows; sides may be infinite.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    /// P, n × n, symmetric and positive semidefinite.
    pub quadratic: DMatrix<f64>,
    /// q, n.
    pub linear: DVector<f64>,
    /// Lower bounds of the variables, n.
    pub lower: DVector<f64>,
    /// Their upper bounds, n.
    pub upper: DVector<f64>,
    /// A, m × n.
    pub rows: DMatrix<f64>,
    /// Lower bounds of A x, m.
    pub rows_lower: DVector<f64>,
    /// Their upper bounds, m.
    pub rows_upper: DVector<f64>,
}

/// Where the objective is least.
#[derive(Clone, Debug, PartialEq)]
pub struct Optimum {
    /// x
    pub x: DVector<f64>,
    /// ½ x'P x + q'x
    pub value: f64,
    /// Iterations it took.
    pub iterations: u32,
}

impl Program {
    /// Without bounds and rows.
    pub fn new(quadratic: DMatrix<f64>, linear: DVector<f64>) -> Self {
        let n = linear.len();
        Self {
            quadratic,
            linear,
            lower: DVector::from_element(n, f64::NEG_INFINITY),
            upper: DVector::from_element(n, f64::INFINITY),
            rows: DMatrix::zeros(0, n),
            rows_lower: DVector::zeros(0),
            rows_upper: DVector::zeros(0),
        }
    }

    /// With more rows.
    pub fn with_rows(mut self, rows: &DMatrix<f64>, lower: &[f64], upper: &[f64]) -> Self {
        let (before, n) = self.rows.shape();
        self.rows = std::mem::take(&mut self.rows).resize_vertically(before + rows.nrows(), 0.0);
        self.rows
            .view_mut((before, 0), (rows.nrows(), n))
            .copy_from(rows);
        let longer = |values: &DVector<f64>, more: &[f64]| {
            DVector::from_vec([values.as_slice(), more].concat())
        };
        self.rows_lower = longer(&self.rows_lower, lower);
        self.rows_upper = longer(&self.rows_upper, upper);
        self
    }

    /// The same program with rows of largest entry 1, and an objective of largest entry 1: rounding then counts the same
    /// everywhere.
    pub(super) fn scaled(&self) -> Self {
        let mut scaled = self.clone();
        for i in 0..self.rows.nrows() {
            let size = self.rows.row(i).amax();
            if size > 0.0 {
                scaled.rows.row_mut(i).scale_mut(1.0 / size);
                scaled.rows_lower[i] /= size;
                scaled.rows_upper[i] /= size;
            }
        }
        let size = self.quadratic.amax().max(self.linear.amax());
        if size > 0.0 {
            scaled.quadratic /= size;
            scaled.linear /= size;
        }
        scaled
    }

    /// ½ x'P x + q'x
    pub fn value(&self, x: &DVector<f64>) -> f64 {
        0.5 * x.dot(&(&self.quadratic * x)) + self.linear.dot(x)
    }

    /// Refuses what is no program: sizes, numbers that are not finite, and bounds that cross.
    pub(super) fn check(&self) -> Result<(), PlanError> {
        let (n, m) = (self.linear.len(), self.rows.nrows());
        for (what, got, expected) in [
            ("a matrix P", self.quadratic.len(), n * n),
            ("lower bounds", self.lower.len(), n),
            ("upper bounds", self.upper.len(), n),
            ("rows", self.rows.len(), m * n),
            ("lower bounds of rows", self.rows_lower.len(), m),
            ("upper bounds of rows", self.rows_upper.len(), m),
        ] {
            if got != expected {
                let variables = n;
                return Err(PlanError::Shape {
                    variables,
                    what,
                    got,
                });
            }
        }
        let finite = |values: &[f64]| values.iter().all(|x| x.is_finite());
        let bounds = [&self.lower, &self.upper, &self.rows_lower, &self.rows_upper];
        let what = match () {
            () if !finite(self.quadratic.as_slice()) => "P",
            () if !finite(self.linear.as_slice()) => "q",
            () if !finite(self.rows.as_slice()) => "A",
            () if bounds.iter().any(|b| b.iter().any(|x| x.is_nan())) => "a bound",
            () => return self.check_bounds(),
        };
        Err(PlanError::NotFinite { what })
    }

    fn check_bounds(&self) -> Result<(), PlanError> {
        let of_variables = self.lower.iter().zip(&self.upper);
        let of_rows = self.rows_lower.iter().zip(&self.rows_upper);
        match of_variables
            .chain(of_rows)
            .any(|(lower, upper)| lower > upper)
        {
            true => Err(PlanError::Infeasible),
            false => Ok(()),
        }
    }
}
