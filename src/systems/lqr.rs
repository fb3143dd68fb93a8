//! The linear-quadratic regulator: a feedback policy of many weights without any contact.
//!
//! ```text
//!     x ──▶ u = K x + w ──▶ x⁺ = a x + b u        each of D coordinates, coupled by K only
//!     ▲                      │
//!     └──────────────────────┘
//! ```
//!
//!   cost Σ q |x|² + r |u|², and q_T |x|² at the end;   x₀ ~ N(1, .001²) in each coordinate
//!
//! Closed form (A = a I, B = b I, L = A + B K, Gaussian noise of σ on the action):
//!
//!   P_H = q_T I,   P_t = q I + r K'K + L' P_{t+1} L,   X_0 = E x₀x₀',   X_{t+1} = L X_t L' + σ² BB'
//!   F = tr P_0 X_0 + σ² Σ_t tr(B' P_{t+1} B + r I),   ∇F = 2 Σ_t (r K + B' P_{t+1} L) X_t
//!
//! and the first-order estimate is unbiased. Units: none. Source: ICML 2022 (arXiv 2202.00817), where D = 100: d = 10⁴.
//! It is also a task with D = 20 and with D = 2, for tests.

use crate::noise::NoiseOn;
use crate::noise::environment::{Draw, Initial};
use crate::number::Scalar;
use crate::parameters;
use crate::system::policy::Policy;
use crate::system::{
    ClosedForm, ControlCoordinate, Dynamics, Exact, Objective, Published, StateCoordinate, Tuned,
    coordinate,
};
use nalgebra::DMatrix;

parameters! {
    /// The plant and its cost.
    pub struct Parameters {
        persistence: 1.0, "1", "a, what is left of the state after a step";
        gain: 1.0, "1", "b, effect of the control";
        weight: 1.0, "1", "q, cost of the state";
        final_weight: 10.0, "1", "q_T, cost of the state at the end";
        effort: 0.1, "1", "r, cost of the control";
    }
}

/// See the module; `D` is the number of coordinates, at most 100.
#[derive(Clone, Copy, Debug)]
pub struct Lqr<const D: usize>;

const MOST: usize = 100;

/// A letter and two digits each.
type Names = [[u8; 3]; MOST];

const fn names(letter: u8) -> Names {
    let mut names = [[letter, b'0', b'0']; MOST];
    let mut i = 0;
    while i < MOST {
        names[i][1] += (i / 10) as u8;
        names[i][2] += (i % 10) as u8;
        i += 1;
    }
    names
}

const fn name(names: &'static Names, i: usize) -> &'static str {
    match str::from_utf8(&names[i]) {
        Ok(name) => name,
        Err(_) => panic!("a letter and two digits are UTF-8"),
    }
}

const STATE_NAMES: &Names = &names(b'x');
const CONTROL_NAMES: &Names = &names(b'u');
const NEAR_ONE: Draw = Draw::Normal {
    mean: 1.0,
    sigma: 0.001,
};
const UNNAMED: StateCoordinate = coordinate("", "1").drawn(Initial::new(NEAR_ONE));

const fn state<const D: usize>() -> [StateCoordinate; D] {
    let mut list = [UNNAMED; D];
    let mut i = 0;
    while i < D {
        list[i].coordinate.name = name(STATE_NAMES, i);
        i += 1;
    }
    list
}

const fn control<const D: usize>() -> [ControlCoordinate; D] {
    let mut list = [coordinate("", "1"); D];
    let mut i = 0;
    while i < D {
        list[i].name = name(CONTROL_NAMES, i);
        i += 1;
    }
    list
}

impl<const D: usize> Lqr<D> {
    const TASK: &'static str = match D {
        2 => "lqr-2",
        20 => "lqr-20",
        100 => "lqr",
        _ => panic!("no task has that many coordinates"),
    };
}

fn sum_of_squares<S: Scalar>(values: &[S]) -> S {
    let zero = S::constant(0.0);
    values.iter().fold(zero, |sum, x| sum + x.square())
}

impl<const D: usize> Dynamics<D, D> for Lqr<D> {
    type Parameters<S: Scalar> = Parameters<S>;

    const NAME: &'static str = Self::TASK;
    const SUMMARY: &'static str = "linear-quadratic regulator: a smooth policy search with a weight for every pair of coordinates";
    const SOURCE: &'static str = "ICML 2022 (arXiv 2202.00817), linear-quadratic regulator";
    const STATE: [StateCoordinate; D] = state();
    const CONTROL: [ControlCoordinate; D] = control();
    const POLICY: Policy = Policy::Linear;
    const NOISE_ON: NoiseOn = NoiseOn::Action;

    fn advance<S: Scalar>(p: &Parameters<S>, state: [S; D], control: [S; D]) -> [S; D] {
        std::array::from_fn(|i| p.persistence * state[i] + p.gain * control[i])
    }
}

impl<const D: usize> Objective<D, D> for Lqr<D> {
    const HORIZON: usize = 10;
    const SIGMA: f64 = 0.1;
    const PUBLISHED: Option<Published> = Some(Published {
        samples: 10,
        step: 1e-7,
        step_decay: 0.0,
        iterations: 100,
        gamma: 1e8,
        bound: 100.0,
    });
    const TUNED: Option<Tuned> = Some(Tuned {
        samples: 100,
        iterations: 60,
        gamma: None,
        radius: 0.1,
    });

    fn stage_cost<S: Scalar>(p: &Parameters<S>, state: [S; D], control: [S; D], _time: S) -> S {
        p.weight * sum_of_squares(&state) + p.effort * sum_of_squares(&control)
    }

    fn final_cost<S: Scalar>(p: &Parameters<S>, state: [S; D]) -> S {
        p.final_weight * sum_of_squares(&state)
    }
}

impl<const D: usize> Exact<D, D> for Lqr<D> {
    fn feedback_closed_form(
        p: &Parameters<f64>,
        theta: &[f64],
        horizon: usize,
        sigma: f64,
    ) -> Option<ClosedForm> {
        let k = DMatrix::from_row_slice(D, D, theta);
        let identity = DMatrix::<f64>::identity(D, D);
        let closed_loop = &identity * p.persistence + &k * p.gain;
        let own = &identity * p.weight + k.tr_mul(&k) * p.effort;
        // P_H … P_0
        let mut costs_to_go = vec![&identity * p.final_weight];
        for t in 0..horizon {
            let through = &costs_to_go[t] * &closed_loop;
            costs_to_go.push(&own + closed_loop.tr_mul(&through));
        }
        let per_action = |to_go: &DMatrix<f64>| to_go.trace() * p.gain * p.gain;
        let noise: f64 = costs_to_go[..horizon]
            .iter()
            .map(|next| sigma * sigma * (per_action(next) + p.effort * D as f64))
            .sum();
        let Draw::Normal { mean, sigma: width } = NEAR_ONE else {
            return None;
        };
        let mut moment = DMatrix::from_element(D, D, mean * mean) + &identity * (width * width);
        let value = costs_to_go[horizon].component_mul(&moment).sum() + noise;
        let mut gradient = DMatrix::zeros(D, D);
        for next in costs_to_go[..horizon].iter().rev() {
            let slope = &k * p.effort + next * &closed_loop * p.gain;
            gradient += slope * &moment * 2.0;
            moment = &closed_loop * &moment * closed_loop.transpose()
                + &identity * (sigma * p.gain).powi(2);
        }
        // nalgebra stores by columns, theta by rows.
        let gradient = gradient.transpose().as_slice().to_vec();
        Some(ClosedForm {
            value,
            first_order: gradient.clone(),
            gradient,
            first_order_variance: None,
            zeroth_order_variance: None,
        })
    }
}
