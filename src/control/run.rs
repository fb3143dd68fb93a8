//! What a receding horizon returns: every state, control and cost, and every plan.

use super::plant::Plant;
use crate::solve::Stopped;
use serde::Serialize;

/// One plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Replanning {
    /// The steps that were done before it.
    pub step: usize,
    /// f of the plan from there without noise, before the descent.
    pub first_cost: f64,
    /// The same behind it, over the H steps that the plan looks at.
    pub cost: f64,
    /// Iterations of the descent.
    pub iterations: usize,
    /// Rollouts, those of the refinement included.
    pub rollouts: u64,
    /// Seconds that it took.
    pub seconds: f64,
    /// Why its descent ended.
    pub stopped: Stopped,
}

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// All steps are done.
    Steps,
    /// Somebody asked to stop.
    Interrupted,
    /// There was no plan any more: see [`Run::error`].
    Plan,
    /// The plant was no longer finite.
    Plant,
}

/// A run of S steps, or of as many as were done.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Run {
    /// The parameters of the plant, in the order of the model.
    #[serde(skip)]
    pub parameters: Vec<f64>,
    /// x₀ … x_S, N values each.
    pub states: Vec<Vec<f64>>,
    /// What the plans commanded, S of M values.
    pub commands: Vec<Vec<f64>>,
    /// The same with its disturbances.
    pub disturbed: Vec<Vec<f64>>,
    /// What acted: that, between its limits.
    pub controls: Vec<Vec<f64>>,
    /// The costs of the steps, and the final cost of x_S.
    pub costs: Vec<f64>,
    /// Their sum.
    pub cost: f64,
    /// Every plan.
    pub replannings: Vec<Replanning>,
    /// Why it ended.
    pub ended: Ended,
    /// What was wrong with the last plan, if that ended it.
    pub error: Option<String>,
    /// h S, if the system has a time step.
    pub simulated_seconds: Option<f64>,
    /// Seconds that all plans took.
    pub planning_seconds: f64,
}

impl Run {
    pub(super) fn new(plant: &Plant<'_>) -> Self {
        Self {
            parameters: plant.parameters().to_vec(),
            states: vec![plant.state().to_vec()],
            commands: Vec::new(),
            disturbed: Vec::new(),
            controls: Vec::new(),
            costs: Vec::new(),
            cost: f64::NAN,
            replannings: Vec::new(),
            ended: Ended::Steps,
            error: None,
            simulated_seconds: None,
            planning_seconds: 0.0,
        }
    }

    /// Steps the plant and keeps what happened; false if that is not finite.
    pub(super) fn step(&mut self, plant: &mut Plant<'_>, command: &[f64]) -> bool {
        let stepped = plant.step(command);
        self.commands.push(command.to_vec());
        self.disturbed.push(stepped.disturbed);
        self.controls.push(stepped.control);
        self.costs.push(stepped.cost);
        self.states.push(plant.state().to_vec());
        stepped.is_finite
    }

    pub(super) fn finish(&mut self, plant: &Plant<'_>) {
        self.costs.push(plant.final_cost());
        self.cost = self.costs.iter().sum();
        let steps = self.controls.len() as f64;
        self.simulated_seconds = plant.time_step().map(|h| h * steps);
        self.planning_seconds = self.replannings.iter().map(|r| r.seconds).sum();
    }

    /// Whether all steps are done.
    pub fn is_complete(&self) -> bool {
        self.ended == Ended::Steps
    }

    /// Simulated over planning seconds: above 1, the plans are ready before they are needed.
    pub fn real_time_factor(&self) -> Option<f64> {
        self.simulated_seconds.map(|s| s / self.planning_seconds)
    }

    /// Steps for each second of planning.
    pub fn steps_per_second(&self) -> f64 {
        self.controls.len() as f64 / self.planning_seconds
    }
}
