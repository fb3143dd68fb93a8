//! What every engine can do, on the GPU.

use super::engine::GpuEngine;
use super::layout::{Layout, Purpose};
use super::schedule::Schedule;
use super::source::Variant;
use crate::engine::backend::{Backend, Precision};
use crate::engine::batch::Batch;
use crate::engine::interrupt::Interrupt;
use crate::engine::moments::{Decrease, Moments};
use crate::engine::report::{EngineReport, Sample, WorkPlan};
use crate::engine::tree::{Merge, Tree};
use crate::engine::work::Work;
use crate::error::Result;
use crate::system::task::Task;
use std::ops::Range;

/// The first sample of a chunk, and the values and blocks that were read back.
type Left = (u64, Vec<Vec<u8>>);

impl GpuEngine {
    /// Rolls a chunk out, goes back through it and reads what is left of it: values and blocks of coordinates.
    fn moments_of_chunk(
        &mut self,
        work: &Work<'_>,
        layout: &Layout,
        samples: u64,
    ) -> Result<Vec<Vec<u8>>> {
        let program = self.program.clone();
        let schedule = Schedule {
            program: &program,
            layout,
            samples,
        };
        let (sizes, reader) = (&program.sizes, &program.reader);
        let values = sizes.strips(samples) * reader.value_bytes();
        let blocks =
            sizes.blocks(samples) * work.task.dimension() as u64 * reader.coordinate_bytes();
        let parts = [("values", values), ("blocks", blocks)];
        let mut stages = schedule.forward(work.batch.has_paired_baseline(work.task));
        stages.extend(schedule.backward(work.batch.wanted, true));
        let found = self.run(&stages, &parts)?;
        if layout.is_whole() || reader.nonfinite(&found[0]) == 0 {
            return Ok(found);
        }
        // Segments that were reduced before a derivative failed have counted the sample.
        self.run(&schedule.backward(work.batch.wanted, false), &parts)
    }
}

impl Backend for GpuEngine {
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
        let range = batch.range();
        let samples = range.end - range.start;
        let planner = self.planner(task);
        let layout = planner.layout(Purpose::Moments, samples.max(1))?;
        let most = layout.most_samples;
        let chunks = samples.div_ceil(most);
        let schedule = Schedule {
            program: &self.program,
            layout: &layout,
            samples: most,
        };
        let paired = batch.has_paired_baseline(task);
        let stages = schedule.forward(paired).len() + schedule.backward(batch.wanted, true).len();
        Ok(WorkPlan {
            chunk_samples: most,
            chunks,
            dispatches: chunks * stages as u64,
            segment_steps: layout.steps,
            segments: layout.segments().count() as u64,
            bytes: planner.bytes(&layout, most).total(),
        })
    }

    fn deviations(&mut self, work: &Work<'_>) -> Result<Tree<Moments>> {
        self.select(work.task, Variant::of(work.task))?;
        let mut tree = Tree::default();
        let purpose = Purpose::Costs { candidates: 0 };
        self.in_chunks(work, purpose, |engine, layout, range| {
            let program = engine.program.clone();
            let samples = range.end - range.start;
            let schedule = Schedule {
                program: &program,
                layout,
                samples,
            };
            let mut stages = schedule.costs(1);
            stages.extend(schedule.reduce_values());
            let bytes = program.sizes.strips(samples) * program.reader.value_bytes();
            let parts = engine.run(&stages, &[("values", bytes)])?;
            let first = range.start / program.sizes.block;
            let reader = &program.reader;
            tree.merge(reader.moments(work.nominal.cost, first, &parts[0], &[])?)
        })?;
        Ok(tree)
    }

    fn moments(&mut self, work: &Work<'_>) -> Result<Tree<Moments>> {
        self.select(work.task, Variant::of(work.task))?;
        let (program, nominal) = (self.program.clone(), work.nominal.cost);
        let mut tree = Tree::default();
        let mut merge = |left: Option<Left>| match left {
            None => Ok(()),
            Some((first, parts)) => {
                let (reader, block) = (&program.reader, first / program.sizes.block);
                tree.merge(reader.moments(nominal, block, &parts[0], &parts[1])?)
            }
        };
        // What a chunk left is merged while the device goes on with the next one.
        let mut left: Option<Left> = None;
        self.in_chunks(work, Purpose::Moments, |engine, layout, range| {
            let before = left.take();
            let mut merged = Ok(());
            let parts = rayon::in_place_scope(|scope| {
                scope.spawn(|_| merged = merge(before));
                engine.moments_of_chunk(work, layout, range.end - range.start)
            });
            merged?;
            left = Some((range.start, parts?));
            Ok(())
        })?;
        merge(left)?;
        Ok(tree)
    }

    fn decreases(&mut self, work: &Work<'_>) -> Result<Vec<Tree<Decrease>>> {
        self.select(work.task, Variant::of(work.task))?;
        let count = work.thetas.len() as u64 - 1;
        let purpose = Purpose::Costs { candidates: count };
        let mut trees = vec![Tree::default(); count as usize];
        self.in_chunks(work, purpose, |engine, layout, range| {
            let program = engine.program.clone();
            let samples = range.end - range.start;
            let schedule = Schedule {
                program: &program,
                layout,
                samples,
            };
            let mut stages = schedule.costs(count + 1);
            stages.extend(schedule.reduce_decreases(count));
            let bytes = program.sizes.strips(samples) * count * program.reader.decrease_bytes();
            let parts = engine.run(&stages, &[("decreases", bytes)])?;
            let of_candidates = program.reader.decreases(trees.len(), &parts[0]);
            let first = range.start / program.sizes.block;
            let mut pairs = trees.iter_mut().zip(of_candidates);
            pairs.try_for_each(|(tree, leaves)| add_blocks(tree, first, leaves))
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

fn add_blocks<T: Merge>(tree: &mut Tree<T>, first: u64, leaves: Vec<T>) -> Result<()> {
    let mut numbered = (first..).zip(leaves);
    numbered.try_for_each(|(block, leaf)| tree.add(block, leaf))
}
