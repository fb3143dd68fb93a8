//! The result folder: checked and locked before a run, so that nothing is lost after it, and written file by file.
//!
//! Numbers come before pictures, and `result.json` after the other numbers: where it is, they are whole. A file that cannot
//! be written does not keep the next one from it, and what is there and what is missing is said at the end.

use super::failure::Failure;
use super::output::print;
use mollify::files::{Lock, remove_leftovers, write_whole};
use mollify::{Error, Result};
use serde::Serialize;
use std::cell::RefCell;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A folder that can be written, holds none of the files to come unless they may be replaced, and has no other writer.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// The folders that were made for it, the innermost first.
    made: Vec<PathBuf>,
    /// Files of a former run, to be removed before the first one of this run is written.
    former: RefCell<Vec<PathBuf>>,
    written: RefCell<Vec<String>>,
    missing: RefCell<Vec<String>>,
    why: RefCell<Option<io::Error>>,
    _lock: Option<Lock>,
}

impl Folder {
    /// Makes the folder if need be, locks it, tries to write there, and refuses to overwrite unless forced.
    pub fn prepare(path: &Path, files: &[&str], force: bool) -> Result<Self> {
        let mut folder = Self::made(path)?;
        folder._lock = Some(Lock::of(path).map_err(unwritable(path))?);
        folder.check(files, force)?;
        for file in files {
            remove_leftovers(&path.join(file));
        }
        Ok(folder)
    }

    /// The same for one file among those of others, who may write theirs at the same time.
    pub fn shared(path: &Path, file: &str, force: bool) -> Result<Self> {
        let folder = Self::made(path)?;
        folder.check(&[file], force)?;
        Ok(folder)
    }

    fn made(path: &Path) -> Result<Self> {
        let missing = path.ancestors().take_while(|p| !p.exists());
        let made = missing.map(Path::to_path_buf).collect();
        fs::create_dir_all(path).map_err(unwritable(path))?;
        Ok(Self {
            path: path.into(),
            made,
            former: RefCell::default(),
            written: RefCell::default(),
            missing: RefCell::default(),
            why: RefCell::default(),
            _lock: None,
        })
    }

    fn check(&self, files: &[&str], force: bool) -> Result<()> {
        for file in files {
            let target = self.path.join(file);
            if target.is_dir() {
                let source = io::Error::other("it is a folder");
                return Err(unwritable(&target)(source));
            }
            if target.symlink_metadata().is_ok() {
                if !force {
                    return Err(Error::Exists { path: target });
                }
                self.former.borrow_mut().push(target);
            }
        }
        let trial = self.path.join(format!(".trial.{}.tmp", std::process::id()));
        fs::write(&trial, b"")
            .and_then(|()| fs::remove_file(&trial))
            .map_err(unwritable(&self.path))
    }

    /// Writes a file, or notes that it is missing.
    pub fn write(&self, name: &str, bytes: &[u8]) {
        for path in self.former.take() {
            // One that stays is replaced, or said to be in the way when its turn comes.
            let _ = fs::remove_file(path);
        }
        match write_whole(&self.path.join(name), bytes) {
            Ok(()) => self.written.borrow_mut().push(name.into()),
            Err(error) => {
                self.missing.borrow_mut().push(name.into());
                self.why.borrow_mut().get_or_insert(error);
            }
        }
    }

    /// Writes these files in their order.
    pub fn write_all(&self, files: &[(&str, Vec<u8>)]) {
        for (name, bytes) in files {
            self.write(name, bytes);
        }
    }

    /// The names of the files of this run, or which are there and which are missing.
    pub fn finish(&self) -> std::result::Result<Vec<String>, Failure> {
        let (written, missing) = (self.written.take(), self.missing.take());
        let Some(source) = self.why.take() else {
            return Ok(written);
        };
        let path = self.path.clone();
        Err(Failure::Unwritten {
            path,
            written,
            missing,
            source,
        })
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Folder {
    /// A run that ends without a file leaves no folder; one that has files in it cannot be removed.
    fn drop(&mut self) {
        for folder in &self.made {
            if fs::remove_dir(folder).is_err() {
                break;
            }
        }
    }
}

fn unwritable(path: &Path) -> impl Fn(io::Error) -> Error + use<> {
    let path = path.to_path_buf();
    move |source| Error::Write {
        path: path.clone(),
        source,
    }
}

/// Writes the files of a result, and prints its document, or what people read and where the files are. Where these cannot be
/// written the document goes to stdout after all: no work is lost.
pub fn deliver(
    document: &str,
    as_json: bool,
    folder: Option<&Folder>,
    write: impl FnOnce(&Folder) -> Result<()>,
    for_people: impl FnOnce(Option<String>) -> String,
) -> std::result::Result<(), Failure> {
    let written = folder.map(|folder| {
        write(folder)?;
        let names = folder.finish()?.join(", ");
        Ok::<_, Failure>(format!("{names} in '{}'", folder.path().display()))
    });
    match written.transpose() {
        Ok(_) if as_json => print(document),
        Ok(files) => print(&for_people(files)),
        Err(failure) => {
            print(document)?;
            // The input was good: it is the run that failed.
            failure.report(None);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_files_is_gone_and_one_with_files_stays() {
        let root = std::env::temp_dir().join(format!("mollify-folder-{}", std::process::id()));
        let inner = root.join("a/b");
        drop(Folder::prepare(&inner, &["x"], false).expect("it can be made"));
        assert!(!root.exists());
        let folder = Folder::prepare(&inner, &["x", "old"], false).expect("it can be made");
        let second = Folder::prepare(&inner, &["y"], false).expect_err("it is locked");
        assert!(second.to_string().contains("another process"), "{second}");
        folder.write_all(&[("x", b"1".to_vec()), ("old", b"2".to_vec())]);
        assert_eq!(folder.finish().expect("all is there"), ["x", "old"]);
        drop(folder);
        Folder::prepare(&inner, &["x"], false).expect_err("it is there");
        // What this run does not write would be taken for a part of it.
        let forced = Folder::prepare(&inner, &["x", "old"], true).expect("it may be replaced");
        assert!(
            inner.join("old").exists(),
            "until the first file is written"
        );
        forced.write("x", b"3");
        assert!(!inner.join("old").exists());
        drop(forced);
        assert_eq!(fs::read(inner.join("x")).expect("a file"), b"3");
        fs::remove_dir_all(root).expect("it is ours");
    }

    #[test]
    fn what_is_there_and_what_is_missing_is_said() {
        let root = std::env::temp_dir().join(format!("mollify-missing-{}", std::process::id()));
        let folder = Folder::prepare(&root, &["x", "y", "z"], false).expect("it can be made");
        folder.write("x", b"1");
        // In the way since it was checked.
        fs::create_dir_all(root.join("y/in")).expect("a folder");
        folder.write("y", b"2");
        folder.write("z", b"3");
        match folder.finish() {
            Err(Failure::Unwritten {
                written, missing, ..
            }) => {
                assert_eq!(
                    (written, missing),
                    (vec!["x".into(), "z".into()], vec!["y".into()])
                );
            }
            other => panic!("{other:?}"),
        }
        drop(folder);
        fs::remove_dir_all(root).expect("it is ours");
    }
}
