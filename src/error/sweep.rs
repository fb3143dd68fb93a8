//! What can go wrong with a sweep.

use super::words::{did_you_mean, list};
use std::path::PathBuf;

/// An error of a sweep; those of one of its points are [`super::Error::AtGridPoint`].
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
    /// The folder holds a sweep already.
    #[error("there is a sweep in '{}' already", path.display())]
    Exists {
        /// The folder.
        path: PathBuf,
    },
    /// There is no sweep to be resumed.
    #[error("there is no sweep in '{}' to go on with", path.display())]
    Missing {
        /// The folder.
        path: PathBuf,
    },
    /// The folder holds another sweep than the one to be resumed.
    #[error(
        "the sweep in '{}' is another one: {what} was {then} there and is {now} now",
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
    /// The system is another one than the folder holds rows of.
    #[error(
        "the sweep in '{}' is another one: the text of the system has changed since it began",
        path.display()
    )]
    SystemChanged {
        /// The folder.
        path: PathBuf,
    },
    /// A file of the sweep to be resumed is not what this sweep wrote.
    #[error("cannot understand '{}': {problem}; expected {expected}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        problem: String,
        /// What was expected.
        expected: String,
    },
    /// A file of a sweep could not be written any further.
    #[error(
        "cannot write '{}': {source}; the {rows} whole rows before are kept",
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
