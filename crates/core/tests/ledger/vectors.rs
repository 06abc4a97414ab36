//! The vectors that certificate transparency uses for RFC 6962: eight leaves, their roots and proofs.

use std::collections::BTreeMap;

use kept_core::ledger::proof::{Place, TreeHead, check_consistency, check_inclusion};
use kept_core::ledger::{Frontier, Hash, Node, consistency_proof, inclusion_proof};
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    leaves_hex: Vec<String>,
    empty_root: String,
    leaf_hashes: Vec<String>,
    roots_by_size: Vec<String>,
    inclusion: Vec<Inclusion>,
    consistency: Vec<Consistency>,
}

#[derive(Deserialize)]
struct Inclusion {
    index: u64,
    size: u64,
    proof: Vec<String>,
}

#[derive(Deserialize)]
struct Consistency {
    size1: u64,
    size2: u64,
    proof: Vec<String>,
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("../data/rfc6962.json")).unwrap()
}

fn bytes(hex: &str) -> Vec<u8> {
    hex.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

fn shown(hashes: &[Hash]) -> Vec<String> {
    hashes.iter().map(ToString::to_string).collect()
}

fn hash(hex: &str) -> Hash {
    Hash::from_slice(&bytes(hex)).unwrap()
}

fn tree(vectors: &Vectors) -> BTreeMap<Node, Hash> {
    let mut frontier = Frontier::empty();
    vectors.leaves_hex.iter().flat_map(|leaf| frontier.append(Hash::of_leaf(&bytes(leaf)))).collect()
}

#[test]
fn hashes_and_roots_are_those_of_the_vectors() {
    let vectors = vectors();
    assert_eq!(Hash::of_empty_tree().to_string(), vectors.empty_root);
    let mut frontier = Frontier::empty();
    assert_eq!(frontier.root().to_string(), vectors.roots_by_size[0]);
    for (index, leaf) in vectors.leaves_hex.iter().enumerate() {
        let hash = Hash::of_leaf(&bytes(leaf));
        assert_eq!(hash.to_string(), vectors.leaf_hashes[index]);
        frontier.append(hash);
        assert_eq!(frontier.root().to_string(), vectors.roots_by_size[index + 1]);
    }
}

#[test]
fn inclusion_proofs_are_those_of_the_vectors() {
    let vectors = vectors();
    let nodes = tree(&vectors);
    for Inclusion { index, size, proof } in &vectors.inclusion {
        let made = inclusion_proof(*index, *size, &nodes).unwrap();
        assert_eq!(&shown(&made), proof);
        let leaf = hash(&vectors.leaf_hashes[usize::try_from(*index).unwrap()]);
        let root = hash(&vectors.roots_by_size[usize::try_from(*size).unwrap()]);
        assert_eq!(check_inclusion(leaf, Place { index: *index, size: *size }, &made, root), Ok(()));
    }
}

#[test]
fn consistency_proofs_are_those_of_the_vectors() {
    let vectors = vectors();
    let nodes = tree(&vectors);
    let head =
        |size: u64| TreeHead { size, root: hash(&vectors.roots_by_size[usize::try_from(size).unwrap()]) };
    for Consistency { size1, size2, proof } in &vectors.consistency {
        let made = consistency_proof(*size1, *size2, &nodes).unwrap();
        assert_eq!(&shown(&made), proof);
        assert_eq!(check_consistency(head(*size1), head(*size2), &made), Ok(()));
    }
}
