//! The plan of a dispatch, which `shaders/plan.wgsl` declares.

use super::layout::{Layout, Segment};
use super::program::Program;
use crate::engine::batch::Wanted;
use crate::engine::work::Work;
use crate::error::Result;
use std::ops::Range;

/// The bytes of the plan of a segment of the chunk `range`; `again` is 1 if it is rolled out for the second time.
pub(super) fn bytes(
    program: &Program,
    work: &Work<'_>,
    layout: &Layout,
    segment: &Segment,
    range: &Range<u64>,
    (stride, again): (u64, u32),
) -> Result<Vec<u8>> {
    let (task, batch) = (work.task, work.batch);
    let noise = task.noise();
    let scales = noise.distribution.scales(noise.sigma);
    let rows = layout.rows(segment);
    // The state that a segment of the estimate leaves is where the next one starts; slot 0 is for cotangents.
    let slot = segment.number as u32;
    program
        .module
        .write_struct("Plan")?
        .vec2_u32("key", batch.key())?
        .vec2_u32("environment_key", batch.environment_key())?
        .u32("first_sample", range.start as u32)?
        .u32("samples", (range.end - range.start) as u32)?
        .u32("stride", stride as u32)?
        .u32("horizon", layout.horizon as u32)?
        .u32("first_step", segment.first_step as u32)?
        .u32("steps", segment.steps as u32)?
        .u32("start_slot", slot)?
        .u32("end_slot", slot + 1)?
        .u32("again", again)?
        .u32("dimension", task.dimension() as u32)?
        .u32("first_row", rows.first_row as u32)?
        .u32("gradient_rows", rows.gradient as u32)?
        .u32("noise_dimension", task.noise_dimension() as u32)?
        .u32("first_noise", rows.first_noise as u32)?
        .u32("noise_rows", rows.noise as u32)?
        .u32("states", task.model().state_size() as u32)?
        .f32("noise_scale", scales.scale as f32)?
        .f32("score_factor", scales.factor as f32)?
        .f32("score_constant", scales.constant as f32)?
        .f32("baseline", work.baseline as f32)?
        .u32(
            "paired_baseline",
            u32::from(batch.has_paired_baseline(task)),
        )?
        .u32("with_first_order", u32::from(batch.wanted == Wanted::Both))?
        .finish()
}
