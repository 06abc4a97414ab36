//! Loading of policy folders for tests, and diagnostics in a form that a failing test can show.

use std::path::{Path, PathBuf};

use kept_core::diagnostic::Diagnostic;
use kept_core::policy::SourceFile;

/// The project's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// All TOML files of a folder and its `texts/`.
pub(crate) fn load(folder: &Path) -> Vec<SourceFile> {
    let mut files = Vec::new();
    for (dir, lead) in [(folder.to_owned(), ""), (folder.join("texts"), "texts/")] {
        let Ok(entries) = std::fs::read_dir(&dir) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|end| end == "toml") {
                let name = format!("{lead}{}", path.file_name().unwrap().to_string_lossy());
                files.push(SourceFile::new(name, std::fs::read(&path).unwrap()));
            }
        }
    }
    assert!(!files.is_empty(), "no policy in {}", folder.display());
    files
}

/// One policy file.
pub(crate) fn one(text: &str) -> Vec<SourceFile> {
    vec![SourceFile::new("policy.toml", text)]
}

/// A diagnostic in one line.
pub(crate) fn shown(found: &Diagnostic, files: &[SourceFile]) -> String {
    let place = found.labels.first().map_or_else(String::new, |label| {
        let file = files.iter().find(|file| file.name == label.file).expect("the label's file");
        let line = 1 + file.bytes[..label.span.start].iter().filter(|byte| **byte == b'\n').count();
        format!("{}:{line} ", label.file)
    });
    let help = found.help.as_deref().map_or_else(String::new, |help| format!(" (help: {help})"));
    format!("{place}{:?} {}: {}{help}", found.severity, found.code, found.message)
}
