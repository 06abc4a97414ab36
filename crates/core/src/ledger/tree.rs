//! The Merkle tree of RFC 6962: hashes, nodes, and a tree that grows leaf by leaf.
//!
//! A whole tree is never held: growing needs only the roots of the complete subtrees on the right
//! edge ([`Frontier`]), proofs read the hashes that they need through [`Nodes`]. Not here: proofs
//! (`proof`) and the files in which hashes are published (`tile`).

use std::collections::BTreeMap;
use std::fmt;

use sha2::{Digest, Sha256};

use super::bytes::fixed_bytes;
use super::commitment::Commitment;

fixed_bytes! {
    /// A SHA-256 hash of the tree: of a leaf or of a node (RFC 6962 §2.1).
    Hash[32],
}

impl Hash {
    /// The root of a tree without leaves: the hash of nothing.
    pub fn of_empty_tree() -> Self {
        Self(Sha256::digest([]).into())
    }

    /// The hash of a leaf, prefixed with 0x00 so that it is never taken for a node.
    pub fn of_leaf(leaf: &[u8]) -> Self {
        Self(Sha256::new().chain_update([0]).chain_update(leaf).finalize().into())
    }

    /// The hash of the leaf of a sealed entry: the same as of its bytes, which a set of thousands does not make.
    pub fn of_sealed(commitment: &Commitment) -> Self {
        Self(Sha256::new().chain_update([0, 1]).chain_update(commitment.as_bytes()).finalize().into())
    }

    /// The hash of a node over its two children, prefixed with 0x01.
    pub fn of_children(left: &Self, right: &Self) -> Self {
        let digest = Sha256::new().chain_update([1]).chain_update(left.0).chain_update(right.0);
        Self(digest.finalize().into())
    }
}

/// A complete subtree: the `index`-th of those over 2^`level` leaves, counted from the left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Node {
    /// Its height: 0 is a leaf.
    pub level: u8,
    /// Its place among the nodes of that height.
    pub index: u64,
}

/// Where hashes of complete subtrees are read from: a map, a table, the published tiles.
pub trait Nodes {
    /// The hash of a node; `None` where it is not stored.
    fn node(&self, node: Node) -> Option<Hash>;
}

impl Nodes for BTreeMap<Node, Hash> {
    fn node(&self, node: Node) -> Option<Hash> {
        self.get(&node).copied()
    }
}

/// A closure as a source of hashes.
pub struct NodesFrom<F>(pub F);

impl<F> fmt::Debug for NodesFrom<F> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("NodesFrom(…)")
    }
}

impl<F: Fn(Node) -> Option<Hash>> Nodes for NodesFrom<F> {
    fn node(&self, node: Node) -> Option<Hash> {
        self.0(node)
    }
}

/// The right edge of a growing tree: the roots of its complete subtrees, largest first.
///
/// INVARIANT: `peaks` holds one hash for each bit set in `size` (asserted in the tests).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// A tree without leaves.
    pub const fn empty() -> Self {
        Self { size: 0, peaks: Vec::new() }
    }

    /// The right edge of a tree of this size whose hashes are stored; `None` where one is missing.
    pub fn read(size: u64, nodes: &impl Nodes) -> Option<Self> {
        let peaks = peaks_of(size).map(|node| nodes.node(node)).collect::<Option<Vec<_>>>()?;
        Some(Self { size, peaks })
    }

    /// How many leaves the tree has.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf by its hash and returns the nodes that this completes, from the leaf upwards.
    pub fn append(&mut self, leaf: Hash) -> Vec<(Node, Hash)> {
        let mut completed = Vec::new();
        self.grow(leaf, |node, hash| completed.push((node, hash)));
        completed
    }

    /// Adds a leaf by its hash.
    pub fn push(&mut self, leaf: Hash) {
        self.grow(leaf, |_, _| {});
    }

    fn grow(&mut self, leaf: Hash, mut completes: impl FnMut(Node, Hash)) {
        let mut node = Node { level: 0, index: self.size };
        let mut hash = leaf;
        completes(node, hash);
        while node.index & 1 == 1 {
            let Some(left) = self.peaks.pop() else { break };
            hash = Hash::of_children(&left, &hash);
            node = Node { level: node.level.saturating_add(1), index: node.index >> 1 };
            completes(node, hash);
        }
        self.peaks.push(hash);
        self.size = self.size.saturating_add(1);
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        let joined = self.peaks.iter().rev().copied().reduce(|right, left| Hash::of_children(&left, &right));
        joined.unwrap_or_else(Hash::of_empty_tree)
    }
}

/// The complete subtrees that make up a tree of this size, from the left (the largest first).
fn peaks_of(size: u64) -> impl Iterator<Item = Node> {
    (0..64_u8)
        .rev()
        .filter(move |level| (size >> level) & 1 == 1)
        .map(move |level| Node { level, index: ((size >> level).saturating_sub(1)) })
}

/// The root of the tree over the first `size` leaves; `None` where a hash is not stored.
pub fn root_at(size: u64, nodes: &impl Nodes) -> Option<Hash> {
    Frontier::read(size, nodes).map(|frontier| frontier.root())
}

/// The leaves `start..end` of a tree, a range that is a subtree of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    /// The first leaf.
    pub(crate) start: u64,
    /// The leaf after the last.
    pub(crate) end: u64,
}

impl Range {
    /// How many leaves.
    pub(crate) const fn len(self) -> u64 {
        self.end.saturating_sub(self.start)
    }

    /// Its two halves, cut at the largest power of two below its length (RFC 6962 §2.1).
    pub(crate) fn halves(self) -> (Self, Self) {
        let left = 1_u64 << (63 - self.len().saturating_sub(1).max(1).leading_zeros());
        let middle = self.start.saturating_add(left);
        (Self { start: self.start, end: middle }, Self { start: middle, end: self.end })
    }

    /// The hash of this subtree; `None` where a hash is not stored.
    pub(crate) fn hash(self, nodes: &impl Nodes) -> Option<Hash> {
        if self.len() == 0 {
            return Some(Hash::of_empty_tree());
        }
        if self.len().is_power_of_two() {
            let level = u8::try_from(self.len().trailing_zeros()).ok()?;
            return nodes.node(Node { level, index: self.start >> level });
        }
        let (left, right) = self.halves();
        Some(Hash::of_children(&left.hash(nodes)?, &right.hash(nodes)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// RFC 6962 §2.1, read aloud: for comparison with the incremental form.
    fn naive_root(leaves: &[Vec<u8>]) -> Hash {
        match leaves {
            [] => Hash::of_empty_tree(),
            [leaf] => Hash::of_leaf(leaf),
            _ => {
                let mut cut = 1;
                while cut * 2 < leaves.len() {
                    cut *= 2;
                }
                Hash::of_children(&naive_root(&leaves[..cut]), &naive_root(&leaves[cut..]))
            }
        }
    }

    #[test]
    fn a_tree_over_255_to_258_leaves_equals_the_recursive_definition() {
        let leaves: Vec<Vec<u8>> = (0..258_u32).map(|n| n.to_be_bytes().to_vec()).collect();
        let mut frontier = Frontier::empty();
        for (index, leaf) in leaves.iter().enumerate() {
            frontier.append(Hash::of_leaf(leaf));
            assert_eq!(frontier.root(), naive_root(&leaves[..=index]));
        }
    }

    proptest! {
        #[test]
        fn growing_leaf_by_leaf_equals_the_recursive_definition(
            leaves in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..8), 0..70)
        ) {
            let mut frontier = Frontier::empty();
            let mut stored = BTreeMap::new();
            for leaf in &leaves {
                stored.extend(frontier.append(Hash::of_leaf(leaf)));
                prop_assert_eq!(frontier.peaks.len(), frontier.size.count_ones() as usize);
            }
            prop_assert_eq!(frontier.root(), naive_root(&leaves));
            for size in 0..=leaves.len() {
                let root = root_at(size as u64, &stored);
                prop_assert_eq!(root, Some(naive_root(&leaves[..size])));
            }
        }
    }
}
