//! A traced function as a flat list of operations on rows.
//!
//! What depends on parameters and constants alone is computed here, in f32, and is a number in the operation that needs
//! it or, where no such operation is compiled, a row. Dead code is gone; a product or comparison used once, by a sum or a
//! selection, becomes part of it. Results go straight to where they are wanted, others to rows that are used again.

use super::assembly::{Repeat, assemble};
use super::execute::apply;
use super::fusion::{fuse, numbers_first};
use super::lanes::mask;
use super::program::{Bank, Body, Op, Place, Program, Slot, Step, uniform};
use crate::number::graph::{Binary, Graph, ITEMS, Id, Loop, Loops, Node, Unary};
use crate::system::functions::Function;
use std::collections::HashMap;

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
        let append = |f: &&Function| {
            // Rows are found by number: what differs from pass to pass is unrolled.
            graph.append_with(
                &f.graph,
                &f.outputs,
                Loops::AlikeKept,
                &|graph, bank, index| graph.push(Node::Input { bank, index }),
            )
        };
        let outputs: Vec<Id> = functions.iter().flat_map(append).collect();
        Compiler::new(&graph, &outputs, &input).program(&outputs, targets)
    }
}

/// The steps of a graph.
struct Compiler<'a> {
    graph: &'a Graph,
    input: &'a dyn Fn(u32, u32) -> Slot,
    steps: Vec<Step>,
    /// Where the value of each node so far is.
    slots: Vec<Slot>,
    repeats: Vec<Repeat>,
    /// Where the items are that each loop so far has left.
    left: HashMap<u32, usize>,
    /// Rows of the file that loops keep.
    reserved: usize,
}

impl<'a> Compiler<'a> {
    fn new(graph: &'a Graph, outputs: &[Id], input: &'a dyn Fn(u32, u32) -> Slot) -> Self {
        let mut compiler = Self {
            graph,
            input,
            steps: Vec::new(),
            slots: Vec::with_capacity(graph.len()),
            repeats: Vec::new(),
            left: HashMap::new(),
            reserved: 0,
        };
        let live = graph.live(outputs);
        for (id, node) in graph.iter() {
            let slot = match live[id.index()] {
                true => compiler.slot(node),
                false => Slot::Uniform(0.0),
            };
            compiler.slots.push(slot);
        }
        compiler
    }

    /// Adds what a node takes, and says where its value is then.
    fn slot(&mut self, node: Node) -> Slot {
        let at = |id: Id| self.slots[id.index()];
        let (op, arguments) = match node {
            Node::Constant(bits) => return Slot::Uniform(f64::from_bits(bits) as f32),
            Node::MaskConstant(value) => return Slot::Uniform(mask(value)),
            Node::Input { bank, index } => return (self.input)(bank, index),
            Node::Item { of, item } => {
                let first = match self.left.get(&of) {
                    Some(first) => *first,
                    None => {
                        let first = self.repeat(self.graph.repeated(of));
                        self.left.insert(of, first);
                        first
                    }
                };
                return Slot::Input(row(first + item as usize));
            }
            Node::Unary(Unary::Detach | Unary::Seamless, a)
            | Node::Binary(Binary::WithDerivativeOf, a, _) => return at(a),
            Node::Unary(op, a) => (unary(op), [at(a); 4]),
            Node::Binary(Binary::Mul, a, b) if uniform(at(a)) == Some(1.0) => return at(b),
            Node::Binary(Binary::Mul, a, b) if uniform(at(b)) == Some(1.0) => return at(a),
            Node::Binary(op, a, b) => (binary(op), [at(a), at(b), at(a), at(a)]),
            Node::Select(mask, a, b) => (Op::Select, [at(mask), at(a), at(b), at(mask)]),
        };
        if let [Some(a), Some(b), Some(c), Some(d)] = arguments.map(uniform) {
            return Slot::Uniform(apply(op, [a, b, c, d]));
        }
        self.steps.push(Step::new(op, arguments));
        Slot::Result(self.steps.len() as u32 - 1)
    }

    /// Adds a loop, and says in which row of the file its items begin afterwards.
    ///
    /// Its rows are kept for it alone: the items before and after a pass, which change places from one pass to the next, what
    /// it captures, and its intermediate results. Loops inside of it are unrolled.
    fn repeat(&mut self, of: &Loop) -> usize {
        let items = of.start.len();
        let first = self.reserved;
        let captured_at = first + 2 * items;
        for (i, id) in of.start.iter().enumerate() {
            self.copy(self.slots[id.index()], first + i);
        }
        let mut rows = 0;
        let mut captured = Vec::with_capacity(of.captured.len());
        for id in &of.captured {
            let slot = self.slots[id.index()];
            captured.push(match slot {
                Slot::Uniform(_) => slot,
                _ => {
                    self.copy(slot, captured_at + rows);
                    rows += 1;
                    Slot::Input(Place {
                        bank: Bank::Captured,
                        index: rows as u32 - 1,
                    })
                }
            });
        }
        let input = |bank: u32, index: u32| match bank {
            ITEMS => Slot::Input(Place {
                bank: Bank::Items,
                index,
            }),
            _ => captured[index as usize],
        };
        let mut graph = Graph::default();
        let outputs = graph.append_with(
            &of.graph,
            &of.outputs,
            Loops::Unrolled,
            &|graph, bank, index| graph.push(Node::Input { bank, index }),
        );
        let targets: Vec<Place> = Place::rows(Bank::NextItems, items).collect();
        let program = Compiler::new(&graph, &outputs, &input).program(&outputs, &targets);
        let body = Body {
            count: of.count,
            items: [first, first + items],
            captured: captured_at,
            file: captured_at + rows,
            constants: 0,
        };
        self.reserved = body.file + program.file;
        self.repeats.push(Repeat {
            before: self.steps.len(),
            body,
            program,
        });
        body.left()
    }

    /// Adds a copy to a row of the file.
    fn copy(&mut self, from: Slot, to: usize) {
        self.steps.push(Step {
            target: Some(row(to)),
            ..Step::new(Op::Copy, [from; 4])
        });
    }

    fn program(mut self, outputs: &[Id], targets: &[Place]) -> Program {
        let outputs: Vec<Slot> = outputs.iter().map(|id| self.slots[id.index()]).collect();
        let kept = fuse(&mut self.steps, &outputs);
        for step in &mut self.steps {
            *step = numbers_first(*step);
        }
        let steps: Vec<(Step, bool)> = self.steps.into_iter().zip(kept).collect();
        assemble(&steps, &self.repeats, self.reserved, &outputs, targets)
    }
}

/// A row of the file.
fn row(index: usize) -> Place {
    Place {
        bank: Bank::File,
        index: index as u32,
    }
}

fn unary(op: Unary) -> Op {
    match op {
        Unary::Neg => Op::Neg,
        Unary::Abs => Op::Abs,
        Unary::Sqrt => Op::Sqrt,
        Unary::Sin => Op::Sin,
        Unary::Cos => Op::Cos,
        Unary::Exp => Op::Exp,
        Unary::Ln => Op::Ln,
        Unary::Tanh => Op::Tanh,
        Unary::Not => Op::Not,
        Unary::Detach | Unary::Seamless => Op::Copy,
    }
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
        Binary::WithDerivativeOf => Op::Copy,
    }
}
