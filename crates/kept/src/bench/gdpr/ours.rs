//! The same records in Kept: each a collection of a person's for a purpose, sealed under the person's
//! key; read through the gate, every operation an entry of the ledger that is durable before an answer.
//!
//! What an operation says of all records of a purpose is a statement of the policy: it holds from the
//! ledger entry that brought it, and no record is rewritten. A record says from which entry its own
//! attributes are, so that the later of both counts.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, ensure};
use kept_core::identifier::Identifier;
use kept_core::name::PurposeName;
use kept_core::policy::model::DataRef;
use kept_engine::company::Company;
use kept_engine::records::{Edited, NewRecord, Record as Kept, Values, Which};
use kept_vault::Location;

use super::expected::Answer;
use super::record::{Attributes, PUR, Record, USR, key};
use super::statement::{Said, Statements, last};
use super::workload::Operation;
use crate::bench::world::open;
use crate::clock;

/// How many records are loaded in one act.
const BATCH: u32 = 5_000;

/// What stands between the attributes of one text.
const BETWEEN: char = '\u{1f}';

/// Kept with the records.
pub(super) struct Ours {
    company: Company,
    attributes: Attributes,
    statements: Arc<Statements>,
    /// Whether a person's records are asked for without their datum.
    metadata: bool,
}

fn data() -> DataRef {
    DataRef { category: "record".into(), field: Some("data".into()) }
}

fn labels() -> DataRef {
    DataRef { category: "record".into(), field: Some("labels".into()) }
}

fn person(user: &str) -> anyhow::Result<Identifier> {
    Ok(Identifier::new("account".into(), user)?)
}

const HEAD: &str = r#"edition = 1
[controller.bench]
name = "Bench"
country = "FR"
post = "1 rue du Test, 75001 Paris"
email = "privacy@bench.example"
[notice]
version = 2024-01-01
languages = ["en"]
[people]
user = "has an account"
[rights]
reply = "1 month"
[data.identification]
title = "Account"
fields = { account = "account" }
from = ["person"]
[data.record]
title = "Records"
fields = { data = "text", labels = "text" }
from = ["person"]
"#;

/// The policy: twenty-five purposes that need the same data.
fn policy() -> String {
    let mut text = String::from(HEAD);
    for number in 0..25 {
        text.push_str(&format!(
            "[purpose.purpose{number}]\ntitle = \"Purpose {number}\"\ndescription = \"What purpose {number} is for.\"\n\
             people = [\"user\"]\ndata = [\"record\", \"identification\"]\n\
             basis = {{ legitimate-interest = \"serve\" }}\nkeep = \"1 year after collection\"\n"
        ));
    }
    text
}

/// The values of a record, as of an entry.
fn values(key: &str, record: &Record, number: u64) -> Values {
    let mut text = format!("{number}{BETWEEN}{key}");
    for attribute in record.attributes.iter().skip(1) {
        text.push(BETWEEN);
        text.push_str(attribute);
    }
    Values::from([(data(), record.datum.clone()), (labels(), text)])
}

impl Ours {
    /// Opens Kept in a folder and loads the records.
    pub(super) fn load(
        folder: &Path,
        (records, attributes, metadata): (u32, Attributes, bool),
        say: &mut dyn FnMut(&str),
    ) -> anyhow::Result<Self> {
        std::fs::write(folder.join("policy.toml"), policy())?;
        let store = Location::Sqlite(folder.join(".kept/kept.db"));
        let company = open(folder, store, None)?;
        let statements = Arc::new(Statements::new(company.store()));
        let mut ours = Self { company, attributes, statements, metadata };
        let mut from = 0;
        while from < records {
            let to = records.min(from + BATCH);
            say(&format!("loading records {from} to {to}"));
            ours.load_some(from, to)?;
            from = to;
        }
        Ok(ours)
    }

    fn load_some(&mut self, from: u32, to: u32) -> anyhow::Result<()> {
        type Made = (String, Identifier, PurposeName, Record);
        let made = |number| -> anyhow::Result<Made> {
            let record = Record::of(number, self.attributes);
            let [purpose, _, user, ..] = &record.attributes;
            Ok((key(number), person(user)?, purpose.as_str().into(), record))
        };
        let all = (from..to).map(made).collect::<anyhow::Result<Vec<_>>>()?;
        let makers: Vec<_> =
            all.iter().map(|(key, _, _, record)| move |number| values(key, record, number)).collect();
        let records = all.iter().zip(&makers);
        let records: Vec<NewRecord<'_>> = records
            .map(|((key, person, purpose, _), values)| NewRecord { key, person, purpose, values })
            .collect();
        self.company.put_records(&records, clock::now())?;
        Ok(())
    }

    /// The same store for another thread.
    pub(super) fn beside(&self) -> Self {
        let statements = Arc::clone(&self.statements);
        Self {
            company: self.company.beside(),
            attributes: self.attributes,
            statements,
            metadata: self.metadata,
        }
    }

    /// Does an operation; the number of its entry tells its place among all.
    pub(super) fn answer(&mut self, operation: &Operation) -> anyhow::Result<(u64, Answer)> {
        let now = clock::now();
        Ok(match operation {
            Operation::Insert(number) => {
                let number =
                    self.with_new(*number, |company, record| Ok(company.put_record(record, now)?))?;
                (number, Answer::Count(1))
            }
            Operation::Update(number) => {
                let (count, number) =
                    self.with_new(*number, |company, record| Ok(company.replace_record(record, now)?))?;
                (number, Answer::Count(count))
            }
            Operation::Read(key) => self.rows(Which::Key(key))?,
            Operation::ReadBy(USR, user) if self.metadata => {
                let by = person(user)?;
                let (records, number) = self.company.records(Which::Person(&by), &[labels()], now)?;
                let rows = self.read(&records, number)?;
                let metadata = rows.into_iter().map(|(key, one)| (key, one.attributes));
                (number, Answer::Metadata(metadata.collect()))
            }
            Operation::ReadBy(USR, user) => self.rows(Which::Person(&person(user)?))?,
            Operation::ReadBy(_, purpose) => self.rows(Which::Purpose(&purpose.as_str().into()))?,
            Operation::UpdateBy { by: PUR, value, at, to } if *at != USR => {
                (self.statements.state(value, (*at, to), now)?, Answer::Done)
            }
            Operation::UpdateBy { by, value, at, to } => self.update_by(*by, value, (*at, to))?,
            Operation::Delete(key) => {
                let (count, number) = self.company.delete_record(key, now)?;
                (number, Answer::Count(count))
            }
            Operation::ReadLog(count) => {
                let (lines, number) = self.company.last_entries(*count, now)?;
                ensure!(lines.len() as u64 == number.min(*count), "lines of the ledger are missing");
                (number, Answer::Done)
            }
            Operation::Verify(key) => {
                let (found, number) = self.company.records(Which::Key(key), &[labels()], now)?;
                (number, Answer::Count(found.len() as u64))
            }
        })
    }

    fn with_new<T>(
        &mut self,
        number: u32,
        act: impl FnOnce(&mut Company, &NewRecord<'_>) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let record = Record::of(number, self.attributes);
        let (key, [purpose, _, user, ..]) = (key(number), &record.attributes);
        let (person, purpose) = (person(user)?, purpose.as_str().into());
        let values = |number| values(&key, &record, number);
        act(&mut self.company, &NewRecord { key: &key, person: &person, purpose: &purpose, values: &values })
    }

    fn rows(&self, which: Which<'_>) -> anyhow::Result<(u64, Answer)> {
        let (records, number) = self.company.records(which, &[data(), labels()], clock::now())?;
        Ok((number, Answer::Rows(self.read(&records, number)?)))
    }

    /// The records as they were at an entry.
    fn read(&self, records: &[Kept], number: u64) -> anyhow::Result<BTreeMap<String, Record>> {
        let said = self.statements.said();
        records.iter().map(|one| read(one, &said, number)).collect()
    }

    fn update_by(
        &mut self,
        by: usize,
        value: &str,
        (at, to): (usize, &str),
    ) -> anyhow::Result<(u64, Answer)> {
        let (user, purpose, target) = (person(value)?, PurposeName::from(value), person(to)?);
        let which = if by == PUR { Which::Purpose(&purpose) } else { Which::Person(&user) };
        let statements = Arc::clone(&self.statements);
        let edit = |number: u64, kept: Kept| {
            // A record that can't be read stays as it is, and shows as a wrong answer.
            let Ok((key, mut record)) = read(&kept, &statements.said(), number) else {
                return Edited { key: String::new(), values: kept.values, moved: None };
            };
            let moves = at == USR && record.attributes.get(USR).is_some_and(|user| user != to);
            if let Some(attribute) = record.attributes.get_mut(at) {
                to.clone_into(attribute);
            }
            let values = values(&key, &record, number);
            Edited { key, values, moved: moves.then(|| target.clone()) }
        };
        let fields = [data(), labels()];
        let (count, number) = self.company.change_records(which, (&fields, &edit), clock::now())?;
        Ok((number, Answer::Count(count)))
    }
}

/// A record out of its values, with what was said of its purpose between its own entry and another.
fn read(kept: &Kept, said: &Said, until: u64) -> anyhow::Result<(String, Record)> {
    let text = kept.values.get(&labels()).context("a record has no labels")?;
    let mut parts = text.split(BETWEEN);
    let number: u64 = parts.next().context("no number")?.parse()?;
    let key = parts.next().context("no key")?.to_owned();
    let purpose = kept.purpose.to_string();
    let mut attributes: [String; 9] = Default::default();
    for (place, attribute) in attributes.iter_mut().enumerate().skip(1) {
        parts.next().context("a label is missing")?.clone_into(attribute);
        if let Some(said) = last(said, (&purpose, place), &(number..until)) {
            said.clone_into(attribute);
        }
    }
    if let Some(own) = attributes.get_mut(PUR) {
        *own = purpose;
    }
    let datum = kept.values.get(&data()).cloned().unwrap_or_default();
    Ok((key, Record { attributes, datum }))
}
