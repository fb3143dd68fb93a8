//! Which directions the noise of a batch takes: independent ones, mirrored pairs, orthogonal groups.
//!
//! ```text
//! independent              w₁, w₂, …  each N(0, σ² I)
//! antithetic               (w, -w), (w', -w'), …
//! orthogonal               groups of g directions, wᵢ·wⱼ = 0 within a group
//! antithetic-orthogonal    (w₁, -w₁), … (w_g, -w_g), the wᵢ orthogonal
//! ```
//!
//! A *unit* is what is drawn together: a sample, a pair, or a group. Units are independent of each other, samples within
//! one are not, so every statistic is taken over units and then stated per rollout (see [`Layout::per_rollout`]).
//!
//! A group is made of Gaussian vectors zᵢ by Gram-Schmidt: wᵢ = σ |zᵢ| qᵢ. The frame q depends on the directions of the z
//! alone and |zᵢ|, which is chi(d) distributed, on none of them, so that each wᵢ alone is exactly Gaussian
//! (Choromanski et al., "Structured evolution with compact architectures for scalable policy optimization", ICML 2018).

mod evaluate;
mod shape;

pub use evaluate::{Costs, costs, for_each_chunk};
pub use shape::Shape;

use crate::engine::Batch;
use crate::engine::moments::{Moments, Spread};
use crate::error::{Error, Named, Result};
use crate::noise::Distribution;
use crate::system::task::Task;
use rayon::prelude::*;
use serde::Serialize;
use std::ops::Range;

/// Which directions the noise of a batch takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Directions {
    /// Every sample on its own
    #[default]
    Independent,
    /// Pairs (w, -w): even terms of the cost cancel; K is rounded down to whole pairs
    Antithetic,
    /// Groups of orthogonal directions, each alone still Gaussian: they tread on each other's feet less
    Orthogonal,
    /// Both: orthogonal groups, each direction with its mirror image
    AntitheticOrthogonal,
}

impl Named for Directions {
    const WHAT: &'static str = "directions";
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Independent, "independent", "Every sample on its own"),
        (
            Self::Antithetic,
            "antithetic",
            "Pairs (w, -w): even terms of the cost cancel; K is rounded down to whole pairs",
        ),
        (
            Self::Orthogonal,
            "orthogonal",
            "Groups of orthogonal directions, each alone still Gaussian: they tread on each other's feet less",
        ),
        (
            Self::AntitheticOrthogonal,
            "antithetic-orthogonal",
            "Both: orthogonal groups, each direction with its mirror image",
        ),
    ];
}

/// Directions of one group, at most: Gram-Schmidt takes 2 g² d operations.
const LARGEST_GROUP: usize = 256;

/// Groups of a batch, at least, where the samples allow: the variance is that between groups.
const LEAST_GROUPS: u64 = 8;

/// Numbers of one chunk of directions, 16 MiB.
const CHUNK_VALUES: usize = 1 << 21;

impl Directions {
    /// Whether every direction comes with its mirror image.
    pub fn is_antithetic(self) -> bool {
        matches!(self, Self::Antithetic | Self::AntitheticOrthogonal)
    }

    /// Whether directions of a group are orthogonal.
    pub fn is_orthogonal(self) -> bool {
        matches!(self, Self::Orthogonal | Self::AntitheticOrthogonal)
    }
}

/// Refuses a task whose noise is not a Gaussian one on theta; `setting` and `value` are what needs it.
pub fn check_noise(task: &Task, setting: &str, value: &str) -> Result<()> {
    let distribution = task.noise().distribution;
    if !task.noise_is_on_decision() {
        let expected = "left out where the noise is on the action, because it draws directions of theta; or give `noise_on` decision";
        return Err(Error::invalid(setting, value, expected));
    }
    if task.noise_ratios().is_some() && !matches!(value, "mppi" | "cem") {
        let expected = "left out where controls have a `sigma` of their own, because only noise of one sigma is alike in all directions";
        return Err(Error::invalid(setting, value, expected));
    }
    if task.covariance().is_some() && !matches!(value, "mppi" | "cem") {
        let expected = "left out where the noise has a covariance, because only independent noise is alike in all directions";
        return Err(Error::invalid(setting, value, expected));
    }
    if distribution != Distribution::Gaussian {
        let expected = "left out where the noise is not Gaussian, because only Gaussian noise is alike in all directions";
        return Err(Error::invalid(setting, value, expected));
    }
    Ok(())
}

/// How the samples of a batch are cut into units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// What a unit is.
    pub directions: Directions,
    /// d
    pub dimension: usize,
    /// g, drawn directions of a unit.
    pub group: usize,
    /// Independent units.
    pub units: u64,
}

impl Layout {
    /// The layout of `samples` rollouts, rounded down to whole units.
    pub fn new(directions: Directions, samples: u64, dimension: usize) -> Result<Self> {
        let mirrored = if directions.is_antithetic() { 2 } else { 1 };
        let drawn = samples / mirrored;
        let group = match directions.is_orthogonal() && dimension > 1 {
            true => (drawn / LEAST_GROUPS).clamp(2, dimension.min(LARGEST_GROUP) as u64),
            false => 1,
        };
        let units = drawn / group;
        let least = 2 * group * mirrored;
        if units < 2 && directions != Directions::Independent || units == 0 {
            let least = if units == 0 && least == 2 { 1 } else { least };
            let expected = format!("at least {least} with `directions` {}", directions.name());
            return Err(Error::invalid("samples", samples, &expected));
        }
        Ok(Self {
            directions,
            dimension,
            group: group as usize,
            units,
        })
    }

    /// Rollouts of a unit.
    pub fn rollouts_per_unit(&self) -> usize {
        match self.directions.is_antithetic() {
            true => 2 * self.group,
            false => self.group,
        }
    }

    /// Rollouts in all.
    pub fn rollouts(&self) -> u64 {
        self.units * self.rollouts_per_unit() as u64
    }

    /// Drawn directions in all; their mirror images are not counted.
    pub fn drawn(&self) -> u64 {
        self.units * self.group as u64
    }

    /// Rollouts of baselines: one for each direction where each sample has a baseline of its own, but for mirror images, whose
    /// difference has none.
    pub fn baselines(&self, batch: &Batch, task: &Task) -> u64 {
        let has_mirrors = self.rollouts() != self.drawn();
        match batch.has_paired_baseline(task) && !has_mirrors {
            true => self.drawn(),
            false => 0,
        }
    }

    /// Ranges of units whose directions fit into bounded memory.
    pub fn chunks(&self) -> impl Iterator<Item = Range<u64>> + use<> {
        let size = (CHUNK_VALUES / (self.group * self.dimension).max(1)).max(1) as u64;
        let units = self.units;
        (0..units.div_ceil(size)).map(move |c| c * size..((c + 1) * size).min(units))
    }

    /// The directions of some units in units of σ: one row of d values each, mirror images left out.
    pub fn draw(&self, key: [u32; 2], units: Range<u64>) -> Vec<f64> {
        let per_unit = self.group * self.dimension;
        let mut rows = vec![0.0; (units.end - units.start) as usize * per_unit];
        rows.par_chunks_mut(per_unit)
            .enumerate()
            .for_each(|(u, rows)| {
                let unit = units.start + u as u64;
                for (i, row) in rows.chunks_mut(self.dimension).enumerate() {
                    let number = unit * self.group as u64 + i as u64;
                    Distribution::Gaussian.fill(key, number as u32, row);
                }
                if self.group > 1 {
                    orthogonalize(rows, self.dimension);
                }
            });
        rows
    }

    /// The statistics of unit means, restated per rollout: count becomes rollouts, and a variance v_u of units of n
    /// rollouts becomes n v_u, so that variance/rollouts is still the variance of the mean. The largest sample becomes
    /// n times the largest unit, which leaves Bernstein's bound for independent units unchanged.
    pub fn per_rollout(&self, mut units: Moments) -> Moments {
        let n = self.rollouts_per_unit() as f64;
        let after = units.count() * self.rollouts_per_unit() as u64;
        let restated = |s: Spread| Spread {
            count: after,
            mean: s.mean,
            m2: s.variance() * n * after.saturating_sub(1) as f64,
        };
        units.deviation = restated(units.deviation);
        for c in &mut units.coordinates {
            c.first_order.count = after;
            c.zeroth_order = restated(c.zeroth_order);
        }
        units.largest_zeroth_order *= n;
        units
    }
}

/// Makes the rows orthogonal and keeps their lengths. Gram-Schmidt twice over: once leaves errors of the condition
/// of the rows, twice of rounding.
fn orthogonalize(rows: &mut [f64], dimension: usize) {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
    let count = rows.len() / dimension;
    let mut lengths = Vec::with_capacity(count);
    for i in 0..count {
        let (before, rest) = rows.split_at_mut(i * dimension);
        let row = &mut rest[..dimension];
        lengths.push(dot(row, row).sqrt());
        for _ in 0..2 {
            for other in before.chunks(dimension) {
                let along = dot(row, other);
                row.iter_mut().zip(other).for_each(|(x, q)| *x -= along * q);
            }
        }
        let norm = dot(row, row).sqrt();
        row.iter_mut().for_each(|x| *x /= norm);
    }
    for (row, length) in rows.chunks_mut(dimension).zip(lengths) {
        row.iter_mut().for_each(|x| *x *= length);
    }
}
