//! `kept check --watch`: the check again whenever a file of the policy changes.
//!
//! The folder is looked at a few times a second: no system's way of telling changes works for every
//! kind of disk, and a policy has few files. Ctrl-C ends it; nothing is left behind.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::check;
use crate::cli::CheckArgs;
use crate::{Ended, printer};

/// How long between two looks.
const PAUSE: Duration = Duration::from_millis(250);

/// Checks, waits for a change, and checks again, for ever.
///
/// # Errors
/// When the first check can't be done at all; later it only says so, because files come and go
/// while an editor saves them.
pub(crate) fn run(args: &CheckArgs) -> anyhow::Result<Ended> {
    let folder = args.policy.path();
    let mut seen = look(&folder);
    check::once(args)?;
    loop {
        std::thread::sleep(PAUSE);
        let now = look(&folder);
        if now == seen {
            continue;
        }
        if !args.json {
            printer::note(&format!("\nchanged: {}", changed(&seen, &now).display()));
        }
        seen = now;
        if let Err(error) = check::once(args) {
            printer::note(&format!("{error:#}"));
        }
    }
}

/// A file, when it was changed, and how long it is.
type Seen = Vec<(PathBuf, Option<SystemTime>, u64)>;

fn look(folder: &Path) -> Seen {
    let mut seen = Seen::new();
    for place in [folder.to_owned(), folder.join("texts")] {
        let Ok(entries) = std::fs::read_dir(place) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.extension().is_some_and(|ending| ending == "toml")
                && let Ok(metadata) = std::fs::metadata(&path)
            {
                seen.push((path, metadata.modified().ok(), metadata.len()));
            }
        }
    }
    seen.sort();
    seen
}

/// One of the files that differ.
fn changed<'a>(before: &'a Seen, after: &'a Seen) -> &'a Path {
    let fresh = after.iter().find(|file| !before.contains(file));
    let gone = before.iter().find(|file| !after.contains(file));
    fresh.or(gone).map_or(Path::new("the folder"), |(path, ..)| path)
}
