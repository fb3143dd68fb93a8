//! Quadrotor: a planar one lands on its two feet, softly, with its engines off at the end.
//!
//! ```text
//!      T₁ ↑            ↑ T₂       thrusts along the body's up, r from its middle (x, y)
//!         ├─────o──────┤   φ      turned by φ, counterclockwise
//!            ╱     ╲
//!           ●       ●             feet at ±b across and c below, in the body's frame
//!   ═══════════▓▓▓▓▓▓▓▓▓══════    level ground at 0; the pad is where to land
//! ```
//!
//!   m v̇_x = -(T₁ + T₂) sin φ + Σ S,     m v̇_y = (T₁ + T₂) cos φ - m g + Σ N,     J ω̇ = (T₂ - T₁) r + Σ (a_x N - a_y S)
//!   T = T_max (1 + tanh u)/2,     N = k max(0, -y_f) max(0, 1 - D v_y),     S = -μ N v_x/√(v_x² + v_s²)
//!
//! with a the arm from the middle to a foot, y_f the foot's height and v_x, v_y its velocity. The step is semi-implicit: velocities
//! from the state, then positions from the new velocities. Without control the thrusts are half of their limits, which is about what
//! the weight takes: u = 0 hovers.
//!
//!   cost Σ w ((x - x_pad)² + (y - c)²) + q (1 - cos φ) + s (v_x² + v_y²) + z ω² + R (T₁² + T₂²)/T_max²,
//!   and f times the same without thrusts at the end
//!
//! Standing is cheaper than hovering, because the ground carries what the thrusts need not. So the landing is in every good plan, and
//! where it comes too fast or on one foot it throws the robot over. Contact after Hunt and Crossley 1975. Units: SI.

use crate::contact::spring::{friction, push};
use crate::number::Scalar;
use crate::parameters;
use crate::system::scene::{Form, Geometry, Item, Role, Scene};
use crate::system::{
    ControlCoordinate, Drawn, Dynamics, Objective, Published, StateCoordinate, Tuned, coordinate,
};

parameters! {
    /// Robot, ground, time step and cost.
    pub struct Parameters {
        mass: 1.0, "kg", "mass m", positive;
        inertia: 0.05, "kg m2", "moment of inertia J about the middle", positive;
        gravity: 9.81, "m/s2", "acceleration g", positive;
        arm: 0.25, "m", "distance r of each rotor from the middle", positive;
        thrust_limit: 9.81, "N", "largest thrust T_max of a rotor", positive;
        foot_across: 0.15, "m", "distance b of each foot across", positive;
        foot_below: 0.1, "m", "distance c of each foot below the middle", positive;
        ground_stiffness: 500.0, "N/m", "stiffness k of the ground";
        ground_dissipation: 0.5, "s/m", "dissipation D of the ground after Hunt and Crossley";
        ground_friction: 0.5, "1", "coefficient of friction of the feet";
        slip_speed: 0.3, "m/s", "speed v_s at which friction sets in", positive;
        time_step: 0.02, "s", "time step h", positive;
        pad: 0.0, "m", "place of the pad";
        pad_width: 0.6, "m", "width of the pad, for pictures", positive;
        weight: 1.0, "1/m2", "cost w of the distance from the pad";
        level: 1.0, "1", "cost q of the tilt";
        slow: 0.05, "s2/m2", "cost s of the velocity";
        calm: 0.02, "s2", "cost z of the angular velocity";
        effort: 0.1, "1", "cost R of a thrust, in its limit, squared";
        final_factor: 20.0, "1", "factor f on the cost at the end";
    }
}

/// See the module.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quadrotor;

/// The arm from the middle to a foot in the frame of the ground; `side` is -1 for the left one and 1 for the right one.
fn arm<S: Scalar>(p: &Parameters<S>, [sine, cosine]: [S; 2], side: f64) -> [S; 2] {
    let across = p.foot_across * side;
    [
        across * cosine + p.foot_below * sine,
        across * sine - p.foot_below * cosine,
    ]
}

/// Friction S and push N of the ground on a foot, and their moment about the middle.
pub fn ground_force<S: Scalar>(p: &Parameters<S>, state: [S; 6], side: f64) -> [S; 3] {
    let [_, y, angle, v_x, v_y, spin] = state;
    let [a_x, a_y] = arm(p, [angle.sin(), angle.cos()], side);
    let (along, away) = (v_x - spin * a_y, v_y + spin * a_x);
    let normal = push(p.ground_stiffness, p.ground_dissipation, y + a_y, away);
    let tangential = normal * friction(p.ground_friction, along, p.slip_speed);
    [tangential, normal, a_x * normal - a_y * tangential]
}

/// T of a control.
pub fn thrust<S: Scalar>(p: &Parameters<S>, control: S) -> S {
    p.thrust_limit * (control.tanh() + 1.0) * 0.5
}

impl Dynamics<6, 2> for Quadrotor {
    type Parameters<S: Scalar> = Parameters<S>;

    const NAME: &'static str = "quadrotor";
    const SUMMARY: &'static str = "a planar quadrotor lands on two feet and stands";
    const SOURCE: &'static str = "planar quadrotor as in textbooks; contact after Hunt and Crossley 1975; task and sizes are ours";
    const STATE: [StateCoordinate; 6] = [
        coordinate("x", "m").at(-1.0),
        coordinate("y", "m").at(1.2),
        coordinate("angle", "rad").at(0.2),
        coordinate("velocity_x", "m/s").at(0.0),
        coordinate("velocity_y", "m/s").at(0.0),
        coordinate("angular_velocity", "rad/s").at(0.0),
    ];
    const CONTROL: [ControlCoordinate; 2] = [
        coordinate("rotor_left", "1"),
        coordinate("rotor_right", "1"),
    ];

    fn advance<S: Scalar>(p: &Parameters<S>, state: [S; 6], [left, right]: [S; 2]) -> [S; 6] {
        let [x, y, angle, v_x, v_y, spin] = state;
        let (left, right) = (thrust(p, left), thrust(p, right));
        let total = (left + right).named("total_thrust");
        let feet = [-1.0, 1.0].map(|side| ground_force(p, state, side));
        let [across, up, moment] = std::array::from_fn(|i| feet[0][i] + feet[1][i]);
        let h = p.time_step;
        let v_x = (v_x + h * (across - total * angle.sin()) / p.mass).named("v_x");
        let v_y = (v_y + h * ((up + total * angle.cos()) / p.mass - p.gravity)).named("v_y");
        let spin = (spin + h * ((right - left) * p.arm + moment) / p.inertia).named("spin");
        [x + h * v_x, y + h * v_y, angle + h * spin, v_x, v_y, spin]
    }

    /// Both feet push at most with k (1/m + (b² + c²)/J) each; friction at the weight.
    fn warning(p: &Parameters<f64>) -> Option<String> {
        let h = p.time_step;
        let square = p.foot_across.powi(2) + p.foot_below.powi(2);
        let mobility = 1.0 / p.mass + square / p.inertia;
        let stiff = 2.0 * h * h * p.ground_stiffness * mobility;
        let weight = p.mass * p.gravity;
        let damped = 2.0 * h * p.ground_friction * weight / p.slip_speed * mobility;
        (stiff + damped >= 4.0).then(|| {
            format!(
                "2 h (h k + mu m g/v_s) (1/m + (b^2 + c^2)/J) = {} is beyond the stability limit 4 of the step: what follows \
                 is the integrator blowing up, not physics",
                stiff + damped
            )
        })
    }
}

impl Objective<6, 2> for Quadrotor {
    const HORIZON: usize = 100;
    const SIGMA: f64 = 0.2;
    const PUBLISHED: Option<Published> = None;
    const TUNED: Option<Tuned> = Some(Tuned {
        samples: 200,
        iterations: 60,
        gamma: None,
        radius: 1.0,
    });

    fn stage_cost<S: Scalar>(p: &Parameters<S>, state: [S; 6], controls: [S; 2], _time: S) -> S {
        let [left, right] = controls.map(|u| (u.tanh() + 1.0) * 0.5);
        distance(p, state) + p.effort * (left.square() + right.square())
    }

    fn final_cost<S: Scalar>(p: &Parameters<S>, state: [S; 6]) -> S {
        p.final_factor * distance(p, state)
    }
}

fn distance<S: Scalar>(p: &Parameters<S>, [x, y, angle, v_x, v_y, spin]: [S; 6]) -> S {
    p.weight * ((x - p.pad).square() + (y - p.foot_below).square())
        + p.level * (S::constant(1.0) - angle.cos())
        + p.slow * (v_x.square() + v_y.square())
        + p.calm * spin.square()
}

/// Metres of arrow for a newton.
const ARROW: f64 = 0.03;

impl Drawn<6, 2> for Quadrotor {
    fn geometry(p: &Parameters<f64>) -> Geometry {
        let half = p.pad_width / 2.0;
        let pad = Form::Path(vec![[p.pad - half, 0.0], [p.pad + half, 0.0]]);
        Geometry::metres(vec![
            Item::new(Role::Fixed, "", Form::Ground(0.0)),
            Item::new(Role::Goal, "pad", pad),
        ])
    }

    /// The beam between the rotors with its legs, and an arrow for each thrust.
    fn scene(
        p: &Parameters<f64>,
        [x, y, angle, ..]: [f64; 6],
        controls: [f64; 2],
        share: f64,
    ) -> Scene {
        let turned = [libm::sin(angle), libm::cos(angle)];
        let [sine, cosine] = turned;
        let beam = Form::Rectangle {
            centre: [x, y],
            size: [2.0 * p.arm, 0.15 * p.arm],
            angle,
        };
        let leg = |side: f64| {
            let [a_x, a_y] = arm(p, turned, side);
            Item::link(vec![[x, y], [x + a_x, y + a_y]])
        };
        let rotor = |side: f64, control: f64| {
            let from = [x + side * p.arm * cosine, y + side * p.arm * sine];
            let length = ARROW * thrust(p, control);
            let to = [from[0] - length * sine, from[1] + length * cosine];
            Item::new(Role::Link, "", Form::Arrow { from, to })
        };
        Scene {
            time: share * p.time_step,
            items: vec![
                leg(-1.0),
                leg(1.0),
                rotor(-1.0, controls[0]),
                rotor(1.0, controls[1]),
                Item::body(0, "quadrotor", beam).traced([x, y]),
            ],
        }
    }
}
