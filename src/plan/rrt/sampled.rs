//! What a node can reach by noise on its command, in place of the barrier.
//!
//! c and B are those of steps without smoothing under noise on where the robots are, by the estimators of
//! [`crate::estimate::linearize`]: means of derivatives, least squares, or the mix of both. Contact is as good as exact ([`HARDEST`]), so that
//! B of a step has its closed form. Each node draws noise of its own, a function of seed and try.

use super::settings::{HARDEST, Settings};
use crate::contact::quasidynamic::smoothing;
use crate::engine::map::Map;
use crate::error::Result;
use crate::estimate::linearize::{self, Point, WANTED};
use crate::plan::kinds::Gradient;
use crate::system::planning::{Planning, Response};
use crate::system::quasidynamic::{QuasiDynamics, StepLinearization};

/// What samples steps.
pub(super) struct Sampler<'a> {
    steps: &'a QuasiDynamics,
    planning: &'a Planning,
    /// Those of [`HARDEST`].
    parameters: Vec<f64>,
    gradient: Gradient,
    settings: linearize::Settings,
}

impl<'a> Sampler<'a> {
    /// Of a tree; `smoothed_by` gives the parameters with a smoothing length.
    pub fn new(
        steps: &'a QuasiDynamics,
        planning: &'a Planning,
        settings: &Settings,
        (compliance, smoothed_by): (f64, impl Fn(f64) -> Vec<f64>),
    ) -> Result<Self> {
        let nearest = settings.nearest_sigma(compliance);
        let sigma = settings.sigma.unwrap_or(nearest);
        let settings_of_step = linearize::Settings {
            seed: settings.seed,
            ..linearize::Settings::new(settings.samples, sigma)
        };
        settings_of_step.check(steps.sizes)?;
        Ok(Self {
            steps,
            planning,
            parameters: smoothed_by(smoothing::length(HARDEST, compliance)),
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
        let mut found = linearize::linearize(&mut Steps(self), self.steps, &[point], &settings)?;
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

/// Steps and B in f64, one by one: a tree asks for so few at a time that an engine would do nothing but wait. A, which no tree takes,
/// is left 0.
struct Steps<'a>(&'a Sampler<'a>);

impl Map for Steps<'_> {
    fn run(&mut self, points: &[f64]) -> Result<Vec<f64>> {
        let Sampler {
            steps,
            planning,
            parameters,
            ..
        } = self.0;
        let sizes = steps.sizes;
        let mut results = Vec::new();
        for point in points.chunks(sizes.point()) {
            let (q, u) = point.split_at(sizes.state);
            let response = planning.respond(parameters, q, u);
            let step = StepLinearization {
                next: response.next,
                force: vec![0.0; steps.rows],
                next_by_state: vec![0.0; sizes.state * sizes.state],
                next_by_control: response.by_control,
                ..StepLinearization::default()
            };
            results.extend(steps.row(WANTED, &step));
        }
        Ok(results)
    }
}
