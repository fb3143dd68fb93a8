//! The `cpu` engine: tasks of 256 samples on all cores, their strips merged in order.

use super::lanes::LANES;
use super::pool::{Pool, Workspace};
use super::reduce::{
    AddCoordinates, BLOCK_TASKS, CoordinateStrips, Finish, STRIP_LENGTH, STRIPS, Sums, TILES,
    Values, add_decreases, add_deviations, sample,
};
use super::strips::{TaskStrips, merge_decrease, merge_moments};
use super::tile::{Adjoint, Draw, Kernel, Rollout, Tile};
use crate::engine::{
    Batch, Decrease, Engine, EngineReport, Interrupt, Sample, Wanted, WorkPlan, check_sigma_in_f32,
};
use crate::error::Result;
use crate::moments::Moments;
use crate::reference::engine::finite_nominal;
use crate::reference::rollout::Nominal;
use crate::task::Task;
use pulp::Arch;
use rayon::prelude::*;
use std::ops::Range;

/// Tasks whose strips are kept at one time, at most; the memory allowed may make it fewer.
const MOST_TASKS: u64 = 128;

/// See the module.
#[derive(Debug)]
pub struct CpuEngine {
    report: EngineReport,
    interrupt: Interrupt,
    memory: u64,
    arch: Arch,
}

fn narrow(theta: &[f64]) -> Vec<f32> {
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
        let most = self.memory.saturating_sub(threads) / each;
        let wanted = samples.div_ceil((LANES * TILES) as u64);
        most.clamp(BLOCK_TASKS, MOST_TASKS)
            .min(wanted.next_multiple_of(BLOCK_TASKS))
    }

    /// Runs all tasks of a batch in parallel and merges their results in order.
    fn in_tasks<T: Send>(
        &self,
        task: &Task,
        samples: u64,
        run: impl Fn(u64) -> T + Sync,
        mut merge: impl FnMut(&[T]),
    ) -> Result<()> {
        let per_block = (LANES * TILES) as u64 * BLOCK_TASKS;
        let tasks = samples.div_ceil(per_block) * BLOCK_TASKS;
        let at_once = self.tasks_at_once(task, samples);
        for first in (0..tasks).step_by(at_once as usize) {
            self.interrupt.check()?;
            let range = first..(first + at_once).min(tasks);
            let results: Vec<T> = range.into_par_iter().map(&run).collect();
            merge(&results);
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

    fn roll(&self, kernel: &Kernel, theta: &[f32], keep_states: bool, tile: &mut Tile) {
        self.arch.dispatch(Rollout {
            kernel,
            theta,
            keep_states,
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
        let kernel = Kernel::new(task, &n.costs, batch.key());
        let narrow_theta = narrow(theta);
        let inverse_variance = (1.0 / (task.sigma() * task.sigma())) as f32;
        let both = coordinates && batch.wanted == Wanted::Both;
        let pool = Pool::new(&kernel, both);
        let run = |number: u64| {
            pool.lend(|Workspace { tile, sums }| {
                let mut values = Values::default();
                sums.fill(Sums::default());
                self.tiles(&kernel, number, batch.samples, tile, |tile, samples| {
                    self.roll(&kernel, &narrow_theta, both, tile);
                    if both {
                        self.arch.dispatch(Adjoint {
                            kernel: &kernel,
                            theta: &narrow_theta,
                            tile: &mut *tile,
                        });
                    }
                    let about = (baseline as f32, inverse_variance);
                    let included = (samples, batch.samples);
                    let lanes = add_deviations(&mut values, included, &tile.outcome, about);
                    if coordinates {
                        self.arch.dispatch(AddCoordinates {
                            sums,
                            lanes: &lanes,
                            noise: &tile.noise,
                            first_order: &tile.first_order,
                        });
                    }
                });
                let sums = if coordinates { &sums[..] } else { &[] };
                let counts = &values.count;
                let coordinates = self.arch.dispatch(Finish { counts, sums });
                TaskStrips {
                    values,
                    coordinates,
                }
            })
        };
        let mut total = Moments::empty(n.cost, if coordinates { task.dimension() } else { 0 });
        self.in_tasks(task, batch.samples, run, |tasks| {
            merge_moments(&mut total, tasks);
        })?;
        Ok(total)
    }
}

impl Engine for CpuEngine {
    fn report(&self) -> &EngineReport {
        &self.report
    }

    fn plan(&self, task: &Task, batch: &Batch) -> Result<WorkPlan> {
        batch.check()?;
        let at_once = self.tasks_at_once(task, batch.samples);
        let (threads, each) = Self::bytes(task);
        let chunk = batch.samples.min(at_once * (STRIPS * STRIP_LENGTH) as u64);
        Ok(WorkPlan {
            chunk_samples: chunk,
            chunks: batch.samples.div_ceil(chunk),
            bytes: threads + each * at_once,
        })
    }

    fn moments(&mut self, task: &Task, theta: &[f64], batch: &Batch) -> Result<Moments> {
        batch.check()?;
        task.check_theta(theta, "the caller")?;
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
        batch.check()?;
        check_sigma_in_f32(task, &[theta])?;
        let n = finite_nominal(task, theta)?;
        let kernel = Kernel::new(task, &n.costs, batch.key());
        let theta = narrow(theta);
        let candidates: Vec<Vec<f32>> = candidates.iter().map(|c| narrow(c)).collect();
        let pool = Pool::new(&kernel, false);
        let end = batch.samples;
        let run = |number: u64| {
            let mut values = vec![Values::default(); candidates.len()];
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
            values
        };
        let mut total = vec![Decrease::default(); candidates.len()];
        self.in_tasks(task, batch.samples, run, |tasks| {
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
        let n = finite_nominal(task, center)?;
        Ok(crate::reference::engine::costs(task, &n, thetas, batch))
    }

    fn samples(
        &mut self,
        task: &Task,
        theta: &[f64],
        batch: &Batch,
        range: Range<u64>,
    ) -> Result<Vec<Sample>> {
        batch.check()?;
        let n = finite_nominal(task, theta)?;
        let kernel = Kernel::new(task, &n.costs, batch.key());
        let theta = narrow(theta);
        let mut tile = Tile::new(&kernel, true);
        let mut found = Vec::new();
        for first in range.clone().step_by(LANES) {
            self.interrupt.check()?;
            let samples = std::array::from_fn(|lane| (first + lane as u64) as u32);
            self.arch.dispatch(Draw {
                kernel: &kernel,
                samples: &samples,
                tile: &mut tile,
            });
            self.roll(&kernel, &theta, true, &mut tile);
            self.arch.dispatch(Adjoint {
                kernel: &kernel,
                theta: &theta,
                tile: &mut tile,
            });
            let lanes = (range.end - first).min(LANES as u64) as usize;
            found.extend((0..lanes).map(|lane| tile.sample(lane)));
        }
        Ok(found)
    }
}
