//! The state of a descent: where theta is, what was seen, and what it cost.

use super::best::{Best, Criterion};
use super::method::{Method, Observed};
use super::options::Options;
use super::schedule::SigmaSchedule;
use super::solution::{Breakdown, Iteration};
use super::stopped::Stopped;
use crate::engine::{Engine, Interrupt};
use crate::error::{Error, PartsError, Result};
use crate::estimate::risk;
use crate::system::task::Task;
use std::time::Instant;

/// Whether nothing more can be computed, so that what is known is all there will be.
pub(super) fn is_loss(error: &Error) -> bool {
    matches!(
        error,
        Error::DeviceLost { .. } | Error::Parts(PartsError::Lost { .. })
    )
}

/// The state of a descent.
pub(super) struct Run<'a> {
    pub engine: &'a mut dyn Engine,
    pub task: &'a Task,
    pub options: &'a Options,
    pub started: Instant,
    pub method: Box<dyn Method>,
    pub theta: Vec<f64>,
    /// Whether theta was looked at already.
    pub theta_is_observed: bool,
    pub best: Best,
    pub iterations: Vec<Iteration>,
    pub rollouts: u64,
    pub breakdown: Option<Breakdown>,
}

impl<'a> Run<'a> {
    pub fn new(
        engine: &'a mut dyn Engine,
        task: &'a Task,
        start: &[f64],
        options: &'a Options,
        method: Box<dyn Method>,
    ) -> Self {
        let changes_sigma = options.schedule != SigmaSchedule::Constant;
        let criterion = match method.criterion() {
            Criterion::LeastValue if changes_sigma => Criterion::LeastCost,
            criterion => criterion,
        };
        Self {
            engine,
            task,
            options,
            started: Instant::now(),
            method,
            theta: start.to_vec(),
            theta_is_observed: false,
            best: Best::new(criterion),
            iterations: Vec::new(),
            rollouts: 0,
            breakdown: None,
        }
    }

    /// Refuses a budget that does not suffice for one iteration.
    pub fn check_budget(&self) -> Result<()> {
        let Some(most) = self
            .options
            .rollouts
            .filter(|_| self.options.iterations > 0)
        else {
            return Ok(());
        };
        let (task, settings) = (self.next_task()?, &self.options.estimate);
        let apart = risk::rollouts(&task, settings.samples);
        let least = apart + self.method.rollouts(&task, settings)?;
        if least <= most {
            return Ok(());
        }
        let expected = format!("at least {least}, which one iteration takes");
        Err(Error::invalid("rollouts", most, &expected))
    }

    /// Why no other iteration begins, if so.
    pub fn exhausted(&self, interrupt: &Interrupt) -> Result<Option<Stopped>> {
        let spent = self.started.elapsed();
        if interrupt.is_set() {
            return Ok(Some(Stopped::Interrupted));
        }
        if let Some(reason) = self.method.stopped() {
            return Ok(Some(reason));
        }
        if self.iterations.len() >= self.options.iterations as usize {
            return Ok(Some(Stopped::Iterations));
        }
        if let Some(most) = self.options.rollouts {
            let settings = &self.options.estimate;
            let task = self.next_task()?;
            let apart = risk::rollouts(&task, settings.samples);
            let next = apart + self.method.rollouts(&task, settings)?;
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
        let spent = |most: u64| self.rollouts as f64 / most.max(1) as f64;
        let share = SigmaSchedule::share(number, options.iterations);
        let share = share.max(options.rollouts.map_or(0.0, spent)).min(1.0);
        let sigma = options.schedule.at(self.task.sigma(), share);
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
            ref error if is_loss(error) => (Stopped::EngineLost, None, None),
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
        let message = match stopped {
            Stopped::ThetaRanAway => {
                format!("theta ran away: its largest value is {largest:.1e}")
            }
            _ => error.to_string(),
        };
        self.breakdown = Some(Breakdown {
            sample,
            time,
            ..self.broken_by(message)
        });
        Ok(stopped)
    }

    /// What ended it here.
    pub fn broken_by(&self, message: String) -> Breakdown {
        Breakdown {
            iteration: self.iterations.len() as u32,
            sample: None,
            time: None,
            message,
            theta: self.theta.clone(),
        }
    }

    pub fn move_to(&mut self, theta: Vec<f64>) -> Result<()> {
        self.task.check_theta(&theta, "the descent")?;
        self.theta = theta;
        self.theta_is_observed = false;
        Ok(())
    }

    /// What the history keeps of an iteration.
    pub fn record(
        &self,
        number: u32,
        observed: &Observed,
        length: f64,
        accepted: bool,
    ) -> Iteration {
        let choice = observed.choice.as_ref();
        let first = choice.filter(|_| observed.first_order);
        Iteration {
            iteration: number,
            cost: observed.cost,
            value_mean: observed.value_mean,
            value_std_error: observed.value_std_error,
            gradient_norm: observed.gradient_norm,
            gradient_noise: observed.gradient_noise,
            alpha: observed.alpha,
            alpha_reason: observed.alpha_reason,
            first_order_variance: first.map(|c| c.first_variance),
            zeroth_order_variance: choice.map_or(f64::NAN, |c| c.zeroth_variance),
            bias: first.map(|c| c.bias),
            confidence_radius: choice.map_or(f64::NAN, |c| c.confidence_radius),
            radius: length,
            accepted,
            sigma: observed.sigma,
            effective_samples: observed.effective_samples,
            rollouts: self.rollouts,
            seconds: self.started.elapsed().as_secs_f64(),
        }
    }
}
