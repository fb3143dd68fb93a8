//! Bounce: a block falls flat on the ground and comes back; how high is it after one second?
//!
//! ```text
//!      □   height + lift at the start, at rest
//!      ↓
//!   ═══════ ground at 0
//! ```
//!
//!   y'' = -g above the ground, v⁺ = -e v⁻ at it; cost = y at the end
//!
//! Exactly, y(T) = e g t₁ s - g s²/2 with t₁ = √(2 y₀/g) and s = T - t₁: a smooth function of y₀. A time stepper that looks for
//! the ground once a step makes a staircase of it. By [`impact`], with T = 1 s, e = 0.8 and y₀ from 1 to 1.2 m:
//!
//! | contact | slope between jumps | number of jumps | their sum |
//! |---|---|---|---|
//! | `reverse` | 1 | 0.043/h | 0.040 |
//! | `reset` | 0 | 0.043/h | 0.240 |
//! | `impact-time` | -e | 0.043/h | 0.400 |
//! | `exact` | 1.20493, on average | 0 | 0 |
//! | `kelvin-voigt` | -4.8 | 0.043/h | 1.19 |
//! | any contact model, with Hunt and Crossley's dissipation | that of the whole | 0 | 0 |
//!
//! The rise of the whole is slope x range + sum of jumps: smaller steps give more and smaller jumps of the same sum, so that
//! the first-order gradient never becomes right.
//!
//! The ground is soft by default, so that large steps are stable; the numbers of `kelvin-voigt` are those of k1 = 1e4 N/m. SI
//! units; the horizon is 1 s. After google/brax#73 and google/brax#317.

pub mod impact;

use self::impact::{Impact, Parameters};
use crate::number::Scalar;
use crate::system::policy::Policy;
use crate::system::scene::{Form, Geometry, Item, Role, Scene};
use crate::system::{
    ControlCoordinate, Drawn, Dynamics, Objective, StateCoordinate, Tuned, coordinate,
};
use std::marker::PhantomData;

/// See the module.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bounce<I>(PhantomData<I>);

impl<I: Impact> Dynamics<3, 1> for Bounce<I> {
    type Parameters<S: Scalar> = Parameters<S>;

    const NAME: &'static str = "bounce";
    const SUMMARY: &'static str =
        "a block falls and bounces: time steps make a staircase of a smooth function";
    const SOURCE: &'static str = "own example, after google/brax#73 and #317";
    const CONTACT: Option<&'static str> = Some(I::NAME);
    const STATE: [StateCoordinate; 3] = [
        coordinate("height", "m").at(1.0),
        coordinate("velocity", "m/s").at(0.0),
        // 1 before the first step, in which theta lifts the block, and 0 from then on.
        coordinate("held", "1").at(1.0),
    ];
    const CONTROL: [ControlCoordinate; 1] = [coordinate("lift", "m")];
    const POLICY: Policy = Policy::Held;

    fn advance<S: Scalar>(
        p: &Parameters<S>,
        [height, velocity, held]: [S; 3],
        [lift]: [S; 1],
    ) -> [S; 3] {
        let lifted = (height + held * lift).named("lifted");
        let [height, velocity] = I::step(p, [lifted, velocity]);
        [height, velocity, S::constant(0.0)]
    }

    fn warning(p: &Parameters<f64>) -> Option<String> {
        let product = p.time_step * (p.point_stiffness / p.mass).sqrt();
        (product >= 2.0).then(|| {
            format!(
                "h sqrt(k1/m) = {product:.3} is beyond the stability limit 2 of the explicit step: what follows is the \
                 integrator blowing up, not physics"
            )
        })
    }
}

impl<I: Impact> Objective<3, 1> for Bounce<I> {
    const HORIZON: usize = 200;
    const START: f64 = 0.1;
    const SIGMA: f64 = 0.03;
    const TUNED: Option<Tuned> = Some(Tuned {
        samples: 200,
        iterations: 20,
        gamma: None,
        radius: 0.05,
    });

    fn stage_cost<S: Scalar>(_p: &Parameters<S>, _state: [S; 3], _control: [S; 1], _time: S) -> S {
        S::constant(0.0)
    }

    fn final_cost<S: Scalar>(_p: &Parameters<S>, [height, ..]: [S; 3]) -> S {
        height
    }
}

impl<I: Impact> Drawn<3, 1> for Bounce<I> {
    fn geometry(_p: &Parameters<f64>) -> Geometry {
        Geometry::metres(vec![Item::new(Role::Fixed, "", Form::Ground(0.0))])
    }

    fn scene(
        p: &Parameters<f64>,
        [height, _, held]: [f64; 3],
        [lift]: [f64; 1],
        share: f64,
    ) -> Scene {
        let centre = [0.0, height + held * lift + 0.5 * p.width];
        let block = Form::Rectangle {
            centre,
            size: [p.width; 2],
            angle: 0.0,
        };
        Scene {
            time: share * p.time_step,
            items: vec![Item::body(0, "block", block).traced(centre)],
        }
    }
}
