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

/// λ₁; `compliance` is W, detached, of which only the lower triangle is read.
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
