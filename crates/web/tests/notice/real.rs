//! The policies that the project ships.

use std::path::{Path, PathBuf};

use kept_core::policy::Policy;
use kept_core::policy::reader::examine;
use kept_core::policy::source::SourceFile;

/// `policies/klivar`, read and checked.
pub(crate) fn policy() -> Policy {
    read(&folder().join("klivar"))
}

/// Every policy that ships.
pub(crate) fn all() -> Vec<Policy> {
    let entries = std::fs::read_dir(folder()).unwrap();
    let folders = entries.map(|entry| entry.unwrap().path()).filter(|path| has_policy(path));
    folders.map(|folder| read(&folder)).collect()
}

/// Every policy that ships by its name, and those that say what the five notices said: these have
/// errors, so that no command shows them, and are read as far as they can be.
pub(crate) fn by_name() -> Vec<(String, Policy)> {
    let folders = [folder(), folder().join("as-published")];
    let entries = folders.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let mut found: Vec<_> =
        entries.map(|entry| entry.unwrap().path()).filter(|path| has_policy(path)).collect();
    found.sort();
    let read = |path: &PathBuf| {
        let name = path.strip_prefix(folder()).unwrap().to_string_lossy().into_owned();
        (name, examine(&files(path)).policy.unwrap())
    };
    found.iter().map(read).collect()
}

fn has_policy(folder: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| entry.path().extension().is_some_and(|kind| kind == "toml"))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies")
}

fn read(folder: &Path) -> Policy {
    examine(&files(folder)).sound().unwrap_or_else(|found| panic!("{}: {found:#?}", folder.display()))
}

fn files(folder: &Path) -> Vec<SourceFile> {
    let mut files = Vec::new();
    for part in [folder.to_owned(), folder.join("texts")] {
        let Ok(entries) = std::fs::read_dir(part) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|kind| kind == "toml") {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                files.push(SourceFile::new(name, std::fs::read(&path).unwrap()));
            }
        }
    }
    files
}
