//! Friction: one body carries another, as long as it stays under it.
//!
//! ```text
//!              ┌───┐
//!              │ 2 │              friction acts only when |x₂ - x₁| < .1 m
//!        u →  ┌┴───┴┐
//!       ─────▶│  1  │
//!   ──────────┴─────┴──────────────▶ x [m]
//! ```
//!
//!   friction force  s = clamp(b (v₂ - v₁), -s_max, s_max) on body 1 and -s on body 2 in contact, else 0
//!   v₁⁺ = v₁ + (h/m)(u + s),   v₂⁺ = v₂ - (h/m) s,   x⁺ = x + h v⁺
//!   cost as in `pushing`, goal (2, 2, 0, 0)
//!
//! The state is (x₁, offset, v₁, slip) with offset = x₂ - x₁ and slip = v₂ - v₁, so that what the comparisons look at is
//! integrated itself and not a difference of larger numbers: as in `pushing`, fewer samples then come so near to
//! another branch that f32 and f64 may differ (of 8192 samples at the start 3 instead of 62).
//!
//! Control u, SI units. The force jumps where contact is lost, so that the first-order estimate is biased.
//! Source: ICML 2022 (arXiv 2202.00817), friction.

use crate::number::{Mask, Scalar};
use crate::parameters;
use crate::system::scene::{Form, Geometry, Item, Role, Scene};
use crate::system::{
    ControlCoordinate, Drawn, Dynamics, Objective, Published, StateCoordinate, Tuned, coordinate,
};

parameters! {
    /// Masses, friction, time step and cost.
    pub struct Parameters {
        viscosity: 1.8, "N s/m", "friction force b per relative velocity";
        force_limit: 0.18, "N", "largest friction force";
        contact_range: 0.1, "m", "distance below which the bodies touch";
        mass: 0.1, "kg", "mass m of each body", positive;
        time_step: 0.005, "s", "time step h", positive;
        goal_1: 2.0, "m", "goal of body 1";
        goal_2: 2.0, "m", "goal of body 2";
        weight_1: 0.1, "1/m2", "cost of body 1's distance, and in s2/m2 of both velocities";
        weight_2: 10.0, "1/m2", "cost of body 2's distance";
        effort: 1.0, "1/N2", "cost of the control";
    }
}

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct Friction;

/// The contact range; bodies that never touch are drawn all the same.
fn drawn_range(p: &Parameters<f64>) -> f64 {
    match p.contact_range > 0.0 {
        true => p.contact_range,
        false => 0.1,
    }
}

impl Dynamics<4, 1> for Friction {
    type Parameters<S: Scalar> = Parameters<S>;

    const NAME: &'static str = "friction";
    const SUMMARY: &'static str =
        "one body carries another by friction and must not slip away under it";
    const SOURCE: &'static str = "ICML 2022 (arXiv 2202.00817), friction";
    const STATE: [StateCoordinate; 4] = [
        coordinate("position_1", "m").at(0.0),
        coordinate("offset", "m").at(0.0),
        coordinate("velocity_1", "m/s").at(0.0),
        coordinate("slip", "m/s").at(0.0),
    ];
    const CONTROL: [ControlCoordinate; 1] = [coordinate("force", "N")];

    fn warning(p: &Parameters<f64>) -> Option<String> {
        // slip⁺ = (1 - 2 h b/m) slip while the friction is below its limit, and nothing bounds the derivative.
        let limit = p.mass / p.time_step;
        (p.viscosity >= limit).then(|| {
            format!(
                "viscosity {} is beyond the stability limit mass / time_step = {limit} of the step: while the friction is below its \
                 limit the slip changes sign and grows, which is the integrator and not physics",
                p.viscosity
            )
        })
    }

    fn advance<S: Scalar>(
        p: &Parameters<S>,
        [position_1, offset, velocity_1, slip]: [S; 4],
        [force]: [S; 1],
    ) -> [S; 4] {
        // Two comparisons, not |offset|: the kink of the absolute value at 0 would count as a branch.
        let touching = offset
            .less(p.contact_range)
            .and((-offset).less(p.contact_range));
        let friction = (p.viscosity * slip).clamp_symmetric(p.force_limit);
        let friction_force =
            S::select(touching, friction, S::constant(0.0)).named("friction_force");
        let gain = (p.time_step / p.mass).named("gain");
        let velocity_1 = (velocity_1 + gain * (force + friction_force)).named("velocity_1");
        let slip = (slip - gain * (force + friction_force * 2.0)).named("slip");
        [
            position_1 + p.time_step * velocity_1,
            offset + p.time_step * slip,
            velocity_1,
            slip,
        ]
    }
}

impl Objective<4, 1> for Friction {
    const HORIZON: usize = 400;
    const SIGMA: f64 = 0.1;
    const PUBLISHED: Option<Published> = Some(Published {
        samples: 10,
        step: 1e-4,
        step_decay: 0.0,
        iterations: 100,
        gamma: 2e4,
        bound: 100.0,
    });
    const TUNED: Option<Tuned> = Some(Tuned {
        samples: 200,
        iterations: 100,
        gamma: Some(1e4),
        radius: 1.0,
    });

    fn stage_cost<S: Scalar>(p: &Parameters<S>, state: [S; 4], [force]: [S; 1], _time: S) -> S {
        Self::final_cost(p, state) + p.effort * force.square()
    }

    fn final_cost<S: Scalar>(
        p: &Parameters<S>,
        [position_1, offset, velocity_1, slip]: [S; 4],
    ) -> S {
        let position_2 = (position_1 + offset).named("position_2");
        let velocity_2 = (velocity_1 + slip).named("velocity_2");
        let speed_squared = velocity_1.square() + velocity_2.square();
        p.weight_1 * ((position_1 - p.goal_1).square() + speed_squared)
            + p.weight_2 * (position_2 - p.goal_2).square()
    }
}

impl Drawn<4, 1> for Friction {
    fn geometry(p: &Parameters<f64>) -> Geometry {
        let goal = |name, at| Item::new(Role::Goal, name, Form::Vertical(at));
        Geometry {
            spread: [0.0, -2.4 * drawn_range(p)],
            ..Geometry::metres(vec![
                Item::new(Role::Fixed, "", Form::Ground(0.0)),
                goal("goal of 1", p.goal_1),
                goal("goal of 2", p.goal_2),
            ])
        }
    }

    /// The half widths of both bodies add up to the contact range: body 2 stands over body 1 exactly while they touch. Away
    /// from it body 2 glides on at its height, as in the equations.
    fn scene(
        p: &Parameters<f64>,
        [position_1, offset, ..]: [f64; 4],
        _force: [f64; 1],
        share: f64,
    ) -> Scene {
        let range = drawn_range(p);
        let height = 0.7 * range;
        let body = |number, name, x: f64, width: f64| {
            let (centre, size, angle) = (
                [x, (number as f64 + 0.5) * height],
                [width * range, height],
                0.0,
            );
            let form = Form::Rectangle {
                centre,
                size,
                angle,
            };
            Item::body(number, name, form).traced(centre)
        };
        Scene {
            time: share * p.time_step,
            items: vec![
                body(0, "body 1", position_1, 1.3),
                body(1, "body 2", position_1 + offset, 0.7),
            ],
        }
    }
}
