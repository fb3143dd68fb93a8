//! Why a command ends without success.

use super::output::note;
use mollify::Error;
use std::io;

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
            Failure::Library(error) => error.exit_status(),
            Failure::Usage(_) => 2,
            Failure::Output(_) | Failure::Reported => 1,
        }
    }

    /// One line on stderr.
    pub fn report(&self) {
        match self {
            Failure::Library(error @ Error::Unpublished { .. }) => note(&format!(
                "error: {error}; give --samples, --step and --iterations"
            )),
            Failure::Library(error) => note(&format!("error: {error}")),
            Failure::Usage(sentence) => note(&format!("error: {sentence}")),
            Failure::Output(error) => {
                note(&format!("error: cannot write to standard output: {error}"));
            }
            Failure::Reported => {}
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Library(error)
    }
}
