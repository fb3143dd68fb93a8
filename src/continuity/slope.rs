//! The slope of a function at the places of a grid, from differences inside of it.

use super::jump::Of;
use crate::error::{Error, Result};

/// How far from a place the slope is looked for, in parts of the distance to the next place.
const BESIDE: f64 = 5e-4;

/// The two differences from a place at which its slope is measured, inside the grid: one down and one up, or, at the ends, two to the
/// same side.
pub(super) fn widths(places: &[f64], i: usize) -> [f64; 2] {
    let down = i.checked_sub(1).map(|j| BESIDE * (places[i] - places[j]));
    let up = places.get(i + 1).map(|next| BESIDE * (next - places[i]));
    match (down, up) {
        (Some(down), Some(up)) => [-down.min(up), down.min(up)],
        (None, Some(up)) => [up, 2.0 * up],
        (Some(down), None) => [-down, -2.0 * down],
        (None, None) => [0.0; 2],
    }
}

/// Parts of the widths that are tried, until both differences agree: a function may bend within the first.
const NARROWER: [f64; 3] = [1.0, 0.1, 0.01];

/// The slope at a place with this value, by two differences that agree; a jump within them makes them differ. The parabola through
/// all three points has it exactly.
pub(super) fn slope(f: Of<'_>, (at, value): (f64, f64), widths: [f64; 2]) -> Result<f64> {
    let secant = |width: f64| Ok::<f64, Error>((f(at + width)? - value) / width);
    for part in NARROWER {
        let [a, b] = widths.map(|width| part * width);
        let (one, other) = (secant(a)?, secant(b)?);
        let slope = (b * one - a * other) / (b - a);
        if (one - other).abs() <= 1e-3 * slope.abs() + 1e-6 {
            return Ok(slope);
        }
    }
    Ok(f64::NAN)
}
