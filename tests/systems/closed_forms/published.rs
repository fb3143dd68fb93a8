//! The systems are the published ones: the same costs from the published formulas, written down once more.

use crate::engines::task;
use mollify::engine::nominal::nominal;
use mollify::system::task::Task;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// Cost of the published formulas in the published coordinates x₁, x₂, v₁, v₂.
fn published_cost(task: &Task, theta: &[f64], force: impl Fn(f64, f64) -> f64) -> f64 {
    let get = |name: &str| {
        let index = task.model().parameter_index(name);
        index.map_or(f64::NAN, |i| task.parameters()[i])
    };
    let damping = if task.name() == "pushing" {
        get("damping")
    } else {
        1.0
    };
    let rest = if task.name() == "pushing" {
        get("rest_length")
    } else {
        0.0
    };
    let (h, gain) = (get("time_step"), get("time_step") / get("mass"));
    let [mut x1, mut x2, mut v1, mut v2] = [0.0, rest, 0.0, 0.0];
    let mut total = 0.0;
    for t in 0..=theta.len() {
        let speed_squared = v1 * v1 + v2 * v2;
        total += get("weight_1") * ((x1 - get("goal_1")).powi(2) + speed_squared);
        total += get("weight_2") * (x2 - get("goal_2")).powi(2);
        let Some(u) = theta.get(t) else { break };
        total += get("effort") * u * u;
        let f = force(x2 - x1, v2 - v1);
        (v1, v2) = (damping * v1 + gain * (u + f), damping * v2 - gain * f);
        (x1, x2) = (x1 + h * v1, x2 + h * v2);
    }
    total
}

#[test]
fn pushing_and_friction_are_the_published_systems() {
    let mut rng = StdRng::seed_from_u64(12);
    for _ in 0..20 {
        let theta: Vec<f64> = {
            let mean = rng.random_range(-1.0..1.0);
            (0..151)
                .map(|_| mean + rng.random_range(-1.0..1.0))
                .collect()
        };
        let stiffness = rng.random_range(5.0..50.0);
        let rest = rng.random_range(0.5..1.5);
        let parameters = [
            ("stiffness", stiffness),
            ("rest_length", rest),
            ("mass", 0.17),
            ("goal_1", 0.7),
        ];
        let pushing = task("pushing", 151, 0.1, &parameters);
        let spring = |distance: f64, _| stiffness * (distance - rest).min(0.0);
        let viscosity = rng.random_range(1.0..3.0);
        let limit = rng.random_range(0.02..0.2);
        let parameters = [
            ("viscosity", viscosity),
            ("force_limit", limit),
            ("contact_range", 0.013),
            ("effort", 0.3),
        ];
        let friction = task("friction", 151, 0.1, &parameters);
        let drag = |distance: f64, slip: f64| match distance.abs() < 0.013 {
            true => (viscosity * slip).clamp(-limit, limit),
            false => 0.0,
        };
        for (task, expected) in [
            (&pushing, published_cost(&pushing, &theta, spring)),
            (&friction, published_cost(&friction, &theta, drag)),
        ] {
            let found = nominal(task, &theta).cost;
            assert!(
                (found - expected).abs() < 1e-10 * expected,
                "{}: {found}, not {expected}",
                task.name()
            );
        }
    }
}

/// Horizontal distance of a throw that may stop at a wall.
fn thrown(angle: f64, speed: f64, gravity: f64, wall: f64, height: f64) -> f64 {
    let range = speed.powi(2) * (2.0 * angle).sin() / gravity;
    if range <= wall {
        return range;
    }
    let fall = gravity * wall.powi(2) / (2.0 * speed.powi(2) * angle.cos().powi(2));
    if wall * angle.tan() - fall <= height {
        wall
    } else {
        range
    }
}

#[test]
fn functions_of_theta_are_the_published_ones() {
    let mut rng = StdRng::seed_from_u64(14);
    for _ in 0..500 {
        let theta: Vec<f64> = (0..3).map(|_| rng.random_range(-1.5..1.5)).collect();
        let [a, b, c] = std::array::from_fn(|_| rng.random_range(0.2..1.5));
        let height = rng.random_range(0.01..0.05);
        let sum = |f: &dyn Fn(f64) -> f64| theta.iter().map(|u| f(*u)).sum::<f64>();
        let throw = [
            ("speed", a),
            ("gravity", 8.0 * b),
            ("wall_distance", 0.1 * c),
            ("wall_height", height),
        ];
        let pairs = [
            (
                task("ball-wall", 3, 0.1, &throw),
                sum(&|u| -thrown(u, a, 8.0 * b, 0.1 * c, height).powi(2)),
            ),
            (
                task("pivot", 3, 0.1, &[("cliff", a)]),
                sum(&|u| if u.abs() <= a { -u.sin().powi(2) } else { 0.0 }),
            ),
            (
                task("heaviside", 3, 0.1, &[("threshold", a - 1.0)]),
                f64::from(theta.iter().all(|u| *u >= a - 1.0)),
            ),
            (
                task("soft-heaviside", 3, 0.1, &[("width", a)]),
                sum(&|u| (2.0 * u / a).clamp(-1.0, 1.0)),
            ),
            (
                task("relu", 3, 0.1, &[("left_slope", -a), ("right_slope", b)]),
                sum(&|u| if u < 0.0 { -a * u } else { b * u }),
            ),
            (
                task("sine", 3, 0.1, &[("frequency", 3.0 * a)]),
                sum(&|u| (3.0 * a * u).sin()),
            ),
            (
                task(
                    "quadratic",
                    3,
                    0.1,
                    &[("slope", a), ("curvature", b), ("coupling", c)],
                ),
                sum(&|u| a * u + b * u * u / 2.0) + c * (theta[0] * theta[1] + theta[1] * theta[2]),
            ),
        ];
        for (task, expected) in pairs {
            let found = nominal(&task, &theta).cost;
            let near = (found - expected).abs() < 1e-12 * (1.0 + expected.abs());
            assert!(
                near,
                "{} at {theta:?}: {found}, not {expected}",
                task.name()
            );
        }
    }
}
