//! The reference engine: blocks of samples in parallel, merged in order.

use super::adjoint::{Scratch, adjoint, score};
use super::reduce::add_sample;
use super::rollout::{
    Nominal, Trajectory, draw, draw_environment, nominal, rerun, rerun_without_noise, rollout,
};
use crate::engine::moments::{Moments, Offender};
use crate::engine::{
    self, Batch, Call, Decrease, Engine, EngineReport, Interrupt, Sample, Wanted, WorkPlan,
};
use crate::error::{Error, Result};
use crate::system::task::Task;
use rayon::prelude::*;
use std::ops::Range;

/// Samples that one thread handles in sequence; the tree of merges hangs on it, the number of threads does not.
pub(crate) const BLOCK: u64 = 64;

/// Blocks whose moments are kept at one time.
pub(crate) const BLOCKS_IN_FLIGHT: u64 = 64;

/// See the module.
#[derive(Debug)]
pub struct ReferenceEngine {
    report: EngineReport,
    interrupt: Interrupt,
}

/// The noise-free trajectory, or an error that says when it stopped being finite.
pub fn finite_nominal(task: &Task, theta: &[f64]) -> Result<Nominal> {
    task.check_theta(theta, "the caller")?;
    let nominal = nominal(task, theta);
    match nominal.nonfinite {
        None => Ok(nominal),
        Some(time) => Err(Error::NonFiniteNominal {
            task: task.name().into(),
            time,
            hint: task.warning().map(|w| format!("; {w}")).unwrap_or_default(),
        }),
    }
}

/// What [`Engine::costs`] promises, in f64.
pub fn costs(task: &Task, center: &Nominal, thetas: &[Vec<f64>], batch: &Batch) -> Vec<f64> {
    thetas
        .par_iter()
        .enumerate()
        .map_init(
            || Trajectory::new(task),
            |trajectory, (sample, theta)| {
                draw_environment(task, batch.keys(), sample as u32, trajectory);
                rerun_without_noise(task, theta, &center.costs, trajectory);
                match trajectory.nonfinite {
                    None => trajectory.deviation,
                    Some(_) => f64::NAN,
                }
            },
        )
        .collect()
}

impl ReferenceEngine {
    /// The engine; `reason` is why it was taken.
    pub fn new(reason: &str, interrupt: Interrupt) -> Self {
        Self {
            report: EngineReport {
                engine: "reference",
                adapter: None,
                driver: None,
                reason: reason.into(),
                compile_seconds: None,
            },
            interrupt,
        }
    }

    /// The results of all blocks of `0..samples`, merged in order.
    fn in_blocks<T: Send>(
        &self,
        samples: u64,
        keeps_partial: bool,
        block: impl Fn(Range<u64>) -> T + Sync,
        mut merge: impl FnMut(T),
    ) -> Result<()> {
        let blocks = samples.div_ceil(BLOCK);
        for first in (0..blocks).step_by(BLOCKS_IN_FLIGHT as usize) {
            let done = (first * BLOCK).min(samples);
            if self
                .interrupt
                .stops_after(if keeps_partial { done } else { 0 })?
            {
                break;
            }
            let results: Vec<T> = (first..(first + BLOCKS_IN_FLIGHT).min(blocks))
                .into_par_iter()
                .map(|b| block(b * BLOCK..((b + 1) * BLOCK).min(samples)))
                .collect();
            results.into_iter().for_each(&mut merge);
            let end = ((first + BLOCKS_IN_FLIGHT) * BLOCK).min(samples);
            self.interrupt.add_done(end - done);
        }
        Ok(())
    }

    /// The moments of f - f(theta, 0) alone, over all samples whose cost is finite.
    pub(crate) fn deviations(
        &self,
        task: &Task,
        theta: &[f64],
        batch: &Batch,
        n: &Nominal,
    ) -> Result<Moments> {
        let mut total = Moments::empty(n.cost, 0);
        let block = |range: Range<u64>| {
            let mut moments = Moments::empty(n.cost, 0);
            let mut trajectory = Trajectory::new(task);
            for sample in range {
                let number = sample as u32;
                draw(task, batch.keys(), number, &mut trajectory);
                rerun(task, theta, &n.costs, &mut trajectory);
                add_sample(&mut moments, sample, &trajectory, &[], 0.0);
            }
            moments
        };
        self.in_blocks(batch.samples, false, block, |m| total.merge(&m))?;
        Ok(total)
    }
}

impl Engine for ReferenceEngine {
    fn report(&self) -> &EngineReport {
        &self.report
    }

    fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }

    fn plan(&self, task: &Task, batch: &Batch) -> Result<WorkPlan> {
        batch.check()?;
        let per_block = 5 * 8 * task.dimension() as u64;
        let chunk = batch.samples.min(BLOCK * BLOCKS_IN_FLIGHT);
        Ok(WorkPlan {
            chunk_samples: chunk,
            chunks: batch.samples.div_ceil(chunk),
            segment_steps: task.horizon() as u64,
            segments: 1,
            dispatches: 0,
            bytes: chunk.div_ceil(BLOCK) * per_block,
        })
    }

    fn moments(&mut self, task: &Task, theta: &[f64], batch: &Batch) -> Result<Moments> {
        engine::check(task, theta, batch, Call::Moments)?;
        let n = finite_nominal(task, theta)?;
        let d = task.dimension();
        let (baseline, factor) =
            batch.baseline(n.cost, || self.deviations(task, theta, batch, &n))?;
        let paired = batch.has_paired_baseline(task);
        let block = |range: Range<u64>| {
            let mut moments = Moments::empty(n.cost, d);
            let mut trajectory = Trajectory::new(task);
            let mut scratch = Scratch::new(task);
            let mut first_order = match batch.wanted {
                Wanted::Both => vec![0.0; d],
                Wanted::ZerothOrder => Vec::new(),
            };
            for sample in range {
                let number = sample as u32;
                if paired {
                    let keys = batch.keys();
                    rollout(task, theta, &n.costs, keys, number, &mut trajectory);
                } else {
                    draw(task, batch.keys(), number, &mut trajectory);
                    rerun(task, theta, &n.costs, &mut trajectory);
                }
                if batch.wanted == Wanted::Both {
                    adjoint(task, &mut trajectory, &mut scratch, &mut first_order);
                }
                score(task, &mut trajectory, &mut scratch);
                let baseline = baseline + trajectory.baseline;
                add_sample(&mut moments, sample, &trajectory, &first_order, baseline);
            }
            moments
        };
        let mut total = Moments::empty(n.cost, d);
        self.in_blocks(batch.samples, true, block, |m| total.merge(&m))?;
        total.scale_zeroth_order(factor);
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
        let n = finite_nominal(task, theta)?;
        let block = |range: Range<u64>| {
            let mut decreases = vec![Decrease::default(); candidates.len()];
            let mut trajectory = Trajectory::new(task);
            for sample in range {
                draw(task, batch.keys(), sample as u32, &mut trajectory);
                rerun(task, theta, &n.costs, &mut trajectory);
                let (here, nonfinite) = (trajectory.deviation, trajectory.nonfinite);
                for (decrease, candidate) in decreases.iter_mut().zip(candidates) {
                    rerun(task, candidate, &n.costs, &mut trajectory);
                    if let Some(time) = nonfinite.or(trajectory.nonfinite) {
                        decrease.nonfinite.add(Offender { sample, time });
                        continue;
                    }
                    decrease.count += 1;
                    let number = decrease.count as f64;
                    decrease.spread.add(number, here - trajectory.deviation);
                }
            }
            decreases
        };
        let mut total = vec![Decrease::default(); candidates.len()];
        self.in_blocks(batch.samples, false, block, |part: Vec<Decrease>| {
            for (total, part) in total.iter_mut().zip(&part) {
                total.merge(part);
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
        engine::check(task, center, batch, Call::Costs(thetas))?;
        let n = finite_nominal(task, center)?;
        self.interrupt.check()?;
        Ok(costs(task, &n, thetas, batch))
    }

    fn samples(
        &mut self,
        task: &Task,
        theta: &[f64],
        batch: &Batch,
        range: Range<u64>,
    ) -> Result<Vec<Sample>> {
        engine::check(task, theta, batch, Call::Samples(&range))?;
        let n = finite_nominal(task, theta)?;
        let mut trajectory = Trajectory::new(task);
        let mut scratch = Scratch::new(task);
        let mut first_order = vec![0.0; task.dimension()];
        Ok(range
            .map(|sample| {
                let number = sample as u32;
                rollout(task, theta, &n.costs, batch.keys(), number, &mut trajectory);
                adjoint(task, &mut trajectory, &mut scratch, &mut first_order);
                score(task, &mut trajectory, &mut scratch);
                Sample {
                    deviation: trajectory.deviation,
                    baseline: trajectory.baseline,
                    score: trajectory.score.clone(),
                    initial_state: trajectory.states[..task.model().state_size()].to_vec(),
                    parameters: trajectory.parameters.clone(),
                    noise: trajectory.noise.clone(),
                    first_order: first_order.clone(),
                    nonfinite: trajectory.nonfinite,
                }
            })
            .collect())
    }
}
