//! Where a policy comes from: its files, and the place of every path in them.
//!
//! The edge loads the files; nothing here touches a disk. Not here: what the paths mean (`reader`).

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::diagnostic::Diagnostic;

/// One file of a policy folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Its name relative to the folder, with `/` between parts: `texts/fr.toml`.
    pub name: String,
    /// Its content, UTF-8 if its author was careful.
    pub bytes: Vec<u8>,
}

impl SourceFile {
    /// A file of this name and content.
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), bytes: bytes.into() }
    }
}

/// A place in a file: a key and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file's name.
    pub file: Arc<str>,
    /// Byte range of the key.
    pub key: Range<usize>,
    /// Byte range of the value.
    pub value: Range<usize>,
}

/// The place of every path of a policy, and the paths that could not be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    places: BTreeMap<String, Place>,
    broken: BTreeSet<String>,
}

impl Places {
    /// The place of a path, or of the nearest path around it.
    pub fn get(&self, path: &str) -> Option<&Place> {
        around(path).find_map(|path| self.places.get(path))
    }

    /// Whether the policy says something at exactly this path.
    pub fn has(&self, path: &str) -> bool {
        self.places.contains_key(path)
    }

    /// Whether the policy says something below this path.
    pub(crate) fn has_below(&self, path: &str) -> bool {
        let lead = format!("{path}.");
        self.places.range(lead.clone()..).next().is_some_and(|(path, _)| path.starts_with(&lead))
    }

    /// Files a place; the first one of a path stays.
    pub(crate) fn file(&mut self, path: String, place: Place) {
        self.places.entry(path).or_insert(place);
    }

    /// Remembers that a path could not be read, so that nothing more is said about it.
    pub(crate) fn mark_broken(&mut self, path: String) {
        self.broken.insert(path);
    }

    /// Whether this path, or one around it, could not be read.
    pub fn is_broken(&self, path: &str) -> bool {
        around(path).any(|path| self.broken.contains(path))
    }

    /// Whether this path, or one below it, could not be read.
    pub(crate) fn any_broken_below(&self, path: &str) -> bool {
        let lead = format!("{path}.");
        let below = self.broken.range(lead.clone()..).next().is_some_and(|path| path.starts_with(&lead));
        below || self.is_broken(path)
    }

    /// A diagnostic with the place of a path, at its value.
    pub fn point(&self, found: Diagnostic, path: &str, text: &str) -> Diagnostic {
        match self.get(path) {
            Some(place) => {
                let span = if self.has(path) { place.value.clone() } else { place.key.clone() };
                found.at(&place.file, span, text)
            }
            None => found,
        }
    }

    /// A diagnostic with the place of a path, at its key or heading.
    pub fn point_key(&self, found: Diagnostic, path: &str, text: &str) -> Diagnostic {
        match self.get(path) {
            Some(place) => found.at(&place.file, place.key.clone(), text),
            None => found,
        }
    }
}

/// The path itself and the ones around it: `a.b.c`, `a.b`, `a`.
fn around(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| path.rsplit_once('.').map(|(parent, _)| parent))
}

/// The files that belong to a policy, by name.
pub(crate) fn sorted(files: &[SourceFile]) -> Vec<&SourceFile> {
    let mut sorted: Vec<&SourceFile> = files.iter().filter(|file| file.name.ends_with(".toml")).collect();
    sorted.sort_by(|one, other| one.name.cmp(&other.name));
    sorted
}

/// SHA-256 over names and contents, each preceded by its length, in the order of names.
pub(crate) fn digest(files: &[&SourceFile]) -> String {
    let mut hash = Sha256::new();
    for file in files {
        for part in [file.name.as_bytes(), &file.bytes] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
