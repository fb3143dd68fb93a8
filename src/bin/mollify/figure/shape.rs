//! Shapes in data coordinates, for drawings: bodies, walls, paths, arrows.

use super::colour::Colour;
use super::mark::{Piece, Point, ellipse, polygon, polyline};
use super::series::Dash;

/// One shape. Lines and curves are stroked unless filled alone; see the methods for its looks.
#[derive(Clone, Debug)]
pub struct Shape {
    pub(super) outline: Vec<Piece>,
    pub(super) fill: Option<Colour>,
    pub(super) stroke: Option<Colour>,
    pub(super) opacity: f64,
    pub(super) width: f64,
    pub(super) dash: Dash,
    pub(super) arrow: bool,
    pub(super) label: Option<String>,
}

impl Shape {
    fn new(outline: Vec<Piece>) -> Self {
        let finite = |p: &Point| p.0.is_finite() && p.1.is_finite();
        let whole = outline.iter().all(|piece| match piece {
            Piece::Move(p) | Piece::Line(p) => finite(p),
            Piece::Cubic(a, b, p) => finite(a) && finite(b) && finite(p),
            Piece::Close => true,
        });
        Self {
            outline: if whole { outline } else { Vec::new() },
            fill: None,
            stroke: None,
            opacity: 1.0,
            width: 1.0,
            dash: Dash::Solid,
            arrow: false,
            label: None,
        }
    }

    /// A circle.
    pub fn circle(x: f64, y: f64, radius: f64) -> Self {
        Self::new(ellipse((x, y), (radius, radius)))
    }

    /// A rectangle with its sides along the axes, from one corner to the opposite one.
    pub fn rectangle(from: (f64, f64), to: (f64, f64)) -> Self {
        Self::polygon(&[from, (to.0, from.1), to, (from.0, to.1)])
    }

    /// A rectangle about its centre, turned counterclockwise by an angle in radians.
    pub fn turned_rectangle(centre: (f64, f64), size: (f64, f64), angle: f64) -> Self {
        let (sin, cos) = (libm::sin(angle), libm::cos(angle));
        let (a, b) = (size.0 / 2.0, size.1 / 2.0);
        let corner = |u: f64, v: f64| (centre.0 + u * cos - v * sin, centre.1 + u * sin + v * cos);
        Self::polygon(&[corner(-a, -b), corner(a, -b), corner(a, b), corner(-a, b)])
    }

    /// A closed polygon.
    pub fn polygon(points: &[(f64, f64)]) -> Self {
        Self::new(polygon(points))
    }

    /// An open path; a point that is not finite leaves a gap.
    pub fn path(points: &[(f64, f64)]) -> Self {
        let finite = |p: &Point| p.0.is_finite() && p.1.is_finite();
        let runs = points.split(|p| !finite(p));
        let mut shape = Self::new(runs.flat_map(polyline).collect());
        shape.stroke = Some(Colour::INK);
        shape
    }

    /// A straight arrow.
    pub fn arrow(from: (f64, f64), to: (f64, f64)) -> Self {
        let mut shape = Self::path(&[from, to]);
        shape.arrow = true;
        shape
    }

    /// Filled with a colour.
    pub fn fill(mut self, colour: Colour) -> Self {
        self.fill = Some(colour);
        self
    }

    /// Outlined in a colour.
    pub fn stroke(mut self, colour: Colour) -> Self {
        self.stroke = Some(colour);
        self
    }

    /// From 0, invisible, to 1.
    pub fn opacity(mut self, opacity: f64) -> Self {
        self.opacity = opacity.clamp(0.0, 1.0);
        self
    }

    /// Width of the outline in points.
    pub fn width(mut self, points: f64) -> Self {
        self.width = points;
        self
    }

    /// The pattern of the outline.
    pub fn dash(mut self, dash: Dash) -> Self {
        self.dash = dash;
        self
    }

    /// Its name in the legend.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// All points that the axes have to show; the control points of a curve are close to it.
    pub(super) fn points(&self) -> impl Iterator<Item = Point> {
        self.outline.iter().filter_map(|piece| match piece {
            Piece::Move(p) | Piece::Line(p) | Piece::Cubic(_, _, p) => Some(*p),
            Piece::Close => None,
        })
    }
}
