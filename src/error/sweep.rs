//! What can go wrong with a sweep.

use super::Error;
use super::words::{did_you_mean, list};
use std::path::PathBuf;

/// An error of a sweep, or of one of its points.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SweepError {
    /// A sweep cannot go over that quantity.
    #[error("task '{task}' has no axis '{name}' to sweep over{}; it has {}", did_you_mean(.nearest), list(.known))]
    UnknownAxis {
        /// The task.
        task: String,
        /// The name that was asked for.
        name: String,
        /// The axis with the most similar name, if any is close.
        nearest: Option<String>,
        /// All axes of the task.
        known: Vec<String>,
    },
    /// Something is wrong at one point of a sweep.
    #[error("at {point}: {source}")]
    AtGridPoint {
        /// The values of the axes.
        point: String,
        /// What is wrong there.
        source: Box<Error>,
    },
    /// The folder holds a sweep already.
    #[error(
        "there is a sweep in '{}' already; continue it with --resume, begin again with --force, or choose another folder with --out",
        path.display()
    )]
    Exists {
        /// The folder.
        path: PathBuf,
    },
    /// The folder holds another sweep than the one to be resumed.
    #[error(
        "the sweep in '{}' is another one: {what} was {then} there and is {now} now; give the same flags with --resume, begin again with --force, or choose another folder with --out",
        path.display()
    )]
    Changed {
        /// The folder.
        path: PathBuf,
        /// The first entry of the description that differs.
        what: String,
        /// Its value in the folder.
        then: String,
        /// Its value now.
        now: String,
    },
    /// A file of a sweep could not be written any further.
    #[error(
        "cannot write '{}': {source}; the {rows} whole rows before are kept: make room and give the same command with --resume",
        path.display()
    )]
    Stopped {
        /// The file.
        path: PathBuf,
        /// The rows that are kept.
        rows: usize,
        /// What the system said.
        source: std::io::Error,
    },
}

impl SweepError {
    /// As [`Error::exit_status`].
    pub(super) fn exit_status(&self) -> u8 {
        match self {
            SweepError::Stopped { .. } => 1,
            SweepError::AtGridPoint { source, .. } => source.exit_status(),
            _ => 2,
        }
    }
}
