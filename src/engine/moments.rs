//! The statistics of a batch of samples, mergeable: [`Spread`], [`Coordinate`], [`Moments`] and [`Decrease`].
//!
//! Each knows how many samples it holds, and each is a commutative monoid up to rounding: the empty one is the identity, to
//! the bit, and `merge` associates. For two disjoint sets A and B with n_A, n_B samples, δ = mean_B - mean_A and
//! n = n_A + n_B,
//!
//!   mean = mean_A + δ n_B/n,   M2 = M2_A + M2_B + δ² n_A n_B/n,   C = C_A + C_B + δ₁ δ₀ n_A n_B/n
//!
//! (Chan, Golub, LeVeque 1979). M2 = Σ (x - mean)², C = Σ (x₁ - mean₁)(x₀ - mean₀). What rounding leaves depends on the
//! order, which is why a batch is merged along one [`Tree`](crate::engine::tree::Tree).

use crate::engine::tree::Merge;
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// What all quantities share that are known of the same two sets: which of them is empty, and if none is, n, n_B/n and
/// n_A n_B/n.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Union {
    Left,
    Right,
    Both { count: u64, share: f64, weight: f64 },
}

impl Union {
    pub(crate) fn of(left: u64, right: u64) -> Self {
        match (left, right) {
            (_, 0) => Self::Left,
            (0, _) => Self::Right,
            _ => {
                let (a, b) = (left as f64, right as f64);
                Self::Both {
                    count: left + right,
                    share: b / (a + b),
                    weight: a * b / (a + b),
                }
            }
        }
    }
}

/// Count, mean and sum of squared deviations of one quantity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// n, the number of samples.
    pub count: u64,
    /// Mean of the samples; 0 if there is none.
    pub mean: f64,
    /// M2 = Σ (x - mean)²
    pub m2: f64,
}

impl Spread {
    /// Adds one sample.
    pub fn add(&mut self, x: f64) {
        self.count += 1;
        let delta = x - self.mean;
        self.mean += delta / self.count as f64;
        self.m2 += delta * (x - self.mean);
    }

    /// The union of both sets of samples.
    pub fn merge(&mut self, other: &Self) {
        self.unite(other, Union::of(self.count, other.count));
    }

    #[inline]
    fn unite(&mut self, other: &Self, union: Union) {
        match union {
            Union::Left => {}
            Union::Right => *self = *other,
            Union::Both {
                count,
                share,
                weight,
            } => {
                let delta = other.mean - self.mean;
                self.count = count;
                self.mean += delta * share;
                self.m2 = self.m2 + other.m2 + delta * delta * weight;
            }
        }
    }

    /// The unbiased variance of one sample, M2/(n-1); NaN for fewer than two, of which nothing is known.
    pub fn variance(&self) -> f64 {
        match self.count {
            0 | 1 => f64::NAN,
            n => self.m2 / (n - 1) as f64,
        }
    }

    /// The standard error of the mean, the root of variance/n.
    pub fn std_error(&self) -> f64 {
        (self.variance() / self.count.max(1) as f64).sqrt()
    }

    /// A bound of what is large in it; beyond the range of f32, or NaN, where sums in f32 overflowed.
    fn size(&self) -> f64 {
        self.m2.sqrt() + self.mean.abs()
    }
}

/// The statistics of one coordinate of theta.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Coordinate {
    /// Of the first-order sample g₁ = ∂f/∂theta.
    pub first_order: Spread,
    /// Of the zeroth-order sample g₀ = (f - b) w/σ².
    pub zeroth_order: Spread,
    /// C = Σ (g₁ - mean)(g₀ - mean)
    pub cross: f64,
}

impl Coordinate {
    /// Adds one sample of both.
    pub fn add(&mut self, first_order: f64, zeroth_order: f64) {
        let delta = first_order - self.first_order.mean;
        self.first_order.add(first_order);
        self.zeroth_order.add(zeroth_order);
        self.cross += delta * (zeroth_order - self.zeroth_order.mean);
    }

    /// The union of both sets of samples.
    pub fn merge(&mut self, other: &Self) {
        let (left, right) = (self.zeroth_order.count, other.zeroth_order.count);
        self.unite(other, Union::of(left, right));
    }

    /// The same, where the union is known: it is that of all coordinates.
    #[inline]
    pub(crate) fn unite(&mut self, other: &Self, union: Union) {
        match union {
            Union::Left => {}
            Union::Right => *self = *other,
            Union::Both { weight, .. } => {
                let delta_first = other.first_order.mean - self.first_order.mean;
                let delta_zeroth = other.zeroth_order.mean - self.zeroth_order.mean;
                self.first_order.unite(&other.first_order, union);
                self.zeroth_order.unite(&other.zeroth_order, union);
                self.cross = self.cross + other.cross + delta_first * delta_zeroth * weight;
            }
        }
    }
}

/// Where a sample first was not finite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offender {
    /// The number of the sample.
    pub sample: u64,
    /// The time step; on the way back if the trajectory itself was finite.
    pub time: u32,
}

/// The samples that were left out because they were not finite.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum NonFinitePolicy {
    /// Fail and name the first one.
    #[default]
    Error,
    /// Leave them out of every mean and report how many.
    Drop,
}

/// The statistics of a batch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Moments {
    /// Of f - f(theta, 0), the cost above the noise-free one: the difference keeps the digits. Its count is that of all.
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
            deviation: Spread::default(),
            nominal,
            coordinates: vec![Coordinate::default(); dimension],
            largest_zeroth_order: 0.0,
            nonfinite: NonFinite::default(),
        }
    }

    /// The number of finite samples, those in all the means.
    pub fn count(&self) -> u64 {
        self.deviation.count
    }

    /// The number of all samples, those that were left out too.
    pub fn samples(&self) -> u64 {
        self.count() + self.nonfinite.count
    }

    /// Adds a finite sample: f - f(theta, 0), and g₁ and g₀ of each coordinate.
    pub fn add(&mut self, deviation: f64, both: impl IntoIterator<Item = (f64, f64)>) {
        self.deviation.add(deviation);
        let mut square = 0.0;
        for (c, (first_order, zeroth_order)) in self.coordinates.iter_mut().zip(both) {
            c.add(first_order, zeroth_order);
            square += zeroth_order * zeroth_order;
        }
        self.largest_zeroth_order = self.largest_zeroth_order.max(square.sqrt());
    }

    /// Adds the samples of `other`.
    pub fn merge(&mut self, other: &Self) {
        self.nonfinite.merge(other.nonfinite);
        let union = Union::of(self.count(), other.count());
        self.deviation.unite(&other.deviation, union);
        for (a, b) in self.coordinates.iter_mut().zip(&other.coordinates) {
            a.unite(b, union);
        }
        self.largest_zeroth_order = self.largest_zeroth_order.max(other.largest_zeroth_order);
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
        self.deviation.std_error()
    }

    /// Applies the policy: an error that names the first non-finite sample, or nothing.
    pub fn check(&self, policy: NonFinitePolicy, task: &str, seed: u64) -> Result<()> {
        match (self.nonfinite.first, policy, self.count()) {
            (Some(first), NonFinitePolicy::Error, _) | (Some(first), _, 0) => {
                Err(Error::NonFinite {
                    task: task.into(),
                    count: self.nonfinite.count,
                    samples: self.samples(),
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
        // NaN is neither 0 nor within the range.
        let is_out = |size: &f64| *size != 0.0 && !(SMALLEST_SAMPLE..f64::INFINITY).contains(size);
        refuse(task, self.sizes().find(is_out))
    }

    /// The same for a part, of which only overflow is known to be that of the whole.
    pub(crate) fn check_overflow(&self, task: &str) -> Result<()> {
        refuse(task, self.sizes().find(|size| !size.is_finite()))
    }

    fn sizes(&self) -> impl Iterator<Item = f64> + '_ {
        let orders = |c: &Coordinate| [c.first_order, c.zeroth_order];
        let spreads = self.coordinates.iter().flat_map(orders);
        spreads.chain([self.deviation]).map(|spread| spread.size())
    }
}

fn refuse(task: &str, size: Option<f64>) -> Result<()> {
    match size {
        None => Ok(()),
        Some(size) => Err(Error::OutOfRange {
            task: task.into(),
            size,
        }),
    }
}

impl Merge for Moments {
    fn merge(&mut self, later: &Self) {
        Moments::merge(self, later);
    }
}

/// The decrease of the cost from theta to a candidate under common random numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Decrease {
    /// Of f(theta, w) - f(candidate, w), over the samples that are finite at both.
    pub spread: Spread,
    /// Samples that are not finite at theta or at the candidate.
    pub nonfinite: NonFinite,
}

impl Decrease {
    /// Samples that are finite at both.
    pub fn count(&self) -> u64 {
        self.spread.count
    }
    /// The mean decrease.
    pub fn mean(&self) -> f64 {
        self.spread.mean
    }
    /// Its standard error.
    pub fn std_error(&self) -> f64 {
        self.spread.std_error()
    }
    /// The union of both sets of samples.
    pub fn merge(&mut self, other: &Self) {
        self.spread.merge(&other.spread);
        self.nonfinite.merge(other.nonfinite);
    }
}

impl Merge for Decrease {
    fn merge(&mut self, later: &Self) {
        Decrease::merge(self, later);
    }
}
