//! How a tree is grown.

use crate::contact::quasidynamic::smoothing;
use crate::error::{Error, Named, Result};
use crate::estimate::linearize::Law;
use crate::plan::kinds::Gradient;
use crate::system::planning::PlanningProblem;
use serde::Serialize;

/// How far a node is from a subgoal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Metric {
    /// (g - c)'P (g - c), what smoothed contact can reach from the node
    #[default]
    Local,
    /// Weighted squares, the same everywhere
    Global,
}

impl Named for Metric {
    const WHAT: &'static str = "metric";
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (
            Self::Local,
            "local",
            "What smoothed contact can reach from the node",
        ),
        (
            Self::Global,
            "global",
            "Weighted squares, the same everywhere",
        ),
    ];
}

/// The step that takes a node to its child.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Extension {
    /// That of the barrier, as published
    #[default]
    Smoothed,
    /// Without smoothing
    Exact,
}

impl Named for Extension {
    const WHAT: &'static str = "extension";
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (
            Self::Smoothed,
            "smoothed",
            "That of the barrier, as published",
        ),
        (Self::Exact, "exact", "Without smoothing"),
    ];
}

/// See the [module](super) for what they mean.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Settings {
    /// Nodes at which the tree ends.
    pub nodes: usize,
    /// What c and B of a node come from: the barrier, or noise in one of three ways. The exact step is that of a large κ.
    pub gradient: Gradient,
    /// κ of the barrier, 1/J.
    pub kappa: f64,
    /// Standard deviation of noise on the command, in its unit; none for that of [`Settings::nearest_sigma`].
    pub sigma: Option<f64>,
    /// Steps under noise at each node, in pairs.
    pub samples: u64,
    /// The largest change of the command, in norm.
    pub step: f64,
    /// γ of the metric.
    pub regularization: f64,
    /// The local distance to the goal at which it is reached.
    pub tolerance: f64,
    /// p_goal
    pub goal_probability: f64,
    /// p_regrasp
    pub regrasp_probability: f64,
    /// The largest distance of the local metric from which a subgoal is pursued; infinite for none.
    pub threshold: f64,
    /// The distance by which the nearest node is chosen. The goal is reached by the local one in any case.
    pub metric: Metric,
    /// The step that takes a node to its child.
    pub extension: Extension,
    /// Subgoals that see the same tree.
    pub batch: usize,
    /// Of the random numbers.
    pub seed: u64,
}

/// The largest κ: contact as good as without smoothing, and what the step of many rows takes that for.
pub const HARDEST: f64 = 1e7;

impl Settings {
    /// The published ones.
    pub fn published(problem: &PlanningProblem) -> Self {
        Self {
            nodes: problem.nodes,
            gradient: Gradient::Barrier,
            kappa: problem.kappa,
            sigma: None,
            samples: 100,
            step: problem.step,
            regularization: problem.regularization,
            tolerance: problem.tolerance,
            goal_probability: problem.goal_probability,
            regrasp_probability: problem.regrasp_probability,
            threshold: problem.threshold,
            metric: Metric::Local,
            extension: Extension::Smoothed,
            batch: 1,
            seed: 0,
        }
    }

    /// The normal noise that is nearest to the barrier of these settings, for a contact of compliance W in m/N that opens as fast as the
    /// command changes: 1.4072 √(2W/κ), see [`Law::NEAREST_GAUSSIAN`].
    pub fn nearest_sigma(&self, compliance: f64) -> f64 {
        Law::NEAREST_GAUSSIAN * smoothing::length(self.kappa, compliance)
    }

    /// Refuses what grows no tree.
    pub fn check(&self) -> Result<()> {
        for (what, count) in [("nodes", self.nodes), ("batch", self.batch)] {
            if count == 0 {
                return Err(Error::invalid(what, count, "1 or more"));
            }
        }
        if self.gradient == Gradient::Exact {
            let expected =
                "barrier, first, zeroth or mixed; a barrier of kappa 1e7 is as good as exact";
            return Err(Error::invalid("gradient", "exact", expected));
        }
        if !(self.kappa > 0.0 && self.kappa <= HARDEST) {
            let expected = "above 0 and at most 1e7, contact as good as without smoothing";
            return Err(Error::invalid("kappa", self.kappa, expected));
        }
        for (what, value) in [
            ("step", self.step),
            ("regularization", self.regularization),
            ("tolerance", self.tolerance),
        ] {
            if !(value > 0.0 && value.is_finite()) {
                return Err(Error::invalid(what, value, "a finite number above 0"));
            }
        }
        for (what, value) in [
            ("goal_probability", self.goal_probability),
            ("regrasp_probability", self.regrasp_probability),
        ] {
            if !(0.0..=1.0).contains(&value) {
                return Err(Error::invalid(what, value, "between 0 and 1"));
            }
        }
        match self.threshold > 0.0 {
            true => Ok(()),
            false => Err(Error::invalid("threshold", self.threshold, "above 0")),
        }
    }
}
