//! Quadratic: a bowl whose neighbouring coordinates are coupled.
//!
//! ```text
//!      \        /
//!       \      /            f(theta) = Σ_t  g u_t + h u_t²/2 + c u_t u_{t-1},   u_{-1} = 0
//!        `.__.'
//! ```
//!
//! So f = g·1 + u'Hu/2 with H tridiagonal: h on the diagonal, c beside it. The state is the previous
//! coordinate; the coordinates arrive one per step, so d = horizon. Units: none.
//!
//! Closed form with the gradient G = g·1 + H μ at μ: F = f(μ) + σ² tr H/2, F' = G, first-order variance
//! σ² |H|², zeroth-order variance for b = f(μ): (d+1)|G|² + σ² (d+4)/4 [(tr H)² + 2|H|²].

use crate::number::Scalar;
use crate::parameters;
use crate::system::{
    ClosedForm, ControlCoordinate, Dynamics, Exact, Objective, Published, StateCoordinate, Tuned,
    coordinate,
};

parameters! {
    /// The bowl.
    pub struct Parameters {
        slope: 0.5, "1", "g, slope of each coordinate";
        curvature: 2.0, "1", "h, second derivative along each coordinate";
        coupling: 0.5, "1", "c, second derivative between neighbours";
    }
}

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct Quadratic;

impl Dynamics<1, 1> for Quadratic {
    type Parameters<S: Scalar> = Parameters<S>;

    const NAME: &'static str = "quadratic";
    const SUMMARY: &'static str =
        "coupled bowl of any dimension (horizon d): every variance has a closed form";
    const SOURCE: &'static str = "moments of Gaussian quadratic forms";
    const STATE: [StateCoordinate; 1] = [coordinate("previous", "1").at(0.0)];
    const CONTROL: [ControlCoordinate; 1] = [coordinate("position", "1")];

    fn advance<S: Scalar>(_p: &Parameters<S>, _state: [S; 1], [position]: [S; 1]) -> [S; 1] {
        [position]
    }
}

impl Objective<1, 1> for Quadratic {
    const HORIZON: usize = 5;
    const START: f64 = 1.0;
    const SIGMA: f64 = 0.1;
    const PUBLISHED: Option<Published> = Some(Published {
        samples: 100,
        step: 0.1,
        step_decay: 0.0,
        iterations: 100,
        gamma: 10.0,
        bound: 100.0,
    });
    const TUNED: Option<Tuned> = Some(Tuned {
        samples: 200,
        iterations: 50,
        gamma: None,
        radius: 0.2,
    });

    fn stage_cost<S: Scalar>(
        p: &Parameters<S>,
        [previous]: [S; 1],
        [position]: [S; 1],
        _time: S,
    ) -> S {
        let bowl = p.curvature * 0.5 * position.square();
        p.slope * position + bowl + p.coupling * position * previous
    }
}

impl Exact<1, 1> for Quadratic {
    fn closed_form(p: &Parameters<f64>, theta: &[f64], sigma: f64, b: f64) -> Option<ClosedForm> {
        let d = theta.len();
        let at = |i: usize| theta.get(i).copied().unwrap_or(0.0);
        let gradient: Vec<f64> = (0..d)
            .map(|i| {
                let before = if i > 0 { at(i - 1) } else { 0.0 };
                p.slope + p.curvature * at(i) + p.coupling * (before + at(i + 1))
            })
            .collect();
        // f = g·u + u'Hu/2 = Σ u (g + G)/2, since G = g + H u.
        let value: f64 = theta
            .iter()
            .zip(&gradient)
            .map(|(u, g)| u * (p.slope + g) / 2.0)
            .sum();
        let n = d as f64;
        let trace = n * p.curvature;
        let frobenius = n * p.curvature.powi(2) + 2.0 * (n - 1.0) * p.coupling.powi(2);
        let norm2: f64 = gradient.iter().map(|g| g * g).sum();
        let s2 = sigma * sigma;
        // (trace)² + 2 frobenius is 4/σ⁴ times the second moment of w'Hw/2.
        let at_nominal =
            (n + 1.0) * norm2 + s2 * (n + 4.0) / 4.0 * (trace * trace + 2.0 * frobenius);
        // Another baseline adds E[|w|²] (b - f)²/σ⁴ - 2 (b - f) E[(f - f(μ)) |w|²]/σ⁴.
        let shift = b - value;
        let extra = n * shift * shift / s2 - shift * (n + 2.0) * trace;
        Some(ClosedForm {
            value: value + s2 * trace / 2.0,
            first_order: gradient.clone(),
            gradient,
            first_order_variance: Some(s2 * frobenius),
            zeroth_order_variance: Some(at_nominal + extra),
        })
    }
}
