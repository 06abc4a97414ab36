//! The files that publish the tree, as C2SP `tlog-tiles` names and fills them: hash tiles of up to
//! 256 hashes, entry bundles of up to 256 leaves.
//!
//! `tile/<level>/<index>` is a hash tile, `tile/entries/<index>` a bundle; a file that is not full
//! yet ends in `.p/<width>`. Indexes are written in groups of three digits: 1234067 is
//! `x001/x234/067`. Not here: which files a growing ledger writes (`growth`).

use std::fmt;

use super::tree::{Hash, Node, Nodes};

/// Hashes of a full hash tile, leaves of a full entry bundle.
pub const TILE_WIDTH: u64 = 256;
/// The highest level that a tree of 2^64 leaves needs.
pub const LEVEL_MAX: u8 = 7;
/// The path of the checkpoint.
pub const CHECKPOINT_PATH: &str = "checkpoint";

/// Where published files are read from: a folder, a web address, a map.
pub trait Files {
    /// The bytes of a file; `None` where there is none.
    ///
    /// # Errors
    /// [`Unreadable`] where the file may be there and can't be read.
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, Unreadable>;

    /// The paths of all files, where the source can list them; they are looked at for strays and
    /// for outdated partial tiles that say something else.
    fn paths(&self) -> Vec<String> {
        Vec::new()
    }
}

impl Files for std::collections::BTreeMap<String, Vec<u8>> {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, Unreadable> {
        Ok(self.get(path).cloned())
    }

    fn paths(&self) -> Vec<String> {
        self.keys().cloned().collect()
    }
}

/// A file that can't be read, with the reason as the source tells it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(pub String);

/// The row of files that a tile belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TilePath {
    /// Entry bundles.
    Entries,
    /// Hash tiles of a level: each hash stands for 256^level leaves.
    Hashes(u8),
}

/// One published file of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tile {
    /// Its row.
    pub row: TilePath,
    /// Its place in the row, from 0.
    pub index: u64,
    /// How many hashes or leaves it holds, from 1 to 256.
    pub width: u16,
}

impl fmt::Display for Tile {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.row {
            TilePath::Entries => out.write_str("tile/entries/")?,
            TilePath::Hashes(level) => write!(out, "tile/{level}/")?,
        }
        let mut groups = vec![self.index % 1000];
        let mut rest = self.index / 1000;
        while rest > 0 {
            groups.push(rest % 1000);
            rest /= 1000;
        }
        for (place, group) in groups.iter().enumerate().rev() {
            let (before, after) = if place > 0 { ("x", "/") } else { ("", "") };
            write!(out, "{before}{group:03}{after}")?;
        }
        if self.is_full() { Ok(()) } else { write!(out, ".p/{}", self.width) }
    }
}

impl Tile {
    /// Whether it holds all that it can.
    pub fn is_full(&self) -> bool {
        u64::from(self.width) >= TILE_WIDTH
    }

    /// The same tile once it is full.
    #[must_use]
    pub fn full(self) -> Self {
        Self { width: 256, ..self }
    }

    /// Reads a path; `None` where it is not one of a tile, in the only way to write it.
    pub fn from_path(path: &str) -> Option<Self> {
        let (row, rest) = path.strip_prefix("tile/")?.split_once('/')?;
        let row = match row {
            "entries" => TilePath::Entries,
            level => TilePath::Hashes(level.parse().ok().filter(|level| *level <= LEVEL_MAX)?),
        };
        let (groups, width) = match rest.split_once(".p/") {
            Some((groups, width)) => (groups, width.parse().ok().filter(|width| (1..256).contains(width))?),
            None => (rest, 256),
        };
        let digits: String =
            groups.split('/').map(|group| group.strip_prefix('x').unwrap_or(group)).collect();
        let tile = Self { row, index: digits.parse().ok()?, width };
        (tile.to_string() == path).then_some(tile)
    }

    /// The tiles of a row that a tree of `size` leaves has, from the one that holds place `from`.
    pub fn of_row(row: TilePath, size: u64, from: u64) -> impl Iterator<Item = Self> {
        let length = row_length(row, size);
        let tiles = (from / TILE_WIDTH)..length.div_ceil(TILE_WIDTH);
        tiles.filter_map(move |index| {
            let width = length.saturating_sub(index.checked_mul(TILE_WIDTH)?).min(TILE_WIDTH);
            Some(Self { row, index, width: u16::try_from(width).ok()? })
        })
    }

    /// Every tile that a ledger writes when it grows from one size to another.
    pub fn of_growth(old: u64, new: u64) -> Vec<Self> {
        rows()
            .filter(|row| row_length(*row, new) > row_length(*row, old))
            .flat_map(|row| Self::of_row(row, new, row_length(row, old)))
            .collect()
    }

    /// The content of a hash tile; `None` for a bundle, or where a hash is not stored.
    pub fn hashes(&self, nodes: &impl Nodes) -> Option<Vec<u8>> {
        let TilePath::Hashes(level) = self.row else { return None };
        let level = level.checked_mul(8)?;
        let first = self.index.checked_mul(TILE_WIDTH)?;
        let hashes = (0..u64::from(self.width))
            .map(|place| nodes.node(Node { level, index: first.saturating_add(place) }));
        hashes.collect::<Option<Vec<Hash>>>().map(|hashes| join_hashes(&hashes))
    }
}

/// Every row, entries first.
pub fn rows() -> impl Iterator<Item = TilePath> {
    std::iter::once(TilePath::Entries).chain((0..=LEVEL_MAX).map(TilePath::Hashes))
}

/// How many leaves or hashes a row has in a tree of `size` leaves.
pub fn row_length(row: TilePath, size: u64) -> u64 {
    match row {
        TilePath::Entries => size,
        TilePath::Hashes(level) => size >> (u32::from(level.min(LEVEL_MAX)) * 8),
    }
}

/// Hashes as a hash tile holds them: one after another.
pub fn join_hashes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
}

/// The hashes of a hash tile; `None` where the bytes are not whole hashes.
pub fn split_hashes(bytes: &[u8]) -> Option<Vec<Hash>> {
    let (hashes, rest) = bytes.as_chunks::<{ Hash::LENGTH }>();
    rest.is_empty().then(|| hashes.iter().copied().map(Hash::from_bytes).collect())
}

/// Leaves as an entry bundle holds them, each after its length in two bytes; `None` where one is
/// longer than 65,535 bytes.
pub fn join_leaves<L: AsRef<[u8]>>(leaves: &[L]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for leaf in leaves {
        let leaf = leaf.as_ref();
        bytes.extend(u16::try_from(leaf.len()).ok()?.to_be_bytes());
        bytes.extend_from_slice(leaf);
    }
    Some(bytes)
}

/// The leaves of an entry bundle; `None` where a length does not fit the bytes.
pub fn split_leaves(mut bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut leaves = Vec::new();
    while !bytes.is_empty() {
        let (length, rest) = bytes.split_first_chunk::<2>()?;
        let (leaf, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        leaves.push(leaf);
        bytes = rest;
    }
    Some(leaves)
}

/// The hashes of a published ledger of a given size, read from its hash tiles.
#[derive(Clone, Copy, Debug)]
pub struct TileNodes<'a, F> {
    files: &'a F,
    size: u64,
}

impl<'a, F: Files> TileNodes<'a, F> {
    /// The hashes of the ledger in these files when it had `size` leaves.
    pub const fn new(files: &'a F, size: u64) -> Self {
        Self { files, size }
    }
}

impl<F: Files> Nodes for TileNodes<'_, F> {
    fn node(&self, node: Node) -> Option<Hash> {
        // A hash between two rows is made of those below it, which stand in one tile.
        let (row, height) = (TilePath::Hashes(node.level / 8), u32::from(node.level % 8));
        let first = node.index.checked_mul(1 << height)?;
        let tile = Tile::of_row(row, self.size, first).next()?;
        let hashes = read_hashes(self.files, tile).ok()?;
        let offset = usize::try_from(first % TILE_WIDTH).ok()?;
        let below = hashes.get(offset..offset.checked_add(1 << height)?)?;
        join_pairs(below.to_vec())
    }
}

/// The root over hashes that make a complete subtree.
fn join_pairs(mut hashes: Vec<Hash>) -> Option<Hash> {
    while hashes.len() > 1 {
        let (pairs, _) = hashes.as_chunks::<2>();
        hashes = pairs.iter().map(|[left, right]| Hash::of_children(left, right)).collect();
    }
    hashes.first().copied()
}

/// Why a tile can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TileError {
    /// There is no such file.
    #[error("the file is missing")]
    Missing,
    /// It can't be read.
    #[error("the file can't be read: {0}")]
    Unreadable(Unreadable),
    /// Its bytes are not what such a file holds.
    #[error("the file holds {has} items and should hold {wants}")]
    Width {
        /// How many it holds.
        has: usize,
        /// How many the tree wants.
        wants: u16,
    },
    /// Its bytes are no list of items at all.
    #[error("the file is not a list of hashes or entries")]
    Shape,
}

/// The bytes of a tile: the file of its width, or of the full tile that replaced it.
pub(crate) fn read_tile(files: &impl Files, tile: Tile) -> Result<(Vec<u8>, Tile), TileError> {
    if let Some(bytes) = files.read(&tile.to_string()).map_err(TileError::Unreadable)? {
        return Ok((bytes, tile));
    }
    // `tlog-tiles` lets a publisher delete a partial tile once the full one is there.
    let full = tile.full();
    let bytes = files.read(&full.to_string()).map_err(TileError::Unreadable)?;
    bytes.map(|bytes| (bytes, full)).ok_or(TileError::Missing)
}

/// The hashes of a tile, as many as its width says.
///
/// # Errors
/// [`TileError`] where the file is missing, can't be read or is no such tile.
pub fn read_hashes(files: &impl Files, tile: Tile) -> Result<Vec<Hash>, TileError> {
    let (bytes, found) = read_tile(files, tile)?;
    let mut hashes = split_hashes(&bytes).ok_or(TileError::Shape)?;
    if hashes.len() != usize::from(found.width) {
        return Err(TileError::Width { has: hashes.len(), wants: found.width });
    }
    hashes.truncate(usize::from(tile.width));
    Ok(hashes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tile(row: TilePath, index: u64, width: u16) -> Tile {
        Tile { row, index, width }
    }

    #[test]
    fn paths_are_those_of_the_specification() {
        for (path, expected) in [
            ("tile/0/000", tile(TilePath::Hashes(0), 0, 256)),
            ("tile/0/x001/x234/067", tile(TilePath::Hashes(0), 1_234_067, 256)),
            ("tile/3/x001/234.p/5", tile(TilePath::Hashes(3), 1234, 5)),
            ("tile/entries/x001/000.p/255", tile(TilePath::Entries, 1000, 255)),
        ] {
            assert_eq!(expected.to_string(), path);
            assert_eq!(Tile::from_path(path), Some(expected));
        }
    }

    #[test]
    fn other_ways_to_write_a_path_are_refused() {
        for path in [
            "",
            "tile",
            "tile/0",
            "tile/0/0",
            "tile/0/0000",
            "tile/00/000",
            "tile/8/000",
            "tile/+1/000",
            "tile/0/001/234",
            "tile/0/x001",
            "tile/0/x000/001",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/05",
            "tile/0/000.p/1/2",
            "tile/entries/../000",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
        ] {
            assert_eq!(Tile::from_path(path), None, "{path}");
        }
    }

    #[test]
    fn a_growth_writes_the_tiles_of_the_specification() {
        let paths = |old, new| Tile::of_growth(old, new).iter().map(Tile::to_string).collect::<Vec<_>>();
        assert_eq!(paths(0, 0), Vec::<String>::new());
        assert_eq!(paths(0, 5), ["tile/entries/000.p/5", "tile/0/000.p/5"]);
        assert_eq!(paths(5, 256), ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]);
        assert_eq!(paths(256, 257), ["tile/entries/001.p/1", "tile/0/001.p/1"]);
        assert_eq!(paths(70_000 - 1, 70_000), ["tile/entries/273.p/112", "tile/0/273.p/112"],);
        // The example of the specification: a tree of 70,000 leaves.
        let all = paths(0, 70_000);
        assert_eq!(all.len(), 274 + 274 + 2 + 1);
        for path in ["tile/0/272", "tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"] {
            assert!(all.contains(&path.to_owned()), "{path}");
        }
    }

    #[test]
    fn bundles_read_back_and_cut_ones_do_not() {
        let bundle = join_leaves(&[b"".as_slice(), b"abc"]).unwrap();
        assert_eq!(bundle, [0, 0, 0, 3, b'a', b'b', b'c']);
        assert_eq!(split_leaves(&bundle), Some(vec![b"".as_slice(), b"abc"]));
        for end in [1, 3, 4, 5, 6] {
            assert_eq!(split_leaves(&bundle[..end]), None, "{end}");
        }
        assert_eq!(join_leaves(&[vec![0; 65_536]]), None);
    }
}
