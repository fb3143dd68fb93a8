//! What every engine can do, on the GPU.

use super::engine::{GpuEngine, Work};
use super::layout::{Layout, Purpose};
use super::schedule::Schedule;
use super::source::Variant;
use crate::engine::moments::Moments;
use crate::engine::reference::engine::finite_nominal;
use crate::engine::{
    self, Batch, Call, Decrease, Engine, EngineReport, Interrupt, Sample, WorkPlan,
    check_sigma_in_f32,
};
use crate::error::Result;
use crate::system::task::Task;
use std::ops::Range;

impl GpuEngine {
    /// The moments of f - f(theta, 0) alone, over all samples whose cost is finite.
    fn deviations(&mut self, work: &Work<'_>) -> Result<Moments> {
        let mut total = Moments::empty(work.nominal.cost, 0);
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
            program.reader.merge_moments(&mut total, &parts[0], &[]);
            Ok(())
        })?;
        Ok(total)
    }

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

impl Engine for GpuEngine {
    fn report(&self) -> &EngineReport {
        &self.report
    }

    fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }

    fn plan(&self, task: &Task, batch: &Batch) -> Result<WorkPlan> {
        batch.check()?;
        let planner = self.planner(task);
        let layout = planner.layout(Purpose::Moments, batch.samples)?;
        let most = layout.most_samples;
        let chunks = batch.samples.div_ceil(most);
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

    fn moments(&mut self, task: &Task, theta: &[f64], batch: &Batch) -> Result<Moments> {
        engine::check(task, theta, batch, Call::Moments)?;
        check_sigma_in_f32(task, &[theta])?;
        self.select(Variant::of(task))?;
        let nominal = finite_nominal(task, theta)?;
        let mut work = Work {
            task,
            batch,
            thetas: &[theta],
            nominal: &nominal,
            baseline: 0.0,
        };
        let (baseline, factor) = batch.baseline(nominal.cost, || self.deviations(&work))?;
        work.baseline = baseline;
        let mut total = Moments::empty(nominal.cost, task.dimension());
        self.in_chunks(&work, Purpose::Moments, |engine, layout, range| {
            let parts = engine.moments_of_chunk(&work, layout, range.end - range.start)?;
            let reader = &engine.program.reader;
            reader.merge_moments(&mut total, &parts[0], &parts[1]);
            Ok(())
        })?;
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
        let mut total = vec![Decrease::default(); candidates.len()];
        if candidates.is_empty() {
            return Ok(total);
        }
        check_sigma_in_f32(task, &[theta])?;
        self.select(Variant::of(task))?;
        let count = candidates.len() as u64;
        let purpose = Purpose::Costs { candidates: count };
        let thetas: Vec<&[f64]> = std::iter::once(theta)
            .chain(candidates.iter().map(Vec::as_slice))
            .collect();
        let work = Work {
            task,
            batch,
            thetas: &thetas,
            nominal: &finite_nominal(task, theta)?,
            baseline: 0.0,
        };
        self.in_chunks(&work, purpose, |engine, layout, range| {
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
            program.reader.merge_decreases(&mut total, &parts[0]);
            Ok(())
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
