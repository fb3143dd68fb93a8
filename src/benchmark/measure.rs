//! The clock: rounds in which all engines take turns, as long as each has time left.

use super::contender::Contender;
use super::document::{Row, Scatter, Stages};
use super::machine::Peak;
use super::settings::{Settings, batch};
use crate::engine::moments::Moments;
use crate::engine::{Engine, Wanted};
use crate::error::{Error, Result};
use crate::system::task::Task;
use std::time::{Duration, Instant};

/// Seconds of the four works, one entry per round.
#[derive(Default)]
struct Times {
    both: Vec<f64>,
    zeroth_order: Vec<f64>,
    /// Costs of 2 and of 4 thetas under the same noise.
    two_costs: Vec<f64>,
    four_costs: Vec<f64>,
}

/// What is the same for all engines of a case.
struct Case<'a> {
    task: &'a Task,
    theta: Vec<f64>,
    settings: &'a Settings,
    samples: u64,
}

impl Case<'_> {
    fn moments(&self, engine: &mut dyn Engine, wanted: Wanted) -> Result<(f64, Moments)> {
        let batch = batch(self.settings, self.samples, wanted);
        let started = Instant::now();
        let moments = engine.moments(self.task, &self.theta, &batch)?;
        Ok((started.elapsed().as_secs_f64(), moments))
    }

    /// theta and `candidates` more, under the same noise.
    fn costs(&self, engine: &mut dyn Engine, candidates: usize) -> Result<f64> {
        let batch = batch(self.settings, self.samples, Wanted::ZerothOrder);
        let candidates = vec![self.theta.clone(); candidates];
        let started = Instant::now();
        engine.decreases(self.task, &self.theta, &candidates, &batch)?;
        Ok(started.elapsed().as_secs_f64())
    }

    /// One round of one engine; `first` is what it returned before.
    fn round(&self, engine: &mut dyn Engine, first: &Moments, times: &mut Times) -> Result<()> {
        let (seconds, moments) = self.moments(engine, Wanted::Both)?;
        if moments != *first {
            return Err(Error::NotRepeatable {
                engine: engine.report().engine.into(),
                task: self.task.name().into(),
                samples: self.samples,
            });
        }
        times.both.push(seconds);
        if self.settings.stages {
            let zeroth = self.moments(engine, Wanted::ZerothOrder)?.0;
            times.zeroth_order.push(zeroth);
            times.two_costs.push(self.costs(engine, 1)?);
            times.four_costs.push(self.costs(engine, 3)?);
        }
        Ok(())
    }

    fn stages(&self, times: &Times) -> Stages {
        let median = |values: &[f64]| Scatter::of(values).median;
        let (both, zeroth_order) = (median(&times.both), median(&times.zeroth_order));
        let (two, four) = (median(&times.two_costs), median(&times.four_costs));
        let one = 0.5 * (four - two);
        let noise = two - 2.0 * one;
        let paired =
            batch(self.settings, self.samples, Wanted::Both).has_paired_baseline(self.task);
        let rollout = if paired { 2.0 * one } else { one };
        Stages {
            noise,
            rollout,
            zeroth_order: zeroth_order - noise - rollout,
            first_order: both - zeroth_order,
        }
    }
}

/// Times every engine on one task at one K.
pub(super) fn measure(
    contenders: &mut [Contender],
    task: &Task,
    settings: &Settings,
    samples: u64,
    (limit, peak): (Duration, &mut Peak),
) -> Result<Vec<Row>> {
    let case = Case {
        task,
        theta: task.start(),
        settings,
        samples,
    };
    let mut firsts = Vec::new();
    let mut peaks = Vec::new();
    // Without a clock: buffers are allocated, chunks are calibrated, caches are filled.
    for contender in contenders.iter_mut() {
        peak.restart();
        firsts.push(case.moments(contender.engine(), Wanted::Both)?.1);
        peaks.push(peak.since());
    }
    let count = contenders.len();
    let mut times: Vec<Times> = contenders.iter().map(|_| Times::default()).collect();
    let mut spent = vec![Duration::ZERO; count];
    // Each engine has its share of the time, so that a slow one does not cost a fast one its rounds.
    let share = limit / count.max(1) as u32;
    for round in 0..settings.repeats {
        let rounds = round as u32;
        let joins: Vec<bool> = spent
            .iter()
            .zip(&times)
            .map(|(spent, t)| {
                rounds == 0 || (t.both.len() == round && *spent * (rounds + 1) / rounds <= share)
            })
            .collect();
        for turn in 0..count {
            let i = (round + turn) % count;
            if joins[i] {
                let started = Instant::now();
                case.round(contenders[i].engine(), &firsts[i], &mut times[i])?;
                spent[i] += started.elapsed();
            }
        }
    }
    let steps = samples as f64 * task.horizon() as f64;
    let results = contenders.iter_mut().zip(times).zip(peaks);
    results
        .map(|((contender, times), peak_bytes)| {
            let seconds = Scatter::of(&times.both);
            let batch = batch(settings, samples, Wanted::Both);
            Ok(Row {
                task: task.name().into(),
                engine: contender.kind.to_string(),
                samples,
                repeats: times.both.len(),
                seconds,
                sample_steps_per_second: seconds.rate(steps),
                stages: settings.stages.then(|| case.stages(&times)),
                planned_bytes: contender.engine().plan(task, &batch)?.bytes,
                peak_bytes,
            })
        })
        .collect()
}
