//! Whose rows that tell of a consent the next run takes: what they tell is to be kept elsewhere before.
//!
//! Not here: what is kept of it (`kept-engine`), and the run (`sweep`).

use std::collections::BTreeSet;

use kept_core::name::TableName;
use kept_core::plan::due::{Cell, Condition, THIS};
use kept_core::plan::{Key, Value};

use crate::due::{Question, Renderer, compile, schema, zones};
use crate::engine::{Rows, Session};
use crate::fault::StoreFault;
use crate::map::{Map, Table};
use crate::page::{beyond, in_order};
use crate::rows;
use crate::sql::Statement;

/// Some of the rows that tell of a consent and are due, and the people whose they are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Going {
    /// The key of the last of these rows; none after the last page.
    pub last: Option<Key>,
    /// The people, each once.
    pub people: Vec<(TableName, Key)>,
}

/// The next due rows of a table that tell of a consent, after one of them or from the first on, and whose
/// they are. Rows of people who are excepted are not among them.
///
/// # Errors
/// As the store answers.
pub fn going(
    session: &mut Session,
    question: &Question<'_>,
    name: &TableName,
    after: Option<&Key>,
    count: u32,
) -> Result<Going, StoreFault> {
    let schema = schema(session)?.with_places(question.store);
    let map = Map::new(question.store, &schema)?;
    let plain = compile(question, &map, question.at);
    let Some(due) = plain.iter().find(|due| due.table == *name) else { return Ok(Going::default()) };
    let table = map.table(name)?;
    let told = table
        .policy
        .consents
        .values()
        .flat_map(|consent| std::iter::once(&consent.given).chain(&consent.withdrawn));
    let told = told.map(|column| Condition::Null(Cell::new(THIS, name, column)).negated());
    let asked = Condition::all([due.due.clone(), Condition::any(told)]);
    let renderer = Renderer::new(session, &map, zones(question), question.exceptions, &plain)?;
    let asked = renderer.decided(&asked);
    if asked == Condition::Never {
        return Ok(Going::default());
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
    Ok(Going { last, people: owners(session, &map, (table, found))? })
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
        if table.policy.person.is_some() {
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
