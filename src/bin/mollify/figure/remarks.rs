//! Labels of reference lines and of points, each in a place of its own.

use super::colour::Colour;
use super::font;
use super::frame::{Frame, SMALL};
use super::free::is_free;
use super::mark::{Anchor, Mark, Point, Rect, Text};

impl Frame<'_> {
    /// Labels of reference lines and remarks, each where it meets the least of `data` and of the others.
    pub fn remarks(&self, data: &[Mark]) -> Vec<Mark> {
        let mut placed: Vec<Rect> = Vec::new();
        let mut marks = Vec::new();
        for (content, places) in self.wanted() {
            let boxes: Vec<(Text, Rect)> = places
                .into_iter()
                .map(|(at, anchor)| {
                    let text = Text::new(content, at, SMALL, anchor);
                    let bounds = font::bounds(&text);
                    (text, bounds)
                })
                .collect();
            let inside = |b: &Rect| self.view.rect.grown(1.0).contains(b);
            let apart = |b: &Rect| !placed.iter().any(|p| p.overlaps(&b.grown(1.0)));
            let found = boxes
                .iter()
                .find(|(_, b)| inside(b) && apart(b) && is_free(b, data))
                .or_else(|| boxes.iter().find(|(_, b)| inside(b) && apart(b)))
                .or(boxes.first());
            if let Some((text, bounds)) = found {
                placed.push(*bounds);
                let paper = bounds.grown(0.5).outline();
                marks.push(Mark::fill(paper, Colour::WHITE, 0.75));
                marks.push(Mark::Text(text.clone()));
            }
        }
        marks
    }

    /// Every text with the places it may have, best first.
    fn wanted(&self) -> Vec<(&str, Vec<(Point, Anchor)>)> {
        let rect = self.view.rect;
        let mut all: Vec<(&str, Vec<(Point, Anchor)>)> = Vec::new();
        for line in self.panel.verticals.iter().filter(|r| !r.label.is_empty()) {
            if let Some(x) = self.view.x_at(line.at) {
                let rows = (0..8).map(|row| rect.top + 6.5 + 9.0 * f64::from(row));
                let sides = |y| [((x + 2.5, y), Anchor::Start), ((x - 2.5, y), Anchor::End)];
                all.push((&line.label, rows.flat_map(sides).collect()));
            }
        }
        for line in self
            .panel
            .horizontals
            .iter()
            .filter(|r| !r.label.is_empty())
        {
            if let Some(y) = self.view.y_at(line.at) {
                let ends = [
                    (rect.right() - 2.0, Anchor::End),
                    (rect.left + 3.0, Anchor::Start),
                    (rect.left + rect.width / 2.0, Anchor::Middle),
                ];
                let sides = |(x, anchor)| [((x, y - 2.8), anchor), ((x, y + 7.2), anchor)];
                all.push((&line.label, ends.into_iter().flat_map(sides).collect()));
            }
        }
        for remark in &self.panel.annotations {
            if let Some((x, y)) = self.view.at(remark.at) {
                let places = vec![
                    ((x + 4.0, y + 2.5), Anchor::Start),
                    ((x - 4.0, y + 2.5), Anchor::End),
                    ((x, y - 5.0), Anchor::Middle),
                    ((x, y + 10.0), Anchor::Middle),
                    ((x + 4.0, y - 5.0), Anchor::Start),
                    ((x - 4.0, y - 5.0), Anchor::End),
                    ((x + 4.0, y + 10.0), Anchor::Start),
                    ((x - 4.0, y + 10.0), Anchor::End),
                ];
                all.push((&remark.text, places));
            }
        }
        all
    }
}
