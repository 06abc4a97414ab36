//! Where a vault is and how patient it is. Not here: connecting (`database`).

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use crate::fault::Fault;
use crate::way::Ways;

/// Where the vault's database is.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A SQLite file; it is made when it is not there.
    Sqlite(PathBuf),
    /// A PostgreSQL URL: `postgres://user:password@host/database`, with `?sslmode=verify-full&sslrootcert=FILE`
    /// (or `require`, `verify-ca`) for an encrypted connection. One without `sslmode` is plain: a socket, the
    /// same machine, or a tunnel.
    Postgres(String),
}

impl FromStr for Location {
    type Err = Fault;

    /// `postgres://…` and `postgresql://…` name PostgreSQL; `sqlite:PATH` or a bare path SQLite. What a URL says
    /// of encryption is looked at: words that are said twice or not understood, and a `#`, are refused.
    fn from_str(text: &str) -> Result<Self, Fault> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            kept_core::transport::demanded(text).map_err(|wrong| Fault::Open { reason: wrong.0 })?;
            return Ok(Self::Postgres(text.to_owned()));
        }
        let path = text.strip_prefix("sqlite:").unwrap_or(text);
        if path.is_empty() || path.contains("://") {
            return Err(Fault::Location);
        }
        Ok(Self::Sqlite(PathBuf::from(path)))
    }
}

impl fmt::Debug for Location {
    /// A URL may hold a password: only the engine is shown.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(out, "sqlite:{}", path.display()),
            Self::Postgres(_) => out.write_str("postgres://…"),
        }
    }
}

/// How long the vault waits and how much it may hold.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How long a transaction waits for a lock, and a caller for a connection.
    pub wait_for: Duration,
    /// How long one statement may run (PostgreSQL).
    pub statement_for: Duration,
    /// How many connections may be open at once, the writer's included; at least two.
    pub connections_max: usize,
    /// Who makes encrypted ways to PostgreSQL; a URL that demands one is refused where nobody does.
    pub ways: Option<Arc<dyn Ways>>,
    /// The largest size of a SQLite file, in pages of 4 KiB; none means as large as the disk.
    pub pages_max: Option<u32>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            wait_for: Duration::from_secs(5),
            statement_for: Duration::from_secs(30),
            connections_max: 4,
            ways: None,
            pages_max: None,
        }
    }
}
