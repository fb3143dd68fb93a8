//! A quantity along one axis, and the line of its slope.

use super::Picture;
use crate::figure::{Dash, Marker, Series};
use mollify::sweep::{Quantity, Rate};

/// Means along an axis, in the order of its values.
pub(super) struct Curve {
    pub x: Vec<f64>,
    pub mean: Vec<f64>,
    /// Deviation over the repeats, divided by √R.
    pub std_error: Vec<f64>,
}

impl Curve {
    /// From the grid point `begins_at`, at which the axis has its first value.
    pub fn along(what: &Picture<'_>, axis: usize, begins_at: usize, quantity: Quantity) -> Self {
        let places = what.places(axis);
        let stride = what.sweep.stride(axis);
        let mut order: Vec<usize> = (0..places.len()).collect();
        // Lists come in any order.
        order.sort_by(|a, b| places[*a].total_cmp(&places[*b]));
        let root = (what.sweep.repeats() as f64).sqrt();
        let points = || {
            order
                .iter()
                .map(|i| &what.summary.points[begins_at + i * stride])
        };
        Self {
            x: order.iter().map(|i| places[*i]).collect(),
            mean: points().map(|p| p.mean(quantity)).collect(),
            std_error: points().map(|p| p.deviation(quantity) / root).collect(),
        }
    }

    /// Whether it has the same numbers.
    pub fn is_same(&self, other: &Self) -> bool {
        let bits = |values: &[f64]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        bits(&self.mean) == bits(&other.mean) && bits(&self.std_error) == bits(&other.std_error)
    }

    /// Whether every number that is known is 0.
    pub fn is_zero(&self) -> bool {
        let mut known = self.mean.iter().filter(|m| m.is_finite()).peekable();
        known.peek().is_some() && known.all(|m| *m == 0.0)
    }

    /// exp(Ȳ + slope (X - X̄)), the line of `Summary`, over the points it was fitted to.
    pub fn fit(&self, rate: &Rate) -> Series {
        let pairs = self.x.iter().zip(&self.mean);
        let (x, y): (Vec<f64>, Vec<f64>) = pairs
            .filter(|(_, m)| m.is_finite() && **m > 0.0)
            .map(|(x, m)| (x.ln(), m.ln()))
            .unzip();
        let n = x.len() as f64;
        let (x_mean, y_mean) = (x.iter().sum::<f64>() / n, y.iter().sum::<f64>() / n);
        let line: Vec<f64> = x
            .iter()
            .map(|x| (y_mean + rate.slope * (x - x_mean)).exp())
            .collect();
        let x: Vec<f64> = x.iter().map(|x| x.exp()).collect();
        Series::line(&x, &line)
    }
}

/// The slope of a quantity, if one was fitted.
pub(super) fn rate<'a>(
    what: &'a Picture<'_>,
    axis: usize,
    begins_at: usize,
    quantity: Quantity,
) -> Option<&'a Rate> {
    let mut rates = what.summary.rates.iter();
    rates.find(|r| r.axis == axis && r.begins_at == begins_at && r.quantity == quantity)
}

/// `slope −0.50 ± 0.01`; a third digit where the error allows.
pub(super) fn slope(rate: &Rate) -> String {
    // Adding 0 makes -0 the same as 0.
    let rounded = |digits: i32| {
        let unit = 10.0_f64.powi(digits);
        (rate.slope * unit).round() / unit + 0.0
    };
    let text = match rate.std_error {
        e if e >= 0.00995 => format!("slope {:.2} ± {e:.2}", rounded(2)),
        e if e >= 0.0005 => format!("slope {:.3} ± {e:.3}", rounded(3)),
        _ => format!("slope {:.3}", rounded(3)),
    };
    text.replace('-', "−")
}

/// The markers in the order of the styles.
pub(super) fn marker(place: usize) -> Marker {
    const ORDER: [Marker; 7] = [
        Marker::Circle,
        Marker::Square,
        Marker::Triangle,
        Marker::Diamond,
        Marker::Cross,
        Marker::Inverted,
        Marker::Plus,
    ];
    ORDER[place % ORDER.len()]
}

/// The pattern of fitted lines.
pub(super) const FIT: Dash = Dash::Dotted;
