//! Corner: a box comes down on the corner of another, and is thrown back or passes by.
//!
//! ```text
//!        ┌─────────┐
//!        │    ↓ v  │ A moves, but does not turn
//!        └─────────┘
//!              ┌───┼──────┐
//!              │ θ │      │ B stands: its corner is at (0, 0)
//! ```
//!
//!   A's lower right corner is at (x + θ, y), so that the overlap is dx = x + θ across and dy = -y upwards
//!   m v' = contact force, x⁺ = x + h v⁺; no gravity, no friction
//!   cost = the vertical velocity at the end: -1 where A passed by, +1 where it was thrown back
//!
//! One number θ, held over all steps, decides. Of rigid bodies f would jump from -1 to +1 at θ = 0: that is physical, a
//! corner case. What a contact model makes of it is not:
//!
//! | model | f(θ), in lengths L | jumps |
//! |---|---|---|
//! | `point`, L = v √(m/k₁) | -√(1 - θ²) for 0 < θ < L, then +1 | by 1 at θ = L, where the normal turns |
//! | `vertices`, `manifold`, L = v √(m/(2 k₂)) | the same | the same |
//! | `rigid-soft`, `soft-soft`, L = (m v²/k)^⅓ | f(½) = -0.84008, f(1) = -0.31385, f(2) = 0.93251 | none |
//!
//! With the default numbers every L is 1 m. SI units; the horizon is 6 s. Own example, after the corner cases of
//! MIT 6.8210, "beware artificial discontinuities".

use super::choice::{Choice, Material, name_of};
use crate::contact::{Body, Extents, Immersion, Pose, Shape, Twist, immersion, wrench};
use crate::number::Scalar;
use crate::parameters;
use crate::system::policy::Policy;
use crate::system::scene::{Form, Geometry, Item, Role, Scene};
use crate::system::{
    ControlCoordinate, Drawn, Dynamics, Objective, StateCoordinate, Tuned, coordinate,
};
use std::marker::PhantomData;

parameters! {
    /// Mass, stiffnesses, sizes and time step.
    pub struct Parameters {
        mass: 1.0, "kg", "mass of the box that moves", positive;
        stiffness: 1.0, "N/m3", "slope k of the pressure field; both soft are as stiff together", positive;
        slope_ratio: 1.0, "1", "slope of the moving body over that of the other, both soft", positive;
        point_stiffness: 1.0, "N/m", "stiffness k1 of one point; each of two points has half of it", positive;
        size: 4.0, "m", "side of both boxes", positive;
        time_step: 0.02, "s", "time step h", positive;
    }
}

/// See the module.
#[derive(Clone, Copy, Debug, Default)]
pub struct Corner<C>(PhantomData<C>);

/// The box that moves and the one that stands.
fn bodies<S: Scalar>(
    p: &Parameters<S>,
    [x, y, velocity_x, velocity_y]: [S; 4],
    overlap: S,
) -> [Body<S>; 2] {
    let zero = S::constant(0.0);
    // Both about the corner that is touched.
    let moving = Body {
        shape: Shape::Rectangle(Extents {
            right: zero,
            top: p.size,
            left: p.size,
            bottom: zero,
        }),
        pose: Pose::upright(x + overlap, y),
        twist: Twist::new(velocity_x, velocity_y, zero),
    };
    let standing = Shape::Rectangle(Extents {
        right: p.size,
        top: zero,
        left: zero,
        bottom: p.size,
    });
    [moving, Body::fixed(standing, Pose::upright(zero, zero))]
}

impl<C: Choice> Dynamics<4, 1> for Corner<C> {
    type Parameters<S: Scalar> = Parameters<S>;

    const NAME: &'static str = "corner";
    const SUMMARY: &'static str =
        "a box comes down on the corner of another: one number decides whether it passes";
    const SOURCE: &'static str = "own example: the frictionless corner";
    const CONTACT: Option<&'static str> = Some(name_of(C::MODEL));
    const STATE: [StateCoordinate; 4] = [
        coordinate("x", "m").at(0.0),
        coordinate("y", "m").at(0.105),
        coordinate("velocity_x", "m/s").at(0.0),
        coordinate("velocity_y", "m/s").at(-1.0),
    ];
    const CONTROL: [ControlCoordinate; 1] = [coordinate("overlap", "m")];
    const POLICY: Policy = Policy::Held;

    fn advance<S: Scalar>(p: &Parameters<S>, state: [S; 4], [overlap]: [S; 1]) -> [S; 4] {
        let [x, y, velocity_x, velocity_y] = state;
        let [moving, standing] = bodies(p, state, overlap);
        let material = Material::elastic(p.stiffness, p.slope_ratio, p.point_stiffness);
        let force = wrench(C::MODEL, &moving, &standing, &material.law(C::MODEL))
            .on_a
            .force;
        let gain = p.time_step / p.mass;
        let velocity_x = (velocity_x + gain * force.x.named("force_x")).named("velocity_x");
        let velocity_y = (velocity_y + gain * force.y.named("force_y")).named("velocity_y");
        [
            x + p.time_step * velocity_x,
            y + p.time_step * velocity_y,
            velocity_x,
            velocity_y,
        ]
    }

    fn warning(p: &Parameters<f64>) -> Option<String> {
        let stiffest = p.point_stiffness.max(p.stiffness * p.size);
        let product = p.time_step * (stiffest / p.mass).sqrt();
        (product >= 2.0).then(|| {
            format!(
                "h sqrt(k w/m) = {product:.3} is beyond the stability limit 2 of the explicit step: what follows is the \
                 integrator blowing up, not physics"
            )
        })
    }

    fn immersion(p: &Parameters<f64>, state: [f64; 4], [overlap]: [f64; 1]) -> Option<Immersion> {
        let [a, b] = bodies(p, state, overlap);
        immersion(C::MODEL, &a, &b)
    }
}

impl<C: Choice> Objective<4, 1> for Corner<C> {
    const HORIZON: usize = 300;
    const START: f64 = 0.5;
    const SIGMA: f64 = 0.3;
    const TUNED: Option<Tuned> = Some(Tuned {
        samples: 1000,
        iterations: 40,
        gamma: None,
        radius: 0.5,
    });

    fn stage_cost<S: Scalar>(_p: &Parameters<S>, _state: [S; 4], _control: [S; 1], _time: S) -> S {
        S::constant(0.0)
    }

    fn final_cost<S: Scalar>(_p: &Parameters<S>, [.., velocity_y]: [S; 4]) -> S {
        velocity_y
    }
}

impl<C: Choice> Drawn<4, 1> for Corner<C> {
    fn geometry(p: &Parameters<f64>) -> Geometry {
        let [_, standing] = bodies(p, [0.0; 4], 0.0);
        Geometry::metres(vec![Item::new(Role::Fixed, "", Form::of(&standing))])
    }

    fn scene(p: &Parameters<f64>, state: [f64; 4], [overlap]: [f64; 1], share: f64) -> Scene {
        let [moving, _] = bodies(p, state, overlap);
        let corner = [state[0] + overlap, state[1]];
        Scene {
            time: share * p.time_step,
            items: vec![Item::body(0, "box", Form::of(&moving)).traced(corner)],
        }
    }
}
