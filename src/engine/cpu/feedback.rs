//! A feedback policy over lanes, the twin of `shaders/feedback.wgsl`; see [`crate::system::policy::Network`].

use super::lanes::Row;
use crate::number::maths_f32::tanh_f32;
use crate::system::policy::Network;

/// The weights: theta, and in each lane the noise that is on it, if any.
#[derive(Clone, Copy)]
pub struct Weights<'a> {
    pub theta: &'a [f32],
    /// d rows, or none.
    pub noise: &'a [Row],
}

impl Weights<'_> {
    /// sum += weight · x in each lane
    #[inline(always)]
    fn add_product(&self, weight: usize, x: &Row, sum: &mut Row) {
        let theta = self.theta[weight];
        if self.noise.is_empty() {
            for (sum, x) in sum.0.iter_mut().zip(&x.0) {
                *sum += theta * x;
            }
        } else {
            let rows = x.0.iter().zip(&self.noise[weight].0);
            for (sum, (x, w)) in sum.0.iter_mut().zip(rows) {
                *sum += (theta + w) * x;
            }
        }
    }

    #[inline(always)]
    fn row(&self, weight: usize) -> Row {
        let mut row = Row::filled(self.theta[weight]);
        if !self.noise.is_empty() {
            for (row, w) in row.0.iter_mut().zip(&self.noise[weight].0) {
                *row += w;
            }
        }
        row
    }
}

/// Fills the activations behind the first, which are the state that is read; the last M are the control at time t.
#[inline(always)]
pub fn forward(network: &Network, weights: Weights<'_>, t: usize, activations: &mut [Row]) {
    if let Some(knots) = &network.knots {
        let controls = activations.len();
        for (a, u) in activations.iter_mut().enumerate() {
            *u = Row::filled(0.0);
            for (i, factor) in knots.terms(t, a, controls) {
                let factor = factor as f32;
                for (u, x) in u.0.iter_mut().zip(&weights.row(i).0) {
                    *u += factor * x;
                }
            }
        }
        return;
    }
    for layer in network.layers() {
        let (before, after) = activations.split_at_mut(layer.activations + layer.inputs);
        let inputs = &before[layer.activations..];
        for (i, out) in after[..layer.outputs].iter_mut().enumerate() {
            *out = layer.bias.map_or(Row::filled(0.0), |b| weights.row(b + i));
            for (j, x) in inputs.iter().enumerate() {
                weights.add_product(layer.weights + i * layer.inputs + j, x, out);
            }
            if layer.hidden {
                for x in &mut out.0 {
                    *x = tanh_f32(*x);
                }
            }
        }
    }
}

/// Adds (∂u/∂theta)ᵀ λ to `gradient` and turns `cotangents`, whose last M rows are λ, into those of all activations.
#[inline(always)]
pub fn backward(
    network: &Network,
    (weights, t): (Weights<'_>, usize),
    activations: &[Row],
    cotangents: &mut [Row],
    gradient: &mut [Row],
) {
    if let Some(knots) = &network.knots {
        for (a, cotangent) in cotangents.iter().enumerate() {
            for (i, factor) in knots.terms(t, a, cotangents.len()) {
                let factor = factor as f32;
                for (g, c) in gradient[i].0.iter_mut().zip(&cotangent.0) {
                    *g += factor * c;
                }
            }
        }
        return;
    }
    for layer in network.layers().rev() {
        let out = layer.activations + layer.inputs;
        let (before, after) = cotangents.split_at_mut(out);
        let inputs = &mut before[layer.activations..];
        inputs.fill(Row::filled(0.0));
        for (i, cotangent) in after[..layer.outputs].iter().enumerate() {
            let mut sensitivity = *cotangent;
            if layer.hidden {
                for (s, a) in sensitivity.0.iter_mut().zip(&activations[out + i].0) {
                    *s *= 1.0 - a * a;
                }
            }
            for (j, input) in inputs.iter_mut().enumerate() {
                let w = layer.weights + i * layer.inputs + j;
                let x = &activations[layer.activations + j];
                let rows = sensitivity.0.iter().zip(&x.0);
                for (g, (s, x)) in gradient[w].0.iter_mut().zip(rows) {
                    *g += s * x;
                }
                weights.add_product(w, &sensitivity, input);
            }
            if let Some(bias) = layer.bias {
                for (g, s) in gradient[bias + i].0.iter_mut().zip(&sensitivity.0) {
                    *g += s;
                }
            }
        }
    }
}
