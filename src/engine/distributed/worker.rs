//! What is said to a worker and by it: calls of one version, and answers with what the worker is.

use super::call::Call;
use crate::engine::Engine;
use crate::engine::backend::Precision;
use crate::error::{Error, PartsError, Result};
use crate::files::binary::{Reader, length};
use crate::system::task::Task;
use serde::{Deserialize, Serialize};

/// What a worker is asked.
#[derive(Deserialize)]
struct Asked {
    version: String,
    calls: Vec<Call>,
}

/// The same on its way out.
#[derive(Serialize)]
struct Asking<'a> {
    version: &'static str,
    calls: &'a [Call],
}

/// What a worker says of itself, which has to be the same of all of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Worker {
    version: String,
    pub engine: String,
    pub adapter: Option<String>,
    pub driver: Option<String>,
}

/// What it says besides.
#[derive(Serialize, Deserialize)]
pub(super) struct Head {
    pub worker: Worker,
    pub reason: String,
    pub precision: Precision,
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The answers of a worker to the calls of a part, as bytes.
///
/// # Errors
/// Those of the engine, and if another version asks.
pub fn answer(part: &[u8], engine: &mut dyn Engine, task: &Task) -> Result<Vec<u8>> {
    let asked: Asked = serde_json::from_slice(part).map_err(|error| {
        let expected = format!("one of this version, {VERSION}");
        Error::invalid("a part", error.to_string(), &expected)
    })?;
    if asked.version != VERSION {
        return Err(PartsError::unlike("version", &asked.version, VERSION).into());
    }
    let report = engine.report().clone();
    let head = Head {
        worker: Worker {
            version: VERSION.into(),
            engine: report.engine.into(),
            adapter: report.adapter,
            driver: report.driver,
        },
        reason: report.reason,
        precision: engine.precision(),
    };
    let mut bytes = Vec::new();
    block(&mut bytes, &json(&head)?);
    for call in &asked.calls {
        block(&mut bytes, &call.ask(engine, task)?.to_bytes()?);
    }
    Ok(bytes)
}

fn json(value: &impl Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(value)
        .map_err(|error| Error::invalid("a part", error.to_string(), "plain data"))
}

fn block(bytes: &mut Vec<u8>, content: &[u8]) {
    length(bytes, content.len());
    bytes.extend(content);
}

impl Worker {
    /// Refuses another one, whose numbers would be others.
    pub fn check(&self, other: &Self) -> Result<()> {
        let adapter = |worker: &Self| worker.adapter.clone().unwrap_or_default();
        let driver = |worker: &Self| worker.driver.clone().unwrap_or_default();
        for (what, here, there) in [
            ("version", self.version.clone(), other.version.clone()),
            ("engine", self.engine.clone(), other.engine.clone()),
            ("adapter", adapter(self), adapter(other)),
            ("driver", driver(self), driver(other)),
        ] {
            if here != there {
                return Err(PartsError::unlike(what, &here, &there).into());
            }
        }
        Ok(())
    }
}

/// A part, as bytes for [`answer`].
pub(super) fn part(calls: &[Call]) -> Result<Vec<u8>> {
    json(&Asking {
        version: VERSION,
        calls,
    })
}

/// What a worker says of itself, and its answers, a block for each call.
pub(super) fn head_of(bytes: &[u8]) -> Result<(Head, Reader<'_>)> {
    let mut rest = Reader(bytes);
    let head = serde_json::from_slice(next_block(&mut rest)?).map_err(|error| {
        let expected = format!("what version {VERSION} answers");
        Error::invalid("the answer of a worker", error.to_string(), &expected)
    })?;
    Ok((head, rest))
}

pub(super) fn next_block<'a>(rest: &mut Reader<'a>) -> Result<&'a [u8]> {
    let length = rest.length()?;
    rest.take(length)
}
