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
//! Other distributions take one word of the bits for each of the two elements: its top bit is the sign and the rest gives
//! the probability q of a larger magnitude, of 24 significant bits as u above; see [`Distribution`].
//!
//! Threefry-2x32 with 20 rounds: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy
//! as 1, 2, 3", SC 2011. Normals: Box and Muller 1958.

mod covariance;
pub mod environment;
mod ratios;

pub use covariance::{Covariance, Factor, MOST_VALUES};
pub use ratios::Ratios;

use crate::error::{Error, Named, Result};
use crate::number::maths_f32::{Bound, RADIANS, cosine_sine, log_of_normal, tanh_f32};
use serde::Serialize;

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
    let radius = (-2.0 * libm::log(f64::from(radius_word(bits[0])) * UNIT)).sqrt();
    let (quadrant, rest) = quadrant_and_rest(bits[1]);
    let (sine, cosine) = libm::sincos(f64::from(rest) * (std::f64::consts::TAU * UNIT));
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

/// The distribution of one element of the noise w, all symmetric about 0.
///
/// ```text
///              density ∝                score S(w) = -d ln ρ/dw    w from q = P(|w| larger)       spread of σ
/// gaussian     exp(-w²/2σ²)             w/σ²                       Box-Muller                     standard deviation
/// laplace      exp(-|w|/b)              sign(w)/b                  b (-ln q)                      σ = b √2
/// logistic     1/cosh²(w/2s)            tanh(w/2s)/s               s (ln(2 - q) - ln q)           σ = s π/√3
/// student-t    (1 + w²/2σ²)^(-3/2)      3w/(2σ² + w²)              σ √2 (1 - q)/√(q (2 - q))      scale σ
/// ```
///
/// Student's t has two degrees of freedom and no finite variance, so its σ is the scale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Distribution {
    /// Normal
    #[default]
    Gaussian,
    /// Heavier tails than normal, and a kink at 0
    Laplace,
    /// Nearly normal with heavier tails; smooths relu to softplus
    Logistic,
    /// Student's t with two degrees of freedom; its smoothing is that of the log barrier
    StudentT,
}

impl Named for Distribution {
    const WHAT: &'static str = "noise";
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Gaussian, "gaussian", "Normal"),
        (
            Self::Laplace,
            "laplace",
            "Heavier tails than normal, and a kink at 0",
        ),
        (
            Self::Logistic,
            "logistic",
            "Nearly normal with heavier tails; smooths relu to softplus",
        ),
        (
            Self::StudentT,
            "student-t",
            "Student's t with two degrees of freedom; its smoothing is that of the log barrier",
        ),
    ];
}

/// What the noise is added to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoiseOn {
    /// theta: the same weights for the whole rollout, w of d elements
    #[default]
    Decision,
    /// The control of every time step, w of H·M elements
    Action,
}

impl Named for NoiseOn {
    const WHAT: &'static str = "noise_on";
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (
            Self::Decision,
            "decision",
            "theta: the same weights for the whole rollout, w of d elements",
        ),
        (
            Self::Action,
            "action",
            "The control of every time step, w of H·M elements",
        ),
    ];
}

/// Numbers with which all engines draw and score: w = scale · standard, S(w) = factor · shape(w, constant).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scales {
    /// Of a standard draw.
    pub scale: f64,
    /// Of the score.
    pub factor: f64,
    /// In the shape of the score.
    pub constant: f64,
}

impl Distribution {
    /// The numbers for σ.
    pub fn scales(self, sigma: f64) -> Scales {
        let (scale, factor, constant) = match self {
            Distribution::Gaussian => (sigma, 1.0 / (sigma * sigma), 0.0),
            Distribution::Laplace => {
                let b = sigma / std::f64::consts::SQRT_2;
                (b, 1.0 / b, 0.0)
            }
            Distribution::Logistic => {
                let s = sigma * 3.0_f64.sqrt() / std::f64::consts::PI;
                (s, 1.0 / s, 0.5 / s)
            }
            Distribution::StudentT => (sigma, 3.0, 2.0 * sigma * sigma),
        };
        Scales {
            scale,
            factor,
            constant,
        }
    }

    /// Two independent standard elements from 64 random bits.
    pub fn standard_pair(self, bits: [u32; 2]) -> [f64; 2] {
        let standard = |word: u32| {
            let (sign, q) = sign_and_tail(word);
            let q = f64::from(q);
            let magnitude = match self {
                Distribution::Gaussian | Distribution::Laplace => -libm::log(q),
                Distribution::Logistic => libm::log(2.0 - q) - libm::log(q),
                Distribution::StudentT => {
                    std::f64::consts::SQRT_2 * (1.0 - q) / (q * (2.0 - q)).sqrt()
                }
            };
            f64::from(sign) * magnitude
        };
        match self {
            Distribution::Gaussian => standard_normal_pair(bits),
            _ => bits.map(standard),
        }
    }

    /// [`Distribution::standard_pair`] in f32, operation by operation as the shader does it.
    #[inline(always)]
    pub fn standard_pair_f32(self, bits: [u32; 2]) -> [f32; 2] {
        match self {
            Distribution::Gaussian => standard_normal_pair_f32(bits),
            Distribution::Laplace => bits.map(|word| {
                let (sign, q) = sign_and_tail(word);
                sign * -log_of_normal(q)
            }),
            Distribution::Logistic => bits.map(|word| {
                let (sign, q) = sign_and_tail(word);
                sign * (log_of_normal(2.0 - q) - log_of_normal(q))
            }),
            Distribution::StudentT => bits.map(|word| {
                let (sign, q) = sign_and_tail(word);
                sign * (std::f32::consts::SQRT_2 * (1.0 - q) / (q * (2.0 - q)).sqrt())
            }),
        }
    }

    /// The shape of the score at w: S(w) = factor · shape.
    pub fn score_shape(self, w: f64, constant: f64) -> f64 {
        match self {
            Distribution::Gaussian => w,
            Distribution::Laplace => w.signum(),
            Distribution::Logistic => libm::tanh(constant * w),
            Distribution::StudentT => w / (constant + w * w),
        }
    }

    /// [`Distribution::score_shape`] in f32.
    #[inline(always)]
    pub fn score_shape_f32(self, w: f32, constant: f32) -> f32 {
        match self {
            Distribution::Gaussian => w,
            Distribution::Laplace => {
                if w < 0.0 {
                    -1.0
                } else {
                    1.0
                }
            }
            Distribution::Logistic => tanh_f32(constant * w),
            Distribution::StudentT => w / (constant + w * w),
        }
    }

    /// Fills the noise of one sample with standard elements.
    pub fn fill(self, key: [u32; 2], sample: u32, out: &mut [f64]) {
        for (pair, elements) in (0_u32..).zip(out.chunks_mut(2)) {
            let drawn = self.standard_pair(threefry2x32(key, [sample, pair]));
            elements.copy_from_slice(&drawn[..elements.len()]);
        }
    }
}

/// ±1 from the top bit, and q of 24 significant bits from the rest: never 0 nor 1.
#[inline(always)]
fn sign_and_tail(word: u32) -> (f32, f32) {
    let sign = if word >> 31 == 1 { -1.0 } else { 1.0 };
    (sign, radius_word(word << 1) as f32 * UNIT)
}

/// The noise of a task.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Noise {
    /// Of each element.
    pub distribution: Distribution,
    /// What it is added to.
    pub on: NoiseOn,
    /// σ: its standard deviation; the scale for Student's t.
    pub sigma: f64,
}

impl Noise {
    /// Refuses a σ whose square f32 cannot hold.
    pub fn check(&self) -> Result<()> {
        if (1e-15..=1e15).contains(&self.sigma) {
            return Ok(());
        }
        let expected = "a standard deviation from 1e-15 to 1e15";
        Err(Error::invalid("sigma", self.sigma, expected))
    }
}
