//! What the repeats of a sweep say together: mean and standard deviation at every grid point, and slopes.
//!
//! A slope is that of the straight line through log(mean over the repeats) against log(axis), by least squares, for
//! each axis whose values are logarithmic, at every combination of the other axes:
//!
//!   slope = Σ (X - X̄)(Y - Ȳ) / Σ (X - X̄)²,   X = log(axis),  Y = log(mean)
//!
//! All grid points see the same seeds, so their errors are correlated, and the scatter about the line does not tell
//! how certain the slope is. Repeats are independent: with R >= 2 of them the standard error is that of the
//! jackknife, se² = (R-1)/R Σ_r (slope without repeat r - their mean)². With one repeat it is the usual one of
//! least squares, from the scatter, which does not see the correlation.

use super::cells;
use super::definition::Sweep;
use super::row::{Quantity, Row};
use crate::engine::moments::Spread;
use serde::Serialize;

/// The quantities whose slopes are of interest.
const WITH_SLOPES: [Quantity; 8] = [
    Quantity::ValueStdError,
    Quantity::FirstOrderVariance,
    Quantity::ZerothOrderVariance,
    Quantity::Bias,
    Quantity::ConfidenceRadius,
    Quantity::ErrorFirst,
    Quantity::ErrorZeroth,
    Quantity::ErrorMixed,
];

/// A line through fewer points says nothing about whether there is a line.
const FEWEST_POINTS: usize = 3;

/// The repeats of one grid point together.
#[derive(Clone, Debug, PartialEq)]
pub struct PointSummary {
    /// The number of the grid point.
    pub point: usize,
    means: [f64; Quantity::ALL.len()],
    deviations: [f64; Quantity::ALL.len()],
}

impl PointSummary {
    /// Mean over the repeats; NaN where one of them is not known.
    pub fn mean(&self, quantity: Quantity) -> f64 {
        self.means[quantity as usize]
    }

    /// Standard deviation over the repeats; NaN for one repeat.
    pub fn deviation(&self, quantity: Quantity) -> f64 {
        self.deviations[quantity as usize]
    }
}

/// The slope of log(quantity) against log(axis).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rate {
    /// The number of the axis.
    #[serde(skip)]
    pub axis: usize,
    /// The number of the grid point at which the line begins; it tells the values of the other axes.
    #[serde(skip)]
    pub begins_at: usize,
    /// What was fitted.
    pub quantity: Quantity,
    /// The exponent.
    pub slope: f64,
    /// Its standard error; NaN where it is not known.
    pub std_error: f64,
    /// The points of the fit: those whose mean is above 0.
    pub points: usize,
}

/// Everything that is said about a sweep at its end.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// One entry per grid point.
    pub points: Vec<PointSummary>,
    /// One entry per logarithmic axis, combination of the other axes, and quantity that is above 0.
    pub rates: Vec<Rate>,
}

impl Summary {
    /// The summary of all grid points whose repeats are all there.
    pub fn of(sweep: &Sweep, rows: &[Row]) -> Self {
        let complete = rows.chunks_exact(sweep.repeats());
        let points: Vec<_> = complete
            .enumerate()
            .map(|(i, rows)| summarise(i, rows))
            .collect();
        let is_complete = points.len() == sweep.points();
        let rates = match is_complete {
            true => rates(sweep, rows, &points),
            false => Vec::new(),
        };
        Self { points, rates }
    }

    /// The text of `summary.csv`.
    pub(super) fn points_csv(&self, sweep: &Sweep) -> Vec<u8> {
        let mut header: Vec<String> = sweep.axes().iter().map(|a| a.name().into()).collect();
        header.push("repeats".into());
        for quantity in Quantity::ALL {
            header.push(format!("{}_mean", quantity.name()));
            header.push(format!("{}_std", quantity.name()));
        }
        let mut text = cells::line(header);
        for summary in &self.points {
            let mut row = sweep.labels(summary.point);
            row.push(sweep.repeats().to_string());
            for quantity in Quantity::ALL {
                row.push(cells::number(summary.mean(quantity)));
                row.push(cells::number(summary.deviation(quantity)));
            }
            text.extend(cells::line(row));
        }
        text
    }

    /// The text of `rates.csv`; the column of the axis itself is empty.
    pub(super) fn rates_csv(&self, sweep: &Sweep) -> Vec<u8> {
        let names = sweep.axes().iter().map(|axis| axis.name());
        let own = ["quantity", "slope", "std_error", "points"];
        let mut text = cells::line(["axis"].into_iter().chain(names).chain(own));
        for rate in &self.rates {
            let mut row = sweep.labels(rate.begins_at);
            row[rate.axis].clear();
            row.insert(0, sweep.axes()[rate.axis].name().into());
            row.push(rate.quantity.name().into());
            row.push(cells::number(rate.slope));
            row.push(cells::number(rate.std_error));
            row.push(rate.points.to_string());
            text.extend(cells::line(row));
        }
        text
    }
}

fn summarise(point: usize, rows: &[Row]) -> PointSummary {
    let spread = |quantity| {
        let mut spread = Spread::default();
        rows.iter().for_each(|row| spread.add(row.get(quantity)));
        spread
    };
    let spreads = Quantity::ALL.map(spread);
    PointSummary {
        point,
        means: spreads.map(|s| s.mean),
        deviations: spreads.map(|s| s.variance().sqrt()),
    }
}

fn rates(sweep: &Sweep, rows: &[Row], points: &[PointSummary]) -> Vec<Rate> {
    let mut rates = Vec::new();
    for (number, axis) in sweep.axes().iter().enumerate() {
        if !axis.is_logarithmic() {
            continue;
        }
        for begins_at in (0..points.len()).filter(|p| sweep.position(*p, number) == 0) {
            for quantity in WITH_SLOPES {
                let line = Line::along(sweep, rows, points, number, begins_at, quantity);
                rates.extend((line.x.len() >= FEWEST_POINTS).then(|| Rate {
                    axis: number,
                    begins_at,
                    quantity,
                    slope: line.slope(&line.means),
                    std_error: line.std_error(),
                    points: line.x.len(),
                }));
            }
        }
    }
    rates
}

/// The points of a fit.
struct Line {
    /// log(axis)
    x: Vec<f64>,
    /// Mean over the repeats.
    means: Vec<f64>,
    /// The repeats.
    values: Vec<Vec<f64>>,
}

impl Line {
    fn along(
        sweep: &Sweep,
        rows: &[Row],
        points: &[PointSummary],
        number: usize,
        begins_at: usize,
        quantity: Quantity,
    ) -> Self {
        let (axis, stride, repeats) =
            (&sweep.axes()[number], sweep.stride(number), sweep.repeats());
        let mut line = Self {
            x: Vec::new(),
            means: Vec::new(),
            values: Vec::new(),
        };
        for i in 0..axis.count() {
            let point = begins_at + i * stride;
            let mean = points[point].mean(quantity);
            if let Some(x) = axis.number(i).filter(|_| mean > 0.0 && mean.is_finite()) {
                let repeated = &rows[point * repeats..(point + 1) * repeats];
                line.x.push(x.ln());
                line.means.push(mean);
                line.values
                    .push(repeated.iter().map(|row| row.get(quantity)).collect());
            }
        }
        line
    }

    /// The slope of log(means) against x.
    fn slope(&self, means: &[f64]) -> f64 {
        let y: Vec<f64> = means.iter().map(|m| m.ln()).collect();
        let (x_mean, y_mean) = (mean(&self.x), mean(&y));
        let pairs = || self.x.iter().zip(&y).map(|(x, y)| (x - x_mean, y - y_mean));
        let cross: f64 = pairs().map(|(x, y)| x * y).sum();
        let square: f64 = pairs().map(|(x, _)| x * x).sum();
        cross / square
    }

    fn std_error(&self) -> f64 {
        match self.values.first().map_or(0, Vec::len) {
            0 | 1 => self.scatter_error(),
            repeats => self.jackknife_error(repeats),
        }
    }

    fn jackknife_error(&self, repeats: usize) -> f64 {
        let r = repeats as f64;
        let without = |left_out: usize| {
            let means = self.means.iter().zip(&self.values);
            let means: Vec<f64> = means
                .map(|(mean, values)| (mean * r - values[left_out]) / (r - 1.0))
                .collect();
            self.slope(&means)
        };
        let mut spread = Spread::default();
        for left_out in 0..repeats {
            spread.add(without(left_out));
        }
        (spread.m2 * (r - 1.0) / r).sqrt()
    }

    /// se² = Σ residual²/(n-2) / Σ (X - X̄)²
    fn scatter_error(&self) -> f64 {
        let slope = self.slope(&self.means);
        let y: Vec<f64> = self.means.iter().map(|m| m.ln()).collect();
        let (x_mean, y_mean) = (mean(&self.x), mean(&y));
        let pairs = || self.x.iter().zip(&y).map(|(x, y)| (x - x_mean, y - y_mean));
        let residuals: f64 = pairs().map(|(x, y)| (y - slope * x).powi(2)).sum();
        let square: f64 = pairs().map(|(x, _)| x * x).sum();
        (residuals / (self.x.len() as f64 - 2.0) / square).sqrt()
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}
