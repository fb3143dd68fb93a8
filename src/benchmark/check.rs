//! Whether an engine is right, before anybody asks how fast it is.

use super::contender::Contender;
use super::document::Deviation;
use super::settings::{Settings, batch};
use crate::engine::kind::Kind;
use crate::engine::moments::{Coordinate, Moments, Spread};
use crate::engine::reference::ReferenceEngine;
use crate::engine::{Engine, Interrupt, Wanted};
use crate::error::{Error, Result};
use crate::system::task::Task;

/// Samples of the comparison with the reference.
pub const CHECK_SAMPLES: u64 = 256;

/// How far a mean may be off, in its own standard errors. Both engines draw the same samples, so that f32 alone gives
/// below 1e-3; one sample of 256 on another branch moves a mean by a sixteenth of a standard deviation, which is one
/// standard error, at most.
const MEAN: f64 = 1.0;

/// How far a variance may be off, relative: one sample of a heavy tail on another branch.
const VARIANCE: f64 = 0.25;

/// One order of a coordinate.
type Order = fn(&Coordinate) -> Spread;

/// Compares an engine with the reference at the start of the task; nothing to compare for the reference itself.
/// [`Error::Disagreement`] at the first that is further off than it may be.
pub fn check(
    contender: &mut Contender,
    task: &Task,
    settings: &Settings,
    interrupt: &Interrupt,
) -> Result<Vec<Deviation>> {
    if contender.kind == Kind::Reference {
        return Ok(Vec::new());
    }
    let theta = task.start();
    let batch = batch(settings, CHECK_SAMPLES, Wanted::Both);
    let mut reference = ReferenceEngine::new("to compare with", interrupt.clone());
    let expected = reference.moments(task, &theta, &batch)?;
    let found = contender.engine().moments(task, &theta, &batch)?;
    let deviations = deviations(&found, &expected);
    match deviations.iter().find(|d| !d.holds()) {
        None => Ok(deviations),
        Some(d) => Err(Error::Disagreement {
            engine: contender.kind.to_string(),
            task: task.name().into(),
            what: d.what.clone(),
            deviation: d.deviation,
            tolerance: d.tolerance,
        }),
    }
}

/// The spread of every coordinate, of one of the two orders.
fn spreads(m: &Moments, order: Order) -> Vec<Spread> {
    m.coordinates.iter().map(order).collect()
}

/// |difference of the means| over the standard error of the mean, both as norms over the coordinates; and the relative
/// difference of the traces.
fn compared(what: &str, found: &[Spread], expected: &[Spread], count: u64) -> [Deviation; 2] {
    let trace = |spreads: &[Spread]| spreads.iter().map(Spread::variance).sum::<f64>();
    let pairs = found.iter().zip(expected);
    let squares = pairs.map(|(a, b)| (a.mean - b.mean).powi(2)).sum::<f64>();
    let mean_squares = expected.iter().map(|s| s.mean.powi(2)).sum::<f64>();
    // Where no sample differs from another, f32 still rounds.
    let rounding = 1e-5 * mean_squares.sqrt() + f64::MIN_POSITIVE;
    let scale = (trace(expected) / count as f64).sqrt().max(rounding);
    let (a, b) = (trace(found), trace(expected));
    let floor = 1e-10 * mean_squares + f64::MIN_POSITIVE;
    let deviation = |what: String, deviation, tolerance| Deviation {
        what,
        deviation,
        tolerance,
    };
    [
        deviation(
            format!("the mean of the {what}"),
            squares.sqrt() / scale,
            MEAN,
        ),
        deviation(
            format!("the variance of the {what}"),
            (a - b).abs() / b.max(floor),
            VARIANCE,
        ),
    ]
}

/// All comparisons of two batches of the same samples.
fn deviations(found: &Moments, expected: &Moments) -> Vec<Deviation> {
    let count = expected.count();
    let missing = found.count().abs_diff(count) as f64;
    let mut all = vec![Deviation {
        what: "the number of finite samples".into(),
        deviation: missing,
        tolerance: CHECK_SAMPLES as f64 / 100.0,
    }];
    let value = |m: &Moments| vec![m.deviation];
    all.extend(compared("cost", &value(found), &value(expected), count));
    let orders: [(&str, Order); 2] = [
        ("first order", |c| c.first_order),
        ("zeroth order", |c| c.zeroth_order),
    ];
    for (what, order) in orders {
        let (found, expected) = (spreads(found, order), spreads(expected, order));
        all.extend(compared(what, &found, &expected, count));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Batch;

    fn moments(seed: u64, scale: f64) -> Moments {
        let task = Task::find("pushing").expect("built in");
        let theta: Vec<f64> = task.start().iter().map(|x| x * scale).collect();
        let batch = Batch::new(CHECK_SAMPLES, seed);
        let mut reference = ReferenceEngine::new("a test", Interrupt::default());
        reference.moments(&task, &theta, &batch).expect("runs")
    }

    #[test]
    fn the_same_samples_agree_and_others_do_not() {
        let expected = moments(0, 1.0);
        let failing = |found: &Moments| -> Vec<String> {
            let all = deviations(found, &expected).into_iter();
            all.filter(|d| !d.holds()).map(|d| d.what).collect()
        };
        assert_eq!(failing(&expected), Vec::<String>::new());
        // Other noise is off by a standard error for either side: √2 of them over 400 coordinates.
        assert!(failing(&moments(1, 1.0)).contains(&"the mean of the zeroth order".to_string()));
        assert!(failing(&moments(0, 1.2)).contains(&"the mean of the first order".to_string()));
        let mut scaled = expected.clone();
        scaled.scale_zeroth_order(2.0);
        assert!(failing(&scaled).contains(&"the variance of the zeroth order".to_string()));
    }
}
