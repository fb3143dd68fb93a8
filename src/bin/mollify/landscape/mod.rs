//! `mollify landscape TASK`

mod document;
mod figure;
mod table;
mod way;

use super::args::{EngineArgs, EstimateArgs, OutputArgs, TaskArgs, count};
use super::engine::{self, invalid};
use super::failure::Failure;
use super::files::{self, Folder};
use super::interrupt;
use super::landscape::document::{Document, Point, document};
use super::output::{json, note};
use super::progress::live;
use indicatif::ProgressBar;
use mollify::engine::{Engine, Stream, Wanted};
use mollify::estimate::{self, Mixed, Settings, single_precision};
use mollify::system::task::Task;
use mollify::{Error, Result};
use std::io::IsTerminal;
use std::time::Instant;
use way::{Axis, DirectionName};

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
parameters, policies, engines, files.")]
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
    #[arg(long, value_name = "gradient|ones|FILE", value_parser = way::direction, conflicts_with = "coordinate", help_heading = "Landscape")]
    direction: Option<DirectionName>,
    /// Positions from LO to HI; twice for the two axes of a map [default: 8 sigma to both sides of theta, -1..1 for FILE]
    #[arg(long, value_name = "LO..HI", value_parser = way::range, allow_hyphen_values = true, help_heading = "Landscape")]
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
}

/// Samples of each point unless given.
const SAMPLES: u64 = 1000;
/// More points in all are surely a mistake.
const MOST_POINTS: u64 = 1_000_000;

/// The result files.
pub const FILES: &[&str] = &[
    "landscape.csv",
    "landscape.npz",
    "result.json",
    "landscape.svg",
    "landscape.png",
];

/// Estimates at all points, draws and prints.
pub fn run(args: &Args) -> std::result::Result<(), Failure> {
    let task = args.task.task("landscape")?;
    let settings = args.estimate.settings(SAMPLES, None, None);
    settings.check(&task)?;
    let coordinates = match args.coordinate.as_slice() {
        [] => vec![0],
        given => given.to_vec(),
    };
    check_coordinates(&coordinates)?;
    let points = points(args.points, coordinates.len())?;
    let given = args.task.theta(&task)?;
    let folder = args
        .output
        .out
        .as_ref()
        .map(|path| Folder::prepare(path, FILES, args.output.force))
        .transpose()?;
    let mut engine = engine::open(&args.engine, &task, interrupt::install())?;
    engine::announce(&args.engine, &*engine, args.output.quiet);
    let batch = settings.batch(0, Stream::Estimate, Wanted::Both);
    engine::plan(&*engine, &args.engine, &task, &batch)?;
    let theta = given.unwrap_or_else(|| task.start());
    let started = Instant::now();
    let axes = match &args.direction {
        None => way::coordinates(&task, &theta, &coordinates, &args.range, points)?,
        Some(direction) => {
            let gradient = || {
                let mixed = estimate_at(&mut *engine, &task, &theta, &settings)?;
                Ok(mixed.gradient.as_slice().to_vec())
            };
            vec![way::along(&task, direction, &args.range, points, gradient)?]
        }
    };
    let bar = progress(points.pow(axes.len() as u32), args.output.quiet);
    let seen = visit(&mut *engine, &task, &theta, &settings, &axes, &bar);
    bar.finish_and_clear();
    let seconds = started.elapsed().as_secs_f64();
    let document = document(&*engine, &task, &theta, &settings, &axes, &seen?, seconds);
    if !document.complete {
        note(&format!(
            "interrupted: {} of {} points are done",
            document.points,
            document::all(&axes)
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

fn check_coordinates(wanted: &[u64]) -> Result<()> {
    let twice = wanted.len() == 2 && wanted[0] == wanted[1];
    if wanted.len() > 2 || twice {
        let names: Vec<String> = wanted.iter().map(u64::to_string).collect();
        let expected = "one index, or two different ones for a map";
        return Err(invalid("--coordinate", &names.join(", "), expected));
    }
    Ok(())
}

fn points(given: Option<u64>, axes: usize) -> Result<usize> {
    let points = given.unwrap_or(if axes == 1 { 101 } else { 31 });
    let most = if axes == 1 {
        MOST_POINTS
    } else {
        MOST_POINTS.isqrt()
    };
    match usize::try_from(points) {
        Ok(n) if (2..=most).contains(&points) => Ok(n),
        _ => Err(Error::InvalidValue {
            what: "--points".into(),
            value: points.to_string(),
            expected: format!("a whole number from 2 to {most}"),
        }),
    }
}

/// The same iteration at every point, and with that the same noise.
fn estimate_at(
    engine: &mut dyn Engine,
    task: &Task,
    theta: &[f64],
    settings: &Settings,
) -> Result<Mixed> {
    estimate::estimate(engine, task, theta, settings, 0, Wanted::Both)
}

/// All points, the first axis fastest, or those that were done when somebody asked to stop.
fn visit(
    engine: &mut dyn Engine,
    task: &Task,
    theta: &[f64],
    settings: &Settings,
    axes: &[Axis],
    bar: &ProgressBar,
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
            seen.push(Point {
                positions,
                mixed,
                is_rounded: !rounding.is_empty(),
                exact,
            });
            bar.inc(1);
        }
    }
    Ok(seen)
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

/// Files first, then stdout.
fn deliver(
    args: &Args,
    document: &Document<'_>,
    engine: &dyn Engine,
    folder: Option<&Folder>,
) -> std::result::Result<(), Failure> {
    let text = json(document)?;
    let write = |folder: &Folder| {
        let table = &document.columns.0;
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
