//! The `cpu` engine: tasks of 256 samples on all cores, their strips merged in order.

use super::compiled::Kernel;
use super::lanes::LANES;
use super::pool::{Pool, Workspace};
use super::reduce::{
    AddCoordinates, AddDeviations, BLOCK_TASKS, CoordinateStrips, Finish, Lanes, STRIP_LENGTH,
    STRIPS, Sums, TILES, Values, add_decreases, sharing,
};
use super::rollout::Tile;
use super::strips::{TaskStrips, add_values, block_moments};
use crate::engine::backend::{Backend, Precision};
use crate::engine::batch::{Batch, Wanted};
use crate::engine::interrupt::Interrupt;
use crate::engine::moments::{Coordinate, Decrease, Moments};
use crate::engine::report::{EngineReport, Sample, WorkPlan};
use crate::engine::tree::{BLOCK_SAMPLES, Tree};
use crate::engine::work::{OnStop, Work};
use crate::error::Result;
use crate::system::task::Task;
use pulp::Arch;
use rayon::prelude::*;
use std::ops::Range;

/// Tasks whose strips are kept at one time, at most; the memory allowed may make it fewer.
const MOST_TASKS: u64 = 4096;

/// Bytes of strips that are kept at one time, so that they are merged from a cache, if threads have enough to do.
const MOST_BYTES: u64 = 1 << 20;

/// Tasks for each thread at one time, so that the last one is waited for in vain for a short time.
const TASKS_PER_THREAD: u64 = 16;

/// Samples of a task.
const TASK_SAMPLES: u64 = (LANES * TILES) as u64;

/// Steps that are in memory at one time, at least; even, as the noise is drawn in pairs.
const LEAST_SEGMENT: usize = 16;

/// Sample-steps between two looks at the interrupt, if a block has no more: a few hundredths of a second.
const MOST_STEPS: u64 = 1 << 24;

/// See the module.
#[derive(Debug)]
pub struct CpuEngine {
    report: EngineReport,
    pub(super) interrupt: Interrupt,
    memory: u64,
    pub(super) arch: Arch,
}

/// How many tasks share a tile.
fn sharing_of(batch: &Batch) -> usize {
    let range = batch.range();
    sharing(range.end - range.start)
}

pub(super) fn narrow(theta: &[f64]) -> Vec<f32> {
    theta.iter().map(|x| *x as f32).collect()
}

impl CpuEngine {
    /// The engine; `reason` is why it was taken, and `memory` bounds the bytes it may allocate.
    pub fn new(reason: &str, memory: u64, interrupt: Interrupt) -> Self {
        Self {
            report: EngineReport {
                engine: "cpu",
                adapter: None,
                driver: None,
                reason: reason.into(),
                compile_seconds: None,
            },
            interrupt,
            memory,
            arch: Arch::new(),
        }
    }

    /// Steps in memory at one time: all of them, or as many as the memory allows, by powers of two; those that need the least
    /// if it allows none.
    pub(super) fn segment(&self, task: &Task, batch: &Batch) -> usize {
        let horizon = task.horizon();
        let needed = |steps: &usize| {
            let (fixed, each) = Self::bytes(task, batch, *steps);
            fixed + each * BLOCK_TASKS
        };
        let fits = |steps: &usize| needed(steps) <= self.memory;
        if horizon <= LEAST_SEGMENT || fits(&horizon) {
            return horizon;
        }
        let halves = |steps: &usize| Some(steps / 2).filter(|steps| *steps >= LEAST_SEGMENT);
        let first = horizon.next_power_of_two() / 2;
        let smaller = || std::iter::successors(Some(first), halves);
        // Many segments are many beginnings to keep: between the extremes the least is needed.
        let least = || smaller().min_by_key(needed);
        let found = smaller().find(fits).or_else(least);
        found.unwrap_or(LEAST_SEGMENT)
    }

    /// Bytes that do not depend on the number of tasks, and bytes for each task: strips, and its share of the leaf of a block.
    /// Where segments have coordinates of their own, a block is done at one time, tile by tile.
    fn bytes(task: &Task, batch: &Batch, segment: usize) -> (u64, u64) {
        let is_cut = segment < task.horizon() && task.network().is_none();
        let d = match is_cut {
            true => segment * task.model().control_size(),
            false => task.dimension(),
        };
        let sums = (sharing_of(batch) * d * size_of::<Sums>()) as u64;
        let strips = (size_of::<TaskStrips>() + d * size_of::<CoordinateStrips>()) as u64;
        let leaf = (task.dimension() * size_of::<Coordinate>()) as u64;
        let nodes = Tree::<Moments>::most_nodes(&batch.range());
        let tile = Tile::bytes(task, segment);
        match is_cut {
            true => (nodes * leaf, strips + sums + TILES as u64 * tile),
            false => {
                let threads = (tile + sums) * rayon::current_num_threads() as u64;
                (threads + nodes * leaf, strips + leaf / BLOCK_TASKS)
            }
        }
    }

    /// Tasks at one time.
    fn tasks_at_once(&self, task: &Task, batch: &Batch) -> u64 {
        let range = batch.range();
        let segment = self.segment(task, batch);
        let (fixed, each) = Self::bytes(task, batch, segment);
        if segment < task.horizon() {
            return BLOCK_TASKS;
        }
        let steps = (LANES * TILES * task.horizon()) as u64;
        let enough = TASKS_PER_THREAD * rayon::current_num_threads() as u64;
        let most = (self.memory.saturating_sub(fixed) / each)
            .min(MOST_STEPS / steps)
            .min(enough.max(MOST_BYTES / each));
        let wanted = (range.end - range.start).div_ceil(TASK_SAMPLES);
        // Whole blocks, whose samples are the first ones: what a stop leaves is then a smaller batch.
        (most / BLOCK_TASKS * BLOCK_TASKS)
            .clamp(BLOCK_TASKS, MOST_TASKS)
            .min(wanted.next_multiple_of(BLOCK_TASKS))
    }

    /// Runs all tasks of a batch in parallel, those that share tiles together, and gives the tasks of each block to `merge` in order.
    fn in_tasks<T: Send + Default>(
        &self,
        work: &Work<'_>,
        on_stop: OnStop,
        run: impl Fn(u64, &mut [T]) + Sync,
        mut merge: impl FnMut(u64, &[T]) -> Result<()>,
    ) -> Result<()> {
        let at_once = self.tasks_at_once(work.task, work.batch);
        let together = sharing_of(work.batch);
        // Used again: fresh pages cost more than what is written to them.
        let mut results: Vec<T> = Vec::new();
        work.in_chunks(&self.interrupt, on_stop, |rest| {
            let first = rest.start / TASK_SAMPLES;
            let blocks = (rest.end - rest.start).div_ceil(BLOCK_SAMPLES);
            let tasks = at_once.min(blocks * BLOCK_TASKS);
            results.resize_with(tasks as usize, T::default);
            let numbered = results.par_chunks_mut(together).enumerate();
            numbered.for_each(|(i, results)| run(first + (i * together) as u64, results));
            self.interrupt.check()?;
            merge(first / BLOCK_TASKS, &results)?;
            Ok((tasks * TASK_SAMPLES).min(rest.end - rest.start))
        })
    }

    /// The moments of all samples, or of the deviation alone if `coordinates` is false.
    fn moments_about(&self, work: &Work<'_>, coordinates: bool) -> Result<Tree<Moments>> {
        let (task, batch) = (work.task, work.batch);
        let kernel = Kernel::new(task, &work.nominal.costs, batch.keys())
            .in_segments(self.segment(task, batch));
        let narrow_theta = narrow(work.theta());
        let paired = coordinates && batch.has_paired_baseline(task);
        let both = coordinates && batch.wanted == Wanted::Both;
        if coordinates && kernel.is_cut() && kernel.is_open_loop() {
            return self.moments_in_segments(work, &kernel, &narrow_theta, (paired, both));
        }
        let pool = Pool::new(&kernel, both, sharing_of(batch));
        let end = batch.range().end;
        let own_sums = kernel.coordinates();
        let run = |number: u64, results: &mut [TaskStrips]| {
            pool.lend(|Workspace { tile, sums }| {
                let together = results.len();
                let mut values = [Values::default(); BLOCK_TASKS as usize];
                sums.fill(Sums::default());
                self.tiles(&kernel, (number, together), end, tile, |tile, samples| {
                    match coordinates {
                        true => self.both_ways(&kernel, &narrow_theta, (paired, both), tile),
                        false => self.roll(&kernel, &narrow_theta, false, tile),
                    }
                    for (task, values) in values[..together].iter_mut().enumerate() {
                        let own = (task, together);
                        let mut lanes = Lanes::default();
                        self.arch.dispatch(AddDeviations {
                            values,
                            lanes: &mut lanes,
                            samples: (samples, end),
                            outcome: &tile.outcome,
                            baseline: work.baseline as f32,
                            factor: kernel.noise.factor,
                            own,
                        });
                        if coordinates {
                            self.arch.dispatch(AddCoordinates {
                                sums: &mut sums[task * own_sums..(task + 1) * own_sums],
                                lanes: &lanes,
                                score: tile.score(),
                                first_order: tile.first_order(),
                                own,
                            });
                        }
                    }
                });
                for (task, (result, values)) in results.iter_mut().zip(values).enumerate() {
                    result.values = values;
                    if coordinates {
                        let strips = &mut result.coordinates;
                        strips.resize(own_sums, CoordinateStrips::default());
                        self.arch.dispatch(Finish {
                            counts: &values.count,
                            sums: &sums[task * own_sums..(task + 1) * own_sums],
                            strips,
                        });
                    }
                }
            });
        };
        let (dimension, on_stop) = match coordinates {
            true => (task.dimension(), OnStop::Keep),
            false => (0, OnStop::Drop),
        };
        let empty = || Moments::empty(work.nominal.cost, dimension);
        let mut tree = Tree::default();
        self.in_tasks(work, on_stop, run, |first, tasks| {
            let blocks = tasks.par_chunks(BLOCK_TASKS as usize);
            let leaves: Vec<Moments> = blocks.map(|tasks| block_moments(empty(), tasks)).collect();
            let mut numbered = (first..).zip(leaves);
            numbered.try_for_each(|(block, leaf)| tree.add(block, leaf))
        })?;
        Ok(tree)
    }
}

impl Backend for CpuEngine {
    fn report(&self) -> &EngineReport {
        &self.report
    }

    fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }

    fn precision(&self) -> Precision {
        Precision::F32
    }

    fn plan(&self, task: &Task, batch: &Batch) -> Result<WorkPlan> {
        let at_once = self.tasks_at_once(task, batch);
        let segment = self.segment(task, batch);
        let (fixed, each) = Self::bytes(task, batch, segment);
        let range = batch.range();
        let samples = range.end - range.start;
        let chunk = samples.min(at_once * (STRIPS * STRIP_LENGTH) as u64);
        Ok(WorkPlan {
            chunk_samples: chunk,
            chunks: samples.div_ceil(chunk.max(1)),
            segment_steps: segment as u64,
            segments: task.horizon().div_ceil(segment) as u64,
            dispatches: 0,
            bytes: fixed + each * at_once,
        })
    }

    fn deviations(&mut self, work: &Work<'_>) -> Result<Tree<Moments>> {
        self.moments_about(work, false)
    }

    fn moments(&mut self, work: &Work<'_>) -> Result<Tree<Moments>> {
        self.moments_about(work, true)
    }

    fn decreases(&mut self, work: &Work<'_>) -> Result<Vec<Tree<Decrease>>> {
        let kernel = Kernel::new(work.task, &work.nominal.costs, work.batch.keys())
            .in_segments(self.segment(work.task, work.batch));
        let theta = narrow(work.theta());
        let candidates: Vec<Vec<f32>> = work.thetas[1..].iter().map(|c| narrow(c)).collect();
        let pool = Pool::new(&kernel, false, sharing_of(work.batch));
        let end = work.batch.range().end;
        let run = |number: u64, tasks: &mut [Vec<Values>]| {
            tasks.fill(vec![Values::default(); candidates.len()]);
            let together = tasks.len();
            pool.lend(|workspace| {
                let tile = &mut workspace.tile;
                self.tiles(&kernel, (number, together), end, tile, |tile, samples| {
                    self.roll(&kernel, &theta, false, tile);
                    let here = tile.outcome;
                    for (i, candidate) in candidates.iter().enumerate() {
                        if self.interrupt.is_set() {
                            break;
                        }
                        self.roll(&kernel, candidate, false, tile);
                        for (task, values) in tasks.iter_mut().enumerate() {
                            let own = (&mut values[i], (task, together));
                            add_decreases(own, samples, end, &here, &tile.outcome);
                        }
                    }
                });
            });
        };
        let mut trees = vec![Tree::default(); candidates.len()];
        self.in_tasks(work, OnStop::Drop, run, |first, tasks| {
            let mut numbered = (first..).zip(tasks.chunks(BLOCK_TASKS as usize));
            numbered.try_for_each(|(block, tasks)| {
                trees.iter_mut().enumerate().try_for_each(|(i, tree)| {
                    let mut leaf = Decrease::default();
                    tasks
                        .iter()
                        .for_each(|task| add_values(&mut leaf, &task[i]));
                    tree.add(block, leaf)
                })
            })
        })?;
        Ok(trees)
    }

    fn costs(&mut self, work: &Work<'_>, thetas: &[Vec<f64>]) -> Result<Vec<f64>> {
        self.costs_of_thetas(work, thetas)
    }

    fn samples(&mut self, work: &Work<'_>, range: Range<u64>) -> Result<Vec<Sample>> {
        self.samples_in_full(work, range)
    }
}
