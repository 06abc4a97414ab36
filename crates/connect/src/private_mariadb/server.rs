//! The server's process: made, started, watched and stopped.
//!
//! How a server dies with its owner is `private_server`'s.

use std::fs;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use mysql::{Conn, OptsBuilder};

use super::MariadbError;
use super::locate::{Programs, SYSTEM_TABLES};
use crate::private_server::{Account, Pause, WATCHER, account, tail, temporary_folder};

/// The server's own user, who may do everything.
pub(super) const SUPERUSER: &str = "kept";

/// How long a start may take.
const READY_SECONDS_MAX: u64 = 120;

/// How long a stop may take before the watcher is given up (it goes on by itself).
const STOP_SECONDS_MAX: u64 = 30;

/// A running server and its folder.
#[derive(Debug)]
pub(super) struct Server {
    watcher: Child,
    folder: PathBuf,
}

impl Server {
    /// Makes the instance, starts it and waits until it answers.
    pub(super) fn start(programs: &Programs, more: &[String]) -> Result<Self, MariadbError> {
        let account = account(&["mysql", "nobody"]).map_err(MariadbError::io("reading `/etc/passwd`"))?;
        let account = account.ok_or(MariadbError::NoAccount)?;
        let folder =
            temporary_folder("kept-mariadb").map_err(MariadbError::io("making a temporary folder"))?;
        let start = Start { programs, folder: &folder, account, more };
        let result = start.make().and_then(|()| start.spawn());
        if result.is_err() {
            // Nothing runs in it; what can't be removed is empty or the system's to clear.
            let _ = fs::remove_dir_all(&folder);
        }
        let mut watcher = result?;
        start.wait(&mut watcher)?;
        Ok(Self { watcher, folder })
    }

    /// Everything of the instance.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.watcher.stdin.take());
        let since = Instant::now();
        let mut pause = Pause::new();
        while since.elapsed() < Duration::from_secs(STOP_SECONDS_MAX) {
            if !matches!(self.watcher.try_wait(), Ok(None)) {
                return;
            }
            pause.wait();
        }
    }
}

/// The socket of an instance.
pub(super) fn socket(folder: &Path) -> PathBuf {
    folder.join("socket")
}

/// What a start needs to know.
struct Start<'a> {
    programs: &'a Programs,
    folder: &'a Path,
    account: Account,
    /// Settings beside the usual ones.
    more: &'a [String],
}

impl Start<'_> {
    /// Makes the server's own tables, by the statements that came with it.
    fn make(&self) -> Result<(), MariadbError> {
        let doing = || MariadbError::io(format!("making `{}`", self.folder.display()));
        self.account.give(self.folder).map_err(doing())?;
        fs::create_dir(self.data()).map_err(doing())?;
        self.account.give(&self.data()).map_err(doing())?;
        let mut statements = b"create database mysql;\nuse mysql;\nset @auth_root_socket = null;\n".to_vec();
        for name in [SYSTEM_TABLES, "mysql_performance_tables.sql"] {
            let path = self.programs.share.join(name);
            let text = fs::read(&path).map_err(MariadbError::io(format!("reading `{}`", path.display())))?;
            statements.extend(text);
        }
        statements.extend(
            format!(
                "\ninsert into global_priv values ('localhost', '{SUPERUSER}', '{{\"access\":18446744073709551615}}');\n"
            )
            .into_bytes(),
        );
        let mut command = self.command(&self.programs.server);
        command.args(self.settings()).args(["--bootstrap", "--log-warnings=0"]);
        let doing = || {
            MariadbError::io(format!(
                "running `mariadbd` in `{}`, which the server's account must be able to enter",
                self.folder.display()
            ))
        };
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(doing())?;
        let mut input = child.stdin.take();
        let writing = std::thread::spawn(move || input.as_mut().map(|input| input.write_all(&statements)));
        let output = child.wait_with_output().map_err(doing())?;
        // A server that stopped reading says why itself.
        let _ = writing.join();
        if output.status.success() {
            return Ok(());
        }
        Err(MariadbError::Server { doing: "making a database folder", log: tail(&output.stderr) })
    }

    fn spawn(&self) -> Result<Child, MariadbError> {
        let mut shell = self.command(Path::new("/bin/sh"));
        // What goes anyway needs no orderly end.
        shell.args(["-c", WATCHER, "kept-mariadb"]).arg(self.folder).args(["KILL", "KILL"]);
        shell.arg(&self.programs.server).args(self.settings());
        let log = self.folder.join("log");
        let log = fs::File::create(&log).map_err(MariadbError::io(format!("writing `{}`", log.display())))?;
        shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(log);
        // A group of its own: Ctrl-C ends the owner, and the owner's end stops the server in order.
        shell.process_group(0);
        shell.spawn().map_err(MariadbError::io("starting `mariadbd`"))
    }

    fn settings(&self) -> Vec<String> {
        let mut settings = vec![
            // Must stand first: no file of the machine's has a say.
            "--no-defaults".to_owned(),
            format!("--datadir={}", self.data().display()),
            format!("--tmpdir={}", self.folder.display()),
            format!("--socket={}", socket(self.folder).display()),
            format!("--pid-file={}", self.folder.join("pid").display()),
        ];
        let fixed = [
            "--skip-networking",
            "--skip-log-bin",
            "--character-set-server=utf8mb4",
            "--max-connections=200",
            "--innodb-log-file-size=32M",
            "--innodb-buffer-pool-size=64M",
            "--innodb-flush-log-at-trx-commit=0",
            "--innodb-doublewrite=0",
        ];
        settings.extend(fixed.map(str::to_owned));
        settings.extend_from_slice(self.more);
        settings
    }

    /// A command that runs as the server's account, in its folder, without the caller's environment.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.folder)
            .env_clear()
            .env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin")
            .env("LC_ALL", "C")
            .env("TZ", "UTC");
        self.account.become_by(&mut command);
        command
    }

    fn wait(&self, watcher: &mut Child) -> Result<(), MariadbError> {
        let since = Instant::now();
        let mut pause = Pause::new();
        let socket = socket(self.folder);
        while since.elapsed() < Duration::from_secs(READY_SECONDS_MAX) {
            let opts = OptsBuilder::new()
                .user(Some(SUPERUSER))
                .socket(Some(socket.to_string_lossy()))
                .prefer_socket(false);
            if socket.exists() && Conn::new(opts).is_ok() {
                return Ok(());
            }
            if !matches!(watcher.try_wait(), Ok(None)) {
                return Err(MariadbError::Server { doing: "starting MariaDB", log: self.log() });
            }
            pause.wait();
        }
        drop(watcher.stdin.take());
        Err(MariadbError::Server { doing: "waiting for MariaDB", log: self.log() })
    }

    fn log(&self) -> String {
        tail(&fs::read(self.folder.join("log")).unwrap_or_default())
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }
}
