//! Where MariaDB's program is, and how it comes to be there.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::MariadbError;
use crate::private_postgres::Install;
use crate::private_server::{privileged, tail};

/// What a person types when Kept may not or can't install MariaDB.
pub(super) const INSTALL_COMMAND: &str =
    "sudo apt-get update && sudo apt-get install -y --no-install-recommends mariadb-server-core";

/// `./run` uses it too.
const INSTALL_SCRIPT: &str = include_str!("install.sh");

/// The file that makes the server's own tables.
pub(super) const SYSTEM_TABLES: &str = "mysql_system_tables.sql";

/// The server's program, and the folder of the statements that make its own tables.
#[derive(Clone, Debug)]
pub(super) struct Programs {
    pub(super) server: PathBuf,
    pub(super) share: PathBuf,
}

/// The program on PATH, else Debian's, else installed.
pub(super) fn programs(install: Install) -> Result<Programs, MariadbError> {
    if let Some(found) = present() {
        return Ok(found);
    }
    if install == Install::Refused {
        return Err(MariadbError::NotFound);
    }
    install_package()?;
    present().ok_or(MariadbError::NotFound)
}

fn present() -> Option<Programs> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin", "/usr/libexec"].map(PathBuf::from));
    folders.into_iter().find_map(|folder| programs_in(&folder))
}

/// The program in a folder, if the folder of its statements lies beside.
fn programs_in(folder: &Path) -> Option<Programs> {
    let server = folder.join("mariadbd").canonicalize().ok().filter(|server| server.is_file())?;
    let root = server.parent()?.parent()?;
    let shares = ["share/mysql", "share/mariadb", "share"].map(|share| root.join(share));
    let share = shares.into_iter().find(|share| share.join(SYSTEM_TABLES).is_file())?;
    Some(Programs { server, share })
}

fn install_package() -> Result<(), MariadbError> {
    if !Path::new("/usr/bin/apt-get").is_file() {
        return Err(MariadbError::NotFound);
    }
    let mut command = privileged().ok_or(MariadbError::NotFound)?;
    let output = command
        .args(["sh", "-c", INSTALL_SCRIPT])
        .stdin(Stdio::null())
        .output()
        .map_err(MariadbError::io("running `apt-get`"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(MariadbError::Install { said: tail(&output.stderr) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_without_the_statements_that_make_its_tables_is_not_taken() {
        let root = tempfile::tempdir().unwrap();
        let bin = root.path().join("sbin");
        std::fs::create_dir_all(&bin).unwrap();
        std::fs::write(bin.join("mariadbd"), "").unwrap();
        assert!(programs_in(&bin).is_none());
        let share = root.path().join("share/mariadb");
        std::fs::create_dir_all(&share).unwrap();
        std::fs::write(share.join(SYSTEM_TABLES), "").unwrap();
        assert_eq!(programs_in(&bin).unwrap().share, share.canonicalize().unwrap());
    }

    #[test]
    fn a_missing_mariadb_is_answered_with_the_command_to_type() {
        assert!(MariadbError::NotFound.to_string().ends_with(INSTALL_COMMAND));
    }
}
