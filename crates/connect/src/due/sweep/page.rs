//! Pages: one statement over a bounded number of rows, in a transaction of its own; and what is done
//! when the store refuses one.

use kept_core::plan::due::{Condition, THIS};
use kept_core::plan::{Key, Value};
use kept_core::policy::model::Engine;

use super::run::Run;
use super::{Act, PAGE, Progress, Watch};
use crate::due::taken::keys;
use crate::engine::{Mode, Session};
use crate::fault::{Constraint, StoreFault};
use crate::map::Table;
use crate::sql::{BATCH, Statement, quote, table_name};

/// How a page ended.
pub(super) enum Page<T = u64> {
    Done(T),
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
    /// Runs a statement that ends in `WHERE ` for pages of the rows of which something holds,
    /// until there are none. `of` is how many there are, where that is known: if one page takes
    /// them all, the condition stands alone, and an index serves it as it would by hand.
    pub(super) fn pages(
        &mut self,
        table: &Table<'m>,
        start: &Statement,
        when: &Condition,
        (act, of): (Act, u64),
    ) -> Result<(), StoreFault> {
        if self.map.schema.engine == Engine::Mariadb {
            return self.pages_by_key(table, &[(start.clone(), when.clone())], (act, of));
        }
        let mut statement = start.clone();
        if (1..=PAGE).contains(&of) {
            self.renderer.condition(&mut statement, when)?;
        } else {
            self.page_of(&mut statement, table, when)?;
        }
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
                    self.count(table, act, rows);
                    self.watch.progress(&Progress { table: &table.policy.name, act, done, of: of.max(done) });
                    // A trigger that undoes a change must not keep us here for ever.
                    if rows < PAGE {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// Notes how many rows the store says it deleted, or let go of a reference.
    pub(super) fn count(&mut self, table: &Table<'m>, act: Act, rows: u64) {
        let counts = match act {
            Act::Delete => &mut self.deleted,
            Act::Detach => &mut self.detached,
            Act::Empty | Act::Archive => return,
        };
        *counts.entry(table.policy.name.clone()).or_default() += rows;
    }

    /// Adds the condition that a row is of the next page.
    pub(super) fn page_of(
        &mut self,
        statement: &mut Statement,
        table: &Table<'m>,
        when: &Condition,
    ) -> Result<(), StoreFault> {
        let engine = self.map.schema.engine;
        let place = self.address(table)?;
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
    pub(super) fn one_by_one(
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
                    self.count(table, act, rows);
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
            self.refuse(table, act, refused.len() as u64, Some(last));
        }
        Ok(())
    }

    /// The engine's own address of the table's rows, asked for once a run.
    fn address(&mut self, table: &Table<'m>) -> Result<Option<String>, StoreFault> {
        if let Some(known) = self.addresses.get(&table.policy.name) {
            return Ok(known.clone());
        }
        let found = address(self.session, table)?;
        self.addresses.insert(table.policy.name.clone(), found.clone());
        Ok(found)
    }

    /// Adds the condition that a row is one of these, by the row reference in question.
    pub(super) fn among(
        &self,
        statement: &mut Statement,
        table: &Table<'m>,
        keys: &[Key],
    ) -> Result<(), StoreFault> {
        let rows: Vec<&[Value]> = keys.iter().map(Vec::as_slice).collect();
        statement.one_of(&table.key, &rows);
        Ok(())
    }
}

/// Runs one statement in a transaction of its own; the rows that it changed.
pub(super) fn one_page(
    session: &mut Session,
    statement: &Statement,
    watch: &mut dyn Watch,
) -> Result<Page, StoreFault> {
    pages_at_once(session, std::slice::from_ref(statement), watch)
}

/// Runs statements in one transaction; the rows that the last one changed.
pub(super) fn pages_at_once(
    session: &mut Session,
    statements: &[Statement],
    watch: &mut dyn Watch,
) -> Result<Page, StoreFault> {
    at_once(session, watch, |session| {
        statements.iter().try_fold(0, |_, statement| session.execute(statement))
    })
}

/// Runs a page's work in a transaction of its own.
pub(super) fn at_once<T>(
    session: &mut Session,
    watch: &mut dyn Watch,
    work: impl FnOnce(&mut Session) -> Result<T, StoreFault>,
) -> Result<Page<T>, StoreFault> {
    let engine = session.engine();
    let outcome = session.transaction(Mode::Change, |session| {
        if engine == Engine::Sqlite {
            session.batch("PRAGMA defer_foreign_keys = ON")?;
        }
        if !watch.exceptions_stand() {
            return Err(Halt::Exceptions);
        }
        work(session).map_err(Halt::Fault)
    });
    match outcome {
        Ok(done) => Ok(Page::Done(done)),
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
        Engine::Mariadb => Ok(None),
    }
}
