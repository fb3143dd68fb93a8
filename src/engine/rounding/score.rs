//! What rounding does to the score of noise.

use crate::noise::Factor;
use crate::number::Scalar as _;
use crate::number::rounded::{Rounded, UNIT_ROUNDOFF};
use crate::system::task::Task;

/// S(w) of the noise of a sample.
pub(super) fn scores(task: &Task, drawn: &[f64]) -> Vec<Rounded> {
    let noise = task.noise();
    let scales = noise.distribution.scales(noise.sigma);
    if let Some(factor) = task.factor().filter(|_| !drawn.is_empty()) {
        return correlated_scores(factor, drawn, scales.factor);
    }
    let ratios = task.drawn_ratios();
    let score = |(i, w): (usize, &f64)| {
        let ratio = ratios.as_ref().map_or(1.0, |ratios| ratios.of(i));
        let shape = match ratio {
            0.0 => 0.0,
            ratio => noise.distribution.score_shape(*w / ratio, scales.constant) / ratio,
        };
        Rounded::inexact(scales.factor * shape, SCORE)
    };
    drawn.iter().enumerate().map(score).collect()
}

/// L⁻ᵀ z times a number, z that of the noise. The engine draws z and rounds w, so that both are off here: z of w by what w is off.
fn correlated_scores(factor: &Factor, noise: &[f64], by: f64) -> Vec<Rounded> {
    let z = factor.independent(noise);
    let of_noise = |(i, size): (usize, f64)| UNIT_ROUNDOFF * (SCORE + (i as f64).sqrt()) * size;
    let errors: Vec<f64> = factor
        .sizes(&z)
        .into_iter()
        .enumerate()
        .map(of_noise)
        .collect();
    let off = factor.errors_of_independent(&errors);
    let z: Vec<Rounded> = z
        .iter()
        .zip(off)
        .map(|(z, off)| Rounded::input(*z, off + SCORE * UNIT_ROUNDOFF * z.abs()))
        .collect();
    let sum = |element: usize| {
        let mut sum = Rounded::constant(0.0);
        for (k, l) in factor.score_terms(element) {
            sum = sum + Rounded::constant(l) * z[k];
        }
        sum * Rounded::inexact(by, SCORE)
    };
    (0..z.len()).map(sum).collect()
}

/// Roundings of the score of one noise: of its function, of the factor and of their product.
const SCORE: f64 = 16.0;
