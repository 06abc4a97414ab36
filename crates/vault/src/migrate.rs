//! The schema and its versions. A schema that this version does not know is refused; a SQLite
//! file is copied beside itself before it is changed. Not here: the tables' meaning.

use std::path::{Path, PathBuf};

use jiff::Timestamp as Instant;

use crate::database::{Access, Connection};
use crate::fault::Fault;
use crate::location::Location;
use crate::row::{instant, integer};
use crate::statements::Statement;

/// One step from a schema to the next. Released ones never change.
struct Migration {
    name: &'static str,
    script: &'static str,
}

const MIGRATIONS: &[Migration] = &[
    Migration { name: "0001_first", script: include_str!("sql/migrations/0001_first.sql") },
    Migration { name: "0002_records", script: include_str!("sql/migrations/0002_records.sql") },
    Migration { name: "0003_service", script: include_str!("sql/migrations/0003_service.sql") },
    Migration { name: "0004_audit", script: include_str!("sql/migrations/0004_audit.sql") },
    Migration { name: "0005_reference", script: include_str!("sql/migrations/0005_reference.sql") },
    Migration { name: "0006_members", script: include_str!("sql/migrations/0006_members.sql") },
];

const VERSION_READ: Statement =
    Statement { name: "schema_version_read", text: include_str!("sql/migrations/schema_version_read.sql") };
const VERSION_MADE: Statement =
    Statement { name: "schema_version_made", text: include_str!("sql/migrations/schema_version_made.sql") };
const VERSION_TABLE: &str = include_str!("sql/migrations/schema_version.sql");

/// The newest schema known.
fn known() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// The schema's version; `None` for a database that holds no table at all.
pub(crate) fn version(connection: &mut Connection) -> Result<Option<i64>, Fault> {
    if connection.count_tables()? == 0 {
        return Ok(None);
    }
    let found = match connection.query(VERSION_READ, &[]) {
        Ok(rows) => rows.first().map_or(Ok(0), |row| row.integer(0))?,
        Err(Fault::Statement { .. }) => return Err(Fault::NotAVault),
        Err(fault) => return Err(fault),
    };
    if !(1..=known()).contains(&found) {
        return Err(Fault::UnknownSchema { found, known: known() });
    }
    Ok(Some(found))
}

/// Brings the schema to the newest version, all in one transaction. Two that open at once: the
/// second finds it done.
pub(crate) fn migrate(connection: &mut Connection, location: &Location, now: Instant) -> Result<(), Fault> {
    let found = version(connection)?;
    if found == Some(known()) {
        return Ok(());
    }
    if let (Some(version), Location::Sqlite(path), Connection::Sqlite(sqlite)) =
        (found, location, &mut *connection)
    {
        sqlite.copy_to(&copy_path(path, version)?)?;
    }
    connection.begin(Access::Write, "migrate")?;
    // Made durable by the flush of the first act: until then a power cut takes both.
    let done = apply(connection, now).and_then(|()| connection.commit("migrate"));
    if done.is_err() {
        connection.roll_back();
    }
    done.map(drop)
}

fn apply(connection: &mut Connection, now: Instant) -> Result<(), Fault> {
    let found = version(connection)?;
    if found.is_none() {
        let script = connection.in_own_words(VERSION_TABLE);
        connection.run("schema_version", &script)?;
    }
    for (number, migration) in (1_i64..).zip(MIGRATIONS) {
        if found.is_some_and(|found| number <= found) {
            continue;
        }
        let script = connection.in_own_words(migration.script);
        connection.run(migration.name, &script)?;
        connection.execute(VERSION_MADE, &[integer(number), instant(now)])?;
    }
    Ok(())
}

/// `vault.db.schema-1`, or the first free name after it: a backup is never overwritten.
fn copy_path(path: &Path, version: i64) -> Result<PathBuf, Fault> {
    let name = |count: u32| {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".schema-{version}"));
        if count > 0 {
            name.push(format!(".{count}"));
        }
        PathBuf::from(name)
    };
    (0..1000).map(name).find(|path| !path.exists()).ok_or_else(|| Fault::File {
        what: "can't back up the store to",
        path: name(0),
        reason: std::io::ErrorKind::AlreadyExists,
    })
}

#[cfg(test)]
mod tests {
    use kept_core::plan::Value;

    use super::*;
    use crate::location::Settings;

    #[test]
    fn a_store_is_copied_whole_and_an_older_copy_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault.db");
        let location = Location::Sqlite(path.clone());
        let mut connection = Connection::open(&location, &Settings::default()).unwrap();
        migrate(&mut connection, &location, Instant::UNIX_EPOCH).unwrap();
        for expected in ["vault.db.schema-1", "vault.db.schema-1.1"] {
            let copy = copy_path(&path, 1).unwrap();
            assert!(copy.ends_with(expected));
            let Connection::Sqlite(sqlite) = &mut connection else { panic!("sqlite") };
            sqlite.copy_to(&copy).unwrap();
            let mut copied = Connection::open(&Location::Sqlite(copy), &Settings::default()).unwrap();
            assert_eq!(copied.query(VERSION_READ, &[]).unwrap()[0].values, [Value::Integer(known())]);
        }
    }

    #[test]
    fn no_word_in_braces_is_left_in_a_migration() {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::Sqlite(folder.path().join("vault.db"));
        let connection = Connection::open(&location, &Settings::default()).unwrap();
        for script in MIGRATIONS.iter().map(|migration| migration.script).chain([VERSION_TABLE]) {
            assert!(!connection.in_own_words(script).contains('{'));
        }
    }
}
