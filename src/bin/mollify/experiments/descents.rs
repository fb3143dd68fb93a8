//! Descents with fixed steps and the published settings, one curve for each rule.

use super::lab::{Lab, Summary, standard_errors_above};
use super::landscapes::linear;
use super::page::Page;
use crate::figure::data::Table;
use crate::figure::{Figure, Panel, Series};
use mollify::error::Result;
use mollify::estimate::alpha::Rule;
use mollify::solve::{Options, Solution};
use mollify::system::task::Task;

/// Iterations whose mean value counts as where a descent ended: single ones are noisy.
const LAST: usize = 10;

/// What a difference must exceed, in standard errors, to be called one.
const CLEAR: f64 = 3.0;

/// The descents of one rule.
pub(super) struct Curve {
    pub rule: Rule,
    pub solutions: Vec<Solution>,
}

impl Curve {
    /// Where each descent ended: the mean value of its last iterations.
    pub fn ends(&self) -> Vec<f64> {
        let end = |s: &Solution| {
            let last = s.iterations.iter().rev().take(LAST);
            let values: Vec<f64> = last.map(|i| i.value_mean).collect();
            values.iter().sum::<f64>() / values.len() as f64
        };
        self.solutions.iter().map(end).collect()
    }

    /// Their summary.
    pub fn end(&self) -> Summary {
        Summary::of(&self.ends())
    }

    /// Mean over the descents of a quantity of each iteration, and its standard error.
    fn course(&self, of: impl Fn(&mollify::solve::Iteration) -> f64) -> (Vec<f64>, Vec<f64>) {
        let length = self.solutions.iter().map(|s| s.iterations.len()).min();
        (0..length.unwrap_or(0))
            .map(|i| {
                let values: Vec<f64> = self
                    .solutions
                    .iter()
                    .map(|s| of(&s.iterations[i]))
                    .collect();
                let summary = Summary::of(&values);
                (summary.mean, summary.std_error)
            })
            .unzip()
    }
}

/// One experiment: a task with its published options, and the rules to compare.
pub(super) struct Comparison {
    pub task: Task,
    pub options: Options,
    /// Behind the stem of the files and in the caption.
    pub variant: &'static str,
    pub digits: usize,
}

impl Comparison {
    pub fn of(task: Task, variant: &'static str, digits: usize) -> Result<Self> {
        Ok(Self {
            options: Options::published(&task)?,
            task,
            variant,
            digits,
        })
    }

    /// Runs all rules and adds a table and two panels, value and alpha, to the page.
    pub fn run(&self, lab: &mut Lab<'_>, rules: &[&str], page: &mut Page) -> Result<Vec<Curve>> {
        let mut options = self.options;
        if lab.quick {
            options.iterations = options.iterations.min(40);
        }
        let mut curves = Vec::new();
        for rule in rules {
            lab.say(&format!("{} {rule}", self.name()));
            let rule: Rule = rule.parse()?;
            let solutions = lab.descents(&self.task, &options, rule)?;
            curves.push(Curve { rule, solutions });
        }
        self.describe(&options, &curves, lab.seeds, page);
        Ok(curves)
    }

    fn name(&self) -> String {
        match self.variant {
            "" => self.task.name().to_string(),
            variant => format!("{}-{variant}", self.task.name()),
        }
    }

    fn describe(&self, options: &Options, curves: &[Curve], seeds: u64, page: &mut Page) {
        let axis = |label: &str| Panel::new().x_label("iteration").y_label(label);
        let (mut value, mut alpha) = (
            axis("smoothed objective F"),
            axis("alpha").y_range(-0.05, 1.05),
        );
        let mut data = Table::new();
        let mut rows = Vec::new();
        for curve in curves {
            let (mean, error) = curve.course(|i| i.value_mean);
            let (weight, _) = curve.course(|i| i.alpha);
            let iterations: Vec<f64> = (0..mean.len()).map(|i| i as f64).collect();
            let rule = curve.rule.to_string();
            if data.columns.is_empty() {
                data = data.column("iteration", &iterations);
            }
            data = data
                .column(format!("{rule}_value"), &mean)
                .column(format!("{rule}_value_std_error"), &error)
                .column(format!("{rule}_alpha"), &weight);
            let [x, y, spread, weight] = [&iterations, &mean, &error, &weight].map(|v| thinned(v));
            value = value.series(Series::line(&x, &y).std_error(&spread).label(&rule));
            alpha = alpha.series(Series::line(&x, &weight).label(&rule));
            let rollouts: Vec<f64> = curve.solutions.iter().map(|s| s.rollouts as f64).collect();
            rows.push(vec![
                format!("`{rule}`"),
                curve.end().to_text(self.digits),
                format!("{:.0}", Summary::of(&rollouts).mean),
            ]);
        }
        let name = self.name();
        let figure = Figure::new().lettered().common_legend().row([value, alpha]);
        let caption = format!(
            "{name}: smoothed objective with the standard error of {seeds} seeds, and the mean weight of the first order"
        );
        page.picture(&name, &caption, figure, data);
        page.table(
            format!(
                "{name}: F over the last {LAST} iterations, mean ± standard deviation of {seeds} seeds (least … largest)"
            ),
            &["rule", "F at the end", "rollouts"],
            rows,
        );
        page.notes
            .push(format!("{name}: {}", self.settings(options)));
    }

    /// The settings, and whether they leave alpha any choice.
    fn settings(&self, options: &Options) -> String {
        let e = &options.estimate;
        let bound = e.bound.unwrap_or(f64::NAN);
        let part = |delta: f64| {
            let log = ((self.task.dimension() as f64 + 1.0) / delta).ln();
            2.0 * bound * log / (3.0 * e.samples as f64)
        };
        let (here, legacy) = (part(e.failure_probability), part(0.95));
        let gamma = e.gamma.unwrap_or(f64::INFINITY);
        let verdict = match (here > gamma, legacy > gamma) {
            (true, true) => "so `aobg` gives alpha = 0 by construction, whatever the data",
            (true, false) => {
                "so `aobg` gives alpha = 0 by construction; with 0.95, which the released code puts there, it has a choice"
            }
            _ => "so `aobg` has a choice",
        };
        format!(
            "N = {}, {} iterations, {}, gamma = {}, bound R = {bound}, sigma = {}. The part of the confidence radius that \
             depends on R alone is 2RL/(3N) = {here:.3} (failure probability {}), {verdict}.",
            e.samples,
            options.iterations,
            match options.descent {
                mollify::solve::Descent::Gradient { step } => format!("step {step}"),
                _ => "no fixed step".into(),
            },
            gamma,
            self.task.sigma(),
            e.failure_probability,
        )
    }
}

/// Points of a curve in a picture, at most.
const POINTS: usize = 125;

/// Means of neighbours, so that a long noisy curve can be read; the data beside the picture have all.
fn thinned(values: &[f64]) -> Vec<f64> {
    let bins = values.chunks(values.len().div_ceil(POINTS).max(1));
    bins.map(|bin| bin.iter().sum::<f64>() / bin.len() as f64)
        .collect()
}

fn find<'a>(curves: &'a [Curve], rule: &str) -> &'a Curve {
    curves
        .iter()
        .find(|c| c.rule.to_string().split('=').next() == Some(rule))
        .expect("every rule that is asked for was run")
}

/// `worse` ends clearly above each of `better`.
pub(super) fn claim_worse(
    page: &mut Page,
    curves: &[Curve],
    what: &str,
    worse: &str,
    better: &[&str],
) {
    for other in better {
        let (a, b) = (find(curves, worse).end(), find(curves, other).end());
        let z = standard_errors_above(&a, &b);
        page.claim(
            format!("{what}`{worse}` ends worse than `{other}`"),
            z > CLEAR,
            format!(
                "{:.5} against {:.5}, {z:.1} standard errors",
                a.mean, b.mean
            ),
        );
    }
}

/// `rule` ends not clearly worse than `other`, within `share` of what `other` gained.
pub(super) fn claim_as_good(
    page: &mut Page,
    curves: &[Curve],
    what: &str,
    rule: &str,
    other: &str,
    share: f64,
) {
    let (a, b) = (find(curves, rule), find(curves, other));
    let start = b.solutions[0].iterations[0].value_mean;
    let (end, goal) = (a.end(), b.end());
    let lost = (end.mean - goal.mean) / (start - goal.mean).abs();
    page.claim(
        format!(
            "{what}`{rule}` ends as low as `{other}`, within {:.0} % of what that gained",
            100.0 * share
        ),
        lost < share,
        format!(
            "{:.5} against {:.5} from {start:.5}: {:.1} % short",
            end.mean,
            goal.mean,
            100.0 * lost.max(0.0)
        ),
    );
}

/// F and both gradients of a one-dimensional task by closed form.
fn landscape(task: &Task, low: f64, high: f64, page: &mut Page) {
    let thetas = linear(low, high, 301);
    let (mut cost, mut value, mut gradient, mut first) = (vec![], vec![], vec![], vec![]);
    for theta in &thetas {
        cost.push(mollify::engine::nominal::nominal(task, &[*theta]).cost);
        let form = task
            .closed_form(&[*theta], 0.0)
            .expect("this task has a closed form for Gaussian noise");
        value.push(form.value);
        gradient.push(form.gradient[0]);
        first.push(form.first_order[0]);
    }
    let axis = |label: &str| Panel::new().x_label("theta (rad)").y_label(label);
    let figure = Figure::new().lettered().row([
        axis("cost")
            .series(Series::line(&thetas, &cost).label("f"))
            .series(Series::line(&thetas, &value).label("F")),
        axis("gradient")
            .series(Series::line(&thetas, &gradient).label("F'"))
            .series(Series::line(&thetas, &first).label("mean of the first order"))
            .horizontal(0.0, ""),
    ]);
    let data = Table::new()
        .column("theta", &thetas)
        .column("cost", &cost)
        .column("value", &value)
        .column("gradient", &gradient)
        .column("first_order", &first);
    let name = format!("{}-landscape", task.name());
    let caption = format!(
        "{}: cost, smoothed objective, and what the first order converges to",
        task.name()
    );
    page.picture(&name, &caption, figure, data);
}

/// A throw over a wall.
pub fn ball_wall(lab: &mut Lab<'_>) -> Result<Page> {
    let mut page = Page::new(
        "Ball over a wall",
        "First order converges to a local minimum before the wall, because no derivative sees the jump of the cost where \
         the ball clears it; zeroth order and the mix find the throw over the wall (section 5).",
    );
    page.what = "The cost -x² of a throw at angle theta jumps where the ball clears the wall. Descents from angle 0.1 with \
                 the published settings."
        .into();
    let task = Task::find("ball-wall")?;
    landscape(&task, 0.0, 1.5, &mut page);
    let mut comparison = Comparison::of(task, "", 5)?;
    // Steps of 0.1 cross the plateau before the wall in about a thousand iterations.
    comparison.options.iterations = 2000;
    let rules = ["first", "zeroth", "aobg", "ddcg", "ivw"];
    let curves = comparison.run(lab, &rules, &mut page)?;
    claim_worse(&mut page, &curves, "", "first", &["zeroth", "aobg", "ddcg"]);
    claim_as_good(&mut page, &curves, "", "aobg", "zeroth", 0.05);
    claim_as_good(&mut page, &curves, "", "ddcg", "aobg", 0.05);
    claim_worse(&mut page, &curves, "", "ivw", &["aobg"]);
    Ok(page)
}

/// A cliff.
pub fn pivot(lab: &mut Lab<'_>) -> Result<Page> {
    let mut page = Page::new(
        "Pivoting up to a cliff",
        "First order pushes over the edge, which its derivatives do not announce; zeroth order and the mix stay before it \
         (section 5, momentum transfer).",
    );
    page.what = "The cost -sin² theta drops back to 0 beyond 45 degrees. Descents from 0.1 with the published settings.".into();
    let task = Task::find("pivot")?;
    landscape(&task, 0.0, 1.0, &mut page);
    let comparison = Comparison::of(task, "", 4)?;
    let curves = comparison.run(lab, &["first", "zeroth", "aobg", "ddcg", "ivw"], &mut page)?;
    claim_worse(&mut page, &curves, "", "first", &["zeroth", "aobg"]);
    claim_as_good(&mut page, &curves, "", "aobg", "zeroth", 0.1);
    Ok(page)
}

/// Soft and stiff pushing.
pub fn pushing(lab: &mut Lab<'_>) -> Result<Page> {
    let mut page = Page::new(
        "Pushing, soft and stiff",
        "With soft contact first order and the mix descend faster than zeroth order; with stiff contact the variance of the \
         first order makes it fail, and the mix follows the zeroth order (section 5).",
    );
    page.what = "One mass pushes another through a one-sided spring of stiffness 10 and 1000 N/m. Descents with the published \
                 fixed steps."
        .into();
    let rules = ["first", "zeroth", "aobg"];
    let soft = Comparison::of(Task::find("pushing")?, "10", 2)?;
    let curves = soft.run(lab, &rules, &mut page)?;
    claim_worse(
        &mut page,
        &curves,
        "stiffness 10: ",
        "zeroth",
        &["first", "aobg"],
    );
    let task = Task::find("pushing")?
        .with_horizon(200)?
        .with_parameter("stiffness", 1000.0)?
        .with_parameter("damping", 0.99)?;
    let curves = Comparison::of(task, "1000", 2)?.run(lab, &rules, &mut page)?;
    claim_worse(
        &mut page,
        &curves,
        "stiffness 1000: ",
        "first",
        &["zeroth", "aobg"],
    );
    claim_as_good(
        &mut page,
        &curves,
        "stiffness 1000: ",
        "aobg",
        "zeroth",
        0.05,
    );
    Ok(page)
}

/// Pushing by friction.
pub fn friction(lab: &mut Lab<'_>) -> Result<Page> {
    let mut page = Page::new(
        "Pushing by friction",
        "The friction force is bounded and acts only while the bodies overlap, so costs jump; first order ends worse than \
         zeroth order and the mix (section 5).",
    );
    page.what = "One mass drags another by friction while they overlap. Descents with the published fixed steps.".into();
    let comparison = Comparison::of(Task::find("friction")?, "", 1)?;
    let curves = comparison.run(lab, &["first", "zeroth", "aobg", "ddcg", "ivw"], &mut page)?;
    claim_worse(&mut page, &curves, "", "first", &["zeroth", "aobg"]);
    claim_as_good(&mut page, &curves, "", "ddcg", "aobg", 0.05);
    claim_worse(&mut page, &curves, "", "ivw", &["aobg"]);
    Ok(page)
}
