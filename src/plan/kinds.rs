//! The planners and the derivatives they may take, by name.

use crate::error::Named;
use serde::Serialize;

/// How a plan is found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// All commands at once, under ever less smoothing
    #[default]
    Shooting,
    /// A receding horizon, linearized once an iteration, as published
    Mpc,
}

impl Named for Method {
    const WHAT: &'static str = "method";
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (
            Self::Shooting,
            "shooting",
            "All commands at once, under ever less smoothing",
        ),
        (
            Self::Mpc,
            "mpc",
            "A receding horizon, linearized once an iteration, as published",
        ),
    ];
}

/// Where the linearizations of a step come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gradient {
    /// The step that is smoothed by the barrier
    #[default]
    Barrier,
    /// Means of derivatives of the exact step under noise
    First,
    /// Least squares on exact steps under noise
    Zeroth,
    /// Both orders, mixed for the least variance
    Mixed,
    /// The exact step without noise
    Exact,
}

impl Named for Gradient {
    const WHAT: &'static str = "gradient";
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (
            Self::Barrier,
            "barrier",
            "The step that is smoothed by the barrier",
        ),
        (
            Self::First,
            "first",
            "Means of derivatives of the exact step under noise",
        ),
        (
            Self::Zeroth,
            "zeroth",
            "Least squares on exact steps under noise",
        ),
        (
            Self::Mixed,
            "mixed",
            "Both orders, mixed for the least variance",
        ),
        (Self::Exact, "exact", "The exact step without noise"),
    ];
}

impl Gradient {
    /// Whether it is estimated from noisy samples.
    pub fn is_sampled(self) -> bool {
        matches!(self, Self::First | Self::Zeroth | Self::Mixed)
    }
}

/// Where a linearized step is trusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrustRegion {
    /// Commands change by so much at most
    #[default]
    Box,
    /// and no contact pulls: predicted forces stay at or above 0
    RelaxedContact,
    /// and no body passes through another: predicted gaps stay at or above 0
    Contact,
}

impl Named for TrustRegion {
    const WHAT: &'static str = "trust_region";
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Box, "box", "Commands change by so much at most"),
        (
            Self::RelaxedContact,
            "relaxed-contact",
            "and no contact pulls: predicted forces stay at or above 0",
        ),
        (
            Self::Contact,
            "contact",
            "and no body passes through another: predicted gaps stay at or above 0",
        ),
    ];
}

/// What of a step's derivative by the state is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StateJacobian {
    /// All of it
    #[default]
    Full,
    /// None of contact: objects stay and the robot goes where it is told, as published for the hand
    Identity,
}

impl Named for StateJacobian {
    const WHAT: &'static str = "state_jacobian";
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Full, "full", "All of it"),
        (
            Self::Identity,
            "identity",
            "None of contact: objects stay and the robot goes where it is told, as published for the hand",
        ),
    ];
}
