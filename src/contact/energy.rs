//! The elastic energy of a contact, in f64: that of which the force without friction and dissipation is -∇.
//!
//! For points it is Σ k depth²/2; the force of `manifold` has none. For pressure fields
//!
//!   U = ∫ min(p_A, p_B) over the overlap = ∫ area(A_z ∩ B_z) dz,   p_A = ∞ where A is rigid
//!
//! the first for bodies with faces, whose overlap is cut into cells on which one pressure is the least and linear, the
//! second for discs, where A_z is A drawn in to where its pressure is z.

use super::area::{area, disc_and_polygon, lens};
use super::discs::{Compliance, NODES};
use super::model::{ContactModel, Law};
use super::motion::Pose;
use super::pair::Body;
use super::points;
use super::shape::Shape;
use super::traction::Relative;
use super::vector::Vec2;

/// The energy in J for one metre of thickness; none for `manifold`, and 0 between two half-planes.
pub fn energy(model: ContactModel, a: &Body<f64>, b: &Body<f64>, law: &Law<f64>) -> Option<f64> {
    let is_disc = |body: &Body<f64>| matches!(body.shape, Shape::Disc { .. });
    let first = !is_disc(b) || is_disc(a);
    let (a, b) = if first { (a, b) } else { (b, a) };
    let motion = Relative::new((&a.pose, &a.twist), (&b.pose, &b.twist));
    let pair = (&a.shape, &b.shape);
    Some(match model {
        ContactModel::Manifold if !is_disc(a) => return None,
        _ if !model.has_pressure() => {
            let stiffness = points::stiffness(model, pair.0, law);
            let contacts = points::contacts(model, pair.0, pair.1, &motion);
            let touching = contacts.iter().filter(|contact| contact.touches);
            let energy = |depth: f64| 0.5 * stiffness * depth * depth;
            touching.map(|contact| energy(contact.point.depth)).sum()
        }
        _ => match pair {
            (Shape::HalfPlane, Shape::HalfPlane) => 0.0,
            (Shape::Disc { radius }, other) => {
                let compliance = Compliance::new(model, law, first);
                by_levels(*radius, other, motion.pose.position, compliance, law)
            }
            (a, b) => by_cells(model, a, b, &motion.pose, law),
        },
    })
}

/// A function that is linear in the plane: a value at the origin and its slopes.
#[derive(Clone, Copy)]
struct Linear {
    at_origin: f64,
    gradient: Vec2<f64>,
}

impl Linear {
    fn at(&self, point: Vec2<f64>) -> f64 {
        self.at_origin + self.gradient.dot(point)
    }

    fn is_zero(&self) -> bool {
        [self.at_origin, self.gradient.x, self.gradient.y] == [0.0; 3]
    }

    fn less(&self, other: &Self) -> Self {
        Self {
            at_origin: self.at_origin - other.at_origin,
            gradient: self.gradient - other.gradient,
        }
    }
}

/// The pressure behind each face of a body at a pose.
fn pressures(shape: &Shape<f64>, pose: &Pose<f64>, slopes: &[f64]) -> Vec<Linear> {
    let depths = shape.depths(pose.find(Vec2::zero()));
    let normals = shape.normals_times(slopes, pose);
    let all = depths.iter().zip(slopes).zip(normals);
    all.map(|((depth, slope), normal)| Linear {
        at_origin: slope * depth,
        gradient: -normal,
    })
    .collect()
}

fn by_cells(
    model: ContactModel,
    a: &Shape<f64>,
    b: &Shape<f64>,
    pose: &Pose<f64>,
    law: &Law<f64>,
) -> f64 {
    let origin = Pose::upright(0.0, 0.0);
    let of_a = pressures(a, pose, &a.slopes(law.slope_a, law.field));
    let of_b = pressures(b, &origin, &b.slopes(law.slope_b, law.field));
    let start = match b {
        Shape::HalfPlane => a.corners().into_iter().map(|c| pose.place(c)).collect(),
        _ => b.corners(),
    };
    let inside = of_a.iter().chain(&of_b).fold(start, |p, g| clip(&p, *g));
    let soft: Vec<Linear> = match model {
        ContactModel::SoftSoft => of_a.into_iter().chain(of_b).collect(),
        _ => of_b,
    };
    let own = soft.iter().enumerate().map(|(own, least)| {
        // Of equal pressures, as in boxes that coincide, the first has the cell.
        if soft[..own].iter().any(|other| other.less(least).is_zero()) {
            return 0.0;
        }
        let others = soft.iter();
        let cell = others.fold(inside.clone(), |p, other| clip(&p, other.less(least)));
        let (area, centroid) = area(&cell);
        area * least.at(centroid)
    });
    own.sum()
}

/// The part of a convex polygon where a linear function is 0 or more.
fn clip(polygon: &[Vec2<f64>], keep: Linear) -> Vec<Vec2<f64>> {
    let mut left = Vec::with_capacity(polygon.len() + 1);
    for (e, &here) in polygon.iter().enumerate() {
        let next = polygon[(e + 1) % polygon.len()];
        let (g, h) = (keep.at(here), keep.at(next));
        if g >= 0.0 {
            left.push(here);
        }
        if (g < 0.0) != (h < 0.0) {
            left.push(here + (next - here).scaled(g / (g - h)));
        }
    }
    left
}

/// Levels in so many pieces, each with its own Gauss rule: a corner that enters the disc bends the area.
const PIECES: usize = 32;

/// Of a disc and another body; see [`super::discs`] for the substitution.
fn by_levels(
    radius: f64,
    other: &Shape<f64>,
    centre: Vec2<f64>,
    compliance: Compliance<f64>,
    law: &Law<f64>,
) -> f64 {
    let slopes = other.slopes(1.0, law.field);
    let faces = pressures(other, &Pose::upright(0.0, 0.0), &vec![1.0; other.faces()]);
    // Larger than the disc on all sides.
    let around = [[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]];
    let around = around.map(|c| centre + Vec2::constant(c).scaled(2.0 * radius));
    let overlap = |level: f64| -> f64 {
        let own = radius - level * compliance.disc;
        if own <= 0.0 {
            return 0.0;
        }
        if let Shape::Disc { radius: other } = other {
            return lens(own, other - level * compliance.other, centre.norm());
        }
        let drawn_in = faces.iter().zip(&slopes).map(|(face, slope)| Linear {
            at_origin: face.at_origin - level * compliance.other / slope,
            ..*face
        });
        disc_and_polygon(
            own,
            centre,
            &drawn_in.fold(around.to_vec(), |p, g| clip(&p, g)),
        )
    };
    let highest = highest(radius, other, centre, compliance, &slopes);
    let piece = |first: f64| -> f64 {
        let size = 1.0 / PIECES as f64;
        let node = |(q, weight): (f64, f64)| {
            let q = first + size * q;
            size * weight * 2.0 * q * overlap(highest * (1.0 - q * q))
        };
        NODES.into_iter().map(node).sum()
    };
    let pieces = (0..PIECES).map(|i| piece(i as f64 / PIECES as f64));
    highest * pieces.sum::<f64>()
}

/// The pressure that no level is above.
fn highest(
    radius: f64,
    other: &Shape<f64>,
    centre: Vec2<f64>,
    compliance: Compliance<f64>,
    slopes: &[f64],
) -> f64 {
    let of_depth = |depth: f64, other: f64| depth.max(0.0) / (compliance.disc + other);
    if let Shape::Disc { radius: other } = other {
        return of_depth(radius + other - centre.norm(), compliance.other);
    }
    let depths = other.depths(centre);
    let faces = depths.iter().zip(slopes);
    faces
        .map(|(depth, slope)| of_depth(radius + depth, compliance.other / slope))
        .fold(f64::INFINITY, f64::min)
}
