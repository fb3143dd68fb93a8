//! What can go wrong with a receding horizon.

use super::words::{did_you_mean, list};

/// An error of a receding horizon.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ControlError {
    /// Plan and plant are not the same system.
    #[error(
        "the plan is for task '{plan}' and the plant is '{plant}', but both must have the same state and control; set parameters of the plant instead"
    )]
    OtherSystem {
        /// The task of the plan.
        plan: String,
        /// The task of the plant.
        plant: String,
    },
    /// theta is not one control for each step, so that its first ones cannot be dropped.
    #[error(
        "a plan of task '{task}' under `policy` {policy} is not one control for each step, which a receding horizon drops the first of; take `policy` open-loop"
    )]
    NotOpenLoop {
        /// The task.
        task: String,
        /// Its policy.
        policy: String,
    },
    /// The cost of a step depends on its number, which every plan counts from 0.
    #[error(
        "the cost of a step of task '{task}' depends on the number of the step, which every plan would count from 0 again; make the time a coordinate of the state"
    )]
    TimeInCost {
        /// The task.
        task: String,
    },
    /// Neither the state nor the control has such a coordinate.
    #[error("task '{task}' has no coordinate '{name}' to disturb{}; it has {}", did_you_mean(.nearest), list(.known))]
    UnknownCoordinate {
        /// The task.
        task: String,
        /// The name that was asked for.
        name: String,
        /// The coordinate with the most similar name, if any is close.
        nearest: Option<String>,
        /// All coordinates of state and control.
        known: Vec<String>,
    },
    /// A coordinate is disturbed twice.
    #[error("coordinate '{name}' is disturbed twice; give its deviation once")]
    DisturbedTwice {
        /// The coordinate.
        name: String,
    },
}
