//! Bars and strips: series side by side within each category, which is 1 wide.

use super::colour::Colour;
use super::mark::{Mark, Pen, polygon};
use super::series::{Series, Style};
use super::symbol::symbol;
use super::view::View;

impl View {
    /// The middle of the place of one of several series within a category, and its half width, in categories.
    fn slot(place: (usize, usize)) -> (f64, f64) {
        let width = 0.76 / place.1.max(1) as f64;
        let shift = (place.0 as f64 + 0.5) * width - 0.38;
        (shift, 0.46 * width)
    }

    pub fn bars(
        &self,
        series: &Series,
        style: Style,
        place: (usize, usize),
        marks: &mut Vec<Mark>,
    ) {
        let (shift, half) = Self::slot(place);
        let bottom = self.end_at(0.0).unwrap_or(self.rect.bottom());
        for (i, (x, y)) in series.x.iter().zip(&series.y).enumerate() {
            let x = x + shift;
            let ends = (self.x_at(x - half), self.x_at(x + half), self.y_at(*y));
            let (Some(left), Some(right), Some(top)) = ends else {
                continue;
            };
            let corners = [(left, bottom), (left, top), (right, top), (right, bottom)];
            marks.push(Mark::fill(polygon(&corners), style.colour, 0.85));
            if let (Some((lower, upper)), Some(middle)) = (&series.spread, self.x_at(x))
                && let (Some(a), Some(b)) = (lower.get(i), upper.get(i))
            {
                self.whisker(middle, *a, *b, Colour::INK, marks);
            }
        }
    }

    pub fn strip(
        &self,
        series: &Series,
        style: Style,
        place: (usize, usize),
        marks: &mut Vec<Mark>,
    ) {
        let (shift, half) = Self::slot(place);
        let mut categories: Vec<f64> = series.x.clone();
        categories.dedup();
        for category in categories {
            let pairs = series.x.iter().zip(&series.y);
            let mut values: Vec<f64> = pairs.filter(|p| *p.0 == category).map(|p| *p.1).collect();
            for (i, y) in values.iter().enumerate() {
                // Multiples of the golden ratio spread evenly, and in the same way every time.
                let spread = (i as f64 * 0.618_033_988_749_895).fract() - 0.5;
                if let Some(at) = self.at((category + shift + 1.3 * half * spread, *y)) {
                    marks.push(symbol(style.marker, at, 1.5, style.colour, 0.6));
                }
            }
            values.retain(|v| v.is_finite());
            values.sort_by(f64::total_cmp);
            let median = match values.len() {
                0 => continue,
                n => (values[(n - 1) / 2] + values[n / 2]) / 2.0,
            };
            let x = category + shift;
            let ends = (self.at((x - half, median)), self.at((x + half, median)));
            if let (Some(a), Some(b)) = ends {
                marks.push(Mark::segment(a, b, Pen::solid(Colour::INK, 1.2)));
            }
        }
    }
}
