//! Forward-mode derivatives: a value and its derivatives in `D` directions.
//!
//! x = v + Σᵢ dᵢ εᵢ with εᵢ εⱼ = 0. This is the derivative truth: the reference engine and the tests use
//! it, and it shares no code with the reverse sweep of [`crate::number::reverse`] that the GPU runs.

use crate::number::{Scalar, ScanBody, passes};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A value with `D` directional derivatives.
#[derive(Clone, Copy, Debug)]
pub struct Dual<const D: usize> {
    /// v
    pub value: f64,
    /// dᵢ = ∂v / ∂εᵢ
    pub derivative: [f64; D],
}

impl<const D: usize> Dual<D> {
    /// The variable of direction `i`: derivative 1 there, 0 elsewhere.
    pub fn variable(value: f64, i: usize) -> Self {
        let mut derivative = [0.0; D];
        derivative[i] = 1.0;
        Self { value, derivative }
    }

    /// f(x) with f'(x) = `slope`; the chain rule for one argument.
    fn chain(self, value: f64, slope: f64) -> Self {
        Self {
            value,
            derivative: self.derivative.map(|d| slope * d),
        }
    }

    /// f(x, y) with the two partial derivatives; the chain rule for two arguments.
    fn chain2(self, other: Self, value: f64, slope: f64, other_slope: f64) -> Self {
        Self {
            value,
            derivative: std::array::from_fn(|i| {
                slope * self.derivative[i] + other_slope * other.derivative[i]
            }),
        }
    }
}

impl<const D: usize> Neg for Dual<D> {
    type Output = Self;
    fn neg(self) -> Self {
        self.chain(-self.value, -1.0)
    }
}
impl<const D: usize> Add for Dual<D> {
    type Output = Self;
    fn add(self, o: Self) -> Self {
        self.chain2(o, self.value + o.value, 1.0, 1.0)
    }
}
impl<const D: usize> Sub for Dual<D> {
    type Output = Self;
    fn sub(self, o: Self) -> Self {
        self.chain2(o, self.value - o.value, 1.0, -1.0)
    }
}
impl<const D: usize> Mul for Dual<D> {
    type Output = Self;
    fn mul(self, o: Self) -> Self {
        self.chain2(o, self.value * o.value, o.value, self.value)
    }
}
impl<const D: usize> Div for Dual<D> {
    type Output = Self;
    fn div(self, o: Self) -> Self {
        let quotient = self.value / o.value;
        self.chain2(o, quotient, 1.0 / o.value, -quotient / o.value)
    }
}
impl<const D: usize> Add<f64> for Dual<D> {
    type Output = Self;
    fn add(self, o: f64) -> Self {
        self.chain(self.value + o, 1.0)
    }
}
impl<const D: usize> Sub<f64> for Dual<D> {
    type Output = Self;
    fn sub(self, o: f64) -> Self {
        self.chain(self.value - o, 1.0)
    }
}
impl<const D: usize> Mul<f64> for Dual<D> {
    type Output = Self;
    fn mul(self, o: f64) -> Self {
        self.chain(self.value * o, o)
    }
}
impl<const D: usize> Div<f64> for Dual<D> {
    type Output = Self;
    fn div(self, o: f64) -> Self {
        self.chain(self.value / o, 1.0 / o)
    }
}

impl<const D: usize> Scalar for Dual<D> {
    type Mask = bool;

    fn constant(value: f64) -> Self {
        Self {
            value,
            derivative: [0.0; D],
        }
    }
    fn less(self, other: Self) -> bool {
        self.value < other.value
    }
    fn less_equal(self, other: Self) -> bool {
        self.value <= other.value
    }
    fn select(mask: bool, if_true: Self, if_false: Self) -> Self {
        if mask { if_true } else { if_false }
    }
    fn max(self, other: Self) -> Self {
        if self.value >= other.value || self.value.is_nan() {
            self
        } else {
            other
        }
    }
    fn min(self, other: Self) -> Self {
        if self.value <= other.value || self.value.is_nan() {
            self
        } else {
            other
        }
    }
    fn abs(self) -> Self {
        let sign = if self.value > 0.0 {
            1.0
        } else if self.value < 0.0 {
            -1.0
        } else {
            0.0
        };
        self.chain(self.value.abs(), sign)
    }
    fn sqrt(self) -> Self {
        if self.value <= 0.0 {
            return Self::constant(0.0);
        }
        let root = self.value.sqrt();
        self.chain(root, 0.5 / root)
    }
    fn sin(self) -> Self {
        let (sine, cosine) = libm::sincos(self.value);
        self.chain(sine, cosine)
    }
    fn cos(self) -> Self {
        let (sine, cosine) = libm::sincos(self.value);
        self.chain(cosine, -sine)
    }
    fn exp(self) -> Self {
        let value = libm::exp(self.value);
        self.chain(value, value)
    }
    fn ln(self) -> Self {
        self.chain(libm::log(self.value), 1.0 / self.value)
    }
    fn tanh(self) -> Self {
        let value = libm::tanh(self.value);
        self.chain(value, 1.0 - value * value)
    }
    fn atan2(self, other: Self) -> Self {
        let (y, x) = (self.value, other.value);
        let r2 = x * x + y * y;
        if r2 <= 0.0 {
            return Self::constant(0.0);
        }
        self.chain2(other, libm::atan2(y, x), x / r2, -y / r2)
    }
    fn detach(self) -> Self {
        Self::constant(self.value)
    }
    fn with_derivative_of(self, carrier: Self) -> Self {
        Self {
            value: self.value,
            derivative: carrier.derivative,
        }
    }
    fn scan(
        count: u32,
        items: &mut [Self],
        captured: &[Self],
        series: &[Vec<Self>],
        body: &mut ScanBody<'_, Self>,
    ) -> Vec<Vec<Self>> {
        let captured = detached(captured);
        let detach = |numbers: &mut [Self]| numbers.iter_mut().for_each(|x| *x = x.detach());
        detach(items);
        passes(count, series, |elements| {
            detach(elements);
            let mut given = body(items, &captured, elements);
            // The body may know numbers of its own.
            detach(items);
            detach(&mut given);
            given
        })
    }
    fn symmetric(r: &mut [Self], captured: &[Self], body: &mut dyn FnMut(&mut [Self], &[Self])) {
        let captured = detached(captured);
        let mut of = |right: &dyn Fn(&Self) -> f64| -> Vec<f64> {
            let mut x: Vec<Self> = r.iter().map(|x| Self::constant(right(x))).collect();
            body(&mut x, &captured);
            x.iter().map(|x| x.value).collect()
        };
        let value = of(&|x| x.value);
        let derivative: Vec<Vec<f64>> = (0..D).map(|i| of(&|x| x.derivative[i])).collect();
        for (k, x) in r.iter_mut().enumerate() {
            x.value = value[k];
            x.derivative = std::array::from_fn(|i| derivative[i][k]);
        }
    }
}

fn detached<const D: usize>(values: &[Dual<D>]) -> Vec<Dual<D>> {
    values.iter().map(|x| x.detach()).collect()
}
