//! Planar hand: two arms of two links turn and carry a ball between them, with contact anywhere along their links.
//!
//! ```text
//!     \  .--.  /
//!      \( ↻  )/          each arm: discs of radius .05 m at its base, at .1, .2, .3 m of its first link
//!      / '--' \          and at .1, .2 m of its second; angles count from the y axis (right arm)
//!     /        \         and from its other end (left arm)
//!     o        o                                                         z ↑
//!    left    right       joints under position control, no gravity         └─▶ y
//! ```
//!
//! Twelve contacts of two rows, see [`crate::contact::quasidynamic`]; Q = diag(m/h², m/h², I/h², K₁, K₂, K₁, K₂). Friction acts at
//! the witness points on the discs. The smoothing length is l = √(2 W μ) with the compliance W = h²/m + l₁²/K₁ of a
//! contact at the elbow.
//!
//! cost Σ dist(x, goal) + R |uₜ - uₜ₋₁|², and `final_factor` dist at the end; u₋₁ is where the joints start,
//! dist = Q_p |ball - goal|² + Q_θ (angle - goal angle)² + Q_r |joints - their goals|².
//! Source: Pang, Suh, Yang, Tedrake, T-RO 2023 (arXiv 2206.10787), planar hand, with the weights of its trajectory
//! optimisation.

mod planned;

use crate::contact::quasidynamic::planar::{Arm, On, Place, Touch, disc_disc};
use crate::contact::quasidynamic::{Effort, Problem, Row, Step, many_rows, smoothing};
use crate::error::Result;
use crate::number::Scalar;
use crate::parameters;
use crate::system::quasidynamic::{QuasiDynamic, check_friction, check_smoothing};
use crate::system::scene::{Form, Geometry, Item, Role, Scene};
use crate::system::{
    ControlCoordinate, Drawn, Dynamics, Objective, StateCoordinate, Tuned, coordinate,
};

parameters! {
    /// Ball, arms, contact and cost.
    pub struct Parameters {
        mass: 1.0, "kg", "mass m of the ball", positive;
        inertia: 0.025, "kg m2", "moment of inertia I of the ball", positive;
        stiffness_1: 50.0, "N m/rad", "stiffness K₁ of the position control of the first joints", positive;
        stiffness_2: 25.0, "N m/rad", "stiffness K₂ of the position control of the second joints", positive;
        friction: 0.8, "1", "friction coefficient between ball and arms";
        smoothing: 0.007, "m", "smoothing length of contact; 0 for none";
        time_step: 0.1, "s", "time step h", positive;
        radius: 0.25, "m", "radius of the ball", positive;
        goal_y: -0.3, "m", "goal of the ball's y";
        goal_z: 0.35, "m", "goal of the ball's z";
        goal_angle: 0.5, "rad", "goal of the ball's angle";
        goal_joint: std::f64::consts::FRAC_PI_4, "rad", "goal of the right joints; that of the left ones is minus this";
        weight_place: 10.0, "1/m2", "cost Q_p of the ball's distance from its goal";
        weight_angle: 10.0, "1/rad2", "cost Q_θ of the ball's angle from its goal";
        weight_joint: 1e-3, "1/rad2", "cost Q_r of the joints' distance from their goals";
        final_factor: 100.0, "1", "how many times the distances count at the end";
        effort: 10.0, "1/rad2", "cost R of the square of each change of a command";
    }
}

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct PlanarHand;

/// The discs of an arm: on which link and how far along it, m.
const DISCS: [On; 6] = [
    On::First(0.0),
    On::First(0.1),
    On::First(0.2),
    On::First(0.3),
    On::Second(0.1),
    On::Second(0.2),
];
/// Radius of the discs, m.
const DISC: f64 = 0.05;
/// Length of the first link, m.
const LINK: f64 = 0.3;
/// Where the bases are on the y axis, m, and the side from which each arm's angles count.
const ARMS: [(f64, f64); 2] = [(-0.1, -1.0), (0.1, 1.0)];
/// Discs of both arms.
const CONTACTS: usize = 2 * DISCS.len();
/// Rows of all contacts.
const ROWS: usize = 2 * CONTACTS;

/// Where each disc and the ball are nearest, with the disc: left arm first.
fn touches<S: Scalar>(p: &Parameters<S>, q: [S; 7]) -> [(Touch<S>, Place<S>); CONTACTS] {
    let [y, z, _, left_1, left_2, right_1, right_2] = q;
    let angles = [[left_1, left_2], [right_1, right_2]];
    let places = [0, 1].map(|arm| {
        let (base, side) = ARMS[arm];
        let arm_of = Arm {
            base: [S::constant(base), S::constant(0.0)],
            side,
            length: S::constant(LINK),
        };
        arm_of.places(angles[arm], DISCS)
    });
    std::array::from_fn(|i| {
        let place = places[i / DISCS.len()][i % DISCS.len()];
        let across = [place.centre[0] - y, place.centre[1] - z];
        let touch = disc_disc(p.radius, S::constant(DISC), across);
        (touch, place)
    })
}

impl PlanarHand {
    /// μ of the barrier, J.
    fn mu<S: Scalar>(p: &Parameters<S>) -> S {
        smoothing::energy(p.smoothing, Self::contact_compliance(p))
    }
}

fn distance<S: Scalar>(p: &Parameters<S>, state: [S; 11]) -> S {
    let [y, z, angle, left_1, left_2, right_1, right_2, ..] = state;
    let place = (y - p.goal_y).square() + (z - p.goal_z).square();
    let off = |angle: S, goal: S| (angle - goal).square();
    let left = off(left_1, -p.goal_joint) + off(left_2, -p.goal_joint);
    let right = off(right_1, p.goal_joint) + off(right_2, p.goal_joint);
    p.weight_place * place
        + p.weight_angle * (angle - p.goal_angle).square()
        + p.weight_joint * (left + right)
}

fn configuration<S: Copy>(state: [S; 11]) -> [S; 7] {
    std::array::from_fn(|i| state[i])
}

impl Dynamics<11, 4> for PlanarHand {
    type Parameters<S: Scalar> = Parameters<S>;

    const NAME: &'static str = "planar-hand";
    const SUMMARY: &'static str =
        "two arms turn and carry a ball: twelve frictional contacts at a time";
    const SOURCE: &'static str = "T-RO 2023 (arXiv 2206.10787), planar hand";
    const STATE: [StateCoordinate; 11] = [
        coordinate("ball_y", "m").at(0.0),
        coordinate("ball_z", "m").at(0.35),
        coordinate("ball_angle", "rad").at(0.0),
        coordinate("left_1", "rad").at(-0.8805),
        coordinate("left_2", "rad").at(-0.6059),
        coordinate("right_1", "rad").at(0.8805),
        coordinate("right_2", "rad").at(0.6059),
        coordinate("last_command_left_1", "rad").following(&[(3, 1.0)]),
        coordinate("last_command_left_2", "rad").following(&[(4, 1.0)]),
        coordinate("last_command_right_1", "rad").following(&[(5, 1.0)]),
        coordinate("last_command_right_2", "rad").following(&[(6, 1.0)]),
    ];
    const CONTROL: [ControlCoordinate; 4] = [
        coordinate("command_left_1", "rad"),
        coordinate("command_left_2", "rad"),
        coordinate("command_right_1", "rad"),
        coordinate("command_right_2", "rad"),
    ];
    const COMMANDED: Option<[usize; 4]> = Some([3, 4, 5, 6]);

    fn advance<S: Scalar>(p: &Parameters<S>, state: [S; 11], u: [S; 4]) -> [S; 11] {
        let (next, _) = Self::step(p, configuration(state), u);
        std::array::from_fn(|i| if i < 7 { next[i] } else { u[i - 7] })
    }

    fn check(p: &Parameters<f64>) -> Result<()> {
        let compliance = Self::contact_compliance(p);
        check_friction(p.friction)?;
        check_smoothing(p.smoothing, smoothing::shortest_in_f32(compliance))
    }
}

impl QuasiDynamic<11, 4, 7, ROWS> for PlanarHand {
    const ROWS_PER_CONTACT: usize = 2;
    const GOAL: [Option<&'static str>; 7] = [
        Some("goal_y"),
        Some("goal_z"),
        Some("goal_angle"),
        None,
        None,
        None,
        None,
    ];

    fn problem<S: Scalar>(p: &Parameters<S>, q: [S; 7], u: [S; 4]) -> Problem<S, 7, ROWS> {
        let zero = S::constant(0.0);
        let (mut gap, mut jacobian) = ([zero; ROWS], [[None; 7]; ROWS]);
        for (i, (touch, place)) in touches(p, q).into_iter().enumerate() {
            let arm = i / DISCS.len();
            let row = |v: [S; 2], joints: [Option<S>; 2]| -> Row<S, 7> {
                let mut row = [None; 7];
                row[..3].copy_from_slice(&touch.by_object(v).map(Some));
                row[3 + 2 * arm..][..2].copy_from_slice(&joints);
                row
            };
            let [along, across] = place.by_joints(&touch);
            let (normal, tangent) = (row(touch.normal, along), row(touch.tangent(), across));
            let (gaps, rows) = touch.rows(p.friction, normal, tangent);
            gap[2 * i..][..2].copy_from_slice(&gaps);
            jacobian[2 * i..][..2].copy_from_slice(&rows);
        }
        let square = p.time_step.square();
        let stiffness = [p.stiffness_1, p.stiffness_2, p.stiffness_1, p.stiffness_2];
        let objects = [p.mass / square, p.mass / square, p.inertia / square];
        let mut problem = Problem {
            stiffness: [zero; 7],
            free: [None; 7],
            gap,
            jacobian,
        };
        problem.stiffness[..3].copy_from_slice(&objects);
        problem.stiffness[3..].copy_from_slice(&stiffness);
        for (i, u) in u.into_iter().enumerate() {
            problem.free[3 + i] = Some(u - q[3 + i]);
        }
        problem
    }

    fn solve<S: Scalar>(p: &Parameters<S>, problem: &Problem<S, 7, ROWS>) -> Step<S, 7, ROWS> {
        Self::solve_with(p, problem, Effort::SINGLE)
    }

    fn solve_with<S: Scalar>(
        p: &Parameters<S>,
        problem: &Problem<S, 7, ROWS>,
        effort: Effort,
    ) -> Step<S, 7, ROWS> {
        many_rows(problem, Self::mu(p), effort)
    }

    fn contact_compliance<S: Scalar>(p: &Parameters<S>) -> S {
        p.time_step.square() / p.mass + S::constant(LINK * LINK) / p.stiffness_1
    }
}

impl Objective<11, 4> for PlanarHand {
    const HORIZON: usize = 20;
    const SIGMA: f64 = 0.02;
    const TUNED: Option<Tuned> = Some(Tuned {
        samples: 200,
        iterations: 60,
        gamma: None,
        radius: 0.5,
    });

    fn stage_cost<S: Scalar>(p: &Parameters<S>, state: [S; 11], u: [S; 4], _time: S) -> S {
        let changes = (0..4).map(|i| (u[i] - state[7 + i]).square());
        let change = changes.fold(S::constant(0.0), |sum, x| sum + x);
        distance(p, state) + p.effort * change
    }

    fn final_cost<S: Scalar>(p: &Parameters<S>, state: [S; 11]) -> S {
        p.final_factor * distance(p, state)
    }
}

/// Metres of arrow for a newton.
const ARROW: f64 = 0.02;

impl Drawn<11, 4> for PlanarHand {
    fn geometry(p: &Parameters<f64>) -> Geometry {
        let goal = [p.goal_y, p.goal_z];
        Geometry {
            axes: [coordinate("y", "m"), coordinate("z", "m")],
            ..Geometry::metres(vec![
                Item::new(Role::Goal, "goal of the ball", circle(goal, p.radius)),
                Item::new(Role::Goal, "", spoke(goal, p.radius, p.goal_angle)),
            ])
        }
    }

    /// The ball with a spoke that shows its angle, the discs and links of both arms, and the force of each disc on the ball.
    fn scene(p: &Parameters<f64>, state: [f64; 11], command: [f64; 4], share: f64) -> Scene {
        let q = configuration(state);
        let ball = [q[0], q[1]];
        let touches = touches(p, q);
        let (_, rows) = Self::step(p, q, command);
        let mut items = vec![
            Item::body(0, "ball", circle(ball, p.radius)).traced(ball),
            Item::new(Role::Body(0), "", spoke(ball, p.radius, q[2])),
        ];
        for arm in touches.chunks(DISCS.len()) {
            let centres: Vec<[f64; 2]> = arm.iter().map(|(_, place)| place.centre).collect();
            items.push(Item::link(centres.clone()));
            for disc in centres {
                let name = if items.len() == 3 { "arms" } else { "" };
                items.push(Item::body(1, name, circle(disc, DISC)));
            }
        }
        for (i, (touch, _)) in touches.iter().enumerate() {
            let force = touch.force_on_object(p.friction, [rows[2 * i], rows[2 * i + 1]]);
            let to = [0, 1].map(|i| ball[i] + touch.lever[i]);
            let from = [0, 1].map(|i| to[i] - ARROW * force[i]);
            let name = if i == 0 { "forces on the ball" } else { "" };
            items.push(Item::new(Role::Link, name, Form::Arrow { from, to }));
        }
        Scene {
            time: share * p.time_step,
            items,
        }
    }
}

fn circle(centre: [f64; 2], radius: f64) -> Form {
    Form::Circle { centre, radius }
}

fn spoke(centre: [f64; 2], radius: f64, angle: f64) -> Form {
    let rim = [libm::cos(angle), libm::sin(angle)];
    Form::Path(vec![centre, [0, 1].map(|i| centre[i] + radius * rim[i])])
}
