//! The record of a person's consents, purpose by purpose: every act of giving and withdrawing with
//! its proof, and how it stands now. From Kept's own record and from the columns of stores.
//!
//! Not here: the form in which others read it (`kept-web`).

use jiff::SignedDuration;
use kept_core::ledger::{Kind, Outcome};
use kept_core::name::PurposeName;
use kept_core::policy::model::Channel;
use kept_core::standing::{KeepState, Standing, Why};
use kept_core::time::{Instant, Zone};
use kept_core::timeline::{CONSENT_GIVEN, CONSENT_WITHDRAWN, Event, Happening, Proof, Timeline};
use kept_vault::SubjectId;
use serde::Serialize;

use crate::case_file::CaseFile;
use crate::company::{Act, Company};
use crate::desk::Whom;
use crate::failure::Failure;
use crate::report::Unreached;

/// All consents of a person.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConsentRecords {
    /// The person, by Kept's own number; empty for one whom only a store knows.
    pub person: String,
    /// When it was made.
    pub made_at: Instant,
    /// Purpose by purpose, in the policy's order.
    pub records: Vec<ConsentRecord>,
    /// Stores that could not be asked: what they record is not in it.
    pub unreached: Vec<Unreached>,
}

/// The consents to one purpose.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConsentRecord {
    /// The purpose.
    pub purpose: PurposeName,
    /// How it stands.
    pub state: ConsentState,
    /// Until when it stands by itself, or when it ended.
    pub until: Option<Instant>,
    /// Every act, the oldest first.
    pub events: Vec<ConsentEvent>,
}

/// How a consent stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConsentState {
    /// Given, and in force.
    Given,
    /// Withdrawn by the person (7(3)).
    Withdrawn,
    /// Run out: its period, or no answer when it was asked again.
    Expired,
    /// Ended otherwise: an objection, an erasure, a death.
    Ended,
    /// A store holds a date of it, or of its withdrawal, that nobody can read.
    Unknown,
}

/// One act.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConsentEvent {
    /// Whether it gives or withdraws.
    pub gives: bool,
    /// When.
    pub happened_at: Instant,
    /// When Kept came to know it; of what a store's column tells nobody knows when it was written.
    pub recorded_at: Option<Instant>,
    /// On which wording.
    pub wording: Option<u32>,
    /// For which channels; none means all of them.
    #[serde(serialize_with = "words")]
    pub channels: Vec<Channel>,
    /// The policy that was in force, by its digest.
    pub policy: String,
    /// Whether a store's column tells of it, which holds no proof.
    pub from_store: bool,
    /// What shows it.
    pub proof: Option<Box<Proof>>,
}

/// What is known of a person's consents.
pub(crate) struct Told {
    /// Kept's own number of the person; none of one whom only a store knows.
    pub(crate) subject: Option<SubjectId>,
    /// Everything that happened, with what columns tell again ([`is_echo`]).
    pub(crate) timeline: Timeline,
    /// Stores that could not be asked.
    pub(crate) unreached: Vec<Unreached>,
}

/// How long after a consent its column is written at the latest; what comes later is another consent.
const WRITTEN_WITHIN: SignedDuration = SignedDuration::from_hours(24);

impl Company {
    /// The record of a person's consents.
    ///
    /// # Errors
    /// [`Failure::Person`] when the person can't be told from others; a fault of Kept's own store.
    pub fn consent_records(&mut self, whom: &Whom, now: Instant) -> Result<ConsentRecords, Failure> {
        let Told { subject, timeline, unreached } = self.told_of_consents(whom, now)?;
        let standing = self.standing_of(&timeline, now);
        let mut entry = self.entry(Kind::ReportMade, now)?;
        entry.outcome = Outcome::Done;
        self.act("consent_report", |_| Ok(((), Act { entry: entry.clone(), subject })))?;
        let purposes = self.policy().purposes.values().filter(|purpose| purpose.rests_on_consent());
        let records = purposes.filter_map(|purpose| self.record_of(&purpose.name, &timeline, &standing));
        Ok(ConsentRecords {
            person: subject.map(|subject| subject.to_string()).unwrap_or_default(),
            made_at: now,
            records: records.collect(),
            unreached,
        })
    }

    /// All that is known of a person's consents: Kept's own record, with its words, and what columns tell.
    pub(crate) fn told_of_consents(&mut self, whom: &Whom, now: Instant) -> Result<Told, Failure> {
        let (located, receipt) = self.look(whom, now)?;
        let subject = self.subject_of(&located)?;
        let own = match subject {
            Some(subject) => self.vault.read("consent_records", |tx| {
                tx.timeline_in_words(subject, &receipt).map_err(Failure::from)
            })?,
            None => Timeline::default(),
        };
        let told = Timeline::new(self.told_by(&located, &CaseFile::default(), now));
        let timeline = told.with(own.events().iter().cloned());
        Ok(Told { subject, timeline, unreached: located.unreached })
    }

    fn record_of(
        &self,
        purpose: &PurposeName,
        timeline: &Timeline,
        standing: &Standing,
    ) -> Option<ConsentRecord> {
        let zones = self.zones();
        let events = timeline.events().iter().filter(|told| !is_echo(&zones, timeline.events(), told));
        let events: Vec<ConsentEvent> =
            events.filter_map(|event| self.consent_event(purpose, event)).collect();
        if !events.iter().any(|event| event.gives) {
            return None;
        }
        let (state, until) = state_of(purpose, standing);
        Some(ConsentRecord { purpose: purpose.clone(), state, until, events })
    }

    /// The zones in which columns may hold whole days: the policy's, and each store's.
    pub(crate) fn zones(&self) -> Vec<Zone> {
        let mut zones = vec![self.policy().zone()];
        for store in self.policy().stores.values() {
            if !zones.contains(&store.zone) {
                zones.push(store.zone.clone());
            }
        }
        zones
    }

    fn consent_event(&self, of: &PurposeName, event: &Event) -> Option<ConsentEvent> {
        let (gives, channels, wording, proof) = match &event.what {
            Happening::ConsentGiven { purpose, wording, channels, proof, .. } if purpose == of => {
                (true, channels, *wording, proof.clone())
            }
            Happening::ConsentWithdrawn { purpose, channels } if purpose == of => {
                (false, channels, None, None)
            }
            _ => return None,
        };
        Some(ConsentEvent {
            gives,
            happened_at: event.happened_at,
            recorded_at: (!event.id.is_from_store()).then_some(event.recorded_at),
            wording,
            channels: channels.clone(),
            policy: self.history().at(event.happened_at).policy.digest.clone(),
            from_store: event.id.is_from_store(),
            proof,
        })
    }
}

/// Whether a column tells again what Kept itself recorded: it was written there in step. Columns hold
/// seconds or whole days of the store's zone ([`Company::zones`]), and the database's own time of writing,
/// which may be later.
pub(crate) fn is_echo(zones: &[Zone], all: &[Event], told: &Event) -> bool {
    let Some((purpose, gives)) = whole_act(&told.what).filter(|_| told.id.is_from_store()) else {
        return false;
    };
    let acts = || {
        let of_purpose = all.iter().filter_map(|event| Some((event, whole_act(&event.what)?)));
        of_purpose.filter(|(_, (own, _))| *own == purpose).map(|(event, (_, gives))| (event, gives))
    };
    let is_that_day = |zone: &Zone, own: &Event| {
        let day = zone.day_of(told.happened_at);
        zone.start_of(day) == told.happened_at && zone.day_of(own.happened_at) == day
    };
    let is_same = |own: &Event| {
        let apart = own.happened_at.duration_since(told.happened_at).abs();
        apart <= SignedDuration::from_secs(1) || zones.iter().any(|zone| is_that_day(zone, own))
    };
    let own = |event: &Event| !event.id.is_from_store();
    if acts().any(|(event, same)| own(event) && same == gives && is_same(event)) {
        return true;
    }
    // What was said before and not taken back says nothing new.
    let before = acts().filter(|(event, _)| event.id != told.id && event.happened_at <= told.happened_at);
    before.max_by_key(|(event, _)| event.happened_at).is_some_and(|(event, same)| {
        let apart = told.happened_at.duration_since(event.happened_at);
        own(event) && same == gives && (!gives || apart <= WRITTEN_WITHIN)
    })
}

/// The purpose of an act of consenting or withdrawing as a whole, and whether it gives.
fn whole_act(what: &Happening) -> Option<(&PurposeName, bool)> {
    match what {
        Happening::ConsentGiven { purpose, .. } => Some((purpose, true)),
        Happening::ConsentWithdrawn { purpose, channels } if channels.is_empty() => Some((purpose, false)),
        _ => None,
    }
}

fn state_of(purpose: &PurposeName, standing: &Standing) -> (ConsentState, Option<Instant>) {
    let is_unread = |keep: &KeepState| matches!(keep, KeepState::Unknown(event) if [CONSENT_GIVEN, CONSENT_WITHDRAWN].contains(&event.as_str()));
    if standing.of(purpose).any(|ground| is_unread(&ground.keep)) {
        return (ConsentState::Unknown, None);
    }
    let mut grounds = standing.of(purpose);
    let Some(ground) = grounds.next() else { return (ConsentState::Ended, None) };
    let state = match (&ground.keep, ground.why()) {
        (_, Why::Withdrawn) => ConsentState::Withdrawn,
        (KeepState::Until(..) | KeepState::Unknown(_), _) => ConsentState::Given,
        (KeepState::Ended(..), Why::PeriodOver) => ConsentState::Expired,
        _ => ConsentState::Ended,
    };
    (state, ground.until())
}

/// Channels by their words, as everywhere else.
fn words<S: serde::Serializer>(channels: &[Channel], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(channels.iter().map(|channel| channel.word()))
}
