//! The rules that turn samples into numbers and steps, as pure functions.

mod alpha;
mod bias;
mod confidence;
mod every_rule;
mod leave_one_out;
mod moments;
mod per_coordinate;
mod poincare;
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
