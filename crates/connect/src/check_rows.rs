//! What the rows of a store hold that its map does not see: documents and dates that can't be read,
//! members of documents that nobody mapped. For `kept check --stores`.
//!
//! Rows are counted and a sample of documents is looked at; no value is told. Not here: what a look
//! at the schema alone tells (`check_map`).

use kept_core::policy::model::Store;

use crate::check_map::Finding;
use crate::engine::Session;
use crate::fault::StoreFault;
use crate::map::{Map, Table};

mod dates;
mod documents;

/// How many rows of a table are counted where the map is checked, so that a large table takes no longer than
/// one of this size. An audit reads them all.
const ROWS_MAX: u32 = 100_000;

/// Looks at the rows of every mapped table.
///
/// # Errors
/// As the store answers; [`StoreFault::Map`], [`StoreFault::NoTable`] and [`StoreFault::NoColumn`]
/// where the map does not fit, which `check_map` tells.
pub fn check_rows(session: &mut Session, store: &Store) -> Result<Vec<Finding>, StoreFault> {
    let schema = session.schema()?.with_places(store);
    let map = Map::new(store, &schema)?;
    let mut found = Vec::new();
    for table in &map.tables {
        found.extend(documents::check(session, table, Some(ROWS_MAX))?);
        found.extend(dates::check(session, store, table)?);
    }
    Ok(found)
}

/// The same of documents alone, for audits.
///
/// # Errors
/// As [`check_rows`].
pub fn check_documents(session: &mut Session, store: &Store) -> Result<Vec<Finding>, StoreFault> {
    let schema = session.schema()?.with_places(store);
    let map = Map::new(store, &schema)?;
    let mut found = Vec::new();
    for table in &map.tables {
        found.extend(documents::check(session, table, None)?);
    }
    Ok(found)
}

/// What could not be counted in a column, unless the store is gone.
fn uncounted(table: &Table<'_>, column: &str, fault: StoreFault) -> Result<Finding, StoreFault> {
    if matches!(fault, StoreFault::Unreachable { .. } | StoreFault::Cancelled) {
        return Err(fault);
    }
    let message = format!("whether what `{column}` holds can be read could not be counted: {fault}");
    Ok(Finding::advice("store/uncounted", &table.policy.name, message).column(column))
}
