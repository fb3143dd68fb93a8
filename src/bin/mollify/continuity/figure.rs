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
    let (x, y) = pieces(found);
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

/// Places and values with a gap at each jump.
fn pieces(found: &Study) -> (Vec<f64>, Vec<f64>) {
    let mut points: Vec<(f64, f64, usize)> = Vec::new();
    let line = &found.line;
    points.extend(
        line.places
            .iter()
            .zip(&line.values)
            .map(|(x, y)| (*x, *y, 0)),
    );
    for jump in &line.jumps {
        points.push((jump.low, jump.below, 0));
        points.push((jump.low, f64::NAN, 1));
        points.push((jump.high, jump.above, 2));
    }
    points.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.2.cmp(&b.2)));
    points.into_iter().map(|(x, y, _)| (x, y)).unzip()
}
