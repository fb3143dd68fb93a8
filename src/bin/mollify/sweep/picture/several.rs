//! Several axes: a panel for each quantity, with a curve for each combination of the other axes, or a map.

use super::curve::Curve;
use super::{MOST_CURVES, Picture, series};
use crate::figure::{Colour, Dash, Figure, Heat, Panel, Scale, Series};
use mollify::estimate::alpha::Rule;
use mollify::sweep::{Axis, Quantity};

/// What is drawn, if it is known: title, and whether it is never negative.
const PANELS: [(Quantity, &str, bool); 9] = [
    (Quantity::ErrorFirst, "error, first order", true),
    (Quantity::ErrorZeroth, "error, zeroth order", true),
    (Quantity::ErrorMixed, "error, mixed", true),
    (Quantity::FirstOrderVariance, "variance, first order", true),
    (
        Quantity::ZerothOrderVariance,
        "variance, zeroth order",
        true,
    ),
    (Quantity::Bias, "empirical bias", true),
    (Quantity::ValueMean, "objective F", false),
    (Quantity::ValueStdError, "standard error of F", true),
    (Quantity::Alpha, "alpha", false),
];

/// Panels side by side.
const COLUMNS: usize = 3;

/// Three columns of panels.
pub(super) fn figure(what: &Picture<'_>) -> Figure {
    let axes = what.sweep.axes();
    let numeric = |i: &usize| axes[*i].number(0).is_some();
    let along = (0..axes.len())
        .filter(numeric)
        .max_by_key(|i| (axes[*i].count(), axes.len() - i))
        .unwrap_or(0);
    let curves = what.sweep.points() / axes[along].count();
    let all_numeric = (0..axes.len()).all(|i| numeric(&i));
    let is_map = curves > MOST_CURVES && axes.len() == 2 && all_numeric;
    let panels: Vec<Panel> = PANELS
        .into_iter()
        .filter(|(quantity, ..)| what.knows(*quantity))
        .map(|panel| match is_map {
            true => map(what, along, panel),
            false => lines(what, along, curves, panel),
        })
        .collect();
    let mut figure = Figure::new().lettered().panel_height_mm(36.0);
    if !is_map {
        figure = figure.common_legend();
    }
    for row in panels.chunks(COLUMNS) {
        figure = figure.row(row.to_vec());
    }
    figure
}

/// One curve for each combination of the other axes.
fn lines(
    what: &Picture<'_>,
    along: usize,
    curves: usize,
    (quantity, title, positive): (Quantity, &str, bool),
) -> Panel {
    let sweep = what.sweep;
    let mut panel = what.panel(along, title);
    if quantity == Quantity::Alpha {
        panel = panel.y_range(-0.05, 1.05);
    }
    if positive {
        panel = panel.y_scale(what.scale_of(along, &family(quantity)));
    }
    let begins = (0..sweep.points()).filter(|p| sweep.position(*p, along) == 0);
    let mut drawn: Vec<Curve> = Vec::new();
    for (number, begins_at) in begins.enumerate() {
        let curve = Curve::along(what, along, begins_at, quantity);
        let series = match curves <= MOST_CURVES {
            true => series(what, along, &curve, number, (number, curves))
                .label(name(what, along, begins_at)),
            false => one_of_many(what, along, begins_at, &curve),
        };
        // On top of another, of which it lets the other half be seen.
        let hides = curves <= MOST_CURVES && drawn.iter().any(|other| other.is_same(&curve));
        panel = panel.series(if hides {
            series.dash(Dash::Dashed)
        } else {
            series
        });
        drawn.push(curve);
    }
    panel
}

/// The quantities that are compared with this one: their panels have one kind of scale.
fn family(quantity: Quantity) -> Vec<Quantity> {
    const ERRORS: [Quantity; 3] = [
        Quantity::ErrorFirst,
        Quantity::ErrorZeroth,
        Quantity::ErrorMixed,
    ];
    const VARIANCES: [Quantity; 2] = [Quantity::FirstOrderVariance, Quantity::ZerothOrderVariance];
    let families: [&[Quantity]; 2] = [&ERRORS, &VARIANCES];
    let own = families.into_iter().find(|all| all.contains(&quantity));
    own.map_or(vec![quantity], <[Quantity]>::to_vec)
}

/// `rule=aobg`, or `rule=aobg sigma=0.1` for more axes.
fn name(what: &Picture<'_>, along: usize, point: usize) -> String {
    let names = what.sweep.axes().iter().zip(what.sweep.short_labels(point));
    let others = names.enumerate().filter(|(i, _)| *i != along);
    let words: Vec<String> = others
        .map(|(_, (axis, label))| format!("{}={label}{}", axis.name(), cost_of(axis, &label)))
        .collect();
    words.join(" ")
}

/// That a rule draws 2K rollouts, beside others that draw K.
fn cost_of(axis: &Axis, label: &str) -> &'static str {
    let batches = |label: &str| label.parse::<Rule>().map_or(1, |rule| rule.facts().batches);
    let all = || (0..axis.count()).map(|i| batches(&axis.label(i)));
    let differ = axis.name() == "rule" && all().any(|b| b != batches(label));
    match differ && batches(label) == 2 {
        true => " (2K rollouts)",
        false => "",
    }
}

/// A thin line whose colour tells one of the other axes, that with the fewest values.
fn one_of_many(what: &Picture<'_>, along: usize, begins_at: usize, curve: &Curve) -> Series {
    let axes = what.sweep.axes();
    let line = Series::line(&curve.x, &curve.mean).width(0.5);
    let others = (0..axes.len()).filter(|i| *i != along);
    let told = others.min_by_key(|i| axes[*i].count());
    match told.filter(|i| axes[*i].count() <= MOST_CURVES) {
        Some(axis) => {
            let position = what.sweep.position(begins_at, axis);
            let label = format!("{}={}", axes[axis].name(), axes[axis].short_label(position));
            line.style(position).label(label)
        }
        None => line.style(0).colour(Colour::GREY),
    }
}

/// Over both axes; logarithms of what spans more than a decade.
fn map(
    what: &Picture<'_>,
    along: usize,
    (quantity, title, positive): (Quantity, &str, bool),
) -> Panel {
    let (sweep, across) = (what.sweep, 1 - along);
    let order = |axis: usize| {
        let places = what.places(axis);
        let mut order: Vec<usize> = (0..places.len()).collect();
        order.sort_by(|a, b| places[*a].total_cmp(&places[*b]));
        let sorted: Vec<f64> = order.iter().map(|i| places[*i]).collect();
        (order, sorted)
    };
    let ((columns, x), (rows, y)) = (order(along), order(across));
    let is_log = positive && what.scale_of(along, &family(quantity)) == Scale::Log;
    let z: Vec<f64> = rows
        .iter()
        .flat_map(|row| columns.iter().map(move |column| (row, column)))
        .map(|(row, column)| {
            let point = column * sweep.stride(along) + row * sweep.stride(across);
            let mean = what.summary.points[point].mean(quantity);
            if is_log { mean.log10() } else { mean }
        })
        .collect();
    let heat = Heat::new(&x, &y, &z, if is_log { "log₁₀" } else { "" });
    let heat = match quantity {
        Quantity::Alpha => heat.range(0.0, 1.0),
        _ => heat,
    };
    what.panel(along, title)
        .y_label(what.label(across))
        .y_scale(what.scale(across))
        .heat(heat)
}
