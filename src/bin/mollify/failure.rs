//! Why a command ends without success.

use super::output::note;
use super::words::sentence_about;
use mollify::Error;
use std::io;
use std::path::{Path, PathBuf};

/// What went wrong, as the exit status and the line on stderr need it.
#[derive(Debug)]
pub enum Failure {
    /// An error of the library.
    Library(Error),
    /// A command line that is complete nonsense to the library, in one sentence.
    Usage(String),
    /// Standard output does not take the result.
    Output(io::Error),
    /// Files of a result that could not be written, and those that could.
    Unwritten {
        path: PathBuf,
        written: Vec<String>,
        missing: Vec<String>,
        source: io::Error,
    },
    /// The result itself is bad, and has been reported in full.
    Reported,
    /// Somebody asked to stop; what was done by then has been delivered.
    Stopped,
}

/// What a process returns that was asked to stop, as shells know it.
pub const STOPPED: u8 = 130;

impl Failure {
    /// 2 for bad usage or input, 130 for a run that was stopped, 1 for everything else.
    pub fn exit_status(&self) -> u8 {
        match self {
            Failure::Library(error) => exit_status(error),
            Failure::Usage(_) => 2,
            Failure::Output(_) | Failure::Unwritten { .. } | Failure::Reported => 1,
            Failure::Stopped => STOPPED,
        }
    }

    /// One line on stderr; `system` is the file that the task came from, if it did.
    pub fn report(&self, system: Option<&Path>) {
        match self {
            Failure::Library(error) => {
                note(&format!("error: {}", sentence_about(error, system)));
            }
            Failure::Usage(sentence) => note(&format!("error: {sentence}")),
            Failure::Output(error) => {
                note(&format!("error: cannot write to standard output: {error}"));
            }
            Failure::Unwritten {
                path,
                written,
                missing,
                source,
            } => {
                let first = path.join(missing.first().map_or("", String::as_str));
                let there = match written.is_empty() {
                    true => "none of the files is there".into(),
                    false => format!("there is {}", written.join(", ")),
                };
                note(&format!(
                    "error: cannot write '{}': {source}; {there}, and missing is {}",
                    first.display(),
                    missing.join(", ")
                ));
            }
            Failure::Reported | Failure::Stopped => {}
        }
    }
}

/// 2 for bad usage or input, 130 for a run that was stopped before it had a result, 1 for one that failed.
pub fn exit_status(error: &Error) -> u8 {
    match error {
        Error::Interrupted => STOPPED,
        Error::AtGridPoint { source, .. } => exit_status(source),
        error if error.is_of_the_run() => 1,
        _ => 2,
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Library(error)
    }
}
