//! Asking whether a use is allowed: one question or many, each answered by the gate from the person's
//! standing, and one ledger entry for all of them (decision 20).
//!
//! The standing of a person is worked out once and kept in memory until something is recorded of
//! them or it changes by itself. Not here: what is allowed (`kept_core::decision`).

mod answers;
mod belongs;
mod human;
mod in_stores;
mod question;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use kept_core::admission::is_told;
use kept_core::decision::{Answer, Exception, Gate, View};
use kept_core::identifier::Identifier;
use kept_core::ledger::{Entry, Kind, Outcome};
use kept_core::name::{ControllerName, EventKind, PersonKind, PurposeName, RecipientName, RoleName};
use kept_core::policy::model::{Channel, DataRef};
use kept_core::standing::{KeepState, changes, next_change};
use kept_core::time::{Day, Instant};
use kept_core::timeline::{EventId, Happening, Timeline};
use kept_vault::entry::Whom as Named;
use kept_vault::random::ById;
use kept_vault::{SubjectId, Tx};
use serde::{Deserialize, Serialize};

use crate::company::{Company, log_purpose};
use crate::desk::Whom;
use crate::failure::Failure;
use crate::grounds::Settled;
use crate::record::blind;
use crate::together::Prepared;
use crate::unit::{Own, asking};
use crate::within::Labels;

use answers::{answer, not_asked};
use belongs::Belongs;
pub(crate) use in_stores::is_told_by_stores;

/// Of how many people the view is kept in memory: some thousand bytes each.
const PEOPLE_MAX: usize = 12_000;

/// How many later changes of a person are looked at for the instant at which an answer turns.
const CHANGES_MAX: usize = 8;

/// How many different timelines are compared with the next one.
const ALIKE_MAX: usize = 7;

/// How many of the later views that differ are kept in memory.
const VIEWS_MAX: usize = 4;

/// Up to how many questions a call is short enough to share its commit with others.
const SHORT_QUESTIONS: usize = 20;

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
    /// The source that the data came from, where it is known: its terms may forbid what the policy allows.
    pub source: Option<String>,
    /// The controller that asks, where the policy has several: it has grounds of its own where who answers
    /// for the purpose differs by record. `None` means the only one that can be meant.
    pub controller: Option<ControllerName>,
}

/// An answer. No personal value is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decided {
    /// Whether it may be done.
    pub allowed: bool,
    /// What allows it, or stands against it, as a word.
    pub because: Answer,
    /// The same in words.
    pub words: &'static str,
    /// The article behind a refusal.
    pub article: Option<&'static str>,
    /// The field that is refused, where it is one.
    pub field: Option<DataRef>,
    /// When the answer turns into the other by itself, where that is known: from then on what is allowed
    /// is refused, or what is refused allowed.
    pub until: Option<Instant>,
    /// Why the person can't be told from others, a store that could not be asked, or the event that
    /// nobody told.
    pub problem: Option<String>,
    /// Who decides instead where a machine may not, and who looks again on request where it may (22(3)): as
    /// the policy says, else the roles of the purpose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub human: Option<String>,
}

/// The views that are kept in memory.
#[derive(Debug, Default)]
pub(crate) struct Decisions(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    people: ById<Sight>,
    order: VecDeque<SubjectId>,
}

/// A person as seen last.
#[derive(Clone, Debug)]
pub(crate) struct Sight {
    /// The last event that counted, and the day of the gate.
    version: (i64, Day),
    from: Instant,
    until: Option<Instant>,
    pub(crate) view: Arc<View>,
    /// How the person is seen later, from when on; `None` where nobody worked it out.
    later: Option<Arc<[(Instant, View)]>>,
    /// How each of several controllers sees them, where that differs.
    owns: Arc<[Own]>,
    told: Arc<Told>,
}

/// How far a person is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sees {
    /// As at this instant.
    Now,
    /// Also as far ahead as is known today.
    Ahead,
}

/// What a timeline tells beside the view.
#[derive(Debug, Default)]
struct Told {
    /// Of which event nobody knows whether or when it happened, for the purposes that count from one.
    missing: BTreeMap<PurposeName, EventKind>,
    /// For what each collection was made.
    collected: BTreeMap<EventId, Vec<PurposeName>>,
    /// Where collections came from, if not from the person, and which controller made them.
    labels: Labels,
}

impl Sight {
    /// How a controller sees the person, now and later; as the company does where that never differs.
    fn as_seen_by(&self, named: Option<&ControllerName>) -> (&View, &[(Instant, View)]) {
        match named.and_then(|named| self.owns.iter().find(|own| own.name == *named)) {
            Some(own) => (&own.view, &own.later),
            None => (&self.view, self.later.as_deref().unwrap_or_default()),
        }
    }

    /// How a controller sees the person.
    pub(crate) fn view_of(&self, named: Option<&ControllerName>) -> &View {
        self.as_seen_by(named).0
    }

    /// Of which event nobody knows whether or when it happened, where a purpose counts from it.
    pub(crate) fn missing(&self, purpose: &PurposeName) -> Option<&EventKind> {
        self.told.missing.get(purpose)
    }

    /// For what a collection was made.
    pub(crate) fn purposes_of(&self, collection: EventId) -> &[PurposeName] {
        self.told.collected.get(&collection).map_or(&[], Vec::as_slice)
    }

    /// Where collections came from, if not from the person, and which controllers made them.
    pub(crate) fn labels(&self) -> Labels {
        self.told.labels.clone()
    }

    /// Source and controller of one.
    pub(crate) fn labels_of(&self, collection: EventId) -> (Option<String>, Option<String>) {
        self.told.labels.get(collection)
    }
}

impl Decisions {
    /// Those of the people whose sight still holds, in their order.
    fn find(&self, of: &[(SubjectId, i64)], today: Day, now: Instant) -> Vec<Option<Sight>> {
        let Ok(seen) = self.0.lock() else { return vec![None; of.len()] };
        let find = |(subject, version): &(SubjectId, i64)| {
            let sight = seen.people.get(subject)?;
            let holds = sight.from <= now && sight.until.is_none_or(|until| now < until);
            (sight.version == (*version, today) && holds).then(|| sight.clone())
        };
        of.iter().map(find).collect()
    }

    fn keep(&self, made: &[(SubjectId, Sight)]) {
        let Ok(mut seen) = self.0.lock() else { return };
        for (subject, sight) in made {
            if seen.people.insert(*subject, sight.clone()).is_none() {
                seen.order.push_back(*subject);
            }
        }
        while seen.people.len() > PEOPLE_MAX {
            let Some(oldest) = seen.order.pop_front() else { break };
            seen.people.swap_remove(&oldest);
        }
    }
}

/// Whether everything that a timeline holds was recorded by then.
fn is_known(timeline: &Timeline, now: Instant) -> bool {
    timeline.events().iter().all(|event| event.recorded_at <= now)
}

/// Of whom a question is, as far as Kept knows, and how they are seen.
#[derive(Clone)]
pub(crate) struct Subject {
    pub(crate) id: Option<SubjectId>,
    pub(crate) sight: Result<Sight, String>,
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
        if self.asked_in_stores(asks).is_empty() {
            let act = |tx: &mut Tx| self.decide_own(tx, asks, now);
            let acted = if asks.len() <= SHORT_QUESTIONS {
                self.vault.act_among_others("decide", act)
            } else {
                self.vault.act("decide", act)
            };
            return acted.map(|acted| acted.value);
        }
        let gate = self.gate(now);
        let people = self.see_people(&gate, asks, now)?;
        let answers = self.answers_asked(&gate, asks, &people);
        let people: Vec<SubjectId> = people.iter().filter_map(|person| person.id).collect();
        let entry = self.question_entry(asks, &answers, now)?;
        self.vault.write("decided", |tx| {
            self.still_admitted(tx)?;
            log_question(tx, entry.clone(), people.clone())
        })?;
        Ok(answers)
    }

    /// The same, to be done with others.
    pub fn prepare_decide(&self, asks: Arc<[Ask]>, now: Instant) -> Prepared<Vec<Decided>> {
        if asks.len() > SHORT_QUESTIONS || !self.asked_in_stores(&asks).is_empty() {
            return Prepared::long(move |company| company.decide(&asks, now));
        }
        let doing = move |company: &Self, tx: &mut Tx| company.decide_own(tx, &asks, now);
        Prepared::short("decide", doing, |_, acted| Ok(acted.value))
    }

    /// Answers what Kept alone can tell: looked up, answered and written down in one transaction.
    fn decide_own(&self, tx: &mut Tx, asks: &[Ask], now: Instant) -> Result<Vec<Decided>, Failure> {
        self.still_admitted(tx)?;
        let now = self.in_turn(now);
        let gate = self.gate(now);
        let people = self.see_all(tx, &gate, asks, (now, Sees::Ahead))?;
        let answers = self.answers_asked(&gate, asks, &people);
        let entry = self.question_entry(asks, &answers, now)?;
        log_question(tx, entry, people.iter().filter_map(|person| person.id).collect())?;
        Ok(answers)
    }

    /// The answers to questions that an act asks of itself: its own entry tells of them.
    pub(crate) fn answers(&mut self, asks: &[Ask], now: Instant) -> Result<Vec<Decided>, Failure> {
        let gate = self.gate(now);
        let people = self.see_people(&gate, asks, now)?;
        Ok(self.answers_to(&gate, asks, &people))
    }

    /// The person of one question, as Kept's own record and the stores tell.
    pub(crate) fn see_one(
        &mut self,
        gate: &Gate,
        ask: &Ask,
        now: Instant,
    ) -> Result<Option<Subject>, Failure> {
        Ok(self.see_people(gate, std::slice::from_ref(ask), now)?.into_iter().next())
    }

    fn see_people(&mut self, gate: &Gate, asks: &[Ask], now: Instant) -> Result<Vec<Subject>, Failure> {
        let mut people = self.vault.read("decide", |tx| self.see_all(tx, gate, asks, (now, Sees::Ahead)))?;
        self.ask_stores(asks, gate, &mut people, now)?;
        Ok(people)
    }

    /// The answers to questions about people who were looked up.
    pub(crate) fn answers_to(&self, gate: &Gate, asks: &[Ask], people: &[Subject]) -> Vec<Decided> {
        let policy = self.policy();
        let of =
            |(ask, person): (&Ask, &Subject)| answer(policy, gate, (ask, ask.controller.as_ref()), person);
        asks.iter().zip(people).map(of).collect()
    }

    /// The same, for whoever asks from outside: which controller asks has to be clear first.
    fn answers_asked(&self, gate: &Gate, asks: &[Ask], people: &[Subject]) -> Vec<Decided> {
        let policy = self.policy();
        let of = |(ask, person): (&Ask, &Subject)| {
            let named = ask.controller.as_ref();
            match &ask.verb {
                // New data are nobody's yet.
                Verb::Collect { .. } if named.is_none() => answer(policy, gate, (ask, None), person),
                _ => match asking(policy, &ask.purpose, named) {
                    Ok(named) => answer(policy, gate, (ask, named), person),
                    Err(refusal) => not_asked(gate, &refusal),
                },
            }
        };
        asks.iter().zip(people).map(of).collect()
    }

    /// The person of each question as Kept's own record tells. Questions about one person's fields come
    /// one after the other: the person is looked up once.
    pub(crate) fn see_all(
        &self,
        tx: &mut Tx,
        gate: &Gate,
        asks: &[Ask],
        (now, sees): (Instant, Sees),
    ) -> Result<Vec<Subject>, Failure> {
        let controller = self.controller();
        let mut groups: Vec<(&[Identifier], usize)> = Vec::new();
        for ask in asks {
            let identifiers = ask.whom.identifiers.as_slice();
            match groups.last_mut().filter(|(before, _)| *before == identifiers) {
                Some((_, count)) => *count += 1,
                None => groups.push((identifiers, 1)),
            }
        }
        // Of a kind that nobody knows it would look as if nothing had ever begun.
        self.check_identifiers(groups.iter().map(|(identifiers, _)| *identifiers))?;
        let all: Vec<_> = groups
            .iter()
            .flat_map(|(identifiers, _)| identifiers.iter())
            .map(|identifier| blind(&controller, identifier))
            .collect();
        let mut found = tx.find_versions(&all)?.into_iter();
        let known: Vec<Belongs> = groups
            .iter()
            .map(|(identifiers, _)| Belongs::of(found.by_ref().take(identifiers.len()).flatten()))
            .collect();
        let one = |known: &Belongs| match known {
            Belongs::One(id, version) => Some((*id, *version)),
            Belongs::Nobody | Belongs::Several(_) => None,
        };
        let ones: Vec<(SubjectId, i64)> = known.iter().filter_map(one).collect();
        let mut sights = self.sights(tx, gate, &ones, (now, sees))?.into_iter();
        let mut people = Vec::with_capacity(asks.len());
        for (known, (_, count)) in known.iter().zip(&groups) {
            let subject = match known {
                Belongs::One(id, _) => {
                    Subject { id: Some(*id), sight: sights.next().ok_or_else(String::new) }
                }
                Belongs::Nobody => self.nobody(gate, 0, now),
                Belongs::Several(count) => self.nobody(gate, *count, now),
            };
            people.extend(std::iter::repeat_n(subject, *count));
        }
        Ok(people)
    }

    /// Somebody whom Kept does not know, or can't tell from others.
    fn nobody(&self, gate: &Gate, found: usize, now: Instant) -> Subject {
        if found > 1 {
            return Subject { id: None, sight: Err(format!("these identifiers belong to {found} people")) };
        }
        let (view, today) = (Arc::new(View::of_nobody(gate)), self.policy().zone().day_of(now));
        let (later, owns, told) = (Some([].into()), [].into(), Arc::default());
        let sight = Sight { version: (0, today), from: now, until: None, view, later, owns, told };
        Subject { id: None, sight: Ok(sight) }
    }

    /// People as kept in memory or seen anew, in their order; each with the number of the last event.
    pub(crate) fn sights(
        &self,
        tx: &mut Tx,
        gate: &Gate,
        of: &[(SubjectId, i64)],
        (now, sees): (Instant, Sees),
    ) -> Result<Vec<Sight>, Failure> {
        let today = self.policy().zone().day_of(now);
        let mut sights = self.decisions.find(of, today, now);
        if sees == Sees::Ahead {
            sights.iter_mut().for_each(|sight| *sight = sight.take().filter(|seen| seen.later.is_some()));
        }
        let missing: Vec<(SubjectId, i64)> =
            of.iter().zip(&sights).filter(|(_, sight)| sight.is_none()).map(|(one, _)| *one).collect();
        if !missing.is_empty() {
            let ids: Vec<SubjectId> = missing.iter().map(|(id, _)| *id).collect();
            let timelines = tx.timelines(&ids)?;
            // Whoever was filed together has the same timeline, and is seen alike.
            let mut alike: VecDeque<(&Timeline, Sight)> = VecDeque::new();
            let mut made: Vec<(SubjectId, Sight)> = Vec::with_capacity(missing.len());
            for ((id, last), timeline) in missing.iter().zip(&timelines) {
                let version = (*last, today);
                let known = alike.iter().find(|(other, _)| *other == timeline);
                let sight = match (known, sees) {
                    (Some((_, sight)), _) => Sight { version, ..sight.clone() },
                    (None, Sees::Now) => self.sight(gate, timeline, version, now),
                    (None, Sees::Ahead) => self.far_sight(gate, timeline, version, now),
                };
                if known.is_none() {
                    alike.truncate(ALIKE_MAX);
                    alike.push_front((timeline, sight.clone()));
                }
                made.push((*id, sight));
            }
            let mut new = made.iter().map(|(_, sight)| sight.clone());
            sights.iter_mut().filter(|sight| sight.is_none()).for_each(|sight| *sight = new.next());
            drop(new);
            self.keep_known(tx, made, &timelines, now);
        }
        Ok(sights.into_iter().flatten().collect())
    }

    /// Keeps views in memory once what they are of is committed, and none of a person of whom something was
    /// recorded after `now`: whoever asked before it and looks after it sees the person without it, and the
    /// next one must not.
    fn keep_known(&self, tx: &mut Tx, made: Vec<(SubjectId, Sight)>, timelines: &[Timeline], now: Instant) {
        let both = made.into_iter().zip(timelines);
        let known = both.filter(|(_, timeline)| is_known(timeline, now)).map(|(one, _)| one);
        let (known, decisions) = (known.collect::<Vec<_>>(), Arc::clone(&self.decisions));
        tx.afterwards(move || decisions.keep(&known));
    }

    fn sight(&self, gate: &Gate, timeline: &Timeline, version: (i64, Day), now: Instant) -> Sight {
        let (standing, view) = self.view(gate, timeline, now);
        let until = next_change(&self.history, timeline, now, now);
        self.seen_as(timeline, Settled { standing, view, until }, version, now)
    }

    fn seen_as(&self, timeline: &Timeline, settled: Settled, version: (i64, Day), now: Instant) -> Sight {
        let Settled { standing, view, until } = settled;
        let owns = self.owns(timeline, now, 0);
        let until = until.into_iter().chain(owns.iter().filter_map(|own| own.until)).min();
        let missing = standing.grounds.iter().filter_map(|ground| match &ground.keep {
            KeepState::Unknown(event) => Some((ground.purpose()?.clone(), event.clone())),
            _ => None,
        });
        let collected = timeline.events().iter().filter_map(|event| match &event.what {
            Happening::Collected { purposes, .. } => {
                Some((event.id, purposes.iter().map(|purpose| self.own_name(purpose)).collect()))
            }
            _ => None,
        });
        let told =
            Told { missing: missing.collect(), collected: collected.collect(), labels: Labels::of(timeline) };
        let (view, owns, told) = (Arc::new(view), owns.into(), Arc::new(told));
        Sight { version, from: now, until, view, later: None, owns, told }
    }

    /// How a person is seen once an act is durable whose last event this was.
    pub(crate) fn sight_after(
        &self,
        timeline: &Timeline,
        settled: Settled,
        last: EventId,
        now: Instant,
    ) -> Option<Sight> {
        let last = i64::try_from(last.0).ok().filter(|_| is_known(timeline, now))?;
        Some(self.seen_as(timeline, settled, (last, self.policy().zone().day_of(now)), now))
    }

    /// Has a person's sight at hand for the questions that follow.
    pub(crate) fn keep_sight(&self, of: SubjectId, sight: Sight) {
        self.decisions.keep(&[(of, sight)]);
    }

    /// The same, once what it is of is committed.
    pub(crate) fn keep_afterwards(&self, tx: &mut Tx, of: SubjectId, sight: Option<Sight>) {
        if let Some(sight) = sight {
            let decisions = Arc::clone(&self.decisions);
            tx.afterwards(move || decisions.keep(&[(of, sight)]));
        }
    }

    /// The same, with how the person is seen later as far as is known today.
    fn far_sight(&self, gate: &Gate, timeline: &Timeline, version: (i64, Day), now: Instant) -> Sight {
        let mut sight = self.sight(gate, timeline, version, now);
        let mut later: Vec<(Instant, View)> = Vec::new();
        if sight.until.is_some() {
            for (from, standing) in changes(&self.history, timeline, now, now).take(CHANGES_MAX) {
                let view = View::new(gate, &standing, is_told(self.policy(), timeline, from));
                let view = view.with_people(gate, timeline);
                let before = later.last().map_or(&*sight.view, |(_, view)| view);
                if view != *before {
                    later.push((from, view));
                }
                if later.len() == VIEWS_MAX {
                    break;
                }
            }
        }
        sight.later = Some(later.into());
        if !sight.owns.is_empty() {
            sight.owns = self.owns(timeline, now, VIEWS_MAX).into();
        }
        sight
    }

    /// The policy's own copy of a purpose's name: many people's events hold the same.
    fn own_name(&self, name: &PurposeName) -> PurposeName {
        self.policy().purposes.get_key_value(name).map_or(name, |(own, _)| own).clone()
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
                && self.policy().recipient(to).is_some()
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

/// The one entry of all questions of a call.
fn log_question(tx: &mut Tx, entry: Entry, mut people: Vec<SubjectId>) -> Result<(), Failure> {
    people.sort_unstable();
    people.dedup();
    let whom = match people.as_slice() {
        [] => Named::Nobody,
        [one] => Named::One(*one),
        several => Named::Many(several),
    };
    tx.log(whom, entry, &log_purpose()).map(drop).map_err(Failure::from)
}
