//! Search methods, Adam, gradient sampling and schedules of σ.

use crate::engines::{reference, task, within_four_standard_errors};
use mollify::engine::Interrupt;
use mollify::estimate::directions::Directions;
use mollify::solve::{Descent, Options, SigmaSchedule, Solution, Stopped, solve};
use mollify::system::task::Task;

fn run(task: &Task, start: &[f64], options: &Options) -> Solution {
    let interrupt = Interrupt::default();
    solve(
        &mut reference(),
        task,
        start,
        options,
        &interrupt,
        &mut |_| (),
    )
    .expect("it ends")
}

fn run_from_start(task: &Task, options: &Options) -> Solution {
    run(task, &task.start(), options)
}

const MPPI: Descent = Descent::Mppi { temperature: None };
const CEM: Descent = Descent::Cem { elite: 0.1 };

/// maths.md, C13: on h x²/2 the new mean is u/(1 + σ² h/λ).
#[test]
fn mppi_takes_the_step_of_its_closed_form() {
    let (h, sigma, lambda, u) = (1.7, 0.6, 0.9, 0.8);
    let parameters = [("slope", 0.0), ("curvature", h), ("coupling", 0.0)];
    let task = task("quadratic", 1, sigma, &parameters);
    let descent = Descent::Mppi {
        temperature: Some(lambda),
    };
    let mut options = Options::search(&task, descent);
    (options.estimate.samples, options.iterations) = (1000, 1);
    let exact = u / (1.0 + sigma * sigma * h / lambda);
    let means: Vec<f64> = (0..200)
        .map(|seed| {
            options.estimate.seed = seed;
            let found = run(&task, &[u], &options);
            let line = &found.iterations[0];
            let effective = line.effective_samples.expect("mppi weights samples");
            assert!((1.0..=1000.0).contains(&effective), "{effective}");
            // theta moves down, so that its new value is known from the length of the step.
            u - line.radius
        })
        .collect();
    let n = means.len() as f64;
    let mean = means.iter().sum::<f64>() / n;
    let square = means.iter().map(|m| (m - mean).powi(2)).sum::<f64>() / (n - 1.0);
    // A ratio of means is biased by about variance/(mean weight) of one sample: a share 1/N of the spread, below this.
    within_four_standard_errors("new mean", mean, exact, (square / n).sqrt(), 0.0);
}

#[test]
fn every_search_finds_the_minimum_of_the_quadratic() {
    let task = Task::find("quadratic").expect("task");
    for descent in [MPPI, CEM, Descent::CmaEs] {
        let found = run_from_start(&task, &Options::search(&task, descent));
        // The trust region ends at -0.2259; MPPI wanders about it by noise of σ = 0.1.
        assert!(
            found.final_value.cost < -0.22,
            "{descent:?}: {:?}",
            found.final_value
        );
    }
}

#[test]
fn searches_cross_the_jumps_of_pivot_and_ball_wall() {
    for (name, most) in [("pivot", -0.46), ("ball-wall", -0.0101)] {
        let task = Task::find(name).expect("task");
        for descent in [MPPI, CEM, Descent::CmaEs] {
            let found = run_from_start(&task, &Options::search(&task, descent));
            // -1/2 and -0.01039 without noise; MPPI minimises under noise, and keeps off the edge.
            assert!(
                found.final_value.cost < most,
                "{name} {descent:?}: {:?}",
                found.final_value
            );
        }
    }
}

#[test]
fn cma_es_is_precise_where_the_cost_is_smooth_and_says_when_it_is_done() {
    let task = Task::find("quadratic").expect("task");
    let found = run_from_start(&task, &Options::search(&task, Descent::CmaEs));
    assert_eq!(found.stopped, Stopped::SpreadTooSmall);
    let form = task.closed_form(&found.theta, 0.0).expect("closed form");
    // σ of the samples ends at 1e-5, the curvature is about 2.
    assert!(
        form.gradient.iter().all(|g| g.abs() < 1e-3),
        "{:?}",
        form.gradient
    );
}

#[test]
fn cma_es_beyond_the_full_covariance_lowers_the_cost_of_pushing() {
    let task = Task::find("pushing").expect("task");
    let mut options = Options::search(&task, Descent::CmaEs);
    options.iterations = 100;
    let found = run_from_start(&task, &options);
    assert!(found.final_value.cost < 1250.0, "{:?}", found.final_value);
}

#[test]
fn mppi_lowers_the_cost_of_pushing() {
    let task = Task::find("pushing").expect("task");
    let mut options = Options::search(&task, MPPI);
    options.iterations = 20;
    let found = run_from_start(&task, &options);
    assert!(found.final_value.cost < 1700.0, "{:?}", found.final_value);
    let effective = found
        .iterations
        .iter()
        .map(|i| i.effective_samples.expect("weights"));
    assert!(effective.into_iter().all(|e| (1.0..=200.0).contains(&e)));
}

#[test]
fn adam_and_gradient_sampling_find_the_minimum_of_the_quadratic() {
    let task = Task::find("quadratic").expect("task");
    let mut adam = Options::adam(&task);
    (adam.descent, adam.iterations) = (Descent::Adam { step: 0.05 }, 300);
    for options in [adam, Options::gradient_sampling(&task)] {
        let found = run_from_start(&task, &options);
        assert!(found.final_value.cost < -0.22, "{:?}", found.final_value);
    }
}

#[test]
fn the_same_seed_gives_the_same_search() {
    let task = Task::find("ball-wall").expect("task");
    for descent in [MPPI, CEM, Descent::CmaEs, Descent::Adam { step: 0.01 }] {
        let mut options = Options::search(&task, descent);
        options.iterations = 5;
        let mut theta = |seed| {
            options.estimate.seed = seed;
            run_from_start(&task, &options).theta
        };
        assert_eq!(theta(4), theta(4), "{descent:?}");
        assert_ne!(theta(4), theta(5), "{descent:?}");
    }
}

#[test]
fn rollouts_are_counted_and_limited() {
    let task = Task::find("quadratic").expect("task");
    for directions in [Directions::Independent, Directions::AntitheticOrthogonal] {
        let mut options = Options::search(&task, MPPI);
        options.estimate.directions = directions;
        (options.estimate.samples, options.rollouts) = (100, Some(250));
        let found = run_from_start(&task, &options);
        assert_eq!(found.stopped, Stopped::Rollouts);
        assert_eq!(found.iterations.last().expect("iterations").rollouts, 200);
        // Where the second step went takes another 100.
        assert_eq!(found.rollouts, 300 + found.final_value.samples);
    }
}

#[test]
fn no_descent_takes_more_rollouts_than_it_was_given() {
    let task = Task::find("quadratic").expect("task");
    // The trust region makes batches of its budget: tests/solve/budgets.rs.
    let all = [
        Options::published(&task).expect("published"),
        Options::adam(&task),
        Options::gradient_sampling(&task),
        Options::search(&task, MPPI),
        Options::search(&task, Descent::Cem { elite: 0.1 }),
        Options::search(&task, Descent::CmaEs),
    ];
    for mut options in all {
        options.iterations = 5;
        let whole = run_from_start(&task, &options).iterations;
        let spent = |n: usize| whole[n - 1].rollouts;
        // Exactly what three iterations take, and one less.
        for (budget, fits) in [(spent(3), 3), (spent(3) - 1, 2)] {
            options.rollouts = Some(budget);
            let found = run_from_start(&task, &options);
            let what = format!("{:?} with {budget}", options.descent);
            assert_eq!(found.stopped, Stopped::Rollouts, "{what}");
            assert_eq!(found.iterations.len(), fits, "{what}");
            for (a, b) in found.iterations.iter().zip(&whole) {
                assert_eq!((a.cost, a.rollouts), (b.cost, b.rollouts), "{what}");
            }
        }
    }
}

#[test]
fn a_schedule_shrinks_sigma_and_goes_nearer_to_the_edge() {
    let schedule = SigmaSchedule::Geometric(0.002);
    assert_eq!(schedule.at(0.2, SigmaSchedule::share(0, 3)), 0.2);
    assert!((schedule.at(0.2, SigmaSchedule::share(1, 3)) - 0.02).abs() < 1e-15);
    assert!((schedule.at(0.2, SigmaSchedule::share(9, 3)) - 0.002).abs() < 1e-15);
    assert_eq!(
        SigmaSchedule::Linear(0.1).at(0.3, SigmaSchedule::share(1, 3)),
        0.2
    );
    let task = Task::find("pivot").expect("task");
    let constant = Options::search(&task, MPPI);
    let mut shrinking = constant;
    shrinking.schedule = schedule;
    let ends = [constant, shrinking].map(|options| run_from_start(&task, &options));
    let sigma = |s: &Solution| s.iterations.last().expect("iterations").sigma;
    assert_eq!(sigma(&ends[0]), task.sigma());
    assert!((sigma(&ends[1]) - 0.002).abs() < 1e-9);
    let [far, near] = ends.map(|s| s.final_value.cost);
    assert!(near < far && near < -0.48, "{near} {far}");
}

#[test]
fn options_that_make_no_sense_are_refused() {
    let task = Task::find("pivot").expect("task");
    let with = |descent| Options::search(&task, descent);
    let cold = Descent::Mppi {
        temperature: Some(0.0),
    };
    let mut few = with(Descent::CmaEs);
    few.estimate.samples = 3;
    let mut scheduled = with(CEM);
    scheduled.schedule = SigmaSchedule::Linear(0.1);
    for (options, setting) in [
        (with(cold), "temperature"),
        (with(Descent::Cem { elite: 1.0 }), "elite"),
        (with(Descent::Adam { step: -1.0 }), "step"),
        (few, "samples"),
        (scheduled, "schedule"),
    ] {
        let error = options.check(&task).expect_err("refused").to_string();
        assert!(error.starts_with(setting), "{error}");
    }
}

/// The theta of the last step is considered like those before it: a longer run shows what there was to choose from.
#[test]
fn the_last_step_may_be_the_best() {
    let task = Task::find("quadratic").expect("task");
    let mut gradient = Options::published(&task).expect("published");
    gradient.descent = Descent::Gradient { step: 0.05 };
    let all = [
        gradient,
        Options::adam(&task),
        Options::search(&task, MPPI),
        Options::search(&task, CEM),
        Options::search(&task, Descent::CmaEs),
    ];
    for mut options in all {
        for iterations in [1, 3] {
            let what = format!("{:?} {iterations}", options.descent);
            options.iterations = iterations + 1;
            let longer = run_from_start(&task, &options);
            options.iterations = iterations;
            let found = run_from_start(&task, &options);
            let of = |i: &mollify::solve::Iteration| match options.descent.adapts_sigma() {
                true => i.cost,
                false => i.value_mean,
            };
            let values: Vec<f64> = longer.iterations.iter().map(of).collect();
            let best = (0..values.len()).min_by(|&a, &b| values[a].total_cmp(&values[b]));
            assert_eq!(
                best,
                Some(found.best_iteration as usize),
                "{what}: {values:?}"
            );
            let cost = longer.iterations[found.best_iteration as usize].cost;
            assert_eq!(found.final_value.cost, cost, "{what}");
        }
    }
}

#[test]
fn one_gradient_step_is_returned_if_it_is_better() {
    let task = Task::find("quadratic").expect("task");
    for (step, iteration) in [(0.05, 1), (50.0, 0)] {
        let mut options = Options::published(&task).expect("published");
        (options.descent, options.iterations) = (Descent::Gradient { step }, 1);
        let found = run_from_start(&task, &options);
        assert_eq!(found.best_iteration, iteration, "step {step}");
        let start = task.start();
        let moved = start.iter().zip(&found.theta).map(|(a, b)| (a - b).powi(2));
        let length = moved.sum::<f64>().sqrt();
        let expected = f64::from(iteration) * found.iterations[0].radius;
        assert!((length - expected).abs() < 1e-12, "{length} {expected}");
    }
}
