//! A transaction: statements in, rows out, on either engine. What a closure passed to
//! `Vault::write` or `Vault::read` works with. Not here: beginning, committing, trying again.

use std::collections::BTreeSet;
use std::sync::Arc;

use kept_core::ledger::{Commitment, Sequence};
use kept_core::plan::Value;

use crate::database::Connection;
use crate::fault::Fault;
use crate::keys::ring::Keyring;
use crate::keys::tree::SubjectKeys;
use crate::memory::{Made, Memory, Remembered};
use crate::random::ById;
use crate::row::{Row, text};
use crate::statements::{COUNTER_NEXT, COUNTER_READ, Statement};
use crate::subject::SubjectId;
use crate::together::Logged;

/// An open transaction. Everything done through it is done together or not at all.
#[derive(Debug)]
pub struct Tx {
    connection: Connection,
    pub(crate) ring: Arc<Keyring>,
    pub(crate) keys: ById<Arc<SubjectKeys>>,
    /// Words of the policy that were met, some of them not committed yet.
    pub(crate) words: crate::word::Known,
    pub(crate) logged: Vec<(Commitment, Sequence)>,
    /// What is known of people from before; none where others may have changed it.
    pub(crate) memory: Option<Arc<Memory>>,
    generation: u64,
    /// What is known in memory once this is committed.
    pub(crate) made: Made,
    /// Of whom something was changed in this transaction: what is read of them is not kept.
    pub(crate) touched: BTreeSet<SubjectId>,
    passing: bool,
    after: Afterwards,
}

/// What is done when the transaction is committed: in memory alone, and never if it is undone.
#[derive(Default)]
pub(crate) struct Afterwards(Vec<Box<dyn FnOnce() + Send>>);

impl std::fmt::Debug for Afterwards {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} afterwards", self.0.len())
    }
}

impl Afterwards {
    /// Does it.
    pub(crate) fn run(self) {
        self.0.into_iter().for_each(|one| one());
    }
}

impl Tx {
    pub(crate) fn new(connection: Connection, ring: &Arc<Keyring>, memory: Option<Remembered>) -> Self {
        let (memory, generation) = memory.unzip();
        Self {
            connection,
            ring: Arc::clone(ring),
            keys: ById::default(),
            words: crate::word::Known::default(),
            logged: Vec::new(),
            memory,
            generation: generation.unwrap_or_default(),
            made: Made::default(),
            touched: BTreeSet::new(),
            passing: false,
            after: Afterwards::default(),
        }
    }

    /// Has something done once what was seen here is committed: what is remembered of it elsewhere may be of
    /// something that another act of the same transaction wrote, and that never came to be.
    pub fn afterwards(&mut self, act: impl FnOnce() + Send + 'static) {
        self.after.0.push(Box::new(act));
    }

    /// The connection, and what follows when it commits.
    pub(crate) fn into_parts(mut self) -> (Connection, Logged) {
        let (made, generation) = (std::mem::take(&mut self.made), self.generation);
        if let Some(memory) = self.memory.take().filter(|_| !made.is_empty()) {
            self.afterwards(move || memory.keep_committed(generation, made));
        }
        (self.connection, Logged { entries: self.logged, after: self.after })
    }

    /// Whether a statement met a failure that may pass, whatever the closure made of it.
    pub(crate) fn met_passing_fault(&self) -> bool {
        self.passing
    }

    /// Every row of the answer.
    pub(crate) fn query(&mut self, of: Statement, values: &[Value]) -> Result<Vec<Row>, Fault> {
        let answer = self.connection.query(of, values);
        self.noted(answer)
    }

    /// The first row of the answer.
    pub(crate) fn one(&mut self, of: Statement, values: &[Value]) -> Result<Option<Row>, Fault> {
        Ok(self.query(of, values)?.into_iter().next())
    }

    /// How many rows changed.
    pub(crate) fn execute(&mut self, of: Statement, values: &[Value]) -> Result<u64, Fault> {
        let answer = self.connection.execute(of, values);
        self.noted(answer)
    }

    /// Changes exactly one row.
    pub(crate) fn execute_one(&mut self, of: Statement, values: &[Value]) -> Result<(), Fault> {
        match self.execute(of, values)? {
            1 => Ok(()),
            changed => Err(Fault::Count { statement: of.name, changed, wanted: 1 }),
        }
    }

    /// The next number of a counter, from 1.
    pub(crate) fn next_number(&mut self, counter: &str) -> Result<i64, Fault> {
        let row = self.one(COUNTER_NEXT, &[text(counter)])?;
        row.ok_or(Fault::Missing { what: "counter" })?.integer(0)
    }

    /// The last number of a kind of cases in a year, 0 before the first: `hold/2026`.
    ///
    /// # Errors
    /// When the store fails.
    pub fn last_case(&mut self, of: &str) -> Result<i64, Fault> {
        self.last_number(&format!("case/{of}"))
    }

    /// Takes the next number of a kind of cases in a year.
    ///
    /// # Errors
    /// When the store fails.
    pub fn next_case(&mut self, of: &str) -> Result<i64, Fault> {
        self.next_number(&format!("case/{of}"))
    }

    /// The last number of a counter; 0 before the first.
    pub(crate) fn last_number(&mut self, counter: &str) -> Result<i64, Fault> {
        self.one(COUNTER_READ, &[text(counter)])?.map_or(Ok(0), |row| row.integer(0))
    }

    fn noted<T>(&mut self, answer: Result<T, Fault>) -> Result<T, Fault> {
        self.passing |= answer.as_ref().is_err_and(Fault::is_passing);
        answer
    }
}
