//! The GPU engine: cuts a batch into chunks, runs the kernels over each, merges their strips.
//!
//! ```text
//! moments    rollout -> adjoint -> reduce_values, reduce_coordinates    one submission per chunk
//! decreases  rollout_costs -> reduce_decreases
//! ```
//!
//! Before a rollout under a feedback policy its noise is drawn into memory, and after it the score is summed over time.
//! Kernels are compiled once for each [`Variant`] that the tasks of the model ask for.
//!
//! A chunk is bounded by `--memory`, by the adapter's binding limit, and by time: it starts small and grows while
//! a submission stays below [`LONGEST_SUBMISSION`], because watchdogs kill long ones. The strips that are merged are
//! the same for every cut, so the result is bit-identical whatever the chunks were.

use super::adapter::AdapterChoice;
use super::device::Device;
use super::kernel::Kernel;
use super::loops;
use super::program::Program;
use super::source::Variant;
use super::workspace::{Purpose, Workspace};
use crate::engine::{
    Batch, Decrease, Engine, EngineReport, Interrupt, Sample, Wanted, WorkPlan, check_sigma_in_f32,
};
use crate::error::Result;
use crate::model::Model;
use crate::moments::Moments;
use crate::reference::engine::finite_nominal;
use crate::reference::rollout::Nominal;
use crate::task::Task;
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A submission that takes longer makes the next chunk smaller.
const LONGEST_SUBMISSION: Duration = Duration::from_millis(80);

/// Sample-steps of the first chunk, before anything is known of the adapter's speed.
const FIRST_CHUNK_STEPS: u64 = 1 << 19;

/// See the module.
pub struct GpuEngine {
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
    chunk_steps: u64,
}

impl std::fmt::Debug for GpuEngine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GpuEngine")
            .field("report", &self.report)
            .finish_non_exhaustive()
    }
}

/// A dispatch: the kernel and its lanes along x and y.
pub(super) type Dispatch<'a> = (&'a Kernel, u64, u64);

/// Draws the noise into memory, for a feedback policy.
fn drawing(program: &Program, samples: u64) -> Vec<Dispatch<'_>> {
    let feedback = program.feedback.iter();
    feedback.map(|f| (&f.draw, samples, 1)).collect()
}

/// The rollout, the way back if wanted, and the score of a feedback policy.
pub(super) fn both_ways(program: &Program, samples: u64, wanted: Wanted) -> Vec<Dispatch<'_>> {
    let mut dispatches = drawing(program, samples);
    dispatches.push((&program.rollout, samples, 1));
    if wanted == Wanted::Both {
        dispatches.push((&program.adjoint, samples, 1));
    }
    if let Some(feedback) = &program.feedback {
        dispatches.push((&feedback.scores, samples, 1));
    }
    dispatches
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
            },
            model: model.clone(),
            programs: vec![program.clone()],
            program,
            memory,
            interrupt,
            workspace: None,
            chunk_steps: FIRST_CHUNK_STEPS,
            device,
        })
    }

    /// Seconds that compiling the shaders took; no timing of a run includes them.
    pub fn compile_seconds(&self) -> f64 {
        self.programs.iter().map(|p| p.compile_seconds).sum()
    }

    /// Takes the program of a variant, which is compiled if it is new.
    pub(super) fn select(&mut self, task: &Task, variant: Variant) -> Result<()> {
        loops::check(&self.device, task)?;
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
            self.programs.push(self.program.clone());
        }
        Ok(())
    }

    /// The samples of the next chunk: a whole number of blocks, or all that remain.
    fn chunk(&self, task: &Task, most: u64, remaining: u64) -> u64 {
        let block = self.program.sizes.block;
        let timed = self.chunk_steps / task.horizon() as u64;
        let blocks = (timed / block).max(1) * block;
        blocks.min(most).min(remaining)
    }

    /// Makes the next chunks as long as the time limit allows, and no more than twice as long as this one.
    fn calibrate(&mut self, task: &Task, samples: u64, elapsed: Duration) {
        let steps = samples * task.horizon() as u64;
        let ratio = LONGEST_SUBMISSION.as_secs_f64() / elapsed.as_secs_f64().max(1e-6);
        if ratio < 1.0 || steps >= self.chunk_steps / 2 {
            let wanted = steps as f64 * ratio.min(2.0);
            self.chunk_steps = (wanted as u64).max(1);
        }
    }

    /// The workspace for chunks of up to `samples`; the one there is kept if it fits exactly.
    pub(super) fn prepare(&mut self, task: &Task, purpose: Purpose, samples: u64) -> Result<()> {
        let bytes = self
            .program
            .sizes
            .bytes(task, &self.program.reader, purpose, samples);
        let serves = |w: &Workspace| w.serves(purpose, bytes, samples);
        if !self.workspace.as_ref().is_some_and(serves) {
            // The old buffers go first, or both would be allocated at once.
            self.workspace = None;
            self.workspace = Some(Workspace::new(
                &self.device,
                &self.program.module,
                task,
                bytes,
                purpose,
                samples,
            )?);
        }
        Ok(())
    }

    pub(super) fn workspace(&self) -> &Workspace {
        self.workspace
            .as_ref()
            .expect("prepare was called before the workspace is used")
    }

    /// Uploads the plan of the chunk `range`.
    pub(super) fn plan_chunk(
        &self,
        task: &Task,
        batch: &Batch,
        range: &Range<u64>,
        baseline: f64,
    ) -> Result<()> {
        let noise = task.noise();
        let scales = noise.distribution.scales(noise.sigma);
        let paired = batch.has_paired_baseline(task);
        let bytes = self
            .program
            .module
            .write_struct("Plan")?
            .vec2_u32("key", batch.key())?
            .vec2_u32("environment_key", batch.environment_key())?
            .u32("first_sample", range.start as u32)?
            .u32("samples", (range.end - range.start) as u32)?
            .u32("stride", self.workspace().stride as u32)?
            .u32("horizon", task.horizon() as u32)?
            .u32("dimension", task.dimension() as u32)?
            .u32("noise_dimension", task.noise_dimension() as u32)?
            .u32("states", task.model().state_size() as u32)?
            .f32("noise_scale", scales.scale as f32)?
            .f32("score_factor", scales.factor as f32)?
            .f32("score_constant", scales.constant as f32)?
            .f32("baseline", baseline as f32)?
            .u32("paired_baseline", u32::from(paired))?
            .u32("with_first_order", u32::from(batch.wanted == Wanted::Both))?
            .finish()?;
        self.workspace().upload_plan(&self.device, &bytes)
    }

    /// Runs the dispatches in order in one submission and downloads the given parts.
    pub(super) fn run(
        &self,
        dispatches: &[Dispatch<'_>],
        parts: &[(&wgpu::Buffer, Range<u64>)],
    ) -> Result<Vec<Vec<u8>>> {
        let mut encoder = self.device.encoder("chunk");
        let buffers = self.workspace().named();
        for (kernel, x, y) in dispatches {
            let group = kernel.bind(&self.device, &buffers)?;
            let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
            kernel.dispatch(&mut pass, &group, [*x as u32, *y as u32, 1])?;
        }
        self.device.submit_and_download(encoder, parts)
    }

    /// Goes through a batch chunk by chunk. `body` runs one chunk and merges what it left.
    pub(super) fn in_chunks(
        &mut self,
        task: &Task,
        batch: &Batch,
        purpose: Purpose,
        thetas: &[&[f64]],
        nominal: &Nominal,
        mut body: impl FnMut(&Self, Range<u64>) -> Result<()>,
    ) -> Result<()> {
        let most = self.program.sizes.most_samples(
            task,
            &self.program.reader,
            &self.device,
            self.memory,
            purpose,
            batch.samples,
        )?;
        let mut first = 0;
        while first < batch.samples {
            self.interrupt.check()?;
            let samples = self.chunk(task, most, batch.samples - first);
            // The last chunk may be shorter than the workspace; a longer one needs a new workspace.
            let wide_enough = |w: &Workspace| first > 0 && samples <= w.stride;
            if !self.workspace.as_ref().is_some_and(wide_enough) {
                self.prepare(task, purpose, samples)?;
                self.workspace().upload(
                    &self.device,
                    &self.program.module,
                    task,
                    thetas,
                    &nominal.costs,
                )?;
            }
            let started = Instant::now();
            body(self, first..first + samples)?;
            self.calibrate(task, samples * thetas.len() as u64, started.elapsed());
            first += samples;
        }
        Ok(())
    }

    /// The moments of f - f(theta, 0) alone, over all samples whose cost is finite.
    fn deviations(
        &mut self,
        task: &Task,
        theta: &[f64],
        batch: &Batch,
        n: &Nominal,
    ) -> Result<Moments> {
        let mut total = Moments::empty(n.cost, 0);
        let purpose = Purpose::Costs { candidates: 0 };
        self.in_chunks(task, batch, purpose, &[theta], n, |engine, range| {
            engine.plan_chunk(task, batch, &range, 0.0)?;
            let samples = range.end - range.start;
            let strips = engine.program.sizes.strips(samples);
            let k = &engine.program;
            let mut dispatches = drawing(k, samples);
            dispatches.push((&k.rollout_costs, samples, 1));
            dispatches.push((&k.reduce_values, strips, 1));
            let parts = engine.run(
                &dispatches,
                &[(
                    &engine.workspace().values,
                    0..strips * engine.program.reader.value_bytes(),
                )],
            )?;
            engine
                .program
                .reader
                .merge_moments(&mut total, &parts[0], &[]);
            Ok(())
        })?;
        Ok(total)
    }
}

impl Engine for GpuEngine {
    fn report(&self) -> &EngineReport {
        &self.report
    }

    fn plan(&self, task: &Task, batch: &Batch) -> Result<WorkPlan> {
        batch.check()?;
        let most = self.program.sizes.most_samples(
            task,
            &self.program.reader,
            &self.device,
            self.memory,
            Purpose::Moments,
            batch.samples,
        )?;
        let bytes = self
            .program
            .sizes
            .bytes(task, &self.program.reader, Purpose::Moments, most);
        Ok(WorkPlan {
            chunk_samples: most,
            chunks: batch.samples.div_ceil(most),
            bytes: bytes.total(),
        })
    }

    fn moments(&mut self, task: &Task, theta: &[f64], batch: &Batch) -> Result<Moments> {
        batch.check()?;
        task.check_theta(theta, "the caller")?;
        check_sigma_in_f32(task, &[theta])?;
        self.select(task, Variant::of(task))?;
        let n = finite_nominal(task, theta)?;
        let d = task.dimension() as u64;
        let (baseline, factor) =
            batch.baseline(n.cost, || self.deviations(task, theta, batch, &n))?;
        let mut total = Moments::empty(n.cost, task.dimension());
        self.in_chunks(
            task,
            batch,
            Purpose::Moments,
            &[theta],
            &n,
            |engine, range| {
                engine.plan_chunk(task, batch, &range, baseline)?;
                let samples = range.end - range.start;
                let strips = engine.program.sizes.strips(samples);
                let k = &engine.program;
                let mut dispatches = both_ways(k, samples, batch.wanted);
                dispatches.push((&k.reduce_values, strips, 1));
                dispatches.push((&k.reduce_coordinates, strips, d));
                let w = engine.workspace();
                let reader = &engine.program.reader;
                let parts = engine.run(
                    &dispatches,
                    &[
                        (&w.values, 0..strips * reader.value_bytes()),
                        (&w.coordinates, 0..strips * d * reader.coordinate_bytes()),
                    ],
                )?;
                reader.merge_moments(&mut total, &parts[0], &parts[1]);
                Ok(())
            },
        )?;
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
        self.select(task, Variant::of(task))?;
        let n = finite_nominal(task, theta)?;
        let count = candidates.len() as u64;
        let purpose = Purpose::Costs { candidates: count };
        let thetas: Vec<&[f64]> = std::iter::once(theta)
            .chain(candidates.iter().map(Vec::as_slice))
            .collect();
        self.in_chunks(task, batch, purpose, &thetas, &n, |engine, range| {
            engine.plan_chunk(task, batch, &range, 0.0)?;
            let samples = range.end - range.start;
            let strips = engine.program.sizes.strips(samples);
            let k = &engine.program;
            let mut dispatches = drawing(k, samples);
            dispatches.push((&k.rollout_costs, samples, count + 1));
            dispatches.push((&k.reduce_decreases, strips, count));
            let parts = engine.run(
                &dispatches,
                &[(
                    &engine.workspace().decreases,
                    0..strips * count * engine.program.reader.decrease_bytes(),
                )],
            )?;
            engine.program.reader.merge_decreases(&mut total, &parts[0]);
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
