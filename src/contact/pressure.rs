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

/// A depth that a pressure field is not made for, and the limit, both in m: from the medial axis on, at half the width of a
/// soft body, its pressure pulls in instead of pushing out.
pub fn too_deep(model: ContactModel, a: &Body<f64>, b: &Body<f64>) -> Option<(f64, f64)> {
    let soft: &[&Body<f64>] = match model {
        ContactModel::RigidSoft => &[b],
        ContactModel::SoftSoft => &[a, b],
        _ => &[],
    };
    let limits = soft.iter().filter_map(|body| body.shape.foundation_depth());
    let (depth, limit) = (depth(a, b), limits.fold(f64::INFINITY, f64::min));
    (depth >= limit).then_some((depth, limit))
}
