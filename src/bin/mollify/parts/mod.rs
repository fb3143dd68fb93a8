//! `--part I/N --out DIR` and `--merge DIR`: a run cut into parts that any scheduler may run, and put together again.

mod flags;
mod merge;
mod work;

pub use flags::PartArgs;
pub use merge::{check_engine, describe, gathered, merge};
pub use work::{check_cut, deliver, there_already, work};

use crate::failure::Failure;
use mollify::engine::EngineReport;
use mollify::engine::distributed::{Cut, Gathered, Question};
use mollify::estimate::distributed::word_of;
use mollify::files::parts::Head;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a run describes itself by; of no engine where none is known yet.
pub type Described<'a> = dyn Fn(Option<&EngineReport>) -> Result<Value, Failure> + 'a;

/// What a run asks next, given what is known; nothing once its result can be had.
pub type Next<'a> = dyn Fn(&mut Gathered) -> Result<Vec<Question>, Failure> + 'a;

/// A run that can be cut.
pub struct Job<'a> {
    /// The command, which its files are named by.
    pub command: &'static str,
    pub described: &'a Described<'a>,
    pub next: &'a Next<'a>,
}

/// What may differ between parts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Made {
    pub seconds: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compile_seconds: Option<f64>,
    /// Why the engine was taken.
    pub reason: String,
}

/// The head of a part that is not made yet.
pub fn head(command: &str, cut: Cut, round: u32, run: Value, asked: &[Question]) -> Head {
    Head {
        command: command.into(),
        part: cut.index() + 1,
        parts: cut.count(),
        round,
        run,
        asked: word_of(asked),
        made: Value::Null,
    }
}
