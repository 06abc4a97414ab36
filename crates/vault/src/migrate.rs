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
    Migration { name: "0007_lean", script: include_str!("sql/migrations/0007_lean.sql") },
    Migration { name: "0008_unclear", script: include_str!("sql/migrations/0008_unclear.sql") },
    Migration { name: "0009_outbox", script: include_str!("sql/migrations/0009_outbox.sql") },
    Migration { name: "0010_lines", script: include_str!("sql/migrations/0010_lines.sql") },
    Migration { name: "0011_leaner", script: include_str!("sql/migrations/0011_leaner.sql") },
    Migration { name: "0012_folded", script: include_str!("sql/migrations/0012_folded.sql") },
    Migration { name: "0013_swept", script: include_str!("sql/migrations/0013_swept.sql") },
    Migration { name: "0014_again", script: include_str!("sql/migrations/0014_again.sql") },
];

/// The schema in which what earlier versions wrote waits to be moved (`fold`).
pub(crate) const FOLDING: i64 = 12;

pub(crate) const VERSION_READ: Statement =
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

/// How far a store's schema was brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Schema {
    /// It is the newest.
    Newest,
    /// What an earlier version wrote waits to be moved, and [`finish`] follows.
    Folding,
}

/// Brings the schema to the newest version, or to that in which something is to be moved, all in one
/// transaction. Two that open at once: the second finds it done.
pub(crate) fn migrate(
    connection: &mut Connection,
    location: &Location,
    now: Instant,
) -> Result<Schema, Fault> {
    let found = version(connection)?;
    match found {
        Some(found) if found == known() => return Ok(Schema::Newest),
        Some(FOLDING) => return Ok(Schema::Folding),
        _ => {}
    }
    if let (Some(version), Location::Sqlite(path), Connection::Sqlite(sqlite)) =
        (found, location, &mut *connection)
    {
        sqlite.copy_to(&copy_path(path, version)?)?;
    }
    connection.begin(Access::Write, "migrate")?;
    let done = apply(connection, until(found), now);
    end(connection, done)?;
    Ok(if found.is_none() { Schema::Newest } else { Schema::Folding })
}

/// What follows when everything is moved.
pub(crate) fn finish(connection: &mut Connection, now: Instant) -> Result<(), Fault> {
    connection.begin(Access::Write, "migrate")?;
    let done = apply(connection, known(), now);
    end(connection, done)
}

/// A new store has nothing to move.
fn until(found: Option<i64>) -> i64 {
    found.map_or(known(), |_| FOLDING)
}

fn end(connection: &mut Connection, done: Result<(), Fault>) -> Result<(), Fault> {
    // Made durable by the flush of the first act: until then a power cut takes both.
    let done = done.and_then(|()| connection.commit("migrate"));
    if done.is_err() {
        connection.roll_back();
    }
    done.map(drop)
}

fn apply(connection: &mut Connection, until: i64, now: Instant) -> Result<(), Fault> {
    let found = version(connection)?;
    if found.is_none() {
        let script = connection.in_own_words(VERSION_TABLE);
        connection.run("schema_version", &script)?;
    }
    for (number, migration) in (1_i64..).zip(MIGRATIONS) {
        if number > until || found.is_some_and(|found| number <= found) {
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

    /// The schema of five, with two people, of whom one has all that later migrations write anew.
    fn fill_five(connection: &mut Connection) {
        connection.run("version", &connection.in_own_words(VERSION_TABLE)).unwrap();
        for (number, migration) in (1_i64..).zip(&MIGRATIONS[..5]) {
            connection.run(migration.name, &connection.in_own_words(migration.script)).unwrap();
            connection.execute(VERSION_MADE, &[integer(number), integer(0)]).unwrap();
        }
        let hex = |text: &str, count: usize| match connection {
            Connection::Sqlite(_) => format!("x'{}'", text.repeat(count)),
            Connection::Postgres(_) => format!("'\\x{}'::bytea", text.repeat(count)),
        };
        let (ana, bo) = (hex("a1", 16), hex("b0", 16));
        let rows = format!(
            "INSERT INTO bucket VALUES (1, 1, 1, 2, {w});
             INSERT INTO subject (id, bucket, slot, created_at) VALUES ({ana}, 1, 0, 0), ({bo}, 1, 1, 0);
             INSERT INTO identifier VALUES ({one}, {ana}, 'acme', 'email', {w}), ({two}, {ana}, 'acme', 'phone', {w});
             INSERT INTO event VALUES ({ana}, 1, 7, 8, 'died', NULL, {w}, NULL), ({ana}, 2, 9, 9, 'told', 'news', {w}, {w});
             INSERT INTO datum VALUES ({ana}, 2, 'identification.name', {w});
             INSERT INTO reference VALUES ({two}, {ana}, 2);
             INSERT INTO ground_now VALUES ({ana}, {one}, 'news', 'until', 'live', 0, 77, 'v1', 3),
                 ({ana}, {two}, 'billing', 'ended', 'no', 1, NULL, 'v1', 0), ({bo}, {one}, 'news', 'never', 'live', 0, NULL, 'v1', 1)",
            w = hex("0f", 60),
            one = hex("01", 32),
            two = hex("02", 32),
        );
        connection.run("rows", &rows).unwrap();
    }

    fn rows(connection: &mut Connection, text: &'static str) -> Vec<Vec<Value>> {
        let found = connection.query(Statement { name: text, text }, &[]).unwrap();
        found.into_iter().map(|row| row.values).collect()
    }

    fn a_filled_store_keeps_its_rows(location: &Location) {
        let mut connection = Connection::open(location, &Settings::default()).unwrap();
        fill_five(&mut connection);
        migrate(&mut connection, location, Instant::UNIX_EPOCH).unwrap();
        let (bytes, text) =
            (|byte: u8, count| Value::Bytes(vec![byte; count]), |text: &str| Value::Text(text.to_owned()));
        let found = rows(&mut connection, "SELECT blind, subject, kind FROM identifier ORDER BY blind");
        let ana = || Value::Integer(1024);
        assert_eq!(
            found,
            [vec![bytes(1, 12), ana(), text("email")], vec![bytes(2, 12), ana(), text("phone")],]
        );
        let found =
            rows(&mut connection, "SELECT id, happened_at, purpose, words FROM event_before ORDER BY id");
        assert_eq!(
            found,
            [
                vec![Value::Integer(1), Value::Integer(7), Value::Null, Value::Null],
                vec![Value::Integer(2), Value::Integer(9), text("news"), bytes(0x0f, 60)],
            ]
        );
        assert_eq!(
            rows(&mut connection, "SELECT event, field FROM datum_before"),
            [vec![Value::Integer(2), text("identification.name")]]
        );
        assert_eq!(
            rows(&mut connection, "SELECT blind, event FROM reference_before"),
            [vec![bytes(2, 16), Value::Integer(2)]]
        );
        let grounds =
            "SELECT place, purpose, next_change_at, policy, contact FROM ground_now ORDER BY subject, place";
        let number = Value::Integer;
        assert_eq!(
            rows(&mut connection, grounds),
            [
                vec![number(0), text("billing"), Value::Null, number(0), number(0)],
                vec![number(1), text("news"), number(77), number(0), number(3)],
                vec![number(0), text("news"), Value::Null, number(0), number(1)],
            ]
        );
    }

    /// Who is in which entry about many, as the schema of nine had it and as it is found since.
    fn members_become_lines(location: &Location) {
        let mut connection = Connection::open(location, &Settings::default()).unwrap();
        connection.run("version", &connection.in_own_words(VERSION_TABLE)).unwrap();
        for (number, migration) in (1_i64..).zip(&MIGRATIONS[..9]) {
            connection.run(migration.name, &connection.in_own_words(migration.script)).unwrap();
            connection.execute(VERSION_MADE, &[integer(number), integer(0)]).unwrap();
        }
        let (ana, bo) = match connection {
            Connection::Sqlite(_) => (format!("x'{}'", "a1".repeat(16)), format!("x'{}'", "b0".repeat(16))),
            Connection::Postgres(_) => {
                (format!("'\\x{}'::bytea", "a1".repeat(16)), format!("'\\x{}'::bytea", "b0".repeat(16)))
            }
        };
        let members =
            format!("INSERT INTO set_member VALUES ({ana}, 7, 0), ({bo}, 7, 258), ({ana}, 65537, 3)");
        connection.run("members", &members).unwrap();
        migrate(&mut connection, location, Instant::UNIX_EPOCH).unwrap();
        let line = |sequence: [u8; 3], place: [u8; 2]| {
            Value::Bytes([&[0, 0, 0], &sequence[..], &[0, 0], &place[..]].concat())
        };
        let (ana, bo) = (|| Value::Bytes(vec![0xa1; 16]), || Value::Bytes(vec![0xb0; 16]));
        assert_eq!(
            rows(&mut connection, "SELECT subject, until, lines FROM set_line ORDER BY subject, until"),
            [
                vec![ana(), Value::Integer(7), line([0, 0, 7], [0, 0])],
                vec![ana(), Value::Integer(65_537), line([1, 0, 1], [0, 3])],
                vec![bo(), Value::Integer(7), line([0, 0, 7], [1, 2])],
            ]
        );
    }

    #[test]
    fn who_was_in_entries_about_many_is_still_known_after_an_upgrade() {
        let folder = tempfile::tempdir().unwrap();
        members_become_lines(&Location::Sqlite(folder.path().join("vault.db")));
        let url =
            kept_connect::private_postgres::PrivatePostgres::shared().unwrap().database("nine").unwrap();
        members_become_lines(&Location::Postgres(url));
    }

    #[test]
    fn a_filled_store_of_sqlite_keeps_its_rows_through_later_migrations() {
        let folder = tempfile::tempdir().unwrap();
        a_filled_store_keeps_its_rows(&Location::Sqlite(folder.path().join("vault.db")));
        assert!(folder.path().join("vault.db.schema-5").exists());
    }

    #[test]
    fn a_filled_store_of_postgres_keeps_its_rows_through_later_migrations() {
        let url =
            kept_connect::private_postgres::PrivatePostgres::shared().unwrap().database("five").unwrap();
        a_filled_store_keeps_its_rows(&Location::Postgres(url));
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
