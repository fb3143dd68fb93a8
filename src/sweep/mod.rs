//! Estimates over a grid: how statistics and errors depend on samples, noise, horizon, rule or a model parameter.
//!
//! A sweep is the product of its axes, the last one fastest, with `repeats` estimates at every grid point. The repeats
//! take the seeds `seed`, `seed + 1`, ...: every grid point sees the same ones, so that differences between grid points
//! are not blurred by different noise, and repeats are independent of each other.
//!
//! ```text
//! axes, repeats -> rows (streamed by Folder, resumable) -> Summary: mean, deviation, slopes -> picture
//! ```
//!
//! Where samples, the noise-free rollout or statistics are not finite, the row has no numbers but a reason, and the sweep
//! goes on. A row holds nothing that depends on time or machine load, so a sweep that was stopped at any moment and resumed
//! ends with the same bytes as one that was not.

mod axis;
mod breakdowns;
mod broken;
mod cells;
mod definition;
mod description;
mod folder;
mod grid;
mod parts;
mod row;
mod summary;

pub use axis::{Axis, Values};
pub use breakdowns::Breakdowns;
pub use definition::{Point, Sweep};
pub use folder::{Folder, Mode};
pub use grid::{Grid, Spacing};
pub use row::{Quantity, Row};
pub use summary::{PointSummary, Rate, Summary};

use crate::engine::{Engine, Interrupt, Wanted};
use crate::error::{Error, Result};
use crate::estimate::estimate;
use crate::system::task::Task;
use broken::Broken;
use serde::Serialize;

/// How a sweep ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// Every row is there.
    Complete,
    /// Somebody asked to stop before that.
    Interrupted,
}

impl Sweep {
    /// Estimates one row. Where the numbers break down, the row says so; every other error is one, with the grid point.
    pub fn measure(&self, engine: &mut dyn Engine, row: usize) -> Result<Row> {
        let number = self.point_of(row);
        let Point { task, mut settings } = self.point(number)?;
        settings.seed = self.seed_of(row);
        let theta = match &self.theta {
            Some(theta) => theta.clone(),
            None => task.start(),
        };
        match estimate(engine, &task, &theta, &settings, 0, Wanted::Both) {
            Ok(mixed) => {
                let exact = exact_gradient(&task, &theta);
                Ok(Row::of(row, settings.seed, &mixed, exact.as_deref()))
            }
            Err(error) => match Broken::of(&error) {
                Some(what) => Ok(Row::of_broken(row, settings.seed, settings.samples, what)),
                None => Err(self.at(number, error)),
            },
        }
    }

    /// Adds all rows that are missing from `rows`, each handed to `keep` as soon as it is done.
    pub fn run(
        &self,
        engine: &mut dyn Engine,
        rows: &mut Vec<Row>,
        interrupt: &Interrupt,
        keep: &mut dyn FnMut(&Row) -> Result<()>,
    ) -> Result<Ended> {
        for number in rows.len()..self.rows() {
            if interrupt.is_set() {
                return Ok(Ended::Interrupted);
            }
            let row = match self.measure(engine, number) {
                Err(Error::Interrupted) => return Ok(Ended::Interrupted),
                row => row?,
            };
            keep(&row)?;
            rows.push(row);
        }
        Ok(Ended::Complete)
    }
}

/// ∇F at theta, where known; it does not depend on the baseline.
fn exact_gradient(task: &Task, theta: &[f64]) -> Option<Vec<f64>> {
    task.closed_form(theta, 0.0).map(|form| form.gradient)
}
