//! One plan: a descent from the state of the plant, started where the last plan would have gone on.

use super::options::{Options, Stream};
use super::run::Replanning;
use crate::engine::nominal::{finite_nominal, nominal};
use crate::engine::{Engine, Interrupt};
use crate::error::{Error, PartsError, Result};
use crate::noise::environment::Draw;
use crate::solve::{self, Stopped, solve};
use crate::system::task::Task;
use std::time::Instant;

/// Makes plans.
pub(super) struct Planner<'a> {
    engine: &'a mut dyn Engine,
    task: &'a Task,
    options: &'a Options,
    descent: solve::Options,
    interrupt: &'a Interrupt,
}

/// A plan, and what became of it.
pub(super) struct Planned {
    pub theta: Vec<f64>,
    pub replanning: Replanning,
}

impl<'a> Planner<'a> {
    pub fn new(
        engine: &'a mut dyn Engine,
        task: &'a Task,
        options: &'a Options,
        interrupt: &'a Interrupt,
    ) -> Result<Self> {
        Ok(Self {
            engine,
            task,
            options,
            descent: options.descent_within_budget(task)?,
            interrupt,
        })
    }

    /// Plans from a state after so many steps, starting with `theta`.
    pub fn plan(&mut self, state: &[f64], theta: &[f64], step: usize) -> Result<Planned> {
        if self.interrupt.is_set() {
            return Err(Error::Interrupted);
        }
        let started = Instant::now();
        let task = from_state(self.task, state)?;
        let first_cost = finite_nominal(&task, theta)?.cost;
        self.descent.estimate.seed = self.options.seed_of(Stream::Plan, step);
        let found = solve(
            self.engine,
            &task,
            theta,
            &self.descent,
            self.interrupt,
            &mut |_| (),
        )?;
        if found.stopped == Stopped::Interrupted {
            return Err(Error::Interrupted);
        }
        if found.stopped == Stopped::EngineLost {
            let problem = found.breakdown.map(|b| b.message).unwrap_or_default();
            return Err(PartsError::Lost { problem }.into());
        }
        let (theta, cost) = match self.options.refinement {
            Some(refinement) => refinement.apply(&task, found.theta),
            None => {
                let cost = nominal(&task, &found.theta).cost;
                (found.theta, cost)
            }
        };
        let refining = self.options.refinement.map_or(0, |r| r.rollouts());
        Ok(Planned {
            theta,
            replanning: Replanning {
                step,
                first_cost,
                cost,
                iterations: found.iterations.len(),
                rollouts: found.rollouts + refining,
                seconds: started.elapsed().as_secs_f64(),
                stopped: found.stopped,
            },
        })
    }
}

/// The task from a state that is known.
fn from_state(task: &Task, state: &[f64]) -> Result<Task> {
    let names = task.model().about().state.iter().map(|c| &*c.name);
    names
        .zip(state)
        .try_fold(task.clone(), |task, (name, value)| {
            task.with_initial(name, Draw::Constant(*value), &[])
        })
}
