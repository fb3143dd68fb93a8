//! Moments of a theta that is too long for the memory allowed: one segment of its coordinates after the other.
//!
//! Which samples are finite, and with which weight they count, is known only when their rollouts have gone both ways. So a
//! block goes both ways once, and leaves where each segment began and, on the way back, ended; then each segment is gone
//! through again for its coordinates. Everything is computed in the order in which it is without segments: the bits are the
//! same.

use super::compiled::Kernel;
use super::engine::CpuEngine;
use super::lanes::LANES;
use super::reduce::{
    AddCoordinates, AddDeviations, BLOCK_TASKS, CoordinateStrips, Finish, Lanes, Sums, TILES,
    Values, sample,
};
use super::rollout::{Draw, Tile};
use super::strips::{TaskStrips, merge_coordinates, merge_values};
use crate::engine::moments::Moments;
use crate::engine::tree::{BLOCK_SAMPLES, Tree};
use crate::engine::work::{OnStop, Work};
use crate::error::Result;
use rayon::prelude::*;

/// The rows of a tile, and which of its samples count.
struct Part {
    tile: Tile,
    samples: [u64; LANES],
    lanes: Lanes,
}

/// What a task of the block adds up.
#[derive(Default)]
struct Total {
    values: Values,
    sums: Vec<Sums>,
}

impl CpuEngine {
    /// See [`crate::engine::backend::Backend::moments`]: the same, block by block.
    pub(super) fn moments_in_segments(
        &self,
        work: &Work<'_>,
        kernel: &Kernel,
        theta: &[f32],
        (paired, both): (bool, bool),
    ) -> Result<Tree<Moments>> {
        let part = |_| Part {
            tile: Tile::new(kernel, both),
            samples: [u64::MAX; LANES],
            lanes: Lanes::default(),
        };
        let mut parts: Vec<Part> = (0..BLOCK_TASKS as usize * TILES).map(part).collect();
        let end = work.batch.range().end;
        let mut tree = Tree::default();
        work.in_chunks(&self.interrupt, OnStop::Keep, |rest| {
            let block = rest.start / BLOCK_SAMPLES;
            parts.par_iter_mut().enumerate().for_each(|(i, part)| {
                let (task, tile) = (block * BLOCK_TASKS + (i / TILES) as u64, i % TILES);
                part.samples = std::array::from_fn(|lane| sample(task, 1, tile, lane));
                if part.samples[0] < end && !self.interrupt.is_set() {
                    self.arch.dispatch(Draw {
                        kernel,
                        samples: &part.samples.map(|s| s as u32),
                        tile: &mut part.tile,
                    });
                    self.both_ways(kernel, theta, (paired, both), &mut part.tile);
                }
            });
            self.interrupt.check()?;
            let leaf = self.merge_segments(work, kernel, theta, both, &mut parts)?;
            tree.add(block, leaf)?;
            Ok(BLOCK_SAMPLES.min(rest.end - rest.start))
        })?;
        Ok(tree)
    }

    /// The moments of a block that has gone both ways.
    fn merge_segments(
        &self,
        work: &Work<'_>,
        kernel: &Kernel,
        theta: &[f32],
        both: bool,
        parts: &mut [Part],
    ) -> Result<Moments> {
        let end = work.batch.range().end;
        let mut totals: Vec<Total> = parts
            .chunks_mut(TILES)
            .map(|parts| self.deviations_of(work, kernel, parts))
            .collect();
        let mut tasks: Vec<TaskStrips> = totals
            .iter()
            .map(|total| TaskStrips {
                values: total.values,
                coordinates: Vec::new(),
            })
            .collect();
        let mut block = Moments::empty(work.nominal.cost, kernel.dimension);
        let places = merge_values(&mut block, &tasks);
        for steps in kernel.segments() {
            self.interrupt.check()?;
            parts
                .par_iter_mut()
                .filter(|part| part.samples[0] < end)
                .for_each(|part| self.again(kernel, theta, both, &steps, &mut part.tile));
            let coordinates = steps.start * kernel.controls..steps.end * kernel.controls;
            let each = tasks
                .par_iter_mut()
                .zip(&mut totals)
                .zip(parts.par_chunks(TILES));
            each.for_each(|((task, total), parts)| {
                self.add_segment(total, task, parts, coordinates.len(), end);
            });
            merge_coordinates(&mut block.coordinates[coordinates], &tasks, &places);
        }
        Ok(block)
    }

    /// The deviations of a task, tile by tile, which say which lanes count.
    fn deviations_of(&self, work: &Work<'_>, kernel: &Kernel, parts: &mut [Part]) -> Total {
        let end = work.batch.range().end;
        let mut total = Total::default();
        for part in parts.iter_mut().take_while(|part| part.samples[0] < end) {
            part.lanes = Lanes::default();
            self.arch.dispatch(AddDeviations {
                values: &mut total.values,
                lanes: &mut part.lanes,
                samples: (&part.samples, end),
                outcome: &part.tile.outcome,
                baseline: work.baseline as f32,
                factor: kernel.noise.factor,
                own: (0, 1),
            });
        }
        total
    }

    /// The coordinates of a segment on the strips of a task.
    fn add_segment(
        &self,
        total: &mut Total,
        task: &mut TaskStrips,
        parts: &[Part],
        count: usize,
        end: u64,
    ) {
        let Total { values, sums } = total;
        sums.clear();
        sums.resize(count, Sums::default());
        for part in parts.iter().take_while(|part| part.samples[0] < end) {
            let first_order = part.tile.first_order();
            self.arch.dispatch(AddCoordinates {
                sums,
                lanes: &part.lanes,
                score: &part.tile.score()[..count],
                first_order: &first_order[..count.min(first_order.len())],
                own: (0, 1),
            });
        }
        task.coordinates.resize(count, CoordinateStrips::default());
        self.arch.dispatch(Finish {
            counts: &values.count,
            sums,
            strips: &mut task.coordinates,
        });
    }
}
