//! The result folder: checked before a run, so that nothing is lost after it.

use super::failure::Failure;
use super::output::print;
use mollify::{Error, Result};
use serde::Serialize;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A folder that can be written and holds none of the files to come.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// Makes the folder if need be, tries to write there, and refuses to overwrite unless forced.
    pub fn prepare(path: &Path, files: &[&str], force: bool) -> Result<Self> {
        let unwritable = |at: &Path| {
            let path = at.to_path_buf();
            move |source| Error::Write { path, source }
        };
        fs::create_dir_all(path).map_err(unwritable(path))?;
        for file in files {
            let target = path.join(file);
            if target.is_dir() {
                let source = io::Error::other("it is a folder");
                return Err(unwritable(&target)(source));
            }
            if !force && target.symlink_metadata().is_ok() {
                return Err(Error::Exists { path: target });
            }
        }
        let folder = Self(path.into());
        let trial = folder.temporary("trial");
        fs::write(&trial, b"")
            .and_then(|()| fs::remove_file(&trial))
            .map_err(unwritable(path))?;
        Ok(folder)
    }

    /// Writes under a temporary name and renames, so that no reader sees half a file.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let (temporary, target) = (self.temporary(name), self.0.join(name));
        let written = fs::write(&temporary, bytes).and_then(|()| fs::rename(&temporary, &target));
        written.map_err(|source| {
            // What is left of it is of no use to anybody.
            let _ = fs::remove_file(&temporary);
            Error::Write {
                path: target,
                source,
            }
        })
    }

    /// Writes these files in their order; their names.
    pub fn write_all(&self, files: &[(&str, Vec<u8>)]) -> Result<Vec<String>> {
        let each = |(name, bytes): &(&str, Vec<u8>)| {
            self.write(name, bytes)?;
            Ok((*name).to_string())
        };
        files.iter().map(each).collect()
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.0
    }

    fn temporary(&self, name: &str) -> PathBuf {
        self.0.join(format!(".{name}.{}.tmp", std::process::id()))
    }
}
/// Writes the files of a result, and prints its document, or what people read and where the files are. Where these cannot be
/// written the document goes to stdout after all: no work is lost.
pub fn deliver(
    document: &str,
    as_json: bool,
    folder: Option<&Folder>,
    write: impl FnOnce(&Folder) -> Result<Vec<String>>,
    for_people: impl FnOnce(Option<String>) -> String,
) -> std::result::Result<(), Failure> {
    let written = folder.map(|folder| {
        let names = write(folder)?.join(", ");
        Result::Ok(format!("{names} in '{}'", folder.path().display()))
    });
    match written.transpose() {
        Ok(_) if as_json => print(document),
        Ok(files) => print(&for_people(files)),
        Err(error) => {
            print(document)?;
            // The input was good: it is the run that failed.
            Failure::from(error).report(None);
            Err(Failure::Reported)
        }
    }
}

/// Rows under a header of their names.
pub fn csv(rows: &[impl Serialize]) -> io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.serialize(row).map_err(io::Error::other)?;
    }
    let ended = writer.into_inner();
    ended.map_err(|error| io::Error::other(error.to_string()))
}
