//! A quasi-dynamic step near a point, smoothed by noise: q⁺ ≈ c + A δq + B δu in three ways.
//!
//! With f the step and w, v noise on the command u and on the configuration q,
//!
//! ```text
//! c = E f(q, u + w),   A = ∂/∂q E f(q + v, u),   B = ∂/∂u E f(q, u + w)
//! first order    means of the derivatives of the steps
//! zeroth order   least squares of q⁺ on the noise
//! mixed          alpha (first order) + (1 - alpha) (zeroth order), an alpha of its own for A and for B
//! ```
//!
//! A and B come from batches of their own. In one regression with little noise on q and much on u, what is left of the steps
//! under w would enter A times their ratio.
//!
//! Noise comes in pairs (w, -w) unless told otherwise: the least squares then take half of f(w) - f(-w), where all that is even
//! in w is gone, and the first order the mean of both derivatives. A pair is one sample of the statistics.
//!
//! [`crate::system::quasidynamic::QuasiDynamics::linearize`] is the third way, the barrier.

mod document;
mod fit;
mod mix;
mod noise;
mod point;
mod settings;
mod smoothed;

pub use document::{Barrier, Document, rows};
pub use fit::{Estimate, Linearization, Means, Mixed, StdErrors};
pub use mix::{Choice, Reason};
pub use point::{Point, WANTED};
pub use settings::{Law, Settings};
pub use smoothed::Smoothed;

use crate::engine::Interrupt;
use crate::engine::map::Map;
use crate::error::{Error, Result};
use crate::system::quasidynamic::QuasiDynamics;
use fit::{Batch, Sampled};
use noise::{Side, points};

/// Points whose samples are in memory at one time, in steps.
const CHUNK: u64 = 1 << 17;

/// The linearizations at many points; `map` is that of `steps.function(`[`WANTED`]`)`, on any engine.
pub fn linearize(
    map: &mut dyn Map,
    steps: &QuasiDynamics,
    at: &[Point],
    settings: &Settings,
) -> Result<Vec<Linearization>> {
    linearize_watched(map, steps, at, settings, &Interrupt::default(), &mut |_| ())
}

/// Bytes of the samples of one point: of A and of B, the points that are stepped from and what comes of them, in f64.
pub fn bytes_of_a_point(steps: &QuasiDynamics, settings: &Settings) -> u64 {
    let (q, point) = (steps.sizes.state, steps.sizes.point());
    let of_a_step = point + q + steps.rows + q * point;
    16_u64
        .saturating_mul(of_a_step as u64)
        .saturating_mul(settings.samples)
}

/// The same, which calls `watch` with the number of points that are done and ends where somebody asks it to.
pub fn linearize_watched(
    map: &mut dyn Map,
    steps: &QuasiDynamics,
    at: &[Point],
    settings: &Settings,
    interrupt: &Interrupt,
    watch: &mut dyn FnMut(usize),
) -> Result<Vec<Linearization>> {
    settings.check(steps.sizes)?;
    at.iter().try_for_each(|point| check(point, steps))?;
    let together = (CHUNK / (2 * settings.samples)).max(1) as usize;
    let mut found = Vec::with_capacity(at.len());
    for (chunk, points_of_chunk) in at.chunks(together).enumerate() {
        interrupt.check()?;
        watch(found.len());
        let first = chunk * together;
        let [by_state, by_control] = [Side::State, Side::Control].map(|side| {
            let of_point = |(i, point)| points(side, settings, point, (first + i) as u32);
            points_of_chunk
                .iter()
                .enumerate()
                .flat_map(of_point)
                .collect::<Vec<f64>>()
        });
        let [by_state, by_control] = [map.run(&by_state)?, map.run(&by_control)?];
        let size = by_state.len() / points_of_chunk.len();
        let results = by_state.chunks(size).zip(by_control.chunks(size));
        for (i, (point, (a, b))) in points_of_chunk.iter().zip(results).enumerate() {
            let sampled = |side, results| Sampled {
                side,
                results,
                number: (first + i) as u32,
            };
            let a = Batch::of(steps, settings, point, &sampled(Side::State, a))?;
            let b = Batch::of(steps, settings, point, &sampled(Side::Control, b))?;
            found.push(fit::linearization(&a, &b));
        }
    }
    Ok(found)
}

fn check(point: &Point, steps: &QuasiDynamics) -> Result<()> {
    for (what, values, size) in [
        ("the state of a point", &point.state, steps.sizes.state),
        (
            "the control of a point",
            &point.control,
            steps.sizes.control,
        ),
    ] {
        if values.len() != size {
            let expected = format!("{size} values");
            return Err(Error::invalid(
                what,
                format!("{} values", values.len()),
                &expected,
            ));
        }
        if let Some(value) = values.iter().find(|x| !x.is_finite()) {
            return Err(Error::invalid(what, *value, "finite values"));
        }
    }
    Ok(())
}
