//! The step behind a loop: from the forces that it found to forces with the derivatives of the implicit function.
//!
//! The forces solve R(λ, p) = 0 with R = c(p) + W(p) λ - s(λ), where p is whatever gaps, Jacobian and d₀ depend on. With λ* from
//! the loop, which has no derivative, and all of M detached,
//!
//!   λ₁(p) = λ* - M⁻¹ R(λ*, p),   M = W + diag(-ds/dλ)
//!
//! has the value of λ* polished by one Newton step, and the derivative dλ/dp = -M⁻¹ ∂R/∂p exactly, since R(λ*) is 0 but for
//! rounding. With d = d₀ + G J'λ₁ behind it, forward duals and the reverse sweep give
//!
//!   A = ∂q⁺/∂q,   B = ∂q⁺/∂u,   C = ∂λ/∂q,   D = ∂λ/∂u.
//!
//! The dual matrix is what keeps this accurate in f32: the Hessian of the barrier in the motion, Q + J' diag(λ/s) J, loses
//! what stiff rows leave to soft directions.

use super::problem::Problem;
use super::symmetric::{Factors, Symmetric};
use crate::number::Scalar;
use crate::number::linear::solve_symmetric;

/// What a loop found, and how far from a solution that is.
pub(super) struct Found<S, const ROWS: usize> {
    /// λ*
    pub force: [S; ROWS],
    /// R(λ*, p)
    pub residual: [S; ROWS],
    /// -ds/dλ at λ*, detached
    pub slope: [S; ROWS],
}

/// λ₁ by the dense M; `compliance` is W, detached.
pub(super) fn polished<S: Scalar, const ROWS: usize>(
    compliance: [[S; ROWS]; ROWS],
    found: Found<S, ROWS>,
) -> [S; ROWS] {
    let mut matrix = compliance;
    for (k, row) in matrix.iter_mut().enumerate() {
        row[k] = row[k] + found.slope[k];
    }
    let correction = solve_symmetric(matrix, found.residual);
    std::array::from_fn(|k| found.force[k] - correction[k])
}

/// M⁻¹ for more rows than coordinates, through the Hessian H = Q + J' diag(w) J in the motion:
///
///   M⁻¹ r ≈ P r = w (r - J H⁻¹ J' w r),   1/w = -ds/dλ + W/[`STIFFEST`]
///
/// which would be equality but for the second term of 1/w and for the difference of two large numbers. Stiff rows would lose all
/// digits of that difference in f32; the second term keeps three of them. Steps of iterative refinement, x + P (r - M x) with
/// the true M, then take out what both leave: each squares the relative error, but for forces that balance among themselves
/// and move nothing.
pub(super) struct ManyRows<S, const N: usize, const ROWS: usize> {
    /// Detached.
    problem: Problem<S, N, ROWS>,
    /// -ds/dλ
    slope: [S; ROWS],
    weight: [S; ROWS],
    hessian: Factors<S, N>,
}

/// How much stiffer than its own compliance P takes a row to be, at most.
const STIFFEST: f64 = 1e3;

/// w = 1/(-ds/dλ + W/stiffest), of the slope -ds/dλ of a row and its own compliance W.
pub(super) fn softened<S: Scalar>(slope: S, own: S, stiffest: f64) -> S {
    S::constant(1.0) / (slope + own * (1.0 / stiffest))
}

/// The diagonal of W.
pub(super) fn own_compliance<S: Scalar, const N: usize, const ROWS: usize>(
    problem: &Problem<S, N, ROWS>,
) -> [S; ROWS] {
    std::array::from_fn(|k| problem.compliance(k, k))
}

/// Steps of iterative refinement.
const REFINEMENTS: usize = 2;

impl<S: Scalar, const N: usize, const ROWS: usize> ManyRows<S, N, ROWS> {
    /// Of these rows and their -ds/dλ, all detached.
    pub fn new(problem: Problem<S, N, ROWS>, slope: [S; ROWS]) -> Self {
        let own = own_compliance(&problem);
        let weight = std::array::from_fn(|k| softened(slope[k], own[k], STIFFEST));
        Self {
            hessian: hessian(&problem, &weight),
            problem,
            slope,
            weight,
        }
    }

    /// P r
    fn approximately(&self, r: [S; ROWS]) -> [S; ROWS] {
        let weighted: [S; ROWS] = std::array::from_fn(|k| self.weight[k] * r[k]);
        let motion = self.hessian.solve(self.problem.reaction(&weighted));
        let opening = self.problem.opening(&motion);
        std::array::from_fn(|k| weighted[k] - self.weight[k] * opening[k])
    }

    /// M⁻¹ r
    pub fn solve(&self, r: [S; ROWS]) -> [S; ROWS] {
        let mut x = self.approximately(r);
        for _ in 0..REFINEMENTS {
            let opening = self.problem.opening(&self.problem.response(&x));
            let rest = std::array::from_fn(|k| r[k] - opening[k] - self.slope[k] * x[k]);
            let correction = self.approximately(rest);
            x = std::array::from_fn(|k| x[k] + correction[k]);
        }
        x
    }
}

/// Q + J' diag(w) J
pub(super) fn hessian<S: Scalar, const N: usize, const ROWS: usize>(
    problem: &Problem<S, N, ROWS>,
    weight: &[S; ROWS],
) -> Factors<S, N> {
    let mut matrix = Symmetric::diagonal(&problem.stiffness);
    for (row, weight) in problem.jacobian.iter().zip(weight) {
        matrix.add(*weight, row);
    }
    matrix.factors()
}
