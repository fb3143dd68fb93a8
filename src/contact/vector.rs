//! Vectors in the plane.

use crate::number::Scalar;
use std::ops::{Add, Neg, Sub};

/// A vector (x, y), or the point that it leads to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Vec2<S> {
    /// Across.
    pub x: S,
    /// Up.
    pub y: S,
}

impl<S: Scalar> Vec2<S> {
    /// (x, y)
    pub fn new(x: S, y: S) -> Self {
        Self { x, y }
    }

    /// A vector known when the system is written.
    pub fn constant([x, y]: [f64; 2]) -> Self {
        Self::new(S::constant(x), S::constant(y))
    }

    /// (0, 0)
    pub fn zero() -> Self {
        Self::constant([0.0; 2])
    }

    /// a·b = aₓ bₓ + a_y b_y
    pub fn dot(self, other: Self) -> S {
        self.x * other.x + self.y * other.y
    }

    /// a × b = aₓ b_y - a_y bₓ: positive where b is to the left of a.
    pub fn cross(self, other: Self) -> S {
        self.x * other.y - self.y * other.x
    }

    /// (-y, x): turned to the left by a right angle.
    pub fn perp(self) -> Self {
        Self::new(-self.y, self.x)
    }

    /// Times a number.
    pub fn scaled(self, factor: S) -> Self {
        Self::new(self.x * factor, self.y * factor)
    }

    /// Its length, with derivative 0 at (0, 0).
    pub fn norm(self) -> S {
        S::norm([self.x, self.y])
    }

    /// `if_true` where the mask holds, else `if_false`.
    pub fn select(mask: S::Mask, if_true: Self, if_false: Self) -> Self {
        Self::new(
            S::select(mask, if_true.x, if_false.x),
            S::select(mask, if_true.y, if_false.y),
        )
    }
}

impl<S: Scalar> Add for Vec2<S> {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::new(self.x + other.x, self.y + other.y)
    }
}

impl<S: Scalar> Sub for Vec2<S> {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self::new(self.x - other.x, self.y - other.y)
    }
}

impl<S: Scalar> Neg for Vec2<S> {
    type Output = Self;
    fn neg(self) -> Self {
        Self::new(-self.x, -self.y)
    }
}
