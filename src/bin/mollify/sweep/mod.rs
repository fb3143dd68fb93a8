//! `mollify sweep TASK`

mod cut;
mod picture;
mod summary;

use super::args::{EngineArgs, EstimateArgs, TaskArgs, count};
use super::failure::Failure;
use super::output::{json, note, print};
use super::parts::PartArgs;
use super::progress::Progress;
use super::{engine, interrupt};
use mollify::engine::{Engine, Stream, Wanted};
use mollify::estimate::Settings;
use mollify::sweep::{Axis, Ended, Folder, Mode, Row, Summary, Sweep};
use mollify::system::variant::Parameters;
use mollify::{Error, Result};
use serde::Serialize;
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Estimate over a grid: how statistics and errors depend on samples, sigma, horizon or a parameter
///
/// Makes --repeats estimates, as `mollify gradient` does, at every point of the grid that is the product of all --over.
/// Rows go to DIR/rows.csv one by one as they are done: a sweep that was stopped, killed or ran out of disk continues
/// with --resume, and ends with the same bytes. At the end come mean and standard deviation of every grid point and
/// the slopes of logarithms: errors against samples should have slope -1/2.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  mollify sweep relu --over samples=1e1..1e6 --out convergence
  mollify sweep pushing --over stiffness=10..1000 --over rule=first,zeroth --repeats 5 --out stiff
  mollify sweep ball-wall --over sigma=lin:0.02..0.2/10 --samples 1e5 --out width --json
  mollify sweep pushing --over horizon=50,100,200,400 --out long --resume
  mollify sweep pushing --over randomize:stiffness=lin:0..5/6 --over rule=first,aobg --out random

Grids: 1e1..1e6 and 1e1..1e6/11 are logarithmic, lin:0..1/11 is linear, 10,100,1000 a list.
Ctrl-C stops after the work in flight and keeps all rows.
More: `mollify help sweep FLAG`, and topics grids, terms, statistics, estimates, sampling, noise,
parameters, policies, engines, files, clusters.")]
pub struct Args {
    #[command(flatten)]
    pub task: TaskArgs,
    #[command(flatten)]
    sweep: SweepArgs,
    #[command(flatten)]
    estimate: EstimateArgs,
    #[command(flatten)]
    engine: EngineArgs,
    #[command(flatten)]
    output: SweepOutputArgs,
    #[command(flatten)]
    parts: PartArgs,
}

/// What varies.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Sweep")]
struct SweepArgs {
    /// What varies and its values; may be repeated
    ///
    /// samples, sigma, horizon, gamma, rule, a model parameter or randomize:PARAMETER. See `mollify help grids`.
    #[arg(long, value_name = "NAME=GRID", required = true, value_parser = over)]
    over: Vec<(String, String)>,
    /// Estimates per grid point, each with its own seed
    #[arg(long, value_name = "R", default_value_t = 10, value_parser = count, allow_negative_numbers = true)]
    repeats: u64,
}

/// Where the rows go.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Output")]
struct SweepOutputArgs {
    /// Folder for the result files; made if it is not there [default: that of --merge]
    #[arg(long, value_name = "DIR", required_unless_present = "merge")]
    out: Option<PathBuf>,
    /// Continue the sweep in that folder; the flags must be the same
    #[arg(long, conflicts_with_all = ["force", "part", "merge"])]
    resume: bool,
    /// Remove the sweep in that folder and begin again
    #[arg(long)]
    force: bool,
    /// Print one JSON document on stdout, and nothing else there
    #[arg(long)]
    json: bool,
    /// Nothing on stderr but warnings and errors
    #[arg(long, short)]
    quiet: bool,
}

impl SweepOutputArgs {
    fn mode(&self) -> Mode {
        match (self.resume, self.force) {
            (true, _) => Mode::Resume,
            (_, true) => Mode::Force,
            _ => Mode::New,
        }
    }
}

fn over(text: &str) -> std::result::Result<(String, String), String> {
    let expected =
        "expected NAME=GRID, such as samples=1e1..1e6, stiffness=10,100 or rule=first,ivw";
    match text.split_once('=') {
        Some((name, grid)) if !name.trim().is_empty() => Ok((name.trim().into(), grid.into())),
        _ => Err(expected.into()),
    }
}

/// Samples unless given or swept over.
const SAMPLES: u64 = 1000;

/// The JSON document.
#[derive(Serialize)]
pub struct Document<'a> {
    pub task: &'a str,
    pub system: Option<String>,
    pub engine: &'a str,
    pub adapter: Option<&'a str>,
    pub driver: Option<&'a str>,
    pub sigma: f64,
    pub horizon: usize,
    pub parameters: Parameters,
    pub settings: &'a Settings,
    pub axes: &'a [Axis],
    pub repeats: usize,
    /// Rows of the whole sweep.
    pub rows: usize,
    /// Rows that are there.
    pub done: usize,
    pub ended: Ended,
    /// Whether all rows are there.
    pub complete: bool,
    /// Rows without an estimate, because numbers were not finite there; null if there are none.
    pub broken: Option<summary::BrokenRows>,
    /// Grid points whose repeats are all there: the values of the axes, then `mean` and `std` of every quantity.
    pub summary: Vec<Map<String, Value>>,
    /// Slopes: the axis, the values of the other axes, quantity, slope, its standard error and the number of points.
    pub rates: Vec<Map<String, Value>>,
    pub folder: String,
    pub files: Vec<&'static str>,
    pub seconds: f64,
    pub warnings: Vec<String>,
}

/// Sweeps, writes the files and prints the summary.
pub fn run(args: &Args) -> std::result::Result<(), Failure> {
    let sweep = sweep(args)?;
    let interrupt = interrupt::install();
    let out = args.output.out.as_ref().or(args.parts.merge.as_ref());
    let Some(out) = out else {
        return Err(Failure::Usage("a sweep needs a folder: give --out".into()));
    };
    if let Some(folder) = &args.parts.merge {
        return merged(args, &sweep, folder, out);
    }
    let mut engine = engine::open(&args.engine, sweep.task(), interrupt.clone())?;
    let quiet = args.output.quiet;
    engine::announce(&args.engine, &*engine, quiet);
    let warnings = check_points(args, &*engine, &sweep)?;
    if let Some(part) = args.parts.part {
        return cut::work(args, &sweep, &mut *engine, (part.cut()?, out), &interrupt);
    }
    let mode = args.output.mode();
    let (mut folder, mut rows) = Folder::open(out, &sweep, engine.report(), mode)?;
    if mode == Mode::Resume && !quiet {
        note(&format!(
            "resuming: {} of {} rows are there",
            rows.len(),
            sweep.rows()
        ));
    }
    for warning in &warnings {
        note(&format!("warning: {warning}"));
    }

    let started = Instant::now();
    let total = u32::try_from(sweep.rows()).unwrap_or(u32::MAX);
    let progress = Progress::new(total, quiet, args.output.json);
    let mut keep = |row: &Row| {
        folder.add(&sweep, row)?;
        progress.show_row(row.number, || summary::row(&sweep, row));
        Ok(())
    };
    let ended = sweep.run(&mut *engine, &mut rows, &interrupt, &mut keep);
    progress.finish();
    // Rows are worth keeping whatever ended the sweep.
    let synced = folder.sync();
    let ended = ended?;
    synced?;
    let seconds = started.elapsed().as_secs_f64();
    finish(
        args, &*engine, &sweep, &folder, ended, seconds, warnings, &rows,
    )
}

/// The same of rows that others have measured.
fn merged(args: &Args, sweep: &Sweep, from: &Path, out: &Path) -> std::result::Result<(), Failure> {
    let (engine, rows, seconds) = cut::merge(args, sweep, from)?;
    let warnings = check_points(args, &engine, sweep)?;
    for warning in &warnings {
        note(&format!("warning: {warning}"));
    }
    let report = engine.report();
    let (mut folder, _) = Folder::open(out, sweep, report, args.output.mode())?;
    rows.iter().try_for_each(|row| folder.add(sweep, row))?;
    folder.sync()?;
    let ended = Ended::Complete;
    finish(
        args, &engine, sweep, &folder, ended, seconds, warnings, &rows,
    )
}

/// What comes after the last row.
#[expect(
    clippy::too_many_arguments,
    reason = "each is a part of the document, and there are two callers"
)]
fn finish(
    args: &Args,
    engine: &dyn Engine,
    sweep: &Sweep,
    folder: &Folder,
    ended: Ended,
    seconds: f64,
    warnings: Vec<String>,
    rows: &[Row],
) -> std::result::Result<(), Failure> {
    let summary = Summary::of(sweep, rows);
    if ended == Ended::Complete {
        let figure = picture::picture(sweep, &summary);
        let drawn = [figure.to_svg().into_bytes(), figure.to_png()];
        folder.finish(sweep, &summary, Some(drawn))?;
    }
    let document = document(
        engine, sweep, folder, ended, &summary, seconds, warnings, rows,
    );
    deliver(args, engine, sweep, &summary, &document)
}

/// The sweep of the flags; a flag and an axis for the same quantity contradict each other.
fn sweep(args: &Args) -> std::result::Result<Sweep, Failure> {
    let task = args.task.task("sweep")?;
    let settings = args.estimate.settings(SAMPLES, None, None);
    let axes: Vec<Axis> = args
        .sweep
        .over
        .iter()
        .map(|(name, grid)| Axis::parse(&task, name, grid))
        .collect::<Result<_>>()?;
    axes.iter()
        .try_for_each(|axis| given_twice(args, axis.name()))?;
    let theta = theta(args, &task, &axes)?;
    Ok(Sweep::new(task, theta, settings, axes, args.sweep.repeats)?)
}

/// theta from the file; with a sweep over the horizon of the length of its first value.
fn theta(
    args: &Args,
    task: &mollify::system::task::Task,
    axes: &[Axis],
) -> std::result::Result<Option<Vec<f64>>, Failure> {
    let horizon = axes.iter().find(|axis| axis.name() == "horizon");
    match horizon.and_then(|axis| axis.number(0)) {
        Some(steps) => args.task.theta(&task.clone().with_horizon(steps as usize)?),
        None => args.task.theta(task),
    }
}

fn given_twice(args: &Args, name: &str) -> Result<()> {
    let variant = &args.task.variant;
    let (flag, value) = match name {
        "samples" => ("--samples".into(), args.estimate.samples.map(|n| n as f64)),
        "gamma" => ("--gamma".into(), args.estimate.gamma),
        "sigma" => ("--sigma".into(), variant.common_sigma()),
        "horizon" => ("--horizon".into(), variant.horizon.map(|h| h as f64)),
        "rule" => {
            let given = args.estimate.rule.map(|rule| Error::InvalidValue {
                what: "--rule".into(),
                value: rule.to_string(),
                expected: "left out with --over rule".into(),
            });
            return given.map_or(Ok(()), Err);
        }
        name => {
            let randomized = variant.randomize.iter().find(|(other, _)| other == name);
            if let Some((_, draw)) = randomized {
                return Err(Error::InvalidValue {
                    what: format!("--randomize {name}"),
                    value: draw.clone(),
                    expected: format!(
                        "left out with --over {name}; --over randomize:{name} keeps its mean"
                    ),
                });
            }
            let set = variant.set.iter().find(|(set, _)| set == name);
            (format!("--set {name}"), set.map(|(_, value)| *value))
        }
    };
    match value {
        None => Ok(()),
        Some(value) => Err(Error::InvalidValue {
            what: flag,
            value: mollify::error::exact(value),
            expected: format!("left out with --over {name}"),
        }),
    }
}

/// Refuses grid points that do not fit the memory allowed; returns what is wrong with the parameters of others.
fn check_points(args: &Args, engine: &dyn Engine, sweep: &Sweep) -> Result<Vec<String>> {
    let mut warnings = Vec::new();
    let mut warned = 0;
    for number in 0..sweep.points() {
        let point = sweep.point(number)?;
        let batch = point.settings.batch(0, Stream::Estimate, Wanted::Both);
        engine::plan(engine, &args.engine, &point.task, &batch).map_err(|e| sweep.at(number, e))?;
        if let Some(warning) = point.task.warning() {
            warned += 1;
            if warnings.is_empty() {
                warnings.push(format!("at {}: {warning}", sweep.words(number)));
            }
        }
    }
    if warned > 1 {
        let more = format!("{} more grid points have warnings like this", warned - 1);
        warnings.push(more);
    }
    Ok(warnings)
}

#[expect(
    clippy::too_many_arguments,
    reason = "each is a part of the document, and there is one caller"
)]
fn document<'a>(
    engine: &'a dyn Engine,
    sweep: &'a Sweep,
    folder: &Folder,
    ended: Ended,
    summary: &Summary,
    seconds: f64,
    warnings: Vec<String>,
    rows: &[Row],
) -> Document<'a> {
    let report = engine.report();
    let (task, files) = (sweep.task(), Folder::files());
    Document {
        task: task.name(),
        system: task.system_file(),
        engine: report.engine,
        adapter: report.adapter.as_deref(),
        driver: report.driver.as_deref(),
        sigma: task.sigma(),
        horizon: task.horizon(),
        parameters: Parameters::of(task),
        settings: sweep.settings(),
        axes: sweep.axes(),
        repeats: sweep.repeats(),
        rows: sweep.rows(),
        done: rows.len(),
        ended,
        complete: ended == Ended::Complete,
        broken: summary::broken(sweep, rows),
        summary: summary::points(sweep, summary),
        rates: summary::rates(sweep, summary),
        folder: folder.path().display().to_string(),
        files: match ended {
            Ended::Complete => files.to_vec(),
            Ended::Interrupted => files[..2].to_vec(),
        },
        seconds,
        warnings,
    }
}

/// Rows that broke down are no failure, unless all did.
fn deliver(
    args: &Args,
    engine: &dyn Engine,
    sweep: &Sweep,
    summary: &Summary,
    document: &Document<'_>,
) -> std::result::Result<(), Failure> {
    if document.done == 0 {
        return Err(Error::Interrupted.into());
    }
    if document.ended == Ended::Interrupted {
        note(&format!(
            "interrupted: {} of {} rows are in '{}'; the same command with --resume continues",
            document.done, document.rows, document.folder
        ));
    }
    match args.output.json {
        true => print(&json(document)?)?,
        false => print(&summary::for_people(document, engine, sweep, summary))?,
    }
    match &document.broken {
        Some(broken) if broken.rows == document.done => {
            note(&format!("error: {}; take other values", broken.words));
            Err(Failure::Reported)
        }
        Some(broken) => {
            note(&format!("warning: {}; their cells are empty", broken.words));
            ended(document)
        }
        None => ended(document),
    }
}

/// A sweep that was stopped is told from one that is complete by the exit status too.
fn ended(document: &Document<'_>) -> std::result::Result<(), Failure> {
    match document.ended {
        Ended::Complete => Ok(()),
        Ended::Interrupted => Err(Failure::Stopped),
    }
}
