//! What stands around and about the data of a panel: axes, ticks, labels, title, remarks, colour bar.

use super::colour::Colour;
use super::font;
use super::heat::{Heat, LEVELS};
use super::mark::{Anchor, Mark, Pen, Rect, Text};
use super::panel::Panel;
use super::ticks::Ticks;
use super::view::View;

pub(super) const LABEL: f64 = 8.0;
pub(super) const TICK: f64 = 7.5;
pub(super) const SMALL: f64 = 7.0;
const TITLE: f64 = 8.5;
const TICK_LENGTH: f64 = 2.8;
/// From the end of a tick to its label.
const TICK_GAP: f64 = 2.0;
const BAR_GAP: f64 = 7.0;
const BAR_WIDTH: f64 = 8.0;
/// Turn of category names that are too wide.
const SLANT: f64 = 40.0;

/// Room that a panel needs around its axes, in points.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Margins {
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
}

/// A panel in its place.
pub(super) struct Frame<'a> {
    pub panel: &'a Panel,
    pub view: View,
    /// Whether numbers and label of the axis are written, or stand at a neighbour.
    pub show_x: bool,
    pub show_y: bool,
    /// `(a)`
    pub letter: Option<String>,
    /// Height of a legend above the axes.
    pub legend_above: f64,
}

impl Frame<'_> {
    fn x_ticks(&self) -> Ticks {
        let names = &self.panel.categories;
        if !names.is_empty() {
            let at = |i: usize| i as f64;
            return Ticks::named(names.iter().enumerate().map(|(i, name)| (at(i), name)));
        }
        match self.panel.x.ticks.as_slice() {
            [] => self.view.ticks(TICK).0,
            named => Ticks::named(named.iter().map(|(at, name)| (*at, name))),
        }
    }

    fn y_ticks(&self) -> Ticks {
        match self.panel.y.ticks.as_slice() {
            [] => self.view.ticks(TICK).1,
            named => Ticks::named(named.iter().map(|(at, name)| (*at, name))),
        }
    }

    fn slanted(&self, ticks: &Ticks) -> bool {
        let slot = self.view.rect.width / self.panel.categories.len().max(1) as f64;
        !self.panel.categories.is_empty() && ticks.width(TICK) > slot - 3.0
    }

    /// Height of the line of remarks right above the axes.
    pub fn remarks_height(&self) -> f64 {
        let factor = self.show_y && !self.panel.bare && self.y_ticks().factor.is_some();
        if factor || self.panel.left_out() > 0 {
            9.5
        } else {
            0.0
        }
    }

    fn title(&self) -> Option<String> {
        match (&self.letter, &self.panel.title) {
            (None, None) => None,
            (Some(letter), None) => Some(letter.clone()),
            (None, Some(title)) => Some(title.clone()),
            (Some(letter), Some(title)) => Some(format!("{letter} {title}")),
        }
    }

    /// What it needs around its axes.
    pub fn margins(&self) -> Margins {
        let (x, y) = (self.x_ticks(), self.y_ticks());
        let title = if self.title().is_some() {
            TITLE + 4.5
        } else {
            0.0
        };
        let mut margins = Margins {
            left: 1.0,
            right: 1.0,
            top: 3.0 + self.remarks_height() + self.legend_above + title,
            bottom: 1.0,
        };
        if !self.panel.bare {
            self.axis_margins(&x, &y, &mut margins);
        }
        if let Some(heat) = &self.panel.heat {
            let ticks = self.bar_ticks(heat);
            margins.right = BAR_GAP + BAR_WIDTH + TICK_LENGTH + TICK_GAP + ticks.width(TICK) + 14.0;
        }
        margins
    }

    fn axis_margins(&self, x: &Ticks, y: &Ticks, margins: &mut Margins) {
        margins.left = TICK_LENGTH + 1.0;
        margins.bottom = TICK_LENGTH + 1.0;
        if self.show_y {
            margins.left += TICK_GAP + y.width(TICK);
            if !self.panel.y.label.is_empty() {
                margins.left += LABEL + 4.5;
            }
        }
        if !self.show_x {
            return;
        }
        let lean = SLANT.to_radians();
        let slanted = self.slanted(x);
        margins.bottom += TICK_GAP
            + match slanted {
                true => x.width(TICK) * libm::sin(lean) + TICK,
                false => TICK,
            };
        for tick in &x.ticks {
            let at = self.view.x.share(tick.at).unwrap_or(0.5) * self.view.rect.width;
            let width = font::width(&tick.label, TICK, false);
            match slanted {
                true => margins.left = margins.left.max(width * libm::cos(lean) - at + 4.0),
                false => {
                    margins.right = margins
                        .right
                        .max(at + width / 2.0 - self.view.rect.width + 1.0);
                    margins.left = margins.left.max(width / 2.0 - at + 1.0);
                }
            }
        }
        if !self.panel.x.label.is_empty() || x.factor.is_some() {
            margins.bottom += LABEL + 3.5;
        }
    }

    /// Ticks, axes, labels and title.
    pub fn draw(&self, marks: &mut Vec<Mark>) {
        if !self.panel.bare {
            self.draw_axes(marks);
        }
        if let Some(heat) = &self.panel.heat {
            self.draw_bar(heat, marks);
        }
        let rect = &self.view.rect;
        let lost = self.panel.left_out();
        if lost > 0 {
            let values = if lost == 1 { "value" } else { "values" };
            let content = format!("{lost} {values} ≤ 0 left out");
            let at = (rect.right(), rect.top - 3.5);
            marks.push(Mark::Text(Text {
                colour: Colour::GREY,
                ..Text::new(content, at, SMALL, Anchor::End)
            }));
        }
        if let Some(title) = self.title() {
            let up = 5.0 + self.remarks_height() + self.legend_above;
            let at = (rect.left, rect.top - up);
            marks.push(Mark::Text(Text {
                bold: true,
                ..Text::new(title, at, TITLE, Anchor::Start)
            }));
        }
    }

    fn draw_axes(&self, marks: &mut Vec<Mark>) {
        let rect = self.view.rect;
        let pen = || Pen::solid(Colour::INK, 0.6);
        let corner = (rect.left, rect.bottom());
        marks.push(Mark::segment((rect.left, rect.top), corner, pen()));
        marks.push(Mark::segment(corner, (rect.right(), rect.bottom()), pen()));
        self.draw_x(rect, marks);
        self.draw_y(rect, marks);
    }

    fn draw_x(&self, rect: Rect, marks: &mut Vec<Mark>) {
        let ticks = self.x_ticks();
        let slanted = self.slanted(&ticks);
        for tick in &ticks.ticks {
            let Some(x) = self.view.x_at(tick.at) else {
                continue;
            };
            let length = length_of(&tick.label);
            let pen = Pen::solid(Colour::INK, 0.6);
            let end = (x, rect.bottom() + length);
            marks.push(Mark::segment((x, rect.bottom()), end, pen));
            if !self.show_x || tick.label.is_empty() {
                continue;
            }
            let base = rect.bottom() + TICK_LENGTH + TICK_GAP + 0.75 * TICK;
            marks.push(Mark::Text(match slanted {
                true => Text {
                    turn: -SLANT,
                    ..Text::new(tick.label.as_str(), (x + 2.0, base), TICK, Anchor::End)
                },
                false => Text::new(tick.label.as_str(), (x, base), TICK, Anchor::Middle),
            }));
        }
        if !self.show_x {
            return;
        }
        let below = rect.bottom() + self.margins().bottom - 3.0;
        let middle = (rect.left + rect.width / 2.0, below);
        let label = Text::new(self.panel.x.label.as_str(), middle, LABEL, Anchor::Middle);
        if let Some(factor) = ticks.factor {
            let at = (rect.right(), below);
            marks.push(Mark::Text(Text::new(factor, at, TICK, Anchor::End)));
        }
        marks.push(Mark::Text(label));
    }

    fn draw_y(&self, rect: Rect, marks: &mut Vec<Mark>) {
        let ticks = self.y_ticks();
        for tick in &ticks.ticks {
            let Some(y) = self.view.y_at(tick.at) else {
                continue;
            };
            let pen = Pen::solid(Colour::INK, 0.6);
            let end = (rect.left - length_of(&tick.label), y);
            marks.push(Mark::segment((rect.left, y), end, pen));
            if self.show_y && !tick.label.is_empty() {
                let at = (rect.left - TICK_LENGTH - TICK_GAP, y + 0.36 * TICK);
                marks.push(Mark::Text(Text::new(
                    tick.label.as_str(),
                    at,
                    TICK,
                    Anchor::End,
                )));
            }
        }
        if !self.show_y {
            return;
        }
        let left = rect.left - TICK_LENGTH - TICK_GAP - ticks.width(TICK) - 5.0;
        let middle = (left, rect.top + rect.height / 2.0);
        marks.push(Mark::Text(Text {
            turn: -90.0,
            ..Text::new(self.panel.y.label.as_str(), middle, LABEL, Anchor::Middle)
        }));
        if let Some(factor) = ticks.factor {
            let at = (rect.left - TICK_LENGTH, rect.top - 3.5);
            marks.push(Mark::Text(Text::new(factor, at, TICK, Anchor::Start)));
        }
    }

    fn bar_ticks(&self, heat: &Heat) -> Ticks {
        Ticks::of(
            &heat.axis(),
            (self.view.rect.height / 20.0).clamp(2.0, 8.0) as usize,
        )
    }

    fn draw_bar(&self, heat: &Heat, marks: &mut Vec<Mark>) {
        let rect = self.view.rect;
        let (left, axis) = (rect.right() + BAR_GAP, heat.axis());
        let up = |share: f64| rect.bottom() - share * rect.height;
        for level in 0..LEVELS {
            let (low, high) = (
                level as f64 / LEVELS as f64,
                (level + 1) as f64 / LEVELS as f64,
            );
            let cell = Rect::new(left, up(high), BAR_WIDTH, up(low) - up(high));
            marks.push(Mark::Path {
                outline: cell.outline(),
                fill: heat.colour(Some(level)).map(|colour| (colour, 1.0)),
                pen: None,
                crisp: true,
            });
        }
        let ticks = self.bar_ticks(heat);
        let right = left + BAR_WIDTH;
        for tick in ticks.ticks.iter().filter(|t| !t.label.is_empty()) {
            let y = up(axis.share(tick.at).unwrap_or(0.0));
            let pen = Pen::solid(Colour::INK, 0.6);
            marks.push(Mark::segment((right, y), (right + TICK_LENGTH, y), pen));
            let at = (right + TICK_LENGTH + TICK_GAP, y + 0.36 * TICK);
            marks.push(Mark::Text(Text::new(
                tick.label.as_str(),
                at,
                TICK,
                Anchor::Start,
            )));
        }
        let label = match &ticks.factor {
            Some(factor) => format!("{} ({factor})", heat.label),
            None => heat.label.clone(),
        };
        let beyond = right + TICK_LENGTH + TICK_GAP + ticks.width(TICK) + 11.0;
        let at = (beyond, rect.top + rect.height / 2.0);
        marks.push(Mark::Text(Text {
            turn: -90.0,
            ..Text::new(label, at, LABEL, Anchor::Middle)
        }));
    }
}

fn length_of(label: &str) -> f64 {
    if label.is_empty() {
        0.6 * TICK_LENGTH
    } else {
        TICK_LENGTH
    }
}
