//! From items to shapes: colours, sizes on paper, and the room that a picture needs.

use super::{Course, Instant};
use crate::figure::{Colour, Dash, Marker, Panel, Series, Shape};
use mollify::system::scene::{Form, Item, Role, corners};

/// The ranges of a picture and how large it is on paper.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    pub low: [f64; 2],
    pub high: [f64; 2],
    /// Length on paper of one unit, mm.
    pub scale: f64,
}

/// Largest size of the axes, mm.
const LARGEST: [f64; 2] = [158.0, 105.0];
/// Points of a path: more than a print can show make the file large and nothing else.
const MOST_POINTS: usize = 2001;
/// Radius of a point, mm.
const POINT: f64 = 1.1;
/// Length of an arrow, mm, below which its head would be all there is: force at a distance is everywhere, and mostly hardly any.
const SHORTEST_ARROW: f64 = 0.8;

impl Room {
    /// Room for these points and everything that stands still.
    pub fn of(course: &Course, points: impl IntoIterator<Item = [f64; 2]>) -> Self {
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        let mut hold = |axis: usize, value: f64| {
            if value.is_finite() {
                low[axis] = low[axis].min(value);
                high[axis] = high[axis].max(value);
            }
        };
        for item in &course.geometry.fixed {
            match item.form {
                Form::Vertical(x) => hold(0, x),
                Form::Ground(y) | Form::Horizontal(y) => hold(1, y),
                _ => item.extent().iter().for_each(|p| {
                    hold(0, p[0]);
                    hold(1, p[1]);
                }),
            }
        }
        for point in points {
            hold(0, point[0]);
            hold(1, point[1]);
        }
        Self::around(low, high)
    }

    /// With a margin, and with as much room across as for a body that stays in its place.
    fn around(mut low: [f64; 2], mut high: [f64; 2]) -> Self {
        for axis in 0..2 {
            if low[axis] > high[axis] {
                (low[axis], high[axis]) = (0.0, 0.0);
            }
        }
        let size = [0, 1].map(|i| high[i] - low[i]);
        let largest = size[0].max(size[1]);
        let largest = if largest > 0.0 { largest } else { 1.0 };
        for axis in 0..2 {
            let more = 0.04 * largest + 0.5 * (0.2 * largest - size[axis]).max(0.0);
            low[axis] -= more;
            high[axis] += more;
        }
        let scale = [0, 1].map(|i| LARGEST[i] / (high[i] - low[i]));
        Self {
            low,
            high,
            scale: scale[0].min(scale[1]),
        }
    }

    /// Size of the axes, mm.
    pub fn paper(&self) -> [f64; 2] {
        [0, 1].map(|i| (self.high[i] - self.low[i]) * self.scale)
    }

    /// How far two points are apart, mm.
    fn on_paper(&self, from: [f64; 2], to: [f64; 2]) -> f64 {
        (to[0] - from[0]).hypot(to[1] - from[1]) * self.scale
    }

    /// The radius of a point.
    pub fn point(&self) -> f64 {
        POINT / self.scale
    }

    /// A panel of these ranges, in which a circle is round.
    pub fn panel(&self) -> Panel {
        Panel::new()
            .x_range(self.low[0], self.high[0])
            .y_range(self.low[1], self.high[1])
            .equal_aspect()
    }
}

/// The points of some instants.
pub(super) fn points(instants: &[&Instant], spread: [f64; 2]) -> Vec<[f64; 2]> {
    let each = |(i, instant): (usize, &&Instant)| {
        let points: Vec<[f64; 2]> = instant.items.iter().flat_map(Item::extent).collect();
        let moved = move |p: [f64; 2]| [0, 1].map(|axis| p[axis] + i as f64 * spread[axis]);
        points.into_iter().map(moved)
    };
    instants.iter().enumerate().flat_map(each).collect()
}

/// Depth of what is seen of the ground, mm.
const GROUND: f64 = 2.2;

/// What is below a ground, as far as it is seen; a strip where other instants have their place below.
fn soil(form: &Form, room: &Room, shift: [f64; 2], has_rows: bool) -> Option<Shape> {
    let Form::Ground(height) = form else {
        return None;
    };
    let level = height + shift[1];
    let far = 10.0 * (room.high[0] - room.low[0]);
    let (left, right) = (room.low[0] - far, room.high[0] + far);
    let bottom = match has_rows {
        true => level - GROUND / room.scale,
        false => room.low[1].min(level) - far,
    };
    let corners = [
        (left, level),
        (right, level),
        (right, bottom),
        (left, bottom),
    ];
    Some(Shape::polygon(&corners).fill(Colour::LIGHT_GREY))
}

/// The colour of a body.
pub(super) fn colour(role: Role) -> Colour {
    match role {
        Role::Body(number) => Colour::PALETTE[number % Colour::PALETTE.len()],
        Role::Alert => Colour::VERMILLION,
        Role::Fixed => Colour::GREY,
        Role::Link | Role::Goal => Colour::BLACK,
    }
}

/// An item as a shape, moved by `shift`; none for what is no shape but a line across the panel or a marker.
pub(super) fn shape(item: &Item, room: &Room, shift: [f64; 2], opacity: f64) -> Option<Shape> {
    let shape = outline(&item.form, room, shift)?;
    let line = matches!(item.form, Form::Path(_) | Form::Arrow { .. });
    let colour = colour(item.role);
    let styled = match (&item.form, item.role) {
        (Form::Ground(_), _) => shape.stroke(Colour::GREY).width(1.2),
        (Form::Point(_), Role::Goal) => return None,
        (_, Role::Goal) => shape.stroke(colour).width(0.7).dash(Dash::Dashed),
        (_, Role::Fixed) if line => shape.stroke(colour).width(1.6),
        (Form::Point(_), Role::Fixed) => shape.fill(Colour::GREY),
        (_, Role::Fixed) => shape.fill(Colour::LIGHT_GREY).stroke(colour).width(0.6),
        (_, Role::Link) => shape.stroke(colour).width(0.9),
        _ if line => shape.stroke(colour).width(1.2),
        (_, Role::Alert) => shape.fill(colour).stroke(Colour::BLACK).width(0.9),
        _ => shape.fill(colour).stroke(Colour::BLACK).width(0.4),
    };
    Some(styled.opacity(opacity))
}

fn outline(form: &Form, room: &Room, shift: [f64; 2]) -> Option<Shape> {
    let at = |p: [f64; 2]| (p[0] + shift[0], p[1] + shift[1]);
    let disc = |centre: [f64; 2], radius: f64| {
        let (x, y) = at(centre);
        Shape::circle(x, y, radius)
    };
    Some(match form {
        Form::Circle { centre, radius } => disc(*centre, *radius),
        Form::Rectangle {
            centre,
            size,
            angle,
        } => Shape::polygon(&corners(*centre, *size, *angle).map(at)),
        Form::Polygon(points) => {
            let points: Vec<(f64, f64)> = points.iter().map(|p| at(*p)).collect();
            Shape::polygon(&points)
        }
        Form::Point(centre) => disc(*centre, room.point()),
        Form::Path(points) => {
            let points: Vec<(f64, f64)> = points.iter().map(|p| at(*p)).collect();
            Shape::path(&points)
        }
        Form::Arrow { from, to } if room.on_paper(*from, *to) < SHORTEST_ARROW => return None,
        Form::Arrow { from, to } => Shape::arrow(at(*from), at(*to)),
        Form::Ground(height) => {
            let level = height + shift[1];
            // Far beyond both ends, where the panel cuts it off.
            let far = 10.0 * (room.high[0] - room.low[0]);
            Shape::path(&[(room.low[0] - far, level), (room.high[0] + far, level)])
        }
        Form::Vertical(_) | Form::Horizontal(_) => return None,
    })
}

/// What stands still: shapes, lines across the panel, and markers of goals. Shapes are repeated for `copies` shifts.
pub(super) fn surroundings(
    mut panel: Panel,
    course: &Course,
    room: &Room,
    shifts: &[[f64; 2]],
) -> Panel {
    for item in &course.geometry.fixed {
        panel = match item.form {
            Form::Vertical(x) => panel.vertical(x, item.name),
            Form::Horizontal(y) => panel.horizontal(y, item.name),
            Form::Point([x, y]) if item.role == Role::Goal => {
                let goal = Series::points(&[x], &[y])
                    .marker(Marker::Cross)
                    .colour(Colour::BLACK);
                panel.series(goal.label(item.name))
            }
            _ => {
                let has_rows = shifts.iter().any(|s| s[1] != 0.0);
                let below = |s: &[f64; 2]| soil(&item.form, room, *s, has_rows);
                // Where all have one ground it is filled once.
                let grounds = if has_rows { shifts.len() } else { 1 };
                panel = panel.shapes(shifts.iter().take(grounds).filter_map(below));
                let copies = shifts.iter().filter_map(|s| shape(item, room, *s, 1.0));
                let name = |shape: Shape| match item.name {
                    "" => shape,
                    name => shape.label(name),
                };
                panel.shapes(copies.map(name))
            }
        };
    }
    panel
}

/// The outline alone, so that a body stays seen under one that is drawn later.
pub(super) fn rim(item: &Item, room: &Room, opacity: f64) -> Option<Shape> {
    let is_body = matches!(item.role, Role::Body(_) | Role::Alert);
    let is_area = matches!(
        item.form,
        Form::Rectangle { .. } | Form::Polygon(_) | Form::Circle { .. }
    );
    let outline = (is_body && is_area).then(|| outline(&item.form, room, [0.0; 2]));
    outline
        .flatten()
        .map(|shape| shape.stroke(Colour::BLACK).width(0.4).opacity(opacity))
}

/// The paths of all traced items as pairs of coordinates, with their names and roles; a new motion leaves a gap.
pub(super) fn traces(course: &Course) -> Vec<Trace> {
    let first = &course.instants[0].items;
    let traced = first.iter().enumerate().filter(|(_, i)| i.traced.is_some());
    traced
        .map(|(index, item)| {
            let mut trace = Trace {
                name: item.name,
                colour: colour(item.role),
                time: Vec::new(),
                at: [Vec::new(), Vec::new()],
            };
            let mut step = 0;
            for instant in course.spaced(MOST_POINTS) {
                let passed = step..instant.step;
                let is_put = course.breaks.iter().any(|b| passed.contains(b));
                if is_put || course.geometry.instants > 1 && instant.step != step {
                    trace.push(instant.time, [f64::NAN; 2]);
                }
                step = instant.step;
                let point = instant.items.get(index).and_then(|i| i.traced);
                trace.push(instant.time, point.unwrap_or([f64::NAN; 2]));
            }
            trace
        })
        .collect()
}

/// The path of one item.
pub(super) struct Trace {
    pub name: &'static str,
    pub colour: Colour,
    pub time: Vec<f64>,
    pub at: [Vec<f64>; 2],
}

impl Trace {
    fn push(&mut self, time: f64, at: [f64; 2]) {
        self.time.push(time);
        self.at[0].push(at[0]);
        self.at[1].push(at[1]);
    }

    /// As a line, in its colour.
    pub fn line(&self, x: &[f64], y: &[f64]) -> Series {
        Series::line(x, y)
            .colour(self.colour)
            .dash(Dash::Solid)
            .width(0.9)
    }
}

/// The lines of another course, to compare with: grey and dotted, under one name.
pub(super) fn faint(x: &[f64], y: &[f64], name: &str) -> Series {
    Series::line(x, y)
        .colour(Colour::GREY)
        .dash(Dash::Dotted)
        .width(1.1)
        .label(name)
}

/// The label of an axis.
pub(super) fn axis_label(coordinate: mollify::system::Coordinate<&str>) -> String {
    format!("{} ({})", coordinate.name, coordinate.unit)
}
