//! Bodies with faces for contact at points: corners, normals, and how deep each corner is below each face of the other.

use super::motion::Pose;
use super::shape::Shape;
use super::traction::Relative;
use super::vector::Vec2;
use crate::number::{Mask, Scalar};

/// One body in B's frame.
pub(super) struct Outline<S> {
    pub corners: Vec<Vec2<S>>,
    pub normals: Vec<Vec2<S>>,
    pub lengths: Vec<S>,
    /// The direction in which each face pushes body A: its normal for B, against it for A.
    pub pushes: Vec<Vec2<S>>,
    /// `depths[v][j]` of corner v of the other body below face j of this one.
    pub depths: Vec<Vec<S>>,
    pub centre: Vec2<S>,
    /// Whether its normals are those of the other body as well: then each overlap would be looked at twice, and which of two
    /// equal depths is the least would be up to rounding.
    pub is_parallel: bool,
}

/// A point that may touch, and whether it does.
#[derive(Clone, Copy)]
pub(super) struct Contact<S: Scalar> {
    pub point: Point<S>,
    pub touches: S::Mask,
}

impl<S: Scalar> Contact<S> {
    /// Of a depth that is continuous, whichever face and corner it is measured at: no other branch decides whether it is
    /// above 0.
    pub fn of(point: Point<S>) -> Self {
        let touches = S::constant(0.0).less(point.depth.seamless());
        let touches = touches.named("touches");
        Self { point, touches }
    }
}

/// Corner, depth and direction of push of one contact.
#[derive(Clone, Copy)]
pub(super) struct Point<S> {
    pub at: Vec2<S>,
    pub depth: S,
    /// Body A is pushed there.
    pub push: Vec2<S>,
}

impl<S: Scalar> Point<S> {
    pub fn select(mask: S::Mask, if_true: Self, if_false: Self) -> Self {
        Self {
            at: Vec2::select(mask, if_true.at, if_false.at),
            depth: S::select(mask, if_true.depth, if_false.depth),
            push: Vec2::select(mask, if_true.push, if_false.push),
        }
    }
}

pub(super) fn outlines<S: Scalar>(
    a: &Shape<S>,
    b: &Shape<S>,
    motion: &Relative<S>,
) -> (Outline<S>, Outline<S>) {
    let zero = S::constant(0.0);
    let corners = a.corners().into_iter().map(|c| motion.pose.place(c));
    let (of_a, of_b): (Vec<_>, _) = (corners.collect(), b.corners());
    let below_a = of_b.iter().map(|c| a.depths(motion.pose.find(*c)));
    let below_b = of_a.iter().map(|c| b.depths(*c));
    let upright = Pose::upright(zero, zero);
    let (normals_a, normals_b) = (a.normals(&motion.pose), b.normals(&upright));
    (
        Outline {
            depths: below_a.collect(),
            pushes: normals_a.iter().map(|n| -*n).collect(),
            normals: normals_a,
            lengths: a.lengths(),
            corners: of_a.clone(),
            centre: motion.pose.position,
            is_parallel: is_parallel(a, b, motion),
        },
        Outline {
            depths: below_b.collect(),
            pushes: normals_b.clone(),
            normals: normals_b,
            lengths: b.lengths(),
            corners: of_b,
            centre: Vec2::zero(),
            is_parallel: false,
        },
    )
}

/// Whether these are two boxes that are upright and stay so.
fn is_parallel<S: Scalar>(a: &Shape<S>, b: &Shape<S>, motion: &Relative<S>) -> bool {
    let is_box = |shape: &Shape<S>| matches!(shape, Shape::Rectangle(_));
    is_box(a) && is_box(b) && motion.pose.rotation.is_none()
}

impl<S: Scalar> Outline<S> {
    /// Corner `v` of the other body below face `j` of this one.
    pub fn contact(&self, v: usize, j: usize, corner: Vec2<S>) -> Point<S> {
        Point {
            at: corner,
            depth: self.depths[v][j],
            push: self.pushes[j],
        }
    }

    /// For each face, the deepest corner of the other body below it.
    pub fn deepest(&self, corners: &[Vec2<S>]) -> Vec<Point<S>> {
        let of_face = |j: usize| {
            let contacts = corners
                .iter()
                .enumerate()
                .map(|(v, c)| self.contact(v, j, *c));
            contacts.reduce(|best, next| {
                let deeper = best.depth.less(next.depth).named("other_corner");
                Point::select(deeper, next, best)
            })
        };
        (0..self.normals.len()).filter_map(of_face).collect()
    }
}

/// The point of least depth; of two equal ones the first.
pub(super) fn shallowest<S: Scalar>(
    points: impl IntoIterator<Item = Point<S>>,
) -> Option<Point<S>> {
    points.into_iter().reduce(|best, next| {
        let shallower = next.depth.less(best.depth).named("other_face");
        Point::select(shallower, next, best)
    })
}
