//! A policy folder on disk: every `.toml` file in it and in its `texts` is read; one is written
//! whole or not at all.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// The largest policy file that is read, in bytes.
const FILE_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// The most files that a policy may have.
const FILES_MAX: usize = 1_000;

/// A file of a policy folder.
#[derive(Debug)]
pub(crate) struct RawFile {
    /// Its path within the folder, with `/`.
    pub(crate) name: String,
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
}

/// The policy's files, sorted by name.
///
/// # Errors
/// When the folder is missing, holds no `.toml` file, or a file can't be read or is too large.
pub(crate) fn read(folder: &Path) -> anyhow::Result<Vec<RawFile>> {
    if !folder.exists() {
        bail!("there is no folder `{}`\nhelp: `kept new {}` makes one", folder.display(), folder.display());
    }
    if !folder.is_dir() {
        bail!("`{}` is not a folder; a policy is a folder of TOML files", folder.display());
    }
    let mut paths = toml_files(folder)?;
    let texts = folder.join("texts");
    if texts.is_dir() {
        paths.extend(toml_files(&texts)?);
    }
    if paths.is_empty() {
        bail!("no `.toml` file in `{}`\nhelp: name the folder that holds the policy", folder.display());
    }
    if paths.len() > FILES_MAX {
        bail!("more than {FILES_MAX} `.toml` files in `{}`", folder.display());
    }
    let mut files = paths.iter().map(|path| raw_file(folder, path)).collect::<anyhow::Result<Vec<_>>>()?;
    files.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(files)
}

fn toml_files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries = std::fs::read_dir(folder).with_context(|| format!("can't list `{}`", folder.display()))?;
    for entry in entries {
        let path = entry.with_context(|| format!("can't list `{}`", folder.display()))?.path();
        if path.extension().is_some_and(|ending| ending == "toml") && path.is_file() {
            found.push(path);
        }
    }
    Ok(found)
}

fn raw_file(folder: &Path, path: &Path) -> anyhow::Result<RawFile> {
    let about = || format!("can't read `{}`", path.display());
    let size = std::fs::metadata(path).with_context(about)?.len();
    if size > FILE_BYTES_MAX {
        bail!("`{}` is larger than {} MB; split it", path.display(), FILE_BYTES_MAX / 1024 / 1024);
    }
    let bytes = std::fs::read(path).with_context(about)?;
    let name = path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/");
    Ok(RawFile { name, bytes })
}

/// Writes a file of a policy: the whole of it, or nothing. A file that is there keeps who may read it.
///
/// # Errors
/// When the file can't be written; the old one is then as it was.
pub(crate) fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    use std::io::Write;
    let about = || format!("can't write `{}`", path.display());
    // A link stays a link: what it leads to is written.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut fresh = tempfile::Builder::new().prefix(".kept-").tempfile_in(folder).with_context(about)?;
    fresh.write_all(text.as_bytes()).with_context(about)?;
    match std::fs::metadata(&path) {
        Ok(metadata) => fresh.as_file().set_permissions(metadata.permissions()).with_context(about)?,
        Err(_) => readable(fresh.as_file()).with_context(about)?,
    }
    fresh.as_file().sync_all().with_context(about)?;
    fresh.persist(&path).map_err(|wrong| wrong.error).with_context(about)?;
    Ok(())
}

/// A new file of a policy is no secret.
#[cfg(unix)]
fn readable(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_file: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}
