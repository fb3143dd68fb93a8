//! The numbers of a landscape: a table for people.

use crate::drawn;
use crate::files::Folder;
use crate::landscape::FILES;
use crate::output::{number, table, tolerance, with_error};
use mollify::estimate::landscape::Document;

/// Rows shown; the files hold all.
const SHOWN: usize = 21;

/// Settings, numbers, and where the files are.
pub fn for_people(d: &Document<'_>, engine: &str, folder: Option<&Folder>) -> String {
    let line = |name: &str, value: String| vec![name.to_string(), value];
    let settings = format!(
        "{} samples per point, sigma {}, seed {}, rule {}, gamma {}",
        d.setup.samples,
        number(d.setup.sigma),
        d.setup.seed,
        d.setup.rule,
        tolerance(d.setup.gamma)
    );
    let mut head = vec![
        line(
            "task",
            format!("{}, horizon {}", d.setup.task, d.setup.horizon),
        ),
        line("parameters", d.setup.parameters.to_string()),
    ];
    head.extend(drawn::lines(&d.setup.drawn));
    head.extend([line("settings", settings), line("engine", engine.into())]);
    for axis in d.axes {
        let range = format!("from {} to {}", number(axis.range.0), number(axis.range.1));
        head.push(line("position", format!("{}, {range}", axis.label)));
    }
    let files = match folder {
        Some(folder) => format!("{} in '{}'", FILES.join(", "), folder.path().display()),
        None => "none; --out DIR draws pictures and keeps all numbers".into(),
    };
    let tail = vec![
        line("points", d.points.to_string()),
        line("rollouts", d.rollouts.to_string()),
        line("seconds", number((d.seconds * 1e3).round() / 1e3)),
        line("files", files),
    ];
    let body = if d.axes.len() == 1 {
        of_line(d)
    } else {
        of_map(d)
    };
    format!(
        "{}\n{body}\n{}",
        table(&[], head, 0..0),
        table(&[], tail, 0..0)
    )
}

/// Some rows, evenly spaced, both ends included.
fn of_line(d: &Document<'_>) -> String {
    let get = |name: &str| d.columns.get(name).unwrap_or_default();
    let shown = d.points.min(SHOWN);
    let rows = (0..shown).map(|k| {
        let i = k * (d.points - 1) / (shown - 1).max(1);
        let plain = |name: &str| number(get(name)[i]);
        let pair = |name: &str, error: &str| with_error(get(name)[i], get(error)[i]);
        let mut row = vec![
            plain("position"),
            plain("value_at_theta"),
            pair("value_mean", "value_std_error"),
            pair("first_order", "first_order_std_error"),
            pair("zeroth_order", "zeroth_order_std_error"),
            plain("gradient"),
            plain("bias"),
            plain("confidence_radius"),
            plain("alpha"),
        ];
        if let Some(exact) = d.columns.get("closed_form_value") {
            row.push(number(exact[i]));
        }
        row
    });
    let mut header = vec![
        "position",
        "f",
        "F",
        "first order",
        "zeroth order",
        "mixed",
        "bias",
        "radius",
        "alpha",
    ];
    if d.columns.get("closed_form_value").is_some() {
        header.push("exact F");
    }
    table(&header, rows.collect(), 0..10)
}

/// The extremes of a map, and where they are.
fn of_map(d: &Document<'_>) -> String {
    let get = |name: &str| d.columns.get(name).unwrap_or_default();
    let (x, y) = (get("first_position"), get("second_position"));
    let names = [("F", "value_mean"), ("bias", "bias"), ("alpha", "alpha")];
    let mut rows = Vec::new();
    for (name, column) in names {
        let values = get(column);
        let order = |a: &usize, b: &usize| values[*a].total_cmp(&values[*b]);
        let finite = || (0..values.len()).filter(|i| values[*i].is_finite());
        for (word, place) in [
            ("least", finite().min_by(order)),
            ("largest", finite().max_by(order)),
        ] {
            if let Some(i) = place {
                rows.push(vec![
                    format!("{word} {name}"),
                    number(values[i]),
                    number(x[i]),
                    number(y[i]),
                ]);
            }
        }
    }
    table(&["", "", "first position", "second position"], rows, 1..4)
}
