//! The statistics of a batch of samples, mergeable: [`Moments`].
//!
//! `Moments` is a commutative monoid up to rounding: [`Moments::empty`] is the identity and
//! [`Moments::merge`] associates. For two disjoint sets A and B with n_A, n_B samples, δ = mean_B - mean_A
//! and n = n_A + n_B,
//!
//!   mean = mean_A + δ n_B/n,   M2 = M2_A + M2_B + δ² n_A n_B/n,   C = C_A + C_B + δ₁ δ₀ n_A n_B/n
//!
//! (Chan, Golub, LeVeque 1979). M2 = Σ (x - mean)², C = Σ (x₁ - mean₁)(x₀ - mean₀). Engines merge in the order
//! of the samples, so that the result does not depend on how the work was cut.

use crate::error::{Error, Named, Result};
use serde::Serialize;

/// Mean and sum of squared deviations of one quantity; the count is kept beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Spread {
    /// Mean of the samples.
    pub mean: f64,
    /// M2 = Σ (x - mean)²
    pub m2: f64,
}

impl Spread {
    /// Adds one sample, which is number `n` (from 1).
    pub fn add(&mut self, n: f64, x: f64) {
        let delta = x - self.mean;
        self.mean += delta / n;
        self.m2 += delta * (x - self.mean);
    }

    /// The union of `n_self` and `n_other` samples; both at least 1.
    #[must_use]
    pub fn merged(self, n_self: f64, other: Self, n_other: f64) -> Self {
        let n = n_self + n_other;
        let delta = other.mean - self.mean;
        Self {
            mean: self.mean + delta * (n_other / n),
            m2: self.m2 + other.m2 + delta * delta * (n_self * n_other / n),
        }
    }

    /// The unbiased variance of one sample, M2/(n-1); NaN for fewer than two, of which nothing is known.
    pub fn variance(&self, n: u64) -> f64 {
        if n > 1 {
            self.m2 / (n - 1) as f64
        } else {
            f64::NAN
        }
    }
}

/// The statistics of one coordinate of theta.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Coordinate {
    /// Of the first-order sample g₁ = ∂f/∂theta.
    pub first_order: Spread,
    /// Of the zeroth-order sample g₀ = (f - b) w/σ².
    pub zeroth_order: Spread,
    /// C = Σ (g₁ - mean)(g₀ - mean)
    pub cross: f64,
}

impl Coordinate {
    /// Adds one sample of both, which is number `n` (from 1).
    pub fn add(&mut self, n: f64, first_order: f64, zeroth_order: f64) {
        let delta = first_order - self.first_order.mean;
        self.first_order.add(n, first_order);
        self.zeroth_order.add(n, zeroth_order);
        self.cross += delta * (zeroth_order - self.zeroth_order.mean);
    }

    /// The union of `n_self` and `n_other` samples; both at least 1.
    #[must_use]
    pub fn merged(self, n_self: f64, other: Self, n_other: f64) -> Self {
        let weight = n_self * n_other / (n_self + n_other);
        let delta_first = other.first_order.mean - self.first_order.mean;
        let delta_zeroth = other.zeroth_order.mean - self.zeroth_order.mean;
        Self {
            first_order: self.first_order.merged(n_self, other.first_order, n_other),
            zeroth_order: self
                .zeroth_order
                .merged(n_self, other.zeroth_order, n_other),
            cross: self.cross + other.cross + delta_first * delta_zeroth * weight,
        }
    }
}

/// Where a sample first was not finite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Offender {
    /// The number of the sample.
    pub sample: u64,
    /// The time step; on the way back if the trajectory itself was finite.
    pub time: u32,
}

/// The samples that were left out because they were not finite.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NonFinite {
    /// How many.
    pub count: u64,
    /// The one with the smallest number.
    pub first: Option<Offender>,
}

impl NonFinite {
    /// Counts one.
    pub fn add(&mut self, offender: Offender) {
        self.merge(Self {
            count: 1,
            first: Some(offender),
        });
    }

    /// The union of both.
    pub fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.first = match (self.first, other.first) {
            (Some(a), Some(b)) => Some(if b.sample < a.sample { b } else { a }),
            (a, b) => a.or(b),
        };
    }
}

/// The square of a smaller number is flushed to 0 in f32.
const SMALLEST_SAMPLE: f64 = 1e-18;

/// What to do with samples that are not finite.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NonFinitePolicy {
    /// Fail and name the first one.
    #[default]
    Error,
    /// Leave them out of every mean and report how many.
    Drop,
}

impl Named for NonFinitePolicy {
    const WHAT: &'static str = "nonfinite";
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Error, "error", "Fail and name the first one"),
        (
            Self::Drop,
            "drop",
            "Leave them out of every mean and report how many",
        ),
    ];
}

/// The statistics of a batch.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Moments {
    /// The number of finite samples, those in all the means.
    pub count: u64,
    /// Of f - f(theta, 0), the cost above the noise-free one: the difference keeps the digits.
    pub deviation: Spread,
    /// f(theta, 0), the noise-free cost.
    pub nominal: f64,
    /// One entry per coordinate of theta.
    pub coordinates: Vec<Coordinate>,
    /// The largest |g₀| of a sample.
    pub largest_zeroth_order: f64,
    /// The samples left out.
    pub nonfinite: NonFinite,
}

impl Moments {
    /// No samples yet of a task with `dimension` coordinates.
    pub fn empty(nominal: f64, dimension: usize) -> Self {
        Self {
            count: 0,
            deviation: Spread::default(),
            nominal,
            coordinates: vec![Coordinate::default(); dimension],
            largest_zeroth_order: 0.0,
            nonfinite: NonFinite::default(),
        }
    }

    /// Adds the samples of `other`.
    pub fn merge(&mut self, other: &Self) {
        self.nonfinite.merge(other.nonfinite);
        if other.count == 0 {
            return;
        }
        if self.count == 0 {
            let nonfinite = self.nonfinite;
            self.clone_from(other);
            self.nonfinite = nonfinite;
            return;
        }
        let (mine, others) = (self.count as f64, other.count as f64);
        self.deviation = self.deviation.merged(mine, other.deviation, others);
        for (a, b) in self.coordinates.iter_mut().zip(&other.coordinates) {
            *a = a.merged(mine, *b, others);
        }
        self.largest_zeroth_order = self.largest_zeroth_order.max(other.largest_zeroth_order);
        self.count += other.count;
    }

    /// Multiplies every zeroth-order sample by `factor`.
    pub fn scale_zeroth_order(&mut self, factor: f64) {
        for c in &mut self.coordinates {
            c.zeroth_order.mean *= factor;
            c.zeroth_order.m2 *= factor * factor;
            c.cross *= factor;
        }
        self.largest_zeroth_order *= factor;
    }

    /// The mean of f.
    pub fn value_mean(&self) -> f64 {
        self.nominal + self.deviation.mean
    }

    /// The standard error of [`Moments::value_mean`].
    pub fn value_std_error(&self) -> f64 {
        (self.deviation.variance(self.count) / self.count.max(1) as f64).sqrt()
    }

    /// Applies the policy: an error that names the first non-finite sample, or nothing.
    pub fn check(&self, policy: NonFinitePolicy, task: &str, seed: u64) -> Result<()> {
        match (self.nonfinite.first, policy, self.count) {
            (Some(first), NonFinitePolicy::Error, _) | (Some(first), _, 0) => {
                Err(Error::NonFinite {
                    task: task.into(),
                    count: self.nonfinite.count,
                    samples: self.count + self.nonfinite.count,
                    sample: first.sample,
                    time: first.time,
                    seed,
                })
            }
            _ => Ok(()),
        }
    }

    /// For engines that sum in f32: fails where sums overflowed, or squares are so small that they are flushed to 0.
    pub fn check_range_of_f32(&self, task: &str) -> Result<()> {
        let largest_deviation = self.deviation.m2.sqrt() + self.deviation.mean.abs();
        let spreads = self
            .coordinates
            .iter()
            .flat_map(|c| [c.first_order, c.zeroth_order])
            .map(|s| s.m2.sqrt() + s.mean.abs());
        for size in spreads.chain([largest_deviation]) {
            // NaN is neither 0 nor within the range.
            if size != 0.0 && !(SMALLEST_SAMPLE..f64::INFINITY).contains(&size) {
                return Err(Error::OutOfRange {
                    task: task.into(),
                    size,
                });
            }
        }
        Ok(())
    }
}
