//! Going through everybody: what each brings to statistics, as far as a purpose may use it now.

use std::collections::BTreeSet;

use kept_core::anonymous::Contribution;
use kept_core::decision::{Act, Aim, Allowed, Answer, Gate, Question, View};
use kept_core::ledger::Durable;
use kept_core::name::{PurposeName, StoreName, TableName};
use kept_core::plan::{Key, key_text};
use kept_core::policy::Policy;
use kept_core::policy::model::{DataRef, Purpose, Store, Table};
use kept_core::time::Instant;
use kept_core::timeline::Timeline;
use kept_vault::{Fault, SubjectId};

use crate::case_file::CaseFile;
use crate::company::Company;
use crate::desk::Whom;
use crate::failure::Failure;
use crate::person::{Located, locate};
use crate::reading::{Sorted, own_values};
use crate::remembered::Remembered;
use crate::report::Unreached;
use crate::within::Within;

/// How many people one page reads.
const PAGE: u32 = 500;

/// Where Kept's own values stand among the places of a contribution: after the stores, which the
/// company works with.
const OWN: &str = "~kept";

/// What is drawn: for which purpose, which fields.
type Drawing<'a> = (&'a PurposeName, &'a [DataRef]);

/// Who was looked at.
#[derive(Default)]
struct Looked {
    rows: BTreeSet<(String, String, String)>,
    subjects: BTreeSet<SubjectId>,
}

impl Company {
    /// What everybody brings whose data the purpose may use; nobody else brings anything.
    pub(super) fn gather(
        &mut self,
        drawing: Drawing<'_>,
        receipt: &Durable,
        now: Instant,
    ) -> Result<Vec<Contribution>, Failure> {
        let (mut people, mut looked) = (Vec::new(), Looked::default());
        let policy = self.policy().clone();
        for (name, map) in &policy.stores {
            for table in map.tables.values().filter(|table| table.person.is_some()) {
                let mut after: Option<Key> = None;
                loop {
                    let page = self.keys_page((name, map, table), after.as_ref())?;
                    let Some(last) = page.last().cloned() else { break };
                    after = Some(last);
                    for key in page {
                        let row = (name, table, key);
                        people.extend(self.of_row(row, drawing, (receipt, now), &mut looked)?);
                    }
                }
            }
        }
        let mut after: Option<SubjectId> = None;
        loop {
            let page =
                self.vault.read("subjects", |tx| tx.subjects_page(after, PAGE).map_err(Failure::from))?;
            let Some((last, _)) = page.last() else { return Ok(people) };
            after = Some(*last);
            for (subject, _) in page.iter().filter(|(subject, _)| !looked.subjects.contains(subject)) {
                let located = Located::default();
                people.extend(self.of_person(Some(*subject), &located, drawing, (receipt, now))?);
            }
        }
    }

    /// A page of the keys of a person table, in the order of its key.
    fn keys_page(
        &mut self,
        (name, map, table): (&StoreName, &Store, &Table),
        after: Option<&Key>,
    ) -> Result<Vec<Key>, Failure> {
        let policy = self.policy().clone();
        let connector = self.stores.get(&policy, name).map_err(|down| away(&down))?;
        kept_connect::page::keys_page(connector.session(), map, &table.name, after, PAGE)
            .map_err(|fault| away(&crate::stores::unreached(name, &fault)))
    }

    /// What the person of a row brings, once.
    fn of_row(
        &mut self,
        (store, table, key): (&StoreName, &Table, Key),
        drawing: Drawing<'_>,
        (receipt, now): (&Durable, Instant),
        looked: &mut Looked,
    ) -> Result<Option<Contribution>, Failure> {
        let name = (store.to_string(), table.name.to_string(), key_text(&key));
        if looked.rows.contains(&name) {
            return Ok(None);
        }
        let policy = self.policy().clone();
        let nobody = Whom { identifiers: Vec::new(), picks: Vec::new() };
        let row = Remembered { store: store.clone(), table: table.name.clone(), key };
        // Whoever can't be told from others may be somebody who objected.
        let Ok(located) = locate(&policy, &mut self.stores, &nobody, &[row], receipt) else {
            return Ok(None);
        };
        if let Some(down) = located.unreached.first() {
            return Err(away(down));
        }
        for found in &located.found {
            looked.rows.insert((found.store.to_string(), found.table.to_string(), found.key.clone()));
        }
        let subject = self.subject_of(&located)?;
        if subject.is_some_and(|subject| !looked.subjects.insert(subject)) {
            return Ok(None);
        }
        self.of_person(subject, &located, drawing, (receipt, now))
    }

    /// What a person brings; nothing where a field is refused.
    fn of_person(
        &self,
        subject: Option<SubjectId>,
        located: &Located,
        (purpose, fields): Drawing<'_>,
        (receipt, now): (&Durable, Instant),
    ) -> Result<Option<Contribution>, Failure> {
        let policy = self.policy();
        let Some(declared) = policy.purposes.get(purpose) else { return Ok(None) };
        let timeline: Timeline = self.timeline_of(subject, located, &CaseFile::default(), now)?;
        let gate = self.gate(now);
        let (standing, view) = self.view(&gate, &timeline, now);
        if !may_use(&gate, &view, (purpose, fields)) {
            return Ok(None);
        }
        let (mut person, mut sorted) = (Contribution::default(), Sorted::allowed(fields.to_vec()));
        sorted.within = Within::of(policy, declared);
        self.each_stored(located, (declared, &standing), &sorted, &mut |row, value| {
            person.add(&value.from, row, value.field, value.value);
        });
        if let Some(subject) = subject {
            self.add_own(subject, (declared, &sorted), receipt, &mut person)?;
        }
        let counts = !person.is_empty() || has_rows(policy, located, fields);
        Ok(counts.then_some(person))
    }

    /// Adds what Kept itself keeps of a person: values that were collected together are one row.
    fn add_own(
        &self,
        subject: SubjectId,
        (purpose, sorted): (&Purpose, &Sorted),
        receipt: &Durable,
        person: &mut Contribution,
    ) -> Result<(), Failure> {
        let values = self.vault.read("values", |tx| own_values(tx, subject, (purpose, sorted), None))?;
        for value in values {
            let row = value.event.0;
            match value.open(receipt) {
                Ok(kept) => person.add(OWN, row, kept.field, kept.value),
                Err(Fault::Erased) => {}
                Err(fault) => return Err(fault.into()),
            }
        }
        Ok(())
    }
}

/// Whether a purpose may read these fields of a person, each on a live ground of its own.
fn may_use(gate: &Gate, view: &View, (purpose, fields): Drawing<'_>) -> bool {
    let Some(number) = gate.purpose(purpose.as_str()) else { return false };
    let fields: Vec<_> = fields.iter().flat_map(|field| gate.fields_in(field)).collect();
    let (aim, act) = (Aim::Purpose(number), Act::Read);
    let question = Question { aim, act, fields: &fields, role: None, exception: None };
    gate.decide(view, &question) == Answer::Allowed(Allowed::Ground)
}

/// Whether a person has a row in a table that holds one of the fields: somebody of whom nothing is filled in
/// there counts among those without a value.
fn has_rows(policy: &Policy, located: &Located, fields: &[DataRef]) -> bool {
    let holds = |store: &StoreName, table: &TableName| {
        let table = policy.stores.get(store).and_then(|map| map.tables.get(table));
        table.is_some_and(|table| {
            table.columns.values().any(|datum| fields.iter().any(|field| field.overlaps(datum)))
        })
    };
    located.rows.iter().any(|(store, rows)| {
        rows.tables.iter().any(|table| !table.rows.is_empty() && holds(store, &table.table))
    })
}

/// Figures over a part of the people would be wrong, and the difference would tell of the others.
fn away(down: &Unreached) -> Failure {
    Failure::Refused(format!(
        "the store `{}` could not be asked: {}; nothing is drawn from a part of the people",
        down.store, down.problem
    ))
}
