//! The picture of a map and its jumps.

use crate::figure::{Colour, Dash, Figure, Panel, Series};
use mollify::continuity::Study;

/// The map, broken where it jumps, and its slope.
pub fn of(found: &Study) -> Figure {
    let with_unit = |name: &str, unit: &str| match unit {
        "" => name.to_string(),
        unit => format!("{name} ({unit})"),
    };
    let panel = || Panel::new().x_label(with_unit(&found.over, &found.over_unit));
    let (x, y) = found.line.pieces();
    let [at, below, above]: [Vec<f64>; 3] = [
        found.jumps.iter().map(|j| j.at).collect(),
        found.jumps.iter().map(|j| j.below).collect(),
        found.jumps.iter().map(|j| j.above).collect(),
    ];
    let map = panel()
        .y_label(with_unit(&found.of, &found.of_unit))
        .series(
            Series::line(&x, &y)
                .label("end")
                .colour(Colour::BLUE)
                .dash(Dash::Solid),
        );
    let map = match at.is_empty() {
        true => map,
        false => map
            .series(
                Series::points(&at, &below)
                    .label("below a jump")
                    .colour(Colour::VERMILLION),
            )
            .series(
                Series::points(&at, &above)
                    .label("above it")
                    .colour(Colour::GREEN),
            ),
    };
    let secant = found.rise / (found.range[1] - found.range[0]);
    let slope = panel()
        .y_label("slope")
        .series(
            Series::line(&found.line.places, &found.line.slopes)
                .label("pathwise")
                .colour(Colour::VERMILLION)
                .dash(Dash::Solid),
        )
        .horizontal(secant, "rise/range");
    Figure::new()
        .lettered()
        .row([map, slope])
        .description(format!(
            "{} of the task {} at the end over {}: {} jumps.",
            found.of,
            found.task,
            found.over,
            found.jumps.len()
        ))
}
