//! What `mollify optimize` shows to people at the end.

use super::engine;
use super::files::Folder;
use super::optimize::{BROKEN, Document, FILES};
use super::output::{name_of, number, table, with_error};
use mollify::engine::Engine;

/// Settings, where it started and ended, why, and where the files are.
pub fn for_people(d: &Document<'_>, engine: &dyn Engine, folder: Option<&Folder>) -> String {
    let (solution, s) = (d.solution, &d.settings);
    let end = &solution.final_value;
    let line = |name: &str, value: String| vec![name.to_string(), value];
    let length = match (s.radius, s.step) {
        (Some(radius), _) => format!("first radius {}", number(radius)),
        (_, Some(step)) => format!("step {}", number(step)),
        _ => String::new(),
    };
    let bound = s.bound.map_or("from the samples".into(), number);
    let settings = format!(
        "{} samples, sigma {}, seed {}, rule {}, baseline {}, gamma {}, bound {bound}, {length}",
        s.samples,
        number(s.sigma),
        d.seed,
        d.rule,
        name_of(&s.baseline),
        number(s.gamma),
    );
    let first = solution.iterations.first();
    let from = |value: Option<f64>, to: String| match value {
        Some(value) => format!("{} -> {to}", number(value)),
        None => to,
    };
    let smoothed = format!(
        "{}   from {} fresh samples",
        with_error(end.value_mean, end.value_std_error),
        end.samples
    );
    let stopped = format!(
        "{} after {} of {} iterations",
        solution.stopped,
        solution.iterations.len(),
        s.iterations
    );
    let files = match folder {
        Some(folder) => {
            let written = FILES
                .iter()
                .filter(|name| **name != BROKEN || solution.breakdown.is_some());
            let names: Vec<&str> = written.copied().collect();
            format!("{} in '{}'", names.join(", "), folder.path().display())
        }
        None => "none; --out DIR keeps theta and the history".into(),
    };
    table(
        &[],
        vec![
            line("task", format!("{}, horizon {}", d.task, s.horizon)),
            line("parameters", d.parameters.to_string()),
            line("descent", name_of(&d.descent)),
            line("settings", settings),
            line("engine", engine::described(engine)),
            line("", String::new()),
            line("cost", from(first.map(|i| i.cost), number(end.cost))),
            line("smoothed F", from(first.map(|i| i.value_mean), smoothed)),
            line("stopped", stopped),
            line(
                "best theta",
                format!("of iteration {}", solution.best_iteration),
            ),
            line("rollouts", solution.rollouts.to_string()),
            line("seconds", number((solution.seconds * 1e3).round() / 1e3)),
            line("files", files),
        ],
        0..0,
    )
}
