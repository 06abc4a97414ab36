//! Whatever is reported, in whatever order: an act that takes never widens what may be used, and
//! ages are counted by birthdays.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::policy::model::Channel;
use crate::policy::source::SourceFile;
use crate::time::Day;
use crate::timeline::{Proof, RestrictionReason, Scope};

const POLICY: &str = r#"
edition = 1
[controller.club]
name = "Club"
country = "FR"
email = "privacy@club.example"
[people]
member = "has joined"
[data.identification]
fields = { name = "person-name", email = "email" }
[purpose.letter]
data = ["identification"]
basis = "consent"
marketing = ["email", "phone"]
keep = "3 years after consent-given"
[purpose.prospecting]
data = ["identification"]
basis = { legitimate-interest = "win members" }
marketing = ["email"]
keep = "3 years after collection"
[purpose.enquiry]
data = ["identification"]
basis = { legitimate-interest = "answer" }
keep = "1 year after collection"
"#;

const PURPOSES: [&str; 3] = ["letter", "prospecting", "enquiry"];

fn history() -> PolicyHistory {
    let read = crate::policy::read(&[SourceFile::new("policy.toml", POLICY)]);
    PolicyHistory::of(Arc::new(read.policy.unwrap()))
}

fn name() -> DataRef {
    DataRef { category: "identification".into(), field: Some("name".into()) }
}

fn channels() -> impl Strategy<Value = Vec<Channel>> {
    proptest::sample::subsequence(vec![Channel::Email, Channel::Phone], 0..=2)
}

fn purpose() -> impl Strategy<Value = PurposeName> {
    (0..PURPOSES.len()).prop_map(|place| PurposeName::from(PURPOSES[place]))
}

fn taking() -> impl Strategy<Value = Act> {
    let review_on = Some(Day::constant(2040, 1, 1));
    prop_oneof![
        (purpose(), channels()).prop_map(|(purpose, channels)| Act::WithdrawConsent { purpose, channels }),
        proptest::option::of(purpose()).prop_map(|purpose| Act::Object { purpose }),
        purpose().prop_map(|purpose| Act::UpholdObjection { purpose }),
        Just(Act::Restrict { data: vec![name()], reason: RestrictionReason::Claim, review_on }),
        Just(Act::PlaceHold { data: vec![name()], reason: "x".into(), approver: "y".into(), review_on }),
        Just(Act::Died),
        Just(Act::ReportGuardian),
    ]
}

fn giving() -> impl Strategy<Value = Act> {
    let consent = |channels| Consent {
        purpose: "letter".into(),
        channels,
        wording: Some(1),
        dated: false,
        age: None,
        scope: Scope::default(),
        proof: Proof { how: Some("form".into()), ..Proof::default() },
    };
    let collect = |purpose: PurposeName| {
        let fields = vec![name()];
        Act::Collect(Collection { purposes: vec![purpose], fields, ..Collection::default() })
    };
    prop_oneof![
        channels().prop_map(move |channels| Act::GiveConsent(consent(channels))),
        purpose().prop_map(collect),
    ]
}

/// What is admitted of these acts, an hour apart.
fn lived(history: &PolicyHistory, acts: &[Act]) -> (Timeline, Instant) {
    let mut timeline = Timeline::default();
    let mut now: Instant = "2030-01-01T12:00:00Z".parse().unwrap();
    for act in acts {
        now = now.checked_add(jiff::SignedDuration::from_hours(1)).unwrap();
        timeline = told(history, timeline, act, now);
    }
    (timeline, now)
}

fn told(history: &PolicyHistory, timeline: Timeline, act: &Act, now: Instant) -> Timeline {
    let gate = Gate::new(&history.newest().policy, Day::constant(2030, 1, 1));
    let next_case = CaseId::from(format!("N-{}", timeline.events().len()));
    let known = Known { history, gate: &gate, timeline: &timeline, next_case: &next_case };
    let Ok(admitted) = admit(&known, act, When { happened_at: now, now }) else { return timeline };
    let first = timeline.events().len() as u64 + 1;
    let events = (first..).zip(admitted.events).map(|(id, event)| Event { id: EventId(id), ..event });
    timeline.clone().with(events.collect::<Vec<_>>())
}

/// Every use and every contact that is allowed.
fn uses(history: &PolicyHistory, timeline: &Timeline, now: Instant) -> BTreeSet<(&'static str, String)> {
    let then = standing(history, timeline, now, now);
    let mut found = BTreeSet::new();
    for purpose in PURPOSES {
        let named = PurposeName::from(purpose);
        if then.may_use(&named, &name()) {
            found.insert((purpose, "use".to_owned()));
        }
        for (channel, word) in Channel::ALL {
            if then.may_contact(&named, channel, &name()) {
                found.insert((purpose, word.to_owned()));
            }
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn withdrawing_objecting_restricting_and_holding_never_widen_what_may_be_used(
        before in proptest::collection::vec(prop_oneof![giving(), taking()], 0..8), last in taking(),
    ) {
        let history = history();
        let (timeline, now) = lived(&history, &before);
        let later = now.checked_add(jiff::SignedDuration::from_hours(1)).unwrap();
        let allowed = uses(&history, &timeline, later);
        let after = told(&history, timeline, &last, later);
        let left = uses(&history, &after, later);
        prop_assert!(left.is_subset(&allowed), "{last:?}: {allowed:?} became {left:?}");
    }

    #[test]
    fn what_is_admitted_as_a_collection_is_kept_by_a_ground(
        before in proptest::collection::vec(prop_oneof![giving(), taking()], 0..8), purpose in purpose(),
    ) {
        let history = history();
        let (timeline, now) = lived(&history, &before);
        let collection = Collection { purposes: vec![purpose.clone()], fields: vec![name()], ..Collection::default() };
        let after = told(&history, timeline.clone(), &Act::Collect(collection), now);
        if after != timeline {
            let then = standing(&history, &after, now, now);
            prop_assert!(then.of(&purpose).any(|ground| ground.keep.keeps()), "{then:?}");
        }
    }
}

#[test]
fn an_age_is_counted_by_birthdays() {
    let born = Age::Born(Day::constant(2010, 2, 28));
    assert_eq!(born.in_years(Day::constant(2026, 2, 27)), 15);
    assert_eq!(born.in_years(Day::constant(2026, 2, 28)), 16);
    let leap = Age::Born(Day::constant(2008, 2, 29));
    assert_eq!(leap.in_years(Day::constant(2026, 2, 28)), 17);
    assert_eq!(leap.in_years(Day::constant(2026, 3, 1)), 18);
    assert_eq!(Age::Born(Day::constant(2030, 1, 1)).in_years(Day::constant(2026, 1, 1)), 0);
}
