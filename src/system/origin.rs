//! Where a text comes from, for the errors about it.

use crate::error::Error;

/// Says where in which text something is wrong.
#[derive(Clone, Copy)]
pub struct Origin<'a>(pub &'a str);

impl Origin<'_> {
    pub fn error(self, place: impl Into<String>, problem: impl Into<String>) -> Error {
        Error::SystemFile {
            origin: self.0.into(),
            place: place.into(),
            problem: problem.into(),
        }
    }

    /// What the parser says, on one line and not longer than a sentence.
    pub fn syntax(self, error: &serde_json::Error) -> Error {
        let text = error.to_string();
        let line = text.chars().map(|c| if c.is_control() { ' ' } else { c });
        let said: String = line.take(300).collect();
        self.error(
            "its JSON",
            format!("{said}; docs/systems.md describes the format"),
        )
    }
}
