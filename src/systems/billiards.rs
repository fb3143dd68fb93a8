//! Billiards: one strike, many impacts.
//!
//! ```text
//!   ┌──────────────────◎ pocket
//!   │            ③     │       balls of radius r and mass m; ① the cue ball, ② the object ball
//!   │        ②         │       balls and cushions push back as springs:
//!   │                  │         F = k · overlap, along the line of centres or off the cushion
//!   │   ①↗             │
//!   └──────────────────┘
//! ```
//!
//!   v⁺ = c v + (h/m) Σ F,   x⁺ = x + h v⁺;   cost |x₂ - pocket|² at the end, plus R |u|² for the strike
//!
//! The strike u is a velocity, given to the cue ball while `ready`, which is 1 before the first step and 0 after it. All other
//! state coordinates are deviations from the start, so the linear policy u = K x strikes by the last column of K, and only
//! those two of its 26 weights have an effect; d does not grow with the horizon. Drag c stops the balls (time constant
//! h/(1 - c)), so the end is nearly rest.
//!
//! Every impact multiplies a deviation of the direction by about distance/(2r): the cost over the strike is the more rugged the
//! more impacts there are, and smoothing shows its use. Units: SI. Three balls that touch each other swing with
//! ω² = 3k/m, and the step is stable for (h ω)² < 4; the warning comes at 2, where an impact lasts two steps.

use crate::number::Scalar;
use crate::parameters;
use crate::system::policy::Policy;
use crate::system::scene::{Form, Geometry, Item, Role, Scene};
use crate::system::{
    ControlCoordinate, Drawn, Dynamics, Objective, Published, StateCoordinate, Tuned, coordinate,
};

/// Centres of the balls before the strike, m; the cue ball first.
pub const START: [[f64; 2]; 3] = [[0.25, 0.25], [0.55, 0.52], [0.8, 0.75]];

parameters! {
    /// Table, balls, time step and cost.
    pub struct Parameters {
        stiffness: 1e4, "N/m", "stiffness k of balls and cushions";
        mass: 0.17, "kg", "mass m of a ball", positive;
        radius: 0.03, "m", "radius r of a ball", positive;
        table: 1.0, "m", "side of the table, whose corner is the origin", positive;
        damping: 0.996, "1", "factor c on the velocities per step";
        time_step: 0.002, "s", "time step h", positive;
        pocket_x: 0.97, "m", "pocket across";
        pocket_y: 0.97, "m", "pocket along";
        weight: 1.0, "1/m2", "cost of the object ball's distance from the pocket at the end";
        effort: 1e-3, "s2/m2", "cost R of the strike";
    }
}

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct Billiards;

/// Force on a ball from the spring between it and another, from the vector to the other.
fn between<S: Scalar>(p: &Parameters<S>, [x, y]: [S; 2]) -> [S; 2] {
    let distance = S::norm([x, y]).named("distance");
    let overlap = (p.radius * 2.0 - distance).max(S::constant(0.0));
    let push = -(p.stiffness * overlap).safe_divide(distance);
    [push * x, push * y]
}

/// Force from the two cushions across one axis.
fn cushions<S: Scalar>(p: &Parameters<S>, position: S) -> S {
    let zero = S::constant(0.0);
    let low = (p.radius - position).max(zero);
    let high = (position - (p.table - p.radius)).max(zero);
    p.stiffness * (low - high)
}

fn positions<S: Scalar>(state: [S; 13]) -> [[S; 2]; 3] {
    std::array::from_fn(|ball| {
        std::array::from_fn(|axis| state[2 * ball + axis] + START[ball][axis])
    })
}

impl Dynamics<13, 2> for Billiards {
    type Parameters<S: Scalar> = Parameters<S>;

    const NAME: &'static str = "billiards";
    const SUMMARY: &'static str =
        "one strike, many impacts: a rugged cost that smoothing makes passable";
    const SOURCE: &'static str = "penalty springs between discs and cushions";
    const STATE: [StateCoordinate; 13] = [
        coordinate("cue_x", "m").at(0.0),
        coordinate("cue_y", "m").at(0.0),
        coordinate("object_x", "m").at(0.0),
        coordinate("object_y", "m").at(0.0),
        coordinate("third_x", "m").at(0.0),
        coordinate("third_y", "m").at(0.0),
        coordinate("cue_velocity_x", "m/s").at(0.0),
        coordinate("cue_velocity_y", "m/s").at(0.0),
        coordinate("object_velocity_x", "m/s").at(0.0),
        coordinate("object_velocity_y", "m/s").at(0.0),
        coordinate("third_velocity_x", "m/s").at(0.0),
        coordinate("third_velocity_y", "m/s").at(0.0),
        coordinate("ready", "1").at(1.0),
    ];
    const CONTROL: [ControlCoordinate; 2] =
        [coordinate("strike_x", "m/s"), coordinate("strike_y", "m/s")];
    const POLICY: Policy = Policy::Linear;

    fn advance<S: Scalar>(p: &Parameters<S>, state: [S; 13], strike: [S; 2]) -> [S; 13] {
        let at = positions(state);
        let mut force = at.map(|ball| ball.map(|x| cushions(p, x)));
        for (i, j) in [(0, 1), (0, 2), (1, 2)] {
            let push = between(p, [at[j][0] - at[i][0], at[j][1] - at[i][1]]);
            for axis in 0..2 {
                force[i][axis] = force[i][axis] + push[axis];
                force[j][axis] = force[j][axis] - push[axis];
            }
        }
        let gain = (p.time_step / p.mass).named("gain");
        let ready = state[12];
        let mut next = state;
        for k in 0..6 {
            let (ball, axis) = (k / 2, k % 2);
            let struck = match ball {
                0 => state[6 + k] + ready * strike[axis],
                _ => state[6 + k],
            };
            next[6 + k] = p.damping * struck + gain * force[ball][axis];
            next[k] = state[k] + p.time_step * next[6 + k];
        }
        next[12] = S::constant(0.0);
        next
    }

    fn warning(p: &Parameters<f64>) -> Option<String> {
        let limit = 2.0 * p.mass / (3.0 * p.time_step.powi(2));
        (p.stiffness >= limit).then(|| {
            format!(
                "stiffness {} is beyond the limit 2m/(3h^2) = {limit}: impacts last less than two steps and \
                 what follows is the integrator, not physics",
                p.stiffness
            )
        })
    }
}

impl Objective<13, 2> for Billiards {
    const HORIZON: usize = 250;
    const START: f64 = 0.7;
    const SIGMA: f64 = 0.05;
    const PUBLISHED: Option<Published> = Some(Published {
        samples: 200,
        step: 0.01,
        step_decay: 0.0,
        iterations: 200,
        gamma: 10.0,
        bound: 100.0,
    });
    const TUNED: Option<Tuned> = Some(Tuned {
        samples: 500,
        iterations: 60,
        gamma: None,
        radius: 0.05,
    });

    fn stage_cost<S: Scalar>(p: &Parameters<S>, state: [S; 13], [x, y]: [S; 2], _time: S) -> S {
        p.effort * state[12] * (x.square() + y.square())
    }

    fn final_cost<S: Scalar>(p: &Parameters<S>, state: [S; 13]) -> S {
        let [_, [x, y], _] = positions(state);
        p.weight * ((x - p.pocket_x).square() + (y - p.pocket_y).square())
    }
}

impl Drawn<13, 2> for Billiards {
    fn geometry(p: &Parameters<f64>) -> Geometry {
        let side = p.table;
        let cushions = vec![[0.0, 0.0], [side, 0.0], [side; 2], [0.0, side], [0.0; 2]];
        let pocket = Form::Point([p.pocket_x, p.pocket_y]);
        Geometry::metres(vec![
            Item::new(Role::Fixed, "", Form::Path(cushions)),
            Item::new(Role::Goal, "pocket", pocket),
        ])
    }

    /// Balls of their radius, and the strike as an arrow as long as the cue ball's way in 0.2 s.
    fn scene(p: &Parameters<f64>, state: [f64; 13], strike: [f64; 2], share: f64) -> Scene {
        let at = positions(state);
        let radius = p.radius;
        let mut items: Vec<Item> = ["cue ball", "object ball", "third ball"]
            .into_iter()
            .zip(at)
            .enumerate()
            .map(|(number, (name, centre))| {
                Item::body(number, name, Form::Circle { centre, radius }).traced(centre)
            })
            .collect();
        let from = at[0];
        let to = [0, 1].map(|axis| from[axis] + 0.2 * state[12] * strike[axis]);
        items.push(Item::new(Role::Link, "strike", Form::Arrow { from, to }));
        Scene {
            time: share * p.time_step,
            items,
        }
    }
}
