//! Several instants of a course in one picture, early ones faint.

use super::looks::{Room, axis_label, faint, points, rim, shape, surroundings, traces};
use super::{Course, Instant};
use crate::figure::{Colour, Figure, Legend, Panel};
use mollify::system::scene::{Form, Item, Role};

/// How many instants a picture in the plane shows, and one whose instants stand in rows or columns.
const IN_PLANE: usize = 9;
const IN_ROWS: usize = 6;
const IN_COLUMNS: usize = 11;

/// Instants at which something is hit, of the hardest.
const MOST_HITS: usize = 2;

/// Around the axes, mm: room for labels.
const MARGIN: f64 = 20.0;
/// A title of 60 characters fits.
const NARROWEST: f64 = 125.0;

/// The stroboscopic picture of a course, with the paths of its bodies. `other` is another course to compare with and its
/// name: its paths are dotted. A system that moves along one line has its instants in rows or columns, and below them
/// its positions against time.
pub fn still(course: &Course, other: Option<(&str, &Course)>, title: &str) -> Figure {
    let figure = match course.spread_axis() {
        None => in_plane(course, other, title),
        Some(axis) => along_line(course, other, title, axis),
    };
    figure.description(format!("{title}: the trajectory at several instants."))
}

/// A figure that is as wide as the panel needs.
pub(super) fn framed(room: &Room, panel: Panel) -> Figure {
    let [width, height] = room.paper();
    Figure::new()
        .width_mm((width + MARGIN).max(NARROWEST))
        .row_of_height(height, [panel])
}

fn in_plane(course: &Course, other: Option<(&str, &Course)>, title: &str) -> Figure {
    let room = room_in_plane(course, other);
    let even = course.spaced(IN_PLANE);
    let chosen = course.with_hits(&even, MOST_HITS);
    let mut panel = plane(course, other, &room).title(title);
    if let Some(every) = interval(course, &even) {
        let across = axis_label(course.geometry.axes[0]);
        let hits = if chosen.len() > even.len() {
            ", and the hits"
        } else {
            ""
        };
        panel = panel.x_label(format!("{across}; an instant every {every}{hits}"));
    }
    // One item after the other, so that no large one hides the earlier places of another.
    for number in 0..chosen[0].items.len() {
        for (i, instant) in chosen.iter().enumerate() {
            let item = instant.items.get(number);
            let drawn = |item: &Item| {
                let shape = shape(item, &room, [0.0; 2], fading(i, &chosen))?;
                // The names are those of the last instant, which is not faint; paths have theirs.
                let named = i + 1 == chosen.len() && !item.name.is_empty() && item.traced.is_none();
                Some(if named { shape.label(item.name) } else { shape })
            };
            panel = panel.shapes(item.and_then(drawn));
        }
        // Where a later place covers an earlier one.
        let earlier = chosen.iter().enumerate().take(chosen.len() - 1);
        panel =
            panel.shapes(earlier.filter_map(|(i, instant)| {
                rim(instant.items.get(number)?, &room, fading(i, &chosen))
            }));
    }
    framed(&room, panel)
}

/// The time between the instants, where it is one in seconds.
fn interval(course: &Course, chosen: &[&Instant]) -> Option<String> {
    let (first, last) = (chosen.first()?, chosen.last()?);
    // Several motions one after the other are not one.
    let several = course.geometry.instants > 1 && first.step != last.step;
    let (first, last) = (first.time, last.time);
    let mean = (last - first) / (chosen.len() - 1).max(1) as f64;
    let even = |pair: &[&Instant]| (pair[1].time - pair[0].time - mean).abs() < 0.1 * mean;
    let regular = !several && course.geometry.time_unit == "s" && chosen.windows(2).all(even);
    regular.then(|| format!("{} s", short(mean, mean)))
}

/// Room for all instants of both courses.
pub(super) fn room_in_plane(course: &Course, other: Option<(&str, &Course)>) -> Room {
    let both = [Some(course), other.map(|(_, course)| course)];
    let all: Vec<&Instant> = both
        .into_iter()
        .flatten()
        .flat_map(|c| &c.instants)
        .collect();
    Room::of(course, points(&all, [0.0; 2]))
}

/// What stands still and the paths.
pub(super) fn plane(course: &Course, other: Option<(&str, &Course)>, room: &Room) -> Panel {
    let [x, y] = course.geometry.axes;
    let mut panel = room.panel().x_label(axis_label(x)).y_label(axis_label(y));
    panel = surroundings(panel, course, room, &[[0.0; 2]]);
    if course.spread_axis().is_some() {
        // Paths along one line show nothing that the plot against time does not.
        return panel;
    }
    for trace in other.iter().flat_map(|(_, course)| traces(course)) {
        let name = other.map_or("", |(name, _)| name);
        panel = panel.series(faint(&trace.at[0], &trace.at[1], name));
    }
    for trace in traces(course) {
        let line = trace.line(&trace.at[0], &trace.at[1]);
        panel = panel.series(line.label(trace.name));
    }
    panel
}

/// From faint to full.
fn fading(i: usize, chosen: &[&Instant]) -> f64 {
    let (place, count) = (i as f64 + 1.0, chosen.len() as f64);
    0.1 + 0.9 * place / count
}

fn along_line(course: &Course, other: Option<(&str, &Course)>, title: &str, axis: usize) -> Figure {
    let count = if axis == 0 { IN_COLUMNS } else { IN_ROWS };
    let chosen = course.spaced(count);
    let spread = course.geometry.spread;
    let shifts: Vec<[f64; 2]> = (0..chosen.len())
        .map(|i| spread.map(|s| s * i as f64))
        .collect();
    let room = Room::of(course, points(&chosen, spread));
    let labels = course.geometry.axes.map(axis_label);
    let mut panel = surroundings(room.panel().title(title), course, &room, &shifts);
    for (i, instant) in chosen.iter().enumerate() {
        for item in &instant.items {
            let drawn = shape(item, &room, shifts[i], fading(i, &chosen));
            // The names are those of the last instant, which is not faint.
            let named = i + 1 == chosen.len() && !item.name.is_empty();
            panel = panel.shapes(drawn.map(|s| if named { s.label(item.name) } else { s }));
        }
    }
    let end = chosen.last().map_or(0.0, |instant| instant.time);
    let ticks = shifts.iter().zip(&chosen);
    let ticks = ticks.map(|(shift, instant)| (shift[axis], short(instant.time, end)));
    let time = format!("time ({})", course.geometry.time_unit);
    let [x_label, y_label] = labels;
    panel = match axis {
        0 => panel.x_ticks(ticks).x_label(time).y_label(y_label),
        _ => panel.y_ticks(ticks).y_label(time).x_label(x_label),
    };
    framed(&room, panel.legend(Legend::Above))
        .row_of_height(45.0, [against_time(course, other, axis)])
}

/// Positions along the line against time, for a system whose instants are spread along `axis`.
pub(super) fn against_time(course: &Course, other: Option<(&str, &Course)>, axis: usize) -> Panel {
    let along = 1 - axis;
    let mut panel = Panel::new()
        .x_label(format!("time ({})", course.geometry.time_unit))
        .y_label(axis_label(course.geometry.axes[along]));
    for item in &course.geometry.fixed {
        panel = match (item.role, &item.form) {
            (Role::Goal, Form::Vertical(at) | Form::Horizontal(at)) => {
                panel.horizontal(*at, item.name)
            }
            _ => panel,
        };
    }
    for trace in other.iter().flat_map(|(_, course)| traces(course)) {
        let name = other.map_or("", |(name, _)| name);
        panel = panel.series(faint(&trace.time, &trace.at[along], name));
    }
    for trace in traces(course) {
        let line = trace.line(&trace.time, &trace.at[along]);
        panel = panel.series(line.label(trace.name));
    }
    let end = course.instants.last().map_or(0.0, |i| i.time);
    match end > 0.0 {
        true => panel.x_range(0.0, end),
        false => panel,
    }
}

/// The line that goes with time in a plot against time.
pub(super) fn cursor(time: f64, low: f64, high: f64) -> crate::figure::Shape {
    crate::figure::Shape::path(&[(time, low), (time, high)])
        .stroke(Colour::BLACK)
        .width(0.8)
}

/// A time with as many decimals as `scale` has at three digits.
fn short(time: f64, scale: f64) -> String {
    let decimals = match scale > 0.0 {
        true => (2.0 - libm::floor(libm::log10(scale))).clamp(0.0, 9.0) as usize,
        false => 0,
    };
    let text = format!("{time:.decimals$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_string(),
        false => text,
    }
}
