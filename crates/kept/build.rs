//! Puts the policies of the repository into the binary, for `kept new --from` and the demo.

use std::fmt::Write;
use std::path::{Path, PathBuf};

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut code = String::from("&[\n");
    let mut folders = Vec::new();
    collect(&root, &mut folders);
    folders.sort();
    for folder in folders {
        let name = folder.strip_prefix(&root).unwrap_or(&folder).to_string_lossy().replace('\\', "/");
        let _ = writeln!(code, "Template {{ name: {name:?}, files: &[");
        for file in files(&folder) {
            let inner = file.strip_prefix(&folder).unwrap_or(&file).to_string_lossy().replace('\\', "/");
            let _ = writeln!(code, "({inner:?}, include_str!({:?})),", file.display().to_string());
        }
        code.push_str("] },\n");
    }
    code.push_str("]\n");
    let out = std::env::var("OUT_DIR").unwrap_or_default();
    if let Err(error) = std::fs::write(Path::new(&out).join("templates.rs"), code) {
        println!("cargo::error=can't write the list of templates: {error}");
    }
}

/// Every folder that holds TOML files, `texts` aside.
fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    let children = entries(folder);
    if children.iter().any(|child| child.extension().is_some_and(|ending| ending == "toml")) {
        found.push(folder.to_owned());
        return;
    }
    for child in children.iter().filter(|child| child.is_dir()) {
        collect(child, found);
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for child in entries(folder) {
        if child.is_dir() {
            found.extend(files(&child));
        } else if child
            .extension()
            .is_some_and(|ending| ending == "toml" || ending == "sql" || ending == "md")
        {
            found.push(child);
        }
    }
    found.sort();
    found
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}
