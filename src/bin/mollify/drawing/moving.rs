//! A course as an animation.

use super::looks::{shape, traces};
use super::still::{against_time, cursor, framed, plane, room_in_plane};
use super::{Course, Instant};
use crate::figure::{Animation, Shape};
use mollify::system::scene::{Form, Item};

/// More frames than a screen shows in a few seconds make the file large and nothing else.
const MOST_FRAMES: usize = 201;

/// How faint the bodies of the other course are.
const GHOST: f64 = 0.22;

/// The animation of a course; `other` moves along, faint. See [`super::still()`].
pub fn animation(course: &Course, other: Option<(&str, &Course)>, title: &str) -> Animation {
    let chosen = course.spaced(MOST_FRAMES);
    let room = room_in_plane(course, other);
    let drawn = |items: &[Item], opacity: f64| -> Vec<Shape> {
        let shapes = items.iter();
        shapes
            .filter_map(|item| shape(item, &room, [0.0; 2], opacity))
            .collect()
    };
    let frame = |instant: &&Instant| {
        let ghost = other.map(|(_, course)| drawn(&course.at(instant.time).items, GHOST));
        let mut shapes = ghost.unwrap_or_default();
        shapes.extend(drawn(&instant.items, 1.0));
        shapes
    };
    let panel = plane(course, other, &room)
        .title(title)
        .frames(chosen.iter().map(frame));
    let mut figure = framed(&room, panel);
    if let Some(axis) = course.spread_axis() {
        let (low, high) = range(course, other, 1 - axis);
        let cursors = chosen.iter().map(|i| vec![cursor(i.time, low, high)]);
        let below = against_time(course, other, axis)
            .y_range(low, high)
            .frames(cursors);
        figure = figure.row_of_height(40.0, [below]);
    }
    let times: Vec<f64> = chosen.iter().map(|i| i.time).collect();
    let description = format!("{title}: the trajectory in motion.");
    Animation::new(
        figure.description(description),
        &times,
        course.geometry.time_unit,
        title,
    )
}

/// The least and the largest position along the line, goals among them, with a margin.
fn range(course: &Course, other: Option<(&str, &Course)>, along: usize) -> (f64, f64) {
    let both = [Some(course), other.map(|(_, course)| course)];
    let all = both.into_iter().flatten().flat_map(traces);
    let goals = course.geometry.fixed.iter().filter_map(|i| match i.form {
        Form::Vertical(at) if along == 0 => Some(at),
        Form::Horizontal(at) if along == 1 => Some(at),
        _ => None,
    });
    let values = all.flat_map(|trace| trace.at[along].clone()).chain(goals);
    let (low, high) = values
        .filter(|v| v.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
            (low.min(v), high.max(v))
        });
    let margin = 0.06 * (high - low);
    (low - margin, high + margin)
}
