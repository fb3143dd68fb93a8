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

/// See [`Compiler::switched`].
enum Switched {
    /// It is computed.
    No,
    /// It is that of another node.
    Through(Id),
    /// It is 0.
    Off,
}

/// The steps of a graph.
struct Compiler<'a> {
    graph: &'a Graph,
    input: &'a dyn Fn(u32, u32) -> Slot,
    steps: Vec<Step>,
    /// Where the value of each node so far is.
    slots: Vec<Slot>,
    /// Which nodes so far are switched off in all lanes.
    off: Vec<bool>,
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
            off: Vec::with_capacity(graph.len()),
            repeats: Vec::new(),
            left: HashMap::new(),
            reserved: 0,
        };
        let live = graph.live(outputs);
        for (id, node) in graph.iter() {
            let slot = match (live[id.index()], compiler.switched(node)) {
                (false, _) | (_, Switched::Off) => Slot::Uniform(0.0),
                (_, Switched::Through(to)) => compiler.slots[to.index()],
                (_, Switched::No) => compiler.slot(node),
            };
            compiler.slots.push(slot);
            let is_off = match compiler.switched(node) {
                Switched::Off => true,
                Switched::Through(to) => compiler.off[to.index()],
                Switched::No => false,
            };
            compiler.off.push(is_off);
        }
        compiler
    }

    /// What becomes of a node where arms are chosen by parameters alone, and so by all lanes alike: the other arm is never
    /// computed, and a derivative that ends there is off, whatever it would be multiplied with, as it is with dual numbers.
    fn switched(&self, node: Node) -> Switched {
        let off = |id: Id| self.off[id.index()];
        let is_zero = |id: Id| self.graph.node(id) == Node::constant(0.0);
        let nothing = |id: Id| off(id) || is_zero(id);
        match node {
            Node::Select(mask, a, b) => match uniform(self.slots[mask.index()]) {
                Some(mask) => {
                    let chosen = if mask.to_bits() != 0 { a } else { b };
                    match is_zero(chosen) {
                        true => Switched::Off,
                        false => Switched::Through(chosen),
                    }
                }
                None if (off(a) || off(b)) && nothing(a) && nothing(b) => Switched::Off,
                None => Switched::No,
            },
            Node::Binary(Binary::Mul, a, b) if off(a) || off(b) => Switched::Off,
            Node::Binary(Binary::Div, a, _) | Node::Unary(Unary::Neg, a) if off(a) => Switched::Off,
            Node::Binary(Binary::Add | Binary::Sub, a, b) if off(b) => Switched::Through(a),
            Node::Binary(Binary::Add, a, b) if off(a) => Switched::Through(b),
            _ => Switched::No,
        }
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

#[cfg(test)]
mod tests {
    use super::super::execute::Execute;
    use super::super::lanes::Row;
    use super::super::program::{BANKS, Bank, Op, Place, Program, Slot};
    use crate::number::Scalar;
    use crate::number::traced::{Traced, record};
    use crate::system::functions::Function;
    use pulp::NullaryFnOnce;

    /// x, or 1/x where parameter 0 is below 0; its derivative is chosen with it.
    fn reciprocal_or_not() -> Function {
        let (graph, outputs) = record(|| {
            let (p, x) = (Traced::input(0, 0), Traced::input(1, 0));
            let mask = p.less(Traced::constant(0.0));
            vec![Traced::select(mask, Traced::constant(1.0) / x, x * 3.0).id()]
        });
        Function::new(graph, outputs).with_jacobian(1, &[(1, 1)])
    }

    /// What it takes and gives at x = 0.
    fn run(parameter: f32) -> (Vec<Op>, [f32; 2]) {
        let place = |bank| Place { bank, index: 0 };
        let input = |bank: u32, _: u32| match bank {
            0 => Slot::Uniform(parameter),
            _ => Slot::Input(place(Bank::State)),
        };
        let targets: Vec<Place> = Place::rows(Bank::NextState, 2).collect();
        let program = Program::new(&[&reciprocal_or_not()], input, &targets);
        let mut bases = [0; BANKS];
        bases[Bank::File as usize] = 10;
        bases[Bank::State as usize] = 20;
        bases[Bank::NextState as usize] = 30;
        let mut rows = vec![Row::filled(0.0); 32];
        for (row, constant) in rows.iter_mut().zip(&program.constants) {
            *row = Row::filled(*constant);
        }
        Execute {
            program: &program,
            rows: &mut rows,
            bases: &bases,
        }
        .call();
        let ops = program.code.iter().map(|i| i.op).collect();
        (ops, [rows[30].0[5], rows[31].0[5]])
    }

    /// At x = 0 the other arm is infinite, and 0 times its derivative is no number.
    #[test]
    fn arms_that_parameters_choose_leave_nothing_of_the_other_one() {
        let (ops, found) = run(1.0);
        assert!(
            !ops.contains(&Op::Div) && !ops.contains(&Op::Select),
            "{ops:?}"
        );
        assert_eq!(found, [0.0, 3.0]);
        let (ops, found) = run(-1.0);
        assert!(
            ops.contains(&Op::Div) && !ops.contains(&Op::Select),
            "{ops:?}"
        );
        assert_eq!(found[0], f32::INFINITY);
    }
}
