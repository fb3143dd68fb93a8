//! The GPU engine: cuts a batch into chunks, runs the kernels over each, merges their strips.
//!
//! ```text
//! moments    rollout -> adjoint -> reduce_values, reduce_coordinates    one submission per chunk
//! decreases  rollout_costs -> reduce_decreases
//! ```
//!
//! A chunk is bounded by `--memory`, by the adapter's binding limit, and by time: it starts small and grows while
//! a submission stays below [`LONGEST_SUBMISSION`], because watchdogs kill long ones. The strips that are merged are
//! the same for every cut, so the result is bit-identical whatever the chunks were.

use super::adapter::AdapterChoice;
use super::device::Device;
use super::kernel::{Kernel, Module};
use super::source::source;
use super::strips::StripReader;
use super::workspace::{Purpose, Sizes, Workspace};
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

/// The kernels of a model.
pub(super) struct Kernels {
    pub(super) rollout: Kernel,
    rollout_costs: Kernel,
    pub(super) adjoint: Kernel,
    reduce_values: Kernel,
    reduce_coordinates: Kernel,
    reduce_decreases: Kernel,
}

/// See the module.
pub struct GpuEngine {
    pub(super) device: Device,
    pub(super) module: Module,
    pub(super) kernels: Kernels,
    reader: StripReader,
    pub(super) sizes: Sizes,
    memory: u64,
    report: EngineReport,
    interrupt: Interrupt,
    workspace: Option<Workspace>,
    /// Samples times steps of a submission that takes about [`LONGEST_SUBMISSION`].
    chunk_steps: u64,
    compile_seconds: f64,
}

impl std::fmt::Debug for GpuEngine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GpuEngine")
            .field("report", &self.report)
            .finish_non_exhaustive()
    }
}

/// A dispatch: the kernel and its lanes along x and y.
type Dispatch<'a> = (&'a Kernel, u64, u64);

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
        let started = Instant::now();
        let module = Module::new(&device, model.about().name, &source(model))?;
        let kernel = |name| Kernel::new(&device, &module, name);
        let kernels = Kernels {
            rollout: kernel("rollout")?,
            rollout_costs: kernel("rollout_costs")?,
            adjoint: kernel("adjoint")?,
            reduce_values: kernel("reduce_values")?,
            reduce_coordinates: kernel("reduce_coordinates")?,
            reduce_decreases: kernel("reduce_decreases")?,
        };
        let adapter = device.report();
        Ok(Self {
            report: EngineReport {
                engine: "gpu",
                adapter: Some(adapter.name.clone()),
                driver: Some(format!("{} {}", adapter.driver, adapter.driver_info)),
                reason: reason.into(),
            },
            reader: StripReader::new(&module)?,
            sizes: Sizes::new(&module)?,
            memory,
            interrupt,
            workspace: None,
            chunk_steps: FIRST_CHUNK_STEPS,
            compile_seconds: started.elapsed().as_secs_f64(),
            kernels,
            module,
            device,
        })
    }

    /// Seconds that compiling the shaders took; no timing of a run includes them.
    pub fn compile_seconds(&self) -> f64 {
        self.compile_seconds
    }

    /// The samples of the next chunk: a whole number of blocks, or all that remain.
    fn chunk(&self, task: &Task, most: u64, remaining: u64) -> u64 {
        let block = self.sizes.block;
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
        let bytes = self.sizes.bytes(task, &self.reader, purpose, samples);
        let serves = |w: &Workspace| w.serves(purpose, bytes, samples);
        if !self.workspace.as_ref().is_some_and(serves) {
            // The old buffers go first, or both would be allocated at once.
            self.workspace = None;
            self.workspace = Some(Workspace::new(
                &self.device,
                &self.module,
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
        let variance = task.sigma() * task.sigma();
        let bytes = self
            .module
            .write_struct("Plan")?
            .vec2_u32("key", batch.key())?
            .u32("first_sample", range.start as u32)?
            .u32("samples", (range.end - range.start) as u32)?
            .u32("stride", self.workspace().stride as u32)?
            .u32("horizon", task.horizon() as u32)?
            .u32("dimension", task.dimension() as u32)?
            .f32("sigma", task.sigma() as f32)?
            .f32("inverse_variance", (1.0 / variance) as f32)?
            .f32("baseline", baseline as f32)?
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
    fn in_chunks(
        &mut self,
        task: &Task,
        batch: &Batch,
        purpose: Purpose,
        thetas: &[&[f64]],
        nominal: &Nominal,
        mut body: impl FnMut(&Self, Range<u64>) -> Result<()>,
    ) -> Result<()> {
        let most = self.sizes.most_samples(
            task,
            &self.reader,
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
                    &self.module,
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
            let strips = engine.sizes.strips(samples);
            let k = &engine.kernels;
            let parts = engine.run(
                &[
                    (&k.rollout_costs, samples, 1),
                    (&k.reduce_values, strips, 1),
                ],
                &[(
                    &engine.workspace().values,
                    0..strips * engine.reader.value_bytes(),
                )],
            )?;
            engine.reader.merge_moments(&mut total, &parts[0], &[]);
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
        let most = self.sizes.most_samples(
            task,
            &self.reader,
            &self.device,
            self.memory,
            Purpose::Moments,
            batch.samples,
        )?;
        let bytes = self.sizes.bytes(task, &self.reader, Purpose::Moments, most);
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
                let strips = engine.sizes.strips(samples);
                let k = &engine.kernels;
                let mut dispatches = vec![(&k.rollout, samples, 1)];
                if batch.wanted == Wanted::Both {
                    dispatches.push((&k.adjoint, samples, 1));
                }
                dispatches.push((&k.reduce_values, strips, 1));
                dispatches.push((&k.reduce_coordinates, strips, d));
                let w = engine.workspace();
                let reader = &engine.reader;
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
        let n = finite_nominal(task, theta)?;
        let count = candidates.len() as u64;
        let purpose = Purpose::Costs { candidates: count };
        let thetas: Vec<&[f64]> = std::iter::once(theta)
            .chain(candidates.iter().map(Vec::as_slice))
            .collect();
        self.in_chunks(task, batch, purpose, &thetas, &n, |engine, range| {
            engine.plan_chunk(task, batch, &range, 0.0)?;
            let samples = range.end - range.start;
            let strips = engine.sizes.strips(samples);
            let k = &engine.kernels;
            let parts = engine.run(
                &[
                    (&k.rollout_costs, samples, count + 1),
                    (&k.reduce_decreases, strips, count),
                ],
                &[(
                    &engine.workspace().decreases,
                    0..strips * count * engine.reader.decrease_bytes(),
                )],
            )?;
            engine.reader.merge_decreases(&mut total, &parts[0]);
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
        self.samples_in_full(task, theta, batch, range)
    }
}
