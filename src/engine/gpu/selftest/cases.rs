//! The points at which our f32 functions are judged, the truth in f64, and the verdict.
//! The twins and the shader are put through the same list.

use crate::noise::threefry2x32;
use crate::number::maths_f32 as maths;
use crate::number::maths_f32::Bound;
use std::fmt;

/// One function and where it is judged.
#[derive(Clone, Debug)]
pub struct Case {
    /// The function's name, in the shader and in the twin.
    pub name: &'static str,
    /// (x, 0) for functions of one argument, (y, x) for atan2.
    pub points: Vec<[f32; 2]>,
    /// The twin on the host; the second argument is ignored by functions of one.
    pub twin: fn(f32, f32) -> f32,
}

struct Rule {
    name: &'static str,
    twin: fn(f32, f32) -> f32,
    truth: fn(f64, f64) -> f64,
    bound: Bound,
    interval: [f32; 2], // random points, besides those of all magnitudes
}

const SMALLEST_NORMAL: f64 = f32::MIN_POSITIVE as f64;
const LARGEST: f64 = f32::MAX as f64;

fn flushed(x: f64) -> f64 {
    if x.abs() < SMALLEST_NORMAL {
        0.0_f64.copysign(x)
    } else {
        x.clamp(-LARGEST, LARGEST)
    }
}

fn within_turns(x: f64, value: f64) -> f64 {
    if x.abs() <= 16_777_216.0 {
        value
    } else {
        f64::NAN
    }
}

fn log_truth(x: f64) -> f64 {
    if x.abs() < SMALLEST_NORMAL {
        f64::NEG_INFINITY
    } else {
        x.ln()
    }
}

fn atan2_truth(y: f64, x: f64) -> f64 {
    let (up, across) = (flushed(y), flushed(x));
    if across == 0.0 {
        up.atan2(0.0)
    } else {
        up.atan2(across)
    }
}

const RULES: [Rule; 6] = [
    Rule {
        name: "sin_f32",
        twin: |x, _| maths::sin_f32(x),
        truth: |x, _| within_turns(x, x.sin()),
        bound: maths::SIN_BOUND,
        interval: [-50.0, 50.0],
    },
    Rule {
        name: "cos_f32",
        twin: |x, _| maths::cos_f32(x),
        truth: |x, _| within_turns(x, x.cos()),
        bound: maths::COS_BOUND,
        interval: [-50.0, 50.0],
    },
    Rule {
        name: "exp_f32",
        twin: |x, _| maths::exp_f32(x),
        truth: |x, _| x.exp(),
        bound: maths::EXP_BOUND,
        interval: [-90.0, 90.0],
    },
    Rule {
        name: "log_f32",
        twin: |x, _| maths::log_f32(x),
        truth: |x, _| log_truth(x),
        bound: maths::LOG_BOUND,
        interval: [0.25, 4.0],
    },
    Rule {
        name: "tanh_f32",
        twin: |x, _| maths::tanh_f32(x),
        truth: |x, _| x.tanh(),
        bound: maths::TANH_BOUND,
        interval: [-10.0, 10.0],
    },
    Rule {
        name: "atan2_f32",
        twin: maths::atan2_f32,
        truth: atan2_truth,
        bound: maths::ATAN2_BOUND,
        interval: [-2.0, 2.0],
    },
];

/// Every function with `count` random points and all the edges.
pub fn cases(count: u32) -> Vec<Case> {
    RULES
        .iter()
        .map(|rule| Case {
            name: rule.name,
            points: points(rule, count),
            twin: rule.twin,
        })
        .collect()
}

/// The bound promised for a function, if it is one of ours.
pub fn bound(name: &str) -> Option<Bound> {
    rule(name).map(|rule| rule.bound)
}

/// A value out of bounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wrong {
    /// Where.
    pub arguments: [f32; 2],
    /// What was found.
    pub value: f32,
    /// What is right.
    pub truth: f64,
    /// By how many units in the last place it is off, beyond the absolute part of the bound.
    pub error: f64,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (
            [a, b],
            Wrong {
                value,
                truth,
                error,
                ..
            },
        ) = (self.arguments, self);
        write!(
            f,
            "({a:e}, {b:e}) gives {value:e}, not {truth:e}: {error:.1} ulp"
        )
    }
}

/// What became of a list of points.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Judged {
    /// The largest error in ulp beyond the absolute part of the bound.
    pub worst: f64,
    /// The first value out of bounds.
    pub wrong: Option<Wrong>,
}

impl Judged {
    pub(super) fn add(&mut self, arguments: [f32; 2], truth: f64, value: f32, bound: Bound) {
        let error = excess(truth, value, bound.absolute);
        self.worst = self.worst.max(error);
        if error > bound.ulp {
            self.wrong.get_or_insert(Wrong {
                arguments,
                value,
                truth,
                error,
            });
        }
    }
}

/// Compares `values[i]`, the function of that name at `points[i]`, with the truth; none if there is no such function.
pub fn judge(name: &str, points: &[[f32; 2]], values: &[f32]) -> Option<Judged> {
    let rule = rule(name)?;
    let mut judged = Judged::default();
    for (&[a, b], &value) in points.iter().zip(values) {
        let truth = match is_nan(a) || is_nan(b) {
            true => f64::NAN,
            false => (rule.truth)(a.into(), b.into()),
        };
        judged.add([a, b], truth, value, rule.bound);
    }
    Some(judged)
}

/// Distance of `value` from `truth` beyond `absolute`, in ulp of the truth; infinite where the one
/// is not a number, or not finite, and the other is.
pub fn excess(truth: f64, value: f32, absolute: f64) -> f64 {
    let is_right = if truth.is_nan() {
        is_nan(value)
    } else {
        truth as f32 == value
    };
    let may_overflow = truth.abs() > LARGEST * (1.0 - 1e-6);
    if is_right || (may_overflow && value.abs() == f32::INFINITY && (value > 0.0) == (truth > 0.0))
    {
        return 0.0;
    }
    if !value.is_finite() || !truth.is_finite() {
        return f64::INFINITY;
    }
    ((f64::from(value) - truth).abs() - absolute).max(0.0) / ulp(truth)
}

/// The spacing of the f32 numbers at `x`.
pub fn ulp(x: f64) -> f64 {
    let exponent = (x.abs().max(SMALLEST_NORMAL).to_bits() >> 52) as i32 - 1023;
    f64::from(exponent - 23).exp2()
}

fn is_nan(x: f32) -> bool {
    x.to_bits() & 0x7fff_ffff > 0x7f80_0000
}

fn rule(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name)
}

/// Edges, then halves: uniform on the rule's interval, and uniform over all bit patterns.
fn points(rule: &Rule, count: u32) -> Vec<[f32; 2]> {
    let two = rule.name == "atan2_f32";
    let edges = edges();
    let mut points: Vec<[f32; 2]> = Vec::with_capacity(count as usize + edges.len().pow(2));
    if two {
        let all = edges
            .iter()
            .flat_map(|&y| edges.iter().map(move |&x| [y, x]));
        points.extend(all);
    } else {
        points.extend(edges.iter().map(|&x| [x, 0.0]));
    }
    let [from, to] = rule.interval;
    points.extend((0..count).map(|i| {
        let point = threefry2x32([0, 0], [i, 0]).map(|word| match i % 2 {
            0 => from + (to - from) * (word as f32 / 4_294_967_296.0),
            _ => f32::from_bits(word),
        });
        if two { point } else { [point[0], 0.0] }
    }));
    points
}

/// Zeros, subnormals, extremes, infinities, NaN; limits and reduction boundaries with their
/// neighbours; both signs.
fn edges() -> Vec<f32> {
    use std::f32::consts::{FRAC_PI_4, FRAC_PI_8, LN_2};
    let exact = [0.0, f32::from_bits(1), f32::MAX, f32::INFINITY, f32::NAN];
    let mut near = vec![
        1e-30,
        1e-10,
        1e-4,
        0.625,
        0.75,
        1.0,
        10.0,
        16_777_216.0,
        1e-38,
        1e38,
    ];
    near.extend([
        f32::MIN_POSITIVE,
        std::f32::consts::FRAC_1_SQRT_2,
        std::f32::consts::SQRT_2,
    ]);
    near.extend([88.722_84, 87.336_55, 103.972_08, 104.0, FRAC_PI_8.tan()]);
    near.extend([-126, -64, -63, -62, -6, 24, 61, 62, 63, 127].map(|power| 2_f32.powi(power)));
    near.extend((1..=60).map(|k| k as f32 * FRAC_PI_4));
    near.extend([1e3, 1e4, 1e5, 1e6, 5e6_f32].map(|k| k * FRAC_PI_4));
    near.extend((1..=40).map(|k| (k as f32 + 0.5) * LN_2 * 2.0));
    near.extend((1..=40).map(|k| k as f32 / 64.0 + 1.0 / 128.0));
    let neighbours = near.iter().flat_map(|&x| {
        let bits = x.to_bits();
        [bits - 1, bits, bits + 1].map(f32::from_bits)
    });
    let positive = exact.into_iter().chain(neighbours);
    positive.flat_map(|x| [x, -x]).collect()
}
