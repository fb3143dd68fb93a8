//! Trajectories under commands, in f64.

use super::scenario::Scenario;
use nalgebra::DVector;

/// Where commands lead.
#[derive(Clone, Debug, PartialEq)]
pub struct Trajectory {
    /// x₀ … x_H.
    pub states: Vec<DVector<f64>>,
    /// u₀ … u_{H-1}, as they were applied.
    pub commands: Vec<DVector<f64>>,
    /// What it costs.
    pub cost: f64,
}

/// The next state under a command.
pub fn step(
    scenario: &Scenario<'_>,
    parameters: &[f64],
    state: &DVector<f64>,
    command: &DVector<f64>,
) -> DVector<f64> {
    let mut next = DVector::zeros(state.len());
    let (state, command) = (state.as_slice(), command.as_slice());
    let model = scenario.task.model();
    model.advance(parameters, state, command, next.as_mut_slice());
    // The configuration as well as f64 can: plans are judged by it.
    let q = &state[..scenario.steps.sizes.state];
    let precise = scenario.steps.next(parameters, q, command);
    next.as_mut_slice()[..q.len()].copy_from_slice(&precise);
    next
}

impl Trajectory {
    /// The task's start, before anything is commanded.
    pub(super) fn begin(scenario: &Scenario<'_>) -> Self {
        Self {
            states: vec![DVector::from_column_slice(scenario.task.initial_state())],
            commands: Vec::new(),
            cost: 0.0,
        }
    }

    /// The latest state.
    pub(super) fn latest(&self) -> &DVector<f64> {
        &self.states[self.states.len() - 1]
    }

    /// One step more.
    pub(super) fn push(&mut self, scenario: &Scenario<'_>, parameters: &[f64], u: DVector<f64>) {
        let (model, time) = (scenario.task.model(), self.commands.len());
        let next = step(scenario, parameters, self.latest(), &u);
        let state = self.latest().as_slice();
        self.cost += model.stage_cost(parameters, state, u.as_slice(), time);
        if time + 1 == scenario.task.horizon() {
            self.cost += model.final_cost(parameters, next.as_slice());
        }
        self.states.push(next);
        self.commands.push(u);
    }

    /// The trajectory of commands, each moved to within `reach` of the coordinate that follows it.
    pub fn of(
        scenario: &Scenario<'_>,
        parameters: &[f64],
        commands: &[DVector<f64>],
        reach: f64,
    ) -> Self {
        let mut trajectory = Self::begin(scenario);
        for command in commands {
            let here = scenario.followed(trajectory.latest());
            let within = command.zip_map(&here, |u, q| u.clamp(q - reach, q + reach));
            trajectory.push(scenario, parameters, within);
        }
        trajectory
    }

    /// How far it ends from the goal: the norm over the coordinates that have one.
    pub fn distance(&self, scenario: &Scenario<'_>) -> f64 {
        let end = self.latest();
        let squares = scenario
            .goal
            .iter()
            .map(|(i, goal)| (end[*i] - goal).powi(2));
        squares.sum::<f64>().sqrt()
    }

    /// The largest distance of a command from the coordinate that follows it.
    pub fn largest_reach(&self, scenario: &Scenario<'_>) -> f64 {
        let pairs = self.commands.iter().zip(&self.states);
        let reach = pairs.map(|(u, state)| (u - scenario.followed(state)).amax());
        reach.fold(0.0, f64::max)
    }
}
