//! What `mollify optimize` shows to people at the end.

use crate::drawn;
use crate::engine;
use crate::output::{number, plural, table, tolerance, with_error};
use mollify::engine::Engine;
use mollify::error::Named;
use mollify::estimate::directions::Directions;
use mollify::estimate::zeroth::Zeroth;
use mollify::solve::document::Document;
use mollify::solve::{Advice, Kind, SigmaSchedule};

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
        "{} after {}{}",
        solution.stopped,
        counted(solution.iterations.len(), s.iterations),
        solution.gradient_over_noise.map_or(String::new(), |ratio| {
            format!("; |g| was {ratio:.1} times its noise")
        })
    );
    let files = files.unwrap_or("none; --out DIR keeps theta, the history and pictures".into());
    let mut lines = vec![
        line("task", format!("{}, horizon {}", d.task, s.horizon)),
        line("parameters", d.parameters.to_string()),
    ];
    lines.extend(drawn::lines(&d.drawn));
    let tries = solution.advice.iter().map(|a| line("or try", tried(a)));
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
        line("rollouts", rollouts(d)),
        line("seconds", number((solution.seconds * 1e3).round() / 1e3)),
        line("files", files),
    ]);
    lines.extend(tries);
    if let Some(found) = &d.identified {
        let left: Vec<String> = found.residuals.iter().map(|s| number(*s)).collect();
        lines.push(line(
            "residuals",
            format!("{} of the states, rms", left.join(" ")),
        ));
    }
    for known in d.identified.iter().flat_map(|found| &found.parameters) {
        let unit = if known.unit == "1" { "" } else { &known.unit };
        let value = with_error(known.value, known.std_error);
        lines.push(line(
            "identified",
            format!("{} = {value} {unit}", known.name),
        ));
    }
    table(&[], lines, 0..0)
}

/// Iterations, of how many if that is limited.
fn counted(iterations: usize, most: Option<u32>) -> String {
    match most {
        None => plural(iterations, "iteration"),
        Some(most) => format!("{iterations} of {most} iterations"),
    }
}

/// Those of the iterations, of what budget, and those of the end.
fn rollouts(d: &Document<'_>) -> String {
    let solution = d.solution;
    let spent = solution.rollouts - solution.final_rollouts;
    let of = d
        .settings
        .rollouts
        .map_or(String::new(), |most| format!(" of {most}"));
    format!(
        "{spent}{of}, and {} of the final evaluation",
        solution.final_rollouts
    )
}

/// What to add to the command.
fn tried(advice: &Advice) -> String {
    let flag = match advice {
        Advice::Rollouts(most) => format!("--rollouts {most}"),
        Advice::Iterations(most) => format!("--iterations {most}"),
        Advice::Seconds(most) => format!("--seconds {}", number(*most)),
        Advice::Descent(kind) => format!("--descent {}", kind.name()),
        Advice::Sigma(sigma) => format!("--sigma {}", number(*sigma)),
    };
    format!("the same command with {flag}")
}

/// The numbers in force that the descent looks at.
fn settings(d: &Document<'_>) -> String {
    let s = &d.settings;
    let mut words = vec![
        match d.descent {
            Kind::TrustRegion => format!("{} samples at first", s.samples),
            _ => format!("{} samples", s.samples),
        },
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
