//! The folder of a sweep: rows are added one by one, so that a process killed at any moment loses at most the row in
//! the making.
//!
//! ```text
//! sweep.json    what the sweep is; written first, whole or not at all
//! rows.csv      a header and one line per row, in their order
//! summary.csv   mean and standard deviation per grid point; at the end
//! rates.csv     slopes of logarithms; at the end
//! sweep.svg     the picture; at the end
//! sweep.png     the same
//! ```
//!
//! A line is handed to the operating system in one piece as soon as it is there, which a kill cannot undo, and
//! forced to the disk at least every second and at the end, for the power that fails. The folder is locked meanwhile, and
//! every line ends in a check of itself, so that a number that was changed is not believed.

use super::definition::Sweep;
use super::description::Description;
use super::row::Row;
use super::summary::Summary;
use crate::engine::EngineReport;
use crate::error::{Error, Result, SweepError};
use crate::files::{self, Lock, remove_leftovers, write_whole};
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const DESCRIPTION: &str = "sweep.json";
const ROWS: &str = "rows.csv";
const SUMMARY: &str = "summary.csv";
const RATES: &str = "rates.csv";
const SVG: &str = "sweep.svg";
const PNG: &str = "sweep.png";

/// The longest that a row waits for the disk.
const SYNC_EVERY: Duration = Duration::from_secs(1);

/// What to do about a sweep that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Refuse.
    New,
    /// Continue it, if it is the same; begin in an empty folder, as a kill may have left it.
    Resume,
    /// Remove it.
    Force,
}

/// The folder of a sweep that is being written.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    file: File,
    /// Bytes of whole lines.
    length: u64,
    rows: usize,
    synced: Instant,
    _lock: Lock,
}

impl Folder {
    /// Makes or opens the folder and returns the whole rows that are there.
    pub fn open(
        path: &Path,
        sweep: &Sweep,
        engine: &EngineReport,
        mode: Mode,
    ) -> Result<(Self, Vec<Row>)> {
        if mode == Mode::Resume && !is_begun(path) {
            return Err(SweepError::Missing { path: path.into() }.into());
        }
        fs::create_dir_all(path).map_err(unwritable(path))?;
        let lock = Lock::of(path).map_err(unwritable(path))?;
        let description = serde_json::to_string_pretty(&Description::of(sweep, engine))
            .expect("a description is plain data");
        let occupied = is_occupied(path);
        if occupied && mode == Mode::New {
            return Err(SweepError::Exists { path: path.into() }.into());
        }
        let mut folder = Self {
            file: open(&path.join(ROWS))?,
            path: path.into(),
            length: 0,
            rows: 0,
            synced: Instant::now(),
            _lock: lock,
        };
        for name in Self::files() {
            remove_leftovers(&path.join(name));
        }
        if occupied && mode == Mode::Resume {
            folder.compare(&description)?;
            let rows = folder.read(sweep)?;
            folder.begin_after(sweep, &rows)?;
            return Ok((folder, rows));
        }
        folder.clear()?;
        folder.replace(DESCRIPTION, description.as_bytes())?;
        folder.begin_after(sweep, &[])?;
        Ok((folder, Vec::new()))
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds a row. If that fails, the rows before it are left whole.
    pub fn add(&mut self, sweep: &Sweep, row: &Row) -> Result<()> {
        self.write(&row.line(sweep))?;
        self.rows += 1;
        if self.synced.elapsed() >= SYNC_EVERY {
            self.sync()?;
        }
        Ok(())
    }

    /// Forces all rows to the disk.
    pub fn sync(&mut self) -> Result<()> {
        self.synced = Instant::now();
        self.file.sync_data().map_err(|e| self.failed(ROWS, e))
    }

    /// Writes `summary.csv`, `rates.csv`, and the picture as SVG and PNG, if somebody drew one.
    pub fn finish(
        &self,
        sweep: &Sweep,
        summary: &Summary,
        picture: Option<[Vec<u8>; 2]>,
    ) -> Result<()> {
        let tables = [
            (SUMMARY, summary.points_csv(sweep)),
            (RATES, summary.rates_csv(sweep)),
        ];
        let pictures = [SVG, PNG].into_iter().zip(picture.into_iter().flatten());
        for (name, bytes) in tables.into_iter().chain(pictures) {
            write_whole(&self.path.join(name), &bytes).map_err(|e| self.failed(name, e))?;
        }
        Ok(())
    }

    /// The names of the files of a complete sweep.
    pub fn files() -> [&'static str; 6] {
        [DESCRIPTION, ROWS, SUMMARY, RATES, SVG, PNG]
    }

    fn write(&mut self, line: &[u8]) -> Result<()> {
        if let Err(error) = self.file.write_all(line) {
            // A part of a line is recognised when resuming; without it the file is fit for every reader.
            let _ = self.file.set_len(self.length);
            return Err(self.failed(ROWS, error));
        }
        self.length += line.len() as u64;
        Ok(())
    }

    fn failed(&self, name: &str, source: io::Error) -> Error {
        SweepError::Stopped {
            path: self.path.join(name),
            rows: self.rows,
            source,
        }
        .into()
    }

    /// Removes a former sweep; the description last, so that its rows are never taken for those of another.
    fn clear(&mut self) -> Result<()> {
        self.file
            .set_len(0)
            .map_err(unwritable(&self.path.join(ROWS)))?;
        for name in [SUMMARY, RATES, SVG, PNG, DESCRIPTION] {
            let path = self.path.join(name);
            match fs::remove_file(&path) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(unwritable(&path)(e)),
                _ => {}
            }
        }
        Ok(())
    }

    fn replace(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let path = self.path.join(name);
        write_whole(&path, bytes).map_err(unwritable(&path))
    }

    /// Cuts off what is behind the whole rows, and writes the header if there is none.
    fn begin_after(&mut self, sweep: &Sweep, rows: &[Row]) -> Result<()> {
        let file = &mut self.file;
        let cut = file.set_len(self.length);
        cut.and_then(|()| file.seek(SeekFrom::End(0)))
            .map_err(unwritable(&self.path.join(ROWS)))?;
        self.rows = rows.len();
        match self.length {
            0 => self.write(&Row::header(sweep)),
            _ => Ok(()),
        }
    }

    /// Fails if the description there is not that of this sweep.
    fn compare(&self, description: &str) -> Result<()> {
        let path = self.path.join(DESCRIPTION);
        let found = fs::read(&path).map_err(|source| Error::Read {
            path: path.clone(),
            source,
        })?;
        let changed = files::change(&found, description.as_bytes());
        let changed = changed.map_err(|problem| SweepError::Damaged {
            path,
            problem: problem.to_string(),
            expected: "the description of a sweep".into(),
        })?;
        match changed {
            None => Ok(()),
            Some([what, ..]) if what == files::DIGEST => Err(SweepError::SystemChanged {
                path: self.path.clone(),
            }
            .into()),
            Some([what, then, now]) => Err(SweepError::Changed {
                path: self.path.clone(),
                what,
                then,
                now,
            }
            .into()),
        }
    }

    /// The whole rows; sets the length to their end.
    fn read(&mut self, sweep: &Sweep) -> Result<Vec<Row>> {
        let path = self.path.join(ROWS);
        let mut bytes = Vec::new();
        self.file
            .read_to_end(&mut bytes)
            .map_err(|source| Error::Read {
                path: path.clone(),
                source,
            })?;
        let mut rows = Vec::new();
        for (number, line) in bytes.split_inclusive(|b| *b == b'\n').enumerate() {
            if !line.ends_with(b"\n") {
                break;
            }
            let problem = |expected: String| SweepError::Damaged {
                path: path.clone(),
                problem: format!("line {} is not what this sweep wrote", number + 1),
                expected,
            };
            match number {
                0 if line != Row::header(sweep) => return Err(problem("the header".into()).into()),
                0 => {}
                number if number > sweep.rows() => {
                    return Err(problem("no more rows".into()).into());
                }
                number => {
                    let expected = || format!("row {number} of {}", sweep.rows());
                    let row = Row::parse(sweep, number - 1, line);
                    rows.push(row.ok_or_else(|| problem(expected()))?);
                }
            }
            self.length += line.len() as u64;
        }
        Ok(rows)
    }
}

fn unwritable(path: &Path) -> impl FnOnce(io::Error) -> Error + use<> {
    let path = path.to_path_buf();
    move |source| Error::Write { path, source }
}

/// Whether there is anything of a sweep; an empty `rows.csv` is not.
fn is_occupied(path: &Path) -> bool {
    Folder::files().iter().any(|name| {
        let found = fs::symlink_metadata(path.join(name));
        found.is_ok_and(|m| *name != ROWS || m.len() > 0 || !m.is_file())
    })
}

/// Whether a sweep can go on there: in what one has left, or in a folder with nothing in it.
fn is_begun(path: &Path) -> bool {
    let is_empty = || fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none());
    let has = |name: &&str| path.join(name).symlink_metadata().is_ok();
    Folder::files().iter().any(has) || is_empty()
}

fn open(path: &Path) -> Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    let file = options.open(path).map_err(unwritable(path))?;
    match file.metadata().is_ok_and(|m| m.is_file()) {
        true => Ok(file),
        false => Err(unwritable(path)(io::Error::other("it is not a plain file"))),
    }
}
