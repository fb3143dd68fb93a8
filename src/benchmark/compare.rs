//! Two runs side by side.

use super::document::{Document, KIND, Row, Setup};
use crate::error::{Error, Result};
use crate::system::task::Task;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::Path;

/// What [`crate::Error::Format`] expects of a file that is no benchmark at all.
pub const EXPECTED: &str = "the JSON document of a benchmark";

/// One row against its counterpart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The task.
    pub task: String,
    /// The engine.
    pub engine: String,
    /// K
    pub samples: u64,
    /// Sample-steps per second then, the median.
    pub then: f64,
    /// Sample-steps per second now, the median.
    pub now: f64,
    /// now / then
    pub ratio: f64,
    /// ratio < 1 - threshold, and every round is slower than every round then: the scatter alone is no loss.
    pub slower: bool,
}

/// All rows that both runs have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// A row may be slower only below 1 minus this.
    pub threshold: f64,
    /// The rows, in the order of this run.
    pub changes: Vec<Change>,
    /// Rows of this run that the earlier one does not have, as `task engine K`.
    pub new: Vec<String>,
    /// What differs between the machines or builds, in words; the ratios then mean little.
    pub elsewhere: Vec<String>,
}

impl Comparison {
    /// Whether any row is slower.
    pub fn any_slower(&self) -> bool {
        self.changes.iter().any(|c| c.slower)
    }
}

/// Reads an earlier run, and refuses it where it cannot be compared with a run of these tasks.
pub fn read(path: &Path, tasks: &[Task]) -> Result<Document> {
    let format = |problem: String, expected: &str| Error::Format {
        path: path.into(),
        problem,
        expected: expected.into(),
    };
    let text = fs::read_to_string(path).map_err(|source| match source.kind() {
        std::io::ErrorKind::InvalidData => format("it is not text".into(), EXPECTED),
        _ => Error::Read {
            path: path.into(),
            source,
        },
    })?;
    let value: serde_json::Value = serde_json::from_str(&text)
        .map_err(|error| format(format!("it is not JSON ({error})"), EXPECTED))?;
    let kind = value.get("kind").and_then(|kind| kind.as_str());
    if kind != Some(KIND) {
        return Err(format("it is JSON, but of something else".into(), EXPECTED));
    }
    let document: Document = serde_json::from_value(value)
        .map_err(|error| format(format!("{error}"), "the output of this version"))?;
    let mut common = 0;
    for task in tasks {
        let now = Setup::of(task);
        let Some(then) = document.tasks.iter().find(|t| t.task == now.task) else {
            continue;
        };
        common += 1;
        if let Some((what, then, now)) = difference(then, &now) {
            let problem = format!("its task '{}' has {what} {then}, not {now}", task.name());
            return Err(format(
                problem,
                "the same `parameters`, `horizon` and other settings",
            ));
        }
    }
    match common {
        0 => {
            let theirs: Vec<&str> = document.tasks.iter().map(|t| t.task.as_str()).collect();
            let problem = format!("it has none of these tasks, but {}", theirs.join(", "));
            Err(format(problem, "a run with a task in common"))
        }
        _ => Ok(document),
    }
}

/// The first thing in which two setups differ.
fn difference(then: &Setup, now: &Setup) -> Option<(String, String, String)> {
    let entries = |s: &Setup| {
        let mut list = vec![
            ("the horizon".to_string(), s.horizon.to_string()),
            ("the contact".into(), s.contact.clone().unwrap_or_default()),
            ("the policy".into(), s.policy.clone()),
            ("the noise".into(), s.noise.clone()),
            ("sigma".into(), s.sigma.to_string()),
        ];
        let parameters = s.parameters.iter();
        list.extend(parameters.map(|(name, value)| (name.clone(), value.to_string())));
        list
    };
    let pairs = entries(then).into_iter().zip(entries(now));
    pairs
        .filter(|(then, now)| then != now)
        .map(|((what, then), (_, now))| (what, then, now))
        .next()
}

/// Each row of `now` against that of `then` with the same task, engine and K.
pub fn compare(now: &Document, then: &Document, threshold: f64) -> Comparison {
    let same =
        |a: &Row, b: &Row| (&a.task, &a.engine, a.samples) == (&b.task, &b.engine, b.samples);
    let (mut changes, mut new) = (Vec::new(), Vec::new());
    for row in &now.rows {
        let Some(earlier) = then.rows.iter().find(|r| same(r, row)) else {
            new.push(format!("{} {} {}", row.task, row.engine, row.samples));
            continue;
        };
        let [then, now] = [earlier, row].map(|r| r.sample_steps_per_second);
        let ratio = now.median / then.median;
        changes.push(Change {
            task: row.task.clone(),
            engine: row.engine.clone(),
            samples: row.samples,
            then: then.median,
            now: now.median,
            ratio,
            slower: ratio < 1.0 - threshold && now.max < then.min,
        });
    }
    Comparison {
        threshold,
        changes,
        new,
        elsewhere: elsewhere(now, then),
    }
}

fn elsewhere(now: &Document, then: &Document) -> Vec<String> {
    let adapter = |d: &Document| d.engines.iter().find_map(|e| e.adapter.clone());
    let facts = |d: &Document| {
        [
            ("processor", d.machine.processor.clone()),
            ("threads", d.machine.threads.to_string()),
            ("build", d.machine.build.clone()),
            ("adapter", adapter(d).unwrap_or("none".into())),
        ]
    };
    let pairs = facts(then).into_iter().zip(facts(now));
    pairs
        .filter(|(a, b)| a != b)
        .map(|((what, then), (_, now))| format!("{what} {then} then, {now} now"))
        .collect()
}
