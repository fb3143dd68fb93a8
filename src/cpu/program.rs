//! A traced function as a flat list of operations on rows.
//!
//! What depends on parameters and constants alone is computed here, in f32, and is a number in the operation that needs
//! it or, where no such operation is compiled, a row. Dead code is gone; a product or comparison used once, by a sum or a
//! selection, becomes part of it. Results go straight to where they are wanted, others to rows that are used again.

use super::assembly::assemble;
use super::execute::apply;
use super::fusion::{fuse, numbers_first};
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
    /// a b + c d
    MulAddMul,
    /// a b - c d
    MulSubMul,
    /// a b + (c + d)
    MulAddSum,
    /// a b + (c - d)
    MulAddDifference,
    /// (a + b) + c
    SumAdd,
    /// (a + b) c
    SumMul,
    /// (a - b) c
    DifferenceMul,
    /// (a + b) c + d
    SumMulAdd,
    /// (a - b) c + d
    DifferenceMulAdd,
    /// b where a < d, else c
    SelectLess,
    /// a; the last of all, see [`Op::COUNT`]
    Copy,
}

impl Op {
    /// The number of operations.
    pub const COUNT: usize = Op::Copy as usize + 1;
}

/// Where rows are; where each of these begins differs from step to step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named like what is there")]
pub enum Bank {
    Constant,
    /// Intermediate results
    File,
    Control,
    Parameters,
    Cost,
    State,
    NextState,
    /// Of the state after the step
    CotangentAfter,
    /// Of the state before the step
    Cotangent,
    /// Of the control
    Gradient,
}

/// The number of banks.
pub const BANKS: usize = 10;

/// A row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Where it is counted from.
    pub bank: Bank,
    /// Rows from there.
    pub index: u32,
}

impl Place {
    /// Consecutive rows of a bank.
    pub fn rows(bank: Bank, count: usize) -> impl Iterator<Item = Self> {
        (0..count as u32).map(move |index| Self { bank, index })
    }
}

/// One operation on a, b, c, d.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Instruction {
    /// What is done.
    pub op: Op,
    /// Bit i: argument i is the same number in all lanes.
    pub uniform: u8,
    /// Where the arguments are.
    pub places: [Place; 4],
    /// The numbers of those that are the same in all lanes.
    pub numbers: [f32; 4],
    /// Where the result goes.
    pub out: Place,
}

/// See the module.
#[derive(Clone, Debug)]
pub struct Program {
    /// The operations, in order.
    pub code: Vec<Instruction>,
    /// The rows of the constants.
    pub constants: Vec<f32>,
    /// Rows of intermediate results.
    pub file: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Slot {
    Input(Place),
    Uniform(f32),
    Result(u32),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub op: Op,
    pub arguments: [Slot; 4],
}

impl Program {
    /// Compiles functions into one program. `inputs` are group, field and row of what it reads, `targets` the rows of
    /// the results, and `parameter` gives the values of the inputs of the group `parameters`.
    pub fn new(
        functions: &[&Trace],
        inputs: &[(&str, &str, Place)],
        targets: &[Place],
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
                    let mut known = inputs.iter();
                    let input = known.find(|(g, f, _)| (*g, *f) == (group, field));
                    let slot = match input {
                        Some((.., place)) => Slot::Input(*place),
                        None => Slot::Uniform(parameter(field)),
                    };
                    (None, [slot; 4])
                }
                Node::Unary(op, a) => (unary(op), [at(a); 4]),
                Node::Binary(Binary::Mul, a, b) if uniform(at(a)) == Some(1.0) => {
                    (None, [at(b); 4])
                }
                Node::Binary(Binary::Mul, a, b) if uniform(at(b)) == Some(1.0) => {
                    (None, [at(a); 4])
                }
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
        for step in &mut steps {
            *step = numbers_first(*step);
        }
        let steps: Vec<(Step, bool)> = steps.into_iter().zip(kept).collect();
        assemble(&steps, &outputs, targets)
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

pub(super) fn uniform(slot: Slot) -> Option<f32> {
    match slot {
        Slot::Uniform(value) => Some(value),
        _ => None,
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
