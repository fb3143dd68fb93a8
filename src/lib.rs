//! Gradients through contact, from thousands to millions of noisy rollouts at once.
//!
//! # The problem
//!
//! Contact makes the cost f of a trajectory discontinuous or stiff in the decision theta. Noise w makes it smooth:
//!
//!   F(theta) = E f(theta, w),   w ~ N(0, σ² I)
//!
//! There are two ways to estimate ∇F from K rollouts each, by default of two independent batches. Differentiating the
//! simulator gives the *first-order* estimate g₁: little variance, but blind to jumps and wild where contact is stiff.
//! Correlating cost with noise gives the *zeroth-order* estimate g₀: always unbiased, always noisy. This crate computes both
//! with their full per-sample statistics, mixes them, and descends:
//!
//!   g₁ = mean of ∂f/∂theta,   g₀ = mean of (f - b) w/σ²,   g = alpha g₁ + (1 - alpha) g₀
//!
//! This g₀ is for noise on theta; noise on the actions enters it through the derivative of the policy, (f - b) Σₜ
//! (∂uₜ/∂theta)ᵀ wₜ/σ², and other than Gaussian noise by its score, see [`noise`].
//!
//! # The weight
//!
//! A *rule* chooses alpha. The default is `aobg`, the alpha-order batched gradient of Suh et al. (ICML 2022): the least
//! variance for which the error of g is within a tolerance γ,
//!
//! ```text
//! minimise alpha² v₁ + (1 - alpha)² v₀   subject to   ε + alpha B <= γ
//!
//! alpha = 0                      if ε > γ
//!         a                      else if ε + a B <= γ,      a = v₀/(v₀ + v₁)
//!         (γ - ε)/B              else
//!
//! B = |g₁ - g₀|,   ε = √(2 v₀ L/K) + 2 R L/(3 K),   L = ln((d + 1)/δ)
//! ```
//!
//! ε is the radius of a Bernstein bound: were v₀ exact and R a sure bound, then with probability 1 - δ at least g₀ would be
//! off by at most ε, g₁ by at most ε + B, and g by at most ε + alpha B. Both come from the samples, which is as published, so
//! that δ is nominal. Unless told, δ = 0.05 and R is what the samples of g₀ show: the largest norm of one, plus |g₀|. A γ
//! that ε + B never reaches, such as the 1e8 of `pushing`, leaves alpha = v₀/(v₀ + v₁). See [`estimate::alpha`].
//!
//! # Decision and noise
//!
//! The control is uₜ = policy(xₜ, theta, w). In the open loop, which is the default of most systems, theta is the control
//! sequence itself: uₜ = thetaₜ + wₜ, and f(theta, w) depends on theta + w alone. Under a feedback policy theta is its
//! weights, and w is added to these weights or to the actions. The baseline b is f(theta, 0) unless told otherwise. Costs are
//! kept as deviations from f(theta, 0), so what is stored for b is b - f(theta, 0).
//!
//! # A descent from end to end
//!
//! What the program does for `optimize pushing`, where theta is H = 400 forces, each 0.1 N at the start, σ = 0.1 N, K = 200,
//! and r = 1 N at first:
//!
//! | stage | function | file |
//! |---|---|---|
//! | system, start and σ | `Task::find`, `Task::start` | `systems/pushing.rs`, `systems/mod.rs`, `system/task/mod.rs` |
//! | K, r and 60 iterations | `Options::tuned` | `solve/options.rs` |
//! | a hardware GPU, or the CPU if there is none; both in f32 | `open` | `bin/mollify/engine.rs` |
//! | repeat, with fresh noise: | `solve` | `solve/mod.rs` |
//! | - roll out two independent batches of K samples | `rollout` | `shaders/rollout.wgsl` |
//! | - differentiate those of the first | `adjoint` | `shaders/adjoint.wgsl` |
//! | - reduce to means and variances, merged in f64 | `reduce_values`, ...; `Moments` | `shaders/reduce.wgsl`, `engine/moments.rs` |
//! | - g₁ of the first batch, g₀ of the second, alpha, g | `estimate`, `choose`, `mix` | `estimate/mod.rs`, `alpha.rs`, `mix.rs` |
//! | - theta - q g/\|g\| for up to seven lengths q about r | `TrustRegion::candidates` | `solve/trust_region.rs` |
//! | - their costs and that of theta, under the same K noises | `rollout_costs` | `shaders/rollout.wgsl` |
//! | - move to what is better by two standard errors, the best of it, and let r be its q; or stay and halve r | `TrustRegion::update` | `solve/trust_region.rs` |
//! | F at the last theta from 16384 fresh samples | `Run::finish` | `solve/ending.rs` |
//!
//! Rust files are in `src`. The shaders are those of the GPU; `engine/cpu` computes the same on all cores, and
//! `engine/reference` in f64. theta, alpha and the step are f64 on every engine. The modules below stand in an order in
//! which each needs only those before it.
//!
//! # Symbols
//!
//! | symbol | meaning | unit | shape | name |
//! |---|---|---|---|---|
//! | x | state | of the system | N | `state` |
//! | u | control | of the system | M | `control` |
//! | H | time steps | | | `horizon` |
//! | theta | decision: controls, or weights of a policy | of u; of weights | d = H·M; weights | `theta` |
//! | w | noise | of what it is added to | as that | `noise` |
//! | σ | standard deviation of w (never the variance) | of w | | `sigma` |
//! | K | samples: rollouts of one batch | | | `samples` |
//! | f(theta, w) | cost of one rollout; f(theta, 0) without noise | | | `cost`, `deviation` from f(theta, 0) |
//! | F(theta) | smoothed objective, E f(theta, w) | of f | | `value` |
//! | g₁, g₀ | first-order, zeroth-order estimate: means of K samples | of f/theta | d | `first_order`, `zeroth_order` |
//! | g | their mix | of f/theta | d | `gradient` |
//! | b | baseline of g₀ | of f | | `baseline` |
//! | v₁, v₀ | trace of the covariance of one sample of g₁, g₀ | of g² | | `variance` |
//! | alpha | weight of g₁ in g | | | `alpha` |
//! | B | empirical bias, the norm of g₁ - g₀ | of g | | `bias` |
//! | ε | confidence radius of g₀ | of g | | `confidence_radius` |
//! | γ | tolerance on ε + alpha B; ε + 2√(v₀/K) unless it is given | of g | | `gamma` |
//! | δ | nominal probability that ε fails; L = ln((d + 1)/δ) | | | `failure_probability` |
//! | R | bound on the distance of one sample of g₀ from their mean | of g | | `bound` |
//! | r, q | trust region: its radius, the length of a step (Euclidean norms over all of theta) | of theta | | `radius`, `length` |
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
//! A system of your own is one file: see `examples/paddle.rs` and [`system::Dynamics`]. It can also be made at run time, from a
//! text ([`system::file`]) or value by value ([`system::Builder`]).

// What may go wrong.
pub mod error;

pub mod files;

// What a number may be: values, derivatives, margins and expression graphs.
pub mod number;

pub mod noise;

// Forces between bodies in the plane, and steps through contact, for systems to take.
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

// From linearized steps to commands that reach a goal through contact.
pub mod plan;

pub mod sweep;

// Plans that are made anew while the system runs.
pub mod control;

// Whether all of this is right.
pub mod check;

// Where the map from start to end jumps.
pub mod continuity;

// How fast it is.
pub mod benchmark;

pub use engine::cpu::CpuEngine;
pub use engine::gpu::GpuEngine;
pub use engine::reference::ReferenceEngine;
pub use engine::{Engine, Interrupt};
pub use error::{Error, Result};
pub use estimate::estimate as estimate_gradient;
pub use solve::solve;
pub use system::task::Task;
