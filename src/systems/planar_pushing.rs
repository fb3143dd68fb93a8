//! Planar pushing: a disc under position control pushes a box across a table, with friction between both.
//!
//! ```text
//!          ┌─────────┐
//!          │   box   │      y ↑
//!          │  (x,y,θ)│        └─▶ x
//!          └────▲────┘
//!               o~~~ u        spring K from the disc to its command u; seen from above, no gravity
//! ```
//!
//! One contact of two rows, see [`crate::contact::quasidynamic`]; Q = diag(m/h², m/h², I/h², K, K). Mass is not rescaled: the
//! box is stiff (m/h² = 500 N/m against K = 100 N/m), and each step covers 1/6 of a commanded overlap.
//! The smoothing length is l = √(2 W μ) with the compliance W = 1/K + h²/m of a push at the centre of a face.
//!
//! cost Σ dist(x, goal) + R |uₜ - uₜ₋₁|², and `final_factor` dist at the end; u₋₁ is where the disc starts,
//! dist = Q_p |box - goal|² + Q_θ (θ - goal angle)² + Q_r |disc - its goal|².
//! Source: Pang, Suh, Yang, Tedrake, T-RO 2023 (arXiv 2206.10787), planar pushing, with the weights of its trajectory
//! optimisation; the box is 1 m wide (published .999).

mod planned;

use crate::contact::quasidynamic::planar::{RoundedBox, Touch, box_disc};
use crate::contact::quasidynamic::smoothing::Smoothing;
use crate::contact::quasidynamic::{Problem, Step, two_rows_under};
use crate::error::Result;
use crate::number::Scalar;
use crate::parameters;
use crate::system::quasidynamic::{
    QuasiDynamic, check_corner, check_friction, check_law, check_smoothing,
};
use crate::system::scene::{Form, Geometry, Item, Role, Scene};
use crate::system::{
    ControlCoordinate, Drawn, Dynamics, Objective, StateCoordinate, Tuned, coordinate,
};

parameters! {
    /// Box, disc, contact and cost.
    pub struct Parameters {
        mass: 5.0, "kg", "mass m of the box", positive;
        inertia: 1.0 / 6.0, "kg m2", "moment of inertia I of the box", positive;
        stiffness: 100.0, "N/m", "stiffness K of the disc's position control", positive;
        friction: 2.0 / 3.0, "1", "friction coefficient between box and disc";
        smoothing: 0.0155, "m", "smoothing length of contact; 0 for none";
        short_tailed: 0.0, "1", "1 for short-tailed contact, smoothed as by logistic noise; 0 for the barrier";
        time_step: 0.1, "s", "time step h", positive;
        half_width: 0.5, "m", "half of the box's side", positive;
        corner: 0.0, "m", "radius of the box's corners";
        radius: 0.1, "m", "radius of the disc", positive;
        goal_x: 0.5, "m", "goal of the box's x";
        goal_y: 1.0, "m", "goal of the box's y";
        goal_angle: -std::f64::consts::FRAC_PI_4, "rad", "goal of the box's angle";
        goal_disc_x: 0.0, "m", "goal of the disc's x";
        goal_disc_y: 0.0, "m", "goal of the disc's y";
        weight_place: 20.0, "1/m2", "cost Q_p of the box's distance from its goal";
        weight_angle: 30.0, "1/rad2", "cost Q_θ of the box's angle from its goal";
        weight_disc: 1e-3, "1/m2", "cost Q_r of the disc's distance from its goal";
        final_factor: 100.0, "1", "how many times the distances count at the end";
        effort: 10.0, "1/m2", "cost R of the square of each change of the command";
    }
}

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct PlanarPushing;

/// Where box and disc are nearest.
pub fn touch<S: Scalar>(p: &Parameters<S>, [x, y, angle, disc_x, disc_y]: [S; 5]) -> Touch<S> {
    let shape = RoundedBox {
        half: [p.half_width; 2],
        corner: p.corner,
    };
    box_disc(&shape, angle, p.radius, [disc_x - x, disc_y - y])
}

fn distance<S: Scalar>(p: &Parameters<S>, [x, y, angle, disc_x, disc_y, ..]: [S; 7]) -> S {
    let place = (x - p.goal_x).square() + (y - p.goal_y).square();
    let disc = (disc_x - p.goal_disc_x).square() + (disc_y - p.goal_disc_y).square();
    p.weight_place * place + p.weight_angle * (angle - p.goal_angle).square() + p.weight_disc * disc
}

impl Dynamics<7, 2> for PlanarPushing {
    type Parameters<S: Scalar> = Parameters<S>;

    const NAME: &'static str = "planar-pushing";
    const SUMMARY: &'static str =
        "a disc pushes and turns a box: frictional contact with force at a distance";
    const SOURCE: &'static str = "T-RO 2023 (arXiv 2206.10787), planar pushing";
    const STATE: [StateCoordinate; 7] = [
        coordinate("box_x", "m").at(0.0),
        coordinate("box_y", "m").at(0.5),
        coordinate("box_angle", "rad").at(0.0),
        coordinate("disc_x", "m").at(0.0),
        coordinate("disc_y", "m").at(-0.1),
        coordinate("last_command_x", "m").following(&[(3, 1.0)]),
        coordinate("last_command_y", "m").following(&[(4, 1.0)]),
    ];
    const CONTROL: [ControlCoordinate; 2] =
        [coordinate("command_x", "m"), coordinate("command_y", "m")];
    const COMMANDED: Option<[usize; 2]> = Some([3, 4]);

    fn advance<S: Scalar>(
        p: &Parameters<S>,
        [x, y, angle, disc_x, disc_y, ..]: [S; 7],
        u: [S; 2],
    ) -> [S; 7] {
        let (next, _) = Self::step(p, [x, y, angle, disc_x, disc_y], u);
        let [x, y, angle, disc_x, disc_y] = next;
        [
            x.named("box_x"),
            y.named("box_y"),
            angle.named("box_angle"),
            disc_x.named("disc_x"),
            disc_y.named("disc_y"),
            u[0],
            u[1],
        ]
    }

    fn check(p: &Parameters<f64>) -> Result<()> {
        check_smoothing(p.smoothing, 0.0)?;
        check_friction(p.friction)?;
        check_corner(p.corner, p.half_width)?;
        check_law(p.short_tailed)
    }
}

fn smoothing<S: Scalar>(p: &Parameters<S>) -> Smoothing<S> {
    Smoothing {
        length: p.smoothing,
        compliance: PlanarPushing::contact_compliance(p),
        short_tailed: p.short_tailed,
    }
}

impl QuasiDynamic<7, 2, 5, 2> for PlanarPushing {
    const ROWS_PER_CONTACT: usize = 2;
    const GOAL: [Option<&'static str>; 5] = [
        Some("goal_x"),
        Some("goal_y"),
        Some("goal_angle"),
        Some("goal_disc_x"),
        Some("goal_disc_y"),
    ];

    fn problem<S: Scalar>(p: &Parameters<S>, q: [S; 5], [u_x, u_y]: [S; 2]) -> Problem<S, 5, 2> {
        let touch = touch(p, q);
        let row = |v: [S; 2]| {
            let [x, y, angle] = touch.by_object(v);
            [x, y, angle, v[0], v[1]].map(Some)
        };
        let (normal, tangent) = (row(touch.normal), row(touch.tangent()));
        let (gap, jacobian) = touch.rows(p.friction, normal, tangent);
        let square = p.time_step.square();
        let inertia = p.mass / square;
        Problem {
            stiffness: [
                inertia,
                inertia,
                p.inertia / square,
                p.stiffness,
                p.stiffness,
            ],
            free: [None, None, None, Some(u_x - q[3]), Some(u_y - q[4])],
            gap,
            jacobian,
        }
    }

    fn solve<S: Scalar>(p: &Parameters<S>, problem: &Problem<S, 5, 2>) -> Step<S, 5, 2> {
        two_rows_under(problem, &smoothing(p))
    }

    fn contact_compliance<S: Scalar>(p: &Parameters<S>) -> S {
        S::constant(1.0) / p.stiffness + p.time_step.square() / p.mass
    }
}

impl Objective<7, 2> for PlanarPushing {
    const HORIZON: usize = 20;
    const SIGMA: f64 = 0.02;
    const TUNED: Option<Tuned> = Some(Tuned {
        samples: 200,
        iterations: 100,
        gamma: None,
        radius: 0.5,
    });

    fn stage_cost<S: Scalar>(p: &Parameters<S>, state: [S; 7], [u_x, u_y]: [S; 2], _time: S) -> S {
        let [.., last_x, last_y] = state;
        let change = (u_x - last_x).square() + (u_y - last_y).square();
        distance(p, state) + p.effort * change
    }

    fn final_cost<S: Scalar>(p: &Parameters<S>, state: [S; 7]) -> S {
        p.final_factor * distance(p, state)
    }
}

/// Metres of arrow for a newton.
const ARROW: f64 = 0.03;

impl Drawn<7, 2> for PlanarPushing {
    fn geometry(p: &Parameters<f64>) -> Geometry {
        let goal = square(p, [p.goal_x, p.goal_y], p.goal_angle);
        Geometry::metres(vec![Item::new(Role::Goal, "goal of the box", goal)])
    }

    /// Box and disc, the command, and the force of the disc on the box.
    fn scene(
        p: &Parameters<f64>,
        [x, y, angle, disc_x, disc_y, ..]: [f64; 7],
        command: [f64; 2],
        share: f64,
    ) -> Scene {
        let q = [x, y, angle, disc_x, disc_y];
        let touch = touch(p, q);
        let (_, rows) = Self::step(p, q, command);
        let force = touch.force_on_object(p.friction, rows);
        let witness = [x + touch.lever[0], y + touch.lever[1]];
        let from = [0, 1].map(|i| witness[i] - ARROW * force[i]);
        let disc = Form::Circle {
            centre: [disc_x, disc_y],
            radius: p.radius,
        };
        Scene {
            time: share * p.time_step,
            items: vec![
                Item::body(0, "box", square(p, [x, y], angle)).traced([x, y]),
                Item::body(1, "disc", disc).traced([disc_x, disc_y]),
                Item::new(Role::Goal, "command", Form::Point(command)),
                Item::new(
                    Role::Link,
                    "force on the box",
                    Form::Arrow { from, to: witness },
                ),
            ],
        }
    }
}

fn square(p: &Parameters<f64>, centre: [f64; 2], angle: f64) -> Form {
    Form::Rectangle {
        centre,
        size: [2.0 * p.half_width; 2],
        angle,
    }
}
