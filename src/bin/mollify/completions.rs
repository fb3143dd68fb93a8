//! `mollify completions SHELL`

use super::failure::Failure;
use super::output::print;
use clap_complete::Shell;

/// Print a completion script for a shell
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  mollify completions bash > ~/.local/share/bash-completion/completions/mollify
  mollify completions zsh > \"${fpath[1]}/_mollify\"
  mollify completions fish > ~/.config/fish/completions/mollify.fish")]
pub struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the script.
pub fn run(args: &Args, command: &mut clap::Command) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, command, "mollify", &mut script);
    print(&String::from_utf8_lossy(&script))
}
