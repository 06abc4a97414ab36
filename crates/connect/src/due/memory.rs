//! What a run must not forget: rows that are due by dates which go before they do.
//!
//! The keys lie outside the store for as long as the run lasts; if it is killed, the next one
//! recalls them. A key alone is not enough: another row may have got it since. With each lies a
//! digest of the whole row, and only a row that is still the same is recalled.

use std::collections::BTreeMap;

use kept_core::name::{ColumnName, TableName};
use kept_core::plan::{Key, Value};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::due::render::Taken;
use crate::due::taken::Taking;
use crate::engine::Session;
use crate::fault::StoreFault;
use crate::map::Table;
use crate::rows::exact;
use crate::schema::Column;
use crate::sql::{BATCH, Statement};

/// Rows that a run found due, as it must remember them until they are done. Holds keys of rows,
/// which may be personal: it is to be kept sealed.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    parts: Vec<Part>,
}

/// Rows of one table: due as a whole, or for the emptying of the columns of which this is the first.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Part {
    table: TableName,
    column: Option<ColumnName>,
    rows: Vec<(Key, String)>,
}

impl std::fmt::Debug for Memory {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rows: usize = self.parts.iter().map(|part| part.rows.len()).sum();
        write!(out, "Memory({rows} rows)")
    }
}

impl Memory {
    /// Whether nothing need be remembered.
    pub fn is_empty(&self) -> bool {
        self.parts.iter().all(|part| part.rows.is_empty())
    }

    /// Adds what another run remembers.
    pub fn add(&mut self, other: Self) {
        self.parts.extend(other.parts);
    }
}

/// What a run must remember of the rows whose keys it took.
pub(super) fn of(
    session: &mut Session,
    taking: &Taking<'_, '_>,
    taken: &Taken,
) -> Result<Memory, StoreFault> {
    let mut parts = Vec::new();
    for ((name, column), keys) in taken.iter().filter(|(_, keys)| !keys.is_empty()) {
        let digests = digests(session, taking.map.table(name)?, keys)?;
        let known = |key: &Key| Some((key.clone(), digests.get(&exact(key))?.clone()));
        let rows = keys.iter().filter_map(known).collect();
        parts.push(Part { table: name.clone(), column: column.clone(), rows });
    }
    Ok(Memory { parts })
}

/// Adds what an earlier run remembered, where it still stands as it was.
pub(super) fn join(
    session: &mut Session,
    taking: &Taking<'_, '_>,
    recalled: &Memory,
    taken: &mut Taken,
) -> Result<(), StoreFault> {
    for part in recalled.parts.iter().filter(|part| taking.tables.contains(&part.table)) {
        let keys: Vec<Key> = part.rows.iter().map(|(key, _)| key.clone()).collect();
        let now = digests(session, taking.map.table(&part.table)?, &keys)?;
        let own = taken.entry((part.table.clone(), part.column.clone())).or_default();
        let known: std::collections::BTreeSet<Vec<u8>> = own.iter().map(|key| exact(key)).collect();
        for (key, digest) in &part.rows {
            let exact = exact(key);
            if now.get(&exact) == Some(digest) && !known.contains(&exact) {
                own.push(key.clone());
            }
        }
    }
    Ok(())
}

/// A digest of each of these rows as it stands, by its key.
fn digests(
    session: &mut Session,
    table: &Table<'_>,
    keys: &[Key],
) -> Result<BTreeMap<Vec<u8>, String>, StoreFault> {
    let columns: Vec<&Column> = table.key.iter().copied().chain(&table.shape.columns).collect();
    let mut found = BTreeMap::new();
    for batch in keys.chunks(BATCH) {
        let batch: Vec<&[Value]> = batch.iter().map(Vec::as_slice).collect();
        let mut statement = Statement::with(session.engine(), "SELECT ");
        statement.read(&columns).push(" FROM ").table(table.shape).push(" WHERE ");
        statement.one_of(&table.key, &batch);
        for row in session.query(&statement)? {
            let Some((key, values)) = row.split_at_checked(table.key.len()) else { continue };
            let digest = Sha256::digest(exact(values));
            found.insert(exact(key), digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect());
        }
    }
    Ok(found)
}
