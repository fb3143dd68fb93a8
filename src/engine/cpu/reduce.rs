//! From the samples of tiles to the statistics of strips, the twin of `reduce.wgsl`: shifted sums in f32, sample by
//! sample.
//!
//! A task is [`STRIPS`] strips of a block, which are next to each other: sample = 1024 block + 64 k + strip. It takes
//! [`TILES`] tiles, each with a few k of all its strips, and keeps nothing of a tile but the sums. Where a batch is so small that
//! most lanes of its tiles would be empty, tasks share them: each adds its own lanes, in the same order.
//!
//! Longer than other files, because deviations, decreases and coordinates walk the same lanes and strips.
#![expect(
    clippy::needless_range_loop,
    reason = "several arrays at the same lane"
)]

use super::lanes::{ALWAYS_FINITE, LANES, Row};
use super::rollout::Outcome;
use pulp::{Simd, WithSimd};

/// Samples of a strip.
pub const STRIP_LENGTH: usize = 16;
/// Strips of a block.
pub const BLOCK_STRIPS: usize = 64;
/// Strips of a task.
pub const STRIPS: usize = 16;
/// Tiles of a task.
pub const TILES: usize = STRIPS * STRIP_LENGTH / LANES;
/// Tasks of a block.
pub const BLOCK_TASKS: u64 = (BLOCK_STRIPS / STRIPS) as u64;

/// Groups of lanes of a tile, one lane for each strip of a task.
const GROUPS: usize = LANES / STRIPS;

/// How many tasks share a tile in a batch of so many samples: those that have samples, if one tile has room for all of them.
pub fn sharing(samples: u64) -> usize {
    let rows = samples.div_ceil(BLOCK_STRIPS as u64).max(1) as usize;
    let tasks = (samples.div_ceil(STRIPS as u64) as usize).clamp(1, GROUPS);
    tasks.next_power_of_two().min((GROUPS / rows).max(1))
}

/// One number for each strip of a task.
pub type Strips = [f32; STRIPS];

/// The number of the sample in a lane of a tile that so many tasks share, of which this is the first.
pub fn sample(task: u64, sharing: usize, tile: usize, lane: usize) -> u64 {
    let strips = STRIPS * sharing;
    let k = (tile * LANES + lane) / strips;
    let strip = (task % BLOCK_TASKS) as usize * STRIPS + lane % strips;
    let block = (STRIP_LENGTH * BLOCK_STRIPS) as u64 * (task / BLOCK_TASKS);
    block + (k * BLOCK_STRIPS + strip) as u64
}

/// The statistics of one quantity on the strips of a task, and what was left out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Values {
    /// Finite samples.
    pub count: [u32; STRIPS],
    shift: Strips,
    sum: Strips,
    squares: Strips,
    /// The largest |g₀|.
    pub largest: Strips,
    /// Other samples.
    pub nonfinite: [u32; STRIPS],
    /// The first of those, and its time.
    pub offender: [(u64, u32); STRIPS],
}

/// Σ (x - shift)² - D²/n, which rounding may not make negative, and which overflow must not make 0.
#[inline(always)]
fn second_moment(squares: f32, correction: f32) -> f32 {
    let m2 = squares - correction;
    let clamped = if m2 > 0.0 { m2 } else { 0.0 };
    if squares.is_finite() {
        clamped
    } else {
        squares
    }
}

impl Values {
    /// Adds a sample that is finite.
    fn add(&mut self, strip: usize, value: f32, norm: f32) {
        if self.count[strip] == 0 {
            self.shift[strip] = value;
        }
        let difference = value - self.shift[strip];
        self.sum[strip] += difference;
        self.squares[strip] += difference * difference;
        self.count[strip] += 1;
        self.largest[strip] = self.largest[strip].max(norm);
    }

    /// Counts a sample that is not finite.
    fn leave_out(&mut self, strip: usize, sample: u64, time: u32) {
        if self.nonfinite[strip] == 0 {
            self.offender[strip] = (sample, time);
        }
        self.nonfinite[strip] += 1;
    }

    /// Mean and m2 of a strip.
    pub fn statistics(&self, strip: usize) -> (f32, f32) {
        let sum = self.sum[strip];
        let mean = sum / self.count[strip].max(1) as f32;
        let m2 = second_moment(self.squares[strip], mean * sum);
        (self.shift[strip] + mean, m2)
    }
}

/// Which lanes of a tile count, and for how much.
#[derive(Clone, Copy, Debug)]
pub struct Lanes {
    /// All bits set for samples that are in the batch and finite.
    included: [u32; LANES],
    /// All bits set for the first of those on a strip.
    first: [u32; LANES],
    /// f - b times the factor of the score
    weight: Row,
}

impl Default for Lanes {
    fn default() -> Self {
        Self {
            included: [0; LANES],
            first: [0; LANES],
            weight: Row::filled(0.0),
        }
    }
}

/// Adds the deviations of a tile to `values`, and finds which of its lanes count.
pub struct AddDeviations<'a> {
    pub values: &'a mut Values,
    /// None counts before.
    pub lanes: &'a mut Lanes,
    /// The samples, in order, and the number of those in the batch.
    pub samples: (&'a [u64; LANES], u64),
    pub outcome: &'a Outcome,
    /// b - f(theta, 0)
    pub baseline: f32,
    /// Of the score.
    pub factor: f32,
    /// Which of the tasks that share the tile, and how many those are.
    pub own: (usize, usize),
}

impl WithSimd for AddDeviations<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let (samples, end) = self.samples;
        let times = &self.outcome.times;
        let all_are_finite = times.iter().fold(!0, |a, b| a & b) == ALWAYS_FINITE;
        match all_are_finite && samples[LANES - 1] < end {
            true => self.add_all(),
            false => self.add_some(),
        }
    }
}

impl AddDeviations<'_> {
    /// The weight of a lane, and a bound of its |g₀|.
    #[inline(always)]
    fn weight(&self, lane: usize) -> (f32, f32) {
        let outcome = self.outcome;
        let baseline = self.baseline + outcome.baseline.0[lane];
        let weight = (outcome.deviation.0[lane] - baseline) * self.factor;
        (weight, weight.abs() * outcome.squared_score.0[lane].sqrt())
    }

    /// [`Self::add_some`] where all lanes count, without a branch.
    #[inline(always)]
    fn add_all(self) {
        let mut v = *self.values;
        let (task, sharing) = self.own;
        for group in (task..GROUPS).step_by(sharing) {
            for i in 0..STRIPS {
                let lane = group * STRIPS + i;
                let deviation = self.outcome.deviation.0[lane];
                let (weight, norm) = self.weight(lane);
                let is_first = v.count[i] == 0;
                self.lanes.included[lane] = !0;
                self.lanes.first[lane] = if is_first { !0 } else { 0 };
                self.lanes.weight.0[lane] = weight;
                v.shift[i] = if is_first { deviation } else { v.shift[i] };
                let difference = deviation - v.shift[i];
                v.sum[i] += difference;
                v.squares[i] += difference * difference;
                v.count[i] += 1;
                v.largest[i] = if norm > v.largest[i] {
                    norm
                } else {
                    v.largest[i]
                };
            }
        }
        *self.values = v;
    }

    fn add_some(self) {
        let (samples, end) = self.samples;
        let own = |lane: usize| is_own(lane, self.own);
        for (lane, &sample) in samples.iter().enumerate() {
            if sample >= end || !own(lane) {
                continue;
            }
            let strip = lane % STRIPS;
            let time = self.outcome.times[lane];
            if time != ALWAYS_FINITE {
                self.values.leave_out(strip, sample, time);
                continue;
            }
            let (weight, norm) = self.weight(lane);
            self.lanes.included[lane] = !0;
            self.lanes.first[lane] = if self.values.count[strip] == 0 { !0 } else { 0 };
            self.lanes.weight.0[lane] = weight;
            let deviation = self.outcome.deviation.0[lane];
            self.values.add(strip, deviation, norm);
        }
    }
}

/// Whether a lane is that of a task that shares its tile.
fn is_own(lane: usize, (task, sharing): (usize, usize)) -> bool {
    lane / STRIPS % sharing == task
}

/// Adds the decreases from one outcome to another under the same noise, to one of the tasks that share the tile.
pub fn add_decreases(
    (values, own): (&mut Values, (usize, usize)),
    samples: &[u64; LANES],
    end: u64,
    here: &Outcome,
    there: &Outcome,
) {
    for (lane, &sample) in samples.iter().enumerate() {
        if sample >= end || !is_own(lane, own) {
            continue;
        }
        let strip = lane % STRIPS;
        match (here.times[lane], there.times[lane]) {
            (ALWAYS_FINITE, ALWAYS_FINITE) => {
                let decrease = here.deviation.0[lane] - there.deviation.0[lane];
                values.add(strip, decrease, 0.0);
            }
            (ALWAYS_FINITE, time) | (time, _) => values.leave_out(strip, sample, time),
        }
    }
}

/// Sums of one coordinate on the strips of a task; first order, then zeroth order.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, align(64))]
pub struct Sums {
    shift: [Strips; 2],
    sum: [Strips; 2],
    squares: [Strips; 2],
    products: Strips,
}

/// The statistics of one coordinate on the strips of a task.
#[derive(Clone, Copy, Debug, Default)]
pub struct CoordinateStrips {
    /// Of the first order, then of the zeroth order.
    pub mean: [Strips; 2],
    /// Of the first order, then of the zeroth order.
    pub m2: [Strips; 2],
    /// C
    pub cross: Strips,
}

/// Adds a tile to the sums of all coordinates. `first_order` may be empty: then it is not wanted.
pub struct AddCoordinates<'a> {
    pub sums: &'a mut [Sums],
    pub lanes: &'a Lanes,
    pub score: &'a [Row],
    pub first_order: &'a [Row],
    /// Which of the tasks that share the tile, and how many those are.
    pub own: (usize, usize),
}

impl WithSimd for AddCoordinates<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        match self.own.1 {
            1 => self.add_each::<1>(),
            2 => self.add_each::<2>(),
            _ => self.add_each::<GROUPS>(),
        }
    }
}

impl AddCoordinates<'_> {
    #[inline(always)]
    fn add_each<const SHARING: usize>(self) {
        let task = if SHARING == 1 { 0 } else { self.own.0 };
        if self.first_order.is_empty() {
            for (sums, score) in self.sums.iter_mut().zip(self.score) {
                add::<false, SHARING>(sums, self.lanes, score, score, task);
            }
            return;
        }
        let rows = self.score.iter().zip(self.first_order);
        for (sums, (score, first)) in self.sums.iter_mut().zip(rows) {
            add::<true, SHARING>(sums, self.lanes, score, first, task);
        }
    }
}

#[inline(always)]
fn add<const BOTH: bool, const SHARING: usize>(
    sums: &mut Sums,
    lanes: &Lanes,
    score: &Row,
    first_order: &Row,
    task: usize,
) {
    let mut s = *sums;
    for group in (0..GROUPS / SHARING).map(|i| task + i * SHARING) {
        for i in 0..STRIPS {
            let lane = group * STRIPS + i;
            let masks = (lanes.included[lane], lanes.first[lane]);
            let zeroth = lanes.weight.0[lane] * score.0[lane];
            let d0 = shifted(&mut s.shift[1][i], zeroth, masks);
            s.sum[1][i] += d0;
            s.squares[1][i] += d0 * d0;
            if BOTH {
                let d1 = shifted(&mut s.shift[0][i], first_order.0[lane], masks);
                s.sum[0][i] += d1;
                s.squares[0][i] += d1 * d1;
                s.products[i] += d1 * d0;
            }
        }
    }
    *sums = s;
}

/// x - shift, where x is the shift if it is the first; 0 if it is not included. In bits: with branches, the compiler may
/// leave the loop to one lane at a time.
#[inline(always)]
fn shifted(shift: &mut f32, x: f32, (included, first): (u32, u32)) -> f32 {
    *shift = f32::from_bits((x.to_bits() & first) | (shift.to_bits() & !first));
    f32::from_bits((x - *shift).to_bits() & included)
}

/// Ends the sums.
pub struct Finish<'a> {
    pub counts: &'a [u32; STRIPS],
    pub sums: &'a [Sums],
    /// Where the statistics go.
    pub strips: &'a mut [CoordinateStrips],
}

impl WithSimd for Finish<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let count = self.counts.map(|n| n.max(1) as f32);
        for (out, s) in self.strips.iter_mut().zip(self.sums) {
            for i in 0..STRIPS {
                let mean = [s.sum[0][i] / count[i], s.sum[1][i] / count[i]];
                for order in 0..2 {
                    out.mean[order][i] = s.shift[order][i] + mean[order];
                    let correction = mean[order] * s.sum[order][i];
                    out.m2[order][i] = second_moment(s.squares[order][i], correction);
                }
                out.cross[i] = s.products[i] - mean[0] * s.sum[1][i];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BLOCK_STRIPS, BLOCK_TASKS, LANES, STRIP_LENGTH, TILES, is_own, sample, sharing};
    use crate::engine::gpu::{Reflection, source_with_system};

    /// Each sample of a small batch is in one lane, of the task and strip that it has alone, and there in order.
    #[test]
    fn tasks_that_share_tiles_have_their_own_samples() {
        for count in [1, 16, 17, 64, 65, 128, 129, 300, 1024] {
            let together = sharing(count);
            let mut found = Vec::new();
            for first in (0..BLOCK_TASKS).step_by(together) {
                for own in 0..together {
                    let lanes =
                        (0..TILES).flat_map(|tile| (0..LANES).map(move |lane| (tile, lane)));
                    let lanes = lanes.filter(|(_, lane)| is_own(*lane, (own, together)));
                    let samples = lanes.map(|(tile, lane)| sample(first, together, tile, lane));
                    let task = first as usize + own;
                    let alone =
                        (0..TILES).flat_map(|tile| (0..LANES).map(move |lane| (tile, lane)));
                    let alone = alone.map(|(tile, lane)| sample(task as u64, 1, tile, lane));
                    let of_batch: Vec<u64> = samples.filter(|s| *s < count).collect();
                    assert_eq!(of_batch, alone.filter(|s| *s < count).collect::<Vec<_>>());
                    found.extend(of_batch);
                }
            }
            found.sort_unstable();
            assert_eq!(found, (0..count).collect::<Vec<_>>(), "{count}");
        }
        let counts = [1, 16, 17, 32, 33, 64, 65, 128, 129, 192, 1024];
        assert_eq!(counts.map(sharing), [1, 1, 2, 2, 4, 4, 2, 2, 1, 1, 1]);
    }

    #[test]
    fn strips_are_those_of_the_shader() {
        let source = source_with_system(include_str!("../../../shaders/system.wgsl"));
        let shader = Reflection::parse("toy", &source).expect("valid");
        let constant = |name| shader.constant_u32(name).expect(name) as usize;
        assert_eq!(constant("STRIP_LANES"), BLOCK_STRIPS);
        assert_eq!(constant("STRIP_LENGTH"), STRIP_LENGTH);
        assert_eq!(constant("BLOCK_SAMPLES"), BLOCK_STRIPS * STRIP_LENGTH);
    }
}
