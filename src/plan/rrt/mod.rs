//! A tree of reachable configurations, grown towards subgoals by the metric of smoothed contact.
//!
//! Smoothing tells a planner what a robot could do to an object before it touches it: around each node, q⁺ ≈ c + B δu with B of
//! the barrier, or of noise on the command. That makes a metric of its own at each node, small along what the robot can move from there:
//!
//! ```text
//! node       q;  c = q⁺ and B at u = q_robot, rows of objects only;  P = (B B' + γ I)⁻¹
//! distance   (g - c)'P (g - c) from a node to where the objects are to be
//!
//! repeat until there are enough nodes
//!     g       the goal with the probability p_goal, or uniform in the box
//!     parent  the nearest node; none if that is farther than the threshold
//!     child   with the probability p_regrasp  the same objects with robots that take hold elsewhere
//!             else  q⁺ under u = q_robot + δu, δu the least squares of B δu = g - c, at most `step` long
//!     end if the child is within the tolerance of the goal
//! ```
//!
//! Whether the goal is reached is judged by the steps that grew the tree, which are smoothed unless told otherwise, as published;
//! [`replay`] says where the commands of a path lead without smoothing. A new grasp leaves the objects where they are; the way of the robots there is not planned, and nothing keeps robots from
//! each other. Tries of a batch see the same tree, and run on all cores; with a batch of 1 this is the published algorithm.
//! Results depend on seed and batch alone.
//!
//! Source: Pang, Suh, Yang, Tedrake, *Global Planning for Contact-Rich Manipulation via Local Smoothing of Quasi-Dynamic
//! Contact Models*, IEEE T-RO 2023 (arXiv 2206.10787), section VI and its code.

mod ablation;
pub mod document;
mod draws;
mod extend;
mod metric;
mod replay;
mod sampled;
mod settings;
mod start;
mod tree;

pub use ablation::Ablation;
pub use metric::Local;
pub use replay::replay;
pub use settings::{Extension, Metric, Settings};
pub use start::{Problem, deepest_overlap};
pub use tree::{Ended, Node, Path, Progress, Tree};

use crate::engine::Interrupt;
use crate::error::{Error, Result};
use crate::system::task::Task;
use draws::Draws;
use extend::{Extender, Grown, Reach};
use rayon::prelude::*;

/// Coordinates of objects that a tree can be grown for: two bodies in the plane.
pub const MOST_OBJECTS: usize = 6;

/// Tries for each wanted node after which a tree ends: its threshold leaves nothing to pursue.
const MOST_TRIES: u64 = 1000;

/// Grows a tree; an interrupt ends it and keeps what is there.
pub fn grow(
    task: &Task,
    problem: &Problem,
    settings: &Settings,
    interrupt: &Interrupt,
    watch: &mut dyn FnMut(Progress),
) -> Result<Tree> {
    settings.check()?;
    problem.check(task)?;
    match problem.goal.len() {
        0..=3 => grow_with::<3>(task, problem, settings, interrupt, watch),
        4..=MOST_OBJECTS => grow_with::<MOST_OBJECTS>(task, problem, settings, interrupt, watch),
        many => Err(Error::invalid(
            "the number of objects' coordinates",
            many,
            format!("at most {MOST_OBJECTS}"),
        )),
    }
}

/// The same with room for `D` coordinates of objects; those that there are not are always 0.
fn grow_with<const D: usize>(
    task: &Task,
    problem: &Problem,
    settings: &Settings,
    interrupt: &Interrupt,
    watch: &mut dyn FnMut(Progress),
) -> Result<Tree> {
    let extender = Extender::<D>::new(task, problem, settings)?;
    let root = problem.root(task, &mut Draws::of_start(settings.seed))?;
    let (mut tree, mut reaches) = (Tree::default(), Vec::<Reach<D>>::new());
    let add = |grown: Grown<D>, tree: &mut Tree, reaches: &mut Vec<Reach<D>>| {
        let distance = grown.reach.local.distance(&extender.goal);
        tree.push(grown.node, distance);
        reaches.push(grown.reach);
    };
    add(extender.root(root)?, &mut tree, &mut reaches);
    let most = MOST_TRIES.saturating_mul(settings.nodes as u64);
    loop {
        watch(tree.progress());
        tree.ended = if tree.distance < settings.tolerance {
            Ended::Reached
        } else if tree.nodes.len() >= settings.nodes {
            Ended::Full
        } else if interrupt.is_set() {
            Ended::Interrupted
        } else if tree.tries >= most {
            Ended::NothingNear
        } else {
            let tries = tree.tries..tree.tries + settings.batch as u64;
            let attempt = |k: u64| extender.attempt(&tree, &reaches, k);
            let found: Vec<Option<Grown<D>>> = match settings.batch {
                1 => tries.map(attempt).collect(),
                _ => tries.into_par_iter().map(attempt).collect(),
            };
            tree.tries += settings.batch as u64;
            let room = settings.nodes - tree.nodes.len();
            for grown in found.into_iter().flatten().take(room) {
                add(grown, &mut tree, &mut reaches);
            }
            continue;
        };
        return Ok(tree);
    }
}
