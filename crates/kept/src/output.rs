//! Files that a command writes for people: never over one that is there, unless they say so. Not
//! here: what is written.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, bail};

/// How a file is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Access {
    /// Only its owner may read it.
    pub(crate) private: bool,
    /// It may take the place of another.
    pub(crate) over: bool,
}

/// Refuses before anything is done, where the answer could not be written.
///
/// # Errors
/// When the file is there and may not be written over, or its folder is not there.
pub(crate) fn ready(path: Option<&Path>, over: bool) -> anyhow::Result<()> {
    let Some(path) = path else { return Ok(()) };
    if !over && path.exists() {
        bail!(there(path));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    match folder.filter(|folder| !folder.is_dir()) {
        Some(folder) => bail!("can't write `{}`: there is no folder `{}`", path.display(), folder.display()),
        None => Ok(()),
    }
}

/// Writes a file.
///
/// # Errors
/// When it is there and may not be written over, or can't be written.
pub(crate) fn write(path: &Path, content: impl AsRef<[u8]>, access: Access) -> anyhow::Result<()> {
    let about = || format!("can't write `{}`", path.display());
    let mut options = OpenOptions::new();
    options.write(true).create(access.over).create_new(!access.over).truncate(access.over);
    options.mode(if access.private { 0o600 } else { 0o644 });
    let mut file = match options.open(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => bail!(there(path)),
        file => file.with_context(about)?,
    };
    if access.private {
        // A file that was there keeps the permissions it had.
        let own = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        file.set_permissions(own).with_context(about)?;
    }
    file.write_all(content.as_ref()).with_context(about)
}

fn there(path: &Path) -> String {
    format!("`{}` is there already\nhelp: name another file, or say --force to write over it", path.display())
}
