//! What an estimate was made of: the head of the documents of `gradient` and `landscape`.

use super::drawn::Drawn;
use super::output::Parameters;
use mollify::engine::{Baseline, Engine};
use mollify::estimate::Settings;
use mollify::estimate::alpha::Rule;
use mollify::estimate::directions::Directions;
use mollify::estimate::zeroth::Zeroth;
use mollify::system::task::Task;
use serde::Serialize;

/// Task, engine and settings, by the names of their flags.
#[derive(Serialize)]
pub struct Setup<'a> {
    pub task: &'a str,
    pub engine: &'a str,
    pub adapter: Option<&'a str>,
    pub driver: Option<&'a str>,
    pub seed: u64,
    pub samples: u64,
    pub sigma: f64,
    pub parameters: Parameters,
    pub horizon: usize,
    #[serde(flatten)]
    pub drawn: Drawn,
    pub rule: Rule,
    pub baseline: Baseline,
    pub directions: Directions,
    pub zeroth: Zeroth,
    pub gamma: f64,
    pub failure_probability: f64,
}

impl<'a> Setup<'a> {
    /// That of an estimate.
    pub fn of(engine: &'a dyn Engine, task: &'a Task, settings: &Settings) -> Self {
        let report = engine.report();
        Self {
            task: task.name(),
            engine: report.engine,
            adapter: report.adapter.as_deref(),
            driver: report.driver.as_deref(),
            seed: settings.seed,
            samples: settings.samples,
            sigma: task.sigma(),
            parameters: Parameters::of(task),
            horizon: task.horizon(),
            drawn: Drawn::of(task),
            rule: settings.rule,
            baseline: settings.baseline,
            directions: settings.directions,
            zeroth: settings.zeroth,
            gamma: settings.gamma,
            failure_probability: settings.failure_probability,
        }
    }
}
