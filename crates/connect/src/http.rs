//! Stores behind an HTTP endpoint: a service of the company's own answers for its rows.
//!
//! Rows are asked for as they are needed, or all of them for a sweep or an audit, and put into a
//! private copy in memory; everything is decided and tried there, by the statements of any SQLite
//! store. The changes are sent as one call, and nothing counts as done that a second look did not
//! find done. The contract: `docs/guides/http-stores.md`. Not here: what rows mean.

use std::collections::BTreeSet;
use std::time::Duration;

use indexmap::IndexMap;
use kept_core::plan::Value;
use kept_core::policy::model::Store;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use crate::engine::{Access, Limits, Mode, Rows};
use crate::fault::StoreFault;
use crate::files::Folder;
use crate::sql::Arg;

mod client;
mod copy;
mod hook;
mod sign;
mod tls;
pub(crate) use tls::words as tls_words;

pub use client::Address;
use client::{Client, unclear};
use copy::Copy;
pub use hook::Hook;
pub use sign::{SECRET_MIN, Secret};

/// How many values are asked for in one call.
const ASKED: usize = 500;

/// How many rows an answer has at most.
const PAGE: u64 = 1_000;

/// An endpoint with what the policy wants of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Who is called.
    pub address: Address,
    tables: IndexMap<String, copy::Shape>,
}

impl Endpoint {
    /// The endpoint of a store.
    pub fn of(store: &Store, address: Address) -> Self {
        let wanted = Folder::wanted_of(store);
        // An archive is no table of these: rows moved here would lose the columns that nobody maps.
        let mapped = wanted.values().filter(|wanted| !wanted.columns.is_empty());
        let tables = mapped.map(|wanted| (wanted.name.clone(), copy::Shape::of(wanted)));
        Self { address, tables: tables.collect() }
    }
}

/// A connection to an endpoint.
#[derive(Debug)]
pub struct Link {
    client: Client,
    access: Access,
    limits: Limits,
    tables: IndexMap<String, copy::Shape>,
    copy: Copy,
    /// Whether only the rows that are asked for are fetched.
    is_by_need: bool,
    /// Whether the copy holds all rows.
    is_whole: bool,
    open: Option<Mode>,
}

impl Link {
    /// Opens an endpoint. Nobody is called yet.
    ///
    /// # Errors
    /// [`StoreFault::Unreachable`] for a URL that can't be called.
    pub fn open(endpoint: &Endpoint, access: Access, limits: Limits) -> Result<Self, StoreFault> {
        let client = Client::new(&endpoint.address, limits)?;
        let tables = endpoint.tables.clone();
        let copy = Copy::new(limits, &tables)?;
        Ok(Self { client, access, limits, tables, copy, is_by_need: false, is_whole: false, open: None })
    }

    /// From now on a statement over the copy may take so long; a call as long as before.
    pub fn limit_statements(&mut self, limit: Duration) {
        self.limits.statement = limit;
        self.copy.link.limit_statements(limit);
    }

    /// From now on only rows that are asked for are fetched, or all of them again; what it was.
    pub fn by_need(&mut self, is_by_need: bool) -> bool {
        std::mem::replace(&mut self.is_by_need, is_by_need)
    }

    /// Asks for one row of each table.
    ///
    /// # Errors
    /// As the endpoint answers: [`StoreFault::NoTable`] and [`StoreFault::NoColumn`] among others.
    pub fn probe(&mut self) -> Result<(), StoreFault> {
        for shape in self.tables.values() {
            let body = json!({ "table": shape.name, "limit": 1 });
            let answer = self.client.call("rows", &body, None)?;
            let rows = answer.get("rows").and_then(Json::as_array).ok_or_else(|| unclear("rows"))?;
            if let Some(row) = rows.first() {
                shape.check(row)?;
            }
        }
        Ok(())
    }

    /// Begins a transaction on rows as they are now.
    ///
    /// # Errors
    /// As the endpoint answers.
    pub fn begin(&mut self, mode: Mode) -> Result<(), StoreFault> {
        if mode == Mode::Change && self.access == Access::Read {
            return Err(StoreFault::ReadOnly);
        }
        self.copy = Copy::new(self.limits, &self.tables)?;
        self.is_whole = false;
        if !self.is_by_need {
            self.fetch_all()?;
        }
        self.copy.link.batch("BEGIN")?;
        self.open = Some(mode);
        Ok(())
    }

    /// Sends the changes, as one call. A rehearsal asks whether they would be done.
    ///
    /// # Errors
    /// [`StoreFault::Constraint`] when the endpoint refuses; then it changed nothing.
    pub fn send(&mut self) -> Result<(), StoreFault> {
        let steps = self.copy.changes(&self.tables)?;
        if steps.is_empty() {
            return Ok(());
        }
        let is_dry = self.open != Some(Mode::Change);
        let text = serde_json::to_vec(&steps).map_err(|_| StoreFault::Value)?;
        let key = sign::hexadecimal(&Sha256::digest(text));
        let body = json!({ "dry-run": is_dry, "steps": steps });
        let answer = self.client.call("change", &body, Some(&key).filter(|_| !is_dry).map(String::as_str))?;
        match answer.get("done").and_then(Json::as_bool) {
            Some(true) => Ok(()),
            _ => Err(unclear("change")),
        }
    }

    /// Ends a transaction; the copy is made anew by the next one.
    pub fn end(&mut self) {
        // A refused ROLLBACK means that there is no transaction any more.
        let _undone = self.copy.link.batch("ROLLBACK");
        self.open = None;
        self.is_whole = false;
    }

    /// Runs a statement and returns its rows.
    ///
    /// # Errors
    /// As SQLite and the endpoint answer.
    pub fn query(&mut self, text: &str, args: &[Arg]) -> Result<Rows, StoreFault> {
        self.fill()?;
        self.copy.link.query(text, args)
    }

    /// Runs a statement and returns the number of rows changed, in the copy only until [`Link::send`].
    ///
    /// # Errors
    /// As SQLite and the endpoint answer.
    pub fn execute(&mut self, text: &str, args: &[Arg]) -> Result<u64, StoreFault> {
        self.fill()?;
        self.copy.link.execute(text, args)
    }

    /// Runs fixed statements.
    ///
    /// # Errors
    /// As SQLite answers.
    pub fn batch(&mut self, text: &str) -> Result<(), StoreFault> {
        self.copy.link.batch(text)
    }

    /// A handle that interrupts the statement in progress.
    pub fn interrupter(&self) -> rusqlite::InterruptHandle {
        self.copy.link.interrupter()
    }

    /// Fetches rows of a table whose columns are one of these; `is_alike` where case and spelling may
    /// differ.
    ///
    /// # Errors
    /// As the endpoint answers.
    pub fn need(
        &mut self,
        table: &str,
        columns: &[&str],
        rows: &[&[Value]],
        is_alike: bool,
    ) -> Result<(), StoreFault> {
        if !self.is_by_need || !self.tables.contains_key(table) {
            return Ok(());
        }
        for part in rows.chunks(ASKED) {
            let any_of: Vec<Vec<Json>> =
                part.iter().map(|row| row.iter().map(copy::to_json).collect()).collect();
            self.fetch(table, &json!({ "columns": columns, "any-of": any_of, "alike": is_alike }))?;
        }
        Ok(())
    }

    /// Outside a transaction every row may be asked for, and rows fetched once serve until the next.
    fn fill(&mut self) -> Result<(), StoreFault> {
        if self.open.is_none() && !self.is_by_need && !self.is_whole {
            self.copy = Copy::new(self.limits, &self.tables)?;
            self.fetch_all()?;
        }
        Ok(())
    }

    fn fetch_all(&mut self) -> Result<(), StoreFault> {
        let names: Vec<String> = self.tables.keys().cloned().collect();
        for name in names {
            self.fetch(&name, &json!({}))?;
        }
        self.is_whole = true;
        Ok(())
    }

    /// Fetches rows page by page.
    fn fetch(&mut self, table: &str, asked: &Json) -> Result<(), StoreFault> {
        let mut after: Option<Json> = None;
        let mut seen = BTreeSet::new();
        loop {
            let mut body = asked.clone();
            if let Some(body) = body.as_object_mut() {
                body.insert("table".to_owned(), Json::from(table));
                body.insert("limit".to_owned(), Json::from(PAGE));
                body.extend(after.take().map(|after| ("after".to_owned(), after)));
            }
            let mut answer = self.client.call("rows", &body, None)?;
            let rows = answer.get_mut("rows").map(Json::take);
            let Some(Json::Array(rows)) = rows else { return Err(unclear("rows")) };
            if let Some(shape) = self.tables.get(table) {
                self.copy.add(shape, &rows)?;
            }
            match answer.get_mut("next").map(Json::take) {
                None | Some(Json::Null) => return Ok(()),
                // An endpoint that goes in a circle would never end.
                Some(next) if !seen.insert(next.to_string()) => return Err(unclear("rows")),
                Some(next) => after = Some(next),
            }
        }
    }
}
