//! Reading the strips and blocks that `shaders/reduce.wgsl` leaves, and merging them in f64: strips of a block in their order,
//! blocks along the tree.
//!
//! Offsets and sizes come from the shader by reflection, so nothing here repeats a layout.

use super::reflection::Reflection;
use crate::engine::columns::Merges;
use crate::engine::moments::{Coordinate, Decrease, Moments, NonFinite, Offender, Spread};
use crate::engine::tree::Tree;
use crate::error::Result;
use rayon::prelude::*;
use std::borrow::Cow;
use std::ops::Range;

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

/// Merges of coordinates that a thread takes at least: some ten microseconds.
const MERGES: usize = 1024;

/// How to read all kinds of strips of a shader.
#[derive(Clone, Debug)]
pub struct StripReader {
    block_strips: usize,
    value: Fields<7>,
    coordinate: Fields<5>,
    decrease: Fields<6>,
}

impl StripReader {
    /// Looks the layouts up.
    pub fn new(shader: &Reflection) -> Result<Self> {
        Ok(Self {
            block_strips: shader.constant_u32("STRIP_LANES")? as usize,
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

    /// The moments of a chunk whose first block is `first`: `values` has one strip each, `blocks` one entry for each coordinate
    /// and block of strips, or nothing if only the values are wanted.
    pub fn moments(
        &self,
        nominal: f64,
        first: u64,
        values: &[u8],
        blocks: &[u8],
    ) -> Result<Tree<Moments>> {
        let (values, blocks) = (words(values), words(blocks));
        let leaves: Vec<Moments> = values
            .par_chunks(self.block_strips * self.value.words)
            .with_min_len(MERGES / self.block_strips)
            .map(|strips| self.values(nominal, strips))
            .collect();
        let counts: Vec<u64> = leaves.iter().map(Moments::count).collect();
        let mut tree = Tree::default();
        for (block, leaf) in (first..).zip(leaves) {
            tree.add(block, leaf)?;
        }
        for (node, all) in tree.nodes_mut() {
            let part = (node.start - first) as usize..(node.end - first) as usize;
            all.coordinates = self.coordinates(&counts, part, &blocks);
        }
        Ok(tree)
    }

    /// The coordinates of some of the blocks of a chunk, which are those of one node of the tree; `counts` are those of all.
    fn coordinates(&self, counts: &[u64], part: Range<usize>, blocks: &[u32]) -> Vec<Coordinate> {
        let words = self.coordinate.words;
        let row = (counts.len() * words).max(1);
        let counts = &counts[part.clone()];
        let merges = Merges::of(counts.to_vec());
        let column = |column: &mut Vec<Coordinate>, row: &[u32]| {
            let entries = row[part.start * words..].chunks_exact(words).zip(counts);
            column.clear();
            column.extend(entries.map(|(block, count)| self.coordinate(*count, block)));
            merges.reduce(column)
        };
        let rows = blocks.par_chunks_exact(row);
        let each = (MERGES / part.len()).max(1);
        rows.with_min_len(each).map_init(Vec::new, column).collect()
    }

    /// The values of a block.
    fn values(&self, nominal: f64, strips: &[u32]) -> Moments {
        let f = &self.value;
        let mut block = Moments::empty(nominal, 0);
        for strip in strips.chunks_exact(f.words) {
            block.nonfinite.merge(nonfinite(
                f.word(strip, 4),
                f.word(strip, 5),
                f.word(strip, 6),
            ));
            block.deviation.merge(&Spread {
                count: u64::from(f.word(strip, 0)),
                mean: f.number(strip, 1),
                m2: f.number(strip, 2),
            });
            block.largest_zeroth_order = block.largest_zeroth_order.max(f.number(strip, 3));
        }
        block
    }

    /// One coordinate of a block, which the device has merged; empty if no sample is.
    fn coordinate(&self, count: u64, block: &[u32]) -> Coordinate {
        let f = &self.coordinate;
        if count == 0 {
            return Coordinate::default();
        }
        let spread = |mean: usize, m2: usize| Spread {
            count,
            mean: f.number(block, mean),
            m2: f.number(block, m2),
        };
        Coordinate {
            first_order: spread(0, 1),
            zeroth_order: spread(2, 3),
            cross: f.number(block, 4),
        }
    }

    /// The decreases of each block of a chunk, for each candidate.
    pub fn decreases(&self, candidates: usize, strips: &[u8]) -> Vec<Vec<Decrease>> {
        let strips = words(strips);
        let f = &self.decrease;
        let block = |strips: &[u32]| {
            let mut block = Decrease::default();
            for strip in strips.chunks_exact(f.words) {
                block.merge(&Decrease {
                    spread: Spread {
                        count: u64::from(f.word(strip, 0)),
                        mean: f.number(strip, 1),
                        m2: f.number(strip, 2),
                    },
                    nonfinite: nonfinite(f.word(strip, 3), f.word(strip, 4), f.word(strip, 5)),
                });
            }
            block
        };
        let of_candidate =
            |row: &[u32]| row.chunks(self.block_strips * f.words).map(block).collect();
        let row = strips.len() / candidates.max(1);
        strips.chunks_exact(row.max(1)).map(of_candidate).collect()
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
pub fn words(bytes: &[u8]) -> Cow<'_, [u32]> {
    match bytemuck::try_cast_slice(bytes) {
        Ok(words) => Cow::Borrowed(words),
        Err(_) => Cow::Owned(bytemuck::pod_collect_to_vec(bytes)),
    }
}

/// The bytes of a download as numbers, whatever their alignment.
pub fn numbers(bytes: &[u8]) -> Vec<f32> {
    bytemuck::pod_collect_to_vec(bytes)
}
