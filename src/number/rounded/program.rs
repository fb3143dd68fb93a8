//! Graphs as lists of operations on [`Row`]s.
//!
//! What [`Graph::run`] does with [`Rounded`](crate::number::rounded::Rounded) numbers, prepared once: constants are rows from the
//! start, what depends on inputs that are fixed alone is computed once for all calls, a row is taken again for another number as soon
//! as the one in it is no longer used, and a margin is found only where it is asked for. What leaves a loop, or comes out of a
//! [`seamless`](crate::number::Scalar::seamless) value, has none, so that no comparison in a loop needs one.

use crate::number::graph::{Binary, CAPTURED, Graph, ITEMS, Id, Node, Unary};
use crate::number::rounded::rows::Row;
use std::collections::HashMap;

/// Which margins of the results are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Margins {
    /// All of them.
    Found,
    /// None: those of the results mean nothing.
    Ignored,
}

/// An operation on rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    Unary(Unary),
    Binary(Binary),
    Select,
    /// The loop of that number.
    Loop(usize),
}

/// An operation, the row of its result and those of its arguments.
#[derive(Clone, Copy, Debug)]
pub(super) struct Instruction {
    pub op: Op,
    pub out: usize,
    pub arguments: [usize; 3],
    pub with_margin: bool,
}

/// An input that is used, and its row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Input {
    pub bank: u32,
    pub index: usize,
    pub row: usize,
}

/// A loop in a program; the rows are those outside of it.
#[derive(Clone, Debug)]
pub(super) struct Body {
    pub program: Program,
    pub count: usize,
    pub is_symmetric: bool,
    pub start: Vec<usize>,
    pub captured: Vec<usize>,
    pub series: Vec<Vec<usize>>,
    /// The row of each value that it leaves, if it is used.
    pub left: Vec<Option<usize>>,
    /// Whether the items of a pass can take the rows of the next one without a way round: none is an item of before.
    pub is_direct: bool,
}

/// See the module.
#[derive(Clone, Debug)]
pub struct Program {
    /// The first rows.
    pub(super) constants: Vec<Row>,
    pub(super) fixed: Vec<Input>,
    pub(super) inputs: Vec<Input>,
    /// What depends on nothing but fixed inputs.
    pub(super) once: Vec<Instruction>,
    pub(super) each: Vec<Instruction>,
    pub(super) loops: Vec<Body>,
    pub(super) outputs: Vec<usize>,
    pub(super) rows: usize,
}

impl Program {
    /// Of a graph whose inputs in the bank `fixed` stay for many calls.
    pub fn new(graph: &Graph, outputs: &[Id], fixed: u32, margins: Margins) -> Self {
        Compiler::of(graph, outputs, fixed, margins).program(outputs)
    }
}

/// What is known of a node.
#[derive(Clone, Copy, Debug, Default)]
struct Fact {
    /// The node that has the same value.
    same: usize,
    is_live: bool,
    with_margin: bool,
    varies: bool,
    /// The last instruction that uses it.
    last: usize,
    row: usize,
}

struct Compiler<'a> {
    graph: &'a Graph,
    nodes: Vec<Node>,
    facts: Vec<Fact>,
    fixed: u32,
    /// The items of each loop that are used.
    items: HashMap<u32, Vec<(usize, usize)>>,
}

/// Never free again.
const FOREVER: usize = usize::MAX;

impl<'a> Compiler<'a> {
    fn of(graph: &'a Graph, outputs: &[Id], fixed: u32, margins: Margins) -> Self {
        let nodes: Vec<Node> = graph.iter().map(|(_, node)| node).collect();
        let live = graph.live(outputs);
        let mut facts: Vec<Fact> = live
            .into_iter()
            .enumerate()
            .map(|(i, is_live)| Fact {
                same: i,
                is_live,
                ..Fact::default()
            })
            .collect();
        for output in outputs {
            facts[output.index()].with_margin = margins == Margins::Found;
        }
        let mut compiler = Self {
            graph,
            nodes,
            facts,
            fixed,
            items: HashMap::new(),
        };
        compiler.ask_for_margins();
        compiler.find_what_is_the_same();
        compiler
    }

    /// From results to arguments.
    fn ask_for_margins(&mut self) {
        for i in (0..self.nodes.len()).rev() {
            if !(self.facts[i].is_live && self.facts[i].with_margin) {
                continue;
            }
            let mut ask = |id: Id| self.facts[id.index()].with_margin = true;
            match self.nodes[i] {
                Node::Unary(Unary::Seamless, _) => {}
                Node::Unary(_, a) | Node::Binary(Binary::WithDerivativeOf, a, _) => ask(a),
                Node::Binary(_, a, b) => [a, b].into_iter().for_each(ask),
                Node::Select(mask, a, b) => [mask, a, b].into_iter().for_each(ask),
                Node::Item { of, item } => {
                    let body = self.graph.repeated(of);
                    if body.is_symmetric {
                        ask(body.start[item as usize]);
                    }
                }
                Node::Constant(_) | Node::MaskConstant(_) | Node::Input { .. } => {}
            }
        }
    }

    /// From arguments to results: the value of which other node a node has, and whether it varies from call to call.
    fn find_what_is_the_same(&mut self) {
        for i in 0..self.nodes.len() {
            let node = self.nodes[i];
            if !self.facts[i].is_live {
                continue;
            }
            let alias = match node {
                Node::Unary(Unary::Detach, a) | Node::Binary(Binary::WithDerivativeOf, a, _) => {
                    Some(a)
                }
                Node::Unary(Unary::Seamless, a) if !self.facts[i].with_margin => Some(a),
                _ => None,
            };
            if let Some(a) = alias {
                self.facts[i].same = self.facts[a.index()].same;
            }
            if let Node::Item { of, item } = node {
                let items = self.items.entry(of).or_default();
                items.push((item as usize, i));
            }
            let mut operands = self.graph.operands(node);
            self.facts[i].varies = match node {
                Node::Input { bank, .. } => bank != self.fixed,
                _ => operands.any(|a| self.facts[a.index()].varies),
            };
        }
    }

    /// The nodes that take an instruction, each loop at the first of its items: those that do not vary, then the others.
    fn order(&self) -> Vec<usize> {
        let mut seen: Vec<u32> = Vec::new();
        let mut order: Vec<usize> = Vec::new();
        for (i, node) in self.nodes.iter().enumerate() {
            let fact = &self.facts[i];
            if !fact.is_live || fact.same != i || self.graph.is_leaf(*node) {
                continue;
            }
            if let Node::Item { of, .. } = node {
                if seen.contains(of) {
                    continue;
                }
                seen.push(*of);
            }
            order.push(i);
        }
        order.sort_by_key(|i| self.facts[*i].varies);
        order
    }

    /// The nodes that hold the values that an instruction takes.
    fn taken(&self, i: usize) -> Vec<usize> {
        let operands = self.graph.operands(self.nodes[i]);
        operands.map(|a| self.facts[a.index()].same).collect()
    }

    fn program(mut self, outputs: &[Id]) -> Program {
        let order = self.order();
        for (at, i) in order.iter().enumerate() {
            for a in self.taken(*i) {
                let lasts = self.facts[*i].varies && !self.facts[a].varies;
                let last = if lasts { FOREVER } else { at };
                self.facts[a].last = self.facts[a].last.max(last);
            }
        }
        for output in outputs {
            let same = self.facts[output.index()].same;
            self.facts[same].last = FOREVER;
        }
        let mut program = self.leaves();
        let mut free: Vec<usize> = Vec::new();
        for (at, i) in order.into_iter().enumerate() {
            let instruction = self.instruction(i, at, &mut program, &mut free);
            match self.facts[i].varies {
                true => program.each.push(instruction),
                false => program.once.push(instruction),
            }
        }
        let row = |output: &Id| self.facts[self.facts[output.index()].same].row;
        program.outputs = outputs.iter().map(row).collect();
        program
    }

    /// Rows of constants and inputs, which keep them.
    fn leaves(&mut self) -> Program {
        let mut program = Program {
            constants: Vec::new(),
            fixed: Vec::new(),
            inputs: Vec::new(),
            once: Vec::new(),
            each: Vec::new(),
            loops: Vec::new(),
            outputs: Vec::new(),
            rows: 0,
        };
        let live = |facts: &[Fact], i: usize| facts[i].is_live;
        for (i, node) in self.nodes.iter().enumerate() {
            let constant = match node {
                Node::Constant(bits) => Row::constant(f64::from_bits(*bits)),
                Node::MaskConstant(value) => Row::truth(*value),
                _ => continue,
            };
            if live(&self.facts, i) {
                self.facts[i].row = program.constants.len();
                program.constants.push(constant);
            }
        }
        program.rows = program.constants.len();
        for (i, node) in self.nodes.iter().enumerate() {
            let Node::Input { bank, index } = *node else {
                continue;
            };
            if live(&self.facts, i) {
                let row = program.rows;
                program.rows += 1;
                self.facts[i].row = row;
                let input = Input {
                    bank,
                    index: index as usize,
                    row,
                };
                match self.facts[i].varies {
                    true => program.inputs.push(input),
                    false => program.fixed.push(input),
                }
            }
        }
        program
    }

    fn instruction(
        &mut self,
        i: usize,
        at: usize,
        program: &mut Program,
        free: &mut Vec<usize>,
    ) -> Instruction {
        let mut take = || {
            free.pop().unwrap_or_else(|| {
                program.rows += 1;
                program.rows - 1
            })
        };
        // The rows of results are none of those of arguments.
        let results: Vec<usize> = match self.nodes[i] {
            Node::Item { of, .. } => self.items[&of].iter().map(|(_, node)| *node).collect(),
            _ => vec![i],
        };
        for result in &results {
            self.facts[*result].row = take();
        }
        let mut taken = self.taken(i);
        let mut arguments = [0; 3];
        let op = match self.nodes[i] {
            Node::Unary(op, _) => Op::Unary(op),
            Node::Binary(op, _, _) => Op::Binary(op),
            Node::Item { of, .. } => {
                program.loops.push(self.body(of));
                Op::Loop(program.loops.len() - 1)
            }
            _ => Op::Select,
        };
        if !matches!(op, Op::Loop(_)) {
            for (argument, a) in arguments.iter_mut().zip(&taken) {
                *argument = self.facts[*a].row;
            }
        }
        taken.sort_unstable();
        taken.dedup();
        let ended = taken.into_iter().filter(|a| {
            let leaf = self.graph.is_leaf(self.nodes[*a]);
            !leaf && self.facts[*a].last == at
        });
        let unused = results.iter().copied().filter(|r| self.facts[*r].last == 0);
        let rows: Vec<usize> = ended.chain(unused).map(|a| self.facts[a].row).collect();
        free.extend(rows);
        Instruction {
            op,
            out: self.facts[i].row,
            arguments,
            with_margin: self.facts[i].with_margin,
        }
    }

    fn body(&self, of: u32) -> Body {
        let body = self.graph.repeated(of);
        let row = |id: &Id| self.facts[self.facts[id.index()].same].row;
        let rows = |ids: &Vec<Id>| ids.iter().map(row).collect();
        let mut left = vec![None; body.left()];
        for (item, node) in &self.items[&of] {
            left[*item] = Some(self.facts[*node].row);
        }
        let program = Program::new(&body.graph, &body.outputs, CAPTURED, Margins::Ignored);
        let is_item = |row: &usize| {
            let mut inputs = program.inputs.iter();
            inputs.any(|input| input.bank == ITEMS && input.row == *row)
        };
        Body {
            is_direct: !program.outputs[..body.start.len()].iter().any(is_item),
            program,
            count: body.count as usize,
            is_symmetric: body.is_symmetric,
            start: rows(&body.start),
            captured: rows(&body.captured),
            series: body.series.iter().map(rows).collect(),
            left,
        }
    }
}
