//! What can go wrong with the parts of a run.

use std::fmt;
use std::path::PathBuf;

/// Names of each kind that are told; there may be thousands.
const TOLD: usize = 3;

/// Ranges of numbers that are told.
const RANGES: usize = 10;

/// An error of parts in files or of what was merged from them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PartsError {
    /// The folder has no part in it.
    #[error("there is no part of `{command}` in '{}'", path.display())]
    None {
        /// The folder.
        path: PathBuf,
        /// The command.
        command: String,
    },
    /// A part is there, of another run.
    #[error("'{}' is of another run: {what} is {then} there and {now} here", path.display())]
    Other {
        /// The file.
        path: PathBuf,
        /// The first entry of the description that differs.
        what: String,
        /// Its value in the file.
        then: String,
        /// Its value here.
        now: String,
    },
    /// Parts that cannot be merged.
    #[error("cannot merge the parts in '{}': {flaws}", path.display())]
    Unmerged {
        /// The folder.
        path: PathBuf,
        /// What is wrong with them.
        flaws: Box<Flaws>,
    },
    /// A part was computed again, with another result: a fault of this crate, of a driver or of the machine.
    #[error(
        "'{}' holds another result of the same part, which must be equal bit for bit; report it, and compare both machines",
        path.display()
    )]
    NotRepeatable {
        /// The file.
        path: PathBuf,
    },
    /// An estimate asks what no part has an answer to.
    #[error("no part has the answer to what is asked")]
    Unanswered,
    /// Workers that would not compute the same numbers.
    #[error(
        "the workers differ: {what} is {one} for one and {other} for another; their results would have other bits"
    )]
    Unlike {
        /// In what.
        what: &'static str,
        /// Of the first.
        one: String,
        /// Of the one that differs.
        other: String,
    },
    /// Workers did not answer.
    #[error("{problem}")]
    Lost {
        /// Which part, and why.
        problem: String,
    },
    /// What is not cut into parts was asked of merged ones.
    #[error("{what} are not cut into parts, so that merged ones do not have them")]
    NotGathered {
        /// What was asked.
        what: &'static str,
    },
}

impl PartsError {
    pub(crate) fn unlike(what: &'static str, one: &str, other: &str) -> Self {
        let word = |text: &str| match text {
            "" => "none".to_string(),
            text => format!("'{text}'"),
        };
        Self::Unlike {
            what,
            one: word(one),
            other: word(other),
        }
    }
}

/// What is wrong with the parts in a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flaws {
    /// How many parts there must be.
    pub parts: u64,
    /// The round of them, from 1, where there is more than one.
    pub round: u32,
    /// Parts that are not there, from 1.
    pub missing: Vec<u64>,
    /// Files that are not whole, and what is wrong with each.
    pub torn: Vec<(PathBuf, String)>,
    /// Files of another run: what differs, its value there and in this run.
    pub others: Vec<(PathBuf, [String; 3])>,
    /// Whole files of one part that differ.
    pub doubled: Vec<(PathBuf, PathBuf)>,
}

impl Flaws {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.missing.is_empty()
            && self.torn.is_empty()
            && self.others.is_empty()
            && self.doubled.is_empty()
    }

    /// Whether the same command mends them, with no file to be removed.
    pub fn are_mended_by_running(&self) -> bool {
        self.others.is_empty() && self.doubled.is_empty()
    }

    fn missing(&self) -> Option<String> {
        let count = self.missing.len();
        if count == 0 {
            return None;
        }
        let verb = if count == 1 { "is" } else { "are" };
        let noun = if count == 1 { "part" } else { "parts" };
        let round = match self.round {
            0 | 1 => String::new(),
            round => format!(" of round {round}"),
        };
        let names = ranges(&self.missing);
        Some(format!(
            "missing {verb} {noun} {names} of {}{round}",
            self.parts
        ))
    }
}

impl fmt::Display for Flaws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let torn = self.torn.iter().map(|(path, problem)| {
            format!("'{}' is torn or was changed: {problem}", path.display())
        });
        let others = self.others.iter().map(|(path, [what, then, now])| {
            let path = path.display();
            format!("'{path}' is of another run: {what} is {then} there and {now} in this one")
        });
        let doubled = self.doubled.iter().map(|(one, other)| {
            let (one, other) = (one.display(), other.display());
            format!("'{one}' and '{other}' are the same part and differ")
        });
        let all = [
            self.missing().into_iter().collect(),
            told(torn.collect()),
            told(others.collect()),
            told(doubled.collect()),
        ];
        f.write_str(&all.concat().join("; "))
    }
}

/// The first of them, and how many more are like the last.
fn told(mut all: Vec<String>) -> Vec<String> {
    let more = all.len().saturating_sub(TOLD);
    all.truncate(TOLD);
    if let Some(last) = all.last_mut().filter(|_| more > 0) {
        *last += &format!(", and {more} more like this");
    }
    all
}

/// `1, 4-7 and 9`, of numbers in order; the first few ranges, and how many numbers come after them.
fn ranges(numbers: &[u64]) -> String {
    let mut found: Vec<(u64, u64)> = Vec::new();
    for number in numbers {
        match found.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => found.push((*number, *number)),
        }
    }
    let rest = found.split_off(found.len().min(RANGES));
    let words = found.iter().map(|(first, last)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    });
    let words = words.collect::<Vec<_>>().join(",");
    let more: u64 = rest.iter().map(|(first, last)| last - first + 1).sum();
    match more {
        0 => words,
        more => format!("{words} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_as_an_array_takes_them() {
        for (numbers, words) in [
            (&[3][..], "3"),
            (&[1, 2, 4], "1-2,4"),
            (&[1, 2, 3, 7, 9, 10], "1-3,7,9-10"),
        ] {
            assert_eq!(ranges(numbers), words);
        }
        let odd: Vec<u64> = (0..40).map(|i| 2 * i + 1).collect();
        assert_eq!(ranges(&odd), "1,3,5,7,9,11,13,15,17,19 and 30 more");
    }

    #[test]
    fn all_flaws_are_one_sentence() {
        let flaws = Flaws {
            parts: 16,
            round: 1,
            missing: vec![3, 4, 9],
            torn: vec![("a.part".into(), "it ends after 7 bytes".into())],
            others: vec![("b.part".into(), ["seed".into(), "1".into(), "2".into()])],
            doubled: vec![("c.part".into(), "d.part".into())],
        };
        assert_eq!(
            flaws.to_string(),
            "missing are parts 3-4,9 of 16; 'a.part' is torn or was changed: it ends after 7 bytes; 'b.part' is of another run: \
             seed is 1 there and 2 in this one; 'c.part' and 'd.part' are the same part and differ"
        );
    }
}
