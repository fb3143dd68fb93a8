//! How near a computation came to taking another branch.
//!
//! A [`Margin`] carries a value, a bound `error` on how far an f32 evaluation may lie from it, and the
//! smallest `margin` of the comparisons it depends on:
//!
//!   margin = |a - b| / (error(a) + error(b))
//!
//! Below about 1 an f32 evaluation may take the other branch, and a test must excuse the sample; see
//! [`crate::check`]. Errors are first order: |δ(ab)| = |a| δb + |b| δa + u |ab| with u = 2⁻²⁴.
//! A branch that is not taken does not count; `max`, `min` and `abs` count as branches, because their
//! derivatives jump. What stands behind [`Scalar::seamless`] does not count.

use crate::number::{Mask, Scalar, ScanBody, passes};
use std::cell::Cell;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// The unit roundoff of f32.
pub const UNIT_ROUNDOFF: f64 = 1.0 / 16_777_216.0;

/// Rounding allowance of the library functions and of `sqrt` and `/`, in units of u: WGSL allows 2.5 ulp
/// for a division, our own functions state at most 4.
const FUNCTION_ROUNDING: f64 = 8.0;

/// A value, a bound on its f32 error, and its distance to the nearest other branch.
#[derive(Clone, Copy, Debug)]
pub struct Margin {
    /// The value in f64.
    pub value: f64,
    /// A bound on |f32 evaluation - value|, to first order.
    pub error: f64,
    /// The smallest |a - b| / (error(a) + error(b)) of the comparisons behind this value.
    pub margin: f64,
    /// The operation that computed it: a value that was chosen is still that of its operation.
    origin: u64,
}

/// The number of an operation, its own in this thread.
fn next_origin() -> u64 {
    thread_local! {
        static COUNT: Cell<u64> = const { Cell::new(0) };
    }
    COUNT.with(|count| {
        count.set(count.get() + 1);
        count.get()
    })
}

/// A comparison with its margin.
#[derive(Clone, Copy, Debug)]
pub struct MarginMask {
    /// Whether it holds in f64.
    pub holds: bool,
    /// As in [`Margin`].
    pub margin: f64,
}

impl Margin {
    /// An input known to within `error`.
    pub fn input(value: f64, error: f64) -> Self {
        Self {
            value,
            error,
            margin: f64::INFINITY,
            origin: next_origin(),
        }
    }

    /// The result of + - *: correctly rounded, so exact where the arguments are and f32 holds the result.
    fn arithmetic(value: f64, error: f64, margin: f64) -> Self {
        let exact = error == 0.0 && f64::from(value as f32) == value;
        Self::rounded(value, error, margin, if exact { 0.0 } else { 1.0 })
    }

    fn rounded(value: f64, error: f64, margin: f64, roundings: f64) -> Self {
        Self {
            value,
            error: error + roundings * UNIT_ROUNDOFF * value.abs(),
            margin,
            origin: next_origin(),
        }
    }

    fn function(self, value: f64, slope: f64) -> Self {
        // A slope of a singular point (1/0) must not turn an exact argument's error 0 into NaN.
        let error = if self.error == 0.0 {
            0.0
        } else {
            slope.abs() * self.error
        };
        Self::rounded(value, error, self.margin, FUNCTION_ROUNDING)
    }

    fn compare(self, other: Self, holds: bool) -> MarginMask {
        let error = self.error + other.error;
        let gap = (self.value - other.value).abs();
        // A value is not compared with itself in one way here and in another there.
        let here = match error > 0.0 && self.origin != other.origin {
            true => gap / error,
            false => f64::INFINITY,
        };
        MarginMask {
            holds,
            margin: here.min(self.margin).min(other.margin),
        }
    }

    fn chosen(mask: MarginMask, a: Self, b: Self) -> Self {
        let arm = if mask.holds { a } else { b };
        Self {
            margin: arm.margin.min(mask.margin),
            ..arm
        }
    }
}

impl Mask for MarginMask {
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
            margin,
        }
    }
    fn not(self) -> Self {
        Self {
            holds: !self.holds,
            ..self
        }
    }
}

impl Neg for Margin {
    type Output = Self;
    fn neg(self) -> Self {
        Self {
            value: -self.value,
            origin: next_origin(),
            ..self
        }
    }
}
impl Add for Margin {
    type Output = Self;
    fn add(self, o: Self) -> Self {
        Self::arithmetic(
            self.value + o.value,
            self.error + o.error,
            self.margin.min(o.margin),
        )
    }
}
impl Sub for Margin {
    type Output = Self;
    fn sub(self, o: Self) -> Self {
        self + -o
    }
}
impl Mul for Margin {
    type Output = Self;
    fn mul(self, o: Self) -> Self {
        Self::arithmetic(
            self.value * o.value,
            self.value.abs() * o.error + o.value.abs() * self.error,
            self.margin.min(o.margin),
        )
    }
}
impl Div for Margin {
    type Output = Self;
    fn div(self, o: Self) -> Self {
        let quotient = self.value / o.value;
        Self::rounded(
            quotient,
            (self.error + quotient.abs() * o.error) / o.value.abs(),
            self.margin.min(o.margin),
            FUNCTION_ROUNDING,
        )
    }
}
impl Add<f64> for Margin {
    type Output = Self;
    fn add(self, o: f64) -> Self {
        self + Self::constant(o)
    }
}
impl Sub<f64> for Margin {
    type Output = Self;
    fn sub(self, o: f64) -> Self {
        self - Self::constant(o)
    }
}
impl Mul<f64> for Margin {
    type Output = Self;
    fn mul(self, o: f64) -> Self {
        self * Self::constant(o)
    }
}
impl Div<f64> for Margin {
    type Output = Self;
    fn div(self, o: f64) -> Self {
        self / Self::constant(o)
    }
}

impl Scalar for Margin {
    type Mask = MarginMask;

    fn constant(value: f64) -> Self {
        let error = (f64::from(value as f32) - value).abs();
        Self::input(value, error)
    }
    fn less(self, other: Self) -> MarginMask {
        self.compare(other, self.value < other.value)
    }
    fn less_equal(self, other: Self) -> MarginMask {
        self.compare(other, self.value <= other.value)
    }
    fn select(mask: MarginMask, if_true: Self, if_false: Self) -> Self {
        Self::chosen(mask, if_true, if_false)
    }
    fn max(self, other: Self) -> Self {
        Self::chosen(other.less_equal(self), self, other)
    }
    fn min(self, other: Self) -> Self {
        Self::chosen(self.less_equal(other), self, other)
    }
    fn abs(self) -> Self {
        Self::chosen(self.less(Self::constant(0.0)), -self, self)
    }
    fn sqrt(self) -> Self {
        let value = Scalar::sqrt(self.value);
        let taken = Self::constant(0.0).less(self);
        Self {
            margin: taken.margin,
            ..self.function(value, if value > 0.0 { 0.5 / value } else { 0.0 })
        }
    }
    fn sin(self) -> Self {
        self.function(self.value.sin(), self.value.cos())
    }
    fn cos(self) -> Self {
        self.function(self.value.cos(), self.value.sin())
    }
    fn exp(self) -> Self {
        self.function(self.value.exp(), self.value.exp())
    }
    fn ln(self) -> Self {
        self.function(self.value.ln(), 1.0 / self.value)
    }
    fn tanh(self) -> Self {
        let value = self.value.tanh();
        self.function(value, 1.0 - value * value)
    }
    fn atan2(self, other: Self) -> Self {
        let r2 = self.value * self.value + other.value * other.value;
        let error = if r2 > 0.0 {
            (other.value.abs() * self.error + self.value.abs() * other.error) / r2
        } else {
            0.0
        };
        Self::rounded(
            self.value.atan2(other.value),
            error,
            self.margin.min(other.margin),
            FUNCTION_ROUNDING,
        )
    }
    fn detach(self) -> Self {
        self
    }
    fn seamless(self) -> Self {
        Self {
            margin: f64::INFINITY,
            ..self
        }
    }
    fn with_derivative_of(self, _carrier: Self) -> Self {
        self
    }
    /// The loop is taken in f64, and a branch in it does not count: iterations that converge find the same value from where
    /// rounding put them. What is found is exact but for one rounding; the step behind the loop knows the error of what went
    /// in.
    fn scan(
        count: u32,
        items: &mut [Self],
        captured: &[Self],
        series: &[Vec<Self>],
        body: &mut ScanBody<'_, Self>,
    ) -> Vec<Vec<Self>> {
        let all = |values: &[Self]| values.iter().map(Self::exact).collect::<Vec<_>>();
        let captured = all(captured);
        let series: Vec<Vec<Self>> = series.iter().map(|x| all(x)).collect();
        let given = passes(count, &series, |elements| {
            items.iter_mut().for_each(|x| *x = x.exact());
            let given = body(items, &captured, elements);
            given.iter().map(Self::found).collect()
        });
        items.iter_mut().for_each(|x| *x = x.found());
        given
    }
    /// The error of r goes through the map with the sign that it has, which is none: the same map of it, without its sign.
    fn symmetric(r: &mut [Self], captured: &[Self], body: &mut dyn FnMut(&mut [Self], &[Self])) {
        let captured: Vec<Self> = captured.iter().map(Self::exact).collect();
        let mut of = |right: &dyn Fn(&Self) -> f64| -> Vec<Self> {
            let mut x: Vec<Self> = r.iter().map(|x| Self::input(right(x), 0.0)).collect();
            body(&mut x, &captured);
            x
        };
        let (value, error) = (of(&|x| x.value), of(&|x| x.error));
        for (x, (value, error)) in r.iter_mut().zip(value.iter().zip(error)) {
            let found = value.found();
            *x = Self {
                error: found.error + error.value.abs(),
                margin: x.margin,
                ..found
            };
        }
    }
}

impl Margin {
    /// Its value without error.
    fn exact(&self) -> Self {
        Self::input(self.value, 0.0)
    }

    /// Its value with the error of one rounding.
    fn found(&self) -> Self {
        let rounding = FUNCTION_ROUNDING * UNIT_ROUNDOFF;
        Self::input(self.value, rounding * self.value.abs())
    }
}
