//! What rounding to f32 does to a sample: its cost, its first order and its score, measured with [`Rounded`] numbers along the
//! trajectory and back.
//!
//!   uₜ = policy(xₜ, theta) + wₜ or policy(xₜ, theta + w),   xₜ₊₁ = advance(xₜ, uₜ)
//!   deviation = Σ (stage_cost(xₜ, uₜ, t) - cₜ) + final_cost(x_H) - c_H,   c the costs without noise
//!   λₜ, μₜ = step_vjp(xₜ, uₜ, λₜ₊₁) + (∂π/∂x)ᵀ μₜ,   g₁ = μ, or Σ (∂π/∂theta)ᵀ μₜ
//!
//! The errors are those of the system's graphs in f32 against the same graphs in f64, not against the formulas: a graph that is
//! wrong is not thereby allowed to be.

mod dispatched;
mod errors;
mod score;
mod walk;

pub use errors::{Errors, Looked, Rounding};

use crate::engine::nominal::Nominal;
use crate::engine::report::Sample;
use crate::number::rounded::Rounded;
use crate::number::rounded::program::Margins;
use crate::number::rounded::rows::SAMPLES;
use crate::system::task::Task;
use rayon::prelude::*;
use walk::{Noisy, Together};

/// What rounding does to samples of the batch at theta, which go together; `costs` are the H + 1 costs without noise.
pub fn roundings(
    task: &Task,
    theta: &[f64],
    costs: &[f64],
    samples: &[Sample],
    looked: Looked,
) -> Vec<Rounding> {
    let known = known(theta);
    let together = |samples| {
        let of = Together::new(task, &known, costs, samples);
        of.roundings(looked)
    };
    samples
        .par_chunks(SAMPLES)
        .flat_map_iter(together)
        .collect()
}

/// What it does to one.
pub fn rounding(
    task: &Task,
    theta: &[f64],
    costs: &[f64],
    sample: &Sample,
    looked: Looked,
) -> Rounding {
    let known = known(theta);
    let of = Together::new(task, &known, costs, std::slice::from_ref(sample));
    of.roundings(looked)[0]
}

/// What rounding does to the trajectory without noise: f(theta, 0) and its derivative are off by as much in every sample, which no
/// standard error shows.
pub fn noise_free_rounding(
    task: &Task,
    theta: &[f64],
    nominal: &Nominal,
    looked: Looked,
) -> Rounding {
    let sample = Sample {
        deviation: 0.0,
        baseline: 0.0,
        noise: Vec::new(),
        score: Vec::new(),
        first_order: Vec::new(),
        initial_state: task.initial_state().to_vec(),
        parameters: task.parameters().to_vec(),
        nonfinite: None,
    };
    let (known, samples) = (known(theta), [sample]);
    let of = Together::new(task, &known, &nominal.costs, &samples);
    let walk = of.walk(Noisy::No, looked, Margins::Found);
    let deviation = walk.deviation.sample(0);
    let first_order = match looked {
        Looked::Cost => None,
        Looked::All => walk.first_order().into_iter().next(),
    };
    Rounding {
        margin: deviation.margin,
        deviation: Errors::of(&[deviation]),
        baseline: Errors::default(),
        first_order: first_order.unwrap_or_default(),
        score: Errors::default(),
    }
}

/// Numbers that are known to a rounding.
fn known(values: &[f64]) -> Vec<Rounded> {
    values.iter().map(|x| Rounded::inexact(*x, 1.0)).collect()
}
