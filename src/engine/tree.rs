//! Merging in one order, whatever was computed where: a fixed binary tree over the blocks of a batch.
//!
//! ```text
//! level 2   |      0        |        node (l, j) holds the blocks j 2^l ... (j + 1) 2^l - 1
//! level 1   |   0   |   1   |   2   |
//! level 0   | 0 | 1 | 2 | 3 | 4 | 5 | 6
//! ```
//!
//! Two siblings that are both there become their parent, and nothing else is ever merged, so that what stands for a set of
//! blocks is one list of nodes, and its bits depend on the set alone: not on who computed which block, nor in which order
//! the parts met. The list is as short as the set is simple: of the first B blocks it has one node for each bit of B that is
//! 1, like a binary counter that counts them. Rounding grows with the depth of the tree, not with B.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize, Serializer};
use std::ops::Range;

/// Samples of a block: batches are cut at multiples of it.
pub const BLOCK_SAMPLES: u64 = 1024;

/// What can be united with what comes after it; see [`crate::engine::moments`].
pub trait Merge {
    /// Adds what comes after.
    fn merge(&mut self, later: &Self);
}

/// Levels of the tree over all blocks that can be numbered, which 32-bit numbers of samples leave below 2²².
const LEVELS: u32 = 22;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Node<T> {
    level: u32,
    index: u64,
    value: T,
}

impl<T> Node<T> {
    fn blocks(&self) -> Range<u64> {
        self.index << self.level..(self.index + 1) << self.level
    }

    /// Whether the tree has such a node at all: what was read from a file may be anything.
    fn is_valid(&self) -> bool {
        self.level <= LEVELS && self.index < 1 << (LEVELS - self.level)
    }

    fn is_sibling(&self, right: &Self) -> bool {
        self.level == right.level && self.index.is_multiple_of(2) && right.index == self.index + 1
    }
}

/// The nodes that stand for a set of blocks, in their order.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(
    try_from = "Vec<Node<T>>",
    bound(deserialize = "T: Merge + Deserialize<'de>")
)]
pub struct Tree<T> {
    nodes: Vec<Node<T>>,
}

impl<T> Default for Tree<T> {
    fn default() -> Self {
        Self { nodes: Vec::new() }
    }
}

impl<T: Serialize> Serialize for Tree<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.nodes.serialize(serializer)
    }
}

impl<T: Merge> TryFrom<Vec<Node<T>>> for Tree<T> {
    type Error = Error;

    fn try_from(nodes: Vec<Node<T>>) -> Result<Self> {
        let mut tree = Self::default();
        nodes.into_iter().try_for_each(|node| tree.insert(node))?;
        Ok(tree)
    }
}

impl<T> Tree<T> {
    /// The most nodes that stand for blocks of these samples at one time, if they are added in order: those of the part before
    /// the largest node and of the part after it, and a leaf that is not merged yet. The first B blocks are one node for each bit
    /// of B that is 1, and no list is longer than it has blocks.
    pub fn most_nodes(samples: &Range<u64>) -> u64 {
        let blocks = (samples.end - samples.start).div_ceil(BLOCK_SAMPLES).max(1);
        let levels = u64::from(blocks.ilog2());
        let most = match samples.start {
            0 => levels + 1,
            _ => 2 * levels + 2,
        };
        most.min(blocks)
    }

    /// The blocks that are in it, in order; neighbours are joined.
    pub fn blocks(&self) -> Vec<Range<u64>> {
        let mut found: Vec<Range<u64>> = Vec::new();
        for node in &self.nodes {
            let blocks = node.blocks();
            match found.last_mut() {
                Some(last) if last.end == blocks.start => last.end = blocks.end,
                _ => found.push(blocks),
            }
        }
        found
    }

    /// Its nodes in their order: the blocks of each, and what it holds.
    pub(crate) fn nodes_mut(&mut self) -> impl Iterator<Item = (Range<u64>, &mut T)> {
        let nodes = self.nodes.iter_mut();
        nodes.map(|node| (node.blocks(), &mut node.value))
    }

    /// Its nodes in their order: level, index, and what each holds.
    pub(crate) fn nodes(&self) -> Vec<(u32, u64, &T)> {
        let nodes = self.nodes.iter();
        nodes.map(|n| (n.level, n.index, &n.value)).collect()
    }

    /// What its nodes hold.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.nodes.iter().map(|node| &node.value)
    }
}

impl<T: Merge> Tree<T> {
    /// Adds a block; fails if it is there already.
    pub fn add(&mut self, block: u64, value: T) -> Result<()> {
        self.insert(Node {
            level: 0,
            index: block,
            value,
        })
    }

    /// Adds a node that somebody else has merged; fails if the tree has no such node, or a block of it is there already.
    pub(crate) fn add_node(&mut self, level: u32, index: u64, value: T) -> Result<()> {
        self.insert(Node {
            level,
            index,
            value,
        })
    }

    /// Adds the blocks of another one; fails, and adds none, if they have any in common.
    pub fn merge(&mut self, other: Self) -> Result<()> {
        for node in &other.nodes {
            self.place(node)?;
        }
        other.nodes.into_iter().try_for_each(|n| self.insert(n))
    }

    /// Where it goes among the nodes.
    fn place(&self, node: &Node<T>) -> Result<usize> {
        if !node.is_valid() {
            let expected = "a node of the tree over 2^22 blocks";
            let value = format!("node {} of level {}", node.index, node.level);
            return Err(Error::invalid("the blocks", value, expected));
        }
        let blocks = node.blocks();
        let is_before = |other: &Node<T>| other.blocks().end <= blocks.start;
        let at = self.nodes.partition_point(is_before);
        let overlaps = |other: &Node<T>| other.blocks().start < blocks.end;
        match self.nodes.get(at).is_some_and(overlaps) {
            false => Ok(at),
            true => {
                let expected = "blocks that are not merged already";
                let value = format!("{blocks:?}");
                Err(Error::invalid("the blocks", value, expected))
            }
        }
    }

    fn insert(&mut self, node: Node<T>) -> Result<()> {
        let mut at = self.place(&node)?;
        self.nodes.insert(at, node);
        loop {
            let is_pair = |left: usize| {
                let pair = self.nodes.get(left).zip(self.nodes.get(left + 1));
                pair.is_some_and(|(left, right)| left.is_sibling(right))
            };
            if at > 0 && is_pair(at - 1) {
                at -= 1;
            } else if !is_pair(at) {
                return Ok(());
            }
            let right = self.nodes.remove(at + 1);
            let left = &mut self.nodes[at];
            left.value.merge(&right.value);
            left.level += 1;
            left.index /= 2;
        }
    }

    /// All of it in one, from the right, where the smallest nodes of a whole batch are; `None` if it is empty.
    pub fn finish(mut self) -> Option<T> {
        let mut all = self.nodes.pop()?.value;
        while let Some(mut node) = self.nodes.pop() {
            node.value.merge(&all);
            all = node.value;
        }
        Some(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Free: it only writes down what was merged with what.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Word(String);

    impl Merge for Word {
        fn merge(&mut self, later: &Self) {
            self.0 = format!("({}{})", self.0, later.0);
        }
    }

    fn of(blocks: impl IntoIterator<Item = u64>) -> Tree<Word> {
        let mut tree = Tree::default();
        for block in blocks {
            tree.add(block, Word(block.to_string())).expect("once");
        }
        tree
    }

    fn word(tree: Tree<Word>) -> String {
        tree.finish().expect("some").0
    }

    #[test]
    fn the_words_are_those_of_the_tree() {
        assert_eq!(word(of(0..1)), "0");
        assert_eq!(word(of(0..4)), "((01)(23))");
        assert_eq!(word(of(0..7)), "(((01)(23))((45)6))");
        assert_eq!(word(of(3..6)), "(3(45))");
        assert_eq!(Tree::<Word>::default().finish(), None);
    }

    #[test]
    fn the_order_of_blocks_and_parts_does_not_matter() {
        let expected = of(0..7);
        assert_eq!(of([6, 2, 0, 5, 4, 3, 1]), expected);
        for cut in 0..=7 {
            let mut right = of(cut..7);
            right.merge(of(0..cut)).expect("disjoint");
            assert_eq!(right, expected);
        }
    }

    #[test]
    fn a_block_cannot_come_twice() {
        let mut tree = of(0..4);
        assert!(tree.add(2, Word("2".into())).is_err());
        assert!(tree.merge(of(3..5)).is_err());
        assert_eq!(of([0, 1, 5]).blocks(), [0..2, 5..6]);
    }

    #[test]
    fn what_is_read_is_checked() {
        let text = serde_json::to_string(&of(0..7)).expect("plain data");
        let tree: Tree<Word> = serde_json::from_str(&text).expect("the same");
        assert_eq!(tree, of(0..7));
        for bad in [
            r#"[{"level":64,"index":0,"value":"x"}]"#,
            r#"[{"level":0,"index":4194304,"value":"x"}]"#,
            r#"[{"level":1,"index":0,"value":"x"},{"level":0,"index":1,"value":"y"}]"#,
        ] {
            assert!(serde_json::from_str::<Tree<Word>>(bad).is_err(), "{bad}");
        }
    }
}
