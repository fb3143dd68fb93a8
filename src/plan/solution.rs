//! What a planner hands over.

use super::progress::Iteration;
use crate::error::Named;
use serde::Serialize;

/// Why a planner ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stopped {
    /// Nothing was gained any more
    Settled,
    /// Its iterations are spent
    Iterations,
    /// Rounding left a quadratic program unsolved
    Unsolved,
    /// Somebody asked it to stop
    Interrupted,
}

impl Named for Stopped {
    const WHAT: &'static str = "stopped";
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Settled, "settled", "Nothing was gained any more"),
        (Self::Iterations, "iterations", "Its iterations are spent"),
        (
            Self::Unsolved,
            "unsolved",
            "Rounding left a quadratic program unsolved",
        ),
        (
            Self::Interrupted,
            "interrupted",
            "Somebody asked it to stop",
        ),
    ];
}

/// Commands, and where they lead under the exact step.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Plan {
    /// Whether the objects end within the tolerance of their goal.
    pub reached: bool,
    /// How far from it they end: the norm over their coordinates, m and rad alike.
    pub distance: f64,
    /// The cost of the task under the exact step.
    pub cost: f64,
    /// What the initial commands cost under the exact step, each within reach.
    pub first_cost: f64,
    /// Iterations done.
    pub iterations: u32,
    /// The largest distance of a command from the coordinate that follows it.
    pub largest_reach: f64,
    /// Why it ended.
    pub stopped: Stopped,
    /// u₀ … u_{H-1}
    pub commands: Vec<Vec<f64>>,
    /// x₀ … x_H
    pub states: Vec<Vec<f64>>,
    /// What each iteration saw.
    pub history: Vec<Iteration>,
}
