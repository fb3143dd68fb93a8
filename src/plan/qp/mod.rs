//! Convex quadratic programs, dense, in f64: what every planner here solves, many times, for tens of variables.
//!
//! ```text
//! least ½ x'P x + q'x   over   lower ≤ x ≤ upper,   rows_lower ≤ A x ≤ rows_upper
//! ```
//!
//! All finite sides as G x + s = h with slacks s ≥ 0 and multipliers z ≥ 0; x is least where P x + q + G'z = 0 and s z = 0.
//! The primal-dual interior-point method of Mehrotra (SIAM J. Optim. 1992) follows s z = μ as μ falls to 0:
//!
//! ```text
//! start    (P + G'G) x = G'h - q;   s = h - G x and z = -s, both pushed above 0
//! repeat
//!     r_d = P x + q + G'z,   r_p = G x + s - h,   μ = mean of s z;   stop if all are small
//!     predict   the Newton step to μ = 0;   σ = (μ it would leave / μ)³
//!     correct   the Newton step to σ μ, with what the prediction leaves of second order
//!               (P + G'(z/s)G) dx = -r_d - G'(z/s r_p - r_c/s)        s dz + z ds = -r_c,   G dx + ds = -r_p
//!     go        .99 of the way to where an s or a z would be 0, the whole step at most
//! ```
//!
//! One Cholesky factor an iteration, and 6 to 15 iterations. It is our own because the programs are small and dense, and
//! solved in the middle of a loop: a general solver takes 25 crates and treats them as sparse cones. Tests hold it against one.

mod sides;

use crate::error::PlanError;
use nalgebra::{Cholesky, DMatrix, DVector, Dyn};
use sides::Sides;

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

/// What is left of the conditions, relative to the sizes of their terms.
const TOLERANCE: f64 = 1e-9;
/// What counts as solved where rounding allows no more.
const ROUGH: f64 = 1e-6;
/// Share of the way to the boundary.
const SHARE: f64 = 0.99;
/// Iterations at most.
const ITERATIONS: u32 = 80;
/// What is added to the diagonal of a matrix before it is factored, relative to the largest entry of P.
const REGULAR: f64 = 1e-13;

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

    /// ½ x'P x + q'x
    pub fn value(&self, x: &DVector<f64>) -> f64 {
        0.5 * x.dot(&(&self.quadratic * x)) + self.linear.dot(x)
    }

    fn check(&self) -> Result<(), PlanError> {
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

    /// Where the objective is least within all bounds.
    pub fn solve(&self) -> Result<Optimum, PlanError> {
        self.check()?;
        // An objective that is flat somewhere is convex, and rounding may bend it down a little.
        let slack = 1e-9 * self.quadratic.amax().max(f64::MIN_POSITIVE);
        let shifted =
            &self.quadratic + DMatrix::identity(self.linear.len(), self.linear.len()) * slack;
        shifted.cholesky().ok_or(PlanError::NotConvex)?;
        Interior::start(self)?.run()
    }
}

/// The iterate.
struct Interior<'a> {
    program: &'a Program,
    sides: Sides<'a>,
    limits: DVector<f64>,
    x: DVector<f64>,
    s: DVector<f64>,
    z: DVector<f64>,
}

/// A Newton step.
struct Step {
    x: DVector<f64>,
    s: DVector<f64>,
    z: DVector<f64>,
}

/// What is left of the conditions.
struct Residuals {
    /// r_d
    dual: DVector<f64>,
    /// r_p
    primal: DVector<f64>,
    /// μ
    mean: f64,
    /// The largest of all, relative to the sizes of their terms.
    relative: f64,
}

impl<'a> Interior<'a> {
    fn start(program: &'a Program) -> Result<Self, PlanError> {
        let sides = Sides::of(program);
        let limits = sides.limits();
        let ones = DVector::from_element(sides.count(), 1.0);
        let factor = factored(program, &sides, &ones)?;
        let x = factor.solve(&(sides.transposed_times(&limits) - &program.linear));
        let left = &limits - sides.times(&x);
        let pushed =
            |values: DVector<f64>| match values.iter().copied().fold(f64::INFINITY, f64::min) {
                least if least > 0.0 => values,
                least => values.add_scalar(1.0 - least),
            };
        Ok(Self {
            program,
            s: pushed(left.clone()),
            z: pushed(-left),
            x,
            sides,
            limits,
        })
    }

    fn run(mut self) -> Result<Optimum, PlanError> {
        let mut residual = f64::INFINITY;
        for iterations in 0..ITERATIONS {
            let left = self.residuals();
            residual = left.relative;
            if residual <= TOLERANCE {
                return Ok(self.optimum(iterations));
            }
            self.check_certificates()?;
            let before = self.x.clone();
            self.advance(&left)?;
            if before == self.x && residual <= ROUGH {
                break;
            }
        }
        match residual <= ROUGH {
            true => Ok(self.optimum(ITERATIONS)),
            false => Err(PlanError::Stalled {
                iterations: ITERATIONS,
                residual,
            }),
        }
    }

    fn optimum(self, iterations: u32) -> Optimum {
        Optimum {
            value: self.program.value(&self.x),
            x: self.x,
            iterations,
        }
    }

    fn residuals(&self) -> Residuals {
        let curved = &self.program.quadratic * &self.x;
        let pushed = self.sides.transposed_times(&self.z);
        let dual = &curved + &self.program.linear + &pushed;
        let primal = self.sides.times(&self.x) + &self.s - &self.limits;
        let product = self.s.dot(&self.z);
        let size = |values: &[&DVector<f64>]| values.iter().map(|v| amax(v)).fold(1.0, f64::max);
        let relative = [
            amax(&dual) / size(&[&curved, &self.program.linear, &pushed]),
            amax(&primal) / size(&[&self.limits]),
            product / (1.0 + self.program.value(&self.x).abs()),
        ];
        Residuals {
            mean: product / (self.sides.count().max(1)) as f64,
            relative: relative.into_iter().fold(0.0, f64::max),
            dual,
            primal,
        }
    }

    /// By Farkas: z with G'z = 0 and h'z < 0 shows that no x fits; x with P x = 0, q'x < 0 and G x ≤ 0 that there is no least one.
    fn check_certificates(&self) -> Result<(), PlanError> {
        let against = -self.limits.dot(&self.z);
        if against > 1.0 && amax(&self.sides.transposed_times(&self.z)) < 1e-9 * against {
            return Err(PlanError::Infeasible);
        }
        let falls = -self.program.linear.dot(&self.x);
        let bends = amax(&(&self.program.quadratic * &self.x));
        let outward = self
            .sides
            .times(&self.x)
            .iter()
            .copied()
            .fold(0.0, f64::max);
        if falls > 1.0 && bends < 1e-9 * falls && outward < 1e-9 * falls && amax(&self.x) > 1e9 {
            return Err(PlanError::Unbounded);
        }
        Ok(())
    }

    fn advance(&mut self, left: &Residuals) -> Result<(), PlanError> {
        let weights = self.z.component_div(&self.s);
        let factor = factored(self.program, &self.sides, &weights)?;
        let product = self.s.component_mul(&self.z);
        let predicted = self.newton(&factor, &weights, left, &product);
        let length = self.length(&predicted, 1.0);
        let s = &self.s + &predicted.s * length;
        let z = &self.z + &predicted.z * length;
        let reached = s.dot(&z) / self.sides.count().max(1) as f64;
        let target = match left.mean > 0.0 {
            true => left.mean * (reached / left.mean).clamp(0.0, 1.0).powi(3),
            false => 0.0,
        };
        let corrected = product + predicted.s.component_mul(&predicted.z);
        let step = self.newton(&factor, &weights, left, &corrected.add_scalar(-target));
        let length = self.length(&step, SHARE);
        self.x += step.x * length;
        self.s += step.s * length;
        self.z += step.z * length;
        Ok(())
    }

    /// The step with s dz + z ds = -`product`.
    fn newton(
        &self,
        factor: &Cholesky<f64, Dyn>,
        weights: &DVector<f64>,
        left: &Residuals,
        product: &DVector<f64>,
    ) -> Step {
        let pull = weights.component_mul(&left.primal) - product.component_div(&self.s);
        let x = factor.solve(&(-&left.dual - self.sides.transposed_times(&pull)));
        let along = self.sides.times(&x);
        Step {
            s: -&left.primal - &along,
            z: pull + weights.component_mul(&along),
            x,
        }
    }

    /// `share` of the way to where an s or a z would be 0, 1 at most.
    fn length(&self, step: &Step, share: f64) -> f64 {
        let of = |values: &DVector<f64>, steps: &DVector<f64>| {
            let ratios = values.iter().zip(steps).filter(|(_, d)| **d < 0.0);
            ratios.map(|(v, d)| -v / d).fold(f64::INFINITY, f64::min)
        };
        (share * of(&self.s, &step.s).min(of(&self.z, &step.z))).min(1.0)
    }
}

fn amax(values: &DVector<f64>) -> f64 {
    values.iter().fold(0.0, |m, x| m.max(x.abs()))
}

/// P + G' diag(w) G
fn factored(
    program: &Program,
    sides: &Sides<'_>,
    weights: &DVector<f64>,
) -> Result<Cholesky<f64, Dyn>, PlanError> {
    let mut matrix = program.quadratic.clone();
    sides.add_square(weights, &mut matrix);
    // Relative to P alone: the weights of active sides grow beyond all bounds.
    let more = REGULAR * program.quadratic.amax().max(1.0);
    for i in 0..matrix.nrows() {
        matrix[(i, i)] += more;
    }
    matrix.cholesky().ok_or(PlanError::NotConvex)
}
