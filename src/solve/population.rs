//! The rollouts of a search method: theta + w for drawn directions z, w = s z or L z, their costs, and weighted sums of the z.
//!
//! Costs are kept, 8 bytes each; directions are drawn again for the sums, chunk by chunk, so memory does not grow with K d.

use super::method::{Context, Observed};
use crate::engine::moments::Spread;
use crate::engine::{Batch, Stream, Wanted};
use crate::error::Result;
use crate::estimate::Settings;
use crate::estimate::directions::{self, Costs, Layout, Shape};
use crate::estimate::units::{nominal, unit_value};
use crate::system::task::Task;
use nalgebra::{DMatrix, DVector};

pub(super) struct Population {
    layout: Layout,
    batch: Batch,
    /// f(theta + s z) - f(theta, 0); not finite where dropped.
    pub costs: Costs,
}

impl Population {
    /// Those that [`Population::draw`] takes, at most.
    pub fn rollouts(task: &Task, settings: &Settings) -> Result<u64> {
        let layout = Layout::new(settings.directions, settings.samples, task.dimension())?;
        let batch = settings.batch(0, Stream::Estimate, Wanted::ZerothOrder);
        Ok(layout.rollouts() + layout.baselines(&batch, task))
    }

    /// Rolls out.
    pub fn draw(context: &mut Context<'_>, shape: &Shape) -> Result<(Self, Observed)> {
        let (task, theta, settings) = (context.task, context.theta, context.settings);
        let layout = Layout::new(settings.directions, settings.samples, task.dimension())?;
        let batch = settings.batch(context.number, Stream::Estimate, Wanted::ZerothOrder);
        let cost = nominal(context.engine, task, theta, &batch)?;
        let costs = directions::costs(context.engine, task, theta, shape, &layout, &batch)?;
        costs.check(settings.nonfinite, task)?;
        let mut spread = Spread::default();
        for u in 0..layout.units as usize {
            let value = unit_value(&costs, layout.group, u);
            if value.is_finite() {
                spread.add(value);
            }
        }
        let std_error = spread.std_error();
        let sigma = shape.sigma();
        let mut observed = Observed::costs_only(cost, cost + spread.mean, std_error, sigma);
        observed.rollouts = layout.rollouts() + layout.baselines(&batch, task);
        let population = Self {
            layout,
            batch,
            costs,
        };
        Ok((population, observed))
    }

    /// Σ wᵢ zᵢ and Σ wᵢ zᵢ², coordinate by coordinate, for one weight for each cost in the order of [`Costs::all`].
    pub fn sums(&self, weights: &[f64]) -> (DVector<f64>, DVector<f64>) {
        let d = self.layout.dimension;
        let (mut first, mut second) = (DVector::zeros(d), DVector::zeros(d));
        let (ahead, behind) = weights.split_at(self.costs.ahead.len());
        let mut number = 0;
        for units in self.layout.chunks() {
            let rows = self.layout.draw(self.batch.key(), units);
            for row in rows.chunks(d) {
                let (a, b) = (ahead[number], behind.get(number).unwrap_or(&0.0));
                number += 1;
                if a + b == 0.0 {
                    continue;
                }
                for (j, z) in row.iter().enumerate() {
                    first[j] += (a - b) * z;
                    second[j] += (a + b) * z * z;
                }
            }
        }
        (first, second)
    }

    /// Σ ωᵢ zᵢ zᵢᵀ
    pub fn second_moment(&self, weights: &[f64]) -> DMatrix<f64> {
        let d = self.layout.dimension;
        let mut moment = DMatrix::zeros(d, d);
        let (ahead, behind) = weights.split_at(self.costs.ahead.len());
        let mut number = 0;
        for units in self.layout.chunks() {
            let rows = self.layout.draw(self.batch.key(), units);
            for row in rows.chunks(d) {
                let weight = ahead[number] + behind.get(number).unwrap_or(&0.0);
                number += 1;
                if weight > 0.0 {
                    let z = DVector::from_column_slice(row);
                    moment.ger(weight, &z, &z, 1.0);
                }
            }
        }
        moment
    }
}

/// theta + w of Σ ω z
pub(super) fn shifted(theta: &[f64], shape: &Shape, sum: &DVector<f64>) -> Vec<f64> {
    shape.moved(theta, 1.0, sum.as_slice())
}
