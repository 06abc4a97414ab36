//! The entries of Kept's own store beside those that are public: an outsider checks the public ones alone,
//! the operator can check both.

use kept_core::ledger::tile::{TILE_WIDTH, read_hashes};
use kept_core::ledger::{Hash, Sequence, Tile, TilePath};
use kept_vault::{Fault, Vault};

use super::Folder;

/// How many changed entries are told one by one.
const LISTED: usize = 20;

/// What a comparison found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// How many public entries were looked up in the store.
    pub entries: u64,
    /// The first of those that the store has otherwise, or not at all, in order.
    pub changed: Vec<Sequence>,
    /// How many more there are.
    pub unlisted: u64,
}

impl Compared {
    /// How many entries the store has otherwise, or not at all.
    pub fn wrong(&self) -> u64 {
        u64::try_from(self.changed.len()).unwrap_or(u64::MAX).saturating_add(self.unlisted)
    }

    fn note(&mut self, sequence: u64) {
        if self.changed.len() < LISTED {
            self.changed.push(Sequence(sequence));
        } else {
            self.unlisted += 1;
        }
    }
}

/// Compares the store's entries with the public ledger of this size. Files that can't be read are passed
/// over: [`kept_core::ledger::verify()`] tells of them.
///
/// # Errors
/// A fault of the store other than an entry that is not there.
pub fn compare(vault: &Vault, folder: &Folder, size: u64) -> Result<Compared, Fault> {
    let mut compared = Compared::default();
    for tile in Tile::of_row(TilePath::Hashes(0), size, 0) {
        let Ok(public) = read_hashes(folder, tile) else { continue };
        let first = tile.index.saturating_mul(TILE_WIDTH);
        let own = leaves(vault, first, u32::from(tile.width))?;
        for (place, public) in (first..).zip(&public) {
            compared.entries += 1;
            let own = match &own {
                Some(own) => usize::try_from(place - first).ok().and_then(|at| own.get(at)).copied(),
                // A number is missing among them: each is looked up by itself.
                None => leaves(vault, place, 1)?.and_then(|own| own.first().copied()),
            };
            if own != Some(*public) {
                compared.note(place);
            }
        }
    }
    Ok(compared)
}

/// The hashes of some entries of the store; `None` where one of them is not there.
fn leaves(vault: &Vault, first: u64, count: u32) -> Result<Option<Vec<Hash>>, Fault> {
    match vault.read("leaves", |tx| tx.leaves(Sequence(first), count)) {
        Ok(leaves) => Ok(Some(leaves.iter().map(|leaf| Hash::of_leaf(leaf)).collect())),
        Err(Fault::Missing { .. }) => Ok(None),
        Err(fault) => Err(fault),
    }
}
