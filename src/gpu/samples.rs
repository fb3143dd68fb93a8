//! Samples in full, read back one by one: what `verify` compares and `--replay` shows.

use super::engine::GpuEngine;
use super::strips::{numbers, words};
use super::workspace::Purpose;
use crate::engine::{Batch, Sample, Wanted};
use crate::error::Result;
use crate::reference::engine::finite_nominal;
use crate::task::Task;
use std::ops::Range;

impl GpuEngine {
    /// See [`crate::engine::Engine::samples`].
    pub(super) fn samples_in_full(
        &mut self,
        task: &Task,
        theta: &[f64],
        batch: &Batch,
        range: Range<u64>,
    ) -> Result<Vec<Sample>> {
        batch.check()?;
        let n = finite_nominal(task, theta)?;
        let batch = Batch {
            wanted: Wanted::Both,
            ..*batch
        };
        let mut found = Vec::new();
        for first in range.clone().step_by(self.sizes.block as usize) {
            let part = first..(first + self.sizes.block).min(range.end);
            let samples = part.end - part.start;
            self.prepare(task, Purpose::Moments, samples)?;
            self.workspace()
                .upload(&self.device, &self.module, task, &[theta], &n.costs)?;
            self.plan_chunk(task, &batch, &part, 0.0)?;
            let w = self.workspace();
            let row = 4 * samples * task.dimension() as u64;
            let rows = self.sizes.outcome_rows;
            let parts = self.run(
                &[
                    (&self.kernels.rollout, samples, 1),
                    (&self.kernels.adjoint, samples, 1),
                ],
                &[
                    (&w.noise, 0..row),
                    (&w.first_order, 0..row),
                    (&w.outcomes, 0..4 * samples * rows),
                ],
            )?;
            let (noise, first_order) = (numbers(&parts[0]), numbers(&parts[1]));
            let outcomes = words(&parts[2]);
            let outcome = |name| -> Result<&[u32]> {
                let first = (u64::from(self.module.constant_u32(name)?) * samples) as usize;
                Ok(&outcomes[first..first + samples as usize])
            };
            let deviations = outcome("DEVIATION_ROW")?;
            let times = outcome("NONFINITE_TIME_ROW")?;
            let always_finite = self.module.constant_u32("ALWAYS_FINITE")?;
            let column = |rows: &[f32], lane: usize| -> Vec<f64> {
                let rows = rows.chunks_exact(samples as usize);
                rows.map(|row| f64::from(row[lane])).collect()
            };
            for lane in 0..samples as usize {
                found.push(Sample {
                    deviation: f64::from(f32::from_bits(deviations[lane])),
                    baseline: 0.0,
                    score: Vec::new(),
                    initial_state: Vec::new(),
                    parameters: Vec::new(),
                    noise: column(&noise, lane),
                    first_order: column(&first_order, lane),
                    nonfinite: Some(times[lane]).filter(|&t| t != always_finite),
                });
            }
        }
        Ok(found)
    }
}
