//! Experiments with obstacles, feedback policies and chaos.

use super::descents::{Comparison, Curve, claim_as_good, claim_worse};
use super::lab::{Lab, Summary, standard_errors_above};
use super::landscapes::line;
use super::page::Page;
use crate::figure::data::Table;
use crate::figure::{Figure, Panel, Scale, Series};
use mollify::engine::nominal::nominal;
use mollify::engine::reference::rollout::{Trajectory, draw, rerun_without_noise};
use mollify::engine::{Baseline, Batch, Keys, Stream, Wanted};
use mollify::error::Result;
use mollify::estimate::Estimate;
use mollify::solve::Solution;
use mollify::system::ParameterSet;
use mollify::system::task::Task;
use mollify::systems::tennis;
use rayon::prelude::*;

/// Among discs.
pub fn roomba(lab: &mut Lab<'_>) -> Result<Page> {
    let mut page = Page::new(
        "A point among discs",
        "Collisions stop the point, so the cost jumps with the path; first order stays stuck before an obstacle, zeroth \
         order and the mix find a way around (section 5).",
    );
    page.what = "A point is steered to a goal behind seven discs that stop it. Descents with the published fixed steps.".into();
    let seeds = lab.seeds;
    lab.seeds = seeds.min(5);
    let comparison = Comparison::of(Task::find("roomba")?, "", 1)?;
    let curves = comparison.run(lab, &["first", "zeroth", "aobg"], &mut page);
    lab.seeds = seeds;
    claim_worse(&mut page, &curves?, "", "first", &["zeroth", "aobg"]);
    Ok(page)
}

/// A linear policy for many coordinates.
pub fn lqr(lab: &mut Lab<'_>) -> Result<Page> {
    let mut page = Page::new(
        "Linear quadratic control, 10 000 weights",
        "Where everything is smooth, first order has far less variance than zeroth order, the more so the more weights \
         there are; the mix follows it (appendix).",
    );
    page.what = "u = K x for 100 states and controls, 10 samples, published fixed steps.".into();
    let seeds = lab.seeds;
    lab.seeds = seeds.min(3);
    let comparison = Comparison::of(Task::find("lqr")?, "", 0)?;
    let curves = comparison.run(lab, &["first", "zeroth", "aobg"], &mut page);
    lab.seeds = seeds;
    let curves = curves?;
    claim_worse(&mut page, &curves, "", "zeroth", &["first"]);
    claim_as_good(&mut page, &curves, "", "aobg", "first", 0.05);
    Ok(page)
}

/// A pad that returns balls.
pub fn tennis(lab: &mut Lab<'_>) -> Result<Page> {
    let mut page = Page::new(
        "Tennis with a linear policy",
        "Policies trained with first order miss balls, because its gradient does not see that a ball is missed; the mix \
         and zeroth order train policies that do not (section 5, figure 6).",
    );
    let (seeds, rollouts) = (lab.seeds, lab.amount(20_000));
    page.what = format!(
        "A pad under a linear policy of 21 weights returns balls from random places. Descents with the published steps; then \
         {rollouts} fresh rollouts without noise on the action, counting those in which the ball is never hit."
    );
    lab.seeds = seeds.min(5);
    let task = Task::find("tennis")?;
    let comparison = Comparison::of(task.clone(), "", 1)?;
    let curves = comparison.run(lab, &["first", "zeroth", "aobg"], &mut page);
    lab.seeds = seeds;
    let curves = curves?;
    lab.say("misses");
    let before = misses(&task, &task.start(), rollouts, lab.seed);
    let mut rows = vec![vec!["start".into(), format!("{before:.2}")]];
    let share = |curve: &Curve| -> Summary {
        let of = |s: &Solution| misses(&task, &s.theta, rollouts, lab.seed);
        Summary::of(&curve.solutions.iter().map(of).collect::<Vec<_>>())
    };
    let shares: Vec<Summary> = curves.iter().map(share).collect();
    for (curve, summary) in curves.iter().zip(&shares) {
        rows.push(vec![format!("`{}`", curve.rule), summary.to_text(2)]);
    }
    page.table(
        "Missed balls in per cent: mean ± standard deviation of the trained policies (least … largest)",
        &["rule", "missed"],
        rows,
    );
    for other in [1, 2] {
        let z = standard_errors_above(&shares[0], &shares[other]);
        page.claim(
            format!(
                "policies trained with `{}` miss fewer balls than with `first`",
                curves[other].rule
            ),
            z > 3.0,
            format!(
                "{:.2} % against {:.2} %, {z:.1} standard errors",
                shares[other].mean, shares[0].mean
            ),
        );
    }
    Ok(page)
}

/// The share of balls in per cent that the policy never hits.
fn misses(task: &Task, theta: &[f64], rollouts: u64, seed: u64) -> f64 {
    let batch = Batch {
        stream: Stream::Final,
        baseline: Baseline::None,
        wanted: Wanted::ZerothOrder,
        ..Batch::new(rollouts, seed + 1_000_000)
    };
    let keys: Keys = batch.keys();
    let costs = nominal(task, theta).costs;
    let missed = |trajectory: &mut Trajectory, sample: u64| {
        draw(task, keys, sample as u32, trajectory);
        rerun_without_noise(task, theta, &costs, trajectory);
        let p = &trajectory.parameters;
        let p = tennis::Parameters::from_fn(|i| p[i]);
        u64::from(tennis::missed(&p, &trajectory.states))
    };
    let count: u64 = (0..rollouts)
        .into_par_iter()
        .map_init(|| Trajectory::new(task), missed)
        .sum();
    100.0 * count as f64 / rollouts as f64
}

/// Chaos.
pub fn variance_horizon(lab: &mut Lab<'_>) -> Result<Page> {
    let mut page = Page::new(
        "Variance against horizon in chaos",
        "Derivatives of chaotic dynamics grow exponentially with the horizon, and with them the variance of the first order; \
         that of the zeroth order depends on the cost alone (section 3.3).",
    );
    let samples = lab.amount(1000);
    page.what = format!(
        "A double pendulum without friction, noise on its initial state: the variance of one sample of both orders from \
         {samples} samples for each horizon, mean and standard error of three batches. (The paper's script has other \
         equations of motion.)"
    );
    let horizons: Vec<f64> = (1..=10).map(|i| 200.0 * f64::from(i)).collect();
    let mut columns: [Vec<f64>; 4] = Default::default();
    for (i, horizon) in horizons.iter().enumerate() {
        lab.say(&format!("horizon {horizon}"));
        let task = Task::find("double-pendulum")?.with_horizon(*horizon as usize)?;
        let mut seen: [Vec<f64>; 2] = Default::default();
        for repeat in 0..3 {
            let moments = lab.moments(&task, &task.start(), samples, (3 * i + repeat) as u32)?;
            seen[0].push(Estimate::first_order(&moments).variance);
            seen[1].push(Estimate::zeroth_order(&moments).variance);
        }
        for (order, values) in seen.iter().enumerate() {
            let summary = Summary::of(values);
            columns[2 * order].push(summary.mean);
            columns[2 * order + 1].push(summary.std_error);
        }
    }
    let [first, first_error, zeroth, zeroth_error] = columns;
    let panel = Panel::new()
        .x_label("horizon (steps of 1 ms)")
        .y_label("variance of one sample")
        .y_scale(Scale::Log)
        .series(
            Series::line(&horizons, &first)
                .std_error(&first_error)
                .label("first order"),
        )
        .series(
            Series::line(&horizons, &zeroth)
                .std_error(&zeroth_error)
                .label("zeroth order"),
        );
    let data = Table::new()
        .column("horizon", &horizons)
        .column("first_order_variance", &first)
        .column("first_order_variance_std_error", &first_error)
        .column("zeroth_order_variance", &zeroth)
        .column("zeroth_order_variance_std_error", &zeroth_error);
    let caption =
        "Variance of one sample of a double pendulum, with standard errors of three batches";
    page.picture("variance-horizon", caption, Figure::of(panel), data);
    let logs: Vec<f64> = first.iter().map(|v| v.ln()).collect();
    let (rate, error) = line(&horizons, &logs);
    page.claim(
        "the variance of the first order grows exponentially with the horizon",
        rate > 4.0 * error,
        format!(
            "ln variance by {:.2} ± {:.2} for each 1000 steps",
            1000.0 * rate,
            1000.0 * error
        ),
    );
    let growth = |v: &[f64]| v[v.len() - 1] / v[v.len() / 2 - 1];
    page.claim(
        "from 1000 to 2000 steps the first order's variance grows more than ten times as much as the zeroth order's",
        growth(&first) > 10.0 * growth(&zeroth),
        format!("by {:.1e} against {:.1e}", growth(&first), growth(&zeroth)),
    );
    Ok(page)
}
