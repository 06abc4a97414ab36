//! The server's process: made, started, watched and stopped.
//!
//! How a server dies with its owner is `private_server`'s.

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{Options, PostgresError};
use crate::private_server::{
    Account, Pause, SOCKET_FOLDER_BYTES_MAX, WATCHER, account, tail, temporary_folder,
};

/// The server's own superuser.
pub(super) const SUPERUSER: &str = "kept";

/// How long a start may take; recovery after a crash of a large folder may need a while.
const READY_SECONDS_MAX: u64 = 120;

/// How long a stop may take before the watcher is given up (it goes on by itself).
const STOP_SECONDS_MAX: u64 = 30;

/// A running server and its folder.
#[derive(Debug)]
pub(super) struct Server {
    watcher: Child,
    folder: PathBuf,
    programs: PathBuf,
}

impl Server {
    /// Makes the instance if it is not there, starts it and waits until it answers.
    pub(super) fn start(
        programs: PathBuf,
        options: &Options,
        more: &[String],
    ) -> Result<Self, PostgresError> {
        let account = account(&["postgres", "nobody"]).map_err(PostgresError::io("reading `/etc/passwd`"))?;
        let account = account.ok_or(PostgresError::NoAccount)?;
        let folder = match &options.folder {
            Some(folder) => kept_folder(folder)?,
            None => {
                temporary_folder("kept-postgres").map_err(PostgresError::io("making a temporary folder"))?
            }
        };
        let mut start = Start { programs: &programs, folder: &folder, account, options, more, stale: None };
        let result = start.prepare().and_then(|()| start.spawn());
        if result.is_err() && options.folder.is_none() {
            // Nothing runs in it; what can't be removed is empty or the system's to clear.
            let _ = fs::remove_dir_all(&folder);
        }
        let mut watcher = result?;
        start.wait(&mut watcher)?;
        Ok(Self { watcher, folder, programs })
    }

    /// The folder of the programs.
    pub(super) fn bin_dir(&self) -> &Path {
        &self.programs
    }

    /// Everything of the instance.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder of the socket.
    pub(super) fn socket(&self) -> &Path {
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

/// What a start needs to know.
struct Start<'a> {
    programs: &'a Path,
    folder: &'a Path,
    account: Account,
    options: &'a Options,
    /// Settings beside the usual ones.
    more: &'a [String],
    /// What a server that did not stop in order left behind: it may still say `ready`.
    stale: Option<String>,
}

impl Start<'_> {
    fn prepare(&self) -> Result<(), PostgresError> {
        self.account
            .give(self.folder)
            .map_err(PostgresError::io(format!("giving `{}` to the server", self.folder.display())))?;
        if self.data().join("PG_VERSION").is_file() {
            return Ok(());
        }
        // Debian has C.UTF-8 everywhere; other systems may not.
        self.make("C.UTF-8").or_else(|_| self.make("C"))
    }

    fn make(&self, locale: &str) -> Result<(), PostgresError> {
        let mut initdb = self.command(self.programs.join("initdb"));
        initdb.arg("--pgdata").arg(self.data());
        initdb.args(["--username", SUPERUSER, "--encoding", "UTF8", "--locale", locale]);
        initdb.args(["--auth-local", "trust", "--auth-host", "reject"]);
        if !self.options.durable {
            initdb.arg("--no-sync");
        }
        let output = initdb.stdin(Stdio::null()).output().map_err(PostgresError::io(format!(
            "running `initdb` in `{}`, which the server's account must be able to enter",
            self.folder.display()
        )))?;
        if output.status.success() {
            return Ok(());
        }
        Err(PostgresError::Server { doing: "making a database folder", log: tail(&output.stderr) })
    }

    fn spawn(&mut self) -> Result<Child, PostgresError> {
        self.stale = self.pid_file();
        if self.stale.as_deref().is_some_and(is_alive) {
            return Err(PostgresError::InUse(self.folder.to_owned()));
        }
        let temporary = if self.options.folder.is_some() { Path::new("") } else { self.folder };
        // What goes anyway needs no last checkpoint.
        let signal = if self.options.folder.is_some() { "INT" } else { "QUIT" };
        let mut shell = self.command("/bin/sh".into());
        shell.args(["-c", WATCHER, "kept-postgres"]).arg(temporary).args([signal, "INT"]);
        shell.arg(self.programs.join("postgres")).arg("-D").arg(self.data()).args(["-p", "5432"]);
        for setting in self.settings() {
            shell.arg("-c").arg(setting);
        }
        let log = self.folder.join("log");
        let log =
            fs::File::create(&log).map_err(PostgresError::io(format!("writing `{}`", log.display())))?;
        shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(log);
        // A group of its own: Ctrl-C ends the owner, and the owner's end stops the server in order.
        shell.process_group(0);
        shell.spawn().map_err(PostgresError::io("starting `postgres`"))
    }

    fn settings(&self) -> Vec<String> {
        let durable = if self.options.durable { "on" } else { "off" };
        let mut settings = vec![
            format!("unix_socket_directories={}", self.folder.display()),
            format!("fsync={durable}"),
            format!("synchronous_commit={durable}"),
            format!("full_page_writes={durable}"),
        ];
        let fixed = [
            "listen_addresses=",
            "unix_socket_permissions=0700",
            "max_connections=100",
            "timezone=UTC",
            "log_timezone=UTC",
            "logging_collector=off",
            "log_destination=stderr",
            // Statements and error details quote values, and a log outlives them.
            "log_min_error_statement=panic",
            "log_error_verbosity=terse",
        ];
        settings.extend(fixed.map(str::to_owned));
        settings.extend_from_slice(self.more);
        settings
    }

    /// A command that runs as the server's account, in its folder, without the caller's environment.
    fn command(&self, program: PathBuf) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.folder)
            .env_clear()
            .env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin")
            .env("LC_ALL", "C");
        self.account.become_by(&mut command);
        command
    }

    fn wait(&self, watcher: &mut Child) -> Result<(), PostgresError> {
        let since = Instant::now();
        let mut pause = Pause::new();
        while since.elapsed() < Duration::from_secs(READY_SECONDS_MAX) {
            if self.is_ready() {
                return Ok(());
            }
            if !matches!(watcher.try_wait(), Ok(None)) {
                return Err(PostgresError::Server { doing: "starting PostgreSQL", log: self.log() });
            }
            pause.wait();
        }
        drop(watcher.stdin.take());
        Err(PostgresError::Slow { seconds: READY_SECONDS_MAX, log: self.log() })
    }

    /// The server's own file of what it does: its process, and in line 8 its state.
    fn pid_file(&self) -> Option<String> {
        fs::read_to_string(self.data().join("postmaster.pid")).ok()
    }

    fn is_ready(&self) -> bool {
        let file = self.pid_file().filter(|file| self.stale.as_ref() != Some(file));
        file.is_some_and(|file| file.lines().nth(7).is_some_and(|state| state.trim() == "ready"))
    }

    fn log(&self) -> String {
        tail(&fs::read(self.folder.join("log")).unwrap_or_default())
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }
}

fn is_alive(pid_file: &str) -> bool {
    let process = pid_file.lines().next().unwrap_or_default().trim();
    let name = fs::read_to_string(format!("/proc/{process}/comm")).unwrap_or_default();
    name.trim() == "postgres"
}

fn kept_folder(folder: &Path) -> Result<PathBuf, PostgresError> {
    if !folder.is_absolute() || folder.as_os_str().len() > SOCKET_FOLDER_BYTES_MAX {
        return Err(PostgresError::Folder(folder.to_owned()));
    }
    fs::DirBuilder::new()
        .mode(0o700)
        .recursive(true)
        .create(folder)
        .map_err(PostgresError::io(format!("making `{}`", folder.display())))?;
    Ok(folder.to_owned())
}
