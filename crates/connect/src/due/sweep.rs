//! A retention run over a store: rows that go, columns that are emptied, references that are let
//! go, rows that are archived.
//!
//! Children first, in pages; each page is a transaction of its own, so that a killed run loses
//! nothing and a second one goes on where it stopped. What went is counted by a second look.

use kept_core::name::{ColumnName, TableName};
use kept_core::plan::due::{Archiving, Condition, Detaching, Emptying, THIS, TableDue};
use kept_core::plan::{Key, Value};
use kept_core::policy::model::{ArchiveWay, Detach, Engine};

use crate::due::count::{TableCount, count_due_in};
use crate::due::order::children_first;
use crate::due::taken::{keys, take, to_take};
use crate::due::{Question, Renderer, compile, compile_taken, schema, zones};
use crate::engine::{Mode, Session};
use crate::fault::{Constraint, StoreFault};
use crate::map::{Map, Table};
use crate::schema::{Class, Column};
use crate::sql::{BATCH, Statement, quote, table_name};

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
}

/// What became of one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SweptTable {
    /// As counted before.
    pub before: TableCount,
    /// As found by the second look; what is still due here was refused.
    pub after: TableCount,
    /// Rows deleted: those that were there before and are not now.
    pub gone: u64,
    /// What the store refused.
    pub refusals: Vec<Refusal>,
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

/// Carries out what is due.
///
/// # Errors
/// As the store answers; what was done before stays done. A constraint's refusal is no error: it
/// is in [`SweptTable::refusals`].
pub fn sweep(
    session: &mut Session,
    question: &Question<'_>,
    watch: &mut dyn Watch,
) -> Result<Swept, StoreFault> {
    let schema = schema(session)?;
    let map = Map::new(question.store, &schema)?;
    let dues = compile(question, &map, question.at);
    let tables = to_take(&map, &dues);
    let (before, renderer) = session.transaction(Mode::Look, |session| {
        let before = count_due_in(session, question, &map)?;
        let renderer = Renderer::new(session, &map, zones(question), question.exceptions, &dues)?;
        let taken = take(session, (question, &map, &renderer), &dues, &tables)?;
        Ok::<_, StoreFault>((before, renderer.with_taken(taken)))
    })?;
    let dues = compile_taken(question, &map, &tables);
    let mut run = Run {
        session: &mut *session,
        watch,
        question,
        map: &map,
        renderer: &renderer,
        dues: &dues,
        refusals: Vec::new(),
        stopped: false,
    };
    for place in children_first(&map) {
        let Some(table) = map.tables.get(place) else { continue };
        let Some(due) = dues.iter().find(|due| due.table == table.policy.name) else { continue };
        let Some(count) = before.iter().find(|count| count.table == due.table) else { continue };
        run.table(table, due, count)?;
        if run.stopped {
            break;
        }
    }
    let Run { refusals, stopped, .. } = run;
    let after = session.transaction(Mode::Look, |session| {
        let mut after = count_due_in(session, question, &map)?;
        for count in after.iter_mut().filter(|count| tables.contains(&count.table)) {
            // Their date may be gone with the rows below; that they were due is still known.
            let taken = Condition::Taken(THIS, count.table.clone(), None);
            let left = keys(session, &renderer, map.table(&count.table)?, &taken)?;
            count.going = count.going.max(left.len() as u64);
        }
        Ok::<_, StoreFault>(after)
    })?;
    let tables = before.into_iter().zip(after).filter(|(before, _)| {
        before.going + before.emptied + before.to_archive > 0
            || refusals.iter().any(|refusal| refusal.table == before.table)
    });
    let tables = tables
        .map(|(before, after)| SweptTable {
            gone: before.rows.saturating_sub(after.rows),
            refusals: refusals.iter().filter(|refusal| refusal.table == before.table).cloned().collect(),
            before,
            after,
        })
        .collect();
    Ok(Swept { tables, stopped })
}

/// A run in progress.
struct Run<'r, 'm> {
    session: &'r mut Session,
    watch: &'r mut dyn Watch,
    question: &'r Question<'r>,
    map: &'r Map<'m>,
    renderer: &'r Renderer<'m>,
    dues: &'r [TableDue],
    refusals: Vec<Refusal>,
    stopped: bool,
}

/// Columns that are emptied, each with what is written instead, if not NULL.
type Sets<'m> = Vec<(&'m Column, Option<String>)>;

/// How a page ended.
enum Page {
    Done(u64),
    Refused(Constraint),
    Stopped,
}

/// What ends a page's transaction.
enum Halt {
    Fault(StoreFault),
    Exceptions,
}

impl From<StoreFault> for Halt {
    fn from(fault: StoreFault) -> Self {
        Self::Fault(fault)
    }
}

impl<'m> Run<'_, 'm> {
    fn table(&mut self, table: &Table<'m>, due: &TableDue, count: &TableCount) -> Result<(), StoreFault> {
        self.detach_references_to(table)?;
        for detaching in &due.detaches {
            if !self
                .question
                .store
                .tables
                .get(&due.table)
                .is_some_and(|own| own.refers_to.iter().any(|link| link.column == detaching.column))
            {
                self.detach(table, detaching)?;
            }
        }
        if !table.policy.columns.is_empty() && due.goes != Condition::Never {
            self.delete(table, &due.goes, count.going)?;
        }
        self.empty(table, &due.empties, count.emptied + count.going)?;
        if let Some(archiving) = &due.archives {
            self.archive(table, archiving, count.to_archive)?;
        }
        Ok(())
    }

    /// Rows that mention rows of this table let go of those that go.
    fn detach_references_to(&mut self, table: &Table<'m>) -> Result<(), StoreFault> {
        for due in self.dues {
            let Some(own) = self.question.store.tables.get(&due.table) else { continue };
            for link in own.refers_to.iter().filter(|link| link.table == table.policy.name) {
                let Some(detaching) = due.detaches.iter().find(|one| one.column == link.column) else {
                    continue;
                };
                let from = self.map.table(&due.table)?.clone();
                self.detach(&from, detaching)?;
            }
        }
        Ok(())
    }

    fn detach(&mut self, table: &Table<'m>, detaching: &Detaching) -> Result<(), StoreFault> {
        let column = self.map.schema.need_column(table.shape, detaching.column.as_str())?;
        if detaching.to == Detach::Null && !column.is_nullable {
            self.refuse_columns(table, Act::Detach, std::slice::from_ref(&detaching.column));
            return Ok(());
        }
        let to = match &detaching.to {
            Detach::Null => None,
            Detach::To(key) => Some(key.clone()),
        };
        let mut sets = vec![(column, to)];
        for (name, replaced_by) in detaching.columns.iter().zip(&detaching.replaced_by) {
            let own = self.map.schema.need_column(table.shape, name.as_str())?;
            if own.is_nullable || replaced_by.is_some() {
                sets.push((own, replaced_by.clone()));
            }
        }
        self.update(table, &detaching.when, &sets, (Act::Detach, 0))
    }

    /// Every column of a row that is emptied is emptied at once: if the store refuses one, the row
    /// stays as it was and is told.
    fn empty(&mut self, table: &Table<'m>, empties: &[Emptying], of: u64) -> Result<(), StoreFault> {
        let mut all = Vec::new();
        for emptying in empties {
            let (sets, when) = self.emptied(table, emptying, of)?;
            if !sets.is_empty() && when != Condition::Never {
                all.push((sets, emptying.over.clone(), when));
            }
        }
        if let [(sets, _, when)] = all.as_slice() {
            return self.update(table, when, sets, (Act::Empty, of));
        }
        if all.is_empty() {
            return Ok(());
        }
        let engine = self.map.schema.engine;
        let mut statement = Statement::with(engine, "UPDATE ");
        self.renderer.from(&mut statement, &table.policy.name, THIS)?;
        let mut word = " SET ";
        for (sets, over, _) in &all {
            for (column, replaced_by) in sets {
                let name = quote(engine, &column.name);
                statement.push(word).push(&format!("{name} = CASE WHEN "));
                self.renderer.condition(&mut statement, over)?;
                statement.push(" THEN ");
                match replaced_by {
                    None => statement.push("NULL"),
                    Some(text) => statement
                        .push(&format!("CASE WHEN k0.{name} IS NULL THEN k0.{name} ELSE "))
                        .bind(Value::Text(text.clone()))
                        .push(" END"),
                };
                statement.push(&format!(" ELSE k0.{name} END"));
                word = ", ";
            }
        }
        statement.push(" WHERE ");
        let when = Condition::any(all.into_iter().map(|(_, _, when)| when));
        self.pages(table, &statement, &when, (Act::Empty, of))
    }

    /// The columns of one emptying that can be emptied, and when there is something to empty.
    fn emptied(
        &mut self,
        table: &Table<'m>,
        emptying: &Emptying,
        of: u64,
    ) -> Result<(Sets<'m>, Condition), StoreFault> {
        let (mut sets, mut filled, mut fixed) = (Vec::new(), Vec::new(), Vec::new());
        let columns = emptying.columns.iter().zip(&emptying.replaced_by).zip(&emptying.filled);
        for ((name, replaced_by), is_filled) in columns {
            let column = self.map.schema.need_column(table.shape, name.as_str())?;
            if column.is_generated {
                continue;
            }
            if column.is_nullable || replaced_by.is_some() {
                sets.push((column, replaced_by.clone()));
                filled.push(is_filled.clone());
            } else {
                fixed.push(name.clone());
            }
        }
        if !fixed.is_empty() && of > 0 {
            self.refuse_columns(table, Act::Empty, &fixed);
        }
        Ok((sets, Condition::all([emptying.over.clone(), Condition::any(filled)])))
    }

    fn refuse_columns(&mut self, table: &Table<'m>, act: Act, columns: &[ColumnName]) {
        self.refusals.push(Refusal {
            table: table.policy.name.clone(),
            act,
            rows: 0,
            constraint: None,
            columns: columns.to_vec(),
        });
    }

    fn update(
        &mut self,
        table: &Table<'m>,
        when: &Condition,
        sets: &[(&Column, Option<String>)],
        (act, of): (Act, u64),
    ) -> Result<(), StoreFault> {
        if sets.is_empty() || *when == Condition::Never {
            return Ok(());
        }
        let engine = self.map.schema.engine;
        let mut statement = Statement::with(engine, "UPDATE ");
        self.renderer.from(&mut statement, &table.policy.name, THIS)?;
        statement.push(" SET ");
        for (index, (column, replaced_by)) in sets.iter().enumerate() {
            let name = quote(engine, &column.name);
            statement.push(if index == 0 { "" } else { ", " });
            match replaced_by {
                None => statement.push(&format!("{name} = NULL")),
                Some(text) => statement
                    .push(&format!("{name} = CASE WHEN k0.{name} IS NULL THEN k0.{name} ELSE "))
                    .bind(Value::Text(text.clone()))
                    .push(" END"),
            };
        }
        statement.push(" WHERE ");
        self.pages(table, &statement, when, (act, of))
    }

    /// Runs a statement that ends in `WHERE ` for pages of the rows of which something holds,
    /// until there are none.
    fn pages(
        &mut self,
        table: &Table<'m>,
        start: &Statement,
        when: &Condition,
        (act, of): (Act, u64),
    ) -> Result<(), StoreFault> {
        let mut statement = start.clone();
        self.page_of(&mut statement, table, when)?;
        let mut done = 0;
        loop {
            match one_page(self.session, &statement, self.watch)? {
                Page::Stopped => {
                    self.stopped = true;
                    return Ok(());
                }
                Page::Refused(constraint) => {
                    return self.one_by_one(table, start, when, (act, constraint));
                }
                Page::Done(0) => return Ok(()),
                Page::Done(rows) => {
                    done += rows;
                    self.watch.progress(&Progress { table: &table.policy.name, act, done, of: of.max(done) });
                    // A trigger that undoes a change must not keep us here for ever.
                    if rows < PAGE {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// Adds the condition that a row is of the next page.
    fn page_of(
        &mut self,
        statement: &mut Statement,
        table: &Table<'m>,
        when: &Condition,
    ) -> Result<(), StoreFault> {
        let engine = self.map.schema.engine;
        let place = address(self.session, table)?;
        let list = |alias: &str| match &place {
            Some(word) => format!("{alias}{word}"),
            None => {
                let names = table.key.iter().map(|column| format!("{alias}{}", quote(engine, &column.name)));
                let names: Vec<String> = names.collect();
                if names.len() == 1 { names.join("") } else { format!("({})", names.join(", ")) }
            }
        };
        let is_array = engine == Engine::Postgres && place.is_some();
        let (own, inner) = (list("k0."), list("k0."));
        let inner = inner.trim_start_matches('(').trim_end_matches(')').to_owned();
        statement.push(&own).push(if is_array { " = ANY(ARRAY(SELECT " } else { " IN (SELECT " });
        statement.push(&inner).push(" FROM ");
        self.renderer.from(statement, &table.policy.name, THIS)?;
        statement.push(" WHERE ");
        self.renderer.condition(statement, when)?;
        statement.push(&format!(" LIMIT {PAGE}{}", if is_array { "))" } else { ")" }));
        Ok(())
    }

    /// After a refusal: in ever smaller parts, so that one row that can't go keeps no other.
    fn one_by_one(
        &mut self,
        table: &Table<'m>,
        start: &Statement,
        when: &Condition,
        (act, constraint): (Act, Constraint),
    ) -> Result<(), StoreFault> {
        let mut left = keys(self.session, self.renderer, table, when)?;
        let mut refused: Vec<Key> = Vec::new();
        let mut last = constraint;
        let mut done = 0;
        let mut size = BATCH;
        while !left.is_empty() && !self.stopped {
            let part: Vec<Key> = left.iter().take(size).cloned().collect();
            let mut statement = start.clone();
            self.among(&mut statement, table, &part)?;
            statement.push(" AND ");
            self.renderer.condition(&mut statement, when)?;
            match one_page(self.session, &statement, self.watch)? {
                Page::Stopped => self.stopped = true,
                Page::Done(rows) => {
                    done += rows;
                    left.drain(..part.len());
                    size = (size * 4).min(BATCH);
                    self.watch.progress(&Progress { table: &table.policy.name, act, done, of: done });
                }
                Page::Refused(constraint) if size == 1 => {
                    last = constraint;
                    refused.extend(part);
                    left.drain(..1);
                    size = 16;
                }
                Page::Refused(_) => size = (part.len() / 8).max(1),
            }
        }
        if !refused.is_empty() {
            self.refusals.push(Refusal {
                table: table.policy.name.clone(),
                act,
                rows: refused.len() as u64,
                constraint: Some(last),
                columns: Vec::new(),
            });
        }
        Ok(())
    }

    /// Adds the condition that a row is one of these, by the row reference in question.
    fn among(&self, statement: &mut Statement, table: &Table<'m>, keys: &[Key]) -> Result<(), StoreFault> {
        let rows: Vec<&[Value]> = keys.iter().map(Vec::as_slice).collect();
        statement.one_of(&table.key, &rows);
        Ok(())
    }

    fn delete(&mut self, table: &Table<'m>, goes: &Condition, of: u64) -> Result<(), StoreFault> {
        let mut statement = Statement::with(self.map.schema.engine, "DELETE FROM ");
        self.renderer.from(&mut statement, &table.policy.name, THIS)?;
        statement.push(" WHERE ");
        if self.links_to(table).is_empty() {
            return self.pages(table, &statement, goes, (Act::Delete, of));
        }
        self.delete_with_links(table, &statement, goes, of)
    }

    /// Tables without data of their own whose rows point to this table's: they go with them.
    fn links_to(&self, table: &Table<'m>) -> Vec<(&Table<'m>, Vec<(&'m Column, &'m Column)>)> {
        let mut found = Vec::new();
        let Some(place) = self.map.place(&table.policy.name) else { return found };
        for edge in self.map.edges.iter().filter(|edge| edge.carries()) {
            let (link, pairs) = if edge.parent == place {
                (edge.child, edge.pairs.clone())
            } else if edge.child == place && edge.meaning == crate::map::Meaning::Through {
                (edge.parent, edge.pairs.iter().map(|(row, between)| (*between, *row)).collect())
            } else {
                continue;
            };
            let Some(link) = self.map.tables.get(link) else { continue };
            // Rows with data of their own have a turn of their own, but none before a row that only
            // they lead to.
            if !link.policy.columns.is_empty() && edge.parent == place {
                continue;
            }
            found.push((link, pairs));
        }
        found
    }

    fn delete_with_links(
        &mut self,
        table: &Table<'m>,
        start: &Statement,
        goes: &Condition,
        of: u64,
    ) -> Result<(), StoreFault> {
        let mut done = 0;
        let mut refused = 0;
        let mut last = None;
        let all = keys(self.session, self.renderer, table, goes)?;
        let mut parts: Vec<Vec<Key>> = all.chunks(BATCH).map(<[Key]>::to_vec).collect();
        while let Some(part) = parts.pop() {
            let mut statements = Vec::new();
            for (link, pairs) in self.links_to(table) {
                statements.push(self.delete_link(table, link, &pairs, goes, &part)?);
            }
            let mut statement = start.clone();
            self.among(&mut statement, table, &part)?;
            statements.push(statement);
            match pages_at_once(self.session, &statements, self.watch)? {
                Page::Done(_) => done += part.len() as u64,
                Page::Refused(constraint) if part.len() == 1 => {
                    refused += 1;
                    last = Some(constraint);
                }
                // In ever smaller parts, so that one row that can't go keeps no other.
                Page::Refused(_) => {
                    parts.extend(part.chunks((part.len() / 8).max(1)).map(<[Key]>::to_vec));
                    continue;
                }
                Page::Stopped => {
                    self.stopped = true;
                    break;
                }
            }
            self.watch.progress(&Progress {
                table: &table.policy.name,
                act: Act::Delete,
                done,
                of: of.max(done),
            });
        }
        if refused > 0 {
            self.refusals.push(Refusal {
                table: table.policy.name.clone(),
                act: Act::Delete,
                rows: refused,
                constraint: last,
                columns: Vec::new(),
            });
        }
        Ok(())
    }

    fn delete_link(
        &self,
        table: &Table<'m>,
        link: &Table<'m>,
        pairs: &[(&'m Column, &'m Column)],
        goes: &Condition,
        keys: &[Key],
    ) -> Result<Statement, StoreFault> {
        let engine = self.map.schema.engine;
        let list = |names: Vec<String>| {
            if names.len() == 1 { names.join("") } else { format!("({})", names.join(", ")) }
        };
        let own = list(pairs.iter().map(|(own, _)| format!("k0.{}", quote(engine, &own.name))).collect());
        let others: Vec<String> =
            pairs.iter().map(|(_, other)| format!("k0.{}", quote(engine, &other.name))).collect();
        let mut statement = Statement::with(engine, "DELETE FROM ");
        self.renderer.from(&mut statement, &link.policy.name, THIS)?;
        statement.push(&format!(" WHERE {own} IN (SELECT {} FROM ", others.join(", ")));
        self.renderer.from(&mut statement, &table.policy.name, THIS)?;
        statement.push(" WHERE ");
        // The row's own key, and the condition again: a row that was renewed since stays.
        self.among(&mut statement, table, keys)?;
        statement.push(" AND ");
        self.renderer.condition(&mut statement, goes)?;
        statement.push(")");
        // A row between that has data of its own goes only if nothing keeps those; else the store
        // refuses both.
        if !link.policy.columns.is_empty() {
            let due = self.dues.iter().find(|due| due.table == link.policy.name);
            statement.push(" AND ");
            self.renderer.condition(&mut statement, due.map_or(&Condition::Never, |due| &due.due))?;
        }
        Ok(statement)
    }

    fn archive(&mut self, table: &Table<'m>, archiving: &Archiving, of: u64) -> Result<(), StoreFault> {
        match &archiving.way {
            ArchiveWay::Flag(flag) => {
                let column = self.map.schema.need_column(table.shape, flag.as_str())?;
                let mark = self.mark(column);
                let engine = self.map.schema.engine;
                let mut statement = Statement::with(engine, "UPDATE ");
                self.renderer.from(&mut statement, &table.policy.name, THIS)?;
                statement
                    .push(&format!(" SET {} = ", quote(engine, &column.name)))
                    .bind(mark)
                    .push(" WHERE ");
                self.pages(table, &statement, &archiving.when, (Act::Archive, of))
            }
            ArchiveWay::Table(name) => self.move_rows(table, name, &archiving.when, of),
        }
    }

    /// The instant of the run in the flag's own spelling.
    fn mark(&self, column: &Column) -> Value {
        let zone = &self.question.store.zone;
        let at = self.question.at;
        match (self.map.schema.engine, column.class) {
            (_, Class::Truth) if self.map.schema.engine == Engine::Postgres => Value::Text("true".to_owned()),
            (_, Class::Truth) => Value::Integer(1),
            (_, Class::Integer) => Value::Integer(at.as_second()),
            (_, Class::Date) => Value::Text(zone.day_of(at).to_string()),
            (_, Class::Instant) => Value::Text(at.to_string()),
            _ => {
                let second = kept_core::time::Instant::from_second(at.as_second()).unwrap_or(at);
                Value::Text(zone.civil(second).to_string().replace('T', " "))
            }
        }
    }

    fn move_rows(
        &mut self,
        table: &Table<'m>,
        archive: &str,
        when: &Condition,
        of: u64,
    ) -> Result<(), StoreFault> {
        let engine = self.map.schema.engine;
        let to = self.map.schema.need_table(archive)?;
        let shared: Vec<&Column> = table
            .shape
            .columns
            .iter()
            .filter(|column| self.map.schema.column(to, &column.name).is_some())
            .collect();
        let all = keys(self.session, self.renderer, table, when)?;
        let mut done = 0;
        for part in all.chunks(BATCH) {
            let mut copy = Statement::with(engine, "INSERT INTO ");
            copy.table(to).push(" (").names(shared.iter().map(|column| column.name.as_str()));
            copy.push(") SELECT ").names(shared.iter().map(|column| column.name.as_str())).push(" FROM ");
            copy.table(table.shape).push(" WHERE ");
            self.among(&mut copy, table, part)?;
            let mut delete = Statement::with(engine, "DELETE FROM ");
            delete.table(table.shape).push(" WHERE ");
            self.among(&mut delete, table, part)?;
            match pages_at_once(self.session, &[copy, delete], self.watch)? {
                Page::Done(_) => done += part.len() as u64,
                Page::Stopped => {
                    self.stopped = true;
                    return Ok(());
                }
                Page::Refused(constraint) => {
                    self.refusals.push(Refusal {
                        table: table.policy.name.clone(),
                        act: Act::Archive,
                        rows: part.len() as u64,
                        constraint: Some(constraint),
                        columns: Vec::new(),
                    });
                }
            }
            self.watch.progress(&Progress {
                table: &table.policy.name,
                act: Act::Archive,
                done,
                of: of.max(done),
            });
        }
        Ok(())
    }
}

fn one_page(session: &mut Session, statement: &Statement, watch: &mut dyn Watch) -> Result<Page, StoreFault> {
    pages_at_once(session, std::slice::from_ref(statement), watch)
}

/// Runs statements in one transaction; the rows that the last one changed.
fn pages_at_once(
    session: &mut Session,
    statements: &[Statement],
    watch: &mut dyn Watch,
) -> Result<Page, StoreFault> {
    let engine = session.engine();
    let outcome = session.transaction(Mode::Change, |session| {
        match engine {
            Engine::Sqlite => session.batch("PRAGMA defer_foreign_keys = ON")?,
            Engine::Postgres => session.batch("SET CONSTRAINTS ALL DEFERRED")?,
        }
        if !watch.exceptions_stand() {
            return Err(Halt::Exceptions);
        }
        let mut changed = 0;
        for statement in statements {
            changed = session.execute(statement)?;
        }
        Ok(changed)
    });
    match outcome {
        Ok(changed) => Ok(Page::Done(changed)),
        Err(Halt::Exceptions) => Ok(Page::Stopped),
        Err(Halt::Fault(StoreFault::Constraint(constraint))) => Ok(Page::Refused(constraint)),
        Err(Halt::Fault(fault)) => Err(fault),
    }
}

/// The engine's own address of a row, where every row of the table has one of its own.
fn address(session: &mut Session, table: &Table<'_>) -> Result<Option<String>, StoreFault> {
    let name = table_name(session.engine(), table.shape);
    match session.engine() {
        Engine::Sqlite => {
            let asked = session.query_text(&format!("SELECT rowid FROM {name} LIMIT 0"), &[]);
            Ok((asked.is_ok() && !table.shape.is_view).then(|| "rowid".to_owned()))
        }
        Engine::Postgres => {
            let text = "SELECT 1 FROM pg_class WHERE oid = $1::text::regclass AND relkind = 'r' AND NOT relhassubclass";
            let rows = session.query_text(text, &[Value::Text(name).into()])?;
            Ok((!rows.is_empty()).then(|| "ctid".to_owned()))
        }
    }
}
