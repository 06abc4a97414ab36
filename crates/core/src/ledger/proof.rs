//! Inclusion and consistency proofs of RFC 6962: making them from stored hashes, and checking them
//! with nothing but the proof and the roots.
//!
//! Checking follows RFC 9162 §2.1.3.2 and §2.1.4.2, which say the same in steps. Not here: whether
//! a root is to be believed (`checkpoint`).

use super::tree::{Hash, Nodes, Range};

/// Why a proof does not show what it claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Inconsistent {
    /// The leaf's number is not below the size of the tree.
    #[error("leaf {index} is not in a tree of {size} leaves")]
    OutOfRange {
        /// The leaf's number.
        index: u64,
        /// The tree's size.
        size: u64,
    },
    /// A proof from a larger to a smaller tree.
    #[error("a tree of {old} leaves can't grow into one of {new}")]
    Shrunk {
        /// The size that was.
        old: u64,
        /// The size that is.
        new: u64,
    },
    /// Too many or too few hashes.
    #[error("the proof has the wrong number of hashes")]
    Length,
    /// The hashes lead to another root.
    #[error("the proof leads to another root")]
    Root,
}

/// The hashes that prove leaf `index` to be in the tree of `size` leaves (RFC 6962 §2.1.1).
/// `None` where the leaf is not in it or a hash is not stored.
pub fn inclusion_proof(index: u64, size: u64, nodes: &impl Nodes) -> Option<Vec<Hash>> {
    if index >= size {
        return None;
    }
    let mut range = Range { start: 0, end: size };
    let mut proof = Vec::new();
    while range.len() > 1 {
        let (left, right) = range.halves();
        let (inside, beside) = if index < left.end { (left, right) } else { (right, left) };
        proof.push(beside.hash(nodes)?);
        range = inside;
    }
    proof.reverse();
    Some(proof)
}

/// The hashes that prove the tree of `new` leaves to continue the tree of `old` (RFC 6962 §2.1.2).
/// `None` where `old` is zero or beyond `new`, or a hash is not stored.
pub fn consistency_proof(old: u64, new: u64, nodes: &impl Nodes) -> Option<Vec<Hash>> {
    if old == 0 || old > new {
        return None;
    }
    let mut range = Range { start: 0, end: new };
    let mut proof = Vec::new();
    // The subtree that ends where the old tree did; its hash is known to the asker only where
    // it is the whole of the old tree.
    while range.end > old {
        let (left, right) = range.halves();
        let (inside, beside) = if old <= left.end { (left, right) } else { (right, left) };
        proof.push(beside.hash(nodes)?);
        range = inside;
    }
    if range.start > 0 {
        proof.push(range.hash(nodes)?);
    }
    proof.reverse();
    Some(proof)
}

/// Where a leaf is claimed to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The leaf's number, from 0.
    pub index: u64,
    /// The size of the tree.
    pub size: u64,
}

/// Checks that the leaf with this hash stands at this place under this root.
///
/// # Errors
/// [`Inconsistent`] says what does not fit.
pub fn check_inclusion(leaf: Hash, place: Place, proof: &[Hash], root: Hash) -> Result<(), Inconsistent> {
    let Place { index, size } = place;
    if index >= size {
        return Err(Inconsistent::OutOfRange { index, size });
    }
    let mut walk = Walk { place: index, last: size.saturating_sub(1) };
    let mut hash = leaf;
    for beside in proof {
        hash = match walk.step()? {
            Side::Left => Hash::of_children(beside, &hash),
            Side::Right => Hash::of_children(&hash, beside),
        };
    }
    match (walk.last, hash == root) {
        (0, true) => Ok(()),
        (0, false) => Err(Inconsistent::Root),
        _ => Err(Inconsistent::Length),
    }
}

/// A tree's size and root, as a checkpoint states them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeHead {
    /// How many leaves.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

/// Checks that the new tree continues the old one: nothing changed, removed or reordered.
///
/// # Errors
/// [`Inconsistent`] says what does not fit.
pub fn check_consistency(old: TreeHead, new: TreeHead, proof: &[Hash]) -> Result<(), Inconsistent> {
    if old.size > new.size {
        return Err(Inconsistent::Shrunk { old: old.size, new: new.size });
    }
    if old.size == 0 || old.size == new.size {
        let same = old.size == 0 && old.root == Hash::of_empty_tree() || old == new;
        return match (proof.is_empty(), same) {
            (false, _) => Err(Inconsistent::Length),
            (true, false) => Err(Inconsistent::Root),
            (true, true) => Ok(()),
        };
    }
    check_growth(old, new, proof)
}

fn check_growth(old: TreeHead, new: TreeHead, proof: &[Hash]) -> Result<(), Inconsistent> {
    let complete = old.size.is_power_of_two().then_some(old.root);
    let mut hashes = complete.into_iter().chain(proof.iter().copied());
    let first = hashes.next().ok_or(Inconsistent::Length)?;
    let mut walk = Walk { place: old.size.saturating_sub(1), last: new.size.saturating_sub(1) };
    while walk.place & 1 == 1 {
        walk.up();
    }
    let (mut old_root, mut new_root) = (first, first);
    for beside in hashes {
        match walk.step()? {
            Side::Left => {
                old_root = Hash::of_children(&beside, &old_root);
                new_root = Hash::of_children(&beside, &new_root);
            }
            Side::Right => new_root = Hash::of_children(&new_root, &beside),
        }
    }
    match (walk.last, old_root == old.root && new_root == new.root) {
        (0, true) => Ok(()),
        (0, false) => Err(Inconsistent::Root),
        _ => Err(Inconsistent::Length),
    }
}

/// A walk from a node to the root: its number and that of the last node, at the present height.
struct Walk {
    place: u64,
    last: u64,
}

/// On which side of the walked node the proof's hash stands.
enum Side {
    Left,
    Right,
}

impl Walk {
    fn up(&mut self) {
        self.place >>= 1;
        self.last >>= 1;
    }

    fn step(&mut self) -> Result<Side, Inconsistent> {
        if self.last == 0 {
            return Err(Inconsistent::Length);
        }
        let side = if self.place & 1 == 1 || self.place == self.last {
            // A last node without a right neighbour is carried up as it is.
            while self.place & 1 == 0 && self.place != 0 {
                self.up();
            }
            Side::Left
        } else {
            Side::Right
        };
        self.up();
        Ok(side)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::{Frontier, Node, root_at};
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn tree(size: u64) -> BTreeMap<Node, Hash> {
        let mut frontier = Frontier::empty();
        (0..size).flat_map(|n| frontier.append(Hash::of_leaf(&n.to_be_bytes()))).collect()
    }

    #[test]
    fn every_leaf_of_every_small_tree_is_proven_and_nothing_else_is() {
        let stored = tree(33);
        for size in 1..=33 {
            let root = root_at(size, &stored).unwrap();
            for index in 0..size {
                let proof = inclusion_proof(index, size, &stored).unwrap();
                let leaf = Hash::of_leaf(&index.to_be_bytes());
                let place = Place { index, size };
                assert_eq!(check_inclusion(leaf, place, &proof, root), Ok(()));
                let wrong = Hash::of_leaf(&(index + 1).to_be_bytes());
                assert_eq!(check_inclusion(wrong, place, &proof, root), Err(Inconsistent::Root));
                let mut longer = proof.clone();
                longer.push(root);
                assert_eq!(check_inclusion(leaf, place, &longer, root), Err(Inconsistent::Length));
                if let Some((_, shorter)) = proof.split_last() {
                    assert!(check_inclusion(leaf, place, shorter, root).is_err());
                }
            }
            assert_eq!(inclusion_proof(size, size, &stored), None);
        }
    }

    #[test]
    fn every_small_tree_is_consistent_with_every_earlier_one() {
        let stored = tree(33);
        let head = |size| TreeHead { size, root: root_at(size, &stored).unwrap() };
        for new in 1..=33 {
            for old in 1..=new {
                let proof = consistency_proof(old, new, &stored).unwrap();
                assert_eq!(check_consistency(head(old), head(new), &proof), Ok(()), "{old} {new}");
                let forged = TreeHead { size: old, root: Hash::of_leaf(b"forged") };
                assert!(check_consistency(forged, head(new), &proof).is_err());
                if old < new {
                    let forged = TreeHead { size: new, root: Hash::of_leaf(b"forged") };
                    assert!(check_consistency(head(old), forged, &proof).is_err());
                    assert!(check_consistency(head(new), head(old), &proof).is_err());
                }
            }
            assert_eq!(check_consistency(head(0), head(new), &[]), Ok(()));
        }
    }

    proptest! {
        #[test]
        fn a_changed_proof_proves_nothing(size in 2_u64..400, pick in any::<u64>(), at in any::<usize>(), bit in 0_u8..8) {
            let stored = tree(size);
            let index = pick % size;
            let mut proof = inclusion_proof(index, size, &stored).unwrap();
            let position = at % proof.len();
            let mut bytes = *proof[position].as_bytes();
            bytes[at % 32] ^= 1 << bit;
            proof[position] = Hash::from_bytes(bytes);
            let root = root_at(size, &stored).unwrap();
            let leaf = Hash::of_leaf(&index.to_be_bytes());
            let place = Place { index, size };
            prop_assert!(check_inclusion(leaf, place, &proof, root).is_err());
        }
    }
}
