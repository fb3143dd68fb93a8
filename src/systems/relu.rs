//! Relu: two slopes that meet at 0; with slopes -1 and 1 it is |u|.
//!
//! ```text
//!      |      /
//!      |     /              f(theta) = Σ_t  right u_t  for u_t >= 0,  left u_t  else
//!    0 |────┘
//!           0       u
//! ```
//!
//! No state; the coordinates arrive one per step, so d = horizon. Units: none.
//! Source: the cart against a wall of arXiv 2206.10787, whose penetration is relu(u).
//!
//! Closed form per coordinate with z = μ/σ and slopes l, r: F = l μ + (r - l)(μ Φ + σ φ),
//! F' = l + (r - l) Φ, first-order variance (r - l)² Φ (1 - Φ).
//! The zeroth-order variance (one coordinate) is E[(f - b)² n²]/σ² - F'² with the truncated moments
//! I_k = E[n^k; n > -z] = (k-1) I_{k-2} + (-z)^{k-1} φ.

use super::gaussian::{cumulative, density};
use crate::number::Scalar;
use crate::parameters;
use crate::system::{
    ClosedForm, ControlCoordinate, Dynamics, Exact, Objective, Published, StateCoordinate, Tuned,
    coordinate,
};

parameters! {
    /// The two slopes.
    pub struct Parameters {
        left_slope: 0.0, "1", "slope for u < 0; -1 makes the function |u|";
        right_slope: 1.0, "1", "slope for u >= 0";
    }
}

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct Relu;

impl Dynamics<0, 1> for Relu {
    type Parameters<S: Scalar> = Parameters<S>;

    const NAME: &'static str = "relu";
    const SUMMARY: &'static str =
        "two slopes: a kink biases nothing; with left_slope=-1 it is the absolute value";
    const SOURCE: &'static str = "maths of smoothing, arXiv 2206.10787";
    const STATE: [StateCoordinate; 0] = [];
    const CONTROL: [ControlCoordinate; 1] = [coordinate("position", "1")];

    fn advance<S: Scalar>(_p: &Parameters<S>, _state: [S; 0], _control: [S; 1]) -> [S; 0] {
        []
    }
}

impl Objective<0, 1> for Relu {
    const HORIZON: usize = 1;
    const START: f64 = 0.05;
    const SIGMA: f64 = 0.1;
    const PUBLISHED: Option<Published> = Some(Published {
        samples: 1000,
        step: 0.01,
        step_decay: 0.0,
        iterations: 100,
        gamma: 0.5,
        bound: 1.0,
    });
    const TUNED: Option<Tuned> = Some(Tuned {
        samples: 1000,
        iterations: 50,
        gamma: None,
        radius: 0.1,
    });

    fn stage_cost<S: Scalar>(p: &Parameters<S>, _state: [S; 0], [position]: [S; 1], _time: S) -> S {
        let right = position.greater_equal(S::constant(0.0));
        S::select(right, p.right_slope, p.left_slope) * position
    }
}

impl Exact<0, 1> for Relu {
    fn closed_form(p: &Parameters<f64>, theta: &[f64], sigma: f64, b: f64) -> Option<ClosedForm> {
        let (l, r) = (p.left_slope, p.right_slope);
        let above = |mu: f64| cumulative(mu / sigma);
        let positive_part = |mu: f64| mu * above(mu) + sigma * density(mu / sigma);
        let gradient: Vec<f64> = theta.iter().map(|&mu| l + (r - l) * above(mu)).collect();
        let zeroth_order_variance = match *theta {
            [mu] => {
                let (z, phi) = (mu / sigma, density(mu / sigma));
                let i2 = above(mu) - z * phi;
                let i3 = 2.0 * phi + z * z * phi;
                let i4 = 3.0 * i2 - z.powi(3) * phi;
                // E[x₊² n²], E[x₊ n²] for x = μ + σ n; then f² = l² x² + (r² - l²) x₊².
                let positive2 = mu * mu * i2 + 2.0 * mu * sigma * i3 + sigma * sigma * i4;
                let positive1 = mu * i2 + sigma * i3;
                let square = l * l * (mu * mu + 3.0 * sigma * sigma) + (r * r - l * l) * positive2;
                let linear = l * mu + (r - l) * positive1;
                Some((square - 2.0 * b * linear + b * b) / (sigma * sigma) - gradient[0].powi(2))
            }
            _ => None,
        };
        Some(ClosedForm {
            value: theta
                .iter()
                .map(|&mu| l * mu + (r - l) * positive_part(mu))
                .sum(),
            first_order: gradient.clone(),
            gradient,
            first_order_variance: Some(
                theta
                    .iter()
                    .map(|&mu| (r - l).powi(2) * above(mu) * (1.0 - above(mu)))
                    .sum(),
            ),
            zeroth_order_variance,
        })
    }
}
