//! The pictures of a landscape: four panels along a line, three maps along two.

use crate::figure::{Colour, Dash, Figure, Heat, Marker, Panel, Series};
use crate::output::tolerance;
use mollify::error::with_digits;
use mollify::estimate::landscape::{Axis, Document};

/// The picture of these numbers.
pub fn of(d: &Document<'_>) -> Figure {
    let figure = match d.axes {
        [axis] => line(d, axis),
        axes => map(d, axes),
    };
    figure.description(format!(
        "Landscape of the task {}: {} samples at each of {} points, sigma {}, seed {}.",
        d.setup.task, d.setup.samples, d.points, d.setup.sigma, d.setup.seed
    ))
}

fn line(d: &Document<'_>, axis: &Axis) -> Figure {
    let panel = |title: &str| {
        Panel::new()
            .title(title)
            .x_label(axis.label.as_str())
            .x_range(axis.range.0, axis.range.1)
            .vertical(axis.centre, "theta")
    };
    Figure::new()
        .lettered()
        .shared_x()
        .panel_height_mm(42.0)
        .row([
            objective(d, panel("objective")),
            gradients(d, axis, panel("gradient")),
        ])
        .row([
            bias(d, axis, panel),
            alpha(d, panel("weight of the first order")),
        ])
}

fn column<'a>(d: &'a Document<'_>, name: &str) -> &'a [f64] {
    d.columns.get(name).unwrap_or_default()
}

/// Exact values: thin and dashed, above all estimates.
fn exact(d: &Document<'_>, name: &str, label: &str) -> Option<Series> {
    let values = d.columns.get(name)?;
    let series = Series::line(column(d, "position"), values).label(label);
    Some(series.colour(Colour::BLACK).dash(Dash::Dashed).width(0.7))
}

fn objective(d: &Document<'_>, panel: Panel) -> Panel {
    let x = column(d, "position");
    let panel = panel
        .y_label("cost")
        .series(
            Series::line(x, column(d, "value_at_theta"))
                .label("f, without noise")
                .colour(Colour::ORANGE)
                .dash(Dash::Solid),
        )
        .series(
            Series::line(x, column(d, "value_mean"))
                .std_error(column(d, "value_std_error"))
                .label("F ± standard error")
                .colour(Colour::BLUE)
                .dash(Dash::Solid),
        );
    match exact(d, "closed_form_value", "F, exact") {
        Some(series) => panel.series(series),
        None => panel,
    }
}

fn gradients(d: &Document<'_>, axis: &Axis, panel: Panel) -> Panel {
    let x = column(d, "position");
    let order = |name: &str, label: &str, colour, dash| {
        Series::line(x, column(d, name))
            .std_error(column(d, &format!("{name}_std_error")))
            .label(label)
            .colour(colour)
            .dash(dash)
    };
    let (first, zeroth) = match d.std_error_is_bound {
        true => ("first order ± bound", "zeroth order ± bound"),
        false => ("first order ± s.e.", "zeroth order ± s.e."),
    };
    let panel = match d.std_error_is_bound {
        true => with_range_of_lines(d, panel),
        false => panel,
    };
    let panel = panel
        .y_label(format!("slope of the cost{}", per(axis)))
        .series(order("zeroth_order", zeroth, Colour::GREEN, Dash::Solid))
        .series(order("first_order", first, Colour::VERMILLION, Dash::Long))
        .series(
            Series::line(x, column(d, "gradient"))
                .label("mixed")
                .colour(Colour::PURPLE)
                .dash(Dash::Dotted)
                .width(1.4),
        );
    match exact(d, "closed_form_gradient", "exact") {
        Some(series) => panel.series(series),
        None => panel,
    }
}

/// Bounds may be far wider than errors; lines stay readable.
fn with_range_of_lines(d: &Document<'_>, panel: Panel) -> Panel {
    let names = ["first_order", "zeroth_order", "closed_form_gradient"];
    let values = names.iter().flat_map(|name| column(d, name));
    let ends = (f64::INFINITY, f64::NEG_INFINITY);
    let (low, high) = values
        .filter(|v| v.is_finite())
        .fold(ends, |(low, high), v| (low.min(*v), high.max(*v)));
    let margin = 0.2 * (high - low);
    panel.y_range(low - margin, high + margin)
}

/// ` (1/rad)`: the unit of a slope along an axis, of a cost without unit.
fn per(axis: &Axis) -> String {
    let unit = axis
        .label
        .rsplit_once(" (")
        .and_then(|(_, unit)| unit.strip_suffix(')'));
    match unit {
        None | Some("1") => String::new(),
        Some(unit) => format!(" (1/{unit})"),
    }
}

fn bias(d: &Document<'_>, axis: &Axis, panel: impl Fn(&str) -> Panel) -> Panel {
    let x = column(d, "position");
    let (bias, radius) = (column(d, "bias"), column(d, "confidence_radius"));
    let largest = bias.iter().chain(radius).fold(0.0, |a: f64, b| a.max(*b));
    let title = "difference of the two orders";
    // A line far above would flatten the curves.
    let panel = match d.setup.gamma {
        None => panel(title),
        Some(gamma) if gamma <= 3.0 * largest => panel(title).horizontal(gamma, "gamma"),
        gamma => panel(&format!("{title}, gamma = {}", tolerance(gamma))),
    };
    panel
        .y_label(format!("|first − zeroth order|{}", per(axis)))
        .series(
            Series::line(x, bias)
                .label("empirical bias")
                .colour(Colour::BLUE)
                .dash(Dash::Solid),
        )
        .series(
            Series::line(x, radius)
                .label("confidence radius")
                .colour(Colour::VERMILLION)
                .dash(Dash::Dashed),
        )
}

fn alpha(d: &Document<'_>, panel: Panel) -> Panel {
    panel.y_label("alpha").y_range(-0.05, 1.05).series(
        Series::line(column(d, "position"), column(d, "alpha"))
            .colour(Colour::BLUE)
            .dash(Dash::Solid),
    )
}

/// B/ε: the bias alone would show its noise as a structure.
fn in_radii(d: &Document<'_>) -> Vec<f64> {
    let pairs = column(d, "bias").iter().zip(column(d, "confidence_radius"));
    pairs.map(|(bias, radius)| bias / radius).collect()
}

fn map(d: &Document<'_>, axes: &[Axis]) -> Figure {
    let panel = |title: &str, name: &str, label: &str, range: Option<(f64, f64)>| {
        let (x, y) = (&axes[0].positions, &axes[1].positions);
        let mut values = match name {
            "bias" => in_radii(d),
            name => column(d, name).to_vec(),
        };
        // Points that were not done any more.
        values.resize(x.len() * y.len(), f64::NAN);
        // One colour all over says nothing but which one.
        let width = range.map_or(0.0, |(low, high)| 0.01 * (high - low));
        let same = values.iter().all(|v| (v - values[0]).abs() <= width);
        let title = match same {
            true => format!("{title}: {} everywhere", with_digits(values[0], 2)),
            false => title.into(),
        };
        let heat = Heat::new(x, y, &values, label);
        let heat = match range {
            Some((low, high)) => heat.range(low, high),
            None => heat,
        };
        Panel::new()
            .title(title)
            .x_label(axes[0].label.as_str())
            .y_label(axes[1].label.as_str())
            .heat(heat)
            .series(
                Series::points(&[axes[0].centre], &[axes[1].centre])
                    .marker(Marker::Cross)
                    .colour(Colour::WHITE),
            )
    };
    Figure::new().lettered().panel_height_mm(38.0).row([
        panel("objective", "value_mean", "F", None),
        panel(
            "bias / confidence radius",
            "bias",
            "1 is what noise may make",
            None,
        ),
        panel("weight", "alpha", "alpha", Some((0.0, 1.0))),
    ])
}
