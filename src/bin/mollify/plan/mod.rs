//! `mollify plan TASK`

mod files;
mod summary;
mod tree;

use super::args::{EngineName, OutputArgs, count, named, real, seed, setting};
use super::arrays::theta;
use super::failure::Failure;
use super::files::Folder;
use super::interrupt;
use super::once::once;
use super::output::{json, note, number};
use super::progress::Progress;
use mollify::noise::environment::Draw;
use mollify::plan::document::Document;
use mollify::plan::{self, Asked, Beside, Gradient, Iteration, Linearizer, Method, Options, Plan};
use mollify::plan::{Planner, Scenario, StateJacobian, Stopped, TrustRegion};
use mollify::systems::with_known;
use mollify::{Result, Task};
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
    #[arg(long, value_name = "METHOD", value_parser = named::<Planner>(), default_value = "shooting", help_heading = "Method")]
    method: Planner,
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

impl Args {
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

    /// The settings of the flags.
    fn asked(&self) -> Asked {
        let tree = &self.tree;
        Asked {
            planner: self.method,
            gradient: self.gradient,
            iterations: self.iterations,
            reach: self.reach,
            step: self.step,
            trust_region: self.trust_region,
            state_jacobian: self.state_jacobian,
            kappa: self.kappa.clone(),
            length: self.length.clone(),
            sigma: self.sigma,
            samples: self.samples,
            tolerance: self.tolerance,
            nodes: tree.nodes,
            regularization: tree.regularization,
            goal_probability: tree.goal_probability,
            regrasp_probability: tree.regrasp_probability,
            threshold: tree.threshold,
            metric: tree.metric,
            extension: tree.extension,
            ablation: tree.ablation,
            batch: tree.batch,
            seed: self.seed,
        }
    }

    /// Refuses flags that would do nothing, and those that contradict each other.
    fn check(&self) -> Result<()> {
        for (flag, settings) in [
            ("--set", &self.set),
            ("--start", &self.start),
            ("--goal", &self.goal),
        ] {
            once(flag, settings)?;
        }
        self.asked().check(Beside {
            horizon: self.horizon.is_some(),
            commands: self.commands.is_some(),
            engine: self.engine.is_some(),
            adapter: self.adapter.is_some(),
        })
    }

    fn linearizer(&self) -> Result<Linearizer> {
        let usual = match self.asked().gradient().is_sampled() {
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
    args.check()?;
    let Planner::Commands(method) = args.method else {
        return tree::run(args);
    };
    let task = args.task()?;
    let mut scenario = Scenario::of(&task).map_err(with_known)?;
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
    let options = args.asked().options(method, scenario)?;
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
