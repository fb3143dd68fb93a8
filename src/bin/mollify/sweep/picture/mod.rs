//! The picture of a sweep: what was measured against what was swept over, with one standard error of the repeats.
//!
//! ```text
//! one axis                        a curve per quantity, with fitted slopes             one.rs
//! more, at most 8 curves          a curve per combination of the other axes            several.rs
//! two, with more curves           a map per quantity                                   several.rs
//! more than that                  all curves, coloured by the axis with fewest values  several.rs
//! ```
//!
//! Logarithmic axes are drawn so. Quantities that are never negative are on a log scale if the swept one is, or if they
//! span more than a decade.

mod curve;
mod one;
mod several;

use crate::figure::{Dash, Figure, Panel, Scale, Series};
use curve::Curve;
use mollify::sweep::{Quantity, Summary, Sweep};

/// Curves with a colour, a dash and a marker of their own, at most.
const MOST_CURVES: usize = 8;

/// The picture of a complete sweep.
pub fn picture(sweep: &Sweep, summary: &Summary) -> Figure {
    let what = Picture { sweep, summary };
    let figure = match sweep.axes().len() {
        1 => one::figure(&what),
        _ => several::figure(&what),
    };
    let names: Vec<&str> = sweep.axes().iter().map(|a| a.name()).collect();
    figure.description(format!(
        "Sweep of the task {} over {}: mean of {} estimates per grid point, with one standard error.",
        sweep.task().name(),
        names.join(" and "),
        sweep.repeats()
    ))
}

/// What is drawn.
struct Picture<'a> {
    sweep: &'a Sweep,
    summary: &'a Summary,
}

impl Picture<'_> {
    /// Whether a quantity is known anywhere.
    fn knows(&self, quantity: Quantity) -> bool {
        let mut means = self.summary.points.iter().map(|p| p.mean(quantity));
        means.any(f64::is_finite)
    }

    /// The values of an axis as places: numbers, or positions of names.
    fn places(&self, axis: usize) -> Vec<f64> {
        let axis = &self.sweep.axes()[axis];
        (0..axis.count())
            .map(|i| axis.number(i).unwrap_or(i as f64))
            .collect()
    }

    fn scale(&self, axis: usize) -> Scale {
        match self.sweep.axes()[axis].is_logarithmic() {
            true => Scale::Log,
            false => Scale::Linear,
        }
    }

    /// `stiffness (N/m)` or `spread of stiffness (N/m)`
    fn label(&self, axis: usize) -> String {
        let axis = &self.sweep.axes()[axis];
        let name = match axis.spread_of() {
            Some(parameter) => format!("spread of {parameter}"),
            None => axis.name().into(),
        };
        match axis.unit() {
            "" | "1" => name,
            unit => format!("{name} ({unit})"),
        }
    }

    /// A panel along an axis, without series.
    fn panel(&self, axis: usize, title: &str) -> Panel {
        let panel = Panel::new().title(title).x_label(self.label(axis));
        let along = &self.sweep.axes()[axis];
        match along.number(0) {
            Some(_) => panel.x_scale(self.scale(axis)),
            None => panel.categories((0..along.count()).map(|i| along.label(i))),
        }
    }

    /// The scale of quantities that are never negative, along an axis.
    fn scale_of(&self, axis: usize, quantities: &[Quantity]) -> Scale {
        let points = self.summary.points.iter();
        let means = points.flat_map(|p| quantities.iter().map(|q| p.mean(*q)));
        let (mut low, mut high) = (f64::INFINITY, 0.0_f64);
        for mean in means.filter(|m| m.is_finite() && *m > 0.0) {
            (low, high) = (low.min(mean), high.max(mean));
        }
        let spread = high > 10.0 * low || self.scale(axis) == Scale::Log;
        match high > 0.0 && spread {
            true => Scale::Log,
            false => Scale::Linear,
        }
    }
}

/// Mean with one standard error: a line along numbers, points along names. `style` is how it looks, `slot` its number
/// and how many there are in the panel.
fn series(
    what: &Picture<'_>,
    axis: usize,
    curve: &Curve,
    style: usize,
    slot: (usize, usize),
) -> Series {
    let series = match what.sweep.axes()[axis].number(0) {
        // Colour and marker tell curves apart; dotted lines are fits.
        Some(_) => Series::line(&curve.x, &curve.mean)
            .marker(curve::marker(style))
            .dash(Dash::Solid),
        None => {
            // Side by side, or one hides the other.
            let (number, count) = (slot.0 as f64, slot.1 as f64);
            let shift = (number - (count - 1.0) / 2.0) * 0.5 / count;
            let x: Vec<f64> = curve.x.iter().map(|x| x + shift).collect();
            Series::points(&x, &curve.mean)
        }
    };
    let series = series.style(style);
    match what.sweep.repeats() {
        1 => series,
        _ => series.std_error(&curve.std_error),
    }
}
