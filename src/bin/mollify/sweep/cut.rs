//! A sweep in parts: each has every n-th row.

use super::{Args, summary};
use crate::engine;
use crate::failure::Failure;
use crate::output::note;
use crate::parts::{self, Made, check_cut, check_engine, describe, gathered};
use crate::progress::Progress;
use mollify::engine::distributed::{Cut, Gathered};
use mollify::engine::{Engine, Interrupt};
use mollify::error::{Error, Named, PartsError};
use mollify::estimate::distributed::word_of;
use mollify::files::parts::{Found, Head, Whole, find, gather, prepare};
use mollify::sweep::{Row, Sweep};
use std::path::Path;
use std::time::Instant;

const COMMAND: &str = "sweep";

/// Measures the rows of a part, and writes them.
pub fn work(
    args: &Args,
    sweep: &Sweep,
    engine: &mut dyn Engine,
    (cut, folder): (Cut, &Path),
    interrupt: &Interrupt,
) -> Result<(), Failure> {
    let output = &args.output;
    if let Some(fallback) = args.engine.fallback {
        let expected = "left out with --part: a part is of one engine";
        return Err(engine::invalid("--fallback", fallback.name(), expected).into());
    }
    prepare(folder)?;
    let run = sweep.describe(Some(engine.report()))?;
    let head = parts::head(COMMAND, cut, 1, run, &[]);
    check_cut(folder, &head, output.force)?;
    let place = (folder, output.force, output.json);
    match find(folder, &head) {
        Ok(Found::Whole(_)) => return parts::there_already(&head, place),
        Ok(Found::Torn(problem)) => note(&format!(
            "warning: '{}' is computed again: {problem}",
            folder.join(head.file_name()).display()
        )),
        Err(Error::Parts(PartsError::Other { .. })) if output.force => {}
        found => drop(found?),
    }
    let count = u32::try_from(sweep.rows_of(cut).count()).unwrap_or(u32::MAX);
    let progress = Progress::new(count, output.quiet, output.json);
    let started = Instant::now();
    let mut done = 0;
    let mut show = |row: &Row| {
        progress.show_row(done, || summary::row(sweep, row));
        done += 1;
    };
    let lines = sweep.measure_part(engine, cut, interrupt, &mut show);
    progress.finish();
    let lines = lines?;
    let report = engine.report();
    let made = Made {
        seconds: started.elapsed().as_secs_f64(),
        compile_seconds: report.compile_seconds,
        reason: report.reason.clone(),
    };
    let amount = format!("{done} of {} rows", sweep.rows());
    parts::deliver(head, &lines, made, amount, place)
}

/// The rows of all parts in their order, an engine that says of itself what that of the parts did, and the seconds they took.
pub fn merge(
    args: &Args,
    sweep: &Sweep,
    folder: &Path,
) -> Result<(Gathered, Vec<Row>, f64), Failure> {
    let run = sweep.describe(None)?;
    let mut engine = gathered();
    let (mut rows, mut seconds) = (Vec::new(), 0.0);
    let mut is_first = true;
    let mut show = |whole: Whole| {
        let wrong = |error: Error| Error::Format {
            path: whole.path.clone(),
            problem: error.to_string(),
            expected: "a part of this sweep".into(),
        };
        let Head { part, parts, .. } = whole.head;
        let cut = Cut::new(part - 1, parts).map_err(wrong)?;
        rows.extend(sweep.rows_of_part(cut, &whole.body).map_err(wrong)?);
        seconds += describe(&whole.head, is_first, &mut engine.report)?;
        is_first = false;
        Ok(())
    };
    gather(folder, (COMMAND, 1), (&run, &word_of(&[])), None, &mut show)?;
    check_engine(&args.engine, &engine.report)?;
    rows.sort_unstable_by_key(|row| row.number);
    Ok((engine, rows, seconds))
}
