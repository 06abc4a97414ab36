//! Looking at the files that a ledger's present size does not need: partial tiles that a larger
//! one replaced must be its beginning; anything else does not belong there.

use super::super::tile::row_length;
use super::{CHECKPOINT_PATH, Files, Finding, Report, Tile, TileError, TilePath, read_hashes, split_leaves};

/// Looks at every file that the source lists.
pub(super) fn check(files: &impl Files, size: u64, report: &mut Report) {
    for path in files.paths() {
        if path == CHECKPOINT_PATH {
            continue;
        }
        let Some(tile) = Tile::from_path(&path) else {
            report.add(Finding::Stray { path });
            continue;
        };
        match Tile::of_row(tile.row, size, tile.index.saturating_mul(256))
            .next()
            .filter(|now| now.index == tile.index)
        {
            Some(now) if now == tile => {}
            Some(now) if now.width > tile.width => check_outdated(files, Replaced { tile, now }, report),
            // A publisher stages tiles before it signs the checkpoint that covers them.
            _ if is_ahead(tile, size) => {}
            _ => report.add(Finding::Stray { path }),
        }
    }
}

/// Whether a tile belongs to a larger ledger than the checkpoint's: staged, not yet published.
fn is_ahead(tile: Tile, size: u64) -> bool {
    let end = tile.index.saturating_mul(256).saturating_add(u64::from(tile.width));
    end > row_length(tile.row, size)
}

/// A partial tile and the one that replaced it.
#[derive(Clone, Copy)]
struct Replaced {
    tile: Tile,
    now: Tile,
}

fn check_outdated(files: &impl Files, replaced: Replaced, report: &mut Report) {
    let path = replaced.tile.to_string();
    match replaced.tile.row {
        TilePath::Hashes(_) => {
            if let Ok(now) = read_hashes(files, replaced.now)
                && read_hashes(files, replaced.tile).ok().is_none_or(|old| !now.starts_with(&old))
            {
                report.add(Finding::Outdated { path });
            }
        }
        TilePath::Entries => match begins(files, replaced) {
            Ok(true) => {}
            Ok(false) => report.add(Finding::Outdated { path }),
            Err(problem) => report.add(Finding::File { path, problem }),
        },
    }
}

/// Whether the bundle that is there now begins with the one that it replaced.
fn begins(files: &impl Files, replaced: Replaced) -> Result<bool, TileError> {
    let read = |tile: Tile| files.read(&tile.to_string()).map_err(TileError::Unreadable);
    let Some(old) = read(replaced.tile)? else { return Ok(true) };
    // Without the file of now there is nothing to compare with; that is a finding of its own.
    let Some(now) = read(replaced.now)? else { return Ok(true) };
    let whole = split_leaves(&old).is_some_and(|leaves| leaves.len() == usize::from(replaced.tile.width));
    Ok(whole && now.starts_with(&old))
}
