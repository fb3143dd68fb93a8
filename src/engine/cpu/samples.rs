//! Samples one by one: in full, or the costs of thetas that the caller gives.

use super::compiled::Kernel;
use super::engine::{CpuEngine, narrow};
use super::lanes::{ALWAYS_FINITE, LANES, Row};
use super::pool::Pool;
use super::rollout::{Draw, DrawNoise, Rollout, Tile};
use crate::engine::report::Sample;
use crate::engine::work::{OnStop, Work};
use crate::error::Result;
use crate::noise::NoiseOn;
use rayon::prelude::*;
use std::ops::Range;

/// Thetas between two looks at the interrupt.
const MOST_THETAS: usize = 128 * LANES;

impl CpuEngine {
    /// See [`crate::engine::Engine::costs`]: each theta is noise on a theta of 0.
    pub(super) fn costs_of_thetas(&self, work: &Work<'_>, thetas: &[Vec<f64>]) -> Result<Vec<f64>> {
        let task = work.task.clone().with_noise_on(NoiseOn::Decision);
        let kernel = Kernel::new(&task, &work.nominal.costs, work.batch.keys())
            .in_segments(self.segment(&task, work.batch));
        let zero = vec![0.0; task.dimension()];
        let pool = Pool::new(&kernel, false, 1);
        let before = work.batch.range().start;
        let mut costs = Vec::with_capacity(thetas.len());
        work.in_chunks(&self.interrupt, OnStop::Drop, |rest| {
            let left = &thetas[(rest.start - before) as usize..];
            let thetas = &left[..left.len().min(MOST_THETAS)];
            let found: Vec<Vec<f64>> = thetas
                .par_chunks(LANES)
                .enumerate()
                .map(|(number, thetas)| {
                    if self.interrupt.is_set() {
                        return Vec::new();
                    }
                    pool.lend(|workspace| {
                        let tile = &mut workspace.tile;
                        let start = rest.start + (number * LANES) as u64;
                        let samples = std::array::from_fn(|lane| (start + lane as u64) as u32);
                        let Tile {
                            initial,
                            parameters,
                            ..
                        } = tile;
                        kernel.draw_environment(&samples, initial, parameters);
                        self.roll_thetas(&kernel, &zero, thetas, tile);
                        let finite = |lane: usize| tile.outcome.times[lane] == ALWAYS_FINITE;
                        (0..thetas.len())
                            .map(|lane| match finite(lane) {
                                true => f64::from(tile.outcome.deviation.0[lane]),
                                false => f64::NAN,
                            })
                            .collect()
                    })
                })
                .collect();
            self.interrupt.check()?;
            costs.extend(found.into_iter().flatten());
            Ok(thetas.len() as u64)
        })?;
        Ok(costs)
    }

    /// Rolls out a theta in each lane, as noise that is given and not drawn.
    fn roll_thetas(&self, kernel: &Kernel, zero: &[f32], thetas: &[Vec<f64>], tile: &mut Tile) {
        for steps in kernel.segments() {
            let first = match kernel.is_open_loop() {
                true => steps.start * kernel.controls,
                false => 0,
            };
            for (i, row) in tile.noise_mut().iter_mut().enumerate() {
                let value = |lane: usize| {
                    let theta = thetas.get(lane).and_then(|theta| theta.get(first + i));
                    theta.map_or(0.0, |x| *x as f32)
                };
                *row = Row(std::array::from_fn(value));
            }
            self.arch.dispatch(Rollout {
                kernel,
                theta: zero,
                with_noise: true,
                keep_states: false,
                steps: &steps,
                tile: &mut *tile,
            });
        }
    }

    /// See [`crate::engine::Engine::samples`].
    pub(super) fn samples_in_full(
        &self,
        work: &Work<'_>,
        range: Range<u64>,
    ) -> Result<Vec<Sample>> {
        let (task, batch) = (work.task, work.batch);
        let kernel = Kernel::new(task, &work.nominal.costs, batch.keys())
            .in_segments(self.segment(task, batch));
        let theta = narrow(work.theta());
        let mut tile = Tile::new(&kernel, true);
        let mut found = Vec::new();
        for first in range.clone().step_by(LANES) {
            self.interrupt.check()?;
            let samples = std::array::from_fn(|lane| (first + lane as u64) as u32);
            self.arch.dispatch(Draw {
                kernel: &kernel,
                samples: &samples,
                tile: &mut tile,
            });
            let paired = task.environment().is_random();
            self.both_ways(&kernel, &theta, (paired, true), &mut tile);
            let lanes = (range.end - first).min(LANES as u64) as usize;
            let before = found.len();
            found.extend((0..lanes).map(|lane| {
                Sample {
                    parameters: match kernel.drawn_parameters() {
                        0 => task.parameters().to_vec(),
                        _ => task
                            .environment()
                            .parameters(batch.environment_key(), samples[lane]),
                    },
                    ..tile.sample(&kernel, lane)
                }
            }));
            if kernel.is_cut() {
                self.in_segments(&kernel, &theta, &mut tile, &mut found[before..]);
            }
        }
        Ok(found)
    }

    /// What has a row for each step, and is in memory for one segment at a time: the noise of an action, and for an open loop score
    /// and derivatives.
    fn in_segments(&self, kernel: &Kernel, theta: &[f32], tile: &mut Tile, samples: &mut [Sample]) {
        let is_open_loop = kernel.is_open_loop();
        if kernel.is_noise_of_weights() {
            return;
        }
        for sample in samples.iter_mut() {
            sample.noise.clear();
            if is_open_loop {
                sample.score.clear();
                sample.first_order.clear();
            }
        }
        let factor = f64::from(kernel.noise.factor);
        for steps in kernel.segments() {
            match is_open_loop {
                true => self.again(kernel, theta, true, &steps, tile),
                false => self.arch.dispatch(DrawNoise {
                    kernel,
                    steps: &steps,
                    tile: &mut *tile,
                }),
            }
            let count = steps.len() * kernel.controls;
            for (lane, sample) in samples.iter_mut().enumerate() {
                let of_lane = |row: &Row| f64::from(row.0[lane]);
                sample
                    .noise
                    .extend(tile.noise()[..count].iter().map(of_lane));
                if is_open_loop {
                    let score = tile.score()[..count].iter().map(of_lane);
                    sample.score.extend(score.map(|s| factor * s));
                    let first_order = tile.first_order()[..count].iter();
                    sample.first_order.extend(first_order.map(of_lane));
                }
            }
        }
    }
}
