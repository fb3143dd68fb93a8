//! `--dry-run`: what a run would take.

use super::engine::described;
use super::failure::Failure;
use super::output::{json, number, print, table};
use bytesize::ByteSize;
use mollify::Result;
use mollify::engine::{Batch, Engine, EngineReport, Wanted, WorkPlan};
use mollify::estimate::{Settings, estimate};
use mollify::system::task::Task;
use serde::Serialize;
use std::time::Instant;

/// Time steps that are run to predict the time, if a block has no more.
const TRIAL_STEPS: u64 = 1 << 21;

/// Samples that engines take together.
const BLOCK: u64 = 1024;

/// The JSON document.
#[derive(Serialize)]
struct Document<'a> {
    task: &'a str,
    system: Option<String>,
    #[serde(flatten)]
    engine: &'a EngineReport,
    samples: u64,
    horizon: usize,
    /// Of one batch.
    plan: WorkPlan,
    /// Batches of the estimates of the whole run; none where batches grow as it goes.
    batches: Option<f64>,
    rollouts: f64,
    predicted_seconds: f64,
    /// Samples that the prediction rests on.
    trial_samples: u64,
}

/// How much a run takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Extent {
    /// So many batches as the one that is planned.
    Batches(f64),
    /// So many rollouts, in batches that grow.
    Rollouts(u64),
}

/// Lets `trial` run a small batch and predict the seconds of the whole run from it, plans the batch, and prints both.
/// `extent` is how much the run takes for its estimates.
pub fn run(
    engine: &mut dyn Engine,
    task: &Task,
    batch: &Batch,
    extent: Extent,
    as_json: bool,
    trial: impl FnOnce(&mut dyn Engine, u64) -> Result<f64>,
) -> std::result::Result<(), Failure> {
    let steps = task.horizon() as u64;
    let trial_samples = (TRIAL_STEPS / steps).max(BLOCK).min(batch.samples);
    let predicted_seconds = trial(engine, trial_samples)?;
    // After the trial, which compiles what the policy and the noise ask for: their kernels count among the dispatches.
    let plan = engine.plan(task, batch)?;
    let document = Document {
        task: task.name(),
        system: task.system_file(),
        engine: engine.report(),
        samples: batch.samples,
        horizon: task.horizon(),
        plan,
        batches: match extent {
            Extent::Batches(batches) => Some(batches),
            Extent::Rollouts(_) => None,
        },
        rollouts: match extent {
            Extent::Batches(batches) => batches * batch.rollouts(task) as f64,
            Extent::Rollouts(most) => most as f64,
        },
        predicted_seconds,
        trial_samples,
    };
    match as_json {
        true => print(&json(&document)?),
        false => print(&for_people(&document, &described(engine))),
    }
}

/// The seconds of `batches` estimates of `batch` at `theta`, from one of `samples`.
pub fn seconds_of_estimates(
    engine: &mut dyn Engine,
    (task, theta): (&Task, &[f64]),
    batch: &Batch,
    batches: f64,
    samples: u64,
) -> Result<f64> {
    let trial = Batch { samples, ..*batch };
    // The first run finds how long a submission may be, and allocates.
    engine.moments(task, theta, &trial)?;
    let started = Instant::now();
    engine.moments(task, theta, &trial)?;
    let each = started.elapsed().as_secs_f64() / samples as f64;
    Ok(each * batch.samples as f64 * batches)
}

/// The seconds of one estimate under a rule that rolls samples out again to mix them, from one of `samples`.
pub fn seconds_of_mix(
    engine: &mut dyn Engine,
    (task, theta): (&Task, &[f64]),
    settings: &Settings,
    samples: u64,
) -> Result<f64> {
    let trial = settings.with_samples(samples);
    let started = Instant::now();
    estimate(engine, task, theta, &trial, 0, Wanted::Both)?;
    let each = started.elapsed().as_secs_f64() / samples as f64;
    Ok(each * settings.samples as f64)
}

fn for_people(d: &Document<'_>, engine: &str) -> String {
    let line = |name: &str, value: String| vec![name.to_string(), value];
    let segments = match d.plan.segments {
        1 => format!("1 of {} steps", d.plan.segment_steps),
        n => format!("{n} of up to {} steps", d.plan.segment_steps),
    };
    let mut lines = vec![
        line("task", d.task.into()),
        line("engine", engine.into()),
        line(
            "memory",
            ByteSize::b(d.plan.bytes).display().iec().to_string(),
        ),
        line(
            "chunks",
            format!(
                "{} of up to {} samples",
                d.plan.chunks, d.plan.chunk_samples
            ),
        ),
        line("segments of time", segments),
    ];
    if d.plan.dispatches > 0 {
        lines.push(line("dispatches", d.plan.dispatches.to_string()));
    }
    let trial = match d.batches {
        Some(_) => format!("a trial of {} samples", d.trial_samples),
        None => "short descents".into(),
    };
    lines.extend([
        match d.batches {
            Some(batches) => line("estimates", number(batches)),
            None => line("estimates", "as many as the rollouts allow".into()),
        },
        line("their rollouts", number(d.rollouts)),
        line(
            "predicted time",
            format!(
                "{} s, from {trial}",
                number((d.predicted_seconds * 1e3).round() / 1e3)
            ),
        ),
    ]);
    let text = table(&[], lines, 0..0);
    format!(
        "{text}\nNothing was run but the trial. Chunks may be smaller, to keep each submission short.\n"
    )
}
