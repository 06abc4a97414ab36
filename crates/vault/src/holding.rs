//! What the store holds of a person, read at once: the keys, the number of the last event, and the values as
//! they are sealed. Not here: how a value is sealed (`value`), and what stays in memory (`memory`).

use std::collections::BTreeMap;
use std::sync::Arc;

use kept_core::ledger::Durable;
use kept_core::policy::model::DataRef;
use kept_core::timeline::EventId;

use crate::fault::Fault;
use crate::keys::tree::SubjectKeys;
use crate::people;
use crate::statements::HOLDING_LIST_OF;
use crate::subject::SubjectId;
use crate::transaction::Tx;
use crate::value::{Kept, SealedRow};

/// What the store held of a person at one instant.
pub struct Holding {
    /// Whose.
    pub subject: SubjectId,
    /// The number of the last event of the timeline, 0 before the first.
    pub last: i64,
    rows: Vec<SealedRow>,
    pub(crate) keys: Arc<SubjectKeys>,
}

impl std::fmt::Debug for Holding {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} rows of values", self.rows.len())
    }
}

impl Holding {
    /// The collections that brought the values, with the fields of each, in their order; one comes again
    /// where its values were not sealed together.
    pub fn values(&self) -> impl Iterator<Item = (EventId, &[DataRef])> {
        self.rows.iter().map(|row| (row.event, row.fields()))
    }

    /// Opens the wanted values of a collection, as they were when they were read. The receipt shows that the
    /// act which needs them is in the ledger.
    ///
    /// # Errors
    /// [`Fault::Erased`] when the subject's keys were gone; [`Fault::Sealed`] when they were moved.
    pub fn open(
        &self,
        of: EventId,
        wanted: &dyn Fn(&DataRef) -> bool,
        _: &Durable,
    ) -> Result<Vec<Kept>, Fault> {
        let mut opened = Vec::new();
        let from = self.rows.partition_point(|row| row.event < of);
        for row in self.rows.iter().skip(from).take_while(|row| row.event == of) {
            if row.fields().iter().any(wanted) {
                row.open(self.subject, &self.keys, wanted, &mut opened)?;
            }
        }
        Ok(opened)
    }

    /// How much memory its rows take, by and large.
    pub(crate) fn bytes(&self) -> usize {
        self.rows.iter().map(SealedRow::bytes).sum::<usize>()
    }
}

impl Tx {
    /// What the store holds of people, in their order.
    ///
    /// # Errors
    /// [`Fault::Missing`] where there is no such person.
    pub fn holdings(&mut self, of: &[SubjectId]) -> Result<Vec<Arc<Holding>>, Fault> {
        let mut found = match &self.memory {
            Some(memory) => memory.holdings(of),
            None => vec![None; of.len()],
        };
        let missing: Vec<SubjectId> =
            of.iter().zip(&found).filter(|(_, known)| known.is_none()).map(|(one, _)| *one).collect();
        if !missing.is_empty() {
            let read = self.read_holdings(&missing)?;
            if let Some(memory) = &self.memory {
                memory.keep_holdings(read.iter().filter(|one| !self.touched.contains(&one.subject)));
            }
            let mut read = read.into_iter();
            found.iter_mut().filter(|one| one.is_none()).for_each(|one| *one = read.next());
        }
        let found: Vec<Arc<Holding>> = found.into_iter().flatten().collect();
        for one in &found {
            self.keys.entry(one.subject).or_insert_with(|| Arc::clone(&one.keys));
        }
        Ok(found)
    }

    fn read_holdings(&mut self, of: &[SubjectId]) -> Result<Vec<Arc<Holding>>, Fault> {
        self.recall_keys(of);
        let mut outers = BTreeMap::new();
        let mut read: Vec<Option<Holding>> = Vec::new();
        read.resize_with(of.len(), || None);
        for mut row in self.query(HOLDING_LIST_OF, &people::list(of))? {
            let place = usize::try_from(row.integer(0)?).ok();
            let (Some(subject), Some(room)) =
                (place.and_then(|at| of.get(at)), place.and_then(|at| read.get_mut(at)))
            else {
                return Err(Fault::Shape { statement: row.statement, column: 0 });
            };
            if room.is_none() {
                let keys = match self.keys.get(subject) {
                    Some(keys) => Arc::clone(keys),
                    None => {
                        let outer = self.outer_of(row.integer(3)?, &mut outers)?;
                        Arc::new(SubjectKeys::from_row(*subject, &mut row, 1, outer)?)
                    }
                };
                let last = row.integer_or_null(5)?.unwrap_or(0);
                *room = Some(Holding { subject: *subject, last, rows: Vec::new(), keys });
            }
            if let (Some(room), Some(_)) = (room, row.integer_or_null(6)?) {
                room.rows.extend(self.sealed_row(&mut row, 6)?);
            }
        }
        let whole = |one: Option<Holding>| {
            let mut one = one.ok_or(Fault::Missing { what: "subject" })?;
            one.rows.sort_by_key(|row| row.event);
            Ok(Arc::new(one))
        };
        read.into_iter().map(whole).collect()
    }

    /// What is known of a person holds no more: something of them is about to change.
    pub(crate) fn touch(&mut self, subject: SubjectId) {
        if let Some(memory) = &self.memory
            && self.touched.insert(subject)
        {
            memory.forget(subject);
        }
    }

    /// Nothing that is known of anybody is used any more, nor kept from here on.
    pub(crate) fn forget_everybody(&mut self) {
        if let Some(memory) = self.memory.take() {
            memory.clear();
        }
    }
}
