//! The service that is measured: a process of this program over a club, in a folder that goes with it.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant as Clock};

use anyhow::{Context, ensure};
use kept_engine::company::Company;
use kept_vault::Location;
use tempfile::TempDir;

use crate::bench::figure::{memory_peak, middle};
use crate::bench::world::open;

const CLUB: &str = include_str!("../club.toml");

/// A running service.
pub(super) struct Server {
    folder: TempDir,
    child: Child,
    address: String,
    key: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Makes the club and a key, and serves it on a free port.
    pub(super) fn start(workers: u16) -> anyhow::Result<Self> {
        let folder =
            tempfile::Builder::new().prefix("kept-http-").tempdir().context("can't make a folder")?;
        std::fs::write(folder.path().join("policy.toml"), CLUB)?;
        let key = kept(
            folder.path(),
            &[
                "key",
                "new",
                "bench",
                "--may",
                "collect",
                "--may",
                "read",
                "--may",
                "decide",
                "--every-purpose",
            ],
        )?
        .output()?;
        ensure!(key.status.success(), "making a key failed: {}", String::from_utf8_lossy(&key.stderr));
        let workers = workers.to_string();
        let words = [
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--no-sweep",
            "--requests-a-minute",
            "4000000000",
            "--workers",
            &workers,
        ];
        let mut child =
            kept(folder.path(), &words)?.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line)?;
        let address =
            line.trim().strip_prefix("listening on http://").context("the service did not start")?.to_owned();
        Ok(Self { folder, child, address, key: String::from_utf8(key.stdout)?.trim().to_owned() })
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// Kept's own store.
    pub(super) fn store(&self) -> PathBuf {
        self.folder.path().join(".kept/kept.db")
    }

    /// The length of its write-ahead log.
    pub(super) fn log(&self) -> u64 {
        std::fs::metadata(self.folder.path().join(".kept/kept.db-wal")).map_or(0, |file| file.len())
    }

    fn of_process(&self, name: &str) -> PathBuf {
        PathBuf::from(format!("/proc/{}/{name}", self.child.id()))
    }

    /// The CPU time that it has used, of all its threads, as Linux counts it: in hundredths of a second.
    pub(super) fn cpu(&self) -> anyhow::Result<Duration> {
        let text = std::fs::read_to_string(self.of_process("stat")).context("the service is gone")?;
        let after = text.rsplit(')').next().unwrap_or_default();
        let ticks =
            after.split_whitespace().skip(11).take(2).map(str::parse::<u64>).sum::<Result<u64, _>>()?;
        Ok(Duration::from_millis(ticks * 10))
    }

    /// The most memory that it ever had resident, in megabytes.
    pub(super) fn memory(&self) -> anyhow::Result<f64> {
        memory_peak(&self.of_process("status")).context("the service is gone")
    }

    pub(super) fn stop(&mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// The same company in this process.
    pub(super) fn open(&self) -> anyhow::Result<Company> {
        open(self.folder.path(), Location::Sqlite(self.store()), None)
    }
}

fn kept(folder: &Path, words: &[&str]) -> anyhow::Result<Command> {
    let mut command = Command::new(std::env::current_exe().context("can't find this program")?);
    command.args(words).arg("--policy").arg(folder).stdin(Stdio::null());
    for name in ["KEPT_POLICY", "KEPT_DATA", "KEPT_VAULT_URL", "KEPT_KEYS", "KEPT_LISTEN"] {
        command.env_remove(name);
    }
    Ok(command)
}

/// How long the disk takes to take a page for good, at the end of a file as a log grows: the middle of
/// many.
pub(super) fn fsync(folder: &Path) -> anyhow::Result<Duration> {
    let path = folder.join("flushed");
    let mut file = std::fs::File::create(&path)?;
    let page = [1_u8; 4_096];
    let mut times = Vec::new();
    for _ in 0..400 {
        let began = Clock::now();
        file.write_all(&page)?;
        file.sync_data()?;
        times.push(began.elapsed());
    }
    std::fs::remove_file(&path)?;
    Ok(middle(&mut times).0)
}
