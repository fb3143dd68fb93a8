//! One part: what is left to do of it, done and written.

use super::{Job, Made, head, merge};
use crate::args::{EngineArgs, OutputArgs};
use crate::engine;
use crate::failure::Failure;
use crate::output::{json, note, number, plural, print};
use crate::progress::SampleProgress;
use bytesize::ByteSize;
use mollify::Error;
use mollify::engine::distributed::{Answers, Cut, Gathered, Question, to_bytes};
use mollify::engine::{BLOCK_SAMPLES, Engine, Interrupt, Parts};
use mollify::error::{Named, PartsError};
use mollify::files::parts::{
    Found, Head, Written, another_cut, are_all_there, find, prepare, write,
};
use mollify::system::task::Task;
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What became of a part.
#[derive(Serialize)]
struct Worked<'a> {
    command: &'a str,
    part: u64,
    parts: u64,
    round: u32,
    file: PathBuf,
    /// False if it was there already.
    written: bool,
    bytes: u64,
    /// What is in it, if it was computed.
    amount: Option<String>,
    seconds: f64,
}

/// Computes what is left of a part, and writes it.
pub fn work(
    job: &Job<'_>,
    task: &Task,
    cut: Cut,
    flags: (&EngineArgs, &OutputArgs),
    interrupt: &Interrupt,
) -> Result<(), Failure> {
    let (engine_args, output) = flags;
    let Some(folder) = &output.out else {
        return Err(Failure::Usage("--part needs a folder: give --out".into()));
    };
    if let Some(fallback) = engine_args.fallback {
        let expected = "left out with --part: a part is of one engine";
        return Err(engine::invalid("--fallback", fallback.name(), expected).into());
    }
    // What is not cut is refused before anything is opened or made.
    (job.next)(&mut merge::gathered())?;
    let place = (folder.as_path(), output.force, output.json);
    prepare(folder)?;
    let mut engine = engine::open(engine_args, task, interrupt.clone())?;
    engine::announce(engine_args, &*engine, output.quiet);
    let report = engine.report().clone();
    let mut known = Gathered::new(report.clone(), engine.precision(), Answers::default());
    for round in 1.. {
        let asked = (job.next)(&mut known)?;
        let run = (job.described)(Some(&report))?;
        let head = head(job.command, cut, round, run, &asked);
        if asked.is_empty() {
            let last = Head {
                round: round - 1,
                ..head
            };
            return there_already(&last, place);
        }
        check_cut(folder, &head, output.force)?;
        match find(folder, &head) {
            Ok(Found::Whole(_)) if are_all_there(folder, &head) => {
                let parts = (round, Some(cut.count()));
                match merge::round(job, folder, parts, &asked, &mut known) {
                    // What is wrong with others is theirs to mend.
                    Err(Failure::Library(Error::Parts(PartsError::Unmerged { .. }))) => {
                        return there_already(&head, place);
                    }
                    merged => drop(merged?),
                }
                continue;
            }
            Ok(Found::Whole(_)) => return there_already(&head, place),
            Ok(Found::Torn(problem)) => note(&format!(
                "warning: '{}' is computed again: {problem}",
                folder.join(head.file_name()).display()
            )),
            Err(Error::Parts(PartsError::Other { .. })) if output.force => {}
            found => drop(found?),
        }
        let flags = (engine_args, output);
        let asked = (asked.as_slice(), head);
        return round_of(task, cut, &mut *engine, &known, asked, flags, place);
    }
    Ok(())
}

/// Refuses a folder with parts of another cut, which would never be complete.
pub fn check_cut(folder: &Path, head: &Head, force: bool) -> Result<(), Failure> {
    match another_cut(folder, head).filter(|_| !force) {
        None => Ok(()),
        Some((path, parts)) => {
            let value = format!("of {}", head.parts);
            let expected = format!(
                "of {parts} parts, as '{}' is, or in another folder",
                path.display()
            );
            Err(engine::invalid("--part", &value, &expected).into())
        }
    }
}

/// Answers this part of what a round asks, and writes it.
fn round_of(
    task: &Task,
    cut: Cut,
    engine: &mut dyn Engine,
    known: &Gathered,
    (asked, head): (&[Question], Head),
    (engine_args, output): (&EngineArgs, &OutputArgs),
    place: (&Path, bool, bool),
) -> Result<(), Failure> {
    let ranges = cut.ranges(asked);
    let longest = ranges
        .iter()
        .max_by_key(|(_, range)| range.end - range.start);
    if let Some((i, range)) = longest {
        let batch = asked[*i].batch.within(range.clone());
        engine::plan(engine, engine_args, task, &batch)?;
    }
    let samples = ranges
        .iter()
        .map(|(_, range)| range.end - range.start)
        .sum();
    if samples == 0 {
        note(&format!(
            "warning: part {} of {} has no samples: batches are cut into blocks of {BLOCK_SAMPLES}, and there are fewer of them \
             than parts",
            head.part, head.parts
        ));
    }
    let shown = SampleProgress::start(engine.interrupt(), samples, output);
    let compiled = |engine: &dyn Engine| engine.report().compile_seconds;
    let before = compiled(engine).unwrap_or(0.0);
    let started = Instant::now();
    let mut answer = |(i, range): (usize, std::ops::Range<u64>)| -> Result<(usize, Parts), Error> {
        let deviations = known.answers.deviations(&asked[i])?;
        let parts = asked[i].ask(engine, task, range, deviations.as_ref())?;
        Ok((i, parts))
    };
    let found = ranges
        .into_iter()
        .map(&mut answer)
        .collect::<Result<Vec<_>, _>>();
    shown.finish();
    let found = found?;
    let compile_seconds = compiled(engine);
    let made = Made {
        seconds: started.elapsed().as_secs_f64() - (compile_seconds.unwrap_or(0.0) - before),
        compile_seconds,
        reason: engine.report().reason.clone(),
    };
    let body = to_bytes(&found)?;
    let amount = plural(samples as usize, "sample");
    deliver(head, &body, made, amount, place)
}

/// Writes a part and says so. The place is the folder, whether what is there may be replaced, and whether a program reads what
/// is said.
pub fn deliver(
    head: Head,
    body: &[u8],
    made: Made,
    amount: String,
    (folder, force, as_json): (&Path, bool, bool),
) -> Result<(), Failure> {
    let seconds = made.seconds;
    let made = serde_json::to_value(made).map_err(|e| Failure::Output(e.into()))?;
    let head = Head { made, ..head };
    let written = write(folder, &head, body, force)? == Written::New;
    let what = (written, Some(amount), seconds);
    told(&head, folder, what, as_json)
}

/// Says that the part is there.
pub fn there_already(
    head: &Head,
    (folder, _, as_json): (&Path, bool, bool),
) -> Result<(), Failure> {
    told(head, folder, (false, None, 0.0), as_json)
}

/// Prints what became of a part.
fn told(
    head: &Head,
    folder: &Path,
    (written, amount, seconds): (bool, Option<String>, f64),
    as_json: bool,
) -> Result<(), Failure> {
    let file = folder.join(head.file_name());
    let bytes = std::fs::metadata(&file).map_or(0, |m| m.len());
    let (part, parts, round) = (head.part, head.parts, head.round);
    if as_json {
        return print(&json(&Worked {
            command: &head.command,
            part,
            parts,
            round,
            written,
            file,
            bytes,
            amount,
            seconds,
        })?);
    }
    let of_round = match round {
        1 => String::new(),
        round => format!(", round {round},"),
    };
    let (file, size) = (file.display(), ByteSize::b(bytes).display().iec());
    let what = match (written, amount) {
        (true, Some(amount)) => format!(
            "is in '{file}': {amount}, {size}, {} s",
            number((seconds * 1e4).round() / 1e4)
        ),
        _ => format!("is there already: '{file}', {size}"),
    };
    print(&format!("part {part} of {parts}{of_round} {what}\n"))
}
