//! The contact systems, one file each, and the list that makes them tasks.
//!
//! Adding one costs its file, a `pub mod` line and a line in [`ALL`].

pub mod ball_grazing;
pub mod ball_wall;
pub mod billiards;
pub mod block_wall;
pub mod cart_wall;
pub mod double_pendulum;
pub mod friction;
pub mod gaussian;
pub mod heaviside;
pub mod hopper;
pub mod lqr;
pub mod pivot;
pub mod planar_hand;
pub mod planar_pushing;
pub mod pushing;
pub mod quadratic;
pub mod relu;
pub mod roomba;
pub mod sine;
pub mod soft_heaviside;
pub mod tennis;

use crate::error::{Error, Result, nearest};
use crate::system::model::{Model, Parts};
use crate::system::task::Task;
use std::sync::Arc;

/// Erases and traces a system.
pub type Make = fn() -> Model;

/// Name and constructor of every built-in system, in the order in which lists show them.
pub const ALL: &[(&str, Make)] = &[
    ("pushing", || Parts::of(pushing::Pushing).drawn().model()),
    ("friction", || Parts::of(friction::Friction).drawn().model()),
    ("ball-wall", || {
        Parts::of(ball_wall::BallWall).drawn().exact().model()
    }),
    ("pivot", || Parts::of(pivot::Pivot).drawn().exact().model()),
    ("roomba", || Parts::of(roomba::Roomba).drawn().model()),
    ("tennis", || Parts::of(tennis::Tennis).drawn().model()),
    ("hopper", || Parts::of(hopper::Hopper).drawn().model()),
    ("billiards", || {
        Parts::of(billiards::Billiards).drawn().model()
    }),
    ("double-pendulum", || {
        Parts::of(double_pendulum::DoublePendulum).drawn().model()
    }),
    ("cart-wall", || {
        Parts::of(cart_wall::CartWall)
            .drawn()
            .quasi_dynamic()
            .model()
    }),
    ("block-wall", || {
        Parts::of(block_wall::BlockWall)
            .drawn()
            .quasi_dynamic()
            .model()
    }),
    ("planar-pushing", || {
        Parts::of(planar_pushing::PlanarPushing)
            .drawn()
            .quasi_dynamic()
            .model()
    }),
    ("ball-grazing", || {
        Parts::of(ball_grazing::BallGrazing)
            .drawn()
            .quasi_dynamic()
            .model()
    }),
    ("planar-hand", || {
        Parts::of(planar_hand::PlanarHand)
            .drawn()
            .quasi_dynamic()
            .model()
    }),
    ("lqr", || Parts::of(lqr::Lqr::<100>).exact().model()),
    ("lqr-20", || Parts::of(lqr::Lqr::<20>).exact().model()),
    ("lqr-2", || Parts::of(lqr::Lqr::<2>).exact().model()),
    ("heaviside", || {
        Parts::of(heaviside::Heaviside).exact().model()
    }),
    ("soft-heaviside", || {
        Parts::of(soft_heaviside::SoftHeaviside).exact().model()
    }),
    ("relu", || Parts::of(relu::Relu).exact().model()),
    ("sine", || Parts::of(sine::Sine).exact().model()),
    ("quadratic", || {
        Parts::of(quadratic::Quadratic).exact().model()
    }),
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
