//! Contact of two discs by their pressure fields, and of a disc at a point.
//!
//! A pressure field as levels: where the pressure of a body is z or more, that is the body drawn in, A_z, and
//!
//!   U = ∫ area(A_z ∩ B_z) dz,   force = -∇U = ∫ ∫ n ds dz over the chord that joins the corners of the lens A_z ∩ B_z
//!
//! The chord begins as the root of what is left of the depth, which the substitution z = z_m (1 - q²) makes smooth:
//! [`NODES`] Gauss points in q give a force to 1e-9 of itself at depths up to half a radius. Friction acts along the chords.
//! At a point contact the disc is pushed along the line to the nearest point.

use super::model::{ContactModel, Law};
use super::motion::{Pose, Wrench};
use super::outline::Point;
use super::shape::Shape;
use super::span::{Load, Ramp};
use super::traction::{Relative, Segment, pushing};
use super::vector::Vec2;
use crate::number::{Mask, Scalar};

/// The Gauss-Legendre rule on [0, 1]: places and weights.
pub(super) const NODES: [(f64, f64); 8] = [
    (0.019_855_071_751_231_884, 0.050_614_268_145_188_13),
    (0.101_666_761_293_186_63, 0.111_190_517_226_687_24),
    (0.237_233_795_041_835_5, 0.156_853_322_938_943_64),
    (0.408_282_678_752_175_1, 0.181_341_891_689_181),
    (0.591_717_321_247_825, 0.181_341_891_689_181),
    (0.762_766_204_958_164_5, 0.156_853_322_938_943_64),
    (0.898_333_238_706_813_4, 0.111_190_517_226_687_24),
    (0.980_144_928_248_768_1, 0.050_614_268_145_188_13),
];

/// By how much each body is drawn in for one unit of pressure [m³/N]: 1/k, and 0 for a rigid one.
#[derive(Clone, Copy)]
pub(super) struct Compliance<S> {
    pub disc: S,
    pub other: S,
}

impl<S: Scalar> Compliance<S> {
    /// `first` says that the disc is body A, which is the rigid one of `rigid-soft`.
    pub fn new(model: ContactModel, law: &Law<S>, first: bool) -> Self {
        let one = S::constant(1.0);
        let of_a = match model {
            ContactModel::SoftSoft => one / law.slope_a,
            _ => S::constant(0.0),
        };
        let of_b = one / law.slope_b;
        let (disc, other) = if first { (of_a, of_b) } else { (of_b, of_a) };
        Self { disc, other }
    }

    fn sum(self) -> S {
        self.disc + self.other
    }
}

/// The levels of a contact that is `depth` deep: pressure, weight dz, and q.
fn levels<S: Scalar>(depth: S, compliance: Compliance<S>) -> impl Iterator<Item = (S, S, f64)> {
    let highest = depth.max(S::constant(0.0)) / compliance.sum();
    NODES.into_iter().map(move |(q, weight)| {
        let level = highest * (1.0 - q * q);
        (level, highest * (2.0 * q * weight), q)
    })
}

/// The contact of a disc with the point of a body that is nearest to its centre, or, where the centre is inside the body,
/// with the face that it is least below.
pub(super) fn nearest<S: Scalar>(radius: S, body: &Shape<S>, centre: Vec2<S>) -> Point<S> {
    let (inside, below) = below_face(body, centre);
    let (distance, away) = from_outline(body, centre);
    let zero = S::constant(0.0);
    // A half-plane has no corners, and a disc no faces: there one of the two is the only answer.
    let outside = match (body.faces(), body.corners().len()) {
        (0, _) => zero.less(distance),
        (_, 0) => distance.less(zero),
        _ => inside.less(zero).and(zero.less(distance)),
    };
    let divisor = S::select(outside, distance, S::constant(1.0));
    let push = Vec2::select(outside, away.scaled(S::constant(1.0) / divisor), below);
    let depth = match body {
        Shape::Disc { radius: other } => S::select(outside, *other - distance, -radius),
        _ => S::select(outside, -distance, inside),
    };
    Point {
        at: centre - push.scaled(radius),
        depth: radius + depth,
        push,
    }
}

/// The depth of a point below the face that it is least below, and the normal of that.
fn below_face<S: Scalar>(body: &Shape<S>, point: Vec2<S>) -> (S, Vec2<S>) {
    let normals = body.normals(&Pose::upright(S::constant(0.0), S::constant(0.0)));
    least(body.depths(point).into_iter().zip(normals))
}

/// The distance of a point from the nearest edge, or from a disc's centre, and the way from there.
fn from_outline<S: Scalar>(body: &Shape<S>, point: Vec2<S>) -> (S, Vec2<S>) {
    if let Shape::Disc { .. } = body {
        return (point.norm(), point);
    }
    let normals = body.normals(&Pose::upright(S::constant(0.0), S::constant(0.0)));
    let edges = body.corners().into_iter().zip(body.lengths()).zip(normals);
    let (_, away) = least(edges.map(|((corner, length), normal)| {
        let along = normal.perp();
        let s = (point - corner).dot(along).max(S::constant(0.0));
        let away = point - corner - along.scaled(s.min(length));
        (away.dot(away), away)
    }));
    (away.norm(), away)
}

/// The first of the least numbers, with its vector.
fn least<S: Scalar>(all: impl Iterator<Item = (S, Vec2<S>)>) -> (S, Vec2<S>) {
    let found = all.reduce(|(best, here), (next, there)| {
        let less = next.less(best);
        (S::select(less, next, best), Vec2::select(less, there, here))
    });
    found.unwrap_or((S::constant(0.0), Vec2::zero()))
}

/// The wrench on disc A about its centre, in the frame of disc B.
pub(super) fn on_disc<S: Scalar>(
    model: ContactModel,
    [radius_a, radius_b]: [S; 2],
    motion: &Relative<S>,
    law: &Law<S>,
) -> Wrench<S> {
    let (zero, one) = (S::constant(0.0), S::constant(1.0));
    let distance = motion.pose.position.norm();
    let apart = zero.less(distance);
    let distance = S::select(apart, distance, one);
    let normal = motion.pose.position.scaled(one / distance);
    let depth = S::select(apart, radius_a + radius_b - distance, zero);
    let compliance = Compliance::new(model, law, true);
    levels(depth, compliance).fold(Wrench::zero(), |sum, (level, weight, q)| {
        let a = radius_a - level * compliance.disc;
        let b = radius_b - level * compliance.other;
        // Half the chord by Heron's formula, of whose factors a + b - distance = q² depth.
        let others =
            (distance + a + b) * (distance + a - b).max(zero) * (distance + b - a).max(zero);
        let half = (depth.max(zero) * others).sqrt() * q / (distance * 2.0);
        let from_b = (distance.square() + b.square() - a.square()) / (distance * 2.0);
        let segment = Segment {
            start: normal.scaled(from_b) + normal.perp().scaled(half),
            normal,
            length: half * 2.0,
        };
        let factor = segment.dissipation(motion, law);
        let even = Ramp {
            start: weight,
            end: weight,
        };
        let load = Load::of(even, factor, pushing(factor).in_order());
        sum + segment.wrench(load, motion, law)
    })
}
