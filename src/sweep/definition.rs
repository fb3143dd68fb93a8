//! What a sweep is: a task, its axes, and how often each grid point is estimated.

use super::axis::Axis;
use super::grid;
use crate::error::{Error, Result};
use crate::estimate::Settings;
use crate::system::task::Task;

/// What is estimated at a grid point.
#[derive(Clone, Debug)]
pub struct Point {
    /// The variant of the task.
    pub task: Task,
    /// How the estimate is made; the seed is that of the first repeat.
    pub settings: Settings,
}

/// A task, what varies about it, and how often each variant is estimated. Made by [`Sweep::new`], so that every
/// grid point is valid.
#[derive(Clone, Debug)]
pub struct Sweep {
    task: Task,
    pub(super) theta: Option<Vec<f64>>,
    settings: Settings,
    axes: Vec<Axis>,
    repeats: usize,
}

impl Sweep {
    /// Checks every grid point. `theta` is where the estimates are made; the start of each variant if none is given.
    pub fn new(
        task: Task,
        theta: Option<Vec<f64>>,
        settings: Settings,
        axes: Vec<Axis>,
        repeats: u64,
    ) -> Result<Self> {
        if axes.is_empty() {
            let expected = "given at least once, as in `axes` samples=1e1..1e6";
            return Err(Error::invalid("axes", "left out", expected));
        }
        for (i, axis) in axes.iter().enumerate() {
            if axes[..i].iter().any(|other| other.name() == axis.name()) {
                let what = format!("axis {}", axis.name());
                let expected = "given once, with all its values";
                return Err(Error::invalid(&what, "given twice", expected));
            }
        }
        if repeats == 0 {
            let expected = "a whole number from 1 to 1000000";
            return Err(Error::invalid("repeats", repeats, expected));
        }
        let points: u128 = axes.iter().map(|axis| axis.count() as u128).product();
        let rows = points.saturating_mul(u128::from(repeats));
        if rows > grid::MOST as u128 {
            let what = "the number of rows, grid points times repeats,";
            let expected = "at most 1000000; give fewer values to `axes` or fewer `repeats`";
            return Err(Error::invalid(what, rows, expected));
        }
        if settings.seed.checked_add(repeats - 1).is_none() {
            let expected = "so small that seed + repeats fits 64 bits";
            return Err(Error::invalid("seed", settings.seed, expected));
        }
        let sweep = Self {
            task,
            theta,
            settings,
            axes,
            // At most MOST.
            repeats: repeats as usize,
        };
        (0..sweep.points()).try_for_each(|point| sweep.point(point).map(drop))?;
        Ok(sweep)
    }

    /// The task without the axes.
    pub fn task(&self) -> &Task {
        &self.task
    }

    /// The settings without the axes.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What varies; the last axis varies fastest.
    pub fn axes(&self) -> &[Axis] {
        &self.axes
    }

    /// Estimates per grid point.
    pub fn repeats(&self) -> usize {
        self.repeats
    }

    /// The number of grid points.
    pub fn points(&self) -> usize {
        self.axes.iter().map(Axis::count).product()
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.points() * self.repeats
    }

    /// The grid point of a row.
    pub fn point_of(&self, row: usize) -> usize {
        row / self.repeats
    }

    /// The seed of a row.
    pub fn seed_of(&self, row: usize) -> u64 {
        self.settings.seed + (row % self.repeats) as u64
    }

    /// The distance between grid points that are neighbours along an axis.
    pub fn stride(&self, axis: usize) -> usize {
        self.axes[axis + 1..].iter().map(Axis::count).product()
    }

    /// The position of a grid point along an axis.
    pub fn position(&self, point: usize, axis: usize) -> usize {
        point / self.stride(axis) % self.axes[axis].count()
    }

    /// The values of all axes at a grid point, as they stand in the files.
    pub fn labels(&self, point: usize) -> Vec<String> {
        let label = |(i, axis): (usize, &Axis)| axis.label(self.position(point, i));
        self.axes.iter().enumerate().map(label).collect()
    }

    /// The values of all axes at a grid point, for people.
    pub fn short_labels(&self, point: usize) -> Vec<String> {
        let label = |(i, axis): (usize, &Axis)| axis.short_label(self.position(point, i));
        self.axes.iter().enumerate().map(label).collect()
    }

    /// A grid point in words: `samples=10 rule=ivw`.
    pub fn words(&self, point: usize) -> String {
        let names = self.axes.iter().map(Axis::name);
        let words = names.zip(self.short_labels(point));
        let words: Vec<_> = words
            .map(|(name, label)| format!("{name}={label}"))
            .collect();
        words.join(" ")
    }

    /// What is estimated at a grid point; an error names the point.
    pub fn point(&self, point: usize) -> Result<Point> {
        let start = Ok((self.task.clone(), self.settings));
        // A parameter before its spread, which lies about it.
        let (spreads, others): (Vec<_>, Vec<_>) =
            (self.axes.iter().enumerate()).partition(|(_, axis)| axis.spread_of().is_some());
        let built = others
            .into_iter()
            .chain(spreads)
            .fold(start, |so_far, (i, axis)| {
                let (task, settings) = so_far?;
                axis.apply(self.position(point, i), task, settings)
            })
            .and_then(|(task, settings)| {
                settings.check(&task)?;
                if let Some(theta) = &self.theta {
                    task.check_theta(theta, "the caller")?;
                }
                Ok(Point { task, settings })
            });
        built.map_err(|error| self.at(point, error))
    }

    /// The error of a grid point, with its name.
    pub fn at(&self, point: usize, error: Error) -> Error {
        match error {
            Error::Interrupted => Error::Interrupted,
            error => Error::AtGridPoint {
                point: self.words(point),
                source: Box::new(error),
            },
        }
    }
}
