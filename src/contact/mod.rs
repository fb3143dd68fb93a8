//! Contact between bodies in the plane, generic over the number type: shapes, poses, and the wrench between two of them by
//! points or by pressure fields. [`wrench`] is the way in; [`ContactModel`] says what there is to choose from. [`quasidynamic`] is a step of
//! bodies in contact without a mass that matters, smoothed by a barrier.
//!
//! Thickness out of the plane is one metre, so that pressures are in N/m², forces in N. Sources: Elandt, Drumwright,
//! Sherman, Ruina 2019 (arXiv 1904.11433) and Masterjohn et al. 2022 (arXiv 2110.04157) for pressure fields; Hunt and
//! Crossley 1975 for dissipation.

pub mod energy;
pub mod model;
pub mod motion;
pub mod pair;
pub mod polygon;
mod pressure;
pub mod quasidynamic;
pub mod shape;
pub mod spring;
pub mod vector;

mod area;
mod disc_on_faces;
mod discs;
mod manifold;
mod outline;
mod points;
mod rigid_soft;
mod soft_soft;
mod span;
mod traction;

pub use energy::energy;
pub use model::{ContactModel, Field, Friction, Law};
pub use motion::{Pose, Rotation, Twist, Wrench};
pub use pair::{Body, Touch, wrench};
pub use polygon::Polygon;
pub use pressure::{Immersion, depth, immersion, pressure, too_deep};
pub use shape::{Extents, Shape};
pub use vector::Vec2;
