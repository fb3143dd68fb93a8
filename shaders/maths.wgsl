// Our own f32 functions: the built-in ones may be wrong by 2^-11, and differ from device to device.
//
//   function    domain           error at most
//   sin_f32     |x| <= 2^24      3 ulp + 2e-9      NaN beyond: neighbouring floats are 2 rad apart
//   cos_f32     |x| <= 2^24      3 ulp + 2e-9      NaN beyond
//   exp_f32     all              2 ulp + 2e-38     +inf on overflow, 0 below 2^-126
//   log_f32     all              2 ulp + 2e-38     log(0) = -inf, log(negative) = NaN
//   tanh_f32    all              4 ulp + 2e-38     relative near 0, +-1 at +-inf
//   atan2_f32   all              5 ulp + 4.8e-38   atan2(+-0, +-0) = +-0; inf counts as the largest float
//
// The bounds allow for a division wrong by 2.5 ulp and for products fused with sums or not; with
// exact rounding the errors measured over a million points are 2.4, 2.4, 1.4, 1.1, 1.3, 2.5 ulp.
// Subnormal arguments of log and atan2 count as zeros. NaN in, NaN out.
//
// A compiler may reassociate float sums, which ruins the usual reduction x - k*c1 - k*c2. Here the
// arguments are reduced in integers, and what is left are sums without cancellation.
// The coefficients are minimax fits (Remez), rounded one at a time from the lowest order up.
// Longer than other shaders because the functions share their helpers and are always used together.

const NAN_BITS: u32 = 0x7fc00000u;
const INFINITY_BITS: u32 = 0x7f800000u;
const SMALLEST_NORMAL_BITS: u32 = 0x00800000u;
const LARGEST_FINITE_BITS: u32 = 0x7f7fffffu;

const TURN_HIGH: u32 = 0xa2f9836eu; // 2^66 / (2 pi), upper and lower word
const TURN_LOW: u32 = 0x4e441529u;
const RADIANS: f32 = 1.4629181e-9; // 2 pi / 2^32
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

const SQRT_HALF_BITS: u32 = 0x3f3504f3u;
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

fn is_nonfinite(x: f32) -> bool {
    return (bitcast<u32>(x) & 0x7fffffffu) >= INFINITY_BITS;
}

fn is_nan(x: f32) -> bool {
    return (bitcast<u32>(x) & 0x7fffffffu) > INFINITY_BITS;
}

fn nan_if(condition: bool, value: f32) -> f32 {
    return bitcast<f32>(select(bitcast<u32>(value), NAN_BITS, condition));
}

// The value, its sign flipped where the top bit of `sign` is set.
fn flip_sign(value: f32, sign: u32) -> f32 {
    return bitcast<f32>(bitcast<u32>(value) ^ (sign & 0x80000000u));
}

// (cos, sin) of `quadrant` right angles plus `angle`, |angle| <= pi/4.
fn cosine_sine(quadrant: u32, angle: f32) -> vec2<f32> {
    let s = angle * angle;
    let sine = angle + angle * s * (SINE_3 + s * (SINE_5 + s * SINE_7));
    let cosine = 1.0 - (0.5 * s - s * s * (COSINE_4 + s * (COSINE_6 + s * COSINE_8)));
    let odd = (quadrant & 1u) != 0u;
    return vec2<f32>(
        flip_sign(select(cosine, sine, odd), (quadrant + 1u) << 30u),
        flip_sign(select(sine, cosine, odd), quadrant << 30u),
    );
}

// A non-negative angle modulo one turn, in units of 2^-32 turns, right to 0.7 units: the mantissa
// times the 64 bits of 1/(2 pi) that matter at this exponent, of which the middle word is kept.
fn turn_of(angle: f32) -> u32 {
    let bits = bitcast<u32>(angle);
    let mantissa = (bits & 0x007fffffu) | 0x00800000u;
    let shift = clamp(152u - (bits >> 23u), 1u, 31u);
    let high = TURN_HIGH >> shift;
    let low = (TURN_HIGH << (32u - shift)) | (TURN_LOW >> shift);
    let upper = mantissa >> 12u;
    let lower = mantissa & 0xfffu;
    let carried = upper * (low >> 16u) + ((lower * (low >> 16u)) >> 12u) + ((upper * (low & 0xffffu)) >> 16u);
    return mantissa * high + ((carried + 8u) >> 4u);
}

// (cos, sin) of a non-negative angle.
fn cosine_sine_of(angle: f32) -> vec2<f32> {
    let turn = turn_of(angle);
    let quadrant = (turn + 0x20000000u) >> 30u;
    let rest = f32(bitcast<i32>(turn - (quadrant << 30u))) * RADIANS;
    return cosine_sine(quadrant, select(rest, angle, angle < SMALL_ANGLE));
}

fn is_no_angle(x: f32) -> bool {
    return (bitcast<u32>(x) & 0x7fffffffu) > bitcast<u32>(LARGEST_ANGLE);
}

fn sin_f32(x: f32) -> f32 {
    return nan_if(is_no_angle(x), flip_sign(cosine_sine_of(abs(x)).y, bitcast<u32>(x)));
}

fn cos_f32(x: f32) -> f32 {
    return nan_if(is_no_angle(x), cosine_sine_of(abs(x)).x);
}

// x = steps/64 + rest; steps/64 * log2(e) is split into exponent and fraction in integers;
// 2^fraction is a polynomial on -1/2 ... 1/2, and the exponent is added to its bits.
fn exp_f32(x: f32) -> f32 {
    let bounded = clamp(x, -104.0, 104.0);
    let steps = round(bounded * 64.0);
    let rest = bounded - steps * 0.015625;
    let fixed = i32(steps) * LOG2_E_FIXED;
    let exponent = (fixed + 0x400000i) >> 23u;
    let f = f32(fixed - (exponent << 23u)) * 1.1920929e-7 + (steps * LOG2_E_RESIDUE + rest * LOG2_E);
    let power = 1.0 + f * (EXP_1 + f * (EXP_2 + f * (EXP_3 + f * (EXP_4 + f * (EXP_5 + f * EXP_6)))));
    let bits = bitcast<i32>(power);
    let biased = (bits >> 23u) + exponent;
    var result = bitcast<u32>(bits + (exponent << 23u));
    result = select(result, 0u, biased < 1i);
    result = select(result, INFINITY_BITS, biased > 254i);
    return nan_if(is_nan(x), bitcast<f32>(result));
}

// Natural logarithm of a positive normal: x = (1 + f) 2^exponent, 1 + f in sqrt(1/2) ... sqrt(2);
// log(1 + f) = f + f^2 polynomial(f), which keeps its relative accuracy as x nears 1.
fn log_of_normal(x: f32) -> f32 {
    let shifted = bitcast<u32>(x) - SQRT_HALF_BITS;
    let exponent = f32(bitcast<i32>(shifted) >> 23u);
    let f = bitcast<f32>((shifted & 0x007fffffu) + SQRT_HALF_BITS) - 1.0;
    let head = LOG_2 + f * (LOG_3 + f * (LOG_4 + f * LOG_5));
    let tail = LOG_6 + f * (LOG_7 + f * (LOG_8 + f * (LOG_9 + f * LOG_10)));
    let square = f * f;
    return exponent * LN_2 + (f + square * (head + square * square * tail));
}

fn log_f32(x: f32) -> f32 {
    let bits = bitcast<u32>(x);
    var result = bitcast<u32>(log_of_normal(x));
    result = select(result, INFINITY_BITS | 0x80000000u, (bits & 0x7fffffffu) < SMALLEST_NORMAL_BITS);
    result = select(result, NAN_BITS, bits >= (0x80000000u | SMALLEST_NORMAL_BITS));
    result = select(result, bits, bits >= INFINITY_BITS && bits < 0x80000000u);
    return bitcast<f32>(result);
}

// An odd series near 0, 1 - 2/(exp(2x) + 1) elsewhere.
fn tanh_f32(x: f32) -> f32 {
    let magnitude = min(abs(x), 10.0);
    let s = magnitude * magnitude;
    let series = magnitude
        + magnitude * s * (TANH_3 + s * (TANH_5 + s * (TANH_7 + s * (TANH_9 + s * TANH_11))));
    let far = 1.0 - 2.0 / (exp_f32(2.0 * magnitude) + 1.0);
    let value = select(far, series, magnitude < TANH_SERIES_END);
    return nan_if(is_nan(x), flip_sign(value, bitcast<u32>(x)));
}

fn finite_magnitude(x: f32) -> f32 {
    let bits = min(bitcast<u32>(x) & 0x7fffffffu, LARGEST_FINITE_BITS);
    return bitcast<f32>(select(bits, 0u, bits < SMALLEST_NORMAL_BITS));
}

// The angle in the lowest eighth of a turn from t = smaller/larger, or from the tangent of the
// difference to pi/4 where that is nearer; then reflected at the diagonal and at the y axis.
fn atan2_f32(y: f32, x: f32) -> f32 {
    let up = finite_magnitude(y);
    let across = finite_magnitude(x);
    let longer = max(up, across);
    var scale = select(1.0, 5.421011e-20, longer > 4.611686e18);
    scale = select(scale, 1.8446744e19, longer < 2.1684043e-19);
    let larger = max(longer * scale, 1.0842022e-19);
    let smaller = min(up, across) * scale;
    let diagonal = smaller > TAN_EIGHTH_PI * larger;
    let t = select(smaller, smaller - larger, diagonal) / select(larger, smaller + larger, diagonal);
    let s = t * t;
    let series = t + t * s * (ATAN_3 + s * (ATAN_5 + s * (ATAN_7 + s * (ATAN_9 + s * ATAN_11))));
    var angle = select(0.0, 0.25 * PI, diagonal) + series;
    angle = select(angle, 0.5 * PI - angle, up > across);
    angle = select(angle, PI - angle, (bitcast<u32>(x) >> 31u) != 0u && across > 0.0);
    return nan_if(is_nan(x) || is_nan(y), flip_sign(angle, bitcast<u32>(y)));
}

// How often a loop runs whose count compilers are not to know: they would write out its passes, and some take minutes over
// what comes of that. x is a number of the loop; no finite one has these bits.
fn passes(count: u32, x: f32) -> u32 {
    return count - u32(bitcast<u32>(x) == 0xffffffffu);
}
