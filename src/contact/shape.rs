//! Shapes of bodies, each in its own frame.

use super::model::Field;
use super::motion::Pose;
use super::polygon::Polygon;
use super::vector::Vec2;
use crate::error::{Error, Result, number};
use crate::number::Scalar;

/// The shape of a body about the point where its pose is.
///
/// A shape with faces has, for each, the depth d_j(x) = H_j - m_j·x below it, m_j its outward normal and H_j its distance
/// from the origin. Edges and corners go counter-clockwise; corner e begins edge e.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape<S> {
    /// A box; faces right, top, left, bottom.
    Rectangle(Extents<S>),
    /// Any convex polygon.
    Polygon(Polygon<S>),
    /// A disc.
    Disc {
        /// Its radius in m.
        radius: S,
    },
    /// Everything below the line y = 0.
    HalfPlane,
}

/// How far a box extends from the point where its pose is, in m.
///
/// A box may be about any of its points. In f32 a depth is known to a rounding of the distances that it is a difference of:
/// about a corner that is touched, those are small.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extents<S> {
    /// To the right.
    pub right: S,
    /// Upwards.
    pub top: S,
    /// To the left.
    pub left: S,
    /// Downwards.
    pub bottom: S,
}

impl<S: Scalar> Extents<S> {
    fn all(&self) -> [S; 4] {
        [self.right, self.top, self.left, self.bottom]
    }
}

impl<S: Scalar> Shape<S> {
    /// A box about its centre with these half extents in m.
    pub fn rectangle(half_width: S, half_height: S) -> Self {
        Self::Rectangle(Extents {
            right: half_width,
            top: half_height,
            left: half_width,
            bottom: half_height,
        })
    }

    /// A disc of this radius in m.
    pub fn disc(radius: S) -> Self {
        Self::Disc { radius }
    }

    /// How many faces it has; a disc has none.
    pub(super) fn faces(&self) -> usize {
        match self {
            Self::Rectangle(_) => 4,
            Self::Polygon(polygon) => polygon.normals.len(),
            Self::Disc { .. } => 0,
            Self::HalfPlane => 1,
        }
    }

    /// d_j at a point, for each face.
    pub(super) fn depths(&self, at: Vec2<S>) -> Vec<S> {
        match self {
            Self::Rectangle(e) => {
                vec![e.right - at.x, e.top - at.y, e.left + at.x, e.bottom + at.y]
            }
            Self::Polygon(polygon) => {
                let faces = polygon.normals.iter().zip(&polygon.offsets);
                faces.map(|(m, h)| *h - m.dot(at)).collect()
            }
            Self::Disc { .. } => Vec::new(),
            Self::HalfPlane => vec![-at.y],
        }
    }

    /// How much each d_j grows along a direction: -m_j·t.
    pub(super) fn depth_slopes(&self, along: Vec2<S>) -> Vec<S> {
        match self {
            Self::Rectangle(_) => vec![-along.x, -along.y, along.x, along.y],
            Self::Polygon(polygon) => polygon.normals.iter().map(|m| -m.dot(along)).collect(),
            Self::Disc { .. } => Vec::new(),
            Self::HalfPlane => vec![-along.y],
        }
    }

    /// k_j m_j for each face, turned by a pose.
    pub(super) fn normals_times(&self, factors: &[S], pose: &Pose<S>) -> Vec<Vec2<S>> {
        let zero = S::constant(0.0);
        let own: Vec<Vec2<S>> = match self {
            Self::Rectangle(_) => {
                let [right, top, left, bottom] = [factors[0], factors[1], factors[2], factors[3]];
                if let Some(r) = pose.rotation {
                    let (x, y) = (Vec2::new(r.cosine, r.sine), Vec2::new(-r.sine, r.cosine));
                    let turned = [x, y, -x, -y];
                    return turned
                        .iter()
                        .zip(factors)
                        .map(|(n, k)| n.scaled(*k))
                        .collect();
                }
                vec![
                    Vec2::new(right, zero),
                    Vec2::new(zero, top),
                    Vec2::new(-left, zero),
                    Vec2::new(zero, -bottom),
                ]
            }
            Self::Polygon(polygon) => {
                let faces = polygon.normals.iter().zip(factors);
                faces.map(|(m, k)| m.scaled(*k)).collect()
            }
            Self::Disc { .. } => Vec::new(),
            Self::HalfPlane => vec![Vec2::new(zero, factors[0])],
        };
        own.into_iter().map(|m| pose.turn(m)).collect()
    }

    /// m_j for each face, turned by a pose.
    pub(super) fn normals(&self, pose: &Pose<S>) -> Vec<Vec2<S>> {
        self.normals_times(&vec![S::constant(1.0); self.faces()], pose)
    }

    /// The corners; a disc and a half-plane have none.
    pub fn corners(&self) -> Vec<Vec2<S>> {
        match self {
            Self::Rectangle(e) => vec![
                Vec2::new(e.right, -e.bottom),
                Vec2::new(e.right, e.top),
                Vec2::new(-e.left, e.top),
                Vec2::new(-e.left, -e.bottom),
            ],
            Self::Polygon(polygon) => polygon.corners.clone(),
            Self::Disc { .. } | Self::HalfPlane => Vec::new(),
        }
    }

    /// The lengths of the edges in m; those of a half-plane have none.
    pub(super) fn lengths(&self) -> Vec<S> {
        match self {
            Self::Rectangle(e) => {
                let (width, height) = (e.right + e.left, e.top + e.bottom);
                vec![height, width, height, width]
            }
            Self::Polygon(polygon) => polygon.lengths.clone(),
            Self::Disc { .. } | Self::HalfPlane => Vec::new(),
        }
    }

    /// The largest distance of a point of it from the origin in m; none for a half-plane.
    pub(super) fn reach(&self) -> Option<S> {
        match self {
            Self::Rectangle(e) => Some(S::norm([e.right.max(e.left), e.top.max(e.bottom)])),
            Self::Polygon(polygon) => Some(polygon.reach),
            Self::Disc { radius } => Some(*radius),
            Self::HalfPlane => None,
        }
    }

    /// k_j [N/m³], the slope of the pressure field behind each face.
    pub(super) fn slopes(&self, slope: S, field: Field) -> Vec<S> {
        let offsets = match (field, self) {
            (Field::Centre, Self::Rectangle(e)) => e.all().to_vec(),
            (Field::Centre, Self::Polygon(polygon)) => polygon.offsets.clone(),
            _ => return vec![slope; self.faces()],
        };
        let least = offsets[1..].iter().fold(offsets[0], |m, h| m.min(*h));
        offsets.iter().map(|h| slope * least / *h).collect()
    }
}

impl Shape<f64> {
    /// Refuses extents that are not positive and finite.
    pub fn check(&self) -> Result<()> {
        let extents: &[(&str, f64)] = match self {
            Self::Rectangle(e) => &[
                ("width of a box", e.right + e.left),
                ("height of a box", e.top + e.bottom),
            ],
            Self::Disc { radius } => &[("radius of a disc", *radius)],
            Self::Polygon(_) | Self::HalfPlane => &[],
        };
        match extents.iter().find(|(_, x)| !(*x > 0.0 && x.is_finite())) {
            Some((what, x)) => Err(Error::invalid(what, number(*x), "a positive number [m]")),
            None => Ok(()),
        }
    }

    /// H, the depth of the medial axis below the nearest face in m: half of the thinner side of a box, a disc's radius, and
    /// for a polygon the least distance of a face from the origin. None for a half-plane.
    ///
    /// A face that is pressed deeper is pulled in by a pressure field instead of being pushed out.
    pub fn foundation_depth(&self) -> Option<f64> {
        match self {
            Self::Rectangle(e) => {
                let sides: [f64; 2] = [e.right + e.left, e.top + e.bottom];
                Some(0.5 * sides[0].min(sides[1]))
            }
            Self::Polygon(polygon) => polygon.offsets.iter().copied().reduce(f64::min),
            Self::Disc { radius } => Some(*radius),
            Self::HalfPlane => None,
        }
    }
}
