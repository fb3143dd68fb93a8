//! What `mollify sweep` shows at the end: to people as tables, to programs as objects.

use crate::engine;
use crate::output::{number, table, tolerance, with_error};
use crate::sweep::Document;
use mollify::engine::Engine;
use mollify::error::Named;
use mollify::sweep::{Breakdowns, Ended, PointSummary, Quantity, Rate, Row, Summary, Sweep};
use serde::Serialize;
use serde_json::{Map, Value};

/// Lines of each table, at most.
const SHOWN: usize = 40;

/// The columns for people.
const COLUMNS: [Quantity; 8] = [
    Quantity::ValueMean,
    Quantity::FirstOrderVariance,
    Quantity::ZerothOrderVariance,
    Quantity::Bias,
    Quantity::Alpha,
    Quantity::ErrorFirst,
    Quantity::ErrorZeroth,
    Quantity::ErrorMixed,
];

/// What is seen of a row while the sweep runs.
pub fn row(sweep: &Sweep, row: &Row) -> String {
    let place = sweep.words(sweep.point_of(row.number));
    if let Some(reason) = row.broken() {
        return format!("{place}  seed {}  {reason}", row.seed);
    }
    format!(
        "{place}  seed {}  F {}  alpha {}",
        row.seed,
        with_error(
            row.get(Quantity::ValueMean),
            row.get(Quantity::ValueStdError)
        ),
        number(row.get(Quantity::Alpha))
    )
}

/// A number, or null where it is not known.
fn value(x: f64) -> Value {
    serde_json::Number::from_f64(x).map_or(Value::Null, Value::Number)
}

/// The values of the axes at a grid point, but one axis.
fn place(sweep: &Sweep, point: usize, without: Option<usize>) -> Map<String, Value> {
    let mut place = Map::new();
    for (i, axis) in sweep.axes().iter().enumerate() {
        let position = sweep.position(point, i);
        let at = match axis.number(position) {
            Some(number) => value(number),
            None => Value::String(axis.label(position)),
        };
        if without != Some(i) {
            place.insert(axis.name().into(), at);
        }
    }
    place
}

/// The grid points as objects.
pub fn points(sweep: &Sweep, summary: &Summary) -> Vec<Map<String, Value>> {
    let object = |point: &PointSummary| {
        let of = |pick: &dyn Fn(Quantity) -> f64| -> Map<String, Value> {
            let all = Quantity::ALL.into_iter();
            all.map(|q| (q.name().into(), value(pick(q)))).collect()
        };
        let mut object = Map::new();
        object.insert("at".into(), place(sweep, point.point, None).into());
        object.insert("mean".into(), of(&|q| point.mean(q)).into());
        object.insert("std".into(), of(&|q| point.deviation(q)).into());
        object
    };
    summary.points.iter().map(object).collect()
}

/// The rows without an estimate.
#[derive(Serialize)]
pub struct BrokenRows {
    /// How many.
    pub rows: usize,
    /// The values of the axes at the first one.
    pub first: Map<String, Value>,
    /// Why there is none there.
    pub reason: &'static str,
    /// All of that in words.
    #[serde(skip)]
    pub words: String,
}

/// None if every row has its estimate.
pub fn broken(sweep: &Sweep, rows: &[Row]) -> Option<BrokenRows> {
    let found = Breakdowns::of(sweep, rows)?;
    Some(BrokenRows {
        rows: found.rows,
        first: place(sweep, found.first, None),
        reason: found.reason,
        words: found.words(sweep, rows.len()),
    })
}

/// The slopes as objects.
pub fn rates(sweep: &Sweep, summary: &Summary) -> Vec<Map<String, Value>> {
    let object = |rate: &Rate| {
        let mut object = Map::new();
        object.insert("axis".into(), sweep.axes()[rate.axis].name().into());
        let at = place(sweep, rate.begins_at, Some(rate.axis));
        object.insert("at".into(), at.into());
        object.insert("quantity".into(), rate.quantity.name().into());
        object.insert("slope".into(), value(rate.slope));
        object.insert("std_error".into(), value(rate.std_error));
        object.insert("points".into(), rate.points.into());
        object
    };
    summary.rates.iter().map(object).collect()
}

/// Settings, the grid points, the slopes, and where the files are.
pub fn for_people(
    d: &Document<'_>,
    engine: &dyn Engine,
    sweep: &Sweep,
    summary: &Summary,
) -> String {
    let line = |name: &str, value: String| vec![name.to_string(), value];
    let s = d.settings;
    let swept = |name: &str| sweep.axes().iter().any(|axis| axis.name() == name);
    let settings = [
        ("samples", s.samples.to_string()),
        ("sigma", number(d.sigma)),
        ("horizon", d.horizon.to_string()),
        ("rule", s.rule.to_string()),
        ("gamma", tolerance(s.gamma)),
    ];
    let mut settings: Vec<String> = settings
        .into_iter()
        .filter(|(name, _)| !swept(name))
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    settings.push(format!("baseline {}", s.baseline.name()));
    let last = s.seed + (d.repeats as u64 - 1);
    let repeats = format!("{}, seeds {} to {last}", d.repeats, s.seed);
    let facts = table(
        &[],
        vec![
            line("task", d.task.into()),
            line("settings", settings.join(", ")),
            line("repeats", repeats),
            line("engine", engine::described(engine)),
        ],
        0..0,
    );
    let mut rows = match d.ended {
        Ended::Complete => d.rows.to_string(),
        Ended::Interrupted => format!("{} of {}", d.done, d.rows),
    };
    if let Some(broken) = &d.broken {
        rows += &format!("; {}", broken.words);
    }
    let seconds = number((d.seconds * 1e3).round() / 1e3);
    let files = format!("{} in '{}'", d.files.join(", "), d.folder);
    let end = table(
        &[],
        vec![
            line("rows", rows),
            line("seconds", seconds),
            line("files", files),
        ],
        0..0,
    );
    [
        facts,
        points_table(sweep, summary),
        rates_table(sweep, summary),
        end,
    ]
    .into_iter()
    .filter(|part| !part.is_empty())
    .collect::<Vec<_>>()
    .join("\n")
}

/// Mean and standard deviation over the repeats, of the columns in which anything is known.
fn points_table(sweep: &Sweep, summary: &Summary) -> String {
    let known = |q: &Quantity| summary.points.iter().any(|p| !p.mean(*q).is_nan());
    let columns: Vec<Quantity> = COLUMNS.into_iter().filter(known).collect();
    if columns.is_empty() {
        return String::new();
    }
    let names = sweep.axes().iter().map(|axis| axis.name());
    let header: Vec<&str> = names.chain(columns.iter().map(|q| q.name())).collect();
    let cell = |mean: f64, deviation: f64| match (mean.is_nan(), deviation.is_nan()) {
        (true, _) => "not known".into(),
        (_, true) => number(mean),
        _ => with_error(mean, deviation),
    };
    let rows = summary.points.iter().map(|point| {
        let mut row = sweep.short_labels(point.point);
        let cells = columns
            .iter()
            .map(|q| cell(point.mean(*q), point.deviation(*q)));
        row.extend(cells);
        row
    });
    let title = match sweep.repeats() {
        1 => "one estimate per grid point\n",
        _ => "mean ± standard deviation over the repeats\n",
    };
    title.to_string() + &shown(&header, rows.collect(), "summary.csv", 0)
}

/// quantity ~ axis^slope
fn rates_table(sweep: &Sweep, summary: &Summary) -> String {
    if summary.rates.is_empty() {
        return String::new();
    }
    let rows = summary.rates.iter().map(|rate| {
        let mut at = sweep.short_labels(rate.begins_at);
        at[rate.axis] = "*".into();
        let slope = match rate.std_error.is_nan() {
            true => number(rate.slope),
            false => with_error((rate.slope * 1e4).round() / 1e4, rate.std_error),
        };
        at.extend([rate.quantity.name().into(), slope, rate.points.to_string()]);
        at
    });
    let names = sweep.axes().iter().map(|axis| axis.name());
    let header: Vec<&str> = names.chain(["quantity", "slope", "points"]).collect();
    let left = sweep.axes().len() + 1;
    "slopes of log(mean) against log(*), ± standard error\n".to_string()
        + &shown(&header, rows.collect(), "rates.csv", left)
}

/// A table of the first rows; the columns from `right` on are aligned right.
fn shown(header: &[&str], mut rows: Vec<Vec<String>>, file: &str, right: usize) -> String {
    let more = rows.len().saturating_sub(SHOWN);
    rows.truncate(SHOWN);
    let text = table(header, rows, right..header.len());
    match more {
        0 => text,
        more => format!("{text}... {more} more in {file}\n"),
    }
}
