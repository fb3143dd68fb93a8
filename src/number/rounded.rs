//! What rounding to f32 makes of a computation, measured.
//!
//! A [`Rounded`] carries a value in f64 and what [`RUNS`] evaluations in f32 make of it. Sums, differences and products are rounded
//! as IEEE 754 has it, in all runs; what a driver may compute in ways of its own, quotients, roots and functions, is off by up to
//! [`FUNCTIONS`] roundings, in every run by its own. Half of that is the same for all results with the same leading bits, as
//! approximations err to the same side for arguments that are near each other. The first run begins at the inputs themselves, each
//! other one beside them by up to the error that they may have. So the runs have the bias that rounding has, which accumulates, and
//! the chance that is in it.
//!
//! The rms distance of the runs from the value is then the size of an f32 error of that value. An engine is one run more: if the
//! errors of the runs are normal, its error over that rms is Student's t with RUNS degrees of freedom, which is beyond [`ALLOWED`]
//! once in 3·10¹⁰.
//!
//! It knows too how near a computation came to taking another branch:
//!
//!   margin = |a - b| / (NEAR · rms error of a - b)
//!
//! the smallest of all comparisons that it depends on. Below 1 an f32 evaluation may take the other branch; above, it does once in
//! 3·10⁵ where a sample comes as near as that, which few do. A branch that is not
//! taken does not count; `max`, `min` and `abs` count as branches, because their derivatives jump. What stands behind
//! [`Scalar::seamless`] does not count, and what decides in a loop does not either: iterations that converge find the same value
//! from where rounding put them.

pub mod execute;
pub mod operations;
pub mod program;
pub mod rows;

use crate::number::{Mask, Scalar, ScanBody, passes};
use std::array::from_fn;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// The unit roundoff of f32.
pub const UNIT_ROUNDOFF: f64 = 1.0 / 16_777_216.0;

/// Evaluations in f32.
pub const RUNS: usize = 16;

/// How many times its rms over the runs an f32 error may be.
pub const ALLOWED: f64 = 16.0;

/// How many times the rms error of a difference it must be away from 0, for its sign to be called the same in f32.
pub const NEAR: f64 = 7.0;

/// Roundings by which a quotient, a root or a function may be off: WGSL allows 2.5 ulp for a division, our own functions state
/// at most 4, and a unit in the last place is up to two roundings.
pub const FUNCTIONS: f64 = 8.0;

/// Sign, exponent and eight bits of a number.
const LEADING_BITS: u32 = 0xFFFF_8000;

/// A value, and what f32 makes of it.
#[derive(Clone, Copy, Debug)]
pub struct Rounded {
    /// The value in f64.
    pub value: f64,
    runs: [f32; RUNS],
    /// The smallest margin of the comparisons behind it.
    pub margin: f64,
}

/// A comparison with its margin.
#[derive(Clone, Copy, Debug)]
pub struct RoundedMask {
    /// Whether it holds in f64.
    pub holds: bool,
    runs: [bool; RUNS],
    /// As in [`Rounded`].
    pub margin: f64,
}

impl Rounded {
    /// An input known to within `error`: rounded in the first run, and anywhere within the error in the others.
    pub fn input(value: f64, error: f64) -> Self {
        Self {
            value,
            runs: from_fn(|run| match run {
                0 => value as f32,
                _ => (value + error * chance(value as f32, run)) as f32,
            }),
            margin: f64::INFINITY,
        }
    }

    /// An input off by up to so many roundings of itself.
    pub fn inexact(value: f64, roundings: f64) -> Self {
        Self::input(value, roundings * UNIT_ROUNDOFF * value.abs())
    }

    /// The distance of each run from the value.
    pub fn errors(&self) -> [f64; RUNS] {
        self.runs.map(|run| f64::from(run) - self.value)
    }

    /// Their rms: the size of an f32 error of this value.
    pub fn error(&self) -> f64 {
        root_mean_square(&self.errors())
    }

    /// Correctly rounded in every run.
    #[inline(always)]
    fn arithmetic(
        self,
        other: Self,
        exact: impl Fn(f64, f64) -> f64,
        single: impl Fn(f32, f32) -> f32,
    ) -> Self {
        Self {
            value: exact(self.value, other.value),
            runs: from_fn(|run| single(self.runs[run], other.runs[run])),
            margin: self.margin.min(other.margin),
        }
    }

    /// Off by up to [`FUNCTIONS`] roundings, in every run by its own.
    #[inline(always)]
    fn function(self, other: Self, exact: impl Fn(f64, f64) -> f64) -> Self {
        // Results first: what is made of them vectorises, the calls do not.
        let results: [f64; RUNS] =
            from_fn(|run| exact(self.runs[run].into(), other.runs[run].into()));
        Self {
            value: exact(self.value, other.value),
            runs: from_fn(|run| match run {
                0 => results[run] as f32,
                _ => off(results[run], seed(run)),
            }),
            margin: self.margin.min(other.margin),
        }
    }

    #[inline(always)]
    fn of_one(self, exact: impl Fn(f64) -> f64) -> Self {
        self.function(self, |x, _| exact(x))
    }

    fn compare(
        self,
        other: Self,
        exact: impl Fn(f64, f64) -> bool,
        single: impl Fn(f32, f32) -> bool,
    ) -> RoundedMask {
        let gap = self.value - other.value;
        let difference = |run: usize| f64::from(self.runs[run]) - f64::from(other.runs[run]) - gap;
        let error = root_mean_square(&from_fn(difference));
        // What is the same in all runs is decided alike by all engines, a tie too.
        let here = match error > 0.0 {
            true => gap.abs() / (NEAR * error),
            false => f64::INFINITY,
        };
        RoundedMask {
            holds: exact(self.value, other.value),
            runs: from_fn(|run| single(self.runs[run], other.runs[run])),
            margin: here.min(self.margin).min(other.margin),
        }
    }

    /// A value that no comparison decides any more.
    fn settled(&self) -> Self {
        Self {
            margin: f64::INFINITY,
            ..*self
        }
    }
}

/// The root of the mean square of the runs.
pub fn root_mean_square(values: &[f64; RUNS]) -> f64 {
    (values.iter().map(|x| x * x).sum::<f64>() / RUNS as f64).sqrt()
}

/// What the run with that [`seed`] makes of the result of a function.
#[inline(always)]
fn off(result: f64, seed: u32) -> f32 {
    let rounded = result as f32;
    let near = f32::from_bits(rounded.to_bits() & LEADING_BITS);
    let off = 0.5 * (seeded(rounded, seed) + seeded(near, seed));
    (result * (1.0 + FUNCTIONS * UNIT_ROUNDOFF * off)) as f32
}

/// A number in [-1, 1) that depends on the bits of x and on the run, and on nothing else.
fn chance(x: f32, run: usize) -> f64 {
    seeded(x, seed(run))
}

/// What tells a run from the others.
const fn seed(run: usize) -> u32 {
    (run as u32).wrapping_mul(0x9E37_79B9)
}

/// [`chance`] of the run with that [`seed`].
#[inline(always)]
fn seeded(x: f32, seed: u32) -> f64 {
    // A round of the finaliser of a hash: all bits of the word depend on all bits of x.
    let mut word = x.to_bits() ^ seed;
    word = (word ^ (word >> 16)).wrapping_mul(0x85EB_CA6B);
    word = (word ^ (word >> 13)).wrapping_mul(0xC2B2_AE35);
    word ^= word >> 16;
    f64::from(word as i32) / f64::from(1_u32 << 31)
}

impl Mask for RoundedMask {
    fn and(self, other: Self) -> Self {
        self.not().or(other.not()).not()
    }
    /// What holds flips where all that hold flip; what does not, where one of both does.
    fn or(self, other: Self) -> Self {
        let margin = match (self.holds, other.holds) {
            (false, false) => self.margin.min(other.margin),
            (true, true) => self.margin.max(other.margin),
            (true, false) => self.margin,
            (false, true) => other.margin,
        };
        Self {
            holds: self.holds || other.holds,
            runs: from_fn(|run| self.runs[run] || other.runs[run]),
            margin,
        }
    }
    fn not(self) -> Self {
        Self {
            holds: !self.holds,
            runs: self.runs.map(|holds| !holds),
            ..self
        }
    }
}

impl Neg for Rounded {
    type Output = Self;
    fn neg(self) -> Self {
        Self {
            value: -self.value,
            runs: self.runs.map(|x| -x),
            ..self
        }
    }
}
impl Add for Rounded {
    type Output = Self;
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.arithmetic(other, |a, b| a + b, |a, b| a + b)
    }
}
impl Sub for Rounded {
    type Output = Self;
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.arithmetic(other, |a, b| a - b, |a, b| a - b)
    }
}
impl Mul for Rounded {
    type Output = Self;
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.arithmetic(other, |a, b| a * b, |a, b| a * b)
    }
}
impl Div for Rounded {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        self.function(other, |a, b| a / b)
    }
}
impl Add<f64> for Rounded {
    type Output = Self;
    fn add(self, other: f64) -> Self {
        self + Self::constant(other)
    }
}
impl Sub<f64> for Rounded {
    type Output = Self;
    fn sub(self, other: f64) -> Self {
        self - Self::constant(other)
    }
}
impl Mul<f64> for Rounded {
    type Output = Self;
    fn mul(self, other: f64) -> Self {
        self * Self::constant(other)
    }
}
impl Div<f64> for Rounded {
    type Output = Self;
    fn div(self, other: f64) -> Self {
        self / Self::constant(other)
    }
}

impl Scalar for Rounded {
    type Mask = RoundedMask;

    /// Rounded alike in all runs, as it is in the text of a shader.
    fn constant(value: f64) -> Self {
        Self::input(value, 0.0)
    }
    fn less(self, other: Self) -> RoundedMask {
        self.compare(other, |a, b| a < b, |a, b| a < b)
    }
    fn less_equal(self, other: Self) -> RoundedMask {
        self.compare(other, |a, b| a <= b, |a, b| a <= b)
    }
    fn select(mask: RoundedMask, if_true: Self, if_false: Self) -> Self {
        let arm = if mask.holds { if_true } else { if_false };
        Self {
            value: arm.value,
            runs: from_fn(|run| match mask.runs[run] {
                true => if_true.runs[run],
                false => if_false.runs[run],
            }),
            margin: arm.margin.min(mask.margin),
        }
    }
    fn max(self, other: Self) -> Self {
        Self::select(other.less_equal(self), self, other)
    }
    fn min(self, other: Self) -> Self {
        Self::select(self.less_equal(other), self, other)
    }
    fn abs(self) -> Self {
        Self::select(self.less(Self::constant(0.0)), -self, self)
    }
    fn sqrt(self) -> Self {
        let taken = Self::constant(0.0).less(self);
        let root = self.of_one(Scalar::sqrt);
        Self {
            margin: taken.margin,
            ..root
        }
    }
    fn sin(self) -> Self {
        self.of_one(f64::sin)
    }
    fn cos(self) -> Self {
        self.of_one(f64::cos)
    }
    fn exp(self) -> Self {
        self.of_one(f64::exp)
    }
    fn ln(self) -> Self {
        self.of_one(f64::ln)
    }
    #[inline(always)]
    fn tanh(self) -> Self {
        self.of_one(f64::tanh)
    }
    fn atan2(self, other: Self) -> Self {
        self.function(other, f64::atan2)
    }
    fn detach(self) -> Self {
        self
    }
    fn seamless(self) -> Self {
        self.settled()
    }
    fn with_derivative_of(self, _carrier: Self) -> Self {
        self
    }
    fn scan(
        count: u32,
        items: &mut [Self],
        captured: &[Self],
        series: &[Vec<Self>],
        body: &mut ScanBody<'_, Self>,
    ) -> Vec<Vec<Self>> {
        let given = passes(count, series, |elements| {
            let given = body(items, captured, elements);
            items.iter_mut().for_each(|x| *x = x.settled());
            given.iter().map(Self::settled).collect()
        });
        items.iter_mut().for_each(|x| *x = x.settled());
        given
    }
    fn symmetric(r: &mut [Self], captured: &[Self], body: &mut dyn FnMut(&mut [Self], &[Self])) {
        let before: Vec<f64> = r.iter().map(|x| x.margin).collect();
        body(r, captured);
        for (x, margin) in r.iter_mut().zip(before) {
            x.margin = margin;
        }
    }
}
