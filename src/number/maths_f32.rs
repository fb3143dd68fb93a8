//! The f32 twin of `shaders/maths.wgsl`: same names, same algorithms, same constants.
//!
//! | function | domain | error at most | |
//! |---|---|---|---|
//! | [`sin_f32`] | abs x ≤ 2²⁴ | [`SIN_BOUND`] | NaN beyond: neighbouring floats are 2 rad apart |
//! | [`cos_f32`] | abs x ≤ 2²⁴ | [`COS_BOUND`] | NaN beyond |
//! | [`exp_f32`] | all | [`EXP_BOUND`] | +∞ on overflow, 0 below 2⁻¹²⁶ |
//! | [`log_f32`] | all | [`LOG_BOUND`] | log 0 = −∞, log of a negative = NaN |
//! | [`tanh_f32`] | all | [`TANH_BOUND`] | relative near 0, ±1 at ±∞ |
//! | [`atan2_f32`] | all | [`ATAN2_BOUND`] | atan2(±0, ±0) = ±0; ∞ counts as the largest float |
//!
//! The bounds hold for the shader too: they allow for a division wrong by 2.5 ulp and for products
//! fused with sums or not. Subnormal arguments of log and atan2 count as zeros. NaN in, NaN out.
//!
//! The reductions are in integers because a shader compiler may reassociate sums of floats; the
//! same operations are used here, so that the two differ by rounding alone.
#![expect(
    clippy::approx_constant,
    reason = "the digits are compared with those of the shader"
)]

/// A promise about an error: at most `ulp` units in the last place of the true value as an f32,
/// plus `absolute`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound {
    /// Units in the last place.
    pub ulp: f64,
    /// In the unit of the value; 2e-38 covers results that a device flushes to zero.
    pub absolute: f64,
}

const fn bound(ulp: f64, absolute: f64) -> Bound {
    Bound { ulp, absolute }
}

/// Of [`sin_f32`].
pub const SIN_BOUND: Bound = bound(3.0, 2e-9);
/// Of [`cos_f32`].
pub const COS_BOUND: Bound = bound(3.0, 2e-9);
/// Of [`exp_f32`].
pub const EXP_BOUND: Bound = bound(2.0, 2e-38);
/// Of [`log_f32`].
pub const LOG_BOUND: Bound = bound(2.0, 2e-38);
/// Of [`tanh_f32`].
pub const TANH_BOUND: Bound = bound(4.0, 2e-38);
/// Of [`atan2_f32`]. A device may divide by way of a quarter of the quotient: what is below 2⁻¹²⁴ is then flushed to zero.
pub const ATAN2_BOUND: Bound = bound(5.0, 4.8e-38);

const NAN_BITS: u32 = 0x7fc0_0000;
const INFINITY_BITS: u32 = 0x7f80_0000;
const SMALLEST_NORMAL_BITS: u32 = 0x0080_0000;
const LARGEST_FINITE_BITS: u32 = 0x7f7f_ffff;

const TURN_HIGH: u32 = 0xa2f9_836e; // 2^66 / (2 pi), upper and lower word
const TURN_LOW: u32 = 0x4e44_1529;
pub(crate) const RADIANS: f32 = 1.4629181e-9; // 2 pi / 2^32
const LARGEST_ANGLE: f32 = 16777216.0;
const SMALL_ANGLE: f32 = 0.75; // needs no reduction
const SINE_3: f32 = -0.16666655;
const SINE_5: f32 = 0.008332189;
const SINE_7: f32 = -0.00019518283;
const COSINE_4: f32 = 0.041666646;
const COSINE_6: f32 = -0.001388731;
const COSINE_8: f32 = 2.4432327e-5;

const LOG2_E_FIXED: i32 = 189097; // log2(e) / 64 in units of 2^-23 …
const LOG2_E_RESIDUE: f32 = -9.012294e-9; // … and what that leaves out
const LOG2_E: f32 = 1.442695;
const EXP_1: f32 = 0.6931472;
const EXP_2: f32 = 0.24022648;
const EXP_3: f32 = 0.055503327;
const EXP_4: f32 = 0.009618442;
const EXP_5: f32 = 0.0013398833;
const EXP_6: f32 = 0.00015352404;

const SQRT_HALF_BITS: u32 = 0x3f35_04f3;
const LN_2: f32 = 0.6931472; // right to 2^-29
const LOG_2: f32 = -0.49999988;
const LOG_3: f32 = 0.33333325;
const LOG_4: f32 = -0.25001523;
const LOG_5: f32 = 0.20001954;
const LOG_6: f32 = -0.16610281;
const LOG_7: f32 = 0.14182758;
const LOG_8: f32 = -0.13235204;
const LOG_9: f32 = 0.1289647;
const LOG_10: f32 = -0.076296754;

const TANH_SERIES_END: f32 = 0.625;
const TANH_3: f32 = -0.3333328;
const TANH_5: f32 = 0.13331406;
const TANH_7: f32 = -0.053736515;
const TANH_9: f32 = 0.020628167;
const TANH_11: f32 = -0.0056922967;

const PI: f32 = 3.1415927;
const TAN_EIGHTH_PI: f32 = 0.41421357;
const ATAN_3: f32 = -0.33333316;
const ATAN_5: f32 = 0.19998528;
const ATAN_7: f32 = -0.14244387;
const ATAN_9: f32 = 0.10599098;
const ATAN_11: f32 = -0.060897864;

const MAGNITUDE: u32 = !SIGN;
const SIGN: u32 = 1 << 31;

/// Infinite or not a number, by the bits: shader compilers may assume that neither exists.
#[inline(always)]
pub fn is_nonfinite(x: f32) -> bool {
    x.to_bits() & MAGNITUDE >= INFINITY_BITS
}

#[inline(always)]
fn is_nan(x: f32) -> bool {
    x.to_bits() & MAGNITUDE > INFINITY_BITS
}

#[inline(always)]
fn nan_if(condition: bool, value: f32) -> f32 {
    if condition {
        f32::from_bits(NAN_BITS)
    } else {
        value
    }
}

/// The value, its sign flipped where the top bit of `sign` is set.
#[inline(always)]
fn flip_sign(value: f32, sign: u32) -> f32 {
    f32::from_bits(value.to_bits() ^ (sign & SIGN))
}

/// (cos, sin) of `quadrant` right angles plus `angle`, abs angle ≤ π/4.
#[inline(always)]
pub(crate) fn cosine_sine(quadrant: u32, angle: f32) -> [f32; 2] {
    let s = angle * angle;
    let sine = angle + angle * s * (SINE_3 + s * (SINE_5 + s * SINE_7));
    let cosine = 1.0 - (0.5 * s - s * s * (COSINE_4 + s * (COSINE_6 + s * COSINE_8)));
    let odd = quadrant & 1 != 0;
    [
        flip_sign(if odd { sine } else { cosine }, (quadrant + 1) << 30),
        flip_sign(if odd { cosine } else { sine }, quadrant << 30),
    ]
}

/// A non-negative angle modulo one turn, in units of 2⁻³² turns, right to 0.7 units: the mantissa
/// times the 64 bits of 1/(2π) that matter at this exponent, of which the middle word is kept.
#[inline(always)]
fn turn_of(angle: f32) -> u32 {
    let bits = angle.to_bits();
    let mantissa = (bits & 0x007f_ffff) | 0x0080_0000;
    let shift = 152_u32.wrapping_sub(bits >> 23).clamp(1, 31);
    let high = TURN_HIGH >> shift;
    let low = (TURN_HIGH << (32 - shift)) | (TURN_LOW >> shift);
    let upper = mantissa >> 12;
    let lower = mantissa & 0xfff;
    let carried =
        upper * (low >> 16) + ((lower * (low >> 16)) >> 12) + ((upper * (low & 0xffff)) >> 16);
    mantissa.wrapping_mul(high).wrapping_add((carried + 8) >> 4)
}

/// (cos, sin) of a non-negative angle.
#[inline(always)]
fn cosine_sine_of(angle: f32) -> [f32; 2] {
    let turn = turn_of(angle);
    let quadrant = turn.wrapping_add(0x2000_0000) >> 30;
    let rest = turn.wrapping_sub(quadrant << 30).cast_signed() as f32 * RADIANS;
    cosine_sine(quadrant, if angle < SMALL_ANGLE { angle } else { rest })
}

#[inline(always)]
fn is_no_angle(x: f32) -> bool {
    x.to_bits() & MAGNITUDE > LARGEST_ANGLE.to_bits()
}

/// Sine of an angle in radians.
#[inline(always)]
pub fn sin_f32(x: f32) -> f32 {
    nan_if(
        is_no_angle(x),
        flip_sign(cosine_sine_of(x.abs())[1], x.to_bits()),
    )
}

/// Cosine of an angle in radians.
#[inline(always)]
pub fn cos_f32(x: f32) -> f32 {
    nan_if(is_no_angle(x), cosine_sine_of(x.abs())[0])
}

/// eˣ: x = steps/64 + rest; steps/64 · log₂e is split into exponent and fraction in integers;
/// 2^fraction is a polynomial on −1/2 … 1/2, and the exponent is added to its bits.
#[inline(always)]
pub fn exp_f32(x: f32) -> f32 {
    let bounded = x.clamp(-104.0, 104.0);
    let steps = (bounded * 64.0).round_ties_even();
    let rest = bounded - steps * 0.015625;
    let fixed = steps as i32 * LOG2_E_FIXED;
    let exponent = (fixed + 0x40_0000) >> 23;
    let f =
        (fixed - (exponent << 23)) as f32 * 1.1920929e-7 + (steps * LOG2_E_RESIDUE + rest * LOG2_E);
    let power =
        1.0 + f * (EXP_1 + f * (EXP_2 + f * (EXP_3 + f * (EXP_4 + f * (EXP_5 + f * EXP_6)))));
    let bits = power.to_bits().cast_signed();
    let biased = (bits >> 23).wrapping_add(exponent);
    let result = match biased {
        ..1 => 0,
        255.. => INFINITY_BITS,
        _ => bits.wrapping_add(exponent << 23).cast_unsigned(),
    };
    nan_if(is_nan(x), f32::from_bits(result))
}

/// Natural logarithm of a positive normal: x = (1 + f) 2^exponent, 1 + f in √½ … √2;
/// log(1 + f) = f + f² polynomial(f), which keeps its relative accuracy as x nears 1.
#[inline(always)]
pub(crate) fn log_of_normal(x: f32) -> f32 {
    let shifted = x.to_bits().wrapping_sub(SQRT_HALF_BITS);
    let exponent = (shifted.cast_signed() >> 23) as f32;
    let f = f32::from_bits((shifted & 0x007f_ffff) + SQRT_HALF_BITS) - 1.0;
    let head = LOG_2 + f * (LOG_3 + f * (LOG_4 + f * LOG_5));
    let tail = LOG_6 + f * (LOG_7 + f * (LOG_8 + f * (LOG_9 + f * LOG_10)));
    let square = f * f;
    exponent * LN_2 + (f + square * (head + square * square * tail))
}

/// Natural logarithm.
#[inline(always)]
pub fn log_f32(x: f32) -> f32 {
    let bits = x.to_bits();
    if bits & MAGNITUDE < SMALLEST_NORMAL_BITS {
        f32::from_bits(INFINITY_BITS | SIGN)
    } else if bits >= SIGN | SMALLEST_NORMAL_BITS {
        f32::from_bits(NAN_BITS)
    } else if bits >= INFINITY_BITS {
        x
    } else {
        log_of_normal(x)
    }
}

/// Hyperbolic tangent: an odd series near 0, 1 − 2/(exp(2x) + 1) elsewhere.
#[inline(always)]
pub fn tanh_f32(x: f32) -> f32 {
    let magnitude = x.abs().min(10.0);
    let s = magnitude * magnitude;
    let series = magnitude
        + magnitude * s * (TANH_3 + s * (TANH_5 + s * (TANH_7 + s * (TANH_9 + s * TANH_11))));
    let far = 1.0 - 2.0 / (exp_f32(2.0 * magnitude) + 1.0);
    let value = if magnitude < TANH_SERIES_END {
        series
    } else {
        far
    };
    nan_if(is_nan(x), flip_sign(value, x.to_bits()))
}

#[inline(always)]
fn finite_magnitude(x: f32) -> f32 {
    let bits = (x.to_bits() & MAGNITUDE).min(LARGEST_FINITE_BITS);
    f32::from_bits(if bits < SMALLEST_NORMAL_BITS { 0 } else { bits })
}

/// The angle of the point (x, y): in the lowest eighth of a turn from t = smaller/larger, or from
/// the tangent of the difference to π/4 where that is nearer; then reflected at the diagonal and
/// at the y axis.
#[inline(always)]
pub fn atan2_f32(y: f32, x: f32) -> f32 {
    let up = finite_magnitude(y);
    let across = finite_magnitude(x);
    let longer = up.max(across);
    let mut scale = if longer > 4.611686e18 {
        5.421011e-20
    } else {
        1.0
    };
    if longer < 2.1684043e-19 {
        scale = 1.8446744e19;
    }
    let larger = (longer * scale).max(1.0842022e-19);
    let smaller = up.min(across) * scale;
    let diagonal = smaller > TAN_EIGHTH_PI * larger;
    let t = if diagonal {
        (smaller - larger) / (smaller + larger)
    } else {
        smaller / larger
    };
    let s = t * t;
    let series = t + t * s * (ATAN_3 + s * (ATAN_5 + s * (ATAN_7 + s * (ATAN_9 + s * ATAN_11))));
    let mut angle = if diagonal { 0.25 * PI } else { 0.0 } + series;
    if up > across {
        angle = 0.5 * PI - angle;
    }
    if x.to_bits() >> 31 != 0 && across > 0.0 {
        angle = PI - angle;
    }
    nan_if(is_nan(x) || is_nan(y), flip_sign(angle, y.to_bits()))
}
