//! Reading a version of a policy that Kept recorded when it worked by it.
//!
//! Not here: reading it from disk (`folder`) or from git (`history`).

use anyhow::bail;
use kept_vault::policy::PublishedPolicy;
use kept_vault::{FileKeys, Location, Settings, Tx, Vault};

use crate::clock;
use crate::company::Places;
use crate::folder::RawFile;

/// The fewest letters of a digest that name a version.
const LETTERS_MIN: usize = 6;

/// A recorded version, as it is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Recorded {
    /// The one that Kept works by: the last that it recorded.
    Newest,
    /// The one whose digest begins so.
    Digest(String),
}

impl Recorded {
    /// The version that a text names, if it may name one.
    pub(crate) fn named(text: &str) -> Option<Self> {
        if text == "recorded" {
            return Some(Self::Newest);
        }
        let digits = text.len() >= LETTERS_MIN && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        (digits && text.len() <= 64).then(|| Self::Digest(text.to_lowercase()))
    }
}

/// The policy's files as they were recorded, sorted by name.
///
/// # Errors
/// When nothing was recorded, or no version or several have this digest; what is there is named.
pub(crate) fn read(which: &Recorded, places: &Places) -> anyhow::Result<Vec<RawFile>> {
    let mut versions = versions(places)?;
    let found =
        match which {
            Recorded::Newest => versions.pop(),
            Recorded::Digest(digest) => {
                let mut matching: Vec<usize> = Vec::new();
                matching.extend(versions.iter().enumerate().filter_map(|(place, version)| {
                    version.digest.starts_with(digest.as_str()).then_some(place)
                }));
                match matching.as_slice() {
                    [only] => Some(versions.swap_remove(*only)),
                    [] => bail!("no version recorded here begins with `{digest}`\n{}", listed(&versions)),
                    _ => bail!("several versions recorded here begin with `{digest}`\n{}", listed(&versions)),
                }
            }
        };
    let Some(version) = found else { bail!("no version of the policy was recorded here yet") };
    let file = |file: kept_vault::policy::PolicyFile| RawFile { name: file.path, bytes: file.text.into() };
    let mut files: Vec<RawFile> = version.files.into_iter().map(file).collect();
    files.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(files)
}

/// Every version, the oldest first. Nothing is made where there is nothing yet.
fn versions(places: &Places) -> anyhow::Result<Vec<PublishedPolicy>> {
    if let Location::Sqlite(path) = &places.vault
        && !path.exists()
    {
        bail!(
            "there is no store of Kept's own at `{}`, where versions are recorded\n\
             help: name the policy's folder as the other version, or the data folder with --data",
            path.display()
        );
    }
    let keys = Box::new(FileKeys::new(places.keys.clone()));
    let vault = Vault::open(&places.vault, keys, Settings::default(), clock::now())?;
    Ok(vault.read("policies", Tx::policies)?)
}

/// The versions that there are, for one who mistyped.
fn listed(versions: &[PublishedPolicy]) -> String {
    let line = |version: &PublishedPolicy| {
        let digest: String = version.digest.chars().take(12).collect();
        format!("  {digest}  since {}", version.effective_from)
    };
    let lines: Vec<String> = versions.iter().map(line).collect();
    format!("help: recorded are\n{}", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_told_from_the_name_of_a_folder() {
        assert_eq!(Recorded::named("recorded"), Some(Recorded::Newest));
        assert_eq!(Recorded::named("3F2A9C"), Some(Recorded::Digest("3f2a9c".to_owned())));
        for text in ["3f2a9", "policies/klivar", "beadgame", ".", "", &"a".repeat(65)] {
            assert_eq!(Recorded::named(text), None, "{text}");
        }
    }
}
