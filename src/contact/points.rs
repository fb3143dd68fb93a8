//! Contact at points: forces that grow with a depth, at places that are chosen.
//!
//! The choice is what makes these wrenches jump: which face is nearest, which corner is deepest, which body has the
//! reference face. Of equal choices the first counts, faces of B before those of A.

use super::discs;
use super::manifold::manifold;
use super::model::{ContactModel, Law};
use super::motion::Wrench;
use super::outline::{Outline, Point, outlines, shallowest};
use super::shape::Shape;
use super::traction::{Relative, at_point};
use super::vector::Vec2;
use crate::number::Scalar;

/// The contacts of one of the models with points, in B's frame; those that do not touch have a depth of 0 or less. A disc has
/// one contact in every model.
pub(super) fn contacts<S: Scalar>(
    model: ContactModel,
    a: &Shape<S>,
    b: &Shape<S>,
    motion: &Relative<S>,
) -> Vec<Point<S>> {
    match (a, b) {
        (Shape::Disc { radius }, b) => vec![discs::nearest(*radius, b, motion.pose.position)],
        (Shape::HalfPlane, Shape::HalfPlane) => Vec::new(),
        (a, b) => {
            let (a, b) = outlines(a, b, motion);
            match model {
                ContactModel::Vertices => vertices(&a, &b),
                ContactModel::Manifold => manifold(&a, &b),
                _ => single(&a, &b),
            }
        }
    }
}

/// k of each contact.
pub(super) fn stiffness<S: Scalar>(model: ContactModel, a: &Shape<S>, law: &Law<S>) -> S {
    match (model, a) {
        (ContactModel::Point, _) | (_, Shape::Disc { .. }) => law.point_stiffness,
        _ => law.vertex_stiffness,
    }
}

/// The wrench on A about its centre, in B's frame.
pub(super) fn wrench<S: Scalar>(
    model: ContactModel,
    a: &Shape<S>,
    b: &Shape<S>,
    motion: &Relative<S>,
    law: &Law<S>,
) -> Wrench<S> {
    let stiffness = stiffness(model, a, law);
    let contacts = contacts(model, a, b, motion);
    contacts.into_iter().fold(Wrench::zero(), |sum, point| {
        let load = stiffness * point.depth.max(S::constant(0.0));
        sum + at_point(point.at, point.push, load.named("load"), motion, law)
    })
}

/// Minimum translation: of the deepest corners below all faces, the one with the least depth.
fn single<S: Scalar>(a: &Outline<S>, b: &Outline<S>) -> Vec<Point<S>> {
    let below_b = b.deepest(&a.corners).into_iter();
    let all = below_b.chain(a.deepest(&b.corners));
    shallowest(all).into_iter().collect()
}

/// Every corner of one body, below the nearest face of the other.
fn vertices<S: Scalar>(a: &Outline<S>, b: &Outline<S>) -> Vec<Point<S>> {
    let below = |faces: &Outline<S>, corners: &[Vec2<S>]| -> Vec<Point<S>> {
        let nearest = corners.iter().enumerate().filter_map(|(v, corner)| {
            shallowest((0..faces.normals.len()).map(|j| faces.contact(v, j, *corner)))
        });
        nearest.collect()
    };
    let mut all = below(b, &a.corners);
    all.extend(below(a, &b.corners));
    all
}
