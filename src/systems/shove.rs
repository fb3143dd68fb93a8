//! Shove: a box that cannot turn runs past another box, or into it.
//!
//! ```text
//!              ┌─────┐
//!              │  B  │ free, slides and turns
//!   ┌─────┐    │     │
//!   │  A  │ →  └─────┘
//!   └─────┘  moves at 1 m/s, forces u on it
//!      goal of B: 0.2 m further right
//! ```
//!
//!   m v' = contact force + u - c v for A, m v' = contact force - c v and I ω' = contact moment - c I ω/m for B, seen from above
//!   cost = w (x_B - goal)² at the end + R Σ |u|²
//!
//! A's place across the way decides whether it catches B's corner. Where it catches little, contact at points has a normal
//! that turns by 90 degrees as the overlap across exceeds that along the way: the cost jumps, and the first-order gradient
//! misses most of its slope with an error bar that says nothing of it. By pressure the cost is continuous.
//!
//! SI units; the horizon is 0.4 s; d = 2 H. Own example, after MIT 6.8210.

use super::choice::{Choice, Material, name_of};
use crate::contact::{Body, Friction, Immersion, Pose, Shape, Twist, immersion, wrench};
use crate::number::Scalar;
use crate::parameters;
use crate::system::scene::{Form, Geometry, Item, Role, Scene};
use crate::system::{
    ControlCoordinate, Drawn, Dynamics, Objective, StateCoordinate, Tuned, coordinate,
};
use std::marker::PhantomData;

parameters! {
    /// Boxes, contact law, goal, cost and time step.
    pub struct Parameters {
        pusher_mass: 1.0, "kg", "mass of the box that pushes", positive;
        mass: 1.0, "kg", "mass of the box that is pushed", positive;
        size: 0.1, "m", "side of both boxes", positive;
        drag: 1.0, "N s/m", "drag c of the floor on each box";
        stiffness: 5e4, "N/m3", "slope k of the pressure field; both soft are as stiff together", positive;
        slope_ratio: 1.0, "1", "slope of the pushing box over that of the other, both soft", positive;
        point_stiffness: 5e3, "N/m", "stiffness k1 of one point; each of two points has half of it", positive;
        dissipation: 0.3, "s/m", "dissipation D after Hunt and Crossley";
        friction: 0.2, "1", "coefficient of friction between the boxes";
        slip_speed: 0.1, "m/s", "slip speed that regularises friction", positive;
        goal: 0.2, "m", "goal of the box that is pushed";
        weight: 100.0, "1/m2", "cost w of its distance from the goal";
        effort: 1e-6, "1/N2", "cost R of the forces";
        time_step: 0.004, "s", "time step h", positive;
    }
}

/// See the module.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shove<C>(PhantomData<C>);

/// The box that pushes and the one that is pushed.
fn bodies<S: Scalar>(p: &Parameters<S>, state: [S; 10]) -> [Body<S>; 2] {
    let [ax, ay, avx, avy, bx, by, angle, bvx, bvy, spin] = state;
    let half = p.size * 0.5;
    let pusher = Body {
        shape: Shape::rectangle(half, half),
        pose: Pose::upright(ax, ay),
        twist: Twist::new(avx, avy, S::constant(0.0)),
    };
    let pushed = Body {
        shape: Shape::rectangle(half, half),
        pose: Pose::new(bx, by, angle),
        twist: Twist::new(bvx, bvy, spin),
    };
    [pusher, pushed]
}

impl<C: Choice> Dynamics<10, 2> for Shove<C> {
    type Parameters<S: Scalar> = Parameters<S>;

    const NAME: &'static str = "shove";
    const SUMMARY: &'static str = "a box runs past another or into it, seen from above";
    const SOURCE: &'static str = "own example: two boxes in open loop";
    const CONTACT: Option<&'static str> = Some(name_of(C::MODEL));
    const STATE: [StateCoordinate; 10] = [
        coordinate("pusher_x", "m").at(-0.15),
        coordinate("pusher_y", "m").at(-0.09),
        coordinate("pusher_velocity_x", "m/s").at(1.0),
        coordinate("pusher_velocity_y", "m/s").at(0.0),
        coordinate("box_x", "m").at(0.0),
        coordinate("box_y", "m").at(0.0),
        coordinate("box_angle", "rad").at(-0.05),
        coordinate("box_velocity_x", "m/s").at(0.0),
        coordinate("box_velocity_y", "m/s").at(0.0),
        coordinate("box_spin", "rad/s").at(0.0),
    ];
    const CONTROL: [ControlCoordinate; 2] =
        [coordinate("force_x", "N"), coordinate("force_y", "N")];

    fn advance<S: Scalar>(
        p: &Parameters<S>,
        state: [S; 10],
        [force_x, force_y]: [S; 2],
    ) -> [S; 10] {
        let [ax, ay, avx, avy, bx, by, angle, bvx, bvy, spin] = state;
        let [pusher, pushed] = bodies(p, state);
        let elastic = Material::elastic(p.stiffness, p.slope_ratio, p.point_stiffness);
        let material = Material {
            dissipation: Some(p.dissipation),
            friction: Some(Friction {
                coefficient: p.friction,
                slip_speed: p.slip_speed,
            }),
            ..elastic
        };
        let touch = wrench(C::MODEL, &pusher, &pushed, &material.law(C::MODEL));
        let h = p.time_step;
        let push = touch.on_b.force;
        let inertia = p.mass * p.size.square() * (1.0 / 6.0);
        let of_pusher =
            |force: S, velocity: S| velocity + h / p.pusher_mass * (force - p.drag * velocity);
        let of_box = |force: S, velocity: S| velocity + h / p.mass * (force - p.drag * velocity);
        let avx = of_pusher(force_x - push.x.named("push_x"), avx).named("pusher_velocity_x");
        let avy = of_pusher(force_y - push.y.named("push_y"), avy).named("pusher_velocity_y");
        let bvx = of_box(push.x, bvx).named("box_velocity_x");
        let bvy = of_box(push.y, bvy).named("box_velocity_y");
        let slowed = spin - h * p.drag / p.mass * spin;
        let spin = (slowed + h * touch.on_b.moment.named("moment") / inertia).named("box_spin");
        [
            ax + h * avx,
            ay + h * avy,
            avx,
            avy,
            bx + h * bvx,
            by + h * bvy,
            angle + h * spin,
            bvx,
            bvy,
            spin,
        ]
    }

    fn warning(p: &Parameters<f64>) -> Option<String> {
        let stiffest = p.point_stiffness.max(p.stiffness * p.size);
        // Both masses are in series, and the corner of a box is lighter than the box.
        let product = p.time_step * (stiffest * (4.0 / p.mass + 1.0 / p.pusher_mass)).sqrt();
        (product >= 2.0).then(|| {
            format!(
                "h sqrt(k w (4/m_B + 1/m_A)) = {product:.3} is beyond the stability limit 2 of the explicit step: what \
                 follows is the integrator blowing up, not physics"
            )
        })
    }

    fn immersion(p: &Parameters<f64>, state: [f64; 10], _control: [f64; 2]) -> Option<Immersion> {
        let [a, b] = bodies(p, state);
        immersion(C::MODEL, &a, &b)
    }
}

impl<C: Choice> Objective<10, 2> for Shove<C> {
    const HORIZON: usize = 100;
    const SIGMA: f64 = 0.5;
    const TUNED: Option<Tuned> = Some(Tuned {
        samples: 200,
        iterations: 40,
        gamma: None,
        radius: 2.0,
    });

    fn stage_cost<S: Scalar>(p: &Parameters<S>, _state: [S; 10], [x, y]: [S; 2], _time: S) -> S {
        p.effort * (x.square() + y.square())
    }

    fn final_cost<S: Scalar>(p: &Parameters<S>, state: [S; 10]) -> S {
        p.weight * (state[4] - p.goal).square()
    }
}

impl<C: Choice> Drawn<10, 2> for Shove<C> {
    fn geometry(p: &Parameters<f64>) -> Geometry {
        Geometry::metres(vec![Item::new(Role::Goal, "goal", Form::Vertical(p.goal))])
    }

    fn scene(p: &Parameters<f64>, state: [f64; 10], _force: [f64; 2], share: f64) -> Scene {
        let [pusher, pushed] = bodies(p, state);
        Scene {
            time: share * p.time_step,
            items: vec![
                Item::body(0, "pusher", Form::of(&pusher)).traced([state[0], state[1]]),
                Item::body(1, "box", Form::of(&pushed)).traced([state[4], state[5]]),
            ],
        }
    }
}
