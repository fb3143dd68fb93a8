//! The numbers of a landscape by name.

use crate::estimate::landscape::axis::Axis;
use crate::estimate::landscape::visit::Point;
use serde::{Serialize, Serializer};

/// Named columns of numbers, one value for each point.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Columns(pub Vec<(&'static str, Vec<f64>)>);

impl Columns {
    fn column(mut self, name: &'static str, values: Vec<f64>) -> Self {
        self.0.push((name, values));
        self
    }

    /// The values of a column.
    pub fn get(&self, name: &str) -> Option<&[f64]> {
        let found = self.0.iter().find(|(n, _)| *n == name);
        found.map(|(_, values)| values.as_slice())
    }
}

impl Serialize for Columns {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, values)| (name, values)))
    }
}

/// One row per point. Along a line the slopes are there as well; a map has two positions instead.
pub(super) fn columns(axes: &[Axis], seen: &[Point]) -> Columns {
    let of = |f: &dyn Fn(&Point) -> f64| -> Vec<f64> { seen.iter().map(f).collect() };
    let mut table = Columns::default();
    for (k, name) in position_names(axes).into_iter().enumerate() {
        table = table.column(name, of(&|p| p.positions[k]));
    }
    table = table
        .column("value_at_theta", of(&|p| p.mixed.value_at_theta))
        .column("value_mean", of(&|p| p.mixed.value_mean))
        .column("value_std_error", of(&|p| p.mixed.value_std_error));
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
            .column("first_order", of(&|p| first(p).0))
            .column("first_order_std_error", of(&|p| first(p).1))
            .column("zeroth_order", of(&|p| zeroth(p).0))
            .column("zeroth_order_std_error", of(&|p| zeroth(p).1))
            .column("gradient", of(&|p| axis.slope(p.mixed.gradient.as_slice())));
    }
    table = table
        .column("alpha", of(&|p| alpha(axes, p)))
        .column("bias", of(&|p| p.mixed.choice.bias))
        .column(
            "confidence_radius",
            of(&|p| p.mixed.choice.confidence_radius),
        )
        .column("nonfinite", of(&|p| p.mixed.nonfinite.count as f64));
    if seen.iter().any(|p| p.exact.is_some()) {
        let value = |p: &Point| p.exact.as_ref().map_or(f64::NAN, |e| e.0);
        table = table.column("closed_form_value", of(&value));
        if let [axis] = axes {
            let slope = |p: &Point| p.exact.as_ref().map_or(f64::NAN, |e| axis.slope(&e.1));
            table = table.column("closed_form_gradient", of(&slope));
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
