//! The reference engine: blocks of samples in parallel.

use super::adjoint::{Scratch, adjoint, score};
use super::reduce::add_sample;
use super::rollout::{
    Trajectory, draw, draw_environment, rerun, rerun_sample, rerun_without_noise, rollout,
};
use crate::engine::backend::{Backend, Precision};
use crate::engine::batch::{Batch, Wanted};
use crate::engine::interrupt::Interrupt;
use crate::engine::moments::{Coordinate, Decrease, Moments, Offender};
use crate::engine::report::{EngineReport, Sample, WorkPlan};
use crate::engine::tree::{BLOCK_SAMPLES, Merge, Tree};
use crate::engine::work::{OnStop, Work};
use crate::error::Result;
use crate::system::task::Task;
use rayon::prelude::*;
use std::ops::Range;

/// Samples that one thread handles in sequence: a part of a block, merged with the others in order.
pub(crate) const BLOCK: u64 = 64;

/// Those parts whose moments are kept at one time.
pub(crate) const BLOCKS_IN_FLIGHT: u64 = 64;

/// Thetas between two looks at the interrupt.
const MOST_THETAS: usize = 4096;

/// See the module.
#[derive(Debug)]
pub struct ReferenceEngine {
    report: EngineReport,
    interrupt: Interrupt,
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

    /// The results of all blocks, each merged from those of `part` in order.
    fn in_blocks<T: Merge + Send>(
        &self,
        work: &Work<'_>,
        on_stop: OnStop,
        part: impl Fn(Range<u64>) -> T + Sync,
        mut leaf: impl FnMut(u64, T) -> Result<()>,
    ) -> Result<()> {
        work.in_chunks(&self.interrupt, on_stop, |rest| {
            let end = rest.end.min(rest.start + BLOCK * BLOCKS_IN_FLIGHT);
            let starts = (rest.start..end).step_by(BLOCK as usize);
            let starts: Vec<u64> = starts.collect();
            let parts: Vec<T> = starts
                .par_iter()
                .map(|start| part(*start..(start + BLOCK).min(end)))
                .collect();
            // What a stop left out is in them.
            self.interrupt.check()?;
            let mut parts = parts.into_iter();
            for block in rest.start / BLOCK_SAMPLES..end.div_ceil(BLOCK_SAMPLES) {
                let mut of_block = parts.by_ref().take((BLOCK_SAMPLES / BLOCK) as usize);
                if let Some(mut first) = of_block.next() {
                    of_block.for_each(|later| first.merge(&later));
                    leaf(block, first)?;
                }
            }
            Ok(end - rest.start)
        })
    }
}

impl Backend for ReferenceEngine {
    fn report(&self) -> &EngineReport {
        &self.report
    }

    fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }

    fn precision(&self) -> Precision {
        Precision::F64
    }

    fn plan(&self, task: &Task, batch: &Batch) -> Result<WorkPlan> {
        let range = batch.range();
        let samples = range.end - range.start;
        let moments = (size_of::<Coordinate>() * task.dimension()) as u64;
        let chunk = samples.min(BLOCK * BLOCKS_IN_FLIGHT);
        let kept = chunk.div_ceil(BLOCK) + Tree::<Moments>::most_nodes(&range);
        Ok(WorkPlan {
            chunk_samples: chunk,
            chunks: samples.div_ceil(chunk.max(1)),
            segment_steps: task.horizon() as u64,
            segments: 1,
            dispatches: 0,
            bytes: kept * moments,
        })
    }

    fn deviations(&mut self, work: &Work<'_>) -> Result<Tree<Moments>> {
        let stop = &self.interrupt;
        let part = |range: Range<u64>| {
            let mut moments = Moments::empty(work.nominal.cost, 0);
            let mut trajectory = Trajectory::new(work.task);
            for sample in range.take_while(|_| !stop.is_set()) {
                let keys = work.batch.keys();
                draw(work.task, keys, sample as u32, &mut trajectory);
                rerun(
                    work.task,
                    work.theta(),
                    &work.nominal.costs,
                    &mut trajectory,
                );
                add_sample(&mut moments, sample, &trajectory, &[], 0.0);
            }
            moments
        };
        let mut tree = Tree::default();
        self.in_blocks(work, OnStop::Drop, part, |b, leaf| tree.add(b, leaf))?;
        Ok(tree)
    }

    fn moments(&mut self, work: &Work<'_>) -> Result<Tree<Moments>> {
        let (task, batch, theta) = (work.task, work.batch, work.theta());
        let (costs, keys) = (&work.nominal.costs, batch.keys());
        let d = task.dimension();
        let paired = batch.has_paired_baseline(task);
        let stop = &self.interrupt;
        let part = |range: Range<u64>| {
            let mut moments = Moments::empty(work.nominal.cost, d);
            let mut trajectory = Trajectory::new(task);
            let mut scratch = Scratch::new(task);
            let mut first_order = match batch.wanted {
                Wanted::Both => vec![0.0; d],
                Wanted::ZerothOrder => Vec::new(),
            };
            for sample in range.take_while(|_| !stop.is_set()) {
                let number = sample as u32;
                if paired {
                    rollout(task, theta, costs, keys, number, &mut trajectory);
                } else {
                    draw(task, keys, number, &mut trajectory);
                    rerun(task, theta, costs, &mut trajectory);
                }
                if batch.wanted == Wanted::Both {
                    adjoint(task, &mut trajectory, &mut scratch, &mut first_order);
                }
                score(task, &mut trajectory, &mut scratch);
                let baseline = work.baseline + trajectory.baseline;
                add_sample(&mut moments, sample, &trajectory, &first_order, baseline);
            }
            moments
        };
        let mut tree = Tree::default();
        self.in_blocks(work, OnStop::Keep, part, |b, leaf| tree.add(b, leaf))?;
        Ok(tree)
    }

    fn decreases(&mut self, work: &Work<'_>) -> Result<Vec<Tree<Decrease>>> {
        let (task, costs) = (work.task, &work.nominal.costs);
        let candidates = &work.thetas[1..];
        let stop = &self.interrupt;
        let part = |range: Range<u64>| {
            let mut decreases = Decreases(vec![Decrease::default(); candidates.len()]);
            let mut trajectory = Trajectory::new(task);
            for sample in range.take_while(|_| !stop.is_set()) {
                draw(task, work.batch.keys(), sample as u32, &mut trajectory);
                rerun(task, work.theta(), costs, &mut trajectory);
                let (here, nonfinite) = (trajectory.deviation, trajectory.nonfinite);
                for (decrease, candidate) in decreases.0.iter_mut().zip(candidates) {
                    rerun(task, candidate, costs, &mut trajectory);
                    match nonfinite.or(trajectory.nonfinite) {
                        Some(time) => decrease.nonfinite.add(Offender { sample, time }),
                        None => decrease.spread.add(here - trajectory.deviation),
                    }
                }
            }
            decreases
        };
        let mut trees = vec![Tree::default(); candidates.len()];
        self.in_blocks(work, OnStop::Drop, part, |block, leaves| {
            let mut pairs = trees.iter_mut().zip(leaves.0);
            pairs.try_for_each(|(tree, leaf)| tree.add(block, leaf))
        })?;
        Ok(trees)
    }

    fn costs(&mut self, work: &Work<'_>, thetas: &[Vec<f64>]) -> Result<Vec<f64>> {
        let (task, keys, costs) = (work.task, work.batch.keys(), &work.nominal.costs);
        let before = work.batch.range().start;
        let stop = &self.interrupt;
        let cost = |trajectory: &mut Trajectory, (sample, theta): (u64, &Vec<f64>)| {
            if stop.is_set() {
                return f64::NAN;
            }
            draw_environment(task, keys, sample as u32, trajectory);
            rerun_without_noise(task, theta, costs, trajectory);
            match trajectory.nonfinite {
                None => trajectory.deviation,
                Some(_) => f64::NAN,
            }
        };
        let mut found = Vec::with_capacity(thetas.len());
        work.in_chunks(&self.interrupt, OnStop::Drop, |rest| {
            let left = &thetas[(rest.start - before) as usize..];
            let thetas = &left[..left.len().min(MOST_THETAS)];
            let numbered = thetas.par_iter().enumerate();
            let numbered = numbered.map(|(i, theta)| (rest.start + i as u64, theta));
            found.par_extend(numbered.map_init(|| Trajectory::new(task), cost));
            stop.check()?;
            Ok(thetas.len() as u64)
        })?;
        Ok(found)
    }

    fn samples(&mut self, work: &Work<'_>, range: Range<u64>) -> Result<Vec<Sample>> {
        let (task, keys, costs) = (work.task, work.batch.keys(), &work.nominal.costs);
        let mut trajectory = Trajectory::new(task);
        let mut scratch = Scratch::new(task);
        range
            .map(|sample| {
                self.interrupt.check()?;
                let number = sample as u32;
                rollout(task, work.theta(), costs, keys, number, &mut trajectory);
                Ok(in_full(task, &mut trajectory, &mut scratch))
            })
            .collect()
    }
}

/// The sample of a trajectory that was rolled out.
fn in_full(task: &Task, trajectory: &mut Trajectory, scratch: &mut Scratch) -> Sample {
    let mut first_order = vec![0.0; task.dimension()];
    adjoint(task, trajectory, scratch, &mut first_order);
    score(task, trajectory, scratch);
    Sample {
        deviation: trajectory.deviation,
        baseline: trajectory.baseline,
        score: trajectory.score.clone(),
        initial_state: trajectory.states[..task.model().state_size()].to_vec(),
        parameters: trajectory.parameters.clone(),
        noise: trajectory.noise.clone(),
        first_order,
        nonfinite: trajectory.nonfinite,
    }
}

/// Whether derivatives and scores of samples are found too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// Costs alone; the rest is left out.
    Costs,
    /// All that there is of a sample.
    InFull,
}

/// The samples that an engine gave, in f64: with the noise, the initial states and the parameters that it drew. `costs` are the
/// H + 1 costs without noise.
pub fn again(
    task: &Task,
    theta: &[f64],
    costs: &[f64],
    samples: &[Sample],
    what: Again,
) -> Vec<Sample> {
    let fresh = || (Trajectory::new(task), Scratch::new(task));
    let one = |(trajectory, scratch): &mut (Trajectory, Scratch), sample: &Sample| {
        rerun_sample(task, theta, costs, sample, trajectory);
        match what {
            Again::InFull => in_full(task, trajectory, scratch),
            Again::Costs => Sample {
                deviation: trajectory.deviation,
                baseline: trajectory.baseline,
                nonfinite: trajectory.nonfinite,
                score: Vec::new(),
                first_order: Vec::new(),
                ..sample.clone()
            },
        }
    };
    samples.par_iter().map_init(fresh, one).collect()
}

/// What is drawn for a sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// w
    pub noise: Vec<f64>,
    /// x₀
    pub initial_state: Vec<f64>,
    /// The parameters of the model.
    pub parameters: Vec<f64>,
}

/// The draws of samples of a batch.
pub fn drawn(task: &Task, batch: &Batch, samples: Range<u64>) -> Vec<Drawn> {
    let mut trajectory = Trajectory::new(task);
    let one = |sample: u64| {
        draw(task, batch.keys(), sample as u32, &mut trajectory);
        Drawn {
            noise: trajectory.noise.clone(),
            initial_state: trajectory.initial_state().to_vec(),
            parameters: trajectory.parameters.clone(),
        }
    };
    samples.map(one).collect()
}

/// One for each candidate.
struct Decreases(Vec<Decrease>);

impl Merge for Decreases {
    fn merge(&mut self, later: &Self) {
        for (mine, other) in self.0.iter_mut().zip(&later.0) {
            mine.merge(other);
        }
    }
}
