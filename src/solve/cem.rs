//! The cross-entropy method: the mean and spread of the best samples.
//!
//! ```text
//! zᵢ ~ N(0, I),  the elite are the n = elite · K samples theta + s zᵢ of least cost
//! theta <- mean of the elite,   s_j <- max(s_j √(mean of z_j² over the elite), FLOOR σ)     for each coordinate j
//! ```
//!
//! s starts at σ of the task. The spread is taken about the old theta, as CMA-ES does, not about the new one, as is usual:
//! on a slope the elite lie close together, and their own spread collapses long before theta has arrived (on `pivot`,
//! 40 σ from its minimum, after 3 σ). The floor keeps the spread of few samples from collapsing by chance. It minimises the
//! cost where samples end up, at last without noise, and not F.
//! Rubinstein and Kroese, "The Cross-Entropy Method", 2004; de Boer et al., Ann. Oper. Res. 134, 2005.

use super::adaptation::Adaptation;
use super::best::Criterion;
use super::method::{Context, Method, Moved, Observed};
use super::population::{Population, shifted};
use crate::error::Result;
use crate::estimate::Settings;
use crate::estimate::directions::Shape;
use crate::system::task::Task;

/// Share of σ of the task below which no spread falls.
const FLOOR: f64 = 0.01;

pub(super) struct Cem {
    elite: f64,
    floor: Vec<f64>,
    adaptation: Adaptation,
    shape: Shape,
    next: Vec<f64>,
}

impl Cem {
    pub fn new(task: &Task, elite: f64, adaptation: Adaptation) -> Self {
        Self {
            elite,
            floor: task.sigmas().iter().map(|s| FLOOR * s).collect(),
            shape: adaptation.shape(task),
            adaptation,
            next: Vec::new(),
        }
    }
}

/// Equal weights for the samples of least cost, two at least.
fn elite_weights(costs: &[f64], share: f64) -> (Vec<f64>, usize) {
    let mut order: Vec<usize> = (0..costs.len()).filter(|&i| costs[i].is_finite()).collect();
    order.sort_by(|&a, &b| costs[a].total_cmp(&costs[b]));
    let wanted = (share * costs.len() as f64).round() as usize;
    order.truncate(wanted.max(2));
    let mut weights = vec![0.0; costs.len()];
    order
        .iter()
        .for_each(|&i| weights[i] = 1.0 / order.len() as f64);
    (weights, order.len())
}

impl Method for Cem {
    fn observe(&mut self, context: &mut Context<'_>) -> Result<Observed> {
        let (population, mut observed) = Population::draw(context, &self.shape)?;
        let costs: Vec<f64> = population.costs.all().collect();
        let (weights, count) = elite_weights(&costs, self.elite);
        observed.effective_samples = Some(count as f64);
        let (first, second) = population.sums(&weights);
        self.next = shifted(context.theta, &self.shape, &first);
        match &mut self.shape {
            Shape::Diagonal(scale) => {
                for ((s, square), floor) in scale.iter_mut().zip(&second).zip(&self.floor) {
                    *s = (*s * square.sqrt()).max(*floor);
                }
            }
            Shape::Factor(factor) if self.adaptation.is_adapted() => {
                let moment = population.second_moment(&weights);
                let bounds = (&self.floor[..], None);
                let adapted = self
                    .adaptation
                    .adapted(factor, &moment, count as f64, bounds);
                *factor = adapted.unwrap_or_else(|| factor.clone());
            }
            // A colour stays; its size follows the elite.
            Shape::Factor(factor) => {
                *factor *= (second.sum() / second.len() as f64).sqrt().max(FLOOR);
            }
        }
        Ok(observed)
    }

    fn rollouts(&self, task: &Task, settings: &Settings) -> Result<u64> {
        Population::rollouts(task, settings)
    }

    fn step(&mut self, context: &mut Context<'_>) -> Result<Moved> {
        Ok(Moved::to(context.theta, std::mem::take(&mut self.next)))
    }

    fn criterion(&self) -> Criterion {
        Criterion::LeastCost
    }
}
