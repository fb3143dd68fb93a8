//! A model as a readable, versioned JSON text; `docs/systems.md` describes it for those who write one.
//!
//! A text is never trusted: [`Model::from_json`] checks sizes, names, numbers, and every node before a graph is built
//! of it, because the engines take what a model promises for granted.

mod banks;
mod convert;
mod document;
mod layout;
mod read;
mod text;
mod vocabulary;
mod write;

use crate::error::{Error, Result};
use crate::system::model::Model;
use crate::system::origin::Origin;
use document::Document;
use serde::Deserialize;
use std::io::Read as _;
use std::path::Path;

/// The value of the field "format".
pub const FORMAT: &str = "mollify-system";
/// The value of the field "version".
pub const VERSION: u32 = 1;
/// A larger text is refused before it is read, bytes.
pub const MOST_BYTES: u64 = 32 << 20;

pub use text::MOST_NODES;

/// What is read first: a text of another version may have other fields.
#[derive(Deserialize)]
struct Head {
    format: Option<String>,
    version: Option<u32>,
}

impl Model {
    /// The model as a text that [`Model::from_json`] reads; only what the functions need is in it. The picture, the
    /// closed forms and the warnings of a compiled system are not.
    pub fn to_json(&self) -> Result<String> {
        let text = serde_json::to_string(&Document::of(self));
        let text = text.map_err(|e| Origin::Builder(&self.about().name).syntax(&e))?;
        let text = layout::in_lines(&text);
        match text.len() as u64 > MOST_BYTES {
            true => Err(too_large(Origin::Builder(&self.about().name))),
            false => Ok(text),
        }
    }

    /// The model as it is read from its own text, with everything that is checked of one.
    pub(super) fn checked(&self, at: Origin<'_>) -> Result<Self> {
        Document::of(self).model(at)
    }

    /// Reads what [`Model::to_json`] writes; `origin` names the text in errors, such as its path.
    pub fn from_json(text: &str, origin: &str) -> Result<Self> {
        let at = Origin::Text(origin);
        if text.len() as u64 > MOST_BYTES {
            return Err(too_large(at));
        }
        if text.trim().is_empty() {
            return Err(at.error("the text", "it is empty, expected a JSON object"));
        }
        let head: Head = serde_json::from_str(text).map_err(|e| at.syntax(&e))?;
        if head.format.as_deref() != Some(FORMAT) {
            return Err(at.error("format", format!("expected \"format\": \"{FORMAT}\"")));
        }
        if head.version != Some(VERSION) {
            let found = head.version.map_or("none".into(), |v| v.to_string());
            let problem = format!("it is {found}, but this release reads version {VERSION}");
            return Err(at.error("version", problem));
        }
        let document: Document = serde_json::from_str(text).map_err(|e| at.syntax(&e))?;
        document.model(at)
    }

    /// Reads the file of a model, which [`Model::file`] then names.
    pub fn read(path: &Path) -> Result<Self> {
        let failed = |source| Error::Read {
            path: path.into(),
            source,
        };
        let name = path.display().to_string();
        let at = Origin::Text(&name);
        let file = std::fs::File::open(path).map_err(failed)?;
        if file.metadata().map_err(failed)?.is_dir() {
            return Err(at.error("the file", "it is a folder, expected a file of JSON text"));
        }
        let mut bytes = Vec::new();
        // One byte more than allowed shows that there is more, however large the file is.
        let mut limited = file.take(MOST_BYTES + 1);
        limited.read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() as u64 > MOST_BYTES {
            return Err(too_large(at));
        }
        let text = String::from_utf8(bytes).map_err(|e| {
            let byte = e.utf8_error().valid_up_to();
            at.error(
                format!("byte {byte}"),
                "it is no UTF-8, expected a JSON text in UTF-8",
            )
        })?;
        Ok(Self::from_json(&text, &name)?.with_file(path))
    }
}

fn too_large(at: Origin<'_>) -> Error {
    let problem = format!("it has more bytes than {MOST_BYTES}, expected at most that");
    at.error("the text", problem)
}
