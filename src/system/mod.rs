//! What a contact system is, written once, generic over the number type.
//!
//! | part | says | needed |
//! |---|---|---|
//! | [`Dynamics`] | names, units, x₀, xₜ₊₁ | always |
//! | [`Objective`] | horizon and costs; settings of a descent | for a [`Model`] |
//! | [`Drawn`] | where its bodies are | for pictures |
//! | [`Exact`] | closed forms | where they are known |
//! | [`QuasiDynamic`](quasidynamic::QuasiDynamic) | the contact problem of a step | for what is planned on it |
//!
//! [`Model::new`] takes the first two, [`Parts`](model::Parts) the others with them.

pub mod bounds;
pub mod builder;
mod checks;
pub mod file;
pub mod formulas;
pub mod functions;
mod identifiers;
pub mod knots;
pub mod model;
pub mod names;
mod origin;
pub mod planning;
pub mod policy;
pub mod quasidynamic;
pub mod scene;
pub mod shaping;
pub mod task;
pub mod variant;

pub use builder::Builder;
pub use model::Model;
pub use names::{
    ControlCoordinate, Coordinate, Parameter, ParameterSet, StateCoordinate, coordinate,
};

use crate::contact::Immersion;
use crate::error::Result;
use crate::noise::NoiseOn;
use crate::noise::environment::Draw;
use crate::number::Scalar;
use crate::system::policy::Policy;
use crate::system::scene::{Geometry, Scene};

/// The settings of the method `gradient`, which takes fixed steps: those of the published experiment for `ball-wall`, `pivot`,
/// `pushing`, `friction`, `roomba`, `tennis` and `lqr`, and ours in the same manner for the other built-in systems.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Published {
    /// K, samples per batch.
    pub samples: u64,
    /// theta <- theta - step · g in the first iteration.
    pub step: f64,
    /// Iteration i, counted from 1, steps by step/i^step_decay; 0 for equal steps.
    pub step_decay: f64,
    /// Number of iterations.
    pub iterations: u32,
    /// γ, tolerance of the rule `aobg`.
    pub gamma: f64,
    /// R as published, meant as a bound on the distance of one sample of g₀ from their mean.
    pub bound: f64,
}

/// The settings of descents that are told none. R is that of the samples, and δ is 0.05.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tuned {
    /// K, samples per batch.
    pub samples: u64,
    /// Largest number of iterations.
    pub iterations: u32,
    /// γ, tolerance of the rule `aobg`; none for that of [`Settings`](crate::estimate::Settings), which follows from the samples.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gamma: Option<f64>,
    /// r, the first radius of the trust region, in the unit of theta.
    pub radius: f64,
}

impl Tuned {
    /// A γ that ε + alpha B cannot exceed, so that the rule `aobg` takes the alpha of least variance, v₀/(v₀ + v₁).
    pub const ANY_BIAS: f64 = f64::MAX;

    /// The rollouts of a descent that is told none: ten batches of K in each of the iterations.
    pub fn rollouts(&self) -> u64 {
        10 * self.samples * u64::from(self.iterations)
    }

    /// Those of a system that says nothing: 200 samples, 60 iterations, γ from the samples, and the radius σ√d, the typical
    /// length of the noise on the d values of theta.
    pub fn derived(sigma: f64, dimension: usize) -> Self {
        Self {
            samples: 200,
            iterations: 60,
            gamma: None,
            radius: sigma * (dimension as f64).sqrt(),
        }
    }
}

/// Exact values for Gaussian noise, where they are known (`docs` of each system say from where).
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct ClosedForm {
    /// F(theta) = E f(theta, w)
    pub value: f64,
    /// ∇F(theta), d values
    pub gradient: Vec<f64>,
    /// The mean of the first-order estimate, d values; it differs from the gradient where f jumps.
    pub first_order: Vec<f64>,
    /// Trace of the covariance of one first-order sample.
    pub first_order_variance: Option<f64>,
    /// Trace of the covariance of one zeroth-order sample with the baseline asked for.
    pub zeroth_order_variance: Option<f64>,
}

/// How a system with `N` state and `M` control coordinates moves: xₜ₊₁ = advance(xₜ, uₜ).
///
/// The formulas are generic over [`Scalar`]; a system without dynamics has N = 0 and horizon d, and its coordinates arrive
/// one per step. A planner that needs no cost takes a `Dynamics` as it is.
pub trait Dynamics<const N: usize, const M: usize>: Send + Sync + 'static {
    /// The run-time parameters; declare them with [`parameters!`](crate::parameters).
    type Parameters<S: Scalar>: ParameterSet<S>;

    /// The name on the command line: lower case, words joined by '-'.
    const NAME: &'static str;

    /// One line: what it shows.
    const SUMMARY: &'static str = "";

    /// Where it comes from.
    const SOURCE: &'static str = "";

    /// The name of the contact model, for a system that exists with several.
    const CONTACT: Option<&'static str> = None;

    /// The coordinates of the state x in their order: name, unit, and the value or distribution of x₀.
    const STATE: [StateCoordinate; N];

    /// The coordinates of the control u in their order: name and unit.
    const CONTROL: [ControlCoordinate; M];

    /// Parameters that differ from sample to sample, by name.
    const RANDOMIZED: &'static [(&'static str, Draw)] = &[];

    /// How uₜ follows from xₜ, theta and w, unless another policy is given.
    const POLICY: Policy = Policy::OpenLoop;

    /// What the noise is added to unless told; for the open loop both are the same.
    const NOISE_ON: NoiseOn = NoiseOn::Decision;

    /// The coordinate of the state that each control commands, where controls say where those are to be: the open loop
    /// then starts by commanding all of them to stay.
    const COMMANDED: Option<[usize; M]> = None;

    /// xₜ₊₁ from xₜ and uₜ.
    fn advance<S: Scalar>(p: &Self::Parameters<S>, state: [S; N], control: [S; M]) -> [S; N];

    /// What is wrong with these parameters, if anything: for instance an unstable time step.
    fn warning(_p: &Self::Parameters<f64>) -> Option<String> {
        None
    }

    /// The deepest contact by a pressure field at x under u; none if there is no such contact, or no limit to its depth.
    fn immersion(
        _p: &Self::Parameters<f64>,
        _state: [f64; N],
        _control: [f64; M],
    ) -> Option<Immersion> {
        None
    }

    /// Refuses parameters that make no sense: what no engine can run.
    fn check(_p: &Self::Parameters<f64>) -> Result<()> {
        Ok(())
    }
}

/// What the trajectories of a [`Dynamics`] cost, over how many steps, and how to descend.
///
/// The cost of a trajectory under controls u₀ … u_{H-1}, with uₜ = policy(xₜ, theta, w), is
///
///   f(theta, w) = Σ_{t<H} stage_cost(xₜ, uₜ, t) + final_cost(x_H)
///
/// with no factor of the time step.
pub trait Objective<const N: usize, const M: usize>: Dynamics<N, M> {
    /// H, the number of time steps.
    const HORIZON: usize;

    /// The value of every coordinate of theta at the start.
    const START: f64 = 0.0;

    /// σ, standard deviation of each coordinate of the noise w, in the unit of what it is added to.
    const SIGMA: f64 = 0.1;

    /// Settings of the method `gradient`; none leaves them to the caller.
    const PUBLISHED: Option<Published> = None;

    /// Settings of the method `trust-region`; none for [`Tuned::derived`].
    const TUNED: Option<Tuned> = None;

    /// The cost of being at x and applying u at step t, which is `time` as a number: for a reference that moves, say.
    fn stage_cost<S: Scalar>(p: &Self::Parameters<S>, state: [S; N], control: [S; M], time: S)
    -> S;

    /// The cost of ending at x; 0 unless given.
    fn final_cost<S: Scalar>(_p: &Self::Parameters<S>, _state: [S; N]) -> S {
        S::constant(0.0)
    }
}

/// A system whose bodies are in space, so that its trajectories can be drawn.
pub trait Drawn<const N: usize, const M: usize>: Dynamics<N, M> {
    /// What stands still in a picture, and how it is laid out.
    fn geometry(p: &Self::Parameters<f64>) -> Geometry;

    /// Where everything that moves is at state x under u, `share` of the step later (0 to 1): a system whose step is one
    /// instant moves nothing with `share` but [`Scene::time`]. At the end of a trajectory u is that of the last step.
    fn scene(p: &Self::Parameters<f64>, state: [f64; N], control: [f64; M], share: f64) -> Scene;
}

/// A system whose smoothed objective is known exactly.
pub trait Exact<const N: usize, const M: usize>: Objective<N, M> {
    /// Exact value, gradient and variances of the open loop at theta for Gaussian noise; `baseline` is b of the zeroth
    /// order.
    fn closed_form(
        _p: &Self::Parameters<f64>,
        _theta: &[f64],
        _sigma: f64,
        _baseline: f64,
    ) -> Option<ClosedForm> {
        None
    }

    /// Exact value and gradient of a feedback policy with Gaussian noise on the action, for the default policy and
    /// distribution of initial states.
    fn feedback_closed_form(
        _p: &Self::Parameters<f64>,
        _theta: &[f64],
        _horizon: usize,
        _sigma: f64,
    ) -> Option<ClosedForm> {
        None
    }
}
