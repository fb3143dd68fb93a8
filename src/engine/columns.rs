//! Merging many blocks coordinate by coordinate, with the bits of the [`Tree`](crate::engine::tree::Tree).
//!
//! The tree merges one block after the other, each with all of its coordinates, which for hundreds of coordinates and blocks is
//! memory that no cache holds. [`Merges`] are those of one node of the tree, known from the counts of its blocks alone; a
//! column, one coordinate of all of these blocks, then goes through them on its own.

use crate::engine::spread::{Coordinate, Union};

/// The merges that make one node of the tree out of its 2^l blocks, level by level, each level from the left.
///
/// ```text
/// 0 1 2 3 4 5 6 7  ->  (01) . (23) . (45) . (67) .  ->  ((01)(23)) . . . ((45)(67)) . . .  ->  ...
/// ```
pub(crate) struct Merges {
    unions: Vec<Union>,
}

impl Merges {
    /// Of blocks with these counts of samples, a power of two of them.
    pub fn of(mut counts: Vec<u64>) -> Self {
        let mut unions = Vec::with_capacity(counts.len().saturating_sub(1));
        pairwise(&mut counts, |left, right| {
            unions.push(Union::of(*left, right));
            *left += right;
        });
        Self { unions }
    }

    /// One coordinate of all of the blocks becomes that of the node.
    pub fn reduce(&self, column: &mut [Coordinate]) -> Coordinate {
        assert_eq!(column.len(), self.unions.len() + 1, "one entry per block");
        let mut unions = self.unions.iter();
        pairwise(column, |left, right| {
            if let Some(&union) = unions.next() {
                left.unite(&right, union);
            }
        });
        column[0]
    }
}

/// Brings what is in a slice, a power of two of them, to its first place.
fn pairwise<T: Copy>(all: &mut [T], mut merge: impl FnMut(&mut T, T)) {
    assert!(all.len().is_power_of_two(), "the blocks of a node");
    let mut apart = 1;
    while apart < all.len() {
        for pair in all.chunks_mut(2 * apart) {
            if let (left, [right, ..]) = pair.split_at_mut(apart) {
                merge(&mut left[0], *right);
            }
        }
        apart *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::moments::Moments;
    use crate::engine::tree::Tree;

    /// Blocks of odd counts, some without a finite sample, at any place: the nodes are those that the tree makes, to the bit.
    #[test]
    fn columns_have_the_bits_of_the_tree() {
        let number = |i: u64, k: u64| ((i * 7919 + k * 104_729) % 1009) as f64 / 7.0 - 50.0;
        let leaf = |i: u64| {
            let mut leaf = Moments::empty(1.0, 3);
            for sample in 0..[5, 0, 3, 8, 1][(i % 5) as usize] {
                let both = (0..3).map(|c| (number(i, sample + c), number(sample, i + c)));
                leaf.add(number(i + sample, 1), both);
            }
            leaf
        };
        for blocks in [0..1, 0..7, 3..29, 5..64, 16..48] {
            let leaves: Vec<Moments> = blocks.clone().map(leaf).collect();
            let mut expected = Tree::default();
            for (block, leaf) in blocks.clone().zip(&leaves) {
                expected.add(block, leaf.clone()).expect("once");
            }
            for (node, all) in expected.nodes_mut() {
                let at = |block: u64| (block - blocks.start) as usize;
                let part = &leaves[at(node.start)..at(node.end)];
                let merges = Merges::of(part.iter().map(Moments::count).collect());
                for (c, expected) in all.coordinates.iter().enumerate() {
                    let column = part.iter().map(|leaf| leaf.coordinates[c]);
                    let found = merges.reduce(&mut column.collect::<Vec<_>>());
                    assert_eq!(&found, expected, "{blocks:?}, {node:?}");
                }
            }
        }
    }
}
