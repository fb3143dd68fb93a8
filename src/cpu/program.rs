//! A traced function as a flat list of operations on registers.
//!
//! Registers: first the inputs, then the constants, then one for the result of each operation, in order. What
//! depends on parameters and constants alone is computed here, in f32, and is a constant of the program. Dead code
//! is gone; a product or comparison used once, by a sum or a selection, becomes part of it.

use super::lanes::{Row, apply};
use crate::expr::graph::{Binary, Graph, Id, Node, Unary};
use crate::trace::Trace;

/// An operation; masks are all bits set or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named like the operations of the graph")]
pub enum Op {
    Neg,
    Abs,
    Sqrt,
    Sin,
    Cos,
    Exp,
    Ln,
    Tanh,
    Not,
    Add,
    Sub,
    Mul,
    Div,
    Max,
    Min,
    Atan2,
    Less,
    LessEqual,
    And,
    Or,
    /// b where mask a, else c
    Select,
    /// a b + c, rounded twice
    MulAdd,
    /// a b - c
    MulSub,
    /// c - a b
    SubMul,
    /// b where a < d, else c
    SelectLess,
}

/// One operation: the registers of a, b, c, d. What it does not need repeats a.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// What is done.
    pub op: Op,
    /// The registers it reads.
    pub arguments: [u32; 4],
}

/// See the module.
#[derive(Clone, Debug)]
pub struct Program {
    code: Vec<Instruction>,
    inputs: usize,
    constants: Vec<f32>,
    outputs: Vec<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Slot {
    Input(u32),
    Uniform(f32),
    Result(u32),
}

#[derive(Clone, Copy, Debug)]
struct Step {
    op: Op,
    arguments: [Slot; 4],
}

impl Program {
    /// Compiles functions into one program. `inputs` are group and field of what goes into the first registers, and
    /// `parameter` gives the values of the inputs of the group `parameters`.
    pub fn new(
        functions: &[&Trace],
        inputs: &[(&str, &str)],
        parameter: impl Fn(&str) -> f32,
    ) -> Self {
        let (graph, outputs) = joined(functions);
        let live = graph.live(&outputs);
        let mut steps: Vec<Step> = Vec::new();
        let mut slots: Vec<Slot> = Vec::with_capacity(graph.len());
        for (id, node) in graph.iter() {
            let at = |id: Id| slots[id.index()];
            let (op, arguments) = match node {
                _ if !live[id.index()] => (None, [Slot::Uniform(0.0); 4]),
                Node::Constant(bits) => (None, [Slot::Uniform(f64::from_bits(bits) as f32); 4]),
                Node::MaskConstant(value) => (None, [Slot::Uniform(super::lanes::mask(value)); 4]),
                Node::Input { group, field } => {
                    let place = inputs.iter().position(|input| *input == (group, field));
                    let slot = match place {
                        Some(place) => Slot::Input(place as u32),
                        None => Slot::Uniform(parameter(field)),
                    };
                    (None, [slot; 4])
                }
                Node::Unary(op, a) => (unary(op), [at(a); 4]),
                Node::Binary(op, a, b) => (Some(binary(op)), [at(a), at(b), at(a), at(a)]),
                Node::Select(mask, a, b) => (Some(Op::Select), [at(mask), at(a), at(b), at(mask)]),
            };
            slots.push(match op {
                None => arguments[0],
                Some(op) => match arguments.map(uniform) {
                    [Some(a), Some(b), Some(c), Some(d)] => Slot::Uniform(apply(op, [a, b, c, d])),
                    _ => {
                        steps.push(Step { op, arguments });
                        Slot::Result(steps.len() as u32 - 1)
                    }
                },
            });
        }
        let outputs: Vec<Slot> = outputs.iter().map(|id| slots[id.index()]).collect();
        let kept = fuse(&mut steps, &outputs);
        assemble(&steps, &kept, inputs.len(), &outputs)
    }

    /// The operations, in order.
    pub fn code(&self) -> &[Instruction] {
        &self.code
    }

    /// Where the results are.
    pub fn outputs(&self) -> &[u32] {
        &self.outputs
    }

    /// The register of the first result: how many inputs and constants there are.
    pub fn first_result(&self) -> usize {
        self.inputs + self.constants.len()
    }

    /// Registers with the constants in place.
    pub fn registers(&self) -> Vec<Row> {
        let mut file = vec![Row::filled(0.0); self.first_result() + self.code.len()];
        for (row, constant) in file[self.inputs..].iter_mut().zip(&self.constants) {
            *row = Row::filled(*constant);
        }
        file
    }
}

/// All functions in one graph, where they share what they have in common, and the outputs of all.
fn joined(functions: &[&Trace]) -> (Graph, Vec<Id>) {
    let mut graph = Graph::default();
    let mut outputs = Vec::new();
    for function in functions {
        let mut ids: Vec<Id> = Vec::with_capacity(function.graph.len());
        for (_, node) in function.graph.iter() {
            let at = |id: Id| ids[id.index()];
            let node = match node {
                Node::Unary(op, a) => Node::Unary(op, at(a)),
                Node::Binary(op, a, b) => Node::Binary(op, at(a), at(b)),
                Node::Select(mask, a, b) => Node::Select(at(mask), at(a), at(b)),
                leaf => leaf,
            };
            ids.push(graph.push(node));
        }
        outputs.extend(function.outputs.iter().map(|id| ids[id.index()]));
    }
    (graph, outputs)
}

fn uniform(slot: Slot) -> Option<f32> {
    match slot {
        Slot::Uniform(value) => Some(value),
        _ => None,
    }
}

/// Merges single-use products and comparisons into their users; returns which steps are left.
fn fuse(steps: &mut [Step], outputs: &[Slot]) -> Vec<bool> {
    let mut uses = vec![0_u32; steps.len()];
    let mut count = |slots: &[Slot]| {
        for slot in slots {
            if let Slot::Result(i) = slot {
                uses[*i as usize] += 1;
            }
        }
    };
    count(outputs);
    for step in steps.iter() {
        count(&step.arguments[..arity(step.op)]);
    }
    let mut kept = vec![true; steps.len()];
    for i in 0..steps.len() {
        let [a, b, c, _] = steps[i].arguments;
        let source = |slot: Slot, op: Op| match slot {
            Slot::Result(j) if steps[j as usize].op == op && uses[j as usize] == 1 => {
                Some((j as usize, steps[j as usize].arguments))
            }
            _ => None,
        };
        let fused = match steps[i].op {
            Op::Add => source(a, Op::Mul)
                .map(|s| (s, Op::MulAdd, b))
                .or_else(|| source(b, Op::Mul).map(|s| (s, Op::MulAdd, a))),
            Op::Sub => source(a, Op::Mul)
                .map(|s| (s, Op::MulSub, b))
                .or_else(|| source(b, Op::Mul).map(|s| (s, Op::SubMul, a))),
            Op::Select => source(a, Op::Less).map(|s| (s, Op::SelectLess, c)),
            _ => None,
        };
        if let Some(((j, [x, y, ..]), op, other)) = fused {
            kept[j] = false;
            steps[i] = Step {
                op,
                arguments: match op {
                    Op::SelectLess => [x, b, other, y],
                    _ => [x, y, other, x],
                },
            };
        }
    }
    kept
}

fn assemble(steps: &[Step], kept: &[bool], inputs: usize, outputs: &[Slot]) -> Program {
    let mut constants: Vec<f32> = Vec::new();
    let live = || steps.iter().zip(kept).filter(|(_, k)| **k).map(|(s, _)| s);
    let used = live().flat_map(|step| step.arguments);
    for value in used.chain(outputs.iter().copied()).filter_map(uniform) {
        if !constants.iter().any(|c| c.to_bits() == value.to_bits()) {
            constants.push(value);
        }
    }
    let (mut places, mut next) = (Vec::new(), inputs + constants.len());
    for kept in kept {
        places.push(next as u32);
        next += usize::from(*kept);
    }
    let register = |slot: Slot| match slot {
        Slot::Input(i) => i,
        Slot::Result(i) => places[i as usize],
        Slot::Uniform(value) => {
            let same = |c: &f32| c.to_bits() == value.to_bits();
            (inputs + constants.iter().position(same).unwrap_or_default()) as u32
        }
    };
    Program {
        code: live()
            .map(|step| Instruction {
                op: step.op,
                arguments: step.arguments.map(register),
            })
            .collect(),
        inputs,
        outputs: outputs.iter().copied().map(register).collect(),
        constants,
    }
}

fn arity(op: Op) -> usize {
    use Op::{Abs, Cos, Exp, Ln, MulAdd, MulSub, Neg, Not, Select, SelectLess, Sin, Sqrt};
    match op {
        Neg | Abs | Sqrt | Sin | Cos | Exp | Ln | Op::Tanh | Not => 1,
        Select | MulAdd | MulSub | Op::SubMul => 3,
        SelectLess => 4,
        _ => 2,
    }
}

/// `None` for what changes nothing.
fn unary(op: Unary) -> Option<Op> {
    Some(match op {
        Unary::Neg => Op::Neg,
        Unary::Abs => Op::Abs,
        Unary::Sqrt => Op::Sqrt,
        Unary::Sin => Op::Sin,
        Unary::Cos => Op::Cos,
        Unary::Exp => Op::Exp,
        Unary::Ln => Op::Ln,
        Unary::Tanh => Op::Tanh,
        Unary::Not => Op::Not,
        Unary::Detach => return None,
    })
}

fn binary(op: Binary) -> Op {
    match op {
        Binary::Add => Op::Add,
        Binary::Sub => Op::Sub,
        Binary::Mul => Op::Mul,
        Binary::Div => Op::Div,
        Binary::Max => Op::Max,
        Binary::Min => Op::Min,
        Binary::Atan2 => Op::Atan2,
        Binary::Less => Op::Less,
        Binary::LessEqual => Op::LessEqual,
        Binary::And => Op::And,
        Binary::Or => Op::Or,
    }
}
