//! Samples that are not finite are counted, located and left out, alike by both engines.

use crate::agreement::agree;
use crate::brittle::brittle;
use crate::engines::{MIB, all, batch, gpu_or_skip, reference};
use mollify::Error;
use mollify::engine::moments::{Moments, NonFinitePolicy};
use mollify::engine::{Baseline, Batch, Engine, Sample, Wanted};
use mollify::system::task::Task;

const SAMPLES: u64 = 3001;

/// Which of `samples` break, and when, from their noise alone: forwards for the cost, backwards for derivatives.
fn expected_time(task: &Task, theta: &[f64], sample: &Sample) -> Option<u32> {
    let [floor, ceiling] = [task.parameters()[0], task.parameters()[1]];
    let controls: Vec<f64> = theta
        .iter()
        .zip(&sample.noise)
        .map(|(t, w)| t + w)
        .collect();
    let cost = controls.iter().position(|u| *u < -floor);
    let derivative = controls.iter().rposition(|u| *u > ceiling);
    cost.or(derivative).map(|t| t as u32)
}

#[test]
fn broken_samples_are_counted_and_the_first_is_named() {
    let test = "broken_samples_are_counted_and_the_first_is_named";
    // The cost is not a number; the derivative alone is not finite; both happen.
    for (floor, ceiling) in [(0.6, 10.0), (10.0, 1.0), (0.5, 1.1)] {
        let task = brittle(floor, ceiling);
        let theta = [0.2, 0.1, 0.3, 0.15, 0.25];
        let batch = batch(SAMPLES, 3);
        let samples = reference()
            .samples(&task, &theta, &batch, 0..SAMPLES)
            .expect("samples");
        let times: Vec<_> = samples
            .iter()
            .map(|s| expected_time(&task, &theta, s))
            .collect();
        let count = times.iter().flatten().count() as u64;
        let first = times
            .iter()
            .position(|t| t.is_some())
            .expect("one at least");
        assert!(count > 20 && count < SAMPLES / 2, "{count} break");
        for mut engine in all(test, task.model()) {
            let on = format!("{} at {floor}, {ceiling}", engine.report().engine);
            let found = engine
                .samples(&task, &theta, &batch, 0..SAMPLES)
                .expect("samples");
            let found: Vec<_> = found.iter().map(|s| s.nonfinite).collect();
            assert_eq!(found, times, "{on}");
            let m = engine.moments(&task, &theta, &batch).expect("moments");
            assert_eq!(m.nonfinite.count, count, "{on}");
            assert_eq!(m.count(), SAMPLES - count, "{on}");
            let offender = m.nonfinite.first.expect("an offender");
            assert_eq!(offender.sample, first as u64, "{on}");
            assert_eq!(Some(offender.time), times[first], "{on}");

            assert!(m.check(NonFinitePolicy::Drop, "brittle", 3).is_ok());
            match m.check(NonFinitePolicy::Error, "brittle", 3) {
                Err(Error::NonFinite {
                    count: c,
                    samples,
                    sample,
                    time,
                    seed,
                    ..
                }) => {
                    assert_eq!((c, samples, seed), (count, SAMPLES, 3), "{on}");
                    assert_eq!((sample, Some(time)), (first as u64, times[first]), "{on}");
                }
                other => panic!("{on}: {other:?}"),
            }
        }
    }
}

fn all_finite(m: &Moments) -> bool {
    let spreads = m
        .coordinates
        .iter()
        .flat_map(|c| [c.first_order, c.zeroth_order]);
    let mut numbers = spreads.chain([m.deviation]).flat_map(|s| [s.mean, s.m2]);
    numbers.all(f64::is_finite) && m.largest_zeroth_order.is_finite()
}

#[test]
fn broken_samples_are_left_out_of_every_mean() {
    let task = brittle(0.5, 1.1);
    let theta = [0.2, 0.1, 0.3, 0.15, 0.25];
    let batch = batch(SAMPLES, 3);
    let mut engine = reference();
    let samples = engine
        .samples(&task, &theta, &batch, 0..SAMPLES)
        .expect("samples");
    let kept: Vec<&Sample> = samples.iter().filter(|s| s.nonfinite.is_none()).collect();
    let n = kept.len() as f64;
    let m = engine.moments(&task, &theta, &batch).expect("moments");
    assert!(all_finite(&m));
    let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-10 * (1.0 + b.abs()), "{a}, {b}");
    near(
        m.deviation.mean,
        kept.iter().map(|s| s.deviation).sum::<f64>() / n,
    );
    for (i, c) in m.coordinates.iter().enumerate() {
        let first = kept.iter().map(|s| s.first_order[i]);
        near(c.first_order.mean, first.sum::<f64>() / n);
        let zeroth = kept
            .iter()
            .map(|s| s.deviation * s.noise[i] / task.sigma().powi(2));
        near(c.zeroth_order.mean, zeroth.sum::<f64>() / n);
    }
    let Some(mut gpu) = gpu_or_skip(
        "broken_samples_are_left_out_of_every_mean",
        task.model(),
        64 * MIB,
    ) else {
        return;
    };
    let found = gpu.moments(&task, &theta, &batch).expect("moments");
    assert!(all_finite(&found));
    agree("brittle", &task, &found, &m);
}

#[test]
fn derivatives_that_are_not_wanted_break_nothing() {
    let task = brittle(10.0, 1.0);
    for mut engine in all(
        "derivatives_that_are_not_wanted_break_nothing",
        task.model(),
    ) {
        let batch = Batch {
            wanted: Wanted::ZerothOrder,
            ..batch(SAMPLES, 3)
        };
        let m = engine
            .moments(&task, &task.start(), &batch)
            .expect("moments");
        assert_eq!((m.count(), m.nonfinite.count), (SAMPLES, 0));
        let candidates = [vec![0.1; 5]];
        let d = engine
            .decreases(&task, &task.start(), &candidates, &batch)
            .expect("decreases");
        assert_eq!((d[0].count(), d[0].nonfinite.count), (SAMPLES, 0));
    }
}

#[test]
fn sample_that_breaks_at_the_candidate_alone_is_left_out_of_its_decrease() {
    let task = brittle(0.5, 10.0);
    let test = "sample_that_breaks_at_the_candidate_alone_is_left_out_of_its_decrease";
    let candidates = [vec![0.9; 5], vec![-0.1; 5]];
    let mut found = Vec::new();
    for mut engine in all(test, task.model()) {
        let batch = batch(SAMPLES, 3);
        let here = engine
            .moments(&task, &task.start(), &batch)
            .expect("moments")
            .nonfinite;
        let d = engine
            .decreases(&task, &task.start(), &candidates, &batch)
            .expect("decreases");
        assert_eq!(
            d[0].nonfinite, here,
            "the first candidate breaks where theta does"
        );
        assert!(d[1].nonfinite.count > 2 * here.count, "{d:?}");
        for d in &d {
            assert_eq!(d.count() + d.nonfinite.count, SAMPLES);
            assert!(d.mean().is_finite() && d.std_error().is_finite());
        }
        found.push(d.iter().map(|d| d.nonfinite).collect::<Vec<_>>());
    }
    assert!(found.windows(2).all(|pair| pair[0] == pair[1]), "{found:?}");
}

/// The baseline needs no derivatives: it is the mean over all other samples whose cost is finite.
#[test]
fn leave_one_out_leaves_broken_samples_out_of_the_baseline() {
    const FEW: u64 = 41;
    let task = brittle(0.3, 0.75);
    let test = "leave_one_out_leaves_broken_samples_out_of_the_baseline";
    for mut engine in all(test, task.model()) {
        let batch = Batch {
            baseline: Baseline::LeaveOneOut,
            ..batch(FEW, 3)
        };
        let theta = task.start();
        let samples = engine
            .samples(&task, &theta, &batch, 0..FEW)
            .expect("samples");
        let costs: Vec<&Sample> = samples.iter().filter(|s| s.deviation.is_finite()).collect();
        let kept: Vec<&Sample> = samples.iter().filter(|s| s.nonfinite.is_none()).collect();
        assert!(kept.len() + 3 < costs.len() && costs.len() + 2 < samples.len());
        let total: f64 = costs.iter().map(|s| s.deviation).sum();
        let m = engine.moments(&task, &theta, &batch).expect("moments");
        assert!(all_finite(&m));
        for (i, c) in m.coordinates.iter().enumerate() {
            let zeroth = kept.iter().map(|s| {
                let others = (total - s.deviation) / (costs.len() as f64 - 1.0);
                (s.deviation - others) * s.noise[i] / task.sigma().powi(2)
            });
            let mean = zeroth.sum::<f64>() / kept.len() as f64;
            let found = c.zeroth_order.mean;
            let on = engine.report().engine;
            assert!(
                (found - mean).abs() < 1e-4 * mean.abs(),
                "{on}: {found}, not {mean}"
            );
        }
    }
}

#[test]
fn batch_without_a_finite_sample_is_an_error_whatever_the_policy() {
    // Finite without noise, and never with it, in one of the 5 coordinates.
    let task = brittle(10.0, 0.2);
    let theta = vec![0.2; 5];
    for mut engine in all(
        "batch_without_a_finite_sample_is_an_error_whatever_the_policy",
        task.model(),
    ) {
        let batch = batch(4, 2);
        let m = engine.moments(&task, &theta, &batch).expect("moments");
        assert_eq!((m.count(), m.nonfinite.count), (0, 4));
        for policy in [NonFinitePolicy::Drop, NonFinitePolicy::Error] {
            assert!(matches!(
                m.check(policy, "brittle", 2),
                Err(Error::NonFinite { .. })
            ));
        }
    }
}

#[test]
fn noise_free_rollout_that_breaks_is_an_error_that_names_the_time() {
    let task = brittle(0.5, 10.0);
    let theta = [0.0, 0.1, -0.6, 0.1, -0.7];
    for mut engine in all(
        "noise_free_rollout_that_breaks_is_an_error_that_names_the_time",
        task.model(),
    ) {
        let error = engine
            .moments(&task, &theta, &batch(10, 0))
            .expect_err("it breaks");
        assert!(
            matches!(error, Error::NonFiniteNominal { time: 2, .. }),
            "{error:?}"
        );
        assert!(
            engine
                .decreases(&task, &theta, &[vec![0.1; 5]], &batch(10, 0))
                .is_err()
        );
    }
}

/// A derivative that fails in an early segment leaves out the sample in later segments, too, which were reduced before.
#[test]
fn broken_samples_are_left_out_of_all_segments() {
    let test = "broken_samples_are_left_out_of_all_segments";
    let task = brittle(10.0, 1.15).with_horizon(130).expect("horizon");
    let Some(mut roomy) = gpu_or_skip(test, task.model(), 64 * MIB) else {
        return;
    };
    let mut tight = gpu_or_skip(test, task.model(), MIB / 2).expect("an adapter");
    let theta = vec![0.1; 130];
    let all = |engine: &mut dyn Engine| -> Vec<_> {
        let samples = engine.samples(&task, &theta, &batch(1500, 5), 0..1500);
        let samples = samples.expect("samples");
        samples.iter().map(|s| s.nonfinite).collect()
    };
    let expected = all(&mut reference());
    assert!(all(&mut roomy) == expected, "in one segment");
    assert!(all(&mut tight) == expected, "in segments");
    for wanted in [Wanted::Both, Wanted::ZerothOrder] {
        let batch = Batch {
            wanted,
            ..batch(1500, 5)
        };
        let plans = [&roomy, &tight].map(|e| e.plan(&task, &batch).expect("plan").segments);
        assert!(plans[0] == 1 && plans[1] > 1, "{plans:?}");
        let [expected, found] = [&mut roomy, &mut tight]
            .map(|engine| engine.moments(&task, &theta, &batch).expect("moments"));
        assert!(
            found == expected,
            "{:?} {:?}",
            found.nonfinite,
            expected.nonfinite
        );
        let broken = expected.nonfinite.count;
        match wanted {
            Wanted::Both => assert!(broken > 5 && broken < 1000, "{broken}"),
            Wanted::ZerothOrder => assert_eq!(broken, 0),
        }
    }
}
