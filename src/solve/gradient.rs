//! The methods that follow the mixed gradient g.
//!
//! ```text
//! gradient       theta <- theta - step g
//! adam           m <- β₁ m + (1 - β₁) g,  v <- β₂ v + (1 - β₂) g²
//!                theta <- theta - step m̂/(√v̂ + 1e-8),  m̂ = m/(1 - β₁ᵗ),  v̂ = v/(1 - β₂ᵗ)
//! ```
//!
//! Adam: Kingma and Ba, ICLR 2015, with their β₁ = 0.9 and β₂ = 0.999. Its step is about the length by which each
//! coordinate of theta moves, whatever the unit of the cost.

use super::method::{Context, Method, Moved, Observed};
use crate::engine::{Stream, Wanted};
use crate::error::Result;
use crate::estimate::{self, Mixed, Settings};
use crate::system::task::Task;
use nalgebra::DVector;

/// Estimates ∇F at theta, both orders, and mixes them.
fn estimate(context: &mut Context<'_>) -> Result<(Mixed, Observed)> {
    let settings = context.settings;
    let wanted = match settings.rule.facts().needs_first_order {
        true => Wanted::Both,
        false => Wanted::ZerothOrder,
    };
    let (task, theta) = (context.task, context.theta);
    let mixed = estimate::estimate(
        context.engine,
        task,
        theta,
        settings,
        context.number,
        wanted,
    )?;
    let observed = Observed::mixed(&mixed, task.sigma());
    Ok((mixed, observed))
}

/// Rollouts of [`estimate`], at most.
fn rollouts_of_estimate(task: &Task, settings: &Settings) -> u64 {
    let batches = match settings.rule.facts().needs_first_order {
        true => settings.batches(),
        false => 1,
    };
    let batch = settings.batch(0, Stream::Estimate, Wanted::Both);
    batch.rollouts(task).saturating_mul(batches)
}

fn minus(theta: &[f64], step: &DVector<f64>) -> Vec<f64> {
    theta.iter().zip(step).map(|(t, s)| t - s).collect()
}

/// Descent `gradient`.
pub(super) struct ByFixedStep {
    step: f64,
    gradient: DVector<f64>,
}

impl ByFixedStep {
    pub fn new(step: f64) -> Self {
        let gradient = DVector::zeros(0);
        Self { step, gradient }
    }
}

impl Method for ByFixedStep {
    fn observe(&mut self, context: &mut Context<'_>) -> Result<Observed> {
        let (mixed, observed) = estimate(context)?;
        self.gradient = DVector::from_vec(mixed.gradient);
        Ok(observed)
    }

    fn rollouts(&self, task: &Task, settings: &Settings) -> Result<u64> {
        Ok(rollouts_of_estimate(task, settings))
    }

    fn step(&mut self, context: &mut Context<'_>) -> Result<Moved> {
        // As published: some tasks shorten their steps, step/iteration^decay.
        let decay = context.task.published().map_or(0.0, |p| p.step_decay);
        let step = self.step / f64::from(context.number + 1).powf(decay);
        let theta = minus(context.theta, &(&self.gradient * step));
        Ok(Moved::to(context.theta, theta))
    }
}

/// Descent `adam`.
pub(super) struct ByAdam {
    step: f64,
    gradient: DVector<f64>,
    mean: DVector<f64>,
    square: DVector<f64>,
}

const BETA_1: f64 = 0.9;
const BETA_2: f64 = 0.999;
const EPSILON: f64 = 1e-8;

impl ByAdam {
    pub fn new(step: f64, dimension: usize) -> Self {
        let zero = DVector::zeros(dimension);
        Self {
            step,
            gradient: zero.clone(),
            mean: zero.clone(),
            square: zero,
        }
    }
}

impl Method for ByAdam {
    fn observe(&mut self, context: &mut Context<'_>) -> Result<Observed> {
        let (mixed, observed) = estimate(context)?;
        self.gradient = DVector::from_vec(mixed.gradient);
        Ok(observed)
    }

    fn rollouts(&self, task: &Task, settings: &Settings) -> Result<u64> {
        Ok(rollouts_of_estimate(task, settings))
    }

    fn step(&mut self, context: &mut Context<'_>) -> Result<Moved> {
        let (g, t) = (&self.gradient, f64::from(context.number) + 1.0);
        self.mean = &self.mean * BETA_1 + g * (1.0 - BETA_1);
        self.square = &self.square * BETA_2 + g.component_mul(g) * (1.0 - BETA_2);
        let (of_mean, of_square) = (1.0 - BETA_1.powf(t), 1.0 - BETA_2.powf(t));
        let step = self.mean.zip_map(&self.square, |m, v| {
            self.step * (m / of_mean) / ((v / of_square).sqrt() + EPSILON)
        });
        Ok(Moved::to(context.theta, minus(context.theta, &step)))
    }
}
