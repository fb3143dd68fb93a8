//! Which of several candidates is better than theta beyond doubt, under the same noise for all.
//!
//! ```text
//! gain(q)   mean over n noises of f(theta, w) - f(theta - q p, w)
//! se(q)²    its sampling variance + 1.6 X min(1, q/σ)/n
//! certain   gain - 2 se          possible   gain + 2 se
//! ```
//!
//! X is what only a jump can make. For a continuous f and Gaussian noise on theta, Poincaré's inequality says
//! Var f <= σ² E|∂f/∂theta|²; what the batch shows beyond that, once chance is allowed for, is
//!
//! ```text
//! X = max(0, Var f (1 - 2 √(2/(n-1))) - σ² E|g₁|²)
//! ```
//!
//! A step of length q moves a share of about q/σ of the samples across the jump. Few samples may all miss it: their own
//! standard error then knows nothing of it, and a loss would be accepted. X is 0 in the mean where f is continuous.

use super::portfolio::Trial;
use crate::engine::{Batch, Decrease, Stream, Wanted};
use crate::error::Result;
use crate::estimate::Mixed;
use crate::solve::method::Context;
use crate::system::task::Task;

/// How many standard errors a gain must clear to count.
const CONFIDENCE: f64 = 2.0;

/// The weight of X.
const JUMP: f64 = 1.6;

/// X of a batch of n samples, from the variance of f, the trace of the variance of g₁ and |mean g₁|².
pub fn excess(
    samples: u64,
    value_variance: f64,
    first_variance: f64,
    first_square: f64,
    sigma: f64,
) -> f64 {
    let spread = (2.0 / (samples as f64 - 1.0).max(1.0)).sqrt();
    let sure = value_variance * (1.0 - CONFIDENCE * spread).max(0.0);
    (sure - sigma * sigma * (first_variance + first_square)).max(0.0)
}

/// The same of a look; 0 where the noise is not on theta alone.
pub fn excess_of(mixed: &Mixed, task: &Task) -> f64 {
    let first = mixed.first_order.as_ref();
    let holds = task.noise_is_on_decision() && !task.environment().is_random();
    let Some(first) = first.filter(|_| holds) else {
        return 0.0;
    };
    // The inequality of correlated noise has its largest variance in any direction.
    let widest = task
        .factor()
        .map_or(1.0, |factor| factor.largest_variance());
    let sigma = task.sigma() * widest.sqrt();
    let n = mixed.samples as f64;
    let square = first.gradient.iter().map(|g| g * g).sum();
    excess(
        mixed.samples,
        mixed.value_std_error.powi(2) * n,
        first.variance,
        square,
        sigma,
    )
}

/// The second batch of a comparison has the number of the iteration and this bit.
const AGAIN: u32 = 1 << 20;

/// What a comparison came to.
pub(super) struct Compared {
    /// One for each trial.
    pub gains: Vec<Decrease>,
    /// gain - 2 se of each.
    pub certain: Vec<f64>,
    /// The trial of the largest.
    pub best: usize,
    /// Whether none is certain, and one is possible.
    pub undecided: bool,
    /// What it took.
    pub rollouts: u64,
}

/// What judges gains.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judge {
    /// X
    pub excess: f64,
    /// σ
    pub sigma: f64,
}

impl Judge {
    /// Whether anything can be said of it.
    pub fn is_known(decrease: &Decrease) -> bool {
        let finite = decrease.mean().is_finite() && decrease.std_error().is_finite();
        decrease.nonfinite.count == 0 && decrease.count() > 1 && finite
    }

    /// se of the gain of a step of this length.
    pub fn error(&self, decrease: &Decrease, length: f64) -> f64 {
        let unseen = JUMP * self.excess * (length / self.sigma).min(1.0);
        (decrease.std_error().powi(2) + unseen / decrease.count().max(1) as f64).sqrt()
    }

    /// gain - 2 se, or -∞ where nothing is known.
    pub fn certain(&self, decrease: &Decrease, length: f64) -> f64 {
        match Self::is_known(decrease) {
            true => decrease.mean() - CONFIDENCE * self.error(decrease, length),
            false => f64::NEG_INFINITY,
        }
    }

    /// gain + 2 se, or -∞ where nothing is known or the mean is no gain.
    pub fn possible(&self, decrease: &Decrease, length: f64) -> f64 {
        match Self::is_known(decrease) && decrease.mean() > 0.0 {
            true => decrease.mean() + CONFIDENCE * self.error(decrease, length),
            false => f64::NEG_INFINITY,
        }
    }

    /// Compares the trials at these thetas with at most so many samples, and so many rollouts.
    pub(super) fn compare(
        &self,
        context: &mut Context<'_>,
        thetas: &[Vec<f64>],
        trials: &[Trial],
        samples: u64,
        left: f64,
    ) -> Result<Compared> {
        let at_most = (left / (trials.len() as f64 + 1.0)).max(2.0);
        let settings = context.settings;
        let batch = Batch {
            samples: (samples as f64).min(at_most) as u64,
            ..settings.batch(context.number, Stream::Candidates, Wanted::ZerothOrder)
        };
        let (task, theta) = (context.task, context.theta);
        let mut gains = context.engine.decreases(task, theta, thetas, &batch)?;
        let mut rollouts = batch.samples * (trials.len() as u64 + 1);
        let certain = |gain: &Decrease, i: usize| self.certain(gain, trials[i].length);
        let possible = |gain: &Decrease, i: usize| self.possible(gain, trials[i].length);
        let promising = largest(&gains, possible);
        let none = gains.iter().enumerate().all(|(i, g)| certain(g, i) <= 0.0);
        let is_open = |gain: &Decrease| none && possible(gain, promising) > 0.0;
        let again = 2 * batch.samples;
        if is_open(&gains[promising]) && (rollouts + again) as f64 <= left {
            let candidate = &thetas[promising..=promising];
            let iteration = batch.iteration | AGAIN;
            let batch = Batch { iteration, ..batch };
            let more = context.engine.decreases(task, theta, candidate, &batch)?;
            gains[promising].merge(&more[0]);
            rollouts += again;
        }
        let decided = certain(&gains[promising], promising) > 0.0;
        Ok(Compared {
            certain: gains
                .iter()
                .enumerate()
                .map(|(i, g)| certain(g, i))
                .collect(),
            best: largest(&gains, certain),
            undecided: !decided && is_open(&gains[promising]),
            gains,
            rollouts,
        })
    }
}

/// The place of the largest value; there is one at least.
fn largest(gains: &[Decrease], value: impl Fn(&Decrease, usize) -> f64) -> usize {
    let values: Vec<f64> = gains.iter().enumerate().map(|(i, g)| value(g, i)).collect();
    let best = (0..values.len()).max_by(|a, b| values[*a].total_cmp(&values[*b]));
    best.unwrap_or(0)
}
