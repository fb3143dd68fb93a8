//! Operations over all lanes at once, exactly as the shaders do them.
//!
//! The loops are plain: they vectorise for whatever instruction set the caller is compiled for, which is why
//! everything here is always inlined.

use super::program::{Op, Program};
use crate::reference::maths::{atan2_f32, cos_f32, exp_f32, log_f32, sin_f32, tanh_f32};

/// Samples that run together.
pub const LANES: usize = 64;

/// One number for each lane.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C, align(64))]
pub struct Row(pub [f32; LANES]);

impl Row {
    /// The same number in all lanes.
    pub fn filled(value: f32) -> Self {
        Self([value; LANES])
    }
}

const TRUE: u32 = !0;

/// A mask in one lane: all bits set or none.
#[inline(always)]
pub fn mask(value: bool) -> f32 {
    f32::from_bits(if value { TRUE } else { 0 })
}

#[inline(always)]
fn bitwise(a: f32, b: f32, op: impl Fn(u32, u32) -> u32) -> f32 {
    f32::from_bits(op(a.to_bits(), b.to_bits()))
}

/// One operation in one lane.
#[inline(always)]
pub fn apply(op: Op, [a, b, c, d]: [f32; 4]) -> f32 {
    match op {
        Op::Neg => -a,
        Op::Abs => a.abs(),
        Op::Sqrt => (if a <= 0.0 { 0.0 } else { a }).sqrt(),
        Op::Sin => sin_f32(a),
        Op::Cos => cos_f32(a),
        Op::Exp => exp_f32(a),
        Op::Ln => log_f32(a),
        Op::Tanh => tanh_f32(a),
        Op::Not => f32::from_bits(!a.to_bits()),
        Op::Add => a + b,
        Op::Sub => a - b,
        Op::Mul => a * b,
        Op::Div => a / b,
        // NaN in, NaN out, as in `Scalar`.
        Op::Max => {
            if (a >= b) | a.is_nan() {
                a
            } else {
                b
            }
        }
        Op::Min => {
            if (a <= b) | a.is_nan() {
                a
            } else {
                b
            }
        }
        Op::Atan2 => atan2_f32(a, b),
        Op::Less => mask(a < b),
        Op::LessEqual => mask(a <= b),
        Op::And => bitwise(a, b, |a, b| a & b),
        Op::Or => bitwise(a, b, |a, b| a | b),
        Op::Select => {
            if a.to_bits() != 0 {
                b
            } else {
                c
            }
        }
        Op::MulAdd => a * b + c,
        Op::MulSub => a * b - c,
        Op::SubMul => c - a * b,
        Op::SelectLess => {
            if a < d {
                b
            } else {
                c
            }
        }
    }
}

#[inline(always)]
fn each(out: &mut Row, arguments: [&Row; 4], f: impl Fn([f32; 4]) -> f32) {
    let [a, b, c, d] = arguments.map(|row| &row.0);
    for lane in 0..LANES {
        out.0[lane] = f([a[lane], b[lane], c[lane], d[lane]]);
    }
}

macro_rules! dispatch {
    ($op:expr, $out:expr, $arguments:expr, $($name:ident)*) => {
        match $op {
            $(Op::$name => each($out, $arguments, |x| apply(Op::$name, x)),)*
        }
    };
}

/// Runs a program on its registers.
#[inline(always)]
pub fn execute(program: &Program, registers: &mut [Row]) {
    let first = program.first_result();
    for (i, instruction) in program.code().iter().enumerate() {
        let (before, after) = registers.split_at_mut(first + i);
        let arguments = instruction.arguments.map(|r| &before[r as usize]);
        let out = &mut after[0];
        dispatch!(instruction.op, out, arguments,
            Neg Abs Sqrt Sin Cos Exp Ln Tanh Not Add Sub Mul Div Max Min Atan2 Less LessEqual And Or
            Select MulAdd MulSub SubMul SelectLess);
    }
}

/// The bits without the sign, so that infinities and NaN are the largest of all.
#[inline(always)]
fn magnitude_bits(x: f32) -> u32 {
    x.to_bits() & 0x7fff_ffff
}

const FIRST_NONFINITE_BITS: u32 = 0x7f80_0000;

/// The time of a sample that is finite throughout.
pub const ALWAYS_FINITE: u32 = u32::MAX;

/// Raises `largest` to the magnitudes of a row.
#[inline(always)]
pub fn raise(largest: &mut [u32; LANES], row: &Row) {
    for (largest, x) in largest.iter_mut().zip(&row.0) {
        *largest = (*largest).max(magnitude_bits(*x));
    }
}

/// Notes the time in the lanes that are not finite, unless they are marked already.
#[inline(always)]
pub fn note(times: &mut [u32; LANES], largest: &[u32; LANES], time: u32) {
    for (noted, largest) in times.iter_mut().zip(largest) {
        let now = *largest >= FIRST_NONFINITE_BITS && *noted == ALWAYS_FINITE;
        *noted = if now { time } else { *noted };
    }
}
