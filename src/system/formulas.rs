//! The formulas of a model behind slices: of a compiled [`System`], or of functions that were made at run time.

use crate::number::Scalar;
use crate::number::dual::Dual;
use crate::system::functions::{Function, Functions};
use crate::system::scene::{Geometry, Scene};
use crate::system::{ClosedForm, ParameterSet, System};
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
    /// What stands still in a picture; see [`System::geometry`].
    fn geometry(&self, _p: &[f64]) -> Option<Geometry> {
        None
    }
    /// Everything that moves at one instant; see [`System::scene`].
    fn scene(&self, _p: &[f64], _state: &[f64], _control: &[f64], _share: f64) -> Scene {
        Scene::default()
    }
    /// Exact value, gradient and variances at theta, where known.
    fn closed_form(
        &self,
        _p: &[f64],
        _theta: &[f64],
        _sigma: f64,
        _baseline: f64,
    ) -> Option<ClosedForm> {
        None
    }
    /// Exact value and gradient of the default feedback policy, where known.
    fn feedback_closed_form(
        &self,
        _p: &[f64],
        _theta: &[f64],
        _horizon: usize,
        _sigma: f64,
    ) -> Option<ClosedForm> {
        None
    }
}

/// Directions of derivatives that are taken at one time: one instantiation serves systems of all sizes.
const DIRECTIONS: usize = 8;

/// A number with derivatives in [`DIRECTIONS`] of N + M directions.
type Directional = Dual<DIRECTIONS>;

/// The values as numbers that are the variables `first`, `first + 1`, ... of all; only those of the directions from `from`
/// have derivatives.
fn seeded(values: &[f64], first: usize, from: usize) -> impl Fn(usize) -> Directional {
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
fn derivatives(
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
fn gradient(out: &mut [f64], mut evaluate: impl FnMut(usize) -> Directional) {
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

impl<T: System<N, M>, const N: usize, const M: usize> Compiled<T, N, M> {
    fn parameters<S: Scalar>(p: &[f64]) -> T::Parameters<S> {
        T::Parameters::from_fn(|i| S::constant(p[i]))
    }
}

impl<T: System<N, M>, const N: usize, const M: usize> Formulas for Compiled<T, N, M> {
    fn advance(&self, p: &[f64], state: &[f64], control: &[f64], next: &mut [f64]) {
        next.copy_from_slice(&T::advance(
            &Self::parameters(p),
            array(state),
            array(control),
        ));
    }

    fn stage_cost(&self, p: &[f64], state: &[f64], control: &[f64], time: f64) -> f64 {
        T::stage_cost(&Self::parameters(p), array(state), array(control), time)
    }

    fn final_cost(&self, p: &[f64], state: &[f64]) -> f64 {
        T::final_cost(&Self::parameters(p), array(state))
    }

    fn linearize(
        &self,
        p: &[f64],
        state: &[f64],
        control: &[f64],
        time: f64,
        out: &mut Linearization,
    ) {
        let (p, time) = (Self::parameters(p), Dual::constant(time));
        derivatives((N, M), out, |from, next| {
            let x: [Directional; N] = std::array::from_fn(seeded(state, 0, from));
            let u: [Directional; M] = std::array::from_fn(seeded(control, N, from));
            next.copy_from_slice(&T::advance(&p, x, u));
            T::stage_cost(&p, x, u, time)
        });
    }

    fn final_cost_gradient(&self, p: &[f64], state: &[f64], out: &mut [f64]) {
        let p = Self::parameters(p);
        gradient(out, |from| {
            T::final_cost(&p, std::array::from_fn(seeded(state, 0, from)))
        });
    }

    fn warning(&self, p: &[f64]) -> Option<String> {
        T::warning(&Self::parameters(p))
    }

    fn geometry(&self, p: &[f64]) -> Option<Geometry> {
        T::geometry(&Self::parameters(p))
    }

    fn scene(&self, p: &[f64], state: &[f64], control: &[f64], share: f64) -> Scene {
        T::scene(&Self::parameters(p), array(state), array(control), share)
    }

    fn closed_form(&self, p: &[f64], theta: &[f64], sigma: f64, b: f64) -> Option<ClosedForm> {
        T::closed_form(&Self::parameters(p), theta, sigma, b)
    }

    fn feedback_closed_form(
        &self,
        p: &[f64],
        theta: &[f64],
        horizon: usize,
        sigma: f64,
    ) -> Option<ClosedForm> {
        T::feedback_closed_form(&Self::parameters(p), theta, horizon, sigma)
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

impl Function {
    /// The outputs on f64, on numbers with derivatives or on margins.
    pub fn run<S: Scalar>(&self, p: &[S], state: &[S], control: &[S], time: S) -> Vec<S> {
        self.graph.run(&self.outputs, &[p, state, control, &[time]])
    }
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
