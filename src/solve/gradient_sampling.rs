//! Gradient sampling: the descent direction is the shortest convex combination of gradients near theta.
//!
//! ```text
//! gᵢ = ∂f/∂theta (theta + wᵢ),  i = 1 … K
//! g  = the point of least norm in the hull of the gᵢ            see crate::solve::min_norm
//! theta <- theta - q g/|g|, q by comparison                     see crate::solve::radius
//! ```
//!
//! As g·gᵢ >= |g|² for every i, a small step along -g lowers f at first order at every sampled point, where the mean
//! of the gᵢ may not: on both sides of a kink. For Lipschitz f and K > d; a jump has no gradient and stays unseen.
//! Burke, Lewis, Overton, SIAM J. Optim. 15, 2005; Burke et al., "Gradient sampling methods for nonsmooth optimization",
//! 2020. Theirs samples uniformly from a ball and shrinks it; here the noise of the task takes its place, and
//! a schedule of sigma shrinks it. The gradient at theta itself is not among the points.

use super::best::Criterion;
use super::method::{Context, Method, Moved, Observed};
use super::stopped::Stopped;
use crate::engine::moments::{NonFinitePolicy, Spread};
use crate::engine::{Sample, Stream, Wanted};
use crate::error::{Error, Result};
use crate::estimate::Settings;
use crate::estimate::zeroth;
use crate::solve::min_norm;
use crate::solve::radius::{Radius, Step};
use crate::system::task::Task;
use nalgebra::{DMatrix, DVector};

/// Gradients, at most: the quadratic program takes K² numbers.
const MOST_SAMPLES: u64 = 2000;

/// Numbers of all gradients together, at most: 128 MiB.
const MOST_VALUES: u64 = 1 << 24;

pub(super) struct GradientSampling {
    radius: Radius,
    gradient: DVector<f64>,
}

impl GradientSampling {
    pub fn new(task: &Task, radius: f64) -> Self {
        Self {
            radius: Radius::new(radius, task.mean_sigma(), task.dimension()),
            gradient: DVector::zeros(0),
        }
    }
}

/// Refuses more gradients than memory holds.
pub(super) fn check(samples: u64, task: &Task) -> Result<()> {
    if task.shaping().risk().is_some() {
        let expected = "another one under `risk`, where most samples do not count: the shortest convex combination of their gradients \
                        is 0";
        return Err(Error::invalid("descent", "gradient-sampling", expected));
    }
    let most = MOST_SAMPLES.min(MOST_VALUES / task.dimension().max(1) as u64);
    if (1..=most).contains(&samples) {
        return Ok(());
    }
    let expected =
        format!("from 1 to {most} with `descent` gradient-sampling, which keeps all gradients");
    Err(Error::invalid("samples", samples, &expected))
}

/// The finite samples.
fn finite(samples: Vec<Sample>, context: &Context<'_>) -> Result<Vec<Sample>> {
    let drawn = samples.len() as u64;
    let mut lost = (0_u64..)
        .zip(&samples)
        .filter_map(|(i, s)| s.nonfinite.map(|time| (i, time)));
    let Some((sample, time)) = lost.next() else {
        return Ok(samples);
    };
    let count = 1 + lost.count() as u64;
    if context.settings.nonfinite == NonFinitePolicy::Error || count == drawn {
        return Err(Error::NonFinite {
            task: context.task.name().into(),
            count,
            samples: drawn,
            sample,
            time,
            seed: context.settings.seed,
            hint: context.task.hint(),
        });
    }
    Ok(samples
        .into_iter()
        .filter(|s| s.nonfinite.is_none())
        .collect())
}

/// Rollouts of [`step_by_radius`], at most.
fn rollouts_of_radius(radius: &Radius, task: &Task, settings: &Settings) -> u64 {
    let mut radius = *radius;
    radius.set_cap(task.mean_sigma(), task.dimension());
    let compared = radius.lengths().len() as u64 + 1;
    settings.samples.saturating_mul(compared)
}

/// Compares steps against a gradient and takes the best, as [`Radius`] says.
fn step_by_radius(
    context: &mut Context<'_>,
    radius: &mut Radius,
    gradient: &DVector<f64>,
) -> Result<Moved> {
    radius.set_cap(context.task.mean_sigma(), context.task.dimension());
    let mut candidates = radius.candidates(context.theta, gradient.as_slice());
    let tried = radius.radius();
    let stay = |rollouts| Moved {
        theta: None,
        length: tried,
        rollouts,
    };
    if candidates.is_empty() {
        radius.update(&[]);
        return Ok(stay(0));
    }
    let batch = context
        .settings
        .batch(context.number, Stream::Candidates, Wanted::ZerothOrder);
    let decreases = context
        .engine
        .decreases(context.task, context.theta, &candidates, &batch)?;
    let rollouts = batch.samples * (candidates.len() as u64 + 1);
    Ok(match radius.update(&decreases) {
        Step::Accepted(i) => Moved {
            theta: Some(candidates.swap_remove(i)),
            length: radius.radius(),
            rollouts,
        },
        Step::Rejected => stay(rollouts),
    })
}

impl Method for GradientSampling {
    fn observe(&mut self, context: &mut Context<'_>) -> Result<Observed> {
        let (task, theta) = (context.task, context.theta);
        check(context.settings.samples, task)?;
        let batch = context
            .settings
            .batch(context.number, Stream::Estimate, Wanted::Both);
        let cost = zeroth::nominal(context.engine, task, theta, &batch)?;
        let samples = context
            .engine
            .samples(task, theta, &batch, 0..batch.samples)?;
        let samples = finite(samples, context)?;
        let (d, n) = (task.dimension(), samples.len());
        let points = DMatrix::from_fn(d, n, |j, i| samples[i].first_order[j]);
        let weights = min_norm::of_columns(&points);
        self.gradient = &points * &weights;
        let mut spread = Spread::default();
        samples.iter().for_each(|s| spread.add(s.deviation));
        Ok(Observed {
            gradient_norm: self.gradient.norm(),
            alpha: 1.0,
            effective_samples: Some(1.0 / weights.norm_squared()),
            rollouts: batch.samples,
            ..Observed::costs_only(cost, cost + spread.mean, spread.std_error(), task.sigma())
        })
    }

    fn rollouts(&self, task: &Task, settings: &Settings) -> Result<u64> {
        let compared = rollouts_of_radius(&self.radius, task, settings);
        Ok(settings.samples.saturating_add(compared))
    }

    fn step(&mut self, context: &mut Context<'_>) -> Result<Moved> {
        step_by_radius(context, &mut self.radius, &self.gradient)
    }

    fn stopped(&self) -> Option<Stopped> {
        self.radius
            .is_exhausted()
            .then_some(Stopped::RadiusTooSmall)
    }

    fn criterion(&self) -> Criterion {
        Criterion::Last
    }
}
