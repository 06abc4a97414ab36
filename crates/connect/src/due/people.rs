//! Whose rows meet a condition, page by page: the people to whom the rows lead, however far.
//!
//! Not here: which condition (`consents`, `spread`), and what is done with the people (`kept-engine`).

use std::collections::BTreeSet;

use kept_core::name::TableName;
use kept_core::plan::due::{Condition, THIS, TableDue, is_root};
use kept_core::plan::{Key, Value};

use crate::due::{Question, Renderer, zones};
use crate::engine::{Rows, Session};
use crate::fault::StoreFault;
use crate::map::{Map, Table};
use crate::page::{beyond, in_order};
use crate::rows;
use crate::sql::Statement;

/// Some of the rows that meet a condition, and the people whose they are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// The key of the last of these rows; none after the last page.
    pub last: Option<Key>,
    /// The people, each once: the rows by which they are found.
    pub people: Vec<(TableName, Key)>,
}

/// Where a page begins, and how many rows it has.
pub(super) type Place<'a> = (Option<&'a Key>, u32);

/// The next rows of a table that meet a condition, after one of them or from the first on, and whose they
/// are. The conditions of `dues` tell which columns hold dates.
///
/// # Errors
/// As the store answers.
pub(super) fn page(
    session: &mut Session,
    (question, map): (&Question<'_>, &Map<'_>),
    dues: &[TableDue],
    (name, asked): (&TableName, &Condition),
    (after, count): Place<'_>,
) -> Result<Page, StoreFault> {
    let table = map.table(name)?;
    let renderer = Renderer::new(session, map, zones(question), question.exceptions, dues)?;
    let asked = renderer.decided(asked);
    if asked == Condition::Never {
        return Ok(Page::default());
    }
    let mut ask = Statement::new(session.engine());
    ask.push("SELECT ").read(&table.fetched).push(" FROM ");
    renderer.from(&mut ask, name, THIS)?;
    ask.push(" WHERE ");
    renderer.condition(&mut ask, &asked)?;
    if let Some(last) = after {
        ask.push(" AND ");
        beyond(&mut ask, table, (last, session.engine()));
    }
    in_order(&mut ask, table, count);
    let found = session.query(&ask)?;
    let last = found.last().map(|row| rows::key(table, row));
    Ok(Page { last, people: owners(session, map, (table, found))? })
}

/// The people whose some rows are: themselves, or those to whom their ways lead, however far. One question
/// a level and way.
fn owners<'m>(
    session: &mut Session,
    map: &Map<'m>,
    (table, found): (&Table<'m>, Rows),
) -> Result<Vec<(TableName, Key)>, StoreFault> {
    let (mut people, mut seen) = (Vec::new(), BTreeSet::new());
    let mut waiting = vec![(table.clone(), found)];
    while let Some((table, mut found)) = waiting.pop() {
        let name = &table.policy.name;
        found.retain(|row| seen.insert((name.clone(), rows::exact(&rows::key(&table, row)))));
        if is_root(table.policy) {
            people.extend(found.iter().map(|row| (name.clone(), rows::key(&table, row))));
            continue;
        }
        let place = map.place(name);
        for edge in map.edges.iter().filter(|edge| Some(edge.child) == place && edge.carries()) {
            let Some(parent) = map.tables.get(edge.parent) else { continue };
            let values: Vec<Vec<Value>> =
                found.iter().filter_map(|row| rows::cells(&table, row, edge.own())).collect();
            if values.is_empty() {
                continue;
            }
            let columns: Vec<_> = edge.pairs.iter().map(|(_, other)| *other).collect();
            let values: Vec<&[Value]> = values.iter().map(Vec::as_slice).collect();
            waiting.push((parent.clone(), rows::select_where(session, parent, &columns, &values)?));
        }
    }
    Ok(people)
}
