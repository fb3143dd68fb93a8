//! The CPU engine gives what the reference engine gives, and the same bits every time.

use crate::agreement::{agree, decreases_agree};
use crate::brittle::brittle;
use crate::cpu_matches_gpu::growth;
use crate::engines::{MIB, batch, gpu_or_skip, is_long, reference, task};
use mollify::check;
use mollify::engine::cpu::CpuEngine;
use mollify::engine::moments::{Coordinate, Moments, Spread};
use mollify::engine::rounding::Looked;
use mollify::engine::{Baseline, Batch, Decrease, Engine, Interrupt, Wanted};
use mollify::noise::environment::Draw;
use mollify::noise::{Distribution, NoiseOn};
use mollify::system::task::Task;
use mollify::systems;

fn cpu() -> CpuEngine {
    CpuEngine::new("a test", 256 * MIB, Interrupt::default())
}

/// Random-looking but fixed, and different in every coordinate.
fn theta(task: &Task) -> Vec<f64> {
    (0..task.dimension())
        .map(|i| 0.3 + 0.4 * (1.7 * i as f64).sin())
        .collect()
}

#[test]
fn every_task_is_verified() {
    for (name, _) in systems::ALL {
        let task = Task::find(name).expect(name);
        // 10^4 weights take their time in f64, and so do hundreds of steps of a contact geometry.
        let samples = match (task.dimension() > 5000, is_long(&task)) {
            (true, _) => 128,
            (_, true) => 64,
            _ => 1024,
        };
        let report = check::verify(&mut cpu(), &task, samples, 0).expect(name);
        let broken: Vec<_> = report.rows.iter().filter(|row| !row.holds).collect();
        assert!(report.holds && broken.is_empty(), "{name}: {broken:#?}");
        // A ball that leaves the racket has been rounded through two impacts: there `verify` alone says what chance explains.
        assert!(
            report.excused * 100 < report.samples || *name == "tennis",
            "{name}: {} excused",
            report.excused
        );
    }
}

#[test]
fn engines_agree_for_odd_numbers_of_steps_and_samples() {
    let first = [1, 2, 63, 64, 65, 1023, 1024, 1025];
    let cases = [1, 3, 63, 65].map(|horizon| (horizon, 257));
    for (name, horizon, samples) in cases
        .iter()
        .flat_map(|&(h, k)| ["pushing", "friction", "quadratic"].map(|name| (name, h, k)))
        .chain(first.map(|samples| ("quadratic", 3, samples)))
    {
        let task = task(name, horizon, 0.23, &[]);
        let theta = theta(&task);
        let what = format!("{name} with {horizon} steps, {samples} samples");
        for baseline in [Baseline::Nominal, Baseline::LeaveOneOut, Baseline::None] {
            let batch = Batch {
                baseline,
                ..batch(samples, 5)
            };
            let found = cpu().moments(&task, &theta, &batch);
            let expected = reference().moments(&task, &theta, &batch);
            if samples == 1 && baseline == Baseline::LeaveOneOut {
                assert!(found.is_err() && expected.is_err(), "{what}");
                continue;
            }
            let (found, expected) = (found.expect(&what), expected.expect(&what));
            agree(&format!("{what}, {baseline:?}"), &task, &found, &expected);
        }
        let candidates: Vec<Vec<f64>> = [0.1, -0.3]
            .map(|step| theta.iter().map(|t| t * (1.0 - step) - step).collect())
            .to_vec();
        let batch = batch(samples, 5);
        let found = cpu().decreases(&task, &theta, &candidates, &batch);
        let expected = reference()
            .decreases(&task, &theta, &candidates, &batch)
            .expect(name);
        let mut engine = reference();
        let here = engine.moments(&task, &theta, &batch).expect(name);
        let scale = expected.iter().fold(0.0, |s, d| s + d.mean().abs());
        let scale = scale + here.value_mean().abs();
        decreases_agree(&what, scale, &found.expect(name), &expected);
    }
}

#[test]
fn broken_samples_are_counted_and_the_first_is_named() {
    for (floor, ceiling) in [(0.6, 10.0), (10.0, 1.0), (0.5, 1.1)] {
        let task = brittle(floor, ceiling);
        let theta = [0.2, 0.1, 0.3, 0.15, 0.25];
        let batch = batch(3001, 3);
        let times = |engine: &mut dyn Engine| -> Vec<Option<u32>> {
            let samples = engine.samples(&task, &theta, &batch, 0..3001);
            samples
                .expect("samples")
                .iter()
                .map(|s| s.nonfinite)
                .collect()
        };
        let expected = times(&mut reference());
        assert!(expected.iter().flatten().count() > 20);
        assert_eq!(times(&mut cpu()), expected);
        for wanted in [Wanted::Both, Wanted::ZerothOrder] {
            for baseline in [Baseline::Nominal, Baseline::LeaveOneOut] {
                let batch = Batch {
                    wanted,
                    baseline,
                    ..batch
                };
                let found = cpu().moments(&task, &theta, &batch).expect("moments");
                let expected = reference().moments(&task, &theta, &batch);
                agree("brittle", &task, &found, &expected.expect("moments"));
            }
        }
        let candidates = [vec![0.9; 5], vec![-0.1; 5]];
        let found = cpu().decreases(&task, &theta, &candidates, &batch);
        let expected = reference().decreases(&task, &theta, &candidates, &batch);
        let of = |d: mollify::Result<Vec<Decrease>>| -> Vec<_> {
            let list = d.expect("decreases");
            list.iter().map(|d| (d.count(), d.nonfinite)).collect()
        };
        assert_eq!(of(found), of(expected));
    }
}

/// Everything the engine computes.
fn everything(engine: &mut CpuEngine, samples: u64) -> (Vec<Moments>, Vec<Decrease>) {
    let task = task("friction", 33, 0.2, &[]);
    let theta = theta(&task);
    let batch = batch(samples, 5);
    let moments = [Baseline::Nominal, Baseline::LeaveOneOut].map(|baseline| {
        let batch = Batch { baseline, ..batch };
        engine.moments(&task, &theta, &batch).expect("moments")
    });
    let candidates = [0.2, -0.1].map(|step| theta.iter().map(|t| t - step).collect());
    let decreases = engine.decreases(&task, &theta, &candidates, &batch);
    (moments.to_vec(), decreases.expect("decreases"))
}

#[test]
fn threads_memory_and_repetition_do_not_change_a_bit() {
    let expected = everything(&mut cpu(), 9001);
    assert_eq!(everything(&mut cpu(), 9001), expected);
    let mut tight = CpuEngine::new("a test", 0, Interrupt::default());
    assert_eq!(everything(&mut tight, 9001), expected);
    for threads in [1, 2, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let found = pool
            .expect("a pool")
            .install(|| everything(&mut cpu(), 9001));
        assert_eq!(found, expected, "{threads} threads");
    }
}

/// What is cut into segments of 16 steps where there is no memory at all: open loops, weights, noise on actions, other
/// noise, random starts, and samples that stop being finite.
#[test]
fn segments_do_not_change_a_bit() {
    let policy = |name: &str, policy: &str, on: NoiseOn| {
        let task = task(name, 37, 0.2, &[]);
        let task = task.with_policy(policy.parse().expect(policy));
        task.expect(policy).with_noise_on(on)
    };
    let start = Draw::Normal {
        mean: 0.0,
        sigma: 0.3,
    };
    let pushing = task("pushing", 37, 0.2, &[]);
    for task in [
        task("roomba", 37, 0.2, &[]),
        task("quadratic", 37, 0.2, &[]),
        pushing.clone().with_distribution(Distribution::Laplace),
        pushing
            .clone()
            .with_initial("position_1", start, &[])
            .expect("a start"),
        pushing
            .with_parameter("stiffness", 3e6)
            .expect("a parameter"),
        policy("hopper", "perceptron=3", NoiseOn::Decision),
        policy("hopper", "affine", NoiseOn::Action),
    ] {
        let theta = theta(&task);
        let mut tight = CpuEngine::new("a test", 0, Interrupt::default());
        for wanted in [Wanted::Both, Wanted::ZerothOrder] {
            for baseline in [Baseline::Nominal, Baseline::LeaveOneOut] {
                let batch = Batch {
                    wanted,
                    baseline,
                    ..batch(1100, 5)
                };
                let plan = tight.plan(&task, &batch).expect("a plan");
                assert_eq!((plan.segment_steps, plan.segments), (16, 3));
                assert_eq!(cpu().plan(&task, &batch).expect("a plan").segments, 1);
                let found = tight.moments(&task, &theta, &batch).expect("moments");
                let expected = cpu().moments(&task, &theta, &batch).expect("moments");
                let (found, expected) = (format!("{found:?}"), format!("{expected:?}"));
                assert!(found == expected, "{} {}", task.name(), task.policy());
            }
        }
        let candidates = [theta.iter().map(|t| t - 0.1).collect::<Vec<f64>>()];
        let of = |engine: &mut CpuEngine| {
            let batch = batch(1100, 5);
            let decreases = engine.decreases(&task, &theta, &candidates, &batch);
            format!("{:?}", decreases.expect("decreases"))
        };
        assert_eq!(of(&mut tight), of(&mut cpu()), "{}", task.name());
        let thetas: Vec<Vec<f64>> = (0..70)
            .map(|i| theta.iter().map(|t| t + 0.01 * f64::from(i)).collect())
            .collect();
        let one_by_one = |engine: &mut CpuEngine| {
            let samples = engine.samples(&task, &theta, &batch(1100, 5), 3..75);
            let costs = engine.costs(&task, &theta, &thetas, &batch(70, 5));
            let samples = samples.expect("samples");
            let whole = task.horizon() * task.model().control_size();
            assert!(task.noise_is_on_decision() || samples[71].noise.len() == whole);
            format!("{samples:?} {:?}", costs.expect("costs"))
        };
        assert!(
            one_by_one(&mut tight) == one_by_one(&mut cpu()),
            "{}",
            task.name()
        );
    }
}

#[test]
fn long_horizons_are_planned_within_the_memory() {
    for (name, horizon) in [
        ("quadratic", 100_000),
        ("quadratic", 1_000_000),
        ("pushing", 2_000_000),
        ("lqr-20", 20_000),
    ] {
        let task = Task::find(name).expect(name);
        let task = task.with_horizon(horizon).expect(name);
        let engine = CpuEngine::new("a test", 256 * MIB, Interrupt::default());
        let plan = engine.plan(&task, &batch(1000, 5)).expect(name);
        assert!(
            plan.bytes <= 256 * MIB && plan.segments > 1,
            "{name}: {plan:?}"
        );
    }
}

#[test]
fn planned_bytes_grow_by_a_node_of_the_tree_when_the_samples_double() {
    for name in ["pushing", "ball-wall", "tennis", "lqr-20"] {
        let task = Task::find(name).expect(name);
        let plan = |samples: u64| cpu().plan(&task, &batch(samples, 5)).expect(name);
        let many = plan(10_000_000);
        let node = size_of::<Coordinate>() * task.dimension();
        let doubled = plan(64 * 10_000_000).bytes;
        assert_eq!(doubled - many.bytes, 6 * node as u64, "{name}");
        assert!(
            plan(100).bytes <= many.bytes && many.bytes < 64 * MIB,
            "{name}: {many:?}"
        );
        assert_eq!(plan(1_000_000_000).chunk_samples, many.chunk_samples);
        assert!(many.chunks * many.chunk_samples >= 10_000_000);
    }
}

#[test]
fn zeroth_order_alone_leaves_the_first_order_at_zero() {
    let task = task("pushing", 33, 0.2, &[]);
    let theta = theta(&task);
    let alone = Batch {
        wanted: Wanted::ZerothOrder,
        ..batch(1500, 3)
    };
    let with = cpu()
        .moments(&task, &theta, &batch(1500, 3))
        .expect("moments");
    let found = cpu().moments(&task, &theta, &alone).expect("moments");
    assert_eq!(found.deviation, with.deviation);
    for (a, b) in found.coordinates.iter().zip(&with.coordinates) {
        let nothing = Spread {
            count: 1500,
            ..Spread::default()
        };
        assert_eq!((a.first_order, a.cross), (nothing, 0.0));
        assert_eq!(a.zeroth_order, b.zeroth_order);
    }
}

#[test]
fn samples_are_those_of_the_gpu() {
    // 10^4 weights take a software GPU minutes.
    for (name, _) in systems::ALL.iter().filter(|(name, _)| *name != "lqr") {
        let task = Task::find(name).expect(name);
        let Some(mut gpu) = gpu_or_skip("samples_are_those_of_the_gpu", task.model(), 64 * MIB)
        else {
            return;
        };
        let batch = batch(100, 3);
        let on_gpu = gpu
            .samples(&task, &task.start(), &batch, 7..90)
            .expect(name);
        let here = cpu()
            .samples(&task, &task.start(), &batch, 7..90)
            .expect(name);
        let [grown, _] = growth(&task, &task.start(), &here, Looked::Cost);
        for (a, b) in here.iter().zip(&on_gpu) {
            assert_eq!(a.nonfinite, b.nonfinite, "{name}");
            let scale = on_gpu.iter().fold(0.0_f64, |s, b| s.max(b.deviation.abs()));
            let off = ((a.deviation - b.deviation).abs() - grown) / scale;
            // The deviation of a step is a difference of costs, which are larger.
            assert!(
                off < 1e-5,
                "{name}: {} on the CPU, {} on the GPU",
                a.deviation,
                b.deviation
            );
        }
    }
}
