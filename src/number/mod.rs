//! The number type that contact systems are written in.
//!
//! A system is generic over [`Scalar`] and so has four meanings: `f64` computes its value,
//! [`crate::number::dual::Dual`] its forward derivative, [`crate::number::rounded::Rounded`] what rounding to f32 makes of it
//! and how near a branch came to flipping, and [`crate::number::traced::Traced`] records it as an expression graph, from which the WGSL text and
//! its adjoint are printed.
//!
//! There are no comparison operators and no conversion to `f64`, so branching on a value does not compile.
//! A branch is `S::select(mask, a, b)`; **both arms are evaluated**, so neither may divide by zero for the
//! inputs that select the other (use [`Scalar::safe_divide`]).
//!
//! # Conventions at kinks
//!
//! Dual numbers and the reverse sweep obey this one table, and `tests/number/derivatives.rs` checks it at the tie.
//!
//! | operation | value | derivative at the kink |
//! |---|---|---|
//! | `select(mask, a, b)` | a where the mask holds, else b | that of the chosen arm; the mask has none |
//! | `max(a, b)`, `min(a, b)` | | at a tie: all to `a` |
//! | `abs(x)` | | 0 at x = 0 |
//! | `sqrt(x)` | 0 for x <= 0 | 0 for x <= 0 |
//! | `norm(v)` | | 0 at v = 0 |
//! | `atan2(y, x)` | 0 at the origin | 0 at the origin |
//! | `safe_divide(a, b)` | 0 for b = 0 | 0 for b = 0 |
//! | `a / b`, `ln(x)` | as IEEE 754 has it | a non-finite result is counted and located by the engines |
//! | `detach(x)` | x | 0 everywhere |
//! | `seamless(x)` | x | that of x; what it says is for margins |
//! | `value.with_derivative_of(carrier)` | value | that of the carrier |
//! | `iterate(…)`, `scan(…)` | what they leave | 0: the loop only finds a value |
//! | `symmetric(r, …)` | S r | S dr: what S is made of has none |
//!
//! `max` and `min` of a NaN may give the other operand on a GPU, where WGSL allows it.

pub mod dual;
pub mod graph;
pub mod linear;
pub mod maths_f32;
pub mod reverse;
pub mod rounded;
pub mod traced;

use std::ops::{Add, Div, Mul, Neg, Sub};

/// The truth value of a comparison of two scalars; it cannot be branched on.
pub trait Mask: Copy {
    /// Both hold.
    fn and(self, other: Self) -> Self;
    /// At least one holds.
    fn or(self, other: Self) -> Self;
    /// It does not hold.
    fn not(self) -> Self;
    /// Labels the value in the printed WGSL; changes nothing else.
    fn named(self, _name: &'static str) -> Self {
        self
    }
}

/// What a pass of [`Scalar::scan`] does with the items, what is captured and its elements; it returns what the pass gives.
pub type ScanBody<'a, S> = dyn FnMut(&mut [S], &[S], &[S]) -> Vec<S> + 'a;

/// A real number, or something that stands for one: see the module's documentation.
pub trait Scalar:
    Copy
    + 'static
    + Neg<Output = Self>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Add<f64, Output = Self>
    + Sub<f64, Output = Self>
    + Mul<f64, Output = Self>
    + Div<f64, Output = Self>
{
    /// The result of a comparison.
    type Mask: Mask;

    /// A number known when the system is written.
    fn constant(value: f64) -> Self;
    /// self < other
    fn less(self, other: Self) -> Self::Mask;
    /// self <= other
    fn less_equal(self, other: Self) -> Self::Mask;
    /// `if_true` where the mask holds, else `if_false`; both are evaluated.
    fn select(mask: Self::Mask, if_true: Self, if_false: Self) -> Self;
    /// The larger one.
    fn max(self, other: Self) -> Self;
    /// The smaller one.
    fn min(self, other: Self) -> Self;
    /// |x|
    fn abs(self) -> Self;
    /// √x, and 0 for x <= 0.
    fn sqrt(self) -> Self;
    /// sin x, x in radians.
    fn sin(self) -> Self;
    /// cos x, x in radians.
    fn cos(self) -> Self;
    /// eˣ
    fn exp(self) -> Self;
    /// The natural logarithm.
    fn ln(self) -> Self;
    /// The hyperbolic tangent.
    fn tanh(self) -> Self;
    /// The angle of the vector (x = `other`, y = `self`), in (-π, π].
    fn atan2(self, other: Self) -> Self;
    /// The same value with all derivatives stopped.
    fn detach(self) -> Self;
    /// The same value, of which the author knows that its branches do not matter: where one flips, both sides have the same
    /// value and the same derivative. A margin then does not count them; nothing else changes.
    fn seamless(self) -> Self {
        self
    }
    /// This value with the derivative of `carrier`: what a solve found by iteration, say, with the derivative of one step
    /// that is linear in what moves.
    fn with_derivative_of(self, carrier: Self) -> Self;
    /// A loop over series: pass t of `count` takes element t of each, and what the passes give becomes series in turn. Items go
    /// from pass to pass as in [`Scalar::iterate`]; like there, **nothing that it leaves has a derivative**.
    ///
    /// The body gets items, what is captured, and the elements of its pass, and returns what the pass gives; `series` have
    /// `count` elements each. In a graph its text is there once, however many passes it takes.
    ///
    /// ```
    /// use mollify::number::Scalar;
    ///
    /// // Running sums, each times 10.
    /// let mut sum = [0.0];
    /// let given = f64::scan(3, &mut sum, &[10.0], &[vec![1.0, 2.0, 3.0]], &mut |sum, factor, x| {
    ///     sum[0] += x[0];
    ///     vec![factor[0] * sum[0]]
    /// });
    /// assert_eq!((sum, given), ([6.0], vec![vec![10.0, 30.0, 60.0]]));
    /// ```
    fn scan(
        count: u32,
        items: &mut [Self],
        captured: &[Self],
        series: &[Vec<Self>],
        body: &mut ScanBody<'_, Self>,
    ) -> Vec<Vec<Self>>;
    /// S r in place of r, where the body computes S r and is linear and symmetric in r, such as the solution of a symmetric
    /// system with the right side r.
    ///
    /// The derivative is S dr: that of r alone, as if what is captured were [detached](Scalar::detach). The reverse sweep needs
    /// no transpose, so that there is one text for both, in which [`Scalar::scan`] may stand.
    fn symmetric(r: &mut [Self], captured: &[Self], body: &mut dyn FnMut(&mut [Self], &[Self]));
    /// Labels the value in the printed WGSL; changes nothing else.
    fn named(self, _name: &'static str) -> Self {
        self
    }

    /// `body` applied `count` times, from `start` on: a loop of fixed count, as for an implicit step.
    ///
    /// The result has **no derivative**, whatever goes in: the loop finds a value, and one differentiable step behind it,
    /// outside of the loop, gives that value the derivative of the implicit function. For the root of r(x, a) = 0,
    ///
    ///   x* = iterate(…),   x = x* - r(x*, a)/∂ₓr(x*, a)   has   dx/da = -(∂ₓr)⁻¹ ∂ₐr
    ///
    /// up to r(x*) · ∂(1/∂ₓr), which is 0 at the root. What the body needs besides its items goes through `captured`: a
    /// traced value of the outside cannot be used inside, and is refused.
    ///
    /// ```
    /// use mollify::number::Scalar;
    /// use mollify::number::dual::Dual;
    ///
    /// fn root<S: Scalar>(a: S) -> S {
    ///     let step = |x: S, a: S| (x + a / x) * 0.5;
    ///     let [found] = S::iterate(6, [S::constant(1.0)], &[a], |[x], a| [step(x, a[0])]);
    ///     found - (found * found - a) / (found * 2.0)
    /// }
    /// let x = root(Dual::<1>::variable(2.0, 0));
    /// assert!((x.value - 2.0_f64.sqrt()).abs() < 1e-12);
    /// assert!((x.derivative[0] - 0.5 / 2.0_f64.sqrt()).abs() < 1e-10);
    /// ```
    fn iterate<const K: usize>(
        count: u32,
        start: [Self; K],
        captured: &[Self],
        mut body: impl FnMut([Self; K], &[Self]) -> [Self; K],
    ) -> [Self; K] {
        let mut items = start;
        Self::iterate_in_place(count, &mut items, captured, &mut |items, captured| {
            let next = body(std::array::from_fn(|i| items[i]), captured);
            items.copy_from_slice(&next);
        });
        items
    }
    /// [`Scalar::iterate`] for a number of items known at run time, in place.
    fn iterate_in_place(
        count: u32,
        items: &mut [Self],
        captured: &[Self],
        body: &mut dyn FnMut(&mut [Self], &[Self]),
    ) {
        let none: [Vec<Self>; 0] = [];
        Self::scan(count, items, captured, &none, &mut |items, captured, _| {
            body(items, captured);
            Vec::new()
        });
    }
    /// self > other
    fn greater(self, other: Self) -> Self::Mask {
        other.less(self)
    }
    /// self >= other
    fn greater_equal(self, other: Self) -> Self::Mask {
        other.less_equal(self)
    }
    /// x²
    fn square(self) -> Self {
        self * self
    }
    /// x limited to [-limit, limit].
    fn clamp_symmetric(self, limit: Self) -> Self {
        self.max(-limit).min(limit)
    }
    /// √(Σ vᵢ²), with derivative 0 at v = 0.
    fn norm<const D: usize>(v: [Self; D]) -> Self {
        Self::norm_of(&v)
    }
    /// [`Scalar::norm`] for a number of values known at run time.
    fn norm_of(v: &[Self]) -> Self {
        v.iter()
            .fold(Self::constant(0.0), |sum, &x| sum + x * x)
            .sqrt()
    }
    /// a / b, and 0 with derivative 0 for b = 0.
    fn safe_divide(self, other: Self) -> Self {
        let zero = Self::constant(0.0);
        let is_zero = other.less_equal(zero).and(zero.less_equal(other));
        let divisor = Self::select(is_zero, Self::constant(1.0), other);
        Self::select(is_zero, zero, self / divisor)
    }
}

impl Mask for bool {
    fn and(self, other: Self) -> Self {
        self && other
    }
    fn or(self, other: Self) -> Self {
        self || other
    }
    fn not(self) -> Self {
        !self
    }
}

impl Scalar for f64 {
    type Mask = bool;

    fn constant(value: f64) -> Self {
        value
    }
    fn less(self, other: Self) -> bool {
        self < other
    }
    fn less_equal(self, other: Self) -> bool {
        self <= other
    }
    fn select(mask: bool, if_true: Self, if_false: Self) -> Self {
        if mask { if_true } else { if_false }
    }
    // Not f64::max: a NaN must reach the check for non-finite samples, not vanish here.
    fn max(self, other: Self) -> Self {
        if self >= other || self.is_nan() {
            self
        } else {
            other
        }
    }
    fn min(self, other: Self) -> Self {
        if self <= other || self.is_nan() {
            self
        } else {
            other
        }
    }
    fn abs(self) -> Self {
        f64::abs(self)
    }
    fn sqrt(self) -> Self {
        if self <= 0.0 { 0.0 } else { f64::sqrt(self) }
    }
    fn sin(self) -> Self {
        libm::sin(self)
    }
    fn cos(self) -> Self {
        libm::cos(self)
    }
    fn exp(self) -> Self {
        libm::exp(self)
    }
    fn ln(self) -> Self {
        libm::log(self)
    }
    fn tanh(self) -> Self {
        libm::tanh(self)
    }
    fn atan2(self, other: Self) -> Self {
        libm::atan2(self, other)
    }
    fn detach(self) -> Self {
        self
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
        passes(count, series, |elements| body(items, captured, elements))
    }
    fn symmetric(r: &mut [Self], captured: &[Self], body: &mut dyn FnMut(&mut [Self], &[Self])) {
        body(r, captured);
    }
}

/// What the passes give, each with its elements of the series.
fn passes<S: Copy>(
    count: u32,
    series: &[Vec<S>],
    mut pass: impl FnMut(&mut [S]) -> Vec<S>,
) -> Vec<Vec<S>> {
    let mut elements: Vec<S> = Vec::with_capacity(series.len());
    let mut all: Vec<Vec<S>> = Vec::new();
    for t in 0..count as usize {
        elements.clear();
        elements.extend(series.iter().map(|series| series[t]));
        let given = pass(&mut elements);
        all.resize_with(given.len(), || Vec::with_capacity(count as usize));
        for (series, x) in all.iter_mut().zip(given) {
            series.push(x);
        }
    }
    all
}
