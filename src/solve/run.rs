//! The state of a descent: where theta is, what was seen, and what it cost.

use super::options::Options;
use super::rule::{Best, Observed, StepRule};
use super::schedule::SigmaSchedule;
use super::solution::{Breakdown, Iteration, Stopped};
use crate::engine::{Engine, Interrupt};
use crate::error::{Error, Result};
use crate::system::task::Task;
use std::time::Instant;

/// The least value so far, with its theta and iteration; see [`Best`].
pub(super) type Kept = (f64, Vec<f64>, u32);

/// The state of a descent.
pub(super) struct Run<'a> {
    pub engine: &'a mut dyn Engine,
    pub task: &'a Task,
    pub options: &'a Options,
    pub started: Instant,
    pub rule: Box<dyn StepRule>,
    pub which: Best,
    pub theta: Vec<f64>,
    pub best: Option<Kept>,
    pub iterations: Vec<Iteration>,
    /// Whether theta was looked at already.
    pub seen: bool,
    pub rollouts: u64,
    pub breakdown: Option<Breakdown>,
}

impl<'a> Run<'a> {
    pub fn new(
        engine: &'a mut dyn Engine,
        task: &'a Task,
        start: &[f64],
        options: &'a Options,
        rule: Box<dyn StepRule>,
    ) -> Self {
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

    pub fn exhausted(&self, interrupt: &Interrupt) -> Result<Option<Stopped>> {
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
    pub fn next_task(&self) -> Result<Task> {
        let (number, options) = (self.iterations.len() as u32, self.options);
        let sigma = self.task.sigma();
        let sigma = options.schedule.at(sigma, number, options.iterations);
        self.task.clone().with_sigma(sigma)
    }

    /// An error ends the descent; if there is a best theta already, some errors only end it early.
    pub fn ended_by(&mut self, error: Error) -> Result<Stopped> {
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

    pub fn move_to(&mut self, theta: Vec<f64>) -> Result<()> {
        self.task.check_theta(&theta, "the descent")?;
        self.theta = theta;
        self.seen = false;
        Ok(())
    }

    pub fn line(&self, number: u32, seen: &Observed, length: f64, accepted: bool) -> Iteration {
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
pub(super) fn consider(
    best: &mut Option<Kept>,
    which: Best,
    value: f64,
    theta: &[f64],
    iteration: u32,
) {
    let better = best.as_ref().is_none_or(|(least, ..)| value < *least);
    if better || which == Best::Last {
        *best = Some((value, theta.to_vec(), iteration));
    }
}
