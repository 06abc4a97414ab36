//! A store to test with: on SQLite in a folder of its own, or in a database of its own on a
//! private PostgreSQL.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use jiff::Timestamp as Instant;
use kept_connect::private_postgres::PrivatePostgres;
use kept_core::ledger::{Commitment, Durable, Salt, Sequence};
use kept_core::name::{ControllerName, IdentifierKind};
use kept_vault::blind::Identifier;
use kept_vault::{Fault, FileKeys, Location, Settings, SubjectId, Tx, Vault};

/// Where a store is, and its keys.
pub(crate) struct World {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) location: Location,
}

impl World {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::Sqlite(folder.path().join("vault.db"));
        Self { folder, location }
    }

    pub(crate) fn postgres() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = PrivatePostgres::shared().unwrap().database("vault").unwrap();
        Self { folder, location: Location::Postgres(url) }
    }

    pub(crate) fn keys(&self) -> PathBuf {
        self.folder.path().join("keys")
    }

    pub(crate) fn open(&self) -> Vault {
        self.open_with(&self.keys(), Settings::default()).unwrap()
    }

    pub(crate) fn open_with(&self, keys: &Path, settings: Settings) -> Result<Vault, Fault> {
        Vault::open(&self.location, Box::new(FileKeys::new(keys)), settings, at("2026-01-01T00:00:00Z"))
    }
}

/// An instant.
pub(crate) fn at(text: &str) -> Instant {
    Instant::from_str(text).unwrap()
}

/// Some instant, where it does not matter.
pub(crate) fn now() -> Instant {
    at("2026-03-01T12:00:00Z")
}

/// A receipt for an act.
pub(crate) fn receipt() -> Durable {
    Durable::after_commit(Commitment::new(&Salt::from_bytes([0; 32]), b""), Sequence(0))
}

/// Calls with the identifier that an e-mail address of the one controller is.
pub(crate) fn by_email<T>(address: &str, call: impl FnOnce(Identifier<'_>) -> T) -> T {
    let (controller, kind) = (ControllerName::from("acme"), IdentifierKind::from("email"));
    call(Identifier { controller: &controller, kind: &kind, canonical: address })
}

/// Makes a person.
pub(crate) fn person(tx: &mut Tx, address: &str) -> Result<SubjectId, Fault> {
    by_email(address, |email| tx.put_subject(&[email], now()))
}

/// Each function runs as a test on both engines.
macro_rules! on_both_engines {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test]
            fn $name() {
                super::$name(&crate::world::World::sqlite());
            })+
        }
        mod postgres {
            $(#[test]
            fn $name() {
                super::$name(&crate::world::World::postgres());
            })+
        }
    };
}
pub(crate) use on_both_engines;
