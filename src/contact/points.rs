//! Contact at points: forces that grow with a depth, at places that are chosen.
//!
//! The choice is what makes these wrenches jump: which face is nearest, which corner is deepest, which body has the
//! reference face. Of equal choices the first counts, faces of B before those of A.

use super::discs;
use super::manifold::manifold;
use super::model::{ContactModel, Law};
use super::motion::Wrench;
use super::outline::{Contact, Outline, Point, outlines, shallowest};
use super::shape::Shape;
use super::traction::{Relative, at_point};
use super::vector::Vec2;
use crate::number::Scalar;

/// The contacts of one of the models with points, in B's frame. A disc has one in every model.
pub(super) fn contacts<S: Scalar>(
    model: ContactModel,
    a: &Shape<S>,
    b: &Shape<S>,
    motion: &Relative<S>,
) -> Vec<Contact<S>> {
    match (a, b) {
        (Shape::Disc { radius }, b) => {
            let nearest = discs::nearest(*radius, b, motion.pose.position);
            vec![Contact::of(nearest)]
        }
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
    contacts.into_iter().fold(Wrench::zero(), |sum, contact| {
        let Point { at, depth, push } = contact.point;
        let load = (stiffness * depth).named("load");
        let pushed = at_point(at, push, load, motion, law);
        sum + Wrench::select(contact.touches, pushed, Wrench::zero())
    })
}

/// Minimum translation: of the deepest corners below all faces, the one with the least depth.
fn single<S: Scalar>(a: &Outline<S>, b: &Outline<S>) -> Vec<Contact<S>> {
    let mut all = b.deepest(&a.corners);
    if !a.is_parallel {
        all.extend(a.deepest(&b.corners));
    }
    shallowest(all).map(Contact::of).into_iter().collect()
}

/// Every corner of one body, below the nearest face of the other.
fn vertices<S: Scalar>(a: &Outline<S>, b: &Outline<S>) -> Vec<Contact<S>> {
    let below = |faces: &Outline<S>, corners: &[Vec2<S>]| -> Vec<Contact<S>> {
        let nearest = corners.iter().enumerate().filter_map(|(v, corner)| {
            shallowest((0..faces.normals.len()).map(|j| faces.contact(v, j, *corner)))
        });
        nearest.map(Contact::of).collect()
    };
    let mut all = below(b, &a.corners);
    all.extend(below(a, &b.corners));
    all
}
