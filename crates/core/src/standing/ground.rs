//! One ground: the fold of a person's events into begun, renewed, stopped and over.
//!
//! The fold walks the events of one purpose on one occasion in order and keeps what the retention
//! sentence needs. A ground that has ended stays ended; only a new start begins it again.

use std::collections::BTreeSet;

use crate::name::{ControllerName, EventKind, PurposeName};
use crate::policy::keep::ending::{Facts, Known};
use crate::policy::model::{
    AfterWithdrawal, Answers, Basis, Channel, DataRef, Erasure, EventNature, OccasionKind, Policy, Purpose,
};
use crate::standing::history::PolicyHistory;
use crate::standing::period;
use crate::standing::{Mark, Why};
use crate::time::{Instant, Zone};
use crate::timeline::{COLLECTION, Event, Happening, Occasion, Scope};

/// What a ground has become after some events.
#[derive(Debug)]
pub(super) struct Fold<'a> {
    pub(super) history: &'a PolicyHistory,
    pub(super) purpose: &'a PurposeName,
    /// The arm of the basis, by its place; none for the purpose as a whole.
    pub(super) arm: Option<usize>,
    pub(super) occasion: &'a Occasion,
    pub(super) begun: Option<Begun<'a>>,
    pub(super) stopped: Option<Stopped<'a>>,
    /// Whether an objection is being weighed. Only a decision takes it away: a new start of the purpose does
    /// not, or another visit would undo an objection that nobody has weighed.
    contested: bool,
    /// Whether a guardian's report is being looked into, which only a decision takes away as well.
    reported: bool,
    pub(super) agreed: Option<&'a str>,
    pub(super) reviewed_at: Option<Instant>,
    /// The channels that the person consented to; `None` where no consent is on record.
    pub(super) channels: Option<BTreeSet<Channel>>,
    /// What the policies said of the purpose by which the person consented.
    told: Vec<(&'a Policy, &'a Purpose)>,
    /// The sources that the consent names.
    pub(super) combined: BTreeSet<String>,
    /// Who has the contract, or was consented to, where an event says so.
    controller: Option<&'a ControllerName>,
    facts: Vec<(EventKind, &'a Event, Fact)>,
    refused: bool,
    /// Whether what was refused has ended besides.
    over: bool,
}

/// How a ground began.
#[derive(Clone, Copy, Debug)]
pub(super) struct Begun<'a> {
    pub(super) at: Instant,
    pub(super) by: &'a Event,
}

/// How a ground was stopped by an act.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stopped<'a> {
    pub(super) at: Instant,
    pub(super) why: Why,
    pub(super) by: Option<&'a Event>,
    /// Kept locked until this instant, after a withdrawal.
    pub(super) locked_until: Option<Instant>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fact {
    At(Instant),
    NotKnown,
}

impl<'a> Fold<'a> {
    pub(super) fn new(
        history: &'a PolicyHistory,
        (purpose, arm): (&'a PurposeName, Option<usize>),
        occasion: &'a Occasion,
    ) -> Self {
        Self {
            history,
            purpose,
            arm,
            occasion,
            begun: None,
            stopped: None,
            contested: false,
            reported: false,
            agreed: None,
            reviewed_at: None,
            channels: None,
            told: Vec::new(),
            combined: BTreeSet::new(),
            controller: None,
            facts: Vec::new(),
            refused: false,
            over: false,
        }
    }

    /// Learns what columns tell before the fold begins. A column holds the last of its dates only,
    /// so the renewals between are not known and must not be missed (semantics 8).
    pub(super) fn look_ahead(&mut self, events: &[&'a Event]) {
        let is_of_another = |event: &Event| {
            let rule = self.rule_in(&self.history.at(event.happened_at).policy);
            rule.is_some_and(|purpose| is_foreign(purpose, event))
        };
        let told = events.iter().filter(|event| event.id.is_from_store() && !is_of_another(event));
        for event in told.copied().collect::<Vec<_>>() {
            match &event.what {
                Happening::Dated { event: kind, .. } => self.learn(kind, event, Fact::At(event.happened_at)),
                Happening::NotKnown { event: kind, .. } => self.learn(kind, event, Fact::NotKnown),
                _ => {}
            }
        }
    }

    /// Takes the next event, in the timeline's order.
    pub(super) fn take(&mut self, event: &'a Event) {
        self.settle(event.happened_at);
        let history: &'a PolicyHistory = self.history;
        let policy: &'a Policy = &history.at(event.happened_at).policy;
        let Some(purpose) = self.rule_in(policy) else { return };
        if is_foreign(purpose, event) {
            return;
        }
        self.answered(purpose, event);
        match &event.what {
            Happening::Dated { event: kind, .. } => self.dated(policy, purpose, event, kind),
            Happening::NotKnown { event: kind, .. } => self.learn(kind, event, Fact::NotKnown),
            Happening::RequestReceived { .. } => {
                self.dated(policy, purpose, event, &"request-received".into())
            }
            Happening::RequestAnswered => self.dated(policy, purpose, event, &"request-closed".into()),
            Happening::Collected { purposes, .. } if purposes.contains(self.purpose) => {
                self.dated(policy, purpose, event, &"collection".into());
            }
            Happening::ConsentGiven { purpose: given, channels, scope, .. } if given == self.purpose => {
                self.join(scope.as_deref());
                self.consented(purpose, event, channels)
            }
            Happening::ConsentWithdrawn { purpose: from, channels } if from == self.purpose => {
                self.withdrawn((policy, purpose), event, channels)
            }
            Happening::Objected { purpose: to } => self.objected((policy, purpose), to.as_ref(), event),
            Happening::ObjectionUpheld { purpose: of } if of == self.purpose => {
                self.stop(event, Why::Objected)
            }
            Happening::ObjectionRejected { purpose: of, .. }
                if of == self.purpose && !policy.objection_ends(purpose) =>
            {
                self.contested = false;
            }
            Happening::RefusalFound { purpose: of } if of == self.purpose => self.refuse(event, Why::Refused),
            Happening::ErasureRequested => self.erasure_requested(policy, purpose, event),
            Happening::Erased => self.erased(purpose, event),
            Happening::Died if purpose.basis.is_consent() || purpose.is_marketing() => {
                // Nor does the estate's new contract begin it again.
                self.refuse(event, Why::Died)
            }
            Happening::GuardianReported => self.reported = true,
            Happening::ReportDismissed { .. } => self.reported = false,
            Happening::Agreed { version } => self.agreed = Some(version),
            _ => {}
        }
    }

    /// Learns who answers, where that differs by record: the party to the contract, the one consented to.
    fn answered(&mut self, purpose: &Purpose, event: &'a Event) {
        let named = match (&event.what, purpose.answers) {
            (Happening::Collected { controller, .. }, Answers::PartyToContract)
                if event.about == *self.occasion =>
            {
                controller.as_ref()
            }
            (Happening::ConsentGiven { purpose: given, scope, .. }, Answers::ConsentedTo)
                if given == self.purpose =>
            {
                scope.as_ref().and_then(|scope| scope.controller.as_ref())
            }
            _ => None,
        };
        self.controller = named.or(self.controller);
    }

    /// Who answers for the ground.
    pub(super) fn controller(&self, purpose: &Purpose) -> ControllerName {
        self.controller.filter(|_| purpose.answers != Answers::Named).unwrap_or(&purpose.controller).clone()
    }

    /// Adds what a consent lets be joined to that of the one that runs, or begins with that alone.
    fn join(&mut self, scope: Option<&Scope>) {
        if self.begun.is_none() || self.stopped.is_some() {
            self.combined.clear();
        }
        self.combined.extend(scope.into_iter().flat_map(|scope| scope.sources.iter().cloned()));
    }

    /// What a policy says of this purpose, or of this arm of it.
    pub(super) fn rule_in<'p>(&self, policy: &'p Policy) -> Option<&'p Purpose> {
        policy.purposes.get(self.purpose)?.rule(self.arm)
    }

    /// Records that the retention sentence ran out before `at`, if it did.
    pub(super) fn settle(&mut self, at: Instant) {
        if self.begun.is_none() || self.stopped.is_some() {
            return;
        }
        // A version agreed to beforehand does not wake what ended before it came into force.
        let agreed_from = self.agreed.and_then(|digest| self.history.in_force_from(digest));
        let before = agreed_from
            .filter(|from| *from <= at)
            .and_then(|from| from.checked_sub(jiff::SignedDuration::from_nanos(1)).ok());
        self.stopped =
            before.and_then(|before| period::run_out(self, before)).or_else(|| period::run_out(self, at));
    }

    fn dated(&mut self, policy: &Policy, purpose: &Purpose, event: &'a Event, kind: &EventKind) {
        if kind.as_str() == "reviewed" {
            self.reviewed_at = Some(event.happened_at);
        }
        let own = &event.about == self.occasion && concerns(purpose, event);
        let consent = purpose.basis.is_consent();
        if own && *kind == purpose.starts && !consent {
            self.start(policy, event);
        } else if own
            && !consent
            && self.arm.is_none()
            && self.begun.is_none()
            && period::reads(purpose, kind)
        {
            // An occasion of which a later event is known has begun, whoever forgot to write down when. An arm
            // is for those alone whose relation is shown to have begun.
            self.start(policy, event);
        }
        // A consent may open again what was refused: what came meanwhile has to be known then.
        let may_open = || !consent && self.stopped.is_some_and(|stopped| is_refusal(stopped.why));
        if self.stopped.is_none() || self.arm.is_some() || may_open() {
            self.learn(kind, event, Fact::At(event.happened_at));
        }
        if ends_at_once(purpose, event, kind) {
            self.stop(event, Why::PeriodOver);
        }
    }

    fn start(&mut self, policy: &Policy, event: &'a Event) {
        let for_good = self.rule_in(policy).is_some_and(|purpose| policy.objection_ends(purpose));
        self.begun = Some(Begun { at: event.happened_at, by: event });
        self.stopped = None;
        self.over = false;
        self.agreed = None;
        // An end before this start is that of an earlier time; one on the same day is this one's,
        // since many columns hold days only.
        let zone = policy.zone();
        let day = zone.day_of(event.happened_at);
        self.facts.retain(|(kind, by, fact)| {
            nature(policy, kind) == EventNature::Point
                || *fact == Fact::NotKnown
                || zone.day_of(by.happened_at) >= day
        });
        if self.refused && for_good {
            // It began and was over: a start that leaves no trace could be told again later.
            self.stop(event, Why::Refused);
        }
    }

    fn learn(&mut self, kind: &EventKind, event: &'a Event, fact: Fact) {
        // What is said of the occasion itself outranks what is said of the person.
        let ranks_lower = |known: &Event| &known.about == self.occasion && event.about != *self.occasion;
        if self.facts.iter().any(|(known, by, _)| known == kind && ranks_lower(by)) {
            return;
        }
        if fact == Fact::NotKnown && self.facts.iter().any(|(known, ..)| known == kind) {
            return;
        }
        let outranks = |known: &Event| event.about == *self.occasion && known.about != *self.occasion;
        let is_later = |known: &Event, told: Fact| {
            told != Fact::NotKnown && known.happened_at > event.happened_at && !outranks(known)
        };
        if self.facts.iter().any(|(known, by, told)| known == kind && is_later(by, *told)) {
            return;
        }
        self.facts.retain(|(known, ..)| known != kind);
        self.facts.push((kind.clone(), event, fact));
    }

    fn consented(&mut self, purpose: &'a Purpose, event: &'a Event, channels: &[Channel]) {
        self.refused = false;
        if purpose.basis.is_consent() {
            self.open(purpose, channels);
            let history: &'a PolicyHistory = self.history;
            let policy: &'a Policy = &history.at(event.happened_at).policy;
            self.reach(policy, purpose);
            if self.stopped.is_some() {
                self.count_anew(policy, event);
            }
            self.start(policy, event);
            self.learn(&"consent-given".into(), event, Fact::At(event.happened_at));
        } else if !self.over && self.stopped.is_some_and(|stopped| is_refusal(stopped.why)) {
            // Nothing but the person's own consent takes a refusal back, and the relation goes on, if it does.
            self.stopped = None;
            self.settle(event.happened_at);
        }
    }

    /// Adds the channels of a consent to those of the one that runs, or begins with them alone. Where none is
    /// named they are those that the purpose had then, be it none: silence is no consent to a later one
    /// (semantics 13).
    fn open(&mut self, purpose: &Purpose, channels: &[Channel]) {
        let runs = self.begun.is_some() && self.stopped.is_none();
        let named = if channels.is_empty() { &purpose.marketing } else { channels };
        let before = self.channels.take().filter(|_| runs).unwrap_or_default();
        self.channels = Some(before.into_iter().chain(named.iter().copied()).collect());
    }

    /// Adds what the purpose told of when the consent was given to that of the one that runs, or begins with
    /// that alone.
    fn reach(&mut self, policy: &'a Policy, purpose: &'a Purpose) {
        if self.begun.is_none() || self.stopped.is_some() {
            self.told.clear();
        }
        self.told.push((policy, purpose));
    }

    /// The data of a purpose that the consent reaches; none where it reaches all of them, or is no consent.
    pub(super) fn reached(&self, policy: &Policy, purpose: &Purpose) -> Option<Vec<DataRef>> {
        let newest = self.told.last()?;
        if std::ptr::eq(newest.1, purpose) {
            return None;
        }
        let told = |field: &DataRef| {
            self.told.iter().any(|(then, purpose)| purpose.covers(field) && then.declares(field))
        };
        let fields = || purpose.data.iter().flat_map(|data| policy.fields_in(data));
        if fields().all(|field| told(&field)) { None } else { Some(fields().filter(told).collect()) }
    }

    /// Takes channels from a consent; whether the withdrawal leaves none, and so ends it.
    fn leaves_nothing(&mut self, purpose: &Purpose, channels: &[Channel]) -> bool {
        if channels.is_empty() || !purpose.is_marketing() {
            return true;
        }
        let before = self.channels.take().unwrap_or_else(|| purpose.marketing.iter().copied().collect());
        let left: BTreeSet<Channel> =
            before.into_iter().filter(|channel| !channels.contains(channel)).collect();
        let none = !left.iter().any(|channel| purpose.marketing.contains(channel));
        self.channels = Some(left);
        none
    }

    /// A consent after the end of an earlier one: what happened in the earlier one's life does not
    /// end the new one. The person's act of consenting is the last contact then; an end that came before it is
    /// that of an earlier time ([`Fold::start`]).
    fn count_anew(&mut self, policy: &Policy, event: &'a Event) {
        let points = self.facts.iter_mut().filter(|(kind, ..)| nature(policy, kind) == EventNature::Point);
        for (_, by, fact) in points {
            if matches!(fact, Fact::At(_)) && by.happened_at < event.happened_at {
                (*by, *fact) = (event, Fact::At(event.happened_at));
            }
        }
    }

    fn withdrawn(&mut self, (policy, purpose): (&Policy, &Purpose), event: &'a Event, channels: &[Channel]) {
        let is_arm = self.arm.is_some() && purpose.is_marketing();
        if !(purpose.basis.is_consent() || is_arm) || !self.leaves_nothing(purpose, channels) {
            return;
        }
        if is_arm {
            // Who does not want it as consented does not want it as a customer either.
            return self.refuse(event, Why::Withdrawn);
        }
        self.refused = true;
        let zone = policy.zone();
        let locked_until = match purpose.after_withdrawal {
            AfterWithdrawal::Erase => None,
            // The lock does not lengthen the period that was running.
            AfterWithdrawal::Locked(span) => period::earliest_end(self, event.happened_at)
                .into_iter()
                .chain([locked_until(&zone, span, event.happened_at)])
                .min(),
        };
        self.stop_with(event, Why::Withdrawn, locked_until);
    }

    fn objected(
        &mut self,
        (policy, purpose): (&Policy, &Purpose),
        to: Option<&PurposeName>,
        event: &'a Event,
    ) {
        if to.is_some_and(|to| to != self.purpose) {
            return;
        }
        if policy.objection_ends(purpose) {
            self.refuse(event, Why::Objected);
        } else if matches!(purpose.basis, Basis::LegitimateInterest(_) | Basis::PublicTask(_)) {
            self.contested = true;
        }
    }

    fn refuse(&mut self, event: &'a Event, why: Why) {
        self.refused = true;
        self.stop(event, why);
    }

    fn stop(&mut self, event: &'a Event, why: Why) {
        self.stop_with(event, why, None);
    }

    fn stop_with(&mut self, event: &'a Event, why: Why, locked_until: Option<Instant>) {
        match &self.stopped {
            None if self.begun.is_some() => {
                self.stopped = Some(Stopped { at: event.happened_at, why, by: Some(event), locked_until });
            }
            // What ends a relation that was refused ends it for good: a later consent does not open it again.
            Some(before) if is_refusal(before.why) && !is_refusal(why) => self.over = true,
            _ => {}
        }
    }

    /// The law's table for an erasure request (Art. 17; semantics 11).
    fn erasure_requested(&mut self, policy: &Policy, purpose: &Purpose, event: &'a Event) {
        let promised = &policy.rights.erasure_ends;
        let widened = !purpose.data.is_empty()
            && purpose.data.iter().all(|datum| promised.iter().any(|ends| ends.contains(datum)));
        let ends = match &purpose.erasure {
            Erasure::Ends => true,
            Erasure::Stays(_) => false,
            Erasure::ByBasis => widened || self.basis_lets_go(purpose, policy, event),
        };
        let locked =
            |stopped: Stopped<'_>| stopped.locked_until.is_some_and(|until| until > event.happened_at);
        if self.stopped.is_some_and(locked) && ends {
            self.stopped = None;
        }
        if ends && purpose.is_marketing() {
            self.refused = true;
        }
        if ends {
            self.stop(event, Why::ErasureRequested);
        }
    }

    fn basis_lets_go(&self, purpose: &Purpose, policy: &Policy, event: &Event) -> bool {
        match purpose.basis {
            Basis::Consent { .. }
            | Basis::LegitimateInterest(_)
            | Basis::VitalInterest(_)
            | Basis::Missing => true,
            Basis::Contract => self.contract_is_over(policy, event.happened_at),
            Basis::LegalObligation(_) | Basis::PublicTask(_) => false,
        }
    }

    fn contract_is_over(&self, policy: &Policy, at: Instant) -> bool {
        let zone = policy.zone();
        let ended = |kind: &EventKind, fact: Fact| match fact {
            Fact::At(happened) => {
                nature(policy, kind) == EventNature::End && zone.end_of(zone.day_of(happened)) <= at
            }
            Fact::NotKnown => false,
        };
        self.facts.iter().any(|(kind, _, fact)| ended(kind, *fact))
    }

    fn erased(&mut self, purpose: &Purpose, event: &'a Event) {
        let mine = &event.about == self.occasion || event.about == Occasion::Person;
        let whole = event.data.is_empty()
            || purpose.data.iter().all(|needed| event.data.iter().any(|gone| gone.contains(needed)));
        if mine && whole {
            self.stop(event, Why::Erased);
        }
    }

    /// The event that tells a fact, for the reason shown to people.
    pub(super) fn fact_event(&self, kind: &EventKind) -> Option<&'a Event> {
        self.facts.iter().find(|(known, ..)| known == kind).map(|(_, event, _)| *event)
    }

    /// The marks that stand at the end of the fold. What is over is not contested any more.
    pub(super) fn marks(&self) -> Vec<Mark> {
        let marks = [(self.reported, Mark::Reported), (self.contested, Mark::Contested)];
        marks.into_iter().filter(|(is, _)| *is && self.stopped.is_none()).map(|(_, mark)| mark).collect()
    }

    /// The facts as the retention sentence of a policy reads them.
    pub(super) fn facts<'f>(&'f self, policy: &'f Policy, zone: &'f Zone) -> FactsIn<'f, 'a> {
        FactsIn { fold: self, policy, zone }
    }
}

/// Whether a vital interest is over with this event (6(1)(d)): whoever records that an emergency has ended
/// closes it at that moment. What a column tells has a day only, and counts to the end of it like all else.
fn ends_at_once(purpose: &Purpose, event: &Event, kind: &EventKind) -> bool {
    let ends = || purpose.stage_ends().pop().is_some_and(|stage| stage.last_day.is_over_with(kind));
    matches!(purpose.basis, Basis::VitalInterest(_)) && !event.id.is_from_store() && ends()
}

/// Whether a ground was stopped by what the person refused.
fn is_refusal(why: Why) -> bool {
    matches!(why, Why::Withdrawn | Why::Objected | Why::Refused)
}

fn concerns(purpose: &Purpose, event: &Event) -> bool {
    purpose.occasion != OccasionKind::Collection || is_of_its_data(purpose, event)
}

fn is_of_its_data(purpose: &Purpose, event: &Event) -> bool {
    event.data.is_empty() || event.data.iter().any(|datum| purpose.covers(datum))
}

/// Whether an event says nothing of a purpose: it is told of the person as of another kind of people, or is the
/// collection of a row of which the purpose needs nothing.
pub(super) fn is_foreign(purpose: &Purpose, event: &Event) -> bool {
    let (kind, of) = match &event.what {
        Happening::Dated { event: kind, of } | Happening::NotKnown { event: kind, of } => (kind, of),
        _ => return false,
    };
    of.as_ref().is_some_and(|of| !purpose.is_about(of))
        || (kind.as_str() == COLLECTION && !is_of_its_data(purpose, event))
}

fn locked_until(zone: &Zone, span: crate::time::Span, from: Instant) -> Instant {
    zone.end_of(span.last_day_after(zone.day_of(from)))
}

/// How the absence of an event is understood under a policy.
pub(super) fn nature(policy: &Policy, kind: &EventKind) -> EventNature {
    policy.events.get(kind).map_or(EventNature::Point, |definition| definition.nature)
}

/// A fold's facts, read in a policy's zone.
#[derive(Debug)]
pub(super) struct FactsIn<'f, 'a> {
    fold: &'f Fold<'a>,
    policy: &'f Policy,
    zone: &'f Zone,
}

impl Facts for FactsIn<'_, '_> {
    fn known(&self, event: &EventKind) -> Known {
        let fact = self.fold.facts.iter().find(|(kind, ..)| kind == event).map(|(.., fact)| *fact);
        match fact {
            Some(Fact::At(at)) => Known::On(self.zone.day_of(at)),
            Some(Fact::NotKnown) => Known::Unknown,
            None => Known::Not,
        }
    }

    fn nature(&self, event: &EventKind) -> EventNature {
        nature(self.policy, event)
    }
}
