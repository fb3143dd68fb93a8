//! Which values of a graph stand together in an array of the printed text.

use crate::number::graph::{CAPTURED, Graph, ITEMS, Id, Node};
use std::ops::Range;

/// Inputs of a body that are elements of an array: which of a bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pack {
    pub bank: u32,
    pub indices: Range<u32>,
}

impl Pack {
    /// That of these nodes and whether they are in order, if they are inputs of one bank that follow each other, up or down.
    pub fn of(graph: &Graph, ids: &[Id]) -> Option<(Self, Order)> {
        let input = |id: &Id| match graph.node(*id) {
            Node::Input { bank, index } if bank == ITEMS || bank == CAPTURED => Some((bank, index)),
            _ => None,
        };
        let inputs: Vec<(u32, u32)> = ids.iter().map(input).collect::<Option<_>>()?;
        let (indices, order) = run(&inputs)?;
        let bank = inputs.first()?.0;
        Some((Self { bank, indices }, order))
    }

    pub fn overlaps(&self, other: &Self) -> bool {
        let (a, b) = (&self.indices, &other.indices);
        self.bank == other.bank && a.start < b.end && b.start < a.end
    }

    pub fn range(&self) -> Range<usize> {
        self.indices.start as usize..self.indices.end as usize
    }
}

/// How a series runs through its array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Up,
    Down,
}

/// The numbers of what follows each other within one owner.
pub(super) fn run(members: &[(u32, u32)]) -> Option<(Range<u32>, Order)> {
    let (first, last) = (members.first()?, members.last()?);
    let follows = |up: bool| {
        members.windows(2).all(|pair| {
            let (a, b) = if up {
                (pair[0], pair[1])
            } else {
                (pair[1], pair[0])
            };
            a.0 == b.0 && a.1 + 1 == b.1
        })
    };
    if follows(true) {
        Some((first.1..last.1 + 1, Order::Up))
    } else if follows(false) {
        Some((last.1..first.1 + 1, Order::Down))
    } else {
        None
    }
}

/// What a loop leaves, as text.
pub(super) struct Left {
    /// Each value.
    pub values: Vec<String>,
    /// Values that are all of an array, by their numbers.
    pub arrays: Vec<(Range<u32>, String)>,
}
