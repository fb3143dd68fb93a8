//! What a comparison found.

use serde::Serialize;

/// One comparison.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// What is compared.
    pub check: &'static str,
    /// The deviation found: of samples, that of the one nearest to what is allowed, or farthest beyond it.
    pub deviation: f64,
    /// What is allowed.
    pub tolerance: f64,
    /// What the deviation is measured in, and why that much is allowed.
    pub reason: &'static str,
    /// deviation <= tolerance
    pub holds: bool,
}

impl Row {
    pub(super) fn new(
        check: &'static str,
        deviation: f64,
        tolerance: f64,
        reason: &'static str,
    ) -> Self {
        Self {
            check,
            deviation,
            tolerance,
            reason,
            holds: deviation <= tolerance,
        }
    }

    /// Of a difference and what is allowed, in units of a scale where there is one.
    pub(super) fn of_scale(
        check: &'static str,
        (difference, allowed): (f64, f64),
        scale: f64,
        reason: &'static str,
    ) -> Self {
        let scale = match scale > 0.0 && scale.is_finite() {
            true => scale,
            false => 1.0,
        };
        Self {
            holds: difference <= allowed,
            ..Self::new(check, difference / scale, allowed / scale, reason)
        }
    }
}

/// What the comparisons say together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// All of them hold.
    Holds,
    /// The engine gives something else than f32 may.
    Differs,
    /// Nothing differs, and there is little that could: rounding to f32 changes too much, or turns too many branches.
    CannotFollow,
}

/// The comparison of one task.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The task.
    pub task: String,
    /// Its contact model, if it has a choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// The file of its system, if it came from one.
    pub system: Option<String>,
    /// The comparisons.
    pub rows: Vec<Row>,
    /// Samples drawn.
    pub samples: u64,
    /// Samples excused from the comparison one by one.
    pub excused: u64,
    /// What an error of f32 may change of the cost of a sample, of the scale of costs: the rms of what is allowed.
    pub cost_rounding: f64,
    /// The same of the first order, of the scale of both orders.
    pub first_order_rounding: f64,
    /// What the comparisons say together.
    pub verdict: Verdict,
    /// What to do where f32 cannot follow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
    /// The verdict is that all hold.
    pub holds: bool,
}

/// The comparisons of an engine on several tasks.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Document {
    /// The engine that was compared with the reference.
    pub engine: &'static str,
    /// Its adapter, if it has one.
    pub adapter: Option<String>,
    /// The driver of that.
    pub driver: Option<String>,
    /// The seed of the noise.
    pub seed: u64,
    /// Samples drawn of each task.
    pub samples: u64,
    /// One for each task.
    pub reports: Vec<Report>,
    /// Whether all of them hold.
    pub holds: bool,
}
