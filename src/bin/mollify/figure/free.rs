//! Whether a place on the paper is free: for legends and labels, which must not cover data.

use super::font;
use super::mark::{Mark, Piece, Point, Rect};

/// Whether no mark meets the rectangle.
pub(super) fn is_free(rect: &Rect, marks: &[Mark]) -> bool {
    marks.iter().all(|mark| match mark {
        Mark::Path { outline, fill, .. } => {
            let paths = flattened(outline);
            let crossed = paths
                .iter()
                .any(|p| p.windows(2).any(|s| crosses(s[0], s[1], rect)));
            let corner = (rect.left, rect.top);
            let covered = fill.is_some() && paths.iter().any(|p| surrounds(p, corner));
            !crossed && !covered
        }
        Mark::Text(text) => !font::bounds(text).overlaps(rect),
        Mark::Clip(_) | Mark::Unclip | Mark::Frame(_) | Mark::EndFrame => true,
    })
}

/// Polygons instead of curves: four chords for each.
fn flattened(outline: &[Piece]) -> Vec<Vec<Point>> {
    let mut paths: Vec<Vec<Point>> = Vec::new();
    for piece in outline {
        if let Piece::Move(p) = piece {
            paths.push(vec![*p]);
            continue;
        }
        let Some(path) = paths.last_mut() else {
            continue;
        };
        let last = path[path.len() - 1];
        match piece {
            Piece::Move(_) => {}
            Piece::Line(p) => path.push(*p),
            Piece::Cubic(a, b, p) => path.extend((1..=4).map(|i| {
                let t = f64::from(i) / 4.0;
                let s = 1.0 - t;
                let mix = |w: f64, x: f64, y: f64, z: f64| {
                    s * s * s * w + 3.0 * s * t * (s * x + t * y) + t * t * t * z
                };
                (mix(last.0, a.0, b.0, p.0), mix(last.1, a.1, b.1, p.1))
            })),
            Piece::Close => path.push(path[0]),
        }
    }
    paths
}

/// Whether a segment meets a rectangle: what is left of it between each pair of sides (Liang and Barsky).
fn crosses(from: Point, to: Point, rect: &Rect) -> bool {
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    for (start, step, low, high) in [
        (from.0, to.0 - from.0, rect.left, rect.right()),
        (from.1, to.1 - from.1, rect.top, rect.bottom()),
    ] {
        if step == 0.0 {
            if start < low || start > high {
                return false;
            }
            continue;
        }
        let (a, b) = ((low - start) / step, (high - start) / step);
        enter = enter.max(a.min(b));
        leave = leave.min(a.max(b));
    }
    enter <= leave
}

/// Whether a point lies inside a polygon: it sees an odd number of sides to its right.
fn surrounds(path: &[Point], (x, y): Point) -> bool {
    let mut inside = false;
    for (i, a) in path.iter().enumerate() {
        let b = path[(i + 1) % path.len()];
        if (a.1 > y) != (b.1 > y) && x < a.0 + (y - a.1) / (b.1 - a.1) * (b.0 - a.0) {
            inside = !inside;
        }
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::colour::Colour;
    use crate::figure::mark::{Pen, polygon, polyline};

    #[test]
    fn a_place_is_free_only_if_nothing_crosses_or_covers_it() {
        let rect = Rect::new(10.0, 10.0, 5.0, 3.0);
        let line =
            |points: &[Point]| vec![Mark::stroke(polyline(points), Pen::solid(Colour::INK, 1.0))];
        assert!(!is_free(&rect, &line(&[(0.0, 11.0), (30.0, 12.0)])));
        assert!(is_free(&rect, &line(&[(0.0, 9.0), (30.0, 9.5)])));
        // Both ends left of it, or past a corner.
        assert!(is_free(&rect, &line(&[(0.0, 11.0), (9.0, 11.0)])));
        assert!(is_free(&rect, &line(&[(14.0, 8.0), (20.0, 14.0)])));
        let square = polygon(&[(0.0, 0.0), (40.0, 0.0), (40.0, 40.0), (0.0, 40.0)]);
        assert!(!is_free(
            &rect,
            &[Mark::fill(square.clone(), Colour::INK, 1.0)]
        ));
        assert!(is_free(
            &rect,
            &[Mark::stroke(square, Pen::solid(Colour::INK, 1.0))]
        ));
    }
}
