//! The GPU engine gives what the reference engine gives, for every task and for every number of samples and steps.

mod accuracy;
mod device_maths;
mod nonfinite;
mod parts;
mod repeatability;

use crate::agreement::{agree, decreases_agree, near};
use crate::engines::{MIB, batch, gpu_or_skip, is_long, reference, task};
use mollify::check;
use mollify::engine::moments::Spread;
use mollify::engine::{Baseline, Batch, Engine, Stream, Wanted};
use mollify::system::task::Task;
use mollify::systems;

#[test]
fn every_task_is_verified() {
    for (name, _) in systems::ALL {
        let task = Task::find(name).expect(name);
        let Some(mut gpu) = gpu_or_skip("every_task_is_verified", task.model(), 256 * MIB) else {
            return;
        };
        // 10^4 weights take a software GPU and the reference a while, and so do hundreds of steps of a contact geometry: a
        // tile of samples has to do.
        let is_large = task.dimension() > 5000 || is_long(&task);
        let samples = if is_large { 64 } else { 1024 };
        let report = check::verify(&mut gpu, &task, samples, 0).expect(name);
        let broken: Vec<_> = report.rows.iter().filter(|row| !row.holds).collect();
        assert!(report.holds && broken.is_empty(), "{name}: {broken:#?}");
        // A ball that leaves the racket has been rounded through two impacts: there `verify` alone says what chance explains.
        assert!(
            report.excused * 100 < report.samples || *name == "tennis",
            "{name}: {} excused",
            report.excused
        );
        assert!(
            report.rows.len() >= 15,
            "{name}: {} rows",
            report.rows.len()
        );
    }
}

/// Random-looking but fixed, and different in every coordinate.
fn theta(task: &Task) -> Vec<f64> {
    (0..task.dimension())
        .map(|i| 0.3 + 0.4 * (1.7 * i as f64).sin())
        .collect()
}

#[test]
fn engines_agree_for_odd_numbers_of_steps() {
    for (name, parameters) in [
        ("pushing", &[("stiffness", 130.0), ("mass", 0.17)][..]),
        ("friction", &[("viscosity", 1.1), ("contact_range", 0.37)]),
        ("quadratic", &[("slope", -0.7), ("curvature", 1.3)]),
        ("soft-heaviside", &[("width", 0.7)]),
    ] {
        let first = task(name, 1, 0.23, parameters);
        let test = "engines_agree_for_odd_numbers_of_steps";
        let Some(mut gpu) = gpu_or_skip(test, first.model(), 256 * MIB) else {
            return;
        };
        for horizon in [1, 3, 63, 65] {
            let task = task(name, horizon, 0.23, parameters);
            let theta = theta(&task);
            let what = format!("{name} with {horizon} steps");
            for baseline in [Baseline::Nominal, Baseline::LeaveOneOut, Baseline::None] {
                let batch = Batch {
                    baseline,
                    ..batch(257, 5)
                };
                let found = gpu.moments(&task, &theta, &batch).expect(name);
                let expected = reference().moments(&task, &theta, &batch).expect(name);
                agree(&format!("{what}, {baseline:?}"), &task, &found, &expected);
            }
            let batch = Batch {
                stream: Stream::Candidates,
                ..batch(257, 5)
            };
            let candidates: Vec<Vec<f64>> = [0.1, -0.3, 1.1]
                .map(|step| theta.iter().map(|t| t * (1.0 - step) - step).collect())
                .to_vec();
            let found = gpu
                .decreases(&task, &theta, &candidates, &batch)
                .expect(name);
            let mut engine = reference();
            let expected = engine
                .decreases(&task, &theta, &candidates, &batch)
                .expect(name);
            let here = engine
                .moments(&task, &theta, &batch)
                .expect(name)
                .value_mean()
                .abs();
            let scale = here + expected.iter().fold(0.0, |s, d| s + d.mean().abs());
            assert!(expected.iter().all(|d| d.count() == 257 && d.mean() != 0.0));
            decreases_agree(&what, scale, &found, &expected);
        }
    }
}

#[test]
fn no_number_of_samples_is_special() {
    for (name, horizon) in [("sine", 1), ("quadratic", 3)] {
        let task = task(name, horizon, 0.31, &[]);
        let test = "no_number_of_samples_is_special";
        let Some(mut gpu) = gpu_or_skip(test, task.model(), 256 * MIB) else {
            return;
        };
        let theta = theta(&task);
        for samples in [1, 2, 63, 64, 65, 1023, 1024, 1025, 1_000_001] {
            for baseline in [Baseline::Nominal, Baseline::LeaveOneOut] {
                let batch = Batch {
                    baseline,
                    ..batch(samples, 11)
                };
                let what = format!("{name}, {samples} samples, {baseline:?}");
                let found = gpu.moments(&task, &theta, &batch);
                let expected = reference().moments(&task, &theta, &batch);
                if samples == 1 && baseline == Baseline::LeaveOneOut {
                    assert!(
                        found.is_err() && expected.is_err(),
                        "{what}: there is no other"
                    );
                    continue;
                }
                let (found, expected) = (found.expect(&what), expected.expect(&what));
                assert_eq!(expected.count(), samples, "{what}");
                agree(&what, &task, &found, &expected);
            }
            let candidates = vec![vec![0.1; horizon], vec![-0.4; horizon]];
            let batch = batch(samples, 11);
            let found = gpu
                .decreases(&task, &theta, &candidates, &batch)
                .expect(name);
            let expected = reference()
                .decreases(&task, &theta, &candidates, &batch)
                .expect(name);
            assert!(expected.iter().all(|d| d.count() == samples));
            decreases_agree(
                &format!("{name}, {samples} samples"),
                4.0,
                &found,
                &expected,
            );
        }
    }
}

#[test]
fn samples_are_the_same_whichever_range_they_are_asked_for_in() {
    let task = task("friction", 7, 0.2, &[]);
    let test = "samples_are_the_same_whichever_range_they_are_asked_for_in";
    let Some(mut gpu) = gpu_or_skip(test, task.model(), 64 * MIB) else {
        return;
    };
    let theta = theta(&task);
    let batch = batch(3000, 3);
    let all = gpu
        .samples(&task, &theta, &batch, 0..3000)
        .expect("samples");
    let some = gpu
        .samples(&task, &theta, &batch, 1021..2050)
        .expect("samples");
    assert_eq!(some, all[1021..2050]);
    let expected = reference()
        .samples(&task, &theta, &batch, 2049..2050)
        .expect("samples");
    near(
        "deviation",
        some[1028].deviation,
        expected[0].deviation,
        1e-4,
    );
    for (a, b) in some[1028].noise.iter().zip(&expected[0].noise) {
        near("noise", *a, *b, 1e-6 * b.abs());
    }
}

#[test]
fn zeroth_order_alone_leaves_the_first_order_at_zero() {
    let task = task("pushing", 33, 0.2, &[]);
    let test = "zeroth_order_alone_leaves_the_first_order_at_zero";
    let Some(mut gpu) = gpu_or_skip(test, task.model(), 64 * MIB) else {
        return;
    };
    let theta = theta(&task);
    let alone = Batch {
        wanted: Wanted::ZerothOrder,
        ..batch(1500, 3)
    };
    // The first-order rows of this workspace are not clean.
    let with = gpu
        .moments(&task, &theta, &batch(1500, 3))
        .expect("moments");
    let found = gpu.moments(&task, &theta, &alone).expect("moments");
    let expected = reference().moments(&task, &theta, &alone).expect("moments");
    agree("zeroth order alone", &task, &found, &expected);
    assert_eq!(found.deviation, with.deviation);
    for (a, b) in found.coordinates.iter().zip(&with.coordinates) {
        let nothing = Spread {
            count: 1500,
            ..Spread::default()
        };
        assert_eq!((a.first_order, a.cross), (nothing, 0.0));
        assert_eq!(a.zeroth_order, b.zeroth_order);
        assert!(b.first_order.m2 > 0.0 && b.cross != 0.0);
    }
}
