//! Block and wall: a pusher moves a block along a line, until both are pressed against a wall.
//!
//! ```text
//!      ┌───┐       ┌────────┐        ▐
//!  u ~~│ p │ gap   │ block  │  gap   ▐         spring K from the pusher to its command u
//!   ───┴───┴───────┴────────┴────────▐──▶ x [m]
//!          pusher   block (its left side)   wall - width
//! ```
//!
//! Two rows: r₁ = block - pusher, r₂ = wall - width - block. With W = 1/K + h²/m of the first and D the gap there if the
//! pusher went where it is commanded to, far from the wall the gap after a step is (D + √(D² + 4 W μ))/2, the force
//! μ/gap, and the block moves by force h²/m. The smoothing length is l = √(2 W μ).
//!
//! cost Σ R (uₜ - uₜ₋₁)² + Q (block - goal)², the latter also at the end, `final_factor` times; u₋₁ is the pusher's start.
//! The rows of contact are after Pang, Suh, Yang, Tedrake, T-RO 2023 (arXiv 2206.10787); the task is ours.

use crate::contact::quasidynamic::smoothing::Smoothing;
use crate::contact::quasidynamic::{Problem, Step, two_rows_under};
use crate::error::Result;
use crate::number::Scalar;
use crate::parameters;
use crate::system::quasidynamic::{QuasiDynamic, check_law, check_smoothing};
use crate::system::scene::{Form, Geometry, Item, Role, Scene};
use crate::system::{
    ControlCoordinate, Drawn, Dynamics, Objective, StateCoordinate, Tuned, coordinate,
};

parameters! {
    /// Pusher, block, wall and cost.
    pub struct Parameters {
        mass: 5.0, "kg", "mass m of the block", positive;
        stiffness: 100.0, "N/m", "stiffness K of the pusher's position control", positive;
        smoothing: 0.0155, "m", "smoothing length of contact; 0 for none";
        short_tailed: 0.0, "1", "1 for short-tailed contact, smoothed as by logistic noise; 0 for the barrier";
        time_step: 0.1, "s", "time step h", positive;
        room: 0.5, "m", "place of the block's left side where it touches the wall";
        goal: 0.3, "m", "goal of the block's left side";
        weight: 20.0, "1/m2", "cost Q of the block's distance from its goal";
        final_factor: 100.0, "1", "how many times that counts at the end";
        effort: 10.0, "1/m2", "cost R of the square of each change of the command";
    }
}

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct BlockWall;

impl Dynamics<3, 1> for BlockWall {
    type Parameters<S: Scalar> = Parameters<S>;

    const NAME: &'static str = "block-wall";
    const SUMMARY: &'static str =
        "a pusher moves a block towards a wall, with smoothed contact at both";
    const SOURCE: &'static str =
        "contact after T-RO 2023 (arXiv 2206.10787); cost and sizes are ours";
    const STATE: [StateCoordinate; 3] = [
        coordinate("block", "m").at(0.1),
        coordinate("pusher", "m").at(0.0),
        coordinate("last_command", "m").following(&[(1, 1.0)]),
    ];
    const CONTROL: [ControlCoordinate; 1] = [coordinate("command", "m")];
    const COMMANDED: Option<[usize; 1]> = Some([1]);

    fn advance<S: Scalar>(p: &Parameters<S>, [block, pusher, _]: [S; 3], u: [S; 1]) -> [S; 3] {
        let ([block, pusher], _) = Self::step(p, [block, pusher], u);
        [block.named("block"), pusher.named("pusher"), u[0]]
    }

    fn check(p: &Parameters<f64>) -> Result<()> {
        check_smoothing(p.smoothing, 0.0)?;
        check_law(p.short_tailed)
    }
}

fn smoothing<S: Scalar>(p: &Parameters<S>) -> Smoothing<S> {
    Smoothing {
        length: p.smoothing,
        compliance: BlockWall::contact_compliance(p),
        short_tailed: p.short_tailed,
    }
}

impl QuasiDynamic<3, 1, 2, 2> for BlockWall {
    const ROWS_PER_CONTACT: usize = 1;
    const GOAL: [Option<&'static str>; 2] = [Some("goal"), None];

    fn problem<S: Scalar>(
        p: &Parameters<S>,
        [block, pusher]: [S; 2],
        [command]: [S; 1],
    ) -> Problem<S, 2, 2> {
        let one = S::constant(1.0);
        Problem {
            stiffness: [p.mass / p.time_step.square(), p.stiffness],
            free: [None, Some(command - pusher)],
            gap: [block - pusher, p.room - block],
            jacobian: [[Some(one), Some(-one)], [Some(-one), None]],
        }
    }

    fn solve<S: Scalar>(p: &Parameters<S>, problem: &Problem<S, 2, 2>) -> Step<S, 2, 2> {
        two_rows_under(problem, &smoothing(p))
    }

    fn contact_compliance<S: Scalar>(p: &Parameters<S>) -> S {
        S::constant(1.0) / p.stiffness + p.time_step.square() / p.mass
    }
}

impl Objective<3, 1> for BlockWall {
    const HORIZON: usize = 20;
    const SIGMA: f64 = 0.02;
    const TUNED: Option<Tuned> = Some(Tuned {
        samples: 200,
        iterations: 60,
        gamma: None,
        radius: 0.2,
    });

    fn stage_cost<S: Scalar>(
        p: &Parameters<S>,
        [block, _, last]: [S; 3],
        [command]: [S; 1],
        _time: S,
    ) -> S {
        p.effort * (command - last).square() + p.weight * (block - p.goal).square()
    }

    fn final_cost<S: Scalar>(p: &Parameters<S>, [block, ..]: [S; 3]) -> S {
        p.final_factor * p.weight * (block - p.goal).square()
    }
}

/// Metres of arrow for a newton.
const ARROW: f64 = 0.01;
/// Width and height of the block as drawn, m; the pusher is a fifth as wide.
const SIZE: [f64; 2] = [0.1, 0.06];

impl Drawn<3, 1> for BlockWall {
    fn geometry(p: &Parameters<f64>) -> Geometry {
        Geometry {
            spread: [0.0, -1.5 * SIZE[1]],
            ..Geometry::metres(vec![
                Item::new(Role::Fixed, "wall", Form::Vertical(p.room + SIZE[0])),
                Item::new(Role::Goal, "goal of the block", Form::Vertical(p.goal)),
            ])
        }
    }

    /// Block and pusher, the command, and the forces on the block: of the pusher from the left, of the wall from the right.
    fn scene(
        p: &Parameters<f64>,
        [block, pusher, _]: [f64; 3],
        [command]: [f64; 1],
        share: f64,
    ) -> Scene {
        let (_, [by_pusher, by_wall]) = Self::step(p, [block, pusher], [command]);
        let middle = SIZE[1] / 2.0;
        // Their paths are those of the coordinates: the left side of the block, and the pusher's right one.
        let body = |number, name, left: f64, width: f64, at: f64| {
            let centre = [left + width / 2.0, middle];
            let form = Form::Rectangle {
                centre,
                size: [width, SIZE[1]],
                angle: 0.0,
            };
            Item::body(number, name, form).traced([at, middle])
        };
        let arrow = |name, tip: f64, force: f64| {
            let (from, to) = ([tip - ARROW * force, middle], [tip, middle]);
            Item::new(Role::Link, name, Form::Arrow { from, to })
        };
        let side = 0.2 * SIZE[0];
        Scene {
            time: share * p.time_step,
            items: vec![
                body(0, "block", block, SIZE[0], block),
                body(1, "pusher", pusher - side, side, pusher),
                Item::new(Role::Goal, "command", Form::Point([command, middle])),
                arrow("forces on the block", block, by_pusher),
                arrow("", block + SIZE[0], -by_wall),
            ],
        }
    }
}
