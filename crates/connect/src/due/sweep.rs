//! A retention run over a store: rows that go, columns that are emptied, references that are let
//! go, rows that are archived.
//!
//! Children first, in pages; each page is a transaction of its own, so that a killed run loses
//! nothing and a second one goes on where it stopped. What is reported as done was seen to be done
//! by a second look, but for tables whose rows simply go and that have nothing which could keep one
//! without a word; both looks ask for rows that are due and for no others. Not here: whose turn
//! it is to run, and where what a run must not forget is kept (`kept-engine`).

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use kept_core::name::{ColumnName, TableName};
use kept_core::plan::due::TableDue;
use kept_core::policy::model::Store;

use crate::due::look::{Asks, TableLook, look};
use crate::due::memory::{self, Memory};
use crate::due::order::children_first;
use crate::due::taken::{Taking, take, to_take};
use crate::due::{Question, Renderer, compile, compile_taken, schema, zones};
use crate::engine::{Mode, Session};
use crate::fault::{Constraint, StoreFault};
use crate::map::Map;
use crate::schema::Table;
use crate::statistics;

mod archive;
mod delete;
mod keyed;
mod page;
mod run;
mod straight;
mod update;

use run::Run;

/// How many rows a page has at most.
pub const PAGE: u64 = 50_000;

/// Somebody who watches a run.
pub trait Watch {
    /// A page was carried out.
    fn progress(&mut self, progress: &Progress<'_>);

    /// Asked within each page's transaction, before its first change: whether the exceptions still
    /// stand as they were when the run began. If not, the page is undone and the run ends; a new
    /// run with the new exceptions goes on.
    fn exceptions_stand(&mut self) -> bool;

    /// Told before the first change what the run will know no more once rows have gone: to be kept
    /// durably and given to the next run, should this one not come to its end. Whether it is kept;
    /// if not, the run ends before it began.
    fn remember(&mut self, memory: &Memory) -> bool;
}

/// A page that was carried out.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// The table.
    pub table: &'a TableName,
    /// What was done.
    pub act: Act,
    /// Rows done so far by this act.
    pub done: u64,
    /// Rows that were counted before the run.
    pub of: u64,
}

/// What is done to rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// A reference is let go.
    Detach,
    /// Columns are emptied.
    Empty,
    /// The row goes.
    Delete,
    /// The row is put into the archive.
    Archive,
}

/// What became of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swept {
    /// Each table that had something due.
    pub tables: Vec<SweptTable>,
    /// Whether the run ended early because the exceptions changed.
    pub stopped: bool,
    /// What broke the run off; what was done before stays done, and is told.
    pub broken: Option<StoreFault>,
}

/// What became of one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SweptTable {
    /// As seen before.
    pub before: TableLook,
    /// As found by the second look; what is still due here was refused, or left as it was. Nobody looks
    /// where rows simply went and nothing of the table's own can have kept any.
    pub after: TableLook,
    /// Rows of which columns were to be emptied, once those that go had gone: rows that stay, and shells.
    pub to_empty: u64,
    /// Rows deleted: the store said so, and the second look, where there was one, did not find them.
    pub gone: u64,
    /// References that were let go, as the store said.
    pub detached: u64,
    /// Rows that were to go and are still there although the store reported no error: a trigger or
    /// rule kept them, or they came in between.
    pub ignored: u64,
    /// What the store refused.
    pub refusals: Vec<Refusal>,
}

impl SweptTable {
    /// Rows of which columns were emptied: those that stay, and those that stay as empty shells because
    /// kept rows hang on them.
    pub fn emptied(&self) -> u64 {
        self.to_empty.saturating_sub(self.after.emptied + self.after.filled)
    }

    /// Rows that are due and were left, whatever the reason.
    pub fn left(&self) -> u64 {
        let documents = self.after.unread;
        self.after.free + self.after.held + self.after.emptied + self.after.to_archive + documents
    }
}

/// Something that a store refused; nothing of the page was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The table whose rows were to be changed.
    pub table: TableName,
    /// What was to be done.
    pub act: Act,
    /// How many rows: those left after everything else of the page went.
    pub rows: u64,
    /// The constraint, by its names; none where a column can't be emptied at all.
    pub constraint: Option<Constraint>,
    /// The columns that can't be emptied: never NULL, and no replacement in the policy.
    pub columns: Vec<ColumnName>,
}

/// Carries out what is due. `recalled` is what an earlier run that did not come to its end kept
/// ([`Watch::remember`]); empty for none.
///
/// # Errors
/// As the store answers before the first change, or where it does not even tell afterwards what was done.
/// A constraint's refusal is no error: it is in [`SweptTable::refusals`]; nor is a fault on the way, as long
/// as the store tells what was done before it ([`Swept::broken`]).
pub fn sweep(
    session: &mut Session,
    question: &Question<'_>,
    recalled: &Memory,
    watch: &mut dyn Watch,
) -> Result<Swept, StoreFault> {
    let schema = schema(session)?.with_places(question.store);
    let map = Map::new(question.store, &schema)?;
    let plain = compile(question, &map, question.at);
    let tables = to_take(&map, &plain);
    let taking = Taking { question, map: &map, tables: &tables };
    let (mut before, simple, renderer, memory) = session.transaction(Mode::Look, |session| {
        let renderer = Renderer::new(session, &map, zones(question), question.exceptions, &plain)?;
        let simple = straight::straight(question, &map, &renderer, &plain, &tables);
        let mut before = Vec::new();
        for due in &plain {
            let nobody_looks = simple.contains(&due.table);
            let seen = if nobody_looks {
                Ok(TableLook::nothing(due))
            } else {
                look(session, &renderer, due, Asks::Statements)
            };
            before.push(seen?);
        }
        let mut taken = take(session, &taking, &renderer, &plain)?;
        memory::join(session, &taking, recalled, &mut taken)?;
        let memory = memory::of(session, &taking, &taken)?;
        Ok::<_, StoreFault>((before, simple, renderer.with_taken(taken), memory))
    })?;
    if !(memory.is_empty() || watch.remember(&memory)) {
        return Ok(Swept { tables: Vec::new(), stopped: true, broken: None });
    }
    let dues = with_taken(&plain, &taking);
    if !recalled.is_empty() {
        // What was recalled is due by dates that went with the rows of an earlier run.
        recount(session, &renderer, &dues, &tables, &mut before)?;
    }
    let mut run = Run {
        session: &mut *session,
        watch,
        question,
        map: &map,
        renderer: &renderer,
        dues: &dues,
        before,
        straight: &simple,
        refusals: Vec::new(),
        deleted: BTreeMap::new(),
        detached: BTreeMap::new(),
        to_empty: BTreeMap::new(),
        addresses: BTreeMap::new(),
        stopped: false,
    };
    let mut broken = None;
    for place in children_first(&map) {
        let Some(table) = map.tables.get(place) else { continue };
        if let Err(fault) = run.table(table) {
            broken = Some(fault);
        }
        if run.stopped || broken.is_some() {
            break;
        }
    }
    let Run { before, refusals, deleted, detached, to_empty, stopped, .. } = run;
    let is_whole = !stopped && broken.is_none();
    let is_over = |table: &&TableName| is_whole && straight::is_sure(&map, table);
    let sure = simple.iter().filter(is_over).cloned().collect();
    let seen = Seen { before, simple, sure, refusals, deleted, detached, to_empty };
    let looked = session.transaction(Mode::Look, |session| second_look(session, &renderer, &dues, seen));
    let tables = match (looked, broken) {
        (Ok(tables), None) => tables,
        (Ok(tables), broken) => return Ok(Swept { tables, stopped, broken }),
        // The store answers no more: nothing can be told of it.
        (Err(fault), broken) => return Err(broken.unwrap_or(fault)),
    };
    let names: BTreeSet<String> = shapes(&map, &tables).map(|shape| shape.name.clone()).collect();
    statistics::forget(session, &names)?;
    Ok(Swept { tables, stopped, broken: None })
}

/// What is due by the keys that were taken; where none were, what was compiled already stands.
fn with_taken<'p>(plain: &'p [TableDue], taking: &Taking<'_, '_>) -> Cow<'p, [TableDue]> {
    if taking.tables.is_empty() {
        return Cow::Borrowed(plain);
    }
    Cow::Owned(compile_taken(taking.question, taking.map, taking.tables))
}

/// Takes old copies of rows out of the tables of a run, where the engine leaves some behind; what could
/// not be cleaned, in words.
///
/// # Errors
/// As the store answers.
pub fn vacuum(
    session: &mut Session,
    store: &Store,
    tables: &[SweptTable],
) -> Result<Vec<String>, StoreFault> {
    session.vacuum()?;
    let schema = schema(session)?.with_places(store);
    let map = Map::new(store, &schema)?;
    let mut notes = Vec::new();
    for shape in shapes(&map, tables) {
        notes.extend(statistics::vacuum(session, shape)?);
    }
    Ok(notes)
}

/// The tables of a run, as the database has them.
fn shapes<'a>(map: &Map<'a>, tables: &[SweptTable]) -> impl Iterator<Item = &'a Table> {
    tables.iter().filter_map(|swept| Some(map.table(&swept.before.table).ok()?.shape))
}

/// Looks again at tables whose rows that are due are known by their keys.
fn recount(
    session: &mut Session,
    renderer: &Renderer<'_>,
    dues: &[TableDue],
    tables: &BTreeSet<TableName>,
    before: &mut [TableLook],
) -> Result<(), StoreFault> {
    for seen in before.iter_mut().filter(|seen| tables.contains(&seen.table)) {
        let Some(due) = dues.iter().find(|due| due.table == seen.table) else { continue };
        let now = look(session, renderer, due, Asks::Rows)?;
        seen.going = seen.going.max(now.going);
        seen.emptied = seen.emptied.max(now.emptied);
        seen.filled = seen.filled.max(now.filled);
    }
    Ok(())
}

/// What is known of a run when its last page is done.
struct Seen {
    before: Vec<TableLook>,
    /// The tables at which nobody looked before.
    simple: BTreeSet<TableName>,
    /// Those of them in which nothing can be left that the store does not tell of.
    sure: BTreeSet<TableName>,
    refusals: Vec<Refusal>,
    deleted: BTreeMap<TableName, u64>,
    detached: BTreeMap<TableName, u64>,
    to_empty: BTreeMap<TableName, u64>,
}

fn second_look(
    session: &mut Session,
    renderer: &Renderer<'_>,
    dues: &[TableDue],
    seen: Seen,
) -> Result<Vec<SweptTable>, StoreFault> {
    let Seen { before, simple, sure, refusals, deleted, detached, to_empty } = seen;
    let mut tables = Vec::new();
    for mut before in before {
        let is_unlooked = simple.contains(&before.table);
        let refusals: Vec<Refusal> =
            refusals.iter().filter(|refusal| refusal.table == before.table).cloned().collect();
        let detached = detached.get(&before.table).copied().unwrap_or_default();
        if before.is_idle() && refusals.is_empty() && !is_unlooked && detached == 0 {
            continue;
        }
        let Some(due) = dues.iter().find(|due| due.table == before.table) else { continue };
        let after = if refusals.is_empty() && sure.contains(&due.table) {
            TableLook::nothing(due)
        } else {
            look(session, renderer, due, Asks::Rows)?
        };
        if is_unlooked && before.is_idle() && after.is_idle() && detached == 0 {
            continue;
        }
        let gone = deleted.get(&before.table).copied().unwrap_or_default();
        if is_unlooked && before.going < gone + after.going {
            straight::add(&mut before, &look(session, renderer, due, Asks::Statements)?);
        }
        let refused: u64 =
            refusals.iter().filter(|one| one.act == Act::Delete).map(|refusal| refusal.rows).sum();
        tables.push(SweptTable {
            to_empty: to_empty.get(&before.table).copied().unwrap_or_default(),
            gone: before.going.saturating_sub(after.going).min(gone),
            detached,
            ignored: after.free.saturating_sub(refused),
            refusals,
            before,
            after,
        });
    }
    Ok(tables)
}
