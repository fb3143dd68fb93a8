//! Jumps of the map from start to end: those of time stepping, and those of contact.

use super::lab::Lab;
use super::landscapes::linear;
use super::page::Page;
use crate::figure::data::Table;
use crate::figure::{Figure, Panel, Series};
use mollify::continuity::{Search, Study, study};
use mollify::error::{Result, number};
use mollify::system::task::Task;

/// A task with a contact model and a time step, over the same time.
pub fn stepped(name: &str, contact: &str, time_step: f64, time: f64) -> Result<Task> {
    Task::find_with(name, Some(contact))?
        .with_parameter("time_step", time_step)?
        .with_horizon((time / time_step).round() as usize)
}

/// What a study of a task says.
pub fn along(task: &Task, names: (&str, &str), places: &[f64]) -> Result<Study> {
    study(task, &task.start(), names, places, &[], &Search::default())
}

/// What a rule of time stepping is expected to do: slope, sum of jumps.
const RULES: [(&str, f64, f64); 4] = [
    ("reverse", 1.0, 0.040),
    ("reset", 0.0, 0.240),
    ("impact-time", -0.8, 0.400),
    ("exact", 1.20493, 0.0),
];

/// The bounce by four rules, and the ledge by five contact models.
pub fn continuity(lab: &mut Lab<'_>) -> Result<Page> {
    let mut page = Page::of_talk(
        "Continuity: corner cases, and artefacts",
        "Before gradients are asked for, the map from the initial to the final state should be continuous. Time stepping and \
         contact at points make it jump where physics does not.",
    );
    page.what = "A block bounces for 1 s from 1 to 1.2 m with e = 0.8, under four rules of time stepping; and a tilted box is \
                 dropped on the edge of a ledge from -0.15 to 0.15 m, under five contact models. Neighbours that differ are \
                 bisected until no number lies between them: what is left is a jump. There is no noise, so that nothing is \
                 averaged over seeds. `mollify continuity` shows each line."
        .into();
    bounce(lab, &mut page)?;
    ledge(lab, &mut page)?;
    Ok(page)
}

fn bounce(lab: &mut Lab<'_>, page: &mut Page) -> Result<()> {
    let places = linear(0.0, 0.2, lab.amount(500) as usize);
    let steps = [1e-2, 5e-3, 2.5e-3, 1e-3];
    let (mut rows, mut panel, mut data) = (
        Vec::new(),
        Panel::new()
            .x_label("height at the start (m)")
            .y_label("height after 1 s (m)"),
        Table::new(),
    );
    let (mut slope_off, mut sum_off, mut rule_off) = (0.0_f64, 0.0_f64, 0.0_f64);
    let mut counts = Vec::new();
    for (rule, slope, sum) in RULES {
        lab.say(&format!("bounce, {rule}"));
        for step in steps {
            let task = stepped("bounce", rule, step, 1.0)?;
            let found = along(&task, ("lift", "cost"), &places)?;
            if step == steps[0] {
                let heights: Vec<f64> = places.iter().map(|x| 1.0 + x).collect();
                panel = panel.series(Series::line(&heights, &found.line.values).label(rule));
                data = data.column(format!("{rule}_height"), &found.line.values);
            }
            if rule != "exact" {
                slope_off = slope_off.max((found.pathwise_slope - slope).abs());
                sum_off = sum_off.max((found.sum_of_jumps / sum - 1.0).abs());
                counts.push(found.jumps.len() as f64 * step);
            }
            let rule_of_sum = found.pathwise_slope * 0.2 + found.sum_of_jumps;
            rule_off = rule_off.max((found.rise - rule_of_sum).abs());
            rows.push(vec![
                rule.into(),
                number(step),
                found.jumps.len().to_string(),
                format!("{:.5}", found.pathwise_slope),
                format!("{:.4}", found.sum_of_jumps),
                format!("{:.5}", found.rise),
            ]);
        }
    }
    let header = [
        "rule",
        "h (s)",
        "jumps",
        "pathwise slope",
        "sum of jumps",
        "rise",
    ];
    page.table("The bounce", &header, rows);
    let figure = Figure::of(panel);
    page.picture("bounce", "Height after 1 s at h = 0.01 s", figure, data);
    page.claim(
        "the slope between jumps is 1, 0 and -e at every step, and never that of the truth, 1.20493",
        slope_off < 1e-6,
        format!("largest deviation {slope_off:.1e}"),
    );
    page.claim(
        "the sum of the jumps does not depend on the step: 0.040, 0.240, 0.400 m",
        sum_off < 0.15,
        format!("largest deviation {:.0} %", 100.0 * sum_off),
    );
    page.claim(
        "the rise is slope x range + sum of jumps",
        rule_off < 1e-4,
        format!("largest deviation {rule_off:.1e} m"),
    );
    let (least, most) = super::contacts::ends(&counts);
    page.claim(
        "their number is that of the steps that the time of the impact passes: about 0.043/h",
        least > 0.035 && most < 0.05,
        format!("{least:.4} to {most:.4} over h"),
    );
    Ok(())
}

fn ledge(lab: &mut Lab<'_>, page: &mut Page) -> Result<()> {
    let places = linear(-0.15, 0.15, lab.amount(500) as usize);
    let mut panel = Panel::new()
        .x_label("shift of the box (m)")
        .y_label("angle after 0.35 s (rad)");
    let mut data = Table::new().column("shift", &places);
    let (mut rows, mut largest) = (Vec::new(), Vec::new());
    for contact in ["point", "vertices", "manifold", "rigid-soft", "soft-soft"] {
        lab.say(&format!("ledge, {contact}"));
        let mut sizes = Vec::new();
        for step in [4e-4, 2e-4] {
            let task = stepped("ledge", contact, step, 0.35)?;
            let start = task.start();
            // A jump of less is not counted, so that what halves with the step does not hide what stays.
            let search = Search {
                tolerance: Some(0.02),
                ..Search::default()
            };
            let found = study(&task, &start, ("shift", "angle"), &places, &[], &search)?;
            let size = found.jumps.iter().map(|j| j.size.abs()).fold(0.0, f64::max);
            if step == 4e-4 {
                panel = panel.series(Series::line(&places, &found.line.values).label(contact));
                data = data.column(contact.replace('-', "_"), &found.line.values);
            }
            let main = found.jumps.iter().find(|j| j.size.abs() == size);
            rows.push(vec![
                contact.into(),
                number(step),
                found.jumps.len().to_string(),
                format!("{size:.3}"),
                main.map_or("-".into(), |j| format!("{:.4}", j.at)),
                main.and_then(|j| j.changed.clone()).unwrap_or("-".into()),
            ]);
            sizes.push(size);
        }
        largest.push((contact, sizes));
    }
    let header = [
        "contact",
        "h (s)",
        "jumps",
        "largest (rad)",
        "at (m)",
        "what changed",
    ];
    page.table("The ledge", &header, rows);
    page.picture(
        "ledge",
        "Angle of the box at h = 0.4 ms",
        Figure::of(panel),
        data,
    );
    let (points, pressure) = largest.split_at(3);
    let lasting = |sizes: &[f64]| sizes[0] > 2.5 && (sizes[1] / sizes[0] - 1.0).abs() < 0.25;
    let text = |of: &[(&str, Vec<f64>)]| -> String {
        let one =
            |(name, sizes): &(&str, Vec<f64>)| format!("{name} {:.2}, {:.2}", sizes[0], sizes[1]);
        of.iter().map(one).collect::<Vec<_>>().join("; ")
    };
    page.claim(
        "each point model has a jump above 2.5 rad that does not shrink with the step",
        points.iter().all(|(_, sizes)| lasting(sizes)),
        text(points),
    );
    page.claim(
        "pressure has no jump at either step",
        pressure.iter().all(|(_, sizes)| sizes == &[0.0, 0.0]),
        text(pressure),
    );
    Ok(())
}
