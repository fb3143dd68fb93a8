//! Receding horizons: the exact controller where it is known, what the plant alone sees, budgets, and bits.

use mollify::control::{Disturbance, Ended, Options, Refinement, Run, Tail, control, shifted};
use mollify::error::{ControlError, Named};
use mollify::noise::environment::Draw;
use mollify::number::Scalar;
use mollify::parameters;
use mollify::solve::{self, Kind};
use mollify::system::model::Model;
use mollify::system::policy::Policy;
use mollify::system::shaping::{Limit, Limiting, Risk};
use mollify::system::{ControlCoordinate, Dynamics, Objective, StateCoordinate, coordinate};
use mollify::{Error, Interrupt, ReferenceEngine, Result, Task};
use std::sync::Arc;

fn lqr(changes: &[(&str, f64)]) -> Task {
    let task = Task::find("lqr-2")
        .and_then(|t| t.with_policy(Policy::OpenLoop))
        .and_then(|t| t.with_initial("x00", Draw::Constant(1.0), &[]))
        .and_then(|t| t.with_initial("x01", Draw::Constant(-0.5), &[]))
        .expect("lqr-2");
    with(task, changes)
}

fn pushing(changes: &[(&str, f64)]) -> Task {
    let task = Task::find("pushing").and_then(|t| t.with_horizon(40));
    with(task.expect("pushing"), changes)
}

fn with(task: Task, changes: &[(&str, f64)]) -> Task {
    changes.iter().fold(task, |task, (name, value)| {
        task.with_parameter(name, *value).expect(name)
    })
}

fn attempt(plan: &Task, plant: &Task, options: &Options) -> Result<Run> {
    let interrupt = Interrupt::default();
    let mut engine = ReferenceEngine::new("a test", interrupt.clone());
    let start = plan.start();
    control(
        &mut engine,
        plan,
        plant,
        &start,
        options,
        &interrupt,
        &mut |_| (),
    )
}

fn run(plan: &Task, plant: &Task, options: &Options) -> Run {
    attempt(plan, plant, options).expect("it runs")
}

fn options(plan: &Task, kind: Kind, rollouts: u64) -> Options {
    Options::of(plan, kind, rollouts).expect("it is one of the task")
}

/// The first gain of the horizon's regulator and its cost from |x|² = 1; then what that gain costs over `steps`.
fn regulator([a, b, q, last, r]: [f64; 5], horizon: usize, steps: usize) -> (f64, f64) {
    let (mut p, mut gain) = (last, 0.0);
    for _ in 0..horizon {
        gain = a * b * p / (r + b * b * p);
        p = q + a * a * p - a * b * p * gain;
    }
    let mut square = 1.0;
    let mut cost = 0.0;
    for _ in 0..steps {
        cost += square * (q + r * gain * gain);
        square *= (a - b * gain).powi(2);
    }
    (p, cost + last * square)
}

/// Smoothing adds a constant to a quadratic cost, so that the best plan under noise is the best plan.
#[test]
fn exact_model_reaches_the_cost_of_the_regulator() {
    let numbers = [1.1, 0.7, 1.3, 5.0, 0.4];
    let names = ["persistence", "gain", "weight", "final_weight", "effort"];
    let changes: Vec<_> = names.into_iter().zip(numbers).collect();
    let task = lqr(&changes);
    let (_, best) = regulator(numbers, task.horizon(), 12);
    let found = run(
        &task,
        &task,
        &options(&task, Kind::TrustRegion, 3000).with_steps(12),
    );
    let share = found.cost / (1.25 * best);
    // The horizon's gain is not the best one of the run, so that a little less is possible.
    assert!((0.995..1.02).contains(&share), "{share}");
    assert_eq!(found.ended, Ended::Steps);
    assert_eq!((found.states.len(), found.costs.len()), (13, 13));
}

/// Behind ten samples of MPPI, 3000 gradient steps are all of the descent; a rate that is too large is halved until it serves.
#[test]
fn gradient_steps_reach_the_cost_of_the_regulator() {
    let numbers = [1.0, 1.0, 1.0, 10.0, 0.1];
    let task = lqr(&[]);
    let (best, _) = regulator(numbers, task.horizon(), 1);
    let refinement = Refinement {
        steps: 3000,
        rate: Some(1.0),
    };
    let options = options(&task, Kind::Mppi, 3010).with_steps(1);
    let found = run(&task, &task, &options.with_refinement(refinement));
    let share = found.replannings[0].cost / (1.25 * best);
    assert!((1.0 - 1e-9..1.001).contains(&share), "{share}");
}

#[test]
fn a_refined_plan_costs_less_than_the_same_without() {
    let task = pushing(&[("stiffness", 1000.0)]);
    let plain = options(&task, Kind::Mppi, 60).with_steps(1);
    let mut refined = options(&task, Kind::Mppi, 63).with_steps(1);
    refined.refinement = Some(Refinement {
        steps: 3,
        rate: None,
    });
    // Both have 60 samples, and the same ones.
    let (plain, refined) = (run(&task, &task, &plain), run(&task, &task, &refined));
    let (before, after) = (&plain.replannings[0], &refined.replannings[0]);
    assert!(after.cost < before.cost, "{} {}", after.cost, before.cost);
    assert_eq!((before.rollouts, after.rollouts), (60, 63));
    // A rate that throws the plan away is halved until it does not.
    let mut wild = options(&task, Kind::Mppi, 63).with_steps(1);
    wild.refinement = Some(Refinement {
        steps: 3,
        rate: Some(1e6),
    });
    assert_eq!(run(&task, &task, &wild).replannings[0].cost, before.cost);
}

#[test]
fn warm_start_shifts() {
    let task = pushing(&[]);
    let theta: Vec<f64> = (0..40).map(f64::from).collect();
    let repeated = shifted(&theta, &task, 3, Tail::Repeat);
    assert_eq!(repeated[..37], theta[3..]);
    assert_eq!(repeated[37..], [39.0; 3]);
    let started = shifted(&theta, &task, 2, Tail::Start);
    assert_eq!(
        (&started[..38], &started[38..]),
        (&theta[2..], &[0.1; 2][..])
    );
    assert_eq!(shifted(&theta, &task, 40, Tail::Repeat), vec![39.0; 40]);
    let two = lqr(&[]).with_horizon(3).expect("a horizon");
    let theta = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
    let next = shifted(&theta, &two, 2, Tail::Repeat);
    assert_eq!(next, [5.0, 6.0, 5.0, 6.0, 5.0, 6.0]);
}

/// With the exact model and no noise of its own, the second plan starts where the first one went on: its first cost is what the
/// first plan costs without the step that is done, and with the one that is new.
#[test]
fn second_plan_starts_where_the_first_goes_on() {
    let task = lqr(&[]);
    let found = run(
        &task,
        &task,
        &options(&task, Kind::TrustRegion, 300).with_steps(2),
    );
    let state = &found.states[1];
    let second = &found.replannings[1];
    // What it costs from there to do what the first plan said, then its last control again, is above the regulator's.
    let (p, _) = regulator([1.0, 1.0, 1.0, 10.0, 0.1], 10, 1);
    let square: f64 = state.iter().map(|x| x * x).sum();
    assert!(second.first_cost >= p * square * (1.0 - 1e-9));
    let cold = mollify::engine::nominal::nominal(&task, &task.start()).cost;
    assert!(second.first_cost < 0.2 * cold, "{second:?}");
}

#[test]
fn plant_alone_sees_its_parameters() {
    let plan = pushing(&[]);
    let options = options(&plan, Kind::Mppi, 50)
        .with_steps(40)
        .with_replan(40);
    let heavy = pushing(&[("mass", 0.2)]);
    let (exact, wrong) = (run(&plan, &plan, &options), run(&plan, &heavy, &options));
    assert_eq!(exact.commands, wrong.commands);
    assert_ne!(exact.states[1..], wrong.states[1..]);
    // v⁺ = (h/m) u from rest: half of it.
    let speed = |run: &Run| run.states[1][2];
    assert!((speed(&wrong) / speed(&exact) - 0.5).abs() < 1e-12);
}

/// Looking again makes up for a wrong model.
#[test]
fn replanning_makes_up_for_a_wrong_model() {
    let (plan, plant) = (lqr(&[]), lqr(&[("gain", 0.6)]));
    let cost = |replan: usize| {
        let options = options(&plan, Kind::TrustRegion, 1000);
        run(&plan, &plant, &options.with_steps(10).with_replan(replan)).cost
    };
    let (always, once) = (cost(1), cost(10));
    assert!(always < 0.7 * once, "{always} {once}");
}

fn bits(run: &Run) -> (Vec<u64>, Vec<u64>) {
    let of = |rows: &[Vec<f64>]| rows.concat().iter().map(|x| x.to_bits()).collect();
    (of(&run.states), of(&run.controls))
}

#[test]
fn same_seed_has_the_same_bits() {
    let task = pushing(&[]).with_initial(
        "gap",
        Draw::Uniform {
            low: 0.0,
            high: 0.2,
        },
        &[],
    );
    let task = task.expect("a draw");
    for kind in [Kind::Mppi, Kind::TrustRegion] {
        let kicks = vec![Disturbance::named(&task, "velocity_1", 0.01).expect("it is one")];
        let options = options(&task, kind, 60)
            .with_steps(8)
            .with_disturbances(kicks);
        let of_seed = |seed| run(&task, &task, &options.clone().with_seed(seed));
        let (one, two, other) = (of_seed(3), of_seed(3), of_seed(4));
        assert_eq!(bits(&one), bits(&two));
        assert_ne!(bits(&one).1, bits(&other).1);
        // The plant starts from a draw, and from another one for another seed.
        assert!((0.0..0.2).contains(&one.states[0][1]));
        assert_ne!(one.states[0], other.states[0]);
    }
}

/// Of a plant without persistence and gain, the state is what it is kicked by.
#[test]
fn disturbances_have_the_stated_deviation() {
    let (plan, plant) = (lqr(&[]), lqr(&[("persistence", 0.0), ("gain", 0.0)]));
    let named = |name, deviation| Disturbance::named(&plan, name, deviation).expect(name);
    let kicks = vec![named("x01", 0.3), named("u00", 0.05)];
    let steps = 2000;
    let options = options(&plan, Kind::Mppi, 4)
        .with_steps(steps)
        .with_replan(10)
        .with_disturbances(kicks);
    let found = run(&plan, &plant, &options);
    let deviation = |values: &[f64]| {
        let square: f64 = values.iter().map(|x| x * x).sum();
        (square / values.len() as f64).sqrt()
    };
    let states: Vec<f64> = found.states[1..].iter().map(|x| x[1]).collect();
    let pairs = found.controls.iter().zip(&found.commands);
    let controls: Vec<f64> = pairs.clone().map(|(u, c)| u[0] - c[0]).collect();
    // A standard deviation from n values is off by 1/√2n of itself: 1.6 %.
    assert!((deviation(&states) / 0.3 - 1.0).abs() < 0.064);
    assert!((deviation(&controls) / 0.05 - 1.0).abs() < 0.064);
    let mean = states.iter().sum::<f64>() / steps as f64;
    assert!(mean.abs() < 4.0 * 0.3 / (steps as f64).sqrt());
    // Neighbours in time and the two kicks of a step are independent.
    let next: f64 = states.windows(2).map(|w| w[0] * w[1]).sum::<f64>() / 0.09;
    let both: f64 = states
        .iter()
        .zip(&controls)
        .map(|(a, b)| a * b)
        .sum::<f64>()
        / 0.015;
    assert!(next.abs() < 4.0 * (steps as f64).sqrt(), "{next}");
    assert!(both.abs() < 4.0 * (steps as f64).sqrt(), "{both}");
    // The others are left alone.
    assert!(found.states[1..].iter().all(|x| x[0] == 0.0));
    assert!(pairs.clone().all(|(u, c)| u[1] == c[1]));
}

#[test]
fn budget_of_a_plan_is_kept() {
    let task = pushing(&[]);
    for (kind, _, _) in Kind::ALL {
        for rollouts in [300, 1000] {
            let found = run(&task, &task, &options(&task, *kind, rollouts).with_steps(3));
            for replanning in &found.replannings {
                let spent = replanning.rollouts;
                let is_kept = spent <= rollouts && 2 * spent >= rollouts;
                assert!(is_kept, "{}: {spent} of {rollouts}", kind.name());
            }
        }
    }
}

/// Iterations of a search method share the budget.
#[test]
fn iterations_share_the_budget() {
    let task = pushing(&[]);
    let mut options = options(&task, Kind::Cem, 100).with_steps(1);
    for (wanted, iterations, rollouts) in [(None, 4, 100), (Some(3), 3, 99), (Some(1), 1, 100)] {
        options.iterations = wanted;
        let found = run(&task, &task, &options);
        let first = &found.replannings[0];
        assert_eq!((first.iterations, first.rollouts), (iterations, rollouts));
    }
}

#[test]
fn a_plant_that_blows_up_ends_the_run_and_keeps_it() {
    let (plan, plant) = (lqr(&[]), lqr(&[("persistence", 1e20)]));
    let found = run(
        &plan,
        &plant,
        &options(&plan, Kind::Mppi, 10).with_replan(10),
    );
    assert_eq!(found.ended, Ended::Plant);
    assert_eq!((found.controls.len(), found.states.len()), (2, 3));
    assert!(!found.is_complete());
}

#[test]
fn a_stop_keeps_what_is_done() {
    let task = pushing(&[]);
    let interrupt = Interrupt::default();
    let mut engine = ReferenceEngine::new("a test", interrupt.clone());
    let options = options(&task, Kind::Mppi, 20).with_replan(5);
    let asked = interrupt.clone();
    let mut after_three = |replanning: &mollify::control::Replanning| {
        if replanning.step == 10 {
            asked.set();
        }
    };
    let start = task.start();
    let found = control(
        &mut engine,
        &task,
        &task,
        &start,
        &options,
        &interrupt,
        &mut after_three,
    )
    .expect("it is stopped");
    assert_eq!(
        (found.ended, found.controls.len()),
        (Ended::Interrupted, 15)
    );
    let factor = found.simulated_seconds.expect("it has a time step");
    assert!((factor - 15.0 * 0.005).abs() < 1e-15);
}

parameters! {
    /// Of a goal that moves.
    pub struct Parameters {
        speed: 1.0, "1", "speed of the goal";
    }
}

/// Limits are those of the plant as well: it gets no more than them, whatever is commanded, and what it gets costs.
#[test]
fn limits_hold_for_the_plant() {
    let limit = Limit {
        low: -0.05,
        high: 0.05,
        by: Limiting::Clamp,
    };
    let task = pushing(&[])
        .with_limit(Some("force"), limit)
        .and_then(|t| t.with_initial("gap", Draw::Constant(0.5), &[]))
        .expect("a limit");
    let found = run(&task, &task, &options(&task, Kind::Mppi, 60).with_steps(10));
    let mut velocity = 0.0;
    for (x, command) in found.states[1..].iter().zip(&found.commands) {
        // Before the bodies touch, v⁺ = c v + (h/m) u.
        velocity = 0.998 * velocity + 0.05 * command[0].clamp(-0.05, 0.05);
        assert!(x[1] > 0.0 && (x[2] - velocity).abs() < 1e-12, "{x:?}");
    }
    for (u, command) in found.controls.iter().zip(&found.commands) {
        assert_eq!(u[0], command[0].clamp(-0.05, 0.05), "what acted");
    }
    let is_active = found.commands.iter().any(|u| u[0] > 0.05);
    assert!(is_active, "{:?}", found.commands);
}

/// A cost that depends on the number of the step.
#[derive(Clone, Copy)]
struct Timed;

impl Dynamics<1, 1> for Timed {
    type Parameters<S: Scalar> = Parameters<S>;
    const NAME: &'static str = "timed";
    const STATE: [StateCoordinate; 1] = [coordinate("x", "1").at(0.0)];
    const CONTROL: [ControlCoordinate; 1] = [coordinate("u", "1")];
    fn advance<S: Scalar>(_: &Parameters<S>, [x]: [S; 1], [u]: [S; 1]) -> [S; 1] {
        [x + u]
    }
}

impl Objective<1, 1> for Timed {
    const HORIZON: usize = 4;
    const SIGMA: f64 = 0.1;
    fn stage_cost<S: Scalar>(p: &Parameters<S>, [x]: [S; 1], _: [S; 1], time: S) -> S {
        (x - p.speed * time).square()
    }
    fn final_cost<S: Scalar>(_: &Parameters<S>, [x]: [S; 1]) -> S {
        x
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    let task = pushing(&[]);
    let usual = options(&task, Kind::Mppi, 20);
    let says = |plan: &Task, plant: &Task, options: &Options, words: &str| {
        let error = attempt(plan, plant, options).expect_err(words).to_string();
        assert!(error.contains(words) && !error.contains('\n'), "{error}");
    };
    let refused = |change: &dyn Fn(&mut Options), words: &str| {
        let mut options = usual.clone();
        change(&mut options);
        says(&task, &task, &options, words);
    };
    refused(&|o| o.steps = 0, "steps is 0, but must be from 1");
    refused(&|o| o.replan = 0, "replan is 0, but must be from 1 to 40");
    refused(&|o| o.replan = 41, "replan is 41");
    refused(&|o| o.rollouts = 0, "rollouts is 0, but must be at least 1");
    refused(&|o| o.iterations = Some(0), "iterations is 0");
    refused(
        &|o| o.iterations = Some(21),
        "rollouts is 20, but must be at least 21",
    );
    let refined =
        |steps, rate| move |o: &mut Options| o.refinement = Some(Refinement { steps, rate });
    refused(
        &refined(20, None),
        "refine is 20, but must be below the budget of 20",
    );
    refused(&refined(2, Some(-1.0)), "rate is -1");
    let twice = Disturbance::named(&task, "force", 0.1).expect("a control");
    refused(
        &|o| o.disturbances = vec![twice, twice],
        "'force' is disturbed twice",
    );
    let few = options(&task, Kind::TrustRegion, 1);
    says(&task, &task, &few, "rollouts is 1, but must be at least");

    let other = Task::find("friction").expect("friction");
    says(&task, &other, &usual, "same state and control");
    let fed = task.clone().with_policy(Policy::Linear).expect("linear");
    says(
        &fed,
        &fed,
        &options(&fed, Kind::Mppi, 20),
        "`policy` open-loop",
    );
    let risky = task.clone().with_risk(Risk::Worst);
    says(
        &risky,
        &risky,
        &options(&risky, Kind::Mppi, 20),
        "risk is worst, but must be left out",
    );
    let held = task
        .clone()
        .with_policy(Policy::HeldFor { steps: 4 })
        .expect("held");
    says(
        &held,
        &held,
        &options(&held, Kind::Mppi, 20),
        "`policy` open-loop",
    );
    let timed = Task::new(Arc::new(Model::new(Timed)));
    says(
        &timed,
        &timed,
        &options(&timed, Kind::Mppi, 20),
        "depends on the number of the step",
    );

    let unknown = Disturbance::named(&task, "velocity1", 0.1).expect_err("there is none");
    let named = matches!(
        unknown,
        Error::Control(ControlError::UnknownCoordinate { ref nearest, .. })
            if nearest.as_deref() == Some("velocity_1")
    );
    assert!(named, "{unknown}");
    Disturbance::named(&task, "gap", -1.0).expect_err("a deviation below 0");
    Disturbance::named(&task, "gap", f64::NAN).expect_err("no number");
}

/// What returns its last theta takes no rollout beyond its budget.
#[test]
fn a_descent_may_return_its_last_theta() {
    let task = pushing(&[]);
    let interrupt = Interrupt::default();
    let mut engine = ReferenceEngine::new("a test", interrupt.clone());
    let mut options = solve::Options::of(&task, Kind::Mppi).expect("mppi");
    options.iterations = 3;
    options.estimate.samples = 20;
    let mut solve = |options: &solve::Options| {
        let start = task.start();
        solve::solve(&mut engine, &task, &start, options, &interrupt, &mut |_| ()).expect("it ends")
    };
    let best = solve(&options);
    options.returned = solve::Returned::Last;
    let last = solve(&options);
    assert_eq!((last.rollouts, last.final_rollouts), (60, 0));
    assert!(best.rollouts >= 60 + best.final_rollouts);
    assert_eq!(last.best_iteration, 3);
    assert_eq!(last.final_value.samples, 0);
    assert!(last.final_value.cost.is_nan());
}
