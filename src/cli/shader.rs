//! `mollify shader TASK`

use super::args::name_given;
use super::failure::Failure;
use super::output::print;
use mollify::{gpu, systems};

/// Print the exact WGSL that runs for a task
///
/// The formulas of the task are traced from its one definition in Rust, differentiated in reverse, printed, and
/// joined with the hand-written kernels. Parameters are run-time inputs: `--set` changes no text.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  mollify shader pushing
  mollify shader friction > friction.wgsl")]
pub struct Args {
    /// Name of the task; `mollify list` shows all of them
    task: Option<String>,
}

/// Prints the text.
pub fn run(args: &Args) -> Result<(), Failure> {
    let model = systems::find(name_given(args.task.as_deref(), "shader")?)?;
    print(&gpu::source(&model))
}
