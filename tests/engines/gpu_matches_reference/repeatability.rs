//! A result depends on the seed alone: not on memory, chunks, threads, or what was computed before.

use super::theta;
use crate::engines::{MIB, batch, gpu_or_skip, reference, task};
use mollify::Error;
use mollify::engine::gpu::GpuEngine;
use mollify::engine::moments::Moments;
use mollify::engine::{Baseline, Batch, Decrease, Engine, Stream};
use mollify::noise::{Distribution, NoiseOn};
use mollify::system::task::Task;

/// Everything an engine computes, with all baselines.
fn everything(
    engine: &mut dyn Engine,
    task: &Task,
    batch: &Batch,
) -> (Vec<Moments>, Vec<Decrease>) {
    let theta = theta(task);
    let moments = [Baseline::Nominal, Baseline::LeaveOneOut].map(|baseline| {
        let batch = Batch { baseline, ..*batch };
        engine.moments(task, &theta, &batch).expect("moments")
    });
    let candidates = [0.2, -0.1].map(|step| theta.iter().map(|t| t - step).collect());
    let decreases = engine.decreases(task, &theta, &candidates, batch);
    (moments.to_vec(), decreases.expect("decreases"))
}

#[test]
fn memory_chunks_and_segments_do_not_change_a_bit() {
    let test = "memory_chunks_and_segments_do_not_change_a_bit";
    let student = Distribution::StudentT;
    let open_loop = Task::find("pushing").and_then(|t| t.with_horizon(203));
    let feedback = |on| {
        let tennis = Task::find("tennis").and_then(|t| t.with_horizon(121));
        tennis.expect("tennis").with_noise_on(on)
    };
    for (task, samples, small) in [
        (open_loop.expect("pushing"), 5000, 3 * MIB),
        (
            Task::find("roomba")
                .expect("roomba")
                .with_distribution(student),
            1500,
            2 * MIB,
        ),
        (feedback(NoiseOn::Action), 2049, 2 * MIB),
        (feedback(NoiseOn::Decision), 1025, 2 * MIB),
        (task("quadratic", 5, 0.2, &[]), 20_001, MIB / 2),
    ] {
        let name = task.name();
        let Some(mut roomy) = gpu_or_skip(test, task.model(), 1024 * MIB) else {
            return;
        };
        let mut tight = gpu_or_skip(test, task.model(), small).expect("the adapter is still there");
        let batch = batch(samples, 21);
        let plan = roomy.plan(&task, &batch).expect("plan");
        assert_eq!(
            (plan.chunks, plan.chunk_samples, plan.segments),
            (1, samples, 1)
        );
        let plan = tight.plan(&task, &batch).expect("plan");
        assert!(
            plan.chunks * plan.segments >= 2 && plan.bytes <= small,
            "{name}: {plan:?}"
        );
        assert!(
            plan.segments >= 2 || name == "quadratic",
            "{name}: {plan:?}"
        );
        let expected = everything(&mut roomy, &task, &batch);
        assert_eq!(everything(&mut tight, &task, &batch), expected, "{name}");
        // Again, with chunks that have grown meanwhile.
        assert_eq!(everything(&mut roomy, &task, &batch), expected, "{name}");
        let all = |engine: &mut GpuEngine| {
            let range = samples - 3..samples;
            engine
                .samples(&task, &theta(&task), &batch, range)
                .expect("samples")
        };
        assert_eq!(all(&mut tight), all(&mut roomy), "{name}");
        let thetas = vec![theta(&task); 70];
        let of_thetas = Batch {
            samples: 70,
            ..batch
        };
        let costs = |engine: &mut GpuEngine| {
            engine
                .costs(&task, &theta(&task), &thetas, &of_thetas)
                .expect("costs")
        };
        assert_eq!(costs(&mut tight), costs(&mut roomy), "{name}");
    }
}

/// The loops of a kernel are limited on some drivers, so a long horizon takes several segments there whatever the memory.
#[test]
fn long_horizons_agree_with_the_reference() {
    let test = "long_horizons_agree_with_the_reference";
    let task = task("pushing", 5003, 0.01, &[("time_step", 0.0004)]);
    let Some(mut gpu) = gpu_or_skip(test, task.model(), 64 * MIB) else {
        return;
    };
    let batch = batch(65, 3);
    let plan = gpu.plan(&task, &batch).expect("plan");
    assert!(plan.segments >= 3, "{plan:?}");
    let start = task.start();
    let found = gpu.moments(&task, &start, &batch).expect("moments");
    let expected = reference().moments(&task, &start, &batch).expect("moments");
    // f32 keeps the sum of 5000 costs to a few parts in 10^6 of itself.
    let cost = expected.nominal;
    let off = (found.deviation.mean - expected.deviation.mean).abs();
    assert!(off <= 5e-6 * cost, "{off} of {cost}");
    for (t, (a, b)) in found
        .coordinates
        .iter()
        .zip(&expected.coordinates)
        .enumerate()
    {
        let scale = b.first_order.mean.abs().max(0.01);
        let off = (a.first_order.mean - b.first_order.mean).abs();
        assert!(off <= 1e-3 * scale, "time {t}: {a:?} {b:?}");
    }
}

#[test]
fn another_engine_gives_the_same_bits() {
    let task = task("friction", 33, 0.2, &[]);
    let test = "another_engine_gives_the_same_bits";
    let Some(mut one) = gpu_or_skip(test, task.model(), 64 * MIB) else {
        return;
    };
    // What ran before on an engine must not matter.
    everything(&mut one, &task, &batch(77, 1));
    let mut other = gpu_or_skip(test, task.model(), 64 * MIB).expect("the adapter is still there");
    let batch = batch(3001, 5);
    assert_eq!(
        everything(&mut one, &task, &batch),
        everything(&mut other, &task, &batch)
    );
}

#[test]
fn number_of_threads_does_not_change_a_bit() {
    let task = task("friction", 33, 0.2, &[]);
    let batch = batch(9001, 5);
    let [one, two, three] = [1, 2, 3].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.expect("a pool").install(|| {
            assert_eq!(rayon::current_num_threads(), threads);
            everything(&mut reference(), &task, &batch)
        })
    });
    assert_eq!(one, two);
    assert_eq!(one, three);
}

#[test]
fn seed_iteration_and_stream_each_give_other_noise() {
    let task = task("quadratic", 3, 0.2, &[]);
    let test = "seed_iteration_and_stream_each_give_other_noise";
    let mut engines: Vec<Box<dyn Engine>> = vec![Box::new(reference())];
    if let Some(gpu) = gpu_or_skip(test, task.model(), 64 * MIB) {
        engines.push(Box::new(gpu));
    }
    let base = batch(100, 7);
    let batches = [
        base,
        Batch { seed: 8, ..base },
        Batch {
            seed: 7 + (1 << 32),
            ..base
        },
        Batch {
            iteration: 1,
            ..base
        },
        Batch {
            stream: Stream::Independent,
            ..base
        },
        Batch {
            stream: Stream::Candidates,
            ..base
        },
        Batch {
            stream: Stream::Final,
            ..base
        },
    ];
    for engine in &mut engines {
        let found = batches.map(|batch| {
            let m = engine
                .moments(&task, &theta(&task), &batch)
                .expect("moments");
            m.deviation.mean
        });
        for (i, a) in found.iter().enumerate() {
            for (j, b) in found.iter().enumerate() {
                assert_eq!(a == b, i == j, "batches {i} and {j}");
            }
        }
    }
}

#[test]
fn memory_below_one_block_is_refused_with_a_budget_that_suffices() {
    let task = Task::find("lqr-20").expect("lqr-20");
    let test = "memory_below_one_block_is_refused_with_a_budget_that_suffices";
    let Some(mut gpu) = gpu_or_skip(test, task.model(), 2 * MIB) else {
        return;
    };
    let batch = batch(5000, 0);
    let refused = [
        gpu.plan(&task, &batch).err(),
        gpu.moments(&task, &task.start(), &batch).err(),
    ];
    for error in refused {
        let Some(Error::MemoryTooSmall {
            block, suggestion, ..
        }) = error
        else {
            panic!("{error:?}");
        };
        assert_eq!(block, 1024);
        let mebibytes: u64 = suggestion
            .strip_suffix("MiB")
            .expect("MiB")
            .parse()
            .expect("a number");
        let enough = gpu_or_skip(test, task.model(), mebibytes * MIB).expect("an adapter");
        assert_eq!(
            enough.plan(&task, &batch).expect("plan").chunk_samples,
            1024
        );
        let less = gpu_or_skip(test, task.model(), (mebibytes - 1) * MIB).expect("an adapter");
        assert!(less.plan(&task, &batch).is_err());
    }
    // Few samples need less than a block.
    assert!(
        gpu.plan(
            &task,
            &Batch {
                samples: 50,
                ..batch
            }
        )
        .is_ok()
    );
}
