//! `mollify export TASK`

use super::failure::Failure;
use super::output::print;
use mollify::{Error, systems};
use std::path::PathBuf;

/// Print a task as a file of a system, for --system
///
/// The file has names, units, defaults and the formulas as lists of nodes; docs/systems.md describes it. What is drawn of a
/// task, its closed forms and its warnings stay behind.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  mollify export pushing --out pushing.json
  mollify gradient --system pushing.json")]
pub struct Args {
    /// Name of the task; `mollify list` shows all of them
    task: String,
    /// Model of contact, for the tasks that have a choice [default: the task's]
    #[arg(long, value_name = "MODEL")]
    contact: Option<String>,
    /// A new file for the text, in place of stdout
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Prints or writes the text.
pub fn run(args: &Args) -> Result<(), Failure> {
    let text = systems::find_with(&args.task, args.contact.as_deref())?.to_json()?;
    let Some(path) = &args.out else {
        return print(&text);
    };
    let failed = |source| Error::Write {
        path: path.clone(),
        source,
    };
    // A file that is there is never overwritten: it may have been changed by hand.
    let file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path);
    let written = file.and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()));
    Ok(written.map_err(failed)?)
}
