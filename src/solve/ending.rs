//! The end of a descent: the theta of the last step is looked at as well, and the best one evaluated.

use super::advice;
use super::best::Criterion;
use super::options::Returned;
use super::run::{Run, is_loss};
use super::solution::{Breakdown, Iteration, Solution, Value, final_samples};
use super::stopped::Stopped;
use crate::engine::{Interrupt, Stream, Wanted};
use crate::error::{Error, Result};
use crate::estimate::risk;
use crate::estimate::zeroth::nominal;

impl Run<'_> {
    /// Considers the theta of the last step, by what the next iteration would have seen of it: the estimate of F from its
    /// noise, or the cost without noise. A theta that breaks down ends the descent as it would have there.
    pub(super) fn look_at_last(
        &mut self,
        stopped: Stopped,
        interrupt: &Interrupt,
    ) -> Result<Stopped> {
        // A trust region moves only to what is better beyond doubt, and has compared it.
        let compared = self.best.criterion == Criterion::Last
            || self.best.is_none()
            || self.options.returned == Returned::Last;
        if self.theta_is_observed || compared || stopped.is_breakdown() {
            return Ok(stopped);
        }
        match uninterrupted(interrupt, || self.value_of_last()) {
            Ok(value) => {
                let number = self.iterations.len() as u32;
                self.best.consider(value, &self.theta, number);
                Ok(stopped)
            }
            Err(error) => self.ended_by(error),
        }
    }

    fn value_of_last(&mut self) -> Result<f64> {
        let settings = &self.options.estimate;
        let number = self.iterations.len() as u32;
        let task = self.next_task()?;
        let draw = risk::Draw::of(settings, number, Stream::Estimate);
        let (task, apart) = risk::settle(self.engine, &task, &self.theta, draw)?;
        self.rollouts += apart;
        let batch = settings.batch(number, Stream::Estimate, Wanted::ZerothOrder);
        if self.best.criterion == Criterion::LeastCost {
            return nominal(self.engine, &task, &self.theta, &batch);
        }
        let moments = self.engine.moments(&task, &self.theta, &batch)?;
        moments.check(settings.nonfinite, task.name(), batch.seed)?;
        self.rollouts += batch.rollouts(&task);
        Ok(moments.value_mean())
    }

    /// Evaluates what is returned, if it is the best theta, and packs the result.
    pub(super) fn finish(mut self, stopped: Stopped, interrupt: &Interrupt) -> Result<Solution> {
        let (best_iteration, theta) = self.take_theta(stopped);
        let (stopped, final_value, final_rollouts) = match self.options.returned {
            Returned::Best if stopped != Stopped::EngineLost => {
                match self.evaluate(&theta, stopped, interrupt) {
                    Err(error) if is_loss(&error) && !self.iterations.is_empty() => {
                        self.breakdown = Some(Breakdown {
                            theta: theta.clone(),
                            ..self.broken_by(error.to_string())
                        });
                        (Stopped::EngineLost, Value::UNKNOWN, 0)
                    }
                    evaluated => evaluated?,
                }
            }
            _ => (stopped, Value::UNKNOWN, 0),
        };
        let last = self.iterations.last();
        let spent = last.map_or(0, |i| i.rollouts);
        Ok(Solution {
            ended_by: stopped.cause(),
            gradient_over_noise: last.and_then(Iteration::gradient_over_noise),
            advice: advice::after(stopped, self.options, spent, self.task.sigma()),
            iterations: self.iterations,
            final_value,
            best_iteration,
            stopped,
            breakdown: self.breakdown,
            theta,
            rollouts: self.rollouts + final_rollouts,
            final_rollouts,
            seconds: self.started.elapsed().as_secs_f64(),
        })
    }

    /// The iteration that began at what is returned, and it.
    fn take_theta(&mut self, stopped: Stopped) -> (u32, Vec<f64>) {
        let last = (
            self.iterations.len() as u32,
            std::mem::take(&mut self.theta),
        );
        let moved_last = self.iterations.last().is_some_and(|i| i.accepted);
        let last_is_best = match self.options.returned {
            Returned::Best => self.best.criterion == Criterion::Last && moved_last,
            Returned::Last => true,
        };
        match self.best.take_theta() {
            // After a breakdown, the last theta is the one at which it was.
            Some(best) if !last_is_best || stopped.is_breakdown() => best,
            _ => last,
        }
    }

    /// F at theta with fresh noise, and the rollouts that it took. Samples that are not finite there are left out and make the
    /// run end as [`Stopped::NonFinite`], unless somebody ended it: an error would lose all the work.
    fn evaluate(
        &mut self,
        theta: &[f64],
        stopped: Stopped,
        interrupt: &Interrupt,
    ) -> Result<(Stopped, Value, u64)> {
        let settings = &self.options.estimate;
        let mut batch = settings.batch(0, Stream::Final, Wanted::ZerothOrder);
        batch.samples = final_samples(batch.samples, stopped);
        let draw = risk::Draw {
            samples: batch.samples,
            ..risk::Draw::of(settings, 0, Stream::Final)
        };
        let (task, apart) = uninterrupted(interrupt, || {
            risk::settle(self.engine, self.task, theta, draw)
        })?;
        let moments = uninterrupted(interrupt, || self.engine.moments(&task, theta, &batch))?;
        let policy = settings.nonfinite;
        let stopped = match moments.check(policy, self.task.name(), batch.seed) {
            Ok(()) => stopped,
            Err(error) if moments.count() == 0 => return Err(error),
            Err(_) if stopped == Stopped::Interrupted => stopped,
            Err(_) => Stopped::NonFinite,
        };
        let value = Value {
            cost: moments.nominal,
            value_mean: moments.value_mean(),
            value_std_error: moments.value_std_error(),
            samples: moments.count(),
        };
        Ok((stopped, value, apart + batch.rollouts(self.task)))
    }
}

/// What has to be done even after a stop, because without it there is no result. The engine looks at the flag as well,
/// so it is cleared meanwhile; afterwards it is set again, because the caller may have more to stop.
fn uninterrupted<T>(interrupt: &Interrupt, mut work: impl FnMut() -> Result<T>) -> Result<T> {
    let mut asked = false;
    let done = loop {
        match work() {
            Err(Error::Interrupted) if interrupt.is_set() => {
                asked = true;
                interrupt.clear();
            }
            done => break done,
        }
    };
    if asked {
        interrupt.set();
    }
    done
}
