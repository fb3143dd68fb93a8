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
//!     predict   the Newton step to μ = 0, of which the share a can be gone;   σ = (1 - a)³
//!     correct   the Newton step to σ μ, σ r_d and σ r_p, with what the prediction leaves of second order
//!               (P + G'(z/s)G) dx = -r_d - G'(z/s r_p - r_c/s)        s dz + z ds = -r_c,   G dx + ds = -r_p
//!     go        .99 of the way to where an s or a z would be 0, the whole step at most
//! ```
//!
//! One Cholesky factor an iteration, and some ten iterations. It is our own because the programs are small and dense, and
//! solved in the middle of a loop: a general solver takes 25 crates and treats them as sparse cones. Tests hold it against one.

mod interior;
mod program;
mod sides;

pub use program::{Optimum, Program};
