//! The wrench between two bodies: the one function that a system calls.

use super::model::{ContactModel, Law};
use super::motion::{Pose, Twist, Wrench};
use super::shape::Shape;
use super::traction::Relative;
use super::vector::Vec2;
use super::{disc_on_faces, discs, points, rigid_soft, soft_soft};
use crate::number::Scalar;

/// A body: its shape, where it is and how it moves.
#[derive(Clone, Debug)]
pub struct Body<S> {
    /// The shape, about the point where the pose is.
    pub shape: Shape<S>,
    /// Where it is.
    pub pose: Pose<S>,
    /// How it moves.
    pub twist: Twist<S>,
}

impl<S: Scalar> Body<S> {
    /// A body that does not move.
    pub fn fixed(shape: Shape<S>, pose: Pose<S>) -> Self {
        Self {
            shape,
            pose,
            twist: Twist::still(),
        }
    }
}

/// What two bodies do to each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Touch<S> {
    /// The wrench on body A about A's centre.
    pub on_a: Wrench<S>,
    /// The wrench on body B about B's centre; both together are no force and no moment.
    pub on_b: Wrench<S>,
}

/// The wrenches between bodies A and B in the plane.
///
/// The number of operations is fixed, and no value is branched on, so that the function can be traced. In `rigid-soft`
/// body A is the rigid one. Two half-planes never touch.
///
/// ```
/// use mollify::contact::{Body, ContactModel, Law, Pose, Shape, wrench};
///
/// // A box 0.2 m wide, 1 mm deep in soft ground of 5e4 N/m³: force k w d.
/// let cube = Body::fixed(Shape::rectangle(0.1, 0.1), Pose::new(0.0, 0.099, 0.0));
/// let ground = Body::fixed(Shape::HalfPlane, Pose::upright(0.0, 0.0));
/// let touch = wrench(ContactModel::RigidSoft, &cube, &ground, &Law::elastic(5e4, 0.2));
/// assert!((touch.on_a.force.y - 5e4 * 0.2 * 0.001).abs() < 1e-9);
/// assert_eq!(touch.on_b.force.y, -touch.on_a.force.y);
/// ```
pub fn wrench<S: Scalar>(model: ContactModel, a: &Body<S>, b: &Body<S>, law: &Law<S>) -> Touch<S> {
    // A disc comes first.
    if matches!(b.shape, Shape::Disc { .. }) && !matches!(a.shape, Shape::Disc { .. }) {
        return in_order(model, (b, a), false, law).exchanged();
    }
    in_order(model, (a, b), true, law)
}

/// The same where a disc is not behind a body with faces; `first` says that A is the first body of the pair.
fn in_order<S: Scalar>(
    model: ContactModel,
    (a, b): (&Body<S>, &Body<S>),
    first: bool,
    law: &Law<S>,
) -> Touch<S> {
    let motion = Relative::new((&a.pose, &a.twist), (&b.pose, &b.twist));
    let on_a = match (&a.shape, &b.shape) {
        (a, b) if !model.has_pressure() => points::wrench(model, a, b, &motion, law),
        (Shape::Disc { radius: a }, Shape::Disc { radius: b }) => {
            discs::on_disc(model, [*a, *b], &motion, law)
        }
        (Shape::Disc { radius }, faces) => seamless(disc_on_faces::wrench(
            (model, first),
            *radius,
            faces,
            &motion,
            law,
        )),
        (Shape::HalfPlane, Shape::HalfPlane) => Wrench::zero(),
        (a, b) => match model {
            ContactModel::RigidSoft => seamless(rigid_soft::wrench(a, b, &motion, law)),
            _ => seamless(soft_soft::wrench(a, b, &motion, law)),
        },
    };
    Touch::from_frame(on_a, &motion, &b.pose)
}

/// Where a part of the boundary comes or goes, its load and the slope of that are 0: no branch matters, but for flat faces
/// that first touch, where the slope jumps as that of any spring, and for those that `soft_soft` names.
fn seamless<S: Scalar>(wrench: Wrench<S>) -> Wrench<S> {
    Wrench {
        force: Vec2::new(wrench.force.x.seamless(), wrench.force.y.seamless()),
        moment: wrench.moment.seamless(),
    }
}

impl<S: Scalar> Touch<S> {
    /// From the wrench on A about its centre in the frame of B, which is at `pose`.
    fn from_frame(on_a: Wrench<S>, motion: &Relative<S>, pose: &Pose<S>) -> Self {
        let about_b = on_a.about(-motion.pose.position);
        let in_plane = |wrench: Wrench<S>| Wrench {
            force: pose.turn(wrench.force),
            moment: wrench.moment,
        };
        Self {
            on_a: in_plane(on_a),
            on_b: -in_plane(about_b),
        }
    }

    fn exchanged(self) -> Self {
        Self {
            on_a: self.on_b,
            on_b: self.on_a,
        }
    }
}
