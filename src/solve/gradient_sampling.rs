//! Gradient sampling: the descent direction is the shortest convex combination of gradients near theta.
//!
//! ```text
//! gᵢ = ∂f/∂theta (theta + wᵢ),  i = 1 … K
//! g  = the point of least norm in the hull of the gᵢ            see crate::solve::min_norm
//! theta <- theta - q g/|g|, q by comparison                     see crate::solve::trust_region
//! ```
//!
//! As g·gᵢ >= |g|² for every i, a small step along -g lowers f at first order at every sampled point, where the mean
//! of the gᵢ may not: on both sides of a kink. For Lipschitz f and K > d; a jump has no gradient and stays unseen.
//! Burke, Lewis, Overton, SIAM J. Optim. 15, 2005; Burke et al., "Gradient sampling methods for nonsmooth optimization",
//! 2020. Theirs samples uniformly from a ball and shrinks it; here the noise of the task takes its place, and
//! a schedule of sigma shrinks it. The gradient at theta itself is not among the points.

use super::best::Criterion;
use super::gradient::{region_step, rollouts_of_region};
use super::method::{Context, Method, Moved, Observed};
use super::solution::Stopped;
use crate::engine::moments::{NonFinitePolicy, Spread};
use crate::engine::{Sample, Stream, Wanted};
use crate::error::{Error, Result};
use crate::estimate::Settings;
use crate::estimate::zeroth;
use crate::solve::min_norm;
use crate::solve::trust_region::TrustRegion;
use crate::system::task::Task;
use nalgebra::{DMatrix, DVector};

/// Gradients, at most: the quadratic program takes K² numbers.
const MOST_SAMPLES: u64 = 2000;

/// Numbers of all gradients together, at most: 128 MiB.
const MOST_VALUES: u64 = 1 << 24;

pub(super) struct GradientSampling {
    region: TrustRegion,
    gradient: DVector<f64>,
}

impl GradientSampling {
    pub fn new(task: &Task, radius: f64) -> Self {
        Self {
            region: TrustRegion::new(radius, task.sigma(), task.dimension()),
            gradient: DVector::zeros(0),
        }
    }
}

/// Refuses more gradients than memory holds.
pub(super) fn check(samples: u64, task: &Task) -> Result<()> {
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
        let compared = rollouts_of_region(&self.region, task, settings);
        Ok(settings.samples.saturating_add(compared))
    }

    fn step(&mut self, context: &mut Context<'_>) -> Result<Moved> {
        region_step(context, &mut self.region, &self.gradient)
    }

    fn stopped(&self) -> Option<Stopped> {
        self.region
            .is_exhausted()
            .then_some(Stopped::RadiusTooSmall)
    }

    fn criterion(&self) -> Criterion {
        Criterion::Last
    }
}
