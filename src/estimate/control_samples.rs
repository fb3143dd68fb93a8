//! Samples of ∇F with respect to the controls, and what they are worth to theta, for weights of each control.
//!
//! ```text
//! first order    g₁ₕ = μₕ = ∂f/∂uₕ, later effects through the policy included      see reference/adjoint.rs
//! zeroth order   g₀ₕ = (f - b) S(wₕ)
//! of theta       Σₕ (∂π/∂theta)ᵀ(xₕ) aₕ gₕ for weights a, one of each control; all 1: the sample that engines take
//! ```
//!
//! The samples are those of the batch, drawn again by their numbers, so that nothing of a batch is kept: a pass over it takes
//! the memory of the blocks in flight, each of H·M or d coordinates. Blocks are those of the reference engine, merged in
//! order: the result does not depend on the number of threads.

use crate::engine::moments::{Moments, Offender};
use crate::engine::nominal::Nominal;
use crate::engine::reference::ReferenceEngine;
use crate::engine::reference::adjoint::{Scratch, adjoint, scores};
use crate::engine::reference::engine::{BLOCK, BLOCKS_IN_FLIGHT};
use crate::engine::reference::rollout::{Trajectory, draw, rerun, rollout};
use crate::engine::{Baseline, Batch, Engine, Interrupt};
use crate::error::Result;
use crate::system::task::Task;
use rayon::prelude::*;

/// Which of the two samples; the other one is 0 in the moments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// g₁
    First,
    /// g₀
    Zeroth,
}

/// The samples of one batch and order.
#[derive(Clone, Copy, Debug)]
pub struct Samples<'a> {
    task: &'a Task,
    theta: &'a [f64],
    center: &'a Nominal,
    batch: Batch,
    order: Order,
    /// b - f(theta, 0) and the factor on g₀ with it.
    baseline: (f64, f64),
}

impl<'a> Samples<'a> {
    /// The samples of `batch` at `theta`, whose noise-free trajectory is `center`. The noise must be on the controls: an open
    /// loop, or noise on the action.
    pub fn new(
        task: &'a Task,
        theta: &'a [f64],
        center: &'a Nominal,
        batch: Batch,
        order: Order,
    ) -> Result<Self> {
        debug_assert_eq!(task.noise_dimension(), task.action_dimension());
        batch.check()?;
        let baseline = match (order, batch.baseline) {
            (Order::First, _) => (0.0, 1.0),
            (Order::Zeroth, Baseline::LeaveOneOut) => {
                let mut engine = ReferenceEngine::new("the baseline", Interrupt::default());
                let all = engine.deviations(task, theta, &batch)?.finish()?;
                batch.baseline(center.cost, &all)
            }
            (Order::Zeroth, _) => batch.baseline(center.cost, &Moments::empty(center.cost, 0)),
        };
        Ok(Self {
            task,
            theta,
            center,
            batch,
            order,
            baseline,
        })
    }

    /// The moments of gₕ, one coordinate for each control (H·M, M of a step).
    pub fn of_controls(&self, interrupt: &Interrupt) -> Result<Moments> {
        self.moments(
            self.task.action_dimension(),
            interrupt,
            |_, scratch, sample| {
                sample.copy_from_slice(scratch.on_controls());
            },
        )
    }

    /// The moments of Σₕ (∂π/∂theta)ᵀ aₕ gₕ (d coordinates) for H·M weights a.
    pub fn of_theta(&self, weights: &[f64], interrupt: &Interrupt) -> Result<Moments> {
        self.moments(
            self.task.dimension(),
            interrupt,
            |trajectory, scratch, sample| {
                scratch.weigh_controls(weights);
                scratch.through_policies(trajectory, sample);
            },
        )
    }

    /// `map` makes the sample of what stands on the controls, but for the factor f - b of the zeroth order.
    fn moments(
        &self,
        dimension: usize,
        interrupt: &Interrupt,
        map: impl Fn(&Trajectory, &mut Scratch, &mut [f64]) + Sync,
    ) -> Result<Moments> {
        let mut total = Moments::empty(self.center.cost, dimension);
        let block = |start: u64| {
            let mut moments = Moments::empty(self.center.cost, dimension);
            let mut trajectory = Trajectory::new(self.task);
            let mut scratch = Scratch::new(self.task);
            let mut first_order = vec![0.0; self.task.dimension()];
            let mut sample = vec![0.0; dimension];
            let numbers = start..(start + BLOCK).min(self.batch.samples);
            for number in numbers.take_while(|_| !interrupt.is_set()) {
                self.roll(number as u32, &mut trajectory);
                let factor = self.on_controls(&mut trajectory, &mut scratch, &mut first_order);
                map(&trajectory, &mut scratch, &mut sample);
                self.add(&mut moments, number, &trajectory, &sample, factor);
            }
            moments
        };
        let blocks: Vec<u64> = (0..self.batch.samples).step_by(BLOCK as usize).collect();
        for chunk in blocks.chunks(BLOCKS_IN_FLIGHT as usize) {
            let parts: Vec<Moments> = chunk.par_iter().map(|start| block(*start)).collect();
            interrupt.check()?;
            parts.iter().for_each(|part| total.merge(part));
        }
        if self.order == Order::Zeroth {
            total.scale_zeroth_order(self.baseline.1);
        }
        Ok(total)
    }

    /// Draws and rolls out, with the baseline of its own environment where the batch has it, as the engines do.
    fn roll(&self, number: u32, trajectory: &mut Trajectory) {
        let (task, theta, costs) = (self.task, self.theta, &self.center.costs);
        let keys = self.batch.keys();
        if self.batch.has_paired_baseline(task) {
            rollout(task, theta, costs, keys, number, trajectory);
        } else {
            draw(task, keys, number, trajectory);
            rerun(task, theta, costs, trajectory);
        }
    }

    /// Leaves μ or the scores on the controls, and gives the factor that makes them the sample.
    fn on_controls(
        &self,
        trajectory: &mut Trajectory,
        scratch: &mut Scratch,
        first_order: &mut [f64],
    ) -> f64 {
        match self.order {
            Order::First => {
                adjoint(self.task, trajectory, scratch, first_order);
                1.0
            }
            Order::Zeroth => {
                scores(self.task, trajectory, scratch);
                trajectory.deviation - (self.baseline.0 + trajectory.baseline)
            }
        }
    }

    fn add(
        &self,
        moments: &mut Moments,
        sample: u64,
        trajectory: &Trajectory,
        values: &[f64],
        factor: f64,
    ) {
        if let Some(time) = trajectory.nonfinite {
            moments.nonfinite.add(Offender { sample, time });
            return;
        }
        let both = values.iter().map(|value| match self.order {
            Order::First => (factor * value, 0.0),
            Order::Zeroth => (0.0, factor * value),
        });
        moments.add(trajectory.deviation, both);
    }
}
