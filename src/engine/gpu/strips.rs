//! Reading the strips and blocks that `shaders/reduce.wgsl` leaves, and merging them in f64 in the order of the samples.
//!
//! Offsets and sizes come from the shader by reflection, so nothing here repeats a layout.

use super::reflection::Reflection;
use crate::engine::Decrease;
use crate::engine::moments::{Coordinate, Moments, NonFinite, Offender, Spread};
use crate::error::Result;
use rayon::prelude::*;

/// Where the fields of one kind of strip are, in words.
#[derive(Clone, Debug)]
struct Fields<const F: usize> {
    offsets: [usize; F],
    words: usize,
}

impl<const F: usize> Fields<F> {
    fn new(shader: &Reflection, structure: &str, names: [&str; F]) -> Result<Self> {
        let mut offsets = [0; F];
        for (offset, name) in offsets.iter_mut().zip(names) {
            *offset = shader.field_offset(structure, name)? as usize / 4;
        }
        Ok(Self {
            offsets,
            words: shader.struct_size(structure)? as usize / 4,
        })
    }

    fn word(&self, strip: &[u32], field: usize) -> u32 {
        strip[self.offsets[field]]
    }

    fn number(&self, strip: &[u32], field: usize) -> f64 {
        f64::from(f32::from_bits(self.word(strip, field)))
    }
}

/// How to read all kinds of strips of a shader.
#[derive(Clone, Debug)]
pub struct StripReader {
    value: Fields<7>,
    coordinate: Fields<5>,
    decrease: Fields<6>,
}

impl StripReader {
    /// Looks the layouts up.
    pub fn new(shader: &Reflection) -> Result<Self> {
        Ok(Self {
            value: Fields::new(
                shader,
                "ValueStrip",
                [
                    "count",
                    "mean",
                    "m2",
                    "largest_zeroth",
                    "nonfinite",
                    "offender",
                    "offender_time",
                ],
            )?,
            coordinate: Fields::new(
                shader,
                "CoordinateStrip",
                [
                    "first_mean",
                    "first_m2",
                    "zeroth_mean",
                    "zeroth_m2",
                    "cross",
                ],
            )?,
            decrease: Fields::new(
                shader,
                "DecreaseStrip",
                [
                    "count",
                    "mean",
                    "m2",
                    "nonfinite",
                    "offender",
                    "offender_time",
                ],
            )?,
        })
    }

    /// Bytes of one value strip.
    pub fn value_bytes(&self) -> u64 {
        4 * self.value.words as u64
    }
    /// Bytes of one coordinate strip.
    pub fn coordinate_bytes(&self) -> u64 {
        4 * self.coordinate.words as u64
    }
    /// Bytes of one decrease strip.
    pub fn decrease_bytes(&self) -> u64 {
        4 * self.decrease.words as u64
    }

    /// Samples of a chunk that are not finite.
    pub fn nonfinite(&self, values: &[u8]) -> u64 {
        let f = &self.value;
        let values = words(values);
        let strips = values.chunks_exact(f.words);
        strips.map(|strip| u64::from(f.word(strip, 4))).sum()
    }

    /// Merges a chunk into `total`: `values` has one strip each, `blocks` one entry for each coordinate and block of
    /// strips, or nothing if only the values are wanted.
    pub fn merge_moments(&self, total: &mut Moments, values: &[u8], blocks: &[u8]) {
        let (values, blocks) = (words(values), words(blocks));
        let f = &self.value;
        let counts: Vec<u64> = values
            .chunks_exact(f.words)
            .map(|strip| u64::from(f.word(strip, 0)))
            .collect();
        let before = total.count;
        for (strip, &count) in values.chunks_exact(f.words).zip(&counts) {
            total.nonfinite.merge(nonfinite(
                f.word(strip, 4),
                f.word(strip, 5),
                f.word(strip, 6),
            ));
            if count == 0 {
                continue;
            }
            let spread = Spread {
                mean: f.number(strip, 1),
                m2: f.number(strip, 2),
            };
            total.deviation = united(total.deviation, total.count, spread, count);
            total.largest_zeroth_order = total.largest_zeroth_order.max(f.number(strip, 3));
            total.count += count;
        }
        let row = blocks.len() / total.coordinates.len().max(1);
        if row == 0 {
            return;
        }
        let strips = counts.len() / (row / self.coordinate.words);
        let counts: Vec<u64> = counts.chunks(strips).map(|c| c.iter().sum()).collect();
        total
            .coordinates
            .par_iter_mut()
            .zip(blocks.par_chunks_exact(row))
            .for_each(|(coordinate, row)| self.merge_row(coordinate, before, row, &counts));
    }

    fn merge_row(&self, total: &mut Coordinate, before: u64, row: &[u32], counts: &[u64]) {
        let f = &self.coordinate;
        let mut so_far = before;
        for (block, &count) in row.chunks_exact(f.words).zip(counts) {
            if count == 0 {
                continue;
            }
            let part = Coordinate {
                first_order: Spread {
                    mean: f.number(block, 0),
                    m2: f.number(block, 1),
                },
                zeroth_order: Spread {
                    mean: f.number(block, 2),
                    m2: f.number(block, 3),
                },
                cross: f.number(block, 4),
            };
            *total = match so_far {
                0 => part,
                n => total.merged(n as f64, part, count as f64),
            };
            so_far += count;
        }
    }

    /// Merges a chunk into `total`, one entry for each candidate.
    pub fn merge_decreases(&self, total: &mut [Decrease], strips: &[u8]) {
        let strips = words(strips);
        let f = &self.decrease;
        let row = strips.len() / total.len().max(1);
        for (total, row) in total.iter_mut().zip(strips.chunks_exact(row.max(1))) {
            for strip in row.chunks_exact(f.words) {
                total.merge(&Decrease {
                    count: u64::from(f.word(strip, 0)),
                    spread: Spread {
                        mean: f.number(strip, 1),
                        m2: f.number(strip, 2),
                    },
                    nonfinite: nonfinite(f.word(strip, 3), f.word(strip, 4), f.word(strip, 5)),
                });
            }
        }
    }
}

fn united(a: Spread, n_a: u64, b: Spread, n_b: u64) -> Spread {
    match n_a {
        0 => b,
        _ => a.merged(n_a as f64, b, n_b as f64),
    }
}

fn nonfinite(count: u32, sample: u32, time: u32) -> NonFinite {
    NonFinite {
        count: u64::from(count),
        first: (count > 0).then_some(Offender {
            sample: u64::from(sample),
            time,
        }),
    }
}

/// The bytes of a download as words, whatever their alignment.
pub fn words(bytes: &[u8]) -> Vec<u32> {
    bytemuck::pod_collect_to_vec(bytes)
}

/// The bytes of a download as numbers, whatever their alignment.
pub fn numbers(bytes: &[u8]) -> Vec<f32> {
    bytemuck::pod_collect_to_vec(bytes)
}
