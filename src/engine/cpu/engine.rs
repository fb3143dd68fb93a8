//! The `cpu` engine: tasks of 256 samples on all cores, their strips merged in order.

use super::adjoint::{Adjoint, Score};
use super::compiled::Kernel;
use super::lanes::{ALWAYS_FINITE, LANES};
use super::pool::{Pool, Workspace};
use super::reduce::{
    AddCoordinates, AddDeviations, BLOCK_TASKS, CoordinateStrips, Finish, Lanes, STRIP_LENGTH,
    STRIPS, Sums, TILES, Values, add_decreases, sample,
};
use super::rollout::{Draw, Rollout, Tile};
use super::strips::{TaskStrips, merge_decrease, merge_moments};
use crate::engine::moments::Moments;
use crate::engine::reference::engine::finite_nominal;
use crate::engine::reference::rollout::Nominal;
use crate::engine::{
    self, Batch, Call, Decrease, Engine, EngineReport, Interrupt, Sample, Wanted, WorkPlan,
    check_sigma_in_f32,
};
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

    /// Bytes that do not depend on the number of tasks, and bytes for each task.
    fn bytes(task: &Task) -> (u64, u64) {
        let d = task.dimension();
        let thread = Tile::bytes(task) + (d * size_of::<Sums>()) as u64;
        let strips = size_of::<TaskStrips>() + d * size_of::<CoordinateStrips>();
        (thread * rayon::current_num_threads() as u64, strips as u64)
    }

    /// Tasks at one time.
    fn tasks_at_once(&self, task: &Task, samples: u64) -> u64 {
        let (threads, each) = Self::bytes(task);
        let steps = (LANES * TILES * task.horizon()) as u64;
        let enough = TASKS_PER_THREAD * rayon::current_num_threads() as u64;
        let most = (self.memory.saturating_sub(threads) / each)
            .min(MOST_STEPS / steps)
            .min(enough.max(MOST_BYTES / each));
        let wanted = samples.div_ceil((LANES * TILES) as u64);
        // Whole blocks, whose samples are the first ones: what a stop leaves is then a smaller batch.
        (most / BLOCK_TASKS * BLOCK_TASKS)
            .clamp(BLOCK_TASKS, MOST_TASKS)
            .min(wanted.next_multiple_of(BLOCK_TASKS))
    }

    /// Runs all tasks of a batch in parallel and merges their results in order; after a stop those that are done, if
    /// `keeps_partial`.
    fn in_tasks<T: Send + Default>(
        &self,
        task: &Task,
        samples: u64,
        keeps_partial: bool,
        run: impl Fn(u64, &mut T) + Sync,
        mut merge: impl FnMut(&[T]),
    ) -> Result<()> {
        let per_block = (LANES * TILES) as u64 * BLOCK_TASKS;
        let tasks = samples.div_ceil(per_block) * BLOCK_TASKS;
        let at_once = self.tasks_at_once(task, samples);
        // Used again: fresh pages cost more than what is written to them.
        let mut results: Vec<T> = Vec::new();
        for first in (0..tasks).step_by(at_once as usize) {
            let done = (first * (LANES * TILES) as u64).min(samples);
            if self
                .interrupt
                .stops_after(if keeps_partial { done } else { 0 })?
            {
                break;
            }
            let range = first..(first + at_once).min(tasks);
            let end = (range.end * (LANES * TILES) as u64).min(samples);
            results.resize_with((range.end - first) as usize, T::default);
            let tasks = results.par_iter_mut().enumerate();
            tasks.for_each(|(i, result)| run(range.start + i as u64, result));
            merge(&results);
            self.interrupt.add_done(end - done);
        }
        Ok(())
    }

    /// Draws the noise of each tile of a task that has samples, and shows it.
    fn tiles(
        &self,
        kernel: &Kernel,
        number: u64,
        end: u64,
        tile: &mut Tile,
        mut show: impl FnMut(&mut Tile, &[u64; LANES]),
    ) {
        for index in 0..TILES {
            let samples: [u64; LANES] = std::array::from_fn(|lane| sample(number, index, lane));
            if samples[0] >= end {
                break;
            }
            self.arch.dispatch(Draw {
                kernel,
                samples: &samples.map(|s| s as u32),
                tile,
            });
            show(tile, &samples);
        }
    }

    pub(super) fn roll(&self, kernel: &Kernel, theta: &[f32], keep_states: bool, tile: &mut Tile) {
        self.arch.dispatch(Rollout {
            kernel,
            theta,
            with_noise: true,
            keep_states,
            tile,
        });
    }

    /// Finds the baseline of each sample's own environment: its rollout without noise.
    fn roll_baseline(&self, kernel: &Kernel, theta: &[f32], tile: &mut Tile) -> [u32; LANES] {
        self.arch.dispatch(Rollout {
            kernel,
            theta,
            with_noise: false,
            keep_states: false,
            tile: &mut *tile,
        });
        tile.outcome.baseline = tile.outcome.deviation;
        tile.outcome.times
    }

    /// Rolls out with the baseline, if there is one of its own, the way back if wanted, and the score.
    pub(super) fn both_ways(
        &self,
        kernel: &Kernel,
        theta: &[f32],
        (paired, with_first_order): (bool, bool),
        tile: &mut Tile,
    ) {
        let times = paired.then(|| self.roll_baseline(kernel, theta, tile));
        let keep_states = with_first_order || !kernel.on_decision;
        self.roll(kernel, theta, keep_states, tile);
        for (time, earlier) in tile.outcome.times.iter_mut().zip(times.iter().flatten()) {
            *time = if *earlier == ALWAYS_FINITE {
                *time
            } else {
                *earlier
            };
        }
        if with_first_order {
            self.arch.dispatch(Adjoint {
                kernel,
                theta,
                tile: &mut *tile,
            });
        }
        self.arch.dispatch(Score {
            kernel,
            theta,
            tile,
        });
    }

    /// The moments of all samples, or of the deviation alone if `coordinates` is false.
    fn moments_about(
        &self,
        task: &Task,
        theta: &[f64],
        batch: &Batch,
        n: &Nominal,
        (baseline, coordinates): (f64, bool),
    ) -> Result<Moments> {
        let kernel = Kernel::new(task, &n.costs, batch.keys());
        let narrow_theta = narrow(theta);
        let paired = coordinates && batch.has_paired_baseline(task);
        let both = coordinates && batch.wanted == Wanted::Both;
        let pool = Pool::new(&kernel, both);
        let run = |number: u64, result: &mut TaskStrips| {
            pool.lend(|Workspace { tile, sums }| {
                let mut values = Values::default();
                sums.fill(Sums::default());
                self.tiles(&kernel, number, batch.samples, tile, |tile, samples| {
                    match coordinates {
                        true => self.both_ways(&kernel, &narrow_theta, (paired, both), tile),
                        false => self.roll(&kernel, &narrow_theta, false, tile),
                    }
                    let mut lanes = Lanes::default();
                    self.arch.dispatch(AddDeviations {
                        values: &mut values,
                        lanes: &mut lanes,
                        samples: (samples, batch.samples),
                        outcome: &tile.outcome,
                        baseline: baseline as f32,
                        factor: kernel.noise.factor,
                    });
                    if coordinates {
                        self.arch.dispatch(AddCoordinates {
                            sums,
                            lanes: &lanes,
                            score: tile.score(),
                            first_order: tile.first_order(),
                        });
                    }
                });
                result.values = values;
                if coordinates {
                    let strips = &mut result.coordinates;
                    strips.resize(sums.len(), CoordinateStrips::default());
                    self.arch.dispatch(Finish {
                        counts: &values.count,
                        sums,
                        strips,
                    });
                }
            });
        };
        let mut total = Moments::empty(n.cost, if coordinates { task.dimension() } else { 0 });
        self.in_tasks(task, batch.samples, coordinates, run, |tasks| {
            merge_moments(&mut total, tasks);
        })?;
        Ok(total)
    }
}

impl Engine for CpuEngine {
    fn report(&self) -> &EngineReport {
        &self.report
    }

    fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }

    fn plan(&self, task: &Task, batch: &Batch) -> Result<WorkPlan> {
        batch.check()?;
        let at_once = self.tasks_at_once(task, batch.samples);
        let (threads, each) = Self::bytes(task);
        let chunk = batch.samples.min(at_once * (STRIPS * STRIP_LENGTH) as u64);
        Ok(WorkPlan {
            chunk_samples: chunk,
            chunks: batch.samples.div_ceil(chunk),
            segment_steps: task.horizon() as u64,
            segments: 1,
            dispatches: 0,
            bytes: threads + each * at_once,
        })
    }

    fn moments(&mut self, task: &Task, theta: &[f64], batch: &Batch) -> Result<Moments> {
        engine::check(task, theta, batch, Call::Moments)?;
        check_sigma_in_f32(task, &[theta])?;
        let n = finite_nominal(task, theta)?;
        let (baseline, factor) = batch.baseline(n.cost, || {
            self.moments_about(task, theta, batch, &n, (0.0, false))
        })?;
        let mut total = self.moments_about(task, theta, batch, &n, (baseline, true))?;
        total.scale_zeroth_order(factor);
        total.check_range_of_f32(task.name())?;
        Ok(total)
    }

    fn decreases(
        &mut self,
        task: &Task,
        theta: &[f64],
        candidates: &[Vec<f64>],
        batch: &Batch,
    ) -> Result<Vec<Decrease>> {
        engine::check(task, theta, batch, Call::Decreases(candidates))?;
        check_sigma_in_f32(task, &[theta])?;
        let n = finite_nominal(task, theta)?;
        let kernel = Kernel::new(task, &n.costs, batch.keys());
        let theta = narrow(theta);
        let candidates: Vec<Vec<f32>> = candidates.iter().map(|c| narrow(c)).collect();
        let pool = Pool::new(&kernel, false);
        let end = batch.samples;
        let run = |number: u64, values: &mut Vec<Values>| {
            *values = vec![Values::default(); candidates.len()];
            pool.lend(|workspace| {
                let tile = &mut workspace.tile;
                self.tiles(&kernel, number, end, tile, |tile, samples| {
                    self.roll(&kernel, &theta, false, tile);
                    let here = tile.outcome;
                    for (values, candidate) in values.iter_mut().zip(&candidates) {
                        self.roll(&kernel, candidate, false, tile);
                        add_decreases(values, samples, end, &here, &tile.outcome);
                    }
                });
            });
        };
        let mut total = vec![Decrease::default(); candidates.len()];
        self.in_tasks(task, batch.samples, false, run, |tasks| {
            for task in tasks {
                for (total, values) in total.iter_mut().zip(task) {
                    merge_decrease(total, values);
                }
            }
        })?;
        Ok(total)
    }

    fn costs(
        &mut self,
        task: &Task,
        center: &[f64],
        thetas: &[Vec<f64>],
        batch: &Batch,
    ) -> Result<Vec<f64>> {
        self.costs_of_thetas(task, center, thetas, batch)
    }

    fn samples(
        &mut self,
        task: &Task,
        theta: &[f64],
        batch: &Batch,
        range: Range<u64>,
    ) -> Result<Vec<Sample>> {
        self.samples_in_full(task, theta, batch, range)
    }
}
