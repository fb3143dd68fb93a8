//! Going through a batch: chunk by chunk, each in one submission or in several.
//!
//! A chunk is bounded by the memory allowed, by the adapter's binding limit, and by time: it starts small and grows while a
//! submission stays below [`LONGEST_SUBMISSION`], because watchdogs kill long ones; a chunk that is longer by itself, because
//! its horizon is, is submitted in pieces. What is merged is the same for every cut, so the result is bit-identical whatever
//! the chunks were, also when a chunk had to be done again: see [`Recovery`].

use super::engine::GpuEngine;
use super::layout::{Layout, PLANS_PER_SEGMENT, Purpose};
use super::plan;
use super::recovery::Recovery;
use super::schedule::Stage;
use super::workspace::Workspace;
use crate::engine::work::{OnStop, Work};
use crate::error::Result;
use std::ops::Range;
use std::time::{Duration, Instant};

/// A submission that takes longer makes the next ones smaller.
const LONGEST_SUBMISSION: Duration = Duration::from_millis(80);

impl GpuEngine {
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
    /// failed can be done again.
    pub(super) fn in_chunks(
        &mut self,
        work: &Work<'_>,
        purpose: Purpose,
        mut body: impl FnMut(&mut Self, &Layout, Range<u64>) -> Result<()>,
    ) -> Result<()> {
        let all = work.batch.range();
        let mut layout = self
            .planner(work.task)
            .layout(purpose, all.end - all.start)?;
        let mut recovery = Recovery::default();
        let on_stop = match purpose {
            Purpose::Moments => OnStop::Keep,
            _ => OnStop::Drop,
        };
        work.in_chunks(&self.interrupt.clone(), on_stop, |rest| {
            let thetas = work.thetas.len() as u64;
            let samples = self.chunk(&layout, thetas, rest.end - rest.start);
            let chunk = rest.start..rest.start + samples;
            let done = self
                .prepare_chunk(work, &layout, rest.start > all.start, samples)
                .and_then(|()| self.plan_chunk(work, &layout, &chunk))
                .and_then(|()| body(self, &layout, chunk));
            match done {
                Ok(()) => Ok(samples),
                // Again from here, with what the remedy left.
                Err(error) => recovery
                    .recover(error, self, &mut layout, samples)
                    .map(|()| 0),
            }
        })
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
}
