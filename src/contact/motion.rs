//! Where bodies are, how they move, and what acts on them.

use super::vector::Vec2;
use crate::number::Scalar;
use std::ops::{Add, Neg};

/// A turn by an angle, as its cosine and sine.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rotation<S> {
    /// cos angle
    pub cosine: S,
    /// sin angle
    pub sine: S,
}

impl<S: Scalar> Rotation<S> {
    /// By an angle in radians, to the left.
    pub fn by(angle: S) -> Self {
        Self {
            cosine: angle.cos(),
            sine: angle.sin(),
        }
    }

    /// The other way round.
    pub fn back(self) -> Self {
        Self {
            cosine: self.cosine,
            sine: -self.sine,
        }
    }

    /// This turn behind another one: the sum of both angles.
    fn behind(self, first: Self) -> Self {
        Self {
            cosine: self.cosine * first.cosine - self.sine * first.sine,
            sine: self.sine * first.cosine + self.cosine * first.sine,
        }
    }

    /// The turned vector.
    pub fn turn(self, v: Vec2<S>) -> Vec2<S> {
        Vec2::new(
            self.cosine * v.x - self.sine * v.y,
            self.sine * v.x + self.cosine * v.y,
        )
    }
}

/// Position and turn of a body.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pose<S> {
    /// Where its centre is in m.
    pub position: Vec2<S>,
    /// How far it is turned; none for a body that is upright and stays so, which saves its operations.
    pub rotation: Option<Rotation<S>>,
}

impl<S: Scalar> Pose<S> {
    /// At a position in m, turned by an angle in radians.
    pub fn new(x: S, y: S, angle: S) -> Self {
        Self {
            position: Vec2::new(x, y),
            rotation: Some(Rotation::by(angle)),
        }
    }

    /// At a position in m, not turned.
    pub fn upright(x: S, y: S) -> Self {
        Self {
            position: Vec2::new(x, y),
            rotation: None,
        }
    }

    /// A direction of the body's frame in the plane.
    pub fn turn(&self, v: Vec2<S>) -> Vec2<S> {
        self.rotation.map_or(v, |r| r.turn(v))
    }

    /// A direction of the plane in the body's frame.
    pub fn turn_back(&self, v: Vec2<S>) -> Vec2<S> {
        self.rotation.map_or(v, |r| r.back().turn(v))
    }

    /// A point of the body's frame in the plane.
    pub fn place(&self, point: Vec2<S>) -> Vec2<S> {
        self.position + self.turn(point)
    }

    /// A point of the plane in the body's frame.
    pub fn find(&self, point: Vec2<S>) -> Vec2<S> {
        self.turn_back(point - self.position)
    }

    /// This pose as it is seen from another body.
    pub fn seen_from(&self, other: &Self) -> Self {
        let rotation = match (self.rotation, other.rotation) {
            (Some(own), Some(other)) => Some(own.behind(other.back())),
            (None, Some(other)) => Some(other.back()),
            (own, None) => own,
        };
        Self {
            position: other.find(self.position),
            rotation,
        }
    }
}

/// How a body moves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Twist<S> {
    /// The velocity of its centre in m/s.
    pub velocity: Vec2<S>,
    /// Its angular velocity in rad/s.
    pub spin: S,
}

impl<S: Scalar> Twist<S> {
    /// With a velocity in m/s and an angular velocity in rad/s.
    pub fn new(x: S, y: S, spin: S) -> Self {
        Self {
            velocity: Vec2::new(x, y),
            spin,
        }
    }

    /// At rest.
    pub fn still() -> Self {
        let zero = S::constant(0.0);
        Self::new(zero, zero, zero)
    }
}

/// A force and a moment, each for one metre of thickness out of the plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wrench<S> {
    /// The force in N.
    pub force: Vec2<S>,
    /// The moment about a point that the context names in N m.
    pub moment: S,
}

impl<S: Scalar> Wrench<S> {
    /// No force.
    pub fn zero() -> Self {
        Self {
            force: Vec2::zero(),
            moment: S::constant(0.0),
        }
    }

    /// A force that acts `arm` away from the point that moments are about.
    pub fn of_force(force: Vec2<S>, arm: Vec2<S>) -> Self {
        Self {
            force,
            moment: arm.cross(force),
        }
    }

    /// `if_true` where the mask holds, else `if_false`.
    pub fn select(mask: S::Mask, if_true: Self, if_false: Self) -> Self {
        Self {
            force: Vec2::select(mask, if_true.force, if_false.force),
            moment: S::select(mask, if_true.moment, if_false.moment),
        }
    }

    /// The same about a point that lies at `point` from the one before.
    pub fn about(self, point: Vec2<S>) -> Self {
        Self {
            moment: self.moment - point.cross(self.force),
            ..self
        }
    }
}

impl<S: Scalar> Add for Wrench<S> {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            force: self.force + other.force,
            moment: self.moment + other.moment,
        }
    }
}

impl<S: Scalar> Neg for Wrench<S> {
    type Output = Self;
    fn neg(self) -> Self {
        Self {
            force: -self.force,
            moment: -self.moment,
        }
    }
}
