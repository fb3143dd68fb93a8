//! The algebra of statistics: [`Spread`] of one quantity, [`Coordinate`] of two.
//!
//! Each knows how many samples it holds, and each is a commutative monoid up to rounding: the empty one is the identity, to
//! the bit, and `merge` associates. For two disjoint sets A and B with n_A, n_B samples, δ = mean_B - mean_A and
//! n = n_A + n_B,
//!
//!   mean = mean_A + δ n_B/n,   M2 = M2_A + M2_B + δ² n_A n_B/n,   C = C_A + C_B + δ₁ δ₀ n_A n_B/n
//!
//! (Chan, Golub, LeVeque 1979). M2 = Σ (x - mean)², C = Σ (x₁ - mean₁)(x₀ - mean₀).

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
    pub(crate) fn unite(&mut self, other: &Self, union: Union) {
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
    pub(crate) fn size(&self) -> f64 {
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
