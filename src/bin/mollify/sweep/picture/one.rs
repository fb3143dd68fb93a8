//! One axis: the quantities that belong together share a panel.

use super::curve::{self, Curve, rate};
use super::{Picture, series};
use crate::figure::{Dash, Figure, Panel, Series};
use mollify::sweep::Quantity;

/// Quantities of one panel with their names; the place of a name decides how it looks in all panels.
struct Group {
    title: &'static str,
    y_label: &'static str,
    members: &'static [(Quantity, &'static str, usize)],
}

const ERRORS: Group = Group {
    title: "error of the gradient",
    y_label: "|estimate − exact|",
    members: &[
        (Quantity::ErrorFirst, "first order", 0),
        (Quantity::ErrorZeroth, "zeroth order", 1),
        (Quantity::ErrorMixed, "mixed", 2),
    ],
};

/// In place of errors, where no exact gradient is known.
const NORMS: Group = Group {
    title: "length of the gradient",
    y_label: "|estimate|",
    members: &[
        (Quantity::FirstOrderNorm, "first order", 0),
        (Quantity::ZerothOrderNorm, "zeroth order", 1),
        (Quantity::GradientNorm, "mixed", 2),
    ],
};

const VARIANCES: Group = Group {
    title: "variance of one sample",
    y_label: "trace of the covariance",
    members: &[
        (Quantity::FirstOrderVariance, "first order", 0),
        (Quantity::ZerothOrderVariance, "zeroth order", 1),
    ],
};

const DIFFERENCE: Group = Group {
    title: "difference of the two orders",
    y_label: "|difference|, |error|",
    members: &[
        (Quantity::Bias, "empirical bias", 3),
        (Quantity::ConfidenceRadius, "confidence radius", 4),
    ],
};

const VALUE_ERROR: Group = Group {
    title: "standard error of F",
    y_label: "cost",
    members: &[(Quantity::ValueStdError, "F", 5)],
};

/// Two columns of panels.
pub(super) fn figure(what: &Picture<'_>) -> Figure {
    let first = match what.knows(Quantity::ErrorZeroth) {
        true => &ERRORS,
        false => &NORMS,
    };
    let panels = [
        group(what, first),
        group(what, &VARIANCES),
        group(what, &DIFFERENCE),
        alpha(what),
        value(what),
        group(what, &VALUE_ERROR),
    ];
    let mut panels = panels.into_iter();
    let mut figure = Figure::new().lettered().panel_height_mm(40.0);
    while let (Some(left), Some(right)) = (panels.next(), panels.next()) {
        figure = figure.row([left, right]);
    }
    figure
}

fn group(what: &Picture<'_>, group: &Group) -> Panel {
    let known = group.members.iter().filter(|(q, ..)| what.knows(*q));
    let quantities: Vec<Quantity> = known.clone().map(|(q, ..)| *q).collect();
    let mut panel = what
        .panel(0, group.title)
        .y_label(group.y_label)
        .y_scale(what.scale_of(0, &quantities));
    let mut fits = Vec::new();
    for (number, (quantity, name, place)) in known.enumerate() {
        let curve = Curve::along(what, 0, 0, *quantity);
        let mut label = name.to_string();
        if curve.is_zero() {
            label += ": 0";
        }
        if let Some(rate) = rate(what, 0, 0, *quantity) {
            label = format!("{label}, {}", curve::slope(rate));
            let fit = curve.fit(rate).style(*place).dash(curve::FIT);
            fits.push(fit.width(0.9));
        }
        let series = series(what, 0, &curve, *place, (number, quantities.len()));
        panel = panel.series(series.label(label));
    }
    fits.into_iter().fold(panel, Panel::series)
}

fn alpha(what: &Picture<'_>) -> Panel {
    let curve = Curve::along(what, 0, 0, Quantity::Alpha);
    what.panel(0, "weight of the first order")
        .y_label("alpha")
        .y_range(-0.05, 1.05)
        .series(series(what, 0, &curve, 2, (0, 1)))
}

fn value(what: &Picture<'_>) -> Panel {
    let mean = Curve::along(what, 0, 0, Quantity::ValueMean);
    let nominal = Curve::along(what, 0, 0, Quantity::ValueAtTheta);
    let panel = what.panel(0, "objective").y_label("cost");
    let nominal = match what.sweep.axes()[0].number(0) {
        Some(_) => Series::line(&nominal.x, &nominal.mean)
            .width(0.9)
            .dash(Dash::Dashed),
        None => Series::points(&nominal.x, &nominal.mean),
    };
    panel
        .series(series(what, 0, &mean, 5, (0, 1)).label("F"))
        .series(nominal.style(6).label("f, without noise"))
}
