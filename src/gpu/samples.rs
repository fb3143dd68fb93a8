//! Samples in full, read back one by one: what `verify` compares and `--replay` shows.

use super::engine::{GpuEngine, both_ways};
use super::source::Variant;
use super::strips::{numbers, words};
use super::workspace::Purpose;
use crate::engine::{Baseline, Batch, Sample, Wanted};
use crate::error::Result;
use crate::noise::NoiseOn;
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
        self.select(task, Variant::of(task))?;
        let n = finite_nominal(task, theta)?;
        // With the baseline of each sample's own environment, whatever the batch takes.
        let batch = Batch {
            wanted: Wanted::Both,
            baseline: Baseline::Nominal,
            ..*batch
        };
        let scores_are_stored = self.program.variant.noise_on_action;
        let scales = task.noise().distribution.scales(task.sigma());
        let states = task.model().state_size() as u64;
        let mut found = Vec::new();
        for first in range.clone().step_by(self.program.sizes.block as usize) {
            let part = first..(first + self.program.sizes.block).min(range.end);
            let samples = part.end - part.start;
            self.prepare(task, Purpose::Moments, samples)?;
            self.workspace().upload(
                &self.device,
                &self.program.module,
                task,
                &[theta],
                &n.costs,
            )?;
            self.plan_chunk(task, &batch, &part, 0.0)?;
            let w = self.workspace();
            let row = 4 * samples * task.dimension() as u64;
            let noise_rows = 4 * samples * task.noise_dimension() as u64;
            let rows = self.program.sizes.outcome_rows;
            let dispatches = both_ways(&self.program, samples, Wanted::Both);
            let parts = self.run(
                &dispatches,
                &[
                    (&w.noise, 0..noise_rows),
                    (&w.first_order, 0..row),
                    (&w.outcomes, 0..4 * samples * rows),
                    (&w.score, 0..if scores_are_stored { row } else { 0 }),
                    (&w.states, 0..4 * samples * states),
                ],
            )?;
            let (noise, first_order) = (numbers(&parts[0]), numbers(&parts[1]));
            let (score, state) = (numbers(&parts[3]), numbers(&parts[4]));
            let outcomes = words(&parts[2]);
            let outcome = |name| -> Result<&[u32]> {
                let first = (u64::from(self.program.module.constant_u32(name)?) * samples) as usize;
                Ok(&outcomes[first..first + samples as usize])
            };
            let deviations = outcome("DEVIATION_ROW")?;
            let times = outcome("NONFINITE_TIME_ROW")?;
            let always_finite = self.program.module.constant_u32("ALWAYS_FINITE")?;
            let column = |rows: &[f32], lane: usize| -> Vec<f64> {
                let rows = rows.chunks_exact(samples as usize);
                rows.map(|row| f64::from(row[lane])).collect()
            };
            let baselines = outcome("BASELINE_ROW")?;
            for lane in 0..samples as usize {
                let noise = column(&noise, lane);
                let shape = |w: &f64| {
                    let shape = task.noise().distribution.score_shape(*w, scales.constant);
                    scales.factor * shape
                };
                let number = (part.start + lane as u64) as u32;
                found.push(Sample {
                    deviation: f64::from(f32::from_bits(deviations[lane])),
                    baseline: f64::from(f32::from_bits(baselines[lane])),
                    score: match scores_are_stored {
                        true => {
                            let shapes = column(&score, lane);
                            shapes.iter().map(|s| scales.factor * s).collect()
                        }
                        false => noise.iter().map(shape).collect(),
                    },
                    noise,
                    initial_state: column(&state, lane),
                    parameters: match task.environment().has_random_parameters() {
                        true => {
                            let key = batch.environment_key();
                            task.environment().parameters(key, number)
                        }
                        false => task.parameters().to_vec(),
                    },
                    first_order: column(&first_order, lane),
                    nonfinite: Some(times[lane]).filter(|&t| t != always_finite),
                });
            }
        }
        Ok(found)
    }

    /// See [`crate::engine::Engine::costs`]: every theta is noise that the host stores, on a theta of 0.
    pub(super) fn costs_of_thetas(
        &mut self,
        task: &Task,
        center: &[f64],
        thetas: &[Vec<f64>],
        batch: &Batch,
    ) -> Result<Vec<f64>> {
        let n = finite_nominal(task, center)?;
        let task = task.clone().with_noise_on(NoiseOn::Decision);
        self.select(&task, Variant::of(&task).stored())?;
        let batch = Batch {
            samples: thetas.len() as u64,
            ..*batch
        };
        let zero = vec![0.0; task.dimension()];
        let mut costs = Vec::with_capacity(thetas.len());
        self.in_chunks(
            &task,
            &batch,
            Purpose::Given,
            &[&zero],
            &n,
            |engine, range| {
                engine.plan_chunk(&task, &batch, &range, 0.0)?;
                let w = engine.workspace();
                let (stride, samples) = (w.stride as usize, range.end - range.start);
                let mut rows = vec![0.0_f32; stride * task.dimension()];
                let here = &thetas[range.start as usize..range.end as usize];
                for (lane, theta) in here.iter().enumerate() {
                    for (i, value) in theta.iter().enumerate() {
                        rows[i * stride + lane] = *value as f32;
                    }
                }
                engine
                    .device
                    .upload(&w.noise, bytemuck::cast_slice(&rows))?;
                let count = engine.program.sizes.outcome_rows;
                let parts = engine.run(
                    &[(&engine.program.rollout_costs, samples, 1)],
                    &[(&w.outcomes, 0..4 * w.stride * count)],
                )?;
                let outcomes = words(&parts[0]);
                let outcome = |name| -> Result<&[u32]> {
                    let row = engine.program.module.constant_u32(name)? as usize;
                    Ok(&outcomes[row * stride..][..samples as usize])
                };
                let always_finite = engine.program.module.constant_u32("ALWAYS_FINITE")?;
                let times = outcome("NONFINITE_TIME_ROW")?;
                for (deviation, time) in outcome("DEVIATION_ROW")?.iter().zip(times) {
                    costs.push(match *time == always_finite {
                        true => f64::from(f32::from_bits(*deviation)),
                        false => f64::NAN,
                    });
                }
                Ok(())
            },
        )?;
        Ok(costs)
    }
}
