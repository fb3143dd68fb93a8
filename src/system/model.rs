//! The erased form of a [`System`]: what every other module uses.
//!
//! A [`Model`] holds the formulas of one system behind slices instead of arrays, evaluated in f64, in
//! forward derivatives and in margins, and the WGSL text printed from the traced formulas.

use crate::error::{Error, Result, nearest};
use crate::noise::NoiseOn;
use crate::noise::environment::{Draw, Environment, Initial};
use crate::number::dual::Dual;
use crate::number::margin::Margin;
use crate::system::functions::Traces;
use crate::system::policy::Policy;
use crate::system::scene::{Geometry, Scene};
use crate::system::{About, ClosedForm, Parameter, ParameterSet, System};
use std::marker::PhantomData;

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

/// The formulas behind slices. N and M are those of the system.
trait Formulas: Send + Sync {
    fn advance(&self, p: &[f64], state: &[f64], control: &[f64], next: &mut [f64]);
    fn stage_cost(&self, p: &[f64], state: &[f64], control: &[f64]) -> f64;
    fn final_cost(&self, p: &[f64], state: &[f64]) -> f64;
    fn linearize(&self, p: &[f64], state: &[f64], control: &[f64], out: &mut Linearization);
    fn final_cost_gradient(&self, p: &[f64], state: &[f64], gradient: &mut [f64]);
    fn margin(&self, p: &[f64], state: &[Margin], control: &[Margin]) -> (Vec<f64>, f64);
    fn final_margin(&self, p: &[f64], state: &[Margin]) -> f64;
    fn warning(&self, p: &[f64]) -> Option<String>;
    fn geometry(&self, p: &[f64]) -> Option<Geometry>;
    fn scene(&self, p: &[f64], state: &[f64], control: &[f64], share: f64) -> Scene;
    fn closed_form(&self, p: &[f64], theta: &[f64], sigma: f64, b: f64) -> Option<ClosedForm>;
    fn feedback_closed_form(
        &self,
        p: &[f64],
        theta: &[f64],
        horizon: usize,
        sigma: f64,
    ) -> Option<ClosedForm>;
}

struct Erased<T, const N: usize, const M: usize>(PhantomData<T>);

fn array<S: Copy, const D: usize>(slice: &[S]) -> [S; D] {
    std::array::from_fn(|i| slice[i])
}

impl<T: System<N, M>, const N: usize, const M: usize> Erased<T, N, M> {
    fn parameters<S: crate::number::Scalar>(p: &[f64]) -> T::Parameters<S> {
        T::Parameters::from_fn(|i| S::constant(p[i]))
    }
}

impl<T: System<N, M>, const N: usize, const M: usize> Formulas for Erased<T, N, M> {
    fn advance(&self, p: &[f64], state: &[f64], control: &[f64], next: &mut [f64]) {
        next.copy_from_slice(&T::advance(
            &Self::parameters(p),
            array(state),
            array(control),
        ));
    }

    fn stage_cost(&self, p: &[f64], state: &[f64], control: &[f64]) -> f64 {
        T::stage_cost(&Self::parameters(p), array(state), array(control))
    }

    fn final_cost(&self, p: &[f64], state: &[f64]) -> f64 {
        T::final_cost(&Self::parameters(p), array(state))
    }

    fn linearize(&self, p: &[f64], state: &[f64], control: &[f64], out: &mut Linearization) {
        use crate::number::Scalar as _;
        let x: [Dual<N>; N] = std::array::from_fn(|i| Dual::variable(state[i], i));
        let u: [Dual<N>; M] = std::array::from_fn(|i| Dual::constant(control[i]));
        let parameters = Self::parameters(p);
        let next = T::advance(&parameters, x, u);
        for (i, next) in next.iter().enumerate() {
            out.state_jacobian[i * N..(i + 1) * N].copy_from_slice(&next.derivative);
        }
        let cost = T::stage_cost(&parameters, x, u);
        out.state_gradient.copy_from_slice(&cost.derivative);

        let x: [Dual<M>; N] = std::array::from_fn(|i| Dual::constant(state[i]));
        let u: [Dual<M>; M] = std::array::from_fn(|i| Dual::variable(control[i], i));
        let parameters = Self::parameters(p);
        let next = T::advance(&parameters, x, u);
        for (i, next) in next.iter().enumerate() {
            out.control_jacobian[i * M..(i + 1) * M].copy_from_slice(&next.derivative);
        }
        let cost = T::stage_cost(&parameters, x, u);
        out.control_gradient.copy_from_slice(&cost.derivative);
    }

    fn final_cost_gradient(&self, p: &[f64], state: &[f64], gradient: &mut [f64]) {
        let x: [Dual<N>; N] = std::array::from_fn(|i| Dual::variable(state[i], i));
        let cost = T::final_cost(&Self::parameters(p), x);
        gradient.copy_from_slice(&cost.derivative);
    }

    fn margin(&self, p: &[f64], state: &[Margin], control: &[Margin]) -> (Vec<f64>, f64) {
        let parameters = Self::parameters(p);
        let (x, u) = (array(state), array(control));
        let next: [Margin; N] = T::advance(&parameters, x, u);
        let cost = T::stage_cost(&parameters, x, u);
        let margin = next.iter().fold(cost.margin, |m, x| m.min(x.margin));
        (next.iter().map(|x| x.value).collect(), margin)
    }

    fn final_margin(&self, p: &[f64], state: &[Margin]) -> f64 {
        T::final_cost(&Self::parameters(p), array(state)).margin
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

/// What a task takes from its system unless told otherwise.
#[derive(Clone, Debug)]
pub struct Defaults {
    /// The policy.
    pub policy: Policy,
    /// What the noise is added to.
    pub noise_on: NoiseOn,
    /// The distribution of initial state and parameters.
    pub environment: Environment,
    /// p in step/iteration^p of the published descent.
    pub step_decay: f64,
    /// Whether small deviations grow along a trajectory.
    pub amplifies_rounding: bool,
}

impl Defaults {
    fn of<T: System<N, M>, const N: usize, const M: usize>(parameters: &[Parameter]) -> Self {
        let constant = T::INITIAL_STATE.map(|x| Initial::new(Draw::Constant(x)));
        let initial = match T::INITIAL {
            [] => constant.to_vec(),
            random => random.to_vec(),
        };
        assert_eq!(initial.len(), N, "INITIAL has N coordinates");
        let earlier = |(i, x): (usize, &Initial)| x.terms.iter().all(|(j, _)| *j < i);
        assert!(
            initial.iter().enumerate().all(earlier),
            "terms of INITIAL are earlier coordinates"
        );
        let draw = |p: &Parameter| {
            let found = T::RANDOMIZED.iter().find(|(name, _)| *name == p.name);
            found.map_or(Draw::Constant(p.default), |(_, draw)| *draw)
        };
        Self {
            policy: T::POLICY,
            noise_on: T::NOISE_ON,
            environment: Environment {
                initial,
                parameters: parameters.iter().map(draw).collect(),
            },
            step_decay: T::STEP_DECAY,
            amplifies_rounding: T::AMPLIFIES_ROUNDING,
        }
    }
}

/// A contact system ready to be run by any engine.
pub struct Model {
    about: About,
    parameters: &'static [Parameter],
    defaults: Defaults,
    formulas: Box<dyn Formulas>,
    traces: Traces,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model")
            .field("name", &self.about.name)
            .finish_non_exhaustive()
    }
}

impl Model {
    /// Erases and traces a system.
    pub fn new<T: System<N, M>, const N: usize, const M: usize>(_system: T) -> Self {
        assert_eq!(T::ABOUT.state.len(), N, "ABOUT.state names N coordinates");
        assert_eq!(
            T::ABOUT.control.len(),
            M,
            "ABOUT.control names M coordinates"
        );
        let parameters = <T::Parameters<f64> as ParameterSet<f64>>::LIST;
        let traces = Traces::of::<T, N, M>();
        Self {
            about: T::ABOUT,
            parameters,
            defaults: Defaults::of::<T, N, M>(parameters),
            formulas: Box::new(Erased::<T, N, M>(PhantomData)),
            traces,
        }
    }

    /// Name, units and defaults.
    pub fn about(&self) -> &About {
        &self.about
    }

    /// The run-time parameters with units and defaults.
    pub fn parameters(&self) -> &'static [Parameter] {
        self.parameters
    }

    /// The default values of the parameters, in their order.
    pub fn default_parameters(&self) -> Vec<f64> {
        self.parameters.iter().map(|p| p.default).collect()
    }

    /// The position of a parameter, or an error that suggests the nearest name.
    pub fn parameter_index(&self, name: &str) -> Result<usize> {
        self.parameters
            .iter()
            .position(|p| p.name == name)
            .ok_or_else(|| Error::UnknownParameter {
                task: self.about.name.into(),
                name: name.into(),
                nearest: nearest(name, self.parameters.iter().map(|p| p.name)),
                known: self.parameters.iter().map(|p| p.name.to_string()).collect(),
            })
    }

    /// N, the number of state coordinates.
    pub fn state_size(&self) -> usize {
        self.about.state.len()
    }

    /// M, the number of control coordinates.
    pub fn control_size(&self) -> usize {
        self.about.control.len()
    }

    /// What a task takes from its system unless told otherwise.
    pub fn defaults(&self) -> &Defaults {
        &self.defaults
    }

    /// The system as expression graphs.
    pub fn traces(&self) -> &Traces {
        &self.traces
    }

    /// Arrays of the right size for [`Model::linearize`].
    pub fn linearization(&self) -> Linearization {
        let (n, m) = (self.state_size(), self.control_size());
        Linearization {
            state_jacobian: vec![0.0; n * n],
            control_jacobian: vec![0.0; n * m],
            state_gradient: vec![0.0; n],
            control_gradient: vec![0.0; m],
        }
    }

    /// next = advance(state, control)
    pub fn advance(&self, p: &[f64], state: &[f64], control: &[f64], next: &mut [f64]) {
        self.formulas.advance(p, state, control, next);
    }

    /// stage_cost(state, control)
    pub fn stage_cost(&self, p: &[f64], state: &[f64], control: &[f64]) -> f64 {
        self.formulas.stage_cost(p, state, control)
    }

    /// final_cost(state)
    pub fn final_cost(&self, p: &[f64], state: &[f64]) -> f64 {
        self.formulas.final_cost(p, state)
    }

    /// First derivatives of `advance` and `stage_cost` by dual numbers.
    pub fn linearize(&self, p: &[f64], state: &[f64], control: &[f64], out: &mut Linearization) {
        self.formulas.linearize(p, state, control, out);
    }

    /// ∂final_cost/∂x by dual numbers.
    pub fn final_cost_gradient(&self, p: &[f64], state: &[f64], gradient: &mut [f64]) {
        self.formulas.final_cost_gradient(p, state, gradient);
    }

    /// The next state and the smallest margin of the branches in `advance` and `stage_cost`.
    pub fn margin(&self, p: &[f64], state: &[Margin], control: &[Margin]) -> (Vec<f64>, f64) {
        self.formulas.margin(p, state, control)
    }

    /// The smallest margin of the branches in `final_cost`.
    pub fn final_margin(&self, p: &[f64], state: &[Margin]) -> f64 {
        self.formulas.final_margin(p, state)
    }

    /// What is wrong with these parameters, if anything.
    pub fn warning(&self, p: &[f64]) -> Option<String> {
        self.formulas.warning(p)
    }

    /// What stands still in a picture and how it is laid out; none for a system that is not in space.
    pub fn geometry(&self, p: &[f64]) -> Option<Geometry> {
        self.formulas.geometry(p)
    }

    /// Everything that moves at one instant; see [`System::scene`].
    pub fn scene(&self, p: &[f64], state: &[f64], control: &[f64], share: f64) -> Scene {
        self.formulas.scene(p, state, control, share)
    }

    /// Exact value, gradient and variances at theta, where known.
    pub fn closed_form(
        &self,
        p: &[f64],
        theta: &[f64],
        sigma: f64,
        baseline: f64,
    ) -> Option<ClosedForm> {
        self.formulas.closed_form(p, theta, sigma, baseline)
    }

    /// Exact value and gradient of the default feedback policy with Gaussian noise on the action, where known.
    pub fn feedback_closed_form(
        &self,
        p: &[f64],
        theta: &[f64],
        horizon: usize,
        sigma: f64,
    ) -> Option<ClosedForm> {
        self.formulas.feedback_closed_form(p, theta, horizon, sigma)
    }
}
