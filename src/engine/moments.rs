//! The statistics of a batch of samples, mergeable: [`Moments`] and [`Decrease`], of [`Spread`]s and [`Coordinate`]s.
//!
//! As those they know how many samples they hold, the empty one is the identity, and `merge` associates up to rounding. What
//! rounding leaves depends on the order, which is why a batch is merged along one [`Tree`](crate::engine::tree::Tree).

pub use crate::engine::spread::{Coordinate, Spread};

use crate::engine::spread::Union;
use crate::engine::tree::Merge;
use crate::error::{Error, Named, Result};
use serde::{Deserialize, Serialize};

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
                    hint: String::new(),
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
            hint: String::new(),
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
