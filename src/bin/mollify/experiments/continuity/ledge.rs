//! A box on a ledge: the angle at the end over where it is dropped, and over how it is tilted.

use super::stepped;
use crate::experiments::lab::Lab;
use crate::experiments::landscapes::linear;
use crate::experiments::page::Page;
use crate::figure::data::Table;
use crate::figure::{Figure, Panel, Series};
use mollify::continuity::{Search, Study, study};
use mollify::error::{Result, number};
use mollify::system::task::Task;

const MODELS: [&str; 5] = ["point", "vertices", "manifold", "rigid-soft", "soft-soft"];
const STEPS: [f64; 2] = [4e-4, 2e-4];

/// A line of places, what is held on it, and how long it takes.
struct Along {
    over: &'static str,
    label: &'static str,
    stem: &'static str,
    caption: &'static str,
    places: Vec<f64>,
    time: f64,
    friction: f64,
    shift: f64,
}

/// What a contact model makes of it at both steps.
type Seen = (&'static str, [Study; 2]);

impl Along {
    fn study(&self, contact: &str, step: f64) -> Result<Study> {
        let task: Task = stepped("ledge", contact, step, self.time)?
            .with_parameter("friction", self.friction)?;
        // A jump of less is not counted, so that what halves with the step does not hide what stays.
        let search = Search {
            tolerance: Some(0.02),
            most: 16,
            ..Search::default()
        };
        let names = (self.over, "angle");
        study(&task, &[self.shift], names, &self.places, &[], &search)
    }

    /// All models; a table and a picture of them.
    fn look(&self, lab: &mut Lab<'_>, page: &mut Page) -> Result<Vec<Seen>> {
        let mut panel = Panel::new()
            .x_label(self.label)
            .y_label("angle at the end (rad)");
        let mut data = Table::new().column(self.over, &self.places);
        let (mut rows, mut all) = (Vec::new(), Vec::new());
        for contact in MODELS {
            lab.say(&format!("ledge over {}, {contact}", self.over));
            let [coarse, fine] = STEPS.map(|step| self.study(contact, step));
            let found = [coarse?, fine?];
            let (x, y) = found[0].line.pieces();
            panel = panel.series(Series::line(&x, &y).label(contact));
            data = data.column(contact.replace('-', "_"), &found[0].line.values);
            for (step, study) in STEPS.into_iter().zip(&found) {
                rows.push(row(contact, step, study));
            }
            all.push((contact, found));
        }
        let header = [
            "contact",
            "h (s)",
            "pairs",
            "jumps",
            "sum of sizes (rad)",
            "largest (rad)",
            "at",
            "total variation (rad)",
            "span (rad)",
            "what changed",
        ];
        page.table(
            format!(
                "{}: pairs above 0.02 rad, of which the 16 largest were bisected",
                self.caption
            ),
            &header,
            rows,
        );
        let caption = format!("{}, h = 0.4 ms", self.caption);
        page.picture(self.stem, &caption, Figure::of(panel), data);
        Ok(all)
    }
}

/// The largest jump, by its size.
fn largest(study: &Study) -> f64 {
    let sizes = study.jumps.iter().map(|j| j.size.abs());
    sizes.fold(0.0, f64::max)
}

fn span(study: &Study) -> f64 {
    let (least, most) = crate::experiments::contacts::ends(&study.line.values);
    most - least
}

fn row(contact: &str, step: f64, study: &Study) -> Vec<String> {
    let steps = study.line.values.windows(2).map(|w| (w[1] - w[0]).abs());
    let steps: Vec<f64> = steps.collect();
    let size = largest(study);
    let main = study.jumps.iter().find(|j| j.size.abs() == size);
    let sizes = study.jumps.iter().map(|j| j.size.abs());
    let sizes = sizes.fold(0.0, |sum, x| sum + x);
    vec![
        contact.into(),
        number(step),
        steps
            .iter()
            .filter(|s| **s > study.tolerance)
            .count()
            .to_string(),
        study.jumps.len().to_string(),
        format!("{sizes:.2}"),
        format!("{size:.3}"),
        main.map_or("-".into(), |j| format!("{:.4}", j.at)),
        format!("{:.2}", steps.iter().sum::<f64>()),
        format!("{:.2}", span(study)),
        main.and_then(|j| j.changed.clone()).unwrap_or("-".into()),
    ]
}

fn text(of: &[Seen], number: fn(&Study) -> f64) -> String {
    let one = |(name, [coarse, fine]): &Seen| {
        format!("{name} {:.2}, {:.2}", number(coarse), number(fine))
    };
    of.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn none(of: &[Seen]) -> bool {
    let mut studies = of.iter().flat_map(|(_, found)| found);
    studies.all(|study| study.jumps.is_empty())
}

/// Dropped on the edge.
pub fn edge(lab: &mut Lab<'_>, page: &mut Page) -> Result<()> {
    let along = Along {
        over: "shift",
        label: "shift of the box (m)",
        stem: "ledge",
        caption: "Dropped on the edge of the ledge",
        places: linear(-0.15, 0.15, lab.amount(500) as usize),
        time: 0.35,
        friction: 0.0,
        shift: 0.0,
    };
    let all = along.look(lab, page)?;
    let (points, pressure) = all.split_at(3);
    let lasting = |(_, [coarse, fine]): &Seen| {
        let sizes = [largest(coarse), largest(fine)];
        sizes[0] > 2.5 && (sizes[1] / sizes[0] - 1.0).abs() < 0.25
    };
    page.claim(
        "each point model has a jump above 2.5 rad that does not shrink with the step",
        points.iter().all(lasting),
        text(points, largest),
    );
    page.claim(
        "pressure has no jump at either step",
        none(pressure),
        text(pressure, largest),
    );
    Ok(())
}

/// Dropped on the ledge at a tilt.
pub fn tilt(lab: &mut Lab<'_>, page: &mut Page) -> Result<()> {
    let along = Along {
        over: "angle",
        label: "angle of the box at the start (rad)",
        stem: "tilt",
        caption: "Dropped on the ledge at a tilt, friction 0.3",
        places: linear(-0.3, 0.3, lab.amount(500) as usize),
        time: 0.4,
        friction: 0.3,
        shift: -0.25,
    };
    let all = along.look(lab, page)?;
    let (point, others) = all.split_at(1);
    let chatter = |(_, found): &Seen| {
        let counts = found.each_ref().map(|study| study.jumps.len());
        counts.iter().all(|count| *count >= 16)
    };
    page.claim(
        "the single point jumps all along as the deepest corner switches: each of the 16 pairs that were bisected keeps its jump",
        point.iter().all(chatter),
        text(point, largest),
    );
    page.claim(
        "several points and pressure have no jump as the box tilts: more points cure this one, and not that at the edge",
        none(others),
        text(others, largest),
    );
    page.claim(
        "the moment of the single point opposes the tilt, so that the box ends nearly flat; pressure lets it rock most",
        {
            let spans: Vec<f64> = all.iter().map(|(_, found)| span(&found[1])).collect();
            spans[1..3].iter().all(|s| *s > 2.0 * spans[0]) && spans[3..].iter().all(|s| *s > spans[1])
        },
        text(&all, span),
    );
    Ok(())
}
