//! Random policies and timelines, small enough that every rule meets every event.

use std::sync::Arc;

use kept_core::name::{CaseId, EventKind, PurposeName};
use kept_core::policy::Policy;
use kept_core::policy::keep::{Keep, Limit, Phase, Stage, When};
use kept_core::policy::model::{
    AfterWithdrawal, Basis, Channel, DataRef, Erasure, EventDefinition, EventNature, OccasionKind, Purpose,
    Retention, Text,
};
use kept_core::policy::read;
use kept_core::policy::source::SourceFile;
use kept_core::standing::{PolicyHistory, PolicyVersion};
use kept_core::time::{Day, Instant, Span};
use kept_core::timeline::{Event, EventId, Happening, Occasion, RestrictionReason, Right};
use proptest::prelude::*;
use proptest::sample::select;

/// The purposes of every random policy.
pub(crate) const PURPOSES: [&str; 4] = ["service", "prospecting", "security", "billing"];
/// The categories of every random policy.
pub(crate) const CATEGORIES: [&str; 3] = ["identification", "log", "invoices"];
const EVENTS: [(&str, EventNature); 7] = [
    ("collection", EventNature::Point),
    ("contract-start", EventNature::Point),
    ("contract-end", EventNature::End),
    ("last-contact", EventNature::Point),
    ("account-deletion", EventNature::End),
    ("request-closed", EventNature::End),
    ("consent-end", EventNature::End),
];

pub(crate) fn text(written: &str) -> Text {
    Text { path: written.to_owned(), written: written.to_owned() }
}

pub(crate) fn datum(category: &str) -> DataRef {
    DataRef::whole(category.into())
}

/// A policy with these purposes and nothing to say besides.
pub(crate) fn policy_of(purposes: Vec<Purpose>, zone: &str) -> Policy {
    let categories: String = CATEGORIES.iter().map(|name| format!("[data.{name}]\n")).collect();
    let controller = format!("[controller.klivar]\ncountry = \"FR\"\nzone = \"{zone}\"\n");
    let event = |(name, nature): &(&str, EventNature)| EventDefinition {
        kind: (*name).into(),
        nature: *nature,
        acts: Vec::new(),
        title: None,
    };
    Policy {
        digest: format!("{:064}", purposes.len()),
        events: EVENTS.iter().map(|known| (known.0.into(), event(known))).collect(),
        purposes: purposes.into_iter().map(|purpose| (purpose.name.clone(), purpose)).collect(),
        ..read_of(&format!("{controller}{categories}"))
    }
}

/// What the reader makes of a few tables.
fn read_of(tables: &str) -> Policy {
    let file = SourceFile::new("policy.toml", format!("edition = 1\n{tables}"));
    read(&[file]).policy.unwrap()
}

/// A purpose with a basis and a period, and the law's defaults otherwise.
pub(crate) fn purpose_of(name: &str, basis: Basis, retention: Retention, occasion: OccasionKind) -> Purpose {
    let read = read_of(&format!("[controller.klivar]\n[purpose.{name}]\n"));
    Purpose {
        title: text(name),
        data: vec![datum("identification")],
        basis,
        retention,
        starts: kept_core::policy::keep::start_event(occasion),
        occasion,
        ..read.purposes[name].clone()
    }
}

fn span() -> impl Strategy<Value = Span> {
    prop_oneof![
        (1_u32..800).prop_map(Span::days),
        (1_u16..60).prop_map(Span::months),
        (1_u16..11).prop_map(Span::years)
    ]
}

fn kind() -> impl Strategy<Value = EventKind> {
    select(&EVENTS[..]).prop_map(|(name, _)| EventKind::from(name))
}

fn when() -> impl Strategy<Value = When> {
    let some = || proptest::collection::vec(kind(), 1..3);
    prop_oneof![3 => kind().prop_map(When::Event), 1 => some().prop_map(When::FirstOf), 1 => some().prop_map(When::LatestOf)]
}

fn occasion_kind() -> impl Strategy<Value = OccasionKind> {
    select(
        &[OccasionKind::Consent, OccasionKind::Contract, OccasionKind::Collection, OccasionKind::Request][..],
    )
}

fn limit() -> impl Strategy<Value = Limit> {
    prop_oneof![
        2 => when().prop_map(Limit::Until),
        4 => (span(), when()).prop_map(|(span, when)| Limit::After(span, when)),
        2 => occasion_kind().prop_map(Limit::For),
        1 => occasion_kind().prop_map(Limit::CalendarYearOf),
        2 => span().prop_map(Limit::More),
    ]
}

fn keep() -> impl Strategy<Value = Keep> {
    let phase = || select(&[Phase::Live, Phase::Live, Phase::Archive, Phase::Locked][..]);
    let stages = proptest::collection::vec((limit(), phase()), 1..4);
    (stages, proptest::option::weighted(0.2, span())).prop_map(|(stages, at_most)| Keep {
        stages: stages.into_iter().map(|(limit, phase)| Stage { limit, phase }).collect(),
        at_most,
        then_anonymised: false,
        written: String::new(),
    })
}

fn retention() -> impl Strategy<Value = Retention> {
    let criterion =
        (proptest::option::of(kind()), proptest::option::of(span()), proptest::option::of(span()));
    prop_oneof![
        8 => keep().prop_map(Retention::Keep),
        1 => criterion.prop_map(|(ends, review, at_most)| Retention::Criterion { criterion: text("criterion"), ends, review, at_most, then_anonymised: false }),
        1 => Just(Retention::Missing),
    ]
}

fn basis() -> impl Strategy<Value = Basis> {
    prop_oneof![
        3 => Just(Basis::Consent { explicit: false }),
        2 => Just(Basis::Contract),
        2 => Just(Basis::LegalObligation(text("law"))),
        1 => Just(Basis::PublicTask(text("task"))),
        3 => Just(Basis::LegitimateInterest(text("interest"))),
        1 => Just(Basis::Missing),
    ]
}

prop_compose! {
    fn purpose(name: &'static str)(
        basis in basis(),
        retention in retention(),
        occasion in occasion_kind(),
        starts in proptest::option::weighted(0.2, kind()),
        data in proptest::sample::subsequence(&CATEGORIES[..], 1..=3),
        marketing in any::<bool>(),
        locked in proptest::option::of(span()),
        erasure in select(vec![Erasure::ByBasis, Erasure::ByBasis, Erasure::Ends, Erasure::Stays(text("grounds"))]),
        off in proptest::bool::weighted(0.05),
    ) -> Purpose {
        let mut purpose = purpose_of(name, basis, retention, occasion);
        if let Some(starts) = starts {
            purpose.starts = starts;
        }
        purpose.data = data.into_iter().map(datum).collect();
        purpose.marketing = if marketing { vec![Channel::Email] } else { Vec::new() };
        purpose.after_withdrawal = locked.map_or(AfterWithdrawal::Erase, AfterWithdrawal::Locked);
        purpose.erasure = erasure;
        purpose.off = off.then(|| text("shut"));
        purpose
    }
}

prop_compose! {
    fn policy()(
        purposes in (purpose(PURPOSES[0]), purpose(PURPOSES[1]), purpose(PURPOSES[2]), purpose(PURPOSES[3])),
        present in proptest::sample::subsequence(&[0_usize, 1, 2, 3][..], 2..=4),
        zone in select(&["Europe/Paris", "UTC", "Pacific/Auckland"][..]),
        promised in proptest::sample::subsequence(&CATEGORIES[..], 0..=2),
        reply in proptest::option::of(1_u32..60),
    ) -> Policy {
        let (a, b, c, d) = purposes;
        let all = [a, b, c, d];
        let mut policy = policy_of(present.into_iter().map(|index| all[index].clone()).collect(), zone);
        policy.rights.erasure_ends = promised.into_iter().map(datum).collect();
        policy.rights.reply = reply.map(Span::days);
        policy
    }
}

/// A policy history that shows only what differs from one random policy to another.
#[derive(Clone)]
pub(crate) struct History(pub PolicyHistory);

impl std::ops::Deref for History {
    type Target = PolicyHistory;
    fn deref(&self) -> &PolicyHistory {
        &self.0
    }
}

impl std::fmt::Debug for History {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for version in self.0.versions() {
            let policy = &version.policy;
            writeln!(
                out,
                "from {} in {:?}, erasure ends {:?}:",
                version.from,
                policy.zone(),
                policy.rights.erasure_ends
            )?;
            for purpose in policy.purposes.values() {
                let Purpose { name, starts, occasion, after_withdrawal, erasure, .. } = purpose;
                let (basis, marketing, off) =
                    (purpose.basis.word(), purpose.is_marketing(), purpose.off.is_some());
                writeln!(
                    out,
                    "  {name}: {basis}, marketing {marketing}, off {off}, starts {starts}, {occasion:?}, {after_withdrawal:?}, {erasure:?}"
                )?;
                writeln!(out, "    data {:?}\n    {:?}", purpose.data, purpose.retention)?;
            }
        }
        Ok(())
    }
}

/// Events, one a line.
#[derive(Clone)]
pub(crate) struct Events(pub Vec<Event>);

impl std::fmt::Debug for Events {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|event| {
            writeln!(
                out,
                "\n  {} ({}) {:?} {:?} {:?}",
                event.happened_at, event.recorded_at, event.what, event.about, event.data
            )
        })
    }
}

/// One policy, or up to three that follow one another.
pub(crate) fn history() -> impl Strategy<Value = History> {
    let later = proptest::collection::vec((policy(), 0_i64..8_000), 0..3);
    let begins = prop_oneof![3 => Just(Instant::MIN), 1 => moment()];
    (policy(), begins, later).prop_map(|(first, from, later)| {
        let version = |(number, (mut policy, days)): (usize, (Policy, i64))| {
            policy.digest = format!("{number:064}");
            PolicyVersion { from: instant(days * 86_400), policy: Arc::new(policy) }
        };
        let first = PolicyVersion { from, policy: Arc::new(first) };
        let all = std::iter::once(first).chain(later.into_iter().enumerate().map(version)).collect();
        History(PolicyHistory::new(all).unwrap())
    })
}

/// Only one policy.
pub(crate) fn single() -> impl Strategy<Value = History> {
    policy().prop_map(|policy| History(PolicyHistory::of(Arc::new(policy))))
}

fn instant(seconds: i64) -> Instant {
    Instant::from_second(1_400_000_000 + seconds).unwrap()
}

/// An instant in the twenty years in which things happen; often at the same hour of a day.
pub(crate) fn moment() -> impl Strategy<Value = Instant> {
    prop_oneof![
        (0_i64..7_300).prop_map(|day| instant(day * 86_400)),
        (0_i64..7_300 * 86_400).prop_map(instant)
    ]
}

fn case() -> impl Strategy<Value = CaseId> {
    select(&["case-1", "case-2"][..]).prop_map(CaseId::from)
}

pub(crate) fn purpose_name() -> impl Strategy<Value = PurposeName> {
    select(&PURPOSES[..]).prop_map(PurposeName::from)
}

pub(crate) fn some_data() -> impl Strategy<Value = Vec<DataRef>> {
    proptest::sample::subsequence(&CATEGORIES[..], 0..=2)
        .prop_map(|names| names.into_iter().map(datum).collect())
}

fn some_channels() -> impl Strategy<Value = Vec<Channel>> {
    proptest::sample::subsequence(&[Channel::Email, Channel::Phone][..], 0..=2)
}

fn some_purposes() -> impl Strategy<Value = Vec<PurposeName>> {
    proptest::sample::subsequence(&PURPOSES[..], 1..=3)
        .prop_map(|names| names.into_iter().map(PurposeName::from).collect())
}

fn restricted() -> impl Strategy<Value = Happening> {
    let reason =
        select(&[RestrictionReason::Accuracy, RestrictionReason::Unlawful, RestrictionReason::Claim][..]);
    (case(), reason).prop_map(|(case, reason)| Happening::Restricted { case, reason, review_on: None })
}

fn hold() -> impl Strategy<Value = Happening> {
    case().prop_map(|case| Happening::HoldPlaced {
        case,
        reason: "claim".to_owned(),
        approver: "legal".to_owned(),
        review_on: Day::constant(2030, 1, 1),
    })
}

/// What takes a permission away, or gives none.
pub(crate) fn taking() -> impl Strategy<Value = Happening> {
    prop_oneof![
        3 => (purpose_name(), some_channels()).prop_map(|(purpose, channels)| Happening::ConsentWithdrawn { purpose, channels }),
        3 => proptest::option::of(purpose_name()).prop_map(|purpose| Happening::Objected { purpose }),
        2 => purpose_name().prop_map(|purpose| Happening::ObjectionUpheld { purpose }),
        2 => restricted(),
        2 => hold(),
        3 => Just(Happening::ErasureRequested),
        1 => purpose_name().prop_map(|purpose| Happening::RefusalFound { purpose }),
        1 => Just(Happening::Died),
        1 => Just(Happening::GuardianReported),
        1 => Just(Happening::Erased),
    ]
}

fn giving() -> impl Strategy<Value = Happening> {
    let rejected =
        |purpose| Happening::ObjectionRejected { purpose, ground: "claims".into(), approver: "legal".into() };
    prop_oneof![
        12 => kind().prop_map(|event| Happening::Dated { event, of: None }),
        3 => some_purposes().prop_map(|purposes| Happening::Collected { purposes, source: None, controller: None }),
        2 => kind().prop_map(|event| Happening::NotKnown { event, of: None }),
        2 => Just(Happening::Observed { person: None }),
        1 => Just(Happening::ReportDismissed { ground: "none".into(), approver: "legal".into() }),
        5 => (purpose_name(), some_channels()).prop_map(|(purpose, channels)| Happening::ConsentGiven { purpose, wording: Some(1), channels, proof: None, scope: None }),
        1 => purpose_name().prop_map(rejected),
        1 => case().prop_map(|case| Happening::ToldOfLifting { case }),
        1 => case().prop_map(|case| Happening::RestrictionLifted { case }),
        1 => case().prop_map(|case| Happening::HoldReleased { case }),
        2 => Just(Happening::RequestReceived { right: Right::Access, regime: None }),
        1 => Just(Happening::RequestExtended),
        1 => Just(Happening::RequestPaused),
        1 => Just(Happening::RequestResumed),
        1 => Just(Happening::RequestAnswered),
        1 => (0_usize..3).prop_map(|number| Happening::Agreed { version: format!("{number:064}") }),
        1 => Just(Happening::Dated { event: "reviewed".into(), of: None }),
    ]
}

fn occasion() -> impl Strategy<Value = Occasion> {
    prop_oneof![
        5 => Just(Occasion::Person),
        3 => select(&["c1", "c2"][..]).prop_map(|number| Occasion::Contract(number.into())),
        2 => case().prop_map(Occasion::Request),
        1 => select(&["1", "2"][..]).prop_map(|key| Occasion::Record { store: "shop".into(), table: "rows".into(), key: key.into() }),
    ]
}

prop_compose! {
    fn event()(
        what in prop_oneof![3 => giving(), 1 => taking()],
        about in occasion(),
        happened_at in moment(),
        late in prop_oneof![3 => Just(0_i64), 1 => 0_i64..50_000_000],
        data in prop_oneof![2 => Just(Vec::new()), 1 => some_data()],
        order in any::<u32>(),
    ) -> Event {
        let recorded_at = Instant::from_second(happened_at.as_second() + late).unwrap();
        Event { id: EventId(u64::from(order)), happened_at, recorded_at, about, data, what }
    }
}

/// Up to twenty events with a number each.
pub(crate) fn events() -> impl Strategy<Value = Events> {
    proptest::collection::vec(event(), 0..20).prop_map(|mut events| {
        for (number, event) in events.iter_mut().enumerate() {
            event.id = EventId(number as u64);
        }
        Events(events)
    })
}

/// The same event, about the whole person and known at once.
pub(crate) fn act(what: Happening, happened_at: Instant) -> Event {
    Event {
        id: EventId(1_000),
        happened_at,
        recorded_at: happened_at,
        about: Occasion::Person,
        data: Vec::new(),
        what,
    }
}
