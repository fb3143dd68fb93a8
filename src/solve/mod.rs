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
mod ending;
mod gradient;
mod gradient_sampling;
pub mod min_norm;
mod mppi;
mod options;
mod population;
mod rule;
mod schedule;
mod solution;
pub mod trust_region;

pub use options::{Descent, Options};
pub use schedule::SigmaSchedule;
pub use solution::{Breakdown, Iteration, Solution, Stopped, Value};

use crate::engine::{Engine, Interrupt};
use crate::error::{Error, Result};
use crate::system::task::Task;
use rule::{Best, Context, Observed, StepRule};
use std::time::Instant;

/// Samples of the final evaluation, at least.
pub const FINAL_SAMPLES: u64 = 16_384;

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
    options.check_for(task)?;
    task.check_theta(start, "the caller")?;
    let mut run = Run::new(engine, task, start, options);
    let stopped = loop {
        if let Some(reason) = run.exhausted(interrupt)? {
            break reason;
        }
        match run.iterate() {
            Ok(iteration) => observe(iteration),
            Err(error) => break run.ended_by(error)?,
        }
    };
    let stopped = run.look_at_last(stopped, interrupt)?;
    run.finish(stopped, interrupt)
}

/// The least value so far, with its theta and iteration; see [`Best`].
type Kept = (f64, Vec<f64>, u32);

/// The state of a descent.
struct Run<'a> {
    engine: &'a mut dyn Engine,
    task: &'a Task,
    options: &'a Options,
    started: Instant,
    rule: Box<dyn StepRule>,
    which: Best,
    theta: Vec<f64>,
    best: Option<Kept>,
    iterations: Vec<Iteration>,
    /// Whether theta was looked at already.
    seen: bool,
    rollouts: u64,
    breakdown: Option<Breakdown>,
}

impl<'a> Run<'a> {
    fn new(
        engine: &'a mut dyn Engine,
        task: &'a Task,
        start: &[f64],
        options: &'a Options,
    ) -> Self {
        let rule = rule::rule(task, options);
        let which = match rule.best() {
            Best::LeastValue if options.schedule != SigmaSchedule::Constant => Best::LeastCost,
            which => which,
        };
        Self {
            engine,
            task,
            options,
            started: Instant::now(),
            rule,
            which,
            theta: start.to_vec(),
            best: None,
            iterations: Vec::new(),
            seen: false,
            rollouts: 0,
            breakdown: None,
        }
    }

    fn exhausted(&self, interrupt: &Interrupt) -> Result<Option<Stopped>> {
        let spent = self.started.elapsed();
        if interrupt.is_set() {
            return Ok(Some(Stopped::Interrupted));
        }
        if let Some(reason) = self.rule.stopped() {
            return Ok(Some(reason));
        }
        if self.iterations.len() >= self.options.iterations as usize {
            return Ok(Some(Stopped::Iterations));
        }
        if let Some(most) = self.options.rollouts {
            let settings = &self.options.estimate;
            let next = self.rule.rollouts(&self.next_task()?, settings)?;
            if self.rollouts.saturating_add(next) > most {
                return Ok(Some(Stopped::Rollouts));
            }
        }
        let most = self.options.seconds;
        Ok(most
            .is_some_and(|most| spent.as_secs_f64() >= most)
            .then_some(Stopped::Time))
    }

    /// The task with σ of the next iteration.
    fn next_task(&self) -> Result<Task> {
        let (number, options) = (self.iterations.len() as u32, self.options);
        let sigma = self.task.sigma();
        let sigma = options.schedule.at(sigma, number, options.iterations);
        self.task.clone().with_sigma(sigma)
    }

    /// An error ends the descent; if there is a best theta already, some errors only end it early.
    fn ended_by(&mut self, error: Error) -> Result<Stopped> {
        if self.best.is_none() {
            return Err(error);
        }
        let (stopped, sample, time) = match error {
            Error::Interrupted => return Ok(Stopped::Interrupted),
            Error::NonFinite { sample, time, .. } => (Stopped::NonFinite, Some(sample), Some(time)),
            Error::NonFiniteNominal { time, .. } => (Stopped::NonFinite, None, Some(time)),
            Error::NonFiniteCosts { .. } => (Stopped::NonFinite, None, None),
            Error::OutOfRange { .. } => (Stopped::OutOfRange, None, None),
            Error::ThetaNonFinite { .. } => (Stopped::ThetaRanAway, None, None),
            // σ of the task would be lost too, so theta grew; otherwise a schedule made σ small.
            Error::SigmaTooSmall { smallest, .. } if smallest > self.task.sigma() => {
                (Stopped::ThetaRanAway, None, None)
            }
            Error::SigmaTooSmall { .. } => (Stopped::SigmaTooSmall, None, None),
            error => return Err(error),
        };
        let largest = match error {
            Error::SigmaTooSmall { theta, .. } => theta,
            Error::ThetaNonFinite { value, .. } => value.abs(),
            _ => f64::NAN,
        };
        self.breakdown = Some(Breakdown {
            iteration: self.iterations.len() as u32,
            sample,
            time,
            message: match stopped {
                Stopped::ThetaRanAway => {
                    format!("theta ran away: its largest value is {largest:.1e}")
                }
                _ => error.to_string(),
            },
            theta: self.theta.clone(),
        });
        Ok(stopped)
    }

    fn iterate(&mut self) -> Result<&Iteration> {
        let number = self.iterations.len() as u32;
        let task = self.next_task()?;
        let theta = self.theta.clone();
        let mut context = Context {
            engine: &mut *self.engine,
            task: &task,
            settings: &self.options.estimate,
            theta: &theta,
            number,
        };
        let seen = self.rule.observe(&mut context)?;
        self.rollouts += seen.rollouts;
        let value = match self.which {
            Best::LeastValue => seen.value_mean,
            Best::LeastCost => seen.cost,
            Best::Last => f64::NEG_INFINITY,
        };
        consider(&mut self.best, self.which, value, &theta, number);
        self.seen = true;
        let moved = self.rule.step(&mut context)?;
        self.rollouts += moved.rollouts;
        let accepted = moved.theta.is_some();
        if let Some(theta) = moved.theta {
            self.move_to(theta)?;
        }
        let line = self.line(number, &seen, moved.length, accepted);
        self.iterations.push(line);
        Ok(&self.iterations[number as usize])
    }

    fn move_to(&mut self, theta: Vec<f64>) -> Result<()> {
        self.task.check_theta(&theta, "the descent")?;
        self.theta = theta;
        self.seen = false;
        Ok(())
    }

    fn line(&self, number: u32, seen: &Observed, length: f64, accepted: bool) -> Iteration {
        let choice = seen.choice.as_ref();
        let first = choice.filter(|_| seen.first_order);
        Iteration {
            iteration: number,
            cost: seen.cost,
            value_mean: seen.value_mean,
            value_std_error: seen.value_std_error,
            gradient_norm: seen.gradient_norm,
            alpha: seen.alpha,
            alpha_reason: seen.alpha_reason,
            first_order_variance: first.map(|c| c.first_variance),
            zeroth_order_variance: choice.map_or(f64::NAN, |c| c.zeroth_variance),
            bias: first.map(|c| c.bias),
            confidence_radius: choice.map_or(f64::NAN, |c| c.confidence_radius),
            radius: length,
            accepted,
            sigma: seen.sigma,
            effective_samples: seen.effective_samples,
            rollouts: self.rollouts,
            seconds: self.started.elapsed().as_secs_f64(),
        }
    }
}

/// Keeps theta if its value is the least so far; of equal ones the first, but for [`Best::Last`].
fn consider(best: &mut Option<Kept>, which: Best, value: f64, theta: &[f64], iteration: u32) {
    let better = best.as_ref().is_none_or(|(least, ..)| value < *least);
    if better || which == Best::Last {
        *best = Some((value, theta.to_vec(), iteration));
    }
}
