//! Convex polygons, checked once in f64.

use super::vector::Vec2;
use crate::error::{Error, Result};
use crate::number::Scalar;

/// A convex polygon in its own frame: corner e begins edge e, which leads to corner e + 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Polygon<S> {
    /// Counter-clockwise in m.
    pub(super) corners: Vec<Vec2<S>>,
    /// m_e, the outward unit normal of each edge.
    pub(super) normals: Vec<Vec2<S>>,
    /// H_e > 0, the distance of each edge's line from the origin in m.
    pub(super) offsets: Vec<S>,
    /// The length of each edge in m.
    pub(super) lengths: Vec<S>,
    /// The largest distance of a corner from the origin in m.
    pub(super) reach: S,
}

/// What is asked of the corners of a polygon.
const EXPECTED: &str =
    "convex and counter-clockwise, of three or more corners, with the origin inside";

fn refused(problem: String) -> Error {
    Error::invalid("polygon", problem, EXPECTED)
}

impl Polygon<f64> {
    /// From corners in m, counter-clockwise about the origin, which is where the body's pose is.
    ///
    /// Errors: fewer than three corners, numbers that are not finite, edges of no length or on one line, corners that turn
    /// to the right, and an origin that is not strictly inside.
    pub fn new(corners: &[[f64; 2]]) -> Result<Self> {
        let count = corners.len();
        if count < 3 {
            return Err(refused(format!("one of {count} corners")));
        }
        if corners.iter().flatten().any(|x| !x.is_finite()) {
            return Err(refused("one with a corner that is not finite".into()));
        }
        let corners: Vec<Vec2<f64>> = corners.iter().map(|c| Vec2::constant(*c)).collect();
        let edge = |e: usize| corners[(e + 1) % count] - corners[e];
        let lengths: Vec<f64> = (0..count).map(|e| edge(e).norm()).collect();
        if let Some(e) = lengths.iter().position(|length| *length <= 0.0) {
            return Err(refused(format!(
                "one with two equal corners, {e} and the next"
            )));
        }
        for e in 0..count {
            let next = (e + 1) % count;
            // The sine of the turn: below rounding the corner is none.
            if edge(e).cross(edge(next)) <= 1e-12 * lengths[e] * lengths[next] {
                return Err(refused(format!("one without a left turn at corner {next}")));
            }
        }
        let turns: f64 = (0..count)
            .map(|e| {
                let (a, b) = (edge(e), edge((e + 1) % count));
                libm::atan2(a.cross(b), a.dot(b))
            })
            .sum();
        if turns > 7.0 {
            return Err(refused("one that goes round more than once".into()));
        }
        let normals: Vec<Vec2<f64>> = (0..count)
            .map(|e| -edge(e).scaled(1.0 / lengths[e]).perp())
            .collect();
        let offsets: Vec<f64> = (0..count).map(|e| normals[e].dot(corners[e])).collect();
        if let Some(e) = offsets.iter().position(|offset| *offset <= 0.0) {
            return Err(refused(format!("one with the origin outside edge {e}")));
        }
        let reach = corners.iter().map(|c| c.norm()).fold(0.0, f64::max);
        Ok(Self {
            corners,
            normals,
            offsets,
            lengths,
            reach,
        })
    }

    /// The same polygon for systems: its numbers as constants.
    pub fn lift<S: Scalar>(&self) -> Polygon<S> {
        let vectors =
            |list: &[Vec2<f64>]| list.iter().map(|v| Vec2::constant([v.x, v.y])).collect();
        let numbers = |list: &[f64]| list.iter().map(|x| S::constant(*x)).collect();
        Polygon {
            corners: vectors(&self.corners),
            normals: vectors(&self.normals),
            offsets: numbers(&self.offsets),
            lengths: numbers(&self.lengths),
            reach: S::constant(self.reach),
        }
    }
}
