//! Gradients through contact, from thousands to millions of noisy rollouts at once.
//!
//! # The problem
//!
//! Contact makes an objective f(theta) discontinuous or stiff. Noise makes it smooth:
//!
//!   F(theta) = E f(theta + w),   w ~ N(0, σ² I)
//!
//! and there are two ways to estimate ∇F from samples. Differentiating the simulator gives the *first-order* estimate,
//! the mean of g₁ = ∂f/∂theta: little variance, but blind to jumps and wild where contact is stiff. Correlating
//! cost with noise gives the *zeroth-order* estimate, the mean of g₀ = (f - b) w/σ²: always unbiased, always
//! noisy. This crate computes both with their full per-sample statistics, mixes them,
//!
//!   g = alpha g₁ + (1 - alpha) g₀,
//!
//! with alpha from the empirical variances under a bound on the empirical bias, and descends.
//!
//! # The flow
//!
//! Data flows one way, and the modules below stand in that order:
//!
//! ```text
//! system -> task -> engine (rollout, adjoint, reduce) -> moments -> estimate -> alpha -> step
//! ```
//!
//! # Symbols
//!
//! | symbol | meaning | unit | shape | name |
//! |---|---|---|---|---|
//! | x | state | of the system | N | `state` |
//! | u | control | of the system | M | `control` |
//! | H | time steps | | | `horizon` |
//! | theta | decision: the control sequence | of u | d = H·M | `theta` |
//! | w | noise on theta | of u | d | `noise` |
//! | σ | standard deviation of w (never the variance) | of u | | `sigma` |
//! | N, K | samples | | | `samples` |
//! | f | cost of one sample | | | `cost`, `deviation` from f(theta, 0) |
//! | F | smoothed objective | | | `value` |
//! | g₁, g₀ | first-order, zeroth-order sample | of f/theta | d | `first_order`, `zeroth_order` |
//! | b | baseline of g₀ | of f | | `baseline` |
//! | v₁, v₀ | trace of the covariance of one sample | | | `variance` |
//! | alpha | weight of the first order | | | `alpha` |
//! | B | empirical bias, the norm of g₁ - g₀ | of g | | `bias` |
//! | ε | confidence radius of g₀ | of g | | `confidence_radius` |
//! | γ | tolerance on bias and radius | of g | | `gamma` |
//! | δ | probability that ε fails | | | `failure_probability` |
//! | R | bound on the norm of g₀ | of g | | `bound` |
//!
//! # Example
//!
//! ```
//! use mollify::solve::Options;
//! use mollify::{Interrupt, ReferenceEngine, Task, solve};
//!
//! # fn main() -> mollify::Result<()> {
//! let task = Task::find("ball-wall")?;
//! let interrupt = Interrupt::default();
//! let mut engine = ReferenceEngine::new("asked for", interrupt.clone());
//! let options = Options::tuned(&task);
//! let found = solve(&mut engine, &task, &task.start(), &options, &interrupt, &mut |_| ())?;
//! // The throw clears the wall, with a margin for the noise: the minimum of F is -0.00949.
//! assert!(found.final_value.value_mean < -0.0094 + 4.0 * found.final_value.value_std_error);
//! # Ok(()) }
//! ```
//!
//! A system of your own is one file: see `examples/paddle.rs` and [`system::Dynamics`].

// What a number may be: values, derivatives, margins and expression graphs.
pub mod number;

pub mod noise;

// Steps through contact, for systems to take.
pub mod contact;

// What a system is, and a system ready to run.
pub mod system;

pub mod systems;

// Batches of noisy rollouts and their statistics.
pub mod engine;

// From statistics to a gradient.
pub mod estimate;

// From gradients to a minimum, and over grids of settings.
pub mod solve;

pub mod sweep;

// Whether all of this is right.
pub mod check;

// How fast it is.
pub mod benchmark;

pub mod error;

pub use engine::cpu::CpuEngine;
pub use engine::gpu::GpuEngine;
pub use engine::reference::ReferenceEngine;
pub use engine::{Engine, Interrupt};
pub use error::{Error, Result};
pub use estimate::estimate as estimate_gradient;
pub use solve::solve;
pub use system::task::Task;
