//! Reading a policy folder as it was in a revision of git.
//!
//! Not here: reading it from disk (`folder`).

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::folder::RawFile;

/// The most bytes that git may answer with for one file.
const FILE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A revision of git, `git:HEAD~1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Revision(String);

impl Revision {
    /// The revision that a text names, if it names one.
    pub(crate) fn named(text: &str) -> Option<Self> {
        text.strip_prefix("git:").map(|name| Self(name.to_owned()))
    }
}

/// The policy's files as they were, sorted by name.
///
/// # Errors
/// When git is missing, the folder is in no repository, or the revision or the folder was not there.
pub(crate) fn read(revision: &Revision, folder: &Path) -> anyhow::Result<Vec<RawFile>> {
    let name = &revision.0;
    if name.is_empty() || name.starts_with('-') || name.contains(':') {
        bail!("`git:{name}` names no revision\nhelp: write `git:HEAD~1`, `git:v1.2` or a commit");
    }
    let listed = git(folder, &["ls-tree", "-r", "-z", "--name-only", name, "--", "."])
        .with_context(|| format!("can't read `{}` as it was in `{name}`", folder.display()))?;
    let listed = String::from_utf8(listed).context("git lists a name that is no text")?;
    let wanted = |path: &&str| {
        let depth = path.matches('/').count();
        path.ends_with(".toml") && (depth == 0 || (depth == 1 && path.starts_with("texts/")))
    };
    let mut files = Vec::new();
    for path in listed.split('\0').filter(wanted) {
        let bytes = git(folder, &["cat-file", "blob", &format!("{name}:./{path}")])?;
        if bytes.len() > FILE_BYTES_MAX {
            bail!("`{path}` is larger than 4 MB in `{name}`");
        }
        files.push(RawFile { name: path.to_owned(), bytes });
    }
    if files.is_empty() {
        bail!("`{}` held no `.toml` file in `{name}`", folder.display());
    }
    files.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(files)
}

fn git(folder: &Path, arguments: &[&str]) -> anyhow::Result<Vec<u8>> {
    let answer = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .context("can't start `git`")?;
    if !answer.status.success() {
        let said = String::from_utf8_lossy(&answer.stderr);
        bail!("git says: {}", said.lines().next().unwrap_or("nothing").trim());
    }
    Ok(answer.stdout)
}
