//! `mollify control TASK`

mod files;
mod flags;
mod summary;

use super::args::{EngineArgs, OutputArgs, TaskArgs};
use super::failure::Failure;
use super::files::Folder;
use super::output::{json, note, number};
use super::progress::Progress;
use super::words::in_flags;
use super::{engine, interrupt};
use files::FILES;
use flags::ControlArgs;
use mollify::control::document::{Document, warnings};
use mollify::control::{Ended, Options, Replanning, Run, control};
use mollify::engine::Batch;
use mollify::system::task::Task;

/// Run a system under plans that are made anew while it runs
///
/// A receding horizon, or model predictive control: a descent plans the controls of the next --horizon steps, the plant takes the
/// first --replan of them, and the next plan starts from where that led, with the last one shifted. The plant is the system
/// itself, in double precision. What the plans do not know of it is up to --plant and --disturb; the cost that is shown is the plant's.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  mollify control pushing --horizon 100 --out pushed     states, controls, costs and pictures
  mollify control cart-pole --steps 300 --rollouts 800
  mollify control hopper --horizon 150 --method mppi --refine 4
  mollify control pushing --plant mass=0.15 --disturb velocity_1=0.02 --seed 3
  mollify control quadrotor --replan 5 --tail start --json

Exit status: 0 if all steps are done, 1 if a plan or the plant was not finite any more, 2 for bad input.
Ctrl-C ends the run before the next plan and delivers what is done, with exit status 130.
More: `mollify help control FLAG`, and topics horizons, descents, noise, parameters, engines, files.")]
pub struct Args {
    #[command(flatten)]
    pub task: TaskArgs,
    #[command(flatten)]
    control: ControlArgs,
    #[command(flatten)]
    engine: EngineArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// Controls, writes the files and prints the summary.
pub fn run(args: &Args) -> Result<(), Failure> {
    let plan = flags::plan(&args.task)?;
    let plant = args.control.plant(&plan)?;
    let options = args.control.options(&plan)?;
    options.check(&plan, &plant).map_err(flags::in_own_words)?;
    let start = args.task.theta(&plan)?.unwrap_or_else(|| plan.start());
    let folder = args.output.out.as_ref();
    let folder = folder
        .map(|path| Folder::prepare(path, FILES, args.output.force))
        .transpose()?;
    let interrupt = interrupt::install();
    let mut engine = engine::open(&args.engine, &plan, interrupt.clone())?;
    engine::announce(&args.engine, &*engine, args.output.quiet);
    let batch = Batch::new(options.rollouts, options.seed);
    engine::plan(&*engine, &args.engine, &plan, &batch)?;
    for warning in warnings(&plan, &plant) {
        note(&format!("warning: {warning}"));
    }
    let progress = progress(args, &options);
    let mut number = 0;
    let mut observe = |replanning: &Replanning| {
        progress.show_plan(number, || summary::words(replanning));
        number += 1;
    };
    let found = control(
        &mut *engine,
        &plan,
        &plant,
        &start,
        &options,
        &interrupt,
        &mut observe,
    );
    progress.finish();
    let found = found.map_err(flags::in_own_words)?;
    let document = Document::of(&*engine, &plan, &plant, &options, &found);
    deliver(args, &plant, &document, folder.as_ref())?;
    ended(&found)
}

/// How far it is, by plans.
fn progress(args: &Args, options: &Options) -> Progress {
    let plans = options.steps.div_ceil(options.replan);
    let plans = u32::try_from(plans).unwrap_or(u32::MAX);
    Progress::new(plans, args.output.quiet, args.output.json)
}

fn deliver(
    args: &Args,
    plant: &Task,
    document: &Document<'_>,
    folder: Option<&Folder>,
) -> Result<(), Failure> {
    let text = json(document)?;
    let quiet = args.output.quiet;
    let write = |folder: &Folder| files::write(folder, &text, plant, document.run, quiet);
    let for_people = |files| summary::for_people(document, files);
    super::files::deliver(&text, args.output.json, folder, write, for_people)
}

/// What the exit status says of it.
fn ended(run: &Run) -> Result<(), Failure> {
    let steps = run.controls.len();
    match run.ended {
        Ended::Steps => Ok(()),
        Ended::Interrupted => Err(Failure::Stopped),
        Ended::Plan => {
            let why = in_flags(run.error.as_deref().unwrap_or_default());
            note(&format!(
                "error: there was no plan after {steps} steps: {why}; give more --rollouts, a shorter --horizon or a smaller \
                 --sigma"
            ));
            Err(Failure::Reported)
        }
        Ended::Plant => {
            note(&format!(
                "error: the plant was no longer finite after {steps} steps, and cost {} before; give a smaller time step with \
                 --set, or more --rollouts",
                number(run.costs.iter().take(steps - 1).sum())
            ));
            Err(Failure::Reported)
        }
    }
}
