//! Files that a command writes for people: never over one that is there, unless they say so, and
//! whole or not at all. Not here: what is written.
//!
//! What is written goes to a name of its own beside the file and takes its place in one step, so
//! that a full disk, a killed process or a reader at the wrong moment never leaves half of it. The
//! system's limit on the size of files (`ulimit -f`) is asked first, since writing past it kills.

use std::fs::Permissions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// How a file is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Access {
    /// Only its owner may read it.
    pub(crate) private: bool,
    /// It may take the place of another.
    pub(crate) over: bool,
}

/// For a file of the policy itself, which a command lays out anew.
pub(crate) const WRITTEN_OVER: Access = Access { private: false, over: true };

/// Refuses before anything is done, where the answer could not be written.
///
/// # Errors
/// When the file is there and may not be written over, or its folder is not there.
pub(crate) fn ready(path: Option<&Path>, over: bool) -> anyhow::Result<()> {
    let Some(path) = path else { return Ok(()) };
    if !over && path.exists() {
        bail!(there(path));
    }
    let target = target(path)?;
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
    match folder.filter(|folder| !folder.is_dir()) {
        Some(folder) => bail!("can't write `{}`: there is no folder `{}`", path.display(), folder.display()),
        None => Ok(()),
    }
}

/// The file that was asked for; `-` is standard output, as no file is.
pub(crate) fn named(path: Option<&Path>) -> Option<&Path> {
    path.filter(|path| path.as_os_str() != "-")
}

/// Where a path leads: through links, also to what is not there yet.
fn target(path: &Path) -> anyhow::Result<PathBuf> {
    let mut target = path.to_owned();
    for _ in 0..40 {
        let Ok(next) = std::fs::read_link(&target) else { return Ok(target) };
        target = target.parent().map_or(next.clone(), |folder| folder.join(&next));
    }
    bail!("can't write `{}`: its links lead in a circle", path.display())
}

/// Refuses what is larger than the system lets a file be.
fn fits(path: &Path, bytes: usize) -> anyhow::Result<()> {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Fsize).current;
    match limit.filter(|limit| u64::try_from(bytes).is_ok_and(|bytes| bytes > *limit)) {
        Some(limit) => bail!(
            "can't write `{}`: it takes {bytes} bytes, and a file may have {limit}\nhelp: raise the limit with `ulimit -f`",
            path.display()
        ),
        None => Ok(()),
    }
}

/// Writes a file whole. A pipe or a device is written as it is.
///
/// # Errors
/// When it is there and may not be written over, or can't be written; what was there before is
/// then still there, and nothing beside it.
pub(crate) fn write(path: &Path, bytes: impl AsRef<[u8]>, access: Access) -> anyhow::Result<()> {
    let about = || format!("can't write `{}`", path.display());
    let found = std::fs::metadata(path).ok();
    if found.is_some() && !access.over {
        bail!(there(path));
    }
    if found.as_ref().is_some_and(|found| !found.is_file()) {
        return std::fs::write(path, bytes).with_context(about);
    }
    fits(path, bytes.as_ref().len())?;
    // A link stays one: what it leads to is replaced, or made.
    let target = target(path)?;
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
    let rights = match found {
        _ if access.private => Permissions::from_mode(0o600),
        // A file that was there keeps the permissions it had.
        Some(found) => found.permissions(),
        None => Permissions::from_mode(0o644),
    };
    let mut draft = tempfile::Builder::new()
        .prefix(".kept-")
        .permissions(rights)
        .tempfile_in(folder.unwrap_or(Path::new(".")))
        .with_context(about)?;
    draft.write_all(bytes.as_ref()).with_context(about)?;
    draft.as_file().sync_all().with_context(about)?;
    let kept = if access.over { draft.persist(&target) } else { draft.persist_noclobber(&target) };
    match kept.map_err(|wrong| wrong.error) {
        Err(wrong) if wrong.kind() == ErrorKind::AlreadyExists => bail!(there(path)),
        kept => kept.map(drop).with_context(about),
    }
}

fn there(path: &Path) -> String {
    format!("`{}` is there already\nhelp: name another file, or say --force to write over it", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    const NEW: Access = Access { private: false, over: false };
    const OVER: Access = Access { private: false, over: true };

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_replaced_whole_when_asked_and_nothing_stays_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notice.html");
        write(&path, "a longer text than the next", NEW).unwrap();
        assert!(write(&path, "x", NEW).unwrap_err().to_string().contains("is there already"));
        write(&path, "short", OVER).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "short");
        assert_eq!(names(folder.path()), ["notice.html"]);
    }

    #[test]
    fn a_link_to_what_is_not_there_stays_and_its_file_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let (link, circle) = (folder.path().join("link.md"), folder.path().join("circle.md"));
        symlink("notice.md", &link).unwrap();
        ready(Some(&link), false).unwrap();
        write(&link, "text", NEW).unwrap();
        assert_eq!(std::fs::read_to_string(folder.path().join("notice.md")).unwrap(), "text");
        assert!(link.symlink_metadata().unwrap().is_symlink());
        symlink("circle.md", &circle).unwrap();
        assert!(write(&circle, "text", OVER).unwrap_err().to_string().contains("circle"));
        let nowhere = folder.path().join("nowhere.md");
        symlink("no/such/folder.md", &nowhere).unwrap();
        assert!(ready(Some(&nowhere), false).unwrap_err().to_string().contains("there is no folder"));
        assert_eq!(names(folder.path()), ["circle.md", "link.md", "notice.md", "nowhere.md"]);
    }

    #[test]
    fn a_dash_is_no_file() {
        assert_eq!(named(Some(Path::new("-"))), None);
        assert_eq!(named(Some(Path::new("./-"))), Some(Path::new("./-")));
    }

    #[test]
    fn what_fails_leaves_what_was_there_and_no_draft() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("nowhere/notice.html");
        assert!(write(&missing, "x", NEW).unwrap_err().to_string().contains("can't write"));
        std::fs::create_dir(folder.path().join("notice.html")).unwrap();
        assert!(write(&folder.path().join("notice.html"), "x", OVER).is_err(), "a folder is in the way");
        assert_eq!(names(folder.path()), ["notice.html"]);
    }

    #[test]
    fn rights_stay_unless_it_is_private_and_a_link_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("register.csv"), folder.path().join("link.csv"));
        write(&path, "old", NEW).unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        symlink("register.csv", &link).unwrap();
        write(&link, "new", OVER).unwrap();
        let mode = || path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((std::fs::read_to_string(&path).unwrap().as_str(), mode()), ("new", 0o640));
        assert!(link.symlink_metadata().unwrap().is_symlink());
        write(&path, "own", Access { private: true, over: true }).unwrap();
        assert_eq!(mode(), 0o600);
    }
}
