//! What a verification found, as a value: counts, findings, and which files are to blame.

use std::fmt;

use super::super::checkpoint::CheckpointError;
use super::super::leaf::LeafError;
use super::super::proof::TreeHead;
use super::super::tile::{Tile, TileError, TilePath};
use super::FINDINGS_MAX;

/// What a verification found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Whose ledger, by the key's name.
    pub origin: String,
    /// The size and root that the checkpoint states, if its signature holds.
    pub head: Option<TreeHead>,
    /// What was looked at.
    pub counts: Counts,
    /// What is wrong, in order of the ledger; at most [`FINDINGS_MAX`].
    pub findings: Vec<Finding>,
    /// How many findings are not listed.
    pub unlisted: u64,
}

/// What was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Entries about people.
    pub sealed: u64,
    /// Entries in clear.
    pub system: u64,
    /// Files read: bundles and hash tiles.
    pub files: u64,
    /// Older checkpoints that the ledger continues.
    pub checkpoints: u64,
}

/// Where an item stands: its number in its row, and the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The entry's number in the ledger, or the hash's in its row, from 0.
    pub index: u64,
    /// The file that holds it.
    pub path: Tile,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// A file is missing, can't be read, or has the wrong number of items.
    #[error("`{path}`: {problem}")]
    File {
        /// Its path.
        path: String,
        /// What is wrong with it.
        problem: TileError,
    },
    /// The checkpoint is not to be believed.
    #[error("`checkpoint`: {problem}")]
    Checkpoint {
        /// Why.
        problem: CheckpointError,
    },
    /// An entry is not of either form.
    #[error("entry {} in `{}` is malformed: {problem}", place.index, place.path)]
    Malformed {
        /// Which.
        place: Place,
        /// Why.
        problem: LeafError,
    },
    /// Entries were changed, removed, added or swapped: the tree has others here.
    #[error("entry {} in `{}` is not the one that the ledger recorded ({count} differ in this file)", place.index, place.path)]
    Entry {
        /// The first that differs.
        place: Place,
        /// How many differ in the file.
        count: u64,
    },
    /// A hash tile does not fit what lies below it.
    #[error("hash {} in `{}` does not fit the {below} below it ({count} differ in this file)", place.index, place.path)]
    Hash {
        /// The first that differs.
        place: Place,
        /// How many differ in the file.
        count: u64,
        /// What lies below it.
        below: Below,
    },
    /// Neither entries nor tiles lead to the signed root.
    #[error("the files do not lead to the root that the checkpoint signs")]
    Root,
    /// The ledger is shorter than a checkpoint that somebody kept.
    #[error("the ledger had {was} entries and has {is}: its tail was cut off")]
    TailCut {
        /// The size that was.
        was: u64,
        /// The size that is.
        is: u64,
    },
    /// The ledger has another history than a checkpoint that somebody kept.
    #[error("one of the first {size} entries is not what it was when an older checkpoint was signed")]
    Rewritten {
        /// The older checkpoint's size.
        size: u64,
    },
    /// An outdated partial tile says something else than the one that replaced it.
    #[error("`{path}` is outdated and differs from the file that replaced it")]
    Outdated {
        /// Its path.
        path: String,
    },
    /// A file that the ledger does not have.
    #[error("`{path}` is not a file of this ledger")]
    Stray {
        /// Its path.
        path: String,
    },
}

/// What lies below a hash tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Below {
    /// Entries.
    Entries,
    /// Hash tiles.
    Hashes,
}

impl fmt::Display for Below {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Entries => "entries",
            Self::Hashes => "hashes",
        })
    }
}

impl Report {
    pub(super) fn new(origin: &str) -> Self {
        Self {
            origin: origin.to_owned(),
            head: None,
            counts: Counts::default(),
            findings: Vec::new(),
            unlisted: 0,
        }
    }

    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty()
    }

    pub(super) fn add(&mut self, finding: Finding) {
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(finding);
        } else {
            self.unlisted = self.unlisted.saturating_add(1);
        }
    }

    /// Decides who is to blame where entries and tiles differ: whoever does not lead to the signed
    /// root. Where neither does, both stay suspect.
    pub(super) fn judge(&mut self, entries_agree: bool, tiles_agree: bool) {
        if tiles_agree && !entries_agree {
            for finding in &mut self.findings {
                finding.blame_entries();
            }
        }
        let explained = self
            .findings
            .iter()
            .any(|finding| matches!(finding, Finding::Entry { .. } | Finding::Hash { .. }));
        let led_astray = !entries_agree && !tiles_agree;
        if led_astray || (!explained && !self.findings_of_files() && (!entries_agree || !tiles_agree)) {
            self.add(Finding::Root);
        }
    }

    fn findings_of_files(&self) -> bool {
        self.findings.iter().any(|finding| matches!(finding, Finding::File { .. }))
    }
}

impl Finding {
    /// A mismatch between entries and the hashes over them is the entries' fault.
    fn blame_entries(&mut self) {
        if let Self::Hash { place, count, below: Below::Entries } = self {
            let path = Tile { row: TilePath::Entries, ..place.path };
            *self = Self::Entry { place: Place { path, ..*place }, count: *count };
        }
    }
}
