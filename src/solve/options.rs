//! What a descent is told, with defaults from the task.

use crate::alpha::Rule;
use crate::directions::Directions;
use crate::engine::Baseline;
use crate::error::{Error, Result};
use crate::estimate::Settings;
use crate::moments::NonFinitePolicy;
use crate::task::Task;
use crate::zeroth::Zeroth;
use serde::Serialize;

/// How theta moves.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Descent {
    /// See [`crate::trust_region`].
    TrustRegion {
        /// First radius, in the unit of theta.
        radius: f64,
    },
    /// theta <- theta - step · g
    Gradient {
        /// Step length.
        step: f64,
    },
}

/// What a descent is told.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Options {
    /// How each estimate is made.
    pub estimate: Settings,
    /// How theta moves.
    pub descent: Descent,
    /// Most iterations.
    pub iterations: u32,
    /// Most rollouts, if limited.
    pub rollouts: Option<u64>,
    /// Most seconds, if limited.
    pub seconds: Option<f64>,
}

impl Options {
    /// The trust-region descent with the settings that come with the task.
    pub fn tuned(task: &Task) -> Self {
        let tuned = task.tuned();
        Self {
            estimate: Settings {
                samples: tuned.samples,
                seed: 0,
                rule: Rule::Aobg,
                baseline: Baseline::Nominal,
                gamma: tuned.gamma,
                failure_probability: 0.05,
                bound: None,
                nonfinite: NonFinitePolicy::Error,
                directions: Directions::Independent,
                zeroth: Zeroth::Correlation,
            },
            descent: Descent::TrustRegion {
                radius: tuned.radius,
            },
            iterations: tuned.iterations,
            rollouts: None,
            seconds: None,
        }
    }

    /// Fixed steps with the settings of the published experiment.
    pub fn published(task: &Task) -> Self {
        let published = task.published();
        let tuned = Self::tuned(task);
        Self {
            estimate: Settings {
                samples: published.samples,
                gamma: published.gamma,
                bound: Some(published.bound),
                ..tuned.estimate
            },
            descent: Descent::Gradient {
                step: published.step,
            },
            iterations: published.iterations,
            ..tuned
        }
    }

    /// Checks every number; the error names the flag.
    pub fn check(&self) -> Result<()> {
        self.estimate.check()?;
        let positive = |flag: &str, value: f64| {
            if value > 0.0 && value.is_finite() {
                return Ok(());
            }
            Err(Error::invalid(flag, value, "a positive finite number"))
        };
        match self.descent {
            Descent::TrustRegion { radius } => positive("--radius", radius)?,
            Descent::Gradient { step } => positive("--step", step)?,
        }
        self.seconds.map_or(Ok(()), |s| positive("--seconds", s))
    }
}
