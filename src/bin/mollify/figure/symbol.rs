//! Markers of points and heads of arrows, in points on the paper.

use super::colour::Colour;
use super::mark::{Mark, Pen, Piece, Point, ellipse, polygon};
use super::series::Marker;
use super::shape::Shape;

/// A triangle at the end of the last straight piece.
pub(super) fn arrow_head(outline: &[Piece], colour: Colour, shape: &Shape) -> Option<Mark> {
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
