//! The rules that turn samples into numbers and steps, as pure functions.

#[path = "rules/alpha.rs"]
mod alpha;
#[path = "rules/bias.rs"]
mod bias;
#[path = "rules/confidence.rs"]
mod confidence;
#[path = "common/engines.rs"]
mod engines;
#[path = "rules/every_rule.rs"]
mod every_rule;
#[path = "rules/leave_one_out.rs"]
mod leave_one_out;
#[path = "rules/moments.rs"]
mod moments;
#[path = "rules/per_coordinate.rs"]
mod per_coordinate;
#[path = "rules/poincare.rs"]
mod poincare;
#[path = "rules/trust_region.rs"]
mod trust_region;

use mollify::engine::Baseline;
use mollify::engine::moments::NonFinitePolicy;
use mollify::estimate::Settings;
use mollify::estimate::alpha::Rule;
use mollify::estimate::directions::Directions;
use mollify::estimate::zeroth::Zeroth;

/// Settings with everything else at its default.
pub fn settings(rule: Rule, gamma: f64, samples: u64) -> Settings {
    Settings {
        samples,
        seed: 0,
        rule,
        baseline: Baseline::Nominal,
        gamma,
        failure_probability: 0.05,
        bound: None,
        nonfinite: NonFinitePolicy::Error,
        directions: Directions::Independent,
        zeroth: Zeroth::Correlation,
    }
}
