//! The history of a descent while it runs: JSON Lines, one for each iteration, each handed over whole.

use crate::failure::Failure;
use crate::output::note;
use mollify::solve::Iteration;
use mollify::{Error, Result};
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A file that is added to.
pub struct Log {
    path: PathBuf,
    file: File,
    failed: bool,
}

impl Log {
    /// A new file, or the former one emptied if that may be; a pipe or a terminal is as good.
    pub fn create(path: &Path, force: bool) -> Result<Self> {
        let is_file = path.metadata().is_ok_and(|m| m.is_file());
        if is_file && !force {
            return Err(Error::Exists { path: path.into() });
        }
        let file = File::create(path).map_err(|source| Error::Write {
            path: path.into(),
            source,
        })?;
        Ok(Self {
            path: path.into(),
            file,
            failed: false,
        })
    }

    /// Adds a line. A disk that is full does not end the descent: it is said once, and again by the exit status.
    pub fn add(&mut self, iteration: &Iteration) {
        if self.failed {
            return;
        }
        let line = serde_json::to_string(iteration).map_err(io::Error::from);
        let written = line.and_then(|line| self.file.write_all((line + "\n").as_bytes()));
        if let Err(error) = written {
            self.failed = true;
            let (path, number) = (self.path.display(), iteration.iteration);
            note(&format!(
                "warning: cannot write '{path}': {error}; it ends before iteration {number}"
            ));
        }
    }

    /// Fails if a line is missing.
    pub fn finish(self) -> std::result::Result<(), Failure> {
        match self.failed {
            true => Err(Failure::Reported),
            false => Ok(()),
        }
    }
}
