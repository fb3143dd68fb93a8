//! Where a system that is made at run time comes from, for the errors about it.

use crate::error::Error;
use std::fmt;

/// Characters of a place and of a problem, at most: a stranger's names may be of any length.
const LONGEST_PLACE: usize = 100;
const LONGEST_PROBLEM: usize = 400;

/// A text, or the name that a builder gives the system.
#[derive(Clone, Copy, Debug)]
pub enum Origin<'a> {
    /// What the text is called, such as its path.
    Text(&'a str),
    /// The name of the system.
    Builder(&'a str),
}

impl fmt::Display for Origin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Text(name) => write!(f, "in '{name}'"),
            Origin::Builder(name) => write!(f, "'{name}'"),
        }
    }
}

impl Origin<'_> {
    /// What is wrong at a place of the system.
    pub fn error(self, place: impl AsRef<str>, problem: impl AsRef<str>) -> Error {
        Error::System {
            origin: one_line(&self.to_string(), usize::MAX),
            place: one_line(place.as_ref(), LONGEST_PLACE),
            problem: one_line(problem.as_ref(), LONGEST_PROBLEM),
        }
    }

    /// What is wrong with a value at a place, in the words of the error about that value.
    pub fn refused(self, place: impl AsRef<str>, error: &Error) -> Error {
        let problem = match error {
            Error::InvalidValue {
                value, expected, ..
            } => format!("it is {value}, expected {expected}"),
            error => error.to_string(),
        };
        self.error(place, problem)
    }

    /// What the parser says of a text, in the words of the format.
    pub fn syntax(self, error: &serde_json::Error) -> Error {
        let (line, column) = (error.line(), error.column());
        let said = error.to_string();
        let said = said.trim_end_matches(&format!(" at line {line} column {column}"));
        let problem = in_words_of_the_format(said);
        self.error(
            format!("line {line}, column {column}"),
            format!("{problem}; docs/systems.md describes the format"),
        )
    }
}

/// Types of Rust mean nothing to those who write a text.
fn in_words_of_the_format(said: &str) -> String {
    let Some((found, expected)) = said.split_once(", expected ") else {
        return said.into();
    };
    let kind = match expected {
        "f64" => "a number",
        "u32" | "u64" | "usize" => "a whole number from 0",
        "a string" | "a borrowed string" => "a text",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        _ if expected.starts_with("struct ") => "an object",
        _ if expected.starts_with("a tuple") => "a pair of a name and a number",
        kind => kind,
    };
    format!("{found}, expected {kind}")
}

/// The text without what a terminal would take for a line break or a command, not longer than `longest`.
fn one_line(text: &str, longest: usize) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let mut line: String = text
        .chars()
        .take(longest)
        .map(|c| if breaks(c) { '\u{fffd}' } else { c })
        .collect();
    if text.chars().nth(longest).is_some() {
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_line_however_long_and_broken_its_parts_are() {
        let long = "a\nb".repeat(1000);
        let error = Origin::Text("x\u{85}y").error(&long, &long).to_string();
        assert!(!error.contains(['\n', '\u{85}']), "{error}");
        assert!(error.chars().count() < 600, "{error}");
        assert_eq!(one_line("abc", 3), "abc");
        assert_eq!(one_line("abcd", 3), "abc…");
    }
}
