//! A traced function as a flat list of operations on rows.
//!
//! What depends on parameters and constants alone is computed here, in f32, and is a number in the operation that needs
//! it or, where no such operation is compiled, a row. Dead code is gone; a product or comparison used once, by a sum or a
//! selection, becomes part of it. Results go straight to where they are wanted, others to rows that are used again.

use super::assembly::assemble;
use super::execute::apply;
use super::fusion::{fuse, numbers_first};
use super::lanes::mask;
use super::program::{Op, Place, Program, Slot, Step, uniform};
use crate::number::graph::{Binary, Graph, Id, Node, Unary};
use crate::system::functions::Function;

impl Program {
    /// Compiles functions into one program. `input` says where an input of a bank is, or what number it is in all lanes;
    /// `targets` are the rows of the results.
    pub fn new(
        functions: &[&Function],
        input: impl Fn(u32, u32) -> Slot,
        targets: &[Place],
    ) -> Self {
        // Functions share what they have in common.
        let mut graph = Graph::default();
        let append = |f: &&Function| graph.append(&f.graph, &f.outputs);
        let outputs: Vec<Id> = functions.iter().flat_map(append).collect();
        let live = graph.live(&outputs);
        let mut steps: Vec<Step> = Vec::new();
        let mut slots: Vec<Slot> = Vec::with_capacity(graph.len());
        for (id, node) in graph.iter() {
            let at = |id: Id| slots[id.index()];
            let (op, arguments) = match node {
                _ if !live[id.index()] => (None, [Slot::Uniform(0.0); 4]),
                Node::Constant(bits) => (None, [Slot::Uniform(f64::from_bits(bits) as f32); 4]),
                Node::MaskConstant(value) => (None, [Slot::Uniform(mask(value)); 4]),
                Node::Input { bank, index } => (None, [input(bank, index); 4]),
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
