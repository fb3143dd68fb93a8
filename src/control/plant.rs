//! The plant: what is controlled, in f64, with parameters and disturbances that no plan knows.
//!
//!   u' = limit(u + s_u z),   cost += stage_cost(x, u', t),   x <- advance(x, u') + s_x z
//!
//! Step t uses sample t of a key of its own, so that a run has the same disturbances whatever is planned. What is disturbed of
//! the state is what the next plan starts from.

use super::disturbance::Target;
use super::options::{Options, Stream};
use crate::noise;
use crate::system::task::Task;

/// See the module.
#[derive(Clone, Debug)]
pub struct Plant<'a> {
    task: &'a Task,
    options: &'a Options,
    parameters: Vec<f64>,
    state: Vec<f64>,
    /// Steps done.
    time: usize,
}

/// One step of the plant.
pub(super) struct Stepped {
    /// The command with its disturbance, M values.
    pub disturbed: Vec<f64>,
    /// The control that acted, between its limits.
    pub control: Vec<f64>,
    /// What the step cost.
    pub cost: f64,
    /// Whether its cost and the state behind it are finite, also in f32.
    pub is_finite: bool,
}

impl<'a> Plant<'a> {
    /// Before its first step: initial state and parameters are those of the task, or one draw of them.
    pub fn new(task: &'a Task, options: &'a Options) -> Self {
        let key = options.key(Stream::Plant, 0);
        Self {
            task,
            options,
            parameters: task.environment().parameters(key, 0),
            state: task.environment().state(key, 0),
            time: 0,
        }
    }

    /// x, N values.
    pub fn state(&self) -> &[f64] {
        &self.state
    }

    /// Its parameters, in the order of the model.
    pub fn parameters(&self) -> &[f64] {
        &self.parameters
    }

    /// Steps done.
    pub fn time(&self) -> usize {
        self.time
    }

    /// final_cost(x)
    pub fn final_cost(&self) -> f64 {
        self.task.model().final_cost(&self.parameters, &self.state)
    }

    /// h, if the system has a parameter `time_step`.
    pub fn time_step(&self) -> Option<f64> {
        let index = self.task.model().parameter_index("time_step").ok()?;
        Some(self.parameters[index])
    }

    /// s z of this step, one for each disturbance.
    fn kicks(&self) -> Vec<f64> {
        let disturbances = &self.options.disturbances;
        let mut kicks = vec![0.0; disturbances.len()];
        let key = self.options.key(Stream::Disturbance, 0);
        noise::fill(key, self.time as u32, &mut kicks);
        for (kick, disturbance) in kicks.iter_mut().zip(disturbances) {
            *kick *= disturbance.deviation;
        }
        kicks
    }

    /// One step under a control, M values.
    pub(super) fn step(&mut self, control: &[f64]) -> Stepped {
        let (model, p) = (self.task.model(), &self.parameters);
        let mut control = control.to_vec();
        let mut next = vec![0.0; self.state.len()];
        let kicks = self.kicks();
        let targets = || self.options.disturbances.iter().map(|d| d.target);
        for (target, kick) in targets().zip(&kicks) {
            if let Target::Control(i) = target {
                control[i] += kick;
            }
        }
        let cost = model.stage_cost(p, &self.state, &control, self.time);
        model.advance(p, &self.state, &control, &mut next);
        for (target, kick) in targets().zip(&kicks) {
            if let Target::State(i) = target {
                next[i] += kick;
            }
        }
        self.state = next;
        self.time += 1;
        // Infinite in f32 is infinite for the plans.
        let fits = |x: &f64| (*x as f32).is_finite();
        Stepped {
            is_finite: fits(&cost) && self.state.iter().all(fits),
            control: self.task.applied(&control),
            disturbed: control,
            cost,
        }
    }
}
