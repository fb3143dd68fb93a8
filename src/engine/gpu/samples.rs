//! Samples in full, read back one by one: what a check compares and a replay shows.

use super::engine::GpuEngine;
use super::layout::{Layout, Purpose};
use super::schedule::Schedule;
use super::source::Variant;
use super::strips::{numbers, words};
use crate::engine::batch::{Baseline, Batch, Wanted};
use crate::engine::report::Sample;
use crate::engine::work::Work;
use crate::error::Result;
use crate::noise::NoiseOn;
use std::ops::Range;

/// What a download holds of rows that stand together by tiles.
struct Rows {
    numbers: Vec<f32>,
    rows: usize,
    tile: usize,
}

impl Rows {
    /// The elements of a lane, row by row.
    fn column(&self, lane: usize) -> impl Iterator<Item = f64> + '_ {
        let start = lane / self.tile * self.rows * self.tile + lane % self.tile;
        (0..self.rows).map(move |row| f64::from(self.numbers[start + row * self.tile]))
    }
}

/// The rows of the samples of a chunk, put together from its segments.
struct Gathered {
    noise: Vec<Vec<f64>>,
    first_order: Vec<Vec<f64>>,
}

impl GpuEngine {
    /// See [`crate::engine::Engine::samples`].
    pub(super) fn samples_in_full(
        &mut self,
        work: &Work<'_>,
        range: Range<u64>,
    ) -> Result<Vec<Sample>> {
        let task = work.task;
        self.select(task, Variant::of(task))?;
        let work = Work {
            // With the baseline of each sample's own environment, whatever the batch takes.
            batch: &Batch {
                wanted: Wanted::Both,
                baseline: Baseline::Nominal,
                ..*work.batch
            },
            ..*work
        };
        let mut found = Vec::new();
        for first in range.clone().step_by(self.program.sizes.block as usize) {
            let part = first..(first + self.program.sizes.block).min(range.end);
            let samples = part.end - part.start;
            let layout = self.planner(task).layout(Purpose::Moments, samples)?;
            self.prepare_chunk(&work, &layout, false, samples)?;
            self.plan_chunk(&work, &layout, &part)?;
            let gathered = self.gather(&work, &layout, samples)?;
            found.extend(self.read_samples(&work, &layout, &part, gathered)?);
        }
        Ok(found)
    }

    fn rows(&self, bytes: &[u8], rows: u64) -> Rows {
        Rows {
            numbers: numbers(bytes),
            rows: rows as usize,
            tile: self.program.sizes.tile as usize,
        }
    }

    /// Rolls out and goes back, and reads the rows of each segment before the next one takes their place.
    fn gather(&mut self, work: &Work<'_>, layout: &Layout, samples: u64) -> Result<Gathered> {
        let program = self.program.clone();
        let schedule = Schedule {
            program: &program,
            layout,
            samples,
        };
        let tiled = 4 * samples.next_multiple_of(program.sizes.tile);
        let (count, task) = (samples as usize, work.task);
        let mut gathered = Gathered {
            noise: vec![vec![0.0; task.noise_dimension()]; count],
            first_order: vec![vec![0.0; task.dimension()]; count],
        };
        let mut stages = schedule.forward(work.batch.has_paired_baseline(task));
        for segment in layout.segments().rev() {
            let is_last = segment.first_step + segment.steps == layout.horizon;
            stages.extend(schedule.back_through(&segment, is_last, Wanted::Both));
            let rows = layout.rows(&segment);
            let parts = self.run(
                &stages,
                &[
                    ("noise", tiled * rows.noise),
                    ("first_order", tiled * rows.gradient),
                ],
            )?;
            stages.clear();
            for (part, rows, first, gathered) in [
                (&parts[0], rows.noise, rows.first_noise, &mut gathered.noise),
                (
                    &parts[1],
                    rows.gradient,
                    rows.first_row,
                    &mut gathered.first_order,
                ),
            ] {
                let part = self.rows(part, rows);
                for (lane, sample) in gathered.iter_mut().enumerate() {
                    let places = &mut sample[first as usize..];
                    places
                        .iter_mut()
                        .zip(part.column(lane))
                        .for_each(|(place, x)| *place = x);
                }
            }
        }
        Ok(gathered)
    }

    fn read_samples(
        &mut self,
        work: &Work<'_>,
        layout: &Layout,
        part: &Range<u64>,
        gathered: Gathered,
    ) -> Result<Vec<Sample>> {
        let (task, batch) = (work.task, work.batch);
        let samples = part.end - part.start;
        let scores_are_stored = self.program.variant.score_is_stored();
        let scored = if scores_are_stored {
            task.dimension() as u64
        } else {
            0
        };
        let kept = self.kept_states(layout) * task.model().state_size() as u64;
        let tiled = 4 * samples.next_multiple_of(self.program.sizes.tile);
        let stride = self.workspace().stride;
        let outcome_bytes = 4 * stride * self.program.sizes.outcome_rows;
        let parts = self.run(
            &[],
            &[
                ("outcomes", outcome_bytes),
                ("score", tiled * scored),
                ("states", tiled * kept),
            ],
        )?;
        let outcomes = words(&parts[0]);
        let outcome = |name| -> Result<&[u32]> {
            let first = u64::from(self.program.module.constant_u32(name)?) * stride;
            Ok(&outcomes[first as usize..][..samples as usize])
        };
        let (deviations, baselines) = (outcome("DEVIATION_ROW")?, outcome("BASELINE_ROW")?);
        let times = outcome("NONFINITE_TIME_ROW")?;
        let always_finite = self.program.module.constant_u32("ALWAYS_FINITE")?;
        let (scores, states) = (self.rows(&parts[1], scored), self.rows(&parts[2], kept));
        let scales = task.noise().distribution.scales(task.sigma());
        let ratios = task.drawn_ratios();
        let shape = |(i, w): (usize, &f64)| {
            let score =
                |w: f64| scales.factor * task.noise().distribution.score_shape(w, scales.constant);
            match ratios.as_ref().map(|ratios| ratios.of(i)) {
                None => score(*w),
                Some(0.0) => 0.0,
                Some(ratio) => score(w / ratio) / ratio,
            }
        };
        let rows = gathered.noise.into_iter().zip(gathered.first_order);
        Ok(rows
            .enumerate()
            .map(|(lane, (noise, first_order))| Sample {
                deviation: f64::from(f32::from_bits(deviations[lane])),
                baseline: f64::from(f32::from_bits(baselines[lane])),
                score: match scores_are_stored {
                    true => scores.column(lane).map(|s| scales.factor * s).collect(),
                    false => noise.iter().enumerate().map(shape).collect(),
                },
                noise,
                initial_state: states
                    .column(lane)
                    .take(task.model().state_size())
                    .collect(),
                parameters: match task.environment().has_random_parameters() {
                    true => {
                        let number = (part.start + lane as u64) as u32;
                        let key = batch.environment_key();
                        task.environment().parameters(key, number)
                    }
                    false => task.parameters().to_vec(),
                },
                first_order,
                nonfinite: Some(times[lane]).filter(|&t| t != always_finite),
            })
            .collect())
    }

    /// The states that are kept of the first segment, as `kept_states` of `shaders/trajectory_*.wgsl` counts them.
    fn kept_states(&self, layout: &Layout) -> u64 {
        match self.program.variant.keeps_every_state {
            true => layout.steps + 1,
            false => layout.steps / 4 + layout.steps % 4 + 1,
        }
    }

    /// See [`crate::engine::Engine::costs`]: every theta is noise that the host stores, on a theta of 0.
    pub(super) fn costs_of_thetas(
        &mut self,
        work: &Work<'_>,
        thetas: &[Vec<f64>],
    ) -> Result<Vec<f64>> {
        let task = work.task.clone().with_noise_on(NoiseOn::Decision);
        self.select(&task, Variant::of(&task).stored())?;
        let work = Work {
            task: &task,
            thetas: &[&vec![0.0; task.dimension()]],
            ..*work
        };
        let before = work.batch.range().start;
        let mut costs = Vec::with_capacity(thetas.len());
        self.in_chunks(&work, Purpose::Given, |engine, layout, range| {
            let here = &thetas[(range.start - before) as usize..(range.end - before) as usize];
            costs.extend(engine.costs_of_chunk(layout, here)?);
            Ok(())
        })?;
        Ok(costs)
    }

    fn costs_of_chunk(&mut self, layout: &Layout, thetas: &[Vec<f64>]) -> Result<Vec<f64>> {
        let program = self.program.clone();
        let (tile, samples) = (program.sizes.tile as usize, thetas.len());
        let d = thetas[0].len();
        let mut rows = vec![0.0_f32; samples.next_multiple_of(tile) * d];
        for (lane, theta) in thetas.iter().enumerate() {
            let start = lane / tile * d * tile + lane % tile;
            for (i, value) in theta.iter().enumerate() {
                rows[start + i * tile] = *value as f32;
            }
        }
        let workspace = self.workspace();
        let stride = workspace.stride as usize;
        self.device
            .upload(workspace.buffer("noise"), bytemuck::cast_slice(&rows))?;
        let schedule = Schedule {
            program: &program,
            layout,
            samples: samples as u64,
        };
        let bytes = 4 * stride as u64 * program.sizes.outcome_rows;
        let parts = self.run(&schedule.given_costs(), &[("outcomes", bytes)])?;
        let outcomes = words(&parts[0]);
        let outcome = |name| -> Result<&[u32]> {
            let row = program.module.constant_u32(name)? as usize;
            Ok(&outcomes[row * stride..][..samples])
        };
        let always_finite = program.module.constant_u32("ALWAYS_FINITE")?;
        let times = outcome("NONFINITE_TIME_ROW")?;
        let costs = outcome("DEVIATION_ROW")?.iter().zip(times);
        Ok(costs
            .map(|(deviation, time)| match *time == always_finite {
                true => f64::from(f32::from_bits(*deviation)),
                false => f64::NAN,
            })
            .collect())
    }
}
