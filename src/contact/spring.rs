//! One point against a plane: a one-sided spring with the dissipation of Hunt and Crossley, and regularised friction.
//!
//!   N = k max(0, -gap) max(0, 1 - D v),   share of friction = -μ s/√(s² + v_s²)
//!
//! with v the speed away from the plane and s the one along it. N is 0 at the touch and never pulls; the share is at most μ.
//! For systems whose contacts are points of known places; bodies with shapes are [`super::wrench`].

use crate::number::Scalar;

/// N, in N for a stiffness in N/m and a dissipation in s/m.
pub fn push<S: Scalar>(stiffness: S, dissipation: S, gap: S, speed: S) -> S {
    let zero = S::constant(0.0);
    let spring = stiffness * zero.max(-gap);
    spring * (-(dissipation * speed) + 1.0).max(zero)
}

/// The force along the plane for a force of 1 against it.
pub fn friction<S: Scalar>(coefficient: S, slip: S, slip_speed: S) -> S {
    -(coefficient * slip / S::norm([slip, slip_speed]))
}
