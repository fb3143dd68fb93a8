//! The descent, on one page.
//!
//! ```text
//! repeat
//!     stop if asked to, if nothing is left to do, or if a budget is spent         Run::exhausted
//!     look around theta                                                           Method::observe
//!     go on from there, or stay                                                   Method::step
//! look at where the last step went, if the best theta is chosen by value          Run::look_at_last
//! return the best theta, with F from fresh noise                                  Run::finish
//! ```
//!
//! | method | looks at | goes to | file |
//! |---|---|---|---|
//! | `trust-region` | value, both orders, curvature, ranks | the best of several steps in several directions | `trust_region/` |
//! | `gradient` | g | theta - step g, as published | `gradient.rs` |
//! | `adam` | g | steps of equal length in every coordinate | `gradient.rs` |
//! | `gradient-sampling` | gradients around theta | along their shortest convex combination | `gradient_sampling.rs` |
//! | `mppi` | costs | the mean weighted by exp(-f/λ) | `mppi.rs` |
//! | `cem` | costs | the mean of the best | `cem.rs` |
//! | `cma-es` | ranks of costs | a weighted mean of the better half | `cma_es.rs` |
//!
//! The trust region is the default; its rule is in a box in [`trust_region`].
//!
//! # Budgets
//!
//! A budget of R rollouts alone sets batches and iterations: [`Options::within`]. The trust region has one always, that of the
//! task unless told ([`Tuned::rollouts`](crate::system::Tuned::rollouts)): its batches follow from it. What is left over is
//! less than an iteration takes, a tenth of R at most; a budget below one iteration is refused. Every rollout counts, also
//! those that find curvature.
//!
//! # The end
//!
//! Why a descent stopped is a value, [`Stopped`], not an error:
//!
//! - The iterations, rollouts or seconds of the [`Options`] are spent, or somebody asked to stop.
//! - Nothing is left to do. `trust-region`: the steps that are tried are too short to matter, or no sample saw a difference, 24
//!   times in a row. `gradient-sampling`: r is below σ√d/10⁴. `cma-es`: its samples have drawn together.
//! - It broke down: a cost, a statistic or theta was not finite, or too large for f32. [`Breakdown`] says where.
//!
//! [`Solution`] also says how far |g| is above its noise there, and what may go on ([`Advice`]).
//!
//! The best theta is the last one for `trust-region` and `gradient-sampling`, which go only to what is better by two standard
//! errors; after a breakdown, the one before. Otherwise it is that of the least estimate of F, or of the least cost without
//! noise where σ changes on the way.
//!
//! Every method counts its rollouts and knows beforehand how many an iteration takes at most, so that iterations never
//! exceed a budget of rollouts and methods compare at equal rollouts. Two things come after them and outside of the budget,
//! counted as well: K rollouts where the last step went, if the best theta is chosen by the estimate of F, and the final F
//! from [`FINAL_SAMPLES`] rollouts, or K if that is more, [`FINAL_SAMPLES_AFTER_STOP`] where somebody asked to stop, under σ of the task whatever became of σ on the way. With
//! [`Returned::Last`] neither comes: theta is where the last step went, or the best one after a breakdown.

mod adaptation;
mod advice;
mod best;
mod cem;
mod cma_es;
pub mod document;
mod ending;
mod gradient;
mod gradient_sampling;
pub mod identification;
mod kind;
mod method;
pub mod min_norm;
mod mppi;
mod options;
mod population;
pub mod radius;
mod run;
mod schedule;
mod solution;
mod stopped;
pub mod trust_region;

pub use adaptation::Adaptation;
pub use advice::Advice;
pub use kind::Kind;
pub use options::{Descent, Options, Returned};
pub use schedule::SigmaSchedule;
pub use solution::{
    Breakdown, FINAL_SAMPLES, FINAL_SAMPLES_AFTER_STOP, Iteration, Solution, Value,
};
pub use stopped::{Cause, Stopped};

use crate::engine::{Engine, Interrupt, Stream};
use crate::error::Result;
use crate::estimate::risk;
use crate::system::task::Task;
use best::Criterion;
use method::{Context, Method};
use run::Run;

/// Minimises F from `start`; calls `on_iteration` with every iteration as it ends.
///
/// A descent that is asked to stop still evaluates its best theta and returns it; `interrupt` stays set.
pub fn solve(
    engine: &mut dyn Engine,
    task: &Task,
    start: &[f64],
    options: &Options,
    interrupt: &Interrupt,
    on_iteration: &mut dyn FnMut(&Iteration),
) -> Result<Solution> {
    options.check(task)?;
    task.check_theta(start, "the caller")?;
    let mut run = Run::new(engine, task, start, options, method(task, options));
    run.check_budget()?;
    let stopped = loop {
        if let Some(reason) = run.exhausted(interrupt)? {
            break reason;
        }
        match iterate(&mut run) {
            Ok(iteration) => on_iteration(iteration),
            Err(error) => break run.ended_by(error)?,
        }
    };
    let stopped = run.look_at_last(stopped, interrupt)?;
    run.finish(stopped, interrupt)
}

/// Looks around theta, then moves it.
fn iterate<'r>(run: &'r mut Run<'_>) -> Result<&'r Iteration> {
    let number = run.iterations.len() as u32;
    let theta = run.theta.clone();
    let draw = risk::Draw::of(&run.options.estimate, number, Stream::Estimate);
    let task = run.next_task()?;
    let (task, apart) = risk::settle(&mut *run.engine, &task, &theta, draw)?;
    run.rollouts += apart;
    run.method.spend(apart);
    let mut context = Context {
        engine: &mut *run.engine,
        task: &task,
        settings: &run.options.estimate,
        theta: &theta,
        number,
    };
    let observed = run.method.observe(&mut context)?;
    run.rollouts += observed.rollouts;
    run.theta_is_observed = true;
    let value = match run.best.criterion {
        Criterion::LeastCost => observed.cost,
        Criterion::LeastValue | Criterion::Last => observed.value_mean,
    };
    run.best.consider(value, &theta, number);
    let moved = run.method.step(&mut context)?;
    run.rollouts += moved.rollouts;
    let accepted = moved.theta.is_some();
    if let Some(theta) = moved.theta {
        run.move_to(theta)?;
    }
    let iteration = run.record(number, &observed, moved.length, accepted);
    run.iterations.push(iteration);
    Ok(&run.iterations[number as usize])
}

/// The method that the options name.
fn method(task: &Task, options: &Options) -> Box<dyn Method> {
    match options.descent {
        Descent::TrustRegion { radius } => Box::new(trust_region::TrustRegion::new(
            task,
            &options.estimate,
            radius,
            options.rollouts,
        )),
        Descent::Gradient { step } => Box::new(gradient::ByFixedStep::new(step)),
        Descent::Adam { step } => Box::new(gradient::ByAdam::new(step, task.dimension())),
        Descent::GradientSampling { radius } => {
            Box::new(gradient_sampling::GradientSampling::new(task, radius))
        }
        Descent::Mppi { temperature } => Box::new(mppi::Mppi::new(temperature, options.adaptation)),
        Descent::Cem { elite } => Box::new(cem::Cem::new(task, elite, options.adaptation)),
        Descent::CmaEs => Box::new(cma_es::CmaEs::new(task, options.estimate.samples)),
    }
}
