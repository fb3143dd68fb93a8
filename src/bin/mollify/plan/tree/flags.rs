//! The flags of a tree.

use crate::args::{count, named, real};
use mollify::plan::rrt::{Ablation, Extension, Metric};

/// What only `--method rrt` takes; unless given, the published settings of the task.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Tree (--method rrt)")]
pub struct TreeArgs {
    /// Nodes at which the tree ends [default: the task's]
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub nodes: Option<u64>,
    /// Regularization of the local metric, (B B' + G I)^-1 [default: the task's]
    #[arg(long, value_name = "G", value_parser = real, allow_negative_numbers = true)]
    pub regularization: Option<f64>,
    /// Probability that a subgoal is the goal [default: the task's]
    #[arg(long, value_name = "P", value_parser = real, allow_negative_numbers = true)]
    pub goal_probability: Option<f64>,
    /// Probability that a child is a new grasp [default: the task's]
    #[arg(long, value_name = "P", value_parser = real, allow_negative_numbers = true)]
    pub regrasp_probability: Option<f64>,
    /// Local distance beyond which a subgoal is not pursued; inf for none [default: the task's]
    #[arg(long, value_name = "D", value_parser = real, allow_negative_numbers = true)]
    pub threshold: Option<f64>,
    /// The distance by which the nearest node is chosen [default: local]
    #[arg(long, value_name = "METRIC", value_parser = named::<Metric>())]
    pub metric: Option<Metric>,
    /// The step that takes a node to its child [default: smoothed with --gradient barrier, else exact, as published]
    #[arg(long, value_name = "STEP", value_parser = named::<Extension>())]
    pub extension: Option<Extension>,
    /// What the published comparison takes away [default: none]
    #[arg(long, value_name = "WHAT", value_parser = named::<Ablation>())]
    pub ablation: Option<Ablation>,
    /// Subgoals that are pursued at the same time [default: 1]
    #[arg(long, value_name = "K", value_parser = count, allow_negative_numbers = true)]
    pub batch: Option<u64>,
}
