//! Double pendulum: a kick at t = 0, then chaos.
//!
//! ```text
//!        o ─────────────        pivot
//!         \ θ₁
//!          \  l₁                angles from straight down; two point masses on massless rods
//!           ● m₁
//!            \ θ₂
//!             \  l₂
//!              ● m₂             tip
//! ```
//!
//! From the Lagrangian L = ½(m₁+m₂) l₁² ω₁² + ½ m₂ l₂² ω₂² + m₂ l₁ l₂ ω₁ ω₂ cos Δ + (m₁+m₂) g l₁ cos θ₁ + m₂ g l₂ cos θ₂,
//! Δ = θ₁ - θ₂:
//!
//!   (m₁+m₂) l₁² α₁ + m₂ l₁ l₂ cos Δ α₂ = -m₂ l₁ l₂ sin Δ ω₂² - (m₁+m₂) g l₁ sin θ₁
//!   m₂ l₁ l₂ cos Δ α₁ + m₂ l₂² α₂      =  m₂ l₁ l₂ sin Δ ω₁² - m₂ g l₂ sin θ₂
//!
//! The determinant m₂ l₁² l₂² (m₁ + m₂ sin² Δ) is never 0. (The published script has other equations.)
//!
//! The step is the classical Runge-Kutta step of fourth order. A semi-implicit Euler step is symplectic only where kinetic
//! energy does not depend on the angles, which it does here, and first order would be lost in the chaos.
//!
//! **The decision is the initial state.** The state is the deviation from the start (θ₁, θ₂, ω₁, ω₂)₀, which are parameters,
//! and `ready`, which is 1 before the first step and 0 after it. The control is a kick, added to the state while `ready`; the
//! linear policy u = K x then kicks by the last column of K, since the deviation is 0 at t = 0. The noise on K in that
//! column is noise N(0, σ²) on the initial state, and no number of d depends on the horizon. The columns of the deviations
//! have no effect: first-order samples are 0 there, zeroth-order samples are noise of mean 0.
//!
//! The cost is |tip - goal|² at the end, which is bounded: the zeroth-order variance stays bounded for every horizon, while
//! ∂x_H/∂x₀ and with it the first-order variance grows exponentially. Published start and constants:
//! ICML 2022 (arXiv 2202.00817), masses 0.1, lengths 1, h 0.001, horizons to 2000; cost and σ are ours.

use crate::number::Scalar;
use crate::parameters;
use crate::system::policy::Policy;
use crate::system::scene::{Form, Geometry, Item, Role, Scene};
use crate::system::{
    ControlCoordinate, Drawn, Dynamics, Objective, Published, StateCoordinate, Tuned, coordinate,
};

parameters! {
    /// Pendulum, start, time step and cost.
    pub struct Parameters {
        mass_1: 0.1, "kg", "inner mass m₁", positive;
        mass_2: 0.1, "kg", "outer mass m₂", positive;
        length_1: 1.0, "m", "length l₁ of the inner rod", positive;
        length_2: 1.0, "m", "length l₂ of the outer rod", positive;
        gravity: 9.81, "m/s2", "acceleration g";
        start_angle_1: std::f64::consts::FRAC_PI_2, "rad", "inner angle before the kick";
        start_angle_2: 0.0, "rad", "outer angle before the kick";
        start_velocity_1: 5.0, "rad/s", "inner angular velocity before the kick";
        start_velocity_2: -5.0, "rad/s", "outer angular velocity before the kick";
        time_step: 0.001, "s", "time step h", positive;
        goal_x: 0.0, "m", "goal of the tip across";
        goal_y: 2.0, "m", "goal of the tip above the pivot";
        weight: 1.0, "1/m2", "cost of the tip's distance at the end";
        effort: 0.01, "1", "cost of the kick's square, in rad and rad/s";
    }
}

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct DoublePendulum;

/// (α₁, α₂) of angles and angular velocities (θ₁, θ₂, ω₁, ω₂).
pub fn accelerations<S: Scalar>(p: &Parameters<S>, [a1, a2, w1, w2]: [S; 4]) -> [S; 2] {
    let (s1, c1, s2, c2) = (a1.sin(), a1.cos(), a2.sin(), a2.cos());
    let (cosine, sine) = (c1 * c2 + s1 * s2, s1 * c2 - c1 * s2);
    let mass = p.mass_1 + p.mass_2;
    // The equations divided by l₁ and by m₂ l₂.
    let (b1, b2) = (p.length_1 * mass, p.length_2);
    let (d1, d2) = (p.mass_2 * p.length_2 * cosine, p.length_1 * cosine);
    let f1 = -(p.mass_2 * p.length_2 * sine * w2.square()) - mass * p.gravity * s1;
    let f2 = p.length_1 * sine * w1.square() - p.gravity * s2;
    let determinant = p.length_1 * p.length_2 * (p.mass_1 + p.mass_2 * sine.square());
    [
        (b2 * f1 - d1 * f2) / determinant,
        (b1 * f2 - d2 * f1) / determinant,
    ]
}

/// The tip's position from the pivot: across and up.
pub fn tip<S: Scalar>(p: &Parameters<S>, deviation: [S; 4]) -> [S; 2] {
    let [a1, a2, ..] = absolute(p, deviation);
    [
        p.length_1 * a1.sin() + p.length_2 * a2.sin(),
        -(p.length_1 * a1.cos() + p.length_2 * a2.cos()),
    ]
}

fn absolute<S: Scalar>(p: &Parameters<S>, [a1, a2, w1, w2]: [S; 4]) -> [S; 4] {
    [
        p.start_angle_1 + a1,
        p.start_angle_2 + a2,
        p.start_velocity_1 + w1,
        p.start_velocity_2 + w2,
    ]
}

/// d/dt of (θ₁, θ₂, ω₁, ω₂).
fn rates<S: Scalar>(p: &Parameters<S>, x: [S; 4]) -> [S; 4] {
    let [a1, a2] = accelerations(p, x);
    [x[2], x[3], a1, a2]
}

fn plus<S: Scalar>(x: [S; 4], scale: S, rate: [S; 4]) -> [S; 4] {
    std::array::from_fn(|i| x[i] + scale * rate[i])
}

impl Dynamics<5, 4> for DoublePendulum {
    type Parameters<S: Scalar> = Parameters<S>;

    const NAME: &'static str = "double-pendulum";
    const SUMMARY: &'static str =
        "chaos: the first-order variance grows exponentially with the horizon";
    const SOURCE: &'static str =
        "ICML 2022 (arXiv 2202.00817), double pendulum, with other equations of motion";
    const STATE: [StateCoordinate; 5] = [
        coordinate("angle_1", "rad").at(0.0),
        coordinate("angle_2", "rad").at(0.0),
        coordinate("velocity_1", "rad/s").at(0.0),
        coordinate("velocity_2", "rad/s").at(0.0),
        coordinate("ready", "1").at(1.0),
    ];
    const CONTROL: [ControlCoordinate; 4] = [
        coordinate("kick_angle_1", "rad"),
        coordinate("kick_angle_2", "rad"),
        coordinate("kick_velocity_1", "rad/s"),
        coordinate("kick_velocity_2", "rad/s"),
    ];
    const POLICY: Policy = Policy::Linear;

    fn advance<S: Scalar>(
        p: &Parameters<S>,
        [a1, a2, w1, w2, ready]: [S; 5],
        kick: [S; 4],
    ) -> [S; 5] {
        let x = plus([a1, a2, w1, w2], ready, kick);
        let h = p.time_step;
        let half = (h * 0.5).named("half_step");
        let rate = |x: [S; 4]| rates(p, absolute(p, x));
        let first = rate(x);
        let second = rate(plus(x, half, first));
        let third = rate(plus(x, half, second));
        let fourth = rate(plus(x, h, third));
        let sixth = (h / 6.0).named("sixth_step");
        let next = |i: usize| x[i] + sixth * (first[i] + (second[i] + third[i]) * 2.0 + fourth[i]);
        [next(0), next(1), next(2), next(3), S::constant(0.0)]
    }

    fn warning(p: &Parameters<f64>) -> Option<String> {
        // The faster normal mode of small swings, and the spin at the start; Runge-Kutta is stable to 2.8.
        let shortest = p.length_1.min(p.length_2);
        let swing = (2.0 * p.gravity.abs() * (1.0 + p.mass_2 / p.mass_1) / shortest).sqrt();
        let rate = swing + p.start_velocity_1.abs().max(p.start_velocity_2.abs());
        (p.time_step * rate > 0.5).then(|| {
            format!(
                "time step {} is not small against 1/rate = {} of the pendulum: what follows is not accurate",
                p.time_step,
                1.0 / rate
            )
        })
    }
}

impl Objective<5, 4> for DoublePendulum {
    const HORIZON: usize = 400;
    const SIGMA: f64 = 0.05;
    const PUBLISHED: Option<Published> = Some(Published {
        samples: 100,
        step: 0.001,
        step_decay: 0.0,
        iterations: 100,
        gamma: 100.0,
        bound: 100.0,
    });
    const TUNED: Option<Tuned> = Some(Tuned {
        samples: 200,
        iterations: 60,
        gamma: None,
        radius: 0.1,
    });

    fn stage_cost<S: Scalar>(p: &Parameters<S>, state: [S; 5], kick: [S; 4], _time: S) -> S {
        let zero = S::constant(0.0);
        let size = kick.iter().fold(zero, |sum, u| sum + u.square());
        p.effort * state[4] * size
    }

    fn final_cost<S: Scalar>(p: &Parameters<S>, [a1, a2, w1, w2, _]: [S; 5]) -> S {
        let [x, y] = tip(p, [a1, a2, w1, w2]);
        p.weight * ((x - p.goal_x).square() + (y - p.goal_y).square())
    }
}

impl Drawn<5, 4> for DoublePendulum {
    fn geometry(p: &Parameters<f64>) -> Geometry {
        let goal = Form::Point([p.goal_x, p.goal_y]);
        Geometry::metres(vec![
            Item::new(Role::Fixed, "", Form::Point([0.0; 2])),
            Item::new(Role::Goal, "goal of the tip", goal),
        ])
    }

    /// Rods from the pivot at the origin, and point masses as discs of equal size.
    fn scene(
        p: &Parameters<f64>,
        [a1, a2, w1, w2, _]: [f64; 5],
        _kick: [f64; 4],
        share: f64,
    ) -> Scene {
        let deviation = [a1, a2, w1, w2];
        let [angle, ..] = absolute(p, deviation);
        let elbow = [
            p.length_1 * libm::sin(angle),
            -p.length_1 * libm::cos(angle),
        ];
        let tip = tip(p, deviation);
        let radius = 0.03 * (p.length_1 + p.length_2);
        let mass = |number, name, centre| {
            Item::body(number, name, Form::Circle { centre, radius }).traced(centre)
        };
        Scene {
            time: share * p.time_step,
            items: vec![
                Item::link(vec![[0.0; 2], elbow, tip]),
                mass(1, "inner mass", elbow),
                mass(0, "tip", tip),
            ],
        }
    }
}
