//! Roomba: a point among discs; a step that would end in a disc is not made.
//!
//! ```text
//!        × goal (0, 4)
//!     o  ◯
//!       ◯          x⁺ = x + h u, unless x + h u lies in a disc: then x⁺ = x
//!     ◯ o ◯
//!       o
//!        • start (0, 0)
//! ```
//!
//!   cost Σ (x - x_g)'(x - x_g) + R u'u, and w |x - x_g|² at the end, plus 100 if the last step was blocked
//!
//! The control u is a velocity. The third state coordinate, `blocked`, is 1 after a step that was not made and 0 after one
//! that was, so that the end knows of it. A blocked step jumps in value and its control has no derivative: the
//! first-order estimate does not see that there is a way around.
//!
//! Units: m, s. Source: ICML 2022 (arXiv 2202.00817), the obstacle course; discs and settings as published.

use crate::number::{Mask, Scalar};
use crate::parameters;
use crate::system::scene::{Form, Geometry, Item, Role, Scene};
use crate::system::{
    ControlCoordinate, Drawn, Dynamics, Objective, Published, StateCoordinate, Tuned, coordinate,
};

/// Centre and radius of each disc, m.
pub const DISCS: [[f64; 3]; 7] = [
    [-0.2, 0.5, 0.2],
    [0.5, 1.2, 0.2],
    [0.0, 2.3, 0.3],
    [0.4, 3.2, 0.5],
    [-0.8, 3.8, 0.1],
    [-1.0, 1.0, 0.5],
    [0.0, 1.5, 0.2],
];

parameters! {
    /// Time step and cost.
    pub struct Parameters {
        time_step: 0.01, "s", "time step h", positive;
        goal_x: 0.0, "m", "goal across";
        goal_y: 4.0, "m", "goal along";
        weight: 1.0, "1/m2", "cost of the distance at each step";
        final_weight: 10.0, "1/m2", "cost w of the distance at the end";
        effort: 0.001, "s2/m2", "cost R of the control";
        collision_cost: 100.0, "1", "cost of a last step that was blocked";
    }
}

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct Roomba;

/// Whether the point is in a disc.
pub fn in_a_disc<S: Scalar>(x: S, y: S) -> S::Mask {
    let inside = |[cx, cy, r]: [f64; 3]| {
        let distance2 = (x - cx).square() + (y - cy).square();
        distance2.less_equal(S::constant(r * r))
    };
    let [first, rest @ ..] = DISCS;
    rest.iter()
        .fold(inside(first), |any, disc| any.or(inside(*disc)))
}

impl Dynamics<3, 2> for Roomba {
    type Parameters<S: Scalar> = Parameters<S>;

    const NAME: &'static str = "roomba";
    const SUMMARY: &'static str =
        "a point finds its way among discs that stop it: a jump with no derivative";
    const SOURCE: &'static str = "ICML 2022 (arXiv 2202.00817), obstacle course";
    const STATE: [StateCoordinate; 3] = [
        coordinate("position_x", "m").at(0.0),
        coordinate("position_y", "m").at(0.0),
        coordinate("blocked", "1").at(0.0),
    ];
    const CONTROL: [ControlCoordinate; 2] = [
        coordinate("velocity_x", "m/s"),
        coordinate("velocity_y", "m/s"),
    ];

    fn advance<S: Scalar>(
        p: &Parameters<S>,
        [x, y, _]: [S; 3],
        [velocity_x, velocity_y]: [S; 2],
    ) -> [S; 3] {
        let next_x = (x + p.time_step * velocity_x).named("next_x");
        let next_y = (y + p.time_step * velocity_y).named("next_y");
        let blocked = in_a_disc(next_x, next_y).named("blocked");
        [
            S::select(blocked, x, next_x),
            S::select(blocked, y, next_y),
            S::select(blocked, S::constant(1.0), S::constant(0.0)),
        ]
    }
}

impl Objective<3, 2> for Roomba {
    const HORIZON: usize = 200;
    const START: f64 = 0.01;
    const SIGMA: f64 = 0.05;
    const PUBLISHED: Option<Published> = Some(Published {
        samples: 500,
        step: 0.01,
        step_decay: 0.0,
        iterations: 500,
        gamma: 150.0,
        bound: 10.0,
    });
    const TUNED: Option<Tuned> = Some(Tuned {
        samples: 2000,
        iterations: 500,
        gamma: Some(10.0),
        radius: 1.0,
    });

    fn stage_cost<S: Scalar>(
        p: &Parameters<S>,
        [x, y, _]: [S; 3],
        [velocity_x, velocity_y]: [S; 2],
        _time: S,
    ) -> S {
        let distance2 = (x - p.goal_x).square() + (y - p.goal_y).square();
        p.weight * distance2 + p.effort * (velocity_x.square() + velocity_y.square())
    }

    fn final_cost<S: Scalar>(p: &Parameters<S>, [x, y, blocked]: [S; 3]) -> S {
        let distance2 = (x - p.goal_x).square() + (y - p.goal_y).square();
        p.final_weight * distance2 + p.collision_cost * blocked
    }
}

impl Drawn<3, 2> for Roomba {
    fn geometry(p: &Parameters<f64>) -> Geometry {
        let disc = |&[x, y, radius]: &[f64; 3]| {
            let centre = [x, y];
            Item::new(Role::Fixed, "", Form::Circle { centre, radius })
        };
        let goal = Form::Point([p.goal_x, p.goal_y]);
        let discs = DISCS.iter().map(disc);
        let all = discs.chain([Item::new(Role::Goal, "goal", goal)]);
        Geometry::metres(all.collect())
    }

    /// The point; after a step that was not made it is in trouble.
    fn scene(
        p: &Parameters<f64>,
        [x, y, blocked]: [f64; 3],
        _velocity: [f64; 2],
        share: f64,
    ) -> Scene {
        let role = match blocked > 0.5 {
            true => Role::Alert,
            false => Role::Body(0),
        };
        Scene {
            time: share * p.time_step,
            items: vec![Item::new(role, "robot", Form::Point([x, y])).traced([x, y])],
        }
    }
}
