//! Soft Heaviside: a ramp of finite width, continuous yet stiff.
//!
//! ```text
//!    1 |        ┌──────
//!      |       /            f(theta) = Σ_t clamp(2 u_t / D, -1, 1)
//!   -1 |──────┘
//!        -D/2   D/2     u
//! ```
//!
//! No state; the coordinates arrive one per step, so d = horizon. Units: none.
//! Source: ICML 2022 (arXiv 2202.00817), "empirical bias".
//!
//! Closed form per coordinate, r(t) = t Φ(t) + φ(t), a, b = (μ ∓ D/2)/σ, p = Φ(b) - Φ(a):
//! F = (2σ/D)(r(b) - r(a)) - 1, F' = 2p/D, first-order variance (2/D)² p (1 - p).
//! With probability (1-p)^K no sample sees the ramp: the first-order estimate is then 0.

use super::gaussian::{cumulative, density};
use crate::number::Scalar;
use crate::parameters;
use crate::system::{
    ClosedForm, ControlCoordinate, Dynamics, Exact, Objective, Published, StateCoordinate, Tuned,
    coordinate,
};

parameters! {
    /// The ramp.
    pub struct Parameters {
        width: 0.1, "1", "width D of the ramp", positive;
    }
}

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct SoftHeaviside;

impl Dynamics<0, 1> for SoftHeaviside {
    type Parameters<S: Scalar> = Parameters<S>;

    const NAME: &'static str = "soft-heaviside";
    const SUMMARY: &'static str =
        "ramp of finite width: few samples hit it, so the first-order estimate looks like 0";
    const SOURCE: &'static str = "ICML 2022 (arXiv 2202.00817), empirical bias";
    const STATE: [StateCoordinate; 0] = [];
    const CONTROL: [ControlCoordinate; 1] = [coordinate("position", "1")];

    fn advance<S: Scalar>(_p: &Parameters<S>, _state: [S; 0], _control: [S; 1]) -> [S; 0] {
        []
    }
}

impl Objective<0, 1> for SoftHeaviside {
    const HORIZON: usize = 1;
    const START: f64 = 0.1;
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
        (position * 2.0 / p.width).clamp_symmetric(S::constant(1.0))
    }
}

impl Exact<0, 1> for SoftHeaviside {
    fn closed_form(
        p: &Parameters<f64>,
        theta: &[f64],
        sigma: f64,
        _baseline: f64,
    ) -> Option<ClosedForm> {
        let width = p.width;
        let edges = |mu: f64| ((mu - width / 2.0) / sigma, (mu + width / 2.0) / sigma);
        let hit = |mu: f64| {
            let (a, b) = edges(mu);
            cumulative(b) - cumulative(a)
        };
        let r = |t: f64| t * cumulative(t) + density(t);
        let value = |mu: f64| {
            let (a, b) = edges(mu);
            2.0 * sigma / width * (r(b) - r(a)) - 1.0
        };
        let gradient: Vec<f64> = theta.iter().map(|&mu| 2.0 * hit(mu) / width).collect();
        Some(ClosedForm {
            value: theta.iter().map(|&mu| value(mu)).sum(),
            first_order: gradient.clone(),
            gradient,
            first_order_variance: Some(
                theta
                    .iter()
                    .map(|&mu| (2.0 / width).powi(2) * hit(mu) * (1.0 - hit(mu)))
                    .sum(),
            ),
            zeroth_order_variance: None,
        })
    }
}
