//! From steps to instructions: which rows they use, and which of their arguments are numbers.

use super::execute::is_compiled;
use super::fusion::arity;
use super::program::{Bank, Body, Instruction, Op, Place, Program, Segment, Slot, Step, uniform};

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
    free: Vec<u16>,
    /// Rows of the file that loops keep.
    reserved: usize,
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
        let same = |c: &f32| c.to_bits() == value.to_bits();
        let index = constants.iter().position(same).unwrap_or_else(|| {
            constants.push(value);
            constants.len() - 1
        });
        Place {
            bank: Bank::Constant,
            index: index as u16,
        }
    }

    fn free_row(&mut self) -> Place {
        let file = &mut self.program.file;
        let index = self.free.pop().unwrap_or_else(|| {
            *file += 1;
            *file as u16 - 1
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
        for place in ended.map(|j| self.places[j]) {
            // What is reserved is not in the file that is used again.
            let is_free = place.bank == Bank::File && place.index as usize >= self.reserved;
            if is_free && !self.free.contains(&place.index) {
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
