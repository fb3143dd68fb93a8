//! However a batch is cut, the parts give the bits of the whole: on other engines of the same kind, with other memory and
//! threads, by way of JSON, in any order.

use crate::brittle::brittle;
use crate::engines::{MIB, all, batch, gpu_or_skip, reference};
use mollify::engine::cpu::CpuEngine;
use mollify::engine::moments::{Decrease, Moments};
use mollify::engine::nominal::nominal;
use mollify::engine::reference::rollout::{Trajectory, rerun_without_noise};
use mollify::engine::{BLOCK_SAMPLES, Baseline, Batch, Engine, Interrupt, Parts, Tree, Wanted};
use mollify::system::task::Task;
use mollify::{Error, systems};
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use std::ops::Range;

const SAMPLES: u64 = 100_001;
const THETA: [f64; 5] = [0.2, 0.1, 0.3, 0.15, 0.25];

/// Engines with little memory, which cut a batch into other chunks than those of `all`.
fn tight(test: &str, task: &Task) -> Vec<Box<dyn Engine>> {
    let cpu = CpuEngine::new("a test", 0, Interrupt::default());
    let mut engines: Vec<Box<dyn Engine>> = vec![Box::new(reference()), Box::new(cpu)];
    if let Some(gpu) = gpu_or_skip(test, task.model(), 4 * MIB) {
        engines.push(Box::new(gpu));
    }
    engines
}

/// `0..SAMPLES` in `count` ranges with random bounds, in random order.
fn cuts(count: usize, rng: &mut StdRng) -> Vec<Range<u64>> {
    let blocks = SAMPLES / BLOCK_SAMPLES;
    let bound = |_| rng.random_range(0..=blocks) * BLOCK_SAMPLES;
    let mut bounds: Vec<u64> = (1..count).map(bound).collect();
    bounds.extend([0, SAMPLES]);
    bounds.sort_unstable();
    let mut ranges: Vec<_> = bounds.windows(2).map(|pair| pair[0]..pair[1]).collect();
    ranges.shuffle(rng);
    ranges
}

/// As another process would read it.
fn sent(parts: &Parts) -> Parts {
    let text = serde_json::to_string(parts).expect("plain data");
    let read = serde_json::from_str(&text).expect("what was written");
    assert_eq!(parts, &read);
    read
}

fn united(mut parts: impl Iterator<Item = Parts>) -> Parts {
    let mut all = parts.next().expect("one at least");
    parts.for_each(|part| all.merge(part).expect("disjoint"));
    assert!(all.is_whole(), "{:?}", all.ranges());
    all
}

/// On one thread, which is another number than the tests have.
fn alone<T: Send>(call: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    pool.expect("a pool").install(call)
}

fn moments_of_parts(
    engine: &mut dyn Engine,
    task: &Task,
    batch: &Batch,
    ranges: &[Range<u64>],
) -> Moments {
    let deviations = (batch.baseline == Baseline::LeaveOneOut).then(|| {
        let each = ranges.iter().map(|range| {
            let part = engine.deviations(task, &THETA, &batch.within(range.clone()));
            sent(&part.expect("deviations"))
        });
        united(each).finish().expect("in range")
    });
    let each = ranges.iter().map(|range| {
        let part = batch.within(range.clone());
        let part = alone(|| engine.parts(task, &THETA, &part, deviations.as_ref()));
        sent(&part.expect("a part"))
    });
    united(each).finish().expect("in range")
}

#[test]
fn moments_of_any_cut_are_those_of_the_whole_to_the_bit() {
    let test = "moments_of_any_cut_are_those_of_the_whole_to_the_bit";
    let task = brittle(0.5, 1.1);
    let mut rng = StdRng::seed_from_u64(7);
    for (roomy, tight) in all(test, task.model())
        .iter_mut()
        .zip(&mut tight(test, &task))
    {
        for baseline in [Baseline::Nominal, Baseline::LeaveOneOut, Baseline::None] {
            let batch = Batch {
                baseline,
                ..batch(SAMPLES, 3)
            };
            let expected = roomy.moments(&task, &THETA, &batch).expect("moments");
            assert!(expected.nonfinite.count > 1000, "{expected:?}");
            for count in [1, 2, 7] {
                let ranges = cuts(count, &mut rng);
                let found = moments_of_parts(&mut **tight, &task, &batch, &ranges);
                let on = roomy.report().engine;
                assert_eq!(found, expected, "{on}, {baseline:?}, {ranges:?}");
            }
        }
        // Without the deviations of all, a part finds them itself.
        let batch = Batch {
            baseline: Baseline::LeaveOneOut,
            ..batch(SAMPLES, 3)
        };
        let known = tight.deviations(&task, &THETA, &batch);
        let known = known.and_then(Parts::finish).expect("deviations");
        let part = batch.within(3 * BLOCK_SAMPLES..9 * BLOCK_SAMPLES);
        let given = tight.parts(&task, &THETA, &part, Some(&known));
        let found = tight.parts(&task, &THETA, &part, None);
        assert_eq!(given.expect("a part"), found.expect("a part"));
    }
}

#[test]
fn decreases_of_any_cut_are_those_of_the_whole_to_the_bit() {
    let test = "decreases_of_any_cut_are_those_of_the_whole_to_the_bit";
    let task = brittle(0.5, 1.1);
    let candidates = [vec![0.9; 5], vec![-0.1; 5]];
    let mut rng = StdRng::seed_from_u64(8);
    for (roomy, tight) in all(test, task.model())
        .iter_mut()
        .zip(&mut tight(test, &task))
    {
        let batch = batch(SAMPLES, 3);
        let expected = roomy.decreases(&task, &THETA, &candidates, &batch);
        let expected = expected.expect("decreases");
        let mut trees = vec![Tree::<Decrease>::default(); candidates.len()];
        for range in cuts(7, &mut rng) {
            let part = batch.within(range);
            let found = alone(|| tight.decrease_parts(&task, &THETA, &candidates, &part));
            for (tree, part) in trees.iter_mut().zip(found.expect("a part")) {
                let text = serde_json::to_string(&part).expect("plain data");
                let read = serde_json::from_str(&text).expect("what was written");
                tree.merge(read).expect("disjoint");
            }
        }
        let found = trees.into_iter().map(|t| t.finish().expect("all of it"));
        assert_eq!(found.collect::<Vec<_>>(), expected);
    }
}

/// The theta of each sample meets the environment of that sample, whoever rolls it out.
#[test]
fn costs_of_a_range_are_in_its_own_environments() {
    let test = "costs_of_a_range_are_in_its_own_environments";
    let task = Task::find("tennis").and_then(|t| t.with_horizon(20));
    let task = task.expect("tennis");
    assert!(task.environment().is_random());
    let theta = task.start();
    let batch = batch(2100, 4);
    for engine in &mut all(test, task.model()) {
        let mut costs = |range: Range<u64>| {
            let thetas = vec![theta.clone(); (range.end - range.start) as usize];
            let found = engine.costs(&task, &theta, &thetas, &batch.within(range));
            found.expect("costs")
        };
        let expected = costs(0..2100);
        let found = [costs(0..1024), costs(1024..2000), costs(2000..2100)].concat();
        assert_eq!(found, expected);
        assert_ne!(expected[..100], expected[2000..]);
    }
}

#[test]
fn parts_that_do_not_fit_are_refused() {
    let test = "parts_that_do_not_fit_are_refused";
    let task = brittle(0.5, 1.1);
    let is_invalid = |found: mollify::Result<()>| {
        let named = matches!(&found, Err(Error::InvalidValue { .. }));
        assert!(named, "{found:?}");
    };
    for engine in &mut all(test, task.model()) {
        let batch = batch(5000, 3);
        for (start, end) in [(0, 1000), (1, 1024), (1024, 6144), (2048, 1024)] {
            let part = batch.within(start..end);
            is_invalid(engine.moments(&task, &THETA, &part).map(|_| ()));
            is_invalid(engine.decreases(&task, &THETA, &[], &part).map(|_| ()));
            is_invalid(engine.plan(&task, &part).map(|_| ()));
        }
        let mut of = |batch: Batch| engine.parts(&task, &THETA, &batch, None).expect("a part");
        let first = of(batch.within(0..2048));
        assert_eq!((first.ranges().len(), first.is_whole()), (1, false));
        for other in [
            of(batch.within(1024..3072)),
            of(Batch { seed: 4, ..batch }.within(2048..3072)),
            of(Batch {
                wanted: Wanted::ZerothOrder,
                ..batch
            }
            .within(2048..3072)),
            of(Batch {
                samples: 5001,
                ..batch
            }
            .within(2048..3072)),
        ] {
            let mut all = first.clone();
            is_invalid(all.merge(other));
            assert_eq!(all, first);
        }
        // No samples at all are a part too, and change nothing.
        let mut all = first.clone();
        all.merge(of(batch.within(2048..2048))).expect("nothing");
        assert_eq!(all, first);
        let some = of(batch.within(0..2048)).finish().expect("moments");
        let batch = Batch {
            baseline: Baseline::LeaveOneOut,
            ..batch
        };
        let found = engine.parts(&task, &THETA, &batch, Some(&some));
        is_invalid(found.map(|_| ()));
    }
}

/// The reference engine rolls out by code of its own.
#[test]
fn the_noise_free_rollout_is_that_of_the_reference() {
    for (name, _) in systems::ALL {
        let task = Task::find(name).expect(name);
        let theta = task.start();
        let found = nominal(&task, &theta);
        let mut trajectory = Trajectory::new(&task);
        let zeros = vec![0.0; task.horizon() + 1];
        rerun_without_noise(&task, &theta, &zeros, &mut trajectory);
        assert_eq!(found.states, trajectory.states, "{name}");
        assert_eq!(found.cost, trajectory.deviation, "{name}");
        assert_eq!(found.nonfinite, trajectory.nonfinite, "{name}");
    }
}
