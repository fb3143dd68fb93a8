//! Hopper: a one-legged robot learns to hop to a height, on a stiff ground.
//!
//! ```text
//!      ┌─────┐ body m                 y_b = y_f + l + e
//!      └──┬──┘
//!         ╱  leg: spring k, damper c, actuator u, rest length l, extension e
//!         ╲
//!         ● foot m_f
//!   ══════════════ ground at y_f = 0
//! ```
//!
//!   leg force     F = F_max tanh u - k e - c (v_b - v_f), on the body up, on the foot down
//!   ground force  G = k_g max(0, -y_f) max(0, 1 - D v_f), after Hunt and Crossley
//!   v_b⁺ = v_b + h (F/m - g),   v_f⁺ = v_f + h ((G - F)/m_f - g),   y_f⁺ = y_f + h v_f⁺,   e⁺ = e + h (v_b⁺ - v_f⁺)
//!   cost Σ w (a - a_goal)² + R u²,   a = y_b + v_b²/2g + k e²/(2 m g)
//!
//! The apex a is the height that the energy of body and spring is worth; in flight it is constant but for the spring. Without
//! the actuator every landing loses some of it. The actuator lifts the body by F_max/k at most, so that the goal cannot be
//! held standing: the policy must push while the leg extends. Landings come at other times for each initial height, with
//! forces of k_g times a small depth: a stiff contact under a learned policy, which the published experiments do not have.
//!
//! The ground `kelvin-voigt` is the counterexample, G = max(0, -k_g y_f - c_g v_f) where y_f < 0, else 0: it jumps from 0 to
//! c_g |v_f| at the touch, so that the step in which the foot lands decides what it gets, the cost is a staircase of the initial
//! height, and the first order sees none of its jumps at any time step. Hunt and Crossley's law is 0 at the touch.
//!
//! The foot's height is a state coordinate, because f32 must know its sign. Units: SI. Without dissipation the step is stable
//! for h² (k_g + k)/m_f + 2 h c/m_f < 4; a damper c_g counts as c does.

use crate::contact::spring::push;
use crate::noise::NoiseOn;
use crate::noise::environment::{Draw, Initial};
use crate::number::Scalar;
use crate::parameters;
use crate::system::policy::Policy;
use crate::system::scene::{Form, Geometry, Item, Role, Scene, spring};
use crate::system::{
    ControlCoordinate, Drawn, Dynamics, Objective, Published, StateCoordinate, Tuned, coordinate,
};
use std::borrow::Cow;
use std::marker::PhantomData;

parameters! {
    /// Robot, ground, time step and cost.
    pub struct Parameters {
        body_mass: 1.0, "kg", "mass m of the body", positive;
        foot_mass: 0.1, "kg", "mass m_f of the foot", positive;
        gravity: 9.81, "m/s2", "acceleration g", positive;
        leg_stiffness: 500.0, "N/m", "spring k of the leg", positive;
        leg_damping: 1.0, "N s/m", "damper c of the leg";
        leg_length: 0.5, "m", "rest length l of the leg", positive;
        force_limit: 20.0, "N", "largest force F_max of the actuator", positive;
        ground_stiffness: 2e4, "N/m", "stiffness k_g of the ground";
        ground_dissipation: 1.0, "s/m", "dissipation D of the ground after Hunt and Crossley";
        ground_damping: 30.0, "N s/m", "damping c_g of the ground after Kelvin and Voigt";
        time_step: 0.001, "s", "time step h", positive;
        goal: 0.8, "m", "goal of the apex";
        weight: 1.0, "1/m2", "cost w of the apex's distance from its goal";
        effort: 1e-4, "1", "cost R of the control";
    }
}

/// See the module.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hopper<G>(PhantomData<G>);

/// What the ground does to the foot.
pub trait Ground: Send + Sync + Default + 'static {
    /// Its name among the contact models.
    const NAME: &'static str;

    /// The force G upwards, from the foot's height and velocity.
    fn force<S: Scalar>(p: &Parameters<S>, foot: S, velocity: S) -> S;

    /// The damper that the stability of a step counts in N s/m.
    fn damper(p: &Parameters<f64>) -> f64;
}

/// `hunt-crossley`: continuous at the touch.
#[derive(Clone, Copy, Debug, Default)]
pub struct HuntCrossley;

impl Ground for HuntCrossley {
    const NAME: &'static str = "hunt-crossley";

    fn force<S: Scalar>(p: &Parameters<S>, foot: S, velocity: S) -> S {
        push(p.ground_stiffness, p.ground_dissipation, foot, velocity)
    }

    fn damper(_p: &Parameters<f64>) -> f64 {
        0.0
    }
}

/// `kelvin-voigt`: spring and damper where the foot is in the ground, pushing only.
#[derive(Clone, Copy, Debug, Default)]
pub struct KelvinVoigt;

impl Ground for KelvinVoigt {
    const NAME: &'static str = "kelvin-voigt";

    fn force<S: Scalar>(p: &Parameters<S>, foot: S, velocity: S) -> S {
        let zero = S::constant(0.0);
        let push = -(p.ground_stiffness * foot) - p.ground_damping * velocity;
        S::select(foot.less(zero), push.max(zero), zero)
    }

    fn damper(p: &Parameters<f64>) -> f64 {
        p.ground_damping
    }
}

/// The apex a: the height that the energy of body and spring is worth.
pub fn apex<S: Scalar>(p: &Parameters<S>, [foot, extension, v_body, _]: [S; 4]) -> S {
    let height = foot + p.leg_length + extension;
    let spring = p.leg_stiffness / p.body_mass * extension.square();
    height + (v_body.square() + spring) / (p.gravity * 2.0)
}

impl<G: Ground> Dynamics<4, 1> for Hopper<G> {
    type Parameters<S: Scalar> = Parameters<S>;

    const NAME: &'static str = "hopper";
    const SUMMARY: &'static str =
        "a perceptron hops to a height on stiff ground, from random initial heights";
    const SOURCE: &'static str = "after Raibert's hopper, vertical";
    const CONTACT: Option<&'static str> = Some(G::NAME);
    const STATE: [StateCoordinate; 4] = [
        coordinate("foot_height", "m").drawn(Initial::new(Draw::Uniform {
            low: 0.05,
            high: 0.25,
        })),
        coordinate("extension", "m").at(0.0),
        coordinate("body_velocity", "m/s").at(0.0),
        coordinate("foot_velocity", "m/s").at(0.0),
    ];
    const CONTROL: [ControlCoordinate; 1] = [coordinate("thrust", "1")];
    const POLICY: Policy = Policy::Perceptron {
        hidden: Cow::Borrowed(&[16]),
    };
    const NOISE_ON: NoiseOn = NoiseOn::Action;

    fn advance<S: Scalar>(
        p: &Parameters<S>,
        [foot, extension, v_body, v_foot]: [S; 4],
        [thrust]: [S; 1],
    ) -> [S; 4] {
        let leg_force = (p.force_limit * thrust.tanh()
            - p.leg_stiffness * extension
            - p.leg_damping * (v_body - v_foot))
            .named("leg_force");
        let ground_force = G::force(p, foot, v_foot).named("ground_force");
        let h = p.time_step;
        let v_body = (v_body + h * (leg_force / p.body_mass - p.gravity)).named("v_body");
        let on_foot = (ground_force - leg_force) / p.foot_mass;
        let v_foot = (v_foot + h * (on_foot - p.gravity)).named("v_foot");
        [
            foot + h * v_foot,
            extension + h * (v_body - v_foot),
            v_body,
            v_foot,
        ]
    }

    fn warning(p: &Parameters<f64>) -> Option<String> {
        let h = p.time_step;
        let stiff = h * h * (p.ground_stiffness + p.leg_stiffness) / p.foot_mass;
        let damped = 2.0 * h * (G::damper(p) + p.leg_damping) / p.foot_mass;
        (stiff + damped >= 4.0).then(|| {
            format!(
                "h^2 (k_g + k)/m_f + 2 h (c_g + c)/m_f = {} is beyond the stability limit 4 of the step: what follows \
                 is the integrator blowing up, not physics",
                stiff + damped
            )
        })
    }
}

impl<G: Ground> Objective<4, 1> for Hopper<G> {
    const HORIZON: usize = 250;
    const SIGMA: f64 = 0.1;
    const PUBLISHED: Option<Published> = Some(Published {
        samples: 200,
        step: 1e-4,
        step_decay: 0.0,
        iterations: 200,
        gamma: 1e3,
        bound: 1e3,
    });
    const TUNED: Option<Tuned> = Some(Tuned {
        samples: 200,
        iterations: 60,
        gamma: None,
        radius: 0.3,
    });

    fn stage_cost<S: Scalar>(p: &Parameters<S>, state: [S; 4], [thrust]: [S; 1], _time: S) -> S {
        Self::final_cost(p, state) + p.effort * thrust.square()
    }

    fn final_cost<S: Scalar>(p: &Parameters<S>, state: [S; 4]) -> S {
        p.weight * (apex(p, state) - p.goal).square()
    }
}

impl<G: Ground> Drawn<4, 1> for Hopper<G> {
    fn geometry(p: &Parameters<f64>) -> Geometry {
        Geometry {
            spread: [0.9 * p.leg_length, 0.0],
            ..Geometry::metres(vec![
                Item::new(Role::Fixed, "", Form::Ground(0.0)),
                Item::new(Role::Goal, "goal of the apex", Form::Horizontal(p.goal)),
            ])
        }
    }

    /// The foot's sole is at its height, so that it stands on the ground at 0; the body's middle is at its own.
    fn scene(
        p: &Parameters<f64>,
        [foot, extension, ..]: [f64; 4],
        _thrust: [f64; 1],
        share: f64,
    ) -> Scene {
        let (l, body) = (p.leg_length, foot + p.leg_length + extension);
        let block = |middle: f64, width: f64, height: f64| Form::Rectangle {
            centre: [0.0, middle],
            size: [width * l, height * l],
            angle: 0.0,
        };
        let leg = spring([0.0, foot + 0.08 * l], [0.0, body - 0.12 * l], 0.16 * l);
        Scene {
            time: share * p.time_step,
            items: vec![
                Item::link(leg),
                Item::body(0, "body", block(body, 0.6, 0.24)).traced([0.0, body]),
                Item::body(1, "foot", block(foot + 0.04 * l, 0.3, 0.08)).traced([0.0, foot]),
            ],
        }
    }
}
