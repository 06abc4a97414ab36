//! Policies for these tests.

use std::path::Path;

use kept_core::policy::Policy;
use kept_core::policy::reader::examine;
use kept_core::policy::source::SourceFile;

/// A policy that ships.
pub(crate) fn shipped(name: &str) -> Policy {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies").join(name);
    let mut files = Vec::new();
    for part in [folder.clone(), folder.join("texts")] {
        let Ok(entries) = std::fs::read_dir(part) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|kind| kind == "toml") {
                let name = path.strip_prefix(&folder).unwrap().to_string_lossy().into_owned();
                files.push(SourceFile::new(name, std::fs::read(&path).unwrap()));
            }
        }
    }
    examine(&files).sound().unwrap_or_else(|found| panic!("{name}: {found:#?}"))
}
