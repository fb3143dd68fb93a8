//! `mollify export TASK`

use super::failure::Failure;
use super::files::Folder;
use super::output::print;
use mollify::{Error, systems};
use std::io;
use std::path::{Path, PathBuf};

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
    /// Overwrite that file
    #[arg(long, requires = "out")]
    force: bool,
}

/// Prints or writes the text.
pub fn run(args: &Args) -> Result<(), Failure> {
    let text = systems::find_with(&args.task, args.contact.as_deref())?.to_json()?;
    match &args.out {
        None => print(&text),
        Some(path) => write(path, &text, args.force),
    }
}

/// A file that is there may have been changed by hand: it is overwritten only on demand.
fn write(path: &Path, text: &str, force: bool) -> Result<(), Failure> {
    let is_special = path.metadata().is_ok_and(|m| !m.is_file());
    let name = path.file_name().and_then(|name| name.to_str());
    let (Some(name), false) = (name, is_special) else {
        let source = io::Error::other("it is no plain file");
        let path = path.into();
        return Err(Error::Write { path, source }.into());
    };
    let folder = path.parent().unwrap_or(Path::new(""));
    let folder = Folder::shared(folder, name, force)?;
    folder.write(name, text.as_bytes());
    folder.finish().map(|_| ())
}
