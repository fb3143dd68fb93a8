//! Files that other processes may look at at any time: written whole or not at all, in folders that have one writer.
//!
//! A file gets its bytes under a temporary name, is forced to the disk and renamed, so that a reader, a kill or a power cut
//! finds the former file or the new one, never a part of it. Parts of a run share a folder and have many writers: see
//! [`parts`].

pub(crate) mod binary;
mod change;
mod digest;
pub mod parts;
mod sealed;

pub use change::{DIGEST, change, change_of};
pub use digest::Digest;

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Writes a file whole or not at all.
///
/// # Errors
/// What the system says; then the former file is still there, and nothing of the new one.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (mut file, temporary) = create(path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    written
        .and_then(|()| fs::rename(&temporary, path))
        .inspect_err(|_| {
            // What is left of it is of no use to anybody.
            let _ = fs::remove_file(&temporary);
        })?;
    sync_folder(path);
    Ok(())
}

/// A new temporary file beside it. The number of a process is one of its machine: on another one, or killed, somebody may have
/// had the same.
fn create(path: &Path) -> io::Result<(File, PathBuf)> {
    let id = std::process::id();
    let names = std::iter::once(id.to_string()).chain((1..1000).map(|i| format!("{id}{i:03}")));
    let mut taken = None;
    for name in names {
        let temporary = temporary(path, &name);
        match File::create_new(&temporary) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => taken = Some(error),
            file => return Ok((file?, temporary)),
        }
    }
    Err(taken.unwrap_or_else(|| io::Error::from(io::ErrorKind::AlreadyExists)))
}

/// The new name survives a power cut too, where folders can be forced to the disk.
fn sync_folder(path: &Path) {
    if let Some(folder) = path.parent() {
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}

/// Removes what writers of this file have left that were killed; for the one who has the folder locked.
pub fn remove_leftovers(path: &Path) {
    let (Some(folder), Some(_)) = (path.parent(), path.file_name()) else {
        return;
    };
    let begin = temporary(path, "");
    let begin = begin.file_name().unwrap_or_default().to_string_lossy();
    let begin = begin.strip_suffix("tmp").unwrap_or(&begin);
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let of_a_process = name
            .strip_prefix(begin)
            .and_then(|rest| rest.strip_suffix(".tmp"));
        if of_a_process.is_some_and(|id| id.bytes().all(|b| b.is_ascii_digit())) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// `.NAME.ID.tmp` beside it, or `.NAME.tmp` without an id.
fn temporary(path: &Path, id: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let dot = if id.is_empty() { "" } else { "." };
    path.with_file_name(format!(".{name}.{id}{dot}tmp"))
}

/// A folder that no other process writes, until this is dropped or the process ends, however it ends.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "it is locked as long as it is open")] Option<File>);

impl Lock {
    /// The lock of a folder that is there.
    ///
    /// # Errors
    /// If another process has it.
    pub fn of(folder: &Path) -> io::Result<Self> {
        let Ok(file) = Self::open(folder) else {
            // The first file that is written will say what is wrong.
            return Ok(Self(None));
        };
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => Err(io::Error::other("another process is writing it")),
            // Some network file systems have no locks, which is no reason not to run.
            Err(TryLockError::Error(_)) => Ok(Self(None)),
            Ok(()) => Ok(Self(Some(file))),
        }
    }

    /// The folder itself, which leaves nothing behind.
    #[cfg(unix)]
    fn open(folder: &Path) -> io::Result<File> {
        File::open(folder)
    }

    /// Folders cannot be opened as files here.
    #[cfg(not(unix))]
    fn open(folder: &Path) -> io::Result<File> {
        let mut options = File::options();
        options.write(true).create(true).truncate(false);
        options.open(folder.join(".mollify.lock"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("mollify-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder");
        folder
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        let mut names: Vec<String> = entries
            .map(|e| {
                e.expect("an entry")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_whole_or_as_before() {
        let folder = folder("whole");
        let path = folder.join("a.json");
        write_whole(&path, b"first").expect("it can be written");
        write_whole(&path, b"second").expect("it can be replaced");
        assert_eq!(fs::read(&path).expect("a file"), b"second");
        // Nothing can take the place of a folder with something in it.
        let taken = folder.join("taken");
        fs::create_dir_all(taken.join("in")).expect("a folder");
        write_whole(&taken, b"x").expect_err("a folder is in the way");
        assert_eq!(names(&folder), ["a.json", "taken"]);
        fs::remove_dir_all(folder).expect("it is ours");
    }

    #[test]
    fn a_temporary_file_of_another_machine_is_left_alone() {
        let folder = folder("taken");
        let path = folder.join("a.part");
        let of_another = temporary(&path, &std::process::id().to_string());
        fs::write(&of_another, b"half").expect("a file");
        write_whole(&path, b"whole").expect("it can be written");
        assert_eq!(fs::read(&of_another).expect("a file"), b"half");
        assert_eq!(fs::read(&path).expect("a file"), b"whole");
        assert_eq!(names(&folder).len(), 2);
        fs::remove_dir_all(folder).expect("it is ours");
    }

    #[test]
    fn what_killed_writers_left_is_removed_and_nothing_else() {
        let folder = folder("leftovers");
        for name in [".a.csv.17.tmp", ".a.csv.x.tmp", ".b.csv.17.tmp", "a.csv"] {
            fs::write(folder.join(name), "").expect("a file");
        }
        remove_leftovers(&folder.join("a.csv"));
        assert_eq!(names(&folder), [".a.csv.x.tmp", ".b.csv.17.tmp", "a.csv"]);
        fs::remove_dir_all(folder).expect("it is ours");
    }

    #[test]
    fn a_folder_has_one_writer() {
        let folder = folder("lock");
        let lock = Lock::of(&folder).expect("nobody has it");
        let second = Lock::of(&folder).expect_err("somebody has it");
        assert_eq!(second.to_string(), "another process is writing it");
        drop(lock);
        drop(Lock::of(&folder).expect("it is free again"));
        fs::remove_dir_all(folder).expect("it is ours");
    }
}
