//! `mollify shader TASK`

use super::args::VariantArgs;
use super::failure::Failure;
use super::output::print;
use mollify::engine::gpu;

/// Print the exact WGSL that runs for a task
///
/// The formulas of the task are traced from its one definition in Rust, differentiated in reverse, printed, and
/// joined with the hand-written kernels. Parameters are run-time inputs: `--set` changes no text.
/// Policy, kind of noise, and whether anything is drawn from sample to sample do.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  mollify shader pushing
  mollify shader pushing --policy perceptron=8 --noise-on action
  mollify shader friction > friction.wgsl")]
pub struct Args {
    /// Name of the task; `mollify list` shows all of them
    task: Option<String>,
    #[command(flatten)]
    pub variant: VariantArgs,
}

/// Prints the text.
pub fn run(args: &Args) -> Result<(), Failure> {
    let task = args.variant.chosen(args.task.as_deref(), "shader")?;
    print(&gpu::source(&task))
}
