//! What both outputs draw: a list of marks in points (1/72 inch), y downwards from the top left corner.

use super::colour::Colour;

/// A place in points.
pub(super) type Point = (f64, f64);

/// A rectangle in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rect {
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
}

impl Rect {
    pub fn new(left: f64, top: f64, width: f64, height: f64) -> Self {
        Self {
            left,
            top,
            width,
            height,
        }
    }
    pub fn right(&self) -> f64 {
        self.left + self.width
    }
    pub fn bottom(&self) -> f64 {
        self.top + self.height
    }
    pub fn grown(&self, by: f64) -> Self {
        Self::new(
            self.left - by,
            self.top - by,
            self.width + 2.0 * by,
            self.height + 2.0 * by,
        )
    }
    pub fn holds(&self, (x, y): Point) -> bool {
        (self.left..=self.right()).contains(&x) && (self.top..=self.bottom()).contains(&y)
    }
    pub fn contains(&self, other: &Rect) -> bool {
        self.holds((other.left, other.top)) && self.holds((other.right(), other.bottom()))
    }
    pub fn overlaps(&self, other: &Rect) -> bool {
        self.left < other.right()
            && other.left < self.right()
            && self.top < other.bottom()
            && other.top < self.bottom()
    }
    pub fn outline(&self) -> Vec<Piece> {
        vec![
            Piece::Move((self.left, self.top)),
            Piece::Line((self.right(), self.top)),
            Piece::Line((self.right(), self.bottom())),
            Piece::Line((self.left, self.bottom())),
            Piece::Close,
        ]
    }
}

/// A piece of an outline; the points are in data coordinates in a `Shape`, in points in a `Mark`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Piece {
    Move(Point),
    Line(Point),
    Cubic(Point, Point, Point),
    Close,
}

/// How an outline is stroked; widths and dashes in points.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pen {
    pub colour: Colour,
    pub width: f64,
    pub dash: &'static [f64],
    pub opacity: f64,
}

impl Pen {
    pub fn solid(colour: Colour, width: f64) -> Self {
        Self {
            colour,
            width,
            dash: &[],
            opacity: 1.0,
        }
    }
}

/// Where the anchor of a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A line of text; `at` lies on its baseline.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Text {
    pub content: String,
    pub at: Point,
    pub size: f64,
    pub anchor: Anchor,
    /// Clockwise, in degrees.
    pub turn: f64,
    pub colour: Colour,
    pub bold: bool,
}

impl Text {
    pub fn new(content: impl Into<String>, at: Point, size: f64, anchor: Anchor) -> Self {
        Self {
            content: content.into(),
            at,
            size,
            anchor,
            turn: 0.0,
            colour: Colour::INK,
            bold: false,
        }
    }
}

/// One thing to draw.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Mark {
    Path {
        outline: Vec<Piece>,
        /// Colour and opacity.
        fill: Option<(Colour, f64)>,
        pen: Option<Pen>,
        /// Without anti-aliasing, so that adjacent cells have no seams.
        crisp: bool,
    },
    Text(Text),
    /// Until `Unclip`, only what lies inside is drawn; clips do not nest.
    Clip(Rect),
    Unclip,
    /// Until `EndFrame`, what is seen while this frame of an animation is; a still shows the first.
    Frame(usize),
    EndFrame,
}

impl Mark {
    pub fn stroke(outline: Vec<Piece>, pen: Pen) -> Self {
        Mark::Path {
            outline,
            fill: None,
            pen: Some(pen),
            crisp: false,
        }
    }
    pub fn fill(outline: Vec<Piece>, colour: Colour, opacity: f64) -> Self {
        Mark::Path {
            outline,
            fill: Some((colour, opacity)),
            pen: None,
            crisp: false,
        }
    }
    pub fn segment(from: Point, to: Point, pen: Pen) -> Self {
        Self::stroke(vec![Piece::Move(from), Piece::Line(to)], pen)
    }
}

/// The outline through these points.
pub(super) fn polyline(points: &[Point]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = points.iter().map(|p| Piece::Line(*p)).collect();
    if let Some(first) = points.first() {
        pieces[0] = Piece::Move(*first);
    }
    pieces
}

/// The outline around these points.
pub(super) fn polygon(points: &[Point]) -> Vec<Piece> {
    let mut pieces = polyline(points);
    if !pieces.is_empty() {
        pieces.push(Piece::Close);
    }
    pieces
}

/// Cubic arcs of an ellipse; 4 of them are within 3e-4 of the radius.
pub(super) fn ellipse((x, y): Point, (a, b): (f64, f64)) -> Vec<Piece> {
    const K: f64 = 0.552_284_749_830_793_6;
    let p = |u: f64, v: f64| (x + u * a, y + v * b);
    vec![
        Piece::Move(p(1.0, 0.0)),
        Piece::Cubic(p(1.0, K), p(K, 1.0), p(0.0, 1.0)),
        Piece::Cubic(p(-K, 1.0), p(-1.0, K), p(-1.0, 0.0)),
        Piece::Cubic(p(-1.0, -K), p(-K, -1.0), p(0.0, -1.0)),
        Piece::Cubic(p(K, -1.0), p(1.0, -K), p(1.0, 0.0)),
        Piece::Close,
    ]
}
