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
use crate::system::{About, ClosedForm, Published, System, Tuned, coordinate};

parameters! {
    /// The wave.
    pub struct Parameters {
        frequency: 2.0, "1", "angular frequency k";
    }
}

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct Sine;

impl System<0, 1> for Sine {
    type Parameters<S: Scalar> = Parameters<S>;

    const ABOUT: About = About {
        name: "sine",
        summary: "smooth wave: both estimates agree, and noise flattens what is shorter than sigma",
        source: "Fourier transform of the normal density",
        state: &[],
        control: &[coordinate("position", "1")],
        horizon: 1,
        start: 0.3,
        sigma: 0.2,
        published: Published {
            samples: 1000,
            step: 0.1,
            iterations: 100,
            gamma: 1.0,
            bound: 10.0,
        },
        tuned: Tuned {
            samples: 500,
            iterations: 50,
            gamma: 10.0,
            radius: 0.2,
        },
    };
    const INITIAL_STATE: [f64; 0] = [];

    fn advance<S: Scalar>(_p: &Parameters<S>, _state: [S; 0], _control: [S; 1]) -> [S; 0] {
        []
    }

    fn stage_cost<S: Scalar>(p: &Parameters<S>, _state: [S; 0], [position]: [S; 1], _time: S) -> S {
        (p.frequency * position).sin()
    }

    fn final_cost<S: Scalar>(_p: &Parameters<S>, _state: [S; 0]) -> S {
        S::constant(0.0)
    }

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
