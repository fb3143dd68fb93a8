//! Two contacts: the edge of one body that meets a reference face of the other, clipped to the sides of that face.
//!
//! As in Box2D, Bullet, ODE and MuJoCo's boxes: the reference face is that of least penetration, the incident edge the one
//! whose normal is most opposed to it.

use super::outline::{Contact, Outline, Point};
use super::span::{Cut, Ramp, Span};
use super::vector::Vec2;
use crate::number::{Mask, Scalar};

/// A face, and the edge of the other body that is most opposed to it.
#[derive(Clone, Copy)]
struct Reference<S> {
    /// The deepest corner of the other body below the face.
    deepest: Point<S>,
    /// Where the face starts.
    start: Vec2<S>,
    outward: Vec2<S>,
    length: S,
    /// The incident edge.
    edge: [Vec2<S>; 2],
}

impl<S: Scalar> Reference<S> {
    fn select(mask: S::Mask, if_true: Self, if_false: Self) -> Self {
        let ends = |e: usize| Vec2::select(mask, if_true.edge[e], if_false.edge[e]);
        Self {
            deepest: Point::select(mask, if_true.deepest, if_false.deepest),
            start: Vec2::select(mask, if_true.start, if_false.start),
            outward: Vec2::select(mask, if_true.outward, if_false.outward),
            length: S::select(mask, if_true.length, if_false.length),
            edge: [ends(0), ends(1)],
        }
    }

    /// The part of the incident edge that is beside neither end of the face.
    fn between_sides(&self) -> Span<S> {
        let along = self.outward.perp();
        let place = |corner: Vec2<S>| (corner - self.start).dot(along);
        let behind_start = Ramp {
            start: place(self.edge[0]),
            end: place(self.edge[1]),
        };
        let before_end = Ramp {
            start: self.length - behind_start.start,
            end: self.length - behind_start.end,
        };
        Span::whole()
            .cut(&Cut::negative(behind_start))
            .cut(&Cut::negative(before_end))
    }
}

/// The face of `own` with the least penetration, and the edge of `other` that meets it.
fn reference<S: Scalar>(own: &Outline<S>, other: &Outline<S>) -> Option<Reference<S>> {
    // A half-plane's face has no ends: nothing is cut off beside it.
    let ends = own.corners.iter().copied().zip(own.lengths.iter().copied());
    let mut ends: Vec<(Vec2<S>, S)> = ends.collect();
    if ends.is_empty() {
        ends.push((own.centre, S::constant(0.0)));
    }
    let faces = own
        .deepest(&other.corners)
        .into_iter()
        .zip(&own.normals)
        .zip(ends);
    let faces = faces.map(|((deepest, outward), (start, length))| Reference {
        deepest,
        start,
        outward: *outward,
        length,
        edge: [deepest.at; 2],
    });
    let face = faces.reduce(|best, next| {
        let shallower = next.deepest.depth.less(best.deepest.depth);
        Reference::select(shallower.named("other_face"), next, best)
    })?;
    Some(Reference {
        edge: incident(face.outward, other)?,
        ..face
    })
}

/// The edge whose outward normal is most opposed to a direction.
fn incident<S: Scalar>(to: Vec2<S>, body: &Outline<S>) -> Option<[Vec2<S>; 2]> {
    let count = body.corners.len();
    let edges = (0..count).map(|e| {
        let ends = [body.corners[e], body.corners[(e + 1) % count]];
        (to.dot(body.normals[e]), ends)
    });
    let found = edges.reduce(|(best, here), (next, there)| {
        let more = next.less(best).named("other_edge");
        let end = |e: usize| Vec2::select(more, there[e], here[e]);
        (S::select(more, next, best), [end(0), end(1)])
    });
    found.map(|(_, ends)| ends)
}

/// Both ends of the incident edge, clipped to the sides of the reference face.
pub(super) fn manifold<S: Scalar>(a: &Outline<S>, b: &Outline<S>) -> Vec<Contact<S>> {
    let on_a = reference(a, b).filter(|_| !a.is_parallel);
    let found = match (reference(b, a), on_a) {
        (Some(on_b), Some(on_a)) => {
            let mask = on_a.deepest.depth.less(on_b.deepest.depth);
            let mask = mask.named("reference_on_a");
            Reference::select(mask, on_a, on_b)
        }
        (Some(found), None) | (None, Some(found)) => found,
        (None, None) => return Vec::new(),
    };
    let zero = S::constant(0.0);
    let [first, last] = found.edge;
    let span = match a.corners.is_empty() || b.corners.is_empty() {
        true => Span::whole(),
        false => found.between_sides(),
    };
    let overlaps = Contact::of(found.deepest).touches;
    let meets = overlaps.and(span.from.less_equal(span.to));
    let span = span.in_order();
    let contact = |s: S| {
        let at = first + (last - first).scaled(s);
        let depth = (found.start - at).dot(found.outward);
        let push = found.deepest.push;
        Contact {
            point: Point { at, depth, push },
            touches: meets.and(zero.less(depth)).named("touches"),
        }
    };
    vec![contact(span.from), contact(span.to)]
}
