//! The project's own files: found in a fixed order, read as text.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

/// Folders that hold nothing of ours.
const SKIPPED: &[&str] = &["target", ".git", "node_modules"];

/// A text file of the project.
#[derive(Debug)]
pub(crate) struct SourceFile {
    /// Its path from the project's root, with slashes.
    pub(crate) path: String,
    /// Its text.
    pub(crate) text: String,
}

/// Every file with this ending below the root, by path.
pub(crate) fn with_ending(root: &Path, ending: &str) -> anyhow::Result<Vec<SourceFile>> {
    let mut paths = Vec::new();
    walk(root, ending, &mut paths)?;
    paths.sort();
    paths.iter().map(|path| read(root, path)).collect()
}

fn walk(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("reading `{}`", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name());
        if entry.file_type()?.is_dir() {
            if !SKIPPED.iter().any(|skipped| name == *skipped) {
                walk(&path, ending, found)?;
            }
        } else if name.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    Ok(())
}

fn read(root: &Path, path: &Path) -> anyhow::Result<SourceFile> {
    let text = fs::read_to_string(path).with_context(|| format!("reading `{}`", path.display()))?;
    let path = path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/");
    Ok(SourceFile { path, text })
}
