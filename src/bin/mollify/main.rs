//! The command line: what it accepts, and which file does it.
//!
//! Results go to stdout, everything else to stderr. The exit status is 0 for done, 1 for a run that failed or a
//! check that did not hold, 2 for bad usage or input, 130 for a run that was stopped.

mod args;
mod arrays;
mod bench;
mod completions;
mod continuity;
mod control;
mod correlated;
mod descent;
mod devices;
mod doctor;
mod draw;
mod drawing;
mod drawn;
mod dry_run;
mod engine;
mod experiments;
mod export;
mod failure;
mod figure;
mod files;
mod gradient;
mod help;
mod interrupt;
mod landscape;
mod linearize;
mod list;
mod once;
mod optimize;
mod output;
mod parts;
mod plan;
mod progress;
mod reproduce;
mod shader;
mod surroundings;
mod sweep;
mod verify;
mod words;
mod wrench;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use failure::Failure;
use std::io::ErrorKind;
use std::path::Path;
use std::process::ExitCode;

/// Gradients of noise-smoothed objectives through contact.
#[derive(Debug, Parser)]
#[command(name = "mollify", version, about, long_about = ABOUT, after_long_help = WORDS, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

const ABOUT: &str = "\
Gradients of noise-smoothed objectives through contact.

A contact task has a cost f(theta, w): roll a system out under the controls theta, disturbed by the noise w. \
Contact makes f stiff or makes it jump, so Mollify works with the smoothed objective F(theta), the mean of f over \
the noise. It samples many rollouts at once and estimates the gradient of F in two ways: from derivatives (first \
order) and from costs alone (zeroth order). It mixes both by a weight alpha, and descends.";

const WORDS: &str = "\
Words:
  theta         the decision: the controls of all time steps, horizon x controls values
  sigma         standard deviation of the Gaussian noise on every value of theta,
                and with that the width of the smoothing
  samples       number K of noisy rollouts of one estimate
  first order   mean of df/dtheta: precise where f is smooth, biased where f jumps,
                noisy where f is stiff; the pathwise or reparameterisation gradient, FoBG
  zeroth order  mean of (f - b) w / sigma^2: never biased, but noisy; the score-function,
                likelihood-ratio or REINFORCE gradient, ZoBG
  baseline      b, which lowers the noise of the zeroth order
  alpha         weight of the first order in the mix:
                1 trusts derivatives only, 0 trusts costs only
  bias          distance between both gradients: a sign of jumps if it exceeds the noise
  gamma         how much bias the rule aobg tolerates, in the unit of the gradient;
                unless given, radius and two standard errors of the zeroth order

Examples:
  mollify list                             the tasks that are built in
  mollify gradient heaviside               a jump: the first order is 0, the zeroth order is right
  mollify landscape ball-wall --out wall   the same along a line, as a picture
  mollify optimize pushing --out pushed    descend and keep theta and the history
  mollify gradient pushing --theta pushed/theta.npy --json

`mollify COMMAND --help` explains a command and its flags, `mollify help TOPIC` what they share:
terms, statistics, estimates, sampling, noise, parameters, policies, shaping, descents, engines,
files, systems, grids, horizons, plans, clusters, status.
Exit status: 0 done, 1 the run failed or a check did not hold, 2 bad usage or input,
130 stopped by Ctrl-C or a request to terminate; what was done by then is delivered.";

#[derive(Debug, Subcommand)]
enum Command {
    List(list::Args),
    Devices(devices::Args),
    Doctor(doctor::Args),
    Gradient(gradient::Args),
    Landscape(landscape::Args),
    Linearize(linearize::Args),
    Continuity(continuity::Args),
    Wrench(wrench::Args),
    Optimize(optimize::Args),
    Control(control::Args),
    Plan(plan::Args),
    Sweep(sweep::Args),
    Verify(verify::Args),
    Bench(bench::Args),
    Reproduce(reproduce::Args),
    Shader(shader::Args),
    Export(export::Args),
    Help(help::Args),
    Completions(completions::Args),
}

/// Parses the arguments, runs the command and says what went wrong.
fn main() -> ExitCode {
    surroundings::quieten();
    let root = Cli::command();
    let in_full = help::asked_in_full(&root);
    let parsed = help::shaped(root, in_full.as_deref()).try_get_matches();
    let cli = match parsed.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => {
            return match error.print() {
                // Help for a closed pipe is no failure.
                Err(unwritten) if unwritten.kind() != ErrorKind::BrokenPipe => ExitCode::FAILURE,
                _ => ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2)),
            };
        }
    };
    let command = cli.command.as_ref();
    let system = command.and_then(Command::system);
    match run(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.report(system);
            ExitCode::from(failure.exit_status())
        }
    }
}

impl Command {
    /// The file in which the command finds its task, if that is how it came in.
    fn system(&self) -> Option<&Path> {
        let variant = match self {
            Command::Gradient(args) => &args.task.variant,
            Command::Landscape(args) => &args.task.variant,
            Command::Continuity(args) => &args.task.variant,
            Command::Optimize(args) => &args.task.variant,
            Command::Control(args) => &args.task.variant,
            Command::Sweep(args) => &args.task.variant,
            Command::Verify(args) => &args.variant,
            Command::Bench(args) => &args.variant,
            Command::Shader(args) => &args.variant,
            _ => return None,
        };
        variant.system.as_deref()
    }
}

fn run(command: Option<&Command>) -> Result<(), Failure> {
    match command {
        None => output::print(&help::overview(Cli::command())),
        Some(Command::List(args)) => list::run(args),
        Some(Command::Devices(args)) => devices::run(args),
        Some(Command::Doctor(args)) => doctor::run(args),
        Some(Command::Gradient(args)) => gradient::run(args),
        Some(Command::Landscape(args)) => landscape::run(args),
        Some(Command::Linearize(args)) => linearize::run(args),
        Some(Command::Continuity(args)) => continuity::run(args),
        Some(Command::Wrench(args)) => wrench::run(args),
        Some(Command::Optimize(args)) => optimize::run(args),
        Some(Command::Control(args)) => control::run(args),
        Some(Command::Plan(args)) => plan::run(args),
        Some(Command::Sweep(args)) => sweep::run(args),
        Some(Command::Verify(args)) => verify::run(args),
        Some(Command::Bench(args)) => bench::run(args),
        Some(Command::Reproduce(args)) => reproduce::run(args),
        Some(Command::Shader(args)) => shader::run(args),
        Some(Command::Export(args)) => export::run(args),
        Some(Command::Help(args)) => help::run(args, Cli::command()),
        Some(Command::Completions(args)) => completions::run(args, &mut Cli::command()),
    }
}
