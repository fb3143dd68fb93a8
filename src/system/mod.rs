//! What a contact system is: [`System`], written once, generic over the number type.

pub mod file;
pub mod formulas;
pub mod functions;
pub mod model;
pub mod names;
pub mod policy;
pub mod scene;
pub mod task;

pub use names::{Coordinate, Parameter, ParameterSet, coordinate};

use crate::noise::NoiseOn;
use crate::noise::environment::{Draw, Initial};
use crate::number::Scalar;
use crate::system::policy::Policy;
use crate::system::scene::{Geometry, Scene};

/// The settings of a fixed-step descent, used by `--descent gradient`: those of the published experiment where the
/// system has one (`ball-wall`, `pivot`, `pushing`, `friction`, `roomba`, `tennis`, `lqr`), else in the same manner.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Published {
    /// N, samples per estimate.
    pub samples: u64,
    /// Step length of the fixed-step descent: theta <- theta - step · g.
    pub step: f64,
    /// Number of iterations.
    pub iterations: u32,
    /// γ, tolerance of the `aobg` rule.
    pub gamma: f64,
    /// R, bound on the norm of one zeroth-order sample.
    pub bound: f64,
}

/// The settings of a trust-region descent that work well, used by default.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tuned {
    /// N, samples per estimate.
    pub samples: u64,
    /// Largest number of iterations.
    pub iterations: u32,
    /// γ, tolerance of the `aobg` rule.
    pub gamma: f64,
    /// First trust-region radius, in the unit of theta.
    pub radius: f64,
}

/// What a user should know of a system before running it, and its defaults.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// The name on the command line: lower case, words joined by '-'.
    pub name: &'static str,
    /// One line: what it shows.
    pub summary: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// The coordinates of the state x, N of them.
    pub state: &'static [Coordinate<&'static str>],
    /// The coordinates of the control u, M of them.
    pub control: &'static [Coordinate<&'static str>],
    /// H, the number of time steps.
    pub horizon: usize,
    /// theta at the start, one value for each coordinate of theta.
    pub start: f64,
    /// σ, standard deviation of the noise on each coordinate of theta.
    pub sigma: f64,
    /// Settings of the published experiment.
    pub published: Published,
    /// Settings of the trust-region descent.
    pub tuned: Tuned,
}

/// Exact values for Gaussian noise, where they are known (`docs` of each system say from where).
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct ClosedForm {
    /// F(theta) = E f(theta + w)
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

/// A contact system with `N` state and `M` control coordinates.
///
/// The cost of a trajectory under controls u₀ … u_{H-1} is
///
///   f = Σ_{t<H} stage_cost(xₜ, uₜ, t) + final_cost(x_H),   xₜ₊₁ = advance(xₜ, uₜ)
///
/// with no factor of the time step. The formulas are generic over [`Scalar`]; a system without dynamics has
/// N = 0 and horizon d, and its coordinates arrive one per step.
pub trait System<const N: usize, const M: usize>: Send + Sync + 'static {
    /// The run-time parameters; declare them with [`parameters!`](crate::parameters).
    type Parameters<S: Scalar>: ParameterSet<S>;

    /// Name, units and defaults.
    const ABOUT: About;

    /// x₀
    const INITIAL_STATE: [f64; N];

    /// The policy without `--policy`.
    const POLICY: Policy = Policy::OpenLoop;

    /// What the noise is added to without `--noise-on`; for the open loop both are the same.
    const NOISE_ON: NoiseOn = NoiseOn::Decision;

    /// The distribution of x₀, one entry for each coordinate; empty for [`System::INITIAL_STATE`] always.
    const INITIAL: &'static [Initial] = &[];

    /// Parameters that differ from sample to sample, by name.
    const RANDOMIZED: &'static [(&'static str, Draw)] = &[];

    /// p in the published step length step/iteration^p, iterations counted from 1.
    const STEP_DECAY: f64 = 0.0;

    /// Whether small deviations grow along a trajectory, as in chaos and at many impacts, so that no engine in f32 can
    /// follow one in f64: `verify` then measures the growth and compares with that.
    const AMPLIFIES_ROUNDING: bool = false;

    /// xₜ₊₁ from xₜ and uₜ.
    fn advance<S: Scalar>(p: &Self::Parameters<S>, state: [S; N], control: [S; M]) -> [S; N];

    /// The cost of being at x and applying u at step t, which is `time` as a number: for a reference that moves, say.
    fn stage_cost<S: Scalar>(p: &Self::Parameters<S>, state: [S; N], control: [S; M], time: S)
    -> S;

    /// The cost of ending at x.
    fn final_cost<S: Scalar>(p: &Self::Parameters<S>, state: [S; N]) -> S;

    /// What is wrong with these parameters, if anything: for instance an unstable time step.
    fn warning(_p: &Self::Parameters<f64>) -> Option<String> {
        None
    }

    /// What stands still in a picture, and how it is laid out; none for a system that is not in space.
    fn geometry(_p: &Self::Parameters<f64>) -> Option<Geometry> {
        None
    }

    /// Where everything that moves is at state x under u, `share` of the step later (0 to 1): a system whose step is one
    /// instant moves nothing with `share` but [`Scene::time`]. At the end of a trajectory u is that of the last step.
    fn scene(
        _p: &Self::Parameters<f64>,
        _state: [f64; N],
        _control: [f64; M],
        _share: f64,
    ) -> Scene {
        Scene::default()
    }

    /// Exact value, gradient and variances at theta for Gaussian noise; `baseline` is b of the zeroth order.
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
