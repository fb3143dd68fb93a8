//! Quadrotor: flight in closed form, forces of the ground by power, friction in its cone, and a stand.

use crate::engines::task;
use mollify::system::{Dynamics, ParameterSet};
use mollify::systems::quadrotor::{Parameters, Quadrotor, ground_force, thrust};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

fn parameters(changes: &[(&str, f64)]) -> Parameters<f64> {
    let task = task("quadrotor", 1, 0.1, changes);
    Parameters::from_fn(|i| task.parameters()[i])
}

/// Numbers that are nowhere 1, and a state that may be in the ground.
fn drawn(random: &mut StdRng) -> (Parameters<f64>, [f64; 6]) {
    let mut of = |low: f64, high: f64| random.random_range(low..high);
    let p = Parameters {
        mass: of(0.3, 3.0),
        inertia: of(0.02, 0.5),
        gravity: of(1.0, 20.0),
        arm: of(0.1, 0.6),
        thrust_limit: of(2.0, 20.0),
        foot_across: of(0.05, 0.5),
        foot_below: of(0.05, 0.5),
        ground_stiffness: of(100.0, 900.0),
        ground_dissipation: of(0.0, 1.0),
        ground_friction: of(0.1, 1.5),
        slip_speed: of(0.05, 0.5),
        ..parameters(&[])
    };
    let state = [
        of(-2.0, 2.0),
        of(-0.3, 0.5),
        of(-2.0, 2.0),
        of(-3.0, 3.0),
        of(-3.0, 3.0),
        of(-4.0, 4.0),
    ];
    (p, state)
}

/// Level flight under equal thrusts: y = y₀ + a h² t (t + 1)/2 with a = 2 T/m - g, and nothing else moves.
#[test]
fn level_flight_is_a_parabola() {
    let p = parameters(&[("mass", 0.8), ("time_step", 0.013)]);
    let lift = 2.0 * thrust(&p, 0.4) / 0.8 - p.gravity;
    assert!((thrust(&p, 0.4) - 9.81 * (1.0 + 0.4_f64.tanh()) / 2.0).abs() < 1e-12);
    let mut state = [0.3, 1.2, 0.0, 0.0, 0.0, 0.0];
    for t in 1..=100 {
        state = Quadrotor::advance(&p, state, [0.4; 2]);
        let t = f64::from(t);
        let height = 1.2 + lift * 0.013 * 0.013 * t * (t + 1.0) / 2.0;
        assert!((state[1] - height).abs() < 1e-12 * height.abs());
        assert_eq!(
            [state[0], state[2], state[3], state[5]],
            [0.3, 0.0, 0.0, 0.0]
        );
    }
}

/// Above the ground velocities change by force and torque: thrusts along the body's up, the right one turns to the left.
#[test]
fn flight_changes_velocities_by_forces() {
    let mut random = StdRng::seed_from_u64(7);
    for _ in 0..200 {
        let (p, mut state) = drawn(&mut random);
        state[1] += 5.0;
        let controls: [f64; 2] = std::array::from_fn(|_| random.random_range(-2.0..2.0));
        let [left, right] = controls.map(|u| thrust(&p, u));
        assert!(left > 0.0 && left < p.thrust_limit);
        let next = Quadrotor::advance(&p, state, controls);
        let rate = |i: usize| (next[i] - state[i]) / p.time_step;
        let close = |found: f64, expected: f64| {
            let off = (found - expected).abs();
            assert!(off < 1e-9 * (1.0 + expected.abs()), "{found} {expected}");
        };
        let (sine, cosine) = state[2].sin_cos();
        close(p.mass * rate(3), -(left + right) * sine);
        close(p.mass * (rate(4) + p.gravity), (left + right) * cosine);
        close(p.inertia * rate(5), (right - left) * p.arm);
        // Semi-implicit: positions follow the new velocities.
        for i in 0..3 {
            close(rate(i), next[i + 3]);
        }
    }
}

/// Where a foot is: written down once more, by turning its place in the body.
fn foot(p: &Parameters<f64>, state: [f64; 6], side: f64) -> [f64; 2] {
    let (sine, cosine) = state[2].sin_cos();
    let (across, up) = (side * p.foot_across, -p.foot_below);
    [
        state[0] + cosine * across - sine * up,
        state[1] + sine * across + cosine * up,
    ]
}

/// The velocity of a foot, by differences.
fn foot_velocity(p: &Parameters<f64>, state: [f64; 6], side: f64) -> [f64; 2] {
    let at = |time: f64| {
        let mut moved = state;
        for i in 0..3 {
            moved[i] += time * state[i + 3];
        }
        foot(p, moved, side)
    };
    let (before, behind) = (at(-1e-6), at(1e-6));
    std::array::from_fn(|i| (behind[i] - before[i]) / 2e-6)
}

/// The power of the force at the foot is that of force and moment at the middle; it pushes only, only in the ground, and friction
/// is against the slip and within its cone.
#[test]
fn ground_pushes_a_foot_and_rubs_against_its_slip() {
    let mut random = StdRng::seed_from_u64(8);
    let (mut pushed, mut free) = (0, 0);
    for _ in 0..2000 {
        let (p, state) = drawn(&mut random);
        for side in [-1.0, 1.0] {
            let [along, normal, moment] = ground_force(&p, state, side);
            let ([_, height], [slip, away]) =
                (foot(&p, state, side), foot_velocity(&p, state, side));
            if height >= 0.0 {
                assert_eq!([along, normal, moment], [0.0; 3]);
                free += 1;
                continue;
            }
            let law = -p.ground_stiffness * height * (1.0 - p.ground_dissipation * away).max(0.0);
            assert!((normal - law).abs() < 1e-6 * (1.0 + law), "{normal} {law}");
            assert!(
                normal >= 0.0 && along * slip <= 1e-9 && along.abs() <= p.ground_friction * normal
            );
            let share = slip / slip.hypot(p.slip_speed);
            let rub = -p.ground_friction * normal * share;
            assert!((along - rub).abs() < 1e-6 * (1.0 + rub.abs()));
            let at_foot = along * slip + normal * away;
            let at_middle = along * state[3] + normal * state[4] + moment * state[5];
            let scale = 1.0 + (normal * away).abs() + (along * slip).abs();
            assert!(
                (at_foot - at_middle).abs() < 1e-6 * scale,
                "{at_foot} {at_middle}"
            );
            pushed += i32::from(normal > 0.0);
        }
    }
    assert!(pushed > 500 && free > 500, "{pushed} {free}");
}

/// Dropped with its engines off, it comes to stand where the springs carry its weight, level, where it was.
#[test]
fn it_stands_with_its_engines_off() {
    let p = parameters(&[]);
    let mut state = [0.2, 0.3, 0.0, 0.0, 0.0, 0.0];
    for _ in 0..1000 {
        state = Quadrotor::advance(&p, state, [-20.0; 2]);
    }
    let sag = p.mass * p.gravity / (2.0 * p.ground_stiffness);
    assert!((state[1] - (p.foot_below - sag)).abs() < 1e-6, "{state:?}");
    assert!((state[0] - 0.2).abs() < 1e-9 && state[2].abs() < 1e-9);
}

/// Dropped on one foot it turns towards the other one, and stands there in the end.
#[test]
fn a_foot_that_lands_first_turns_it_level() {
    let p = parameters(&[]);
    let mut state = [0.0, 0.3, 0.3, 0.0, 0.0, 0.0];
    let mut least = 0.0_f64;
    for _ in 0..3000 {
        state = Quadrotor::advance(&p, state, [-20.0; 2]);
        least = least.min(state[5]);
    }
    assert!(least < -0.5, "the left foot is lower: {least}");
    assert!(
        state[2].abs() < 1e-3 && state[1] < p.foot_below,
        "{state:?}"
    );
}

#[test]
fn warning_names_the_limit() {
    let warns = |name: &str, value: f64| Quadrotor::warning(&parameters(&[(name, value)]));
    assert!(Quadrotor::warning(&parameters(&[])).is_none());
    // 2 h (h k + μ m g/v_s) (1/m + (b² + c²)/J) = 4 with the rest as it is.
    let mobility = 1.0 + (0.15_f64.powi(2) + 0.1_f64.powi(2)) / 0.05;
    let limit = (4.0 / (2.0 * 0.02 * mobility) - 0.5 * 9.81 / 0.3) / 0.02;
    assert!(warns("ground_stiffness", 0.999 * limit).is_none());
    assert!(warns("ground_stiffness", 1.001 * limit).is_some());
    // Within the limit a landing stays a landing.
    let p = parameters(&[("ground_stiffness", 0.9 * limit)]);
    let mut state = [0.0, 0.3, 0.1, 0.4, 0.0, 0.0];
    for _ in 0..2000 {
        state = Quadrotor::advance(&p, state, [-20.0; 2]);
        assert!(state.iter().all(|x| x.abs() < 10.0), "{state:?}");
    }
}
