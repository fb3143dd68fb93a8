//! Noise from a counter, the twin of `shaders/rng.wgsl`: an element is a function of
//! (seed, iteration, stream, sample, pair), so no state is kept and any element can be drawn again.
//!
//! ```text
//! key     = threefry2x32(seed as (low, high) words, (iteration, stream))
//! bits    = threefry2x32(key, (sample, pair))
//! w_2p    = √(−2 ln u) cos 2πv        w_2p+1 = √(−2 ln u) sin 2πv        p = pair
//! u       = x 2⁻³², x the first word: x | 1 below 2²⁴, else x without its low 8 bits
//! v       = y 2⁻³², y the second word, its low 6 bits replaced by 100000
//! ```
//!
//! Coordinate `i` of the decision (time t, axis a, m axes: i = t·m + a) takes element `i % 2` of
//! pair `i / 2`. The value u is never 0 nor 1 and keeps its resolution as it nears 0: the tail
//! reaches 6.66 standard deviations. The angles are symmetric, and none lies on an axis.
//!
//! Reproducible: the bits, u and v exactly, on every device and in both precisions. The normals in
//! f64 depend on the system's `ln`, `sin`, `cos` in the last place; the normals in f32, here and on
//! a device, differ from them by at most [`NORMAL_BOUND`].
//!
//! Threefry-2x32 with 20 rounds: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy
//! as 1, 2, 3", SC 2011. Normals: Box and Muller 1958.

use crate::reference::maths::{Bound, RADIANS, cosine_sine, log_of_normal};

/// How far a standard normal in f32 may be from the one in f64: relative, down to the smallest.
/// It allows for a device's square root that is wrong by 2.5 ulp; with exact rounding the largest
/// error measured over ten million normals is 3.6 ulp.
pub const NORMAL_BOUND: Bound = Bound {
    ulp: 7.0,
    absolute: 0.0,
};

const PARITY: u32 = 0x1bd1_1bda;
const EVEN_ROTATIONS: [u32; 4] = [13, 15, 26, 6];
const ODD_ROTATIONS: [u32; 4] = [17, 29, 16, 24];
const UNIT: f32 = 2.3283064e-10; // 2^-32

#[inline(always)]
fn four_rounds(x: [u32; 2], rotations: [u32; 4]) -> [u32; 2] {
    rotations.iter().fold(x, |[a, b], &rotation| {
        let sum = a.wrapping_add(b);
        [sum, b.rotate_left(rotation) ^ sum]
    })
}

#[inline(always)]
fn plus(x: [u32; 2], y: [u32; 2]) -> [u32; 2] {
    [x[0].wrapping_add(y[0]), x[1].wrapping_add(y[1])]
}

/// 64 random bits: the counter, enciphered with the key (Threefry-2x32, 20 rounds).
#[inline(always)]
pub fn threefry2x32(key: [u32; 2], counter: [u32; 2]) -> [u32; 2] {
    let [first, second] = key;
    let third = first ^ second ^ PARITY;
    let x = plus(counter, key);
    let x = plus(
        four_rounds(x, EVEN_ROTATIONS),
        [second, third.wrapping_add(1)],
    );
    let x = plus(
        four_rounds(x, ODD_ROTATIONS),
        [third, first.wrapping_add(2)],
    );
    let x = plus(
        four_rounds(x, EVEN_ROTATIONS),
        [first, second.wrapping_add(3)],
    );
    let x = plus(
        four_rounds(x, ODD_ROTATIONS),
        [second, third.wrapping_add(4)],
    );
    plus(
        four_rounds(x, EVEN_ROTATIONS),
        [third, first.wrapping_add(5)],
    )
}

/// The key of one batch of samples. Batches that must be independent differ in one argument at
/// least; common random numbers are the same key twice.
pub fn batch_key(seed: u64, iteration: u32, stream: u32) -> [u32; 2] {
    threefry2x32([seed as u32, (seed >> 32) as u32], [iteration, stream])
}

/// u 2³² as an integer of at most 24 significant bits.
#[inline(always)]
fn radius_word(word: u32) -> u32 {
    if word < 1 << 24 {
        word | 1
    } else {
        word & !0xff
    }
}

/// v as a quadrant and what is left of it, −2²⁹ … 2²⁹ in units of 2⁻³² turns, 24 significant bits.
#[inline(always)]
fn quadrant_and_rest(word: u32) -> (u32, i32) {
    let turn = (word & !0x3f) | 0x20;
    let quadrant = turn.wrapping_add(1 << 29) >> 30;
    (quadrant, turn.wrapping_sub(quadrant << 30).cast_signed())
}

/// Two independent standard normals from 64 random bits.
#[inline]
pub fn standard_normal_pair(bits: [u32; 2]) -> [f64; 2] {
    const UNIT: f64 = 1.0 / (1_u64 << 32) as f64;
    let radius = (-2.0 * (f64::from(radius_word(bits[0])) * UNIT).ln()).sqrt();
    let (quadrant, rest) = quadrant_and_rest(bits[1]);
    let (sine, cosine) = (f64::from(rest) * (std::f64::consts::TAU * UNIT)).sin_cos();
    match quadrant {
        0 => [radius * cosine, radius * sine],
        1 => [-radius * sine, radius * cosine],
        2 => [-radius * cosine, -radius * sine],
        _ => [radius * sine, -radius * cosine],
    }
}

/// [`standard_normal_pair`] in f32, operation by operation as the shader does it.
#[inline(always)]
pub fn standard_normal_pair_f32(bits: [u32; 2]) -> [f32; 2] {
    let radius = (-2.0 * log_of_normal(radius_word(bits[0]) as f32 * UNIT)).sqrt();
    let (quadrant, rest) = quadrant_and_rest(bits[1]);
    cosine_sine(quadrant, rest as f32 * RADIANS).map(|direction| radius * direction)
}

/// The pair of standard normals that a sample uses for coordinates `2 pair` and `2 pair + 1`.
#[inline]
pub fn noise_pair(key: [u32; 2], sample: u32, pair: u32) -> [f64; 2] {
    standard_normal_pair(threefry2x32(key, [sample, pair]))
}

/// Fills the noise of one sample, all coordinates of the decision, with standard normals.
pub fn fill(key: [u32; 2], sample: u32, out: &mut [f64]) {
    for (pair, elements) in (0_u32..).zip(out.chunks_mut(2)) {
        let normals = noise_pair(key, sample, pair);
        elements.copy_from_slice(&normals[..elements.len()]);
    }
}
