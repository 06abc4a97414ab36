//! Records: collections that an application finds again by a key of its own, one at a time, a person's
//! or a purpose's. They are collections like all others: a ground, an erasure and a run of retention
//! treat them so.
//!
//! What is read is chosen and written into the ledger in one transaction, and opened once that is
//! durable: it is as it was at the entry's number. Not here: what may be collected
//! (`kept_core::admission`), and values as rows (`kept_vault::value`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kept_core::admission::{Act as Told, Collection};
use kept_core::decision::{Act, Aim, FieldId, Gate, Question};
use kept_core::identifier::Identifier;
use kept_core::ledger::{Durable, Entry, Kind, Outcome};
use kept_core::name::PurposeName;
use kept_core::policy::model::DataRef;
use kept_core::time::Instant;
use kept_core::timeline::{Event, EventId, Happening, Occasion};
use kept_vault::entry::{Recorded, Whom as Named};
use kept_vault::holding::Holding;
use kept_vault::{SubjectId, Tx};

use crate::bound::Bonds;
use crate::company::{Company, log_purpose};
use crate::decide::{Sees, Sight};
use crate::desk::Whom;
use crate::failure::Failure;
use crate::record::{Recording, blind};

/// How many people of a purpose are read at once.
const PAGE: u32 = 5_000;

/// Values by field.
pub type Values = BTreeMap<DataRef, String>;

/// What is to be kept under a key. The values are made from the number of the ledger's entry, so that an
/// application can tell what came first.
pub struct NewRecord<'a> {
    /// The application's key.
    pub key: &'a str,
    /// Whose.
    pub person: &'a Identifier,
    /// For what.
    pub purpose: &'a PurposeName,
    /// The values.
    pub values: &'a dyn Fn(u64) -> Values,
}

impl std::fmt::Debug for NewRecord<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "a record for {}", self.purpose)
    }
}

/// A record as it was read.
#[derive(Clone)]
pub struct Record {
    /// For what it was collected.
    pub purpose: PurposeName,
    /// The values that were asked for.
    pub values: Values,
}

impl std::fmt::Debug for Record {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "a record for {}", self.purpose)
    }
}

/// Which records are meant.
#[derive(Clone, Copy, Debug)]
pub enum Which<'a> {
    /// The one under a key.
    Key(&'a str),
    /// All of a person.
    Person(&'a Identifier),
    /// All that were collected for a purpose.
    Purpose(&'a PurposeName),
}

/// A record as it is to be.
pub struct Edited {
    /// Its key.
    pub key: String,
    /// Its values.
    pub values: Values,
    /// Whose it is from now on, where that changes.
    pub moved: Option<Identifier>,
}

impl std::fmt::Debug for Edited {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "a record of {} fields", self.values.len())
    }
}

/// A record whose values are still sealed.
struct Chosen {
    of: Arc<Holding>,
    event: EventId,
    purpose: PurposeName,
    /// Where it came from, and which controller holds it: both go with it.
    labels: (Option<String>, Option<String>),
}

/// A record on its way to another person.
struct Moved {
    purpose: PurposeName,
    labels: (Option<String>, Option<String>),
    edited: Edited,
}

impl Company {
    /// Keeps a record.
    ///
    /// # Errors
    /// As for [`Company::record`].
    pub fn put_record(&mut self, record: &NewRecord<'_>, now: Instant) -> Result<u64, Failure> {
        let acted = self.vault.act_among_others("put_record", |tx| {
            let now = self.in_turn(now);
            let (subject, entry) = self.collect_record(tx, record, now)?;
            tx.log(Named::One(subject), entry, &log_purpose())?;
            Ok::<_, Failure>(())
        });
        numbered(&acted.map_err(|failure| self.not_done(Kind::Collected, failure, now))?.receipts)
    }

    /// Keeps many records at once, with one entry of the ledger for all of them.
    ///
    /// # Errors
    /// As for [`Company::record`]; none is kept then.
    pub fn put_records(&mut self, records: &[NewRecord<'_>], now: Instant) -> Result<u64, Failure> {
        let acted = self.vault.act("put_records", |tx| {
            let now = self.in_turn(now);
            let mut subjects = BTreeSet::new();
            let mut last = None;
            for record in records {
                let (subject, entry) = self.collect_record(tx, record, now)?;
                subjects.insert(subject);
                last = Some(entry);
            }
            if let Some(mut entry) = last {
                entry.purpose = None;
                let subjects: Vec<SubjectId> = subjects.into_iter().collect();
                tx.log(Named::Many(&subjects), entry, &log_purpose())?;
            }
            Ok::<_, Failure>(())
        });
        numbered(&acted.map_err(|failure| self.not_done(Kind::Collected, failure, now))?.receipts)
    }

    fn collect_record(
        &self,
        tx: &mut Tx,
        record: &NewRecord<'_>,
        now: Instant,
    ) -> Result<(SubjectId, Entry), Failure> {
        let values = (record.values)(tx.count_entries()?);
        self.check_values(&values)?;
        let identifiers = vec![record.person.clone()];
        let collection = Collection {
            purposes: vec![record.purpose.clone()],
            fields: values.keys().cloned().collect(),
            ..Collection::default()
        };
        let whom = Whom { identifiers, picks: Vec::new() };
        let recording = Recording { values, ..Recording::new(whom, Told::Collect(collection)) };
        let identifiers = &recording.whom.identifiers;
        let before = self.before(tx, identifiers, now)?;
        let (entry, admitted) = self.admitted(tx, &recording, &before, now)?;
        let subject = self.open_subject(tx, before.subject, identifiers, now)?;
        let appended = self.append(tx, subject, (&recording, &admitted, &before), (true, now))?;
        self.keep_afterwards(tx, subject, appended.sight);
        tx.put_reference(record.key, subject, appended.collected.ok_or(Failure::Plan)?)?;
        Ok((subject, entry))
    }

    /// The records that are meant, as far as their purpose may be used for them, with these fields.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub fn records(
        &self,
        which: Which<'_>,
        fields: &[DataRef],
        now: Instant,
    ) -> Result<(Vec<Record>, u64), Failure> {
        let acted = self.vault.act("records", |tx| {
            let now = self.in_turn(now);
            let chosen = self.choose(tx, which, fields, now)?;
            let mut entry = self.entry(Kind::Read, now)?;
            entry.fields = fields.to_vec();
            entry.outcome = if chosen.is_empty() { Outcome::Refused } else { Outcome::Done };
            if let Which::Purpose(purpose) = which {
                entry.purpose = Some(purpose.clone());
            }
            log_about(tx, &chosen, entry)?;
            Ok::<_, Failure>(chosen)
        })?;
        let number = numbered(&acted.receipts)?;
        let Some(receipt) = acted.receipts.first() else { return Err(Failure::Plan) };
        let records =
            acted.value.iter().map(|one| opened(one, fields, receipt)).collect::<Result<Vec<_>, _>>()?;
        Ok((records, number))
    }

    /// Takes the record under a key away, as far as nothing binds it; how many there were.
    ///
    /// # Errors
    /// [`Failure::Refused`] where a law, a hold or a restriction keeps it; a fault of Kept's own store.
    pub fn delete_record(&mut self, key: &str, now: Instant) -> Result<(u64, u64), Failure> {
        let acted = self.vault.act_among_others("delete_record", |tx| {
            let now = self.in_turn(now);
            let found = tx.find_reference(key)?;
            let mut entry = self.entry(Kind::ErasureDone, now)?;
            let Some((subject, event)) = found else {
                entry.outcome = Outcome::Refused;
                tx.log(Named::Nobody, entry, &log_purpose())?;
                return Ok::<_, Failure>(0);
            };
            let fields = tx.value_names_of(subject, event)?;
            Bonds::default().check((self, tx), (subject, event), fields, now)?;
            tx.remove_values(subject, event)?;
            tx.remove_reference(key)?;
            tx.log(Named::One(subject), entry, &log_purpose())?;
            Ok(1)
        });
        let acted = acted.map_err(|failure| self.not_done(Kind::ErasureDone, failure, now))?;
        Ok((acted.value, numbered(&acted.receipts)?))
    }

    /// Writes the record under a key anew, under this person; how many there were.
    ///
    /// # Errors
    /// As for [`Company::record`], and [`Failure::Refused`] where a law, a hold or a restriction keeps the
    /// record as it is.
    pub fn replace_record(&mut self, record: &NewRecord<'_>, now: Instant) -> Result<(u64, u64), Failure> {
        let acted = self.vault.act_among_others("replace_record", |tx| {
            let now = self.in_turn(now);
            let Some((subject, event)) = tx.find_reference(record.key)? else {
                let mut entry = self.entry(Kind::RectificationDone, now)?;
                entry.outcome = Outcome::Refused;
                tx.log(Named::Nobody, entry, &log_purpose())?;
                return Ok::<_, Failure>(0);
            };
            let fields = tx.value_names_of(subject, event)?;
            Bonds::default().check((self, tx), (subject, event), fields, now)?;
            tx.remove_values(subject, event)?;
            let owner = self.one_subject(tx, std::slice::from_ref(record.person))?;
            let (whom, mut entry) = if owner == Some(subject) {
                let values = (record.values)(tx.count_entries()?);
                self.check_values(&values)?;
                self.put_values(tx, (subject, event), &values)?;
                (subject, self.entry(Kind::RectificationDone, now)?)
            } else {
                self.collect_record(tx, record, now)?
            };
            entry.kind = Kind::RectificationDone;
            tx.log(Named::One(whom), entry, &log_purpose())?;
            Ok(1)
        });
        let acted = acted.map_err(|failure| self.not_done(Kind::RectificationDone, failure, now))?;
        Ok((acted.value, numbered(&acted.receipts)?))
    }

    /// Changes records: `edit` says what becomes of each. Two entries: that it is meant, before a value
    /// is opened, and that it is done. One that may not be changed stops all of them.
    ///
    /// # Errors
    /// [`Failure::NotAdmitted`] for a value that is none of its kind, [`Failure::Refused`] where a law or a
    /// hold keeps a record as it is; a fault of Kept's own store.
    pub fn change_records(
        &mut self,
        which: Which<'_>,
        (fields, edit): (&[DataRef], &dyn Fn(u64, Record) -> Edited),
        now: Instant,
    ) -> Result<(u64, u64), Failure> {
        let mut meant = self.entry(Kind::RectificationIntended, now)?;
        meant.outcome = Outcome::Intended;
        meant.fields = fields.to_vec();
        let ((), receipt) = self.act("mean_to_change", |_| {
            Ok(((), crate::company::Act { entry: meant.clone(), subject: None }))
        })?;
        let acted = self.vault.act("change_records", |tx| {
            let now = self.in_turn(now);
            let chosen = self.choose(tx, which, fields, now)?;
            let number = tx.count_entries()?;
            let mut moved: BTreeMap<Identifier, Vec<Moved>> = BTreeMap::new();
            let mut bonds = Bonds::default();
            for one in &chosen {
                let before = opened(one, fields, &receipt)?;
                let edited = edit(number, before.clone());
                self.check_values(&edited.values)?;
                let changed = match edited.moved {
                    Some(_) => tx.value_names_of(one.of.subject, one.event)?,
                    None => changed(&before.values, &edited.values),
                };
                bonds.check((self, tx), (one.of.subject, one.event), changed, now)?;
                match &edited.moved {
                    Some(to) => {
                        tx.remove_values(one.of.subject, one.event)?;
                        let (purpose, labels) = (one.purpose.clone(), one.labels.clone());
                        moved.entry(to.clone()).or_default().push(Moved { purpose, labels, edited });
                    }
                    None => tx.replace_values(one.of.subject, one.event, &self.kept(&edited.values))?,
                }
            }
            for (to, records) in &moved {
                self.take_over(tx, to, records, now)?;
            }
            let mut entry = self.entry(Kind::RectificationDone, now)?;
            entry.follows = Some(*receipt.commitment());
            log_about(tx, &chosen, entry)?;
            Ok::<_, Failure>(chosen.len() as u64)
        });
        let acted = acted.map_err(|failure| self.not_done(Kind::RectificationDone, failure, now))?;
        Ok((acted.value, numbered(&acted.receipts)?))
    }

    /// Files records under another person.
    fn take_over(
        &self,
        tx: &mut Tx,
        person: &Identifier,
        records: &[Moved],
        now: Instant,
    ) -> Result<(), Failure> {
        let controller = self.controller();
        let subject = tx.put_subject(&[blind(&controller, person)], now)?;
        let event = |Moved { purpose, labels: (source, controller), edited }: &Moved| Event {
            id: EventId(0),
            happened_at: now,
            recorded_at: now,
            about: Occasion::Person,
            data: edited.values.keys().cloned().collect(),
            what: Happening::Collected {
                purposes: vec![purpose.clone()],
                source: source.clone(),
                controller: controller.as_deref().map(Into::into),
            },
        };
        let events = tx.append_events(subject, records.iter().map(event))?;
        for (event, Moved { edited, .. }) in events.iter().zip(records) {
            self.put_values(tx, (subject, *event), &edited.values)?;
            tx.put_reference(&edited.key, subject, *event)?;
        }
        let timeline = tx.timeline(subject)?;
        let settled = self.settle_and_mark(tx, subject, &timeline, now)?;
        let sight = events.last().and_then(|last| self.sight_after(&timeline, settled, *last, now));
        self.keep_afterwards(tx, subject, sight);
        Ok(())
    }

    /// The last entries of the ledger, so many or as many as there are, the earliest first; with the number of
    /// the entry that tells of it, which is not among them.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub fn last_entries(&self, count: u64, now: Instant) -> Result<(Vec<Arc<Recorded>>, u64), Failure> {
        let acted = self.vault.act("read_log", |tx| {
            let entry = self.entry(Kind::Audited, self.in_turn(now))?;
            let end = tx.count_entries()?;
            let lines = tx.lines(end.saturating_sub(count)..end)?;
            tx.log(Named::Nobody, entry, &log_purpose())?;
            Ok::<_, Failure>(lines)
        })?;
        let Some(receipt) = acted.receipts.first() else { return Err(Failure::Plan) };
        Ok((acted.value.open(receipt)?, receipt.sequence().0))
    }

    fn choose(
        &self,
        tx: &mut Tx,
        which: Which<'_>,
        fields: &[DataRef],
        now: Instant,
    ) -> Result<Vec<Chosen>, Failure> {
        let gate = self.gate(now);
        let mut chosen = Vec::new();
        let mut of = |tx: &mut Tx, people: &[SubjectId], picks: &dyn Fn(EventId, &PurposeName) -> bool| {
            self.choose_of(tx, (&gate, now), (people, fields), picks, &mut chosen)
        };
        match which {
            Which::Key(key) => {
                if let Some((subject, event)) = tx.find_reference(key)? {
                    of(tx, &[subject], &|one, _| one == event)?;
                }
            }
            Which::Person(person) => {
                if let Some(subject) = self.one_subject(tx, std::slice::from_ref(person))? {
                    of(tx, &[subject], &|_, _| true)?;
                }
            }
            Which::Purpose(purpose) => {
                let mut after = None;
                loop {
                    let page = tx.touched(purpose, after, PAGE)?;
                    let Some(last) = page.last() else { break };
                    after = Some(*last);
                    of(tx, &page, &|_, one| one == purpose)?;
                }
            }
        }
        Ok(chosen)
    }

    /// The records of people that are picked and whose purpose the gate lets be read.
    fn choose_of(
        &self,
        tx: &mut Tx,
        (gate, now): (&Gate, Instant),
        (people, fields): (&[SubjectId], &[DataRef]),
        picks: &dyn Fn(EventId, &PurposeName) -> bool,
        chosen: &mut Vec<Chosen>,
    ) -> Result<(), Failure> {
        let holdings = tx.holdings(people)?;
        let known: Vec<(SubjectId, i64)> = holdings.iter().map(|one| (one.subject, one.last)).collect();
        let sights = self.sights(tx, gate, &known, (now, Sees::Now))?;
        let mut barred: BTreeMap<PurposeName, BTreeSet<String>> = BTreeMap::new();
        let numbers: Vec<FieldId> = fields.iter().flat_map(|field| gate.fields_in(field)).collect();
        for (of, sight) in holdings.iter().zip(&sights) {
            let mut last = None;
            let mut may: Option<(&PurposeName, bool)> = None;
            for (event, held) in of.values() {
                let Some(purpose) = sight.purposes_of(event).first() else { continue };
                // What was not sealed together is opened together all the same.
                if last == Some(event)
                    || !picks(event, purpose)
                    || !held.iter().any(|one| fields.contains(one))
                {
                    continue;
                }
                let is_open = match may {
                    Some((of, is_open)) if of == purpose => is_open,
                    _ => may_read(gate, sight, purpose, &numbers),
                };
                may = Some((purpose, is_open));
                let labels = sight.labels_of(event);
                let is_barred = labels.0.as_ref().is_some_and(|source| {
                    let of = || self.barred_for(purpose);
                    barred.entry(purpose.clone()).or_insert_with(of).contains(source)
                });
                if is_open && !is_barred {
                    last = Some(event);
                    let (of, purpose) = (Arc::clone(of), purpose.clone());
                    chosen.push(Chosen { of, event, purpose, labels });
                }
            }
        }
        Ok(())
    }
}

/// Whether the gate lets a person's data be read for a purpose.
fn may_read(gate: &Gate, sight: &Sight, purpose: &PurposeName, fields: &[FieldId]) -> bool {
    gate.purpose(purpose.as_str()).is_some_and(|number| {
        let (aim, act) = (Aim::Purpose(number), Act::Read);
        let question = Question { aim, act, fields, role: None, exception: None };
        gate.decide(&sight.view, &question).is_allowed()
    })
}

fn opened(one: &Chosen, fields: &[DataRef], receipt: &Durable) -> Result<Record, Failure> {
    let kept = one.of.open(one.event, &|field| fields.contains(field), receipt)?;
    let mut values = Values::new();
    // One by one: a record has a few, and to gather and sort them takes longer.
    for kept in kept {
        values.insert(kept.field, kept.value);
    }
    Ok(Record { purpose: one.purpose.clone(), values })
}

/// The fields that an edit writes anew, with another value.
fn changed(before: &Values, edited: &Values) -> Vec<DataRef> {
    let others = edited.iter().filter(|(field, value)| before.get(*field) != Some(*value));
    others.map(|(field, _)| field.clone()).collect()
}

fn log_about(tx: &mut Tx, chosen: &[Chosen], entry: Entry) -> Result<(), Failure> {
    let mut subjects: Vec<SubjectId> = chosen.iter().map(|one| one.of.subject).collect();
    subjects.sort_unstable();
    subjects.dedup();
    let whom = match subjects.as_slice() {
        [] => Named::Nobody,
        [one] => Named::One(*one),
        several => Named::Many(several),
    };
    Ok(tx.log(whom, entry, &log_purpose()).map(drop)?)
}

fn numbered(receipts: &[Durable]) -> Result<u64, Failure> {
    receipts.first().map(|receipt| receipt.sequence().0).ok_or(Failure::Plan)
}
