//! Networks against dual numbers, and derivatives through a policy against central differences.

use super::{theta, variants};
use crate::engines::{batch, reference};
use mollify::engine::Engine;
use mollify::number::Scalar;
use mollify::number::dual::Dual;
use mollify::system::policy::Policy;

#[test]
fn backward_equals_dual_for_every_network() {
    const N: usize = 3;
    const HORIZON: usize = 9;
    const T: usize = 7;
    for text in [
        "held",
        "held=4",
        "spline=3",
        "linear",
        "affine",
        "perceptron=1",
        "perceptron=4,2,5",
    ] {
        let policy: Policy = text.parse().expect(text);
        let network = policy.network(N, 2, HORIZON).expect("a network");
        let d = network.dimension();
        let theta: Vec<f64> = (0..d).map(|i| (1.3 * i as f64 + 0.2).sin()).collect();
        let state = &[0.4, -0.7, 1.1][..network.states()];
        let cotangent = [0.6, -1.7];
        let mut activations = vec![0.0; network.activations()];
        network.read(state, &mut activations);
        network.forward(&theta, T, &mut activations);
        let mut cotangents = vec![0.0; network.activations()];
        let last = cotangents.len() - 2;
        cotangents[last..].copy_from_slice(&cotangent);
        // What is there already must stay: a gradient is a sum over time.
        let mut gradient = vec![0.25; d];
        network.backward(&theta, T, &activations, &mut cotangents, &mut gradient);

        // One derivative at a time: first each weight, then each state.
        for i in 0..d + state.len() {
            let seed = |j: usize, x: f64| match i == j {
                true => Dual::<1>::variable(x, 0),
                false => Dual::<1>::constant(x),
            };
            let weights: Vec<_> = theta.iter().enumerate().map(|(j, x)| seed(j, *x)).collect();
            let mut values = vec![Dual::<1>::constant(0.0); network.activations()];
            for (j, x) in state.iter().enumerate() {
                values[j] = seed(d + j, *x);
            }
            network.forward(&weights, T, &mut values);
            let out = &values[values.len() - 2..];
            let expected: f64 = out
                .iter()
                .zip(&cotangent)
                .map(|(u, c)| u.derivative[0] * c)
                .sum();
            let found = if i < d {
                gradient[i] - 0.25
            } else {
                cotangents[i - d]
            };
            assert!(
                (found - expected).abs() < 1e-12,
                "{text}, derivative {i}: {found}, not {expected}"
            );
        }
    }
}

#[test]
fn weights_are_numbered_as_documented() {
    let held = Policy::Held.network(3, 2, 5).expect("a network");
    let mut activations = [0.0; 2];
    held.forward(&[1.5, -2.5], 4, &mut activations);
    assert_eq!((held.dimension(), activations), (2, [1.5, -2.5]));
    let affine = Policy::Affine.network(2, 2, 5).expect("a network");
    let mut activations = [10.0, 20.0, 0.0, 0.0];
    affine.forward(&[1.0, 2.0, 3.0, 4.0, 0.5, 0.25], 0, &mut activations);
    assert_eq!(activations[2..], [50.5, 110.25]);
}

/// The controls of a policy that reads no state, one control.
fn course(policy: &str, theta: &[f64], horizon: usize) -> Vec<f64> {
    let policy: Policy = policy.parse().expect(policy);
    let network = policy.network(2, 1, horizon).expect("a network");
    assert_eq!(network.dimension(), theta.len(), "{policy}");
    let control = |t: usize| {
        let mut activations = [0.0];
        network.forward(theta, t, &mut activations);
        activations[0]
    };
    (0..horizon).map(control).collect()
}

#[test]
fn control_that_is_held_changes_every_so_many_steps() {
    let controls = course("held=3", &[1.5, -2.0, 0.25], 8);
    assert_eq!(controls, [1.5, 1.5, 1.5, -2.0, -2.0, -2.0, 0.25, 0.25]);
}

#[test]
fn spline_follows_a_line_exactly_and_has_two_derivatives() {
    // c_j = a + b j is the spline of a + b (t/N + 1).
    let line: Vec<f64> = (0..7).map(|j| 0.7 - 0.3 * f64::from(j)).collect();
    for (t, u) in course("spline=5", &line, 20).into_iter().enumerate() {
        let expected = 0.7 - 0.3 * (t as f64 / 5.0 + 1.0);
        assert!((u - expected).abs() < 1e-14, "t = {t}: {u}, not {expected}");
    }
    // Third differences of a unit value are those of one polynomial inside of each piece, and second differences never jump.
    let controls = course("spline=50", &[0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0], 200);
    let second: Vec<f64> = controls
        .windows(3)
        .map(|w| (w[2] - 2.0 * w[1] + w[0]) * 2500.0)
        .collect();
    for pair in second.windows(2) {
        assert!(
            (pair[1] - pair[0]).abs() < 0.07,
            "curvature jumps by {}",
            pair[1] - pair[0]
        );
    }
    assert!(
        (controls[100] - 4.0 / 6.0).abs() < 1e-14,
        "the middle is 2/3: {}",
        controls[100]
    );
}

#[test]
fn first_order_equals_central_differences_through_every_policy() {
    const STEP: f64 = 1e-5;
    for (name, task) in variants() {
        let theta = theta(&task);
        let batch = batch(4, 9);
        let mut engine = reference();
        let mut costs = |theta: &[f64]| -> Vec<f64> {
            let nominal = mollify::engine::nominal::nominal(&task, theta).cost;
            let samples = engine.samples(&task, theta, &batch, 0..4).expect(&name);
            samples.iter().map(|s| nominal + s.deviation).collect()
        };
        let samples = reference()
            .samples(&task, &theta, &batch, 0..4)
            .expect(&name);
        for i in 0..task.dimension() {
            let shifted = |step: f64| {
                let mut moved = theta.clone();
                moved[i] += step;
                moved
            };
            let (after, before) = (costs(&shifted(STEP)), costs(&shifted(-STEP)));
            for (k, sample) in samples.iter().enumerate() {
                let expected = (after[k] - before[k]) / (2.0 * STEP);
                let squares = sample.first_order.iter().map(|g| g * g);
                let size = squares.sum::<f64>().sqrt();
                let found = sample.first_order[i];
                // The derivative of the contact force jumps, so where contact begins within the step the difference
                // is wrong by a step times the jump of the second derivative.
                assert!(
                    (found - expected).abs() < 1e-5 * (1.0 + size),
                    "{name}, sample {k}, coordinate {i}: {found}, not {expected}"
                );
            }
        }
    }
}
