//! Tables whose rows simply go: nothing hangs on them, and nothing of them is emptied, archived or let
//! go of by others. A run does not look at each of their rows before: what a look would say of the rows
//! that go is the same for all of them.

use std::collections::BTreeSet;

use kept_core::name::TableName;
use kept_core::plan::Value;
use kept_core::plan::due::{Condition, Dated, Emptying, Rule, THIS, TableDue};
use kept_core::policy::model::Engine;
use kept_core::time::Day;

use super::page::{Page, one_page};
use super::run::Run;
use super::{Act, PAGE, Progress};
use crate::due::count::Counting;
use crate::due::look::{Asks, TableLook, look};
use crate::due::{Question, Renderer};
use crate::engine::Mode;
use crate::fault::{Constraint, StoreFault};
use crate::map::{Map, Meaning, Table};
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

/// Whether a deletion that the store reports can have left nothing behind: nothing of the table's own may
/// keep rows without a word.
pub(super) fn is_sure(map: &Map<'_>, table: &TableName) -> bool {
    let shape = map.table(table).map(|table| table.shape);
    shape.is_ok_and(|shape| shape.triggers.is_empty() && !shape.may_resist && !shape.is_view)
}

/// Whether the same can be said of all rows that go: for each statement, that it let them go or not.
fn tells(renderer: &Renderer<'_>, due: &TableDue) -> bool {
    let goes = renderer.decided(&due.goes);
    let is_told = |rule: &Rule| !matches!(is_due(renderer, rule, &goes), Told::ByRow);
    // Whatever row has something to be emptied goes as a whole.
    let goes_too = |emptying: &Emptying| {
        let stays = Condition::all([emptying.over.clone(), emptying.stays.clone()]);
        [emptying.when(), stays]
            .iter()
            .map(|when| renderer.decided(when))
            .all(|when| when == Condition::Never || goes.clone().given(&when) == Condition::Always)
    };
    goes != Condition::Never && due.empties.iter().all(goes_too) && due.rules.iter().all(is_told)
}

/// Whether a rule let rows go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    OfAll,
    OfNone,
    ByRow,
}

fn is_due(renderer: &Renderer<'_>, rule: &Rule, goes: &Condition) -> Told {
    match renderer.decided(&rule.due).given(goes) {
        Condition::Always => Told::OfAll,
        Condition::Never => Told::OfNone,
        _ => Told::ByRow,
    }
}

/// What is known of the rows of a table before they go.
struct Known {
    /// Whether one page surely takes all: the condition then stands alone, as it would by hand.
    is_one_page: bool,
    /// Of each rule, whether it let them go, and the oldest date that it counts from.
    rules: Vec<(Told, Option<Day>)>,
}

impl<'m> Run<'_, 'm> {
    /// Deletes what is due in such a table, page by page.
    pub(super) fn straight(&mut self, table: &Table<'m>, due: &TableDue) -> Result<(), StoreFault> {
        let goes = self.renderer.decided(&due.goes);
        let known = match self.map.schema.engine {
            Engine::Sqlite => self.counted(due, &goes)?,
            _ => self.estimated(due, &goes)?,
        };
        let statement = self.deleting(table, &goes, known.is_one_page)?;
        let mut done = 0;
        loop {
            let gone = match one_page(self.session, &statement, self.watch)? {
                Page::Done(gone) => gone,
                Page::Stopped => {
                    self.stopped = true;
                    break;
                }
                Page::Refused(constraint) => {
                    self.heard(due, done, &known);
                    return self.slowly(table, due, constraint);
                }
            };
            done += gone;
            self.count(table, Act::Delete, gone);
            self.watch.progress(&Progress { table: &due.table, act: Act::Delete, done, of: done });
            // A trigger that undoes a change must not keep us here for ever.
            if gone < PAGE {
                break;
            }
        }
        self.heard(due, done, &known);
        Ok(())
    }

    fn deleting(
        &mut self,
        table: &Table<'m>,
        goes: &Condition,
        is_one_page: bool,
    ) -> Result<Statement, StoreFault> {
        let mut statement = Statement::with(self.map.schema.engine, "DELETE FROM ");
        self.renderer.from(&mut statement, &table.policy.name, THIS)?;
        statement.push(" WHERE ");
        if is_one_page {
            self.renderer.condition(&mut statement, goes)?;
        } else {
            self.page_of(&mut statement, table, goes)?;
        }
        Ok(statement)
    }

    /// SQLite counts the rows and finds their dates in one pass.
    fn counted(&mut self, due: &TableDue, goes: &Condition) -> Result<Known, StoreFault> {
        let mut counting = Counting::new(self.renderer, Engine::Sqlite);
        counting.count("TRUE");
        let mut told = Vec::new();
        for rule in &due.rules {
            let said = is_due(self.renderer, rule, goes);
            counting.oldest(rule.dated.as_ref(), if said == Told::OfAll { "TRUE" } else { "FALSE" });
            told.push(said);
        }
        let rows = self.session.query(&counting.statement(&due.table, Some(goes))?)?;
        let row = rows.first().map_or(&[][..], Vec::as_slice);
        let count = match row.first() {
            Some(Value::Integer(count)) => u64::try_from(*count).unwrap_or_default(),
            _ => 0,
        };
        let rules = told.into_iter().enumerate().map(|(index, said)| (said, day(row, index + 1)));
        Ok(Known { is_one_page: count <= PAGE, rules: rules.collect() })
    }

    /// PostgreSQL's planner estimates how many rows there are, and an index tells each date by itself.
    fn estimated(&mut self, due: &TableDue, goes: &Condition) -> Result<Known, StoreFault> {
        let mut rules = Vec::new();
        for rule in &due.rules {
            let said = is_due(self.renderer, rule, goes);
            let oldest = match &rule.dated {
                Some(dated) if said == Told::OfAll => self.oldest(due, dated, goes)?,
                _ => None,
            };
            rules.push((said, oldest));
        }
        Ok(Known { is_one_page: self.is_estimated_small(due, goes)?, rules })
    }

    fn oldest(&mut self, due: &TableDue, dated: &Dated, goes: &Condition) -> Result<Option<Day>, StoreFault> {
        let mut statement = Statement::with(self.map.schema.engine, "min(");
        self.renderer.oldest(&mut statement, dated)?;
        statement.push(")");
        statement.text = format!("SELECT {} FROM ", self.renderer.day_text(&statement.text));
        self.renderer.from(&mut statement, &due.table, THIS)?;
        statement.push(" WHERE ");
        self.renderer.condition(&mut statement, goes)?;
        let rows = self.session.query(&statement)?;
        Ok(rows.first().and_then(|row| day(row, 0)))
    }

    fn is_estimated_small(&mut self, due: &TableDue, goes: &Condition) -> Result<bool, StoreFault> {
        let mut statement = Statement::with(self.map.schema.engine, "EXPLAIN (FORMAT JSON) SELECT 1 FROM ");
        self.renderer.from(&mut statement, &due.table, THIS)?;
        statement.push(" WHERE ");
        self.renderer.condition(&mut statement, goes)?;
        let rows = self.session.query(&statement)?;
        let plan = rows.first().and_then(|row| row.first()).map(Value::shown).unwrap_or_default();
        let plan: serde_json::Value = serde_json::from_str(&plan).unwrap_or_default();
        let estimate = plan.pointer("/0/Plan/Plan Rows").and_then(serde_json::Value::as_f64);
        Ok(estimate.is_some_and(|rows| rows <= PAGE as f64))
    }

    /// Notes what went, as a look before would have found it.
    fn heard(&mut self, due: &TableDue, gone: u64, known: &Known) {
        let Some(before) = self.before.iter_mut().find(|seen| seen.table == due.table) else { return };
        before.going += gone;
        before.free += gone;
        before.filled += gone;
        for (rule, (said, oldest)) in before.rules.iter_mut().zip(&known.rules) {
            if *said == Told::OfAll && gone > 0 {
                rule.due += gone;
                rule.oldest = earliest(rule.oldest, *oldest);
            }
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
    before.filled += left.filled;
    for (rule, left) in before.rules.iter_mut().zip(&left.rules) {
        rule.due += left.due;
        rule.oldest = earliest(rule.oldest, left.oldest);
    }
}

fn earliest(one: Option<Day>, other: Option<Day>) -> Option<Day> {
    one.into_iter().chain(other).min()
}

fn day(row: &[Value], place: usize) -> Option<Day> {
    row.get(place).and_then(|day| day.shown().parse().ok())
}
