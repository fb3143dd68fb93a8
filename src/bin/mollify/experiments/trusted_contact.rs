//! The contact trust region: where a linearized smoothed step is right, what it forbids, and what it costs in plans.

use super::lab::{Lab, Summary};
use super::page::Page;
use crate::figure::data::Table;
use crate::figure::{Figure, Panel, Series};
use mollify::Task;
use mollify::contact::quasidynamic::smoothing;
use mollify::engine::gpu::AdapterChoice;
use mollify::engine::kind::Kind;
use mollify::error::{Named, Result};
use mollify::noise::environment::{Draw, uniform};
use mollify::noise::{batch_key, threefry2x32};
use mollify::plan::{Linearizer, Method, Options, Scenario, TrustRegion, plan};
use mollify::system::quasidynamic::QuasiDynamics;

const PAPER: &str = "arXiv 2505.02291 restricts a linearized smoothed contact to changes whose predicted forces stay in the friction cone \
(and, in full, whose predicted gaps stay open), within an ellipsoid, and reports that plans of dexterous hands need it. Its full \
text was not found; what is here is the region as its authors' and others' code has it, with a box in place of the ellipsoid.";

const KAPPA: f64 = 100.0;

/// Uniform in ±1, independent for each number and coordinate.
fn draw(seed: u64, number: u32, coordinate: u32) -> f64 {
    let bits = threefry2x32(batch_key(seed, number, 18), [coordinate, 0]);
    2.0 * f64::from(uniform(bits[0])) - 1.0
}

fn smooth_pushing() -> Result<Task> {
    let task = Task::find("planar-pushing")?;
    let compliance = steps_of(&task).contact_compliance(task.parameters());
    task.with_parameter("smoothing", smoothing::length(KAPPA, compliance))
}

fn steps_of(task: &Task) -> &QuasiDynamics {
    task.model()
        .quasi_dynamics()
        .expect("pushing is quasi-dynamic")
}

/// Relative errors of the predicted motion of the box under random changes of a command, within the region and beyond it.
fn errors(samples: u64, seed: u64) -> Result<[Vec<f64>; 2]> {
    let task = smooth_pushing()?;
    let (steps, p) = (steps_of(&task), task.parameters());
    let mut found = [Vec::new(), Vec::new()];
    for number in 0..samples as u32 {
        let at = |coordinate| draw(seed, number, coordinate);
        // Beside the lower face, up to 3 cm off, commanded up to 5 cm along and into it.
        let q = [0.0, 0.0, 0.0, 0.4 * at(0), -0.6 - 0.015 * (1.0 + at(1))];
        let u = [q[3] + 0.05 * at(2), q[4] + 0.05 * at(3)];
        let change = [0.1 * at(4), 0.1 * at(5)];
        let here = steps.linearize(p, &q, &u);
        let there = steps.linearize(p, &q, &[u[0] + change[0], u[1] + change[1]]);
        let by =
            |matrix: &[f64], i: usize| matrix[2 * i] * change[0] + matrix[2 * i + 1] * change[1];
        let is_trusted = (0..here.force.len())
            .all(|k| (by(&here.force_by_control, k) / here.force[k]).abs() <= 1.0);
        let (mut off, mut moved) = (0.0, 0.0);
        for i in 0..3 {
            let motion = there.next[i] - here.next[i];
            off += (motion - by(&here.next_by_control, i)).powi(2);
            moved += motion.powi(2);
        }
        found[usize::from(!is_trusted)].push((off / moved.max(1e-24)).sqrt());
    }
    found
        .iter_mut()
        .for_each(|errors| errors.sort_by(f64::total_cmp));
    Ok(found)
}

fn quantile(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted
        .get((share * last as f64).round() as usize)
        .copied()
        .unwrap_or(f64::NAN)
}

/// Plans of the same kind, each with every region.
struct Plans {
    /// By plan and region.
    costs: Vec<[f64; 3]>,
}

impl Plans {
    fn of(lab: &mut Lab<'_>, tasks: &[Task]) -> Result<Self> {
        let mut linearizer = Linearizer::new(Kind::Reference, AdapterChoice::Any);
        let mut found = Vec::new();
        for (number, task) in tasks.iter().enumerate() {
            lab.say(&format!(
                "{}, {} of {}",
                task.name(),
                number + 1,
                tasks.len()
            ));
            let scenario = Scenario::of(task)?;
            let mut costs = [0.0; 3];
            for (cost, (trust_region, _, _)) in costs.iter_mut().zip(TrustRegion::ALL) {
                lab.interrupt().check()?;
                let options = Options {
                    trust_region: *trust_region,
                    ..Options::of(Method::Shooting)
                };
                let (interrupt, observe) = (lab.interrupt(), &mut |_: &_| ());
                *cost = plan(&scenario, &options, &mut linearizer, interrupt, observe)?.cost;
            }
            found.push(costs);
        }
        Ok(Self { costs: found })
    }

    fn column(&self, region: usize) -> Vec<f64> {
        self.costs.iter().map(|costs| costs[region]).collect()
    }

    /// What a region costs as a share of the box, plan by plan.
    fn ratio(&self, region: usize) -> Summary {
        let ratios: Vec<f64> = self.costs.iter().map(|c| c[region] / c[0]).collect();
        Summary::of(&ratios)
    }

    fn ratios(&self) -> String {
        let [relaxed, full] = [1, 2].map(|region| self.ratio(region).to_text(4));
        format!("relaxed {relaxed}, full {full}")
    }
}

/// Pushing from random starts of the disc.
fn pushing_starts(lab: &Lab<'_>) -> Result<Vec<Task>> {
    let starts = (0..lab.seeds as u32).map(|number| {
        let at = |coordinate| draw(lab.seed + 100, number, coordinate);
        let task = Task::find("planar-pushing")?;
        let task = task.with_initial("disc_x", Draw::Constant(0.35 * at(10)), &[])?;
        task.with_initial("disc_y", Draw::Constant(-0.2 + 0.1 * at(11)), &[])
    });
    starts.collect()
}

/// The hand with random goals about the published one: half as far in each coordinate, or half as far again.
fn hand_goals(lab: &Lab<'_>) -> Result<Vec<Task>> {
    let goals = (0..lab.seeds as u32).map(|number| {
        let share = |coordinate| 1.0 + 0.5 * draw(lab.seed + 200, number, coordinate);
        let task = Task::find("planar-hand")?;
        let task = task.with_parameter("goal_y", -0.3 * share(12))?;
        task.with_parameter("goal_angle", 0.5 * share(13))
    });
    goals.collect()
}

/// Where the linearization is right, the pull that it forbids, and plans with and without it.
pub fn contact_trust_region(lab: &mut Lab<'_>) -> Result<Page> {
    let mut page = Page::new("How far a linearized contact can be trusted", PAPER);
    page.what = format!(
        "Pushing at 100 1/J. First the motion of the box under random changes of a command (±.1 m) beside what the linearization \
         says, within the full region |δλ| ≤ λ and beyond it; then a goal behind the box; then plans by shooting from {} random \
         starts of the disc, none used to choose a setting, and of the hand with \
         as many random goals.",
        lab.seeds
    );
    lab.runs_on("f64 on the cores of this machine");
    let samples = lab.amount(20_000);
    let [within, beyond] = errors(samples, lab.seed + 100)?;
    let row = |name: &str, errors: &[f64]| {
        vec![
            name.into(),
            format!("{:.1} %", 100.0 * errors.len() as f64 / samples as f64),
            format!("{:.3}", quantile(errors, 0.5)),
            format!("{:.3}", quantile(errors, 0.9)),
        ]
    };
    page.table(
        "Error of the predicted motion of the box, relative to the motion",
        &["changes", "share", "median", "90 %"],
        vec![row("within the region", &within), row("beyond it", &beyond)],
    );
    page.claim(
        "within the region the linearization is nearer to the step, in the median and at 90 %",
        quantile(&within, 0.5) < quantile(&beyond, 0.5)
            && quantile(&within, 0.9) < quantile(&beyond, 0.9),
        format!(
            "median {:.3} within, {:.3} beyond; 90 % {:.3} and {:.3}",
            quantile(&within, 0.5),
            quantile(&beyond, 0.5),
            quantile(&within, 0.9),
            quantile(&beyond, 0.9)
        ),
    );
    pull(&mut page)?;
    plans(lab, &mut page)?;
    Ok(page)
}

/// The disc touches the box and the goal is behind it: what each region predicts of a retreat of the command.
fn pull(page: &mut Page) -> Result<()> {
    let task = smooth_pushing()?;
    let (steps, p) = (steps_of(&task), task.parameters());
    let (q, box_y) = ([0.0, 0.5, 0.0, 0.0, -0.1], 1);
    let here = steps.linearize(p, &q, &q[3..]);
    let slope = here.next_by_control[2 * box_y + 1];
    // The retreat at which the first predicted force would be 0.
    let rows = here.force.iter().enumerate();
    let zero = rows.map(|(k, force)| force / here.force_by_control[2 * k + 1]);
    let limit = zero.fold(f64::INFINITY, f64::min);
    let mut table = Vec::new();
    let mut predicted = Vec::new();
    for (name, retreat) in [("box of .1 m", 0.1), ("either region", limit.min(0.1))] {
        let motion = here.next[box_y] - q[box_y] - slope * retreat;
        let truth = steps.linearize(p, &q, &[q[3], q[4] - retreat]).next[box_y] - q[box_y];
        table.push(vec![
            name.into(),
            format!("{:.4}", -retreat),
            format!("{motion:.5}"),
            format!("{truth:.5}"),
        ]);
        predicted.push(motion);
    }
    page.table(
        "A goal behind the box: the farthest retreat of the command, and the motion of the box, m",
        &[
            "trusted",
            "change of the command",
            "predicted",
            "true, at 100 1/J",
        ],
        table,
    );
    page.claim(
        "without the region a retreating disc is predicted to pull the box; with it, to leave it where it is",
        predicted[0] < -0.005 && predicted[1] >= -1e-9,
        format!("{:.5} m and {:.1e} m", predicted[0], predicted[1]),
    );
    Ok(())
}

fn plans(lab: &mut Lab<'_>, page: &mut Page) -> Result<()> {
    let tasks = pushing_starts(lab)?;
    let pushing = Plans::of(lab, &tasks)?;
    let tasks = hand_goals(lab)?;
    let hand = Plans::of(lab, &tasks)?;
    let mut rows = Vec::new();
    for (region, (_, name, _)) in TrustRegion::ALL.iter().enumerate() {
        let mut row = vec![name.to_string()];
        for plans in [&pushing, &hand] {
            row.push(Summary::of(&plans.column(region)).to_text(2));
            row.push(plans.ratio(region).to_text(4));
        }
        rows.push(row);
    }
    page.table(
        "Plans by shooting",
        &[
            "region",
            "cost of pushing",
            "beside the box, start by start",
            "cost of the hand",
            "beside the box, goal by goal",
        ],
        rows,
    );
    page.claim(
        "on pushing the region gains nothing: costs are the same within 10 % on average",
        (1..3).all(|region| (pushing.ratio(region).mean - 1.0).abs() < 0.1),
        pushing.ratios(),
    );
    page.claim(
        "on the hand either region gains, on average over random goals",
        (1..3).all(|region| hand.ratio(region).mean < 1.0),
        hand.ratios(),
    );
    let starts: Vec<f64> = (0..pushing.costs.len()).map(|i| i as f64).collect();
    let mut panel = Panel::new().x_label("start").y_label("cost");
    let mut data = Table::new().column("start", &starts);
    for (i, (_, name, _)) in TrustRegion::ALL.iter().enumerate() {
        panel = panel.series(Series::line(&starts, &pushing.column(i)).label(*name));
        data = data.column(*name, &pushing.column(i));
    }
    let caption = "Costs of plans from random starts, by trust region";
    page.picture(
        "contact-trust-region",
        caption,
        Figure::new().row([panel]),
        data,
    );
    Ok(())
}
