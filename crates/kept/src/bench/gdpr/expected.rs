//! What every operation must answer: an exact model in memory.

use std::collections::BTreeMap;

use super::record::{Attributes, Record, USR, key};
use super::workload::Operation;

/// What an operation answered: rows by key, or how many were changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Rows(BTreeMap<String, Record>),
    /// Rows without their datum.
    Metadata(BTreeMap<String, [String; 9]>),
    Count(u64),
    /// Done, without a count: a statement about a purpose's records, or a look at the log.
    Done,
}

/// The model.
#[derive(Debug)]
pub(super) struct Expected {
    records: BTreeMap<String, Record>,
    attributes: Attributes,
    /// Whether a person's records are asked for without their datum.
    metadata: bool,
}

impl Expected {
    pub(super) fn new((records, attributes, metadata): (u32, Attributes, bool)) -> Self {
        let records = (0..records).map(|number| (key(number), Record::of(number, attributes)));
        Self { records: records.collect(), attributes, metadata }
    }

    /// Whether an operation was answered as it must be.
    pub(super) fn is_right(&mut self, operation: &Operation, answer: &Answer) -> bool {
        match self.answer(operation) {
            // What a statement came to shows in every later answer.
            Answer::Count(_) if *answer == Answer::Done => true,
            expected => expected == *answer,
        }
    }

    /// What the operation must answer, and what it leaves.
    fn answer(&mut self, operation: &Operation) -> Answer {
        match operation {
            Operation::Insert(number) => {
                self.records.insert(key(*number), Record::of(*number, self.attributes));
                Answer::Count(1)
            }
            Operation::Read(key) => {
                let found = self.records.get(key).map(|record| (key.clone(), record.clone()));
                Answer::Rows(found.into_iter().collect())
            }
            Operation::ReadBy(place, value) => {
                let found =
                    self.records.iter().filter(|(_, record)| record.attributes.get(*place) == Some(value));
                if self.metadata && *place == USR {
                    return Answer::Metadata(
                        found.map(|(key, one)| (key.clone(), one.attributes.clone())).collect(),
                    );
                }
                Answer::Rows(found.map(|(key, record)| (key.clone(), record.clone())).collect())
            }
            Operation::Update(number) => {
                let record = self.records.get_mut(&key(*number));
                let count = u64::from(record.is_some());
                if let Some(record) = record {
                    *record = Record::of(*number, self.attributes);
                }
                Answer::Count(count)
            }
            Operation::UpdateBy { by, value, at, to } => {
                let mut count = 0;
                for record in
                    self.records.values_mut().filter(|record| record.attributes.get(*by) == Some(value))
                {
                    if let Some(attribute) = record.attributes.get_mut(*at) {
                        attribute.clone_from(to);
                    }
                    count += 1;
                }
                Answer::Count(count)
            }
            Operation::Delete(key) => Answer::Count(u64::from(self.records.remove(key).is_some())),
            Operation::ReadLog(_) => Answer::Done,
            Operation::Verify(key) => Answer::Count(u64::from(self.records.contains_key(key))),
        }
    }
}
