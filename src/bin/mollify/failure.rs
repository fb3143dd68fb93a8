//! Why a command ends without success.

use super::output::note;
use super::words::sentence_about;
use mollify::Error;
use std::io;
use std::path::Path;

/// What went wrong, as the exit status and the line on stderr need it.
#[derive(Debug)]
pub enum Failure {
    /// An error of the library.
    Library(Error),
    /// A command line that is complete nonsense to the library, in one sentence.
    Usage(String),
    /// Standard output does not take the result.
    Output(io::Error),
    /// The result itself is bad, and has been reported in full.
    Reported,
}

impl Failure {
    /// 2 for bad usage or input, 1 for everything else.
    pub fn exit_status(&self) -> u8 {
        match self {
            Failure::Library(error) => exit_status(error),
            Failure::Usage(_) => 2,
            Failure::Output(_) | Failure::Reported => 1,
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
            Failure::Reported => {}
        }
    }
}

/// 2 for bad usage or input, 1 for a run that failed.
pub fn exit_status(error: &Error) -> u8 {
    match error.is_of_the_run() {
        true => 1,
        false => 2,
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Library(error)
    }
}
