//! The contact trust region: how far a linearized smoothed step says what contact does.
//!
//! A smoothed contact has a force λ > 0 at any gap r > 0, and its linearization has neither bound: it lets robots pull, and
//! bodies pass through each other. The region takes both back, as rows over the changes of the commands:
//!
//! ```text
//! relaxed   λ + δλ ≥ 0      dual feasibility: no contact pulls
//! full      r + δr ≥ 0      and primal feasibility: nothing passes through
//! ```
//!
//! With the barrier's λ = 1/(κ r) is δλ/λ = -δr/r, so that both are rows of the same derivatives: -1 ≤ δλ/λ, and δλ/λ ≤ 1. On a
//! line, with one contact of stiffness K at the command u, the full region is |δu| ≤ √(u² + 4/(K κ)).
//!
//! Source: Suh, Pang, Zhao, Tedrake, arXiv 2505.02291, with a box in place of its ellipsoid. In the plane its cones are rows.

use super::condensed::Condensed;
use super::kinds::TrustRegion;
use super::qp::Program;

/// The program with the rows of a region; without the forces of the barrier there are none.
pub fn within(program: Program, condensed: &Condensed<'_>, region: TrustRegion) -> Program {
    let upper = match region {
        TrustRegion::Box => return program,
        TrustRegion::RelaxedContact => f64::INFINITY,
        TrustRegion::Contact => 1.0,
    };
    let Some((mut rows, forces)) = condensed.forces() else {
        return program;
    };
    for (mut row, force) in rows.row_iter_mut().zip(&forces) {
        row /= force.max(f64::MIN_POSITIVE);
    }
    let count = forces.len();
    program.with_rows(&rows, &vec![-1.0; count], &vec![upper; count])
}
