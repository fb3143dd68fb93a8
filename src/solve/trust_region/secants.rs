//! Secants between successive thetas, under the same noise: curvature where a batch holds none.

use super::lbfgs::Lbfgs;
use crate::engine::{Baseline, Batch, Stream, Wanted};
use crate::error::Result;
use crate::estimate::Settings;
use crate::solve::method::Context;
use nalgebra::DVector;

/// Where g₁ was taken last.
struct Place {
    theta: DVector<f64>,
    number: u32,
    samples: u64,
    gradient: DVector<f64>,
}

/// The last place, and the curvature of those before.
#[derive(Default)]
pub struct Secants {
    curvature: Lbfgs,
    last: Option<Place>,
}

impl Secants {
    /// Takes g₁ here, that of the batch of `settings`, and once more under the noise of the last place, if theta has moved
    /// since and that takes no more rollouts than are spare; the rollouts of that.
    pub fn look_back(
        &mut self,
        context: &mut Context<'_>,
        settings: &Settings,
        gradient: &DVector<f64>,
        spare: f64,
    ) -> Result<u64> {
        let here = Place {
            theta: DVector::from_column_slice(context.theta),
            number: context.number,
            samples: settings.samples,
            gradient: gradient.clone(),
        };
        let Some(last) = self.last.replace(here) else {
            return Ok(0);
        };
        let step = DVector::from_column_slice(context.theta) - last.theta;
        if step.norm() == 0.0 {
            return Ok(0);
        }
        let batch = Batch {
            samples: last.samples,
            baseline: Baseline::None,
            ..settings.batch(last.number, Stream::Estimate, Wanted::Both)
        };
        if batch.rollouts(context.task) as f64 > spare {
            return Ok(0);
        }
        let moments = context
            .engine
            .moments(context.task, context.theta, &batch)?;
        let means = moments.coordinates.iter().map(|c| c.first_order.mean);
        let again = DVector::from_iterator(step.len(), means);
        self.curvature.add(step, again - last.gradient);
        Ok(batch.rollouts(context.task))
    }

    /// H⁻¹ g; none without secants.
    pub fn solve(&self, g: &DVector<f64>) -> Option<DVector<f64>> {
        self.curvature.solve(g)
    }
}
