//! What becomes of the block in one step: rules that reverse it, and grounds that push it back.
//!
//! A rule begins with the symplectic step without contact, v₁ = v - h g and y₁ = y + h v₁, and where y₁ < 0 and v₁ < 0
//!
//! | rule | afterwards |
//! |---|---|
//! | `reverse` | v = -e v₁, y = y₁ |
//! | `reset` | v = -e v₁, y = 0 |
//! | `impact-time` | v = -e v₁, y = -e v₁ (h - τ), with τ = -y/v₁: gravity is not split |
//! | `exact` | the parabola to the ground, the impact, and the parabola from it |
//!
//! A ground has a force F(d, v) at the depth d = max(0, -y), and v⁺ = v + h (F/m - g), y⁺ = y + h v⁺.

use crate::contact::{Body, Extents, Pose, Shape, Twist, wrench};
use crate::number::{Mask, Scalar};
use crate::parameters;
use crate::systems::choice::{Choice, Material, name_of};
use std::marker::PhantomData;

parameters! {
    /// Block, ground and time step.
    pub struct Parameters {
        mass: 1.0, "kg", "mass m", positive;
        gravity: 9.81, "m/s2", "acceleration g", positive;
        restitution: 0.8, "1", "restitution e of the rules that reverse the velocity";
        width: 0.2, "m", "width of the block", positive;
        stiffness: 5e3, "N/m3", "slope k of the pressure field; both soft are as stiff together", positive;
        slope_ratio: 1.0, "1", "slope of the block over that of the ground, both soft", positive;
        point_stiffness: 1e3, "N/m", "stiffness k1 of one point; each of two points has half of it", positive;
        dissipation: 0.08, "s/m", "dissipation D after Hunt and Crossley";
        damping: 15.0, "N s/m", "damping c after Kelvin and Voigt";
        time_step: 5e-3, "s", "time step h", positive;
    }
}

/// Height of the block's lower face, and its velocity upwards.
pub type Motion<S> = [S; 2];

/// One step of the block, under one of the laws.
pub trait Impact: Send + Sync + Default + 'static {
    /// Its name among the contact models.
    const NAME: &'static str;

    /// The motion after one step.
    fn step<S: Scalar>(p: &Parameters<S>, before: Motion<S>) -> Motion<S>;
}

/// The symplectic step without contact, and whether it leads into the ground.
fn free<S: Scalar>(p: &Parameters<S>, [height, velocity]: Motion<S>) -> (Motion<S>, S::Mask) {
    let velocity = (velocity - p.time_step * p.gravity).named("free_velocity");
    let height = (height + p.time_step * velocity).named("free_height");
    let zero = S::constant(0.0);
    let hits = height.less(zero).and(velocity.less(zero)).named("hits");
    ([height, velocity], hits)
}

fn select<S: Scalar>(mask: S::Mask, [y, v]: Motion<S>, [other_y, other_v]: Motion<S>) -> Motion<S> {
    [S::select(mask, y, other_y), S::select(mask, v, other_v)]
}

/// `reverse`
#[derive(Clone, Copy, Debug, Default)]
pub struct Reverse;

impl Impact for Reverse {
    const NAME: &'static str = "reverse";

    fn step<S: Scalar>(p: &Parameters<S>, before: Motion<S>) -> Motion<S> {
        let ([height, velocity], hits) = free(p, before);
        let after = [height, -(p.restitution * velocity)];
        select(hits, after, [height, velocity])
    }
}

/// `reset`
#[derive(Clone, Copy, Debug, Default)]
pub struct Reset;

impl Impact for Reset {
    const NAME: &'static str = "reset";

    fn step<S: Scalar>(p: &Parameters<S>, before: Motion<S>) -> Motion<S> {
        let ([height, velocity], hits) = free(p, before);
        let after = [S::constant(0.0), -(p.restitution * velocity)];
        select(hits, after, [height, velocity])
    }
}

/// `impact-time`
#[derive(Clone, Copy, Debug, Default)]
pub struct ImpactTime;

impl Impact for ImpactTime {
    const NAME: &'static str = "impact-time";

    fn step<S: Scalar>(p: &Parameters<S>, before: Motion<S>) -> Motion<S> {
        let ([height, velocity], hits) = free(p, before);
        let rebound = (-(p.restitution * velocity)).named("rebound");
        let impact_time = (-before[0]).safe_divide(velocity).named("impact_time");
        let after = [rebound * (p.time_step - impact_time), rebound];
        select(hits, after, [height, velocity])
    }
}

/// `exact`
#[derive(Clone, Copy, Debug, Default)]
pub struct Exact;

/// The parabola of a free flight.
fn flight<S: Scalar>(p: &Parameters<S>, [height, velocity]: Motion<S>, time: S) -> Motion<S> {
    [
        height + time * (velocity - p.gravity * time * 0.5),
        velocity - p.gravity * time,
    ]
}

impl Impact for Exact {
    const NAME: &'static str = "exact";

    fn step<S: Scalar>(p: &Parameters<S>, before: Motion<S>) -> Motion<S> {
        let [height, velocity] = before;
        let passed = flight(p, before, p.time_step);
        let hits = passed[0].less(S::constant(0.0)).named("hits");
        // y + v t - g t²/2 = 0 at the later of its roots.
        let speed = (velocity.square() + p.gravity * height * 2.0).sqrt();
        let speed = speed.named("impact_speed");
        let impact_time = ((velocity + speed) / p.gravity).named("impact_time");
        let rebound = [S::constant(0.0), p.restitution * speed];
        select(hits, flight(p, rebound, p.time_step - impact_time), passed)
    }
}

/// A symplectic step under a force of the ground.
fn pushed<S: Scalar>(p: &Parameters<S>, [height, velocity]: Motion<S>, force: S) -> Motion<S> {
    let velocity = velocity + p.time_step * (force.named("force") / p.mass - p.gravity);
    [height + p.time_step * velocity, velocity]
}

/// `kelvin-voigt`: spring k₁ and damper c where the block is in the ground, pushing only. The force jumps at the touch.
#[derive(Clone, Copy, Debug, Default)]
pub struct KelvinVoigt;

impl Impact for KelvinVoigt {
    const NAME: &'static str = "kelvin-voigt";

    fn step<S: Scalar>(p: &Parameters<S>, before: Motion<S>) -> Motion<S> {
        let ([height, velocity], zero) = (before, S::constant(0.0));
        let push = -(p.point_stiffness * height) - p.damping * velocity;
        let force = S::select(height.less(zero), push.max(zero), zero);
        pushed(p, before, force)
    }
}

/// A contact model with the dissipation of Hunt and Crossley, between the block, which falls flat, and the half-plane.
#[derive(Clone, Copy, Debug, Default)]
pub struct Compliant<C>(PhantomData<C>);

impl<C: Choice + Default> Impact for Compliant<C> {
    const NAME: &'static str = name_of(C::MODEL);

    fn step<S: Scalar>(p: &Parameters<S>, before: Motion<S>) -> Motion<S> {
        let ([height, velocity], zero) = (before, S::constant(0.0));
        // About the middle of its lower face, so that the depth is the height and nothing is rounded.
        let block = Body {
            shape: Shape::Rectangle(Extents {
                right: p.width * 0.5,
                top: p.width,
                left: p.width * 0.5,
                bottom: zero,
            }),
            pose: Pose::upright(zero, height),
            twist: Twist::new(zero, velocity, zero),
        };
        let ground = Body::fixed(Shape::HalfPlane, Pose::upright(zero, zero));
        let elastic = Material::elastic(p.stiffness, p.slope_ratio, p.point_stiffness);
        let material = Material {
            dissipation: Some(p.dissipation),
            ..elastic
        };
        let law = material.law(C::MODEL);
        let force = wrench(C::MODEL, &block, &ground, &law).on_a.force.y;
        pushed(p, before, force)
    }
}
