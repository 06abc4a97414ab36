//! Checking a published ledger from nothing but its files, its key and any older checkpoints.
//!
//! The tree is built again from the entries, bundle by bundle, and compared with every hash tile
//! and with the signed root; an older checkpoint must agree with the root that the tree had then.
//! It holds at most a tile per level in memory. Not here: opening payloads, which needs keys.
//!
//! What it can't find: a ledger rewritten and signed anew by whoever holds the signing key, where
//! nobody kept an older checkpoint. That needs memory outside (docs/ledger.md).

use super::checkpoint::{Checkpoint, CheckpointError};
use super::leaf::Leaf;
use super::note::VerifierKey;
use super::proof::TreeHead;
use super::tile::{CHECKPOINT_PATH, Tile, TileError, TilePath, read_hashes, read_tile, split_leaves};
use super::tree::{Frontier, Hash};

pub use super::tile::{Files, Unreadable};
pub use report::{Counts, Finding, Place, Report};

mod report;
mod rows;
mod strays;

/// The most findings that a report lists; the rest are counted.
pub const FINDINGS_MAX: usize = 100;

/// Checks the ledger in these files.
///
/// `known` are checkpoints of the same ledger that somebody kept, already opened with the key:
/// without them, a tail that was cut off together with its checkpoint can't be seen.
pub fn verify(files: &impl Files, key: &VerifierKey, known: &[Checkpoint]) -> Report {
    let mut report = Report::new(key.name());
    match open_checkpoint(files, key) {
        Ok(checkpoint) => {
            report.head = Some(checkpoint.head);
            check_tree(files, checkpoint.head, known, &mut report);
        }
        Err(finding) => report.add(finding),
    }
    report
}

fn open_checkpoint(files: &impl Files, key: &VerifierKey) -> Result<Checkpoint, Finding> {
    let unusable = |problem| Finding::File { path: CHECKPOINT_PATH.to_owned(), problem };
    let bytes = files.read(CHECKPOINT_PATH).map_err(|fault| unusable(TileError::Unreadable(fault)))?;
    let bytes = bytes.ok_or_else(|| unusable(TileError::Missing))?;
    Checkpoint::open(&bytes, key).map_err(|problem: CheckpointError| Finding::Checkpoint { problem })
}

fn check_tree(files: &impl Files, head: TreeHead, known: &[Checkpoint], report: &mut Report) {
    let mut rebuilt = Rebuilt { frontier: Frontier::empty(), known, entries_whole: true };
    let mut level_rows = rows::Rows::default();
    for tile in Tile::of_row(TilePath::Entries, head.size, 0) {
        let leaves = rebuilt.read_bundle(files, tile, report);
        let hash_tile = Tile { row: TilePath::Hashes(0), ..tile };
        level_rows.compare(files, hash_tile, &leaves, report);
        rebuilt.append(&leaves, report);
    }
    level_rows.finish(files, head, report);
    let entries_agree = rebuilt.entries_whole && rebuilt.frontier.root() == head.root;
    let tiles_agree = rows::tiles_root(files, head.size) == Some(head.root);
    report.judge(entries_agree, tiles_agree);
    for checkpoint in known.iter().filter(|checkpoint| checkpoint.head.size > head.size) {
        report.add(Finding::TailCut { was: checkpoint.head.size, is: head.size });
    }
    strays::check(files, head.size, report);
}

/// The tree as its entries make it.
struct Rebuilt<'a> {
    frontier: Frontier,
    known: &'a [Checkpoint],
    /// False once a bundle could not be read: the root then says nothing.
    entries_whole: bool,
}

impl Rebuilt<'_> {
    /// The leaf hashes of a bundle; `None` for those that are not there.
    fn read_bundle(&mut self, files: &impl Files, tile: Tile, report: &mut Report) -> Vec<Option<Hash>> {
        let width = usize::from(tile.width);
        let (bytes, found) = match read_tile(files, tile) {
            Ok(read) => read,
            Err(problem) => {
                self.entries_whole = false;
                report.add(Finding::File { path: tile.to_string(), problem });
                return vec![None; width];
            }
        };
        report.counts.files = report.counts.files.saturating_add(1);
        let Some(leaves) = split_leaves(&bytes) else {
            self.entries_whole = false;
            report.add(Finding::File { path: tile.to_string(), problem: TileError::Shape });
            return vec![None; width];
        };
        if leaves.len() != usize::from(found.width) {
            self.entries_whole = false;
            let problem = TileError::Width { has: leaves.len(), wants: found.width };
            report.add(Finding::File { path: found.to_string(), problem });
        }
        let first = tile.index.saturating_mul(super::tile::TILE_WIDTH);
        for (leaf, index) in leaves.iter().take(width).zip(first..) {
            check_leaf(leaf, Place { index, path: tile }, report);
        }
        let mut hashes: Vec<Option<Hash>> = leaves.iter().map(|leaf| Some(Hash::of_leaf(leaf))).collect();
        hashes.resize(width, None);
        hashes
    }

    /// Adds leaves to the tree, and compares it with each known checkpoint that it passes.
    fn append(&mut self, leaves: &[Option<Hash>], report: &mut Report) {
        if !self.entries_whole {
            return;
        }
        if self.frontier.size() == 0 {
            self.compare_with_known(report);
        }
        for leaf in leaves.iter().flatten() {
            self.frontier.push(*leaf);
            self.compare_with_known(report);
        }
    }

    fn compare_with_known(&self, report: &mut Report) {
        for checkpoint in self.known.iter().filter(|checkpoint| checkpoint.head.size == self.frontier.size())
        {
            if checkpoint.head.root == self.frontier.root() {
                report.counts.checkpoints = report.counts.checkpoints.saturating_add(1);
            } else {
                report.add(Finding::Rewritten { size: checkpoint.head.size });
            }
        }
    }
}

fn check_leaf(bytes: &[u8], place: Place, report: &mut Report) {
    match Leaf::from_bytes(bytes) {
        Ok(Leaf::Sealed(_)) => report.counts.sealed = report.counts.sealed.saturating_add(1),
        Ok(Leaf::System(_)) => report.counts.system = report.counts.system.saturating_add(1),
        Err(problem) => report.add(Finding::Malformed { place, problem }),
    }
}
