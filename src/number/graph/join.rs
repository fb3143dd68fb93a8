//! Adding one graph to another, with its loops kept or unrolled.

use super::{Binary, CAPTURED, Graph, ITEMS, Id, Loop, Node};
use std::collections::HashMap;

/// What becomes of loops where a graph is added to another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loops {
    /// They stay loops.
    Kept,
    /// Those over series and those that are symmetric maps are unrolled; the others, whose passes are all alike, stay loops.
    AlikeKept,
    /// Their passes are written one behind the other.
    Unrolled,
}

impl Graph {
    /// Adds what the outputs of another graph are made of, with labels; what both graphs have in common is there once.
    /// Returns the `outputs` of the other graph as nodes of this one. Dead nodes stay behind: a recording has some
    /// and a file has none, and the order of the sums that are swept in reverse must be the same for both.
    pub fn append(&mut self, other: &Graph, outputs: &[Id]) -> Vec<Id> {
        self.append_with(other, outputs, Loops::Kept, &|graph, bank, index| {
            graph.push(Node::Input { bank, index })
        })
    }

    /// The same with nodes in place of the inputs.
    pub fn append_with(
        &mut self,
        other: &Graph,
        outputs: &[Id],
        loops: Loops,
        input: &dyn Fn(&mut Graph, u32, u32) -> Id,
    ) -> Vec<Id> {
        let mut ids: Vec<Id> = Vec::with_capacity(other.len());
        let mut left: HashMap<u32, Vec<Id>> = HashMap::new();
        let needed = other.needed(outputs);
        for (id, node) in other.iter() {
            if !needed[id.index()] {
                // Nothing that is needed looks it up.
                ids.push(Id(u32::MAX));
                continue;
            }
            let at = |id: Id| ids[id.index()];
            let here = match node {
                Node::Unary(op, a) => self.push(Node::Unary(op, at(a))),
                Node::Binary(Binary::Mul, a, b) if loops == Loops::Unrolled => {
                    self.sparse_product(at(a), at(b))
                }
                Node::Binary(op, a, b) => self.push(Node::Binary(op, at(a), at(b))),
                Node::Select(mask, a, b) => self.push(Node::Select(at(mask), at(a), at(b))),
                Node::Input { bank, index } => input(self, bank, index),
                leaf @ (Node::Constant(_) | Node::MaskConstant(_)) => self.push(leaf),
                Node::Item { of, item } => {
                    let items = left.entry(of).or_insert_with(|| {
                        let mut body = other.repeated(of).clone();
                        body.start.iter_mut().for_each(|id| *id = at(*id));
                        body.captured.iter_mut().for_each(|id| *id = at(*id));
                        let series = body.series.iter_mut().flatten();
                        series.for_each(|id| *id = at(*id));
                        let is_alike =
                            body.given() == 0 && body.series.is_empty() && !body.is_symmetric;
                        match loops {
                            Loops::Kept => self.repeat(body),
                            Loops::AlikeKept if is_alike => self.repeat(body),
                            Loops::AlikeKept | Loops::Unrolled => self.unroll(&body),
                        }
                    });
                    items[item as usize]
                }
            };
            if let Some(label) = other.label(id) {
                self.name(here, label);
            }
            ids.push(here);
        }
        outputs.iter().map(|id| ids[id.index()]).collect()
    }

    /// a b, and 0 where one of them is the number 0: series have it where there is nothing, as a matrix of few entries.
    fn sparse_product(&mut self, a: Id, b: Id) -> Id {
        let zero = Node::constant(0.0);
        let nothing = [a, b].into_iter().find(|id| self.node(*id) == zero);
        nothing.unwrap_or_else(|| self.push(Node::Binary(Binary::Mul, a, b)))
    }

    /// All passes of a loop, one behind the other; what it leaves.
    fn unroll(&mut self, body: &Loop) -> Vec<Id> {
        let mut items = body.start.clone();
        let mut given = vec![Vec::new(); body.given()];
        for pass in 0..body.count as usize {
            let mut outputs = self.append_with(
                &body.graph,
                &body.outputs,
                Loops::Unrolled,
                &|_, bank, index| match bank {
                    ITEMS => items[index as usize],
                    CAPTURED => body.captured[index as usize],
                    _ => body.series[index as usize][pass],
                },
            );
            let of_pass = outputs.split_off(items.len());
            items = outputs;
            for (all, id) in given.iter_mut().zip(of_pass) {
                all.push(id);
            }
        }
        items.into_iter().chain(given.concat()).collect()
    }
}
