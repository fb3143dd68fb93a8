//! Which colour is what, in a place where there are no data.

use super::colour::Colour;
use super::font;
use super::free::is_free;
use super::mark::{Anchor, Mark, Pen, Point, Rect, Text};
use super::panel::Panel;
use super::series::{Kind, Style};
use super::shape::Shape;
use super::symbol::symbol;

/// Size of its text.
pub(super) const SIZE: f64 = 7.5;
/// Distance of its lines.
pub(super) const LINE: f64 = 10.5;
const SAMPLE: f64 = 18.0;
const GAP: f64 = 4.0;
const BETWEEN: f64 = 12.0;

/// One name and how it looks.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    label: String,
    look: Look,
}

#[derive(Clone, Debug)]
enum Look {
    Series {
        style: Style,
        kind: Kind,
        band: bool,
        marker: bool,
    },
    Shape(Box<Shape>),
}

/// The named series and shapes of a panel.
pub(super) fn entries(panel: &Panel) -> Vec<Entry> {
    let series = panel.series.iter().enumerate().filter_map(|(place, s)| {
        Some(Entry {
            label: s.label.clone()?,
            look: Look::Series {
                style: Style::of(s, place),
                kind: s.kind,
                band: s.spread.is_some() && !s.whiskers,
                marker: s.marker.is_some() || matches!(s.kind, Kind::Points | Kind::Strip),
            },
        })
    });
    let shapes = panel.shapes.iter().filter_map(|s| {
        Some(Entry {
            label: s.label.clone()?,
            look: Look::Shape(Box::new(s.clone())),
        })
    });
    let mut all: Vec<Entry> = Vec::new();
    for entry in series.chain(shapes) {
        if all.iter().all(|e| e.label != entry.label) {
            all.push(entry);
        }
    }
    all
}

/// Adds those whose names are not there yet.
pub(super) fn merge(all: &mut Vec<Entry>, more: Vec<Entry>) {
    for entry in more {
        if all.iter().all(|e| e.label != entry.label) {
            all.push(entry);
        }
    }
}

fn width(entry: &Entry) -> f64 {
    SAMPLE + GAP + font::width(&entry.label, SIZE, false)
}

/// A box of one column.
fn size(entries: &[Entry]) -> (f64, f64) {
    let widths = entries.iter().map(width);
    (widths.fold(0.0, f64::max), LINE * entries.len() as f64)
}

/// The place inside `rect` that meets nothing, if there is one: corners first, then the middles of the sides.
pub(super) fn place(
    entries: &[Entry],
    rect: &Rect,
    marks: &[Mark],
    taken: &[Rect],
) -> Option<Rect> {
    let (w, h) = size(entries);
    let inner = rect.grown(-4.0);
    let (left, right) = (inner.left, inner.right() - w);
    let (top, bottom) = (inner.top, inner.bottom() - h);
    let (middle, centre) = ((left + right) / 2.0, (top + bottom) / 2.0);
    let places = [
        (right, top),
        (left, top),
        (right, bottom),
        (left, bottom),
        (right, centre),
        (left, centre),
        (middle, top),
        (middle, bottom),
    ];
    let boxes = places.map(|(x, y)| Rect::new(x, y, w, h));
    boxes.into_iter().find(|b| {
        let room = b.grown(2.0);
        inner.grown(0.1).contains(b)
            && is_free(&room, marks)
            && !taken.iter().any(|t| t.overlaps(&room))
    })
}

/// Draws a column into its box.
pub(super) fn draw_column(entries: &[Entry], at: &Rect, marks: &mut Vec<Mark>) {
    for (i, entry) in entries.iter().enumerate() {
        draw(entry, (at.left, at.top + LINE * (i as f64 + 0.5)), marks);
    }
}

/// Which entries stand side by side above axes of this width.
fn lines(entries: &[Entry], available: f64) -> Vec<Vec<&Entry>> {
    let mut lines: Vec<Vec<&Entry>> = Vec::new();
    let mut used = f64::INFINITY;
    for entry in entries {
        let w = width(entry) + BETWEEN;
        match lines.last_mut() {
            Some(line) if used + w - BETWEEN <= available => line.push(entry),
            _ => {
                lines.push(vec![entry]);
                used = 0.0;
            }
        }
        used += w;
    }
    lines
}

/// The height of the legend above axes of this width.
pub(super) fn height_above(entries: &[Entry], available: f64) -> f64 {
    LINE * lines(entries, available).len() as f64
}

/// Draws lines of entries downwards from `top`.
pub(super) fn draw_above(
    entries: &[Entry],
    left: f64,
    top: f64,
    available: f64,
    marks: &mut Vec<Mark>,
) {
    for (i, line) in lines(entries, available).into_iter().enumerate() {
        let mut x = left;
        for entry in line {
            draw(entry, (x, top + LINE * (i as f64 + 0.5)), marks);
            x += width(entry) + BETWEEN;
        }
    }
}

/// One entry; `at` is the middle of its left side.
fn draw(entry: &Entry, at: Point, marks: &mut Vec<Mark>) {
    let swatch = Rect::new(at.0, at.1 - 3.2, SAMPLE, 6.4);
    let (from, to) = ((at.0, at.1), (at.0 + SAMPLE, at.1));
    match &entry.look {
        Look::Series {
            style,
            kind,
            band,
            marker,
        } => {
            if *band {
                marks.push(Mark::fill(swatch.outline(), style.colour, 0.2));
            }
            match kind {
                Kind::Line | Kind::Step => {
                    let pen = Pen {
                        dash: style.dash.pattern(),
                        ..Pen::solid(style.colour, style.width)
                    };
                    marks.push(Mark::segment(from, to, pen));
                }
                Kind::Bars => marks.push(Mark::fill(swatch.outline(), style.colour, 0.85)),
                Kind::Points | Kind::Strip | Kind::Band => {}
            }
            if *marker {
                let centre = (at.0 + SAMPLE / 2.0, at.1);
                marks.push(symbol(style.marker, centre, 2.2, style.colour, 1.0));
            }
        }
        Look::Shape(shape) => {
            let pen = shape.stroke.map(|colour| Pen {
                colour,
                width: shape.width,
                dash: shape.dash.pattern(),
                opacity: shape.opacity,
            });
            marks.push(match shape.fill {
                Some(colour) => Mark::Path {
                    outline: swatch.outline(),
                    fill: Some((colour, shape.opacity)),
                    pen,
                    crisp: false,
                },
                None => Mark::segment(from, to, pen.unwrap_or(Pen::solid(Colour::INK, 1.0))),
            });
        }
    }
    let text = (at.0 + SAMPLE + GAP, at.1 + 0.35 * SIZE);
    marks.push(Mark::Text(Text::new(
        entry.label.as_str(),
        text,
        SIZE,
        Anchor::Start,
    )));
}
