//! Adding one graph to another, with its loops kept or unrolled.

use super::{Graph, ITEMS, Id, Loop, Node};
use std::collections::HashMap;

/// What becomes of loops where a graph is added to another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loops {
    /// They stay loops.
    Kept,
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
                Node::Binary(op, a, b) => self.push(Node::Binary(op, at(a), at(b))),
                Node::Select(mask, a, b) => self.push(Node::Select(at(mask), at(a), at(b))),
                Node::Input { bank, index } => input(self, bank, index),
                leaf @ (Node::Constant(_) | Node::MaskConstant(_)) => self.push(leaf),
                Node::Item { of, item } => {
                    let items = left.entry(of).or_insert_with(|| {
                        let mut body = other.repeated(of).clone();
                        body.start.iter_mut().for_each(|id| *id = at(*id));
                        body.captured.iter_mut().for_each(|id| *id = at(*id));
                        match loops {
                            Loops::Kept => self.repeat(body),
                            Loops::Unrolled => self.unroll(&body),
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

    /// All passes of a loop, one behind the other.
    fn unroll(&mut self, body: &Loop) -> Vec<Id> {
        let mut items = body.start.clone();
        for _ in 0..body.count {
            items = self.append_with(
                &body.graph,
                &body.outputs,
                Loops::Unrolled,
                &|_, bank, index| match bank {
                    ITEMS => items[index as usize],
                    _ => body.captured[index as usize],
                },
            );
        }
        items
    }
}
