//! Programs on rows: see [`Program`].

use crate::number::graph::{Binary, ITEMS, Unary};
use crate::number::rounded::operations;
use crate::number::rounded::program::{Body, Instruction, Op, Program};
use crate::number::rounded::rows::Row;
use pulp::{Arch, Simd, WithSimd};

/// The rows of a program and of its loops.
#[derive(Clone, Debug)]
pub struct Scratch {
    rows: Vec<Row>,
    loops: Vec<Self>,
    /// What goes from one pass of a loop to the next by a way round.
    items: Vec<Row>,
}

impl Program {
    /// Rows for calls of it.
    pub fn scratch(&self) -> Scratch {
        let mut rows = self.constants.clone();
        rows.resize(self.rows, Row::truth(false));
        Scratch {
            rows,
            loops: self.loops.iter().map(|l| l.program.scratch()).collect(),
            items: Vec::new(),
        }
    }

    /// Takes the fixed inputs, number by number, for all calls until the next one of this; `used` of the samples are.
    pub fn fix(&self, arch: Arch, scratch: &mut Scratch, fixed: &[Row], used: usize) {
        for input in &self.fixed {
            scratch.rows[input.row] = fixed[input.index];
        }
        arch.dispatch(Execute {
            program: self,
            code: &self.once,
            scratch,
            used,
        });
    }

    /// Computes the results, which [`Program::result`] hands out. `inputs[bank][index]` are the inputs; none of the bank that is fixed
    /// is looked at.
    pub fn run(&self, arch: Arch, scratch: &mut Scratch, inputs: &[&[Row]], used: usize) {
        for input in &self.inputs {
            scratch.rows[input.row] = inputs[input.bank as usize][input.index];
        }
        arch.dispatch(Execute {
            program: self,
            code: &self.each,
            scratch,
            used,
        });
    }

    /// A result of the last run.
    pub fn result<'a>(&self, scratch: &'a Scratch, number: usize) -> &'a Row {
        &scratch.rows[self.outputs[number]]
    }

    /// All results of the last run.
    pub fn results<'a>(&self, scratch: &'a Scratch) -> impl Iterator<Item = &'a Row> {
        self.outputs.iter().map(|row| &scratch.rows[*row])
    }
}

/// Instructions of a program.
struct Execute<'a> {
    program: &'a Program,
    code: &'a [Instruction],
    scratch: &'a mut Scratch,
    used: usize,
}

impl WithSimd for Execute<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        for instruction in self.code {
            match instruction.op {
                Op::Loop(number) => {
                    let body = &self.program.loops[number];
                    let Scratch { rows, loops, .. } = &mut *self.scratch;
                    repeat(simd, body, rows, &mut loops[number], self.used);
                }
                _ => apply(instruction, &mut self.scratch.rows, self.used),
            }
        }
    }
}

/// Runs a loop; not inlined, for there are loops in loops.
#[inline(never)]
fn repeat<S: Simd>(simd: S, body: &Body, outside: &mut [Row], scratch: &mut Scratch, used: usize) {
    let program = &body.program;
    let run = |code: &[Instruction], scratch: &mut Scratch| {
        simd.vectorize(Execute {
            program,
            code,
            scratch,
            used,
        });
    };
    for input in &program.fixed {
        scratch.rows[input.row] = outside[body.captured[input.index]];
    }
    run(&program.once, scratch);
    let (items, given) = program.outputs.split_at(body.start.len());
    for pass in 0..body.count {
        for input in &program.inputs {
            match (input.bank, pass, body.is_direct) {
                (ITEMS, 0, _) => scratch.rows[input.row] = outside[body.start[input.index]],
                (ITEMS, _, true) => {
                    let item = items[input.index];
                    scratch.rows.copy_within(item..item + 1, input.row);
                }
                (ITEMS, _, false) => scratch.rows[input.row] = scratch.items[input.index],
                _ => scratch.rows[input.row] = outside[body.series[input.index][pass]],
            }
        }
        run(&program.each, scratch);
        if !body.is_direct {
            scratch.items.clear();
            let after = items.iter().map(|row| scratch.rows[*row]);
            scratch.items.extend(after);
        }
        for (series, row) in body.left[items.len()..].chunks_exact(body.count).zip(given) {
            if let Some(left) = series[pass] {
                operations::settle(&mut outside[left], &scratch.rows[*row]);
            }
        }
    }
    for (i, row) in items.iter().enumerate() {
        let Some(left) = body.left[i] else { continue };
        let item = &scratch.rows[*row];
        match body.is_symmetric {
            true => {
                let start = outside[body.start[i]];
                outside[left] = item.with_margins(start.margins());
            }
            false => operations::settle(&mut outside[left], item),
        }
    }
}

/// All rows but the one that is written.
struct Others<'a> {
    before: &'a [Row],
    after: &'a [Row],
}

impl<'a> Others<'a> {
    #[inline(always)]
    fn row(&self, at: usize) -> &'a Row {
        let out = self.before.len();
        match at < out {
            true => &self.before[at],
            false => &self.after[at - out - 1],
        }
    }
}

#[inline(always)]
fn apply(instruction: &Instruction, rows: &mut [Row], used: usize) {
    let (before, rest) = rows.split_at_mut(instruction.out);
    let (out, after) = rest
        .split_first_mut()
        .expect("a program writes rows that are there");
    let others = Others {
        before: &*before,
        after: &*after,
    };
    let [a, b, c] = instruction.arguments;
    let with_margin = instruction.with_margin;
    let x = others.row(a);
    match instruction.op {
        Op::Unary(op) => apply_unary(op, out, x, with_margin, used),
        Op::Binary(op) => apply_binary(op, out, (x, others.row(b)), with_margin, used),
        Op::Select => operations::select(out, [x, others.row(b), others.row(c)], with_margin),
        Op::Loop(_) => {}
    }
}

#[inline(always)]
fn apply_unary(op: Unary, out: &mut Row, x: &Row, with_margin: bool, used: usize) {
    let function: fn(f64, f64) -> f64 = match op {
        Unary::Neg => return operations::neg(out, x),
        Unary::Abs => return operations::abs(out, x, with_margin),
        Unary::Sqrt => return operations::sqrt(out, x, with_margin),
        Unary::Not => return operations::not(out, x),
        Unary::Seamless | Unary::Detach => return operations::settle(out, x),
        Unary::Sin => |x, _| x.sin(),
        Unary::Cos => |x, _| x.cos(),
        Unary::Exp => |x, _| x.exp(),
        Unary::Ln => |x, _| x.ln(),
        Unary::Tanh => |x, _| x.tanh(),
    };
    operations::called(out, (x, x), with_margin, used, function);
}

#[inline(always)]
fn apply_binary(op: Binary, out: &mut Row, (x, y): (&Row, &Row), with_margin: bool, used: usize) {
    match op {
        Binary::Add => operations::add(out, x, y, with_margin),
        Binary::Sub => operations::sub(out, x, y, with_margin),
        Binary::Mul => operations::mul(out, x, y, with_margin),
        Binary::Div => operations::div(out, x, y, with_margin),
        Binary::Max => operations::max(out, x, y, with_margin),
        Binary::Min => operations::min(out, x, y, with_margin),
        Binary::Less => operations::less(out, x, y, with_margin),
        Binary::LessEqual => operations::less_equal(out, x, y, with_margin),
        Binary::And => operations::and(out, x, y, with_margin),
        Binary::Or => operations::or(out, x, y, with_margin),
        Binary::Atan2 => operations::called(out, (x, y), with_margin, used, f64::atan2),
        // The value of x, which a program takes in its place.
        Binary::WithDerivativeOf => *out = *x,
    }
}
