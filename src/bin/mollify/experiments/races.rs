//! The trust region against the published fixed steps, at equal rollouts.

use super::lab::{Lab, Summary, standard_errors_above};
use super::page::Page;
use crate::figure::data::Table;
use crate::figure::{Figure, Panel, Series};
use mollify::engine::{Stream, Wanted};
use mollify::error::Result;
use mollify::solve::{FINAL_SAMPLES, Options, Solution};
use mollify::system::task::Task;
use mollify::systems;

/// Iterations of the trust region that the budget has to suffice for: it takes fewer samples if need be.
const LEAST_ITERATIONS: u64 = 20;

/// Costs that an iteration of the trust region compares, for each sample: of seven candidates and of where they start.
const COMPARED: u64 = 8;

/// Standard errors beyond which one of both is called lower.
const BEYOND_DOUBT: f64 = 3.0;

fn ends(solutions: &[Solution]) -> Summary {
    let value = |s: &Solution| s.final_value.value_mean;
    Summary::of(&solutions.iter().map(value).collect::<Vec<_>>())
}

/// Rollouts of a descent, without the final evaluation.
fn spent(solution: &Solution) -> u64 {
    solution.iterations.last().map_or(0, |i| i.rollouts)
}

/// Both descents of a task.
struct Race {
    name: &'static str,
    budget: u64,
    samples: u64,
    start: f64,
    fixed: Summary,
    region: Summary,
    /// Most rollouts of the trust region.
    used: u64,
    /// By how many standard errors the trust region ends above the fixed steps.
    above: f64,
}

impl Race {
    fn run(lab: &mut Lab<'_>, name: &'static str) -> Result<Self> {
        let task = Task::find(name)?;
        let mut fixed = Options::published(&task)?;
        if lab.quick {
            fixed.iterations = fixed.iterations.min(20);
        }
        let rule = fixed.estimate.rule;
        let by_steps = lab.descents(&task, &fixed, rule)?;
        let budget = spent(&by_steps[0]);
        let mut region = Options::tuned(&task);
        let one = fixed.estimate.with_samples(1);
        let batch = one.batch(0, Stream::Estimate, Wanted::Both);
        let of_estimate = one.batches() * batch.rollouts(&task);
        let most = (budget / (LEAST_ITERATIONS * (COMPARED + of_estimate))).max(2);
        region.estimate.samples = region.estimate.samples.min(most);
        region.iterations = u32::MAX;
        region.rollouts = Some(budget);
        let by_region = lab.descents(&task, &region, rule)?;
        let start = lab.moments(&task, &task.start(), FINAL_SAMPLES, 0)?;
        let (fixed, region_ends) = (ends(&by_steps), ends(&by_region));
        Ok(Self {
            name,
            budget,
            samples: region.estimate.samples,
            start: start.value_mean(),
            fixed,
            region: region_ends,
            used: by_region.iter().map(spent).max().unwrap_or(0),
            above: standard_errors_above(&region_ends, &fixed),
        })
    }

    fn verdict(&self) -> &'static str {
        match self.above {
            z if z > BEYOND_DOUBT => "fixed steps",
            z if z < -BEYOND_DOUBT => "trust region",
            _ => "neither",
        }
    }

    /// What both gain, as shares of the larger gain.
    fn shares(&self) -> [f64; 2] {
        let gains = [self.fixed, self.region].map(|s| self.start - s.mean);
        let largest = gains[0].abs().max(gains[1].abs());
        gains.map(|g| if largest > 0.0 { g / largest } else { 0.0 })
    }

    fn row(&self) -> Vec<String> {
        let cell = |s: Summary| format!("{:.5} ± {:.2}", Short(s.mean), Short(s.deviation));
        vec![
            format!("`{}`", self.name),
            self.budget.to_string(),
            format!("{:.5}", Short(self.start)),
            cell(self.fixed),
            cell(self.region),
            format!("{} of {} samples", self.used, self.samples),
            self.verdict().into(),
        ]
    }
}

/// A number with so many significant digits.
struct Short(f64);

impl std::fmt::Display for Short {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let digits = f.precision().unwrap_or(6).max(1);
        let text = format!("{:.*e}", digits - 1, self.0);
        // Reading drops what rounding left of an exponent.
        f.write_str(&text.parse::<f64>().map_or(text, |x| x.to_string()))
    }
}

/// Both descents with the rule `aobg`; the trust region never takes more rollouts than the fixed steps.
pub fn trust_region(lab: &mut Lab<'_>) -> Result<Page> {
    let mut page = Page::new(
        "Trust region against fixed steps, at equal rollouts",
        "The paper's experiments take fixed steps; there is no trust region in them.",
    );
    let seeds = lab.seeds;
    lab.seeds = seeds.min(5);
    page.what = format!(
        "Every task that has settings for fixed steps, from its start with the rule `aobg` and {} seeds: fixed steps with \
         the published settings (for tasks that are not in the paper, settings in their manner), and the trust region with the settings of the task, which \
         stops before an iteration that would take more rollouts than the fixed steps took. Where that budget would not \
         suffice for {LEAST_ITERATIONS} iterations, it takes fewer samples. F is that of the best theta, from \
         {FINAL_SAMPLES} fresh samples that neither has seen and that are not counted.",
        lab.seeds
    );
    let mut races = Vec::new();
    for (name, _) in systems::ALL {
        if Task::find(name)?.published().is_none() {
            continue;
        }
        lab.say(name);
        races.push(Race::run(lab, name)?);
    }
    lab.seeds = seeds;
    page.table(
        "F at the end: mean ± standard deviation of the seeds",
        &[
            "task",
            "rollouts",
            "F at the start",
            "fixed steps",
            "trust region",
            "its rollouts",
            "lower by more than 3 s.e.",
        ],
        races.iter().map(Race::row).collect(),
    );
    picture(&mut page, &races);
    claims(&mut page, &races);
    Ok(page)
}

fn picture(page: &mut Page, races: &[Race]) {
    let column = |pick: &dyn Fn(&Race) -> f64| -> Vec<f64> { races.iter().map(pick).collect() };
    let fixed = column(&|r| r.shares()[0]);
    let region = column(&|r| r.shares()[1]);
    let panel = Panel::new()
        .categories(races.iter().map(|r| r.name))
        .y_label("decrease of F, larger of both = 1")
        .series(Series::bars(&fixed).label("fixed steps"))
        .series(Series::bars(&region).label("trust region"));
    let places: Vec<f64> = (0..races.len()).map(|i| i as f64).collect();
    let data = Table::new()
        .column("task", &places)
        .column("rollouts", &column(&|r| r.budget as f64))
        .column("start", &column(&|r| r.start))
        .column("fixed", &column(&|r| r.fixed.mean))
        .column("fixed_std_error", &column(&|r| r.fixed.std_error))
        .column("region", &column(&|r| r.region.mean))
        .column("region_std_error", &column(&|r| r.region.std_error))
        .column("region_rollouts", &column(&|r| r.used as f64));
    let caption = "What both descents gain with as many rollouts, as shares of the larger gain";
    page.picture("trust-region", caption, Figure::new().row([panel]), data);
}

fn claims(page: &mut Page, races: &[Race]) {
    let names = |wanted: &str| -> Vec<String> {
        let found = races.iter().filter(|r| r.verdict() == wanted);
        found.map(|r| format!("`{}`", r.name)).collect()
    };
    let listed = |names: &[String]| match names {
        [] => "no task".to_string(),
        names => names.join(", "),
    };
    let (lost, won) = (names("fixed steps"), names("trust region"));
    page.claim(
        "the trust region takes no more rollouts than the fixed steps",
        races.iter().all(|r| r.used <= r.budget),
        format!(
            "at most {:.0} % of them",
            races
                .iter()
                .map(|r| 100.0 * r.used as f64 / r.budget as f64)
                .fold(0.0, f64::max)
        ),
    );
    page.claim(
        "neither is better everywhere",
        !lost.is_empty() && !won.is_empty(),
        format!(
            "fixed steps are lower on {}; the trust region on {}; neither on {}",
            listed(&lost),
            listed(&won),
            listed(&names("neither"))
        ),
    );
    page.notes.push(
        "A fixed step is a setting of its task, found beforehand by rollouts that are not counted; where it is too short for \
         the budget, fixed steps lose by that alone. The trust region finds its own step, and spends up to eight of ten \
         rollouts on comparing steps."
            .into(),
    );
}
