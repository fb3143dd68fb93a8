//! From data to marks: everything inside one pair of axes.

use super::axis::{Axis, Ticks};
use super::colour::Colour;
use super::heat::borders;
use super::mark::{Mark, Pen, Piece, Point, Rect, ellipse, polygon, polyline};
use super::panel::Panel;
use super::series::{Dash, Kind, Marker, Series, Style};
use super::shape::Shape;

/// Where data lie on the paper.
#[derive(Clone, Debug)]
pub(super) struct View {
    pub rect: Rect,
    pub x: Axis,
    pub y: Axis,
}

/// Points from the paper beyond which nothing can be seen; f32 and viewers stay exact within.
const FAR: f64 = 2e4;

impl View {
    fn across(&self, share: f64) -> f64 {
        (self.rect.left + share * self.rect.width).clamp(-FAR, FAR)
    }

    fn up(&self, share: f64) -> f64 {
        (self.rect.bottom() - share * self.rect.height).clamp(-FAR, FAR)
    }

    pub fn x_at(&self, x: f64) -> Option<f64> {
        Some(self.across(self.x.share(x)?))
    }

    pub fn y_at(&self, y: f64) -> Option<f64> {
        Some(self.up(self.y.share(y)?))
    }

    pub fn at(&self, (x, y): Point) -> Option<Point> {
        Some((self.x_at(x)?, self.y_at(y)?))
    }

    /// The place of an end of a band or a bar, which may lie below a log axis.
    fn end_at(&self, y: f64) -> Option<f64> {
        Some(self.up(self.y.share_or_low(y)?))
    }

    /// One range becomes longer until both units have the same length.
    pub fn equalised(mut self) -> Self {
        let unit = |axis: &Axis, length: f64| length / (axis.high - axis.low);
        let (a, b) = (
            unit(&self.x, self.rect.width),
            unit(&self.y, self.rect.height),
        );
        if a > b {
            let more = (a / b - 1.0) / 2.0;
            self.x.grow(more, more);
        } else {
            let more = (b / a - 1.0) / 2.0;
            self.y.grow(more, more);
        }
        self
    }

    /// Everything but axes, text and legend.
    pub fn draw(&self, panel: &Panel) -> Vec<Mark> {
        let mut marks = Vec::new();
        self.heat(panel, &mut marks);
        for shape in &panel.shapes {
            self.shape(shape, &mut marks);
        }
        self.references(panel, &mut marks);
        // Bands below all lines.
        for (place, series) in panel.series.iter().enumerate() {
            if !series.whiskers {
                self.band(series, Style::of(series, place), &mut marks);
            }
        }
        let beside = |kind| panel.series.iter().filter(move |s| s.kind == kind).count();
        let (mut bars, mut strips) = (0, 0);
        for (place, series) in panel.series.iter().enumerate() {
            let style = Style::of(series, place);
            match series.kind {
                Kind::Line | Kind::Step => self.line(series, style, &mut marks),
                Kind::Points => self.points(series, style, &mut marks),
                Kind::Band => {}
                Kind::Bars => {
                    self.bars(series, style, (bars, beside(Kind::Bars)), &mut marks);
                    bars += 1;
                }
                Kind::Strip => {
                    self.strip(series, style, (strips, beside(Kind::Strip)), &mut marks);
                    strips += 1;
                }
            }
            if series.whiskers && series.kind != Kind::Bars {
                self.whiskers(series, style.colour, &mut marks);
            }
        }
        marks
    }

    fn references(&self, panel: &Panel, marks: &mut Vec<Mark>) {
        let pen = || Pen {
            dash: Dash::Dashed.pattern(),
            ..Pen::solid(Colour::GREY, 0.6)
        };
        for y in panel.horizontals.iter().filter_map(|r| self.y_at(r.at)) {
            let (left, right) = (self.rect.left, self.rect.right());
            marks.push(Mark::segment((left, y), (right, y), pen()));
        }
        for x in panel.verticals.iter().filter_map(|r| self.x_at(r.at)) {
            let (top, bottom) = (self.rect.top, self.rect.bottom());
            marks.push(Mark::segment((x, top), (x, bottom), pen()));
        }
    }

    fn shape(&self, shape: &Shape, marks: &mut Vec<Mark>) {
        let placed: Option<Vec<Piece>> = shape
            .outline
            .iter()
            .map(|piece| {
                Some(match piece {
                    Piece::Move(p) => Piece::Move(self.at(*p)?),
                    Piece::Line(p) => Piece::Line(self.at(*p)?),
                    Piece::Cubic(a, b, p) => Piece::Cubic(self.at(*a)?, self.at(*b)?, self.at(*p)?),
                    Piece::Close => Piece::Close,
                })
            })
            .collect();
        let Some(outline) = placed.filter(|outline| !outline.is_empty()) else {
            return;
        };
        let stroke = match (shape.stroke, shape.fill) {
            (None, None) => Some(Colour::INK),
            (stroke, _) => stroke,
        };
        if let (true, Some(colour)) = (shape.arrow, stroke) {
            marks.extend(arrow_head(&outline, colour, shape));
        }
        marks.push(Mark::Path {
            outline,
            fill: shape.fill.map(|colour| (colour, shape.opacity)),
            pen: stroke.map(|colour| Pen {
                colour,
                width: shape.width,
                dash: shape.dash.pattern(),
                opacity: shape.opacity,
            }),
            crisp: false,
        });
    }

    fn band(&self, series: &Series, style: Style, marks: &mut Vec<Mark>) {
        let Some((lower, upper)) = &series.spread else {
            return;
        };
        let places: Vec<Option<(f64, f64, f64)>> = series
            .x
            .iter()
            .zip(lower.iter().zip(upper))
            .map(|(x, (a, b))| Some((self.x_at(*x)?, self.end_at(*a)?, self.end_at(*b)?)))
            .collect();
        for run in runs(&places) {
            let there = run.iter().map(|(x, a, _)| (*x, *a));
            let back = run.iter().rev().map(|(x, _, b)| (*x, *b));
            let outline: Vec<Point> = there.chain(back).collect();
            marks.push(Mark::fill(polygon(&outline), style.colour, 0.2));
        }
    }

    fn line(&self, series: &Series, style: Style, marks: &mut Vec<Mark>) {
        let places: Vec<Option<Point>> = series
            .x
            .iter()
            .zip(&series.y)
            .map(|(x, y)| self.at((*x, *y)))
            .collect();
        let pen = Pen {
            dash: style.dash.pattern(),
            ..Pen::solid(style.colour, style.width)
        };
        for run in runs(&places) {
            match (run.as_slice(), series.kind) {
                // A point alone would not be seen as a line.
                ([only], _) => {
                    marks.push(Mark::fill(ellipse(*only, (1.4, 1.4)), style.colour, 1.0))
                }
                (_, Kind::Step) => marks.push(Mark::stroke(polyline(&stairs(&run)), pen.clone())),
                _ => marks.push(Mark::stroke(polyline(&run), pen.clone())),
            }
        }
        if series.marker.is_some() {
            self.points(series, style, marks);
        }
    }

    fn points(&self, series: &Series, style: Style, marks: &mut Vec<Mark>) {
        for (x, y) in series.x.iter().zip(&series.y) {
            if let Some(at) = self.at((*x, *y)) {
                marks.push(symbol(style.marker, at, 2.0, style.colour, 1.0));
            }
        }
    }

    fn whiskers(&self, series: &Series, colour: Colour, marks: &mut Vec<Mark>) {
        let Some((lower, upper)) = &series.spread else {
            return;
        };
        for (i, (x, (a, b))) in series.x.iter().zip(lower.iter().zip(upper)).enumerate() {
            let shown = series.y.get(i).is_some_and(|y| self.y.scale.shows(*y));
            if let (true, Some(x)) = (shown, self.x_at(*x)) {
                self.whisker(x, *a, *b, colour, marks);
            }
        }
    }

    fn whisker(&self, x: f64, low: f64, high: f64, colour: Colour, marks: &mut Vec<Mark>) {
        let (Some(low), Some(high)) = (self.end_at(low), self.end_at(high)) else {
            return;
        };
        let pen = || Pen::solid(colour, 0.8);
        marks.push(Mark::segment((x, low), (x, high), pen()));
        for y in [low, high] {
            marks.push(Mark::segment((x - 1.8, y), (x + 1.8, y), pen()));
        }
    }

    /// The middle of the place of one of several series within a category, and its half width, in categories.
    fn slot(place: (usize, usize)) -> (f64, f64) {
        let width = 0.76 / place.1.max(1) as f64;
        let shift = (place.0 as f64 + 0.5) * width - 0.38;
        (shift, 0.46 * width)
    }

    fn bars(&self, series: &Series, style: Style, place: (usize, usize), marks: &mut Vec<Mark>) {
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

    fn strip(&self, series: &Series, style: Style, place: (usize, usize), marks: &mut Vec<Mark>) {
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

    /// Runs of equal colour become one rectangle, and all of a colour one path.
    fn heat(&self, panel: &Panel, marks: &mut Vec<Mark>) {
        let Some(heat) = &panel.heat else {
            return;
        };
        let axis = heat.axis();
        let (x, y) = (borders(&heat.x), borders(&heat.y));
        let columns = heat.x.len().max(1);
        let mut paths: std::collections::BTreeMap<Option<usize>, Vec<Piece>> = Default::default();
        for (row, values) in heat.z.chunks(columns).take(heat.y.len()).enumerate() {
            let levels: Vec<_> = values.iter().map(|z| heat.level(&axis, *z)).collect();
            let mut start = 0;
            for run in levels.chunk_by(|a, b| a == b) {
                let end = start + run.len();
                let corners = (self.at((x[start], y[row])), self.at((x[end], y[row + 1])));
                if let (Some((left, bottom)), Some((right, top))) = corners {
                    let rect = Rect::new(left, top, right - left, bottom - top);
                    paths.entry(run[0]).or_default().extend(rect.outline());
                }
                start = end;
            }
        }
        marks.extend(paths.into_iter().map(|(level, outline)| Mark::Path {
            outline,
            fill: Some((heat.colour(level), 1.0)),
            pen: None,
            crisp: true,
        }));
    }

    /// Labels along x fit side by side, along y there is one about every 20 points.
    pub fn ticks(&self, size: f64) -> (Ticks, Ticks) {
        let rows = (self.rect.height / 20.0).clamp(2.0, 8.0) as usize;
        (
            Ticks::beside(&self.x, self.rect.width, size),
            Ticks::of(&self.y, rows),
        )
    }
}

/// Stretches without a gap.
fn runs<T: Copy>(places: &[Option<T>]) -> impl Iterator<Item = Vec<T>> {
    places
        .split(Option::is_none)
        .filter(|run| !run.is_empty())
        .map(|run| run.iter().flatten().copied().collect())
}

fn stairs(points: &[Point]) -> Vec<Point> {
    let mut all = Vec::with_capacity(2 * points.len());
    for pair in points.windows(2) {
        all.extend([pair[0], (pair[1].0, pair[0].1)]);
    }
    all.extend(points.last());
    all
}

/// A triangle at the end of the last straight piece.
fn arrow_head(outline: &[Piece], colour: Colour, shape: &Shape) -> Option<Mark> {
    let ends: Vec<Point> = outline
        .iter()
        .filter_map(|piece| match piece {
            Piece::Move(p) | Piece::Line(p) | Piece::Cubic(_, _, p) => Some(*p),
            Piece::Close => None,
        })
        .collect();
    let [.., from, to] = ends.as_slice() else {
        return None;
    };
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = libm::hypot(dx, dy);
    if length == 0.0 {
        return None;
    }
    let (u, v) = (dx / length, dy / length);
    let (long, half) = (3.0 + 1.8 * shape.width, 1.2 + 0.8 * shape.width);
    let tip = (to.0 + 0.8 * u, to.1 + 0.8 * v);
    let foot = (tip.0 - long * u, tip.1 - long * v);
    let corners = [
        tip,
        (foot.0 - half * v, foot.1 + half * u),
        (foot.0 + half * v, foot.1 - half * u),
    ];
    Some(Mark::fill(polygon(&corners), colour, shape.opacity))
}

/// A marker of about the same area for each kind.
pub(super) fn symbol(marker: Marker, (x, y): Point, r: f64, colour: Colour, opacity: f64) -> Mark {
    let at = |corners: &[Point]| -> Vec<Piece> {
        let corners: Vec<_> = corners.iter().map(|c| (x + r * c.0, y + r * c.1)).collect();
        polygon(&corners)
    };
    let strokes = |ends: [(Point, Point); 2]| {
        let pieces = ends.iter().flat_map(|(a, b)| {
            [
                Piece::Move((x + r * a.0, y + r * a.1)),
                Piece::Line((x + r * b.0, y + r * b.1)),
            ]
        });
        let pen = Pen {
            opacity,
            ..Pen::solid(colour, 0.5 * r)
        };
        Mark::stroke(pieces.collect(), pen)
    };
    let outline = match marker {
        Marker::Circle => ellipse((x, y), (r, r)),
        Marker::Square => at(&[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]),
        Marker::Triangle => at(&[(0.0, -1.25), (1.15, 0.75), (-1.15, 0.75)]),
        Marker::Inverted => at(&[(0.0, 1.25), (1.15, -0.75), (-1.15, -0.75)]),
        Marker::Diamond => at(&[(0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)]),
        Marker::Cross => return strokes([((-1.0, -1.0), (1.0, 1.0)), ((-1.0, 1.0), (1.0, -1.0))]),
        Marker::Plus => return strokes([((-1.2, 0.0), (1.2, 0.0)), ((0.0, -1.2), (0.0, 1.2))]),
    };
    Mark::fill(outline, colour, opacity)
}
