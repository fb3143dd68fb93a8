//! Everything about a run of a receding horizon, as the command line and Python give it.

use crate::control::{Ended, Options, Run};
use crate::engine::Engine;
use crate::error::Named;
use crate::system::task::Task;
use crate::system::variant::{Drawn, Names, Parameters};
use serde::Serialize;

/// All of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Document<'a> {
    /// Its name.
    pub task: &'a str,
    /// The file that it came from.
    pub system: Option<String>,
    /// `gpu`, `cpu` or `reference`.
    pub engine: &'a str,
    /// The GPU.
    pub adapter: Option<&'a str>,
    /// Its driver.
    pub driver: Option<&'a str>,
    /// Why this engine.
    pub reason: &'a str,
    /// How a plan is found.
    pub method: &'static str,
    /// H of a plan.
    pub horizon: usize,
    /// σ of its samples.
    pub sigma: f64,
    /// What is in force.
    pub settings: &'a Options,
    /// Those of the plans.
    pub parameters: Parameters,
    /// Those of the plant that differ.
    pub plant: Parameters,
    /// What is drawn anew in each sample.
    #[serde(flatten)]
    pub drawn: Drawn,
    /// What states and controls stand for.
    pub names: Names,
    /// What the disturbances are of.
    pub names_of_disturbed: Vec<String>,
    /// States, controls, costs and plans.
    #[serde(flatten)]
    pub run: &'a Run,
    /// Cost of the end alone.
    pub final_cost: f64,
    /// Simulated over planning seconds; none where the system has no time step.
    pub real_time_factor: Option<f64>,
    /// Steps for each second of planning.
    pub steps_per_second: f64,
    /// False if it ended before its last step.
    pub complete: bool,
    /// What is wrong with the parameters of plan or plant, each thing once.
    pub warnings: Vec<String>,
}

/// What is wrong with the parameters of both, each thing once.
pub fn warnings(plan: &Task, plant: &Task) -> Vec<String> {
    let mut all: Vec<String> = plan.warning().into_iter().collect();
    all.extend(plant.warning().filter(|w| !all.contains(w)));
    all
}

impl<'a> Document<'a> {
    /// That of a run.
    pub fn of(
        engine: &'a dyn Engine,
        plan: &'a Task,
        plant: &Task,
        options: &'a Options,
        run: &'a Run,
    ) -> Self {
        let report = engine.report();
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
            names: Names::of(plan, plan.system().state_size()),
            names_of_disturbed: disturbed.map(|d| d.name(plant)).collect(),
            run,
            final_cost: run.costs.last().copied().unwrap_or(f64::NAN),
            real_time_factor: run.real_time_factor(),
            steps_per_second: run.steps_per_second(),
            complete: run.ended == Ended::Steps,
            warnings: warnings(plan, plant),
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
