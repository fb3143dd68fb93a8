//! From data to marks: everything inside one pair of axes.

use super::axis::Axis;
use super::colour::Colour;
use super::heat::borders;
use super::mark::{Mark, Pen, Piece, Point, Rect, ellipse, polygon, polyline};
use super::panel::Panel;
use super::series::{Dash, Kind, Series, Style};
use super::shape::Shape;
use super::symbol::{arrow_head, symbol};
use super::ticks::Ticks;

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
    pub fn end_at(&self, y: f64) -> Option<f64> {
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
        for (number, frame) in panel.frames.iter().enumerate() {
            marks.push(Mark::Frame(number));
            for shape in frame {
                self.shape(shape, &mut marks);
            }
            marks.push(Mark::EndFrame);
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

    pub fn whisker(&self, x: f64, low: f64, high: f64, colour: Colour, marks: &mut Vec<Mark>) {
        let (Some(low), Some(high)) = (self.end_at(low), self.end_at(high)) else {
            return;
        };
        let pen = || Pen::solid(colour, 0.8);
        marks.push(Mark::segment((x, low), (x, high), pen()));
        for y in [low, high] {
            marks.push(Mark::segment((x - 1.8, y), (x + 1.8, y), pen()));
        }
    }

    /// Runs of equal colour become one rectangle, and all of a colour one path.
    fn heat(&self, panel: &Panel, marks: &mut Vec<Mark>) {
        let Some(heat) = &panel.heat else {
            return;
        };
        let axis = heat.axis();
        let (x, y) = (
            borders(self.x.scale, &heat.x),
            borders(self.y.scale, &heat.y),
        );
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
        marks.extend(paths.into_iter().filter_map(|(level, outline)| {
            Some(Mark::Path {
                outline,
                fill: Some((heat.colour(level)?, 1.0)),
                pen: None,
                crisp: true,
            })
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
