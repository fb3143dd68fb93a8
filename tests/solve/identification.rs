//! System identification: parameters from trajectories, and what is said of their errors.

use crate::engines::{self, MIB, all};
use mollify::check::{Verdict, verify};
use mollify::engine::cpu::CpuEngine;
use mollify::engine::{Engine, Interrupt};
use mollify::solve::identification::identify;
use mollify::solve::{Kind, Options, solve};
use mollify::system::task::Task;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// Stiffness and mass that made the data, which are not the defaults.
const TRUTH: [f64; 2] = [14.0, 0.13];

fn normal(rng: &mut StdRng) -> f64 {
    // Box and Muller.
    let (u, v): (f64, f64) = (rng.random_range(1e-12..1.0), rng.random_range(0.0..1.0));
    (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

/// Controls that push, let go and push again, and the states of `pushing` under them, with noise of this size.
fn data(noise: f64, seed: u64) -> (Task, Vec<f64>, Vec<f64>) {
    let horizon = 150;
    let truth = [("stiffness", TRUTH[0]), ("mass", TRUTH[1])];
    let task = engines::task("pushing", horizon, 0.1, &truth);
    let controls: Vec<f64> = (0..horizon)
        .map(|t| 0.6 + 0.5 * (0.09 * t as f64).sin())
        .collect();
    let model = task.model();
    let mut states = task.initial_state().to_vec();
    for u in &controls {
        let mut next = vec![0.0; 4];
        model.advance(
            task.parameters(),
            &states[states.len() - 4..],
            &[*u],
            &mut next,
        );
        states.extend(next);
    }
    let mut rng = StdRng::seed_from_u64(seed);
    for x in &mut states {
        *x += noise * normal(&mut rng);
    }
    (
        engines::task("pushing", horizon, 0.1, &[]),
        controls,
        states,
    )
}

fn decided(noise: f64, seed: u64) -> Task {
    let (task, controls, states) = data(noise, seed);
    let decided = task.with_decided(&["stiffness", "mass"], Some(controls), Some(states));
    decided.expect("two parameters")
}

#[test]
fn engines_agree_on_decided_parameters() {
    let followed = decided(0.01, 1);
    let own = engines::task("friction", 30, 0.1, &[]);
    // The goal is in the costs of the end, too.
    let own = own
        .with_decided(&["goal_2", "viscosity", "mass"], None, None)
        .expect("parameters");
    for task in [followed, own] {
        assert_eq!(task.dimension(), task.start().len());
        for mut engine in all("engines_agree_on_decided_parameters", task.model())
            .into_iter()
            .skip(1)
        {
            for seed in [1, 2] {
                let report = verify(&mut *engine, &task, 100, seed).expect("a report");
                let kind = engine.report().engine;
                assert_eq!(
                    report.verdict,
                    Verdict::Holds,
                    "{} on {kind}: {report:?}",
                    task.name()
                );
            }
        }
    }
}

/// Each sample's first order against central differences of its cost.
#[test]
fn first_order_is_the_derivative_by_the_parameters() {
    let own = engines::task("friction", 30, 0.1, &[]);
    let own = own
        .with_decided(&["goal_2", "viscosity", "mass"], None, None)
        .expect("parameters");
    for task in [decided(0.01, 2), own] {
        let theta = task.start();
        let batch = engines::batch(5, 3);
        let mut engine = engines::reference();
        let mut costs = |theta: &[f64]| -> Vec<f64> {
            let nominal = mollify::engine::nominal::nominal(&task, theta).cost;
            let samples = engine.samples(&task, theta, &batch, 0..5).expect("samples");
            samples.iter().map(|s| nominal + s.deviation).collect()
        };
        let samples = engines::reference()
            .samples(&task, &theta, &batch, 0..5)
            .expect("samples");
        for i in 0..theta.len() {
            let step = 1e-6 * theta[i];
            let at = |sign: f64| {
                let mut moved = theta.clone();
                moved[i] += sign * step;
                moved
            };
            let (after, before) = (costs(&at(1.0)), costs(&at(-1.0)));
            for (k, sample) in samples.iter().enumerate() {
                let expected = (after[k] - before[k]) / (2.0 * step);
                let found = sample.first_order[i];
                let close = (found - expected).abs() <= 1e-5 * (1.0 + expected.abs());
                assert!(close, "{}, {i}: {found}, not {expected}", task.name());
            }
        }
    }
}

/// From the defaults, 30 and 40 % off, a descent and the fit behind it find what made the data.
#[test]
fn parameters_are_recovered_from_one_noisy_trajectory() {
    for seed in 0..2 {
        let task = decided(0.005, 500 + seed);
        let mut engine = CpuEngine::new("a test", 256 * MIB, Interrupt::default());
        let options = Options::of(&task, Kind::TrustRegion)
            .expect("options")
            .within(1500);
        let stop = Interrupt::default();
        let found = solve(
            &mut engine,
            &task,
            &task.start(),
            &options,
            &stop,
            &mut |_| (),
        );
        let found = identify(&task, &found.expect("a descent").theta)
            .expect("a fit")
            .expect("data");
        for (known, truth) in found.parameters.iter().zip(TRUTH) {
            let off = (known.value / truth - 1.0).abs();
            assert!(
                off < 0.01,
                "seed {seed}: {} is {}, not {truth}",
                known.name,
                known.value
            );
        }
        for residual in &found.residuals {
            assert!(
                (residual / 0.005 - 1.0).abs() < 0.25,
                "noise of .005, not {residual}"
            );
        }
    }
}

/// 1.96 standard errors cover the truth in 90 to 99 of 100 trajectories, for each parameter.
#[test]
fn errors_cover_what_they_should() {
    let mut covered = [0; 2];
    for seed in 0..100 {
        let task = decided(0.01, 1000 + seed);
        let found = identify(&task, &task.start())
            .expect("a fit")
            .expect("data");
        for (count, (known, truth)) in covered.iter_mut().zip(found.parameters.iter().zip(TRUTH)) {
            *count += u32::from((known.value - truth).abs() < 1.96 * known.std_error);
        }
    }
    println!(
        "of 100 trajectories: stiffness {}, mass {}",
        covered[0], covered[1]
    );
    assert!(
        covered.iter().all(|count| (90..=99).contains(count)),
        "{covered:?}"
    );
}

#[test]
fn data_without_noise_are_met_to_rounding() {
    let task = decided(0.0, 0);
    let found = identify(&task, &task.start())
        .expect("a fit")
        .expect("data");
    for (known, truth) in found.parameters.iter().zip(TRUTH) {
        assert!(
            (known.value / truth - 1.0).abs() < 1e-9,
            "{} is {}",
            known.name,
            known.value
        );
    }
}

/// A fit knows of no limits: what the data say beyond them is told as that.
#[test]
fn limits_that_exclude_what_the_data_say_are_told() {
    let by = mollify::system::shaping::Limiting::Clamp;
    let limit = mollify::system::shaping::Limit::new(0.05, 0.12, by, "a limit").expect("a limit");
    let task = decided(0.0, 0)
        .with_limit(Some("mass"), limit)
        .expect("a limit");
    let error = identify(&task, &task.start())
        .expect_err("an error")
        .to_string();
    assert!(
        error.contains("excludes what the data say") && error.contains("0.13"),
        "{error}"
    );
}

/// Another start of a parameter that is decided is another theta at the start.
#[test]
fn start_follows_the_parameter() {
    let task = decided(0.0, 0).with_parameter("mass", 0.2).expect("a mass");
    assert_eq!(task.start(), [10.0, 0.2]);
}

/// What is known has as many steps as it has; what shaped the task before still does.
#[test]
fn known_steps_and_earlier_shapes_stay() {
    let task = decided(0.0, 0);
    let error = task
        .clone()
        .with_horizon(20)
        .expect_err("an error")
        .to_string();
    assert!(
        error.contains("150, the steps of the known controls"),
        "{error}"
    );
    assert!(task.with_horizon(150).is_ok());
    let cut = engines::task("pushing", 20, 0.1, &[])
        .with_truncation(5)
        .expect("a truncation");
    let cut = cut
        .with_decided(&["mass"], None, None)
        .expect("a parameter");
    assert_eq!(cut.shaping().truncation(), Some(5));
}

#[test]
fn what_cannot_be_identified_is_said() {
    let task = || engines::task("pushing", 20, 0.1, &[]);
    let names = |names: &[&str]| {
        task()
            .with_decided(names, None, None)
            .expect_err("an error")
            .to_string()
    };
    assert!(names(&["springiness"]).contains("no parameter 'springiness'"));
    assert!(names(&["mass", "mass"]).contains("given once"));
    assert!(names(&[]).contains("one at least"));
    let short = task()
        .with_decided(&["mass"], Some(vec![0.1; 19]), None)
        .expect_err("an error");
    assert!(
        short.to_string().contains("20 for a horizon of 20"),
        "{short}"
    );
    // Goals are in the costs alone: they do not change the trajectory.
    let (_, controls, states) = data(0.0, 0);
    let task = engines::task("pushing", 150, 0.1, &[]);
    let task = task
        .with_decided(&["goal_1", "mass"], Some(controls), Some(states))
        .expect("a task");
    let error = identify(&task, &task.start())
        .expect_err("an error")
        .to_string();
    assert!(error.contains("change the trajectory"), "{error}");
}
