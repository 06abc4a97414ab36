//! What a run would do, row by row: for dry runs.
//!
//! A row that is due goes only if nothing hangs on it that stays; else it stays as a shell, and what it holds
//! is emptied. A run finds that out as it goes, for it takes children first; here it is asked beforehand, by
//! conditions that follow what hangs on a row down to the last table. Not here: what is due at all, and by
//! which statements (`count`), and what a trigger or a constraint will refuse, which nobody can foresee.

use kept_core::name::ColumnName;
use kept_core::plan::Value;
use kept_core::plan::due::{self as compiled, Condition, TableDue};

use crate::due::count::{Counting, TableCount, count_in};
use crate::due::{Question, Renderer, schema, zones};
use crate::engine::{Mode, Session};
use crate::fault::StoreFault;
use crate::map::{Map, Table};

/// What a run would do in one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreseen {
    /// What is due there, and by which statements.
    pub count: TableCount,
    /// Rows that would go.
    pub deleted: u64,
    /// Rows that would stay and be emptied, as a whole or in part.
    pub emptied: u64,
    /// References that would be let go.
    pub detached: u64,
    /// Rows that would be put into the archive.
    pub archived: u64,
    /// Rows of which something is to be emptied that can't be: the column takes no NULL, and the policy
    /// names nothing to write instead.
    pub stuck: u64,
    /// Those columns.
    pub columns: Vec<ColumnName>,
    /// Whether the numbers are exact. Where the engine can't be asked so long a question, what is due is
    /// counted as going, also where something hangs on it that stays.
    pub is_exact: bool,
}

/// Foretells what [`sweep`](crate::due::sweep()) would do at the question's instant. Writes nothing; a user who
/// may only read is enough.
///
/// # Errors
/// As the store answers; [`StoreFault::NoTable`] and [`StoreFault::NoColumn`] where the map names
/// what is not there.
pub fn foresee(session: &mut Session, question: &Question<'_>) -> Result<Vec<Foreseen>, StoreFault> {
    let schema = schema(session)?.with_places(question.store);
    let map = Map::new(question.store, &schema)?;
    let ways = crate::due::render::ways(&map);
    let reach = (question.reach, question.only);
    let dues = compiled::foresee(question.policy, question.store, &ways, question.at, reach);
    session.transaction(Mode::Look, |session| {
        let counts = count_in(session, question, &map)?;
        let renderer = Renderer::new(session, &map, zones(question), question.exceptions, &dues)?;
        let mut all = Vec::new();
        for count in counts {
            let due = dues.iter().find(|due| due.table == count.table);
            all.push(one(session, &renderer, due, count)?);
        }
        Ok(all)
    })
}

/// What a run would do in one table.
fn one(
    session: &mut Session,
    renderer: &Renderer<'_>,
    due: Option<&TableDue>,
    count: TableCount,
) -> Result<Foreseen, StoreFault> {
    let table = renderer.table(&count.table)?;
    let nothing = |count| Foreseen {
        count,
        deleted: 0,
        emptied: 0,
        detached: 0,
        archived: 0,
        stuck: 0,
        columns: Vec::new(),
        is_exact: true,
    };
    // Nothing is written through a view.
    let Some(due) = due.filter(|_| !table.shape.is_view) else { return Ok(nothing(count)) };
    let detached = ask_detached(session, renderer, due)?;
    // Rows without data of their own only follow others.
    if table.policy.columns.is_empty() {
        return Ok(Foreseen { detached, ..nothing(count) });
    }
    let (fixed, columns) = fixed(table, due);
    match ask(session, renderer, due, &fixed) {
        Ok([deleted, emptied, stuck, archived]) => {
            let columns = if stuck > 0 { columns } else { Vec::new() };
            Ok(Foreseen { deleted, emptied, detached, archived, stuck, columns, ..nothing(count) })
        }
        // The question is longer than the engine takes.
        Err(StoreFault::Map { .. }) => {
            let (deleted, emptied, archived) = (count.going, count.emptied, count.to_archive);
            Ok(Foreseen { deleted, emptied, detached, archived, is_exact: false, ..nothing(count) })
        }
        Err(fault) => Err(fault),
    }
}

/// How many references are let go; none where the engine can't be asked so long a question.
fn ask_detached(session: &mut Session, renderer: &Renderer<'_>, due: &TableDue) -> Result<u64, StoreFault> {
    let all = due.detaches.iter().map(|one| renderer.decided(&one.when));
    let all: Vec<Condition> = all.filter(|when| *when != Condition::Never).collect();
    if all.is_empty() {
        return Ok(0);
    }
    let mut counting = Counting::new(renderer, session.engine());
    for condition in &all {
        let name = counting.find(condition);
        counting.count(&name);
    }
    let rows = match counting.statement(&due.table, None).and_then(|ask| session.query(&ask)) {
        Err(StoreFault::Map { .. }) => return Ok(0),
        rows => rows?,
    };
    let numbers = rows.into_iter().flatten().map(|value| match value {
        Value::Integer(count) => u64::try_from(count).unwrap_or_default(),
        _ => 0,
    });
    Ok(numbers.sum())
}

/// When something is to be emptied that can't be, and the columns in which that may be so.
fn fixed(table: &Table<'_>, due: &TableDue) -> (Condition, Vec<ColumnName>) {
    let (mut when, mut names) = (Vec::new(), Vec::new());
    for emptying in &due.empties {
        let columns = emptying.columns.iter().zip(&emptying.replaced_by).zip(&emptying.filled);
        for ((name, replaced_by), filled) in columns {
            let column = table.read.iter().find(|(known, _)| known == name).map(|(_, column)| *column);
            let takes_null = |column: &crate::schema::Column| column.is_nullable || column.is_generated;
            if replaced_by.is_none() && column.is_some_and(|column| !takes_null(column)) {
                when.push(Condition::all([emptying.over.clone(), filled.clone()]));
                names.push(name.clone());
            }
        }
    }
    (Condition::any(when), names)
}

/// Rows that go, that are emptied, that can't be emptied, and that are archived.
fn ask(
    session: &mut Session,
    renderer: &Renderer<'_>,
    due: &TableDue,
    fixed: &Condition,
) -> Result<[u64; 4], StoreFault> {
    let goes = renderer.decided(&due.goes);
    let filled = renderer.decided(&due.filled());
    let archived = due.archives.as_ref().map_or(Condition::Never, |one| renderer.decided(&one.when));
    if Condition::any([goes.clone(), filled.clone(), archived.clone()]) == Condition::Never {
        return Ok([0; 4]);
    }
    let mut counting = Counting::new(renderer, session.engine());
    let stuck = Condition::all([filled.clone(), renderer.decided(fixed)]);
    let emptied = Condition::all([filled, renderer.decided(fixed).negated()]);
    for condition in [&goes, &emptied, &stuck, &archived] {
        let name = counting.find(condition);
        counting.count(&name);
    }
    let rows = session.query(&counting.statement(&due.table, None)?)?;
    let row = rows.into_iter().next().unwrap_or_default();
    let number = |place: usize| match row.get(place) {
        Some(Value::Integer(count)) => u64::try_from(*count).unwrap_or_default(),
        _ => 0,
    };
    Ok([number(0), number(1), number(2), number(3)])
}
