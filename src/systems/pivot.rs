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
use crate::number::dual::Dual;
use crate::number::{Mask, Scalar};
use crate::parameters;
use crate::system::scene::{Form, Geometry, Item, Role, Scene};
use crate::system::{
    ClosedForm, ControlCoordinate, Drawn, Dynamics, Exact, Objective, Published, StateCoordinate,
    Tuned, coordinate,
};

parameters! {
    /// The cliff.
    pub struct Parameters {
        cliff: std::f64::consts::FRAC_PI_4, "rad", "angle a beyond which contact is lost";
    }
}

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct Pivot;

impl Dynamics<0, 1> for Pivot {
    type Parameters<S: Scalar> = Parameters<S>;

    const NAME: &'static str = "pivot";
    const SUMMARY: &'static str =
        "the best angle lies at a cliff's edge: fixed first-order steps walk over it";
    const SOURCE: &'static str = "ICML 2022 (arXiv 2202.00817), momentum transfer";
    const STATE: [StateCoordinate; 0] = [];
    const CONTROL: [ControlCoordinate; 1] = [coordinate("angle", "rad")];

    fn advance<S: Scalar>(_p: &Parameters<S>, _state: [S; 0], _control: [S; 1]) -> [S; 0] {
        []
    }
}

impl Objective<0, 1> for Pivot {
    const HORIZON: usize = 1;
    const START: f64 = 0.1;
    const SIGMA: f64 = 0.02;
    const PUBLISHED: Option<Published> = Some(Published {
        samples: 50,
        step: 0.01,
        step_decay: 0.0,
        iterations: 200,
        gamma: 0.2,
        bound: 1.0,
    });
    const TUNED: Option<Tuned> = Some(Tuned {
        samples: 300,
        iterations: 100,
        gamma: Some(0.5),
        radius: 0.02,
    });

    fn stage_cost<S: Scalar>(p: &Parameters<S>, _state: [S; 0], [angle]: [S; 1], _time: S) -> S {
        let in_contact = angle.less_equal(p.cliff).and(angle.greater_equal(-p.cliff));
        let torque = angle.sin().square();
        S::select(in_contact, -torque, S::constant(0.0))
    }
}

impl Drawn<0, 1> for Pivot {
    fn geometry(p: &Parameters<f64>) -> Geometry {
        let edge = |name, angle: f64| {
            let end = [1.15 * libm::sin(angle), 1.15 * libm::cos(angle)];
            Item::new(Role::Fixed, name, Form::Path(vec![[0.0; 2], end]))
        };
        let unit = |name| coordinate(name, "peg lengths");
        Geometry {
            axes: [unit("across"), unit("up")],
            time_unit: "pushes",
            fixed: vec![
                edge("cliff", -p.cliff),
                edge("cliff", p.cliff),
                Item::new(Role::Fixed, "", Form::Point([0.0; 2])),
            ],
            spread: [0.0; 2],
            instants: 40,
        }
    }

    /// The peg on its way from upright to the angle u; beyond the cliff it has lost contact.
    fn scene(p: &Parameters<f64>, _state: [f64; 0], [angle]: [f64; 1], share: f64) -> Scene {
        let turned = share * angle;
        let end = [libm::sin(turned), libm::cos(turned)];
        let role = match turned.abs() <= p.cliff {
            true => Role::Body(0),
            false => Role::Alert,
        };
        Scene {
            time: share,
            items: vec![
                Item::link(vec![[0.0; 2], end]),
                Item::new(role, "peg", Form::Point(end)).traced(end),
            ],
        }
    }
}

impl Exact<0, 1> for Pivot {
    fn closed_form(p: &Parameters<f64>, theta: &[f64], sigma: f64, b: f64) -> Option<ClosedForm> {
        let dual = Parameters {
            cliff: Dual::<1>::constant(p.cliff),
        };
        Some(gaussian::piecewise(
            |x| Self::stage_cost(p, [], [x], 0.0),
            |x| {
                Self::stage_cost(&dual, [], [Dual::variable(x, 0)], Dual::constant(0.0)).derivative
                    [0]
            },
            &[-p.cliff, p.cliff],
            theta,
            sigma,
            b,
        ))
    }
}
