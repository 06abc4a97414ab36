//! Dates that can't be read, in columns of texts or numbers: `21-10-2020`, `soon`.

use kept_core::name::ColumnName;
use kept_core::plan::{Value, within};
use kept_core::policy::model::Store;

use super::{ROWS_MAX, uncounted};
use crate::check_map::Finding;
use crate::check_map::events::dated;
use crate::due::dates::{self, Zones};
use crate::engine::{Mode, Session};
use crate::fault::StoreFault;
use crate::map::Table;
use crate::path;
use crate::rows;
use crate::schema::Column;
use crate::sql::Statement;

/// Looks at every column of a table that dates an event or a consent and is of no type of dates.
pub(super) fn check(
    session: &mut Session,
    store: &Store,
    table: &Table<'_>,
) -> Result<Vec<Finding>, StoreFault> {
    let mut names: Vec<ColumnName> = dated(table);
    names.extend(within::aggregated(store, &table.policy.name));
    names.sort();
    names.dedup();
    let mut found = Vec::new();
    for (name, column) in table.read.iter().filter(|(name, _)| names.contains(name)) {
        if column.class.is_date_like() {
            continue;
        }
        match session.transaction(Mode::Look, |session| count(session, store, table, column)) {
            Ok(counts) => found.extend(finding(table, name, counts)),
            Err(fault) => found.push(uncounted(table, name.as_str(), fault)?),
        }
    }
    Ok(found)
}

/// How many rows were looked at, in how many personal ones something is held there, and in how many of those it
/// is no date. The bound is set before anything is asked of a row: where hardly any holds something, a look
/// for so many that do would go through the whole table.
fn count(
    session: &mut Session,
    store: &Store,
    table: &Table<'_>,
    column: &Column,
) -> Result<[u64; 3], StoreFault> {
    let engine = session.engine();
    let zones = Zones { store: store.zone.clone(), policy: store.zone.clone() };
    let spelt = dates::spelt(session, table.shape, column, &zones)?;
    let name = path::cell(engine, column, None);
    let mut statement = Statement::with(engine, "SELECT count(*)");
    for asks in [false, true] {
        statement.push(", count(CASE WHEN ").push(&name).push(" IS NOT NULL");
        rows::conditions(&mut statement, table);
        if asks {
            statement.push(" AND (");
            dates::readable(&mut statement, &spelt, &name, &zones);
            statement.push(")");
        }
        statement.push(" THEN 1 END)");
    }
    statement.push(" FROM (SELECT * FROM ").table(table.shape);
    statement.push(&format!(" LIMIT {ROWS_MAX}) AS looked_at"));
    let rows = session.query(&statement)?;
    let row = rows.first().map_or(&[][..], Vec::as_slice);
    let number = |place: usize| match row.get(place) {
        Some(Value::Integer(count)) => u64::try_from(*count).unwrap_or_default(),
        _ => 0,
    };
    Ok([number(0), number(1), number(1).saturating_sub(number(2))])
}

fn finding(table: &Table<'_>, name: &ColumnName, [rows, all, unread]: [u64; 3]) -> Option<Finding> {
    let of =
        if rows == u64::from(ROWS_MAX) { format!("the {all} that were looked at") } else { all.to_string() };
    let message = format!(
        "{unread} of {of} values in `{name}` can't be read as dates: nobody can tell when these rows end"
    );
    let help = "write dates as `2026-03-01` or `2026-03-01 12:00:00`, or give the column a date type";
    let finding = || Finding::warning("store/unread-date", &table.policy.name, message.clone());
    (unread > 0).then(|| finding().column(name.as_str()).help(help))
}
