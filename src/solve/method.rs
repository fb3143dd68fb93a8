//! What a descent asks of the method that moves theta: look around theta, then say where to go.

use super::best::Criterion;
use super::stopped::Stopped;
use crate::engine::Engine;
use crate::error::Result;
use crate::estimate::alpha::{Choice, Reason};
use crate::estimate::{Mixed, Settings, vector};
use crate::system::task::Task;

/// One iteration as a method sees it.
pub(super) struct Context<'a> {
    pub engine: &'a mut dyn Engine,
    /// With σ of this iteration.
    pub task: &'a Task,
    pub settings: &'a Settings,
    pub theta: &'a [f64],
    /// From 0.
    pub number: u32,
}

/// What was seen around theta; NaN where a method has no such number.
#[derive(Clone, Debug)]
pub(super) struct Observed {
    pub cost: f64,
    pub value_mean: f64,
    pub value_std_error: f64,
    pub gradient_norm: f64,
    /// Its standard error, the root of the trace of the covariance of g.
    pub gradient_noise: f64,
    pub alpha: f64,
    pub alpha_reason: Reason,
    pub choice: Option<Choice>,
    pub first_order: bool,
    pub sigma: f64,
    pub effective_samples: Option<f64>,
    pub rollouts: u64,
}

impl Observed {
    /// Of a method that mixes gradients, under this σ.
    pub fn mixed(mixed: &Mixed, sigma: f64) -> Self {
        Self {
            cost: mixed.value_at_theta,
            value_mean: mixed.value_mean,
            value_std_error: mixed.value_std_error,
            gradient_norm: vector(&mixed.gradient).norm(),
            gradient_noise: mixed.variance_of_gradient.sqrt(),
            alpha: mixed.choice.alpha,
            alpha_reason: mixed.choice.reason,
            choice: Some(mixed.choice.clone()),
            first_order: mixed.first_order.is_some(),
            sigma,
            effective_samples: None,
            rollouts: mixed.rollouts,
        }
    }

    /// Of a method that looks at costs alone.
    pub fn costs_only(cost: f64, value_mean: f64, value_std_error: f64, sigma: f64) -> Self {
        Self {
            cost,
            value_mean,
            value_std_error,
            gradient_norm: f64::NAN,
            gradient_noise: f64::NAN,
            alpha: 0.0,
            alpha_reason: Reason::Fixed,
            choice: None,
            first_order: false,
            sigma,
            effective_samples: None,
            rollouts: 0,
        }
    }
}

/// Where to go.
pub(super) struct Moved {
    /// None to stay.
    pub theta: Option<Vec<f64>>,
    /// Length of the step, or the radius that was rejected.
    pub length: f64,
    pub rollouts: u64,
}

impl Moved {
    /// A step without rollouts of its own.
    pub fn to(from: &[f64], theta: Vec<f64>) -> Self {
        let square: f64 = from.iter().zip(&theta).map(|(a, b)| (b - a).powi(2)).sum();
        Self {
            theta: Some(theta),
            length: square.sqrt(),
            rollouts: 0,
        }
    }
}

/// A method that moves theta.
pub(super) trait Method {
    /// Looks around theta.
    fn observe(&mut self, context: &mut Context<'_>) -> Result<Observed>;

    /// The rollouts that the next iteration takes, at most; `task` has its σ.
    fn rollouts(&self, task: &Task, settings: &Settings) -> Result<u64>;

    /// Rollouts of an iteration that the method itself did not ask for; for one whose batches follow from what is left.
    fn spend(&mut self, _rollouts: u64) {}

    /// Goes on from what was seen last.
    fn step(&mut self, context: &mut Context<'_>) -> Result<Moved>;

    /// Why there is nothing left to do, if so.
    fn stopped(&self) -> Option<Stopped> {
        None
    }

    /// Which theta is the best one while σ of the task is constant.
    fn criterion(&self) -> Criterion {
        Criterion::LeastValue
    }
}
