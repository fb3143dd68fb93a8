//! Throughput of each stage and in total, on pushing: stiffness 10, H = 400, both estimates with per-coordinate
//! mean and variance. Elements are sample-steps (samples times time steps).
//!
//!     cargo bench --bench pushing                              K = 16384
//!     MOLLIFY_BENCH_SAMPLES=1024 cargo bench --bench pushing   shorter
//!
//! Every engine's result is checked against the known cost of the task before it is timed. The adapter and its driver
//! are printed, because a number without them says nothing. Compiling the shaders is not timed.

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use mollify::engine::cpu::CpuEngine;
use mollify::engine::gpu::{AdapterChoice, GpuEngine};
use mollify::engine::moments::Moments;
use mollify::engine::nominal::nominal;
use mollify::engine::reference::adjoint::{Scratch, adjoint};
use mollify::engine::reference::rollout::{Trajectory, draw, rerun};
use mollify::engine::reference::{ReferenceEngine, reduce};
use mollify::engine::{Batch, Engine, Interrupt, Wanted};
use mollify::system::task::Task;
use std::time::Duration;

/// Samples of a stage that is timed in one thread.
const STAGE_SAMPLES: u32 = 64;

fn samples() -> u64 {
    let wanted = std::env::var("MOLLIFY_BENCH_SAMPLES").ok();
    wanted.and_then(|k| k.parse().ok()).unwrap_or_else(|| {
        // `cargo bench -- --test` runs each benchmark once, to see that it works.
        let only_test = std::env::args().any(|a| a == "--test");
        if only_test { 256 } else { 16_384 }
    })
}

fn batch(samples: u64, wanted: Wanted) -> Batch {
    Batch {
        wanted,
        ..Batch::new(samples, 1)
    }
}

fn engines(task: &Task) -> Vec<Box<dyn Engine>> {
    let interrupt = Interrupt::default();
    let reason = "asked for";
    let mut engines: Vec<Box<dyn Engine>> =
        vec![Box::new(ReferenceEngine::new(reason, interrupt.clone()))];
    engines.push(Box::new(CpuEngine::new(reason, 1 << 28, interrupt.clone())));
    match GpuEngine::open(
        &AdapterChoice::Any,
        task.model(),
        1 << 28,
        reason,
        interrupt,
    ) {
        Ok(engine) => engines.push(Box::new(engine)),
        Err(error) => eprintln!("SKIPPED benchmarks of the gpu engine: {error}"),
    }
    for engine in &engines {
        eprintln!("{:?}", engine.report());
    }
    engines
}

/// 2374.9 noise-free; the mean under noise lies H σ² R = 4 and a little curvature above it.
fn check(moments: &Moments, samples: u64) {
    assert_eq!(moments.count(), samples);
    assert!((moments.nominal - 2374.9).abs() < 0.05);
    let expected = 2380.2;
    let error = moments.value_mean() - expected;
    assert!(
        error.abs() < 5.0 * moments.value_std_error() + 0.1,
        "{error}"
    );
}

fn whole(c: &mut Criterion) {
    let task = Task::find("pushing").expect("built-in task");
    let samples = samples();
    let theta = task.start();
    let mut group = c.benchmark_group(format!("pushing H={} K={samples}", task.horizon()));
    group.throughput(Throughput::Elements(samples * task.horizon() as u64));
    group
        .sample_size(10)
        .measurement_time(Duration::from_secs(8));
    for engine in &mut engines(&task) {
        let name = engine.report().engine;
        for (what, wanted) in [
            ("both estimates", Wanted::Both),
            ("zeroth order only", Wanted::ZerothOrder),
        ] {
            let batch = batch(samples, wanted);
            check(
                &engine.moments(&task, &theta, &batch).expect("runs"),
                samples,
            );
            group.bench_function(BenchmarkId::new(what, name), |b| {
                b.iter(|| engine.moments(&task, &theta, &batch).expect("runs"));
            });
        }
        let candidates = vec![theta.clone(); 7];
        let batch = batch(samples / 8, Wanted::ZerothOrder);
        group.bench_function(BenchmarkId::new("7 candidates and theta, K/8", name), |b| {
            b.iter(|| {
                engine
                    .decreases(&task, &theta, &candidates, &batch)
                    .expect("runs")
            });
        });
    }
    group.finish();
}

/// The stages of the reference engine in one thread.
fn stages(c: &mut Criterion) {
    let task = Task::find("pushing").expect("built-in task");
    let theta = task.start();
    let costs = nominal(&task, &theta).costs;
    let mut trajectory = Trajectory::new(&task);
    let mut scratch = Scratch::new(&task);
    let mut gradient = vec![0.0; task.dimension()];
    let keys = batch(1, Wanted::Both).keys();
    let mut group = c.benchmark_group("stages of the reference engine, one thread");
    let steps = u64::from(STAGE_SAMPLES) * task.horizon() as u64;
    group
        .throughput(Throughput::Elements(steps))
        .sample_size(20);
    group.bench_function("noise", |b| {
        b.iter(|| (0..STAGE_SAMPLES).for_each(|i| draw(&task, keys, i, &mut trajectory)));
    });
    group.bench_function("rollout", |b| {
        b.iter(|| (0..STAGE_SAMPLES).for_each(|_| rerun(&task, &theta, &costs, &mut trajectory)));
    });
    group.bench_function("adjoint", |b| {
        b.iter(|| {
            (0..STAGE_SAMPLES)
                .for_each(|_| adjoint(&task, &mut trajectory, &mut scratch, &mut gradient));
        });
    });
    group.bench_function("reduce", |b| {
        b.iter_batched_ref(
            || Moments::empty(0.0, task.dimension()),
            |moments| {
                (0..u64::from(STAGE_SAMPLES)).for_each(|i| {
                    reduce::add_sample(moments, i, &trajectory, &gradient, 0.0);
                });
            },
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

criterion_group!(benches, whole, stages);
criterion_main!(benches);
