//! The noise of the samples, and where they are.

use super::point::Point;
use super::settings::{Law, Settings};
use crate::noise::environment::uniform;
use crate::noise::{Distribution, batch_key, threefry2x32};

/// What the noise is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    State,
    Control,
}

/// Streams of the generator: no other estimate of the same seed draws from them.
const STREAMS: [u32; 2] = [16, 17];
/// The counter of the common factor of Student's t in the key of a sample.
const FACTOR: u32 = u32::MAX;

impl Side {
    fn stream(self) -> u32 {
        STREAMS[usize::from(self == Side::Control)]
    }

    pub fn sigma(self, settings: &Settings) -> f64 {
        match self {
            Side::State => settings.state_sigma,
            Side::Control => settings.sigma,
        }
    }
}

/// The noise of unit `unit` at point number `point`.
///
/// Student's t with two degrees of freedom in all directions is σ z/√e with normal z and an exponential e of mean 1.
pub(super) fn noise(side: Side, settings: &Settings, point: u32, unit: u32, out: &mut [f64]) {
    let key = batch_key(settings.seed, point, side.stream());
    Distribution::Gaussian.fill(key, unit, out);
    let factor = match settings.noise {
        Law::Gaussian => 1.0,
        Law::StudentT => {
            let bits = threefry2x32(key, [unit, FACTOR]);
            1.0 / (-libm::log(f64::from(uniform(bits[0])))).sqrt()
        }
    };
    let sigma = factor * side.sigma(settings);
    out.iter_mut().for_each(|w| *w *= sigma);
}

/// All samples at a point, for a map: rows of q and u.
pub(super) fn points(side: Side, settings: &Settings, point: &Point, number: u32) -> Vec<f64> {
    let (n, m) = (point.state.len(), point.control.len());
    let range = match side {
        Side::State => 0..n,
        Side::Control => n..n + m,
    };
    let centre = [&point.state[..], &point.control].concat();
    let mut w = vec![0.0; range.len()];
    let mut rows = Vec::with_capacity((n + m) * settings.samples as usize);
    for unit in 0..settings.units() as u32 {
        noise(side, settings, number, unit, &mut w);
        for sign in [1.0, -1.0]
            .into_iter()
            .take(settings.steps_of_unit() as usize)
        {
            let from = rows.len();
            rows.extend_from_slice(&centre);
            for (x, w) in rows[from..][range.clone()].iter_mut().zip(&w) {
                *x += sign * w;
            }
        }
    }
    rows
}
