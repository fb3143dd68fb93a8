//! Areas of overlaps in f64.

use super::vector::Vec2;

/// Area and centroid of a polygon, counter-clockwise; a point or a line has area 0.
pub(super) fn area(polygon: &[Vec2<f64>]) -> (f64, Vec2<f64>) {
    let Some(&first) = polygon.first() else {
        return (0.0, Vec2::zero());
    };
    let (mut area, mut sum) = (0.0, Vec2::zero());
    for pair in polygon.windows(2) {
        let (p, q) = (pair[0] - first, pair[1] - first);
        let triangle = 0.5 * p.cross(q);
        area += triangle;
        sum = sum + (p + q).scaled(triangle / 3.0);
    }
    match area > 0.0 {
        true => (area, first + sum.scaled(1.0 / area)),
        false => (0.0, first),
    }
}

/// The area that a disc shares with a convex polygon, counter-clockwise.
pub(super) fn disc_and_polygon(radius: f64, centre: Vec2<f64>, polygon: &[Vec2<f64>]) -> f64 {
    let count = polygon.len();
    let edges = (0..count).map(|e| (polygon[e] - centre, polygon[(e + 1) % count] - centre));
    edges.map(|(p, q)| sector(radius, p, q)).sum()
}

/// The area that a disc about the origin shares with the triangle of the origin, p and q; negative if q is right of p.
fn sector(radius: f64, p: Vec2<f64>, q: Vec2<f64>) -> f64 {
    let slice =
        |p: Vec2<f64>, q: Vec2<f64>| 0.5 * radius * radius * libm::atan2(p.cross(q), p.dot(q));
    // Where the line from p to q is in the disc: |p + s (q - p)|² = r².
    let along = q - p;
    let (a, b, c) = (along.dot(along), p.dot(along), p.dot(p) - radius * radius);
    let root = b * b - a * c;
    if a <= 0.0 || root <= 0.0 {
        return slice(p, q);
    }
    let [enter, leave] = [-1.0, 1.0].map(|sign| (-b + sign * libm::sqrt(root)) / a);
    if leave <= 0.0 || enter >= 1.0 {
        return slice(p, q);
    }
    let (first, last) = (
        p + along.scaled(enter.max(0.0)),
        p + along.scaled(leave.min(1.0)),
    );
    slice(p, first) + 0.5 * first.cross(last) + slice(last, q)
}

/// The area that two discs share whose centres are `distance` apart.
pub(super) fn lens(a: f64, b: f64, distance: f64) -> f64 {
    if b <= 0.0 || distance >= a + b {
        return 0.0;
    }
    if distance <= (a - b).abs() {
        return std::f64::consts::PI * a.min(b).powi(2);
    }
    // Of each disc the part beyond the chord: a slice less a triangle.
    let beyond = |own: f64, other: f64| {
        let to_chord = (distance * distance + own * own - other * other) / (2.0 * distance);
        let angle = libm::acos((to_chord / own).clamp(-1.0, 1.0));
        own * own * angle - to_chord * (own * own - to_chord * to_chord).max(0.0).sqrt()
    };
    beyond(a, b) + beyond(b, a)
}
