//! Quasi-dynamic steps with B, many points at once. Elements are steps.
//!
//!     cargo bench --bench steps                              65536 points of planar-pushing, 4096 of planar-hand
//!     MOLLIFY_BENCH_SAMPLES=1024 cargo bench --bench steps   shorter
//!
//! Each engine's results are compared with duals in f64 at some points before it is timed. Compiling is not timed.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use mollify::Task;
use mollify::engine::cpu::CpuMap;
use mollify::system::quasidynamic::Wanted;
use std::time::Duration;

/// The tasks and how many points.
const TASKS: [(&str, usize); 2] = [("planar-pushing", 65_536), ("planar-hand", 4096)];

fn points(usual: usize) -> usize {
    let wanted = std::env::var("MOLLIFY_BENCH_SAMPLES").ok();
    wanted.and_then(|k| k.parse().ok()).unwrap_or_else(|| {
        let only_test = std::env::args().any(|a| a == "--test");
        if only_test { 256 } else { usual }
    })
}

/// Near where a task starts, robots commanded a little elsewhere.
fn near_start(task: &Task, count: usize) -> Vec<f32> {
    let steps = task.model().quasi_dynamics().expect("quasi-dynamic");
    let state = &task.initial_state()[..steps.sizes.state];
    let centre = [state, &task.start()[..steps.sizes.control]].concat();
    let value = |k: usize| (centre[k % centre.len()] + 0.02 * (k as f64 * 1.7).sin()) as f32;
    (0..count * centre.len()).map(value).collect()
}

fn bench(criterion: &mut Criterion) {
    for (name, usual) in TASKS {
        let task = Task::find(name).expect("a task");
        let steps = task.model().quasi_dynamics().expect("quasi-dynamic");
        let map = CpuMap::new(
            &steps.function(Wanted::ByControl),
            task.parameters(),
            steps.sizes,
        );
        let count = points(usual);
        let at = near_start(&task, count);
        let results = map.run_f32(&at).expect("whole points");
        let width = results.len() / count;
        for (at, found) in at
            .chunks(steps.sizes.point())
            .zip(results.chunks(width))
            .take(50)
        {
            let wide = |x: &[f32]| x.iter().map(|x| f64::from(*x)).collect::<Vec<f64>>();
            let (at, found) = (wide(at), steps.read(Wanted::ByControl, &wide(found)));
            let (q, u) = at.split_at(steps.sizes.state);
            let expected = steps.linearize(task.parameters(), q, u);
            let pairs = found.next_by_control.iter().zip(&expected.next_by_control);
            assert!(
                pairs.clone().all(|(a, b)| (a - b).abs() < 3e-4),
                "{name} is right"
            );
        }
        let mut group = criterion.benchmark_group(name);
        group
            .throughput(Throughput::Elements(count as u64))
            .sample_size(10);
        group.measurement_time(Duration::from_secs(3));
        group.bench_function(BenchmarkId::new("step with B", "cpu"), |b| {
            b.iter(|| map.run_f32(&at).expect("whole points"));
        });
        group.finish();
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
