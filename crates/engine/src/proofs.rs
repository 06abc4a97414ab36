//! The proof of consents that only a store's column tells: once such a consent is withdrawn, its column is
//! changed, and the row goes with retention. What it told is written into Kept's own record first, so that
//! it can be shown (7(1)), for as long as the policy keeps such proofs.
//!
//! Not here: consents as records (`consents`), and the columns themselves (`withdrawn`).

use std::collections::{BTreeMap, BTreeSet};

use kept_connect::due::Question;
use kept_connect::due::consents::going;
use kept_connect::due::people::Page;
use kept_core::identifier::Identifier;
use kept_core::ledger::{Durable, Kind};
use kept_core::name::{ColumnName, PurposeName, StoreName};
use kept_core::plan::{Action, Key, StorePlan};
use kept_core::policy::Policy;
use kept_core::policy::model::{OwnRecord, Store};
use kept_core::standing::proof::proofs;
use kept_core::standing::{Stage, Standing};
use kept_core::time::Instant;
use kept_core::timeline::{Event, EventId, Happening, Occasion, Proof, Timeline};
use kept_vault::{SubjectId, Tx};

use crate::case_file::CaseFile;
use crate::company::{Act, Company};
use crate::consents::is_echo;
use crate::failure::Failure;
use crate::person::Located;
use crate::person::looks::{Namesakes, Schemas, locate_all};
use crate::remembered::Remembered;
use crate::report::Unreached;
use crate::stores::unreached;

/// By what the proof of a consent read from a column says how it was given.
const BY_COLUMN: &str = "told by a column of a store";

/// How many rows of a table are looked at together before a run takes them.
const PAGE: u32 = 500;

/// Somebody whose rows go, and what of it is kept: under whom, where Kept knows them already.
type Going<'a> = (Option<SubjectId>, &'a Located, Vec<Event>);

/// What was kept of the consents that rows told which a run takes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Kept {
    /// Acts of consenting that were written into Kept's own record.
    pub(crate) acts: u64,
    /// People of whom nobody can tell who they are: what their rows told goes with them.
    pub(crate) untold: u64,
}

impl Kept {
    /// Both together.
    #[must_use]
    pub(crate) fn and(self, other: Self) -> Self {
        Self { acts: self.acts + other.acts, untold: self.untold + other.untold }
    }

    /// What to say of it.
    pub(crate) fn note(self) -> Option<String> {
        (self.untold > 0).then(|| {
            format!(
                "{} people who consented by columns can't be told from others, or have nothing by which they \
                 are known: the proof of their consents goes with their rows",
                self.untold
            )
        })
    }
}

impl Company {
    /// Writes into a person's own record what columns tell of consents that are over; how many acts that
    /// were. A consent that stands is left where it is told: there alone it may be taken back.
    pub(crate) fn keep_proofs(
        &self,
        subject: SubjectId,
        located: &Located,
        now: Instant,
    ) -> Result<u64, Failure> {
        let timeline = self.timeline_of(Some(subject), located, &CaseFile::default(), now)?;
        let new = self.told_proofs(located, &timeline, Goes::No, now);
        if new.is_empty() {
            return Ok(0);
        }
        let entry = self.entry(Kind::Recorded, now)?;
        let (count, _) = self.act("keep_proofs", |tx| {
            let count = self.append_proofs(tx, subject, &new, now)?;
            Ok((count, Act { entry: entry.clone(), subject: Some(subject) }))
        })?;
        Ok(count)
    }

    /// Writes into a person's own record what columns tell of consents that are about to be written anew: an
    /// earlier consent and its withdrawal have no other place (7(1)). Whether there was anything.
    pub(crate) fn keep_overwritten(
        &self,
        subject: SubjectId,
        located: &Located,
        (timeline, plans): (&Timeline, &[StorePlan]),
        now: Instant,
    ) -> Result<bool, Failure> {
        let written: BTreeSet<&PurposeName> = plans.iter().flat_map(|plan| self.rewritten(plan)).collect();
        if written.is_empty() {
            return Ok(false);
        }
        let zones = self.zones();
        let mut new: Vec<Event> = Vec::new();
        for event in self.told_by(located, &CaseFile::default(), now) {
            let Some(purpose) = consented(&event.what).filter(|purpose| written.contains(purpose)) else {
                continue;
            };
            let kept = with_proof(event.clone(), &self.places(located, purpose), now);
            let is_twice =
                new.iter().any(|other| other.happened_at == kept.happened_at && other.what == kept.what);
            if !is_twice && !is_echo(&zones, timeline.events(), &event) {
                new.push(kept);
            }
        }
        if new.is_empty() {
            return Ok(false);
        }
        let entry = self.entry(Kind::Recorded, now)?;
        self.act("keep_overwritten", |tx| {
            self.append_proofs(tx, subject, &new, now)?;
            Ok(((), Act { entry: entry.clone(), subject: Some(subject) }))
        })?;
        Ok(true)
    }

    /// The purposes of the consents whose columns a plan writes.
    fn rewritten(&self, plan: &StorePlan) -> BTreeSet<&PurposeName> {
        let tables = self.policy().stores.get(&plan.store).map(|map| &map.tables);
        let mut purposes = BTreeSet::new();
        for step in &plan.steps {
            let (Action::Withdraw { consents }, Some(table)) =
                (&step.action, tables.and_then(|tables| tables.get(&step.table)))
            else {
                continue;
            };
            let is_written = |given: &ColumnName| consents.iter().any(|consent| consent.given == *given);
            let of_table = table.consents.iter().filter(|(_, told)| is_written(&told.given));
            purposes.extend(of_table.map(|(purpose, _)| purpose));
        }
        purposes
    }

    /// The same before a person's rows go: the facts by which a consent ended are kept with it, so that its
    /// proof goes in its time. Only where the policy says how long such proofs are kept. Whom Kept does not know
    /// yet is filed by digests.
    pub(crate) fn keep_going_proofs(
        &self,
        subject: Option<SubjectId>,
        located: &Located,
        now: Instant,
    ) -> Result<Kept, Failure> {
        let mut kept = Kept::default();
        if self.keeps_proofs() {
            let all = self.going_proofs(subject, located, &mut kept, now)?;
            self.append_all(&[(subject, located, all)], &mut kept, now)?;
        }
        Ok(kept)
    }

    /// What is to be kept of somebody whose rows go; nothing where nobody can tell who they are.
    fn going_proofs(
        &self,
        subject: Option<SubjectId>,
        located: &Located,
        kept: &mut Kept,
        now: Instant,
    ) -> Result<Vec<Event>, Failure> {
        let timeline = self.timeline_of(subject, located, &CaseFile::default(), now)?;
        let new = self.told_proofs(located, &timeline, Goes::Yes, now);
        let is_known = subject.is_some() || located.identifiers.iter().any(Identifier::is_unique);
        if new.is_empty() || is_known {
            return Ok(new);
        }
        kept.untold += 1;
        Ok(Vec::new())
    }

    /// Appends what is to be kept, in one act.
    fn append_all(&self, all: &[Going<'_>], kept: &mut Kept, now: Instant) -> Result<(), Failure> {
        if all.iter().all(|(.., new)| new.is_empty()) {
            return Ok(());
        }
        let entry = self.entry(Kind::Recorded, now)?;
        let (acts, _) = self.act("keep_going_proofs", |tx| {
            let (mut acts, mut last) = (0, None);
            for (subject, located, new) in all.iter().filter(|(.., new)| !new.is_empty()) {
                let subject = match subject {
                    Some(subject) => *subject,
                    None => self.file_digests(tx, located, now)?,
                };
                acts += self.append_proofs(tx, subject, new, now)?;
                last = Some(subject);
            }
            Ok((acts, Act { entry: entry.clone(), subject: last.filter(|_| all.len() == 1) }))
        })?;
        kept.acts += acts;
        Ok(())
    }

    /// Keeps what rows tell of consents that a run is about to take by the set, page by page: under the keyed
    /// digests of what identified the people, and of nobody whose consent was proven long enough already.
    pub(crate) fn keep_proofs_of_rows(
        &mut self,
        (policy, name, map): (&Policy, &StoreName, &Store),
        question: &Question<'_>,
        receipt: &Durable,
        now: Instant,
    ) -> Result<Result<Kept, Unreached>, Failure> {
        let mut kept = Kept::default();
        let tellers: Vec<_> = map.tables.values().filter(|table| !table.consents.is_empty()).collect();
        if tellers.is_empty() || !self.keeps_proofs() {
            return Ok(Ok(kept));
        }
        let schemas = Schemas::of(policy, &mut self.stores);
        let maps = schemas.maps(policy);
        for table in tellers {
            let mut after: Option<Key> = None;
            loop {
                let page = match self.stores.get(policy, name) {
                    Ok(connector) => going(connector.session(), question, &table.name, after.as_ref(), PAGE)
                        .map_err(|fault| unreached(name, &fault)),
                    Err(down) => Err(down),
                };
                let Page { last, people } = match page {
                    Ok(page) => page,
                    Err(down) => return Ok(Err(down)),
                };
                let Some(last) = last else { break };
                after = Some(last);
                let row = |(table, key)| Remembered { store: name.clone(), table, key };
                let rows: Vec<Remembered> = people.into_iter().map(row).collect();
                let located =
                    locate_all(policy, (&mut self.stores, &maps), (&rows, Namesakes::Refused), receipt);
                if let Some(down) = located.iter().flatten().find_map(|one| one.unreached.first()) {
                    // What another store tells may say that a consent stands: nobody can tell now.
                    return Ok(Err(down.clone()));
                }
                self.keep_page(&located, &mut kept, now)?;
            }
        }
        Ok(Ok(kept))
    }

    /// One page of people, in one act.
    fn keep_page<E>(
        &self,
        page: &[Result<Located, E>],
        kept: &mut Kept,
        now: Instant,
    ) -> Result<(), Failure> {
        let mut all: Vec<Going<'_>> = Vec::new();
        for one in page {
            let Ok(located) = one else {
                kept.untold += 1;
                continue;
            };
            let subject = self.subject_of(located)?;
            all.push((subject, located, self.going_proofs(subject, located, kept, now)?));
        }
        self.append_all(&all, kept, now)
    }

    fn append_proofs(
        &self,
        tx: &mut Tx,
        subject: SubjectId,
        new: &[Event],
        now: Instant,
    ) -> Result<u64, Failure> {
        let count = tx.append_events(subject, new.to_vec())?.len();
        let timeline = tx.timeline(subject)?;
        self.settle_and_mark(tx, subject, &timeline, now)?;
        Ok(count as u64)
    }

    /// Whether the policy says how long the proof of a consent is kept.
    fn keeps_proofs(&self) -> bool {
        self.policy().own.contains_key(&OwnRecord::ConsentProof)
    }

    /// What columns tell of consents that are over and that the record does not have; where rows go, with the
    /// facts by which they ended, and nothing whose proof is due already.
    fn told_proofs(&self, located: &Located, timeline: &Timeline, goes: Goes, now: Instant) -> Vec<Event> {
        let standing = self.standing_of(timeline, now);
        let zones = self.zones();
        let mut new: Vec<Event> = Vec::new();
        let told = self.told_by(located, &CaseFile::default(), now);
        for event in &told {
            let Some(purpose) = consented(&event.what) else { continue };
            if is_over(&standing, purpose, goes) && !is_echo(&zones, timeline.events(), event) {
                new.push(with_proof(event.clone(), &self.places(located, purpose), now));
            }
        }
        if goes == Goes::No {
            return new;
        }
        for purpose in new.iter().filter_map(|event| consented(&event.what)).cloned().collect::<BTreeSet<_>>()
        {
            let is_withdrawn = new.iter().any(|event| {
                matches!(&event.what, Happening::ConsentWithdrawn { purpose: of, .. } if *of == purpose)
            });
            let Some(declared) = self.policy().purposes.get(&purpose).filter(|_| !is_withdrawn) else {
                continue;
            };
            let counted = declared.counted();
            let counts = |event: &&Event| matches!(&event.what, Happening::Dated { event: kind, .. } if counted.contains(kind));
            // Of the person, whose consent it is: the row or contract that told it is gone afterwards.
            let facts = told.iter().filter(counts);
            new.extend(facts.map(|fact| Event { about: Occasion::Person, recorded_at: now, ..fact.clone() }));
        }
        let numbered = (EventId::FIRST_FROM_STORES / 2..).zip(new.clone());
        let alone = Timeline::new(numbered.map(|(id, event)| Event { id: EventId(id), ..event }).collect());
        let proofs = proofs(&self.history, &alone, now, now);
        let is_due =
            |proof: &kept_core::standing::proof::Proof| proof.goes_at.is_some_and(|goes| goes <= now);
        let due: BTreeSet<&PurposeName> =
            proofs.over.iter().filter(|proof| is_due(proof)).map(|proof| &proof.purpose).collect();
        new.retain(|event| consented(&event.what).is_none_or(|purpose| !due.contains(purpose)));
        if !new.iter().any(|event| consented(&event.what).is_some()) {
            new.clear();
        }
        new
    }

    /// The tables from which a person's consents to a purpose were read.
    pub(crate) fn places(&self, located: &Located, purpose: &PurposeName) -> String {
        let mut places: Vec<String> = Vec::new();
        for (store, rows) in &located.rows {
            let Some(map) = self.policy().stores.get(store) else { continue };
            let read = map.tables.values().filter(|table| {
                table.consents.contains_key(purpose)
                    && rows.table(&table.name).is_some_and(|read| !read.rows.is_empty())
            });
            places.extend(read.map(|table| format!("{store}.{}", table.name)));
        }
        places.join(", ")
    }
}

/// Whether the rows that tell of a consent are about to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Goes {
    No,
    Yes,
}

/// Whether a consent is over. Of rows that go, an occasion of which a fact is missing does not speak against it.
fn is_over(standing: &Standing, purpose: &PurposeName, goes: Goes) -> bool {
    let is_ended = |stage: Stage| matches!(stage, Stage::Ended | Stage::Locked);
    match goes {
        Goes::No => standing.of(purpose).all(|ground| is_ended(ground.stage())),
        Goes::Yes => {
            standing.of(purpose).any(|ground| is_ended(ground.stage()))
                && standing
                    .of(purpose)
                    .all(|ground| is_ended(ground.stage()) || ground.stage() == Stage::Unknown)
        }
    }
}

/// The purpose of an act of consenting.
fn consented(what: &Happening) -> Option<&PurposeName> {
    match what {
        Happening::ConsentGiven { purpose, .. } | Happening::ConsentWithdrawn { purpose, .. } => {
            Some(purpose)
        }
        _ => None,
    }
}

/// An act as it goes into the record: with where it was read.
pub(crate) fn with_proof(told: Event, places: &str, now: Instant) -> Event {
    let what = match told.what {
        Happening::ConsentGiven { purpose, wording, channels, scope, .. } => {
            let evidence = BTreeMap::from([
                ("read-from".to_owned(), places.to_owned()),
                ("read-at".to_owned(), now.to_string()),
            ]);
            let proof = Proof { how: Some(BY_COLUMN.to_owned()), evidence, ..Proof::default() };
            Happening::ConsentGiven { purpose, wording, channels, proof: Some(Box::new(proof)), scope }
        }
        other => other,
    };
    Event { recorded_at: now, what, ..told }
}
