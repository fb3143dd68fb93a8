//! Double pendulum: its equations against constraint forces in Cartesian coordinates, its energy, its normal modes, and
//! the variances for which it is there.

use crate::engines::{batch, reference};
use mollify::engine::Engine;
use mollify::engine::nominal::nominal;
use mollify::estimate::Estimate;
use mollify::system::ParameterSet;
use mollify::system::task::Task;
use mollify::systems::double_pendulum::{Parameters, accelerations};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

fn parameters(task: &Task) -> Parameters<f64> {
    Parameters::from_fn(|i| task.parameters()[i])
}

fn pendulum(horizon: usize, changes: &[(&str, f64)]) -> Task {
    crate::engines::task("double-pendulum", horizon, 0.05, changes)
}

fn dot(a: [f64; 2], b: [f64; 2]) -> f64 {
    a[0] * b[0] + a[1] * b[1]
}

/// Newton's law for both masses with rod tensions along the rods, found from |p₁| and |p₂ - p₁| being constant.
fn by_constraint_forces(p: &Parameters<f64>, [a1, a2, w1, w2]: [f64; 4]) -> [f64; 2] {
    let (l1, l2) = (p.length_1, p.length_2);
    let rod = |angle: f64| [angle.sin(), -angle.cos()];
    let across = |angle: f64| [angle.cos(), angle.sin()];
    let (e1, e2) = (rod(a1), rod(a2));
    let down = [0.0, -p.gravity];
    // m₁ p₁'' = m₁ g - T₁ e₁ + T₂ e₂, m₂ p₂'' = m₂ g - T₂ e₂;  e₁·p₁'' = -l₁ ω₁²,  e₂·(p₂'' - p₁'') = -l₂ ω₂²
    let c = dot(e1, e2);
    let rhs1 = p.mass_1 * (l1 * w1 * w1 + dot(e1, down));
    let rhs2 = l2 * w2 * w2;
    // T₁ - c T₂ = rhs1;  -c T₁/m₁ + T₂ (1/m₁ + 1/m₂) = rhs2
    let sum = 1.0 / p.mass_1 + 1.0 / p.mass_2;
    let t2 = (rhs2 + c / p.mass_1 * rhs1) / (sum - c * c / p.mass_1);
    let t1 = rhs1 + c * t2;
    let inner: [f64; 2] = std::array::from_fn(|i| down[i] + (t2 * e2[i] - t1 * e1[i]) / p.mass_1);
    let outer: [f64; 2] = std::array::from_fn(|i| down[i] - t2 * e2[i] / p.mass_2);
    let relative = [outer[0] - inner[0], outer[1] - inner[1]];
    [dot(across(a1), inner) / l1, dot(across(a2), relative) / l2]
}

#[test]
fn equations_of_motion_agree_with_constraint_forces() {
    let mut rng = StdRng::seed_from_u64(1);
    for _ in 0..1000 {
        let mut draw = |low: f64, high: f64| rng.random_range(low..high);
        let p = Parameters {
            mass_1: draw(0.1, 2.0),
            mass_2: draw(0.1, 2.0),
            length_1: draw(0.3, 2.0),
            length_2: draw(0.3, 2.0),
            gravity: draw(1.0, 12.0),
            ..parameters(&pendulum(1, &[]))
        };
        let x = [
            draw(-4.0, 4.0),
            draw(-4.0, 4.0),
            draw(-6.0, 6.0),
            draw(-6.0, 6.0),
        ];
        let (found, expected) = (accelerations(&p, x), by_constraint_forces(&p, x));
        for i in 0..2 {
            let scale = 1.0 + expected[0].abs() + expected[1].abs();
            assert!(
                (found[i] - expected[i]).abs() < 1e-11 * scale,
                "{x:?}: {found:?}, not {expected:?}"
            );
        }
    }
}

fn energy(p: &Parameters<f64>, deviation: &[f64]) -> f64 {
    let (a1, a2) = (
        p.start_angle_1 + deviation[0],
        p.start_angle_2 + deviation[1],
    );
    let (w1, w2) = (
        p.start_velocity_1 + deviation[2],
        p.start_velocity_2 + deviation[3],
    );
    let (l1, l2) = (p.length_1, p.length_2);
    let v1 = [l1 * a1.cos() * w1, l1 * a1.sin() * w1];
    let v2 = [v1[0] + l2 * a2.cos() * w2, v1[1] + l2 * a2.sin() * w2];
    let y1 = -l1 * a1.cos();
    let y2 = y1 - l2 * a2.cos();
    0.5 * (p.mass_1 * dot(v1, v1) + p.mass_2 * dot(v2, v2))
        + p.gravity * (p.mass_1 * y1 + p.mass_2 * y2)
}

/// The local energy error of the step is of order (h ω)⁵ with ω about 10 rad/s: 2000 (0.01)⁵ = 2e-7 of the energy of about
/// 3 J; halving h must divide it by about 2⁴ to 2⁵.
#[test]
fn energy_is_conserved_over_two_thousand_steps() {
    let drift = |horizon: usize, time_step: f64| {
        let task = pendulum(horizon, &[("time_step", time_step)]);
        let states = nominal(&task, &task.start()).states;
        let p = parameters(&task);
        let all = states.chunks(5).map(|x| energy(&p, x));
        let first = energy(&p, &states[..4]);
        all.fold(0.0_f64, |worst, e| worst.max((e - first).abs()))
    };
    let published = drift(2000, 0.001);
    assert!(published < 1e-6, "{published} J");
    let (coarse, fine) = (drift(500, 0.004), drift(1000, 0.002));
    assert!(coarse / fine > 12.0, "of fourth order: {coarse}, {fine}");
}

/// For equal masses and lengths the modes are θ₂ = ±√2 θ₁ with ω² = (2 ∓ √2) g/l.
#[test]
fn small_swings_have_the_normal_modes() {
    let (g, l, amplitude) = (9.81, 0.7, 1e-4);
    for sign in [1.0, -1.0] {
        let task = pendulum(
            1500,
            &[
                ("length_1", l),
                ("length_2", l),
                ("start_angle_1", amplitude),
                ("start_angle_2", sign * 2.0_f64.sqrt() * amplitude),
                ("start_velocity_1", 0.0),
                ("start_velocity_2", 0.0),
            ],
        );
        let omega = ((2.0 - sign * 2.0_f64.sqrt()) * g / l).sqrt();
        let states = nominal(&task, &task.start()).states;
        for (t, x) in states.chunks(5).enumerate() {
            let expected = amplitude * (omega * 0.001 * t as f64).cos();
            // What is left out is of third order in the amplitude, 1e-12, and grows with time.
            let off = (x[0] + amplitude - expected).abs();
            assert!(off < 1e-4 * amplitude, "step {t}: {off}");
        }
    }
}

#[test]
fn kick_is_an_initial_state_and_acts_once() {
    let kick = [0.1, -0.2, 0.3, 0.4];
    let task = pendulum(300, &[]);
    let mut theta = task.start();
    for (i, kick) in kick.iter().enumerate() {
        theta[5 * i + 4] = *kick;
    }
    let kicked = nominal(&task, &theta);
    let moved = pendulum(
        300,
        &[
            ("start_angle_1", std::f64::consts::FRAC_PI_2 + kick[0]),
            ("start_angle_2", kick[1]),
            ("start_velocity_1", 5.0 + kick[2]),
            ("start_velocity_2", -5.0 + kick[3]),
        ],
    );
    let moved = nominal(&moved, &task.start());
    let effort = 0.01 * kick.iter().map(|x| x * x).sum::<f64>();
    assert!((kicked.cost - moved.cost - effort).abs() < 1e-10);
}

/// The cost is at most (2 l + 2)² = 16, so a zeroth-order sample is bounded; the first order grows by the Lyapunov exponent.
#[test]
fn first_order_variance_explodes_with_the_horizon_and_the_zeroth_does_not() {
    let variances = |horizon| {
        let task = pendulum(horizon, &[]);
        let moments = reference()
            .moments(&task, &task.start(), &batch(32, 1))
            .expect("moments");
        let first = Estimate::first_order(&moments).variance;
        (first, Estimate::zeroth_order(&moments).variance)
    };
    let (short, _) = variances(500);
    let (middle, zeroth_middle) = variances(1000);
    let (long, zeroth_long) = variances(2000);
    assert!(
        middle > 4.0 * short && long > 100.0 * middle,
        "{short}, {middle}, {long}"
    );
    // 16² d/σ² with d = 20.
    let bound = 256.0 * 20.0 / 0.0025;
    assert!(zeroth_middle < bound && zeroth_long < bound);
}
