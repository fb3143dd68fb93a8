//! How smooth: a length for people, an energy for the barrier.
//!
//! A contact of compliance W whose bodies would just touch without it is held open by the barrier at s with s = W λ and
//! λ s = μ, so at √(W μ). The smoothing length is √2 times that, the scale of the noise of Student's t with two degrees of
//! freedom that smooths the exact step in the same way:
//!
//!   l = √(2 W μ),   μ = 1/κ = l²/(2 W)
//!
//! κ is the weight of the published code (`log_barrier_weight`, 1/J) and does not depend on the time step except through W.

//!
//! Under the short-tailed law l is the scale of the logistic noise in its place: e^(-s/l) + e^(-Wλ/l) = 1.

use crate::number::{Mask, Scalar};

/// How one or two rows are smoothed.
#[derive(Clone, Copy, Debug)]
pub struct Smoothing<S> {
    /// l, m; 0 for none.
    pub length: S,
    /// W, m/N, of the contact that the length is that of.
    pub compliance: S,
    /// Whether rows are short-tailed rather than barriers: 1 or 0.
    pub short_tailed: S,
}

impl<S: Scalar> Smoothing<S> {
    /// μ of the barrier, J; 0 for none.
    pub fn energy(&self) -> S {
        energy(self.length, self.compliance)
    }

    fn is_smooth(&self) -> S::Mask {
        S::constant(0.0).less(self.length)
    }

    /// Without smoothing both laws are the same, and that of the barrier has it.
    pub(super) fn is_short_tailed(&self) -> S::Mask {
        let wanted = S::constant(0.5).less(self.short_tailed);
        self.is_smooth().and(wanted)
    }

    /// l, or anything above 0 if it is not: arms that are not chosen are evaluated too.
    pub(super) fn positive_length(&self) -> S {
        S::select(self.is_smooth(), self.length, S::constant(1.0))
    }
}

impl Smoothing<f64> {
    /// -dλ/ds of a row of compliance `own` in m/N with the force λ and the gap s: how stiff the law makes it, N/m.
    pub fn stiffness(&self, own: f64, force: f64, gap: f64) -> f64 {
        match self.short_tailed > 0.5 {
            // Beyond this a row is as good as closed, and f64 would lose soft directions beside it.
            true => libm::expm1(own * force / self.length).min(1e8) / own,
            false => force / gap,
        }
    }
}

/// μ in J of a smoothing length l in m for contacts of compliance W in m/N; 0, which is no smoothing, for l = 0.
pub fn energy<S: Scalar>(length: S, compliance: S) -> S {
    length.square() / (compliance * 2.0)
}

/// l in m of the weight κ in 1/J for contacts of compliance W in m/N; 0 for an infinite weight.
pub fn length(weight: f64, compliance: f64) -> f64 {
    (2.0 * compliance / weight).sqrt()
}

/// κ in 1/J of the smoothing length l in m for contacts of compliance W in m/N; infinite for l = 0.
pub fn weight(length: f64, compliance: f64) -> f64 {
    2.0 * compliance / (length * length)
}

/// The largest κ, 1/J, with which many rows are solved in f32: beyond it, smoothing is lost in rounding and steps become NaN.
pub const LARGEST_WEIGHT_IN_F32: f64 = 1e6;

/// The smoothing length in m at that weight.
pub fn shortest_in_f32(compliance: f64) -> f64 {
    length(LARGEST_WEIGHT_IN_F32, compliance)
}
