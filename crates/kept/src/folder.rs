//! A policy folder on disk: every `.toml` file in it and in its `texts` is read.

use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};

/// A megabyte, in bytes.
const MB: u64 = 1024 * 1024;
/// The largest policy file that is looked at, in bytes; what is said of one of more than a megabyte
/// is `toml/too-large`.
const FILE_BYTES_MAX: u64 = 4 * MB;
/// The most that is read of a policy folder, in bytes.
const FOLDER_BYTES_MAX: u64 = 16 * MB;
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

/// The policy's files, sorted by name. Files whose name begins with a dot are an editor's or the
/// system's own and are left out.
///
/// # Errors
/// When the folder is missing, holds no `.toml` file, or something in it that is named like a
/// policy file can't be read or is too large: what is left out unseen would make another policy.
pub(crate) fn read(folder: &Path) -> anyhow::Result<Vec<RawFile>> {
    is_folder(folder)?;
    let mut paths = toml_files(folder)?;
    let texts = folder.join("texts");
    match std::fs::symlink_metadata(&texts) {
        Ok(_) => paths.extend(is_folder(&texts).and_then(|()| toml_files(&texts))?),
        Err(wrong) if wrong.kind() == ErrorKind::NotFound => {}
        Err(wrong) => bail!(unreadable(&texts, &wrong)),
    }
    if paths.is_empty() {
        bail!("no `.toml` file in `{}`\nhelp: name the folder that holds the policy", folder.display());
    }
    if paths.len() > FILES_MAX {
        bail!("more than {FILES_MAX} `.toml` files in `{}`", folder.display());
    }
    let mut files = Vec::with_capacity(paths.len());
    let mut left = FOLDER_BYTES_MAX;
    for path in &paths {
        let file = raw_file(folder, path, left)?;
        left = left.saturating_sub(file.bytes.len() as u64);
        files.push(file);
    }
    files.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(files)
}

/// Refuses what is no folder, with the way out.
fn is_folder(path: &Path) -> anyhow::Result<()> {
    let shown = path.display();
    match std::fs::metadata(path) {
        Ok(found) if found.is_dir() => Ok(()),
        Ok(_) => bail!(
            "`{shown}` is not a folder; a policy is a folder of TOML files\nhelp: name the folder that it is in"
        ),
        // A link to nowhere is found itself, and what it names is not.
        Err(wrong) if wrong.kind() == ErrorKind::NotFound && path.symlink_metadata().is_err() => {
            bail!("there is no folder `{shown}`\nhelp: `kept new {shown}` makes one")
        }
        Err(wrong) => bail!(unreadable(path, &wrong)),
    }
}

fn toml_files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).map_err(|wrong| anyhow!(unreadable(folder, &wrong)))?;
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|wrong| anyhow!(unreadable(folder, &wrong)))?;
        let name = entry.file_name();
        let hidden = name.as_encoded_bytes().first() == Some(&b'.');
        let path = entry.path();
        if path.extension().is_some_and(|ending| ending == "toml") && !hidden {
            found.push(path);
        }
    }
    Ok(found)
}

fn raw_file(folder: &Path, path: &Path, left: u64) -> anyhow::Result<RawFile> {
    let fault = |wrong: std::io::Error| anyhow!(unreadable(path, &wrong));
    let found = std::fs::metadata(path).map_err(fault)?;
    if !found.is_file() {
        bail!("`{}` is not a file\nhelp: rename it, or move it out of the policy", path.display());
    }
    // The limit holds for what is read, whatever the size was a moment before.
    let most = FILE_BYTES_MAX.min(left);
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(fault)?;
    file.take(most + 1).read_to_end(&mut bytes).map_err(fault)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        bail!(
            "`{}` is far larger than the 1 MB that a policy file may have\nhelp: cut it into several files, or move it out of the folder",
            path.display()
        );
    }
    if bytes.len() as u64 > left {
        bail!(
            "the `.toml` files in `{}` are larger than {} MB together",
            folder.display(),
            FOLDER_BYTES_MAX / MB
        );
    }
    let name = path.strip_prefix(folder).unwrap_or(path);
    let Some(name) = name.to_str() else {
        bail!("the name of `{}` is not UTF-8\nhelp: rename it", path.display());
    };
    Ok(RawFile { name: name.replace('\\', "/"), bytes })
}

/// Why something can't be read, and what to do.
fn unreadable(path: &Path, wrong: &std::io::Error) -> String {
    let shown = path.display();
    let linked = path.symlink_metadata().is_ok_and(|found| found.is_symlink());
    match wrong.kind() {
        ErrorKind::PermissionDenied => {
            format!("`{shown}` may not be read by this user\nhelp: give yourself the permission to read it")
        }
        ErrorKind::NotFound if linked => {
            format!("`{shown}` is a link to something that is not there\nhelp: remove the link, or mend it")
        }
        _ if linked => {
            format!("`{shown}` is a link that can't be followed: {wrong}\nhelp: remove the link, or mend it")
        }
        _ => format!("can't read `{shown}`: {wrong}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    fn message(folder: &Path) -> String {
        format!("{:#}", read(folder).unwrap_err())
    }

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.toml"), "edition = 1").unwrap();
        folder
    }

    #[test]
    fn a_folder_and_its_texts_are_read_by_name_and_hidden_files_are_not() {
        let folder = folder();
        std::fs::create_dir(folder.path().join("texts")).unwrap();
        for name in ["b.toml", "texts/fr.toml", ".#a.toml", "notes.md"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let names: Vec<String> = read(folder.path()).unwrap().into_iter().map(|file| file.name).collect();
        assert_eq!(names, ["a.toml", "b.toml", "texts/fr.toml"]);
    }

    #[test]
    fn what_is_no_folder_is_said() {
        let folder = folder();
        let at = |name: &str| message(&folder.path().join(name));
        assert!(at("nowhere").contains("there is no folder"));
        assert!(at("a.toml").contains("is not a folder"));
        std::fs::create_dir(folder.path().join("empty")).unwrap();
        assert!(at("empty").contains("no `.toml` file"));
        symlink("gone", folder.path().join("dangling")).unwrap();
        assert!(at("dangling").contains("a link to something that is not there"));
        symlink("loop", folder.path().join("loop")).unwrap();
        assert!(at("loop").contains("a link that can't be followed"));
    }

    #[test]
    fn a_file_that_can_not_be_read_is_never_left_out_unseen() {
        type Make = fn(&Path);
        let cases: [(Make, &str); 5] = [
            (|at| symlink("b.toml", at.join("b.toml")).unwrap(), "`b.toml` is a link that can't be followed"),
            (|at| symlink("gone.toml", at.join("b.toml")).unwrap(), "`b.toml` is a link to something"),
            (|at| std::fs::create_dir(at.join("b.toml")).unwrap(), "`b.toml` is not a file"),
            (|at| symlink("texts", at.join("texts")).unwrap(), "`texts` is a link that can't be followed"),
            (|at| std::fs::write(at.join("texts"), "").unwrap(), "`texts` is not a folder"),
        ];
        for (make, said) in cases {
            let folder = folder();
            make(folder.path());
            let found = message(folder.path()).replace(&format!("{}/", folder.path().display()), "");
            assert!(found.contains(said), "{found}");
        }
    }

    #[test]
    fn too_much_is_refused_by_file_and_by_folder() {
        let folder = folder();
        let write = |name: &str, size: u64| {
            std::fs::write(folder.path().join(name), vec![b'#'; usize::try_from(size).unwrap()]).unwrap();
        };
        write("large.toml", FILE_BYTES_MAX + 1);
        assert!(message(folder.path()).contains("far larger than the 1 MB"));
        write("large.toml", FILE_BYTES_MAX);
        assert!(read(folder.path()).is_ok());
        for name in ["b.toml", "c.toml", "d.toml"] {
            write(name, FILE_BYTES_MAX);
        }
        assert!(message(folder.path()).contains("larger than 16 MB together"));
    }
}
