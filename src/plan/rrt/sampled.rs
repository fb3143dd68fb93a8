//! What a node can reach by noise on its command, in place of the barrier.
//!
//! c and B are those of exact steps under noise on where the robots are, by the estimators of [`crate::estimate::linearize`]: means
//! of derivatives, least squares, or the mix of both. Each node draws noise of its own, a function of seed and try.

use super::settings::Settings;
use crate::engine::map::Map;
use crate::error::Result;
use crate::estimate::linearize::{self, Point, WANTED};
use crate::plan::kinds::Gradient;
use crate::system::planning::Response;
use crate::system::quasidynamic::QuasiDynamics;

/// The scale of normal noise that is nearest to the Student's t noise of scale 1 that a barrier is.
const NEAREST_GAUSSIAN: f64 = 1.4072;

/// What samples steps.
pub(super) struct Sampler<'a> {
    steps: &'a QuasiDynamics,
    /// Those of the exact step.
    parameters: Vec<f64>,
    gradient: Gradient,
    settings: linearize::Settings,
}

impl<'a> Sampler<'a> {
    /// Of a tree; `length` is the smoothing length of its barrier.
    pub fn new(
        steps: &'a QuasiDynamics,
        parameters: Vec<f64>,
        settings: &Settings,
        length: f64,
    ) -> Result<Self> {
        let sigma = settings.sigma.unwrap_or(NEAREST_GAUSSIAN * length);
        let settings_of_step = linearize::Settings {
            seed: settings.seed,
            ..linearize::Settings::new(settings.samples, sigma)
        };
        settings_of_step.check(steps.sizes)?;
        Ok(Self {
            steps,
            parameters,
            gradient: settings.gradient,
            settings: settings_of_step,
        })
    }

    /// c and B at a configuration and a command; `number` tells the noise of nodes apart.
    pub fn respond(&self, q: &[f64], u: &[f64], number: u64) -> Result<Response> {
        let settings = linearize::Settings {
            seed: self.settings.seed ^ (number << 32),
            ..self.settings.clone()
        };
        let point = Point {
            state: q.to_vec(),
            control: u.to_vec(),
        };
        let mut steps = Steps {
            steps: self.steps,
            parameters: &self.parameters,
        };
        let mut found = linearize::linearize(&mut steps, self.steps, &[point], &settings)?;
        let found = found.swap_remove(0);
        let estimate = match self.gradient {
            Gradient::First => found.first_order,
            Gradient::Zeroth => found.zeroth_order,
            _ => found.mixed.estimate,
        };
        Ok(Response {
            next: estimate.c,
            by_control: estimate.b.concat(),
        })
    }
}

/// Steps and their derivatives in f64, one by one: a tree asks for so few at a time that an engine would do nothing but wait.
struct Steps<'a> {
    steps: &'a QuasiDynamics,
    parameters: &'a [f64],
}

impl Map for Steps<'_> {
    fn run(&mut self, points: &[f64]) -> Result<Vec<f64>> {
        let sizes = self.steps.sizes;
        let mut results = Vec::new();
        for point in points.chunks(sizes.point()) {
            let (q, u) = point.split_at(sizes.state);
            let step = self.steps.linearize(self.parameters, q, u);
            results.extend(self.steps.row(WANTED, &step));
        }
        Ok(results)
    }
}
