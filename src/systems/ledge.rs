//! Ledge: a tilted box is dropped on the edge of a ledge, and turns as it falls.
//!
//! ```text
//!           ___
//!       ___/   \        turned by 0.2, its lowest corner 0.1 m above the ledge,
//!      \      __\       its centre x + shift to the right of the edge
//!       \____/
//!   ─────────────┐
//!     ledge      │ (0, 0)
//! ```
//!
//!   m v' = contact force - m g e_y,   I ω' = contact moment,   I = m (a² + b²)/3,   q⁺ = q + h v⁺
//!   cost = (angle - goal)² at the end
//!
//! Is the angle at the end continuous in where the box is let go? By contact at points it is not, however small the time
//! step: where the first touch is on the diagonal of the ledge's corner, the contact normal turns, and the box is pushed
//! away from the diagonal on both sides. By pressure it is. With μ = 0 and D = 0 `rigid-soft` keeps the energy to the first
//! order of the step, and `manifold` does not, because its force has no potential.
//!
//! SI units; the horizon is 0.35 s. The slope of the pressure is k, stiffnesses of points are those of a flat contact of the
//! box's width. Own example, after MIT 6.8210.

use super::choice::{Choice, Material, name_of};
use crate::contact::{Body, Extents, Friction, Immersion, Pose, Shape, Twist, immersion, wrench};
use crate::number::Scalar;
use crate::parameters;
use crate::system::policy::Policy;
use crate::system::scene::{Form, Geometry, Item, Role, Scene};
use crate::system::{
    ControlCoordinate, Drawn, Dynamics, Objective, StateCoordinate, Tuned, coordinate,
};
use std::marker::PhantomData;

parameters! {
    /// Mass, sizes, contact law, goal and time step.
    pub struct Parameters {
        mass: 1.0, "kg", "mass of the box", positive;
        half_width: 0.1, "m", "half the width of the box", positive;
        half_height: 0.05, "m", "half the height of the box", positive;
        ledge: 0.5, "m", "side of the ledge", positive;
        stiffness: 5e4, "N/m3", "slope k of the pressure field; both soft are as stiff together", positive;
        slope_ratio: 1.0, "1", "slope of the box over that of the ledge, both soft", positive;
        point_stiffness: 1e4, "N/m", "stiffness k1 of one point; each of two points has half of it", positive;
        dissipation: 0.3, "s/m", "dissipation D after Hunt and Crossley";
        friction: 0.0, "1", "coefficient of friction";
        slip_speed: 0.2, "m/s", "slip speed that regularises friction", positive;
        gravity: 9.81, "m/s2", "gravity";
        goal: -1.0, "rad", "goal of the angle";
        time_step: 1e-3, "s", "time step h", positive;
    }
}

/// See the module.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ledge<C>(PhantomData<C>);

/// The box and the ledge.
fn bodies<S: Scalar>(p: &Parameters<S>, state: [S; 6], shift: S) -> [Body<S>; 2] {
    let [x, y, angle, velocity_x, velocity_y, spin] = state;
    let falling = Body {
        shape: Shape::rectangle(p.half_width, p.half_height),
        pose: Pose::new(x + shift, y, angle),
        twist: Twist::new(velocity_x, velocity_y, spin),
    };
    let zero = S::constant(0.0);
    let ledge = Shape::Rectangle(Extents {
        right: zero,
        top: zero,
        left: p.ledge,
        bottom: p.ledge,
    });
    [falling, Body::fixed(ledge, Pose::upright(zero, zero))]
}

fn material<S: Scalar>(p: &Parameters<S>) -> Material<S> {
    Material {
        dissipation: Some(p.dissipation),
        friction: Some(Friction {
            coefficient: p.friction,
            slip_speed: p.slip_speed,
        }),
        ..Material::elastic(p.stiffness, p.slope_ratio, p.point_stiffness)
    }
}

impl<C: Choice> Dynamics<6, 1> for Ledge<C> {
    type Parameters<S: Scalar> = Parameters<S>;

    const NAME: &'static str = "ledge";
    const SUMMARY: &'static str =
        "a tilted box is dropped on the edge of a ledge: how is it turned?";
    const SOURCE: &'static str = "own example: continuity of the final angle";
    const CONTACT: Option<&'static str> = Some(name_of(C::MODEL));
    const STATE: [StateCoordinate; 6] = [
        coordinate("x", "m").at(0.0),
        coordinate("y", "m").at(0.16887),
        coordinate("angle", "rad").at(0.2),
        coordinate("velocity_x", "m/s").at(0.0),
        coordinate("velocity_y", "m/s").at(0.0),
        coordinate("spin", "rad/s").at(0.0),
    ];
    const CONTROL: [ControlCoordinate; 1] = [coordinate("shift", "m")];
    const POLICY: Policy = Policy::Held;

    fn advance<S: Scalar>(p: &Parameters<S>, state: [S; 6], [shift]: [S; 1]) -> [S; 6] {
        let [x, y, angle, velocity_x, velocity_y, spin] = state;
        let [falling, ledge] = bodies(p, state, shift);
        let law = material(p).law(C::MODEL);
        let pushed = wrench(C::MODEL, &falling, &ledge, &law).on_a;
        let (gain, h) = (p.time_step / p.mass, p.time_step);
        let inertia = p.mass * (p.half_width.square() + p.half_height.square()) * (1.0 / 3.0);
        let velocity_x = (velocity_x + gain * pushed.force.x.named("force_x")).named("velocity_x");
        let velocity_y = (velocity_y + gain * pushed.force.y.named("force_y") - h * p.gravity)
            .named("velocity_y");
        let spin = (spin + h * pushed.moment.named("moment") / inertia).named("spin");
        [
            x + h * velocity_x,
            y + h * velocity_y,
            angle + h * spin,
            velocity_x,
            velocity_y,
            spin,
        ]
    }

    fn warning(p: &Parameters<f64>) -> Option<String> {
        let stiffest = p.point_stiffness.max(2.0 * p.stiffness * p.half_width);
        // The corner of a box is lighter than the box.
        let product = p.time_step * (4.0 * stiffest / p.mass).sqrt();
        (product >= 2.0).then(|| {
            format!(
                "h sqrt(4 k w/m) = {product:.3} is beyond the stability limit 2 of the explicit step: what follows is the \
                 integrator blowing up, not physics"
            )
        })
    }

    fn immersion(p: &Parameters<f64>, state: [f64; 6], [shift]: [f64; 1]) -> Option<Immersion> {
        let [a, b] = bodies(p, state, shift);
        immersion(C::MODEL, &a, &b)
    }
}

impl<C: Choice> Objective<6, 1> for Ledge<C> {
    const HORIZON: usize = 350;
    const START: f64 = -0.05;
    const SIGMA: f64 = 0.003;
    const TUNED: Option<Tuned> = Some(Tuned {
        samples: 200,
        iterations: 40,
        gamma: None,
        radius: 0.01,
    });

    fn stage_cost<S: Scalar>(_p: &Parameters<S>, _state: [S; 6], _control: [S; 1], _time: S) -> S {
        S::constant(0.0)
    }

    fn final_cost<S: Scalar>(p: &Parameters<S>, [_, _, angle, ..]: [S; 6]) -> S {
        (angle - p.goal).square()
    }
}

impl<C: Choice> Drawn<6, 1> for Ledge<C> {
    fn geometry(p: &Parameters<f64>) -> Geometry {
        let [_, ledge] = bodies(p, [0.0; 6], 0.0);
        Geometry::metres(vec![Item::new(Role::Fixed, "", Form::of(&ledge))])
    }

    fn scene(p: &Parameters<f64>, state: [f64; 6], [shift]: [f64; 1], share: f64) -> Scene {
        let [falling, _] = bodies(p, state, shift);
        let centre = [state[0] + shift, state[1]];
        Scene {
            time: share * p.time_step,
            items: vec![Item::body(0, "box", Form::of(&falling)).traced(centre)],
        }
    }
}
