//! The methods that follow the mixed gradient g.
//!
//! ```text
//! trust region   theta <- theta - q g/|g|, q by comparison            see crate::solve::trust_region
//! gradient       theta <- theta - step g
//! adam           m <- β₁ m + (1 - β₁) g,  v <- β₂ v + (1 - β₂) g²
//!                theta <- theta - step m̂/(√v̂ + 1e-8),  m̂ = m/(1 - β₁ᵗ),  v̂ = v/(1 - β₂ᵗ)
//! ```
//!
//! Adam: Kingma and Ba, ICLR 2015, with their β₁ = 0.9 and β₂ = 0.999. Its step is about the length by which each
//! coordinate of theta moves, whatever the unit of the cost.

use super::best::Criterion;
use super::method::{Context, Method, Moved, Observed};
use super::solution::Stopped;
use crate::engine::{Stream, Wanted};
use crate::error::Result;
use crate::estimate::{self, Mixed, Settings, vector};
use crate::solve::trust_region::{Step, TrustRegion};
use crate::system::task::Task;
use nalgebra::DVector;

/// Iterations in a row whose gradient is noise before the descent gives up.
const PATIENCE: u32 = 5;

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
    let observed = Observed {
        cost: mixed.value_at_theta,
        value_mean: mixed.value_mean,
        value_std_error: mixed.value_std_error,
        gradient_norm: vector(&mixed.gradient).norm(),
        alpha: mixed.choice.alpha,
        alpha_reason: mixed.choice.reason,
        choice: Some(mixed.choice.clone()),
        first_order: mixed.first_order.is_some(),
        sigma: task.sigma(),
        effective_samples: None,
        rollouts: mixed.rollouts,
    };
    Ok((mixed, observed))
}

/// Rollouts of [`estimate`], at most.
fn rollouts_of_estimate(settings: &Settings) -> u64 {
    match settings.rule.facts().needs_first_order {
        true => settings.samples.saturating_mul(settings.batches()),
        false => settings.samples,
    }
}

/// Rollouts of [`region_step`], at most.
pub(super) fn rollouts_of_region(region: &TrustRegion, task: &Task, settings: &Settings) -> u64 {
    let mut region = *region;
    region.set_cap(task.sigma(), task.dimension());
    let compared = region.lengths().len() as u64 + 1;
    settings.samples.saturating_mul(compared)
}

fn minus(theta: &[f64], step: &DVector<f64>) -> Vec<f64> {
    theta.iter().zip(step).map(|(t, s)| t - s).collect()
}

/// Compares steps against a gradient and takes the best, as [`TrustRegion`] says.
pub(super) fn region_step(
    context: &mut Context<'_>,
    region: &mut TrustRegion,
    gradient: &DVector<f64>,
) -> Result<Moved> {
    region.set_cap(context.task.sigma(), context.task.dimension());
    let mut candidates = region.candidates(context.theta, gradient.as_slice());
    let tried = region.radius();
    let stay = |rollouts| Moved {
        theta: None,
        length: tried,
        rollouts,
    };
    if candidates.is_empty() {
        region.update(&[]);
        return Ok(stay(0));
    }
    let batch = context
        .settings
        .batch(context.number, Stream::Candidates, Wanted::ZerothOrder);
    let decreases = context
        .engine
        .decreases(context.task, context.theta, &candidates, &batch)?;
    let rollouts = batch.samples * (candidates.len() as u64 + 1);
    Ok(match region.update(&decreases) {
        Step::Accepted(i) => Moved {
            theta: Some(candidates.swap_remove(i)),
            length: region.radius(),
            rollouts,
        },
        Step::Rejected => stay(rollouts),
    })
}

/// Descent `trust-region`.
pub(super) struct ByRegion {
    region: TrustRegion,
    gradient: DVector<f64>,
    is_noise: bool,
    noise_in_a_row: u32,
}

impl ByRegion {
    pub fn new(task: &Task, radius: f64) -> Self {
        Self {
            region: TrustRegion::new(radius, task.sigma(), task.dimension()),
            gradient: DVector::zeros(0),
            is_noise: false,
            noise_in_a_row: 0,
        }
    }
}

impl Method for ByRegion {
    fn observe(&mut self, context: &mut Context<'_>) -> Result<Observed> {
        let (mixed, observed) = estimate(context)?;
        self.is_noise = vector(&mixed.gradient).norm_squared() <= mixed.variance_of_gradient;
        self.gradient = DVector::from_vec(mixed.gradient);
        Ok(observed)
    }

    fn rollouts(&self, task: &Task, settings: &Settings) -> Result<u64> {
        let compared = rollouts_of_region(&self.region, task, settings);
        Ok(rollouts_of_estimate(settings).saturating_add(compared))
    }

    fn step(&mut self, context: &mut Context<'_>) -> Result<Moved> {
        let moved = region_step(context, &mut self.region, &self.gradient)?;
        self.noise_in_a_row = match self.is_noise && moved.theta.is_none() {
            true => self.noise_in_a_row + 1,
            false => 0,
        };
        Ok(moved)
    }

    fn stopped(&self) -> Option<Stopped> {
        if self.region.is_exhausted() {
            return Some(Stopped::RadiusTooSmall);
        }
        (self.noise_in_a_row >= PATIENCE).then_some(Stopped::GradientIsNoise)
    }

    fn criterion(&self) -> Criterion {
        Criterion::Last
    }
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

    fn rollouts(&self, _: &Task, settings: &Settings) -> Result<u64> {
        Ok(rollouts_of_estimate(settings))
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

    fn rollouts(&self, _: &Task, settings: &Settings) -> Result<u64> {
        Ok(rollouts_of_estimate(settings))
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
