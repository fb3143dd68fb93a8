//! What is chosen about a contact: its model, the field in a soft body, and the numbers of its law.

use crate::error::Named;
use crate::number::Scalar;

/// How the wrench follows from the overlap of two bodies.
///
/// | model | force | continuous in the pose |
/// |---|---|---|
/// | `point` | k₁ depth along the face normal of least penetration, at the deepest corner | no: normal and point jump |
/// | `vertices` | k₂ depth at every corner that is inside, along its nearest face | no: the nearest face jumps |
/// | `manifold` | k₂ depth at both ends of the edge that is clipped to the reference face | no: the reference face jumps |
/// | `rigid-soft` | the pressure in body B, integrated over the boundary of body A inside it | yes |
/// | `soft-soft` | the pressure that both bodies share, integrated over the surface where theirs are equal | yes, unless equal faces coincide |
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each variant is a row of the table above")]
pub enum ContactModel {
    Point,
    Vertices,
    Manifold,
    RigidSoft,
    SoftSoft,
}

impl ContactModel {
    /// Whether the force comes from a pressure field rather than from points.
    pub fn has_pressure(self) -> bool {
        matches!(self, Self::RigidSoft | Self::SoftSoft)
    }
}

impl Named for ContactModel {
    const WHAT: &'static str = "contact";
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (
            Self::Point,
            "point",
            "one point: the deepest corner along the normal of least penetration",
        ),
        (
            Self::Vertices,
            "vertices",
            "every corner inside the other body, along its nearest face",
        ),
        (
            Self::Manifold,
            "manifold",
            "two points: an edge clipped to a reference face",
        ),
        (
            Self::RigidSoft,
            "rigid-soft",
            "the pressure field of the second body on the boundary of the first",
        ),
        (
            Self::SoftSoft,
            "soft-soft",
            "the pressure fields of both bodies where they are equal",
        ),
    ];
}

/// The pressure field of a soft body: p = min_j k_j d_j, d_j the depth below face j.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    /// One slope for all faces, k_j = k: pressure grows with the distance to the boundary.
    #[default]
    Distance,
    /// k_j = k H/H_j, where H_j is the distance of face j from the point of the pose and H the least of them: the pressure at
    /// that point, which is inside, is reached from all faces alike.
    Centre,
}

impl Named for Field {
    const WHAT: &'static str = "field";
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (
            Self::Distance,
            "distance",
            "pressure by the distance to the boundary",
        ),
        (
            Self::Centre,
            "centre",
            "pressure that grows to one value at the centre from every face",
        ),
    ];
}

/// Coulomb's friction, regularised: μ v/√(v² + v_s²) of the normal force against a slip of speed v, in place of μ sign v.
#[derive(Clone, Copy, Debug)]
pub struct Friction<S> {
    /// μ
    pub coefficient: S,
    /// v_s > 0 in m/s
    pub slip_speed: S,
}

/// The numbers of a contact law; thickness out of the plane is one metre.
#[derive(Clone, Copy, Debug)]
pub struct Law<S> {
    /// Slope of the pressure in body A [N/m³]: modulus over foundation depth. Only `soft-soft` asks for it.
    pub slope_a: S,
    /// Slope of the pressure in body B [N/m³].
    pub slope_b: S,
    /// k₁, stiffness of the one contact of `point` [N/m].
    pub point_stiffness: S,
    /// k₂, stiffness of each contact of `vertices` and `manifold` [N/m].
    pub vertex_stiffness: S,
    /// D of Hunt and Crossley in s/m: normal forces are multiplied with max(0, 1 + D v), v the speed of approach. None for a
    /// law without dissipation.
    pub dissipation: Option<S>,
    /// None for a law without friction.
    pub friction: Option<Friction<S>>,
    /// The pressure field of soft polygons.
    pub field: Field,
}

impl<S: Scalar> Law<S> {
    /// Without friction and dissipation: a slope k [N/m³] of both bodies, and point stiffnesses k₁ = k w, k₂ = k w/2, with
    /// which a flat contact of width w in m is as stiff in every model.
    pub fn elastic(slope: S, width: S) -> Self {
        let stiffness = slope * width;
        Self {
            slope_a: slope,
            slope_b: slope,
            point_stiffness: stiffness,
            vertex_stiffness: stiffness * 0.5,
            dissipation: None,
            friction: None,
            field: Field::Distance,
        }
    }
}
