//! Fewer operations for the same results, to the bit: each reads and writes rows, which costs more than to compute.

use super::program::{Op, Slot, Step};

/// How many arguments an operation has.
pub(super) fn arity(op: Op) -> usize {
    match op {
        Op::Neg | Op::Abs | Op::Sqrt | Op::Sin | Op::Cos | Op::Exp | Op::Ln | Op::Tanh => 1,
        Op::Not | Op::Copy => 1,
        Op::Select | Op::MulAdd | Op::MulSub | Op::SubMul => 3,
        Op::SumAdd | Op::SumMul | Op::DifferenceMul => 3,
        Op::MulAddMul | Op::MulSubMul | Op::MulAddSum | Op::MulAddDifference => 4,
        Op::SumMulAdd | Op::DifferenceMulAdd | Op::SelectLess => 4,
        _ => 2,
    }
}

/// How often each result is used by what is used itself, or goes to a row of its own; those with 0 are needed by nothing.
fn uses(steps: &[Step], outputs: &[Slot]) -> Vec<u32> {
    let mut uses = vec![0; steps.len()];
    let count = |slot: &Slot, uses: &mut [u32]| {
        if let Slot::Result(i) = slot {
            uses[*i as usize] += 1;
        }
    };
    outputs.iter().for_each(|slot| count(slot, &mut uses));
    for (i, step) in steps.iter().enumerate().rev() {
        if step.target.is_some() {
            uses[i] += 1;
        }
        if uses[i] > 0 {
            let arguments = &step.arguments[..arity(step.op)];
            arguments.iter().for_each(|slot| count(slot, &mut uses));
        }
    }
    uses
}

/// Merges sums, products and comparisons that are used once into their users; returns which steps are left.
pub(super) fn fuse(steps: &mut [Step], outputs: &[Slot]) -> Vec<bool> {
    let uses = uses(steps, outputs);
    let mut kept: Vec<bool> = uses.iter().map(|uses| *uses > 0).collect();
    for i in 0..steps.len() {
        if !kept[i] {
            continue;
        }
        let [a, b, c, _] = steps[i].arguments;
        let known = &*steps;
        let source = |slot: Slot| match slot {
            Slot::Result(j) if uses[j as usize] == 1 => Some((j as usize, known[j as usize])),
            _ => None,
        };
        let found = match steps[i].op {
            Op::Add => sum((a, source(a)), (b, source(b))),
            Op::Sub => difference((a, source(a)), (b, source(b))),
            Op::Mul => product(source(a), b).or_else(|| product(source(b), a)),
            Op::Select => source(a).and_then(|(j, less)| match (less.op, less.arguments) {
                (Op::Less, [x, y, ..]) => Some((vec![j], Op::SelectLess, [x, b, c, y])),
                _ => None,
            }),
            _ => None,
        };
        if let Some((merged, op, arguments)) = found {
            merged.into_iter().for_each(|j| kept[j] = false);
            steps[i] = Step {
                op,
                arguments,
                ..steps[i]
            };
        }
    }
    kept
}

/// The steps that are merged, and what becomes of their user.
type Fused = Option<(Vec<usize>, Op, [Slot; 4])>;
/// An argument, and the step it comes from if that is its only use.
type Term = (Slot, Option<(usize, Step)>);

fn sum(x: Term, y: Term) -> Fused {
    let both = |(_, x): Term, (_, y): Term| -> Fused {
        let ((i, x), (j, y)) = (x?, y?);
        let op = match (x.op, y.op) {
            (Op::Mul, Op::Mul) => Op::MulAddMul,
            (Op::Mul, Op::Add) => Op::MulAddSum,
            (Op::Mul, Op::Sub) => Op::MulAddDifference,
            _ => return None,
        };
        let ([a, b, ..], [c, d, ..]) = (x.arguments, y.arguments);
        Some((vec![i, j], op, [a, b, c, d]))
    };
    let one = |op: Op, into: Op, (_, x): Term, (y, _): Term| -> Fused {
        let (i, x) = x.filter(|(_, x)| x.op == op)?;
        let [a, b, c, _] = x.arguments;
        let arguments = match into {
            Op::SumMulAdd | Op::DifferenceMulAdd => [a, b, c, y],
            _ => [a, b, y, a],
        };
        Some((vec![i], into, arguments))
    };
    let any = |op, into| one(op, into, x, y).or_else(|| one(op, into, y, x));
    both(x, y)
        .or_else(|| both(y, x))
        .or_else(|| any(Op::SumMul, Op::SumMulAdd))
        .or_else(|| any(Op::DifferenceMul, Op::DifferenceMulAdd))
        .or_else(|| any(Op::Mul, Op::MulAdd))
        .or_else(|| any(Op::Add, Op::SumAdd))
}

fn difference((x, from): Term, (y, by): Term) -> Fused {
    let product = |source: Option<(usize, Step)>| source.filter(|(_, s)| s.op == Op::Mul);
    match (product(from), product(by)) {
        (Some((i, first)), Some((j, second))) => {
            let ([a, b, ..], [c, d, ..]) = (first.arguments, second.arguments);
            Some((vec![i, j], Op::MulSubMul, [a, b, c, d]))
        }
        (Some((i, Step { arguments, .. })), None) => {
            let [a, b, ..] = arguments;
            Some((vec![i], Op::MulSub, [a, b, y, a]))
        }
        (None, Some((j, Step { arguments, .. }))) => {
            let [a, b, ..] = arguments;
            Some((vec![j], Op::SubMul, [a, b, x, a]))
        }
        (None, None) => None,
    }
}

fn product(x: Option<(usize, Step)>, y: Slot) -> Fused {
    let (i, x) = x?;
    let op = match x.op {
        Op::Add => Op::SumMul,
        Op::Sub => Op::DifferenceMul,
        _ => return None,
    };
    let [a, b, ..] = x.arguments;
    Some((vec![i], op, [a, b, y, a]))
}

fn is_number(slot: Slot) -> bool {
    matches!(slot, Slot::Uniform(_))
}

fn negated(slot: Slot) -> Option<Slot> {
    match slot {
        Slot::Uniform(value) => Some(Slot::Uniform(-value)),
        _ => None,
    }
}

/// The same results, to the bit, with numbers where operations are compiled for them: before rows.
pub(super) fn numbers_first(step: Step) -> Step {
    use Op::{Add, DifferenceMul, DifferenceMulAdd, Mul, MulAdd, MulAddDifference, MulAddMul};
    use Op::{MulAddSum, MulSub, MulSubMul, Sub, SubMul, SumAdd, SumMul, SumMulAdd};
    let Step {
        mut op, arguments, ..
    } = step;
    let [mut a, mut b, mut c, mut d] = arguments;
    // Minus a number is plus another one, minus a product the product with another one.
    (op, a, b, c) = match (op, negated(a), negated(b), negated(c)) {
        (Sub, _, Some(less), _) => (Add, a, less, c),
        (DifferenceMul, _, Some(less), _) => (SumMul, a, less, c),
        (DifferenceMulAdd, _, Some(less), _) => (SumMulAdd, a, less, c),
        (MulSub, .., Some(less)) => (MulAdd, a, b, less),
        (SubMul, Some(less), ..) => (MulAdd, less, b, c),
        (SubMul, _, Some(less), _) => (MulAdd, a, less, c),
        (MulSubMul, .., Some(less)) => (MulAddMul, a, b, less),
        _ => (op, a, b, c),
    };
    match (op, negated(d)) {
        (MulSubMul, Some(less)) => (op, d) = (MulAddMul, less),
        (MulAddDifference, Some(less)) => (op, d) = (MulAddSum, less),
        _ => {}
    }
    let first_two = [Add, Mul, MulAdd, MulSub, MulAddMul, MulSubMul, MulAddSum];
    let more = [MulAddDifference, SumAdd, SumMul, SumMulAdd];
    if (first_two.contains(&op) || more.contains(&op)) && is_number(b) {
        (a, b) = (b, a);
    }
    if [MulAddMul, MulAddSum].contains(&op) && is_number(d) {
        (c, d) = (d, c);
    }
    if op == MulAddMul && is_number(c) && !is_number(a) {
        (a, b, c, d) = (c, d, a, b);
    }
    Step {
        op,
        arguments: [a, b, c, d],
        ..step
    }
}

#[cfg(test)]
mod tests {
    use super::super::execute::{Execute, apply};
    use super::super::lanes::{LANES, Row};
    use super::super::program::{BANKS, Bank, Op, Place, Program, Slot};
    use crate::number::graph::{Binary, Graph, Id, Node};
    use crate::system::functions::Function;
    use pulp::NullaryFnOnce;

    /// Of the arguments that are the same in all lanes; a product with 1 is none.
    const NUMBERS: [f32; 4] = [1.0, -0.3, 0.7, 2.5];
    const INNER: [Option<(Binary, Op)>; 4] = [
        None,
        Some((Binary::Add, Op::Add)),
        Some((Binary::Sub, Op::Sub)),
        Some((Binary::Mul, Op::Mul)),
    ];

    /// (a left b) outer (c right d), where nothing on a side is its first argument; `numbers` has a bit for each
    /// argument that is a parameter.
    fn program(sides: [Option<Binary>; 2], outer: Binary, numbers: usize) -> Program {
        let mut graph = Graph::default();
        let arguments: [Id; 4] = std::array::from_fn(|i| {
            let bank = (numbers >> i & 1) as u32;
            graph.push(Node::Input {
                bank,
                index: i as u32,
            })
        });
        let [left, right] = [0, 1].map(|side| {
            let (x, y) = (arguments[2 * side], arguments[2 * side + 1]);
            sides[side].map_or(x, |op| graph.push(Node::Binary(op, x, y)))
        });
        let outputs = vec![graph.push(Node::Binary(outer, left, right))];
        let places: Vec<Place> = Place::rows(Bank::State, 4).collect();
        let input = |bank: u32, index: u32| match bank {
            0 => Slot::Input(places[index as usize]),
            _ => Slot::Uniform(NUMBERS[index as usize]),
        };
        let target: Vec<Place> = Place::rows(Bank::Cost, 1).collect();
        Program::new(&[&Function::new(graph, outputs)], input, &target)
    }

    #[test]
    fn fused_operations_give_the_bits_of_single_ones() {
        let state = |i: usize, lane: usize| (1.3 * (7 * lane + 3 * i + 1) as f32).sin();
        let sides = INNER
            .iter()
            .flat_map(|l| INNER.iter().map(move |r| [*l, *r]));
        let outers = &INNER[1..];
        for (sides, (outer, outer_op)) in
            sides.flat_map(|s| outers.iter().flatten().map(move |o| (s, *o)))
        {
            for numbers in 0..16 {
                let program = program(sides.map(|s| s.map(|(op, _)| op)), outer, numbers);
                // Constants, intermediate results, state, cost.
                let mut bases = [0; BANKS];
                bases[Bank::File as usize] = 10;
                bases[Bank::State as usize] = 20;
                bases[Bank::Cost as usize] = 30;
                let mut rows = vec![Row::filled(0.0); 31];
                for (row, value) in rows.iter_mut().zip(&program.constants) {
                    *row = Row::filled(*value);
                }
                for (i, row) in rows[20..24].iter_mut().enumerate() {
                    *row = Row(std::array::from_fn(|lane| state(i, lane)));
                }
                Execute {
                    program: &program,
                    rows: &mut rows,
                    bases: &bases,
                }
                .call();
                for lane in 0..LANES {
                    let x: [f32; 4] = std::array::from_fn(|i| match numbers >> i & 1 {
                        1 => NUMBERS[i],
                        _ => state(i, lane),
                    });
                    let [left, right] = [0, 1].map(|side| match sides[side] {
                        None => x[2 * side],
                        Some((_, op)) => apply(op, [x[2 * side], x[2 * side + 1], 0.0, 0.0]),
                    });
                    let expected = apply(outer_op, [left, right, 0.0, 0.0]);
                    let found = rows[30].0[lane];
                    let what = format!("{sides:?} {outer:?} {numbers:04b}: {:?}", program.code);
                    assert_eq!(found.to_bits(), expected.to_bits(), "{what}");
                }
                let is_product = |side: &Option<(Binary, Op)>| matches!(side, Some((_, Op::Mul)));
                let products = sides.iter().filter(|s| is_product(s)).count();
                if numbers == 0 && outer_op != Op::Mul {
                    assert!(program.code.len() <= 3 - products, "{:?}", program.code);
                }
            }
        }
    }
}
