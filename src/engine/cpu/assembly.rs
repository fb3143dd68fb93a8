//! From steps to instructions: which rows they use, and which of their arguments are numbers.

use super::execute::is_compiled;
use super::fusion::arity;
use super::program::{Bank, Body, Instruction, Op, Place, Program, Segment, Slot, Step, uniform};
use std::collections::HashMap;

const NOWHERE: Place = Place {
    bank: Bank::File,
    index: 0,
};

/// The arguments that become numbers: as many as an operation is compiled for.
fn numbers(step: &Step) -> u8 {
    let given = (0..arity(step.op))
        .filter(|i| uniform(step.arguments[*i]).is_some())
        .fold(0_u8, |bits, i| bits | 1 << i);
    (0..16)
        .filter(|bits| bits & !given == 0 && is_compiled(step.op, *bits))
        .max_by_key(|bits| bits.count_ones())
        // With no numbers every operation is compiled.
        .unwrap_or(0)
}

/// The step that needs each result last.
fn last_uses(steps: &[(Step, bool)]) -> Vec<usize> {
    let mut last = vec![0; steps.len()];
    for (i, (step, kept)) in steps.iter().enumerate() {
        for slot in &step.arguments[..arity(step.op)] {
            if let (Slot::Result(j), true) = (slot, kept) {
                last[*j as usize] = i;
            }
        }
    }
    last
}

struct Assembly {
    /// Of each step.
    places: Vec<Place>,
    /// Rows of the file that are no longer needed.
    free: Vec<u32>,
    /// Rows of the file that loops keep.
    reserved: usize,
    /// The rows of the constants, by their bits.
    constants: HashMap<u32, u32>,
    program: Program,
}

impl Assembly {
    fn place(&mut self, slot: Slot) -> Place {
        let value = match slot {
            Slot::Input(place) => return place,
            Slot::Result(i) => return self.places[i as usize],
            Slot::Uniform(value) => value,
        };
        let constants = &mut self.program.constants;
        let index = *self.constants.entry(value.to_bits()).or_insert_with(|| {
            constants.push(value);
            constants.len() as u32 - 1
        });
        Place {
            bank: Bank::Constant,
            index,
        }
    }

    fn free_row(&mut self) -> Place {
        let file = &mut self.program.file;
        let index = self.free.pop().unwrap_or_else(|| {
            *file += 1;
            *file as u32 - 1
        });
        Place {
            bank: Bank::File,
            index,
        }
    }

    fn add(&mut self, step: &Step, out: Place) {
        let bits = numbers(step);
        let (mut places, mut numbers) = ([NOWHERE; 4], [0.0; 4]);
        for (i, slot) in step.arguments.into_iter().enumerate().take(arity(step.op)) {
            match uniform(slot) {
                Some(value) if bits >> i & 1 == 1 => numbers[i] = value,
                _ => places[i] = self.place(slot),
            }
        }
        self.program.code.push(Instruction {
            op: step.op,
            uniform: bits,
            places,
            numbers,
            out,
        });
    }

    /// Ends the operations that are run once, in front of what comes next.
    fn close(&mut self) {
        let Program { code, segments, .. } = &mut self.program;
        let start = segments.last().map_or(0, |s: &Segment| s.code.end);
        if start < code.len() {
            segments.push(Segment {
                code: start..code.len(),
                body: None,
            });
        }
    }

    /// Writes a loop.
    fn repeat(&mut self, repeat: &Repeat) {
        self.close();
        let Program {
            code,
            segments,
            constants,
            ..
        } = &mut self.program;
        let (start, first) = (code.len(), constants.len());
        code.extend(&repeat.program.code);
        constants.extend(&repeat.program.constants);
        segments.push(Segment {
            code: start..code.len(),
            body: Some(Body {
                constants: first,
                ..repeat.body
            }),
        });
    }

    /// Frees the rows of intermediate results that no later step needs.
    fn end(&mut self, ended: impl Iterator<Item = usize>) {
        let before = self.free.len();
        for place in ended.map(|j| self.places[j]) {
            // What loops keep is not used again. A step may name a result twice, but what was free before is not in use.
            let is_free = place.bank == Bank::File && place.index as usize >= self.reserved;
            if is_free && !self.free[before..].contains(&place.index) {
                self.free.push(place.index);
            }
        }
    }
}

/// A loop whose items and captures the steps before it have put into their rows.
pub(super) struct Repeat {
    /// The number of the first step behind it.
    pub before: usize,
    /// All but where its constants begin.
    pub body: Body,
    pub program: Program,
}

/// Writes the program of the steps that are kept. A result goes straight to the first of its targets. The first rows of the
/// file are `reserved`.
pub(super) fn assemble(
    steps: &[(Step, bool)],
    mut repeats: &[Repeat],
    reserved: usize,
    outputs: &[Slot],
    targets: &[Place],
) -> Program {
    let last = last_uses(steps);
    let mut assembly = Assembly {
        places: vec![NOWHERE; steps.len()],
        free: Vec::new(),
        reserved,
        constants: HashMap::new(),
        program: Program {
            code: Vec::new(),
            segments: Vec::new(),
            constants: Vec::new(),
            file: reserved,
        },
    };
    for (i, (step, kept)) in steps.iter().enumerate() {
        while let [first, rest @ ..] = repeats
            && first.before == i
        {
            assembly.repeat(first);
            repeats = rest;
        }
        if !kept {
            continue;
        }
        let output = outputs.iter().position(|o| *o == Slot::Result(i as u32));
        let target = step.target.or_else(|| output.map(|output| targets[output]));
        let out = target.unwrap_or_else(|| assembly.free_row());
        assembly.places[i] = out;
        assembly.add(step, out);
        // Only now: no operation may write where it reads.
        let arguments = step.arguments[..arity(step.op)].iter();
        let results = arguments.filter_map(|slot| match slot {
            Slot::Result(j) => Some(*j as usize),
            _ => None,
        });
        assembly.end(results.filter(|j| last[*j] == i));
    }
    repeats.iter().for_each(|repeat| assembly.repeat(repeat));
    for (slot, target) in outputs.iter().zip(targets) {
        let is_there = matches!(slot, Slot::Result(i) if assembly.places[*i as usize] == *target);
        if !is_there {
            let copy = Step::new(Op::Copy, [*slot; 4]);
            assembly.add(&copy, *target);
        }
    }
    assembly.close();
    assembly.program
}

#[cfg(test)]
mod tests {
    use super::super::execute::Execute;
    use super::super::lanes::Row;
    use super::super::program::{BANKS, Bank, Place, Program, Slot};
    use crate::number::graph::{Binary, Graph, Id, Node, Unary};
    use crate::system::functions::Function;
    use pulp::NullaryFnOnce;

    /// Σ sin(a xₖ), all of them there before the first is added; `a` is an input and the xₖ are numbers.
    fn sum_of(terms: usize, x: impl Fn(usize) -> f64) -> Function {
        let mut graph = Graph::default();
        let a = graph.push(Node::Input { bank: 0, index: 0 });
        let sines: Vec<Id> = (0..terms)
            .map(|k| {
                let x = graph.push(Node::constant(x(k)));
                let product = graph.push(Node::Binary(Binary::Mul, x, a));
                graph.push(Node::Unary(Unary::Sin, product))
            })
            .collect();
        let sum = |sum, term: &Id| graph.push(Node::Binary(Binary::Add, sum, *term));
        let outputs = vec![sines[1..].iter().fold(sines[0], sum)];
        Function::new(graph, outputs)
    }

    /// With rows numbered in 16 bits the 65537th result was written over the first.
    #[test]
    fn more_rows_than_sixteen_bits_can_number_are_told_apart() {
        const TERMS: usize = 70_000;
        let x = |k: usize| 0.5 + k as f64 / TERMS as f64;
        let function = sum_of(TERMS, x);
        let place = |bank| Place { bank, index: 0 };
        let input = |_: u32, _: u32| Slot::Input(place(Bank::State));
        let targets = [place(Bank::Cost)];
        let program = Program::new(&[&function], input, &targets);
        assert!(program.file > usize::from(u16::MAX), "{}", program.file);
        let mut bases = [0; BANKS];
        let file = program.constants.len();
        bases[Bank::File as usize] = file;
        bases[Bank::State as usize] = file + program.file;
        bases[Bank::Cost as usize] = file + program.file + 1;
        let mut rows = vec![Row::filled(0.0); file + program.file + 2];
        for (row, value) in rows.iter_mut().zip(&program.constants) {
            *row = Row::filled(*value);
        }
        rows[file + program.file] = Row::filled(1.0);
        Execute {
            program: &program,
            rows: &mut rows,
            bases: &bases,
        }
        .call();
        let expected: f64 = (0..TERMS).map(|k| x(k).sin()).sum();
        let found = f64::from(rows[file + program.file + 1].0[0]);
        // 70 000 roundings of half a unit of 2^-24 of sums of up to 5e4 would be 100; they mostly cancel. The first 4464
        // terms, lost, are 2000.
        assert!((found - expected).abs() < 50.0, "{found}, not {expected}");
    }
}
