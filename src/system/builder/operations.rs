//! The operations of [`Scalar`] on values of a function that is being recorded.
//!
//! They run the generic code of [`Scalar`] on the graph of the recording, so that what is built has the nodes of
//! what is compiled.

use super::recording::{Mask, Recording, Value};
use crate::error::{BuildError, Result};
use crate::number::traced::{Traced, TracedMask};
use crate::number::{Mask as _, Scalar};
use crate::system::checks::shown;
use crate::system::identifiers::label_problem;

/// Operations of one value: each is the one of [`Scalar`] of that name.
macro_rules! unary {
    ($($name:ident: $op:expr, $doc:literal;)*) => {
        impl Value {
            $(
                #[doc = $doc]
                pub fn $name(&self) -> Value {
                    let op: fn(Traced) -> Traced = $op;
                    let id = self.recording.with(|| op(Traced::of(self.id)).id());
                    self.recording.number(id)
                }
            )*
        }
    };
}
unary! {
    neg: |x| -x, "-x";
    abs: Scalar::abs, "|x|, with derivative 0 at 0";
    sqrt: Scalar::sqrt, "√x, and 0 for x <= 0";
    sin: Scalar::sin, "sin x, x in radians";
    cos: Scalar::cos, "cos x, x in radians";
    exp: Scalar::exp, "eˣ";
    ln: Scalar::ln, "the natural logarithm";
    tanh: Scalar::tanh, "the hyperbolic tangent";
    detach: Scalar::detach, "the same value with all derivatives stopped";
    square: Scalar::square, "x²";
}

/// Operations of two values: each is the one of [`Scalar`] of that name.
macro_rules! binary {
    ($($name:ident: $op:expr, $doc:literal;)*) => {
        impl Value {
            $(
                #[doc = $doc]
                pub fn $name(&self, other: &Value) -> Result<Value> {
                    self.recording.check(&other.recording)?;
                    let op: fn(Traced, Traced) -> Traced = $op;
                    let both = || op(Traced::of(self.id), Traced::of(other.id)).id();
                    let id = self.recording.with(both);
                    Ok(self.recording.number(id))
                }
            )*
        }
    };
}
binary! {
    add: |a, b| a + b, "a + b";
    sub: |a, b| a - b, "a - b";
    mul: |a, b| a * b, "a b";
    div: |a, b| a / b, "a / b";
    max: Scalar::max, "the larger one; at a tie the derivative is that of the first";
    min: Scalar::min, "the smaller one; at a tie the derivative is that of the first";
    atan2: Scalar::atan2, "the angle of the vector (x = other, y = self), in (-π, π]";
    with_derivative_of: Scalar::with_derivative_of, "this value with the derivative of the other";
    clamp_symmetric: Scalar::clamp_symmetric, "limited to [-other, other]";
    safe_divide: Scalar::safe_divide, "a / b, and 0 with derivative 0 for b = 0";
}

/// Comparisons.
macro_rules! comparison {
    ($($name:ident, $doc:literal;)*) => {
        impl Value {
            $(
                #[doc = $doc]
                pub fn $name(&self, other: &Value) -> Result<Mask> {
                    self.recording.check(&other.recording)?;
                    let both = || Traced::of(self.id).$name(Traced::of(other.id)).id();
                    Ok(self.recording.comparison(self.recording.with(both)))
                }
            )*
        }
    };
}
comparison! {
    less, "self < other";
    less_equal, "self <= other";
    greater, "self > other";
    greater_equal, "self >= other";
}

impl Value {
    /// The recording that it is of.
    pub fn recording(&self) -> &Recording {
        &self.recording
    }

    /// A number in the same recording.
    pub fn constant(&self, value: f64) -> Result<Value> {
        self.recording.constant(value)
    }

    /// The same value with a label for the printed WGSL.
    pub fn named(&self, label: &str) -> Result<Value> {
        check_label(label)?;
        self.recording.label(self.id, label);
        Ok(self.clone())
    }
}

impl Mask {
    /// The recording that it is of.
    pub fn recording(&self) -> &Recording {
        &self.recording
    }

    /// Both hold.
    pub fn and(&self, other: &Mask) -> Result<Mask> {
        self.with(other, TracedMask::and)
    }

    /// At least one holds.
    pub fn or(&self, other: &Mask) -> Result<Mask> {
        self.with(other, TracedMask::or)
    }

    fn with(&self, other: &Mask, op: fn(TracedMask, TracedMask) -> TracedMask) -> Result<Mask> {
        self.recording.check(&other.recording)?;
        let both = || op(TracedMask::of(self.id), TracedMask::of(other.id)).id();
        Ok(self.recording.comparison(self.recording.with(both)))
    }

    /// It does not hold.
    pub fn not(&self) -> Mask {
        let not = || TracedMask::of(self.id).not().id();
        self.recording.comparison(self.recording.with(not))
    }

    /// `if_true` where it holds, else `if_false`; both are computed.
    pub fn select(&self, if_true: &Value, if_false: &Value) -> Result<Value> {
        self.recording.check(&if_true.recording)?;
        self.recording.check(&if_false.recording)?;
        let select = || {
            let mask = TracedMask::of(self.id);
            Traced::select(mask, Traced::of(if_true.id), Traced::of(if_false.id)).id()
        };
        Ok(self.recording.number(self.recording.with(select)))
    }

    /// The same mask with a label for the printed WGSL.
    pub fn named(&self, label: &str) -> Result<Mask> {
        check_label(label)?;
        self.recording.label(self.id, label);
        Ok(self.clone())
    }
}

fn check_label(label: &str) -> Result<()> {
    match label_problem(label) {
        None => Ok(()),
        Some(problem) => Err(BuildError::Label {
            label: shown(label),
            problem,
        }
        .into()),
    }
}
