//! All parts of a run, as an engine that knows their answers.

use super::{Job, Made};
use crate::args::{EngineArgs, EngineName};
use crate::engine::invalid;
use crate::failure::Failure;
use mollify::Error;
use mollify::engine::distributed::{Answers, Gathered, Question, from_bytes};
use mollify::engine::kind::Kind;
use mollify::engine::{EngineReport, Precision};
use mollify::error::Named;
use mollify::estimate::distributed::word_of;
use mollify::files::parts::{Head, Whole, gather};
use serde::Deserialize;
use serde_json::Value;
use std::path::Path;

/// What was merged.
pub struct Merged {
    pub engine: Gathered,
    /// Of all parts together.
    pub seconds: f64,
}

/// Merges all rounds of a run.
pub fn merge(job: &Job<'_>, folder: &Path, flags: &EngineArgs) -> Result<Merged, Failure> {
    let mut known = gathered();
    let (mut seconds, mut parts) = (0.0, None);
    for round in 1.. {
        let asked = (job.next)(&mut known)?;
        if asked.is_empty() {
            break;
        }
        let (count, more) = self::round(job, folder, (round, parts), &asked, &mut known)?;
        parts = Some(count);
        seconds += more;
    }
    check_engine(flags, &known.report)?;
    Ok(Merged {
        engine: known,
        seconds,
    })
}

/// An engine of which nothing is known before the first part.
pub fn gathered() -> Gathered {
    let report = EngineReport {
        engine: Kind::Reference.name(),
        adapter: None,
        driver: None,
        reason: String::new(),
        compile_seconds: None,
    };
    Gathered::new(report, Precision::F64, Answers::default())
}

/// Adds the answers of a round. Returns how many parts it has and the seconds that they took.
pub fn round(
    job: &Job<'_>,
    folder: &Path,
    (round, parts): (u32, Option<u64>),
    asked: &[Question],
    known: &mut Gathered,
) -> Result<(u64, f64), Failure> {
    let engine = parts.map(|_| known.report.clone());
    let run = (job.described)(engine.as_ref())?;
    let word = word_of(asked);
    let mut seconds = 0.0;
    let mut is_first = parts.is_none();
    let mut show = |whole: Whole| -> mollify::Result<()> {
        let wrong = |error: &Error| Error::Format {
            path: whole.path.clone(),
            problem: error.to_string(),
            expected: "a part of this run".into(),
        };
        seconds += describe(&whole.head, is_first, &mut known.report)?;
        is_first = false;
        for (i, part) in from_bytes(&whole.body).map_err(|e| wrong(&e))? {
            let question = asked.get(i).ok_or_else(|| {
                let all = asked.len();
                wrong(&invalid(
                    "a question",
                    &i.to_string(),
                    &format!("below {all}"),
                ))
            })?;
            known.precision = part.precision();
            let added = known.answers.add(question, part);
            added.map_err(|e| wrong(&e))?;
        }
        Ok(())
    };
    let count = gather(
        folder,
        (job.command, round),
        (&run, &word),
        parts,
        &mut show,
    )?;
    Ok((count, seconds))
}

/// What has to be the same of the engine, as a part has it.
#[derive(Deserialize)]
struct Engine {
    kind: String,
    adapter: Option<String>,
    driver: Option<String>,
}

/// Takes over what a part says of its engine, and gives the seconds that it took.
pub fn describe(head: &Head, is_first: bool, report: &mut EngineReport) -> mollify::Result<f64> {
    let made = Made::deserialize(&head.made).ok();
    if is_first {
        let engine = head.run.get("engine").unwrap_or(&Value::Null);
        if let Ok(engine) = Engine::deserialize(engine) {
            report.engine = Kind::from_name(&engine.kind)?.name();
            report.adapter = engine.adapter;
            report.driver = engine.driver;
        }
        report.reason = made.as_ref().map_or(String::new(), |m| m.reason.clone());
    }
    if let Some(compile) = made.as_ref().and_then(|made| made.compile_seconds) {
        *report.compile_seconds.get_or_insert(0.0) += compile;
    }
    Ok(made.map_or(0.0, |made| made.seconds))
}

/// Refuses parts of another engine than the one that is asked for.
pub fn check_engine(flags: &EngineArgs, report: &EngineReport) -> Result<(), Failure> {
    let asked = flags.engine.filter(|name| *name != EngineName::Auto);
    if let Some(name) = asked
        .map(|name| name.name())
        .filter(|n| *n != report.engine)
    {
        let expected = format!("{}, as of the parts, or left out", report.engine);
        return Err(invalid("--engine", name, &expected).into());
    }
    let Some(name) = &flags.adapter else {
        return Ok(());
    };
    let adapter = report.adapter.as_deref().unwrap_or("none");
    match adapter.to_lowercase().contains(&name.to_lowercase()) {
        true => Ok(()),
        false => {
            let expected = format!("in '{adapter}', the adapter of the parts, or left out");
            Err(invalid("--adapter", name, &expected).into())
        }
    }
}
