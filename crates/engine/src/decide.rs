//! Asking whether a use is allowed: one question or many, each answered by the gate from the person's
//! standing, and one ledger entry for all of them (decision 20).
//!
//! The standing of a person is worked out once and kept in memory until something is recorded of
//! them or it changes by itself. Not here: what is allowed (`kept_core::decision`).

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};

use kept_core::decision::{self, Aim, Answer, Exception, FieldId, Gate, Question, Refusal, View};
use kept_core::identifier::Identifier;
use kept_core::ledger::{Durable, Entry, Kind, Outcome};
use kept_core::name::{EventKind, PersonKind, PurposeName, RecipientName, RoleName};
use kept_core::policy::Policy;
use kept_core::policy::model::{Channel, DataRef, Purpose};
use kept_core::standing::{KeepState, next_change, reads};
use kept_core::time::{Day, Instant};
use kept_core::timeline::Timeline;
use kept_vault::entry::Whom as Named;
use kept_vault::{SubjectId, Tx};
use serde::{Deserialize, Serialize};

use crate::case_file::CaseFile;
use crate::company::{Company, log_purpose};
use crate::desk::Whom;
use crate::failure::Failure;
use crate::record::blind;

/// Of how many people the view is kept in memory: some hundred bytes each.
const PEOPLE_MAX: usize = 50_000;

/// The most questions of one call: each person is a row beside its entry.
pub const QUESTIONS_MAX: usize = 10_000;

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verb {
    /// Take in new data.
    Collect {
        /// The kind of people, where it is known.
        people: Option<PersonKind>,
        /// The age in years, where it is known.
        age: Option<u8>,
        /// Whether the person consents with it.
        consents: bool,
    },
    /// Read, and use inside.
    Read,
    /// Address the person.
    Contact(Channel),
    /// Give to a recipient.
    Disclose(RecipientName),
    /// Decide about the person by automated means alone.
    DecideAutomatically,
}

/// A question about one person.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Who.
    pub whom: Whom,
    /// For which purpose: one of the policy, or `rights`, `erasure`, `incident`, `backup`.
    pub purpose: PurposeName,
    /// What is to be done.
    pub verb: Verb,
    /// With which data; a category means all its fields.
    pub fields: Vec<DataRef>,
    /// In which role somebody asks.
    pub role: Option<RoleName>,
    /// The exception of 18(2) that is claimed.
    pub exception: Option<Exception>,
}

/// An answer. No personal value is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decided {
    /// Whether it may be done.
    pub allowed: bool,
    /// What allows it, or stands against it, as a word.
    pub because: Answer,
    /// The same in words.
    pub words: String,
    /// The article behind a refusal.
    pub article: Option<&'static str>,
    /// The field that is refused, where it is one.
    pub field: Option<DataRef>,
    /// Until when the answer holds by itself, where that is known.
    pub until: Option<Instant>,
    /// Why the person can't be told from others, a store that could not be asked, or the event that
    /// nobody told.
    pub problem: Option<String>,
    /// Who decides instead where a machine may not: as the policy says, else the roles of the purpose.
    pub human: Option<String>,
}

/// The views that are kept in memory.
#[derive(Debug, Default)]
pub(crate) struct Decisions(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    people: BTreeMap<SubjectId, Sight>,
    order: VecDeque<SubjectId>,
}

/// A person as seen last.
#[derive(Clone, Debug)]
struct Sight {
    /// The last event that counted, and the day of the gate.
    version: (i64, Day),
    from: Instant,
    until: Option<Instant>,
    view: Arc<View>,
    /// Of which event nobody knows whether or when it happened, for the purposes that count from one.
    missing: Arc<BTreeMap<PurposeName, EventKind>>,
}

impl Decisions {
    fn find(&self, subject: SubjectId, version: (i64, Day), now: Instant) -> Option<Sight> {
        let seen = self.0.lock().ok()?;
        let sight = seen.people.get(&subject)?;
        let holds = sight.from <= now && sight.until.is_none_or(|until| now < until);
        (sight.version == version && holds).then(|| sight.clone())
    }

    fn keep(&self, subject: SubjectId, sight: &Sight) {
        let Ok(mut seen) = self.0.lock() else { return };
        if seen.people.insert(subject, sight.clone()).is_none() {
            seen.order.push_back(subject);
        }
        while seen.people.len() > PEOPLE_MAX {
            let Some(oldest) = seen.order.pop_front() else { break };
            seen.people.remove(&oldest);
        }
    }
}

/// Of whom a question is, as far as Kept knows, and how they are seen.
#[derive(Clone)]
struct Subject {
    id: Option<SubjectId>,
    sight: Result<Sight, String>,
}

impl Company {
    /// Answers questions, in their order. One ledger entry is written for all of them.
    ///
    /// # Errors
    /// [`Failure::Refused`] for more than [`QUESTIONS_MAX`]; a fault of Kept's own store. What can't be
    /// told of one person is that question's answer.
    pub fn decide(&mut self, asks: &[Ask], now: Instant) -> Result<Vec<Decided>, Failure> {
        if asks.len() > QUESTIONS_MAX {
            return Err(Failure::Refused(format!("at most {QUESTIONS_MAX} questions are answered at once")));
        }
        let (answers, people) = self.judge(asks, now)?;
        let subjects: Vec<SubjectId> = people.into_iter().collect();
        let entry = self.question_entry(asks, &answers, now)?;
        self.vault.write("decided", |tx| {
            let whom = match subjects.as_slice() {
                [] => Named::Nobody,
                [one] => Named::One(*one),
                several => Named::Many(several),
            };
            tx.log(whom, entry.clone(), &log_purpose()).map(drop).map_err(Failure::from)
        })?;
        Ok(answers)
    }

    /// The answers to questions that an act asks of itself: its own entry tells of them.
    pub(crate) fn answers(&mut self, asks: &[Ask], now: Instant) -> Result<Vec<Decided>, Failure> {
        self.judge(asks, now).map(|(answers, _)| answers)
    }

    fn judge(&mut self, asks: &[Ask], now: Instant) -> Result<(Vec<Decided>, BTreeSet<SubjectId>), Failure> {
        let gate = self.gate(now);
        let mut people = self.vault.read("decide", |tx| {
            // Questions about one person's fields come one after the other: the person is looked up once.
            let mut seen: Vec<Subject> = Vec::with_capacity(asks.len());
            for (place, ask) in asks.iter().enumerate() {
                let before = place.checked_sub(1).and_then(|place| asks.get(place).zip(seen.get(place)));
                let same = before.filter(|(one, _)| one.whom.identifiers == ask.whom.identifiers);
                let subject = match same {
                    Some((_, subject)) => subject.clone(),
                    None => self.see(tx, &gate, &ask.whom.identifiers, now)?,
                };
                seen.push(subject);
            }
            Ok::<_, Failure>(seen)
        })?;
        self.ask_stores(asks, &gate, &mut people, now)?;
        let answers: Vec<Decided> =
            asks.iter().zip(&people).map(|(ask, person)| answer(self.policy(), &gate, ask, person)).collect();
        let subjects = people.iter().filter_map(|person| person.id).collect();
        Ok((answers, subjects))
    }

    /// The person of these identifiers as Kept's own record tells.
    fn see(
        &self,
        tx: &mut Tx,
        gate: &Gate,
        identifiers: &[Identifier],
        now: Instant,
    ) -> Result<Subject, Failure> {
        let today = self.policy().zone().day_of(now);
        let controller = self.controller();
        let mut found = BTreeMap::new();
        for identifier in identifiers {
            found.extend(tx.find_version(&blind(&controller, identifier))?);
        }
        if found.len() > 1 {
            let problem = format!("these identifiers belong to {} people", found.len());
            return Ok(Subject { id: None, sight: Err(problem) });
        }
        let Some((subject, version)) = found.into_iter().next() else {
            let view = Arc::new(View::of_nobody(gate));
            let sight = Sight { version: (0, today), from: now, until: None, view, missing: Arc::default() };
            return Ok(Subject { id: None, sight: Ok(sight) });
        };
        if let Some(sight) = self.decisions.find(subject, (version, today), now) {
            return Ok(Subject { id: Some(subject), sight: Ok(sight) });
        }
        let timeline = tx.timeline(subject)?;
        let sight = self.sight(gate, &timeline, (version, today), now);
        self.decisions.keep(subject, &sight);
        Ok(Subject { id: Some(subject), sight: Ok(sight) })
    }

    /// A person's view, as kept in memory or made anew.
    pub(crate) fn view_of(&self, gate: &Gate, id: SubjectId, timeline: &Timeline, now: Instant) -> Arc<View> {
        let last = timeline.events().iter().map(|event| event.id.0).max().unwrap_or(0);
        let version = (i64::try_from(last).unwrap_or(i64::MAX), self.policy().zone().day_of(now));
        if let Some(sight) = self.decisions.find(id, version, now) {
            return sight.view;
        }
        let sight = self.sight(gate, timeline, version, now);
        self.decisions.keep(id, &sight);
        sight.view
    }

    fn sight(&self, gate: &Gate, timeline: &Timeline, version: (i64, Day), now: Instant) -> Sight {
        let (standing, view) = self.view(gate, timeline, now);
        let until = next_change(&self.history, timeline, now, now);
        let missing = standing.grounds.iter().filter_map(|ground| match &ground.keep {
            KeepState::Unknown(event) => Some((ground.purpose()?.clone(), event.clone())),
            _ => None,
        });
        Sight { version, from: now, until, view: Arc::new(view), missing: Arc::new(missing.collect()) }
    }

    /// Looks the people up in the stores whose purposes are told there: what columns tell may change
    /// behind Kept's back, so nothing of it is remembered.
    fn ask_stores(
        &mut self,
        asks: &[Ask],
        gate: &Gate,
        people: &mut [Subject],
        now: Instant,
    ) -> Result<(), Failure> {
        let policy = self.policy().clone();
        let told: BTreeSet<&PurposeName> = policy
            .purposes
            .values()
            .filter(|purpose| is_told_by_stores(&policy, purpose))
            .map(|purpose| &purpose.name)
            .collect();
        let wanted: Vec<usize> =
            (0..).zip(asks).filter(|(_, ask)| told.contains(&ask.purpose)).map(|(place, _)| place).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let mut entry = self.entry(Kind::Decided, now)?;
        entry.outcome = Outcome::Intended;
        let ((), receipt) = self.act("look_to_decide", |_| {
            Ok(((), crate::company::Act { entry: entry.clone(), subject: None }))
        })?;
        for place in wanted {
            let (Some(ask), Some(person)) = (asks.get(place), people.get_mut(place)) else { continue };
            if person.sight.is_ok() {
                self.see_in_stores(ask, gate, person, &receipt, now)?;
            }
        }
        Ok(())
    }

    fn see_in_stores(
        &mut self,
        ask: &Ask,
        gate: &Gate,
        person: &mut Subject,
        receipt: &Durable,
        now: Instant,
    ) -> Result<(), Failure> {
        let Some(whom) = self.in_stores(&ask.whom) else { return Ok(()) };
        let policy = self.policy().clone();
        let rows = person.id.map_or(Ok(Vec::new()), |subject| self.remembered(subject, receipt))?;
        let located = match crate::person::locate(&policy, &mut self.stores, &whom, &rows, receipt) {
            Ok(located) => located,
            Err(refusal) => {
                person.sight = Err(refusal.to_string());
                return Ok(());
            }
        };
        if let Some(down) = located.unreached.first() {
            // A fact is missing, and a missing fact is no permission.
            person.sight = Err(format!("the store `{}` could not be asked: {}", down.store, down.problem));
            return Ok(());
        }
        if person.id.is_none() {
            person.id = self.subject_of(&located)?;
        }
        let timeline = self.timeline_of(person.id, &located, &CaseFile::default(), now)?;
        if let Ok(sight) = &mut person.sight {
            *sight = self.sight(gate, &timeline, sight.version, now);
        }
        Ok(())
    }

    fn question_entry(&self, asks: &[Ask], answers: &[Decided], now: Instant) -> Result<Entry, Failure> {
        let mut entry = self.entry(Kind::Decided, now)?;
        let allowed = answers.iter().filter(|answer| answer.allowed).count();
        entry.outcome = match allowed {
            0 => Outcome::Refused,
            all if all == answers.len() => Outcome::Allowed,
            _ => Outcome::Partly,
        };
        if let Some(first) = asks.first() {
            let known = self.policy().purposes.contains_key(&first.purpose);
            if known && asks.iter().all(|ask| ask.purpose == first.purpose) {
                entry.purpose = Some(first.purpose.clone());
            }
            if asks.iter().all(|ask| ask.fields == first.fields) {
                let declared = |field: &&DataRef| self.policy().data.contains_key(&field.category);
                entry.fields = first.fields.iter().filter(declared).cloned().collect();
            }
            if let Verb::Disclose(to) = &first.verb
                && self.policy().recipients.contains_key(to)
            {
                entry.recipient = Some(to.clone());
            }
        }
        if entry.to_payload().is_err() {
            entry.fields.clear();
        }
        Ok(entry)
    }
}

/// Whether a column of a store tells anything of which this purpose is made.
pub(crate) fn is_told_by_stores(policy: &Policy, purpose: &Purpose) -> bool {
    let tables = || policy.stores.values().flat_map(|store| store.tables.values());
    tables().any(|table| {
        table.consents.contains_key(&purpose.name)
            || table.events.keys().any(|event| *event == purpose.starts || reads(purpose, event))
    })
}

/// The answer to one question.
fn answer(policy: &Policy, gate: &Gate, ask: &Ask, person: &Subject) -> Decided {
    let sight = match &person.sight {
        Ok(sight) => sight,
        Err(problem) => {
            return decided(gate, Answer::Refused(Refusal::FactMissing), None, Some(problem.clone()));
        }
    };
    let because = match question(policy, gate, ask) {
        Some((aim, act, fields, role)) => {
            let question = Question { aim, act, fields: &fields, role, exception: ask.exception };
            gate.decide(&sight.view, &question)
        }
        None => Answer::Refused(Refusal::Unknown),
    };
    let missing =
        sight.missing.get(&ask.purpose).filter(|_| because == Answer::Refused(Refusal::FactMissing));
    let problem = missing.map(|event| {
        format!("nothing tells whether and when `{event}` happened: record the event, or map its column")
    });
    let human = (ask.verb == Verb::DecideAutomatically && !because.is_allowed())
        .then(|| human(policy, &ask.purpose))
        .flatten();
    Decided { human, ..decided(gate, because, sight.until, problem) }
}

/// The human who decides for a purpose.
fn human(policy: &Policy, purpose: &PurposeName) -> Option<String> {
    let said = policy.purposes.get(purpose)?.decides.as_ref().and_then(|decides| decides.human.as_ref());
    if let Some(said) = said {
        return Some(said.written.clone());
    }
    let roles = policy.roles.values().filter(|role| role.purposes.contains(purpose));
    let title = |role: &kept_core::policy::model::Role| {
        role.title.as_ref().map_or_else(|| role.name.to_string(), |title| title.written.clone())
    };
    let titles: Vec<String> = roles.map(title).collect();
    (!titles.is_empty()).then(|| titles.join(", "))
}

type Asked = (Aim, decision::Act, Vec<FieldId>, Option<decision::RoleId>);

/// A question in the gate's numbers; `None` where it names what the policy does not have.
fn question(policy: &Policy, gate: &Gate, ask: &Ask) -> Option<Asked> {
    let aim = match gate.purpose(ask.purpose.as_str()) {
        Some(purpose) => Aim::Purpose(purpose),
        None => match ask.purpose.as_str() {
            "rights" => Aim::Rights,
            "erasure" => Aim::Erasure,
            "incident" => Aim::Incident,
            "backup" => Aim::Backup,
            _ => return None,
        },
    };
    let act = match &ask.verb {
        Verb::Collect { people, age, consents } => decision::Act::Collect {
            people: match people {
                Some(kind) => Some(gate.people(kind.as_str())?),
                None => None,
            },
            age: *age,
            consents: *consents,
        },
        Verb::Read => decision::Act::Read,
        Verb::Contact(channel) => decision::Act::Contact(*channel),
        Verb::Disclose(to) => match gate.recipient(to.as_str()) {
            Some(to) => decision::Act::Disclose(to),
            // Whoever demands by a way of the policy is no recipient of the purpose: its ground has to
            // stand, and what the demand has to bring is asked for by `disclose`.
            None => crate::disclose::demanded(policy, to).map(|_| decision::Act::Read)?,
        },
        Verb::DecideAutomatically => decision::Act::DecideAutomatically,
    };
    let mut fields = Vec::new();
    for data in &ask.fields {
        let declared = policy.data.get(&data.category)?;
        if data.field.as_ref().is_some_and(|field| !declared.fields.contains_key(field)) {
            return None;
        }
        fields.extend(gate.fields_in(data));
    }
    let role = match &ask.role {
        Some(role) => Some(gate.role(role.as_str())?),
        None => None,
    };
    Some((aim, act, fields, role))
}

fn decided(gate: &Gate, because: Answer, until: Option<Instant>, problem: Option<String>) -> Decided {
    let refusal = match because {
        Answer::Refused(refusal) => Some(refusal),
        Answer::Allowed(_) => None,
    };
    let field = match refusal {
        Some(Refusal::NotNeeded(field) | Refusal::Restricted(field) | Refusal::NotForRecipient(field)) => {
            gate.name_of(field).cloned()
        }
        _ => None,
    };
    Decided {
        allowed: because.is_allowed(),
        because,
        words: refusal.map_or("allowed", Refusal::words).to_owned(),
        article: refusal.and_then(Refusal::article),
        field,
        until,
        problem,
        human: None,
    }
}
