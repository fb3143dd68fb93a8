//! One number for each of some samples, and when it is finite.
//!
//! The loops are plain: they vectorise for whatever instruction set the caller is compiled for, which is why
//! everything here is always inlined.
#![expect(
    clippy::needless_range_loop,
    reason = "several arrays at the same lane"
)]

/// Samples that run together.
pub const LANES: usize = 64;

/// One number for each lane.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C, align(64))]
pub struct Row(pub [f32; LANES]);

impl Row {
    /// The same number in all lanes.
    pub fn filled(value: f32) -> Self {
        Self([value; LANES])
    }
}

const TRUE: u32 = !0;

/// A mask in one lane: all bits set or none.
#[inline(always)]
pub fn mask(value: bool) -> f32 {
    f32::from_bits(if value { TRUE } else { 0 })
}

/// The bits without the sign, so that infinities and NaN are the largest of all.
#[inline(always)]
fn magnitude_bits(x: f32) -> u32 {
    x.to_bits() & 0x7fff_ffff
}

const FIRST_NONFINITE_BITS: u32 = 0x7f80_0000;

/// The time of a sample that is finite throughout.
pub const ALWAYS_FINITE: u32 = u32::MAX;

/// Raises `largest` to the magnitudes of rows.
#[inline(always)]
pub fn raise(largest: &mut [u32; LANES], rows: &[Row]) {
    let chunks = rows.chunks_exact(4);
    for row in chunks.remainder() {
        for lane in 0..LANES {
            largest[lane] = largest[lane].max(magnitude_bits(row.0[lane]));
        }
    }
    for chunk in chunks {
        let [a, b, c, d] = chunk else { continue };
        for lane in 0..LANES {
            let bits = [a, b, c, d].map(|row| magnitude_bits(row.0[lane]));
            let here = bits[0].max(bits[1]).max(bits[2].max(bits[3]));
            largest[lane] = largest[lane].max(here);
        }
    }
}

/// Adds cost - nominal to a sum, and raises `largest` to its magnitude.
#[inline(always)]
pub fn add(largest: &mut [u32; LANES], sum: &mut Row, cost: &Row, nominal: f32) {
    for lane in 0..LANES {
        let total = sum.0[lane] + (cost.0[lane] - nominal);
        sum.0[lane] = total;
        largest[lane] = largest[lane].max(magnitude_bits(total));
    }
}

/// Notes the time in the lanes that are or were not finite, unless they are marked already.
#[inline(always)]
pub fn note(times: &mut [u32; LANES], largest: &[u32; LANES], time: u32) {
    // Seldom: noting costs more than looking.
    if largest.iter().fold(0, |a, b| a.max(*b)) < FIRST_NONFINITE_BITS {
        return;
    }
    for (noted, largest) in times.iter_mut().zip(largest) {
        let now = *largest >= FIRST_NONFINITE_BITS && *noted == ALWAYS_FINITE;
        *noted = if now { time } else { *noted };
    }
}
