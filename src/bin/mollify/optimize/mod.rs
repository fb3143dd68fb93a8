//! `mollify optimize TASK`

mod files;
mod log;
mod summary;

use super::args::{EngineArgs, EstimateArgs, OutputArgs, TaskArgs};
use super::descent::{self, DescentArgs};
use super::dry_run::{self, Extent};
use super::failure::Failure;
use super::files::Folder;
use super::output::{json, note};
use super::progress::Progress;
use super::words::{self, in_flags};
use super::{engine, interrupt};
use files::{BROKEN, FILES};
use log::Log;
use mollify::Result;
use mollify::engine::{Batch, Engine, Interrupt, Parts, Precision, Stream, Wanted};
use mollify::estimate::single_precision;
use mollify::solve::document::{Document, InForce};
use mollify::solve::identification::identify;
use mollify::solve::{self, Iteration, Options, SigmaSchedule, Solution, Stopped};
use mollify::system::task::Task;
use std::path::PathBuf;
use std::time::Instant;

/// Minimise the smoothed objective of a task
///
/// Estimates the gradient of the smoothed objective F, as `mollify gradient` does, steps, and repeats. The trust-region
/// descent compares several step lengths under the same noise and takes one only if it is better beyond doubt; the
/// gradient descent takes steps of fixed --step, with the settings of the published experiment. mppi, cem and cma-es look at
/// costs alone: they are what a gradient has to beat at equal --rollouts. Both the cost without
/// noise and F are reported, because on systems with jumps they differ.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  mollify optimize pushing --out pushed                  theta and history into the folder pushed
  mollify optimize pushing --descent gradient            the published settings, fixed steps
  mollify optimize pushing --descent mppi --rollouts 1e5
  mollify optimize pivot --sigma-schedule geometric:0.002    ever less noise, nearer to the edge
  mollify optimize quadratic --rule zeroth --zeroth least-squares
  mollify optimize ball-wall --rule zeroth --seed 3 --json
  mollify optimize friction --theta out/theta.npy --iterations 200 --seconds 60

Ctrl-C stops after the iteration in flight and delivers the best theta, with exit status 130.
Defaults come with the task; `mollify list` shows them.
More: `mollify help optimize FLAG`, and topics terms, statistics, estimates, sampling, descents,
noise, parameters, policies, engines, files.")]
pub struct Args {
    #[command(flatten)]
    pub task: TaskArgs,
    #[command(flatten)]
    descent: DescentArgs,
    #[command(flatten)]
    estimate: EstimateArgs,
    #[command(flatten)]
    engine: EngineArgs,
    #[command(flatten)]
    output: OutputArgs,
    /// A new file for the history: a line of JSON as soon as an iteration is done
    #[arg(long, value_name = "FILE.jsonl", help_heading = "Output")]
    log: Option<PathBuf>,
    /// Print memory, chunks, dispatches and predicted time instead
    #[arg(long, help_heading = "Output")]
    dry_run: bool,
}

/// Descends, writes the files and prints the summary.
pub fn run(args: &Args) -> std::result::Result<(), Failure> {
    let task = args.task.task("optimize")?;
    let options = descent::options(&args.descent, &args.estimate, &task)?;
    options.check(&task)?;
    let start = args.task.theta(&task)?;
    let folder = args
        .output
        .out
        .as_ref()
        .map(|path| Folder::prepare(path, FILES, args.output.force))
        .transpose()?;
    let interrupt = interrupt::install();
    let mut engine = engine::open(&args.engine, &task, interrupt.clone())?;
    engine::announce(&args.engine, &*engine, args.output.quiet);
    let mut batch = options.estimate.batch(0, Stream::Estimate, Wanted::Both);
    batch.samples = batch.samples.max(solve::FINAL_SAMPLES);
    engine::plan(&*engine, &args.engine, &task, &batch)?;
    let warnings: Vec<String> = task.warning().into_iter().collect();
    say(&warnings);
    let capped = args.descent.capped(&task);
    say(capped.as_slice());

    let start = start.unwrap_or_else(|| task.start());
    if args.dry_run {
        batch.samples = options.estimate.samples;
        let batches = options.estimate.batches() as f64 * f64::from(options.iterations);
        let extent = options
            .rollouts
            .map_or(Extent::Batches(batches), Extent::Rollouts);
        let json = args.output.json;
        return dry_run::run(
            &mut *engine,
            &task,
            &batch,
            extent,
            json,
            |engine, samples| predicted(engine, &task, &start, &options, samples),
        );
    }
    refuse_what_f32_loses(&mut *engine, &task, &start, options.estimate.seed)?;
    let mut log = args
        .log
        .as_deref()
        .map(|path| Log::create(path, args.output.force))
        .transpose()?;
    let progress = Progress::of_descent(&options, args.output.quiet, args.output.json);
    let mut observe = |iteration: &Iteration| {
        if let Some(log) = &mut log {
            log.add(iteration);
        }
        progress.show(iteration);
    };
    let solution = solve::solve(
        &mut *engine,
        &task,
        &start,
        &options,
        &interrupt,
        &mut observe,
    );
    progress.finish();
    let mut solution = solution?;
    if let Some(breakdown) = &mut solution.breakdown {
        breakdown.message = in_flags(&breakdown.message);
    }
    let said = warnings.len();
    let theta = args.task.theta.as_ref().map(|p| p.display().to_string());
    let settings = InForce::of(&task, &options, args.engine.memory, theta);
    let mut document = Document::of(&*engine, &task, &options, settings, &solution);
    let plain = document.warnings.iter();
    document.warnings = plain.map(|warning| in_flags(warning)).collect();
    match identify(&task, &solution.theta) {
        Ok(identified) => document.identified = identified,
        Err(error) => document.warnings.push(in_flags(&error.to_string())),
    }
    let end = &solution.final_value;
    let value = (end.value_mean, end.value_std_error);
    if let Ok(Some(warning)) =
        single_precision::watch_value(&*engine, &task, &solution.theta, value, end.samples)
    {
        document.warnings.push(words::warning(&warning));
    }
    say(&document.warnings[said..]);
    document.warnings.extend(capped);
    deliver(args, &*engine, &task, &start, &document, folder.as_ref())?;
    log.map_or(Ok(()), Log::finish)?;
    match document.complete {
        true => Ok(()),
        false => Err(Failure::Stopped),
    }
}

/// Samples that tell the scatter of costs at the start.
const PILOT: u64 = 256;

/// A descent on costs that f32 does not hold would find nothing, so that it is not begun.
fn refuse_what_f32_loses(
    engine: &mut dyn Engine,
    task: &Task,
    start: &[f64],
    seed: u64,
) -> Result<()> {
    if engine.precision() == Precision::F64 {
        return Ok(());
    }
    // What is not finite there the descent itself finds and tells.
    let pilot = engine.deviations(task, start, &Batch::new(PILOT, seed));
    let Ok(moments) = pilot.and_then(Parts::finish) else {
        return Ok(());
    };
    let value = (moments.value_mean(), moments.value_std_error());
    single_precision::watch_value(engine, task, start, value, moments.count()).map(|_| ())
}

/// Rollouts that tell the time of a budget.
const TRIAL_ROLLOUTS: u64 = 2000;

/// The seconds of a descent within a budget, from two with small ones: they differ by what iterations take, and not by what begins and
/// ends a descent.
fn within(
    engine: &mut dyn Engine,
    task: &Task,
    start: &[f64],
    options: &Options,
    most: u64,
) -> Result<f64> {
    let mut seconds = |rollouts: u64| -> Result<f64> {
        let mut trial = *options;
        trial.rollouts = Some(rollouts.min(most));
        let interrupt = Interrupt::default();
        let found = solve::solve(engine, task, start, &trial, &interrupt, &mut |_| {})?;
        Ok(found.seconds)
    };
    seconds(TRIAL_ROLLOUTS)?;
    let (short, long) = (seconds(TRIAL_ROLLOUTS)?, seconds(3 * TRIAL_ROLLOUTS)?);
    let each = (long - short).max(0.0) / (2 * TRIAL_ROLLOUTS) as f64;
    Ok(short + each * most.saturating_sub(TRIAL_ROLLOUTS) as f64)
}

/// The seconds of a whole descent, from short ones with `samples` samples.
fn predicted(
    engine: &mut dyn Engine,
    task: &Task,
    start: &[f64],
    options: &Options,
    samples: u64,
) -> Result<f64> {
    if let Some(most) = options.rollouts {
        return within(engine, task, start, options, most);
    }
    let mut seconds = |iterations: u32| -> Result<f64> {
        let mut trial = *options;
        trial.iterations = iterations.min(options.iterations);
        trial.estimate.samples = samples;
        let started = Instant::now();
        solve::solve(
            engine,
            task,
            start,
            &trial,
            &Interrupt::default(),
            &mut |_| {},
        )?;
        Ok(started.elapsed().as_secs_f64())
    };
    seconds(1)?;
    let (one, three) = (seconds(1)?, seconds(3)?);
    let larger = options.estimate.samples as f64 / samples as f64;
    let each = ((three - one) / 2.0).max(0.0) * larger;
    Ok(one + each * f64::from(options.iterations.saturating_sub(1)))
}

fn say(warnings: &[String]) {
    for warning in warnings {
        note(&format!("warning: {warning}"));
    }
}

/// Files first, then stdout. If a file cannot be written after all, the document goes to stdout, so that no work is lost.
fn deliver(
    args: &Args,
    engine: &dyn Engine,
    task: &Task,
    start: &[f64],
    document: &Document<'_>,
    folder: Option<&Folder>,
) -> std::result::Result<(), Failure> {
    let text = json(document)?;
    let write = |folder: &Folder| {
        let solution = document.solution;
        files::numbers(folder, &text, task, solution)?;
        files::pictures(folder, task, start, solution, args.output.quiet);
        Ok(())
    };
    let for_people = |files| summary::for_people(document, engine, files);
    super::files::deliver(&text, args.output.json, folder, write, for_people)?;
    let schedule = document.settings.sigma_schedule;
    if document.solution.stopped.is_breakdown() {
        note(&format!(
            "error: {}",
            breakdown(document.solution, schedule, folder)
        ));
        return Err(Failure::Reported);
    }
    Ok(())
}

/// What was not finite, where, and how to look at it again.
fn breakdown(solution: &Solution, schedule: SigmaSchedule, folder: Option<&Folder>) -> String {
    let rest = match solution.stopped {
        Stopped::EngineLost => {
            "the result is the best theta before that, of which F is not known; go on from it with --theta, or take --engine cpu"
        }
        // What was given comes before what may be given.
        stopped if schedule != SigmaSchedule::Constant && stopped != Stopped::SigmaTooSmall => {
            "the result is the best theta before that; give --sigma-schedule another END, or a smaller --step or --radius"
        }
        Stopped::ThetaRanAway => {
            "the result is the best theta before that; give a smaller --step or --radius"
        }
        Stopped::SigmaTooSmall => {
            "the result is the best theta before that; give --sigma-schedule a larger END, or --engine reference"
        }
        Stopped::OutOfRange => {
            "the result is the best theta before that; take a smaller --step or --radius, other units with --set, or \
             --engine reference"
        }
        _ => {
            "the result is the best theta before that; take a smaller --step or --radius, another --set parameter, or \
             --nonfinite drop"
        }
    };
    let Some(b) = &solution.breakdown else {
        return format!("samples of the final evaluation were not finite; {rest}");
    };
    let what = match (b.sample, b.time) {
        (Some(sample), Some(time)) => {
            format!("sample {sample} was no longer finite at time {time}")
        }
        (None, Some(time)) => {
            format!("the noise-free rollout was no longer finite at time {time}")
        }
        _ => match solution.stopped {
            Stopped::SigmaTooSmall | Stopped::OutOfRange => solution.stopped.to_string(),
            _ => b.message.clone(),
        },
    };
    let path = folder.map(|f| f.path().join(BROKEN).display().to_string());
    let look = match (b.sample, path) {
        (Some(sample), Some(path)) => format!(
            "look at it with `mollify gradient`, the same flags and --theta {path} --iteration {} --replay {sample}; ",
            b.iteration
        ),
        (_, Some(path)) => format!("theta there is in {path}; "),
        (_, None) => "run again with --out DIR to keep theta there; ".to_string(),
    };
    format!("in iteration {} {what}; {look}{rest}", b.iteration)
}
