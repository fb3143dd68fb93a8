//! Model predictive path integral control as a descent: the mean of the samples, weighted by their costs.
//!
//! ```text
//! wᵢ ~ N(0, σ² I),   ωᵢ ∝ exp(-(f(theta + wᵢ) - min f)/λ),   Σ ωᵢ = 1
//! theta <- theta + Σ ωᵢ wᵢ                    effective samples 1/Σ ωᵢ², from 1 to K
//! ```
//!
//! As λ grows this becomes a step of length σ²/λ along the zeroth-order gradient; as λ falls, the best sample. Without a
//! temperature, λ is the standard deviation of the costs of the batch: about a third of the samples then count, whatever
//! the unit of the cost. On h x²/2 at u the new mean is u/(1 + σ² h/λ) for many samples.
//! Williams, Aldrich, Theodorou, "Model predictive path integral control", J. Guid. Control Dyn. 40, 2017.

use super::adaptation::Adaptation;
use super::method::{Context, Method, Moved, Observed};
use super::population::{Population, shifted};
use crate::engine::moments::Spread;
use crate::error::Result;
use crate::estimate::Settings;
use crate::estimate::directions::Shape;
use crate::system::task::Task;
use nalgebra::DMatrix;

pub(super) struct Mppi {
    temperature: Option<f64>,
    adaptation: Adaptation,
    /// Of σ = 1, where it is adapted.
    adapted: Option<DMatrix<f64>>,
    next: Vec<f64>,
}

impl Mppi {
    pub fn new(temperature: Option<f64>, adaptation: Adaptation) -> Self {
        Self {
            temperature,
            adaptation,
            adapted: None,
            next: Vec::new(),
        }
    }
}

/// ω, of sum 1; 0 for costs that are not finite. Where all costs are equal, all weights are.
fn weights(costs: &[f64], temperature: Option<f64>) -> Vec<f64> {
    let finite = || costs.iter().copied().filter(|c| c.is_finite());
    let least = finite().fold(f64::INFINITY, f64::min);
    let lambda = temperature.unwrap_or_else(|| {
        let mut spread = Spread::default();
        finite().for_each(|cost| spread.add(cost));
        spread.variance().sqrt()
    });
    let weight = |c: &f64| match (c.is_finite(), lambda > 0.0) {
        (false, _) => 0.0,
        (true, true) => (-(c - least) / lambda).exp(),
        (true, false) => 1.0,
    };
    let mut weights: Vec<f64> = costs.iter().map(weight).collect();
    let sum: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|w| *w /= sum);
    weights
}

impl Method for Mppi {
    fn observe(&mut self, context: &mut Context<'_>) -> Result<Observed> {
        let sigma = context.task.sigma();
        let shape = match &self.adapted {
            Some(factor) => Shape::Factor(factor * sigma),
            None => self.adaptation.shape(context.task),
        };
        let (population, mut observed) = Population::draw(context, &shape)?;
        let costs: Vec<f64> = population.costs.all().collect();
        let weights = weights(&costs, self.temperature);
        let squares: f64 = weights.iter().map(|w| w * w).sum();
        observed.effective_samples = Some(1.0 / squares);
        self.next = shifted(context.theta, &shape, &population.sums(&weights).0);
        if let (true, Shape::Factor(factor)) = (self.adaptation.is_adapted(), &shape) {
            let moment = population.second_moment(&weights);
            let trace = context.task.sigmas().iter().map(|s| s * s).sum();
            let bounds = (&[][..], Some(trace));
            let adapted = self
                .adaptation
                .adapted(factor, &moment, 1.0 / squares, bounds);
            self.adapted = adapted.map(|factor| factor / sigma).or(self.adapted.take());
        }
        Ok(observed)
    }

    fn rollouts(&self, task: &Task, settings: &Settings) -> Result<u64> {
        Population::rollouts(task, settings)
    }

    fn step(&mut self, context: &mut Context<'_>) -> Result<Moved> {
        Ok(Moved::to(context.theta, std::mem::take(&mut self.next)))
    }
}
