//! From functions to their text.

use super::banks::Banks;
use super::text::{Cell, Cells, FunctionText, LoopText, Nodes};
use crate::number::graph::{Graph, Id, Loop, Node};
use crate::system::functions::Function;
use std::collections::HashMap;

impl Banks {
    /// The text of a function; dead nodes are left out, the others keep their order and so their bits.
    pub fn write(&self, function: &Function) -> FunctionText {
        let graph = &function.graph;
        let needed = graph.needed(&function.outputs);
        let mut places: HashMap<Id, u64> = HashMap::new();
        let mut loops: Vec<u32> = Vec::new();
        let mut numbers: HashMap<u32, u64> = HashMap::new();
        let mut nodes = Vec::new();
        for (id, node) in graph.iter().filter(|(id, _)| needed[id.index()]) {
            places.insert(id, nodes.len() as u64);
            let mut number = |of: u32| {
                *numbers.entry(of).or_insert_with(|| {
                    loops.push(of);
                    loops.len() as u64 - 1
                })
            };
            let mut cells = self.cells(node, &places, &mut number);
            cells.extend(graph.label(id).map(|label| Cell::Text(label.into())));
            nodes.push(Cells(cells));
        }
        let at = |ids: &[Id]| ids.iter().map(|id| places[id]).collect();
        let loops = loops.into_iter().map(|number| {
            let of = graph.repeated(number);
            LoopText {
                count: of.count,
                start: at(&of.start),
                captured: at(&of.captured),
                series: of.series.iter().map(|ids| at(ids)).collect(),
                given: of.given(),
                symmetric: of.is_symmetric,
                body: body(of),
            }
        });
        FunctionText {
            loops: loops.collect(),
            nodes: Nodes(nodes),
            outputs: at(&function.outputs),
        }
    }

    /// The words of a node; `number` is that of a loop in the text.
    fn cells(
        &self,
        node: Node,
        places: &HashMap<Id, u64>,
        number: &mut dyn FnMut(u32) -> u64,
    ) -> Vec<Cell> {
        let word = |text: &str| Cell::Text(text.into());
        let at = |id: Id| Cell::Index(places[&id]);
        match node {
            Node::Constant(bits) => vec![word("constant"), Cell::Number(f64::from_bits(bits))],
            Node::MaskConstant(truth) => vec![word("mask"), Cell::Truth(truth)],
            Node::Input { bank, index } => self.input(bank, index),
            Node::Unary(op, a) => vec![word(op.name()), at(a)],
            Node::Binary(op, a, b) => vec![word(op.name()), at(a), at(b)],
            Node::Select(mask, a, b) => vec![word("select"), at(mask), at(a), at(b)],
            Node::Item { of, item } => {
                let item = Cell::Index(u64::from(item));
                vec![word("item"), Cell::Index(number(of)), item]
            }
        }
    }

    /// By name where it has one, or by number.
    fn input(&self, bank: u32, index: u32) -> Vec<Cell> {
        let bank = &self.0[bank as usize];
        let mut cells = vec![Cell::Text("input".into()), Cell::Text(bank.kind.into())];
        cells.extend(bank.word(index));
        cells
    }
}

fn body(of: &Loop) -> FunctionText {
    let graph: Graph = of.graph.clone();
    let outputs = of.outputs.clone();
    let banks = Banks::of_loop(of.start.len(), of.captured.len(), of.series.len());
    banks.write(&Function::new(graph, outputs))
}
