//! Records over the network: an application finds them again by its own key, and names the purpose each
//! time. What comes back, is changed or goes is what the gate allows that purpose of this person now.
//!
//! Keeping one is a collection like all others (`record`). Not here: records by the thousand
//! (`records`), and how they travel (`kept-web`).

use std::collections::{BTreeMap, BTreeSet};

use kept_core::admission::check_value;
use kept_core::decision::Refusal;
use kept_core::identifier::Identifier;
use kept_core::ledger::{Durable, Entry, Kind, Outcome};
use kept_core::name::{ControllerName, PurposeName, RoleName};
use kept_core::policy::model::{DataRef, Purpose};
use kept_core::policy::naming::NameOf;
use kept_core::time::Instant;
use kept_core::timeline::{EventId, Timeline};
use kept_vault::entry::Whom as Named;
use kept_vault::once::Before;
use kept_vault::value::SealedValue;
use kept_vault::{SubjectId, Tx};
use serde::{Deserialize, Serialize};

use crate::company::{Act, Company, log_purpose};
use crate::correction::{Links, held};
use crate::decide::Verb;
use crate::desk::Whom;
use crate::failure::Failure;
use crate::overtaken::Seen;
use crate::own_values::{newest_opened, own_values};
use crate::reading::{By, ReadValue, Reading, RefusedField, Sorted, Wanted, cut};
use crate::records::Values;
use crate::within::Labels;

/// The longest key of a record, in bytes.
pub const KEY_BYTES_MAX: usize = 200;

/// The most records of a page.
pub const PAGE_MAX: usize = 1_000;

/// What is said of a record that another purpose collected.
pub(crate) const OTHER_PURPOSE: &str = "the record was collected for another purpose";

/// What is said of a person whom Kept's own store does not know: nothing began, for there is nobody.
const NOBODY: &str = "kept keeps nothing of anybody with these identifiers";

/// A record, and for what it is opened.
#[derive(Clone)]
pub struct KeyedOrder {
    /// The application's key.
    pub key: String,
    /// For which purpose.
    pub purpose: PurposeName,
    /// Which fields; none means all that the purpose needs.
    pub fields: Vec<DataRef>,
    /// In which role.
    pub role: Option<RoleName>,
    /// The controller that uses it, where the policy has several: another's record gives nothing. `None`
    /// means the only one that can be meant.
    pub controller: Option<ControllerName>,
    /// Why the archive is read, as for [`crate::reading::ReadOrder`].
    pub reason: Option<String>,
    /// Who asks, for the ledger's pseudonym.
    pub actor: Option<String>,
}

impl std::fmt::Debug for KeyedOrder {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "a record for {}", self.purpose)
    }
}

/// What becomes of a record.
#[derive(Clone)]
pub struct KeyedChange {
    /// The application's key.
    pub key: String,
    /// For which purpose.
    pub purpose: PurposeName,
    /// The fields that change, with their new values; none where the record goes.
    pub values: Values,
    /// The controller that uses it, where the policy has several: another's record stays as it is. `None`
    /// means the only one that can be meant.
    pub controller: Option<ControllerName>,
    /// Why, where the purpose rests on a vital interest.
    pub reason: Option<String>,
    /// Who changes it.
    pub actor: Option<String>,
    /// Whether it is only asked what would be done.
    pub dry_run: bool,
    /// The caller's own key for this act: it is done once, and answered alike.
    pub once: Option<String>,
}

impl std::fmt::Debug for KeyedChange {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "a change of {} fields for {}", self.values.len(), self.purpose)
    }
}

impl KeyedChange {
    /// What the first look at the record is, in the ledger.
    pub(crate) fn meant(&self, kind: Kind) -> Kind {
        if self.dry_run { Kind::Read } else { kind }
    }
}

/// What came of a change. No personal value is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// How many fields were changed, or went.
    pub fields: u64,
    /// The number of the ledger's entry.
    pub entry: Option<u64>,
    /// Whether the caller's key had been used for this very act before, so that nothing was done.
    pub repeated: bool,
}

/// How an act upon a record ended.
#[derive(Debug)]
pub enum Ended<T> {
    /// It was done.
    Done(T),
    /// Nothing is kept under this key, or nothing any more.
    NoRecord,
    /// The gate stands against it: why, field by field. Nothing was done.
    Refused(Vec<RefusedField>),
}

/// What came back of a record.
#[derive(Debug)]
pub struct KeyedReading {
    /// Its values.
    pub reading: Reading,
    /// Its number among the events of the person.
    pub number: u64,
    /// What it corrects, and what corrects it.
    pub links: Links,
}

/// A record of a person's.
#[derive(Debug, Serialize)]
pub struct Listed {
    /// What it corrects, and what corrects it.
    pub links: Links,
    /// Its number among the events of the person, by which pages go on.
    pub number: u64,
    /// When it was collected.
    pub collected_at: Instant,
    /// Its values.
    pub values: Vec<ReadValue>,
}

/// A page of a person's records.
#[derive(Debug)]
pub struct RecordPage {
    /// The records, the oldest first.
    pub records: Vec<Listed>,
    /// After which number the next page begins, where there is one.
    pub next: Option<u64>,
    /// The fields that were refused.
    pub refused: Vec<RefusedField>,
    /// The number of the ledger's entry.
    pub entry: u64,
    /// Why the person can't be told from others, or a store could not be asked.
    pub problem: Option<String>,
}

/// Which records of a person.
#[derive(Clone, Debug)]
pub struct ListOrder {
    /// Of whom.
    pub whom: Whom,
    /// For which purpose.
    pub purpose: PurposeName,
    /// Which fields; none means all that the purpose needs.
    pub fields: Vec<DataRef>,
    /// In which role.
    pub role: Option<RoleName>,
    /// The controller that uses them, where the policy has several: those of others are left out. `None`
    /// means the only one that can be meant.
    pub controller: Option<ControllerName>,
    /// Why the archive is read.
    pub reason: Option<String>,
    /// Those after this number.
    pub after: u64,
    /// How many at once, at most [`PAGE_MAX`].
    pub count: usize,
    /// Who asks.
    pub actor: Option<String>,
}

/// A record that was found, and whose it is.
pub(crate) struct Found {
    pub(crate) subject: SubjectId,
    pub(crate) event: EventId,
    /// The person's last event.
    last: i64,
    pub(crate) whom: Whom,
    pub(crate) timeline: Timeline,
    pub(crate) fields: BTreeSet<DataRef>,
}

impl Found {
    /// Refuses fields that the record does not have.
    pub(crate) fn has_all(&self, fields: &[DataRef]) -> Result<(), Failure> {
        match fields.iter().find(|field| !self.fields.contains(*field)) {
            Some(field) => {
                Err(Failure::Refused(format!("the record has no `{field}`; what is new is collected")))
            }
            None => Ok(()),
        }
    }

    fn seen(&self) -> Seen {
        Seen(Some((self.subject, self.last)))
    }
}

impl Company {
    /// The values of a record that a purpose may have now.
    ///
    /// # Errors
    /// [`Failure::Refused`] for a purpose that the policy does not have; a fault of Kept's own store. What
    /// the gate refuses is part of the answer.
    pub fn read_keyed(&mut self, order: &KeyedOrder, now: Instant) -> Result<Ended<KeyedReading>, Failure> {
        let controller = self.asked_as((Kind::Read, &order.purpose), order.controller.as_ref(), now)?;
        let order = KeyedOrder { controller, ..order.clone() };
        self.looking_anew(|company| company.read_found(&order, now))
    }

    fn read_found(&mut self, order: &KeyedOrder, now: Instant) -> Result<Ended<KeyedReading>, Failure> {
        let KeyedOrder { key, purpose, fields, role, reason, actor, controller } = order;
        let Some(found) = self.find_keyed(key, (Kind::Read, purpose), now)? else {
            return Ok(Ended::NoRecord);
        };
        let now = self.in_turn(now);
        let wanted = wanted((&found.whom, purpose, fields), (role, controller.as_ref()));
        let mut sorted = self.sort(&wanted, now)?;
        self.reasoned(&mut sorted, purpose, (None, reason.as_deref()));
        let declared = self.declared(purpose)?.clone();
        self.of_record(&declared, (&found, controller.as_ref()), &mut sorted);
        let by = By { actor: actor.as_deref(), to: None, seen: Some(found.seen()), filed: None };
        let receipt = self.upon_data(Kind::Read, (&found.whom, purpose), &sorted, &by, now)?;
        let (values, held) = self.vault.read("keyed_values", |tx| {
            let mut values = own_values(tx, found.subject, (&declared, &sorted), None)?;
            values.retain(|one| one.event == found.event);
            Ok::<_, Failure>((values, held(tx.value_names(found.subject)?)))
        })?;
        let Sorted { refused, problem, .. } = sorted;
        let mut values = newest_opened(&values, &Labels::of(&found.timeline), &receipt)?;
        self.mask(&mut values);
        let reading = Reading { values, refused, entry: receipt.sequence().0, problem };
        let links = Links::of(&found.timeline, found.event, &held);
        Ok(Ended::Done(KeyedReading { reading, number: found.event.0, links }))
    }

    /// Corrects fields of a record (16). Who may not read a field for the purpose may not change it.
    ///
    /// # Errors
    /// [`Failure::Refused`] for fields that the record has not, [`Failure::NotAdmitted`] for a value that
    /// is none of its kind, [`Failure::KeyUsed`]; a fault of Kept's own store.
    pub fn change_keyed(&mut self, change: &KeyedChange, now: Instant) -> Result<Ended<Changed>, Failure> {
        let fields: Vec<DataRef> = change.values.keys().cloned().collect();
        if fields.is_empty() {
            return Err(Failure::Refused("no field is named that is to be changed".to_owned()));
        }
        for (field, value) in &change.values {
            check_value(self.policy(), field, value)
                .map_err(|refused| Failure::NotAdmitted(Box::new(refused)))?;
        }
        let change = self.changed_by(Kind::RectificationDone, change, now)?;
        self.looking_anew(|company| company.change_found(&change, &fields, now))
    }

    fn change_found(
        &mut self,
        change: &KeyedChange,
        fields: &[DataRef],
        now: Instant,
    ) -> Result<Ended<Changed>, Failure> {
        if let Some(before) = self.done_before(change, "change")? {
            return Ok(Ended::Done(before));
        }
        let Some(found) =
            self.find_keyed(&change.key, (change.meant(Kind::RectificationIntended), &change.purpose), now)?
        else {
            // The same act, sent twice at once, may have taken it just now.
            return Ok(self.done_before(change, "change")?.map_or(Ended::NoRecord, Ended::Done));
        };
        let now = self.in_turn(now);
        found.has_all(fields)?;
        let mut sorted = self.may_change(&found, change, fields, now)?;
        self.stays_as_it_is(&found, fields, &mut sorted, now);
        if !sorted.refused.is_empty() {
            let about = (&found.whom, &change.purpose);
            let by = By { actor: change.actor.as_deref(), ..By::default() };
            self.upon_data(Kind::RectificationDone, about, &none(&sorted), &by, now)?;
            return Ok(Ended::Refused(sorted.refused));
        }
        self.settle_change(
            &found,
            (change, "change"),
            Kind::RectificationDone,
            &mut |tx| {
                for field in fields {
                    tx.remove_value(found.subject, found.event, field)?;
                }
                self.put_values(tx, (found.subject, found.event), &change.values)?;
                self.screen_anew(tx, found.subject, (found.event, fields), now)?;
                self.tell_of_correction(tx, found.subject, fields, now)
            },
            now,
        )
    }

    /// Takes a record away, as far as nothing freezes it: a hold or a restriction does (17(3), 18).
    ///
    /// # Errors
    /// As for [`Company::change_keyed`].
    pub fn delete_keyed(&mut self, change: &KeyedChange, now: Instant) -> Result<Ended<Changed>, Failure> {
        let change = self.changed_by(Kind::ErasureDone, change, now)?;
        self.looking_anew(|company| company.delete_found(&change, now))
    }

    fn delete_found(&mut self, change: &KeyedChange, now: Instant) -> Result<Ended<Changed>, Failure> {
        if let Some(before) = self.done_before(change, "delete")? {
            return Ok(Ended::Done(before));
        }
        let Some(found) =
            self.find_keyed(&change.key, (change.meant(Kind::ErasureIntended), &change.purpose), now)?
        else {
            // The same act, sent twice at once, may have taken it just now.
            return Ok(self.done_before(change, "delete")?.map_or(Ended::NoRecord, Ended::Done));
        };
        let now = self.in_turn(now);
        let mut refused = self.may_not_go(&found, &change.purpose, now)?;
        if refused.is_empty() && !self.is_of(&found, change.controller.as_ref()) {
            refused = found.fields.iter().map(|one| cut(one.clone(), Refusal::OtherController)).collect();
        }
        let purpose = self.declared(&change.purpose)?;
        refused.extend(self.without_reason(purpose, &found, change.reason.as_deref()));
        if !refused.is_empty() {
            let sorted = Sorted::refusing(refused);
            let about = (&found.whom, &change.purpose);
            let by = By { actor: change.actor.as_deref(), ..By::default() };
            self.upon_data(Kind::ErasureDone, about, &sorted, &by, now)?;
            return Ok(Ended::Refused(sorted.refused));
        }
        self.settle_change(
            &found,
            (change, "delete"),
            Kind::ErasureDone,
            &mut |tx| {
                tx.remove_values(found.subject, found.event)?;
                Ok(tx.remove_reference(&change.key)?)
            },
            now,
        )
    }

    /// The records of a person that a purpose may have now, page by page.
    ///
    /// # Errors
    /// As for [`Company::read_keyed`], and [`Failure::Person`] for unknown kinds of identifiers.
    pub fn list_keyed(&mut self, order: &ListOrder, now: Instant) -> Result<RecordPage, Failure> {
        let controller = self.asked_as((Kind::Read, &order.purpose), order.controller.as_ref(), now)?;
        let order = ListOrder { controller, ..order.clone() };
        self.looking_anew(|company| company.list_seen(&order, now))
    }

    fn list_seen(&mut self, order: &ListOrder, now: Instant) -> Result<RecordPage, Failure> {
        let ListOrder { whom, purpose, fields, role, reason, actor, controller, .. } = order;
        let (seen, now) = (self.seen(whom)?, self.in_turn(now));
        let mut sorted = self.sort(&wanted((whom, purpose, fields), (role, controller.as_ref())), now)?;
        self.reasoned(&mut sorted, purpose, (None, reason.as_deref()));
        let declared = self.declared(purpose)?.clone();
        let by = By { actor: actor.as_deref(), to: None, seen: Some(seen), filed: None };
        let receipt = self.upon_data(Kind::Read, (whom, purpose), &sorted, &by, now)?;
        let found = self.vault.read("list_keyed", |tx| {
            let Some(subject) = self.one_subject(tx, &whom.identifiers)? else { return Ok(None) };
            let values = own_values(tx, subject, (&declared, &sorted), None)?;
            let timeline = (tx.timeline(subject)?, held(tx.value_names(subject)?));
            Ok::<_, Failure>(Some((timeline, values)))
        })?;
        let unknown = found.is_none().then(|| NOBODY.to_owned());
        let ((timeline, held), values) = found.unwrap_or_default();
        let (mut records, next) = page(values, (order.after, order.count), (&timeline, &held), &receipt)?;
        records.iter_mut().for_each(|record| self.mask(&mut record.values));
        let Sorted { refused, problem, .. } = sorted;
        let problem = problem.or(unknown);
        Ok(RecordPage { records, next, refused, entry: receipt.sequence().0, problem })
    }

    pub(crate) fn declared(&self, purpose: &PurposeName) -> Result<&Purpose, Failure> {
        let found = self.policy().purposes.get(purpose);
        found.ok_or_else(|| Failure::no_such(self.policy(), NameOf::Purpose, purpose.as_str()))
    }

    /// Finds a record, and by what its person is known: an entry that it is meant comes first.
    pub(crate) fn find_keyed(
        &self,
        key: &str,
        (kind, purpose): (Kind, &PurposeName),
        now: Instant,
    ) -> Result<Option<Found>, Failure> {
        let mut entry = self.entry(kind, now)?;
        entry.purpose = self.policy().purposes.contains_key(purpose).then(|| purpose.clone());
        let (found, receipt) = self.act("find_keyed", |tx| {
            let found = tx.find_reference(key)?;
            entry.outcome = if found.is_some() { Outcome::Intended } else { Outcome::Refused };
            Ok((found, Act { entry: entry.clone(), subject: found.map(|(subject, _)| subject) }))
        })?;
        let Some((subject, event)) = found else { return Ok(None) };
        let (known, timeline, names, last) = self.vault.read("keyed", |tx| {
            let (known, last) = (tx.identifiers(subject, &receipt)?, tx.last_event(subject)?);
            Ok::<_, Failure>((known, tx.timeline(subject)?, tx.value_names(subject)?, last))
        })?;
        let fields: BTreeSet<DataRef> =
            names.into_iter().filter(|(of, _)| *of == event).map(|(_, field)| field).collect();
        if fields.is_empty() {
            // Retention took the values; the key leads nowhere any more.
            return Ok(None);
        }
        let identifiers = known.into_iter().filter_map(|one| Identifier::new(one.kind, &one.canonical).ok());
        let identifiers: Vec<Identifier> =
            identifiers.filter(|one| self.check_identifiers([std::slice::from_ref(one)]).is_ok()).collect();
        let whom = Whom { identifiers, picks: Vec::new() };
        Ok(Some(Found { subject, event, last, whom, timeline, fields }))
    }

    /// What the gate says of each field that is to be changed.
    pub(crate) fn may_change(
        &mut self,
        found: &Found,
        change: &KeyedChange,
        fields: &[DataRef],
        now: Instant,
    ) -> Result<Sorted, Failure> {
        let controller = change.controller.as_ref();
        let about = (&found.whom, &change.purpose, fields);
        let mut sorted = self.sort(&wanted(about, (&None, controller)), now)?;
        self.reasoned(&mut sorted, &change.purpose, (None, change.reason.as_deref()));
        self.of_record(self.declared(&change.purpose)?, (found, controller), &mut sorted);
        Ok(sorted)
    }

    /// Of a purpose on a vital interest nothing goes without a reason, as nothing is read without one.
    fn without_reason(&self, purpose: &Purpose, found: &Found, reason: Option<&str>) -> Vec<RefusedField> {
        let mut sorted = Sorted::allowed(found.fields.iter().cloned().collect());
        self.reasoned(&mut sorted, &purpose.name, (None, reason));
        sorted.refused
    }

    pub(crate) fn done_before(&self, change: &KeyedChange, what: &str) -> Result<Option<Changed>, Failure> {
        let Some(key) = &change.once else { return Ok(None) };
        let name = name_of(change, what)?;
        match self.vault.read("keyed_before", |tx| tx.before(key, &name).map_err(Failure::from))? {
            Before::New => Ok(None),
            Before::Other => Err(Failure::KeyUsed),
            Before::Done(answer) => {
                let done: Changed = serde_json::from_str(&answer).map_err(|_| Failure::Plan)?;
                Ok(Some(Changed { repeated: true, ..done }))
            }
        }
    }

    /// The act itself, its entry and the answer to the caller's key in one transaction, if the record is
    /// still the one that was looked at.
    pub(crate) fn settle_change(
        &self,
        found: &Found,
        (change, what): (&KeyedChange, &str),
        kind: Kind,
        act: &mut dyn FnMut(&mut Tx) -> Result<(), Failure>,
        now: Instant,
    ) -> Result<Ended<Changed>, Failure> {
        let fields = if change.values.is_empty() { found.fields.len() } else { change.values.len() };
        let done = Changed { fields: fields as u64, entry: None, repeated: false };
        if change.dry_run {
            return Ok(Ended::Done(done));
        }
        let name = name_of(change, what)?;
        let acted = self.vault.act_among_others("keyed", |tx| {
            self.still_admitted(tx)?;
            if let Some(key) = &change.once
                && !matches!(tx.before(key, &name)?, Before::New)
            {
                // The same act came twice at once: the other one's answer is this one's.
                return Err(Failure::Overtaken);
            }
            self.still_so(tx, found.seen(), Some(found.subject))?;
            let names = tx.value_names(found.subject)?;
            if found.fields.iter().any(|field| !names.contains(&(found.event, field.clone()))) {
                return Err(Failure::Overtaken);
            }
            if tx.find_reference(&change.key)? != Some((found.subject, found.event)) {
                return Ok(false);
            }
            act(tx)?;
            let entry = self.change_entry(tx, found, change, kind, now)?;
            tx.log(Named::One(found.subject), entry, &log_purpose())?;
            if let Some(key) = &change.once {
                let answer = serde_json::to_string(&done).map_err(|_| Failure::Plan)?;
                tx.put_once(key, &name, &answer, now)?;
            }
            Ok::<_, Failure>(true)
        })?;
        let Some(receipt) = acted.receipts.first().filter(|_| acted.value) else {
            return Ok(Ended::NoRecord);
        };
        Ok(Ended::Done(Changed { entry: Some(receipt.sequence().0), ..done }))
    }

    fn change_entry(
        &self,
        tx: &mut Tx,
        found: &Found,
        change: &KeyedChange,
        kind: Kind,
        now: Instant,
    ) -> Result<Entry, Failure> {
        let mut entry = self.entry(kind, now)?;
        entry.purpose = Some(change.purpose.clone());
        entry.fields = if change.values.is_empty() {
            found.fields.iter().cloned().collect()
        } else {
            change.values.keys().cloned().collect()
        };
        entry.rule = crate::emergency::rule(self.policy(), self.declared(&change.purpose)?);
        entry.request =
            change.reason.as_deref().filter(|_| entry.rule.is_some()).map(|text| text.trim().into());
        if let Some(actor) = &change.actor {
            entry.actor = tx.actor(actor)?;
        }
        Ok(entry)
    }
}

/// What is asked of the gate for a person.
fn wanted<'a>(
    (whom, purpose, fields): (&'a Whom, &'a PurposeName, &'a [DataRef]),
    (role, controller): (&'a Option<RoleName>, Option<&'a ControllerName>),
) -> Wanted<'a> {
    let (verb, exception) = (Verb::Read, &None);
    Wanted { whom, purpose, fields, verb, role, exception, paid: false, controller, only_own: true }
}

/// By what a change is recognised when its key comes again; only its keyed digest is kept.
fn name_of(change: &KeyedChange, what: &str) -> Result<Vec<u8>, Failure> {
    let values: BTreeMap<String, &String> =
        change.values.iter().map(|(field, value)| (field.to_string(), value)).collect();
    let said = (what, &change.key, &change.purpose, values);
    match &change.controller {
        Some(controller) => serde_json::to_vec(&(said, controller)),
        None => serde_json::to_vec(&said),
    }
    .map_err(|_| Failure::Plan)
}

/// The same refusals, for an entry that nothing was done.
pub(crate) fn none(sorted: &Sorted) -> Sorted {
    Sorted::refusing(sorted.refused.clone())
}

/// The records of a page, and after which the next one begins.
fn page(
    values: Vec<SealedValue>,
    (after, count): (u64, usize),
    (timeline, held): (&Timeline, &BTreeSet<EventId>),
    receipt: &Durable,
) -> Result<(Vec<Listed>, Option<u64>), Failure> {
    let mut by_event: BTreeMap<EventId, Vec<SealedValue>> = BTreeMap::new();
    for value in values.into_iter().filter(|value| value.event.0 > after) {
        by_event.entry(value.event).or_default().push(value);
    }
    let collected: BTreeMap<EventId, Instant> =
        timeline.events().iter().map(|event| (event.id, event.happened_at)).collect();
    let labels = Labels::of(timeline);
    let count = count.clamp(1, PAGE_MAX);
    let more = by_event.len() > count;
    let mut records = Vec::new();
    for (event, values) in by_event.into_iter().take(count) {
        let Some(collected_at) = collected.get(&event).copied() else { continue };
        let (links, values) = (Links::of(timeline, event, held), newest_opened(&values, &labels, receipt)?);
        records.push(Listed { links, number: event.0, collected_at, values });
    }
    let next = records.last().map(|record| record.number).filter(|_| more);
    Ok((records, next))
}
