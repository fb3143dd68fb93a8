//! How descents ended, row by row in a file, so that work of hours goes on where it was stopped.

use mollify::error::{Error, Result};
use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Its name in the folder of the page.
pub const NAME: &str = "ends.csv";

const HEADER: &str = "task,rollouts,descent,seed,value_mean,used,version";

/// Which descent.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    pub task: String,
    /// The budget.
    pub rollouts: u64,
    pub descent: String,
    pub seed: u64,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct End {
    /// F from fresh samples.
    pub value: f64,
    /// Rollouts of its iterations.
    pub used: u64,
}

/// See the module.
#[derive(Debug)]
pub struct Ends {
    path: PathBuf,
    file: File,
    known: HashMap<Key, End>,
}

impl Ends {
    /// Those of a folder: the ones that are there, if this is to go on from them, or none.
    pub fn open(folder: &Path, resume: bool) -> Result<Self> {
        let path = folder.join(NAME);
        let failed = |source| Error::Write {
            path: path.clone(),
            source,
        };
        let known = match resume {
            true => read(&path)?,
            false => HashMap::new(),
        };
        // Written anew, so that a line that was cut is gone.
        let mut text = format!("{HEADER}\n");
        let mut rows: Vec<String> = known.iter().map(|(key, end)| line(key, *end)).collect();
        rows.sort();
        text.extend(rows);
        let fresh = path.with_extension("csv.new");
        std::fs::write(&fresh, text).map_err(failed)?;
        std::fs::rename(&fresh, &path).map_err(failed)?;
        let file = OpenOptions::new().append(true).open(&path);
        Ok(Self {
            file: file.map_err(failed)?,
            path,
            known,
        })
    }

    /// How a descent ended, if it did.
    pub fn find(&self, key: &Key) -> Option<End> {
        self.known.get(key).copied()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Keeps one.
    pub fn add(&mut self, key: Key, end: End) -> Result<()> {
        let written = self.file.write_all(line(&key, end).as_bytes());
        written.map_err(|source| Error::Write {
            path: self.path.clone(),
            source,
        })?;
        self.known.insert(key, end);
        Ok(())
    }
}

fn line(key: &Key, end: End) -> String {
    format!(
        "{},{},{},{},{:?},{},{}\n",
        key.task,
        key.rollouts,
        key.descent,
        key.seed,
        end.value,
        end.used,
        env!("CARGO_PKG_VERSION")
    )
}

/// The rows of a file that are whole and of this version.
fn read(path: &Path) -> Result<HashMap<Key, End>> {
    let text = std::fs::read_to_string(path).map_err(|source| Error::Read {
        path: path.into(),
        source,
    })?;
    let whole = text.rsplit_once('\n').map_or("", |(lines, _)| lines);
    let mut lines = whole.lines();
    if lines.next() != Some(HEADER) {
        return Err(Error::Format {
            path: path.into(),
            problem: "its first line is another one".into(),
            expected: format!("'{HEADER}', as `mollify reproduce` writes it"),
        });
    }
    let row = |line: &str| -> Option<(Key, End)> {
        let fields: Vec<&str> = line.split(',').collect();
        let [task, rollouts, descent, seed, value, used, version] = fields[..] else {
            return None;
        };
        let key = Key {
            task: task.into(),
            rollouts: rollouts.parse().ok()?,
            descent: descent.into(),
            seed: seed.parse().ok()?,
        };
        let end = End {
            value: value.parse().ok()?,
            used: used.parse().ok()?,
        };
        (version == env!("CARGO_PKG_VERSION")).then_some((key, end))
    };
    Ok(lines.filter_map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::{End, Ends, Key, NAME};

    /// What was added is found again with the same bits, a line that was cut is not, and without going on nothing is.
    #[test]
    fn ends_are_found_again() {
        let folder = std::env::temp_dir().join(format!("mollify-ends-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let key = |seed| Key {
            task: "pivot".into(),
            rollouts: 600,
            descent: "cem".into(),
            seed,
        };
        let end = End {
            value: -0.1 - 0.2,
            used: 590,
        };
        assert!(
            Ends::open(&folder, true).is_err(),
            "there is nothing to go on from"
        );
        let mut ends = Ends::open(&folder, false).expect("a file");
        ends.add(key(1), end).expect("written");
        ends.add(key(2), end).expect("written");
        drop(ends);
        let path = folder.join(NAME);
        let text = std::fs::read_to_string(&path).expect("text");
        std::fs::write(&path, &text[..text.len() - 3]).expect("cut");
        let ends = Ends::open(&folder, true).expect("a file");
        assert_eq!(
            (ends.len(), ends.find(&key(1)), ends.find(&key(2))),
            (1, Some(end), None)
        );
        assert_eq!(Ends::open(&folder, false).expect("a file").len(), 0);
        let _ = std::fs::remove_dir_all(&folder);
    }
}
