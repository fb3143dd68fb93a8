//! Two soft bodies: the pressure that both share, on the surface where their fields are equal.
//!
//! Between face i of A with pressure α and face j of B with pressure β the surface lies on the line α = β, and A is pushed
//! along g = ∇α - ∇β. The line is cut to where both faces are those of least pressure in their body, the pressure is
//! positive, and dissipation lets the bodies push. Without friction and dissipation the force on A is -∇U of
//!
//!   U = ∫ min(p_A, p_B) over the overlap
//!
//! Unlike in `rigid-soft` the ends of the parts keep their derivatives: at a joint of two parts the direction of the force
//! turns, so that what they contribute does not cancel. Where faces of both bodies have the same normal and the same slope and
//! coincide, as those of equal boxes stacked flush, the force jumps; slopes that differ cure it. Exactly there, where the
//! pressures are equal over an area, the surface is not defined.

use super::model::Law;
use super::motion::Wrench;
use super::shape::Shape;
use super::span::{Cut, Load, Ramp, Span};
use super::traction::{Relative, Segment, pushing};
use super::vector::Vec2;
use crate::number::Scalar;

/// One body with its pressures, in B's frame.
struct Soft<'a, S> {
    shape: &'a Shape<S>,
    /// k_j
    slopes: Vec<S>,
    /// -∇p_j = k_j m_j, m_j the outward normal.
    outward: Vec<Vec2<S>>,
}

impl<S: Scalar> Soft<'_, S> {
    fn pressures(&self, own_point: Vec2<S>) -> Vec<S> {
        let depths = self.shape.depths(own_point);
        depths
            .iter()
            .zip(&self.slopes)
            .map(|(d, k)| *d * *k)
            .collect()
    }

    /// The pressures along a segment, from those at its middle: `half` leads from there to its end.
    fn ramps(&self, middle: Vec2<S>, half: Vec2<S>) -> Vec<Ramp<S>> {
        let slopes = self.shape.depth_slopes(half);
        let rises = slopes.iter().zip(&self.slopes).map(|(d, k)| *d * *k);
        let ramp = |(p, rise): (S, S)| Ramp {
            start: p - rise,
            end: p + rise,
        };
        self.pressures(middle)
            .into_iter()
            .zip(rises)
            .map(ramp)
            .collect()
    }
}

/// The wrench on A about its centre, in B's frame; both have faces, and not both are half-planes.
pub(super) fn wrench<S: Scalar>(
    a: &Shape<S>,
    b: &Shape<S>,
    motion: &Relative<S>,
    law: &Law<S>,
) -> Wrench<S> {
    let slopes = a.slopes(law.slope_a, law.field);
    let a = Soft {
        outward: a.normals_times(&slopes, &motion.pose),
        shape: a,
        slopes,
    };
    let slopes = b.slopes(law.slope_b, law.field);
    let b = Soft {
        outward: b.normals_times(
            &slopes,
            &super::motion::Pose::upright(S::constant(0.0), S::constant(0.0)),
        ),
        shape: b,
        slopes,
    };
    let mut sum = Wrench::zero();
    for i in 0..a.slopes.len() {
        for j in 0..b.slopes.len() {
            sum = sum + between(&a, &b, (i, j), motion, law);
        }
    }
    sum
}

/// The wrench between face i of A and face j of B.
fn between<S: Scalar>(
    a: &Soft<'_, S>,
    b: &Soft<'_, S>,
    (i, j): (usize, usize),
    motion: &Relative<S>,
    law: &Law<S>,
) -> Wrench<S> {
    // A point that the overlap is near, and how near.
    let (near, reach) = match (a.shape.reach(), b.shape.reach()) {
        (Some(reach), _) => (motion.pose.position, reach),
        (None, reach) => (Vec2::zero(), reach.unwrap_or(S::constant(0.0))),
    };
    let gradient = b.outward[j] - a.outward[i];
    let square = gradient.dot(gradient);
    let scale = a.slopes[i].square() + b.slopes[j].square();
    let parallel = square.less(scale * 1e-14);
    let square = S::select(parallel, S::constant(1.0), square);
    let own = |point: Vec2<S>| motion.pose.find(point);
    let excess = a.pressures(own(near))[i] - b.pressures(near)[j];
    let middle = near - gradient.scaled(excess / square);
    let normal = gradient.scaled(S::constant(1.0) / square.sqrt());
    let half = -normal.perp().scaled(reach);
    let segment = Segment {
        start: middle - half,
        normal,
        length: reach * 2.0,
    };
    let alphas = a.ramps(own(middle), motion.pose.turn_back(half));
    let betas = b.ramps(middle, half);
    let factor = segment.dissipation(motion, law);
    let span = pushing(factor).cut(&Cut::negative(alphas[i]));
    let span = least(least(span, &alphas, i), &betas, j).in_order();
    let load = Load::of(alphas[i], factor, span);
    let nothing = S::constant(0.0);
    let load = Load {
        total: S::select(parallel, nothing, load.total),
        first_moment: S::select(parallel, nothing, load.first_moment),
    };
    segment.wrench(load, motion, law)
}

/// The part on which pressure number `own` is the least; of two equal ones the first.
fn least<S: Scalar>(span: Span<S>, pressures: &[Ramp<S>], own: usize) -> Span<S> {
    let others = pressures.iter().enumerate();
    others.fold(span, |span, (l, other)| {
        if l < own {
            span.cut_reversed(&Cut::where_less(pressures[own], *other))
        } else if l > own {
            span.cut(&Cut::where_less(*other, pressures[own]))
        } else {
            span
        }
    })
}
