//! Recording what is reported about a person: found or opened by identifiers, admitted by the core,
//! and written as events, values, the cache of grounds and a ledger entry in one transaction.
//!
//! A refusal writes an entry and nothing else. Not here: whether it is admitted
//! (`kept_core::admission`), and what follows in the company's stores (`exceptions`, `withdrawn`).

use std::collections::BTreeMap;
use std::sync::Arc;

use kept_core::admission::{Act as Told, Admitted, Known, When, admit, check_value};
use kept_core::identifier::Identifier;
use kept_core::ledger::{Entry, Kind, Outcome};
use kept_core::name::{CaseId, PurposeName};
use kept_core::policy::model::DataRef;
use kept_core::time::Instant;
use kept_core::timeline::{Event, EventId, Happening, Occasion, Right, Timeline};
use kept_vault::entry::Whom as Named;
use kept_vault::once::Before;
use kept_vault::vault::Acted;
use kept_vault::{Fault, SubjectId, Tx};
use serde::{Deserialize, Serialize};

use crate::cases::{next_case, take_case};
use crate::company::{Company, log_purpose};
use crate::decide::Sight;
use crate::desk::Whom;
use crate::failure::Failure;
use crate::identify::Identified;
use crate::in_turn::as_recorded;
use crate::person::PersonRefusal;
use crate::report::Unreached;
use crate::together::Prepared;

/// Something to be recorded.
#[derive(Clone)]
pub struct Recording {
    /// Of whom.
    pub whom: Whom,
    /// What.
    pub act: Told,
    /// The values of a collection, by field; nothing else has any.
    pub values: BTreeMap<DataRef, String>,
    /// When it happened; now where none is said.
    pub happened_at: Option<Instant>,
    /// Who records it, by a name that appears nowhere: the ledger has its keyed pseudonym.
    pub actor: Option<String>,
    /// The caller's own key: the same key and act are done once, and answered alike.
    pub key: Option<String>,
    /// The application's key of the record that a collection makes, by which it is found again.
    pub reference: Option<String>,
    /// The right that the person uses by it: a question about privacy opens a request, whose clock runs
    /// from then on.
    pub asks: Option<Right>,
}

impl std::fmt::Debug for Recording {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Recording").field("values", &self.values.keys()).finish_non_exhaustive()
    }
}

impl Recording {
    /// Something that is reported now.
    pub fn new(whom: Whom, act: Told) -> Self {
        Self {
            whom,
            act,
            values: BTreeMap::new(),
            happened_at: None,
            actor: None,
            key: None,
            reference: None,
            asks: None,
        }
    }
}

/// What was recorded. No personal value is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// The person, by Kept's own number.
    pub person: String,
    /// The restriction or hold that was placed or moved.
    pub case: Option<CaseId>,
    /// The request that was opened, or taken up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<CaseId>,
    /// The events that were written, by their words.
    pub events: Vec<String>,
    /// The purposes of which an earlier refusal, kept beyond an erasure, was found.
    pub refused_before: Vec<PurposeName>,
    /// The number of the ledger's entry; none for a dry run.
    pub entry: Option<u64>,
    /// Whether the caller's key had been used for this very act before, so that nothing was done.
    pub repeated: bool,
    /// Stores that could not be asked: what concerns them is done when they are back.
    pub unreached: Vec<Unreached>,
    /// What else to know.
    pub notes: Vec<String>,
}

/// What the transaction of an act came to.
enum Written {
    Done(Box<Done>),
    Refused(Failure),
}

/// What was recorded of whom, and how they are seen from then on.
struct Done {
    recorded: Recorded,
    subject: SubjectId,
    sight: Option<Sight>,
}

/// What was appended to a timeline.
pub(crate) struct Appended {
    /// The collection among it, where there is one.
    pub(crate) collected: Option<EventId>,
    /// How the person is seen once it is durable.
    pub(crate) sight: Option<Sight>,
}

impl Company {
    /// Records something about a person.
    ///
    /// # Errors
    /// [`Failure::NotAdmitted`] with article and mend, [`Failure::Person`] when the person can't be
    /// told from others, [`Failure::KeyUsed`] for a caller's key that stands for another act; a fault
    /// of Kept's own store. Nothing is recorded then but a ledger entry of the refusal.
    pub fn record(&mut self, recording: &Recording, now: Instant) -> Result<Recorded, Failure> {
        self.check_recording(recording)?;
        let whom = self.identify(&recording.whom, &recording.act, now)?;
        let written =
            self.vault.act_among_others("record", |tx| self.write_record(tx, recording, &whom, now))?;
        self.written(recording, written, now)
    }

    /// The same, to be done with others.
    ///
    /// # Errors
    /// What [`Company::record`] refuses before it looks anywhere.
    pub fn prepare_record(&self, recording: Recording, now: Instant) -> Result<Prepared<Recorded>, Failure> {
        self.check_recording(&recording)?;
        let Some(whom) = self.identified_by_kept(&recording.whom, &recording.act) else {
            return Ok(Prepared::long(move |company| company.record(&recording, now)));
        };
        let recording = Arc::new(recording);
        let written = Arc::clone(&recording);
        let doing = move |company: &Self, tx: &mut Tx| company.write_record(tx, &recording, &whom, now);
        let following = move |company: &mut Self, acted| company.written(&written, acted, now);
        Ok(Prepared::short("record", doing, following))
    }

    /// What follows when it is written.
    fn written(
        &mut self,
        recording: &Recording,
        written: Acted<Written>,
        now: Instant,
    ) -> Result<Recorded, Failure> {
        let receipt = written.receipts.into_iter().next();
        let Done { mut recorded, subject, sight } = match written.value {
            Written::Refused(failure) => return Err(failure),
            Written::Done(done) => *done,
        };
        let Some(receipt) = receipt else { return Ok(recorded) };
        if let Some(sight) = sight {
            recorded.notes.extend(self.not_yet(&recording.act, &sight));
            self.keep_sight(subject, sight);
        }
        recorded.entry = Some(receipt.sequence().0);
        self.reached("recorded");
        self.follow(&recording.whom, (&recording.act, subject), &receipt, &mut recorded, now)?;
        Ok(recorded)
    }

    /// What can be seen without asking anybody.
    pub(crate) fn check_recording(&self, recording: &Recording) -> Result<(), Failure> {
        self.check_identifiers([recording.whom.identifiers.as_slice()])?;
        let named: &[DataRef] = match &recording.act {
            Told::Collect(collection) => &collection.fields,
            _ => &[],
        };
        for (field, value) in &recording.values {
            check_value(self.policy(), field, value)
                .map_err(|refused| Failure::NotAdmitted(Box::new(refused)))?;
        }
        let strange = recording.values.keys().find(|field| !named.contains(field));
        let missing = named.iter().find(|field| !recording.values.contains_key(*field));
        match (strange, missing) {
            (Some(field), _) => Err(Failure::Refused(format!("`{field}` has a value and is not collected"))),
            (None, Some(field)) if !recording.values.is_empty() => {
                Err(Failure::Refused(format!("`{field}` is collected and has no value")))
            }
            _ => Ok(()),
        }
    }

    fn write_record(
        &self,
        tx: &mut Tx,
        recording: &Recording,
        whom: &Identified,
        now: Instant,
    ) -> Result<Written, Failure> {
        self.still_admitted(tx)?;
        let now = self.in_turn(now);
        let identifiers = &whom.identifiers;
        let name = fingerprint(recording, identifiers)?;
        if let Some(key) = &recording.key {
            match tx.before(key, &name)? {
                Before::New => {}
                Before::Other => return Ok(Written::Refused(Failure::KeyUsed)),
                Before::Done(answer) => return repeated(&answer),
            }
        }
        if let Some(reference) = &recording.reference
            && is_kept(tx, reference)?
        {
            return Ok(Written::Refused(Failure::RecordKept));
        }
        let before = self.before(tx, identifiers, now)?.with(&whom.told);
        let now = as_recorded(&before.timeline, now);
        let (act, admitted) = match self.admitted(tx, recording, &before, now) {
            Ok(admitted) => admitted,
            Err(failure) => {
                self.log_refusal(tx, recording, (before.subject, &failure), now)?;
                return Ok(Written::Refused(failure));
            }
        };
        let subject = self.open_subject(tx, before.subject, identifiers, now)?;
        let Appended { collected, sight } =
            self.append(tx, subject, (recording, &admitted, &before), (whom.known, now))?;
        if let Some(reference) = &recording.reference {
            tx.put_reference(reference, subject, collected.ok_or(Failure::Plan)?)?;
        }
        self.tell_webhooks(tx, subject, (&admitted.events, identifiers), now)?;
        let mut entry = act;
        entry.request.clone_from(&admitted.case);
        for entry in self.entries(&entry, &admitted) {
            tx.log(Named::One(subject), entry, &log_purpose())?;
        }
        let mut recorded = recorded(subject.to_string(), &admitted, &before);
        if let Some(right) = recording.asks {
            let received_at = recording.happened_at.unwrap_or(now);
            recorded.request = Some(self.open_request(tx, subject, right, (received_at, now))?);
        }
        if let Some(key) = &recording.key {
            let answer = serde_json::to_string(&recorded).map_err(|_| Failure::Plan)?;
            tx.put_once(key, &name, &answer, now)?;
        }
        Ok(Written::Done(Box::new(Done { recorded, subject, sight })))
    }

    /// What is known of the person, with refusals that outlived an erasure.
    pub(crate) fn before(
        &self,
        tx: &mut Tx,
        identifiers: &[Identifier],
        now: Instant,
    ) -> Result<Background, Failure> {
        let subject = self.one_subject(tx, identifiers)?;
        let timeline = match subject {
            Some(subject) => tx.timeline(subject)?,
            None => Timeline::default(),
        };
        let refusals = self.refusals(tx, identifiers, &timeline, now)?;
        let timeline = timeline.with(refusals.iter().cloned());
        Ok(Background { subject, timeline, refusals, told: Vec::new() })
    }

    /// Asks the core; the entry of the act comes with the answer.
    pub(crate) fn admitted(
        &self,
        tx: &mut Tx,
        recording: &Recording,
        before: &Background,
        now: Instant,
    ) -> Result<(Entry, Admitted), Failure> {
        let entry = self.entry_of(tx, recording, now)?;
        let gate = self.gate(now);
        let next_case = next_case(tx, &recording.act, now)?;
        let with_stores =
            (!before.told.is_empty()).then(|| before.timeline.clone().with(before.told.iter().cloned()));
        let timeline = with_stores.as_ref().unwrap_or(&before.timeline);
        let known = Known { history: &self.history, gate: &gate, timeline, next_case: &next_case };
        let when = When { happened_at: recording.happened_at.unwrap_or(now), now };
        let admitted = admit(&known, &recording.act, when);
        admitted.map(|admitted| (entry, admitted)).map_err(|refused| Failure::NotAdmitted(Box::new(refused)))
    }

    /// Writes what was admitted.
    pub(crate) fn append(
        &self,
        tx: &mut Tx,
        subject: SubjectId,
        (recording, admitted, before): (&Recording, &Admitted, &Background),
        (known, now): (bool, Instant),
    ) -> Result<Appended, Failure> {
        if admitted.opens_case {
            take_case(tx, &recording.act, now)?;
        }
        let events: Vec<Event> = before.refusals.iter().chain(&admitted.events).cloned().collect();
        let numbers = tx.append_events(subject, events.clone())?;
        let numbered = events.into_iter().zip(&numbers).map(|(event, id)| Event { id: *id, ..event });
        let numbered: Vec<Event> = numbered.collect();
        let collected = numbered.iter().find(|event| matches!(event.what, Happening::Collected { .. }));
        let collected = collected.map(|event| event.id);
        if let Some(collected) = collected {
            self.put_values(tx, (subject, collected), &recording.values)?;
        }
        let own = before.timeline.events().iter().filter(|event| !before.refusals.contains(event));
        let timeline = Timeline::new(own.cloned().chain(numbered).collect());
        let settled = self.settle_and_mark(tx, subject, &timeline, now)?;
        self.except(tx, subject, (&timeline, &settled.standing), (known, now))?;
        if matches!(recording.act, Told::Restrict { .. } | Told::Lift { .. }) {
            self.unlist(tx, subject)?;
        }
        let sight = numbers.last().and_then(|last| self.sight_after(&timeline, settled, *last, now));
        Ok(Appended { collected, sight })
    }

    /// Refusals of marketing that were kept beyond an erasure and that this person's timeline does
    /// not tell yet (semantics 19). They happened when they were filed, so that a consent given since
    /// stands.
    fn refusals(
        &self,
        tx: &mut Tx,
        identifiers: &[Identifier],
        timeline: &Timeline,
        now: Instant,
    ) -> Result<Vec<Event>, Failure> {
        let controller = self.controller();
        let mut found = Vec::new();
        for purpose in self.policy().purposes.values().filter(|purpose| purpose.is_marketing()) {
            let what = Happening::RefusalFound { purpose: purpose.name.clone() };
            if timeline.events().iter().any(|event| event.what == what) {
                continue;
            }
            for identifier in identifiers.iter().filter(|identifier| identifier.is_unique()) {
                let blind = blind(&controller, identifier);
                if let Some(since) = tx.refusal(&blind, &purpose.name)? {
                    let about = Occasion::Person;
                    let (id, data) = (EventId(0), Vec::new());
                    found.push(Event { id, happened_at: since, recorded_at: now, about, data, what });
                    break;
                }
            }
        }
        Ok(found)
    }

    fn entry_of(&self, tx: &mut Tx, recording: &Recording, now: Instant) -> Result<Entry, Failure> {
        let mut entry = self.entry(kind(&recording.act), now)?;
        if let Some(actor) = &recording.actor {
            entry.actor = tx.actor(actor)?;
        }
        let (purpose, fields) = about(&recording.act);
        entry.purpose = purpose;
        entry.fields = fields;
        Ok(entry)
    }

    /// The act's entry, and one for each consent that came with a collection.
    fn entries(&self, act: &Entry, admitted: &Admitted) -> Vec<Entry> {
        let mut entries = vec![act.clone()];
        for event in &admitted.events {
            if let (Kind::Collected, Happening::ConsentGiven { purpose, .. }) = (act.kind, &event.what) {
                let mut entry = act.clone();
                (entry.kind, entry.purpose, entry.fields) =
                    (Kind::ConsentGiven, Some(purpose.clone()), Vec::new());
                entries.push(entry);
            }
        }
        entries
    }

    /// The entry of a refusal: names of the policy and of fields, and the refusal's word.
    fn log_refusal(
        &self,
        tx: &mut Tx,
        recording: &Recording,
        (subject, failure): (Option<SubjectId>, &Failure),
        now: Instant,
    ) -> Result<(), Failure> {
        let mut entry = self.entry_of(tx, recording, now)?;
        entry.outcome = Outcome::Refused;
        if let Failure::NotAdmitted(refused) = failure {
            entry.rule = Some(format!("admission.{}", refused.code()));
        }
        let known = |name: &PurposeName| self.policy().purposes.contains_key(name);
        entry.purpose = entry.purpose.filter(known);
        // A field of the caller's own is named in the entry only as far as it is a name.
        if entry.to_payload().is_err() {
            entry.fields.retain(|field| self.policy().data.contains_key(&field.category));
        }
        if entry.to_payload().is_err() {
            entry.fields.clear();
        }
        let whom = subject.map_or(Named::Nobody, Named::One);
        tx.log(whom, entry, &log_purpose())?;
        Ok(())
    }

    /// The one subject of these identifiers, if Kept knows one.
    pub(crate) fn one_subject(
        &self,
        tx: &mut Tx,
        identifiers: &[Identifier],
    ) -> Result<Option<SubjectId>, Failure> {
        let controller = self.controller();
        let mut found = std::collections::BTreeSet::new();
        for identifier in identifiers {
            found.extend(tx.find_subject(&blind(&controller, identifier))?);
        }
        if found.len() > 1 {
            return Err(PersonRefusal::SeveralSubjects { count: found.len() }.into());
        }
        Ok(found.into_iter().next())
    }

    pub(crate) fn open_subject(
        &self,
        tx: &mut Tx,
        known: Option<SubjectId>,
        identifiers: &[Identifier],
        now: Instant,
    ) -> Result<SubjectId, Failure> {
        let controller = self.controller();
        let unique = identifiers.iter().filter(|identifier| identifier.is_unique());
        let blinds: Vec<_> = unique.map(|identifier| blind(&controller, identifier)).collect();
        if let Some(subject) = known {
            for blind in &blinds {
                tx.add_identifier(subject, blind)?;
            }
            return Ok(subject);
        }
        match tx.put_subject(&blinds, now) {
            Err(Fault::FoundTwice { count }) => Err(PersonRefusal::SeveralSubjects { count }.into()),
            opened => Ok(opened?),
        }
    }
}

/// What is known before an act.
pub(crate) struct Background {
    pub(crate) subject: Option<SubjectId>,
    timeline: Timeline,
    refusals: Vec<Event>,
    /// What the stores tell: it counts for the answer, and is not recorded.
    told: Vec<Event>,
}

impl Background {
    /// How many refusals are written before the events of the act.
    pub(crate) fn count_refusals(&self) -> usize {
        self.refusals.len()
    }

    fn with(mut self, told: &[Event]) -> Self {
        self.told = told.to_vec();
        self
    }
}

pub(crate) fn blind<'a>(
    controller: &'a kept_core::name::ControllerName,
    identifier: &'a Identifier,
) -> kept_vault::blind::Identifier<'a> {
    kept_vault::blind::Identifier { controller, kind: identifier.kind(), canonical: identifier.canonical() }
}

pub(crate) fn recorded(person: String, admitted: &Admitted, before: &Background) -> Recorded {
    let refused = before.refusals.iter().filter_map(|event| match &event.what {
        Happening::RefusalFound { purpose } => Some(purpose.clone()),
        _ => None,
    });
    Recorded {
        person,
        case: admitted.case.clone(),
        request: None,
        events: admitted.events.iter().map(|event| event.what.word().to_owned()).collect(),
        refused_before: refused.collect(),
        entry: None,
        repeated: false,
        unreached: Vec::new(),
        notes: Vec::new(),
    }
}

fn repeated(answer: &str) -> Result<Written, Failure> {
    let mut recorded: Recorded = serde_json::from_str(answer).map_err(|_| Failure::Plan)?;
    recorded.repeated = true;
    let subject = SubjectId::from_bytes([0; 16]);
    Ok(Written::Done(Box::new(Done { recorded, subject, sight: None })))
}

/// What an act is recognised by when its key comes again; only its keyed digest is kept.
fn fingerprint(recording: &Recording, identifiers: &[Identifier]) -> Result<Vec<u8>, Failure> {
    if recording.key.is_none() {
        return Ok(Vec::new());
    }
    let values: Vec<(String, &String)> =
        recording.values.iter().map(|(field, value)| (field.to_string(), value)).collect();
    let given = identifiers.iter().take(recording.whom.identifiers.len());
    let names: Vec<(&str, &str)> =
        given.map(|identifier| (identifier.kind().as_str(), identifier.canonical())).collect();
    let act = (&recording.act, values, names, recording.happened_at);
    let name = match (&recording.reference, recording.asks) {
        (None, None) => serde_json::to_vec(&act),
        (Some(reference), None) => serde_json::to_vec(&(act, reference)),
        (reference, Some(right)) => serde_json::to_vec(&(act, reference, right)),
    };
    name.map_err(|_| Failure::Plan)
}

/// Whether a record with values is kept under a key. Where retention took them the key is free again.
pub(crate) fn is_kept(tx: &mut Tx, reference: &str) -> Result<bool, Failure> {
    let Some((subject, event)) = tx.find_reference(reference)? else { return Ok(false) };
    if tx.value_names(subject)?.iter().any(|(of, _)| *of == event) {
        return Ok(true);
    }
    tx.remove_reference(reference)?;
    Ok(false)
}

fn kind(act: &Told) -> Kind {
    match act {
        Told::Collect(_) => Kind::Collected,
        Told::Happened { .. }
        | Told::Link { .. }
        | Told::Agree { .. }
        | Told::Died
        | Told::ReportGuardian => Kind::Recorded,
        Told::GiveConsent(_) => Kind::ConsentGiven,
        Told::WithdrawConsent { .. } => Kind::ConsentWithdrawn,
        Told::Object { .. } => Kind::Objected,
        Told::UpholdObjection { .. } | Told::RejectObjection { .. } => Kind::ObjectionDecided,
        Told::DismissReport { .. } => Kind::Recorded,
        Told::Restrict { .. } => Kind::RestrictionPlaced,
        Told::TellOfLifting { .. } | Told::Tell { .. } => Kind::Told,
        Told::Lift { .. } => Kind::RestrictionLifted,
        Told::PlaceHold { .. } => Kind::HoldPlaced,
        Told::ReleaseHold { .. } => Kind::HoldReleased,
    }
}

/// The purpose and the fields that an act's entry names.
fn about(act: &Told) -> (Option<PurposeName>, Vec<DataRef>) {
    match act {
        Told::Collect(collection) => {
            let one = (collection.purposes.len() == 1).then(|| collection.purposes.first().cloned());
            (one.flatten(), collection.fields.clone())
        }
        Told::Happened { data, .. } | Told::Restrict { data, .. } | Told::PlaceHold { data, .. } => {
            (None, data.clone())
        }
        Told::GiveConsent(consent) => (Some(consent.purpose.clone()), Vec::new()),
        Told::WithdrawConsent { purpose, .. }
        | Told::UpholdObjection { purpose }
        | Told::RejectObjection { purpose, .. } => (Some(purpose.clone()), Vec::new()),
        Told::Object { purpose } => (purpose.clone(), Vec::new()),
        _ => (None, Vec::new()),
    }
}
