//! The descent, on one page.
//!
//! ```text
//! repeat
//!     stop if there is nothing left to do or a budget is spent
//!     look around theta                                       StepRule::observe
//!     go on from there                                        StepRule::step
//! look at where the last step went                            ending.rs
//! return the best theta
//! ```
//!
//! | descent | looks at | goes to | file |
//! |---|---|---|---|
//! | `trust-region` | the mixed gradient g | theta - q g/\|g\|, q by comparison | `gradient.rs` |
//! | `gradient` | g | theta - step g, as published | `gradient.rs` |
//! | `adam` | g | steps of equal length in every coordinate | `gradient.rs` |
//! | `gradient-sampling` | gradients around theta | along their shortest convex combination | `gradient_sampling.rs` |
//! | `mppi` | costs | the mean weighted by exp(-f/λ) | `mppi.rs` |
//! | `cem` | costs | the mean of the best | `cem.rs` |
//! | `cma-es` | ranks of costs | a weighted mean of the better half | `cma_es.rs` |
//!
//! All of them count every rollout and know beforehand how many an iteration takes at most, so that a budget is never
//! exceeded and they compare at equal rollouts. What comes on top is the end: F or the cost where the last step went, if the
//! best theta is chosen by it, and the final evaluation. The final evaluation is under σ of the
//! task, whatever became of σ on the way. Why it stopped is a value, [`Stopped`], not an error.

mod cem;
mod cma_es;
pub mod document;
mod ending;
mod gradient;
mod gradient_sampling;
mod kind;
pub mod min_norm;
mod mppi;
mod options;
mod population;
mod rule;
mod run;
mod schedule;
mod solution;
pub mod trust_region;

pub use kind::Kind;
pub use options::{Descent, Options};
pub use schedule::SigmaSchedule;
pub use solution::{Breakdown, FINAL_SAMPLES, Iteration, Solution, Stopped, Value};

use crate::engine::{Engine, Interrupt};
use crate::error::Result;
use crate::system::task::Task;
use rule::{Best, Context, StepRule};
use run::{Run, consider};

/// Minimises F from `start`. `observe` sees every iteration as it ends.
///
/// A descent that is asked to stop still evaluates its best theta and returns it; `interrupt` stays set.
pub fn solve(
    engine: &mut dyn Engine,
    task: &Task,
    start: &[f64],
    options: &Options,
    interrupt: &Interrupt,
    observe: &mut dyn FnMut(&Iteration),
) -> Result<Solution> {
    options.check(task)?;
    task.check_theta(start, "the caller")?;
    let mut run = Run::new(engine, task, start, options, rule(task, options));
    let stopped = loop {
        if let Some(reason) = run.exhausted(interrupt)? {
            break reason;
        }
        match iterate(&mut run) {
            Ok(iteration) => observe(iteration),
            Err(error) => break run.ended_by(error)?,
        }
    };
    let stopped = run.look_at_last(stopped, interrupt)?;
    run.finish(stopped, interrupt)
}

/// Looks around theta, then moves it.
fn iterate<'r>(run: &'r mut Run<'_>) -> Result<&'r Iteration> {
    let number = run.iterations.len() as u32;
    let task = run.next_task()?;
    let theta = run.theta.clone();
    let mut context = Context {
        engine: &mut *run.engine,
        task: &task,
        settings: &run.options.estimate,
        theta: &theta,
        number,
    };
    let seen = run.rule.observe(&mut context)?;
    run.rollouts += seen.rollouts;
    let value = match run.which {
        Best::LeastValue => seen.value_mean,
        Best::LeastCost => seen.cost,
        Best::Last => f64::NEG_INFINITY,
    };
    consider(&mut run.best, run.which, value, &theta, number);
    run.seen = true;
    let moved = run.rule.step(&mut context)?;
    run.rollouts += moved.rollouts;
    let accepted = moved.theta.is_some();
    if let Some(theta) = moved.theta {
        run.move_to(theta)?;
    }
    let line = run.line(number, &seen, moved.length, accepted);
    run.iterations.push(line);
    Ok(&run.iterations[number as usize])
}

/// The rule of the options.
fn rule(task: &Task, options: &Options) -> Box<dyn StepRule> {
    match options.descent {
        Descent::TrustRegion { radius } => Box::new(gradient::ByRegion::new(task, radius)),
        Descent::Gradient { step } => Box::new(gradient::ByFixedStep::new(step)),
        Descent::Adam { step } => Box::new(gradient::ByAdam::new(step, task.dimension())),
        Descent::GradientSampling { radius } => {
            Box::new(gradient_sampling::GradientSampling::new(task, radius))
        }
        Descent::Mppi { temperature } => Box::new(mppi::Mppi::new(temperature)),
        Descent::Cem { elite } => Box::new(cem::Cem::new(task, elite)),
        Descent::CmaEs => Box::new(cma_es::CmaEs::new(task, options.estimate.samples)),
    }
}
