//! A receding horizon for people.

use crate::output::{number, plural, table};
use mollify::control::document::Document;
use mollify::control::{Ended, Replanning};
use mollify::error::with_digits;

/// A plan in a line.
pub fn words(plan: &Replanning) -> String {
    format!(
        "cost {} -> {}  {} in {} ms",
        with_digits(plan.first_cost, 6),
        with_digits(plan.cost, 6),
        plural(plan.rollouts as usize, "rollout"),
        with_digits(plan.seconds * 1e3, 3)
    )
}

/// What was asked for, how it went, and which files there are.
pub fn for_people(d: &Document<'_>, files: Option<String>) -> String {
    let line = |name: &str, value: String| vec![name.to_string(), value];
    let (run, settings) = (d.run, d.settings);
    let mut lines = vec![
        line(
            "task",
            format!(
                "{}, {} of {}",
                d.task,
                run.controls.len(),
                plural(settings.steps, "step")
            ),
        ),
        line("parameters", d.parameters.to_string()),
        line("plant", plant(d)),
        line("plans", plans(d)),
        line("engine", engine(d)),
        line("", String::new()),
        line(
            "cost",
            format!(
                "{}, {} of it at the end",
                number(run.cost),
                number(d.final_cost)
            ),
        ),
        line("seconds", time(d)),
        line("ended", ended(d)),
    ];
    lines.push(line(
        "files",
        files.unwrap_or("none; --out DIR keeps states, controls, costs and pictures".into()),
    ));
    table(&[], lines, 0..0)
}

/// What the plans do not know.
fn plant(d: &Document<'_>) -> String {
    let mut words = Vec::new();
    if !d.plant.0.is_empty() {
        words.push(d.plant.to_string());
    }
    let disturbances = d.names_of_disturbed.iter().zip(&d.settings.disturbances);
    words.extend(disturbances.map(|(name, disturbance)| {
        format!("{name} disturbed by {}", number(disturbance.deviation))
    }));
    match words.is_empty() {
        true => "as the plans know it".into(),
        false => words.join(", "),
    }
}

/// How plans are made.
fn plans(d: &Document<'_>) -> String {
    let s = d.settings;
    let every = match s.replan {
        1 => "before every step".into(),
        n => format!("every {n} steps"),
    };
    let refined = s.refinement.map_or(String::new(), |r| {
        format!(" and {}", plural(r.steps as usize, "gradient step"))
    });
    format!(
        "{every}, {} ahead, by {}{refined} within {}, sigma {}, seed {}",
        plural(d.horizon, "step"),
        d.method,
        plural(s.rollouts as usize, "rollout"),
        number(d.sigma),
        s.seed
    )
}

fn engine(d: &Document<'_>) -> String {
    match d.adapter {
        Some(adapter) => format!("{} on {adapter}", d.engine),
        None => d.engine.into(),
    }
}

/// Seconds of all plans, and how that compares with real time.
fn time(d: &Document<'_>) -> String {
    let run = d.run;
    let spent = with_digits(run.planning_seconds, 4);
    match (run.simulated_seconds, d.real_time_factor) {
        (Some(simulated), Some(factor)) => format!(
            "{spent} for {}: real-time factor {}",
            with_digits(simulated, 4),
            with_digits(factor, 3)
        ),
        _ => format!(
            "{spent}: {} steps for each second",
            with_digits(d.steps_per_second, 3)
        ),
    }
}

fn ended(d: &Document<'_>) -> String {
    match d.run.ended {
        Ended::Steps => "all steps are done".into(),
        Ended::Interrupted => "interrupted".into(),
        Ended::Plan => "there was no plan any more".into(),
        Ended::Plant => "the plant was no longer finite".into(),
    }
}
