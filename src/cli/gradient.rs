//! `mollify gradient TASK`

use super::args::{EngineArgs, EstimateArgs, OutputArgs, TaskArgs};
use super::bias_report::Explained;
use super::engine;
use super::failure::Failure;
use super::files::Folder;
use super::output::{json, note, number, print};
use super::progress::SampleProgress;
use super::setup::Setup;
use super::{dry_run, gradient_summary, interrupt, replay};
use mollify::alpha::{Reason, Rule};
use mollify::bias::Verdict;
use mollify::engine::{Baseline, Engine, Stream, Wanted};
use mollify::estimate::{self, Estimate, Mixed, Settings};
use mollify::moments::NonFinite;
use mollify::noise::Distribution;
use mollify::system::ClosedForm;
use mollify::task::Task;
use mollify::zeroth::Zeroth;
use serde::Serialize;
use std::time::Instant;

const EXAMPLES: &str = "\
Examples:
  mollify gradient heaviside                        a jump: the first order is 0, which is wrong
  mollify gradient pushing --set stiffness=1000     stiff contact: the first order becomes noisy
  mollify gradient ball-wall --samples 1e6 --rule shared --json
  mollify gradient pushing --theta out/theta.npy    at the end of a descent
  mollify gradient pushing --replay 17              one sample in full
  mollify gradient tennis --replay 17 --out sample  one with pictures of its trajectory

Defaults: 1000 samples at the start of the task, gamma of its trust-region descent (`mollify list`).
Files of --out: result.json; with --replay also trajectory.svg, trajectory.png and animation.html
of the sample, beside the run of the same initial state and parameters without noise, and the same
as independent-* for the sample of the zeroth order.";

/// Which rules take two batches is theirs to say.
fn after_help() -> String {
    format!(
        "{EXAMPLES}\nThe rules {} draw separate samples for both orders, so they take 2 K rollouts.\n\
         Under a feedback policy ivw-h has an alpha for each control (control_alphas in --json).",
        Rule::names("and", |facts| facts.batches == 2)
    )
}

/// Estimate the gradient of the smoothed objective at theta, in both orders and mixed
///
/// Draws --samples noisy rollouts and prints the smoothed objective F, its first-order gradient (from derivatives) and
/// zeroth-order gradient (from costs), each with standard errors and the variance of one sample, the empirical bias
/// between them, the weight alpha and why it was chosen. Where exact values are known they stand beside the estimates.
/// A report compares both orders coordinate by coordinate and says whether they agree, whether the cost must have a
/// jump, or whether too few samples met anything to tell.
#[derive(Debug, clap::Args)]
#[command(after_long_help = after_help())]
pub struct Args {
    #[command(flatten)]
    task: TaskArgs,
    #[command(flatten)]
    estimate: EstimateArgs,
    #[command(flatten)]
    engine: EngineArgs,
    #[command(flatten)]
    output: OutputArgs,
    /// Print one sample in full instead: cost, noise, derivatives, and when it stopped being finite
    #[arg(long, value_name = "SAMPLE", value_parser = super::args::count, allow_negative_numbers = true, help_heading = "Estimate")]
    replay: Option<u64>,
    /// Take the noise that this iteration of a descent draws
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Estimate")]
    iteration: u32,
    /// Print memory, chunks, dispatches and predicted time instead
    #[arg(long, conflicts_with = "replay", help_heading = "Output")]
    dry_run: bool,
}

/// Samples unless given.
const SAMPLES: u64 = 1000;

/// The result files.
const FILES: &[&str] = &["result.json"];

/// F
#[derive(Serialize)]
pub struct Value {
    pub mean: f64,
    pub std_error: f64,
}

/// The JSON document.
#[derive(Serialize)]
pub struct Document<'a> {
    #[serde(flatten)]
    pub setup: Setup<'a>,
    /// R in force.
    pub bound: f64,
    /// Whether R is the largest of the samples themselves instead of --bound.
    pub bound_from_samples: bool,
    pub value: Value,
    pub value_at_theta: f64,
    pub first_order: Option<&'a Estimate>,
    pub zeroth_order: &'a Estimate,
    pub alpha: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alphas: Option<&'a [f64]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control_alphas: Option<&'a [f64]>,
    pub alpha_reason: Reason,
    pub bias: f64,
    pub confidence_radius: f64,
    pub gradient: &'a [f64],
    pub variance_of_gradient: f64,
    pub report: Option<Explained<'a>>,
    pub nonfinite: NonFinite,
    pub rollouts: u64,
    /// False if it was stopped before all samples were done.
    pub complete: bool,
    pub seconds: f64,
    /// Of compiling shaders, beside `seconds`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compile_seconds: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_form: Option<ClosedForm>,
    pub warnings: Vec<String>,
    pub theta: &'a [f64],
}

impl Document<'_> {
    /// What the confidence radius rests on.
    pub fn bound_source(&self) -> &'static str {
        match self.bound_from_samples {
            true => "estimated: R and the variance are those of the samples",
            false => "with R from --bound and the variance of the samples",
        }
    }
}

/// Estimates and prints.
pub fn run(args: &Args) -> Result<(), Failure> {
    let task = args.task.task("gradient")?;
    let settings = args.estimate.settings(SAMPLES, task.tuned().gamma, None);
    settings.check()?;
    settings.check_for(&task)?;
    args.replay.map_or(Ok(()), replay::check)?;
    let theta = args.task.theta(&task)?;
    let folder = args
        .output
        .out
        .as_ref()
        .map(|path| {
            let files = match args.replay {
                Some(_) => [FILES.to_vec(), replay::pictures(&settings)].concat(),
                None => FILES.to_vec(),
            };
            Folder::prepare(path, &files, args.output.force)
        })
        .transpose()?;
    let interrupt = interrupt::install();
    let mut engine = engine::open(&args.engine, &task, interrupt.clone())?;
    engine::announce(&args.engine, &*engine, args.output.quiet);
    let batch = settings.batch(0, Stream::Estimate, Wanted::Both);
    engine::plan(&*engine, &args.engine, &task, &batch)?;
    let theta = theta.unwrap_or_else(|| task.start());
    if let Some(sample) = args.replay {
        let replay = replay::replay(
            &mut *engine,
            &task,
            &theta,
            &settings,
            args.iteration,
            sample,
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
            batches,
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

    engine::announce_plan(&*engine, &task, &batch, args.output.quiet);
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
    let seconds = started.elapsed().as_secs_f64() - (compiled(&*engine) - before);
    let document = document(&*engine, &task, &theta, &settings, &mixed, seconds);
    for warning in &document.warnings {
        note(&format!("warning: {warning}"));
    }
    let text = json(&document)?;
    if let Some(folder) = &folder {
        folder.write(FILES[0], text.as_bytes())?;
    }
    match args.output.json {
        true => print(&text),
        false => print(&gradient_summary::for_people(
            &document,
            &mixed,
            &engine::described(&*engine),
        )),
    }
}

fn document<'a>(
    engine: &'a dyn Engine,
    task: &'a Task,
    theta: &'a [f64],
    settings: &Settings,
    mixed: &'a Mixed,
    seconds: f64,
) -> Document<'a> {
    Document {
        setup: Setup::of(engine, task, settings),
        bound: mixed.choice.bound,
        bound_from_samples: settings.bound.is_none(),
        value: Value {
            mean: mixed.value_mean,
            std_error: mixed.value_std_error,
        },
        value_at_theta: mixed.value_at_theta,
        first_order: mixed.first_order.as_ref(),
        zeroth_order: &mixed.zeroth_order,
        alpha: mixed.choice.alpha,
        alphas: mixed.choice.alphas.as_deref(),
        control_alphas: mixed.choice.control_alphas.as_deref(),
        alpha_reason: mixed.choice.reason,
        bias: mixed.choice.bias,
        confidence_radius: mixed.choice.confidence_radius,
        gradient: mixed.gradient.as_slice(),
        variance_of_gradient: mixed.variance_of_gradient,
        report: Explained::of(mixed),
        nonfinite: mixed.nonfinite,
        rollouts: mixed.rollouts,
        complete: mixed.complete,
        compile_seconds: engine.report().compile_seconds,
        seconds,
        closed_form: closed_form(task, theta, settings, mixed.value_at_theta),
        warnings: warnings(task, settings, mixed),
        theta,
    }
}

/// Exact values for the baseline in force; that of leave-one-out is F itself, up to 1/K. The variance of the zeroth order is
/// known for independent directions and the score alone.
fn closed_form(
    task: &Task,
    theta: &[f64],
    settings: &Settings,
    nominal: f64,
) -> Option<ClosedForm> {
    let exact = |b| task.closed_form(theta, b);
    let found = match settings.baseline {
        Baseline::None => exact(0.0),
        Baseline::Nominal => exact(nominal),
        Baseline::LeaveOneOut => exact(exact(0.0)?.value),
    };
    let plain = !settings.draws_directions() && settings.zeroth == Zeroth::default();
    found.map(|exact| ClosedForm {
        zeroth_order_variance: exact.zeroth_order_variance.filter(|_| plain),
        ..exact
    })
}

fn warnings(task: &Task, settings: &Settings, mixed: &Mixed) -> Vec<String> {
    let choice = &mixed.choice;
    let by_construction = choice.zero_by_construction.then(|| {
        format!(
            "alpha is 0 by construction: the part of the confidence radius that depends on the bound R = {} alone, {}, \
             exceeds gamma = {}, whatever the data; raise --samples or --gamma, or lower --bound",
            number(choice.bound),
            number(choice.radius_from_bound),
            number(settings.gamma)
        )
    });
    let dropped = mixed.nonfinite.first.map(|first| {
        format!(
            "{} of {} samples were not finite and were left out, first sample {} at time {}; see it with --replay {}",
            mixed.nonfinite.count, mixed.rollouts, first.sample, first.time, first.sample
        )
    });
    let lost = mixed.nonfinite;
    let dropped_along = (lost.count > 0 && lost.first.is_none()).then(|| {
        format!(
            "{} of {} rollouts were not finite, or in one unit with such a one, and were left out",
            lost.count, mixed.rollouts
        )
    });
    let unknown = (settings.zeroth == Zeroth::LeastSquares && mixed.zeroth_order.variance.is_nan())
        .then(|| {
            let d = mixed.gradient.len();
            format!(
                "too few samples for a fit to {d} values: the zeroth order is the least slope that fits, shorter than the \
                 gradient, and its error is unknown; raise --samples to {} or more",
                settings.least_samples(d)
            )
        });
    let blind = (choice.zeroth_variance == 0.0).then(|| {
        "no sample saw a difference in cost, so variance and confidence radius are 0 because nothing was seen, not \
         because nothing is there; raise --samples or --sigma"
            .to_string()
    });
    let jump = mixed.report.as_ref().map(|r| r.verdict) == Some(Verdict::Discontinuity);
    let trusting = (jump && !settings.rule.facts().sees_bias && choice.alpha > 0.0).then(|| {
        format!(
            "the first order is biased here, and the rule {} does not see it; take --rule {}",
            settings.rule,
            Rule::names("or", |facts| facts.sees_bias)
        )
    });
    let heavy = (task.noise().distribution == Distribution::StudentT).then(|| {
        "student-t noise has two degrees of freedom and no variance: where the cost grows in proportion to it, standard errors \
         of F mean little, and where it grows faster F itself is infinite, whatever a finite batch says"
            .to_string()
    });
    let stopped = (!mixed.complete).then(|| {
        format!(
            "stopped early: everything rests on the {} rollouts that were done",
            mixed.rollouts
        )
    });
    [
        task.warning(),
        heavy,
        stopped,
        by_construction,
        dropped,
        dropped_along,
        unknown,
        blind,
        trusting,
    ]
    .into_iter()
    .flatten()
    .collect()
}
