//! Ball grazing: a ball under position control drags a box that can only slide along y, by friction on its top or by a push
//! at its side.
//!
//! ```text
//!           (o)~~~ u          spring K from the ball to its command u      z ↑
//!        ┌───────┐                                                           └─▶ y
//!        │  box  │  slides along y only; the middle of it is at z = -.6
//!   ─────┴───────┴─────
//! ```
//!
//! One contact of two rows, see [`crate::contact::quasidynamic`]; Q = diag(m/h², K, K).
//! The smoothing length is l = √(2 W μ) with the compliance W = 1/K of a contact on top of the box, which cannot give way.
//!
//! cost Σ dist(x, goal) + R |uₜ - uₜ₋₁|², and `final_factor` dist at the end; u₋₁ is where the ball starts,
//! dist = Q (box - goal)² + Q_r |ball - its goal|².
//! Source: Pang, Suh, Yang, Tedrake, T-RO 2023 (arXiv 2206.10787), ball grazing; the cost is ours, in the manner of
//! planar pushing.

mod planned;

use crate::contact::quasidynamic::planar::{RoundedBox, Touch, level_box_disc};
use crate::contact::quasidynamic::smoothing::Smoothing;
use crate::contact::quasidynamic::{Problem, Step, two_rows_under};
use crate::error::Result;
use crate::number::Scalar;
use crate::parameters;
use crate::system::quasidynamic::{QuasiDynamic, check_friction, check_law, check_smoothing};
use crate::system::scene::{Form, Geometry, Item, Role, Scene};
use crate::system::{
    ControlCoordinate, Drawn, Dynamics, Objective, StateCoordinate, Tuned, coordinate,
};

parameters! {
    /// Box, ball, contact and cost.
    pub struct Parameters {
        mass: 1.0, "kg", "mass m of the box", positive;
        stiffness: 100.0, "N/m", "stiffness K of the ball's position control", positive;
        friction: 1.0, "1", "friction coefficient between box and ball";
        smoothing: 0.014, "m", "smoothing length of contact; 0 for none";
        short_tailed: 0.0, "1", "1 for short-tailed contact, smoothed as by logistic noise; 0 for the barrier";
        time_step: 0.1, "s", "time step h", positive;
        half_width: 0.5, "m", "half of the box's side", positive;
        box_height: -0.6, "m", "height z of the middle of the box";
        radius: 0.1, "m", "radius of the ball", positive;
        goal: 0.66, "m", "goal of the box's y";
        goal_ball_y: 0.0, "m", "goal of the ball's y";
        goal_ball_z: 0.0, "m", "goal of the ball's z";
        weight: 20.0, "1/m2", "cost Q of the box's distance from its goal";
        weight_ball: 1e-3, "1/m2", "cost Q_r of the ball's distance from its goal";
        final_factor: 100.0, "1", "how many times the distances count at the end";
        effort: 10.0, "1/m2", "cost R of the square of each change of the command";
    }
}

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct BallGrazing;

/// Where box and ball are nearest.
pub fn touch<S: Scalar>(p: &Parameters<S>, [y, ball_y, ball_z]: [S; 3]) -> Touch<S> {
    let shape = RoundedBox {
        half: [p.half_width; 2],
        corner: S::constant(0.0),
    };
    level_box_disc(&shape, p.radius, [ball_y - y, ball_z - p.box_height])
}

fn distance<S: Scalar>(p: &Parameters<S>, [y, ball_y, ball_z, ..]: [S; 5]) -> S {
    let ball = (ball_y - p.goal_ball_y).square() + (ball_z - p.goal_ball_z).square();
    p.weight * (y - p.goal).square() + p.weight_ball * ball
}

impl Dynamics<5, 2> for BallGrazing {
    type Parameters<S: Scalar> = Parameters<S>;

    const NAME: &'static str = "ball-grazing";
    const SUMMARY: &'static str = "a ball drags a box by friction on its top, or pushes its side";
    const SOURCE: &'static str = "T-RO 2023 (arXiv 2206.10787), ball grazing; the cost is ours";
    const STATE: [StateCoordinate; 5] = [
        coordinate("box_y", "m").at(0.0),
        coordinate("ball_y", "m").at(0.0),
        coordinate("ball_z", "m").at(0.0),
        coordinate("last_command_y", "m").following(&[(1, 1.0)]),
        coordinate("last_command_z", "m").following(&[(2, 1.0)]),
    ];
    const CONTROL: [ControlCoordinate; 2] =
        [coordinate("command_y", "m"), coordinate("command_z", "m")];
    const COMMANDED: Option<[usize; 2]> = Some([1, 2]);

    fn advance<S: Scalar>(p: &Parameters<S>, [y, ball_y, ball_z, ..]: [S; 5], u: [S; 2]) -> [S; 5] {
        let ([y, ball_y, ball_z], _) = Self::step(p, [y, ball_y, ball_z], u);
        [
            y.named("box_y"),
            ball_y.named("ball_y"),
            ball_z.named("ball_z"),
            u[0],
            u[1],
        ]
    }

    fn check(p: &Parameters<f64>) -> Result<()> {
        check_smoothing(p.smoothing, 0.0)?;
        check_friction(p.friction)?;
        check_law(p.short_tailed)
    }
}

fn smoothing<S: Scalar>(p: &Parameters<S>) -> Smoothing<S> {
    Smoothing {
        length: p.smoothing,
        compliance: BallGrazing::contact_compliance(p),
        short_tailed: p.short_tailed,
    }
}

impl QuasiDynamic<5, 2, 3, 2> for BallGrazing {
    const ROWS_PER_CONTACT: usize = 2;
    const GOAL: [Option<&'static str>; 3] =
        [Some("goal"), Some("goal_ball_y"), Some("goal_ball_z")];

    fn problem<S: Scalar>(p: &Parameters<S>, q: [S; 3], [u_y, u_z]: [S; 2]) -> Problem<S, 3, 2> {
        let touch = touch(p, q);
        let row = |v: [S; 2]| [-v[0], v[0], v[1]].map(Some);
        let (normal, tangent) = (row(touch.normal), row(touch.tangent()));
        let (gap, jacobian) = touch.rows(p.friction, normal, tangent);
        Problem {
            stiffness: [p.mass / p.time_step.square(), p.stiffness, p.stiffness],
            free: [None, Some(u_y - q[1]), Some(u_z - q[2])],
            gap,
            jacobian,
        }
    }

    fn solve<S: Scalar>(p: &Parameters<S>, problem: &Problem<S, 3, 2>) -> Step<S, 3, 2> {
        two_rows_under(problem, &smoothing(p))
    }

    fn contact_compliance<S: Scalar>(p: &Parameters<S>) -> S {
        S::constant(1.0) / p.stiffness
    }
}

impl Objective<5, 2> for BallGrazing {
    const HORIZON: usize = 20;
    const SIGMA: f64 = 0.02;
    const TUNED: Option<Tuned> = Some(Tuned {
        samples: 200,
        iterations: 100,
        gamma: None,
        radius: 0.5,
    });

    fn stage_cost<S: Scalar>(p: &Parameters<S>, state: [S; 5], [u_y, u_z]: [S; 2], _time: S) -> S {
        let [.., last_y, last_z] = state;
        let change = (u_y - last_y).square() + (u_z - last_z).square();
        distance(p, state) + p.effort * change
    }

    fn final_cost<S: Scalar>(p: &Parameters<S>, state: [S; 5]) -> S {
        p.final_factor * distance(p, state)
    }
}

/// Metres of arrow for a newton.
const ARROW: f64 = 0.05;

impl Drawn<5, 2> for BallGrazing {
    fn geometry(p: &Parameters<f64>) -> Geometry {
        let ground = Form::Ground(p.box_height - p.half_width);
        Geometry {
            axes: [coordinate("y", "m"), coordinate("z", "m")],
            ..Geometry::metres(vec![
                Item::new(Role::Fixed, "", ground),
                Item::new(Role::Goal, "goal of the box", Form::Vertical(p.goal)),
            ])
        }
    }

    /// Box and ball, the command, and the force of the ball on the box.
    fn scene(
        p: &Parameters<f64>,
        [y, ball_y, ball_z, ..]: [f64; 5],
        command: [f64; 2],
        share: f64,
    ) -> Scene {
        let q = [y, ball_y, ball_z];
        let touch = touch(p, q);
        let (_, rows) = Self::step(p, q, command);
        let force = touch.force_on_object(p.friction, rows);
        let witness = [y + touch.lever[0], p.box_height + touch.lever[1]];
        let from = [0, 1].map(|i| witness[i] - ARROW * force[i]);
        let middle = [y, p.box_height];
        let square = Form::Rectangle {
            centre: middle,
            size: [2.0 * p.half_width; 2],
            angle: 0.0,
        };
        let ball = Form::Circle {
            centre: [ball_y, ball_z],
            radius: p.radius,
        };
        Scene {
            time: share * p.time_step,
            items: vec![
                Item::body(0, "box", square).traced(middle),
                Item::body(1, "ball", ball).traced([ball_y, ball_z]),
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
