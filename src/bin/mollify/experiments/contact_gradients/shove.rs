//! A box shoved at its corner: the jump over the place of the pusher, and the gradient of a lateral force at that jump.

use crate::experiments::continuity::{along, stepped};
use crate::experiments::lab::Lab;
use crate::experiments::landscapes::linear;
use crate::experiments::page::Page;
use crate::figure::data::Table;
use crate::figure::{Figure, Panel, Series};
use mollify::engine::{Baseline, Batch};
use mollify::error::{Result, number};
use mollify::estimate::Estimate;
use mollify::noise::environment::Draw;
use mollify::system::policy::Policy;

const SAMPLES: u64 = 2000;
/// N
const SIGMA: f64 = 1.0;

/// Where the line is steepest: its largest jump, or its largest slope.
fn edge(found: &mollify::continuity::Study) -> f64 {
    let largest = found
        .jumps
        .iter()
        .max_by(|a, b| a.size.abs().total_cmp(&b.size.abs()));
    if let Some(jump) = largest {
        return jump.at;
    }
    let line = &found.line;
    let steps = line
        .values
        .windows(2)
        .map(|w| (w[1] - w[0]).abs())
        .zip(&line.places);
    let steepest = steps.max_by(|a, b| a.0.total_cmp(&b.0));
    steepest.map_or(f64::NAN, |(_, place)| *place)
}

/// The landscape under three models, and both orders at the edge of each.
pub fn shove(lab: &mut Lab<'_>, page: &mut Page) -> Result<()> {
    let places = linear(-0.115, -0.075, lab.amount(300) as usize);
    let mut panel = Panel::new()
        .x_label("place of the pusher across the way (m)")
        .y_label("cost");
    let mut data = Table::new().column("pusher_y", &places);
    let (mut rows, mut apart, mut jumps) = (Vec::new(), Vec::new(), Vec::new());
    for contact in ["point", "manifold", "rigid-soft"] {
        lab.say(&format!("shove, {contact}"));
        let task = stepped("shove", contact, 0.002, 0.4)?;
        let found = along(&task, ("pusher_y", "cost"), &places)?;
        panel = panel.series(Series::line(&places, &found.line.values).label(contact));
        data = data.column(contact.replace('-', "_"), &found.line.values);
        let at = edge(&found);
        let held = task
            .with_policy(Policy::Held)?
            .with_sigma(SIGMA)?
            .with_initial("pusher_y", Draw::Constant(at), &[])?;
        let batch = Batch {
            baseline: Baseline::LeaveOneOut,
            ..Batch::new(SAMPLES, lab.seed)
        };
        let moments = lab.moments_of(&held, &held.start(), &batch)?;
        let (first, zeroth) = (
            Estimate::first_order(&moments),
            Estimate::zeroth_order(&moments),
        );
        // The force across the way is the second coordinate.
        let of = |e: &Estimate| (e.gradient[1], e.std_error[1]);
        let ((g1, e1), (g0, e0)) = (of(&first), of(&zeroth));
        let bias = (g1 - g0).abs() / e1.hypot(e0);
        let largest = found.jumps.iter().map(|j| j.size.abs()).fold(0.0, f64::max);
        rows.push(vec![
            contact.into(),
            found.jumps.len().to_string(),
            format!("{largest:.2}"),
            format!("{at:.5}"),
            format!("{g1:.4} ± {e1:.4}"),
            format!("{g0:.4} ± {e0:.4}"),
            format!("{bias:.1}"),
            number((e1 / e0).powi(2)),
        ]);
        apart.push(bias);
        jumps.push(largest);
    }
    let header = [
        "contact",
        "jumps",
        "largest",
        "edge at (m)",
        "first order (1/N)",
        "zeroth order (1/N)",
        "apart in s.e.",
        "v1/v0",
    ];
    let title = format!(
        "A box shoved at its corner: the cost over the place of the pusher, and both orders along a lateral force that is held, \
         sigma {SIGMA} N, {SAMPLES} samples, at the edge of each model"
    );
    page.table(title, &header, rows);
    page.picture(
        "shove",
        "The cost over the place of the pusher",
        Figure::of(panel),
        data,
    );
    page.claim(
        "two boxes, 400 forces: points jump by more than 1 and both orders disagree by more than 3 standard errors at the edge; \
         by pressure neither",
        jumps[..2].iter().all(|j| *j > 1.0)
            && apart[..2].iter().all(|b| *b > 3.0)
            && jumps[2] == 0.0
            && apart[2] < 3.0,
        format!(
            "jumps {:.2}, {:.2}, {:.2}; {:.1}, {:.1}, {:.1} standard errors",
            jumps[0], jumps[1], jumps[2], apart[0], apart[1], apart[2]
        ),
    );
    Ok(())
}
