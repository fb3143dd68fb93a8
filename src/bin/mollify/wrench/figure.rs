//! The pictures of a contact: pressure and forces of each model, and components along a line.

use super::Row;
use super::over::{Along, COMPONENTS};
use crate::figure::{Colour, Figure, Heat, Panel, Series, Shape as Mark};
use mollify::contact::{Body, ContactModel, Field, Law, Shape, Vec2, pressure};
use mollify::error::{Named as _, with_digits};
use std::collections::BTreeMap;

/// Points of the pressure field across and up.
const FIELD: usize = 81;
/// Length of an arrow, in parts of the width of the picture: it shows where the force goes, and the title how large it is.
const ARROW: f64 = 0.25;

/// The box around the contact: the smaller body, and a margin.
fn view(a: &Body<f64>, b: &Body<f64>) -> [[f64; 2]; 2] {
    let size = |body: &Body<f64>| match &body.shape {
        Shape::HalfPlane => f64::INFINITY,
        Shape::Disc { radius } => *radius,
        faces => {
            let corners = faces.corners();
            corners.iter().map(|c| c.norm()).fold(0.0, f64::max)
        }
    };
    let (centre, size) = match (size(a), size(b)) {
        (of_a, of_b) if of_a <= of_b => (a.pose.position, of_a),
        (_, of_b) => (b.pose.position, of_b),
    };
    let reach = 1.4 * if size.is_finite() { size } else { 1.0 };
    [
        [centre.x - reach, centre.x + reach],
        [centre.y - reach, centre.y + reach],
    ]
}

/// The box around a body, as far as it is in the view.
fn extent(body: &Body<f64>, view: [[f64; 2]; 2]) -> [[f64; 2]; 2] {
    let centre = body.pose.position;
    let points = match &body.shape {
        Shape::HalfPlane => return view,
        Shape::Disc { radius } => [-1.0, 1.0]
            .map(|sign| centre + Vec2::new(sign * radius, sign * radius))
            .to_vec(),
        faces => {
            let corners = faces.corners().into_iter();
            corners.map(|c| body.pose.place(c)).collect()
        }
    };
    [|p: &Vec2<f64>| p.x, |p: &Vec2<f64>| p.y].map(|of| {
        let all = points.iter().map(of);
        let start = (f64::INFINITY, f64::NEG_INFINITY);
        let ends = all.fold(start, |(low, high), x| (low.min(x), high.max(x)));
        [ends.0, ends.1]
    })
}

/// Where two bodies may overlap in the view; none where they do not.
fn overlap(a: &Body<f64>, b: &Body<f64>, view: [[f64; 2]; 2]) -> Option<[[f64; 2]; 2]> {
    let (of_a, of_b) = (extent(a, view), extent(b, view));
    let both = [0, 1].map(|axis| {
        let low = of_a[axis][0].max(of_b[axis][0]).max(view[axis][0]);
        let high = of_a[axis][1].min(of_b[axis][1]).min(view[axis][1]);
        [low, high]
    });
    both.iter().all(|[low, high]| low < high).then_some(both)
}

fn outline(body: &Body<f64>, colour: Colour, [across, _]: [[f64; 2]; 2]) -> Mark {
    let place = |point: Vec2<f64>| {
        let at = body.pose.place(point);
        (at.x, at.y)
    };
    let mark = match &body.shape {
        Shape::Disc { radius } => Mark::circle(body.pose.position.x, body.pose.position.y, *radius),
        Shape::HalfPlane => {
            let reach = 2.0 * (across[1] - across[0]);
            Mark::path(&[-reach, reach].map(|x| place(Vec2::new(x, 0.0))))
        }
        faces => {
            let corners: Vec<(f64, f64)> = faces.corners().into_iter().map(place).collect();
            Mark::polygon(&corners)
        }
    };
    mark.stroke(colour)
}

/// Numbers at equal distances.
fn grid([low, high]: [f64; 2]) -> Vec<f64> {
    let step = (high - low) / (FIELD - 1) as f64;
    (0..FIELD).map(|i| low + step * i as f64).collect()
}

/// The box around the points of a grid in a box that are in both bodies; that box itself if there are none.
fn tight(a: &Body<f64>, b: &Body<f64>, within: [[f64; 2]; 2]) -> [[f64; 2]; 2] {
    let (x, y) = (grid(within[0]), grid(within[1]));
    let is_in = |body: &Body<f64>, at: Vec2<f64>| pressure(body, 1.0, Field::Distance, at) > 0.0;
    let both = |i: usize, j: usize| {
        let at = Vec2::new(x[i], y[j]);
        is_in(a, at) && is_in(b, at)
    };
    let columns: Vec<usize> = (0..FIELD)
        .filter(|i| (0..FIELD).any(|j| both(*i, j)))
        .collect();
    let rows: Vec<usize> = (0..FIELD)
        .filter(|j| (0..FIELD).any(|i| both(i, *j)))
        .collect();
    // One further on each side: the border is between two of them.
    let ends = |of: &[usize], places: &[f64]| {
        let (first, last) = (of.first()?, of.last()?);
        Some([
            places[first.saturating_sub(1)],
            places[(last + 1).min(FIELD - 1)],
        ])
    };
    match (ends(&columns, &x), ends(&rows, &y)) {
        (Some(across), Some(up)) => [across, up],
        _ => within,
    }
}

/// How much of the view the patch of contact has, if it is smaller than that.
const PATCH: f64 = 0.5;

/// The part of the view that shows the patch of contact: the view itself, unless the patch is small in it.
fn close(view: [[f64; 2]; 2], overlap: [[f64; 2]; 2]) -> [[f64; 2]; 2] {
    let size = |[low, high]: [f64; 2]| high - low;
    let reach = 0.5 * size(overlap[0]).max(size(overlap[1])) / PATCH;
    match 2.0 * reach < size(view[0]) {
        true => overlap.map(|[low, high]| {
            let middle = 0.5 * (low + high);
            [middle - reach, middle + reach]
        }),
        false => view,
    }
}

/// Where the name of a body stands: at its centre, as far as that is in the view.
fn named_at(body: &Body<f64>, view: [[f64; 2]; 2]) -> (f64, f64) {
    let inside = |x: f64, [low, high]: [f64; 2]| {
        let margin = 0.1 * (high - low);
        x.clamp(low + margin, high - margin)
    };
    let below = match body.shape {
        Shape::HalfPlane => body
            .pose
            .place(Vec2::new(0.0, -0.3 * (view[1][1] - view[1][0]))),
        _ => body.pose.position,
    };
    (inside(below.x, view[0]), inside(below.y, view[1]))
}

/// A panel for each model: the shapes, the pressure where they overlap, and the force on A. Those of pressure show the patch.
pub fn of(
    a: &Body<f64>,
    b: &Body<f64>,
    law: &Law<f64>,
    models: &BTreeMap<&'static str, Row>,
) -> Figure {
    let whole = view(a, b);
    let patch = overlap(a, b, whole).map(|within| tight(a, b, within));
    let panels = ContactModel::ALL.iter().map(|(model, name, _)| {
        let size = |row: &Row| row.force[0].hypot(row.force[1]);
        let found = models.get(name).map(|row| (row, size(row)));
        let title = match found {
            Some((_, size)) => format!("{name}: {} N", with_digits(size, 4)),
            None => (*name).into(),
        };
        let patch = patch.filter(|_| model.has_pressure());
        let [across, up] = patch.map_or(whole, |patch| close(whole, patch));
        let mut panel = Panel::new()
            .title(title)
            .equal_aspect()
            .x_label("x (m)")
            .y_label("y (m)")
            .x_range(across[0], across[1])
            .y_range(up[0], up[1]);
        if let Some(patch) = patch {
            panel = panel.heat(field(*model, a, b, law, patch));
        }
        for (name, body) in [("A", a), ("B", b)] {
            let (x, y) = named_at(body, [across, up]);
            panel = panel.annotate(x, y, name);
        }
        panel = panel
            .shape(outline(b, Colour::BLUE, [across, up]))
            .shape(outline(a, Colour::VERMILLION, [across, up]));
        let Some((row, size)) = found.filter(|(_, size)| *size > 0.0) else {
            return panel;
        };
        let middle = |[low, high]: [f64; 2]| 0.5 * (low + high);
        let from = match patch {
            Some([x, y]) => Vec2::new(middle(x), middle(y)),
            None => a.pose.position,
        };
        let long = ARROW * (across[1] - across[0]) / size;
        let to = (from.x + long * row.force[0], from.y + long * row.force[1]);
        let arrow = Mark::arrow((from.x, from.y), to);
        panel.shape(arrow.stroke(Colour::GREEN).width(2.0))
    });
    let panels: Vec<Panel> = panels.collect();
    let (points, pressures) = panels.split_at(3);
    Figure::new()
        .lettered()
        .row(points.to_vec())
        .row(pressures.to_vec())
        .description("Red body A, blue body B, the pressure where they overlap, and the force on A by each contact model.")
}

/// The pressure that both share; none where they do not overlap.
fn field(
    model: ContactModel,
    a: &Body<f64>,
    b: &Body<f64>,
    law: &Law<f64>,
    [across, up]: [[f64; 2]; 2],
) -> Heat {
    let (x, y) = (grid(across), grid(up));
    let mut values = Vec::with_capacity(FIELD * FIELD);
    for y in &y {
        for x in &x {
            let at = Vec2::new(*x, *y);
            let of_a = pressure(a, law.slope_a, law.field, at);
            let of_b = pressure(b, law.slope_b, law.field, at);
            let shared = match (model, of_a > 0.0) {
                (ContactModel::RigidSoft, true) => of_b,
                (ContactModel::RigidSoft, false) => 0.0,
                _ => of_a.min(of_b),
            };
            values.push(if shared > 0.0 { shared } else { f64::NAN });
        }
    }
    Heat::new(&x, &y, &values, "pressure (N/m2)").open()
}

/// A panel for each component, a series for each model.
pub fn along(over: &str, lines: &[Along]) -> Figure {
    let units = ["force x (N)", "force y (N)", "moment (N m)"];
    let panels = COMPONENTS.into_iter().zip(units).map(|(component, label)| {
        let panel = Panel::new().x_label(over).y_label(label);
        let own = lines.iter().filter(|along| along.component == component);
        own.fold(panel, |panel, along| {
            let (x, y) = along.line.pieces();
            panel.series(Series::line(&x, &y).label(along.model))
        })
    });
    Figure::new()
        .lettered()
        .common_legend()
        .row(panels.collect::<Vec<_>>())
        .description(
            "Components of the wrench on body A by each contact model, with a gap at each jump.",
        )
}
