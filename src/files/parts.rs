//! The parts of a run in a folder: each written whole or not at all by whoever computed it, and found again by all.
//!
//! ```text
//! DIR/gradient-03-of-16.part             part 3 of 16 of a run of `gradient`, from 1
//! DIR/gradient-03-of-16-round-2.part     the same of a second round, which needs all parts of the first
//! ```
//!
//! A head says what the part is and of which run; what has to be the same in all parts is `run` in it. A file is what its head
//! says, whatever its name.
//!
//! Longer than other files, because what finds a part and what says how a folder is flawed read the same heads; a third of it are tests.

use crate::error::{Error, Flaws, PartsError, Result};
use crate::files::{Digest, change_of, sealed, write_whole};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The end of the names of the files.
const EXTENSION: &str = "part";

/// What is known of a part before its numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// The command whose run it is a part of.
    pub command: String,
    /// Its number, from 1.
    pub part: u64,
    /// How many there are.
    pub parts: u64,
    /// From 1.
    pub round: u32,
    /// What is the same in all parts. Of the entry `engine` a reader may know nothing: then all parts have that of the first.
    pub run: Value,
    /// The same where one word stands for a lot; it is compared last.
    pub asked: String,
    /// What may differ, such as how long it took.
    pub made: Value,
}

impl Head {
    /// The name of its file; names are in the order of the parts.
    pub fn file_name(&self) -> String {
        let width = self.parts.to_string().len();
        let (command, part, parts) = (&self.command, self.part, self.parts);
        let round = match self.round {
            1 => String::new(),
            round => format!("-round-{round}"),
        };
        format!("{command}-{part:0width$}-of-{parts}{round}.{EXTENSION}")
    }
}

/// What stands where a part would be written.
#[derive(Debug)]
pub enum Found {
    /// Nothing.
    Nothing,
    /// A file that is not whole, and what is wrong with it.
    Torn(String),
    /// The part.
    Whole(Whole),
}

/// A part that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Whole {
    /// Its file.
    pub path: PathBuf,
    /// What it is.
    pub head: Head,
    /// Its numbers.
    pub body: Vec<u8>,
}

/// How a part was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// To a new file, or in place of one that was torn or might be replaced.
    New,
    /// Not: somebody else has written the same meanwhile.
    ThereAlready,
}

/// What stands at the place of the part, if that is no file of another run.
///
/// # Errors
/// If it is, or cannot be read.
pub fn find(folder: &Path, head: &Head) -> Result<Found> {
    let path = folder.join(head.file_name());
    let bytes = match fs::read(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
        bytes => bytes.map_err(unreadable(&path))?,
    };
    match read(&path, &bytes) {
        Err(problem) => Ok(Found::Torn(problem)),
        Ok(whole) => match other(head, &whole.head) {
            None => Ok(Found::Whole(whole)),
            Some([what, then, now]) => Err(PartsError::Other {
                path,
                what,
                then,
                now,
            }
            .into()),
        },
    }
}

/// Makes the folder and tries to write there, so that no work is lost that has no place.
///
/// # Errors
/// What the system says.
pub fn prepare(folder: &Path) -> Result<()> {
    let trial = folder.join(format!(".trial.{}.tmp", std::process::id()));
    fs::create_dir_all(folder).map_err(unwritable(folder))?;
    match fs::File::create_new(&trial) {
        // A process of the same number on another machine tries the same, and removes it.
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            Err(unwritable(folder)(error))
        }
        _ => {
            let _ = fs::remove_file(&trial);
            Ok(())
        }
    }
}

/// Writes a part, in place of one of another run only where that may be replaced. Two who write the same part at the same time
/// do no harm: it is whole at any moment.
///
/// # Errors
/// What the system says, or that another run has its part there; what was whole before still is.
pub fn write(folder: &Path, head: &Head, body: &[u8], replace: bool) -> Result<Written> {
    let path = folder.join(head.file_name());
    if !replace {
        match find(folder, head)? {
            Found::Whole(whole) if whole.body == body => return Ok(Written::ThereAlready),
            Found::Whole(_) => {
                return Err(PartsError::NotRepeatable { path }.into());
            }
            Found::Nothing | Found::Torn(_) => {}
        }
    }
    let bytes = sealed::seal(head, body).map_err(io::Error::other);
    let written = bytes.and_then(|bytes| write_whole(&path, &bytes));
    written.map_err(unwritable(&path))?;
    Ok(Written::New)
}

/// Whether all parts of that run and round have a file, whatever is in it.
pub fn are_all_there(folder: &Path, head: &Head) -> bool {
    (1..=head.parts).all(|part| {
        let name = Head {
            part,
            ..head.clone()
        };
        folder.join(name.file_name()).is_file()
    })
}

/// The number of parts of another cut that has a file there.
pub fn another_cut(folder: &Path, head: &Head) -> Option<(PathBuf, u64)> {
    let begin = format!("{}-", head.command);
    files(folder).ok()?.into_iter().find_map(|path| {
        let name = path.file_stem()?.to_string_lossy().into_owned();
        let (_, cut) = name.strip_prefix(&begin)?.split_once("-of-")?;
        let parts = cut.split('-').next()?.parse().ok()?;
        (parts != head.parts).then_some((path, parts))
    })
}

/// Reads all parts of a round of a run, and shows each once. `parts` is how many there must be; none for as many as the first of
/// them says. Returns how many there are.
///
/// # Errors
/// A sentence that names everything that is wrong, or the first error of `show`.
pub fn gather(
    folder: &Path,
    (command, round): (&str, u32),
    (run, asked): (&Value, &str),
    parts: Option<u64>,
    show: &mut dyn FnMut(Whole) -> Result<()>,
) -> Result<u64> {
    let mut seen = Seen {
        run: run.clone(),
        asked,
        parts,
        there: BTreeMap::new(),
        flaws: Flaws::default(),
    };
    for path in files(folder)? {
        let bytes = fs::read(&path).map_err(unreadable(&path))?;
        match read(&path, &bytes) {
            Err(problem) if round_of(&path) == round => seen.flaws.torn.push((path, problem)),
            Ok(whole) if whole.head.round == round && seen.is_new(command, &whole) => show(whole)?,
            _ => {}
        }
    }
    let Seen {
        parts,
        there,
        mut flaws,
        ..
    } = seen;
    let count = parts.unwrap_or(0);
    flaws.parts = count;
    flaws.round = round;
    flaws.missing = (1..=count).filter(|p| !there.contains_key(p)).collect();
    if flaws.missing.is_empty() && count > 0 {
        // A file that is torn does no harm beside a whole one of the same part.
        flaws.torn.clear();
    }
    let path = folder.to_path_buf();
    match (flaws.is_empty(), count) {
        (true, 0) => Err(PartsError::None {
            path,
            command: command.into(),
        }
        .into()),
        (true, count) => Ok(count),
        (false, _) => {
            let flaws = Box::new(flaws);
            Err(PartsError::Unmerged { path, flaws }.into())
        }
    }
}

/// What was found in a folder so far.
struct Seen<'a> {
    run: Value,
    asked: &'a str,
    parts: Option<u64>,
    /// The file of each part, with a digest of its body.
    there: BTreeMap<u64, (PathBuf, u64)>,
    flaws: Flaws,
}

impl Seen<'_> {
    /// Whether it is a part that was not there; notes what is wrong with it.
    fn is_new(&mut self, command: &str, whole: &Whole) -> bool {
        if self.run.get("engine").is_none()
            && let (Value::Object(run), Some(engine)) =
                (&mut self.run, whole.head.run.get("engine"))
        {
            run.insert("engine".into(), engine.clone());
        }
        let expected = Head {
            command: command.into(),
            parts: self.parts.unwrap_or(whole.head.parts),
            run: self.run.clone(),
            asked: self.asked.into(),
            ..whole.head.clone()
        };
        if let Some(changed) = other(&expected, &whole.head) {
            self.flaws.others.push((whole.path.clone(), changed));
            return false;
        }
        self.parts = Some(whole.head.parts);
        let digest = Digest::of(&whole.body).value();
        match self.there.get(&whole.head.part) {
            None => {
                let entry = (whole.path.clone(), digest);
                self.there.insert(whole.head.part, entry);
                true
            }
            // Two who did the same work.
            Some((_, known)) if *known == digest => false,
            Some((path, _)) => {
                let pair = (path.clone(), whole.path.clone());
                self.flaws.doubled.push(pair);
                false
            }
        }
    }
}

/// Where a part there is not of the run here.
fn other(here: &Head, there: &Head) -> Option<[String; 3]> {
    let text = |x: &str| format!("'{x}'");
    let differs = |what: &str, then: String, now: String| Some([what.into(), then, now]);
    if there.command != here.command {
        return differs("the command", text(&there.command), text(&here.command));
    }
    if let Some(changed) = change_of(&there.run, &here.run) {
        return Some(changed);
    }
    if there.parts != here.parts {
        let (then, now) = (there.parts, here.parts);
        return differs("the number of parts", then.to_string(), now.to_string());
    }
    if there.asked != here.asked {
        return differs("what is asked", text(&there.asked), text(&here.asked));
    }
    if there.part != here.part || !(1..=there.parts).contains(&there.part) {
        let (then, now) = (there.part, here.part);
        return differs("the number of the part", then.to_string(), now.to_string());
    }
    None
}

fn read(path: &Path, bytes: &[u8]) -> std::result::Result<Whole, String> {
    let (head, body) = sealed::open(bytes)?;
    Ok(Whole {
        path: path.into(),
        head,
        body: body.to_vec(),
    })
}

/// The round that the name of a file tells, of one that tells nothing else.
fn round_of(path: &Path) -> u32 {
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let round = name.split_once("-round-").map(|(_, round)| round);
    round.and_then(|round| round.parse().ok()).unwrap_or(1)
}

/// All files that may be parts, by name.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
        let path = entry.map_err(unreadable(folder))?.path();
        if path.extension().is_some_and(|e| e == EXTENSION) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn unreadable(path: &Path) -> impl Fn(io::Error) -> Error + use<> {
    let path = path.to_path_buf();
    move |source| Error::Read {
        path: path.clone(),
        source,
    }
}

fn unwritable(path: &Path) -> impl Fn(io::Error) -> Error + use<> {
    let path = path.to_path_buf();
    move |source| Error::Write {
        path: path.clone(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn head(part: u64, parts: u64) -> Head {
        Head {
            command: "gradient".into(),
            part,
            parts,
            round: 1,
            run: json!({ "task": "pushing", "seed": 0, "engine": { "engine": "cpu" } }),
            asked: "2".into(),
            made: json!({ "seconds": part }),
        }
    }

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("mollify-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder");
        folder
    }

    fn merged(folder: &Path) -> std::result::Result<Vec<u64>, String> {
        let mut found = Vec::new();
        let run = json!({ "task": "pushing", "seed": 0 });
        let gathered = gather(folder, ("gradient", 1), (&run, "2"), None, &mut |whole| {
            found.push(whole.head.part);
            Ok(())
        });
        let said = gathered.map_err(|error| error.to_string());
        said.map(|count| {
            assert_eq!(count as usize, found.len());
            found
        })
    }

    /// Every flaw is told, with all others, and none takes anything away.
    #[test]
    fn flaws_are_told_by_name() {
        let folder = folder("flaws");
        assert!(
            merged(&folder)
                .expect_err("empty")
                .contains("there is no part")
        );
        for part in [1, 3, 4] {
            let written = write(&folder, &head(part, 5), &[part as u8], false);
            assert_eq!(written.expect("it can be"), Written::New);
        }
        let said = merged(&folder).expect_err("two are missing");
        assert!(said.ends_with("missing are parts 2,5 of 5"), "{said}");
        for part in [2, 5] {
            write(&folder, &head(part, 5), &[part as u8], false).expect("it can be");
        }
        assert_eq!(merged(&folder), Ok(vec![1, 2, 3, 4, 5]));
        let names: Vec<_> = files(&folder).expect("a folder");
        assert!(names[0].ends_with("gradient-1-of-5.part"), "{names:?}");

        // A copy is the same work done twice, another one is not.
        fs::copy(&names[2], folder.join("copy.part")).expect("a copy");
        assert_eq!(merged(&folder).expect("they are equal").len(), 5);
        let bytes = sealed::seal(&head(3, 5), b"x").expect("plain data");
        fs::write(folder.join("copy.part"), bytes).expect("a file");
        let said = merged(&folder).expect_err("they differ");
        assert!(said.contains("are the same part and differ"), "{said}");
        fs::remove_file(folder.join("copy.part")).expect("a file");

        let whole = fs::read(&names[3]).expect("a part");
        fs::write(&names[3], &whole[..20]).expect("a file");
        let said = merged(&folder).expect_err("one is torn");
        assert!(said.contains("missing is part 4 of 5; '"), "{said}");
        assert!(said.ends_with("it ends after 20 bytes"), "{said}");
        let mut of_another = head(4, 5);
        of_another.run["seed"] = json!(7);
        assert_eq!(
            write(&folder, &of_another, &[4], false).expect("a torn one is replaced"),
            Written::New
        );
        let said = merged(&folder).expect_err("one is of another run");
        assert!(said.contains("seed is 7 there and 0 in this one"), "{said}");
        let error = write(&folder, &head(4, 5), &[4], false).expect_err("it is of another run");
        assert!(error.to_string().contains("of another run"), "{error}");
        write(&folder, &head(4, 5), &[4], true).expect("it may be replaced");
        assert_eq!(merged(&folder).expect("all").len(), 5);
        let asks_more = Head {
            asked: "3".into(),
            ..head(4, 5)
        };
        let error = find(&folder, &asks_more).expect_err("another run");
        assert!(
            error
                .to_string()
                .contains("what is asked is '2' there and '3' here"),
            "{error}"
        );
        fs::remove_dir_all(folder).expect("it is ours");
    }

    #[test]
    fn a_part_that_is_there_is_not_written_again() {
        let folder = folder("again");
        let head = head(2, 12);
        assert!(matches!(find(&folder, &head), Ok(Found::Nothing)));
        write(&folder, &head, b"x", false).expect("it can be");
        assert!(matches!(find(&folder, &head), Ok(Found::Whole(_))));
        let slower = Head {
            made: json!({ "seconds": 99 }),
            ..head.clone()
        };
        let again = write(&folder, &slower, b"x", false);
        assert_eq!(again.expect("it is the same"), Written::ThereAlready);
        let error = write(&folder, &head, b"y", false).expect_err("another result");
        assert!(error.to_string().contains("bit for bit"), "{error}");
        assert_eq!(another_cut(&folder, &head), None);
        let other = Head { parts: 8, ..head };
        assert_eq!(another_cut(&folder, &other).map(|(_, n)| n), Some(12));
        fs::remove_dir_all(folder).expect("it is ours");
    }
}
