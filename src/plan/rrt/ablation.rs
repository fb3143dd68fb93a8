//! What the published comparison takes away.

use super::settings::{HARDEST, Metric, Settings};
use crate::error::Named;
use serde::Serialize;

/// What a tree does without.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ablation {
    /// Nothing
    #[default]
    None,
    /// Smoothing: κ = 1e7
    ExactB,
    /// New grasps
    NoRegrasps,
    /// The metric of each node
    GlobalMetric,
}

impl Named for Ablation {
    const WHAT: &'static str = "ablation";
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Self::None, "none", "As published"),
        (
            Self::ExactB,
            "exact-b",
            "B without force at a distance: kappa 1e7",
        ),
        (
            Self::NoRegrasps,
            "no-regrasps",
            "No contact sampling: regrasp probability 0",
        ),
        (
            Self::GlobalMetric,
            "global-metric",
            "The nearest node by one metric for all of them",
        ),
    ];
}

impl Ablation {
    /// The settings without what is taken away.
    pub fn of(self, settings: Settings) -> Settings {
        match self {
            Self::None => settings,
            Self::ExactB => Settings {
                kappa: HARDEST,
                ..settings
            },
            Self::NoRegrasps => Settings {
                regrasp_probability: 0.0,
                ..settings
            },
            Self::GlobalMetric => Settings {
                metric: Metric::Global,
                ..settings
            },
        }
    }
}
