//! Samples one by one: in full, or the costs of thetas that the caller gives.

use super::compiled::Kernel;
use super::engine::{CpuEngine, narrow};
use super::lanes::{ALWAYS_FINITE, LANES, Row};
use super::pool::Pool;
use super::rollout::{Draw, Tile};
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
        let kernel = Kernel::new(&task, &work.nominal.costs, work.batch.keys());
        let zero = vec![0.0; task.dimension()];
        let pool = Pool::new(&kernel, false);
        let before = work.batch.range().start;
        let mut costs = Vec::with_capacity(thetas.len());
        work.in_chunks(&self.interrupt, OnStop::Drop, |rest| {
            let left = &thetas[(rest.start - before) as usize..];
            let thetas = &left[..left.len().min(MOST_THETAS)];
            let found: Vec<Vec<f64>> = thetas
                .par_chunks(LANES)
                .enumerate()
                .map(|(number, thetas)| {
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
                        for (i, row) in tile.noise_mut().iter_mut().enumerate() {
                            let value = |lane: usize| thetas.get(lane).map_or(0.0, |t| t[i] as f32);
                            *row = Row(std::array::from_fn(value));
                        }
                        self.roll(&kernel, &zero, false, tile);
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
            costs.extend(found.into_iter().flatten());
            Ok(thetas.len() as u64)
        })?;
        Ok(costs)
    }

    /// See [`crate::engine::Engine::samples`].
    pub(super) fn samples_in_full(
        &self,
        work: &Work<'_>,
        range: Range<u64>,
    ) -> Result<Vec<Sample>> {
        let (task, batch) = (work.task, work.batch);
        let kernel = Kernel::new(task, &work.nominal.costs, batch.keys());
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
        }
        Ok(found)
    }
}
