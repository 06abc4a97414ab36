//! What a private server of any kind needs: an account that is not root's, a folder that nobody else
//! can enter, and a watcher that ends the server with its owner.
//!
//! A shell stands between Kept and the server. It reads from a pipe that only its owner holds: when
//! the owner closes it, or dies in whatever way, the shell stops the server and removes a temporary
//! folder. So nothing is left behind, and no clean-up code has to run. Which server it is stands in
//! `private_postgres` and `private_mariadb`.

use std::fs;
use std::io::{Error, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// `$1` is the temporary folder to remove, or empty; `$2` the signal that stops the server, `$3` the
/// one that it gets if the shell itself dies; the rest is the server's command. The second line of
/// work reads the owner's pipe to its end.
pub(crate) const WATCHER: &str = r#"
exec 3<&0 </dev/null
folder=$1 signal=$2 last=$3
shift 3
command -v setpriv >/dev/null && set -- setpriv --pdeathsig "$last" "$@"
"$@" 3<&- &
server=$!
{ cat <&3 >/dev/null; kill -s "$signal" "$server" 2>/dev/null; } &
reader=$!
exec 3<&-
wait "$server"
status=$?
kill "$reader" 2>/dev/null
[ -z "$folder" ] || rm -rf "$folder"
exit "$status"
"#;

/// A socket's whole path may have 107 bytes; this leaves room for the file in the folder.
pub(crate) const SOCKET_FOLDER_BYTES_MAX: usize = 88;

/// The account under which a server runs: another than the caller's where that is root.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Account(Option<Numbers>);

/// The numbers of a user and a group.
#[derive(Clone, Copy, Debug)]
struct Numbers {
    user: u32,
    group: u32,
}

impl Account {
    /// Gives a file or folder to the account.
    pub(crate) fn give(self, path: &Path) -> Result<(), Error> {
        match self.0 {
            Some(Numbers { user, group }) => std::os::unix::fs::chown(path, Some(user), Some(group)),
            None => Ok(()),
        }
    }

    /// Lets a command run under the account.
    pub(crate) fn become_by(self, command: &mut Command) {
        if let Some(Numbers { user, group }) = self.0 {
            command.uid(user).gid(group);
        }
    }
}

/// Whether this process runs as root. Linux says so by the owner of the process's folder.
pub(crate) fn runs_as_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|found| found.uid() == 0)
}

/// The first of some accounts that is there, where Kept runs as root; `None` where none is.
pub(crate) fn account(names: &[&str]) -> Result<Option<Account>, Error> {
    if !runs_as_root() {
        return Ok(Some(Account(None)));
    }
    let accounts = fs::read_to_string("/etc/passwd")?;
    let found = names.iter().find_map(|name| account_of(&accounts, name));
    Ok(found.map(|numbers| Account(Some(numbers))))
}

fn account_of(accounts: &str, name: &str) -> Option<Numbers> {
    let line = accounts.lines().find(|line| line.split(':').next() == Some(name))?;
    let mut fields = line.split(':').skip(2);
    let user = fields.next()?.parse().ok()?;
    let group = fields.next()?.parse().ok()?;
    (user != 0).then_some(Numbers { user, group })
}

/// A new folder that nobody else can enter, below the system's temporary folder.
pub(crate) fn temporary_folder(kind: &str) -> Result<PathBuf, Error> {
    let mut root = std::env::temp_dir();
    let long = root.as_os_str().len() + 32 > SOCKET_FOLDER_BYTES_MAX;
    if long || !root.is_absolute() || (runs_as_root() && !is_open(&root)) {
        root = PathBuf::from("/tmp");
    }
    for number in 0_u32..10_000 {
        let folder = root.join(format!("{kind}-{}-{number}", std::process::id()));
        match fs::DirBuilder::new().mode(0o700).create(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

/// Whether another account can get to the folder.
fn is_open(folder: &Path) -> bool {
    folder.ancestors().all(|part| fs::metadata(part).is_ok_and(|found| found.mode() & 0o001 != 0))
}

/// What runs a command as root: nothing as root, `sudo` where it asks no password.
pub(crate) fn privileged() -> Option<Command> {
    if runs_as_root() {
        return Some(Command::new("env"));
    }
    let asked = Command::new("sudo").args(["-n", "true"]).stdin(Stdio::null()).output().ok()?;
    let mut sudo = Command::new("sudo");
    sudo.arg("-n");
    asked.status.success().then_some(sudo)
}

/// The last lines of a program's output.
pub(crate) fn tail(output: &[u8]) -> String {
    let text = String::from_utf8_lossy(output);
    let lines: Vec<&str> = text.lines().rev().filter(|line| !line.trim().is_empty()).take(5).collect();
    lines.into_iter().rev().collect::<Vec<_>>().join("; ")
}

/// Pauses that grow from 2 ms to 50 ms.
pub(crate) struct Pause(Duration);

impl Pause {
    pub(crate) fn new() -> Self {
        Self(Duration::from_millis(2))
    }

    pub(crate) fn wait(&mut self) {
        std::thread::sleep(self.0);
        self.0 = self.0.saturating_mul(2).min(Duration::from_millis(50));
    }
}

/// A text as a part of a URL.
pub(crate) fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_never_runs_under_root_s_number() {
        let accounts = "root:x:0:0:r:/root:/bin/sh\npostgres:x:0:0::/:\nnobody:x:65534:65533::/:\n";
        assert!(account_of(accounts, "postgres").is_none() && account_of(accounts, "somebody").is_none());
        let nobody = account_of(accounts, "nobody").unwrap();
        assert_eq!((nobody.user, nobody.group), (65534, 65533));
    }

    #[test]
    fn a_folder_below_a_closed_one_is_not_open() {
        use std::os::unix::fs::PermissionsExt;
        let closed = tempfile::tempdir_in("/tmp").unwrap();
        let below = closed.path().join("open");
        fs::create_dir(&below).unwrap();
        fs::set_permissions(&below, fs::Permissions::from_mode(0o777)).unwrap();
        fs::set_permissions(closed.path(), fs::Permissions::from_mode(0o700)).unwrap();
        assert!(!is_open(&below) && is_open(Path::new("/tmp")));
    }

    #[test]
    fn only_the_last_lines_of_an_output_are_shown() {
        assert_eq!(tail(b"1\n2\n\n3\n4\n5\n6\n7\n"), "3; 4; 5; 6; 7");
    }
}
