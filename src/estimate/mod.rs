//! From moments to the zeroth-order, first-order and mixed estimates of ∇F.
//!
//!   g₁ = mean of ∂f/∂theta,   g₀ = mean of (f - b) w/σ²,   g = alpha g₁ + (1 - alpha) g₀
//!
//! with one alpha, or one for each coordinate.
//!
//! `variance` is the trace of the covariance of *one* sample; the mean of N samples has variance/N.

pub mod alpha;
pub mod bias;
pub mod control_samples;
pub mod control_weights;
pub mod directions;
pub mod document;
mod explained;
pub mod least_squares;
mod warning;
pub mod zeroth;

pub use warning::{Warning, warnings};

use crate::engine::moments::{Coordinate, Moments, NonFinite, NonFinitePolicy, Spread};
use crate::engine::{Baseline, Batch, Engine, Stream, Wanted};
use crate::error::{Error, Result};
use crate::estimate::alpha::{Choice, Poincare, Rule, Statistics, Variances};
use crate::estimate::bias::Report;
use crate::estimate::directions::Directions;
use crate::estimate::zeroth::Zeroth;
use crate::noise::Distribution;
use crate::system::task::Task;
use nalgebra::DVector;
use serde::{Serialize, Serializer};

/// How an estimate is made.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Settings {
    /// N, samples per batch.
    pub samples: u64,
    /// The seed of the run.
    pub seed: u64,
    /// How alpha is chosen.
    pub rule: Rule,
    /// b of the zeroth order.
    pub baseline: Baseline,
    /// γ, tolerance of the rule `aobg`, in the unit of the gradient.
    pub gamma: f64,
    /// δ, the probability with which the confidence radius may fail.
    pub failure_probability: f64,
    /// R, bound on the norm of one zeroth-order sample; from the batch if there is none.
    pub bound: Option<f64>,
    /// What to do with samples that are not finite.
    pub nonfinite: NonFinitePolicy,
    /// Which directions the noise of the zeroth order takes.
    pub directions: Directions,
    /// Which formula makes the zeroth order of the costs.
    pub zeroth: Zeroth,
}

impl Settings {
    /// Checks every number; the error names the setting.
    pub fn check(&self) -> Result<()> {
        if !(self.gamma > 0.0 && self.gamma.is_finite()) {
            let expected = "a positive finite number";
            return Err(Error::invalid("gamma", self.gamma, expected));
        }
        let delta = self.failure_probability;
        if !(delta > 0.0 && delta < 1.0) {
            let expected = "a probability above 0 and below 1";
            return Err(Error::invalid("failure_probability", delta, expected));
        }
        if let Some(bound) = self.bound.filter(|r| !(*r > 0.0 && r.is_finite())) {
            return Err(Error::invalid("bound", bound, "a positive finite number"));
        }
        self.batch(0, Stream::Estimate, Wanted::Both).check()
    }

    /// Batches that an estimate of both orders draws: two if each order has its own.
    pub fn batches(&self) -> u64 {
        match self.draws_directions() {
            true => 2,
            false => self.rule.facts().batches,
        }
    }

    /// The batch of one iteration and purpose.
    pub fn batch(&self, iteration: u32, stream: Stream, wanted: Wanted) -> Batch {
        Batch {
            iteration,
            stream,
            baseline: self.baseline,
            wanted,
            ..Batch::new(self.samples, self.seed)
        }
    }
}

/// A plain array of numbers; nalgebra itself would write its storage.
fn as_array<S: Serializer>(
    vector: &DVector<f64>,
    serializer: S,
) -> std::result::Result<S::Ok, S::Error> {
    serializer.collect_seq(vector.iter())
}

/// One of the two estimates.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The mean, d values.
    #[serde(serialize_with = "as_array")]
    pub gradient: DVector<f64>,
    /// Trace of the covariance of one sample.
    pub variance: f64,
    /// The standard error of each coordinate of the mean.
    #[serde(serialize_with = "as_array")]
    pub std_error: DVector<f64>,
}

impl Estimate {
    /// ∇̄¹F of a batch.
    pub fn first_order(m: &Moments) -> Self {
        Self::of(m, |c| c.first_order)
    }

    /// ∇̄⁰F of a batch.
    pub fn zeroth_order(m: &Moments) -> Self {
        Self::of(m, |c| c.zeroth_order)
    }

    fn of(m: &Moments, pick: impl Fn(&Coordinate) -> Spread) -> Self {
        let spreads: Vec<Spread> = m.coordinates.iter().map(pick).collect();
        let each =
            |of: fn(&Spread) -> f64| DVector::from_iterator(spreads.len(), spreads.iter().map(of));
        Self {
            gradient: each(|s| s.mean),
            variance: spreads.iter().map(Spread::variance).sum(),
            std_error: each(Spread::std_error),
        }
    }
}

/// Both estimates, the mix and how it was chosen.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mixed {
    /// Mean of f over all samples of the batch.
    pub value_mean: f64,
    /// Its standard error.
    pub value_std_error: f64,
    /// f(theta, 0), without noise.
    pub value_at_theta: f64,
    /// ∇̄¹F; none if only the zeroth order was wanted.
    pub first_order: Option<Estimate>,
    /// ∇̄⁰F
    pub zeroth_order: Estimate,
    /// The mix and its reason.
    pub choice: Choice,
    /// How far the two orders differ and what that means; none if only the zeroth order was wanted.
    pub report: Option<Report>,
    /// ∇̄F = alpha ∇̄¹F + (1 - alpha) ∇̄⁰F
    #[serde(serialize_with = "as_array")]
    pub gradient: DVector<f64>,
    /// Trace of the covariance of `gradient` itself, not of one sample.
    pub variance_of_gradient: f64,
    /// The samples left out.
    pub nonfinite: NonFinite,
    /// Rollouts this took.
    pub rollouts: u64,
    /// False if it was stopped and rests on fewer samples than were asked for.
    pub complete: bool,
}

/// The mixed estimate of ∇F at `theta`.
///
/// A rule of two batches draws independent ones for the two orders, 2N rollouts; the others share one: see
/// [`alpha::Facts`].
/// Under a feedback policy `ivw-h` rolls the same samples out again: see [`crate::estimate::control_weights`].
pub fn estimate(
    engine: &mut dyn Engine,
    task: &Task,
    theta: &[f64],
    settings: &Settings,
    iteration: u32,
    wanted: Wanted,
) -> Result<Mixed> {
    let mixed = estimate_so_far(engine, task, theta, settings, iteration, wanted)?;
    match mixed.complete {
        true => Ok(mixed),
        false => Err(Error::Interrupted),
    }
}

/// The same from the samples that are done if the run is stopped, with an engine that keeps them
/// ([`crate::engine::Interrupt::keep_partial`]); a first batch then serves for both orders.
pub fn estimate_so_far(
    engine: &mut dyn Engine,
    task: &Task,
    theta: &[f64],
    settings: &Settings,
    iteration: u32,
    wanted: Wanted,
) -> Result<Mixed> {
    settings.check_for(task)?;
    let independent = settings.batches() == 2 && wanted == Wanted::Both;
    let mut draw = |stream, wanted| -> Result<Moments> {
        let batch = settings.batch(iteration, stream, wanted);
        if settings.draws_directions() && wanted == Wanted::ZerothOrder {
            return zeroth::moments(engine, task, theta, settings, &batch);
        }
        let moments = engine.moments(task, theta, &batch)?;
        moments.check(settings.nonfinite, task.name(), settings.seed)?;
        Ok(moments)
    };
    let first = draw(Stream::Estimate, wanted)?;
    let stopped = !settings.draws_directions() && first.samples() < settings.samples;
    let second = match independent && !stopped {
        true => match draw(Stream::Independent, Wanted::ZerothOrder) {
            Err(Error::Interrupted) => None,
            second => Some(second?),
        },
        false => None,
    };
    let expected = settings.samples * if independent { 2 } else { 1 };
    // Whatever directions the zeroth order takes: the test looks at the first batch alone, which takes none.
    let sigma = gaussian_sigma(task);
    let settings = settings.per_unit(task)?;
    let mixed = mix(&first, second.as_ref(), &settings, wanted, sigma);
    let mixed = Mixed {
        complete: settings.draws_directions() || mixed.rollouts >= expected,
        ..mixed
    };
    match wanted == Wanted::Both && settings.weighs_controls(task) {
        true => control_weights::remixed(engine, task, theta, &settings, iteration, mixed),
        false => Ok(mixed),
    }
}

/// σ if the noise is Gaussian on the decision and nothing else is random, so that the inequality of [`Poincare`] holds.
fn gaussian_sigma(task: &Task) -> Option<f64> {
    let holds = task.noise().distribution == Distribution::Gaussian
        && task.noise_is_on_decision()
        && !task.environment().is_random();
    holds.then_some(task.sigma())
}

/// The mix of the first-order estimate of `first` with the zeroth-order estimate of `second`, or of the same
/// batch if there is no second one. `gaussian_sigma` is σ if the noise is Gaussian on the decision and nothing else is
/// random; without it there is no test for jumps.
pub fn mix(
    first: &Moments,
    second: Option<&Moments>,
    settings: &Settings,
    wanted: Wanted,
    gaussian_sigma: Option<f64>,
) -> Mixed {
    let zeroth_batch = second.unwrap_or(first);
    let zeroth_order = Estimate::zeroth_order(zeroth_batch);
    let first_order = (wanted == Wanted::Both).then(|| Estimate::first_order(first));
    let variances = variances(first, second);
    let difference = first_order
        .as_ref()
        .map(|e| &e.gradient - &zeroth_order.gradient);
    // |g₀ - mean| <= |g₀| + |mean|: a bound that needs no second pass over the samples.
    let largest = zeroth_batch.largest_zeroth_order + zeroth_order.gradient.norm();
    let statistics = Statistics {
        samples: zeroth_batch.count(),
        dimension: variances.len(),
        first_variance: first_order.as_ref().map_or(0.0, |e| e.variance),
        zeroth_variance: zeroth_order.variance,
        covariance: variances.iter().map(|v| v.covariance).sum(),
        bias: difference.map_or(0.0, |d| d.norm()),
        bound: settings.bound.unwrap_or(largest),
        poincare: first_order
            .as_ref()
            .zip(gaussian_sigma)
            .map(|(e, sigma)| Poincare {
                first_variance: e.variance,
                first_norm_squared: e.gradient.norm_squared(),
                value_variance: first.deviation.variance(),
                sigma,
            }),
        coordinates: &variances,
    };
    let choice = alpha::choose(settings, &statistics);
    let counts = [first.count(), zeroth_batch.count()].map(|n| n.max(1) as f64);
    let (gradient, variance_of_gradient) = weighted(
        first_order.as_ref(),
        &zeroth_order,
        &variances,
        &choice,
        counts,
    );
    let report = first_order
        .as_ref()
        .map(|e| bias::report(e, &zeroth_order, &statistics, first, zeroth_batch, settings));
    let values = values(first, second);
    Mixed {
        value_mean: values.value_mean(),
        value_std_error: values.value_std_error(),
        value_at_theta: first.nominal,
        first_order,
        zeroth_order,
        choice,
        report,
        gradient,
        variance_of_gradient,
        nonfinite: values.nonfinite,
        rollouts: values.samples(),
        complete: true,
    }
}

/// v₁, v₀ and c of each coordinate; c is 0 for independent batches.
pub(crate) fn variances(first: &Moments, second: Option<&Moments>) -> Vec<Variances> {
    let zeroth = second.unwrap_or(first);
    let pairs = first.coordinates.iter().zip(&zeroth.coordinates);
    let of = |(a, b): (&Coordinate, &Coordinate)| Variances {
        first: a.first_order.variance(),
        zeroth: b.zeroth_order.variance(),
        covariance: match second {
            Some(_) => 0.0,
            None => a.cross / (first.count().max(2) - 1) as f64,
        },
    };
    pairs.map(of).collect()
}

/// The mix with the weights of `choice`, and the trace of its covariance; `counts` are the samples of both orders.
fn weighted(
    first: Option<&Estimate>,
    zeroth: &Estimate,
    variances: &[Variances],
    choice: &Choice,
    [n1, n0]: [f64; 2],
) -> (DVector<f64>, f64) {
    let Some(first) = first else {
        return (zeroth.gradient.clone(), zeroth.variance / n0);
    };
    let alpha = |i: usize| choice.alphas.as_ref().map_or(choice.alpha, |a| a[i]);
    let gradient = DVector::from_fn(variances.len(), |i, _| {
        alpha(i) * first.gradient[i] + (1.0 - alpha(i)) * zeroth.gradient[i]
    });
    let of = |(i, v): (usize, &Variances)| {
        let (a, b) = (alpha(i), 1.0 - alpha(i));
        a * a * v.first / n1 + b * b * v.zeroth / n0 + 2.0 * a * b * v.covariance / n0
    };
    (gradient, variances.iter().enumerate().map(of).sum())
}

/// The moments of f over both batches.
fn values(first: &Moments, second: Option<&Moments>) -> Moments {
    let mut values = Moments {
        coordinates: Vec::new(),
        ..first.clone()
    };
    if let Some(second) = second {
        values.merge(&Moments {
            coordinates: Vec::new(),
            ..second.clone()
        });
    }
    values
}
