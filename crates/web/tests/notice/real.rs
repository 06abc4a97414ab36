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

fn has_policy(folder: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| entry.path().extension().is_some_and(|kind| kind == "toml"))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies")
}

fn read(folder: &Path) -> Policy {
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
    examine(&files).sound().unwrap_or_else(|found| panic!("{}: {found:#?}", folder.display()))
}
