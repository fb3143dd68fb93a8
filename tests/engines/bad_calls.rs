//! Every engine refuses the same calls, with the same errors, and panics for none of them.

use crate::engines::{batch, task};
use mollify::Error;
use mollify::engine::cpu::CpuEngine;
use mollify::engine::fallback::WithFallback;
use mollify::engine::nominal::finite_nominal;
use mollify::engine::{Baseline, Batch, Engine, Interrupt};
use mollify::system::task::Task;

const D: usize = 5;

fn pushing() -> Task {
    task("pushing", D, 0.1, &[])
}

/// All engines, and one that passes calls on.
fn all(test: &str, task: &Task) -> Vec<Box<dyn Engine>> {
    let mut engines = crate::engines::all(test, task.model());
    let cpu = CpuEngine::new("a test", 256 * crate::engines::MIB, Interrupt::default());
    let successor =
        |_: &str| -> mollify::Result<Box<dyn Engine>> { unreachable!("nothing failed") };
    engines.push(Box::new(WithFallback::new(
        Box::new(cpu),
        Box::new(successor),
        |_| (),
    )));
    engines
}

/// What the calls answer where `theta` stands for theta or the center, and then where it stands for one of many.
fn answers(engine: &mut dyn Engine, task: &Task, theta: &[f64]) -> Vec<(&'static str, Error)> {
    let good = task.start();
    let (batch, many) = (batch(3, 0), vec![good.clone(); 3]);
    let mut one_bad = many.clone();
    one_bad[1] = theta.to_vec();
    let moments = engine.moments(task, theta, &batch).map(drop);
    let decreases = engine.decreases(task, theta, &many, &batch).map(drop);
    let no_decreases = engine.decreases(task, theta, &[], &batch).map(drop);
    let costs = engine.costs(task, theta, &many, &batch).map(drop);
    let samples = engine.samples(task, theta, &batch, 0..3).map(drop);
    let candidate = engine.decreases(task, &good, &one_bad, &batch).map(drop);
    let one_of_many = engine.costs(task, &good, &one_bad, &batch).map(drop);
    [
        ("moments", moments),
        ("decreases", decreases),
        ("decreases to no candidate", no_decreases),
        ("costs", costs),
        ("samples", samples),
        ("candidates[1]", candidate),
        ("thetas[1]", one_of_many),
    ]
    .map(|(call, answer)| (call, answer.expect_err(call)))
    .into()
}

/// Where the error must say that theta is from.
fn place(call: &str) -> &str {
    match call {
        "candidates[1]" | "thetas[1]" => call,
        _ => "the caller",
    }
}

#[test]
fn a_theta_of_the_wrong_length_is_refused_by_every_call_of_every_engine() {
    let task = pushing();
    let test = "a_theta_of_the_wrong_length_is_refused_by_every_call_of_every_engine";
    for mut engine in all(test, &task) {
        for length in [0, D - 1, D + 1] {
            for (call, error) in answers(&mut *engine, &task, &vec![0.1; length]) {
                let is_meant = matches!(&error, Error::ThetaLength { origin, expected: D, got, .. }
                    if *got == length && origin == place(call));
                let name = engine.report().engine;
                assert!(is_meant, "{name}, {call}, {length}: {error}");
            }
        }
    }
    for length in [0, D - 1, D + 1] {
        let nominal = finite_nominal(&task, &vec![0.1; length]).map(|_| ());
        assert!(matches!(nominal, Err(Error::ThetaLength { .. })));
    }
}

#[test]
fn a_theta_that_is_not_finite_is_refused_by_every_call_of_every_engine() {
    let task = pushing();
    let test = "a_theta_that_is_not_finite_is_refused_by_every_call_of_every_engine";
    for mut engine in all(test, &task) {
        // The last is finite in f64 only.
        for value in [f64::NAN, f64::INFINITY, 1e39] {
            let mut theta = vec![0.1; D];
            theta[3] = value;
            for (call, error) in answers(&mut *engine, &task, &theta) {
                let is_meant = matches!(&error, Error::ThetaNonFinite { origin, index: 3, .. }
                    if origin == place(call));
                let name = engine.report().engine;
                assert!(is_meant, "{name}, {call}, {value}: {error}");
            }
        }
    }
}

#[test]
fn a_range_beyond_the_batch_is_refused_by_every_engine() {
    let task = pushing();
    let test = "a_range_beyond_the_batch_is_refused_by_every_engine";
    let (theta, batch) = (task.start(), batch(70, 0));
    for mut engine in all(test, &task) {
        #[expect(clippy::reversed_empty_ranges, reason = "that is what is refused")]
        for range in [0..71, 70..71, 71..71, 5..4, 0..u64::MAX] {
            let error = engine.samples(&task, &theta, &batch, range.clone());
            let error = error.expect_err("a range beyond the batch").to_string();
            let expected = format!(
                "the range of samples is {range:?}, but must be within 0..70, the samples of the batch"
            );
            assert_eq!(error, expected);
        }
        let none = engine.samples(&task, &theta, &batch, 70..70);
        assert!(none.expect("an empty range").is_empty());
        let last = engine.samples(&task, &theta, &batch, 69..70);
        assert_eq!(last.expect("the last sample").len(), 1);
    }
}

#[test]
fn costs_want_a_sample_for_each_theta() {
    let task = pushing();
    let theta = task.start();
    for mut engine in all("costs_want_a_sample_for_each_theta", &task) {
        for (samples, thetas) in [(3, 2), (2, 3), (1, 0), (1, 129)] {
            let thetas = vec![theta.clone(); thetas];
            let error = engine.costs(&task, &theta, &thetas, &batch(samples, 0));
            let error = error.expect_err("another number").to_string();
            let expected = format!(
                "the number of thetas is {}, but must be {samples}, the number of samples of the batch",
                thetas.len()
            );
            assert_eq!(error, expected);
        }
        let none = engine.costs(&task, &theta, &[], &batch(0, 0));
        assert!(none.is_err_and(|error| error.to_string().starts_with("samples is 0")));
        // No baseline goes into costs, so one sample will do whatever the baseline.
        let one = Batch {
            baseline: Baseline::LeaveOneOut,
            ..batch(1, 0)
        };
        let found = engine.costs(&task, &theta, std::slice::from_ref(&theta), &one);
        // No noise, so nothing but the rounding of f32 is left of f(center) - f(center).
        assert!(found.is_ok_and(|costs| costs.len() == 1 && costs[0].abs() < 1e-5));
    }
}
