//! The GPU engine: cuts a batch into chunks, runs the kernels over each, merges what they leave.
//!
//! Kernels are compiled once for each [`Variant`] that the tasks of the model ask for. A chunk is bounded by `--memory`, by
//! the adapter's binding limit, and by time: it starts small and grows while a submission stays below
//! [`LONGEST_SUBMISSION`], because watchdogs kill long ones; a chunk that is longer by itself, because its horizon is, is
//! submitted in pieces. What is merged is the same for every cut, so the result is bit-identical whatever the chunks were,
//! also when a chunk had to be done again: see [`Recovery`].

use super::adapter::AdapterChoice;
use super::device::{Device, Fault};
use super::layout::{Layout, Planner, Purpose};
use super::plan;
use super::program::Program;
use super::recovery::Recovery;
use super::schedule::{Schedule, Stage};
use super::source::Variant;
use super::workspace::{PLANS_PER_SEGMENT, Workspace};
use crate::engine::{
    Batch, Decrease, Engine, EngineReport, Interrupt, Sample, WorkPlan, check_sigma_in_f32,
};
use crate::error::{Error, Result};
use crate::model::Model;
use crate::moments::Moments;
use crate::reference::engine::finite_nominal;
use crate::reference::rollout::Nominal;
use crate::task::Task;
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A submission that takes longer makes the next ones smaller.
const LONGEST_SUBMISSION: Duration = Duration::from_millis(80);

/// Sample-steps of the first submission, before anything is known of the adapter's speed.
const FIRST_SUBMISSION_STEPS: u64 = 1 << 19;

/// See the module.
pub struct GpuEngine {
    choice: AdapterChoice,
    pub(super) device: Device,
    model: Arc<Model>,
    /// Every program compiled so far.
    programs: Vec<Arc<Program>>,
    /// The one in use.
    pub(super) program: Arc<Program>,
    pub(super) memory: u64,
    report: EngineReport,
    pub(super) interrupt: Interrupt,
    workspace: Option<Workspace>,
    /// Samples times steps of a submission that takes about [`LONGEST_SUBMISSION`].
    submission_steps: u64,
}

impl std::fmt::Debug for GpuEngine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GpuEngine")
            .field("report", &self.report)
            .finish_non_exhaustive()
    }
}

/// A batch at some thetas (theta, then candidates), as the kernels take it.
pub(super) struct Work<'a> {
    pub task: &'a Task,
    pub batch: &'a Batch,
    pub thetas: &'a [&'a [f64]],
    pub nominal: &'a Nominal,
    /// b - f(theta, 0)
    pub baseline: f64,
}

impl GpuEngine {
    /// Opens an adapter and compiles the kernels of `model`. `memory` bounds the bytes it may allocate.
    pub fn open(
        choice: &AdapterChoice,
        model: &Arc<Model>,
        memory: u64,
        reason: &str,
        interrupt: Interrupt,
    ) -> Result<Self> {
        let device = Device::open(choice)?;
        let variant = Variant::of(&Task::new(model.clone()));
        let program = Arc::new(Program::new(&device, model, variant)?);
        let adapter = device.report();
        Ok(Self {
            report: EngineReport {
                engine: "gpu",
                adapter: Some(adapter.name.clone()),
                driver: Some(format!("{} {}", adapter.driver, adapter.driver_info)),
                reason: reason.into(),
                compile_seconds: Some(program.compile_seconds),
            },
            choice: choice.clone(),
            model: model.clone(),
            programs: vec![program.clone()],
            program,
            memory,
            interrupt,
            workspace: None,
            submission_steps: FIRST_SUBMISSION_STEPS,
            device,
        })
    }

    /// See [`Device::inject`]. The fault is gone with the device that it was injected into.
    pub fn inject(&self, fault: Fault, after: u64, times: u64) {
        self.device.inject(fault, after, times);
    }

    /// Seconds that compiling shaders has taken so far; no timing of a run includes them.
    pub fn compile_seconds(&self) -> f64 {
        self.report.compile_seconds.unwrap_or(0.0)
    }

    /// Takes the program of a variant, which is compiled if it is new.
    pub(super) fn select(&mut self, variant: Variant) -> Result<()> {
        if self.program.variant == variant {
            return Ok(());
        }
        self.workspace = None;
        let known = self.programs.iter().find(|p| p.variant == variant);
        self.program = match known {
            Some(program) => program.clone(),
            None => Arc::new(Program::new(&self.device, &self.model, variant)?),
        };
        if known.is_none() {
            self.add_program();
        }
        Ok(())
    }

    /// Keeps the program in use, and counts the time it took.
    fn add_program(&mut self) {
        self.programs.push(self.program.clone());
        let seconds = self.report.compile_seconds.unwrap_or(0.0);
        self.report.compile_seconds = Some(seconds + self.program.compile_seconds);
    }

    /// Opens the adapter again after its device was lost, with the program in use.
    pub(super) fn reopen(&mut self) -> Result<()> {
        self.workspace = None;
        let variant = self.program.variant.clone();
        self.programs.clear();
        self.device = Device::open(&self.choice)?;
        self.program = Arc::new(Program::new(&self.device, &self.model, variant)?);
        self.add_program();
        Ok(())
    }

    pub(super) fn planner<'a>(&'a self, task: &'a Task) -> Planner<'a> {
        Planner {
            task,
            sizes: &self.program.sizes,
            reader: &self.program.reader,
            device: &self.device,
            memory: self.memory,
        }
    }

    /// The samples of the next chunk: a whole number of blocks, or all that remain.
    fn chunk(&self, layout: &Layout, thetas: u64, remaining: u64) -> u64 {
        let block = self.program.sizes.block;
        let timed = self.submission_steps / (layout.horizon * thetas);
        let blocks = (timed / block).max(1) * block;
        blocks.min(layout.most_samples).min(remaining)
    }

    /// Makes the next submissions as long as the time limit allows, and no more than twice as long as this one.
    fn calibrate(&mut self, steps: u64, elapsed: Duration) {
        let ratio = LONGEST_SUBMISSION.as_secs_f64() / elapsed.as_secs_f64().max(1e-6);
        if ratio < 1.0 || steps >= self.submission_steps / 2 {
            let wanted = steps as f64 * ratio.min(2.0);
            self.submission_steps = (wanted as u64).max(1);
        }
    }

    /// The workspace for chunks of up to `samples`; the one there is kept if it fits exactly.
    pub(super) fn prepare(&mut self, task: &Task, layout: &Layout, samples: u64) -> Result<()> {
        let bytes = self.planner(task).bytes(layout, samples);
        let serves = |w: &Workspace| w.serves(layout, bytes, samples);
        if !self.workspace.as_ref().is_some_and(serves) {
            // The old buffers go first, or both would be allocated at once.
            self.workspace = None;
            self.workspace = Some(Workspace::new(
                &self.device,
                &self.program.module,
                task,
                layout,
                bytes,
                samples,
            )?);
        }
        Ok(())
    }

    pub(super) fn forget_workspace(&mut self) {
        self.workspace = None;
    }

    pub(super) fn workspace(&self) -> &Workspace {
        self.workspace
            .as_ref()
            .expect("prepare was called before the workspace is used")
    }

    /// Uploads the plans of the chunk `range`: each segment forward, and again on the way back.
    pub(super) fn plan_chunk(
        &self,
        work: &Work<'_>,
        layout: &Layout,
        range: &Range<u64>,
    ) -> Result<()> {
        let stride = self.workspace().plan_stride as usize;
        let mut bytes = Vec::new();
        for segment in layout.segments() {
            for again in 0..PLANS_PER_SEGMENT as u32 {
                let plan = plan::bytes(
                    &self.program,
                    work,
                    layout,
                    &segment,
                    range,
                    (self.workspace().stride, again),
                )?;
                let start = bytes.len();
                bytes.extend(plan);
                bytes.resize(start + stride, 0);
            }
        }
        self.workspace().upload_plans(&self.device, &bytes)
    }

    /// Runs the stages in order and downloads so many bytes of each buffer named. The stages go into one submission, or into
    /// several if they would take too long together.
    pub(super) fn run(
        &mut self,
        stages: &[Stage<'_>],
        parts: &[(&'static str, u64)],
    ) -> Result<Vec<Vec<u8>>> {
        let mut rest = stages;
        loop {
            let (now, later) = rest.split_at(self.stages_at_once(rest));
            let steps: u64 = now.iter().map(|stage| stage.rollout_steps).sum();
            let started = Instant::now();
            let encoder = self.encoded(now)?;
            let found = if later.is_empty() {
                let workspace = self.workspace();
                let parts: Vec<_> = parts
                    .iter()
                    .map(|(name, bytes)| (workspace.buffer(name), 0..*bytes))
                    .collect();
                Some(self.device.submit_and_download(encoder, &parts)?)
            } else {
                self.device.submit(encoder)?;
                self.device.wait()?;
                None
            };
            if steps > 0 {
                self.calibrate(steps, started.elapsed());
            }
            if let Some(found) = found {
                return Ok(found);
            }
            self.interrupt.check()?;
            rest = later;
        }
    }

    /// How many of the stages fit into one submission: one at least.
    fn stages_at_once(&self, stages: &[Stage<'_>]) -> usize {
        let mut steps = 0;
        let too_long = |stage: &Stage<'_>| {
            let before = steps;
            steps += stage.rollout_steps;
            before > 0 && steps > 2 * self.submission_steps
        };
        stages.iter().position(too_long).unwrap_or(stages.len())
    }

    fn encoded(&self, stages: &[Stage<'_>]) -> Result<wgpu::CommandEncoder> {
        let mut encoder = self.device.encoder("chunk");
        let workspace = self.workspace();
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
        for stage in stages {
            let group = workspace.group(&self.device, stage)?;
            let [x, y] = stage.lanes.map(|lanes| lanes as u32);
            stage.kernel.dispatch(&mut pass, &group, [x, y, 1])?;
        }
        drop(pass);
        Ok(encoder)
    }

    /// Goes through a batch chunk by chunk. `body` runs one chunk and merges what it left, at its end, so that a chunk that
    /// failed can be done again. Returns the samples that were done: all of them, unless somebody asked to stop.
    pub(super) fn in_chunks(
        &mut self,
        work: &Work<'_>,
        purpose: Purpose,
        mut body: impl FnMut(&mut Self, &Layout, Range<u64>) -> Result<()>,
    ) -> Result<u64> {
        let total = work.batch.samples;
        let mut layout = self.planner(work.task).layout(purpose, total)?;
        let mut recovery = Recovery::default();
        let mut first = 0;
        while first < total {
            // Only moments mean anything for fewer samples than were asked for.
            let kept = if purpose == Purpose::Moments {
                first
            } else {
                0
            };
            if self.interrupt.stops_after(kept)? {
                break;
            }
            let samples = self.chunk(&layout, work.thetas.len() as u64, total - first);
            let done = self
                .prepare_chunk(work, &layout, first > 0, samples)
                .and_then(|()| self.plan_chunk(work, &layout, &(first..first + samples)))
                .and_then(|()| body(self, &layout, first..first + samples));
            match done {
                Ok(()) => {
                    first += samples;
                    self.interrupt.add_done(samples);
                }
                // The rest of the loop decides whether what is there is kept.
                Err(Error::Interrupted) if first > 0 => {}
                Err(error) => recovery.recover(error, self, &mut layout, samples)?,
            }
        }
        Ok(first)
    }

    /// Allocates and fills the workspace, unless the one of the chunk before serves.
    pub(super) fn prepare_chunk(
        &mut self,
        work: &Work<'_>,
        layout: &Layout,
        is_later: bool,
        samples: u64,
    ) -> Result<()> {
        // The last chunk may be shorter than the workspace; a longer one needs a new workspace.
        let wide_enough = |w: &Workspace| is_later && samples <= w.stride;
        if self.workspace.as_ref().is_some_and(wide_enough) {
            return Ok(());
        }
        self.prepare(work.task, layout, samples)?;
        let module = &self.program.module;
        self.workspace().upload(
            &self.device,
            module,
            work.task,
            work.thetas,
            &work.nominal.costs,
        )
    }

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
        batch.check()?;
        task.check_theta(theta, "the caller")?;
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
        batch.check()?;
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
