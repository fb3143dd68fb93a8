//! Mating: a brick is pressed onto a stud that is a little too wide for it.
//!
//! ```text
//!    ┌───────────────┐        walls 1.5 wide, their inner faces at ±2.3, the ceiling 1.7 above their tips
//!    │  ┌─────────┐  │
//!    │  │         │  │        y: height of the tips above the plate
//!    └──┘ ┌─────┐ └──┘ x + shift
//!         │stud │             half width 2.4: an interference δ of 0.1; its top at 1.7, its root 2 below the plate
//!   ══════╧═════╧══════ plate
//! ```
//!
//!   m v' = contact forces - press e_y,   I ω' = contact moments,   q⁺ = q + h v⁺
//!   cost = Σ h (x² + (r angle)²), how far from centred the brick is over the time, r half the width of the stud
//!
//! The walls and the ceiling are rigid, the stud is soft. `vertices` has curated points: three on each wall, two on the
//! ceiling, each below the nearest face of the stud. At slow motion, without friction, with s the depth of the tips:
//!
//! | | `rigid-soft` | `vertices` |
//! |---|---|---|
//! | insertion force | 2 k (δ s - s²/2) to s = δ, then k δ² = 0.6 N | a tooth of 2 k_p δ = 6.8 N for each row |
//! | force on a wall | k (δ s - δ²/2), 9.84 N at s = 1.69 | k_p δ for each row that is in |
//! | centring stiffness | 2 k (s - δ) | 2 k_p for each row that is in |
//! | depth at rest | 1.7 + (press - k δ²)/(k w) = 1.7719 | 1.7 + press/(k w) = 1.7741 |
//!
//! w = 4.5 is the width of the ceiling, of which a point carries half. By pressure the forces on both walls differ in proportion to
//! the shift, by 115 N for each mm of it, and the brick ends centred. At points the rows of both walls flip in different steps,
//! and there is a second place to rest, 0.011 aside, where the uppermost point of one wall stands on the top of the stud while its
//! twin is already beside it.
//!
//! The brick's centre of mass is at the height of its tips; gain and second place are of that.
//!
//! Units mm, g, ms, and so N; the horizon is 2 ms. Own example, after MIT 6.8210. There are no other
//! contact models: a brick that is pressed on straight has ties of equal depths at every step of them, and both soft would be
//! ten thousand operations a step.

use super::choice::{Choice, Material, name_of};
use crate::contact::{
    Body, ContactModel, Extents, Friction, Immersion, Law, Pose, Shape, Twist, Vec2, Wrench,
    immersion, wrench,
};
use crate::number::Scalar;
use crate::parameters;
use crate::system::policy::Policy;
use crate::system::scene::{Form, Geometry, Item, Role, Scene};
use crate::system::{
    ControlCoordinate, Drawn, Dynamics, Objective, StateCoordinate, Tuned, coordinate,
};
use std::marker::PhantomData;

parameters! {
    /// Brick, stud, contact law and time step.
    pub struct Parameters {
        mass: 2.0, "g", "mass of the brick", positive;
        inertia: 8.0, "g mm2", "its moment of inertia about its centre", positive;
        centre: 0.0, "mm", "height of its centre of mass above the tips";
        inner: 2.3, "mm", "half the distance of the walls", positive;
        wall: 1.5, "mm", "thickness of walls and ceiling", positive;
        tall: 1.7, "mm", "height of the ceiling above the tips", positive;
        ceiling: 2.25, "mm", "half the width of the ceiling", positive;
        half_width: 2.4, "mm", "half the width of the stud", positive;
        top: 1.7, "mm", "height of the stud above the plate", positive;
        root: 2.0, "mm", "depth of the stud below the plate", positive;
        stiffness: 60.0, "N/mm2", "slope k of the pressure in the stud for 1 mm of thickness", positive;
        point_stiffness: 34.0, "N/mm", "stiffness k_p of each point on a wall", positive;
        dissipation: 0.2, "ms/mm", "dissipation D after Hunt and Crossley";
        friction: 0.2, "1", "coefficient of friction";
        slip_speed: 0.1, "mm/ms", "slip speed that regularises friction", positive;
        press: 20.0, "N", "force that presses the brick down";
        time_step: 0.008, "ms", "time step h", positive;
    }
}

/// See the module.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mating<C>(PhantomData<C>);

/// The frame of the brick, at its centre.
fn frame<S: Scalar>(p: &Parameters<S>, state: [S; 6], shift: S) -> (Pose<S>, Twist<S>) {
    let [x, y, angle, velocity_x, velocity_y, spin] = state;
    (
        Pose::new(x + shift, y + p.centre, angle),
        Twist::new(velocity_x, velocity_y, spin),
    )
}

/// The parts of the brick about its centre: left wall, right wall, ceiling. The walls go up beside the ceiling, so that no
/// face of theirs but the tips is in the stud.
fn parts<S: Scalar>(p: &Parameters<S>) -> [Extents<S>; 3] {
    let (outer, under) = (p.inner + p.wall, p.tall - p.centre);
    let top = under + p.wall;
    let part = |left: S, right: S, bottom: S| Extents {
        right,
        top,
        left,
        bottom,
    };
    [
        part(outer, -p.inner, p.centre),
        part(-p.inner, outer, p.centre),
        part(p.ceiling, p.ceiling, -under),
    ]
}

fn stud<S: Scalar>(p: &Parameters<S>) -> Body<S> {
    let zero = S::constant(0.0);
    let shape = Shape::Rectangle(Extents {
        right: p.half_width,
        top: p.top,
        left: p.half_width,
        bottom: p.root,
    });
    Body::fixed(shape, Pose::upright(zero, zero))
}

fn law<S: Scalar>(p: &Parameters<S>, model: ContactModel) -> Law<S> {
    let one = S::constant(1.0);
    let elastic = Material::elastic(p.stiffness, one, p.point_stiffness);
    let material = Material {
        dissipation: Some(p.dissipation),
        friction: Some(Friction {
            coefficient: p.friction,
            slip_speed: p.slip_speed,
        }),
        ..elastic
    };
    material.law(model)
}

/// The heights of the points on a wall above its tip, in parts of the wall's height: 0, 0.85 and 1.65 mm of 1.7 mm.
const ROWS: [f64; 3] = [0.0, 0.5, 1.65 / 1.7];

/// The points on the ceiling, in parts of half its width.
const ON_CEILING: f64 = 2.0 / 3.0;

/// A curated point about the centre of the brick, and its stiffness.
type Point<S> = (Vec2<S>, S);

/// Those of the left wall, of the right wall, of the ceiling. Each point of the ceiling is as stiff as half of it.
fn points<S: Scalar>(p: &Parameters<S>) -> Vec<Point<S>> {
    let on_wall = |x: S| {
        ROWS.map(|row| {
            let at = Vec2::new(x, p.tall * row - p.centre);
            (at, p.point_stiffness)
        })
    };
    let on_ceiling = [-ON_CEILING, ON_CEILING].map(|share| {
        let at = Vec2::new(p.ceiling * share, p.tall - p.centre);
        (at, p.stiffness * p.ceiling)
    });
    let walls = on_wall(-p.inner).into_iter().chain(on_wall(p.inner));
    walls.chain(on_ceiling).collect()
}

/// The wrenches on left wall, right wall and ceiling about the centre of the brick.
fn wrenches<S: Scalar>(
    model: ContactModel,
    p: &Parameters<S>,
    state: [S; 6],
    shift: S,
) -> [Wrench<S>; 3] {
    let (pose, twist) = frame(p, state, shift);
    let (stud, law) = (stud(p), law(p, model));
    if model == ContactModel::Vertices {
        let on_point = |(point, stiffness): &Point<S>| {
            let arm = pose.turn(*point);
            let law = Law {
                point_stiffness: *stiffness,
                ..law
            };
            let at = Body {
                shape: Shape::disc(S::constant(0.0)),
                pose: Pose::upright(pose.position.x + arm.x, pose.position.y + arm.y),
                twist: Twist::new(
                    twist.velocity.x - twist.spin * arm.y,
                    twist.velocity.y + twist.spin * arm.x,
                    S::constant(0.0),
                ),
            };
            Wrench::of_force(wrench(model, &at, &stud, &law).on_a.force, arm)
        };
        let all: Vec<Wrench<S>> = points(p).iter().map(on_point).collect();
        let sum = |of: &[Wrench<S>]| of.iter().fold(Wrench::zero(), |sum, one| sum + *one);
        return [sum(&all[..3]), sum(&all[3..6]), sum(&all[6..])];
    }
    parts(p).map(|extents| {
        let part = Body {
            shape: Shape::Rectangle(extents),
            pose,
            twist,
        };
        wrench(model, &part, &stud, &law).on_a
    })
}

/// The forces on left wall, right wall and ceiling across and up, in N, at a state with a shift.
pub fn forces(
    model: ContactModel,
    p: &Parameters<f64>,
    state: [f64; 6],
    shift: f64,
) -> [[f64; 2]; 3] {
    wrenches(model, p, state, shift).map(|w| [w.force.x, w.force.y])
}

/// The fastest rate of the brick, fully in and without friction, in 1/ms: the root of the largest eigenvalue of M⁻¹K.
///
/// Up and down it has the stiffness k w of the ceiling. Across and about its centre it has, with y over the height of a wall and ±c
/// the ends of the ceiling, 2k ∫dy, coupled by 2k ∫y dy, and 2k ∫y² dy + 2k ∫x² dx; with points, sums in place of the integrals.
pub fn fastest(model: ContactModel, p: &Parameters<f64>) -> f64 {
    let (low, high, half) = (-p.centre, p.tall - p.centre, p.ceiling);
    let (across, coupled, about) = match model {
        ContactModel::Vertices => {
            let heights = ROWS.map(|row| p.tall * row - p.centre);
            let moment = |power| heights.iter().map(|y| y.powi(power)).sum::<f64>();
            let walls = [0, 1, 2].map(|power| 2.0 * p.point_stiffness * moment(power));
            let ceiling = 2.0 * p.stiffness * half * (ON_CEILING * half).powi(2);
            (walls[0], walls[1], walls[2] + ceiling)
        }
        _ => {
            let moment =
                |power: i32| (high.powi(power + 1) - low.powi(power + 1)) / f64::from(power + 1);
            let walls = [0, 1, 2].map(|power| 2.0 * p.stiffness * moment(power));
            let ceiling = 2.0 * p.stiffness * half.powi(3) / 3.0;
            (walls[0], walls[1], walls[2] + ceiling)
        }
    };
    let (a, b) = (across / p.mass, about / p.inertia);
    let couples = coupled * coupled / (p.mass * p.inertia);
    let sideways = 0.5 * (a + b) + (0.25 * (a - b).powi(2) + couples).sqrt();
    let upwards = 2.0 * p.stiffness * half / p.mass;
    sideways.max(upwards).sqrt()
}

impl<C: Choice> Dynamics<6, 1> for Mating<C> {
    type Parameters<S: Scalar> = Parameters<S>;

    const NAME: &'static str = "mating";
    const SUMMARY: &'static str = "a brick is pressed onto a stud that is a little too wide for it";
    const SOURCE: &'static str = "own example: toy bricks, with curated points or by pressure";
    const CONTACT: Option<&'static str> = Some(name_of(C::MODEL));
    const STATE: [StateCoordinate; 6] = [
        coordinate("x", "mm").at(0.0),
        coordinate("y", "mm").at(1.8),
        coordinate("angle", "rad").at(0.0),
        coordinate("velocity_x", "mm/ms").at(0.0),
        coordinate("velocity_y", "mm/ms").at(0.0),
        coordinate("spin", "rad/ms").at(0.0),
    ];
    const CONTROL: [ControlCoordinate; 1] = [coordinate("shift", "mm")];
    const POLICY: Policy = Policy::Held;

    fn advance<S: Scalar>(p: &Parameters<S>, state: [S; 6], [shift]: [S; 1]) -> [S; 6] {
        let [x, y, angle, velocity_x, velocity_y, spin] = state;
        let [left, right, ceiling] = wrenches(C::MODEL, p, state, shift);
        let pushed = left + right + ceiling;
        let (gain, h) = (p.time_step / p.mass, p.time_step);
        let velocity_x = (velocity_x + gain * pushed.force.x.named("force_x")).named("velocity_x");
        let upwards = pushed.force.y.named("force_y") - p.press;
        let velocity_y = (velocity_y + gain * upwards).named("velocity_y");
        let spin = (spin + h * pushed.moment.named("moment") / p.inertia).named("spin");
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
        let product = p.time_step * fastest(C::MODEL, p);
        (product >= 2.0).then(|| {
            format!(
                "h times the fastest rate of the brick on the stud = {product:.3} is beyond the stability limit 2 of the explicit \
                 step: what follows is the integrator blowing up, not physics"
            )
        })
    }

    fn immersion(p: &Parameters<f64>, state: [f64; 6], [shift]: [f64; 1]) -> Option<Immersion> {
        let (stud, (pose, twist)) = (stud(p), frame(p, state, shift));
        let of_part = |extents| {
            let part = Body {
                shape: Shape::Rectangle(extents),
                pose,
                twist,
            };
            immersion(C::MODEL, &part, &stud)
        };
        let parts = parts(p).into_iter().filter_map(of_part);
        parts.reduce(Immersion::deeper)
    }
}

impl<C: Choice> Objective<6, 1> for Mating<C> {
    const HORIZON: usize = 250;
    const START: f64 = 0.02;
    const SIGMA: f64 = 0.005;
    const TUNED: Option<Tuned> = Some(Tuned {
        samples: 100,
        iterations: 20,
        gamma: None,
        radius: 0.01,
    });

    fn stage_cost<S: Scalar>(p: &Parameters<S>, state: [S; 6], [shift]: [S; 1], _time: S) -> S {
        let aside = state[0] + shift;
        p.time_step * (aside.square() + (p.half_width * state[2]).square())
    }

    fn final_cost<S: Scalar>(_p: &Parameters<S>, _state: [S; 6]) -> S {
        S::constant(0.0)
    }
}

impl<C: Choice> Drawn<6, 1> for Mating<C> {
    fn geometry(p: &Parameters<f64>) -> Geometry {
        let stud = Item::new(Role::Fixed, "stud", Form::of(&stud(p)));
        let plate = Item::new(Role::Fixed, "", Form::Horizontal(0.0));
        Geometry::plane("mm", "ms", vec![plate, stud])
    }

    fn scene(p: &Parameters<f64>, state: [f64; 6], [shift]: [f64; 1], share: f64) -> Scene {
        let (pose, twist) = frame(p, state, shift);
        let outline = |extents| {
            Form::of(&Body {
                shape: Shape::Rectangle(extents),
                pose,
                twist,
            })
        };
        let parts = parts(p)
            .into_iter()
            .zip(["left wall", "right wall", "ceiling"]);
        let parts = parts.map(|(extents, name)| Item::body(0, name, outline(extents)));
        let mut items: Vec<Item> = parts.collect();
        if let Some(last) = items.pop() {
            items.push(last.traced([pose.position.x, pose.position.y]));
        }
        Scene {
            time: share * p.time_step,
            items,
        }
    }
}
