//! Budgets: every rollout is counted, a budget alone sets batches and iterations, and what ends a descent is said.

use mollify::Result;
use mollify::engine::backend::{Backend, Precision};
use mollify::engine::cpu::CpuEngine;
use mollify::engine::moments::Moments;
use mollify::engine::reference::ReferenceEngine;
use mollify::engine::work::Work;
use mollify::engine::{Batch, Decrease, EngineReport, Interrupt, Sample, Tree, WorkPlan};
use mollify::error::Named;
use mollify::estimate::alpha::Rule;
use mollify::solve::{Advice, Cause, Kind, Options, Solution, Stopped, solve};
use mollify::system::task::Task;
use std::ops::Range;

/// The reference engine, counting what it rolls out under noise or in an environment of a sample.
struct Counting {
    engine: ReferenceEngine,
    rollouts: u64,
}

impl Counting {
    fn new() -> Self {
        Self {
            engine: ReferenceEngine::new("a test", Interrupt::default()),
            rollouts: 0,
        }
    }
}

impl Backend for Counting {
    fn report(&self) -> &EngineReport {
        Backend::report(&self.engine)
    }
    fn interrupt(&self) -> &Interrupt {
        Backend::interrupt(&self.engine)
    }
    fn precision(&self) -> Precision {
        Backend::precision(&self.engine)
    }
    fn plan(&self, task: &Task, batch: &Batch) -> Result<WorkPlan> {
        Backend::plan(&self.engine, task, batch)
    }
    fn deviations(&mut self, work: &Work<'_>) -> Result<Tree<Moments>> {
        self.rollouts += work.batch.rollouts(work.task);
        Backend::deviations(&mut self.engine, work)
    }
    fn moments(&mut self, work: &Work<'_>) -> Result<Tree<Moments>> {
        self.rollouts += work.batch.rollouts(work.task);
        Backend::moments(&mut self.engine, work)
    }
    fn decreases(&mut self, work: &Work<'_>) -> Result<Vec<Tree<Decrease>>> {
        let range = work.batch.range();
        self.rollouts += (range.end - range.start) * work.thetas.len() as u64;
        Backend::decreases(&mut self.engine, work)
    }
    fn costs(&mut self, work: &Work<'_>, thetas: &[Vec<f64>]) -> Result<Vec<f64>> {
        self.rollouts += thetas.len() as u64;
        Backend::costs(&mut self.engine, work, thetas)
    }
    fn samples(&mut self, work: &Work<'_>, range: Range<u64>) -> Result<Vec<Sample>> {
        let each = if work.task.environment().is_random() {
            2
        } else {
            1
        };
        self.rollouts += each * (range.end - range.start);
        Backend::samples(&mut self.engine, work, range)
    }
}

fn run(task: &Task, options: &Options) -> (Solution, u64) {
    let (interrupt, mut engine) = (Interrupt::default(), Counting::new());
    let found = solve(
        &mut engine,
        task,
        &task.start(),
        options,
        &interrupt,
        &mut |_| (),
    );
    (found.expect("it ends"), engine.rollouts)
}

#[test]
fn every_rollout_of_the_trust_region_is_counted() {
    for (name, rollouts) in [
        ("pivot", 1500),
        ("friction", 700),
        ("lqr-2", 1500),
        ("quadratic", 20_000),
    ] {
        let task = Task::find(name).expect(name);
        for rule in [Rule::LeastError, Rule::Aobg, Rule::Zeroth, Rule::First] {
            let options = Options::tuned(&task)
                .within(rollouts)
                .with_rule(&task, rule);
            let (found, counted) = run(&task, &options);
            assert_eq!(found.rollouts, counted, "{name} {rule}");
        }
    }
}

/// A tenth at most is left over, unless nothing is left to do.
#[test]
fn a_budget_alone_is_used_up_and_never_exceeded() {
    for name in ["pivot", "friction", "lqr-2", "quadratic", "bounce"] {
        let task = Task::find(name).expect(name);
        for (kind, _, _) in Kind::ALL {
            let Ok(options) = Options::of(&task, *kind).map(|options| options.within(3000)) else {
                continue;
            };
            if options.check(&task).is_err() {
                continue;
            }
            let (found, _) = run(&task, &options);
            let spent = found.iterations.last().map_or(0, |i| i.rollouts);
            assert!(spent <= 3000, "{name} {kind:?}: {spent}");
            if found.ended_by == Cause::Budget {
                assert_eq!(found.stopped, Stopped::Rollouts);
                assert!(spent >= 2700, "{name} {kind:?}: {spent}");
            }
        }
    }
}

/// Secants take rollouts of the last batch beside those of this one: these seeds went beyond the budget by a few.
#[test]
fn secants_stay_within_the_budget() {
    for (name, horizon, budget, seed) in [
        ("hopper", 30, 40_000, 0),
        ("hopper", 60, 20_000, 10),
        ("tennis", 200, 40_000, 6),
    ] {
        let task = Task::find(name).and_then(|t| t.with_horizon(horizon));
        let task = task.expect(name);
        let mut options = Options::tuned(&task).within(budget);
        options.estimate = options.estimate.with_seed(seed);
        let mut engine = CpuEngine::new("a test", 64 << 20, Interrupt::default());
        let (start, stop) = (task.start(), Interrupt::default());
        let found = solve(&mut engine, &task, &start, &options, &stop, &mut |_| ());
        let iterations = found.expect(name).iterations;
        let spent = iterations.last().map_or(0, |i| i.rollouts);
        assert!(
            (budget * 9 / 10..=budget).contains(&spent),
            "{name}: {spent} of {budget}"
        );
    }
}

#[test]
fn a_task_has_a_budget_of_its_own() {
    let task = Task::find("quadratic").expect("task");
    let options = Options::tuned(&task);
    let tuned = task.tuned();
    let own = 10 * tuned.samples * u64::from(tuned.iterations);
    assert_eq!(
        (options.rollouts, options.iterations),
        (Some(own), u32::MAX)
    );
    // Fixed steps stay as published.
    let published = Options::published(&task).expect("published");
    assert_eq!(published.rollouts, None);
    assert_eq!(
        published.iterations,
        task.published().expect("published").iterations
    );
}

#[test]
fn a_budget_below_one_iteration_is_refused_with_what_one_takes() {
    let task = Task::find("quadratic").expect("task");
    for (kind, _, _) in Kind::ALL {
        let mut options = Options::of(&task, *kind).expect("published");
        options.rollouts = Some(3);
        let interrupt = Interrupt::default();
        let mut engine = Counting::new();
        let found = solve(
            &mut engine,
            &task,
            &task.start(),
            &options,
            &interrupt,
            &mut |_| (),
        );
        let error = found.expect_err("refused").to_string();
        assert!(
            error.starts_with("rollouts is 3, but must be at least"),
            "{error}"
        );
        let least = error.split_whitespace().find_map(|word| {
            word.trim_end_matches(',')
                .parse()
                .ok()
                .filter(|n| *n > 3_u64)
        });
        options.rollouts = Some(least.expect("a number"));
        let (found, _) = run(&task, &options);
        assert!(!found.iterations.is_empty(), "{kind:?}");
    }
}

#[test]
fn the_end_says_what_it_was_and_what_goes_on() {
    let task = Task::find("quadratic").expect("task");
    let (found, _) = run(&task, &Options::tuned(&task).within(2000));
    assert_eq!(found.ended_by, Cause::Budget);
    let spent = found.iterations.last().expect("iterations").rollouts;
    assert_eq!(found.advice, [Advice::Rollouts(4 * spent)]);
    assert_eq!(found.rollouts, spent + found.final_rollouts);
    let last = found.iterations.last().expect("iterations");
    let ratio = last.gradient_norm / last.gradient_noise;
    assert_eq!(found.gradient_over_noise, Some(ratio));
    let mut fixed = Options::published(&task).expect("published");
    fixed.iterations = 3;
    let (found, _) = run(&task, &fixed);
    assert_eq!(found.stopped, Stopped::Iterations);
    let other = Advice::Descent(Kind::TrustRegion);
    assert_eq!(found.advice, [Advice::Iterations(12), other]);
    // More rollouts would end at the same iteration.
    let few = Options::tuned(&task).limited(&task, None, Some(2), None);
    let (found, _) = run(&task, &few);
    assert_eq!(found.advice, [Advice::Iterations(8)]);
    let mut short = few;
    short.seconds = Some(1e-9);
    let (found, _) = run(&task, &short);
    assert_eq!(found.stopped, Stopped::Time);
    let (found, _) = run(&task, &Options::of(&task, Kind::CmaEs).expect("options"));
    assert_eq!(
        (found.ended_by, found.gradient_over_noise),
        (Cause::Region, None)
    );
}

/// Nothing is to be seen on a plateau from far away; that is said, and not how little of the budget was used.
#[test]
fn a_plateau_ends_for_want_of_a_gradient() {
    let task = Task::find("heaviside")
        .expect("task")
        .with_sigma(1e-3)
        .expect("sigma");
    let interrupt = Interrupt::default();
    let options = Options::tuned(&task);
    let found = solve(
        &mut Counting::new(),
        &task,
        &[-5.0],
        &options,
        &interrupt,
        &mut |_| (),
    );
    let found = found.expect("it ends");
    assert_eq!(
        (found.stopped, found.ended_by),
        (Stopped::GradientIsZero, Cause::Gradient)
    );
    assert_eq!(found.advice, [Advice::Sigma(4e-3)]);
}

/// What is given limits a descent, and nothing else does: iterations are no part of a budget, and a larger batch has a larger one.
#[test]
fn limits_that_are_given_are_the_limits() {
    let task = Task::find("pushing").expect("a task");
    let own = Options::of(&task, Kind::TrustRegion).expect("options");
    let limited = |samples, iterations, rollouts| {
        let options = own.limited(&task, samples, iterations, rollouts);
        (options.iterations, options.rollouts)
    };
    let budget = own.rollouts.expect("a budget");
    let tuned = task.tuned().samples;
    assert_eq!(limited(None, None, None), (u32::MAX, Some(budget)));
    assert_eq!(
        limited(Some(tuned / 2), None, None),
        (u32::MAX, Some(budget))
    );
    assert_eq!(
        limited(Some(3 * tuned), None, None),
        (u32::MAX, Some(3 * budget))
    );
    assert_eq!(limited(Some(3), Some(7), None), (7, None));
    assert_eq!(limited(None, Some(7), Some(900)), (7, Some(900)));
    // The rest of the descents have no budget of their own.
    let adam = Options::of(&task, Kind::Adam).expect("options");
    assert_eq!(adam.limited(&task, Some(9), None, None).rollouts, None);
}
