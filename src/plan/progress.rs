//! What is seen of a plan in the making, and the best of it, which is kept.

use super::kinds::Gradient;
use super::linear::Smoothing;
use super::rollout::Trajectory;
use super::scenario::Scenario;
use crate::engine::Interrupt;
use nalgebra::DVector;
use serde::Serialize;

/// One iteration of a planner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Iteration {
    /// Its number, from 0.
    pub iteration: u32,
    /// What the trajectory costs under the step that it was rolled out with.
    pub cost: f64,
    /// What its commands cost under the exact step.
    pub exact_cost: f64,
    /// The least of these so far.
    pub best_cost: f64,
    /// κ of the barrier, 1/J, or σ of the noise; none without smoothing.
    pub smoothing: Option<f64>,
    /// How far commands were allowed to change; none where nothing bounds that.
    pub step: Option<f64>,
    /// Whether the trajectory changed.
    pub accepted: bool,
}

impl Smoothing {
    /// What of it a gradient has.
    pub(super) fn of(self, gradient: Gradient) -> Option<f64> {
        match gradient {
            Gradient::Barrier => Some(self.kappa),
            Gradient::Exact => None,
            _ => Some(self.sigma),
        }
    }
}

/// Keeps the best commands under the exact step, and tells of every iteration.
pub(super) struct Keeper<'a> {
    pub scenario: &'a Scenario<'a>,
    /// Of the exact step.
    pub parameters: Vec<f64>,
    pub reach: f64,
    pub interrupt: &'a Interrupt,
    pub observe: &'a mut dyn FnMut(&Iteration),
    pub best: Trajectory,
    pub history: Vec<Iteration>,
}

impl Keeper<'_> {
    /// Whether somebody asked to stop.
    pub fn is_stopped(&self) -> bool {
        self.interrupt.is_set()
    }

    /// Notes the commands of an iteration: they are kept as they are applied to the exact step, within reach.
    pub fn note(&mut self, commands: &[DVector<f64>], of: impl FnOnce(Iteration) -> Iteration) {
        let exact = Trajectory::of(self.scenario, &self.parameters, commands, self.reach);
        self.keep(exact, of);
    }

    /// Notes a trajectory of the exact step.
    pub fn keep(&mut self, exact: Trajectory, of: impl FnOnce(Iteration) -> Iteration) {
        let exact_cost = exact.cost;
        if exact_cost < self.best.cost {
            self.best = exact;
        }
        let iteration = of(Iteration {
            iteration: self.history.len() as u32,
            exact_cost,
            best_cost: self.best.cost,
            accepted: true,
            ..Iteration::default()
        });
        (self.observe)(&iteration);
        self.history.push(iteration);
    }
}
