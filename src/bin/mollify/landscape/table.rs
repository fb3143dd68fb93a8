//! The numbers of a landscape: columns for files, a table for people.

use super::document::{Document, Point};
use super::way::Axis;
use crate::drawn;
use crate::figure::data::Table;
use crate::files::Folder;
use crate::landscape::FILES;
use crate::output::{number, table, tolerance, with_error};

/// Rows shown; the files hold all.
const SHOWN: usize = 21;

/// One row per point. Along a line the slopes are there as well; a map has two positions instead.
pub fn columns(axes: &[Axis], seen: &[Point]) -> Table {
    let of = |f: &dyn Fn(&Point) -> f64| -> Vec<f64> { seen.iter().map(f).collect() };
    let mut table = Table::new();
    for (k, name) in position_names(axes).into_iter().enumerate() {
        table = table.column(name, &of(&|p| p.positions[k]));
    }
    table = table
        .column("value_at_theta", &of(&|p| p.mixed.value_at_theta))
        .column("value_mean", &of(&|p| p.mixed.value_mean))
        .column("value_std_error", &of(&|p| p.mixed.value_std_error));
    if let [axis] = axes {
        let nothing = (f64::NAN, f64::NAN);
        let first = |p: &Point| {
            p.mixed
                .first_order
                .as_ref()
                .map_or(nothing, |e| axis.slope_of(e))
        };
        let zeroth = |p: &Point| axis.slope_of(&p.mixed.zeroth_order);
        table = table
            .column("first_order", &of(&|p| first(p).0))
            .column("first_order_std_error", &of(&|p| first(p).1))
            .column("zeroth_order", &of(&|p| zeroth(p).0))
            .column("zeroth_order_std_error", &of(&|p| zeroth(p).1))
            .column(
                "gradient",
                &of(&|p| axis.slope(p.mixed.gradient.as_slice())),
            );
    }
    table = table
        .column("alpha", &of(&|p| alpha(axes, p)))
        .column("bias", &of(&|p| p.mixed.choice.bias))
        .column(
            "confidence_radius",
            &of(&|p| p.mixed.choice.confidence_radius),
        )
        .column("nonfinite", &of(&|p| p.mixed.nonfinite.count as f64));
    if seen.iter().any(|p| p.exact.is_some()) {
        let value = |p: &Point| p.exact.as_ref().map_or(f64::NAN, |e| e.0);
        table = table.column("closed_form_value", &of(&value));
        if let [axis] = axes {
            let slope = |p: &Point| p.exact.as_ref().map_or(f64::NAN, |e| axis.slope(&e.1));
            table = table.column("closed_form_gradient", &of(&slope));
        }
    }
    table
}

/// The weight, and along one coordinate its own where the rule has one for each.
fn alpha(axes: &[Axis], point: &Point) -> f64 {
    let choice = &point.mixed.choice;
    let own = match (axes, &choice.alphas) {
        ([axis], Some(alphas)) => axis.coordinate.map(|i| alphas[i]),
        _ => None,
    };
    own.unwrap_or(choice.alpha)
}

/// The names of the columns of positions.
fn position_names(axes: &[Axis]) -> Vec<&'static str> {
    match axes.len() {
        1 => vec!["position"],
        _ => vec!["first_position", "second_position"],
    }
}

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
    let get = |name: &str| d.columns.0.get(name).unwrap_or_default();
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
        if let Some(exact) = d.columns.0.get("closed_form_value") {
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
    if d.columns.0.get("closed_form_value").is_some() {
        header.push("exact F");
    }
    table(&header, rows.collect(), 0..10)
}

/// The extremes of a map, and where they are.
fn of_map(d: &Document<'_>) -> String {
    let get = |name: &str| d.columns.0.get(name).unwrap_or_default();
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
