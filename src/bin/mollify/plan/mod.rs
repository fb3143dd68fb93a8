//! `mollify plan TASK`

mod document;
mod files;
mod given;
mod smoothing;
mod summary;
mod tree;

use super::args::{EngineName, OutputArgs, count, named, real, seed, setting};
use super::arrays::theta;
use super::failure::Failure;
use super::files::Folder;
use super::interrupt;
use super::output::{json, note, number};
use super::progress::Progress;
use document::Document;
use mollify::error::{Named, PlanError};
use mollify::noise::environment::Draw;
use mollify::plan::{self, Gradient, Iteration, Linearizer, Method, Options, Plan, Scenario};
use mollify::plan::{StateJacobian, Stopped, TrustRegion};
use mollify::{Result, Task};
use smoothing::kappas;
use std::path::PathBuf;
use std::time::Instant;
use tree::TreeArgs;

/// Plan commands that move objects to a goal through quasi-dynamic contact
///
/// Contact that does not touch has no derivative, so a planner looks at smoothed steps, by the barrier or by noise, and
/// judges its commands by the exact step. What is found is the best commands by the cost of the task; they reach the goal if
/// the objects end within --tolerance of it. A tree (rrt) is judged by the steps that grew it, smoothed ones unless --extension
/// says otherwise; where its commands lead under the exact step stands beside it.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  mollify plan planar-pushing --out pushed                  all commands at once
  mollify plan planar-pushing --start disc_y=-0.3 --set goal_disc_y=0
  mollify plan planar-pushing --goal box_x=0.2 --goal box_angle=0.5
  mollify plan planar-pushing --commands pushed/result.json --goal box_x=0.6     on from a plan that was found
  mollify plan planar-hand --method mpc --kappa 500,1000 --iterations 20 --state-jacobian identity
  mollify plan planar-pushing --method mpc --gradient mixed --seed 3 --json
  mollify plan planar-pushing --method rrt --seed 3 --out tree
  mollify plan planar-hand --method rrt --nodes 2000 --goal ball_angle=1.57

Exit status: 0 if the goal is reached, 1 if not (with the best that was found), 2 for bad input.
Ctrl-C stops after the iteration in flight and delivers the best commands.
More: `mollify help plan FLAG`, and topics plans, engines, files, status.")]
pub struct Args {
    /// Name of the task; `mollify list` shows all of them
    #[arg(value_name = "TASK")]
    task: String,
    /// Set a parameter of the model; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting, help_heading = "Task")]
    set: Vec<(String, f64)>,
    /// Where a coordinate of the state starts; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting, help_heading = "Task")]
    start: Vec<(String, f64)>,
    /// Where a coordinate should be at the end; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting, help_heading = "Task")]
    goal: Vec<(String, f64)>,
    /// Number of commands [default: the task's]
    #[arg(long, value_name = "H", value_parser = count, allow_negative_numbers = true, help_heading = "Task")]
    horizon: Option<u64>,
    /// How far the objects may end from their goal: the norm over all of their coordinates, for rrt the local distance of a
    /// node [default: 0.1, for rrt the task's]
    #[arg(long, value_name = "D", value_parser = real, allow_negative_numbers = true, help_heading = "Task")]
    tolerance: Option<f64>,
    /// How the plan is found
    #[arg(long, value_name = "METHOD", value_parser = named::<MethodName>(), default_value = "shooting", help_heading = "Method")]
    method: MethodName,
    /// Start from the commands of a file: result.json or plan.npz of a plan for this task, or an array of shape H x M as --theta
    /// takes it elsewhere [default: those that keep the robot where it is]
    #[arg(long, value_name = "FILE", help_heading = "Method")]
    commands: Option<PathBuf>,
    /// Where the linearizations of a step come from [default: barrier]
    #[arg(long, value_name = "GRADIENT", value_parser = named::<Gradient>(), help_heading = "Method")]
    gradient: Option<Gradient>,
    /// Iterations at most; of shooting for each weight of the barrier [default: 20, for mpc 10]
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true, help_heading = "Method")]
    iterations: Option<u64>,
    /// How far a command may be from what follows it [default: 0.2]
    #[arg(long, value_name = "D", value_parser = real, allow_negative_numbers = true, help_heading = "Method")]
    reach: Option<f64>,
    /// By how much shooting may change a command in one iteration, and rrt in one step, in norm [default: 0.1, for rrt the
    /// task's]
    #[arg(long, value_name = "D", value_parser = real, allow_negative_numbers = true, help_heading = "Method")]
    step: Option<f64>,
    /// Where shooting trusts its linearizations [default: box]
    #[arg(long, value_name = "REGION", value_parser = named::<TrustRegion>(), help_heading = "Method")]
    trust_region: Option<TrustRegion>,
    /// What of a step's derivative by the state is taken [default: full]
    #[arg(long, value_name = "WHAT", value_parser = named::<StateJacobian>(), help_heading = "Method")]
    state_jacobian: Option<StateJacobian>,
    /// Weights of the barrier in 1/J, from much smoothing to little [default: 100,1000,10000, for mpc 100,2000, for rrt one, the task's]
    #[arg(long, value_name = "K,...", value_parser = real, value_delimiter = ',', allow_negative_numbers = true, conflicts_with = "length", help_heading = "Smoothing")]
    kappa: Vec<f64>,
    /// The same as smoothing lengths in m
    #[arg(long, value_name = "L,...", value_parser = real, value_delimiter = ',', allow_negative_numbers = true, help_heading = "Smoothing")]
    length: Vec<f64>,
    /// Standard deviation of the noise on commands in the first iteration; it falls as the power -0.8 of the iteration, and is
    /// the same at all nodes of rrt [default: 0.2, for rrt 1.4 times the smoothing length]
    #[arg(long, value_name = "S", value_parser = real, allow_negative_numbers = true, help_heading = "Smoothing")]
    sigma: Option<f64>,
    /// Steps for each of A and B at each point, in pairs of noise w and -w [default: 100]
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true, help_heading = "Smoothing")]
    samples: Option<u64>,
    /// Seed of the noise
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = seed, allow_negative_numbers = true, help_heading = "Smoothing")]
    seed: u64,
    /// What linearizes [default: cpu for gradients from samples, else reference]
    #[arg(long, value_name = "ENGINE", value_parser = named::<EngineName>(), help_heading = "Engine")]
    engine: Option<EngineName>,
    /// The GPU by a part of its name
    #[arg(long, value_name = "NAME", help_heading = "Engine")]
    adapter: Option<String>,
    #[command(flatten)]
    tree: TreeArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// How a plan is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MethodName {
    /// Commands along a whole trajectory
    Commands(Method),
    /// A tree of reachable configurations with new grasps, as published
    Rrt,
}

impl Named for MethodName {
    const WHAT: &'static str = Method::WHAT;
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        of_commands(0),
        of_commands(1),
        (
            Self::Rrt,
            "rrt",
            "A tree of reachable configurations with new grasps, as published",
        ),
    ];
}

const fn of_commands(i: usize) -> (MethodName, &'static str, &'static str) {
    let (method, name, help) = Method::ALL[i];
    (MethodName::Commands(method), name, help)
}

impl Args {
    fn gradient(&self) -> Gradient {
        self.gradient.unwrap_or_default()
    }

    /// The task with its parameters and start.
    fn started_task(&self) -> Result<Task> {
        let mut task = Task::find(&self.task)?;
        for (name, value) in &self.set {
            task = task.with_parameter(name, *value)?;
        }
        for (name, value) in &self.start {
            task = task.with_initial(name, Draw::Constant(*value), &[])?;
        }
        Ok(task)
    }

    /// The same with its goal and horizon.
    fn task(&self) -> Result<Task> {
        let mut task = self.started_task()?;
        for (name, value) in &self.goal {
            task = plan::with_goal(task, name, *value)?;
        }
        match self.horizon {
            Some(horizon) => task.with_horizon(usize::try_from(horizon).unwrap_or(usize::MAX)),
            None => Ok(task),
        }
    }

    fn options(&self, method: Method, scenario: &Scenario<'_>) -> Result<Options> {
        let usual = Options::of(method);
        let iterations = self.iterations.unwrap_or(usual.iterations.into());
        Ok(Options {
            gradient: self.gradient(),
            iterations: u32::try_from(iterations).unwrap_or(u32::MAX),
            reach: self.reach.unwrap_or(usual.reach),
            step: self.step.unwrap_or(usual.step),
            trust_region: self.trust_region.unwrap_or(usual.trust_region),
            state_jacobian: self.state_jacobian.unwrap_or(usual.state_jacobian),
            kappa: kappas(&self.kappa, &self.length, scenario)?.unwrap_or(usual.kappa),
            sigma: self.sigma.unwrap_or(usual.sigma),
            samples: self.samples.unwrap_or(usual.samples),
            seed: self.seed,
            tolerance: self.tolerance.unwrap_or(usual.tolerance),
            ..usual
        })
    }

    fn linearizer(&self) -> Result<Linearizer> {
        let usual = match self.gradient().is_sampled() {
            true => EngineName::Cpu,
            false => EngineName::Reference,
        };
        // An adapter says which engine by itself.
        let unsaid = self.adapter.is_none().then_some(usual);
        let engine = self.engine.or(unsaid);
        let quiet = self.output.quiet;
        let (kind, adapter) = super::engine::kind(engine, self.adapter.as_deref(), quiet)?;
        Ok(Linearizer::new(kind, adapter))
    }
}

/// Plans, writes the files and prints the summary.
pub fn run(args: &Args) -> std::result::Result<(), Failure> {
    given::check(args)?;
    let MethodName::Commands(method) = args.method else {
        return tree::run(args);
    };
    let task = args.task()?;
    let mut scenario = Scenario::of(&task).map_err(with_tasks)?;
    if let Some(path) = &args.commands {
        let commands = theta::read(path, &task, "--commands")?;
        scenario = scenario.with_initial_commands(&commands)?;
    }
    run_commands(args, &scenario, method)
}

/// Planners that look for commands along a whole trajectory.
fn run_commands(
    args: &Args,
    scenario: &Scenario<'_>,
    method: Method,
) -> std::result::Result<(), Failure> {
    let options = args.options(method, scenario)?;
    options.check(scenario)?;
    let folder = args.output.out.as_ref();
    let folder = folder
        .map(|path| Folder::prepare(path, files::FILES, args.output.force))
        .transpose()?;
    if !args.output.quiet {
        say_penetration(scenario);
    }
    let interrupt = interrupt::install();
    let mut linearizer = args.linearizer()?;
    let stages = match (method, options.gradient) {
        (Method::Shooting, Gradient::Barrier) => options.kappa.len() as u32,
        _ => 1,
    };
    let all = options.iterations.saturating_mul(stages);
    let progress = Progress::new(all, args.output.quiet, args.output.json);
    let mut observe = |it: &Iteration| progress.show_number(it.iteration, || summary::words(it));
    let started = Instant::now();
    let found = plan::plan(
        scenario,
        &options,
        &mut linearizer,
        &interrupt,
        &mut observe,
    );
    progress.finish();
    let found = found?;
    let seconds = started.elapsed().as_secs_f64();
    let document = Document::of(scenario, &options, linearizer.kind(), &found, seconds);
    deliver(args, scenario, &document, folder.as_ref())?;
    match found.reached {
        true => Ok(()),
        false => {
            note(&format!("error: {}", not_reached(&found, &options)));
            match found.stopped {
                Stopped::Interrupted => Err(Failure::Stopped),
                _ => Err(Failure::Reported),
            }
        }
    }
}

fn not_reached(found: &Plan, options: &Options) -> String {
    let why = match found.stopped {
        Stopped::Interrupted => "it was interrupted",
        Stopped::Iterations => "its iterations are spent: give more --iterations",
        Stopped::Unsolved => {
            "rounding left a quadratic program unsolved: give more smoothing, or --gradient barrier"
        }
        Stopped::Settled => {
            "no commands nearby cost less: give a longer --horizon, a longer --reach, a smaller first --kappa, or another --start"
        }
    };
    format!(
        "the goal was not reached: the best commands end {} from it, and --tolerance is {}; {why}",
        number(found.distance),
        number(options.tolerance)
    )
}

/// A task that has no steps to plan through: with those that have.
fn with_tasks(error: mollify::Error) -> mollify::Error {
    match error {
        mollify::Error::Plan(PlanError::NotQuasiDynamic { task, .. }) => {
            let known = super::linearize::quasi_dynamic_tasks();
            let known = known.into_iter().map(String::from).collect();
            PlanError::NotQuasiDynamic { task, known }.into()
        }
        other => other,
    }
}

fn say_penetration(scenario: &Scenario<'_>) {
    if let Some(depth) = scenario.penetration() {
        note(&format!(
            "note: bodies penetrate by {} m at the start; the first step pushes them apart",
            number(depth)
        ));
    }
}

fn deliver(
    args: &Args,
    scenario: &Scenario<'_>,
    document: &Document<'_>,
    folder: Option<&Folder>,
) -> std::result::Result<(), Failure> {
    let text = json(document)?;
    let write =
        |folder: &Folder| files::write(folder, &text, scenario, document, args.output.quiet);
    let for_people = |files| summary::for_people(document, files);
    super::files::deliver(&text, args.output.json, folder, write, for_people)
}
