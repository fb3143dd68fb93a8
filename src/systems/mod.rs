//! The contact systems, one file each, and the list that makes them tasks.
//!
//! Adding one costs its file, a `pub mod` line and a line in [`ALL`].

pub mod ball_wall;
pub mod billiards;
pub mod double_pendulum;
pub mod friction;
pub mod gaussian;
pub mod heaviside;
pub mod hopper;
pub mod lqr;
pub mod pivot;
pub mod pushing;
pub mod quadratic;
pub mod relu;
pub mod roomba;
pub mod sine;
pub mod soft_heaviside;
pub mod tennis;

use crate::error::{Error, Result, nearest};
use crate::system::model::Model;
use crate::system::task::Task;
use std::sync::Arc;

/// Erases and traces a system.
pub type Make = fn() -> Model;

/// Name and constructor of every built-in system, in the order in which lists show them.
pub const ALL: &[(&str, Make)] = &[
    ("pushing", || Model::new(pushing::Pushing)),
    ("friction", || Model::new(friction::Friction)),
    ("ball-wall", || Model::new(ball_wall::BallWall)),
    ("pivot", || Model::new(pivot::Pivot)),
    ("roomba", || Model::new(roomba::Roomba)),
    ("tennis", || Model::new(tennis::Tennis)),
    ("hopper", || Model::new(hopper::Hopper)),
    ("billiards", || Model::new(billiards::Billiards)),
    ("double-pendulum", || {
        Model::new(double_pendulum::DoublePendulum)
    }),
    ("lqr", || Model::new(lqr::Lqr::<100>)),
    ("lqr-20", || Model::new(lqr::Lqr::<20>)),
    ("lqr-2", || Model::new(lqr::Lqr::<2>)),
    ("heaviside", || Model::new(heaviside::Heaviside)),
    ("soft-heaviside", || {
        Model::new(soft_heaviside::SoftHeaviside)
    }),
    ("relu", || Model::new(relu::Relu)),
    ("sine", || Model::new(sine::Sine)),
    ("quadratic", || Model::new(quadratic::Quadratic)),
];

/// The built-in system of that name.
pub fn find(name: &str) -> Result<Arc<Model>> {
    match ALL.iter().find(|(known, _)| *known == name) {
        Some((_, make)) => Ok(Arc::new(make())),
        None => Err(Error::UnknownTask {
            name: name.into(),
            nearest: nearest(name, ALL.iter().map(|(known, _)| *known)),
        }),
    }
}

impl Task {
    /// The built-in task of that name with its defaults.
    pub fn find(name: &str) -> Result<Self> {
        Ok(Self::new(find(name)?))
    }
}
