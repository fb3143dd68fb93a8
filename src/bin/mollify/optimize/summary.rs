//! What `mollify optimize` shows to people at the end.

use crate::drawn;
use crate::engine;
use crate::output::{number, table, tolerance, with_error};
use mollify::engine::Engine;
use mollify::error::Named;
use mollify::estimate::directions::Directions;
use mollify::estimate::zeroth::Zeroth;
use mollify::solve::document::Document;
use mollify::solve::{Kind, SigmaSchedule};

/// Settings, where it started and ended, why, and which files there are.
pub fn for_people(d: &Document<'_>, engine: &dyn Engine, files: Option<String>) -> String {
    let (solution, s) = (d.solution, &d.settings);
    let end = &solution.final_value;
    let line = |name: &str, value: String| vec![name.to_string(), value];
    let settings = settings(d);
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
    let files = files.unwrap_or("none; --out DIR keeps theta, the history and pictures".into());
    let mut lines = vec![
        line("task", format!("{}, horizon {}", d.task, s.horizon)),
        line("parameters", d.parameters.to_string()),
    ];
    lines.extend(drawn::lines(&d.drawn));
    lines.extend(vec![
        line("descent", d.descent.name().into()),
        line("settings", settings),
        line("engine", engine::described(engine)),
        line("", String::new()),
        line("cost", from(first.map(|i| i.cost), number(end.cost))),
        line("smoothed F", from(first.map(|i| i.value_mean), smoothed)),
        line("stopped", stopped),
        line(
            "best theta",
            match solution.best_iteration as usize {
                0 => "the start".into(),
                n if n == solution.iterations.len() => "where the last step went".into(),
                n => format!("of iteration {n}"),
            },
        ),
        line("rollouts", solution.rollouts.to_string()),
        line("seconds", number((solution.seconds * 1e3).round() / 1e3)),
        line("files", files),
    ]);
    table(&[], lines, 0..0)
}

/// The numbers in force that the descent looks at.
fn settings(d: &Document<'_>) -> String {
    let s = &d.settings;
    let mut words = vec![
        format!("{} samples", s.samples),
        format!("sigma {}", number(s.sigma)),
        format!("seed {}", d.seed),
    ];
    if s.sigma_schedule != SigmaSchedule::Constant {
        words.push(format!("sigma schedule {}", s.sigma_schedule));
    }
    use Kind::{Adam, Gradient, TrustRegion};
    if matches!(d.descent, TrustRegion | Gradient | Adam) {
        words.push(format!("rule {}", d.rule));
        words.push(format!("baseline {}", s.baseline.name()));
        words.push(format!("gamma {}", tolerance(s.gamma)));
        let bound = s.bound.map_or("from the samples".into(), number);
        words.push(format!("bound {bound}"));
    }
    if s.directions != Directions::Independent {
        words.push(format!("directions {}", s.directions.name()));
    }
    if s.zeroth != Zeroth::Correlation {
        words.push(format!("zeroth order by {}", s.zeroth.name()));
    }
    let named = [
        ("first radius", s.radius),
        ("step", s.step),
        ("temperature", s.temperature),
        ("elite", s.elite),
    ];
    let given = named.into_iter().filter_map(|(n, v)| Some((n, v?)));
    words.extend(given.map(|(name, value)| format!("{name} {}", number(value))));
    if d.descent == Kind::Mppi && s.temperature.is_none() {
        words.push("temperature from the spread of the costs".into());
    }
    words.join(", ")
}
