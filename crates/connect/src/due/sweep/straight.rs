//! Tables whose rows simply go: nothing hangs on them, and nothing of them is emptied, archived or let
//! go of by others. A run does not look at them before: the store says of each row that it deletes
//! what a look would have said, and the look afterwards says what is left.

use std::collections::BTreeSet;

use kept_core::name::TableName;
use kept_core::plan::Value;
use kept_core::plan::due::{Condition, Emptying, Rule, THIS, TableDue};
use kept_core::policy::model::Engine;
use kept_core::time::{Day, Instant};

use super::page::{Page, rows_at_once};
use super::run::Run;
use super::{Act, PAGE, Progress};
use crate::due::count::Counting;
use crate::due::look::{Asks, TableLook, look};
use crate::due::{Question, Renderer};
use crate::engine::Mode;
use crate::fault::{Constraint, StoreFault};
use crate::map::{Map, Meaning, Table};
use crate::schema::Part;
use crate::sql::Statement;

/// The tables of a run that need no look before.
pub(super) fn straight(
    question: &Question<'_>,
    map: &Map<'_>,
    renderer: &Renderer<'_>,
    dues: &[TableDue],
    taken: &BTreeSet<TableName>,
) -> BTreeSet<TableName> {
    if map.schema.engine == Engine::Mariadb {
        // It is asked for the keys first, and tells nothing of what it deletes.
        return BTreeSet::new();
    }
    let is_straight = |due: &&TableDue| {
        !taken.contains(&due.table) && goes_whole(question, map, due) && tells(renderer, due)
    };
    dues.iter().filter(is_straight).map(|due| due.table.clone()).collect()
}

/// Whether rows of a table have no other fate than to go, and no other table has a part in it.
fn goes_whole(question: &Question<'_>, map: &Map<'_>, due: &TableDue) -> bool {
    let Some(place) = map.place(&due.table) else { return false };
    let mut tables = question.store.tables.values();
    let is_referred_to = tables.any(|table| table.refers_to.iter().any(|link| link.table == due.table));
    let leads_on = map
        .edges
        .iter()
        .any(|edge| edge.parent == place || (edge.child == place && edge.meaning == Meaning::Through));
    let has_data =
        map.tables.get(place).is_some_and(|table| !table.policy.columns.is_empty() && !table.shape.is_view);
    has_data && !is_referred_to && !leads_on && due.detaches.is_empty() && due.archives.is_none()
}

/// Whether a row that goes can say by itself what it was.
fn tells(renderer: &Renderer<'_>, due: &TableDue) -> bool {
    let going = renderer.decided(&due.due);
    let emptied = renderer.decided(&Condition::any(due.empties.iter().map(Emptying::when)));
    let goes = renderer.decided(&due.goes);
    let rule = |rule: &Rule| {
        let is_dated_here = rule.dated.as_ref().is_none_or(|dated| dated.through.is_empty());
        is_dated_here && is_of_the_row(&renderer.decided(&rule.due).given(&goes))
    };
    goes != Condition::Never
        && Condition::all([emptied, going.negated()]) == Condition::Never
        && due.rules.iter().all(rule)
}

fn is_of_the_row(condition: &Condition) -> bool {
    match condition {
        Condition::All(all) | Condition::Any(all) => all.iter().all(is_of_the_row),
        Condition::Not(inner) => is_of_the_row(inner),
        Condition::Exists(_) | Condition::Taken(..) => false,
        _ => true,
    }
}

/// What the rows that went say of one rule.
#[derive(Clone, Debug, Default)]
struct Said {
    /// Under which name a row says that the rule let it go: of all, of none, or a column's.
    due: String,
    /// Under which name it says from which date the rule counts.
    date: Option<String>,
    rows: u64,
    oldest: Option<Day>,
}

impl<'m> Run<'_, 'm> {
    /// Deletes what is due in such a table, page by page.
    pub(super) fn straight(&mut self, table: &Table<'m>, due: &TableDue) -> Result<(), StoreFault> {
        let (statement, mut said) = self.deleting(table, due)?;
        let mut done = 0;
        loop {
            let rows = match rows_at_once(self.session, &statement, self.watch)? {
                Page::Done(rows) => rows,
                Page::Stopped => {
                    self.stopped = true;
                    break;
                }
                Page::Refused(constraint) => {
                    self.heard(&due.table, done, &said);
                    return self.slowly(table, due, constraint);
                }
            };
            let gone = self.hear(&rows, &mut said);
            done += gone;
            self.count(table, Act::Delete, gone);
            self.watch.progress(&Progress { table: &due.table, act: Act::Delete, done, of: done });
            // A trigger that undoes a change must not keep us here for ever.
            if gone < PAGE {
                break;
            }
        }
        self.heard(&due.table, done, &said);
        Ok(())
    }

    /// The statement that deletes a page, and under which names its rows say what they were.
    fn deleting(&mut self, table: &Table<'m>, due: &TableDue) -> Result<(Statement, Vec<Said>), StoreFault> {
        let engine = self.map.schema.engine;
        let mut statement = Statement::with(engine, "DELETE FROM ");
        self.renderer.from(&mut statement, &due.table, THIS)?;
        statement.push(" WHERE ");
        let goes = self.renderer.decided(&due.goes);
        if self.is_one_page(table, &goes)? {
            self.renderer.condition(&mut statement, &goes)?;
        } else {
            self.page_of(&mut statement, table, &goes)?;
        }
        let renderer = self.renderer.of_returned(table);
        let mut counting = Counting::returning(&renderer, statement);
        let mut said = Vec::new();
        for rule in &due.rules {
            let name = counting.find(&self.renderer.decided(&rule.due).given(&goes))?;
            let date = counting.count_and_oldest(rule, &name)?;
            said.push(Said { due: name, date, ..Said::default() });
        }
        Ok((counting.deleting(), said))
    }

    /// Whether one page surely takes all: as PostgreSQL's planner estimates, or as an index of SQLite
    /// counts without a look at the rows. The condition then stands alone, as it would by hand.
    fn is_one_page(&mut self, table: &Table<'m>, goes: &Condition) -> Result<bool, StoreFault> {
        if self.map.schema.engine != Engine::Sqlite {
            return self.is_estimated_small(table, goes);
        }
        let parts =
            if let Condition::All(parts) = goes { parts.as_slice() } else { std::slice::from_ref(goes) };
        let leads = |name: &str| {
            table.shape.indexes.iter().any(|index| {
                !index.is_partial && matches!(index.parts.first(), Some(Part::Column(own)) if own == name)
            })
        };
        let is_indexed = |part: &&Condition| matches!(part, Condition::Before(cell, _) if cell.row == THIS && cell.or.is_none() && leads(cell.column.as_str()));
        let Some(part) = parts.iter().find(is_indexed) else { return Ok(false) };
        let mut statement = Statement::with(Engine::Sqlite, "SELECT count(*) FROM (SELECT 1 FROM ");
        self.renderer.from(&mut statement, &table.policy.name, THIS)?;
        statement.push(" WHERE ");
        self.renderer.condition(&mut statement, part)?;
        statement.push(&format!(" LIMIT {})", PAGE + 1));
        let rows = self.session.query(&statement)?;
        let count = rows.first().and_then(|row| row.first()).and_then(integer);
        Ok(count.and_then(|count| u64::try_from(count).ok()).is_some_and(|count| count <= PAGE))
    }

    fn is_estimated_small(&mut self, table: &Table<'m>, goes: &Condition) -> Result<bool, StoreFault> {
        let mut statement = Statement::with(self.map.schema.engine, "EXPLAIN (FORMAT JSON) SELECT 1 FROM ");
        self.renderer.from(&mut statement, &table.policy.name, THIS)?;
        statement.push(" WHERE ");
        self.renderer.condition(&mut statement, goes)?;
        let rows = self.session.query(&statement)?;
        let plan = rows.first().and_then(|row| row.first()).map(Value::shown).unwrap_or_default();
        let plan: serde_json::Value = serde_json::from_str(&plan).unwrap_or_default();
        let estimate = plan.pointer("/0/Plan/Plan Rows").and_then(serde_json::Value::as_f64);
        Ok(estimate.is_some_and(|rows| rows <= PAGE as f64))
    }

    /// Takes in what a page says; how many rows it deleted. SQLite says it row by row.
    fn hear(&self, rows: &[Vec<Value>], said: &mut [Said]) -> u64 {
        if self.map.schema.engine != Engine::Sqlite {
            let row = rows.first().map_or(&[][..], Vec::as_slice);
            let number =
                |place: usize| row.get(place).and_then(integer).and_then(|count| u64::try_from(count).ok());
            for (index, said) in said.iter_mut().enumerate() {
                said.rows += number(1 + 2 * index).unwrap_or_default();
                let day = row.get(2 + 2 * index).and_then(|day| day.shown().parse().ok());
                said.oldest = earliest(said.oldest, day);
            }
            return number(0).unwrap_or_default();
        }
        let zone = &self.renderer.zones().policy;
        for said in said {
            let due = rows.iter().filter(|row| is_true(row, &said.due));
            said.rows += due.clone().count() as u64;
            let date = |row: &Vec<Value>| integer(cell(row, said.date.as_deref()?)?);
            let first = due.filter_map(date).min().and_then(|at| Instant::from_microsecond(at).ok());
            said.oldest = earliest(said.oldest, first.map(|at| zone.day_of(at)));
        }
        rows.len() as u64
    }

    /// Notes what went, as a look before would have found it.
    fn heard(&mut self, table: &TableName, gone: u64, said: &[Said]) {
        let Some(before) = self.before.iter_mut().find(|seen| seen.table == *table) else { return };
        before.going += gone;
        before.free += gone;
        for (rule, said) in before.rules.iter_mut().zip(said) {
            rule.due += said.rows;
            rule.oldest = earliest(rule.oldest, said.oldest);
        }
    }

    /// After a refusal: looks at what is left, and takes it in ever smaller parts.
    fn slowly(&mut self, table: &Table<'m>, due: &TableDue, why: Constraint) -> Result<(), StoreFault> {
        let renderer = self.renderer;
        let left =
            self.session.transaction(Mode::Look, |session| look(session, renderer, due, Asks::Statements))?;
        if let Some(before) = self.before.iter_mut().find(|seen| seen.table == due.table) {
            add(before, &left);
        }
        let mut start = Statement::with(self.map.schema.engine, "DELETE FROM ");
        self.renderer.from(&mut start, &due.table, THIS)?;
        start.push(" WHERE ");
        self.one_by_one(table, &start, &due.goes, (Act::Delete, why))
    }
}

/// Adds what was left of a table to what went before it.
pub(super) fn add(before: &mut TableLook, left: &TableLook) {
    before.going += left.going;
    before.free += left.free;
    for (rule, left) in before.rules.iter_mut().zip(&left.rules) {
        rule.due += left.due;
        rule.oldest = earliest(rule.oldest, left.oldest);
    }
}

fn earliest(one: Option<Day>, other: Option<Day>) -> Option<Day> {
    one.into_iter().chain(other).min()
}

/// The value of a row under the name of a column: `c2` is the third.
fn cell<'r>(row: &'r [Value], name: &str) -> Option<&'r Value> {
    row.get(name.strip_prefix('c')?.parse::<usize>().ok()?)
}

fn is_true(row: &[Value], name: &str) -> bool {
    match name {
        "TRUE" => true,
        "FALSE" => false,
        name => cell(row, name).and_then(integer) == Some(1),
    }
}

fn integer(value: &Value) -> Option<i64> {
    if let Value::Integer(number) = value { Some(*number) } else { None }
}
