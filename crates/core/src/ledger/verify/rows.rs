//! Comparing hash tiles with what lies below them, level by level, while entries stream past.

use super::super::proof::TreeHead;
use super::super::tile::{TILE_WIDTH, TileNodes, row_length};
use super::super::tree::root_at;
use super::report::Below;
use super::{Files, Finding, Hash, Place, Report, Tile, TilePath, read_hashes};

/// For each level above the leaves, the roots of the full tiles below that wait for their tile.
#[derive(Default)]
pub(super) struct Rows {
    waiting: Vec<Vec<Option<Hash>>>,
    done: Vec<u64>,
}

impl Rows {
    /// Compares a hash tile with the hashes that should stand in it (`None`: not known), and hands
    /// the root of a full one up to the next level.
    pub(super) fn compare(
        &mut self,
        files: &impl Files,
        tile: Tile,
        below: &[Option<Hash>],
        report: &mut Report,
    ) {
        let TilePath::Hashes(level) = tile.row else { return };
        let published = match read_hashes(files, tile) {
            Ok(hashes) => {
                report.counts.files = report.counts.files.saturating_add(1);
                note_differences(tile, &hashes, below, report);
                Some(hashes)
            }
            Err(problem) => {
                report.add(Finding::File { path: tile.to_string(), problem });
                None
            }
        };
        if tile.is_full() {
            // Upwards goes what is published, so that one changed entry is one finding.
            let root = published.and_then(|hashes| root_of_full(&hashes));
            self.hand_up(files, level.saturating_add(1), root, report);
        }
    }

    fn hand_up(&mut self, files: &impl Files, level: u8, root: Option<Hash>, report: &mut Report) {
        let place = usize::from(level);
        if self.waiting.len() <= place {
            self.waiting.resize(place.saturating_add(1), Vec::new());
            self.done.resize(place.saturating_add(1), 0);
        }
        let Some(row) = self.waiting.get_mut(place) else { return };
        row.push(root);
        if row.len() < 256 {
            return;
        }
        let full = std::mem::take(row);
        if let Some(done) = self.done.get_mut(place) {
            let tile = Tile { row: TilePath::Hashes(level), index: *done, width: 256 };
            *done = done.saturating_add(1);
            self.compare(files, tile, &full, report);
        }
    }

    /// Compares the partial tiles at the right edge.
    pub(super) fn finish(&mut self, files: &impl Files, head: TreeHead, report: &mut Report) {
        for level in 1..u8::try_from(self.waiting.len()).unwrap_or(u8::MAX) {
            let row = TilePath::Hashes(level);
            let Some(waiting) = self.waiting.get_mut(usize::from(level)).map(std::mem::take) else {
                continue;
            };
            let last = Tile::of_row(row, head.size, row_length(row, head.size)).next();
            if let Some(tile) = last.filter(|_| !waiting.is_empty()) {
                self.compare(files, tile, &waiting, report);
            }
        }
    }
}

fn note_differences(tile: Tile, published: &[Hash], below: &[Option<Hash>], report: &mut Report) {
    let differing =
        |(_, (has, wants)): &(u64, (&Hash, &Option<Hash>))| wants.is_some_and(|wants| wants != **has);
    let first = tile.index.saturating_mul(TILE_WIDTH);
    let mut differences = (first..).zip(published.iter().zip(below)).filter(differing);
    let Some((index, _)) = differences.next() else { return };
    let count = u64::try_from(differences.count()).unwrap_or(u64::MAX).saturating_add(1);
    let below = if tile.row == TilePath::Hashes(0) { Below::Entries } else { Below::Hashes };
    report.add(Finding::Hash { place: Place { index, path: tile }, count, below });
}

fn root_of_full(hashes: &[Hash]) -> Option<Hash> {
    let mut frontier = super::Frontier::empty();
    for hash in hashes {
        frontier.push(*hash);
    }
    (frontier.size() == TILE_WIDTH).then(|| frontier.root())
}

/// The root to which the hash tiles lead, by the highest hashes that they hold.
pub(super) fn tiles_root(files: &impl Files, size: u64) -> Option<Hash> {
    root_at(size, &TileNodes::new(files, size))
}
