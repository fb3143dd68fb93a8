//! What a contact looks like: the pressure at a point, how deep one body is in the other, and whether that is too deep.

use super::model::{ContactModel, Field, Law};
use super::pair::{Body, wrench};
use super::shape::Shape;
use super::vector::Vec2;

/// The pressure in N/m² at a point of the plane in a soft body with a slope k in N/m³, 0 outside of it:
/// p = min_j k_j d_j with the depths d_j below the faces, and k (R - r) in a disc.
pub fn pressure(body: &Body<f64>, slope: f64, field: Field, at: Vec2<f64>) -> f64 {
    let own = body.pose.find(at);
    let least = match &body.shape {
        Shape::Disc { radius } => slope * (radius - own.norm()),
        faces => {
            let slopes = faces.slopes(slope, field);
            let pressures = faces.depths(own).into_iter().zip(slopes);
            pressures
                .map(|(depth, slope)| depth * slope)
                .fold(f64::INFINITY, f64::min)
        }
    };
    least.max(0.0)
}

/// How far one of two bodies would have to move to be free of the other, in m; 0 if they do not overlap.
pub fn depth(a: &Body<f64>, b: &Body<f64>) -> f64 {
    let force = wrench(ContactModel::Point, a, b, &Law::elastic(1.0, 1.0))
        .on_a
        .force;
    force.norm()
}

/// How deep two bodies are in each other, and how deep they may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Immersion {
    /// As [`depth`] has it.
    pub depth: f64,
    /// The depth of the medial axis of the thinner soft body: from there on pressure pulls in instead of pushing out.
    pub limit: f64,
}

impl Immersion {
    /// Whether a pressure field is not made for it.
    pub fn is_too_deep(&self) -> bool {
        self.depth >= self.limit
    }

    /// The one that has less left to its limit.
    pub fn deeper(self, other: Self) -> Self {
        match other.limit - other.depth < self.limit - self.depth {
            true => other,
            false => self,
        }
    }
}

/// That of two bodies; none if the model has no pressure, or no soft body has a limit.
pub fn immersion(model: ContactModel, a: &Body<f64>, b: &Body<f64>) -> Option<Immersion> {
    let soft: &[&Body<f64>] = match model {
        ContactModel::RigidSoft => &[b],
        ContactModel::SoftSoft => &[a, b],
        _ => &[],
    };
    let limits = soft.iter().filter_map(|body| body.shape.foundation_depth());
    let limit = limits.fold(f64::INFINITY, f64::min);
    let found = || Immersion {
        depth: depth(a, b),
        limit,
    };
    limit.is_finite().then(found)
}

/// A depth that a pressure field is not made for.
pub fn too_deep(model: ContactModel, a: &Body<f64>, b: &Body<f64>) -> Option<Immersion> {
    immersion(model, a, b).filter(Immersion::is_too_deep)
}
