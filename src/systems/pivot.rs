//! Pivot: push a peg round its pivot, but not over the cliff.
//!
//! ```text
//!   f  0 |────┐        ┌────       f(theta) = Σ_t -sin² u_t  for |u_t| <= a,  0 else
//!        |    │ .-''-. │           the best angle lies at the cliff's edge, a = π/4
//!  -1/2 |    └'      '┘
//!        -a      0      a   u [rad]
//! ```
//!
//! No state; the coordinates arrive one per step, so d = horizon. Units: radians.
//! Source: ICML 2022 (arXiv 2202.00817), momentum transfer. The closed form is the piecewise formula of
//! [`super::gaussian`]: two jumps, at ±a, whose share of F' the first-order estimate misses.

use super::gaussian;
use crate::dual::Dual;
use crate::parameters;
use crate::scalar::{Mask, Scalar};
use crate::system::{About, ClosedForm, Published, System, Tuned, coordinate};

parameters! {
    /// The cliff.
    pub struct Parameters {
        cliff: std::f64::consts::FRAC_PI_4, "rad", "angle a beyond which contact is lost";
    }
}

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct Pivot;

impl System<0, 1> for Pivot {
    type Parameters<S: Scalar> = Parameters<S>;

    const ABOUT: About = About {
        name: "pivot",
        summary: "the best angle lies at a cliff's edge: fixed first-order steps walk over it",
        source: "ICML 2022 (arXiv 2202.00817), momentum transfer",
        state: &[],
        control: &[coordinate("angle", "rad")],
        horizon: 1,
        start: 0.1,
        sigma: 0.02,
        published: Published {
            samples: 50,
            step: 0.01,
            iterations: 200,
            gamma: 0.2,
            bound: 1.0,
        },
        tuned: Tuned {
            samples: 300,
            iterations: 100,
            gamma: 0.5,
            radius: 0.02,
        },
    };
    const INITIAL_STATE: [f64; 0] = [];

    fn advance<S: Scalar>(_p: &Parameters<S>, _state: [S; 0], _control: [S; 1]) -> [S; 0] {
        []
    }

    fn stage_cost<S: Scalar>(p: &Parameters<S>, _state: [S; 0], [angle]: [S; 1]) -> S {
        let in_contact = angle.less_equal(p.cliff).and(angle.greater_equal(-p.cliff));
        let torque = angle.sin().square();
        S::select(in_contact, -torque, S::constant(0.0))
    }

    fn final_cost<S: Scalar>(_p: &Parameters<S>, _state: [S; 0]) -> S {
        S::constant(0.0)
    }

    fn closed_form(p: &Parameters<f64>, theta: &[f64], sigma: f64, b: f64) -> Option<ClosedForm> {
        let dual = Parameters {
            cliff: Dual::<1>::constant(p.cliff),
        };
        Some(gaussian::piecewise(
            |x| Self::stage_cost(p, [], [x]),
            |x| Self::stage_cost(&dual, [], [Dual::variable(x, 0)]).derivative[0],
            &[-p.cliff, p.cliff],
            theta,
            sigma,
            b,
        ))
    }
}
