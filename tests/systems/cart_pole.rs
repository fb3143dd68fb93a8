//! Cart-pole: its equations by momentum and power, the small swing, and walls that only push.

use crate::engines::task;
use mollify::engine::nominal::nominal;
use mollify::system::{Dynamics, ParameterSet};
use mollify::systems::cart_pole::{CartPole, Parameters, accelerations, wall_forces};
use nalgebra::Matrix4;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

fn parameters(changes: &[(&str, f64)]) -> Parameters<f64> {
    let task = task("cart-pole", 1, 0.1, changes);
    Parameters::from_fn(|i| task.parameters()[i])
}

/// Numbers that are nowhere 1, and a state that may be within a wall.
fn drawn(random: &mut StdRng) -> (Parameters<f64>, [f64; 4], f64) {
    let mut of = |low: f64, high: f64| random.random_range(low..high);
    let p = Parameters {
        cart_mass: of(0.3, 3.0),
        pole_mass: of(0.1, 2.0),
        length: of(0.2, 2.0),
        gravity: of(1.0, 20.0),
        friction: of(0.0, 2.0),
        pivot_damping: of(0.0, 2.0),
        wall_distance: of(0.5, 1.5),
        half_width: of(0.05, 0.4),
        wall_stiffness: of(100.0, 900.0),
        wall_dissipation: of(0.0, 1.0),
        ..parameters(&[])
    };
    let state = [of(-2.0, 2.0), of(-7.0, 7.0), of(-3.0, 3.0), of(-9.0, 9.0)];
    (p, state, of(-5.0, 5.0))
}

/// Momentum across changes by the forces across, and energy by their power: two equations for two accelerations, neither of which
/// is how they are computed.
#[test]
fn momentum_and_energy_change_by_force_and_power() {
    let mut random = StdRng::seed_from_u64(5);
    for _ in 0..500 {
        let (p, state, drive) = drawn(&mut random);
        let [_, angle, v, w] = state;
        let [a, alpha] = accelerations(&p, state, drive);
        let [on_cart, on_tip] = wall_forces(&p, state);
        let (m, l) = (p.pole_mass, p.length);
        let (sine, cosine) = angle.sin_cos();
        let momentum = (p.cart_mass + m) * a + m * l * (cosine * alpha - sine * w * w);
        let across = drive - p.friction * v + on_cart + on_tip;
        let scale = 1.0 + across.abs() + momentum.abs();
        assert!(
            (momentum - across).abs() < 1e-9 * scale,
            "{momentum} {across}"
        );

        // d/dt of ½ (M + m) v² + m l v ω cos φ + ½ m l² ω² + m g l cos φ.
        let energy = (p.cart_mass + m) * v * a
            + m * l * (a * w * cosine + v * alpha * cosine - v * w * w * sine)
            + m * l * l * w * alpha
            - m * p.gravity * l * sine * w;
        let power = (drive - p.friction * v + on_cart) * v + on_tip * (v + l * w * cosine)
            - p.pivot_damping * w * w;
        let scale = 1.0 + energy.abs() + power.abs() + scale * (v.abs() + l * w.abs());
        assert!((energy - power).abs() < 1e-9 * scale, "{energy} {power}");
    }
}

/// Without dampers a small swing under the free cart has ω² = g (M + m)/(M l), and the step makes of it
/// a⁺ - 2 a + a⁻ = -h² ω² a.
#[test]
fn small_swing_has_its_period() {
    let (mass, pole, length, gravity, h) = (1.3, 0.4, 0.7, 7.0, 0.013);
    let task = task(
        "cart-pole",
        400,
        0.1,
        &[
            ("cart_mass", mass),
            ("pole_mass", pole),
            ("length", length),
            ("gravity", gravity),
            ("time_step", h),
            ("friction", 0.0),
            ("pivot_damping", 0.0),
        ],
    );
    let start = std::f64::consts::PI + 1e-4;
    let task = task
        .with_initial(
            "angle",
            mollify::noise::environment::Draw::Constant(start),
            &[],
        )
        .expect("a start");
    let states = nominal(&task, &[0.0; 400]).states;
    let swing: Vec<f64> = states
        .chunks(4)
        .map(|x| x[1] - std::f64::consts::PI)
        .collect();
    let square = gravity * (mass + pole) / (mass * length);
    let mut largest = 0.0_f64;
    for at in swing.windows(3) {
        let curvature = at[2] - 2.0 * at[1] + at[0];
        largest = largest.max((curvature + h * h * square * at[1]).abs());
    }
    // Beyond the linear: of the order of the swing's cube.
    assert!(largest < 1e-4 * h * h * square * 1e-4, "{largest:e}");
    // It is a swing: it has turned a few times.
    let turns = swing.windows(2).filter(|w| w[0] * w[1] < 0.0).count();
    let expected = 400.0 * h * square.sqrt() / std::f64::consts::PI;
    assert!((turns as f64 - expected).abs() <= 1.0, "{turns} {expected}");
}

#[test]
fn walls_only_push_and_only_what_is_in_them() {
    let mut random = StdRng::seed_from_u64(6);
    let mut seen = [0, 0];
    for _ in 0..2000 {
        let (p, state, _) = drawn(&mut random);
        let tip = state[0] + p.length * state[1].sin();
        let rooms = [
            (state[0], p.wall_distance - p.half_width),
            (tip, p.wall_distance),
        ];
        let forces = wall_forces(&p, state);
        for (i, ((position, room), force)) in rooms.into_iter().zip(forces).enumerate() {
            if position.abs() <= room {
                assert_eq!(force, 0.0);
                continue;
            }
            // Towards the middle, or none where it leaves fast.
            assert!(force * position <= 0.0, "{force} at {position}");
            seen[i] += i32::from(force != 0.0);
            let stays = [state[0], state[1], 0.0, 0.0];
            let still = wall_forces(&p, stays)[i];
            let depth = position.abs() - room;
            let expected = -p.wall_stiffness * depth * position.signum();
            assert!((still - expected).abs() < 1e-9 * expected.abs());
        }
    }
    assert!(seen[0] > 200 && seen[1] > 200, "{seen:?}");
}

/// A cart with next to no pole against a wall: half an oscillation of ω = √(k/M), back as fast as it came; slower with
/// dissipation.
#[test]
fn cart_comes_back_from_a_wall() {
    let back = |dissipation: f64| {
        let p = parameters(&[
            ("pole_mass", 1e-6),
            ("friction", 0.0),
            ("pivot_damping", 0.0),
            ("wall_dissipation", dissipation),
            ("time_step", 1e-4),
            ("wall_stiffness", 400.0),
        ]);
        let mut state = [0.69, std::f64::consts::PI, 1.0, 0.0];
        let mut inside = 0;
        for _ in 0..4000 {
            state = CartPole::advance(&p, state, [0.0]);
            inside += i32::from(state[0] > 0.7);
        }
        (state[2], f64::from(inside) * 1e-4)
    };
    let (speed, time) = back(0.0);
    assert!((speed + 1.0).abs() < 2e-3, "{speed}");
    let half = std::f64::consts::PI * (1.0_f64 / 400.0).sqrt();
    assert!((time - half).abs() < 2e-3 * half, "{time} {half}");
    let (damped, _) = back(0.5);
    assert!((-0.9..-0.6).contains(&damped), "{damped}");
}

/// The largest magnitude of an eigenvalue of the step at a state, by differences; the state is within a wall without dissipation.
fn spectral_radius(p: &Parameters<f64>, state: [f64; 4]) -> f64 {
    let small = 1e-6;
    let from = |j: usize, by: f64| {
        let mut state = state;
        state[j] += by;
        CartPole::advance(p, state, [0.0])
    };
    let step = Matrix4::from_fn(|i, j| (from(j, small)[i] - from(j, -small)[i]) / (2.0 * small));
    let magnitudes = step
        .complex_eigenvalues()
        .map(|value| value.re.hypot(value.im));
    magnitudes.max()
}

/// h² k (1/M + 1/m) = 4 is exact for an upright pole that touches with cart and tip at once, 0.1 deep; the cart alone, or the tip
/// alone, can take more.
#[test]
fn warning_is_where_the_step_blows_up() {
    let limit = 4.0 / (0.02 * 0.02 * (1.0 + 1.0 / 0.2));
    let at = |share: f64| {
        parameters(&[
            ("wall_stiffness", share * limit),
            ("wall_dissipation", 0.0),
            ("gravity", 1e-9),
            ("friction", 0.0),
            ("pivot_damping", 0.0),
        ])
    };
    assert!(CartPole::warning(&at(0.999)).is_none());
    assert!(CartPole::warning(&at(1.001)).is_some());
    let upright = [0.9, 0.0, 0.0, 0.0];
    for share in [0.1, 0.5, 0.9, 0.999] {
        let radius = spectral_radius(&at(share), upright);
        assert!(radius < 1.001, "{radius} at {share}");
    }
    assert!(spectral_radius(&at(1.5), upright) > 1.1);
}
