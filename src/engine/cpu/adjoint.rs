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
use std::ops::Range;

/// Differentiates the latest rollout of a segment, backwards in time, from where the one behind it came to.
pub struct Adjoint<'a> {
    pub kernel: &'a Kernel,
    pub theta: &'a [f32],
    pub steps: &'a Range<usize>,
    pub tile: &'a mut Tile,
}

impl WithSimd for Adjoint<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self {
            kernel: k,
            theta,
            steps,
            tile,
        } = self;
        let layout = tile.layout.clone();
        let (n, m) = (k.states, k.controls);
        let Range { start, end } = *steps;
        let is_whole = end == k.horizon;
        let segment = start / k.segment;
        if k.network.is_some() && is_whole {
            tile.rows[layout.first_order.clone()].fill(Row::filled(0.0));
        }
        if !is_whole {
            let first = layout.cotangents[end % 2];
            let known = &tile.ends[segment * n..(segment + 1) * n];
            tile.rows[first..first + n].copy_from_slice(known);
        }
        let mut largest = [0; LANES];
        let times = if is_whole { end + 1 } else { end };
        for t in (start..times).rev() {
            let is_last = t == k.horizon;
            let number = 2 + usize::from(is_last);
            let program = k.programs()[number];
            let state = layout.states + (t - start) * n;
            let cotangent = layout.cotangents[t % 2];
            let gradient = match k.network {
                None => layout.first_order.start + (t - start) * m,
                Some(_) => layout.gradient,
            };
            if !is_last {
                controls(k, theta, true, (t, t - start, state), tile);
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
                through_policy(k, network, (theta, t), cotangent, tile);
            }
            raise(&mut largest, &tile.rows[cotangent..cotangent + n]);
            note(&mut tile.outcome.times, &largest, t as u32);
        }
        if start > 0 {
            let first = layout.cotangents[start % 2];
            let known = &mut tile.ends[(segment - 1) * n..segment * n];
            known.copy_from_slice(&tile.rows[first..first + n]);
        } else if k.network.is_some() {
            raise(&mut largest, &tile.rows[layout.first_order]);
            note(&mut tile.outcome.times, &largest, 0);
        }
    }
}

/// Takes the cotangents of the controls to the weights and adds to those of the state, which begin at `cotangent`.
#[inline(always)]
fn through_policy(
    k: &Kernel,
    network: &Network,
    (theta, t): (&[f32], usize),
    cotangent: usize,
    tile: &mut Tile,
) {
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
    backward(
        network,
        (weights, t),
        &tile.activations,
        through,
        first_order,
    );
    let cotangents = &mut rows[cotangent..cotangent + network.states()];
    for (row, more) in cotangents.iter_mut().zip(through) {
        for (x, more) in row.0.iter_mut().zip(&more.0) {
            *x += more;
        }
    }
}

/// The score of the noise that is there, on the latest rollout of a segment, and the sum of its squares over all segments so
/// far, which come in order; without its factor.
pub struct Score<'a> {
    pub kernel: &'a Kernel,
    pub theta: &'a [f32],
    pub steps: &'a Range<usize>,
    pub tile: &'a mut Tile,
}

impl WithSimd for Score<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self {
            kernel: k,
            theta,
            steps,
            tile,
        } = self;
        let Range { start, end } = *steps;
        match &k.network {
            Some(network) if !k.on_decision => {
                let (n, m) = (k.states, k.controls);
                if start == 0 {
                    tile.score.fill(Row::filled(0.0));
                }
                for t in 0..end - start {
                    let state = tile.layout.states + t * n;
                    network.read(&tile.rows[state..state + n], &mut tile.activations);
                    let weights = Weights { theta, noise: &[] };
                    forward(network, weights, start + t, &mut tile.activations);
                    let first = tile.cotangents.len() - m;
                    let noise = &tile.rows[tile.layout.noise.clone()][t * m..(t + 1) * m];
                    let elements = (start + t) * m..;
                    let rows = tile.cotangents[first..].iter_mut().zip(noise);
                    for ((row, w), element) in rows.zip(elements) {
                        *row = shapes(k, element, w);
                    }
                    let through = &mut tile.cotangents;
                    backward(
                        network,
                        (weights, start + t),
                        &tile.activations,
                        through,
                        &mut tile.score,
                    );
                }
            }
            // Found with the noise.
            _ if k.noise.mixing.is_some() => {}
            _ => {
                let noise = &tile.rows[tile.layout.noise.clone()];
                let elements = start * k.controls..;
                for ((score, w), element) in tile.score.iter_mut().zip(noise).zip(elements) {
                    *score = shapes(k, element, w);
                }
            }
        }
        let count = match k.is_open_loop() {
            true => (end - start) * k.controls,
            // Steps add to the same rows, which are whole at the end.
            false if end < k.horizon => return,
            false => k.dimension,
        };
        let mut squares = match start {
            0 => Row::filled(0.0),
            _ if k.is_open_loop() => tile.outcome.squared_score,
            _ => Row::filled(0.0),
        };
        for row in &tile.score()[..count] {
            for (sum, s) in squares.0.iter_mut().zip(&row.0) {
                *sum += s * s;
            }
        }
        tile.outcome.squared_score = squares;
    }
}

#[inline(always)]
fn shapes(k: &Kernel, element: usize, noise: &Row) -> Row {
    let ratios = k.noise.ratios.as_ref();
    match ratios.map(|ratios| ratios.of_f32(element)) {
        None => common_shapes(k, noise),
        Some(0.0) => Row::filled(0.0),
        Some(ratio) => {
            let mut row = *noise;
            row.0.iter_mut().for_each(|w| *w /= ratio);
            let mut row = common_shapes(k, &row);
            row.0.iter_mut().for_each(|s| *s /= ratio);
            row
        }
    }
}

/// Where all elements have the common noise.
#[inline(always)]
fn common_shapes(k: &Kernel, noise: &Row) -> Row {
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
