//! A tree for people.

use crate::output::{number, plural, table};
use mollify::error::{Named, with_digits};
use mollify::plan::rrt::document::Document;

/// What was asked for, where it ended, and which files there are.
pub fn for_people(d: &Document<'_>, files: Option<String>) -> String {
    let line = |name: &str, value: String| vec![name.to_string(), value];
    let reached = if d.reached { "yes" } else { "no" };
    let lines = vec![
        line("task", d.task.into()),
        line("method", format!("rrt, {}", plural(d.nodes, "node"))),
        line("", String::new()),
        line(
            "reached",
            format!(
                "{reached}, by {} steps: local distance {}, tolerance {}",
                d.settings.extension.name(),
                with_digits(d.cost, 3),
                number(d.tolerance)
            ),
        ),
        line(
            "exact end",
            format!(
                "{} from the goal: the same commands under the exact step",
                with_digits(d.exact_error, 3)
            ),
        ),
        line(
            "error",
            format!(
                "{} from the goal at the least",
                with_digits(d.least_error, 3)
            ),
        ),
        line(
            "path",
            format!(
                "{}, {} of them new grasps",
                plural(d.commands.len(), "step"),
                d.regrasps.len()
            ),
        ),
        line("subgoals", d.iterations.to_string()),
        line("seconds", number((d.seconds * 1e4).round() / 1e4)),
        line(
            "files",
            files.unwrap_or("none; --out DIR keeps tree, path and pictures".into()),
        ),
    ];
    table(&[], lines, 0..0)
}
