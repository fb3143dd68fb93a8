//! An estimate whose batches were cut anywhere, computed by engines with other memory and threads, sent as bytes and merged in
//! any order is that of one process, to the bit.

use crate::brittle::brittle;
use crate::engines::{MIB, all, gpu_or_skip, reference};
use mollify::Error;
use mollify::engine::cpu::CpuEngine;
use mollify::engine::distributed::{Answers, Cut, Gathered, Question, from_bytes, to_bytes};
use mollify::engine::moments::NonFinitePolicy;
use mollify::engine::parts::BYTES_OF_A_COORDINATE;
use mollify::engine::{Baseline, Engine, Interrupt, Parts, Wanted};
use mollify::error::PartsError;
use mollify::estimate::alpha::Rule;
use mollify::estimate::directions::Directions;
use mollify::estimate::zeroth::Zeroth;
use mollify::estimate::{Settings, distributed, estimate};
use mollify::noise::environment::Draw;
use mollify::noise::{Covariance, Distribution, NoiseOn};
use mollify::system::policy::Policy;
use mollify::system::task::Task;
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{RngExt, SeedableRng};

fn pushing(horizon: usize) -> Task {
    let task = Task::find("pushing").expect("task");
    task.with_horizon(horizon).expect("a horizon")
}

/// Engines with little memory, which cut a batch into other chunks than those of `all`.
fn tight(test: &str, task: &Task) -> Vec<Box<dyn Engine>> {
    let cpu = CpuEngine::new("a test", 0, Interrupt::default());
    let mut engines: Vec<Box<dyn Engine>> = vec![Box::new(reference()), Box::new(cpu)];
    if let Some(gpu) = gpu_or_skip(test, task.model(), 4 * MIB) {
        engines.push(Box::new(gpu));
    }
    engines
}

/// On one thread, which is another number than the tests have.
fn alone<T: Send>(call: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    pool.expect("a pool").install(call)
}

/// What one worker sends.
fn work(
    engine: &mut dyn Engine,
    task: &Task,
    cut: Cut,
    asked: &[Question],
    known: &Answers,
) -> Vec<u8> {
    let each = cut.ranges(asked).into_iter().map(|(i, range)| {
        let deviations = known.deviations(&asked[i]).expect("in range");
        let part = alone(|| asked[i].ask(engine, task, range, deviations.as_ref()));
        (i, part.expect("a part"))
    });
    to_bytes(&each.collect::<Vec<_>>()).expect("bytes")
}

/// All rounds of an estimate in so many parts, in random order, some of them twice. Returns what is known then, and the rounds.
fn merged(
    engine: &mut dyn Engine,
    task: &Task,
    settings: &Settings,
    parts: u64,
    rng: &mut StdRng,
) -> (Gathered, usize) {
    let theta = task.start();
    let report = engine.report().clone();
    let mut known = Gathered::new(report, engine.precision(), Answers::default());
    for round in 0.. {
        let asked = distributed::next(&mut known, task, &theta, settings, 3).expect("it is cut");
        if asked.is_empty() {
            return (known, round);
        }
        let mut order: Vec<u64> = (0..parts).collect();
        order.shuffle(rng);
        for index in order {
            let cut = Cut::new(index, parts).expect("a part");
            let bytes = work(engine, task, cut, &asked, &known.answers);
            if rng.random_bool(0.2) {
                assert_eq!(bytes, work(engine, task, cut, &asked, &known.answers));
            }
            for (i, part) in from_bytes(&bytes).expect("what was sent") {
                known.answers.add(&asked[i], part).expect("once");
            }
        }
    }
    unreachable!("a round that asks nothing is the last")
}

/// Every number in full.
fn in_full<T: std::fmt::Debug>(found: &T) -> String {
    format!("{found:?}")
}

#[track_caller]
fn same_bits(test: &str, task: &Task, settings: &Settings, engines: &[usize], rng: &mut StdRng) {
    let theta = task.start();
    let mut roomy = all(test, task.model());
    let mut tight = tight(test, task);
    let there = tight.len();
    for i in engines.iter().copied().filter(|i| *i < there) {
        let on = roomy[i].report().engine;
        let expected = estimate(&mut *roomy[i], task, &theta, settings, 3, Wanted::Both);
        let parts = *[1, 2, 3, 7, 19].choose(rng).expect("one of them");
        let (mut known, _) = merged(&mut *tight[i], task, settings, parts, rng);
        let found = estimate(&mut known, task, &theta, settings, 3, Wanted::Both);
        let what = format!("{on}, {parts} parts, {task:?}, {settings:?}");
        assert!(expected.is_ok(), "{what}: {expected:?}");
        assert_eq!(in_full(&found), in_full(&expected), "{what}");
    }
}

/// Tasks with one of each policy, noise, covariance and environment.
pub fn tasks() -> Vec<Task> {
    let coloured: Covariance = "power-law=1".parse().expect("a covariance");
    let row = |i: usize| {
        (0..6)
            .map(move |j| 0.5_f64.powi(i.abs_diff(j) as i32))
            .collect()
    };
    let rows: Vec<Vec<f64>> = (0..6).map(row).collect();
    let given = Covariance::of_rows(&rows).expect("positive definite");
    let policy = |text: &str| text.parse::<Policy>().expect("a policy");
    let drawn = Draw::parse("uniform:50,150", "stiffness").expect("a draw");
    let of = |task: mollify::Result<Task>| task.expect("a variant");
    vec![
        Task::find("ball-wall").expect("task"),
        Task::find("lqr-2").expect("task"),
        pushing(5).with_distribution(Distribution::Laplace),
        pushing(7).with_distribution(Distribution::Logistic),
        pushing(4).with_distribution(Distribution::StudentT),
        pushing(20).with_covariance(coloured),
        pushing(6).with_covariance(given),
        of(pushing(12).with_policy(policy("held=5"))),
        of(pushing(9).with_policy(policy("linear"))).with_noise_on(NoiseOn::Action),
        of(pushing(6).with_policy(policy("perceptron=4"))).with_noise_on(NoiseOn::Decision),
        of(pushing(5).with_randomized("stiffness", drawn)),
        of(pushing(8).with_truncation(3)),
    ]
}

fn rules() -> Vec<Rule> {
    let names = [
        "aobg",
        "ivw",
        "shared",
        "shared-per-coordinate",
        "ddcg",
        "least-error",
    ];
    let more = ["first", "zeroth", "fixed=0.3", "ivw-h"];
    let all = names.into_iter().chain(more);
    all.map(|name| name.parse().expect(name)).collect()
}

#[test]
fn estimates_in_parts_are_those_of_one_process_to_the_bit() {
    let test = "estimates_in_parts_are_those_of_one_process_to_the_bit";
    let mut rng = StdRng::seed_from_u64(16);
    let baselines = [Baseline::Nominal, Baseline::LeaveOneOut, Baseline::None];
    for (number, task) in tasks().into_iter().enumerate() {
        for trial in 0..3 {
            // Odd, at bounds of blocks and within, fewer blocks than parts.
            let samples = *[1025, 3073, 2049, 4999].choose(&mut rng).expect("one");
            let rule = *rules().choose(&mut rng).expect("one of them");
            let settings = Settings::new(samples, None)
                .with_seed(rng.random())
                .with_rule(rule)
                .with_baseline(baselines[trial % 3]);
            let rule = if settings.weighs_controls(&task) {
                Rule::Ivw
            } else {
                rule
            };
            // The GPU compiles a variant for each task: some of them, once.
            let is_for_gpu = number % 3 == 2 && trial == number / 3 % 3;
            let engines: &[usize] = if is_for_gpu { &[0, 1, 2] } else { &[0, 1] };
            same_bits(test, &task, &settings.with_rule(rule), engines, &mut rng);
        }
    }
}

/// From 1 value of theta to ten thousand.
#[test]
fn long_thetas_in_parts_are_those_of_one_process_to_the_bit() {
    let test = "long_thetas_in_parts_are_those_of_one_process_to_the_bit";
    let mut rng = StdRng::seed_from_u64(17);
    for (horizon, samples) in [(1, 70_001), (100, 5_001), (10_000, 1_501)] {
        let settings = Settings::new(samples, None).with_seed(5);
        same_bits(test, &pushing(horizon), &settings, &[1], &mut rng);
    }
}

/// Where samples break, what is left out and what the zeroth order alone says is the same; the latter takes a round of its own.
#[test]
fn what_is_lost_is_lost_in_parts_too() {
    let mut rng = StdRng::seed_from_u64(18);
    let dropping = Settings::new(5001, None).with_nonfinite(NonFinitePolicy::Drop);
    for (task, settings, expected_rounds) in [
        (brittle(0.5, 1.1), dropping, 1),
        (brittle(10.0, 1.1), Settings::new(5001, None), 2),
        (
            brittle(10.0, 1.1),
            Settings::new(5001, None).with_baseline(Baseline::LeaveOneOut),
            3,
        ),
    ] {
        let mut whole = CpuEngine::new("a test", 256 * MIB, Interrupt::default());
        let mut other = CpuEngine::new("a test", 0, Interrupt::default());
        let theta = task.start();
        let expected = estimate(&mut whole, &task, &theta, &settings, 3, Wanted::Both);
        let (mut known, rounds) = merged(&mut other, &task, &settings, 5, &mut rng);
        let found = estimate(&mut known, &task, &theta, &settings, 3, Wanted::Both);
        assert!(expected.is_ok(), "{expected:?}");
        assert_eq!(in_full(&found), in_full(&expected), "{settings:?}");
        assert_eq!(rounds, expected_rounds, "{settings:?}");
    }
}

/// An error of one process is that of the parts.
#[test]
fn what_fails_fails_in_parts_too() {
    let mut rng = StdRng::seed_from_u64(19);
    let steep = ["curvature", "coupling", "slope"]
        .into_iter()
        .fold(Task::find("quadratic").expect("task"), |task, name| {
            task.with_parameter(name, 1e25).expect(name)
        });
    for task in [steep, brittle(0.5, 10.0)] {
        let settings = Settings::new(4001, None);
        let mut engine = CpuEngine::new("a test", 256 * MIB, Interrupt::default());
        let theta = task.start();
        let expected = estimate(&mut engine, &task, &theta, &settings, 3, Wanted::Both);
        let (mut known, _) = merged(&mut engine, &task, &settings, 4, &mut rng);
        let found = estimate(&mut known, &task, &theta, &settings, 3, Wanted::Both);
        let (expected, found) = (
            expected.expect_err("too large"),
            found.expect_err("too large"),
        );
        assert_eq!(found.to_string(), expected.to_string());
    }
}

#[test]
fn what_is_not_cut_is_refused_with_a_reason() {
    let task = pushing(5);
    let feedback = pushing(5)
        .with_policy(Policy::Linear)
        .expect("a policy")
        .with_noise_on(NoiseOn::Action);
    let risky = pushing(5).with_risk("cvar=0.1".parse().expect("a risk"));
    let usual = Settings::new(5000, None);
    for (task, settings, setting) in [
        (
            &task,
            usual.with_directions(Directions::Antithetic),
            "directions",
        ),
        (&task, usual.with_zeroth(Zeroth::LeastSquares), "zeroth"),
        (&feedback, usual.with_rule(Rule::IvwH), "rule"),
        (&risky, usual, "risk"),
    ] {
        let found = distributed::questions(task, &task.start(), &settings, 0);
        let Err(Error::InvalidValue { what, expected, .. }) = found else {
            panic!("{setting}: {found:?}");
        };
        assert_eq!(what, setting);
        assert!(expected.contains("in parts"), "{expected}");
    }
}

/// A part of B blocks has at most 2 log2 B nodes, of 40 bytes for each value of theta and little besides.
#[test]
fn a_part_ships_a_logarithm_of_its_samples() {
    let task = Task::find("ball-wall").expect("task");
    let samples = 1 << 20;
    let settings = Settings::new(samples, None).with_rule(Rule::Shared);
    let asked = distributed::questions(&task, &task.start(), &settings, 0).expect("it is cut");
    let mut engine = CpuEngine::new("a test", 256 * MIB, Interrupt::default());
    let parts = 3;
    let blocks = (samples / 1024 / parts) as f64;
    let cut = Cut::new(1, parts).expect("the middle one");
    let bytes = work(&mut engine, &task, cut, &asked, &Answers::default());
    let nodes = 2.0 * blocks.log2();
    let node = (BYTES_OF_A_COORDINATE * task.dimension() + 80) as f64;
    assert!(
        bytes.len() as f64 <= nodes * node + 400.0,
        "{}",
        bytes.len()
    );
}

#[test]
fn bytes_that_are_no_part_are_refused() {
    let task = pushing(3);
    let settings = Settings::new(3000, None);
    let asked = distributed::questions(&task, &task.start(), &settings, 0).expect("it is cut");
    let cut = Cut::new(0, 2).expect("a part");
    let bytes = work(&mut reference(), &task, cut, &asked, &Answers::default());
    from_bytes(&bytes).expect("they are one");
    for length in 0..bytes.len() {
        assert!(from_bytes(&bytes[..length]).is_err(), "{length}");
    }
    assert!(from_bytes(&[&bytes[..], &[0]].concat()).is_err());
    // Whatever is changed, nothing panics and no length is believed.
    let mut rng = StdRng::seed_from_u64(20);
    for _ in 0..2000 {
        let mut changed = bytes.clone();
        let at = rng.random_range(0..changed.len());
        changed[at] = rng.random();
        let _ = from_bytes(&changed);
        let _ = Parts::from_bytes(&changed[16..]);
    }
}

#[test]
fn an_engine_of_answers_has_no_others() {
    let task = pushing(3);
    let settings = Settings::new(3000, None);
    let mut rng = StdRng::seed_from_u64(21);
    let (mut known, _) = merged(&mut reference(), &task, &settings, 2, &mut rng);
    let theta = task.start();
    let batch = settings.batch(4, mollify::engine::Stream::Estimate, Wanted::Both);
    let unanswered = known.moments(&task, &theta, &batch);
    assert!(matches!(
        unanswered,
        Err(Error::Parts(PartsError::Unanswered))
    ));
    let samples = known.samples(&task, &theta, &batch, 0..1);
    let said = samples.expect_err("there are none").to_string();
    assert!(said.contains("samples in full"), "{said}");
}
