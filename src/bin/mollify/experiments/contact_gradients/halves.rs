//! Both halves of the talk in one figure: a map that jumps or does not, and what both orders make of it.

use super::{SAMPLES, corner, truth};
use crate::experiments::lab::Lab;
use crate::experiments::landscapes::linear;
use crate::experiments::page::Page;
use crate::figure::data::Table;
use crate::figure::{Colour, Figure, Panel, Series};
use mollify::continuity::{Line, Search};
use mollify::engine::nominal::nominal;
use mollify::engine::{Baseline, Batch};
use mollify::error::Result;
use mollify::estimate::Estimate;

const SIGMA: f64 = 0.5;

/// Along theta: the map, the slope of the smoothed map, and both orders with their standard errors.
struct Along {
    map: Line,
    truth: Vec<f64>,
    first: [Vec<f64>; 2],
    zeroth: [Vec<f64>; 2],
}

fn along(lab: &mut Lab<'_>, contact: &str, places: &[f64]) -> Result<Along> {
    let task = corner(contact, SIGMA)?;
    // The small jumps of stepping are no gaps in a picture.
    let large = Search {
        tolerance: Some(0.1),
        ..Search::default()
    };
    let mut found = Along {
        map: Line::search(&|x| Ok(nominal(&task, &[x]).cost), places, &large)?,
        truth: places.iter().map(|x| truth(&task, *x, 1000)).collect(),
        first: [vec![], vec![]],
        zeroth: [vec![], vec![]],
    };
    for (number, theta) in places.iter().enumerate() {
        let batch = Batch {
            baseline: Baseline::LeaveOneOut,
            ..Batch::new(SAMPLES, lab.seed + number as u64)
        };
        let moments = lab.moments_of(&task, &[*theta], &batch)?;
        for (rows, of) in [
            (&mut found.first, Estimate::first_order(&moments)),
            (&mut found.zeroth, Estimate::zeroth_order(&moments)),
        ] {
            rows[0].push(of.gradient[0]);
            rows[1].push(of.std_error[0]);
        }
    }
    Ok(found)
}

/// The share of places at which the first order is off by more than three of its own standard errors.
fn missed(found: &Along) -> f64 {
    let [gradient, error] = &found.first;
    let all = gradient.iter().zip(error).zip(&found.truth);
    let off = all.filter(|((g, error), truth)| (*g - *truth).abs() > 3.0 * *error);
    off.count() as f64 / gradient.len() as f64
}

fn orders(contact: &str, places: &[f64], found: &Along) -> Panel {
    Panel::new()
        .title(contact)
        .x_label("theta (L)")
        .y_label("slope of the smoothed map")
        .series(
            Series::points(places, &found.zeroth[0])
                .std_error(&found.zeroth[1])
                .error_bars()
                .label("zeroth order")
                .colour(Colour::BLUE),
        )
        .series(
            Series::points(places, &found.first[0])
                .std_error(&found.first[1])
                .error_bars()
                .label("first order")
                .colour(Colour::VERMILLION),
        )
        .series(
            Series::line(places, &found.truth)
                .label("truth")
                .colour(Colour::BLACK),
        )
}

/// The map above, the gradients below.
pub fn both(lab: &mut Lab<'_>, page: &mut Page) -> Result<()> {
    let places = linear(-0.5, 2.5, 61);
    let mut map = Panel::new()
        .x_label("theta (L)")
        .y_label("velocity at the end (m/s)");
    let mut data = Table::new().column("theta", &places);
    let (mut panels, mut shares) = (Vec::new(), Vec::new());
    for contact in ["point", "rigid-soft"] {
        lab.say(&format!("both halves, {contact}"));
        let found = along(lab, contact, &places)?;
        let (x, y) = found.map.pieces();
        map = map.series(Series::line(&x, &y).label(contact));
        panels.push(orders(contact, &places, &found));
        shares.push(missed(&found));
        let name = |what: &str| format!("{}_{what}", contact.replace('-', "_"));
        data = data
            .column(name("map"), &found.map.values)
            .column(name("truth"), &found.truth)
            .column(name("first"), &found.first[0])
            .column(name("first_std_error"), &found.first[1])
            .column(name("zeroth"), &found.zeroth[0])
            .column(name("zeroth_std_error"), &found.zeroth[1]);
    }
    let figure = Figure::new().lettered().row([map]).row(panels);
    let caption = "The map from overlap to velocity, and both orders of its slope under noise of sigma 0.5 L, 1000 samples each";
    page.picture("both-halves", caption, figure, data);
    page.claim(
        "where the map jumps, the first order misses the truth by more than 3 of its own standard errors at most places; where it \
         is continuous, at no more than chance has it",
        shares[0] > 0.6 && shares[1] < 0.05,
        format!("at {:.0} % and {:.0} %", 100.0 * shares[0], 100.0 * shares[1]),
    );
    Ok(())
}
