//! The trust region against the published fixed steps, at equal rollouts.

use super::lab::{Lab, Summary, standard_errors_above};
use super::page::Page;
use crate::error::Result;
use crate::figure::data::Table;
use crate::figure::{Figure, Panel, Series};
use crate::solve::{Options, Solution};
use crate::task::Task;

/// Every task that moves; the functions of one variable are left out.
const TASKS: [&str; 10] = [
    "pushing",
    "friction",
    "ball-wall",
    "pivot",
    "roomba",
    "tennis",
    "lqr-20",
    "hopper",
    "billiards",
    "double-pendulum",
];

fn ends(solutions: &[Solution]) -> Summary {
    let value = |s: &Solution| s.final_value.value_mean;
    Summary::of(&solutions.iter().map(value).collect::<Vec<_>>())
}

/// Both descents with the rule `aobg`, the trust region stopped when it has used the rollouts of the fixed steps.
pub fn trust_region(lab: &mut Lab<'_>) -> Result<Page> {
    let mut page = Page::new(
        "trust-region",
        "Trust region against fixed steps, at equal rollouts",
        "The paper's experiments take fixed steps; there is no trust region in them.",
    );
    let seeds = lab.seeds;
    lab.seeds = seeds.min(3);
    page.what = format!(
        "Each task from its start with the rule `aobg` and {} seeds: fixed steps with the published settings (for tasks that \
         are not in the paper, settings in the same manner), and the trust region with the settings of the task until it \
         has used as many rollouts. F is that of the best theta, from fresh noise.",
        lab.seeds
    );
    let (mut rows, mut shares) = (vec![], vec![]);
    let (mut lost, mut won): (Vec<String>, Vec<String>) = (vec![], vec![]);
    for name in TASKS {
        lab.say(name);
        let task = Task::find(name)?;
        let mut fixed = Options::published(&task);
        if lab.quick {
            fixed.iterations = fixed.iterations.min(20);
        }
        let rule = fixed.estimate.rule;
        let by_steps = lab.descents(&task, &fixed, rule)?;
        let rollouts = by_steps[0].rollouts;
        let mut region = Options::tuned(&task);
        region.iterations = u32::MAX;
        region.rollouts = Some(rollouts);
        let by_region = lab.descents(&task, &region, rule)?;
        let start = by_steps[0].iterations[0].value_mean;
        let (a, b) = (ends(&by_steps), ends(&by_region));
        let z = standard_errors_above(&b, &a);
        let verdict = match z {
            z if z > 3.0 => "fixed steps",
            z if z < -3.0 => "trust region",
            _ => "neither",
        };
        if z > 3.0 {
            lost.push(format!("`{name}`"));
        } else if z < -3.0 {
            won.push(format!("`{name}`"));
        }
        shares.push((start - b.mean) / (start - a.mean).abs());
        let cell = |s: Summary| format!("{:.5} ± {:.2}", s.mean, s.deviation);
        rows.push(vec![
            format!("`{name}`"),
            rollouts.to_string(),
            format!("{start:.5}"),
            cell(a),
            format!("{} ({})", cell(b), by_region[0].rollouts),
            verdict.into(),
        ]);
    }
    lab.seeds = seeds;
    page.table(
        "F at the end: mean ± standard deviation of the seeds",
        &[
            "task",
            "rollouts",
            "F at the start",
            "fixed steps",
            "trust region (its rollouts)",
            "lower by more than 3 s.e.",
        ],
        rows,
    );
    let places: Vec<f64> = (0..TASKS.len()).map(|i| i as f64).collect();
    let panel = Panel::new()
        .categories(TASKS)
        .y_label("decrease, fixed steps = 1")
        .series(Series::bars(&shares))
        .horizontal(1.0, "fixed steps");
    let data = Table::new()
        .column("task", &places)
        .column("share", &shares);
    let caption =
        "What the trust region gains, as a share of what fixed steps gain with as many rollouts";
    page.picture("trust-region", caption, Figure::new().row([panel]), data);
    page.claim(
        "neither is better everywhere",
        !lost.is_empty() && !won.is_empty(),
        format!(
            "fixed steps on {}; the trust region on {}",
            lost.join(", "),
            won.join(", ")
        ),
    );
    page.notes.push(
        "The trust region spends several candidates on every step and takes more samples than the published steps, so it can \
         take few steps for as many rollouts; given more, it goes lower on `pushing`, `ball-wall` and `pivot` (see the README)."
            .into(),
    );
    Ok(page)
}
