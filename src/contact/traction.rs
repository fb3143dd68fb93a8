//! From pressure to force: dissipation after Hunt and Crossley, and regularised friction.
//!
//! Everything is in the frame of body B, whose centre is at 0. A point x of body A moves past B with
//!
//!   V(x) = v_A - v_B + ω_A perp(x - c) - ω_B perp(x) = V + W perp(x),   W = ω_A - ω_B,   perp(x) = (-y, x)
//!
//! On a straight segment with normal n the speed along it is the same everywhere and the speed across it is linear, so
//! that both laws are integrated exactly:
//!
//!   force on A = ∫ p max(0, 1 - D V·n) (n - μ t V·t/√((V·t)² + v_s²)) ds

use super::model::Law;
use super::motion::{Pose, Twist, Wrench};
use super::span::{Cut, Load, Ramp, Span};
use super::vector::Vec2;
use crate::number::Scalar;

/// Body A as it is seen from body B.
#[derive(Clone, Copy)]
pub(super) struct Relative<S> {
    /// Where A is and how it is turned.
    pub pose: Pose<S>,
    /// V, the velocity that A would have past B at B's centre.
    velocity: Vec2<S>,
    /// W, its angular velocity past B.
    spin: S,
}

impl<S: Scalar> Relative<S> {
    pub fn new(a: (&Pose<S>, &Twist<S>), b: (&Pose<S>, &Twist<S>)) -> Self {
        let between = a.0.position - b.0.position;
        let carried = between.perp().scaled(a.1.spin);
        let velocity = a.1.velocity - b.1.velocity - carried;
        Self {
            pose: a.0.seen_from(b.0),
            velocity: b.0.turn_back(velocity),
            spin: a.1.spin - b.1.spin,
        }
    }

    /// The speed of A past B at a point, along a direction.
    pub fn speed(&self, at: Vec2<S>, along: Vec2<S>) -> S {
        self.velocity.dot(along) + self.spin * at.cross(along)
    }
}

/// A straight piece of a contact surface, before it is cut. It leads along the tangent -perp(normal), so that the normal is to
/// its left.
#[derive(Clone, Copy)]
pub(super) struct Segment<S> {
    /// Where it starts.
    pub start: Vec2<S>,
    /// The direction in which body A is pushed, a unit vector.
    pub normal: Vec2<S>,
    /// Its length.
    pub length: S,
}

impl<S: Scalar> Segment<S> {
    /// 1 - D V·n along it; none without dissipation.
    pub fn dissipation(&self, motion: &Relative<S>, law: &Law<S>) -> Option<Ramp<S>> {
        let dissipation = law.dissipation?;
        let start = motion.speed(self.start, self.normal);
        // With the normal to the left of the tangent, V·n grows by W along one metre.
        let end = start + motion.spin * self.length;
        let factor = |speed: S| -(dissipation * speed) + 1.0;
        Some(Ramp {
            start: factor(start),
            end: factor(end),
        })
    }

    /// The wrench on A about its centre, of a load in units of the length.
    pub fn wrench(&self, load: Load<S>, motion: &Relative<S>, law: &Law<S>) -> Wrench<S> {
        let direction = traction(self.start, self.normal, motion, law);
        let total = (load.total * self.length).named("load");
        let arm = self.start - motion.pose.position;
        // The cross product of tangent and direction is 1.
        let along = load.first_moment * self.length.square();
        Wrench {
            force: direction.scaled(total),
            moment: arm.cross(direction) * total + along,
        }
    }
}

/// The force on A for a normal force of 1: along the normal, and against the slip.
fn traction<S: Scalar>(
    at: Vec2<S>,
    normal: Vec2<S>,
    motion: &Relative<S>,
    law: &Law<S>,
) -> Vec2<S> {
    let Some(friction) = law.friction else {
        return normal;
    };
    let tangent = -normal.perp();
    let slip = motion.speed(at, tangent);
    let share = friction.coefficient * slip / S::norm([slip, friction.slip_speed]);
    normal - tangent.scaled(share)
}

/// The part of a segment on which dissipation lets bodies push.
pub(super) fn pushing<S: Scalar>(factor: Option<Ramp<S>>) -> Span<S> {
    let whole = Span::whole();
    factor.map_or(whole, |factor| whole.cut(&Cut::negative(factor)))
}

/// The wrench on A about its centre of a force `load` at a point, pushing A along a unit vector.
pub(super) fn at_point<S: Scalar>(
    at: Vec2<S>,
    normal: Vec2<S>,
    load: S,
    motion: &Relative<S>,
    law: &Law<S>,
) -> Wrench<S> {
    let factor = law
        .dissipation
        .map(|d| -(d * motion.speed(at, normal)) + 1.0);
    let pushed = factor.map_or(load, |factor| load * factor.max(S::constant(0.0)));
    let direction = traction(at, normal, motion, law);
    Wrench::of_force(direction.scaled(pushed), at - motion.pose.position)
}
