//! Where PostgreSQL's programs are, and how they come to be there.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::PostgresError;
use crate::private_server::{privileged, tail};

/// What a person types when Kept may not or can't install PostgreSQL.
pub(super) const INSTALL_COMMAND: &str = "sudo apt-get update && sudo apt-get install -y postgresql";

/// Where Debian puts one folder for each version.
const DEBIAN_FOLDER: &str = "/usr/lib/postgresql";

/// Debian starts a server of its own on installation; the script forbids it. `./run` uses it too.
const INSTALL_SCRIPT: &str = include_str!("install.sh");

/// Whether packages may be installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Install {
    /// Yes: as root, or through `sudo` where that asks no password.
    Allowed,
    /// No.
    Refused,
}

/// The folder that holds `initdb` and `postgres`: one on PATH, else Debian's newest, else installed.
pub(super) fn programs(install: Install) -> Result<PathBuf, PostgresError> {
    if let Some(found) = present() {
        return Ok(found);
    }
    if install == Install::Refused {
        return Err(PostgresError::NotFound);
    }
    install_packages()?;
    present().ok_or(PostgresError::NotFound)
}

fn present() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).find_map(|folder| server_folder(&folder));
    on_path.or_else(|| newest(Path::new(DEBIAN_FOLDER)))
}

/// The folder in which the programs really are: links to them may stand in another.
fn server_folder(folder: &Path) -> Option<PathBuf> {
    let initdb = folder.join("initdb").canonicalize().ok()?;
    let real = initdb.parent()?;
    (real.join("postgres").is_file() && initdb.is_file()).then(|| real.to_owned())
}

fn newest(versions: &Path) -> Option<PathBuf> {
    let numbered = |entry: std::fs::DirEntry| {
        let number: u32 = entry.file_name().to_str()?.parse().ok()?;
        Some((number, server_folder(&entry.path().join("bin"))?))
    };
    let entries = std::fs::read_dir(versions).ok()?;
    entries.flatten().filter_map(numbered).max().map(|(_, folder)| folder)
}

fn install_packages() -> Result<(), PostgresError> {
    if !Path::new("/usr/bin/apt-get").is_file() {
        return Err(PostgresError::NotFound);
    }
    let mut command = privileged().ok_or(PostgresError::NotFound)?;
    let output = command
        .args(["sh", "-c", INSTALL_SCRIPT])
        .stdin(Stdio::null())
        .output()
        .map_err(PostgresError::io("running `apt-get`"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(PostgresError::Install { said: tail(&output.stderr) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_is_taken_by_number_and_not_by_letter() {
        let root = tempfile::tempdir().unwrap();
        for version in ["9", "15", "16", "common", "17"] {
            let bin = root.path().join(version).join("bin");
            std::fs::create_dir_all(&bin).unwrap();
            std::fs::write(bin.join("initdb"), "").unwrap();
            if version != "17" {
                std::fs::write(bin.join("postgres"), "").unwrap();
            }
        }
        let found = newest(root.path()).unwrap();
        assert_eq!(found, root.path().canonicalize().unwrap().join("16/bin"));
        assert_eq!(newest(&root.path().join("nowhere")), None);
    }

    #[test]
    fn a_missing_postgresql_is_answered_with_the_command_to_type() {
        assert!(PostgresError::NotFound.to_string().ends_with("sudo apt-get install -y postgresql"));
    }
}
