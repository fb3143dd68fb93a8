//! What a receding horizon prints.

use mollify::control::{Ended, Options, Run};
use mollify::engine::Engine;
use mollify::error::Named;
use mollify::system::task::Task;
use mollify::system::variant::{Drawn, Parameters};
use serde::Serialize;
use std::sync::Arc;

/// The coordinates of states and controls, in their order.
#[derive(Serialize)]
pub struct Names {
    state: Vec<Arc<str>>,
    control: Vec<Arc<str>>,
}

/// All of it.
#[derive(Serialize)]
pub struct Document<'a> {
    pub task: &'a str,
    pub system: Option<String>,
    pub engine: &'a str,
    pub adapter: Option<&'a str>,
    pub driver: Option<&'a str>,
    pub reason: &'a str,
    pub method: &'static str,
    /// H of a plan.
    pub horizon: usize,
    /// σ of its samples.
    pub sigma: f64,
    pub settings: &'a Options,
    /// Those of the plans.
    pub parameters: Parameters,
    /// Those of the plant that differ.
    pub plant: Parameters,
    #[serde(flatten)]
    pub drawn: Drawn,
    pub names: Names,
    pub names_of_disturbed: Vec<String>,
    #[serde(flatten)]
    pub run: &'a Run,
    /// Cost of the end alone.
    pub final_cost: f64,
    pub real_time_factor: Option<f64>,
    pub steps_per_second: f64,
    /// False if it ended before its last step.
    pub complete: bool,
    pub warnings: Vec<String>,
}

impl<'a> Document<'a> {
    pub fn of(
        engine: &'a dyn Engine,
        plan: &'a Task,
        plant: &Task,
        options: &'a Options,
        run: &'a Run,
        warnings: Vec<String>,
    ) -> Self {
        let (report, about) = (engine.report(), plan.model().about());
        let disturbed = options.disturbances.iter();
        Self {
            task: plan.name(),
            system: plan.system_file(),
            engine: report.engine,
            adapter: report.adapter.as_deref(),
            driver: report.driver.as_deref(),
            reason: &report.reason,
            method: options.descent.descent.kind().name(),
            horizon: plan.horizon(),
            sigma: plan.sigma(),
            settings: options,
            parameters: Parameters::of(plan),
            plant: differing(plan, plant, run),
            drawn: Drawn::of(plan),
            names: Names {
                state: plan
                    .system()
                    .about()
                    .state
                    .iter()
                    .map(|c| c.name.clone())
                    .collect(),
                control: about.control.iter().map(|c| c.name.clone()).collect(),
            },
            names_of_disturbed: disturbed.map(|d| d.name(plant)).collect(),
            run,
            final_cost: run.costs.last().copied().unwrap_or(f64::NAN),
            real_time_factor: run.real_time_factor(),
            steps_per_second: run.steps_per_second(),
            complete: run.ended == Ended::Steps,
            warnings,
        }
    }
}

/// The parameters of the plant that are not those of the plans.
fn differing(plan: &Task, plant: &Task, run: &Run) -> Parameters {
    let names = plant.model().parameters().iter().map(|p| p.name.clone());
    let all = names.zip(&run.parameters).zip(plan.parameters());
    let differing = all.filter(|((_, own), planned)| own != planned);
    Parameters(differing.map(|((name, value), _)| (name, *value)).collect())
}
