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
    Rectangle {
        /// Half its width in m.
        half_width: S,
        /// Half its height in m.
        half_height: S,
    },
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

impl<S: Scalar> Shape<S> {
    /// A box with these half extents in m.
    pub fn rectangle(half_width: S, half_height: S) -> Self {
        Self::Rectangle {
            half_width,
            half_height,
        }
    }

    /// A disc of this radius in m.
    pub fn disc(radius: S) -> Self {
        Self::Disc { radius }
    }

    /// How many faces it has; a disc has none.
    pub(super) fn faces(&self) -> usize {
        match self {
            Self::Rectangle { .. } => 4,
            Self::Polygon(polygon) => polygon.normals.len(),
            Self::Disc { .. } => 0,
            Self::HalfPlane => 1,
        }
    }

    /// d_j at a point, for each face.
    pub(super) fn depths(&self, at: Vec2<S>) -> Vec<S> {
        match self {
            Self::Rectangle {
                half_width: a,
                half_height: b,
            } => vec![*a - at.x, *b - at.y, *a + at.x, *b + at.y],
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
            Self::Rectangle { .. } => vec![-along.x, -along.y, along.x, along.y],
            Self::Polygon(polygon) => polygon.normals.iter().map(|m| -m.dot(along)).collect(),
            Self::Disc { .. } => Vec::new(),
            Self::HalfPlane => vec![-along.y],
        }
    }

    /// k_j m_j for each face, turned by a pose.
    pub(super) fn normals_times(&self, factors: &[S], pose: &Pose<S>) -> Vec<Vec2<S>> {
        let zero = S::constant(0.0);
        let own: Vec<Vec2<S>> = match self {
            Self::Rectangle { .. } => {
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
    pub(super) fn corners(&self) -> Vec<Vec2<S>> {
        match self {
            Self::Rectangle {
                half_width: a,
                half_height: b,
            } => vec![
                Vec2::new(*a, -*b),
                Vec2::new(*a, *b),
                Vec2::new(-*a, *b),
                Vec2::new(-*a, -*b),
            ],
            Self::Polygon(polygon) => polygon.corners.clone(),
            Self::Disc { .. } | Self::HalfPlane => Vec::new(),
        }
    }

    /// The lengths of the edges in m; those of a half-plane have none.
    pub(super) fn lengths(&self) -> Vec<S> {
        match self {
            Self::Rectangle {
                half_width,
                half_height,
            } => {
                let (width, height) = (*half_width * 2.0, *half_height * 2.0);
                vec![height, width, height, width]
            }
            Self::Polygon(polygon) => polygon.lengths.clone(),
            Self::Disc { .. } | Self::HalfPlane => Vec::new(),
        }
    }

    /// The largest distance of a point of it from the origin in m; none for a half-plane.
    pub(super) fn reach(&self) -> Option<S> {
        match self {
            Self::Rectangle {
                half_width,
                half_height,
            } => Some(S::norm([*half_width, *half_height])),
            Self::Polygon(polygon) => Some(polygon.reach),
            Self::Disc { radius } => Some(*radius),
            Self::HalfPlane => None,
        }
    }

    /// k_j [N/m³], the slope of the pressure field behind each face.
    pub(super) fn slopes(&self, slope: S, field: Field) -> Vec<S> {
        let offsets = match (field, self) {
            (
                Field::Centre,
                Self::Rectangle {
                    half_width,
                    half_height,
                },
            ) => {
                vec![*half_width, *half_height, *half_width, *half_height]
            }
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
            Self::Rectangle {
                half_width,
                half_height,
            } => &[
                ("half width of a box", *half_width),
                ("half height of a box", *half_height),
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
            Self::Rectangle {
                half_width,
                half_height,
            } => Some(half_width.min(*half_height)),
            Self::Polygon(polygon) => polygon.offsets.iter().copied().reduce(f64::min),
            Self::Disc { radius } => Some(*radius),
            Self::HalfPlane => None,
        }
    }
}
