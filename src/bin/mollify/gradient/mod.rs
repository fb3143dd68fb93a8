//! `mollify gradient TASK`

mod bias_report;
mod replay;
mod statistics;
mod summary;

use super::args::{EngineArgs, EstimateArgs, OutputArgs, TaskArgs, iteration};
use super::engine;
use super::failure::Failure;
use super::files::{self, Folder};
use super::output::{json, note};
use super::parts::{self, Job, PartArgs};
use super::progress::SampleProgress;
use super::words::{self, in_flags};
use super::{dry_run, interrupt};
use mollify::engine::distributed::Gathered;
use mollify::engine::nominal::too_deep;
use mollify::engine::{Engine, EngineReport, Stream, Wanted};
use mollify::estimate::document::Document;
use mollify::estimate::{self, Settings, distributed, single_precision};
use mollify::system::task::Task;
use std::time::Instant;

const EXAMPLES: &str = "\
Examples:
  mollify gradient heaviside                        a jump: the first order is 0, which is wrong
  mollify gradient pushing --set stiffness=1000     stiff contact: the first order becomes noisy
  mollify gradient ball-wall --samples 1e6 --rule shared --json
  mollify gradient pushing --theta out/theta.npy    at the end of a descent
  mollify gradient pushing --replay 17              one sample in full
  mollify gradient tennis --replay 17 --out sample  one with pictures of its trajectory
  mollify gradient tennis --replay 0..99 --out hundred    a hundred trajectories as arrays

Defaults: 1000 samples at the start of the task.
Ctrl-C prints what the samples done by then say, with exit status 130.
More: `mollify help gradient FLAG`, and topics terms, statistics, estimates, sampling, noise,
parameters, policies, engines, files, clusters.";

/// Estimate the gradient of the smoothed objective at theta, in both orders and mixed
///
/// Draws --samples noisy rollouts and prints the smoothed objective F, its first-order gradient (from derivatives) and
/// zeroth-order gradient (from costs), each with standard errors and the variance of one sample, the empirical bias
/// between them, the weight alpha and why it was chosen. Where exact values are known they stand beside the estimates.
/// A report compares both orders coordinate by coordinate and says whether they agree, whether the cost must have a
/// jump, or whether too few samples met anything to tell.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    pub task: TaskArgs,
    #[command(flatten)]
    estimate: EstimateArgs,
    #[command(flatten)]
    engine: EngineArgs,
    #[command(flatten)]
    output: OutputArgs,
    /// Print samples in full instead, such as 17, 3,17 or 0..99
    ///
    /// Their cost, noise, derivatives, and when they stopped being finite.
    #[arg(long, value_name = "SAMPLES", value_parser = replay::numbers, allow_negative_numbers = true, conflicts_with_all = ["part", "merge"], help_heading = "Estimate")]
    replay: Option<replay::Numbers>,
    /// Take the noise that this iteration of a descent draws
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = iteration, allow_negative_numbers = true, help_heading = "Estimate")]
    iteration: u32,
    /// Print memory, chunks, dispatches and predicted time instead
    #[arg(long, conflicts_with_all = ["replay", "part", "merge"], help_heading = "Output")]
    dry_run: bool,
    #[command(flatten)]
    parts: PartArgs,
}

/// Samples unless given.
const SAMPLES: u64 = 1000;

/// What a part of it has to know.
struct Run<'a> {
    args: &'a Args,
    task: &'a Task,
    settings: &'a Settings,
    theta: Option<&'a [f64]>,
}

impl Run<'_> {
    fn as_job<T>(&self, call: impl FnOnce(&Job<'_>) -> Result<T, Failure>) -> Result<T, Failure> {
        let (task, settings, iteration) = (self.task, self.settings, self.args.iteration);
        let theta = self.theta.map_or_else(|| task.start(), <[f64]>::to_vec);
        let described = |engine: Option<&EngineReport>| {
            let d = distributed::Description::of(task, &theta, settings, iteration, engine)?;
            serde_json::to_value(d).map_err(|error| Failure::Output(error.into()))
        };
        let next =
            |known: &mut Gathered| Ok(distributed::next(known, task, &theta, settings, iteration)?);
        call(&Job {
            command: "gradient",
            described: &described,
            next: &next,
        })
    }
}

/// Estimates and prints.
pub fn run(args: &Args) -> Result<(), Failure> {
    let task = args.task.task("gradient")?;
    let settings = args.estimate.settings(SAMPLES, None, None);
    settings.check(&task)?;
    let theta = args.task.theta(&task)?;
    let job = Run {
        args,
        task: &task,
        settings: &settings,
        theta: theta.as_deref(),
    };
    if let Some(part) = args.parts.part {
        let interrupt = interrupt::install();
        let flags = (&args.engine, &args.output);
        return job.as_job(|job| parts::work(job, &task, part.cut()?, flags, &interrupt));
    }
    let folder = args
        .output
        .out
        .as_ref()
        .map(|path| {
            let files = match &args.replay {
                Some(_) => replay::files(&settings),
                None => statistics::FILES.to_vec(),
            };
            Folder::prepare(path, &files, args.output.force)
        })
        .transpose()?;
    let interrupt = interrupt::install();
    let (mut engine, seconds_of_parts) = match &args.parts.merge {
        None => {
            let engine = engine::open(&args.engine, &task, interrupt.clone())?;
            engine::announce(&args.engine, &*engine, args.output.quiet);
            (engine, None)
        }
        Some(folder) => {
            let merged = job.as_job(|job| parts::merge(job, folder, &args.engine))?;
            let engine: Box<dyn Engine> = Box::new(merged.engine);
            (engine, Some(merged.seconds))
        }
    };
    let batch = settings.batch(0, Stream::Estimate, Wanted::Both);
    engine::plan(&*engine, &args.engine, &task, &batch)?;
    let theta = theta.unwrap_or_else(|| task.start());
    if let Some(samples) = &args.replay {
        let replay = replay::replay(
            &mut *engine,
            &task,
            &theta,
            &settings,
            args.iteration,
            samples,
        )?;
        return replay.deliver(&task, &theta, &args.output, folder.as_ref());
    }

    if args.dry_run {
        let batches = settings.batches() as f64;
        let as_json = args.output.json;
        return dry_run::run(
            &mut *engine,
            &task,
            &batch,
            dry_run::Extent::Batches(batches),
            as_json,
            |engine, samples| {
                let at = (&task, theta.as_slice());
                match settings.weighs_controls(&task) {
                    true => dry_run::seconds_of_mix(engine, at, &settings, samples),
                    false => dry_run::seconds_of_estimates(engine, at, &batch, batches, samples),
                }
            },
        );
    }

    let quiet = args.output.quiet || seconds_of_parts.is_some();
    engine::announce_plan(&*engine, &task, &batch, quiet);
    // Whoever stops a long run wants to see what it has found.
    interrupt.keep_partial();
    let samples = settings.batches() * settings.samples;
    let shown = SampleProgress::start(&interrupt, samples, &args.output);
    let compiled = |engine: &dyn Engine| engine.report().compile_seconds.unwrap_or(0.0);
    let (started, before) = (Instant::now(), compiled(&*engine));
    let mixed = estimate::estimate_so_far(
        &mut *engine,
        &task,
        &theta,
        &settings,
        args.iteration,
        Wanted::Both,
    );
    shown.finish();
    let mixed = mixed?;
    // A variant that was not compiled with the engine is compiled in between.
    let here = started.elapsed().as_secs_f64() - (compiled(&*engine) - before);
    let seconds = seconds_of_parts.unwrap_or(here);
    let mut document = Document::of(&*engine, &task, &theta, &settings, &mixed, seconds);
    if !mixed.complete {
        document.setup.samples = mixed.samples.min(settings.samples);
    }
    let mut found = estimate::warnings(&task, &settings, &mixed);
    found.extend(single_precision::watch(&*engine, &task, &theta, &mixed)?);
    let deep = too_deep(&task, &theta).into_iter();
    let cut = task.shaping().truncation().map(|steps| {
        format!(
            "the first order is that of a horizon cut every {steps} steps: where both orders differ, it may be its bias and no jump"
        )
    });
    let found = found.iter().map(words::warning);
    document.warnings = deep.chain(cut).chain(found).collect();
    if let Some(report) = &mut document.report {
        report.sentence = in_flags(&report.sentence);
    }
    for warning in &document.warnings {
        note(&format!("warning: {warning}"));
    }
    let text = json(&document)?;
    let write = |folder: &Folder| statistics::write(folder, &text, &task, &document, &mixed);
    let for_people = |_| summary::for_people(&document, &mixed, &engine::described(&*engine));
    files::deliver(&text, args.output.json, folder.as_ref(), write, for_people)?;
    match mixed.complete {
        true => Ok(()),
        false => Err(Failure::Stopped),
    }
}
