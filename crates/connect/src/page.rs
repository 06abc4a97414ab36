//! The keys of a table, page by page in the order of the key: whoever looks at all its people does
//! not hold a reader open for long. Not here: what is found of each.

use kept_core::name::TableName;
use kept_core::plan::Key;
use kept_core::policy::model::{Engine, Store};

use crate::engine::Session;
use crate::fault::StoreFault;
use crate::map::{Map, Table};
use crate::sql::Statement;

/// The next keys of a mapped table after one of them, or from the first on.
///
/// # Errors
/// As the store answers.
pub fn keys_page(
    session: &mut Session,
    store: &Store,
    name: &TableName,
    after: Option<&Key>,
    count: u32,
) -> Result<Vec<Key>, StoreFault> {
    let schema = session.schema()?.with_places(store);
    let map = Map::new(store, &schema)?;
    let table = map.table(name)?;
    let mut ask = Statement::new(session.engine());
    ask.push("SELECT ").read(&table.key).push(" FROM ").table(table.shape);
    if let Some(last) = after {
        ask.push(" WHERE ");
        beyond(&mut ask, table, (last, session.engine()));
    }
    in_order(&mut ask, table, count);
    let found = session.query(&ask)?;
    Ok(found)
}

/// The condition that a row comes after a key.
pub(crate) fn beyond(ask: &mut Statement, table: &Table<'_>, (last, engine): (&Key, Engine)) {
    ask.push("(").names(table.key.iter().map(|column| column.name.as_str())).push(") > (");
    for (place, (column, value)) in table.key.iter().zip(last).enumerate() {
        if place > 0 {
            ask.push(", ");
        }
        ask.bind_compared(column, value.clone());
        if engine == Engine::Postgres {
            ask.push("::").push(&column.cast);
        }
    }
    ask.push(")");
}

/// The first rows in the order of the key.
pub(crate) fn in_order(ask: &mut Statement, table: &Table<'_>, count: u32) {
    let names = table.key.iter().map(|column| column.name.as_str());
    ask.push(" ORDER BY ").names(names).push(&format!(" LIMIT {count}"));
}
