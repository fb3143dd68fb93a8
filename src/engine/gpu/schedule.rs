//! The order of the kernels over a chunk, segment by segment.
//!
//! ```text
//! moments    rollout of each segment, forward; then backward, each segment: (rollout again), adjoint, reduce
//! costs      rollout_costs of each segment, forward; reduce
//! ```
//!
//! The last segment needs no second rollout, so a horizon in one segment is rolled out once. Before the rollout of a
//! segment under a feedback policy its noise is drawn into memory, and after it the score is summed.

use super::kernel::Kernel;
use super::layout::{Layout, PLANS_PER_SEGMENT, Segment};
use super::program::Program;
use crate::engine::batch::Wanted;

/// A dispatch.
pub(super) struct Stage<'a> {
    pub kernel: &'a Kernel,
    /// Lanes along x and y.
    pub lanes: [u64; 2],
    /// The number of its plan in the workspace.
    pub plan: u64,
    /// Time steps times trajectories that it rolls out: what is known of the time that it takes.
    pub rollout_steps: u64,
}

/// Lists the stages of a chunk.
pub(super) struct Schedule<'a> {
    pub program: &'a Program,
    pub layout: &'a Layout,
    /// Of the chunk.
    pub samples: u64,
}

impl<'a> Schedule<'a> {
    fn stage(&self, kernel: &'a Kernel, segment: &Segment, y: u64) -> Stage<'a> {
        Stage {
            kernel,
            lanes: [self.samples, y],
            plan: PLANS_PER_SEGMENT * segment.number,
            rollout_steps: 0,
        }
    }

    fn rollout(&self, kernel: &'a Kernel, segment: &Segment, y: u64) -> Stage<'a> {
        Stage {
            rollout_steps: self.samples * segment.steps * y,
            ..self.stage(kernel, segment, y)
        }
    }

    /// Draws the noise of a segment, or of the decision before the first one, if it has to be in memory.
    fn draw(&self, segment: &Segment) -> Vec<Stage<'a>> {
        let Some(feedback) = &self.program.feedback else {
            return Vec::new();
        };
        if !self.program.variant.noise_on_action && segment.number > 0 {
            return Vec::new();
        }
        let rows = self.layout.rows(segment).noise;
        let correlate = feedback.correlate.as_ref();
        let correlate = correlate.map(|kernel| self.stage(kernel, segment, rows));
        let draw = self.stage(&feedback.draw, segment, 1);
        std::iter::once(draw).chain(correlate).collect()
    }

    /// The noise-free rollout of each sample's own environment.
    fn baseline(&self, stages: &mut Vec<Stage<'a>>) {
        let Some(kernel) = &self.program.rollout_baseline else {
            return;
        };
        for segment in self.layout.segments() {
            stages.extend(self.draw(&segment));
            stages.push(self.rollout(kernel, &segment, 1));
        }
    }

    /// The trajectories, segment by segment; `paired` if the baseline takes a rollout of its own.
    pub fn forward(&self, paired: bool) -> Vec<Stage<'a>> {
        let mut stages = Vec::new();
        if paired {
            self.baseline(&mut stages);
        }
        for segment in self.layout.segments() {
            stages.extend(self.draw(&segment));
            stages.push(self.rollout(&self.program.rollout, &segment, 1));
            if let Some(feedback) = &self.program.feedback {
                stages.push(self.stage(&feedback.scores, &segment, 1));
            }
        }
        stages
    }

    /// Goes back through a segment; restores its trajectory before, unless it is the one that is `there`.
    pub fn back_through(&self, segment: &Segment, there: bool, wanted: Wanted) -> Vec<Stage<'a>> {
        let feedback = self.program.feedback.is_some();
        let mut stages = Vec::new();
        if wanted == Wanted::ZerothOrder && feedback {
            return stages;
        }
        if !there {
            if self.program.variant.noise_on_action {
                stages.extend(self.draw(segment));
            }
            let mut again = self.rollout(&self.program.rollout, segment, 1);
            again.plan += 1;
            stages.push(again);
        }
        if wanted == Wanted::Both {
            stages.push(self.stage(&self.program.adjoint, segment, 1));
        }
        stages
    }

    /// The way back and the statistics of all samples.
    ///
    /// Values are reduced for each segment anew: a derivative that is not finite leaves its sample out. If that happens in an
    /// earlier segment than one that was reduced already, the whole way has to be gone again.
    /// The trajectory of the last segment is there after the way forward, and gone after a way back.
    pub fn backward(&self, wanted: Wanted, is_first_time: bool) -> Vec<Stage<'a>> {
        let mut stages = Vec::new();
        let feedback = self.program.feedback.is_some();
        for segment in self.layout.segments().rev() {
            let is_last = segment.first_step + segment.steps == self.layout.horizon;
            stages.extend(self.back_through(&segment, is_last && is_first_time, wanted));
            if !feedback || segment.number == 0 {
                stages.extend(self.reduce(&segment));
            }
        }
        stages
    }

    fn reduce(&self, segment: &Segment) -> [Stage<'a>; 3] {
        let sizes = &self.program.sizes;
        let rows = self.layout.rows(segment).gradient;
        let strips = sizes.strips(self.samples);
        let with_lanes = |kernel, lanes| Stage {
            lanes,
            ..self.stage(kernel, segment, 1)
        };
        [
            with_lanes(&self.program.reduce_values, [strips, 1]),
            with_lanes(
                &self.program.reduce_coordinates,
                [strips, rows.div_ceil(sizes.rows_at_once)],
            ),
            with_lanes(
                &self.program.merge_coordinates,
                [rows, sizes.blocks(self.samples)],
            ),
        ]
    }

    /// The costs of `thetas` for each sample.
    pub fn costs(&self, thetas: u64) -> Vec<Stage<'a>> {
        let mut stages = Vec::new();
        for segment in self.layout.segments() {
            stages.extend(self.draw(&segment));
            stages.push(self.rollout(&self.program.rollout_costs, &segment, thetas));
        }
        stages
    }

    /// The costs of thetas that the host has stored as noise.
    pub fn given_costs(&self) -> Vec<Stage<'a>> {
        let segments = self.layout.segments();
        segments
            .map(|s| self.rollout(&self.program.rollout_costs, &s, 1))
            .collect()
    }

    /// The statistics of the deviations alone.
    pub fn reduce_values(&self) -> Option<Stage<'a>> {
        let first = self.layout.segments().next()?;
        Some(Stage {
            lanes: [self.program.sizes.strips(self.samples), 1],
            ..self.stage(&self.program.reduce_values, &first, 1)
        })
    }

    /// The statistics of the decreases to each of `candidates`.
    pub fn reduce_decreases(&self, candidates: u64) -> Option<Stage<'a>> {
        let first = self.layout.segments().next()?;
        let strips = self.program.sizes.strips(self.samples);
        Some(Stage {
            lanes: [strips, candidates],
            ..self.stage(&self.program.reduce_decreases, &first, 1)
        })
    }
}
