//! A receding horizon, also called model predictive control: plan, apply the first controls, see where that led, plan again.
//!
//! ```text
//! theta <- the start
//! repeat until S steps are done
//!     theta <- a descent of f(x, ·) from theta, within R rollouts                    replan.rs
//!     theta <- gradient steps from there, if wanted                                  refinement.rs
//!     N times, with the controls u of theta in turn                                  plant.rs
//!         x <- advance(x, u + s_u z) + s_x z,    z ~ N(0, 1), fresh in every step
//!     theta <- theta without its first N controls, and N controls at its end         shift.rs
//! ```
//!
//! The *plan* is a task: its horizon H is how far it looks ahead, its σ how widely it samples, its parameters are what it
//! believes. The *plant* is the same system, stepped in f64, with parameters of its own: where they differ, the model is wrong.
//! Where a task draws its initial state or parameters, the plant has one draw of them, that of its seed; the plan starts from
//! the state of the plant, which it knows exactly, and keeps what it draws of parameters.
//!
//! The cost of a step must not depend on its number t, because a plan counts from 0 what the plant counts from the beginning;
//! no built-in task has such a cost, and others are refused ([`ControlError::TimeInCost`]).
//!
//! What one replanning costs is its budget R, for every descent: the search methods, which spend R by sampling it at once,
//! take it in [`Options::iterations`] batches, and all others as they do in [`mod@crate::solve`]. One rollout without noise before
//! it and one behind it tell what it gained, and are in no budget.
//!
//! Samples of a plan that are not finite are left out: a wild one among many is no reason to stop. Where all are, or the plan
//! itself, the run ends with what was done.
//!
//! Real time: h S simulated seconds over the seconds that all plans took, with h the parameter `time_step` of the plant.
//!
//! ```
//! use mollify::control::{Options, control};
//! use mollify::solve::Kind;
//! use mollify::{Interrupt, ReferenceEngine, Task};
//!
//! # fn main() -> mollify::Result<()> {
//! let plan = Task::find("pushing")?.with_horizon(50)?;
//! // What pushes is twice as heavy as the plan believes.
//! let plant = plan.clone().with_parameter("mass", 0.2)?;
//! let interrupt = Interrupt::default();
//! let mut engine = ReferenceEngine::new("asked for", interrupt.clone());
//! let options = Options::of(&plan, Kind::Mppi, 100)?.with_steps(20).with_replan(5);
//! let run = control(&mut engine, &plan, &plant, &plan.start(), &options, &interrupt, &mut |_| ())?;
//! assert_eq!((run.controls.len(), run.replannings.len()), (20, 4));
//! # Ok(()) }
//! ```
//!
//! [`ControlError::TimeInCost`]: crate::error::ControlError::TimeInCost

mod disturbance;
pub mod document;
mod options;
mod plant;
mod refinement;
mod replan;
mod run;
mod shift;

pub use disturbance::{Disturbance, Target};
pub use options::Options;
pub use plant::Plant;
pub use refinement::Refinement;
pub use run::{Ended, Replanning, Run};
pub use shift::{Tail, shifted};

use crate::engine::{Engine, Interrupt};
use crate::error::{Error, Result};
use crate::system::task::Task;
use replan::Planner;

/// Controls a plant by plans from `start`; calls `on_replanning` with each as it is there.
///
/// What was done when somebody asks to stop, or when a plan or the plant is no longer finite, is returned: see [`Run::ended`].
/// An error of the first plan is an error.
pub fn control(
    engine: &mut dyn Engine,
    plan: &Task,
    plant: &Task,
    start: &[f64],
    options: &Options,
    interrupt: &Interrupt,
    on_replanning: &mut dyn FnMut(&Replanning),
) -> Result<Run> {
    options.check(plan, plant)?;
    plan.check_theta(start, "the caller")?;
    let mut planner = Planner::new(engine, plan, options, interrupt)?;
    let mut plant = Plant::new(plant, options);
    let (mut theta, m) = (start.to_vec(), plan.model().control_size());
    let mut run = Run::new(&plant);
    run.ended = loop {
        let left = options.steps - run.controls.len();
        if left == 0 {
            break Ended::Steps;
        }
        let planned = match planner.plan(plant.state(), &theta, run.controls.len()) {
            Ok(planned) => planned,
            Err(Error::Interrupted) => break Ended::Interrupted,
            Err(error) if run.replannings.is_empty() => return Err(error),
            Err(error) => {
                run.error = Some(error.to_string());
                break Ended::Plan;
            }
        };
        on_replanning(&planned.replanning);
        run.replannings.push(planned.replanning);
        let mut commands = planned.theta.chunks(m).take(options.replan.min(left));
        if !commands.all(|command| run.step(&mut plant, command)) {
            break Ended::Plant;
        }
        theta = shifted(&planned.theta, plan, options.replan, options.tail);
    };
    run.finish(&plant);
    Ok(run)
}
