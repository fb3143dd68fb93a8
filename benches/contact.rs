//! Throughput of quasi-dynamic steps with their derivatives on engine `cpu`: what a planner asks for.
//!
//!     cargo bench --bench contact                              65536 points
//!     MOLLIFY_BENCH_SAMPLES=1024 cargo bench --bench contact   shorter
//!
//! Elements are steps: of `planar-pushing` (one contact) and of `planar-hand` (twelve), from their starts under commands nearby.
//! Each result is compared with the step in f64 before it is timed.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mollify::Task;
use mollify::engine::cpu::CpuMap;
use mollify::system::quasidynamic::{QuasiDynamics, Wanted};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

fn points() -> usize {
    let wanted = std::env::var("MOLLIFY_BENCH_SAMPLES").ok();
    wanted.and_then(|k| k.parse().ok()).unwrap_or_else(|| {
        // `cargo bench -- --test` runs each benchmark once, to see that it works.
        let only_test = std::env::args().any(|a| a == "--test");
        if only_test { 256 } else { 65_536 }
    })
}

/// The start, a little off, under commands a little off it.
fn near_start(task: &Task, steps: &QuasiDynamics, count: usize) -> Vec<f32> {
    let mut rng = StdRng::seed_from_u64(1);
    let commanded = &task.model().defaults().commanded;
    let mut points = Vec::new();
    for _ in 0..count {
        let off = |x: &f64| x + rng.random_range(-0.02..0.02);
        let q: Vec<f64> = task.initial_state()[..steps.sizes.state]
            .iter()
            .map(off)
            .collect();
        let u = commanded
            .iter()
            .map(|i| q[*i] + rng.random_range(-0.1..0.1));
        let u: Vec<f64> = u.collect();
        points.extend(q.iter().chain(&u).map(|x| *x as f32));
    }
    points
}

fn agrees(task: &Task, steps: &QuasiDynamics, wanted: Wanted, points: &[f32], results: &[f32]) {
    let sizes = steps.sizes;
    let width = results.len() / (points.len() / sizes.point());
    let rows = points.chunks(sizes.point()).zip(results.chunks(width));
    for (point, result) in rows.take(256) {
        let point: Vec<f64> = point.iter().copied().map(f64::from).collect();
        let result: Vec<f64> = result.iter().copied().map(f64::from).collect();
        let (q, u) = point.split_at(steps.sizes.state);
        let expected = steps.linearize(task.parameters(), q, u);
        let found = steps.read(wanted, &result);
        for (a, b) in found.next.iter().zip(&expected.next) {
            assert!((a - b).abs() < 3e-6, "{found:?} {expected:?}");
        }
        for (a, b) in found.next_by_control.iter().zip(&expected.next_by_control) {
            assert!((a - b).abs() < 3e-4, "{found:?} {expected:?}");
        }
    }
}

fn steps(c: &mut Criterion) {
    let count = points();
    for name in ["planar-pushing", "planar-hand"] {
        let task = Task::find(name).expect(name);
        let steps = task.model().quasi_dynamics().expect("it is quasi-dynamic");
        let points = near_start(&task, steps, count);
        let mut group = c.benchmark_group(name);
        group.throughput(Throughput::Elements(count as u64));
        for (label, wanted) in [
            ("step", Wanted::Step),
            ("step, B", Wanted::ByControl),
            ("step, A, B", Wanted::Motion),
        ] {
            let map = CpuMap::new(&steps.function(wanted), task.parameters(), steps.sizes);
            let results = map.run_f32(&points).expect("whole points");
            agrees(&task, steps, wanted, &points, &results);
            eprintln!("{name}, {label}: {} operations", map.operations());
            group.bench_function(label, |b| {
                b.iter(|| map.run_f32(&points).expect("whole points"));
            });
        }
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = steps
}
criterion_main!(benches);
