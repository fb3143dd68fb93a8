//! All descents on all tasks at equal rollouts.

use super::ends::{End, Key};
use super::lab::{Lab, Summary, standard_errors_above};
use super::page::Page;
use crate::figure::data::Table;
use crate::figure::{Figure, Panel, Series};
use mollify::engine::{Stream, Wanted};
use mollify::error::{Error, Named, Result};
use mollify::solve::{FINAL_SAMPLES, Kind, Options};
use mollify::system::task::Task;
use mollify::systems;

/// Standard errors beyond which one of two is called lower.
const BEYOND_DOUBT: f64 = 3.0;

/// The first seed: those before it served to choose the constants of the trust region.
const FRESH: u64 = 100;

/// A budget, as a multiple of that of the fixed steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Multiple {
    Quarter,
    One,
    Four,
}

impl Multiple {
    const ALL: [Self; 3] = [Self::One, Self::Quarter, Self::Four];

    fn of(self, rollouts: u64) -> u64 {
        match self {
            Self::Quarter => rollouts / 4,
            Self::One => rollouts,
            Self::Four => 4 * rollouts,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Quarter => "a quarter of",
            Self::One => "once",
            Self::Four => "four times",
        }
    }

    /// In the names of files.
    fn name(self) -> &'static str {
        match self {
            Self::Quarter => "quarter",
            Self::One => "once",
            Self::Four => "four",
        }
    }
}

/// The tasks of a small part of the work: of each kind one that takes no time.
const QUICK: [&str; 6] = [
    "pivot",
    "heaviside",
    "lqr-2",
    "cart-wall",
    "friction",
    "tennis",
];

/// Where the best of the others is lower beyond doubt, and why; the multiple of the budget is that of the page.
const EXCEPTIONS: &[(&str, Multiple, &str)] = &[
    (
        "quadratic",
        Multiple::One,
        "short by 6e-5 of the gain. Near the minimum the gradient of a small batch is noise, and most of what is left goes into looks \
         under a wider sigma, which see nothing in a bowl.",
    ),
    (
        "quadratic",
        Multiple::Quarter,
        "short by 1.4e-4 of the gain, for the same reason.",
    ),
    (
        "cart-wall",
        Multiple::Quarter,
        "short by 2e-3 of the gain, for the same reason: of 6000 rollouts it is where it ends after some 3000, and the rest goes into \
         looks under a wider sigma.",
    ),
    (
        "mating",
        Multiple::One,
        "short by 2e-3 of the gain, for the same reason. The seat is symmetric, so that the cost without noise is least where F is: \
         cma-es, whose samples draw together, finds that point to 1e-8.",
    ),
];

/// Rollouts of the fixed steps of a task; for a task without, two batches in each of its iterations.
fn budget(task: &Task) -> u64 {
    let (estimate, iterations) = match Options::published(task) {
        Ok(published) => (published.estimate, published.iterations),
        Err(_) => {
            let tuned = task.tuned();
            let published = Options::fixed_steps(task, tuned.samples, 1.0, tuned.iterations);
            (published.estimate, published.iterations)
        }
    };
    let batch = estimate.batch(0, Stream::Estimate, Wanted::Both);
    u64::from(iterations) * estimate.batches() * batch.rollouts(task)
}

/// The descents of one kind.
struct Runner {
    kind: Kind,
    /// F at the end.
    end: Summary,
    /// Most rollouts of its iterations.
    used: u64,
}

/// All descents of a task at a budget.
struct Race {
    name: &'static str,
    multiple: Multiple,
    budget: u64,
    runners: Vec<Runner>,
}

impl Race {
    fn run(lab: &mut Lab<'_>, name: &'static str, multiple: Multiple) -> Result<Self> {
        let task = Task::find(name)?;
        let part = if lab.quick { 20 } else { 1 };
        let budget = (multiple.of(budget(&task)) / part).max(600);
        let mut runners = Vec::new();
        for (kind, _, _) in Kind::ALL {
            let options = match Options::of(&task, *kind) {
                Err(Error::Unpublished { .. }) => continue,
                options => options?.within(budget),
            };
            if options.check(&task).is_err() {
                continue;
            }
            lab.say(&format!(
                "{name}, {} the rollouts, {}",
                multiple.words(),
                kind.name()
            ));
            let ends = descents(lab, &task, &options, (*kind, budget))?;
            let values: Vec<f64> = ends.iter().map(|end| end.value).collect();
            runners.push(Runner {
                kind: *kind,
                end: Summary::of(&values),
                used: ends.iter().map(|end| end.used).max().unwrap_or(0),
            });
        }
        Ok(Self {
            name,
            multiple,
            budget,
            runners,
        })
    }

    fn runner(&self, kind: Kind) -> Option<&Runner> {
        self.runners.iter().find(|r| r.kind == kind)
    }

    /// Of all but the trust region.
    fn best_other(&self) -> Option<&Runner> {
        let others = self.runners.iter().filter(|r| r.kind != Kind::TrustRegion);
        others.min_by(|a, b| a.end.mean.total_cmp(&b.end.mean))
    }

    /// By how many standard errors the trust region ends above the best of the others.
    fn above(&self) -> f64 {
        let both = self.runner(Kind::TrustRegion).zip(self.best_other());
        both.map_or(0.0, |(own, other)| {
            standard_errors_above(&own.end, &other.end)
        })
    }

    /// The place of a kind, 1 for the lowest F.
    fn place(&self, kind: Kind) -> Option<f64> {
        let own = self.runner(kind)?.end.mean;
        let lower = self.runners.iter().filter(|r| r.end.mean < own).count();
        Some(lower as f64 + 1.0)
    }

    fn row(&self) -> Vec<String> {
        let least = self
            .runners
            .iter()
            .map(|r| r.end.mean)
            .fold(f64::INFINITY, f64::min);
        let cell = |(kind, _, _): &(Kind, &str, &str)| match self.runner(*kind) {
            None => "-".into(),
            Some(Runner { end, .. }) => {
                let text = format!("{:.5} ± {:.2}", Short(end.mean), Short(end.deviation));
                if end.mean <= least {
                    format!("**{text}**")
                } else {
                    text
                }
            }
        };
        let mut row = vec![format!("`{}`", self.name), self.budget.to_string()];
        row.extend(Kind::ALL.iter().map(cell));
        row.push(format!("{:.1}", self.above()));
        row
    }
}

fn descents(
    lab: &mut Lab<'_>,
    task: &Task,
    options: &Options,
    (kind, rollouts): (Kind, u64),
) -> Result<Vec<End>> {
    let seeds = (0..lab.seeds).map(|i| lab.seed + FRESH + i);
    let seeds: Vec<u64> = seeds.collect();
    let one = |seed| {
        let key = Key {
            task: task.name().into(),
            rollouts,
            descent: kind.name().into(),
            seed,
        };
        if let Some(end) = lab.ends.as_ref().and_then(|ends| ends.find(&key)) {
            return Ok(end);
        }
        let mut options = *options;
        options.estimate = options.estimate.with_seed(seed);
        let found = lab.descend(task, &options)?;
        let end = End {
            value: found.final_value.value_mean,
            used: found.iterations.last().map_or(0, |i| i.rollouts),
        };
        if let Some(ends) = &mut lab.ends {
            ends.add(key, end)?;
        }
        Ok(end)
    };
    seeds.into_iter().map(one).collect()
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

/// Every descent with its defaults and the same budget, which sets batches and iterations.
pub fn descents_at_equal_rollouts(lab: &mut Lab<'_>) -> Result<Page> {
    let mut page = Page::new(
        "All descents at equal rollouts",
        "The paper's experiments take fixed steps; there is no trust region in them, and no search.",
    );
    page.what = format!(
        "Every task from its start, {} seeds that did not serve to choose any constant ({} and those behind it): the trust region, \
         which is the default, against all other descents with their defaults (fixed steps with the published settings; for \
         tasks that are not in the paper, settings in their manner), at the rollouts of the fixed steps, at a quarter and at four \
         times as many; a task without fixed steps has two batches in each of its iterations. That budget alone sets batches and \
         iterations. F is that of the best theta, from {FINAL_SAMPLES} fresh samples that no descent has seen and that no \
         budget counts. Search methods draw noise on theta, and take no part where it is on the action.",
        lab.seeds,
        lab.seed + FRESH
    );
    for multiple in Multiple::ALL {
        let mut races = Vec::new();
        let quick = lab.quick;
        let tasks = systems::ALL.iter().map(|(name, _)| *name);
        for name in tasks.filter(|name| !quick || QUICK.contains(name)) {
            races.push(Race::run(lab, name, multiple)?);
        }
        table(&mut page, &races, multiple);
        picture(&mut page, &races, multiple);
        claims(&mut page, &races, multiple);
    }
    let noted = EXCEPTIONS.iter().map(|(name, multiple, why)| {
        format!("`{name}` at {} the rollouts: {why}", multiple.words())
    });
    page.notes.extend(noted);
    page.notes.push(
        "A fixed step is a setting of its task, found beforehand by rollouts that are not counted. cem and cma-es minimise \
         the cost where their samples end up, at last without noise, which is not F where costs jump."
            .into(),
    );
    Ok(page)
}

fn table(page: &mut Page, races: &[Race], multiple: Multiple) {
    let mut header = vec!["task", "rollouts"];
    header.extend(Kind::ALL.iter().map(|(_, name, _)| *name));
    header.push("trust region above the best other, s.e.");
    let mut rows: Vec<Vec<String>> = races.iter().map(Race::row).collect();
    let mean_place = |(kind, _, _): &(Kind, &str, &str)| {
        let places: Vec<f64> = races.iter().filter_map(|r| r.place(*kind)).collect();
        match places.len() {
            0 => "-".into(),
            n => format!("{:.1}", places.iter().sum::<f64>() / n as f64),
        }
    };
    let mut last = vec!["mean place".to_string(), String::new()];
    last.extend(Kind::ALL.iter().map(mean_place));
    last.push(String::new());
    rows.push(last);
    let multiple = multiple.words();
    let title = format!(
        "F at the end at {multiple} the rollouts: mean ± standard deviation of the seeds, the lowest in bold"
    );
    page.table(title, &header, rows);
}

fn picture(page: &mut Page, races: &[Race], multiple: Multiple) {
    let places = |kind: Kind| -> Vec<f64> {
        races
            .iter()
            .map(|r| r.place(kind).unwrap_or(f64::NAN))
            .collect()
    };
    let above: Vec<f64> = races.iter().map(Race::above).collect();
    let panel = Panel::new()
        .categories(races.iter().map(|r| r.name))
        .y_label("place of the trust region, 1 = lowest F")
        .series(Series::bars(&places(Kind::TrustRegion)).label("trust region"));
    let numbers: Vec<f64> = (0..races.len()).map(|i| i as f64).collect();
    let budgets: Vec<f64> = races.iter().map(|r| r.budget as f64).collect();
    let mut data = Table::new()
        .column("task", &numbers)
        .column("rollouts", &budgets)
        .column("standard_errors_above", &above);
    for (kind, name, _) in Kind::ALL {
        let column = |pick: fn(&Runner) -> f64| -> Vec<f64> {
            races
                .iter()
                .map(|r| r.runner(*kind).map_or(f64::NAN, pick))
                .collect()
        };
        data = data
            .column(format!("{name}_value"), &column(|r| r.end.mean))
            .column(format!("{name}_deviation"), &column(|r| r.end.deviation))
            .column(format!("{name}_rollouts"), &column(|r| r.used as f64));
    }
    let words = multiple.words();
    let caption =
        format!("The place of the trust region among all descents at {words} the rollouts");
    page.picture(
        &format!("descents-{}", multiple.name()),
        &caption,
        Figure::new().row([panel]),
        data,
    );
}

fn claims(page: &mut Page, races: &[Race], multiple: Multiple) {
    let words = multiple.words();
    let worse: Vec<&Race> = races.iter().filter(|r| r.above() > BEYOND_DOUBT).collect();
    let is_known = |r: &Race| {
        EXCEPTIONS
            .iter()
            .any(|(name, m, _)| (*name, *m) == (r.name, r.multiple))
    };
    let listed = |races: &[&Race]| match races {
        [] => "none".to_string(),
        races => {
            let one = |r: &&Race| {
                let other = r.best_other().map_or("", |o| o.kind.name());
                format!("`{}` by {:.1} against {other}", r.name, r.above())
            };
            races.iter().map(one).collect::<Vec<_>>().join(", ")
        }
    };
    page.claim(
        format!(
            "at {words} the rollouts the trust region ends above the best of the others by more than {BEYOND_DOUBT} standard \
             errors nowhere but on the exceptions named below"
        ),
        worse.iter().all(|r| is_known(r)),
        listed(&worse),
    );
    let over = |r: &Race| r.runners.iter().any(|runner| runner.used > r.budget);
    let used = |r: &Race| {
        r.runner(Kind::TrustRegion)
            .map_or(0.0, |t| t.used as f64 / r.budget as f64)
    };
    let shares: Vec<f64> = races.iter().map(used).collect();
    let summary = Summary::of(&shares);
    page.claim(
        format!("at {words} the rollouts no descent exceeds its budget, and the trust region uses nine tenths of it"),
        !races.iter().any(over) && summary.least >= 0.9,
        format!("the trust region from {:.0} to {:.0} %", 100.0 * summary.least, 100.0 * summary.largest),
    );
}
