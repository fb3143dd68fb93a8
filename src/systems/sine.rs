//! Sine: a smooth function that noise flattens.
//!
//! ```text
//!      |  /\    /\
//!    0 |_/__\__/__\__       f(theta) = Σ_t sin(k u_t)
//!      |     \/    \/ u
//! ```
//!
//! No state; the coordinates arrive one per step, so d = horizon. Units: none.
//! Closed form per coordinate with E = exp(-k² σ²/2): F = E sin(k μ), F' = k E cos(k μ), first-order
//! variance k² [(1 + exp(-2 k² σ²) cos 2kμ)/2 - E² cos² kμ].

use crate::number::Scalar;
use crate::parameters;
use crate::system::{
    ClosedForm, ControlCoordinate, Dynamics, Exact, Objective, Published, StateCoordinate, Tuned,
    coordinate,
};

parameters! {
    /// The wave.
    pub struct Parameters {
        frequency: 2.0, "1", "angular frequency k";
    }
}

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct Sine;

impl Dynamics<0, 1> for Sine {
    type Parameters<S: Scalar> = Parameters<S>;

    const NAME: &'static str = "sine";
    const SUMMARY: &'static str =
        "smooth wave: both estimates agree, and noise flattens what is shorter than sigma";
    const SOURCE: &'static str = "Fourier transform of the normal density";
    const STATE: [StateCoordinate; 0] = [];
    const CONTROL: [ControlCoordinate; 1] = [coordinate("position", "1")];

    fn advance<S: Scalar>(_p: &Parameters<S>, _state: [S; 0], _control: [S; 1]) -> [S; 0] {
        []
    }
}

impl Objective<0, 1> for Sine {
    const HORIZON: usize = 1;
    const START: f64 = 0.3;
    const SIGMA: f64 = 0.2;
    const PUBLISHED: Option<Published> = Some(Published {
        samples: 1000,
        step: 0.1,
        step_decay: 0.0,
        iterations: 100,
        gamma: 1.0,
        bound: 10.0,
    });
    const TUNED: Option<Tuned> = Some(Tuned {
        samples: 500,
        iterations: 50,
        gamma: None,
        radius: 0.2,
    });

    fn stage_cost<S: Scalar>(p: &Parameters<S>, _state: [S; 0], [position]: [S; 1], _time: S) -> S {
        (p.frequency * position).sin()
    }
}

impl Exact<0, 1> for Sine {
    fn closed_form(
        p: &Parameters<f64>,
        theta: &[f64],
        sigma: f64,
        _baseline: f64,
    ) -> Option<ClosedForm> {
        let k = p.frequency;
        let damping = (-0.5 * (k * sigma).powi(2)).exp();
        let gradient: Vec<f64> = theta
            .iter()
            .map(|&mu| k * damping * (k * mu).cos())
            .collect();
        let variance = |mu: f64| {
            let square = 0.5 * (1.0 + (-2.0 * (k * sigma).powi(2)).exp() * (2.0 * k * mu).cos());
            k * k * (square - (damping * (k * mu).cos()).powi(2))
        };
        Some(ClosedForm {
            value: theta.iter().map(|&mu| damping * (k * mu).sin()).sum(),
            first_order: gradient.clone(),
            gradient,
            first_order_variance: Some(theta.iter().map(|&mu| variance(mu)).sum()),
            zeroth_order_variance: None,
        })
    }
}
