//! From moments to the zeroth-order, first-order and mixed estimates of ∇F.
//!
//!   g₁ = mean of ∂f/∂theta,   g₀ = mean of (f - b) w/σ²,   g = alpha g₁ + (1 - alpha) g₀
//!
//! with one alpha, or one for each coordinate.
//!
//! `variance` is the trace of the covariance of *one* sample; the mean of K samples has variance/K.

pub mod alpha;
pub mod bias;
pub mod control_samples;
pub mod control_weights;
pub mod directions;
pub mod distributed;
pub mod document;
mod explained;
mod fit;
mod formula;
pub mod landscape;
pub mod least_squares;
pub mod linearize;
mod mix;
mod order;
pub(crate) mod risk;
mod settings;
pub mod single_precision;
pub(crate) mod units;
mod warning;
pub mod zeroth;

pub use mix::{Mixed, mix};
pub use order::Estimate;
pub use settings::Settings;
pub use warning::{Warning, warnings};

pub(crate) use order::vector;

use crate::engine::moments::Moments;
use crate::engine::{Engine, Stream, Wanted};
use crate::error::{Error, PartsError, Result};
use crate::estimate::directions::Layout;
use crate::noise::{Distribution, Ratios};
use crate::system::task::Task;

/// The mixed estimate of ∇F at `theta`.
///
/// A rule of two batches draws independent ones for the two orders, 2K rollouts; the others share one: see
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
    settings.check(task)?;
    let draw = risk::Draw::of(settings, iteration, Stream::Estimate);
    let (task, apart) = risk::settle(engine, task, theta, draw)?;
    let task = &*task;
    let independent = settings.batches() == 2 && wanted == Wanted::Both;
    let mut baselines = apart;
    let mut draw = |stream, wanted| -> Result<Moments> {
        let batch = settings.batch(iteration, stream, wanted);
        if settings.draws_directions() && wanted == Wanted::ZerothOrder {
            let moments = zeroth::moments(engine, task, theta, settings, &batch)?;
            let layout = Layout::new(settings.directions, batch.samples, task.dimension())?;
            baselines += layout.baselines(&batch, task);
            return Ok(moments);
        }
        let moments = engine.moments(task, theta, &batch)?;
        if batch.has_paired_baseline(task) {
            baselines += moments.samples();
        }
        let checked = moments.check(settings.nonfinite, task.name(), settings.seed);
        checked.map_err(|error| error.because(task.hint()))?;
        Ok(moments)
    };
    let seen = |m: &Moments| m.samples();
    let (first, lost) = match draw(Stream::Estimate, wanted) {
        Err(error) if wanted == Wanted::Both && !settings.rule.needs_first_order() => {
            let zeroth = || draw(Stream::Estimate, Wanted::ZerothOrder);
            let (moments, why) = without_first_order(error, zeroth)?;
            (moments, Some(why))
        }
        first => (first?, None),
    };
    let wanted = match lost {
        Some(_) => Wanted::ZerothOrder,
        None => wanted,
    };
    let independent = independent && lost.is_none();
    let stopped = !settings.draws_directions() && seen(&first) < settings.samples;
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
    let first = differentiated(first, task, wanted);
    let second = second.map(|moments| without_noise_like(moments, &first, task, wanted));
    let mixed = mix(&first, second.as_ref(), &settings, wanted, sigma);
    let mixed = Mixed {
        complete: settings.draws_directions() || mixed.samples >= expected,
        choice: match lost {
            Some(_) => alpha::Choice {
                alpha: 0.0,
                reason: alpha::Reason::FirstOrderLost,
                ..mixed.choice
            },
            None => mixed.choice,
        },
        first_order_lost: lost,
        rollouts: mixed.samples + baselines,
        ..mixed
    };
    match wanted == Wanted::Both && settings.weighs_controls(task) {
        true => control_weights::remixed(engine, task, theta, &settings, iteration, mixed),
        false => Ok(mixed),
    }
}

/// Coordinates of theta that have no noise.
fn without_noise(task: &Task) -> Vec<usize> {
    let ratios = task.noise_ratios().filter(|_| task.noise_is_on_decision());
    let silent = |ratios: Ratios| {
        (0..task.dimension())
            .filter(|i| ratios.of(*i) == 0.0)
            .collect()
    };
    ratios.map_or(Vec::new(), silent)
}

/// Where theta has no noise there is no zeroth order: the first order takes its place, so that every mix of both is that.
pub(crate) fn differentiated(mut moments: Moments, task: &Task, wanted: Wanted) -> Moments {
    if wanted == Wanted::Both {
        for i in without_noise(task) {
            let coordinate = &mut moments.coordinates[i];
            coordinate.zeroth_order = coordinate.first_order;
            coordinate.cross = coordinate.first_order.m2;
        }
    }
    moments
}

/// The same for a batch of the zeroth order alone.
fn without_noise_like(mut batch: Moments, first: &Moments, task: &Task, wanted: Wanted) -> Moments {
    if wanted == Wanted::Both {
        for i in without_noise(task) {
            batch.coordinates[i].zeroth_order = first.coordinates[i].first_order;
        }
    }
    batch
}

/// The zeroth order alone, where the first order was not finite or too large for f32 and the rest is; or the error that there was.
fn without_first_order(
    error: Error,
    zeroth: impl FnOnce() -> Result<Moments>,
) -> Result<(Moments, String)> {
    match error {
        Error::OutOfRange { .. } | Error::NonFinite { .. } => match zeroth() {
            Ok(moments) => Ok((moments, error.to_string())),
            // Not known is not failed.
            Err(error @ (Error::Interrupted | Error::Parts(PartsError::Unanswered))) => Err(error),
            // What was wrong first is what the user should read: it may be wrong with the value too.
            Err(_) => Err(error),
        },
        error => Err(error),
    }
}

/// σ if the noise is Gaussian on the decision and nothing else is random, so that the inequality of [`Poincare`] holds.
fn gaussian_sigma(task: &Task) -> Option<f64> {
    let holds = task.noise().distribution == Distribution::Gaussian
        && task.noise_is_on_decision()
        && task.noise_ratios().is_none()
        && task.covariance().is_none()
        && !task.environment().is_random();
    holds.then_some(task.sigma())
}
