//! What a benchmark writes, and reads again to compare.

use super::machine::Machine;
use crate::system::task::Task;
use serde::{Deserialize, Serialize};

/// What marks a document as one of a benchmark.
pub const KIND: &str = "mollify bench";

/// One comparison with the reference engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deviation {
    /// What is compared.
    pub what: String,
    /// How far it is off: means in standard errors, variances relative.
    pub deviation: f64,
    /// What is allowed.
    pub tolerance: f64,
}

impl Deviation {
    /// Whether it is within the tolerance; NaN is within none.
    pub fn holds(&self) -> bool {
        self.deviation <= self.tolerance
    }
}

/// Both engines at one K.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// K
    pub samples: u64,
    /// Both estimates on the engine `gpu`, the median.
    pub gpu_seconds: f64,
    /// Both estimates on the engine `cpu`, the median.
    pub cpu_seconds: f64,
}

/// Where the GPU overtakes the CPU on this machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BreakEven {
    /// The task.
    pub task: String,
    /// The smallest K of the grid from which on the GPU was faster at every K; none if it was not at the last one.
    pub samples: Option<u64>,
    /// The grid.
    pub points: Vec<Point>,
}

impl BreakEven {
    /// Judges a grid in ascending order of K.
    pub fn of(task: &str, points: Vec<Point>) -> Self {
        let faster = points.iter().rev();
        let faster = faster.take_while(|p| p.gpu_seconds < p.cpu_seconds);
        Self {
            task: task.into(),
            samples: faster.last().map(|p| p.samples),
            points,
        }
    }
}

/// The least, the middle and the largest of several measurements.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scatter {
    /// The middle one; the mean of the two in the middle of an even number.
    pub median: f64,
    /// The least.
    pub min: f64,
    /// The largest.
    pub max: f64,
}

impl Scatter {
    /// Of at least one measurement; NaN of none.
    pub fn of(values: &[f64]) -> Self {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let n = sorted.len();
        let at = |i: usize| sorted.get(i).copied().unwrap_or(f64::NAN);
        Self {
            median: 0.5 * (at(n.saturating_sub(1) / 2) + at(n / 2)),
            min: at(0),
            max: at(n.saturating_sub(1)),
        }
    }

    /// Of `amount` per value.
    pub(super) fn rate(&self, amount: f64) -> Self {
        Self {
            median: amount / self.median,
            min: amount / self.max,
            max: amount / self.min,
        }
    }
}

/// Seconds of the parts of one batch of both estimates, by difference of medians: they sum to its median, and one that
/// is shorter than the scatter may come out below 0.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stages {
    /// Noise, initial states and parameters; 0 where an engine draws them again in every rollout.
    pub noise: f64,
    /// The rollouts: two for each sample where each has a baseline of its own.
    pub rollout: f64,
    /// The score, and the statistics of the zeroth order.
    pub zeroth_order: f64,
    /// The adjoint, and the statistics of the first order.
    pub first_order: f64,
}

/// One task on one engine at one K.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The task.
    pub task: String,
    /// The engine.
    pub engine: String,
    /// K
    pub samples: u64,
    /// Rounds measured.
    pub repeats: usize,
    /// Of both estimates.
    pub seconds: Scatter,
    /// K H / seconds
    pub sample_steps_per_second: Scatter,
    /// Its parts.
    pub stages: Option<Stages>,
    /// Bytes that the engine planned for.
    pub planned_bytes: u64,
    /// The largest resident memory of the whole process during one run, where the system tells.
    pub peak_bytes: Option<u64>,
}

/// An engine as it was opened for a task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// The task.
    pub task: String,
    /// The engine.
    pub engine: String,
    /// The adapter of `gpu`.
    pub adapter: Option<String>,
    /// The driver of the adapter.
    pub driver: Option<String>,
    /// From nothing to ready, compiling included.
    pub open_seconds: f64,
    /// Compiling the shaders.
    pub compile_seconds: Option<f64>,
    /// The comparison with the reference engine before the clock started; none for that engine itself.
    pub check: Vec<Deviation>,
}

/// What was run: two runs compare only where this is the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Setup {
    /// The task.
    pub task: String,
    /// The contact model, for a task that exists with several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// The file of its system, if it came from one.
    #[serde(default)]
    pub system: Option<String>,
    /// H
    pub horizon: usize,
    /// d
    pub dimension: usize,
    /// The policy.
    pub policy: String,
    /// The distribution of the noise, and what it is added to.
    pub noise: String,
    /// σ
    pub sigma: f64,
    /// The parameters of the model.
    pub parameters: Vec<(String, f64)>,
}

impl Setup {
    /// That of a task.
    pub fn of(task: &Task) -> Self {
        let names = task.model().parameters().iter().map(|p| p.name.to_string());
        let on = match task.noise_is_on_decision() {
            true => "decision",
            false => "action",
        };
        Self {
            task: task.name().into(),
            contact: task.model().about().contact.as_deref().map(Into::into),
            system: task.system_file(),
            horizon: task.horizon(),
            dimension: task.dimension(),
            policy: task.policy().to_string(),
            noise: format!("{:?} on the {on}", task.noise().distribution).to_lowercase(),
            sigma: task.sigma(),
            parameters: names.zip(task.parameters().iter().copied()).collect(),
        }
    }
}

/// Everything that was measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// [`KIND`]
    pub kind: String,
    /// The version of this crate.
    pub version: String,
    /// Where.
    pub machine: Machine,
    /// The seed of the noise.
    pub seed: u64,
    /// The tasks.
    pub tasks: Vec<Setup>,
    /// The engines of each task.
    pub engines: Vec<Opened>,
    /// The measurements.
    pub rows: Vec<Row>,
    /// From how many samples on the GPU is faster than the CPU, for each task.
    pub break_even: Vec<BreakEven>,
    /// The largest resident memory of the process, where the system tells.
    pub peak_bytes: Option<u64>,
    /// Of all of it.
    pub elapsed_seconds: f64,
}
