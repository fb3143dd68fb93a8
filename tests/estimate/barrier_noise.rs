//! Four pairs of barrier and noise on a line, through the task: the mean of the exact step under each noise, and its slope, are the
//! step of the barrier that belongs to the noise.

use mollify::Task;
use mollify::engine::cpu::CpuEngine;
use mollify::engine::{Batch, Engine, Interrupt};
use mollify::estimate::Estimate;
use mollify::noise::Distribution;
use std::f64::consts::{PI, SQRT_2};

/// Scale of the noise, m.
const SCALE: f64 = 0.02;
const SAMPLES: u64 = 1_000_000;

/// One step of a cart, whose cost is where it ends.
fn wall(smoothing: f64, short_tailed: f64) -> Task {
    let task = Task::find("cart-wall").expect("a task");
    let task = task.with_horizon(1).expect("one step");
    [
        ("effort", 0.0),
        ("smoothing", smoothing),
        ("short_tailed", short_tailed),
    ]
    .into_iter()
    .fold(task, |task, (name, value)| {
        task.with_parameter(name, value).expect(name)
    })
}

/// q and dq/du at scale 1.
fn closed(noise: Distribution, u: f64) -> [f64; 2] {
    match noise {
        Distribution::StudentT => {
            let root = (u * u + 2.0).sqrt();
            [0.5 * (u + root), 0.5 * (1.0 + u / root)]
        }
        Distribution::Logistic => [
            u.max(0.0) + (-u.abs()).exp().ln_1p(),
            1.0 / (1.0 + (-u).exp()),
        ],
        Distribution::Gaussian => {
            let density = (-0.5 * u * u).exp() / (2.0 * PI).sqrt();
            let below = 0.5 * libm::erfc(-u / SQRT_2);
            [u * below + density, below]
        }
        Distribution::Laplace => {
            let tail = 0.5 * (-u.abs()).exp();
            [u.max(0.0) + tail, if u < 0.0 { tail } else { 1.0 - tail }]
        }
    }
}

#[test]
fn the_exact_step_under_each_noise_is_the_step_of_its_barrier() {
    let mut engine = CpuEngine::new("asked for", 1 << 30, Interrupt::default());
    for (number, (noise, sigma, law)) in [
        (Distribution::StudentT, 1.0, Some(0.0)),
        (Distribution::Logistic, PI / 3.0_f64.sqrt(), Some(1.0)),
        (Distribution::Gaussian, 1.0, None),
        (Distribution::Laplace, SQRT_2, None),
    ]
    .into_iter()
    .enumerate()
    {
        let exact = wall(0.0, 0.0).with_distribution(noise);
        let exact = exact.with_sigma(sigma * SCALE).expect("a scale");
        for (i, u) in [-2.0, -0.5, 0.0, 0.7, 2.5].into_iter().enumerate() {
            let [value, slope] = closed(noise, u);
            // Gap and force change places with the sign of the command.
            assert!((value - u - closed(noise, -u)[0]).abs() < 1e-9);
            if let Some(law) = law {
                let task = wall(SCALE, law);
                let steps = task.model().quasi_dynamics().expect("quasi-dynamic");
                let found = steps.linearize(task.parameters(), &[0.1], &[SCALE * u]);
                assert!(
                    (found.next[0] / SCALE - value).abs() < 1e-9,
                    "{noise:?} {u}"
                );
                assert!(
                    (found.next_by_control[0] - slope).abs() < 1e-9,
                    "{noise:?} {u}"
                );
            }
            let batch = Batch {
                iteration: (10 * number + i) as u32,
                ..Batch::new(SAMPLES, 3)
            };
            let moments = engine
                .moments(&exact, &[SCALE * u], &batch)
                .expect("moments");
            let off = (moments.value_mean() - SCALE * value).abs();
            let error = moments.value_std_error();
            assert!(off < 4.0 * error + 1e-9, "{noise:?} {u}: {off:e} {error:e}");
            let first = Estimate::first_order(&moments);
            let off = (first.gradient[0] - slope).abs();
            assert!(off < 4.0 * first.std_error[0], "{noise:?} {u}: {off:e}");
        }
    }
}
