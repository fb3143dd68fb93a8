//! Quasi-dynamic steps: closed forms, what the loops promise, an independent solver, derivatives, geometry, single precision.

mod closed_forms;
mod derivatives;
mod geometry;
mod independent;
mod laws;
mod samples;
mod single_precision;
mod solver;

/// Panics unless both are equal within the tolerance.
fn near(found: f64, expected: f64, tolerance: f64) {
    let off = (found - expected).abs();
    assert!(
        off <= tolerance,
        "{found}, not {expected}: off by {off:e}, more than {tolerance:e}"
    );
}

/// A task with parameters of its own.
fn task(name: &str, parameters: &[(&str, f64)]) -> mollify::Task {
    let task = mollify::Task::find(name).expect(name);
    parameters.iter().fold(task, |task, (parameter, value)| {
        task.with_parameter(parameter, *value).expect(parameter)
    })
}
