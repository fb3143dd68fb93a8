//! Model predictive control by every method, at equal rollouts for each plan.

use super::lab::{Lab, Summary, standard_errors_above};
use super::page::Page;
use crate::figure::data::Table;
use crate::figure::{Figure, Panel, Series};
use mollify::control::{Options, Refinement, Run};
use mollify::error::Result;
use mollify::noise::environment::Draw;
use mollify::solve::{self, Kind};
use mollify::system::ParameterSet;
use mollify::system::policy::Policy;
use mollify::system::task::Task;
use mollify::systems::{hopper, quadrotor};

/// Steps of the plant.
const STEPS: usize = 200;

/// Rollouts of one plan.
const ROLLOUTS: u64 = 200;

/// Gradient steps behind MPPI.
const REFINING: u32 = 4;

/// Standard errors beyond which one of two is called lower.
const BEYOND_DOUBT: f64 = 3.0;

/// Steps at the end through which success has to last.
const LAST: usize = 10;

/// A way to plan.
struct Method {
    name: &'static str,
    kind: Kind,
    refining: u32,
}

const fn method(name: &'static str, kind: Kind, refining: u32) -> Method {
    Method {
        name,
        kind,
        refining,
    }
}

const METHODS: [Method; 5] = [
    method("trust-region", Kind::TrustRegion, 0),
    method("mppi", Kind::Mppi, 0),
    method("mppi + gradient", Kind::Mppi, REFINING),
    method("cem", Kind::Cem, 0),
    method("gradient", Kind::Gradient, 0),
];

/// A task with what is changed about it here.
struct Case {
    name: &'static str,
    /// Steps of a plan.
    horizon: usize,
    /// Parameters of both plan and plant.
    set: &'static [(&'static str, f64)],
    /// Where the plant starts: uniform from the first to the second.
    start: &'static [(&'static str, f64, f64)],
    /// Samples and step of fixed steps, for a task without published ones.
    fixed: (u64, f64),
    /// Whether a state is one of success, and in words.
    succeeds: fn(&Task, &[f64]) -> bool,
    success: &'static str,
}

const CASES: [Case; 4] = [
    Case {
        name: "pushing",
        // The 2 s that the task itself looks ahead: nothing holds the body at its goal, and what sees less throws it past.
        horizon: 200,
        set: &[("time_step", 0.01)],
        start: &[("gap", 0.0, 0.1)],
        fixed: (10, 1e-3),
        succeeds: |task, x| (x[0] + x[1] + 1.0 - goal(task, "goal_2")).abs() < 0.1,
        success: "body 2 within 0.1 m of its goal",
    },
    Case {
        name: "hopper",
        horizon: 60,
        set: &[("time_step", 0.004), ("ground_stiffness", 5000.0)],
        start: &[("foot_height", 0.05, 0.25)],
        fixed: (20, 1e-2),
        succeeds: |task, x| {
            let p = hopper::Parameters::from_fn(|i| task.parameters()[i]);
            (hopper::apex(&p, [x[0], x[1], x[2], x[3]]) - p.goal).abs() < 0.05
        },
        success: "apex within 0.05 m of its goal",
    },
    Case {
        name: "cart-pole",
        horizon: 75,
        set: &[],
        start: &[("angle", 2.6, 3.6), ("cart", -0.3, 0.3)],
        fixed: (20, 0.1),
        succeeds: |_, x| x[1].cos() > 0.95,
        success: "the pole within 18° of upright",
    },
    Case {
        name: "quadrotor",
        horizon: 50,
        set: &[],
        start: &[("x", -1.2, 1.2), ("y", 0.8, 1.6), ("angle", -0.5, 0.5)],
        fixed: (20, 3e-4),
        succeeds: |task, x| {
            let p = quadrotor::Parameters::from_fn(|i| task.parameters()[i]);
            let stands = x[1] < p.foot_below + 0.01 && x[2].abs() < 0.1;
            let rests = x[3].hypot(x[4]) < 0.1;
            stands && rests && (x[0] - p.pad).abs() < p.pad_width / 2.0
        },
        success: "on the pad, level, slower than 0.1 m/s",
    },
];

/// A parameter of a task that has it.
fn goal(task: &Task, name: &str) -> f64 {
    let index = task.model().parameter_index(name);
    index.map_or(f64::NAN, |i| task.parameters()[i])
}

impl Case {
    /// Plan and plant, which differ in nothing.
    fn task(&self) -> Result<Task> {
        let task = Task::find(self.name)?.with_policy(Policy::OpenLoop)?;
        let mut task = task.with_horizon(self.horizon)?;
        for (name, value) in self.set {
            task = task.with_parameter(name, *value)?;
        }
        for (name, low, high) in self.start {
            let (low, high) = (*low, *high);
            task = task.with_initial(name, Draw::Uniform { low, high }, &[])?;
        }
        Ok(task)
    }

    fn options(&self, task: &Task, method: &Method, rollouts: u64) -> Result<Options> {
        // Without published settings there are fixed steps all the same.
        let kind = match method.kind {
            Kind::Gradient => Kind::TrustRegion,
            kind => kind,
        };
        let mut options = Options::of(task, kind, rollouts)?;
        if method.kind == Kind::Gradient {
            let nonfinite = options.descent.estimate.nonfinite;
            let (samples, step) = self.fixed;
            options.descent = solve::Options::fixed_steps(task, samples, step, 1);
            options.descent.estimate.nonfinite = nonfinite;
        }
        if method.refining > 0 {
            options = options.with_refinement(Refinement {
                steps: method.refining,
                rate: None,
            });
        }
        Ok(options)
    }
}

/// What became of a method on a task, over all seeds.
struct Ran {
    /// Of the runs that were not ended by a plan or a plant that was not finite.
    cost: Summary,
    ended_early: usize,
    successes: usize,
    milliseconds: f64,
    real_time: f64,
    most_rollouts: u64,
    /// Mean of the cost until each step, over the seeds.
    so_far: Vec<f64>,
}

impl Ran {
    fn of(case: &Case, task: &Task, runs: &[Run]) -> Self {
        let complete = runs.iter().filter(|run| run.is_complete());
        let costs: Vec<f64> = complete.map(|run| run.cost).collect();
        let succeeds = |run: &&Run| {
            let last = &run.states[run.states.len().saturating_sub(LAST)..];
            run.is_complete() && last.iter().all(|x| (case.succeeds)(task, x))
        };
        let seconds: f64 = runs.iter().map(|run| run.planning_seconds).sum();
        let plans: usize = runs.iter().map(|run| run.replannings.len()).sum();
        let simulated: f64 = runs.iter().filter_map(|run| run.simulated_seconds).sum();
        let rollouts = runs.iter().flat_map(|run| &run.replannings);
        let until = |t: usize| {
            let spent = runs
                .iter()
                .map(|run| run.costs.iter().take(t + 1).sum::<f64>());
            spent.sum::<f64>() / runs.len() as f64
        };
        let steps = runs.iter().map(|run| run.controls.len()).min();
        Self {
            ended_early: runs.len() - costs.len(),
            cost: Summary::of(&costs),
            successes: runs.iter().filter(succeeds).count(),
            milliseconds: 1e3 * seconds / plans as f64,
            real_time: simulated / seconds,
            most_rollouts: rollouts.map(|r| r.rollouts).max().unwrap_or(0),
            so_far: (0..steps.unwrap_or(0)).map(until).collect(),
        }
    }
}

/// All methods on a task.
struct Trial {
    case: &'static Case,
    ran: Vec<Ran>,
}

impl Trial {
    fn run(lab: &mut Lab<'_>, case: &'static Case) -> Result<Self> {
        let task = case.task()?;
        let mut ran = Vec::new();
        for method in &METHODS {
            lab.say(&format!("{} {}", case.name, method.name));
            let options = case.options(&task, method, ROLLOUTS)?;
            let steps = lab.amount(STEPS as u64) as usize;
            let runs = (0..lab.seeds).map(|i| {
                let options = options.clone().with_steps(steps);
                lab.control(&task, &options.with_seed(lab.seed + i))
            });
            let runs: Vec<Run> = runs.collect::<Result<_>>()?;
            ran.push(Ran::of(case, &task, &runs));
        }
        Ok(Self { case, ran })
    }

    fn of(&self, name: &str) -> &Ran {
        let found = METHODS.iter().position(|m| m.name == name);
        &self.ran[found.expect("the methods are those of the table")]
    }

    fn rows(&self, seeds: u64) -> Vec<Vec<String>> {
        let one = |(method, ran): (&Method, &Ran)| {
            let cost = match ran.ended_early {
                0 => ran.cost.to_text(2),
                some => {
                    format!("{some} of {seeds} runs were ended by numbers that were not finite")
                }
            };
            vec![
                format!("`{}`", self.case.name),
                method.name.to_string(),
                format!("{} of {seeds}", ran.successes),
                cost,
                format!("{:.1}", ran.milliseconds),
                format!("{:.2}", ran.real_time),
            ]
        };
        METHODS.iter().zip(&self.ran).map(one).collect()
    }

    fn panel(&self) -> Panel {
        let panel = Panel::new()
            .title(self.case.name)
            .x_label("step")
            .y_label("cost so far, mean");
        let lines = METHODS.iter().zip(&self.ran);
        lines.fold(panel, |panel, (method, ran)| {
            let steps: Vec<f64> = (0..ran.so_far.len()).map(|t| t as f64).collect();
            panel.series(Series::line(&steps, &ran.so_far).label(method.name))
        })
    }
}

/// Success and cost of receding horizons on four tasks.
pub fn receding_horizons(lab: &mut Lab<'_>) -> Result<Page> {
    let mut page = Page::new(
        "Receding horizons at equal rollouts",
        "The paper optimises one trajectory; nothing in it is planned anew.",
    );
    page.what = what(lab);
    let mut trials = Vec::new();
    for case in &CASES {
        trials.push(Trial::run(lab, case)?);
    }
    let seeds = lab.seeds;
    page.table(
        "Success and cost of the plant, mean ± standard deviation of the seeds; milliseconds of one plan; simulated over planning \
         seconds",
        &["task", "method", "success", "cost", "ms per plan", "real-time factor"],
        trials.iter().flat_map(|t| t.rows(seeds)).collect(),
    );
    pictures(&mut page, &trials);
    claims(&mut page, &trials, seeds);
    page.notes.push(
        "The real-time factor is that of the machine that made the page, with a plan before every step; it grows with the steps \
         between two plans. Times of other runs on the same cores are in it."
            .into(),
    );
    page.notes.push(
        "A fixed step is a setting of its task: that of `pushing` is published, the others were found by trying powers of ten on one \
         plan, whose rollouts are not counted."
            .into(),
    );
    page.notes.push(
        "The settings are those of a third run. In a first one, seeds 0 to 2, 400 rollouts and `pushing` with time_step 0.005 and a \
         gap of up to 0.2 m, every run of `pushing` failed too, with the trust region level with MPPI (1495 against 1476). In a second \
         one, with these seeds and `pushing` 60 steps ahead, all failed again, and MPPI cost a third of the trust region (1011 against 3105): \
         contact only pushes, nothing holds the body at its goal, and a plan that does not see it pass throws it there the faster \
         the better it is. So no seed is fresh on `pushing`, and seeds 0 to 2 are not on the others."
            .into(),
    );
    Ok(page)
}

fn what(lab: &Lab<'_>) -> String {
    let success: Vec<String> = CASES
        .iter()
        .map(|case| {
            let set: Vec<String> = case.set.iter().map(|(n, v)| format!("{n} {v}")).collect();
            let set = match set.is_empty() {
                true => String::new(),
                false => format!(" ({})", set.join(", ")),
            };
            format!(
                "`{}`{set}, {} steps ahead: {}",
                case.name, case.horizon, case.success
            )
        })
        .collect();
    format!(
        "{} steps of each plant, before each a plan within {ROLLOUTS} rollouts that starts from the last one, {} seeds, each of which \
         draws where the plant starts and the noise of all plans. Plan and plant are the same, and nothing is disturbed, so that what is \
         seen is the planning. Every method has its defaults: `mppi` one batch, `cem` four, the trust region as many iterations as it \
         makes of its budget; `mppi + gradient` is MPPI with {REFINING} gradient steps behind it (Diff-MPPI), within the same budget. \
         Success lasts through the last {LAST} states. {}.",
        lab.amount(STEPS as u64),
        lab.seeds,
        success.join("; ")
    )
}

fn pictures(page: &mut Page, trials: &[Trial]) {
    let mut figure = Figure::new();
    let mut data = Table::new();
    for pair in trials.chunks(2) {
        figure = figure.row(pair.iter().map(Trial::panel).collect::<Vec<_>>());
    }
    for trial in trials {
        for (method, ran) in METHODS.iter().zip(&trial.ran) {
            let method = method.name.replace(" + ", "_with_").replace('-', "_");
            let task = trial.case.name.replace('-', "_");
            data = data.column(format!("{task}_{method}_cost_so_far"), &ran.so_far);
        }
    }
    let caption = "Cost of the plant until each step, mean of the seeds";
    page.picture("control", caption, figure, data);
}

fn claims(page: &mut Page, trials: &[Trial], seeds: u64) {
    for trial in trials {
        let (own, mppi) = (trial.of("trust-region"), trial.of("mppi"));
        page.claim(
            format!(
                "on `{}` the trust region succeeds at least as often as MPPI, and costs no more beyond doubt",
                trial.case.name
            ),
            own.successes >= mppi.successes
                && standard_errors_above(&own.cost, &mppi.cost) <= BEYOND_DOUBT,
            format!(
                "{} against {} of {seeds}; {:.2} against {:.2}",
                own.successes, mppi.successes, own.cost.mean, mppi.cost.mean
            ),
        );
    }
    let worse = |t: &&Trial| {
        standard_errors_above(&t.of("mppi + gradient").cost, &t.of("mppi").cost) > BEYOND_DOUBT
    };
    let worse: Vec<&str> = trials.iter().filter(worse).map(|t| t.case.name).collect();
    page.claim(
        "gradient steps behind MPPI make it worse beyond doubt nowhere",
        worse.is_empty(),
        match worse.is_empty() {
            true => "none".into(),
            false => worse.join(", "),
        },
    );
    let most = trials.iter().flat_map(|t| &t.ran).map(|r| r.most_rollouts);
    let most = most.max().unwrap_or(0);
    page.claim(
        format!("no plan exceeds its {ROLLOUTS} rollouts"),
        most <= ROLLOUTS,
        format!("{most} at most"),
    );
}
