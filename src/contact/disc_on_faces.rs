//! A disc against a body with faces: pressure on the surface where both fields are equal, exact at corners as well.
//!
//! The disc has radius R and compliance a = 1/k of its field (0 if it is rigid), the face the compliance b, and the disc's lowest
//! point is δ below the face. About the disc's centre, with the angle φ from the way into the face, the surface is a conic with its
//! focus there, and
//!
//!   r(φ) = (R (a + b) - a δ)/(b + a cos φ)
//!   p(φ) = (δ - R (1 - cos φ))/(b + a cos φ),   force on the disc = ∫ p n ds,   n ds = (r' perp(u) - r u) dφ
//!
//! with u(φ) the direction there: an arc of the rim if the disc is rigid (r = R), a parabola if both are equally soft, the face
//! itself if that is rigid (r cos φ = R - δ). It ends where p is 0, at 1 - cos φ = δ/R for any a and b. A face that is behind the
//! centre, as beside a corner, is seen the other way: with -b for b, 2R - δ for δ, and the force turned round.
//!
//! On the surface the pressure behind another face l is higher where A + B cos φ + C sin φ >= 0. The roots of that are angles at
//! which the surface of face j may begin or end: between them, in order, it is all there or not at all. So each piece is
//! smooth, and [`NODES`] Gauss points on it give the force to 1e-9 of itself at depths up to half a radius.

use super::discs::{Compliance, NODES};
use super::model::{ContactModel, Law};
use super::motion::{Pose, Wrench};
use super::shape::Shape;
use super::traction::{Relative, at_point};
use super::vector::Vec2;
use crate::number::Scalar;

/// How far from the disc's centre a surface is at least, in parts of R.
const ASIDE: f64 = 1e-7;

/// The wrench on disc A about its centre, in the frame of B, which has faces. `first` says that the disc is the first body
/// of the pair.
pub(super) fn wrench<S: Scalar>(
    (model, first): (ContactModel, bool),
    radius: S,
    b: &Shape<S>,
    motion: &Relative<S>,
    law: &Law<S>,
) -> Wrench<S> {
    let compliance = Compliance::new(model, law, first);
    // Other slopes for other faces, as those of the field at the centre, are other compliances.
    let slopes = b.slopes(S::constant(1.0), law.field);
    let faces = Faces {
        depths: b.depths(motion.pose.position),
        normals: b.normals(&Pose::upright(S::constant(0.0), S::constant(0.0))),
        compliances: slopes.into_iter().map(|k| compliance.other / k).collect(),
    };
    (0..b.faces()).fold(Wrench::zero(), |sum, j| {
        let surface = Surface::new(j, radius, compliance.disc, &faces);
        sum + surface.wrench(motion, law)
    })
}

/// A body with faces, in its own frame.
struct Faces<S> {
    /// Of the disc's centre.
    depths: Vec<S>,
    normals: Vec<Vec2<S>>,
    compliances: Vec<S>,
}

/// The surface of the disc with one face, and what ends it.
struct Surface<S> {
    /// 1, or -1 where it is behind the disc's centre: then that is -b, and δ and the normal are those of the other side.
    side: S,
    normal: Vec2<S>,
    radius: S,
    /// δ
    depth: S,
    /// a
    disc: S,
    /// b
    face: S,
    /// R (a + b) - a δ
    reach: S,
    /// Not negative where the surface is behind no other face.
    limits: Vec<Wave<S>>,
}

/// An angle from the way into the face, with what is needed of it.
#[derive(Clone, Copy)]
struct Angle<S> {
    cosine: S,
    sine: S,
    /// 1 - cos φ, also where that is small.
    less: S,
}

impl<S: Scalar> Angle<S> {
    fn new(angle: S) -> Self {
        let half = angle * 0.5;
        let (sine, cosine) = (half.sin(), half.cos());
        let less = sine.square() * 2.0;
        Self {
            cosine: -less + 1.0,
            sine: sine * cosine * 2.0,
            less,
        }
    }
}

/// A + B cos φ + C sin φ
#[derive(Clone, Copy)]
struct Wave<S> {
    constant: S,
    cosine: S,
    sine: S,
}

impl<S: Scalar> Wave<S> {
    fn at(&self, angle: &Angle<S>) -> S {
        self.constant + self.cosine * angle.cosine + self.sine * angle.sine
    }

    /// Where it is 0, in [-π, π]; where it never is, any two angles.
    ///
    /// With w = tan φ/2 it is (A - B) w² + 2 C w + A + B, of which the root that needs no difference is taken first.
    fn roots(&self) -> [S; 2] {
        let (square, rest) = (self.constant - self.cosine, self.constant + self.cosine);
        let root = (self.sine.square() - square * rest).sqrt();
        let negative = self.sine.less(S::constant(0.0));
        let sum = self.sine + S::select(negative, -root, root);
        [(-sum, square), (-rest, sum)].map(|(up, across)| {
            let turned = across.less(S::constant(0.0));
            S::select(turned, -up, up).atan2(across.abs()) * 2.0
        })
    }
}

impl<S: Scalar> Surface<S> {
    fn new(j: usize, radius: S, disc: S, faces: &Faces<S>) -> Self {
        let zero = S::constant(0.0);
        let face = faces.compliances[j];
        let excess = radius * face - disc * faces.depths[j];
        // A surface through the disc's centre, all of which is seen under one angle, is looked at from a little aside.
        let aside = radius * (disc + face) * ASIDE;
        let side = S::select(excess.less(zero), -S::constant(1.0), S::constant(1.0));
        let moved = S::select(excess.abs().less(aside), side * aside, excess);
        let below = faces.depths[j] + (excess - moved) / disc.max(aside);
        let (normal, face) = (faces.normals[j].scaled(side), face * side);
        let (depth, reach) = (radius + below * side, moved * side);
        // b + a cos φ times how much deeper the surface is below face l than its pressure asks for.
        let limit = |l: usize| {
            let (own, other) = (faces.depths[l], faces.normals[l]);
            let least = faces.compliances[l];
            Wave {
                constant: own * face - least * (depth - radius),
                cosine: own * disc + reach * other.dot(normal) - least * radius,
                sine: reach * other.dot(normal.perp()),
            }
        };
        let others = (0..faces.normals.len()).filter(|l| *l != j);
        Self {
            limits: others.map(limit).collect(),
            side,
            normal,
            radius,
            depth,
            disc,
            face,
            reach,
        }
    }

    fn wrench(&self, motion: &Relative<S>, law: &Law<S>) -> Wrench<S> {
        let ends = self.ends(motion, law);
        ends.windows(2).fold(Wrench::zero(), |sum, ends| {
            let (from, width) = (ends[0], ends[1] - ends[0]);
            let middle = Angle::new(from + width * 0.5);
            let zero = S::constant(0.0);
            let width = self.limits.iter().fold(width, |width, limit| {
                S::select(limit.at(&middle).less(zero), zero, width)
            });
            NODES.into_iter().fold(sum, |sum, (place, weight)| {
                let angle = Angle::new(from + (ends[1] - from) * place);
                sum + self.push(&angle, width * weight, motion, law)
            })
        })
    }

    /// The angles between which the surface is smooth, in order.
    fn ends(&self, motion: &Relative<S>, law: &Law<S>) -> Vec<S> {
        let zero = S::constant(0.0);
        let rest = (self.radius * 2.0 - self.depth).max(zero).sqrt();
        let last = self.depth.max(zero).sqrt().atan2(rest) * 2.0;
        let roots = self.limits.iter().flat_map(Wave::roots);
        let leaving = self.leaving(motion, law);
        let roots = roots.chain(leaving.iter().flat_map(Wave::roots));
        let mut ends = vec![-last, last * -0.5, zero, last * 0.5];
        ends.extend(roots.map(|angle| angle.max(-last).min(last)));
        ends.push(last);
        in_order(&mut ends);
        ends
    }

    /// 1 - D V·n on the rim, which is not 0 or more where dissipation lets go: there the force has a kink.
    fn leaving(&self, motion: &Relative<S>, law: &Law<S>) -> Option<Wave<S>> {
        let dissipation = law.dissipation?;
        let speed = |along: Vec2<S>| dissipation * motion.speed(motion.pose.position, along);
        Some(Wave {
            constant: S::constant(1.0),
            cosine: speed(-self.normal),
            sine: speed(-self.normal.perp()),
        })
    }

    /// What the part of the surface does that is seen under `width` at an angle.
    fn push(&self, angle: &Angle<S>, width: S, motion: &Relative<S>, law: &Law<S>) -> Wrench<S> {
        let (zero, one) = (S::constant(0.0), S::constant(1.0));
        let bend = self.face + self.disc * angle.cosine;
        let bend = S::select(zero.less(bend), bend, one);
        let distance = self.reach / bend;
        let pressure = ((self.depth - self.radius * angle.less) / bend).max(zero);
        // r'/r
        let slant = self.disc * angle.sine / bend;
        let out = -self.normal.scaled(angle.cosine) - self.normal.perp().scaled(angle.sine);
        let stretch = (slant.square() + 1.0).sqrt();
        let push = (out.perp().scaled(slant) - out).scaled(self.side / stretch);
        let at = motion.pose.position + out.scaled(distance);
        at_point(at, push, pressure * distance * stretch * width, motion, law)
    }
}

/// Puts values in order by a fixed sequence of exchanges.
fn in_order<S: Scalar>(values: &mut [S]) {
    for last in (1..values.len()).rev() {
        for i in 0..last {
            let (low, high) = (values[i].min(values[i + 1]), values[i].max(values[i + 1]));
            (values[i], values[i + 1]) = (low, high);
        }
    }
}
