//! GPU against reference: the same samples through both engines, compared one by one and as moments.
//!
//! What an engine in f32 may be off by is not stated but measured, for each sample: see [`crate::engine::rounding`]. f32 and f64 may
//! legitimately take different branches where a comparison is nearer to flipping than f32 rounds; such samples are *excused* from
//! the comparison sample by sample, and counted. For the comparison of the moments the reference takes the engine's value of the
//! excused samples, so that everything else is still compared tightly.
//!
//! The noise is compared with that of the reference; everything else is compared for the noise that the engine drew.
//!
//! # False alarms
//!
//! A sample is refused where its error is more than [`ALLOWED`](crate::number::rounded::ALLOWED) = 16 times the rms error of
//! 16 runs: for normal errors with probability 3·10⁻¹¹. A run over all tasks with 4096 samples each compares 3·10⁵ quantities, so
//! that it raises a false alarm with probability 10⁻⁵; statistics have bounds that follow from those of their samples.

mod measures;
mod report;
mod samples;
mod statistics;

pub use report::{Document, Report, Row, Verdict};

use crate::engine::nominal::finite_nominal;
use crate::engine::reference::{Again, again, drawn};
use crate::engine::rounding::{Looked, roundings};
use crate::engine::{Batch, Engine, Interrupt, Sample, Stream};
use crate::error::{Result, number};
use crate::system::task::Task;
use measures::{norm, root_mean_square};
use samples::Pair;

/// The largest share of samples that may be excused, and the largest share of a cost or a first order that may be rounding, if
/// anything is to follow from the comparison.
const LARGEST_EXCUSED: f64 = 0.5;
const LARGEST_ROUNDING: f64 = 0.1;

/// The largest share of samples of which rounding may be more than that, and twelve where there are few.
const LARGEST_LOST: f64 = 0.01;

/// How many samples chance puts within a margin of 1, from those within [`WIDER`]: where nothing holds samples to a branch, margins
/// below are as likely as any. Five standard deviations above that, and twelve samples where there are few.
///
///   p = 1 - (1 - share within WIDER)^(1/WIDER)
fn excused_by_chance(pairs: &[Pair]) -> f64 {
    let n = pairs.len() as f64;
    let near = pairs.iter().filter(|p| p.rounding.margin < WIDER).count() as f64;
    let expected = n * (1.0 - (1.0 - near / n).powf(1.0 / WIDER));
    expected + 5.0 * expected.sqrt() + 12.0
}

/// Margins that are looked at to tell how many are below 1.
const WIDER: f64 = 10.0;

/// Samples of which decreases are compared: each is rolled out twice more.
const DECREASES: u64 = 256;

/// Compares an engine with the reference on a task at its start.
pub fn verify(engine: &mut dyn Engine, task: &Task, samples: u64, seed: u64) -> Result<Report> {
    let theta = task.start();
    let batch = Batch::new(samples, seed);
    let found = engine.samples(task, &theta, &batch, 0..samples)?;
    let drawn = drawn(task, &batch, 0..samples);
    let mut rows = samples::drawn_rows(task, &found, &drawn);
    let nominal = finite_nominal(task, &theta)?;
    let interrupt = engine.interrupt().clone();
    let pairs = pairs(task, &theta, &nominal.costs, found, Looked::All, &interrupt)?;
    rows.extend(samples::rows(nominal.cost, &pairs));

    let taken = pairs.iter().map(statistics::taken);
    let expected = statistics::moments_of(nominal.cost, task.dimension(), taken);
    let found = engine.moments(task, &theta, &batch)?;
    rows.extend(statistics::rows(&found, &expected, &pairs));
    rows.push(decrease_row(engine, task, &theta, &batch)?);
    Ok(report(task, nominal.cost, rows, &pairs))
}

/// Samples of each core between two looks at the interrupt.
const SAMPLES_OF_CORE: usize = 16;

/// The samples of an engine beside the same in f64.
fn pairs(
    task: &Task,
    theta: &[f64],
    costs: &[f64],
    found: Vec<Sample>,
    looked: Looked,
    interrupt: &Interrupt,
) -> Result<Vec<Pair>> {
    let what = match looked {
        Looked::Cost => Again::Costs,
        Looked::All => Again::InFull,
    };
    let (mut expected, mut all) = (Vec::new(), Vec::new());
    for samples in found.chunks(SAMPLES_OF_CORE * rayon::current_num_threads()) {
        interrupt.check()?;
        expected.extend(again(task, theta, costs, samples, what));
        all.extend(roundings(task, theta, costs, samples, looked));
    }
    let samples = found.into_iter().zip(expected).zip(all);
    let pair = |((found, expected), rounding)| Pair {
        found,
        expected,
        rounding,
    };
    Ok(samples.map(pair).collect())
}

/// The decrease to a candidate a tenth of σ away in every coordinate.
fn decrease_row(engine: &mut dyn Engine, task: &Task, theta: &[f64], batch: &Batch) -> Result<Row> {
    let candidate: Vec<f64> = theta.iter().map(|t| t + 0.1 * task.sigma()).collect();
    let batch = Batch {
        stream: Stream::Candidates,
        ..Batch::new(batch.samples.min(DECREASES), batch.seed)
    };
    // Costs of both are deviations from the first.
    let costs = finite_nominal(task, theta)?.costs;
    let interrupt = engine.interrupt().clone();
    let mut sampled = |theta: &[f64]| -> Result<Vec<Pair>> {
        let mut found = engine.samples(task, theta, &batch, 0..batch.samples)?;
        let own = finite_nominal(task, theta)?.cost;
        let shift = own - costs.iter().sum::<f64>();
        found.iter_mut().for_each(|s| s.deviation += shift);
        pairs(task, theta, &costs, found, Looked::Cost, &interrupt)
    };
    let (here, there) = (sampled(theta)?, sampled(&candidate)?);
    let found = engine.decreases(task, theta, std::slice::from_ref(&candidate), &batch)?;
    Ok(statistics::decrease_row(&found[0], &here, &there))
}

fn report(task: &Task, nominal: f64, rows: Vec<Row>, pairs: &[Pair]) -> Report {
    let excused = pairs.iter().filter(|p| !p.is_comparable()).count();
    let compared = || pairs.iter().filter(|p| p.is_comparable());
    let rms = |of: fn(&Pair) -> f64| root_mean_square(compared().map(of));
    let share = |part: f64, whole: f64| if part == 0.0 { 0.0 } else { part / whole };
    let costs = nominal.abs() + rms(|p| p.expected.deviation);
    // A first order that is nothing but rounding does no harm beside a zeroth order that is large.
    let first_orders = rms(|p| norm(&p.expected.first_order)).hypot(rms(|p| {
        let weight = p.expected.deviation - p.expected.baseline;
        weight * norm(&p.expected.score)
    }));
    // Where f32 loses all of a single sample, as beside an impact that only grazes, it does not lose the system.
    let is_lost = |p: &&Pair| {
        let lost = |off: f64, size: f64| off > LARGEST_ROUNDING * size;
        lost(p.cost(), costs) || lost(p.first_order(), first_orders)
    };
    let kept = |of: fn(&Pair) -> f64| root_mean_square(compared().filter(|p| !is_lost(p)).map(of));
    let cost_rounding = share(kept(Pair::cost), costs);
    let first_order_rounding = share(kept(Pair::first_order), first_orders);
    let alone = compared().filter(is_lost).count();
    let by_chance = excused_by_chance(pairs);
    let lost = excused as f64 > by_chance.min(LARGEST_EXCUSED * pairs.len() as f64)
        || alone as f64
            > (LARGEST_LOST * pairs.len() as f64)
                .max(12.0)
                .min(LARGEST_EXCUSED * pairs.len() as f64);
    let verdict = match (rows.iter().all(|row| row.holds), lost) {
        (false, _) => Verdict::Differs,
        (true, true) => Verdict::CannotFollow,
        (true, false) => Verdict::Holds,
    };
    let advice = (verdict == Verdict::CannotFollow).then(|| {
        format!(
            "f32 cannot follow this system: {excused} of {} samples are nearer to another branch than f32 rounds, where chance \
             puts at most {}, {alone} are known to no more than a tenth, and an f32 error of the others may be {} of the cost and {} of the first order \
             of a sample; take a shorter horizon, softer contact or \
             coordinates nearer to 0, or the engine reference, which computes in f64",
            pairs.len(),
            by_chance.min(pairs.len() as f64).floor(),
            number(cost_rounding),
            number(first_order_rounding),
        )
    });
    Report {
        task: task.name().into(),
        contact: task.model().about().contact.as_deref().map(Into::into),
        system: task.system_file(),
        rows,
        samples: pairs.len() as u64,
        excused: excused as u64,
        cost_rounding,
        first_order_rounding,
        verdict,
        advice,
        holds: verdict == Verdict::Holds,
    }
}
