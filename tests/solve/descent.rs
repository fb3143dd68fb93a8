//! The descents reach what they should, stop for the reasons they state, and return the best theta.

#[path = "../engines/brittle.rs"]
mod brittle;

use mollify::Error;
use mollify::engine::cpu::CpuEngine;
use mollify::engine::reference::ReferenceEngine;
use mollify::engine::{Engine, Interrupt};
use mollify::estimate::alpha::Rule;
use mollify::solve::{Descent, Options, Solution, Stopped, solve};
use mollify::system::task::Task;

fn run(task: &Task, options: &Options) -> Solution {
    run_observed(task, options, &Interrupt::default(), &mut |_| ())
}

fn run_observed(
    task: &Task,
    options: &Options,
    interrupt: &Interrupt,
    observe: &mut dyn FnMut(&mollify::solve::Iteration),
) -> Solution {
    let mut engine = ReferenceEngine::new("asked for", interrupt.clone());
    let engine: &mut dyn Engine = &mut engine;
    solve(engine, task, &task.start(), options, interrupt, observe).expect("the descent ends")
}

fn tuned(task: &Task, rule: Rule, seed: u64) -> Options {
    let mut options = Options::tuned(task).with_rule(task, rule);
    options.estimate.seed = seed;
    options
}

fn published(task: &Task, rule: Rule, seed: u64) -> Options {
    let mut options = Options::published(task).expect("published");
    options.estimate.rule = rule;
    options.estimate.seed = seed;
    options
}

fn pushing_stiff() -> Task {
    Task::find("pushing")
        .and_then(|t| t.with_parameter("stiffness", 1000.0))
        .and_then(|t| t.with_parameter("damping", 0.99))
        .and_then(|t| t.with_horizon(200))
        .expect("published variant")
}

/// F(theta), exactly.
fn smoothed(task: &Task, solution: &Solution) -> f64 {
    task.model()
        .closed_form(task.parameters(), &solution.theta, task.sigma(), 0.0)
        .expect("closed form")
        .value
}

#[test]
fn pushing_reaches_its_best_known_cost() {
    let task = Task::find("pushing").expect("task");
    let found = run(&task, &Options::tuned(&task));
    assert!((found.iterations[0].cost - 2374.9).abs() < 0.05);
    assert!(found.final_value.cost <= 1128.0, "{:?}", found.final_value);
    // The best known cost is 1126.6: anything far below is an error of the cost.
    assert!(found.final_value.cost >= 1126.0, "{:?}", found.final_value);
}

/// What `auto` takes without a GPU.
#[test]
fn pushing_reaches_its_best_known_cost_in_f32_too() {
    for (task, most) in [
        (Task::find("pushing").expect("task"), 1128.0),
        (pushing_stiff(), 808.0),
    ] {
        let interrupt = Interrupt::default();
        let mut engine = CpuEngine::new("asked for", 1 << 28, interrupt.clone());
        let options = Options::tuned(&task);
        let found = solve(
            &mut engine,
            &task,
            &task.start(),
            &options,
            &interrupt,
            &mut |_| (),
        );
        let cost = found.expect("the descent ends").final_value.cost;
        assert!(cost <= most, "{cost}");
    }
}

/// A theta that runs away is lost for f32 before it overflows; the best one must not be lost with it.
#[test]
fn steps_that_leave_the_range_of_f32_end_the_descent_with_the_best_theta() {
    let task = Task::find("pushing").expect("task");
    let interrupt = Interrupt::default();
    let mut engine = CpuEngine::new("asked for", 1 << 28, interrupt.clone());
    let mut options = Options::published(&task).expect("published");
    options.descent = Descent::Gradient { step: 10.0 };
    let found = solve(
        &mut engine,
        &task,
        &task.start(),
        &options,
        &interrupt,
        &mut |_| (),
    )
    .expect("the descent ends");
    assert!(found.stopped.is_breakdown(), "{:?}", found.stopped);
    let breakdown = found.breakdown.expect("what went wrong");
    assert!(!breakdown.message.is_empty() && breakdown.theta.len() == task.dimension());
    assert!((found.final_value.cost - 2374.9).abs() < 0.05);
}

#[test]
fn stiff_pushing_goes_below_the_published_descent() {
    let task = pushing_stiff();
    let found = run(&task, &Options::tuned(&task));
    assert!((found.iterations[0].cost - 1821.3).abs() < 0.1);
    assert!(found.final_value.cost <= 808.0, "{:?}", found.final_value);
}

#[test]
fn ball_wall_finds_the_smoothed_minimum_and_first_order_does_not() {
    let task = Task::find("ball-wall").expect("task");
    for seed in 0..3 {
        let mixed = smoothed(&task, &run(&task, &tuned(&task, Rule::Aobg, seed)));
        let first = smoothed(&task, &run(&task, &tuned(&task, Rule::First, seed)));
        assert!((-0.009_494..=-0.0094).contains(&mixed), "{seed}: {mixed}");
        assert!(first > mixed + 1e-4, "{seed}: {first} against {mixed}");
    }
}

#[test]
fn ball_wall_fixed_first_order_steps_stay_at_the_wall() {
    let task = Task::find("ball-wall").expect("task");
    let found = run(&task, &published(&task, Rule::First, 0));
    assert!(found.iterations.iter().all(|i| i.cost >= -0.0036 - 1e-12));
    let last = found.iterations.last().expect("iterations");
    assert!((last.cost + 0.0036).abs() < 1e-12, "{last:?}");
}

/// No derivative announces the cliff, but costs beyond it do, and few samples that miss it are not believed: see the excess of
/// `trust_region::comparison`. Fixed steps walk over it, below.
#[test]
fn pivot_stops_before_the_cliff_whatever_the_rule() {
    let task = Task::find("pivot").expect("task");
    for seed in 0..3 {
        for rule in [Rule::LeastError, Rule::Aobg, Rule::First] {
            let found = smoothed(&task, &run(&task, &tuned(&task, rule, seed)));
            assert!(
                (-0.4491..=-0.445).contains(&found),
                "{seed} {rule}: {found}"
            );
        }
    }
}

#[test]
fn pivot_fixed_first_order_steps_walk_off_the_cliff() {
    let task = Task::find("pivot").expect("task");
    let found = run(&task, &published(&task, Rule::First, 0));
    let last = found.iterations.last().expect("iterations");
    assert_eq!(last.cost, 0.0, "{last:?}");
    // The best theta, not the last, is what is returned.
    assert!(found.final_value.cost < -0.4, "{:?}", found.final_value);
    assert!(found.best_iteration < last.iteration);
}

#[test]
fn first_order_wins_on_soft_pushing_and_loses_on_stiff_pushing() {
    let end = |task: &Task, rule, seed| {
        let found = run(task, &published(task, rule, seed));
        found.iterations.last().expect("iterations").cost
    };
    let soft = Task::find("pushing").expect("task");
    let stiff = pushing_stiff();
    for seed in 0..2 {
        let [first, zeroth] = [Rule::First, Rule::Zeroth].map(|rule| end(&soft, rule, seed));
        assert!(first < zeroth - 10.0, "{seed}: {first} against {zeroth}");
        let [first, zeroth, mixed] =
            [Rule::First, Rule::Zeroth, Rule::Aobg].map(|rule| end(&stiff, rule, seed));
        assert!(first > zeroth + 10.0, "{seed}: {first} against {zeroth}");
        assert!(first > mixed + 10.0, "{seed}: {first} against {mixed}");
    }
}

#[test]
fn friction_mixed_ends_below_first_order() {
    let task = Task::find("friction").expect("task");
    let mixed = run(&task, &tuned(&task, Rule::Aobg, 0));
    let first = run(&task, &tuned(&task, Rule::First, 0));
    assert!((mixed.iterations[0].cost - 16200.4).abs() < 0.05);
    let (mixed, first) = (mixed.final_value.value_mean, first.final_value.value_mean);
    assert!(mixed < first - 100.0, "{mixed} against {first}");
}

#[test]
fn every_stop_states_its_reason() {
    let task = Task::find("quadratic").expect("task");
    let options = Options::tuned(&task);
    let with = |change: &dyn Fn(&mut Options)| {
        let mut options = options;
        change(&mut options);
        run(&task, &options).stopped
    };
    assert_eq!(with(&|o| o.iterations = 2), Stopped::Iterations);
    assert_eq!(with(&|o| o.rollouts = Some(1000)), Stopped::Rollouts);
    assert_eq!(with(&|o| o.seconds = Some(1e-9)), Stopped::Time);
    let sampling = run(&task, &Options::gradient_sampling(&task)).stopped;
    assert_eq!(sampling, Stopped::RadiusTooSmall);
}

#[test]
fn an_interrupted_descent_returns_the_best_theta_so_far() {
    let task = Task::find("pushing").expect("task");
    let interrupt = Interrupt::default();
    let mut stop = |i: &mollify::solve::Iteration| {
        if i.iteration == 2 {
            interrupt.set();
        }
    };
    let found = run_observed(&task, &Options::tuned(&task), &interrupt, &mut stop);
    assert_eq!(found.stopped, Stopped::Interrupted);
    assert_eq!(found.iterations.len(), 3);
    assert!(found.final_value.cost < found.iterations[0].cost - 100.0);
    // Whoever ran the descent may have more to stop.
    assert!(interrupt.is_set());
}

#[test]
fn steps_that_blow_up_end_the_descent_with_the_best_theta() {
    let task = Task::find("pushing").expect("task");
    let mut options = Options::published(&task).expect("published");
    options.estimate.rule = Rule::First;
    options.descent = Descent::Gradient { step: 1e12 };
    let found = run(&task, &options);
    assert!(found.stopped.is_breakdown(), "{:?}", found.stopped);
    assert!((found.final_value.cost - 2374.9).abs() < 0.05);
}

#[test]
fn the_same_seed_gives_the_same_descent() {
    let task = Task::find("quadratic").expect("task");
    let theta = |seed| run(&task, &tuned(&task, Rule::Aobg, seed)).theta;
    assert_eq!(theta(5), theta(5));
    assert_ne!(theta(5), theta(6));
}

/// σ√d at first, whatever the first radius; twice what was taken at the limit; more only where wider looks find more.
#[test]
fn no_step_exceeds_the_limit() {
    let task = Task::find("ball-wall").expect("task");
    let mut options = Options::tuned(&task);
    options.descent = Descent::TrustRegion { radius: 10.0 };
    let found = run(&task, &options);
    let mut limit = task.sigma();
    for i in &found.iterations {
        // A wider look has the limit 2(c - 1)σ under cσ.
        let wide = 2.0 * (i.sigma - task.sigma());
        assert!(i.radius <= limit.max(wide) * (1.0 + 1e-12), "{i:?}");
        if i.accepted && wide == 0.0 {
            limit = (2.0 * limit).min(8.0 * task.sigma());
        }
    }
}

#[test]
fn a_task_that_says_nothing_of_descents_has_derived_settings() {
    let task = brittle::brittle(10.0, 10.0);
    let tuned = task.tuned();
    assert_eq!((tuned.samples, tuned.iterations), (200, 60));
    // sigma 0.3 on the controls of 5 steps.
    assert_eq!(tuned.radius, 0.3 * 5.0_f64.sqrt());
    let adam = Options::adam(&task);
    assert_eq!((adam.estimate.samples, adam.iterations), (200, 60));
}

#[test]
fn fixed_steps_without_published_settings_say_what_they_need() {
    let task = brittle::brittle(10.0, 10.0);
    assert!(task.published().is_none());
    let error = Options::published(&task).expect_err("no published settings");
    assert!(matches!(&error, Error::Unpublished { task } if task == "brittle"));
    let words = error.to_string();
    for word in ["samples", "step", "iterations"] {
        assert!(words.contains(word), "{words}");
    }
    assert!(!words.contains("--"), "{words}");
    let found = run(&task, &Options::fixed_steps(&task, 100, 0.1, 3));
    assert_eq!(found.iterations.len(), 3);
    // Steps of one length: theta moves by 0.1 times the gradient in the last as in the first.
    for i in &found.iterations {
        assert!((i.radius - 0.1 * i.gradient_norm).abs() <= 1e-12 * i.gradient_norm);
    }
}
