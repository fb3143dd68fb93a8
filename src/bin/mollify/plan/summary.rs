//! A plan for people.

use crate::output::{number, plural, table};
use mollify::error::with_digits;
use mollify::plan::Iteration;
use mollify::plan::document::Document;

/// An iteration in a line.
pub fn words(it: &Iteration) -> String {
    let step = it
        .step
        .map_or(String::new(), |step| format!("  step {}", number(step)));
    format!(
        "cost {}  exact {}  best {}{step}{}",
        with_digits(it.cost, 6),
        with_digits(it.exact_cost, 6),
        with_digits(it.best_cost, 6),
        if it.accepted { "" } else { " rejected" }
    )
}

/// What was asked for, where it ended, and which files there are.
pub fn for_people(d: &Document<'_>, files: Option<String>) -> String {
    let line = |name: &str, value: String| vec![name.to_string(), value];
    let reached = match d.reached {
        true => "yes",
        false => "no",
    };
    let lines = vec![
        line(
            "task",
            format!("{}, {}", d.task, plural(d.commands.len(), "command")),
        ),
        line("method", format!("{}, gradient {}", d.method, d.gradient)),
        line("engine", d.engine.clone()),
        line("", String::new()),
        line(
            "reached",
            format!(
                "{reached}, {} from the goal, tolerance {}",
                with_digits(d.distance, 3),
                number(d.tolerance)
            ),
        ),
        line(
            "cost",
            format!("{} -> {}", number(d.first_cost), number(d.cost)),
        ),
        line(
            "reach",
            format!("{} at most", with_digits(d.largest_reach, 3)),
        ),
        line(
            "stopped",
            format!(
                "{} after {}",
                d.stopped,
                plural(d.iterations as usize, "iteration")
            ),
        ),
        line("seconds", number((d.seconds * 1e3).round() / 1e3)),
        line(
            "files",
            files.unwrap_or("none; --out DIR keeps the plan and pictures".into()),
        ),
    ];
    table(&[], lines, 0..0)
}
