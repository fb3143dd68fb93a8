//! The way back over lanes: derivatives and scores of the latest rollout, the twin of `adjoint.wgsl`.

use super::kernel::Kernel;
use super::lanes::{LANES, Row, execute, note, raise};
use super::network::{Weights, backward, forward};
use super::tile::{Tile, controls};
use crate::noise::Distribution;
use pulp::{Simd, WithSimd};

/// Differentiates the latest rollout, backwards in time.
pub struct Adjoint<'a> {
    pub kernel: &'a Kernel,
    pub theta: &'a [f32],
    pub tile: &'a mut Tile,
}

impl WithSimd for Adjoint<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self {
            kernel: k,
            theta,
            tile,
        } = self;
        let (n, m) = (k.states, k.controls);
        for (i, row) in tile.parameters.iter().enumerate() {
            tile.files[2][n + m + n + i] = *row;
            tile.files[3][n + i] = *row;
        }
        if k.network.is_some() {
            tile.first_order.fill(Row::filled(0.0));
        }
        for t in (0..=k.horizon).rev() {
            let is_last = t == k.horizon;
            let here = t * n..(t + 1) * n;
            let program = if is_last { &k.last_back } else { &k.step_back };
            let file = &mut tile.files[2 + usize::from(is_last)];
            let (state, after) = file.split_at_mut(n);
            state.copy_from_slice(&tile.states[here]);
            if !is_last {
                controls(
                    k,
                    theta,
                    &tile.noise,
                    t,
                    state,
                    &mut tile.activations,
                    after,
                );
                after[m..m + n].copy_from_slice(&tile.cotangent);
            }
            execute(program, file);
            let (earlier, gradient) = program.outputs().split_at(n);
            for (row, output) in tile.cotangent.iter_mut().zip(earlier) {
                *row = file[*output as usize];
            }
            if is_last {
                continue;
            }
            let mut largest = [0; LANES];
            for output in gradient {
                raise(&mut largest, &file[*output as usize]);
            }
            match &k.network {
                None => {
                    let rows = &mut tile.first_order[t * m..(t + 1) * m];
                    for (row, output) in rows.iter_mut().zip(gradient) {
                        *row = file[*output as usize];
                    }
                }
                Some(network) => {
                    let first = tile.cotangents.len() - m;
                    for (row, output) in tile.cotangents[first..].iter_mut().zip(gradient) {
                        *row = file[*output as usize];
                    }
                    let noise = if k.on_decision { &tile.noise[..] } else { &[] };
                    let weights = Weights { theta, noise };
                    let through = &mut tile.cotangents;
                    backward(
                        network,
                        weights,
                        &tile.activations,
                        through,
                        &mut tile.first_order,
                    );
                    for (row, more) in tile.cotangent.iter_mut().zip(through) {
                        for (x, more) in row.0.iter_mut().zip(&more.0) {
                            *x += more;
                        }
                    }
                }
            }
            for row in &tile.cotangent {
                raise(&mut largest, row);
            }
            note(&mut tile.outcome.times, &largest, t as u32);
        }
        if k.network.is_some() {
            let mut largest = [0; LANES];
            for row in &tile.first_order {
                raise(&mut largest, row);
            }
            note(&mut tile.outcome.times, &largest, 0);
        }
    }
}

/// The score of the noise that is there, on the latest rollout, and the sum of its squares; without its factor.
pub struct Score<'a> {
    pub kernel: &'a Kernel,
    pub theta: &'a [f32],
    pub tile: &'a mut Tile,
}

impl WithSimd for Score<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self {
            kernel: k,
            theta,
            tile,
        } = self;
        match &k.network {
            Some(network) if !k.on_decision => {
                let (n, m) = (k.states, k.controls);
                tile.score.fill(Row::filled(0.0));
                for t in 0..k.horizon {
                    tile.activations[..n].copy_from_slice(&tile.states[t * n..(t + 1) * n]);
                    let weights = Weights { theta, noise: &[] };
                    forward(network, weights, &mut tile.activations);
                    let first = tile.cotangents.len() - m;
                    let noise = &tile.noise[t * m..(t + 1) * m];
                    for (row, w) in tile.cotangents[first..].iter_mut().zip(noise) {
                        *row = shapes(k, w);
                    }
                    let through = &mut tile.cotangents;
                    backward(
                        network,
                        weights,
                        &tile.activations,
                        through,
                        &mut tile.score,
                    );
                }
            }
            _ => {
                for (score, w) in tile.score.iter_mut().zip(&tile.noise) {
                    *score = shapes(k, w);
                }
            }
        }
        let mut squares = Row::filled(0.0);
        for row in tile.score() {
            for (sum, s) in squares.0.iter_mut().zip(&row.0) {
                *sum += s * s;
            }
        }
        tile.outcome.squared_score = squares;
    }
}

#[inline(always)]
fn shapes(k: &Kernel, noise: &Row) -> Row {
    let constant = k.noise.constant;
    let mut row = *noise;
    macro_rules! each {
        ($distribution:expr) => {
            for x in &mut row.0 {
                *x = $distribution.score_shape_f32(*x, constant);
            }
        };
    }
    match k.noise.distribution {
        Distribution::Gaussian => {}
        Distribution::Laplace => each!(Distribution::Laplace),
        Distribution::Logistic => each!(Distribution::Logistic),
        Distribution::StudentT => each!(Distribution::StudentT),
    }
    row
}
