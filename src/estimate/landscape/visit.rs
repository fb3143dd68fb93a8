//! Estimates at all points of a landscape.

use crate::engine::distributed::{Gathered, Question};
use crate::engine::{Engine, Wanted};
use crate::error::{Error, PartsError, Result};
use crate::estimate::landscape::axis::{Axis, all};
use crate::estimate::mix::Mixed;
use crate::estimate::settings::Settings;
use crate::estimate::{distributed, estimate, single_precision};
use crate::system::task::Task;

/// What is known at one point.
#[derive(Clone, Debug)]
pub struct Point {
    /// One along a line, two on a map.
    pub positions: Vec<f64>,
    /// The estimate there.
    pub mixed: Mixed,
    /// Whether rounding to f32 is not small beside a standard error.
    pub is_rounded: bool,
    /// Exact F and gradient.
    pub exact: Option<(f64, Vec<f64>)>,
}

/// The same iteration at every point, and with that the same noise.
pub fn estimate_at(
    engine: &mut dyn Engine,
    task: &Task,
    theta: &[f64],
    settings: &Settings,
) -> Result<Mixed> {
    estimate(engine, task, theta, settings, 0, Wanted::Both)
}

/// All points in their order, the first axis fastest: the positions and theta there.
fn places<'a>(
    axes: &'a [Axis],
    theta: &'a [f64],
) -> impl Iterator<Item = (Vec<f64>, Vec<f64>)> + 'a {
    let second: &[f64] = axes.get(1).map_or(&[0.0], |axis| &axis.positions);
    second.iter().flat_map(move |y| {
        axes[0].positions.iter().map(move |x| {
            let mut positions = vec![*x];
            let mut at = theta.to_vec();
            axes[0].apply(*x, &mut at);
            if let Some(axis) = axes.get(1) {
                axis.apply(*y, &mut at);
                positions.push(*y);
            }
            (positions, at)
        })
    })
}

/// All points, the first axis fastest, or those that were done, or gathered, when somebody asked to stop; calls `on_point` with each as it is
/// there.
pub fn visit(
    engine: &mut dyn Engine,
    task: &Task,
    theta: &[f64],
    settings: &Settings,
    axes: &[Axis],
    on_point: &mut dyn FnMut(&Point),
) -> Result<Vec<Point>> {
    let mut seen = Vec::with_capacity(all(axes));
    for (positions, at) in places(axes, theta) {
        task.check_theta(&at, "the landscape")?;
        let mut mixed = match estimate_at(engine, task, &at, settings) {
            Err(Error::Interrupted | Error::Parts(PartsError::Unanswered)) if !seen.is_empty() => {
                return Ok(seen);
            }
            mixed => mixed?,
        };
        let rounding = single_precision::watch(engine, task, &at, &mixed)?;
        // Thousands of points would keep thousands of reports that nobody asked for.
        mixed.report = None;
        let exact = task.closed_form(&at, 0.0).map(|c| (c.value, c.gradient));
        let point = Point {
            positions,
            mixed,
            is_rounded: !rounding.is_empty(),
            exact,
        };
        on_point(&point);
        seen.push(point);
    }
    Ok(seen)
}

/// What a landscape in parts asks next: first of all points what is known before, then what some of them need beyond that; nothing
/// once all can be made.
///
/// # Errors
/// Those of [`distributed::questions`].
pub fn next(
    known: &mut Gathered,
    task: &Task,
    theta: &[f64],
    settings: &Settings,
    axes: &[Axis],
) -> Result<Vec<Question>> {
    let mut asked = Vec::new();
    for (_, at) in places(axes, theta) {
        let questions = distributed::questions(task, &at, settings, 0)?;
        asked.extend(known.open(&questions));
    }
    if asked.is_empty() {
        for (_, at) in places(axes, theta) {
            asked.extend(distributed::next(known, task, &at, settings, 0)?);
        }
    }
    Ok(asked)
}
