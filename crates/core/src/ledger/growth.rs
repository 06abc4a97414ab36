//! Growing a published ledger: which files new leaves make, from the files that are there.
//!
//! Nothing is written here: the caller makes the files durable in the order in which they are
//! given, and only then publishes a checkpoint of the new size (ledger.md §5). Growing again from
//! the same checkpoint gives the same files, so a crash in between does no harm.

use super::proof::TreeHead;
use super::tile::{
    Files, TILE_WIDTH, Tile, TileError, TileNodes, TilePath, join_hashes, join_leaves, read_hashes,
    read_tile, row_length, rows, split_leaves,
};
use super::tree::{Frontier, Hash};

/// A file to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedFile {
    /// Its path within the ledger.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What new leaves make of a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Growth {
    /// The files, entry bundles before the hashes over them.
    pub files: Vec<PublishedFile>,
    /// The new size and root, to be signed.
    pub head: TreeHead,
}

/// Why a ledger can't grow from its files.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GrowError {
    /// A file of the right edge is not as it should be.
    #[error("`{path}`: {problem}")]
    File {
        /// Its path.
        path: String,
        /// What is wrong with it.
        problem: TileError,
    },
    /// The files are not those of the checkpoint: growing would hide a change.
    #[error("the files do not lead to the checkpoint's root at {size} entries")]
    Root {
        /// The checkpoint's size.
        size: u64,
    },
    /// A leaf is longer than a bundle can hold.
    #[error("a leaf is longer than 65535 bytes")]
    TooLong,
    /// More leaves than can be counted.
    #[error("the ledger is full")]
    Full,
}

/// The files and the head of a ledger once these leaves follow its last one.
///
/// `old` is what the last checkpoint says; the files are checked against it, so that a ledger that
/// was changed on disk is never signed anew.
///
/// # Errors
/// [`GrowError`] where the files at hand do not fit, or the leaves are too long.
pub fn grow<L: AsRef<[u8]>>(files: &impl Files, old: TreeHead, leaves: &[L]) -> Result<Growth, GrowError> {
    let added = u64::try_from(leaves.len()).map_err(|_| GrowError::Full)?;
    let new_size = old.size.checked_add(added).ok_or(GrowError::Full)?;
    let mut frontier = edge(files, old)?;
    let mut hash_rows = open_rows(files, old.size)?;
    for leaf in leaves {
        for (node, hash) in frontier.append(Hash::of_leaf(leaf.as_ref())) {
            if node.level.is_multiple_of(8)
                && let Some(row) = hash_rows.get_mut(usize::from(node.level / 8))
            {
                row.push(hash);
            }
        }
    }
    let mut out = bundles(files, old.size, leaves)?;
    for tile in Tile::of_growth(old.size, new_size) {
        if let TilePath::Hashes(level) = tile.row {
            let row = hash_rows.get(usize::from(level)).map_or(&[][..], Vec::as_slice);
            let start = start_within(tile, old.size);
            let hashes = row.iter().skip(start).take(usize::from(tile.width)).copied().collect::<Vec<_>>();
            out.push(PublishedFile { path: tile.to_string(), bytes: join_hashes(&hashes) });
        }
    }
    Ok(Growth { files: out, head: TreeHead { size: new_size, root: frontier.root() } })
}

/// The right edge of the tree, checked against the checkpoint's root.
fn edge(files: &impl Files, old: TreeHead) -> Result<Frontier, GrowError> {
    let frontier = Frontier::read(old.size, &TileNodes::new(files, old.size));
    frontier.filter(|frontier| frontier.root() == old.root).ok_or(GrowError::Root { size: old.size })
}

/// What the last, partial tile of each hash row holds; empty where the last one is full.
fn open_rows(files: &impl Files, size: u64) -> Result<Vec<Vec<Hash>>, GrowError> {
    rows()
        .filter(|row| *row != TilePath::Entries)
        .map(|row| match open_tile(row, size) {
            Some(tile) => read_hashes(files, tile).map_err(|problem| file_error(tile, problem)),
            None => Ok(Vec::new()),
        })
        .collect()
}

/// The partial tile at the end of a row, if there is one.
fn open_tile(row: TilePath, size: u64) -> Option<Tile> {
    let length = row_length(row, size);
    Tile::of_row(row, size, length).next().filter(|tile| !tile.is_full())
}

/// How many items of a row stand before a tile, counted from the row's open tile.
fn start_within(tile: Tile, old_size: u64) -> usize {
    let open = row_length(tile.row, old_size) / TILE_WIDTH;
    usize::try_from(tile.index.saturating_sub(open).saturating_mul(TILE_WIDTH)).unwrap_or(usize::MAX)
}

/// The entry bundles that new leaves fill, beginning with those of the open one.
fn bundles<L: AsRef<[u8]>>(
    files: &impl Files,
    old: u64,
    leaves: &[L],
) -> Result<Vec<PublishedFile>, GrowError> {
    let open = open_tile(TilePath::Entries, old);
    let (kept, width) = match open {
        Some(tile) => {
            let (bytes, _) = read_tile(files, tile).map_err(|problem| file_error(tile, problem))?;
            (bytes, usize::from(tile.width))
        }
        None => (Vec::new(), 0),
    };
    let shape = || open.map_or(GrowError::Full, |tile| file_error(tile, TileError::Shape));
    let kept = split_leaves(&kept).filter(|leaves| leaves.len() >= width).ok_or_else(shape)?;
    let all: Vec<&[u8]> = kept.into_iter().take(width).chain(leaves.iter().map(AsRef::as_ref)).collect();
    if leaves.is_empty() {
        return Ok(Vec::new());
    }
    let first = old / TILE_WIDTH;
    all.chunks(256).zip(first..).map(|(chunk, index)| bundle(index, chunk)).collect()
}

fn bundle(index: u64, leaves: &[&[u8]]) -> Result<PublishedFile, GrowError> {
    let width = u16::try_from(leaves.len()).map_err(|_| GrowError::Full)?;
    let tile = Tile { row: TilePath::Entries, index, width };
    let bytes = join_leaves(leaves).ok_or(GrowError::TooLong)?;
    Ok(PublishedFile { path: tile.to_string(), bytes })
}

fn file_error(tile: Tile, problem: TileError) -> GrowError {
    GrowError::File { path: tile.to_string(), problem }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    const EMPTY: fn() -> TreeHead = || TreeHead { size: 0, root: Hash::of_empty_tree() };

    fn leaves(range: std::ops::Range<u32>) -> Vec<Vec<u8>> {
        range.map(|n| n.to_be_bytes().to_vec()).collect()
    }

    fn write(files: &mut BTreeMap<String, Vec<u8>>, growth: Growth) -> TreeHead {
        files.extend(growth.files.into_iter().map(|file| (file.path, file.bytes)));
        growth.head
    }

    #[test]
    fn growing_by_nothing_writes_nothing() {
        let files = BTreeMap::new();
        let growth = grow(&files, EMPTY(), &leaves(0..0)).unwrap();
        assert_eq!((growth.files, growth.head), (Vec::new(), EMPTY()));
    }

    #[test]
    fn changed_files_are_not_grown_from() {
        let mut files = BTreeMap::new();
        let head = write(&mut files, grow(&BTreeMap::new(), EMPTY(), &leaves(0..5)).unwrap());
        files.get_mut("tile/0/000.p/5").unwrap()[40] ^= 1;
        assert_eq!(grow(&files, head, &leaves(5..6)), Err(GrowError::Root { size: 5 }));
    }

    #[test]
    fn a_tree_of_two_levels_grows_in_one_step_as_in_many() {
        let mut steps = BTreeMap::new();
        let mut head = EMPTY();
        for (from, to) in [(0, 255), (255, 256), (256, 65_000), (65_000, 65_537), (65_537, 66_000)] {
            let growth = grow(&steps, head, &leaves(from..to)).unwrap();
            head = write(&mut steps, growth);
        }
        let at_once = grow(&BTreeMap::new(), EMPTY(), &leaves(0..66_000)).unwrap();
        assert_eq!(at_once.head, head);
        for file in at_once.files {
            assert_eq!(steps.get(&file.path), Some(&file.bytes), "{}", file.path);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn growing_in_steps_gives_the_files_and_the_root_of_growing_at_once(cuts in proptest::collection::vec(0_u32..700, 0..5)) {
            let cuts: BTreeSet<u32> = cuts.into_iter().collect();
            let mut steps = BTreeMap::new();
            let (mut head, mut last) = (EMPTY(), 0);
            for cut in cuts {
                let growth = grow(&steps, head, &leaves(last..cut)).unwrap();
                let paths: Vec<&String> = growth.files.iter().map(|file| &file.path).collect();
                let expected: Vec<String> = Tile::of_growth(u64::from(last), u64::from(cut)).iter().map(Tile::to_string).collect();
                prop_assert_eq!(paths, expected.iter().collect::<Vec<_>>());
                head = write(&mut steps, growth);
                last = cut;
            }
            let at_once = grow(&BTreeMap::new(), EMPTY(), &leaves(0..last)).unwrap();
            prop_assert_eq!(at_once.head, head);
            for file in at_once.files {
                prop_assert_eq!(steps.get(&file.path), Some(&file.bytes));
            }
        }
    }
}
