//! The baseline: the same records in one table of SQLite with an index on every attribute, in clear,
//! without purpose check and without ledger; each operation durable before the next, as Kept's are.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, Row, params_from_iter};

use super::expected::Answer;
use super::record::{Attributes, NAMES, Record, USR, key};
use super::workload::Operation;

/// The table.
pub(super) struct Plain {
    store: Connection,
    attributes: Attributes,
    /// Whether each operation leaves a line in a table of its own, in clear: for the regulator, who asks
    /// for them.
    logs: bool,
}

/// Columns in the order of the attributes; `dec` is a word of SQL.
const COLUMNS: &str = "key, pur, ttl, usr, obj, dec_, acl, shr, src, cat, data";

fn column(place: usize) -> &'static str {
    match NAMES.get(place) {
        Some(&"PUR") => "pur",
        Some(&"TTL") => "ttl",
        Some(&"USR") => "usr",
        Some(&"OBJ") => "obj",
        Some(&"DEC") => "dec_",
        Some(&"ACL") => "acl",
        Some(&"SHR") => "shr",
        Some(&"SRC") => "src",
        _ => "cat",
    }
}

impl Plain {
    /// Makes the table and fills it.
    pub(super) fn load(
        folder: &Path,
        (records, attributes, logs): (u32, Attributes, bool),
    ) -> anyhow::Result<Self> {
        let store = Connection::open(folder.join("plain.db"))?;
        // As Kept has it: else statements are planned anew for each value.
        store.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        store.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             CREATE TABLE usertable (key TEXT PRIMARY KEY, pur TEXT, ttl TEXT, usr TEXT, obj TEXT, dec_ TEXT,
                 acl TEXT, shr TEXT, src TEXT, cat TEXT, data TEXT, expires INTEGER);
             CREATE TABLE audit (id INTEGER PRIMARY KEY, ts INTEGER, op TEXT, arg TEXT, n INTEGER);",
        )?;
        for name in ["pur", "ttl", "usr", "obj", "dec_", "acl", "shr", "src", "cat", "expires"] {
            store.execute_batch(&format!("CREATE INDEX usertable_{name} ON usertable ({name})"))?;
        }
        let plain = Self { store, attributes, logs };
        plain.store.execute_batch("BEGIN")?;
        for number in 0..records {
            plain.insert(number)?;
        }
        plain.store.execute_batch("COMMIT")?;
        Ok(plain)
    }

    fn insert(&self, number: u32) -> anyhow::Result<u64> {
        let record = Record::of(number, self.attributes);
        let text = format!(
            "INSERT INTO usertable ({COLUMNS}, expires) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, unixepoch() + ?3)"
        );
        Ok(self.store.prepare_cached(&text)?.execute(params_from_iter(cells(&key(number), &record)))? as u64)
    }

    fn rows(&self, which: &str, value: &str) -> anyhow::Result<BTreeMap<String, Record>> {
        let mut ask =
            self.store.prepare_cached(&format!("SELECT {COLUMNS} FROM usertable WHERE {which} = ?1"))?;
        let rows = ask.query_map([value], record)?.collect::<Result<Vec<_>, _>>()?;
        Ok(rows.into_iter().collect())
    }

    /// Does an operation.
    pub(super) fn answer(&self, operation: &Operation) -> anyhow::Result<Answer> {
        if self.logs {
            self.store.execute_batch("BEGIN IMMEDIATE")?;
        }
        let answer = self.answered(operation)?;
        if self.logs {
            let mut log = self
                .store
                .prepare_cached("INSERT INTO audit (ts, op, arg, n) VALUES (unixepoch(), ?1, ?2, 0)")?;
            log.execute([operation.word(), &format!("{operation:?}")])?;
            self.store.execute_batch("COMMIT")?;
        }
        Ok(answer)
    }

    fn answered(&self, operation: &Operation) -> anyhow::Result<Answer> {
        Ok(match operation {
            Operation::Insert(number) => Answer::Count(self.insert(*number)?),
            Operation::Read(key) => Answer::Rows(self.rows("key", key)?),
            Operation::ReadBy(USR, value) if self.logs => Answer::Metadata(self.metadata(value)?),
            Operation::ReadBy(place, value) => Answer::Rows(self.rows(column(*place), value)?),
            Operation::Update(number) => {
                let text = "UPDATE usertable SET pur = ?2, ttl = ?3, usr = ?4, obj = ?5, dec_ = ?6, acl = ?7, shr = ?8, src = ?9, cat = ?10, data = ?11, expires = unixepoch() + ?3 WHERE key = ?1";
                let record = Record::of(*number, self.attributes);
                Answer::Count(
                    self.store
                        .prepare_cached(text)?
                        .execute(params_from_iter(cells(&key(*number), &record)))? as u64,
                )
            }
            Operation::UpdateBy { by, value, at, to } => {
                let text = format!("UPDATE usertable SET {} = ?2 WHERE {} = ?1", column(*at), column(*by));
                Answer::Count(self.store.prepare_cached(&text)?.execute([value, to])? as u64)
            }
            Operation::Delete(key) => Answer::Count(
                self.store.prepare_cached("DELETE FROM usertable WHERE key = ?1")?.execute([key])? as u64,
            ),
            Operation::ReadLog(count) => {
                let mut ask = self
                    .store
                    .prepare_cached("SELECT id, ts, op, arg, n FROM audit ORDER BY id DESC LIMIT ?1")?;
                let lines = ask.query_map([i64::try_from(*count)?], |row| {
                    Ok((row.get::<_, i64>(1)?, row.get::<_, String>(2)?, row.get::<_, String>(3)?))
                })?;
                lines.collect::<Result<Vec<_>, _>>()?;
                Answer::Done
            }
            Operation::Verify(key) => {
                let mut ask = self.store.prepare_cached("SELECT count(*) FROM usertable WHERE key = ?1")?;
                Answer::Count(ask.query_row([key], |row| row.get::<_, u32>(0)).map(u64::from)?)
            }
        })
    }

    fn metadata(&self, user: &str) -> anyhow::Result<BTreeMap<String, [String; 9]>> {
        let rows = self.rows("usr", user)?;
        Ok(rows.into_iter().map(|(key, record)| (key, record.attributes)).collect())
    }
}

fn cells<'r>(key: &'r String, record: &'r Record) -> impl Iterator<Item = &'r String> {
    std::iter::once(key).chain(&record.attributes).chain(std::iter::once(&record.datum))
}

fn record(row: &Row<'_>) -> rusqlite::Result<(String, Record)> {
    let mut attributes: [String; 9] = Default::default();
    for (place, attribute) in attributes.iter_mut().enumerate() {
        *attribute = row.get(place + 1)?;
    }
    Ok((row.get(0)?, Record { attributes, datum: row.get(10)? }))
}
