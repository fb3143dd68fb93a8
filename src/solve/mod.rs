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
//! | `trust-region` | the mixed gradient g | theta - q g/\|g\|, q by comparison | `gradient.rs`, the step in `trust_region.rs` |
//! | `gradient` | g | theta - step g, as published | `gradient.rs` |
//! | `adam` | g | steps of equal length in every coordinate | `gradient.rs` |
//! | `gradient-sampling` | gradients around theta | along their shortest convex combination | `gradient_sampling.rs` |
//! | `mppi` | costs | the mean weighted by exp(-f/λ) | `mppi.rs` |
//! | `cem` | costs | the mean of the best | `cem.rs` |
//! | `cma-es` | ranks of costs | a weighted mean of the better half | `cma_es.rs` |
//!
//! # The step of the trust region, which is the default
//!
//! With g from [`estimate`](crate::estimate::estimate), K samples, d values of theta, and the radius r, at first that of the
//! options (`Tuned` of the system, unless told) or σ√d, whichever is less. σ√d is the length of the noise where that is added
//! to theta; elsewhere it is that number in the unit of theta:
//!
//! ```text
//! try       q = r/8, r/4, r/2, r, 2r, 4r, 8r, what is longer than σ√d cut to it, equal lengths once
//! compare   gain(q) = mean over K noises w of f(theta, w) - f(theta - q g/|g|, w),   se(q) its standard error
//! choose    the q of the largest gain(q) - 2 se(q)
//! accept    if that is above 0:  theta <- theta - q g/|g|,  r <- q
//! reject    else:                theta stays,               r <- r/2
//! ```
//!
//! The K noises are the same for theta and for every q (common random numbers), so that most of their scatter cancels in the
//! difference. They are not those of g, and both are drawn anew in every iteration, after a rejection too. A q with a cost
//! that is not finite is not chosen; if no q is left, or g is 0, that is a rejection. See [`trust_region`].
//!
//! # The end
//!
//! Why a descent stopped is a value, [`Stopped`], not an error:
//!
//! - The iterations, rollouts or seconds of the [`Options`] are spent, or somebody asked to stop.
//! - Nothing is left to do. `trust-region`: r is below σ√d/10⁴, or in 5 iterations in a row the step was rejected while |g|²
//!   was, each time, at most the variance of g, alpha² v₁/K + (1 - alpha)² v₀/K for two batches. `gradient-sampling`: r is as
//!   small. `cma-es`: its samples have drawn together.
//! - It broke down: a cost, a statistic or theta was not finite, or too large for f32. [`Breakdown`] says where.
//!
//! The best theta is the last one for `trust-region` and `gradient-sampling`, which go only to what is better by two standard
//! errors; after a breakdown, the one before. Otherwise it is that of the least estimate of F, or of the least cost without
//! noise where σ changes on the way.
//!
//! Every method counts its rollouts and knows beforehand how many an iteration takes at most, so that iterations never
//! exceed a budget of rollouts and methods compare at equal rollouts. Two things come after them and outside of the budget: K
//! rollouts where the last step went, if the best theta is chosen by the estimate of F, and the final F from
//! [`FINAL_SAMPLES`] rollouts, or K if that is more, under σ of the task whatever became of σ on the way.

mod best;
mod cem;
mod cma_es;
pub mod document;
mod ending;
mod gradient;
mod gradient_sampling;
mod kind;
mod method;
pub mod min_norm;
mod mppi;
mod options;
mod population;
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
    let task = run.next_task()?;
    let theta = run.theta.clone();
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
