//! One person's record judged in hindsight: was each use allowed on its day, as everything known
//! today tells; do Kept's own values still stand on something; was the person told, was an
//! objection decided, was a review held.
//!
//! Hindsight is the point: a withdrawal that reached the company on the 1st and was written down on
//! the 10th makes a use of the 5th a breach, although the gate could not know (7(3)). What is allowed
//! is asked of the same gate that decides (`kept_core::decision`).

use std::collections::BTreeMap;
use std::sync::Arc;

use kept_core::admission::frozen::frozen;
use kept_core::admission::is_told;
use kept_core::admission::screened::undecided;
use kept_core::decision::{Act, Aim, Answer, Exception, Gate, Question, Refusal, View, recipient_refusal};
use kept_core::ledger::{Entry, Kind};
use kept_core::name::PurposeName;
use kept_core::policy::Policy;
use kept_core::policy::model::{DataRef, OwnRecord};
use kept_core::standing::proof::proofs_given;
use kept_core::standing::{KeepState, Mark, PolicyHistory, Purposed, Standing, Why, standing};
use kept_core::time::{Day, Instant, Span};
use kept_core::timeline::{Event, EventId, Happening, Right, ScreeningOutcome, Timeline};

use crate::audit::GRACE_HOURS;
use crate::audit::acts::{Acts, Person, Topic, is_link};
use crate::audit::told::Change;
use crate::decide::is_told_by_stores;
use crate::own::stays;
use crate::own_told::{ToldByStores, is_shown_over};
use crate::report::audit::{Counted, Wrong};

/// The pass over everybody, and what it found so far.
pub(super) struct Pass<'a> {
    pub(super) history: &'a PolicyHistory,
    pub(super) policy: Arc<Policy>,
    pub(super) now: Instant,
    pub(super) since: Instant,
    pub(super) changes: Vec<Change>,
    pub(super) acts: Acts,
    gates: BTreeMap<(Instant, Day), Gate>,
}

impl<'a> Pass<'a> {
    pub(super) fn new(
        history: &'a PolicyHistory,
        policy: &Arc<Policy>,
        (since, now): (Instant, Instant),
    ) -> Self {
        let changes = crate::audit::told::changes(history, since, now);
        let mut acts = Acts::default();
        for _ in &changes {
            acts.add(Topic::Changes, Counted::Changes);
        }
        Self { history, policy: policy.clone(), now, since, changes, acts, gates: BTreeMap::new() }
    }

    pub(super) fn day_of(&self, at: Instant) -> Day {
        self.policy.zone().day_of(at)
    }

    /// Judges a person.
    pub(super) fn judge(&mut self, person: &Person) {
        self.acts.people += 1;
        for entry in &person.entries {
            if self.mailed(person.timeline.as_ref(), entry) {
                continue;
            }
            self.disclosed(entry);
            if let Some(timeline) = &person.timeline {
                self.used(timeline, entry);
            }
        }
        let Some(timeline) = &person.timeline else { return };
        if timeline.events().is_empty() {
            return;
        }
        let now = standing(self.history, timeline, self.now, self.now);
        match &person.told {
            ToldByStores::None => self.values(timeline, &now, &person.values),
            ToldByStores::Events(events) => {
                let whole = timeline.clone().with(events.iter().cloned());
                let now = standing(self.history, &whole, self.now, self.now);
                self.values(&whole, &now, &person.values);
            }
            ToldByStores::Nothing => {
                let told = |value: &&(EventId, DataRef)| is_shown_over(&self.policy, (timeline, &now), value);
                let shown: Vec<_> = person.values.iter().filter(told).cloned().collect();
                self.values(timeline, &now, &shown);
            }
            // The store that could not be asked is told of by itself.
            ToldByStores::Missing => {}
        }
        self.proofs(timeline, &now);
        self.screened(timeline, &now, &person.values);
        self.stands(timeline, &now);
        self.told(timeline);
        for event in timeline.events() {
            self.event(event);
        }
    }

    /// Messages that were sent with a link to refuse further ones, and links that were followed: whether it is
    /// an entry of either. A link that was followed stops what it is for.
    fn mailed(&mut self, timeline: Option<&Timeline>, entry: &Entry) -> bool {
        let is_link = is_link(entry);
        if entry.kind != Kind::Contacted && !is_link {
            return false;
        }
        let Some(purpose) = entry.purpose.as_ref().filter(|_| entry.at >= self.since) else { return true };
        let topic = Topic::Purpose(purpose.clone());
        let what = if is_link { Counted::Unsubscriptions } else { Counted::Messages };
        self.acts.add(topic.clone(), what);
        let stops = |event: &Event| match &event.what {
            Happening::ConsentWithdrawn { purpose: of, .. } => of == purpose,
            Happening::Objected { purpose: of } => of.as_ref().is_none_or(|of| of == purpose),
            Happening::ErasureRequested | Happening::Died => true,
            _ => false,
        };
        // Of somebody who was erased nobody can tell, and nothing is sent to them.
        if let Some(timeline) = timeline.filter(|timeline| is_link && !timeline.events().is_empty())
            && !timeline.events().iter().any(stops)
        {
            let on = self.day_of(entry.at);
            self.acts.wrong(topic, Wrong::NotStopped, on);
        }
        true
    }

    /// What can be said of a disclosure without the person: papers on the day, and the reference.
    pub(super) fn disclosed(&mut self, entry: &Entry) {
        if entry.kind != Kind::Disclosed || entry.at < self.since {
            return;
        }
        self.acts.add(Topic::All, Counted::Disclosures);
        let on = self.day_of(entry.at);
        let by = entry.rule.as_deref().and_then(|rule| rule.strip_prefix("disclosure."));
        // After the way stands the basis that was chosen, where it has several.
        if let Some(way) = by.and_then(|by| by.split('.').next()) {
            let topic = Topic::Way(way.to_owned());
            self.acts.add(topic.clone(), Counted::Disclosures);
            let policy = &self.history.at(entry.at).policy;
            let asks = policy.disclosures.get(way).is_some_and(|way| {
                way.needs.is_empty() || way.needs.iter().any(|need| need == "legal reference")
            });
            if asks && entry.request.is_none() {
                self.acts.wrong(topic, Wrong::WithoutReference, on);
            }
        }
        let Some(recipient) = &entry.recipient else { return };
        let recipient = self.policy.recipient(recipient).map_or(recipient, |(kind, _)| &kind.id);
        self.acts.add(Topic::Recipient(recipient.clone()), Counted::Disclosures);
        let found = entry.purpose.as_ref().and_then(|purpose| self.papers(recipient, purpose, on));
        if let Some(wrong) = found.and_then(of_recipient) {
            self.acts.wrong(Topic::Recipient(recipient.clone()), wrong, on);
        }
    }

    /// The papers of a recipient on a day are facts: what the policy in force knows of them counts.
    fn papers(
        &self,
        recipient: &kept_core::name::RecipientName,
        purpose: &PurposeName,
        on: Day,
    ) -> Option<Refusal> {
        let to = self.policy.recipients.get(recipient)?;
        let purpose = self.policy.purposes.get(purpose)?;
        let refusal = recipient_refusal(&self.policy, purpose, to, on)?;
        let is_paper = matches!(
            refusal,
            Refusal::NoContract
                | Refusal::NoDueDiligence
                | Refusal::NoSafeguard
                | Refusal::NoReason
                | Refusal::NoTransferConsent
        );
        is_paper.then_some(refusal)
    }

    /// A use against the person's grounds as they were.
    fn used(&mut self, timeline: &Timeline, entry: &Entry) {
        let Some(name) = entry.purpose.as_ref().filter(|_| entry.at >= self.since) else { return };
        let policy = Arc::clone(&self.history.at(entry.at).policy);
        let Some(purpose) = policy.purposes.get(name) else { return };
        self.acts.add(Topic::All, Counted::Uses);
        self.acts.add(Topic::Purpose(name.clone()), Counted::Uses);
        if entry.kind == Kind::Disclosed {
            self.acts.add(Topic::Purpose(name.clone()), Counted::Disclosures);
        }
        let Some(refusal) = self.refusal(timeline, entry, entry.at) else { return };
        // What came at the very instant of the use may have come after it.
        let before = entry.at.checked_sub(jiff::SignedDuration::from_micros(1)).unwrap_or(entry.at);
        if self.refusal(timeline, entry, before).is_none() {
            return;
        }
        let on = self.day_of(entry.at);
        let agreed =
            || entry.recipient.as_ref().and_then(|name| policy.recipient(name)?.0.transfer_consent.as_ref());
        let by_stores = match refusal {
            Refusal::NoTransferConsent => agreed().and_then(|name| policy.purposes.get(name)),
            _ => Some(purpose),
        };
        let by_stores = by_stores.is_some_and(|purpose| is_told_by_stores(&policy, purpose));
        for (topic, wrong) in wrongs(name, entry, refusal, by_stores) {
            self.acts.wrong(topic, wrong, on);
        }
    }

    fn refusal(&mut self, timeline: &Timeline, entry: &Entry, at: Instant) -> Option<Refusal> {
        let version = self.history.at(entry.at);
        let policy = Arc::clone(&version.policy);
        let on = policy.zone().day_of(entry.at);
        let then = standing(self.history, timeline, self.now, at);
        let gate = self.gates.entry((version.from, on)).or_insert_with(|| Gate::new(&policy, on));
        let view = View::new(gate, &then, is_told(&policy, timeline, at));
        let purpose = gate.purpose(entry.purpose.as_ref()?.as_str())?;
        let fields: Vec<_> = entry.fields.iter().flat_map(|field| gate.fields_in(field)).collect();
        let recipient = entry.recipient.as_ref().and_then(|name| gate.recipient(name.as_str()));
        let act = recipient.filter(|_| entry.kind == Kind::Disclosed).map_or(Act::Read, Act::Disclose);
        let exception = entry.rule.as_deref().and_then(Exception::of_rule);
        let question = Question { aim: Aim::Purpose(purpose), act, fields: &fields, role: None, exception };
        match gate.decide(&view, &question) {
            Answer::Allowed(_) => None,
            // The archive was opened to a role, with a reason: the entry says so.
            Answer::Refused(Refusal::Archived) if is_archive(entry) => None,
            Answer::Refused(refusal) => Some(refusal),
        }
    }

    /// Kept's own values, each on the purposes that it was collected for.
    fn values(&mut self, timeline: &Timeline, now: &Standing, values: &[(EventId, DataRef)]) {
        if values.is_empty() {
            return;
        }
        let grace = self.now.checked_sub(jiff::SignedDuration::from_hours(GRACE_HOURS)).unwrap_or(self.now);
        let earlier = standing(self.history, timeline, self.now, grace);
        for (event, field) in values {
            let collected = timeline.events().iter().find(|one| one.id == *event);
            let Some(collected) = collected else { continue };
            let Happening::Collected { purposes, .. } = &collected.what else { continue };
            for purpose in purposes {
                self.acts.add(Topic::Purpose(purpose.clone()), Counted::Values);
            }
            if stays(timeline, now, *event, field) || stays(timeline, &earlier, *event, field) {
                continue;
            }
            let needs = |purpose: &&PurposeName| {
                self.policy.purposes.get(*purpose).is_none_or(|declared| declared.covers(field))
            };
            for purpose in purposes.iter().filter(needs) {
                let (wrong, at) = match ended(now, purpose) {
                    Some(at) => (Wrong::Overdue, at),
                    None => (Wrong::WithoutGround, collected.happened_at),
                };
                let on = self.day_of(at);
                self.acts.wrong(Topic::Purpose(purpose.clone()), wrong, on);
            }
        }
    }

    /// The proofs of consents that a run should have taken.
    fn proofs(&mut self, timeline: &Timeline, now: &Standing) {
        let found = proofs_given(self.history, timeline, now, self.now, self.now);
        let grace = self.now.checked_sub(jiff::SignedDuration::from_hours(GRACE_HOURS)).unwrap_or(self.now);
        for proof in found.over.iter().filter(|proof| proof.goes_at.is_some_and(|goes| goes <= grace)) {
            for _ in proof.events.iter().filter(|event| found.go.contains(event)) {
                self.acts.wrong(Topic::Own(OwnRecord::ConsentProof), Wrong::RecordOverdue, proof.ended_on);
            }
        }
    }

    /// Free text that people look through: what they decided, and what waits beyond its time.
    fn screened(&mut self, timeline: &Timeline, now: &Standing, values: &[(EventId, DataRef)]) {
        let topic = |field: &DataRef| Some(Topic::Field(field.category.clone(), field.field.clone()?));
        for event in timeline.events().iter().filter(|event| event.happened_at >= self.since) {
            if let Happening::Screened {
                outcome: ScreeningOutcome::Kept | ScreeningOutcome::Removed, ..
            } = &event.what
            {
                let topics: Vec<Topic> = event.data.iter().filter_map(topic).collect();
                topics.into_iter().for_each(|topic| self.acts.add(topic, Counted::Screened));
            }
        }
        let grace = jiff::SignedDuration::from_hours(GRACE_HOURS);
        let policy = Arc::clone(&self.policy);
        for piece in undecided(&policy, timeline, values.iter().cloned()) {
            let waits = piece.goes_at.checked_add(grace).is_ok_and(|until| until > self.now);
            let stays = now.restricting(&piece.field).next().is_some()
                || frozen(&policy, (timeline, now), (piece.collection, &piece.field)).is_some();
            if let Some(topic) = topic(&piece.field).filter(|_| !waits && !stays) {
                let on = self.day_of(piece.goes_at);
                self.acts.wrong(topic, Wrong::NotScreened, on);
            }
        }
    }

    /// Marks, restrictions and holds as they stand now.
    fn stands(&mut self, timeline: &Timeline, now: &Standing) {
        let today = self.day_of(self.now);
        for ground in &now.grounds {
            for mark in &ground.marks {
                match (mark, ground.purpose()) {
                    (Mark::ReviewOverdue, Some(purpose)) => {
                        let topic = Topic::Purpose(purpose.clone());
                        let on = self.review_due(timeline, (purpose, ground.since)).unwrap_or(today);
                        self.acts.wrong(topic, Wrong::ReviewOverdue, on);
                    }
                    (Mark::Contested, Some(_)) => self.undecided(timeline),
                    _ => {}
                }
            }
            if matches!(ground.id.purpose, Purposed::Hold(_)) && matches!(ground.keep, KeepState::Until(..)) {
                self.acts.add(Topic::Right(Right::Erasure), Counted::Holds);
            }
        }
        for restriction in &now.restrictions {
            if let Some(on) = restriction.review_on.filter(|on| *on < today) {
                self.acts.wrong(Topic::Right(Right::Restriction), Wrong::ReviewOverdue, on);
            }
        }
        self.holds(timeline, now, today);
    }

    /// The last day on which the criterion of a purpose was to be reviewed: counted from the last review, or
    /// from the purpose's beginning.
    fn review_due(&self, timeline: &Timeline, (name, since): (&PurposeName, Option<Instant>)) -> Option<Day> {
        let policy = &self.history.at(self.now).policy;
        let every = policy.purposes.get(name)?.review()?;
        let is_review = |event: &&Event| {
            matches!(&event.what, Happening::Dated { event, .. } if event.as_str() == "reviewed")
                && event.happened_at <= self.now
        };
        let reviews = timeline.events().iter().filter(is_review).map(|event| event.happened_at);
        Some(every.last_day_after(self.day_of(reviews.chain(since).max()?)))
    }

    fn holds(&mut self, timeline: &Timeline, now: &Standing, today: Day) {
        for event in timeline.events() {
            let Happening::HoldPlaced { case, review_on, .. } = &event.what else { continue };
            let stands = now.grounds.iter().any(|ground| {
                ground.id.purpose == Purposed::Hold(case.clone())
                    && matches!(ground.keep, KeepState::Until(..))
            });
            if stands && *review_on < today {
                self.acts.wrong(Topic::Right(Right::Erasure), Wrong::ReviewOverdue, *review_on);
            }
        }
    }

    /// An objection that nobody decided within the month of 12(3).
    fn undecided(&mut self, timeline: &Timeline) {
        let objected = timeline.events().iter().rev();
        let mut objected = objected.filter(|event| matches!(event.what, Happening::Objected { .. }));
        let Some(event) = objected.next() else { return };
        let on = self.day_of(event.happened_at);
        if self.policy.zone().end_of(Span::months(1).last_day_after(on)) <= self.now {
            self.acts.wrong(Topic::Right(Right::Objection), Wrong::NotDecided, on);
        }
    }

    fn event(&mut self, event: &Event) {
        match &event.what {
            Happening::ConsentGiven { purpose, wording, proof, .. } => {
                self.acts.add(Topic::Purpose(purpose.clone()), Counted::Consents);
                let of_source = proof.as_ref().and_then(|proof| proof.source.clone());
                if let Some(source) = &of_source {
                    self.acts.add(Topic::Source(source.clone()), Counted::Consents);
                }
                let shown =
                    wording.is_some() || proof.as_ref().is_some_and(|proof| !proof.evidence.is_empty());
                if !shown {
                    let topic = of_source.map_or_else(|| Topic::Purpose(purpose.clone()), Topic::Source);
                    self.acts.wrong(topic, Wrong::WithoutProof, self.day_of(event.happened_at));
                }
            }
            Happening::ConsentWithdrawn { purpose, .. } => {
                self.acts.add(Topic::Purpose(purpose.clone()), Counted::Withdrawals);
                self.acts.add(Topic::Right(Right::Withdrawal), Counted::Withdrawals);
            }
            Happening::Objected { .. } => {
                self.acts.add(Topic::Right(Right::Objection), Counted::Objections);
            }
            Happening::Restricted { .. } => {
                self.acts.add(Topic::Right(Right::Restriction), Counted::Restrictions);
            }
            Happening::Collected { source, .. } => {
                for data in &event.data {
                    self.acts.add(Topic::Category(data.category.clone()), Counted::Collections);
                }
                if let Some(source) = source {
                    self.acts.add(Topic::Source(source.clone()), Counted::Collections);
                }
            }
            _ => {}
        }
    }
}

fn is_archive(entry: &Entry) -> bool {
    entry.rule.as_deref().is_some_and(|rule| rule.starts_with("archive.")) && entry.request.is_some()
}

/// When the last ground of a purpose ended, if one ever ran.
fn ended(now: &Standing, purpose: &PurposeName) -> Option<Instant> {
    let ends = now.of(purpose).filter_map(|ground| match ground.keep {
        KeepState::Ended(at, _) => Some(at),
        _ => None,
    });
    ends.max()
}

/// What a recipient's papers lack, as a wrong.
fn of_recipient(refusal: Refusal) -> Option<Wrong> {
    Some(match refusal {
        Refusal::NoContract => Wrong::WithoutContract,
        Refusal::NoDueDiligence => Wrong::WithoutDueDiligence,
        Refusal::NoSafeguard | Refusal::NoReason => Wrong::WithoutSafeguard,
        Refusal::NoTransferConsent => Wrong::WithoutTransferConsent,
        Refusal::NotRecipient | Refusal::NotForRecipient(_) | Refusal::Never => Wrong::NotARecipient,
        _ => return None,
    })
}

/// Which topics a use breaks that the gate would refuse. Where a store tells of the purpose, its
/// grounds are not all in Kept's own record: then only what that record alone decides counts.
fn wrongs(name: &PurposeName, entry: &Entry, refusal: Refusal, by_stores: bool) -> Vec<(Topic, Wrong)> {
    let purpose = || Topic::Purpose(name.clone());
    let right = |right, wrong| vec![(Topic::Right(right), wrong), (purpose(), wrong)];
    match refusal {
        Refusal::Restricted(_) | Refusal::RestrictedWholly => {
            right(Right::Restriction, Wrong::UsedThoughRestricted)
        }
        Refusal::Contested => right(Right::Objection, Wrong::UsedThoughObjected),
        Refusal::Reported => vec![(purpose(), Wrong::UsedThoughReported)],
        Refusal::NotNeeded(_) => vec![(purpose(), Wrong::UsedBeyondNeed)],
        Refusal::NotTold => vec![(purpose(), Wrong::UsedBeforeTold)],
        Refusal::NotRecipient | Refusal::NotForRecipient(_) | Refusal::Never => {
            let to = entry.recipient.clone().map(Topic::Recipient);
            to.into_iter().chain([purpose()]).map(|topic| (topic, Wrong::NotARecipient)).collect()
        }
        _ if by_stores => Vec::new(),
        Refusal::NoTransferConsent => {
            let to = entry.recipient.clone().map(Topic::Recipient);
            to.into_iter().map(|topic| (topic, Wrong::WithoutTransferConsent)).collect()
        }
        Refusal::NoGround(Why::Withdrawn) => right(Right::Withdrawal, Wrong::UsedWithoutConsent),
        Refusal::NoConsent | Refusal::NotAgreed(_) | Refusal::NoGround(Why::NoConsent) => {
            vec![(purpose(), Wrong::UsedWithoutConsent)]
        }
        Refusal::NoGround(Why::Objected | Why::Refused) => right(Right::Objection, Wrong::UsedThoughObjected),
        Refusal::NoGround(_) | Refusal::Locked | Refusal::Archived | Refusal::ReviewOverdue => {
            vec![(purpose(), Wrong::UsedAfterEnd)]
        }
        _ => Vec::new(),
    }
}
