//! Estimates at all points of a landscape.

use crate::engine::{Engine, Wanted};
use crate::error::{Error, Result};
use crate::estimate::landscape::axis::Axis;
use crate::estimate::mix::Mixed;
use crate::estimate::settings::Settings;
use crate::estimate::{estimate, single_precision};
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

/// All points, the first axis fastest, or those that were done when somebody asked to stop; calls `on_point` with each as it is
/// there.
pub fn visit(
    engine: &mut dyn Engine,
    task: &Task,
    theta: &[f64],
    settings: &Settings,
    axes: &[Axis],
    on_point: &mut dyn FnMut(&Point),
) -> Result<Vec<Point>> {
    let second: &[f64] = axes.get(1).map_or(&[0.0], |axis| &axis.positions);
    let mut seen = Vec::with_capacity(axes[0].positions.len() * second.len());
    for y in second {
        for x in &axes[0].positions {
            let mut positions = vec![*x];
            let mut at = theta.to_vec();
            axes[0].apply(*x, &mut at);
            if let Some(axis) = axes.get(1) {
                axis.apply(*y, &mut at);
                positions.push(*y);
            }
            task.check_theta(&at, "the landscape")?;
            let mut mixed = match estimate_at(engine, task, &at, settings) {
                Err(Error::Interrupted) if !seen.is_empty() => return Ok(seen),
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
    }
    Ok(seen)
}
