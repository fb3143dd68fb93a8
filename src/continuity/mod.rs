//! Continuity: is where a trajectory ends continuous in where it starts, and if not, why?
//!
//! A [`Map`] takes an initial coordinate, a held control or a parameter to a coordinate at the end or the cost. [`Line`] finds
//! its jumps, [`changed`] says which comparison flipped there, and a [`Study`] repeats that with other time steps: a jump
//! that shrinks with the step is an artefact of stepping, one that stays is one of geometry, or of physics.

mod changes;
mod jump;
mod line;
mod map;
mod sides;
mod slope;
mod steps;

pub use changes::changed;
pub use jump::Jump;
pub use line::{Line, Search};
pub use map::Map;

use crate::error::{Result, number};
use crate::system::task::Task;
use serde::Serialize;
use std::sync::Arc;

/// A jump, as documents have it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Found {
    /// The last place below it.
    pub at: f64,
    /// By how much the output jumps.
    pub size: f64,
    /// The output below it.
    pub below: f64,
    /// The output above it.
    pub above: f64,
    /// What flipped there, and at which step; none if nothing was compared differently.
    pub changed: Option<String>,
    /// Whether it shrinks with the time step; none if only one step was looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shrinks: Option<bool>,
}

/// What one time step gave.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OfStep {
    /// h
    pub time_step: f64,
    /// Jumps found.
    pub jumps: usize,
    /// The largest of them, by its absolute value; 0 without one.
    pub largest: f64,
    /// Their sum.
    pub sum_of_jumps: f64,
    /// The mean slope of the pieces.
    pub pathwise_slope: f64,
    /// From the first place to the last.
    pub rise: f64,
    /// What the grid leaves of the rise: neither mean slope nor jumps.
    pub remainder: f64,
}

/// The jumps of a map, as documents have them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Study {
    /// The task.
    pub task: String,
    /// Its contact model, for a task that exists with several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<Arc<str>>,
    /// What is varied.
    pub over: String,
    /// Its unit.
    pub over_unit: String,
    /// What is looked at.
    pub of: String,
    /// Its unit.
    pub of_unit: String,
    /// First and last place.
    pub range: [f64; 2],
    /// How many places there are.
    pub places: usize,
    /// Differences of neighbours below it were left alone.
    pub tolerance: f64,
    /// All jumps, in order.
    pub jumps: Vec<Found>,
    /// Their sum.
    pub sum_of_jumps: f64,
    /// The mean slope of the pieces: what a first-order gradient sees.
    pub pathwise_slope: f64,
    /// From the first place to the last: pathwise slope x range + sum of jumps + remainder.
    pub rise: f64,
    /// What the grid leaves of it: the slope changes between places.
    pub remainder: f64,
    /// What speaks against it, in words.
    pub warnings: Vec<String>,
    /// Pairs that differed, and were too many to be bisected.
    pub left_alone: usize,
    /// One for each time step.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub time_steps: Vec<OfStep>,
    /// The values along the first time step.
    #[serde(skip)]
    pub line: Line,
}

/// Looks at a task along places of `over`, at the time step that it has, or at each of `steps`, the largest first and none twice. The
/// jumps are those of the first, and each is looked for at all others.
pub fn study(
    task: &Task,
    theta: &[f64],
    (over, of): (&str, &str),
    places: &[f64],
    steps: &[f64],
    search: &Search,
) -> Result<Study> {
    let map = Map::new(task, theta, over, of)?;
    let mut steps = steps.to_vec();
    steps.sort_by(|a, b| b.total_cmp(a));
    steps.dedup();
    let maps = match steps.as_slice() {
        [] => vec![map],
        steps => steps
            .iter()
            .map(|h| map.with_time_step(*h))
            .collect::<Result<_>>()?,
    };
    let lines = maps
        .iter()
        .map(|map| Line::search(&|x| map.at(x), places, search));
    let lines: Vec<Line> = lines.collect::<Result<_>>()?;
    let shrink = steps::shrink(&lines);
    let found = lines[0].jumps.iter().zip(shrink).map(|(jump, shrinks)| {
        Ok(Found {
            at: jump.low,
            size: jump.size(),
            below: jump.below,
            above: jump.above,
            changed: changed(&maps[0], jump.low, jump.high)?,
            shrinks: (lines.len() > 1).then_some(shrinks),
        })
    });
    let found = found.collect::<Result<Vec<_>>>()?;
    let time_steps = steps
        .iter()
        .zip(&lines)
        .map(|(h, line)| OfStep::of(*h, line));
    let [over_unit, of_unit] = maps[0].units();
    let line = lines[0].clone();
    let too_coarse = line.is_too_coarse().then(|| {
        format!(
            "{} of the rise is neither mean slope nor jumps, because the slope changes between places; take a finer grid",
            number(line.remainder())
        )
    });
    let warnings = maps[0].too_deep(places)?.into_iter().chain(too_coarse);
    Ok(Study {
        warnings: warnings.collect(),
        task: task.name().into(),
        contact: task.model().about().contact.clone(),
        over: over.into(),
        over_unit,
        of: of.into(),
        of_unit,
        range: [places[0], places[places.len() - 1]],
        places: places.len(),
        tolerance: line.tolerance,
        jumps: found,
        sum_of_jumps: line.sum_of_jumps(),
        pathwise_slope: line.pathwise_slope(),
        rise: line.rise(),
        remainder: line.remainder(),
        left_alone: line.left_alone,
        time_steps: time_steps.collect(),
        line,
    })
}

impl OfStep {
    fn of(time_step: f64, line: &Line) -> Self {
        let sizes = line.jumps.iter().map(Jump::size);
        let largest = sizes.max_by(|a, b| a.abs().total_cmp(&b.abs()));
        Self {
            time_step,
            jumps: line.jumps.len(),
            largest: largest.unwrap_or(0.0),
            sum_of_jumps: line.sum_of_jumps(),
            pathwise_slope: line.pathwise_slope(),
            rise: line.rise(),
            remainder: line.remainder(),
        }
    }
}
