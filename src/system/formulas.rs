//! The formulas of a model behind slices: of a compiled [`Objective`], or of functions that were made at run time.

use crate::contact::Immersion;
use crate::error::Result;
use crate::number::Scalar;
use crate::number::dual::Dual;
use crate::system::functions::Functions;
use crate::system::scene::{Geometry, Scene};
use crate::system::{ClosedForm, Drawn, Dynamics, Exact, Objective, ParameterSet};
use std::marker::PhantomData;
use std::sync::Arc;

/// First derivatives of one time step and its cost; matrices are row-major.
#[derive(Clone, Debug, PartialEq)]
pub struct Linearization {
    /// ∂advance/∂x, N × N
    pub state_jacobian: Vec<f64>,
    /// ∂advance/∂u, N × M
    pub control_jacobian: Vec<f64>,
    /// ∂stage_cost/∂x, N
    pub state_gradient: Vec<f64>,
    /// ∂stage_cost/∂u, M
    pub control_gradient: Vec<f64>,
}

impl Linearization {
    /// Of N states and M controls, to be filled.
    pub(super) fn zero(n: usize, m: usize) -> Self {
        Self {
            state_jacobian: vec![0.0; n * n],
            control_jacobian: vec![0.0; n * m],
            state_gradient: vec![0.0; n],
            control_gradient: vec![0.0; m],
        }
    }
}

/// The formulas of a model in f64, with derivatives by dual numbers. `p` are the parameters, `state` has N values, `control`
/// has M, and `time` is the number of the step.
pub trait Formulas: Send + Sync {
    /// next = advance(state, control)
    fn advance(&self, p: &[f64], state: &[f64], control: &[f64], next: &mut [f64]);
    /// stage_cost(state, control, time)
    fn stage_cost(&self, p: &[f64], state: &[f64], control: &[f64], time: f64) -> f64;
    /// final_cost(state)
    fn final_cost(&self, p: &[f64], state: &[f64]) -> f64;
    /// First derivatives of `advance` and `stage_cost`.
    fn linearize(
        &self,
        p: &[f64],
        state: &[f64],
        control: &[f64],
        time: f64,
        out: &mut Linearization,
    );
    /// ∂final_cost/∂x
    fn final_cost_gradient(&self, p: &[f64], state: &[f64], gradient: &mut [f64]);

    /// What is wrong with these parameters, if anything.
    fn warning(&self, _p: &[f64]) -> Option<String> {
        None
    }

    /// The deepest contact by a pressure field, if there is any.
    fn immersion(&self, _p: &[f64], _state: &[f64], _control: &[f64]) -> Option<Immersion> {
        None
    }

    /// Refuses parameters that make no sense.
    fn check(&self, _p: &[f64]) -> Result<()> {
        Ok(())
    }
}

/// Directions of derivatives that are taken at one time: one instantiation serves systems of all sizes.
pub(super) const DIRECTIONS: usize = 8;

/// A number with derivatives in [`DIRECTIONS`] of N + M directions.
pub(super) type Directional = Dual<DIRECTIONS>;

/// The values as numbers that are the variables `first`, `first + 1`, ... of all; only those of the directions from `from`
/// have derivatives.
pub(super) fn seeded(values: &[f64], first: usize, from: usize) -> impl Fn(usize) -> Directional {
    move |i| {
        let variable = first + i;
        match (from..from + DIRECTIONS).contains(&variable) {
            true => Dual::variable(values[i], variable - from),
            false => Dual::constant(values[i]),
        }
    }
}

/// Takes the derivatives with respect to state and control, [`DIRECTIONS`] at a time. `evaluate` gives the next state and
/// the cost from state and control with derivatives in the directions from the first argument on.
pub(super) fn derivatives(
    (state, control): (usize, usize),
    out: &mut Linearization,
    mut evaluate: impl FnMut(usize, &mut [Directional]) -> Directional,
) {
    let (n, m) = (state, control);
    let mut next = vec![Dual::constant(0.0); n];
    for from in (0..n + m).step_by(DIRECTIONS) {
        let cost = evaluate(from, &mut next);
        for variable in from..(from + DIRECTIONS).min(n + m) {
            let direction = variable - from;
            let (matrix, gradient, width, column) = match variable < n {
                true => (
                    &mut out.state_jacobian,
                    &mut out.state_gradient,
                    n,
                    variable,
                ),
                false => (
                    &mut out.control_jacobian,
                    &mut out.control_gradient,
                    m,
                    variable - n,
                ),
            };
            for (row, next) in next.iter().enumerate() {
                matrix[row * width + column] = next.derivative[direction];
            }
            gradient[column] = cost.derivative[direction];
        }
    }
}

/// The gradient of a cost of the state alone, [`DIRECTIONS`] at a time.
pub(super) fn gradient(out: &mut [f64], mut evaluate: impl FnMut(usize) -> Directional) {
    for from in (0..out.len()).step_by(DIRECTIONS) {
        let cost = evaluate(from);
        for (out, derivative) in out[from..].iter_mut().zip(cost.derivative) {
            *out = derivative;
        }
    }
}

/// Those of a system that was written in Rust.
pub struct Compiled<T, const N: usize, const M: usize>(PhantomData<T>);

impl<T, const N: usize, const M: usize> Compiled<T, N, M> {
    /// Of the system `T`.
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T, const N: usize, const M: usize> Default for Compiled<T, N, M> {
    fn default() -> Self {
        Self::new()
    }
}

fn array<S: Copy, const D: usize>(slice: &[S]) -> [S; D] {
    std::array::from_fn(|i| slice[i])
}

/// The values as the parameters of a system, in their order.
fn parameters<T: Dynamics<N, M>, S: Scalar, const N: usize, const M: usize>(
    p: &[f64],
) -> T::Parameters<S> {
    T::Parameters::from_fn(|i| S::constant(p[i]))
}

/// What a system with bodies in space adds to its formulas.
#[derive(Clone, Copy)]
pub(super) struct Drawing {
    /// See [`Drawn::geometry`].
    pub geometry: fn(&[f64]) -> Geometry,
    /// See [`Drawn::scene`].
    pub scene: fn(&[f64], &[f64], &[f64], f64) -> Scene,
}

impl Drawing {
    pub fn of<T: Drawn<N, M>, const N: usize, const M: usize>() -> Self {
        Self {
            geometry: |p| T::geometry(&parameters::<T, f64, N, M>(p)),
            scene: |p, state, control, share| {
                let p = parameters::<T, f64, N, M>(p);
                T::scene(&p, array(state), array(control), share)
            },
        }
    }
}

/// What a system with closed forms adds to its formulas.
#[derive(Clone, Copy)]
pub(super) struct ClosedForms {
    /// See [`Exact::closed_form`].
    pub open_loop: fn(&[f64], &[f64], f64, f64) -> Option<ClosedForm>,
    /// See [`Exact::feedback_closed_form`].
    pub feedback: fn(&[f64], &[f64], usize, f64) -> Option<ClosedForm>,
}

impl ClosedForms {
    pub fn of<T: Exact<N, M>, const N: usize, const M: usize>() -> Self {
        Self {
            open_loop: |p, theta, sigma, baseline| {
                T::closed_form(&parameters::<T, f64, N, M>(p), theta, sigma, baseline)
            },
            feedback: |p, theta, horizon, sigma| {
                T::feedback_closed_form(&parameters::<T, f64, N, M>(p), theta, horizon, sigma)
            },
        }
    }
}

impl<T: Objective<N, M>, const N: usize, const M: usize> Formulas for Compiled<T, N, M> {
    fn advance(&self, p: &[f64], state: &[f64], control: &[f64], next: &mut [f64]) {
        next.copy_from_slice(&T::advance(
            &parameters::<T, _, N, M>(p),
            array(state),
            array(control),
        ));
    }

    fn stage_cost(&self, p: &[f64], state: &[f64], control: &[f64], time: f64) -> f64 {
        T::stage_cost(
            &parameters::<T, _, N, M>(p),
            array(state),
            array(control),
            time,
        )
    }

    fn final_cost(&self, p: &[f64], state: &[f64]) -> f64 {
        T::final_cost(&parameters::<T, _, N, M>(p), array(state))
    }

    fn linearize(
        &self,
        p: &[f64],
        state: &[f64],
        control: &[f64],
        time: f64,
        out: &mut Linearization,
    ) {
        let (p, time) = (parameters::<T, _, N, M>(p), Dual::constant(time));
        derivatives((N, M), out, |from, next| {
            let x: [Directional; N] = std::array::from_fn(seeded(state, 0, from));
            let u: [Directional; M] = std::array::from_fn(seeded(control, N, from));
            next.copy_from_slice(&T::advance(&p, x, u));
            T::stage_cost(&p, x, u, time)
        });
    }

    fn final_cost_gradient(&self, p: &[f64], state: &[f64], out: &mut [f64]) {
        let p = parameters::<T, _, N, M>(p);
        gradient(out, |from| {
            T::final_cost(&p, std::array::from_fn(seeded(state, 0, from)))
        });
    }

    fn warning(&self, p: &[f64]) -> Option<String> {
        T::warning(&parameters::<T, _, N, M>(p))
    }

    fn immersion(&self, p: &[f64], state: &[f64], control: &[f64]) -> Option<Immersion> {
        T::immersion(&parameters::<T, _, N, M>(p), array(state), array(control))
    }

    fn check(&self, p: &[f64]) -> Result<()> {
        T::check(&parameters::<T, _, N, M>(p))
    }
}

/// Those of functions that were made at run time, evaluated node by node. They have no closed form, no warning and no
/// picture of their own.
pub struct Interpreted(Arc<Functions>);

impl Interpreted {
    /// Of these functions.
    pub fn new(functions: Arc<Functions>) -> Self {
        Self(functions)
    }
}

fn constants<S: Scalar>(values: &[f64]) -> Vec<S> {
    values.iter().map(|x| S::constant(*x)).collect()
}

impl Formulas for Interpreted {
    fn advance(&self, p: &[f64], state: &[f64], control: &[f64], next: &mut [f64]) {
        next.copy_from_slice(&self.0.advance.run(p, state, control, 0.0));
    }

    fn stage_cost(&self, p: &[f64], state: &[f64], control: &[f64], time: f64) -> f64 {
        self.0.stage_cost.run(p, state, control, time)[0]
    }

    fn final_cost(&self, p: &[f64], state: &[f64]) -> f64 {
        self.0.final_cost.run(p, state, &[], 0.0)[0]
    }

    fn linearize(
        &self,
        p: &[f64],
        state: &[f64],
        control: &[f64],
        time: f64,
        out: &mut Linearization,
    ) {
        let (p, time) = (constants(p), Dual::constant(time));
        let (n, m) = (state.len(), control.len());
        derivatives((n, m), out, |from, next| {
            let x: Vec<Directional> = (0..n).map(seeded(state, 0, from)).collect();
            let u: Vec<Directional> = (0..m).map(seeded(control, n, from)).collect();
            next.copy_from_slice(&self.0.advance.run(&p, &x, &u, time));
            self.0.stage_cost.run(&p, &x, &u, time)[0]
        });
    }

    fn final_cost_gradient(&self, p: &[f64], state: &[f64], out: &mut [f64]) {
        let p = constants(p);
        gradient(out, |from| {
            let x: Vec<Directional> = (0..state.len()).map(seeded(state, 0, from)).collect();
            self.0.final_cost.run(&p, &x, &[], Dual::constant(0.0))[0]
        });
    }
}
