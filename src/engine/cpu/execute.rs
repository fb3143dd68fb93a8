//! Operations over all lanes at once, exactly as the shaders do them.
//!
//! The loops are plain: they vectorise for whatever instruction set the caller is compiled for, which is why
//! everything here is always inlined. An operation takes as long as its loads and stores, so that arguments that are the
//! same in all lanes are no rows, and more than one sum or product is one operation where that is common.

use super::lanes::{LANES, Row, mask};
use super::program::{BANKS, Op, Place, Program};
use crate::number::maths_f32::{atan2_f32, cos_f32, exp_f32, log_f32, sin_f32, tanh_f32};
use pulp::NullaryFnOnce;

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
        Op::MulAddMul => a * b + c * d,
        Op::MulSubMul => a * b - c * d,
        Op::MulAddSum => a * b + (c + d),
        Op::MulAddDifference => a * b + (c - d),
        Op::SumAdd => (a + b) + c,
        Op::SumMul => (a + b) * c,
        Op::DifferenceMul => (a - b) * c,
        Op::SumMulAdd => (a + b) * c + d,
        Op::DifferenceMulAdd => (a - b) * c + d,
        Op::SelectLess => {
            if a < d {
                b
            } else {
                c
            }
        }
        Op::Copy => a,
    }
}

/// A row, or the same number in all lanes.
trait Argument {
    fn at(&self, lane: usize) -> f32;
}

impl Argument for &Row {
    #[inline(always)]
    fn at(&self, lane: usize) -> f32 {
        self.0[lane]
    }
}

impl Argument for f32 {
    #[inline(always)]
    fn at(&self, _: usize) -> f32 {
        *self
    }
}

#[inline(always)]
fn each(
    out: &mut Row,
    (a, b, c, d): (impl Argument, impl Argument, impl Argument, impl Argument),
    f: impl Fn([f32; 4]) -> f32,
) {
    for lane in 0..LANES {
        out.0[lane] = f([a.at(lane), b.at(lane), c.at(lane), d.at(lane)]);
    }
}

/// All rows but the one that is written.
struct Others<'a> {
    before: &'a [Row],
    after: &'a [Row],
    bases: &'a [usize; BANKS],
}

impl<'a> Others<'a> {
    #[inline(always)]
    fn row(&self, place: Place) -> &'a Row {
        let at = self.bases[place.bank as usize] + place.index as usize;
        let out = self.before.len();
        let (rows, at) = match at < out {
            true => (self.before, at),
            false => (self.after, at - out - 1),
        };
        &rows[at]
    }
}

/// What is compiled: the operations, the bits of the arguments that are numbers, and the arguments: a row, a number, or
/// none.
macro_rules! operations {
    ($then:ident $($context:ident)*) => {
        $then! { $($context)*;
            Neg 0 (r o o o), Abs 0 (r o o o), Sqrt 0 (r o o o), Sin 0 (r o o o), Cos 0 (r o o o),
            Exp 0 (r o o o), Ln 0 (r o o o), Tanh 0 (r o o o), Not 0 (r o o o),
            Copy 0 (r o o o), Copy 1 (n o o o),
            Add 0 (r r o o), Add 1 (n r o o), Sub 0 (r r o o), Sub 1 (n r o o),
            Mul 0 (r r o o), Mul 1 (n r o o), Div 0 (r r o o), Div 1 (n r o o), Div 2 (r n o o),
            Max 0 (r r o o), Max 2 (r n o o), Min 0 (r r o o), Min 2 (r n o o), Atan2 0 (r r o o),
            Less 0 (r r o o), Less 1 (n r o o), Less 2 (r n o o),
            LessEqual 0 (r r o o), LessEqual 1 (n r o o), LessEqual 2 (r n o o),
            And 0 (r r o o), Or 0 (r r o o),
            Select 0 (r r r o), Select 2 (r n r o), Select 4 (r r n o), Select 6 (r n n o),
            MulAdd 0 (r r r o), MulAdd 1 (n r r o), MulAdd 4 (r r n o), MulAdd 5 (n r n o),
            MulSub 0 (r r r o), MulSub 1 (n r r o), SubMul 0 (r r r o), SubMul 4 (r r n o),
            MulAddMul 0 (r r r r), MulAddMul 1 (n r r r), MulAddMul 5 (n r n r),
            MulSubMul 0 (r r r r), MulSubMul 1 (n r r r),
            MulAddSum 0 (r r r r), MulAddSum 1 (n r r r), MulAddSum 5 (n r n r),
            MulAddDifference 0 (r r r r), MulAddDifference 1 (n r r r),
            SumAdd 0 (r r r o), SumAdd 4 (r r n o), SumAdd 5 (n r n o),
            SumMul 0 (r r r o), SumMul 1 (n r r o), SumMul 4 (r r n o), SumMul 5 (n r n o),
            DifferenceMul 0 (r r r o), DifferenceMul 1 (n r r o), DifferenceMul 4 (r r n o),
            SumMulAdd 0 (r r r r), SumMulAdd 1 (n r r r), SumMulAdd 4 (r r n r), SumMulAdd 5 (n r n r),
            DifferenceMulAdd 0 (r r r r), DifferenceMulAdd 1 (n r r r), DifferenceMulAdd 4 (r r n r),
            SelectLess 0 (r r r r), SelectLess 1 (n r r r), SelectLess 4 (r r n r), SelectLess 8 (r r r n),
            SelectLess 10 (r n r n), SelectLess 12 (r r n n), SelectLess 14 (r n n n)
        }
    };
}

macro_rules! argument {
    (r $i:literal $instruction:ident $others:ident) => {
        $others.row($instruction.places[$i])
    };
    (n $i:literal $instruction:ident $others:ident) => {
        $instruction.numbers[$i]
    };
    (o $i:literal $instruction:ident $others:ident) => {
        0.0_f32
    };
}

macro_rules! run {
    ($instruction:ident $others:ident $out:ident;
        $($op:ident $bits:literal ($a:ident $b:ident $c:ident $d:ident)),*) => {
        match ($instruction.op, $instruction.uniform) {
            $((Op::$op, $bits) => {
                let arguments = (
                    argument!($a 0 $instruction $others),
                    argument!($b 1 $instruction $others),
                    argument!($c 2 $instruction $others),
                    argument!($d 3 $instruction $others),
                );
                each($out, arguments, |x| apply(Op::$op, x));
            })*
            (op, numbers) => not_compiled(op, numbers),
        }
    };
}

/// What assembly never writes: a result that is left out would be that of an earlier step, and look like one.
#[cold]
#[inline(never)]
fn not_compiled(op: Op, numbers: u8) -> ! {
    unreachable!("{op:?} is not compiled with the numbers {numbers:04b}")
}

macro_rules! list {
    (; $($op:ident $bits:literal $arguments:tt),*) => {
        &[$((Op::$op, $bits)),*]
    };
}

const COMPILED: &[(Op, u8)] = operations!(list);

/// Every operation is compiled for rows alone, or this does not compile: with numbers there is nothing else to fall back on.
const _: () = {
    let mut compiled = [false; Op::COUNT];
    let mut i = 0;
    while i < COMPILED.len() {
        let (op, numbers) = COMPILED[i];
        if numbers == 0 {
            compiled[op as usize] = true;
        }
        i += 1;
    }
    let mut op = 0;
    while op < Op::COUNT {
        assert!(compiled[op], "an operation has no row with the bits 0");
        op += 1;
    }
};

/// Whether an operation is compiled with these of its arguments, bit by bit, as numbers.
pub fn is_compiled(op: Op, uniform: u8) -> bool {
    COMPILED.contains(&(op, uniform))
}

/// Runs a program on the rows.
pub struct Execute<'a> {
    /// What is run.
    pub program: &'a Program,
    /// What it reads and writes.
    pub rows: &'a mut [Row],
    /// Where the banks begin.
    pub bases: &'a [usize; BANKS],
}

impl NullaryFnOnce for Execute<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self {
            program,
            rows,
            bases,
        } = self;
        for segment in &program.segments {
            let passes = segment.body.map_or(1, |body| body.count);
            for pass in 0..passes {
                let inside = segment.body.map(|body| body.bases(bases, pass));
                let bases = inside.as_ref().unwrap_or(bases);
                for instruction in &program.code[segment.code.clone()] {
                    let place = instruction.out;
                    let at = bases[place.bank as usize] + place.index as usize;
                    let (before, rest) = rows.split_at_mut(at);
                    let (out, after) = rest
                        .split_first_mut()
                        .expect("a program writes rows that are there");
                    let (before, after) = (&*before, &*after);
                    let others = Others {
                        before,
                        after,
                        bases,
                    };
                    operations!(run instruction others out);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::lanes::Row;
    use super::super::program::{BANKS, Bank, Instruction, Op, Place, Program, Segment};
    use super::{COMPILED, Execute, apply, is_compiled};
    use pulp::NullaryFnOnce;

    /// Runs one operation on four rows and four numbers; the fifth row is what it left of 99.
    fn run(op: Op, uniform: u8) -> f32 {
        let places = [0, 1, 2, 3].map(|index| Place {
            bank: Bank::File,
            index,
        });
        let out = Place {
            bank: Bank::File,
            index: 4,
        };
        let mut rows = [0.5, -0.25, 3.0, 0.75, 99.0].map(Row::filled);
        let program = Program {
            code: vec![Instruction {
                op,
                uniform,
                places,
                numbers: [0.125, 7.0, -2.0, 5.0],
                out,
            }],
            segments: vec![Segment {
                code: 0..1,
                body: None,
            }],
            constants: Vec::new(),
            file: 5,
        };
        Execute {
            program: &program,
            rows: &mut rows,
            bases: &[0; BANKS],
        }
        .call();
        rows[4].0[17]
    }

    #[test]
    fn every_operation_is_compiled_with_rows_alone_and_gives_its_result() {
        let mut operations: Vec<Op> = COMPILED.iter().map(|(op, _)| *op).collect();
        operations.sort_by_key(|op| *op as usize);
        operations.dedup();
        assert_eq!(operations.len(), Op::COUNT);
        for op in operations {
            assert!(is_compiled(op, 0), "{op:?}");
        }
        for (op, bits) in COMPILED {
            let arguments: [f32; 4] = std::array::from_fn(|i| match bits >> i & 1 {
                1 => [0.125, 7.0, -2.0, 5.0][i],
                _ => [0.5, -0.25, 3.0, 0.75][i],
            });
            let (found, expected) = (run(*op, *bits), apply(*op, arguments));
            assert_eq!(found.to_bits(), expected.to_bits(), "{op:?} {bits:04b}");
        }
    }

    #[test]
    #[should_panic(expected = "Add is not compiled with the numbers 0011")]
    fn an_operation_that_is_not_compiled_is_not_skipped() {
        run(Op::Add, 3);
    }
}
