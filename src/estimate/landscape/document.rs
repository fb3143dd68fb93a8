//! What a landscape says: its settings, its columns, its warnings.

use crate::engine::Engine;
use crate::estimate::document::Setup;
use crate::estimate::landscape::axis::{Axis, all};
use crate::estimate::landscape::columns::{Columns, columns};
use crate::estimate::landscape::visit::Point;
use crate::estimate::settings::Settings;
use crate::system::task::Task;
use serde::Serialize;

/// All of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Document<'a> {
    /// Task, engine and settings of an estimate.
    #[serde(flatten)]
    pub setup: Setup<'a>,
    /// R, if it is given.
    pub bound: Option<f64>,
    /// One, or two for a map, whose rows go through the first one fastest.
    pub axes: &'a [Axis],
    /// Whether standard errors of slopes are upper bounds.
    pub std_error_is_bound: bool,
    /// Those that are done.
    pub points: usize,
    /// False if it was stopped before all points were done.
    pub complete: bool,
    /// A value for each point.
    pub columns: Columns,
    /// Of all points.
    pub rollouts: u64,
    /// That they took.
    pub seconds: f64,
    /// What to know before it is believed.
    pub warnings: Vec<String>,
    /// Where it goes through.
    pub theta: &'a [f64],
}

impl<'a> Document<'a> {
    /// That of these points.
    pub fn of(
        engine: &'a dyn Engine,
        (task, theta): (&'a Task, &'a [f64]),
        settings: &Settings,
        axes: &'a [Axis],
        seen: &[Point],
        seconds: f64,
    ) -> Self {
        Self {
            setup: Setup::of(engine, task, settings),
            bound: settings.bound,
            axes,
            std_error_is_bound: axes[0].coordinate.is_none(),
            points: seen.len(),
            complete: seen.len() == all(axes),
            columns: columns(axes, seen),
            rollouts: seen.iter().map(|p| p.mixed.rollouts).sum(),
            seconds,
            warnings: warnings(task, seen),
            theta,
        }
    }

    /// The shape of a column: along a line the points that are done, of a map all of them, rows along the second axis.
    pub fn grid(&self) -> Vec<u64> {
        match self.axes {
            [x, y] => vec![y.positions.len() as u64, x.positions.len() as u64],
            _ => vec![self.points as u64],
        }
    }
}

fn warnings(task: &Task, seen: &[Point]) -> Vec<String> {
    let lost: u64 = seen.iter().map(|p| p.mixed.nonfinite.count).sum();
    let drawn: u64 = seen.iter().map(|p| p.mixed.rollouts).sum();
    let dropped = (lost > 0).then(|| {
        format!(
            "{lost} of {drawn} samples were not finite and were left out; see the column nonfinite"
        )
    });
    let zero = seen
        .iter()
        .filter(|p| p.mixed.choice.zero_by_construction)
        .count();
    let by_construction = (zero > 0).then(|| {
        format!(
            "alpha is 0 by construction at {zero} of {} points, because the bound R alone makes the confidence radius \
             exceed gamma; raise `samples` or `gamma`, or lower `bound`",
            seen.len()
        )
    });
    let count = |of: fn(&Point) -> bool| seen.iter().filter(|p| of(p)).count();
    let of_all = |n: usize| format!("at {n} of {} points", seen.len());
    let rounded = count(|p| p.is_rounded);
    let rounded = (rounded > 0).then(|| {
        format!(
            "rounding to f32 is not small beside the standard errors {}, which do not know of it; take coordinates nearer to 0, a \
             larger `sigma`, or `engine` reference",
            of_all(rounded)
        )
    });
    let lost = count(|p| p.mixed.first_order_lost.is_some());
    let lost = (lost > 0).then(|| {
        format!(
            "the first order was not finite or too large for f32 {}, where alpha is 0 and everything rests on the zeroth order",
            of_all(lost)
        )
    });
    let one = (seen.iter().any(|p| p.mixed.samples == 1)).then(|| {
        "a single sample tells no error, neither of F nor of a gradient; raise `samples`"
            .to_string()
    });
    [task.warning(), dropped, by_construction, rounded, lost, one]
        .into_iter()
        .flatten()
        .collect()
}
