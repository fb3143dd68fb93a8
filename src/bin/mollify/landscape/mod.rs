//! `mollify landscape TASK`

mod direction;
mod figure;
mod table;

use super::args::{EngineArgs, EstimateArgs, OutputArgs, TaskArgs, count};
use super::engine;
use super::failure::Failure;
use super::files::{self, Folder};
use super::interrupt;
use super::output::{json, note};
use super::parts::{self, Job, PartArgs};
use super::progress::live;
use super::words::in_flags;
use crate::figure::data::Table;
use direction::DirectionName;
use indicatif::ProgressBar;
use mollify::engine::distributed::Gathered;
use mollify::engine::{Engine, EngineReport, Stream, Wanted};
use mollify::error::PartsError;
use mollify::estimate::landscape::{self, Axis, Columns, Document};
use mollify::estimate::{Settings, distributed};
use mollify::system::task::Task;
use mollify::{Error, Result};
use std::io::IsTerminal;
use std::time::Instant;

/// Draw the objective and its gradients along a line through theta, or the objective, bias and alpha as maps along two
///
/// At each point it estimates what `mollify gradient` does: the smoothed objective F, its first-order and zeroth-order
/// gradient, their mix, the empirical bias with the confidence radius, and alpha. All points draw the same noise (common
/// random numbers), so that curves are smooth and differences between points are seen far below the standard errors. Where
/// exact values are known they are drawn as well.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  mollify landscape heaviside --out step                   pictures and data into the folder step
  mollify landscape pivot --range 0..1 --points 201 --out cliff
  mollify landscape quadratic --coordinate 0 --coordinate 3 --out map
  mollify landscape pushing --direction ones --range -1..3 --json
  mollify landscape pushing --theta pushed/theta.npy --direction gradient

Defaults: value 0 of theta, 8 sigma to both sides of it, 1000 samples for each point.
Ctrl-C keeps the points that are done, with exit status 130.
More: `mollify help landscape FLAG`, and topics terms, statistics, estimates, sampling, noise,
parameters, policies, engines, files, clusters.")]
pub struct Args {
    #[command(flatten)]
    pub task: TaskArgs,
    /// Index of the value of theta to move, from 0; give it twice for a map [default: 0]
    #[arg(long, value_name = "I", value_parser = count, allow_negative_numbers = true, help_heading = "Landscape")]
    coordinate: Vec<u64>,
    /// Move all of theta instead: theta + p v
    ///
    /// gradient: v is the mixed gradient at theta, of length 1. ones: every value by p. FILE: v as it is in a .json, .npy
    /// or .csv file. Standard errors along v are upper bounds.
    #[arg(long, value_name = "gradient|ones|FILE", value_parser = direction::direction, conflicts_with = "coordinate", help_heading = "Landscape")]
    direction: Option<DirectionName>,
    /// Positions from LO to HI; twice for the two axes of a map [default: 8 sigma to both sides of theta, -1..1 for FILE]
    #[arg(long, value_name = "LO..HI", value_parser = direction::range, allow_hyphen_values = true, help_heading = "Landscape")]
    range: Vec<(f64, f64)>,
    /// Points along each axis [default: 101, or 31 for a map]
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true, help_heading = "Landscape")]
    points: Option<u64>,
    #[command(flatten)]
    estimate: EstimateArgs,
    #[command(flatten)]
    engine: EngineArgs,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    parts: PartArgs,
}

type Outcome<T> = std::result::Result<T, Failure>;

/// Samples of each point unless given.
const SAMPLES: u64 = 1000;

/// The result files.
pub const FILES: &[&str] = &[
    "landscape.csv",
    "landscape.npz",
    "result.json",
    "landscape.svg",
    "landscape.png",
];

/// Estimates at all points, draws and prints.
pub fn run(args: &Args) -> Outcome<()> {
    let task = args.task.task("landscape")?;
    let settings = args.estimate.settings(SAMPLES, None, None);
    settings.check(&task)?;
    let coordinates = match args.coordinate.as_slice() {
        [] => vec![0],
        given => given.to_vec(),
    };
    let points = match args.points {
        Some(points) => usize::try_from(points).unwrap_or(usize::MAX),
        None => landscape::usual_points(coordinates.len()),
    };
    let line = Line {
        args,
        task: &task,
        settings: &settings,
        theta: args.task.theta(&task)?.unwrap_or_else(|| task.start()),
        coordinates: &coordinates,
        points,
    };
    line.check()?;
    let interrupt = interrupt::install();
    if let Some(part) = args.parts.part {
        let flags = (&args.engine, &args.output);
        return line.as_job(|job| parts::work(job, &task, part.cut()?, flags, &interrupt));
    }
    let folder = args
        .output
        .out
        .as_ref()
        .map(|path| Folder::prepare(path, FILES, args.output.force))
        .transpose()?;
    let (mut engine, seconds_of_parts) = match &args.parts.merge {
        None => {
            let engine = engine::open(&args.engine, &task, interrupt)?;
            engine::announce(&args.engine, &*engine, args.output.quiet);
            (engine, None)
        }
        Some(folder) => {
            let merged = line.as_job(|job| parts::merge(job, folder, &args.engine))?;
            let engine: Box<dyn Engine> = Box::new(merged.engine);
            (engine, Some(merged.seconds))
        }
    };
    let batch = settings.batch(0, Stream::Estimate, Wanted::Both);
    engine::plan(&*engine, &args.engine, &task, &batch)?;
    let started = Instant::now();
    let axes = line.axes(&mut *engine)?;
    let bar = progress(points.pow(axes.len() as u32), args.output.quiet);
    let mut done = |_: &landscape::Point| bar.inc(1);
    let seen = landscape::visit(
        &mut *engine,
        &task,
        &line.theta,
        &settings,
        &axes,
        &mut done,
    );
    bar.finish_and_clear();
    let seconds = seconds_of_parts.unwrap_or(started.elapsed().as_secs_f64());
    let at = (&task, &line.theta[..]);
    let mut document = Document::of(&*engine, at, &settings, &axes, &seen?, seconds);
    for warning in &mut document.warnings {
        *warning = in_flags(warning);
    }
    if !document.complete {
        note(&format!(
            "interrupted: {} of {} points are done",
            document.points,
            landscape::all(&axes)
        ));
    }
    for warning in &document.warnings {
        note(&format!("warning: {warning}"));
    }
    deliver(args, &document, &*engine, folder.as_ref())?;
    match document.complete {
        true => Ok(()),
        false => Err(Failure::Stopped),
    }
}

/// Where a landscape goes, and what a part of it has to know.
struct Line<'a> {
    args: &'a Args,
    task: &'a Task,
    settings: &'a Settings,
    theta: Vec<f64>,
    coordinates: &'a [u64],
    points: usize,
}

impl Line<'_> {
    /// What can be refused before anything is computed.
    fn check(&self) -> Result<()> {
        match self.args.direction {
            None => self.along_coordinates().map(drop),
            Some(_) => landscape::check(&self.args.range, self.points, 1),
        }
    }

    fn along_coordinates(&self) -> Result<Vec<Axis>> {
        let (coordinates, ranges) = (self.coordinates, &self.args.range);
        landscape::coordinates(self.task, &self.theta, coordinates, ranges, self.points)
    }

    /// Along the gradient they take an estimate at theta.
    fn axes(&self, engine: &mut dyn Engine) -> Result<Vec<Axis>> {
        let Some(direction) = &self.args.direction else {
            return self.along_coordinates();
        };
        let gradient = || {
            let mixed = landscape::estimate_at(engine, self.task, &self.theta, self.settings)?;
            Ok(mixed.gradient.as_slice().to_vec())
        };
        let direction = direction.read(self.task, gradient)?;
        let axis = landscape::along(self.task, direction, &self.args.range, self.points)?;
        Ok(vec![axis])
    }

    fn as_job<T>(&self, call: impl FnOnce(&Job<'_>) -> Outcome<T>) -> Outcome<T> {
        let described = |engine: Option<&EngineReport>| {
            let d = distributed::Description::of(self.task, &self.theta, self.settings, 0, engine)?;
            let mut d = serde_json::to_value(d).map_err(|e| Failure::Output(e.into()))?;
            d["landscape"] = self.described();
            Ok(d)
        };
        // What the gradient that it goes along asks, or else all points.
        let next = |known: &mut Gathered| {
            let (task, theta, settings) = (self.task, &self.theta, self.settings);
            Ok(match self.axes(known) {
                Err(Error::Parts(PartsError::Unanswered)) => {
                    distributed::next(known, task, theta, settings, 0)?
                }
                axes => landscape::next(known, task, theta, settings, &axes?)?,
            })
        };
        call(&Job {
            command: "landscape",
            described: &described,
            next: &next,
        })
    }

    /// The flags that say where it goes; a file by its name, as what is in it shows in what is asked.
    fn described(&self) -> serde_json::Value {
        let direction = self.args.direction.as_ref().map(|d| match d {
            DirectionName::Gradient => "gradient".into(),
            DirectionName::Ones => "ones".into(),
            DirectionName::File(path) => path.display().to_string(),
        });
        serde_json::json!({
            "coordinates": self.coordinates,
            "direction": direction,
            "range": self.args.range,
            "points": self.points,
        })
    }
}

/// A live line on a terminal, nothing elsewhere.
fn progress(points: usize, quiet: bool) -> ProgressBar {
    if quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = live(points as u64);
    bar.set_message(format!("of {points} points"));
    bar
}

fn table_of(columns: &Columns) -> Table {
    let columns = columns.0.iter();
    columns.fold(Table::new(), |table, (name, values)| {
        table.column(*name, values)
    })
}

/// Files first, then stdout.
fn deliver(
    args: &Args,
    document: &Document<'_>,
    engine: &dyn Engine,
    folder: Option<&Folder>,
) -> std::result::Result<(), Failure> {
    let text = json(document)?;
    let write = |folder: &Folder| {
        let table = table_of(&document.columns);
        folder.write_all(&[
            ("landscape.csv", table.to_csv().into_bytes()),
            ("landscape.npz", table.to_npz_of(&document.grid())),
            ("result.json", text.as_bytes().to_vec()),
        ]);
        figure::of(document).save(folder, "landscape");
        Ok(())
    };
    let for_people = |_| table::for_people(document, &engine::described(engine), folder);
    files::deliver(&text, args.output.json, folder, write, for_people)
}
