//! The rule `ivw-h` under a feedback policy with noise on the action: one weight for each control (time step h, axis a).
//!
//! ```text
//! alpha_ha = v₀/(v₀ + v₁) of the samples g₁_ha = ∂f/∂u_ha and g₀_ha = (f - b) S(w_ha), as for the open loop
//! ∇F       = mean of Σₕ Jₕᵀ alphaₕ g₁ₕ over one batch + mean of Σₕ Jₕᵀ (1 - alphaₕ) g₀ₕ over the other,  Jₕ = (∂π/∂theta)(xₕ)
//! ```
//!
//! Each sample passes through the policy at its own states, so the mix does not follow from the two gradients of theta
//! that an engine returns. Whatever the engine, it is therefore made by the reference engine's f64 samples of the same
//! numbers, in two passes: variances of the controls, then weighted samples of theta. The two orders themselves, and all
//! that is said about them, are those of the engine.

use crate::engine::nominal::finite_nominal;
use crate::engine::{Batch, Engine, Interrupt, Stream, Wanted};
use crate::error::{Error, Result};
use crate::estimate::alpha::{Reason, Variances, weights};
use crate::estimate::control_samples::{Order, Samples};
use crate::estimate::mix::{Mixed, variances};
use crate::estimate::order::{Estimate, vector};
use crate::estimate::settings::Settings;
use crate::system::task::Task;

/// What the two passes find.
struct Found {
    alphas: Vec<f64>,
    reason: Reason,
    first: Estimate,
    zeroth: Estimate,
    variance_of_gradient: f64,
}

/// `mixed` with the mix of the rule instead of its own; if the run is stopped before that is known, with the zeroth
/// order, which is unbiased, and marked as incomplete.
pub(crate) fn remixed(
    engine: &dyn Engine,
    task: &Task,
    theta: &[f64],
    settings: &Settings,
    iteration: u32,
    mixed: Mixed,
) -> Result<Mixed> {
    let first = settings.batch(iteration, Stream::Estimate, Wanted::Both);
    let found = match mixed.complete {
        true => passes(task, theta, settings, first, engine.interrupt()),
        false => Err(Error::Interrupted),
    };
    match found {
        Err(Error::Interrupted) => Ok(stopped(mixed)),
        found => found.map(|found| with(mixed, found)),
    }
}

fn passes(
    task: &Task,
    theta: &[f64],
    settings: &Settings,
    first: Batch,
    interrupt: &Interrupt,
) -> Result<Found> {
    let center = finite_nominal(task, theta)?;
    let second = settings.batch(first.iteration, Stream::Independent, Wanted::ZerothOrder);
    let first = Samples::new(task, theta, &center, first, Order::First)?;
    let second = Samples::new(task, theta, &center, second, Order::Zeroth)?;
    let controls = [
        first.of_controls(interrupt)?,
        second.of_controls(interrupt)?,
    ];
    for moments in &controls {
        moments.check(settings.nonfinite, task.name(), settings.seed)?;
    }
    let variances = variances(&controls[0], Some(&controls[1]));
    let total = variances
        .iter()
        .fold(Variances::default(), |sum, v| Variances {
            first: sum.first + v.first,
            zeroth: sum.zeroth + v.zeroth,
            covariance: 0.0,
        });
    let alphas = weights(&variances);
    let others: Vec<f64> = alphas.iter().map(|alpha| 1.0 - alpha).collect();
    let of_theta = [
        first.of_theta(&alphas, interrupt)?,
        second.of_theta(&others, interrupt)?,
    ];
    let counts = [&of_theta[0], &of_theta[1]].map(|m| m.count().max(1) as f64);
    let first = Estimate::first_order(&of_theta[0]);
    let zeroth = Estimate::zeroth_order(&of_theta[1]);
    Ok(Found {
        alphas,
        // Whether any control has a variance is whether their sum is above 0.
        reason: total.weight().err().unwrap_or(Reason::PerControl),
        variance_of_gradient: first.variance / counts[0] + zeroth.variance / counts[1],
        first,
        zeroth,
    })
}

fn with(mut mixed: Mixed, found: Found) -> Mixed {
    mixed.choice.alpha = found.alphas.iter().sum::<f64>() / found.alphas.len().max(1) as f64;
    mixed.choice.alphas = None;
    mixed.choice.control_alphas = Some(found.alphas);
    mixed.choice.reason = found.reason;
    let parts = found.first.gradient.iter().zip(&found.zeroth.gradient);
    mixed.gradient = parts.map(|(a, b)| a + b).collect();
    mixed.variance_of_gradient = found.variance_of_gradient;
    mixed
}

fn stopped(mut mixed: Mixed) -> Mixed {
    mixed.choice.alpha = 0.0;
    mixed.choice.alphas = None;
    mixed.choice.reason = Reason::Stopped;
    mixed.gradient = mixed.zeroth_order.gradient.clone();
    mixed.variance_of_gradient = vector(&mixed.zeroth_order.std_error).norm_squared();
    mixed.complete = false;
    mixed
}
