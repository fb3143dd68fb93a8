//! Throughput of the engines on the tasks that stress other parts than `pushing`: `tennis` (feedback, branches, heavy
//! tails), `ball-wall` (no state, one step), `lqr-20` (400 weights, closed form). Elements are sample-steps.
//!
//!     cargo bench --bench tasks                              K = 16384, ball-wall 262144
//!     MOLLIFY_BENCH_SAMPLES=1024 cargo bench --bench tasks   shorter
//!
//! Every engine is compared with the reference on the same samples, and with the closed form where there is one, before it
//! is timed. Compiling the shaders is not timed.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use mollify::benchmark::{Contender, Settings, check};
use mollify::engine::gpu::AdapterChoice;
use mollify::engine::kind::Kind;
use mollify::engine::moments::Moments;
use mollify::engine::{Batch, Interrupt, Wanted};
use mollify::system::task::Task;
use std::time::Duration;

/// The tasks and their K.
const TASKS: [(&str, u64); 3] = [
    ("tennis", 16_384),
    ("ball-wall", 262_144),
    ("lqr-20", 16_384),
];

fn samples(usual: u64) -> u64 {
    let wanted = std::env::var("MOLLIFY_BENCH_SAMPLES").ok();
    wanted.and_then(|k| k.parse().ok()).unwrap_or_else(|| {
        // `cargo bench -- --test` runs each benchmark once, to see that it works.
        let only_test = std::env::args().any(|a| a == "--test");
        if only_test { 256 } else { usual }
    })
}

fn settings() -> Settings {
    Settings {
        engines: vec![Kind::Reference, Kind::Cpu, Kind::Gpu],
        gpu_is_optional: true,
        adapter: AdapterChoice::Any,
        samples: Vec::new(),
        repeats: 1,
        seconds: 1.0,
        stages: false,
        break_even: 0,
        seed: 1,
        memory: 1 << 28,
    }
}

/// Checked against the reference, or left out with a line that says why.
fn contenders(task: &Task) -> Vec<Contender> {
    let (settings, interrupt) = (settings(), Interrupt::default());
    let mut contenders = Vec::new();
    for kind in &settings.engines {
        match Contender::open(*kind, task, &settings, &interrupt) {
            Ok(mut contender) => {
                check(&mut contender, task, &settings, &interrupt).expect("it agrees");
                eprintln!("{:?}", contender.engine().report());
                contenders.push(contender);
            }
            Err(error) => eprintln!("SKIPPED benchmarks of {} on {kind}: {error}", task.name()),
        }
    }
    contenders
}

/// Value and zeroth order within 5 standard errors of the closed form.
fn exact(task: &Task, moments: &Moments, samples: u64) {
    assert_eq!(moments.count(), samples);
    let Some(form) = task.closed_form(&task.start(), moments.nominal) else {
        return;
    };
    let near = |found: f64, expected: f64, error: f64| {
        assert!(
            (found - expected).abs() <= 5.0 * error,
            "{found}, not {expected} ± {error}"
        );
    };
    near(moments.value_mean(), form.value, moments.value_std_error());
    for (c, expected) in moments.coordinates.iter().zip(&form.gradient) {
        let error = c.zeroth_order.std_error();
        near(c.zeroth_order.mean, *expected, error);
    }
}

fn tasks(c: &mut Criterion) {
    for (name, usual) in TASKS {
        let task = Task::find(name).expect("built-in task");
        let (samples, theta) = (samples(usual), task.start());
        let mut group = c.benchmark_group(format!("{name} H={} K={samples}", task.horizon()));
        group.throughput(Throughput::Elements(samples * task.horizon() as u64));
        group
            .sample_size(10)
            .measurement_time(Duration::from_secs(8));
        for contender in &mut contenders(&task) {
            for (what, wanted) in [
                ("both estimates", Wanted::Both),
                ("zeroth order only", Wanted::ZerothOrder),
            ] {
                let batch = Batch {
                    wanted,
                    ..Batch::new(samples, 1)
                };
                let id = BenchmarkId::new(what, contender.kind);
                let engine = contender.engine();
                exact(
                    &task,
                    &engine.moments(&task, &theta, &batch).expect("runs"),
                    samples,
                );
                group.bench_function(id, |b| {
                    b.iter(|| engine.moments(&task, &theta, &batch).expect("runs"));
                });
            }
        }
        group.finish();
    }
}

criterion_group!(benches, tasks);
criterion_main!(benches);
