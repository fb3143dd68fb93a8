//! [`Rounded`] numbers of several samples side by side; what is done with them is in [`operations`](crate::number::rounded::operations).
#![expect(
    clippy::needless_range_loop,
    reason = "several arrays at the same sample"
)]

use crate::number::Scalar;
use crate::number::rounded::{RUNS, Rounded, UNIT_ROUNDOFF, root_mean_square, seed, seeded};

/// Samples that are evaluated together.
pub const SAMPLES: usize = 8;

/// The runs of all samples: run r of sample s is at r·SAMPLES + s.
pub(super) const WIDTH: usize = RUNS * SAMPLES;

/// One number of each sample, or one mask: all bits set where it holds, none where it does not.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub struct Row {
    pub(super) value: [f64; SAMPLES],
    pub(super) margin: [f64; SAMPLES],
    pub(super) runs: [f32; WIDTH],
}

/// The seed of the run at each place.
pub(super) const SEEDS: [u32; WIDTH] = {
    let mut seeds = [0; WIDTH];
    let mut i = 0;
    while i < WIDTH {
        seeds[i] = seed(i / SAMPLES);
        i += 1;
    }
    seeds
};

impl Row {
    /// The same in all samples.
    pub fn filled(x: Rounded) -> Self {
        Self {
            value: [x.value; SAMPLES],
            margin: [x.margin; SAMPLES],
            runs: std::array::from_fn(|i| x.runs[i / SAMPLES]),
        }
    }

    /// The same number in all samples: see [`Scalar::constant`].
    pub fn constant(value: f64) -> Self {
        Self::filled(Scalar::constant(value))
    }

    /// A mask that is the same everywhere.
    pub fn truth(value: bool) -> Self {
        Self {
            value: [f64::from_bits(if value { !0 } else { 0 }); SAMPLES],
            margin: [f64::INFINITY; SAMPLES],
            runs: [f32::from_bits(if value { !0 } else { 0 }); WIDTH],
        }
    }

    /// The number of a sample.
    pub fn sample(&self, sample: usize) -> Rounded {
        Rounded {
            value: self.value[sample],
            margin: self.margin[sample],
            runs: std::array::from_fn(|run| self.runs[run * SAMPLES + sample]),
        }
    }

    /// Puts a number in place of that of a sample.
    pub fn set(&mut self, sample: usize, x: Rounded) {
        self.value[sample] = x.value;
        self.margin[sample] = x.margin;
        for (run, single) in x.runs.into_iter().enumerate() {
            self.runs[run * SAMPLES + sample] = single;
        }
    }

    /// [`Rounded::inexact`] of a value of each sample.
    #[inline(always)]
    pub fn inexact(value: &[f64; SAMPLES], roundings: f64) -> Self {
        let mut row = Self::truth(false);
        row.value = *value;
        let mut error = [0.0; SAMPLES];
        for s in 0..SAMPLES {
            error[s] = roundings * UNIT_ROUNDOFF * value[s].abs();
            row.runs[s] = value[s] as f32;
        }
        for i in SAMPLES..WIDTH {
            let value = value[i % SAMPLES];
            row.runs[i] = (value + error[i % SAMPLES] * seeded(value as f32, SEEDS[i])) as f32;
        }
        row
    }

    /// The margins.
    pub fn margins(&self) -> &[f64; SAMPLES] {
        &self.margin
    }

    /// Lowers margins to these.
    #[inline(always)]
    pub fn lower_margins(&mut self, to: &[f64; SAMPLES]) {
        for s in 0..SAMPLES {
            self.margin[s] = self.margin[s].min(to[s]);
        }
    }

    /// These margins in place of its own.
    #[inline(always)]
    pub fn with_margins(&self, margin: &[f64; SAMPLES]) -> Self {
        Self {
            margin: *margin,
            ..*self
        }
    }
}

/// Errors of the runs in vectors, one of each sample, coordinate by coordinate.
#[derive(Clone, Debug)]
pub struct RowErrors {
    squares: [f64; WIDTH],
    along: [f64; WIDTH],
}

impl Default for RowErrors {
    fn default() -> Self {
        Self {
            squares: [0.0; WIDTH],
            along: [0.0; WIDTH],
        }
    }
}

impl RowErrors {
    /// Adds a coordinate.
    #[inline(always)]
    pub fn add(&mut self, x: &Row) {
        for run in 0..RUNS {
            for s in 0..SAMPLES {
                let i = run * SAMPLES + s;
                let error = f64::from(x.runs[i]) - x.value[s];
                self.squares[i] += error * error;
                self.along[i] += x.value[s] * error;
            }
        }
    }

    /// The rms of |e| over the runs of a sample, and x·e of each.
    pub fn of_sample(&self, sample: usize) -> (f64, [f64; RUNS]) {
        let of = |all: &[f64; WIDTH]| std::array::from_fn(|run| all[run * SAMPLES + sample]);
        let lengths: [f64; RUNS] = of(&self.squares).map(f64::sqrt);
        (root_mean_square(&lengths), of(&self.along))
    }
}
