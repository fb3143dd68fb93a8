//! What can go wrong with a plan.

use super::words::list;

/// An error of a planner or of the quadratic programs that it solves.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// The system has no quasi-dynamic step to plan through.
    #[error("task '{task}' has no quasi-dynamic step to plan through; tasks that have one: {}", list(.known))]
    NotQuasiDynamic {
        /// The task.
        task: String,
        /// All tasks that have one, where the caller knows them.
        known: Vec<String>,
    },
    /// The system has no planning problem to grow a tree for.
    #[error("task '{task}' has no planning problem for a tree; tasks that have one: {}", list(.known))]
    Unplanned {
        /// The task.
        task: String,
        /// All tasks that have one, where the caller knows them.
        known: Vec<String>,
    },
    /// Nothing of the system's configuration follows its commands.
    #[error(
        "task '{task}' does not say which coordinate follows which command, which a plan starts from"
    )]
    NoCommanded {
        /// The task.
        task: String,
    },
    /// The cost is not a convex quadratic function, which is all that a quadratic program takes.
    #[error(
        "the cost of task '{task}' is not {what} at time {time}, which a quadratic program needs; set other weights"
    )]
    Cost {
        /// The task.
        task: String,
        /// What it is not.
        what: &'static str,
        /// The time step; the horizon for the final cost.
        time: usize,
    },
    /// A goal for something that has none.
    #[error("there is no goal for '{name}'; `goal` takes {}", list(.known))]
    UnknownGoal {
        /// The name that was asked for.
        name: String,
        /// The coordinates that have goals.
        known: Vec<String>,
    },
    /// The contact trust region speaks of the forces of the barrier, which other derivatives do not have.
    #[error(
        "a trust region of contact forces needs forces without kinks, and so `gradient` barrier instead of {gradient}"
    )]
    NoForces {
        /// The gradient in force.
        gradient: &'static str,
    },
    /// Sizes of a quadratic program that do not fit each other.
    #[error("a quadratic program of {variables} variables has {what} of size {got}")]
    Shape {
        /// Its variables.
        variables: usize,
        /// What does not fit.
        what: &'static str,
        /// Its size.
        got: usize,
    },
    /// A number of a quadratic program is not finite.
    #[error("{what} of a quadratic program is not finite")]
    NotFinite {
        /// Which.
        what: &'static str,
    },
    /// The objective of a quadratic program bends down somewhere.
    #[error("the objective of a quadratic program is not convex")]
    NotConvex,
    /// No point keeps all bounds.
    #[error("no point keeps all bounds of a quadratic program")]
    Infeasible,
    /// The objective falls for ever.
    #[error("the objective of a quadratic program is not bounded below")]
    Unbounded,
    /// The interior-point method made no progress any more.
    #[error(
        "a quadratic program was not solved: after {iterations} iterations its residual is {residual:e}"
    )]
    Stalled {
        /// Iterations done.
        iterations: u32,
        /// What is left of its conditions.
        residual: f64,
    },
}
