//! The way back over lanes: derivatives and scores of the latest rollout, the twin of `adjoint.wgsl`.

use super::compiled::Kernel;
use super::execute::Execute;
use super::feedback::{Weights, backward, forward};
use super::lanes::{LANES, Row, note, raise};
use super::program::Bank;
use super::rollout::{Tile, controls, tell_time};
use crate::noise::Distribution;
use crate::system::policy::Network;
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
    fn with_simd<S: Simd>(self, simd: S) {
        let Self {
            kernel: k,
            theta,
            tile,
        } = self;
        let layout = tile.layout.clone();
        let (n, m) = (k.states, k.controls);
        if k.network.is_some() {
            tile.rows[layout.first_order.clone()].fill(Row::filled(0.0));
        }
        let mut largest = [0; LANES];
        for t in (0..=k.horizon).rev() {
            let is_last = t == k.horizon;
            let number = 2 + usize::from(is_last);
            let program = k.programs()[number];
            let state = layout.states + t * n;
            let cotangent = layout.cotangents[t % 2];
            let gradient = match k.network {
                None => layout.first_order.start + t * m,
                Some(_) => layout.gradient,
            };
            if !is_last {
                controls(k, theta, true, (t, state), tile);
                tell_time(k, t, tile);
            }
            let mut bases = layout.bases(program, number);
            bases[Bank::State as usize] = state;
            bases[Bank::CotangentAfter as usize] = layout.cotangents[(t + 1) % 2];
            bases[Bank::Cotangent as usize] = cotangent;
            bases[Bank::Gradient as usize] = gradient;
            simd.vectorize(Execute {
                program,
                rows: &mut tile.rows,
                bases: &bases,
            });
            if is_last {
                continue;
            }
            raise(&mut largest, &tile.rows[gradient..gradient + m]);
            if let Some(network) = &k.network {
                through_policy(k, network, theta, cotangent, tile);
            }
            raise(&mut largest, &tile.rows[cotangent..cotangent + n]);
            note(&mut tile.outcome.times, &largest, t as u32);
        }
        if k.network.is_some() {
            raise(&mut largest, &tile.rows[layout.first_order]);
            note(&mut tile.outcome.times, &largest, 0);
        }
    }
}

/// Takes the cotangents of the controls to the weights and adds to those of the state, which begin at `cotangent`.
#[inline(always)]
fn through_policy(k: &Kernel, network: &Network, theta: &[f32], cotangent: usize, tile: &mut Tile) {
    let (layout, m) = (&tile.layout, k.controls);
    let through = &mut tile.cotangents;
    let first = through.len() - m;
    through[first..].copy_from_slice(&tile.rows[layout.gradient..layout.gradient + m]);
    let (rows, first_order) = tile.rows.split_at_mut(layout.first_order.start);
    let noise = if k.on_decision {
        &rows[layout.noise.clone()]
    } else {
        &[]
    };
    let weights = Weights { theta, noise };
    backward(network, weights, &tile.activations, through, first_order);
    let cotangents = &mut rows[cotangent..cotangent + network.states()];
    for (row, more) in cotangents.iter_mut().zip(through) {
        for (x, more) in row.0.iter_mut().zip(&more.0) {
            *x += more;
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
                    let state = tile.layout.states + t * n;
                    network.read(&tile.rows[state..state + n], &mut tile.activations);
                    let weights = Weights { theta, noise: &[] };
                    forward(network, weights, &mut tile.activations);
                    let first = tile.cotangents.len() - m;
                    let noise = &tile.rows[tile.layout.noise.clone()][t * m..(t + 1) * m];
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
                let noise = &tile.rows[tile.layout.noise.clone()];
                for (score, w) in tile.score.iter_mut().zip(noise) {
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
