//! Rigid body A in soft body B: the pressure of B on the boundary of A.
//!
//! Every edge of A is cut, for every face j of B, to the part that is inside B, where face j is the one whose pressure is
//! least, and where dissipation lets it push. Pressure and dissipation are linear there. The force on A is -∇U of
//!
//!   U = ∫ p over the overlap,   p = min_j k_j d_j
//!
//! without friction and dissipation. The ends of the parts have **no derivative**: where they move, the pressure is 0 or goes
//! on evenly in the neighbouring part, so that what they would contribute is 0 or cancels. The derivative stays exact, and
//! no division is left in its reverse sweep. The force is Lipschitz in pose and twist, everywhere.

use super::model::Law;
use super::motion::Wrench;
use super::shape::Shape;
use super::span::{Cut, Load, Ramp};
use super::traction::{Relative, Segment, pushing};
use super::vector::Vec2;
use crate::number::Scalar;

/// The wrench on A about its centre, in B's frame; both have faces.
pub(super) fn wrench<S: Scalar>(
    a: &Shape<S>,
    b: &Shape<S>,
    motion: &Relative<S>,
    law: &Law<S>,
) -> Wrench<S> {
    let slopes = b.slopes(law.slope_b, law.field);
    let boundary = boundary(a, b, motion);
    let pressures = |at: Vec2<S>| -> Vec<S> {
        let depths = b.depths(at);
        let all = depths.iter().zip(&slopes);
        all.map(|(d, k)| (*d * *k).named("pressure")).collect()
    };
    boundary.iter().fold(Wrench::zero(), |sum, (segment, end)| {
        let (start, end) = (pressures(segment.start), pressures(*end));
        let ramps = start.into_iter().zip(end);
        let ramps: Vec<Ramp<S>> = ramps.map(|(start, end)| Ramp { start, end }).collect();
        let factor = segment.dissipation(motion, law);
        sum + segment.wrench(load(&ramps, factor), motion, law)
    })
}

/// The load of one segment: over all faces of B, the part on which its pressure is the least.
fn load<S: Scalar>(pressures: &[Ramp<S>], factor: Option<Ramp<S>>) -> Load<S> {
    let whole = pushing(factor);
    let mut spans: Vec<_> = pressures
        .iter()
        .map(|p| whole.cut(&Cut::negative(*p)))
        .collect();
    for l in 0..spans.len() {
        for m in l + 1..spans.len() {
            let cut = Cut::where_less(pressures[m], pressures[l]);
            spans[l] = spans[l].cut(&cut);
            spans[m] = spans[m].cut_reversed(&cut);
        }
    }
    let parts = spans.into_iter().zip(pressures);
    parts.fold(Load::zero(), |sum, (span, pressure)| {
        sum.and(Load::of(*pressure, factor, span.in_order().detached()))
    })
}

/// The edges of A in B's frame, each pushing A inwards, and their ends. That of a half-plane is as long as B is wide.
fn boundary<S: Scalar>(
    a: &Shape<S>,
    b: &Shape<S>,
    motion: &Relative<S>,
) -> Vec<(Segment<S>, Vec2<S>)> {
    let normals = a.normals(&motion.pose);
    if let (Shape::HalfPlane, Some(reach)) = (a, b.reach()) {
        // The foot of B's centre on the line, and from there both ways.
        let foot = normals[0].scaled(normals[0].dot(motion.pose.position));
        let aside = normals[0].perp().scaled(reach);
        let segment = Segment {
            start: foot - aside,
            normal: -normals[0],
            length: reach * 2.0,
        };
        return vec![(segment, foot + aside)];
    }
    let corners = a.corners().into_iter().map(|c| motion.pose.place(c));
    let corners: Vec<Vec2<S>> = corners.collect();
    let lengths = a.lengths();
    let edge = |e: usize| {
        let segment = Segment {
            start: corners[e],
            normal: -normals[e],
            length: lengths[e],
        };
        (segment, corners[(e + 1) % corners.len()])
    };
    (0..corners.len()).map(edge).collect()
}
