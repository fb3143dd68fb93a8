//! The interior-point method; see [`super`] for its steps.

use super::program::{Optimum, Program};
use super::sides::Sides;
use crate::error::PlanError;
use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

/// What is left of the conditions, relative to the sizes of their terms.
const TOLERANCE: f64 = 1e-11;
/// What counts as solved where rounding allows no more.
const ROUGH: f64 = 1e-6;
/// Share of the way to the boundary.
const SHARE: f64 = 0.99;
/// By how much the start is above 0 at least, and once more where it led nowhere: Mehrotra's method may cycle, though rarely.
const MARGINS: [f64; 2] = [1.0, 100.0];
/// Iterations at most.
const ITERATIONS: u32 = 80;
/// What is added to the diagonal of a matrix before it is factored, relative to the largest entry of P.
const REGULAR: f64 = 1e-13;

impl Program {
    /// Where the objective is least within all bounds.
    pub fn solve(&self) -> Result<Optimum, PlanError> {
        self.check()?;
        // An objective that is flat somewhere is convex, and rounding may bend it down a little.
        let slack = 1e-9 * self.quadratic.amax().max(f64::MIN_POSITIVE);
        let shifted =
            &self.quadratic + DMatrix::identity(self.linear.len(), self.linear.len()) * slack;
        shifted.cholesky().ok_or(PlanError::NotConvex)?;
        let (scaled, [usual, other]) = (self.scaled(), MARGINS);
        let found = match Interior::start(&scaled, usual)?.run() {
            Err(PlanError::Stalled { .. }) => Interior::start(&scaled, other)?.run(),
            found => found,
        }?;
        Ok(Optimum {
            value: self.value(&found.x),
            ..found
        })
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

impl Residuals {
    /// So much of them.
    fn times(&self, share: f64) -> Self {
        Self {
            dual: &self.dual * share,
            primal: &self.primal * share,
            ..*self
        }
    }
}

impl<'a> Interior<'a> {
    fn start(program: &'a Program, margin: f64) -> Result<Self, PlanError> {
        let sides = Sides::of(program);
        let limits = sides.limits();
        let ones = DVector::from_element(sides.count(), 1.0);
        let factor = factored(program, &sides, &ones).ok_or(PlanError::NotConvex)?;
        let x = factor.solve(&(sides.transposed_times(&limits) - &program.linear));
        let left = &limits - sides.times(&x);
        let pushed =
            |values: DVector<f64>| match values.iter().copied().fold(f64::INFINITY, f64::min) {
                least if least > margin => values,
                least => values.add_scalar(margin - least),
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
        let (mut residual, mut best) = (f64::INFINITY, self.x.clone());
        for iterations in 0..ITERATIONS {
            let left = self.residuals();
            // Weights of active sides grow as it converges, until rounding takes back what is won.
            let is_worse = left.relative >= residual;
            if is_worse && residual <= ROUGH {
                return Ok(self.optimum(best, iterations));
            }
            if left.relative < residual {
                (residual, best) = (left.relative, self.x.clone());
            }
            if residual <= TOLERANCE {
                return Ok(self.optimum(best, iterations));
            }
            self.check_certificates()?;
            match self.advance(&left) {
                Some(()) => {}
                None if residual <= ROUGH => return Ok(self.optimum(best, iterations)),
                None => break,
            }
        }
        Err(PlanError::Stalled {
            iterations: ITERATIONS,
            residual,
        })
    }

    fn optimum(&self, x: DVector<f64>, iterations: u32) -> Optimum {
        Optimum {
            value: self.program.value(&x),
            x,
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

    /// None where rounding leaves no factor.
    fn advance(&mut self, left: &Residuals) -> Option<()> {
        let weights = self.z.component_div(&self.s);
        let factor = factored(self.program, &self.sides, &weights)?;
        let product = self.s.component_mul(&self.z);
        let predicted = self.newton(&factor, &weights, left, &product);
        let length = self.length(&predicted, 1.0);
        let centring = (1.0 - length).powi(3);
        let second = predicted.s.component_mul(&predicted.z);
        let corrected = (product + second).add_scalar(-centring * left.mean);
        let step = self.newton(&factor, &weights, &left.times(1.0 - centring), &corrected);
        let length = self.length(&step, SHARE);
        self.x += step.x * length;
        self.s += step.s * length;
        self.z += step.z * length;
        Some(())
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
) -> Option<Cholesky<f64, Dyn>> {
    let mut matrix = program.quadratic.clone();
    sides.add_square(weights, &mut matrix);
    // Relative to P alone: the weights of active sides grow beyond all bounds.
    let more = REGULAR * program.quadratic.amax().max(1.0);
    for i in 0..matrix.nrows() {
        matrix[(i, i)] += more;
    }
    matrix.cholesky()
}
