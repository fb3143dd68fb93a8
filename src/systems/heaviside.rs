//! Heaviside: the product of unit steps, the smallest example of a biased first-order estimate.
//!
//! ```text
//!   f 1 |      ┌────────
//!       |      │            f(theta) = Π_t 1[u_t >= 0]
//!     0 |──────┘
//!              0        u
//! ```
//!
//! The state is the product so far; the coordinates arrive one per step, so d = horizon.
//! Units: none. Source: ICML 2022 (arXiv 2202.00817), examples of sections 3 and 4.
//!
//! Closed form with z_i = theta_i/σ, P₋ᵢ = Π_{j≠i} Φ(z_j), b the baseline:
//! F = Π Φ(z_i), ∂F/∂theta_i = φ(z_i) P₋ᵢ/σ, first order 0 with variance 0, and the zeroth order has
//! variance Σᵢ [((1-2b) (Φ(z_i) - z_i φ(z_i)) P₋ᵢ + b²)/σ² - (∂F/∂theta_i)²].

use super::gaussian::{cumulative, density};
use crate::number::Scalar;
use crate::parameters;
use crate::system::{
    ClosedForm, ControlCoordinate, Dynamics, Exact, Objective, Published, StateCoordinate, Tuned,
    coordinate,
};

parameters! {
    /// The step of one coordinate.
    pub struct Parameters {
        threshold: 0.0, "1", "where the step is";
    }
}

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct Heaviside;

impl Dynamics<1, 1> for Heaviside {
    type Parameters<S: Scalar> = Parameters<S>;

    const NAME: &'static str = "heaviside";
    const SUMMARY: &'static str =
        "product of unit steps: the first-order estimate is 0, whatever the slope of F";
    const SOURCE: &'static str = "ICML 2022 (arXiv 2202.00817), sections 3 and 4";
    const STATE: [StateCoordinate; 1] = [coordinate("product", "1").at(1.0)];
    const CONTROL: [ControlCoordinate; 1] = [coordinate("position", "1")];

    fn advance<S: Scalar>(p: &Parameters<S>, [product]: [S; 1], [position]: [S; 1]) -> [S; 1] {
        let above = position.greater_equal(p.threshold);
        [S::select(above, product, S::constant(0.0))]
    }
}

impl Objective<1, 1> for Heaviside {
    const HORIZON: usize = 1;
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

    fn stage_cost<S: Scalar>(_p: &Parameters<S>, _state: [S; 1], _control: [S; 1], _time: S) -> S {
        S::constant(0.0)
    }

    fn final_cost<S: Scalar>(_p: &Parameters<S>, [product]: [S; 1]) -> S {
        product
    }
}

impl Exact<1, 1> for Heaviside {
    fn closed_form(p: &Parameters<f64>, theta: &[f64], sigma: f64, b: f64) -> Option<ClosedForm> {
        let z: Vec<f64> = theta.iter().map(|t| (t - p.threshold) / sigma).collect();
        let others = |i: usize| -> f64 {
            (0..z.len())
                .filter(|&j| j != i)
                .map(|j| cumulative(z[j]))
                .product()
        };
        let gradient: Vec<f64> = (0..z.len())
            .map(|i| density(z[i]) / sigma * others(i))
            .collect();
        let variance = (0..z.len())
            .map(|i| {
                let second = (cumulative(z[i]) - z[i] * density(z[i])) * others(i);
                ((1.0 - 2.0 * b) * second + b * b) / (sigma * sigma) - gradient[i].powi(2)
            })
            .sum();
        Some(ClosedForm {
            value: z.iter().map(|&z| cumulative(z)).product(),
            first_order: vec![0.0; z.len()],
            gradient,
            first_order_variance: Some(0.0),
            zeroth_order_variance: Some(variance),
        })
    }
}
