//! How fast each engine is here: [`run`] times both estimates of tasks, engine by engine, and [`compare`] sets two runs
//! side by side.
//!
//! ```text
//! for each task                    each engine is opened and checked against the reference on CHECK_SAMPLES samples
//!   for each K                     one run without a clock, then
//!     for each round               for each engine: both estimates, zeroth order only, costs of 2 and of 4 thetas
//!   K = 64, 256, 1024, ...         engines gpu and cpu in turn: the break-even
//! ```
//!
//! Engines take turns within a round, and the first one changes from round to round, so that what else the machine does
//! falls on all of them alike. Throughput counts sample-steps, samples times time steps, in the median of the rounds.
//! Opening an engine and compiling its shaders are timed apart. What an engine returns must be the same in every round,
//! bit for bit.

mod break_even;
mod check;
pub mod compare;
mod contender;
mod document;
pub mod machine;
mod measure;
mod settings;

pub use check::{CHECK_SAMPLES, check};
pub use contender::{Contender, Progress};
pub use document::{
    BreakEven, Deviation, Document, KIND, Opened, Point, Row, Scatter, Setup, Stages,
};
pub use settings::Settings;

use crate::engine::Interrupt;
use crate::error::Result;
use crate::system::task::Task;
use machine::Machine;
use std::time::{Duration, Instant};

/// The share of the time for the search for the break-even.
const BREAK_EVEN_SHARE: f64 = 0.3;

/// A time that several take their part of: what one leaves, the others share.
struct Allowance {
    left: Duration,
    takers: usize,
}

impl Allowance {
    fn new(seconds: f64, takers: usize) -> Self {
        // More than any clock counts is as good as for ever.
        let left = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
        Self { left, takers }
    }

    fn spend<T>(&mut self, work: impl FnOnce(Duration) -> Result<T>) -> Result<T> {
        let started = Instant::now();
        let result = work(self.left / self.takers.max(1) as u32);
        self.left = self.left.saturating_sub(started.elapsed());
        self.takers = self.takers.saturating_sub(1);
        result
    }
}

/// Checks every engine on every task, then measures. [`crate::Error::Disagreement`] where an engine does not agree with the
/// reference; nothing of that task has been timed then.
pub fn run(
    tasks: &[Task],
    settings: &Settings,
    interrupt: &Interrupt,
    mut watch: impl FnMut(Progress<'_>),
) -> Result<Document> {
    settings.check()?;
    let started = Instant::now();
    let mut peak = machine::Peak::default();
    let mut document = Document {
        kind: KIND.into(),
        version: env!("CARGO_PKG_VERSION").into(),
        machine: Machine::here(),
        seed: settings.seed,
        tasks: tasks.iter().map(Setup::of).collect(),
        engines: Vec::new(),
        rows: Vec::new(),
        break_even: Vec::new(),
        peak_bytes: None,
        elapsed_seconds: 0.0,
    };
    let searches = settings.break_even > 0;
    let share = if searches { BREAK_EVEN_SHARE } else { 0.0 };
    let mut cases = Allowance::new(
        (1.0 - share) * settings.seconds,
        tasks.len() * settings.samples.len(),
    );
    let mut search = Allowance::new(share * settings.seconds, tasks.len());
    for task in tasks {
        let mut contenders = contender::open_all(task, settings, interrupt, &mut watch)?;
        for contender in &mut contenders {
            let check = check(contender, task, settings, interrupt)?;
            document.engines.push(contender.opened(task, check));
        }
        for samples in &settings.samples {
            let rows = cases.spend(|limit| {
                let limits = (limit, &mut peak);
                measure::measure(&mut contenders, task, settings, *samples, limits)
            })?;
            watch(Progress::Measured(&rows));
            document.rows.extend(rows);
        }
        if searches {
            let found =
                search.spend(|limit| break_even::search(&mut contenders, task, settings, limit))?;
            document.break_even.extend(found);
        }
    }
    document.peak_bytes = peak.overall();
    document.elapsed_seconds = started.elapsed().as_secs_f64();
    Ok(document)
}

#[cfg(test)]
mod tests {
    use super::{Allowance, Scatter};
    use std::time::Duration;

    #[test]
    fn the_middle_of_an_even_number_is_between_two() {
        let s = Scatter::of(&[4.0, 1.0, 2.0, 8.0]);
        assert_eq!((s.min, s.median, s.max), (1.0, 3.0, 8.0));
        let s = Scatter::of(&[5.0, 1.0, 2.0]).rate(10.0);
        assert_eq!((s.min, s.median, s.max), (2.0, 5.0, 10.0));
        assert!(Scatter::of(&[]).median.is_nan());
    }

    #[test]
    fn what_one_leaves_the_others_share() {
        let mut allowance = Allowance::new(9.0, 3);
        let limit = allowance.spend(Ok).expect("nothing fails");
        assert_eq!(limit, Duration::from_secs(3));
        // The first took next to nothing.
        let limit = allowance.spend(Ok).expect("nothing fails");
        assert!(limit > Duration::from_millis(4400), "{limit:?}");
        assert!(Allowance::new(1e300, 1).left == Duration::MAX);
    }
}
