//! A tile there and back: rollouts, the way back and the score, segment by segment.

use super::adjoint::{Adjoint, Score};
use super::compiled::Kernel;
use super::engine::CpuEngine;
use super::lanes::{ALWAYS_FINITE, LANES};
use super::reduce::{TILES, sample};
use super::rollout::{Draw, DrawNoise, Rollout, Tile};
use std::ops::Range;

impl CpuEngine {
    /// Draws the noise of each tile of a task, or of some that share it, that has samples, and shows it.
    pub(super) fn tiles(
        &self,
        kernel: &Kernel,
        (number, sharing): (u64, usize),
        end: u64,
        tile: &mut Tile,
        mut show: impl FnMut(&mut Tile, &[u64; LANES]),
    ) {
        for index in 0..TILES {
            let samples: [u64; LANES] =
                std::array::from_fn(|lane| sample(number, sharing, index, lane));
            // After a stop nobody looks at what is there.
            if samples[0] >= end || self.interrupt.is_set() {
                break;
            }
            self.arch.dispatch(Draw {
                kernel,
                samples: &samples.map(|s| s as u32),
                tile,
            });
            show(tile, &samples);
        }
    }

    pub(super) fn roll(&self, kernel: &Kernel, theta: &[f32], keep_states: bool, tile: &mut Tile) {
        for steps in kernel.segments() {
            self.roll_segment(kernel, theta, keep_states, &steps, tile);
        }
    }

    /// Rolls a segment out under the noise of its own.
    fn roll_segment(
        &self,
        kernel: &Kernel,
        theta: &[f32],
        keep_states: bool,
        steps: &Range<usize>,
        tile: &mut Tile,
    ) {
        if kernel.is_cut() {
            self.arch.dispatch(DrawNoise {
                kernel,
                steps,
                tile: &mut *tile,
            });
        }
        self.arch.dispatch(Rollout {
            kernel,
            theta,
            with_noise: true,
            keep_states,
            steps,
            tile,
        });
    }

    /// Takes the way back through a segment, which is rolled out again if others were in memory since.
    fn go_back(&self, kernel: &Kernel, theta: &[f32], steps: &Range<usize>, tile: &mut Tile) {
        if kernel.is_cut() {
            let outcome = tile.outcome;
            self.roll_segment(kernel, theta, true, steps, tile);
            tile.outcome = outcome;
        }
        self.arch.dispatch(Adjoint {
            kernel,
            theta,
            steps,
            tile,
        });
    }

    /// What one segment of the latest rollout adds to its coordinates: score and, if wanted, derivatives.
    pub(super) fn again(
        &self,
        kernel: &Kernel,
        theta: &[f32],
        with_first_order: bool,
        steps: &Range<usize>,
        tile: &mut Tile,
    ) {
        let outcome = tile.outcome;
        match with_first_order {
            true => self.go_back(kernel, theta, steps, tile),
            false => self.arch.dispatch(DrawNoise {
                kernel,
                steps,
                tile: &mut *tile,
            }),
        }
        self.arch.dispatch(Score {
            kernel,
            theta,
            steps,
            tile: &mut *tile,
        });
        tile.outcome = outcome;
    }

    /// Finds the baseline of each sample's own environment: its rollout without noise.
    fn roll_baseline(&self, kernel: &Kernel, theta: &[f32], tile: &mut Tile) -> [u32; LANES] {
        for steps in kernel.segments() {
            self.arch.dispatch(Rollout {
                kernel,
                theta,
                with_noise: false,
                keep_states: false,
                steps: &steps,
                tile: &mut *tile,
            });
        }
        tile.outcome.baseline = tile.outcome.deviation;
        tile.outcome.times
    }

    /// Rolls out with the baseline, if there is one of its own, the way back if wanted, and the score.
    pub(super) fn both_ways(
        &self,
        kernel: &Kernel,
        theta: &[f32],
        (paired, with_first_order): (bool, bool),
        tile: &mut Tile,
    ) {
        let times = paired.then(|| self.roll_baseline(kernel, theta, tile));
        let keep_states = with_first_order || !kernel.on_decision;
        for steps in kernel.segments() {
            self.roll_segment(kernel, theta, keep_states, &steps, tile);
            self.arch.dispatch(Score {
                kernel,
                theta,
                steps: &steps,
                tile: &mut *tile,
            });
        }
        for (time, earlier) in tile.outcome.times.iter_mut().zip(times.iter().flatten()) {
            *time = if *earlier == ALWAYS_FINITE {
                *time
            } else {
                *earlier
            };
        }
        if with_first_order {
            for steps in kernel.segments().rev() {
                self.go_back(kernel, theta, &steps, tile);
            }
        }
    }
}
