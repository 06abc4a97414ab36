//! Klivar's policy as the project ships it.

use std::path::Path;

use kept_core::policy::Policy;
use kept_core::policy::reader::examine;
use kept_core::policy::source::SourceFile;

/// `policies/klivar`, read and checked.
pub(crate) fn policy() -> Policy {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/klivar");
    let mut files = Vec::new();
    for part in ["", "texts"] {
        for entry in std::fs::read_dir(folder.join(part)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|kind| kind == "toml") {
                let name = path.strip_prefix(&folder).unwrap().to_string_lossy().into_owned();
                files.push(SourceFile::new(name, std::fs::read(&path).unwrap()));
            }
        }
    }
    examine(&files).sound().unwrap_or_else(|found| panic!("policies/klivar: {found:#?}"))
}
