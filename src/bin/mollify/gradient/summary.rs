//! What `mollify gradient` shows to people.

use super::bias_report;
use crate::drawn;
use crate::output::{number, plural, table, tolerance, with_error};
use mollify::error::Named;
use mollify::estimate::document::Document;
use mollify::estimate::{Estimate, Mixed};

/// Coordinates that are all shown; of more, only the first few are.
const SHOWN_IN_FULL: usize = 8;
const SHOWN_OF_MANY: usize = 4;

/// Settings, value, gradients, and how they were mixed.
pub fn for_people(d: &Document<'_>, mixed: &Mixed, engine: &str) -> String {
    let line = |name: &str, value: String| vec![name.to_string(), value];
    let exact = |value: String| format!("   exact {value}");
    let value = with_error(d.value.mean, d.value.std_error)
        + &d.closed_form
            .as_ref()
            .map_or(String::new(), |c| exact(number(c.value)));
    let settings = format!(
        "{} samples, sigma {}, seed {}, rule {}, baseline {}, gamma {}, bound {}",
        d.setup.samples,
        number(d.setup.sigma),
        d.setup.seed,
        d.setup.rule,
        d.setup.baseline.name(),
        gamma(d),
        number(d.bound),
    );
    let size = format!(
        "{} for horizon {}",
        plural(d.gradient.len(), "value"),
        d.setup.horizon
    );
    let mut lines = vec![
        line("task", d.setup.task.into()),
        line("parameters", d.setup.parameters.to_string()),
    ];
    lines.extend(drawn::lines(&d.setup.drawn));
    lines.extend([
        line("theta", size),
        line("settings", settings),
        line("engine", engine.into()),
        line("", String::new()),
        line("value F", value),
        line("without noise", number(d.value_at_theta)),
    ]);
    let head = table(&[], lines, 0..0);
    let result = table(
        &[],
        vec![
            line(
                "bias",
                format!("{}   |first order - zeroth order|", number(d.bias)),
            ),
            line(
                "confidence radius",
                format!(
                    "{}   of the zeroth order, for probability {}; {}",
                    number(d.confidence_radius),
                    1.0 - d.setup.failure_probability,
                    bound_source(d)
                ),
            ),
            line("alpha", alpha(d)),
            line("rollouts", d.rollouts.to_string()),
            line("seconds", seconds(d)),
        ],
        0..0,
    );
    format!("{head}\n{}\n{result}{}", gradients(d), report(d, mixed))
}

/// γ in force, and where it comes from.
fn gamma(d: &Document<'_>) -> String {
    let from = if d.gamma_from_samples {
        " (from the samples)"
    } else {
        ""
    };
    tolerance(d.setup.gamma) + from
}

/// What the confidence radius rests on.
fn bound_source(d: &Document<'_>) -> &'static str {
    match d.bound_from_samples {
        true => "estimated: R and the variance are those of the samples",
        false => "with R from --bound and the variance of the samples",
    }
}

/// Of the estimate, and of compiling shaders before it.
fn seconds(d: &Document<'_>) -> String {
    let rounded = |x: f64| number((x * 1e4).round() / 1e4);
    match d.compile_seconds {
        None => rounded(d.seconds),
        Some(compile) => format!(
            "{}   and {} to compile the shaders",
            rounded(d.seconds),
            rounded(compile)
        ),
    }
}

/// alpha and its reason, and from where to where if each coordinate or control has its own.
fn alpha(d: &Document<'_>) -> String {
    let range = d
        .alphas
        .or(d.control_alphas)
        .map_or(String::new(), |alphas| {
            let least = alphas.iter().copied().fold(1.0, f64::min);
            let most = alphas.iter().copied().fold(0.0, f64::max);
            format!(", from {} to {}", number(least), number(most))
        });
    format!("{}   {}{range}", number(d.alpha), d.alpha_reason)
}

/// Whether both orders agree, why that is said, and where they differ most.
fn report(d: &Document<'_>, mixed: &Mixed) -> String {
    let Some(report) = &d.report else {
        return String::new();
    };
    let mut text = format!("\n{}: {}\n", report.verdict(), report.sentence);
    for line in bias_report::worst(report, mixed) {
        text += &format!("  {line}\n");
    }
    text
}

/// One row per coordinate or for the first few, then norms and variances.
fn gradients(d: &Document<'_>) -> String {
    let mut header = vec!["gradient of F", "first order", "zeroth order", "mixed"];
    header.extend(d.closed_form.is_some().then_some("exact"));
    let dimension = d.gradient.len();
    let shown = match dimension {
        0..=SHOWN_IN_FULL => dimension,
        _ => SHOWN_OF_MANY,
    };
    let of = |estimate: Option<&Estimate>, i: usize| {
        estimate.map_or(String::new(), |e| with_error(e.gradient[i], e.std_error[i]))
    };
    let mut rows: Vec<Vec<String>> = (0..shown)
        .map(|i| {
            let mut row = vec![
                format!("[{i}]"),
                of(d.first_order, i),
                of(Some(d.zeroth_order), i),
                number(d.gradient[i]),
            ];
            row.extend(d.closed_form.iter().map(|c| number(c.gradient[i])));
            row
        })
        .collect();
    if shown < dimension {
        rows.push(vec![format!("... {} more", dimension - shown)]);
    }
    let norm = |values: &[f64]| number(values.iter().map(|x| x * x).sum::<f64>().sqrt());
    let mut norms = vec![
        "norm".into(),
        d.first_order
            .map_or(String::new(), |e| norm(e.gradient.as_slice())),
        norm(d.zeroth_order.gradient.as_slice()),
        norm(d.gradient),
    ];
    norms.extend(d.closed_form.iter().map(|c| norm(&c.gradient)));
    rows.push(norms);
    rows.push(vec![
        "variance of a sample".into(),
        d.first_order.map_or(String::new(), |e| number(e.variance)),
        number(d.zeroth_order.variance),
    ]);
    if let Some(exact) = &d.closed_form {
        let variance = |v: Option<f64>| v.map_or("unknown".into(), number);
        rows.push(vec![
            "  exact".into(),
            variance(exact.first_order_variance),
            variance(exact.zeroth_order_variance),
        ]);
    }
    table(&header, rows, 1..5)
}
