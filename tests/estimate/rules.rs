//! The rules that turn samples into numbers and steps, as pure functions.

mod alpha;
mod bias;
mod confidence;
mod every_rule;
mod leave_one_out;
mod moments;
mod per_coordinate;
mod poincare;
mod radius;

use mollify::estimate::Settings;
use mollify::estimate::alpha::Rule;

/// Settings with everything else at its default.
pub fn settings(rule: Rule, gamma: f64, samples: u64) -> Settings {
    Settings::new(samples, gamma).with_rule(rule)
}
