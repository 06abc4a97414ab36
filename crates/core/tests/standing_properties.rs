//! What must hold of a standing whatever the policy and whatever happened (design §1, semantics
//! I.9 and after 10).
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

use std::collections::BTreeSet;
use std::sync::Arc;

use kept_core::decision::{Act, Aim, Gate, Question, View};
use kept_core::name::PurposeName;
use kept_core::policy::Policy;
use kept_core::policy::keep::{Keep, Limit, Phase, Stage as Period, When};
use kept_core::policy::model::{Channel, OwnRecord, Retention};
use kept_core::standing::own::{Case, Dates, case_end, first_kept, goes_at};
use kept_core::standing::proof::{is_undecided, proofs};
use kept_core::standing::{
    Ground, KeepState, PolicyHistory, PolicyVersion, Purposed, Stage, Standing, UseState, next_change,
    standing,
};
use kept_core::time::{Instant, Span};
use kept_core::timeline::{Event, Happening, Occasion, Timeline};
use proptest::prelude::*;

#[path = "standing/world.rs"]
mod world;

use world::{CATEGORIES, Events, PURPOSES, act, datum, events, history, moment, single, some_data, taking};

const ALWAYS: Instant = Instant::MAX;

/// Every use that is allowed: purpose and category.
fn uses(standing: &Standing) -> BTreeSet<(&'static str, &'static str)> {
    let all = PURPOSES.iter().flat_map(|purpose| CATEGORIES.iter().map(|category| (*purpose, *category)));
    let used = all
        .clone()
        .filter(|(purpose, category)| standing.may_use(&PurposeName::from(*purpose), &datum(category)));
    let by = |channel| {
        move |(purpose, category): &(&'static str, &'static str)| {
            standing.may_contact(&PurposeName::from(*purpose), channel, &datum(category))
        }
    };
    let mailed = all.clone().filter(by(Channel::Email)).map(|(purpose, _)| (purpose, "by e-mail"));
    let called = all.filter(by(Channel::Phone)).map(|(purpose, _)| (purpose, "by phone"));
    used.chain(mailed).chain(called).collect()
}

/// Instants at which something may differ: the events, the changes of both, and between them.
fn instants(histories: &PolicyHistory, timelines: &[&Timeline]) -> Vec<Instant> {
    let mut found: BTreeSet<Instant> = [Instant::MIN, Instant::MAX].into_iter().collect();
    for timeline in timelines {
        found.extend(timeline.events().iter().map(|event| event.happened_at));
        let mut at = Instant::MIN;
        while let Some(next) = next_change(histories, timeline, ALWAYS, at) {
            found.insert(next);
            at = next;
        }
    }
    found.into_iter().collect()
}

fn between(from: Instant, to: Instant, part: u8) -> Instant {
    let (from, to) = (from.as_nanosecond(), to.as_nanosecond());
    Instant::from_nanosecond(from + (to - from) / 256 * i128::from(part)).unwrap()
}

fn purpose_grounds(standing: &Standing) -> impl Iterator<Item = &Ground> {
    standing.grounds.iter().filter(|ground| matches!(ground.id.purpose, Purposed::Purpose(_)))
}

/// Whether this event could begin a ground anew, or tell of one that nobody knew.
fn may_begin(event: &Event) -> bool {
    matches!(
        event.what,
        Happening::Dated { .. }
            | Happening::Collected { .. }
            | Happening::ConsentGiven { .. }
            | Happening::RequestReceived { .. }
            | Happening::RequestAnswered
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_standing_is_the_same_whatever_the_order_of_insertion(
        history in history(), shuffled in events().prop_flat_map(|events| (Just(events.clone()), Just(events.0).prop_shuffle().prop_map(Events))), at in moment(),
    ) {
        let (events, other) = shuffled;
        let (one, two) = (Timeline::new(events.0.clone()), Timeline::new(other.0.clone()));
        prop_assert_eq!(standing(&history, &one, ALWAYS, at), standing(&history, &two, ALWAYS, at));
        prop_assert_eq!(next_change(&history, &one, ALWAYS, at), next_change(&history, &two, ALWAYS, at));
        let (early, late) = other.0.split_at(other.0.len() / 2);
        let grown = Timeline::new(early.to_vec()).with(late.to_vec());
        prop_assert_eq!(standing(&history, &one, ALWAYS, at), standing(&history, &grown, ALWAYS, at));
    }

    #[test]
    fn no_event_after_an_instant_affects_the_standing_at_it(history in history(), events in events(), at in moment()) {
        let past = events.0.iter().filter(|event| event.happened_at <= at).cloned().collect();
        let (all, past) = (Timeline::new(events.0), Timeline::new(past));
        prop_assert_eq!(standing(&history, &all, ALWAYS, at), standing(&history, &past, ALWAYS, at));
    }

    #[test]
    fn no_event_recorded_later_affects_what_was_known(history in history(), events in events(), at in moment(), known_at in moment()) {
        let known = events.0.iter().filter(|event| event.recorded_at <= known_at).cloned().collect();
        let (all, known) = (Timeline::new(events.0), Timeline::new(known));
        prop_assert_eq!(standing(&history, &all, known_at, at), standing(&history, &known, known_at, at));
        prop_assert_eq!(next_change(&history, &all, known_at, at), next_change(&history, &known, known_at, at));
    }

    #[test]
    fn a_policy_that_is_not_in_force_yet_does_not_matter(history in history(), events in events(), at in moment()) {
        let known = history.versions().filter(|version| version.from <= at).count().max(1);
        let past = PolicyHistory::new(history.versions().take(known).cloned().collect()).unwrap();
        let timeline = Timeline::new(events.0);
        prop_assert_eq!(standing(&history, &timeline, ALWAYS, at), standing(&past, &timeline, ALWAYS, at));
    }

    #[test]
    fn a_standing_is_constant_until_its_next_change_and_differs_there(
        history in history(), events in events(), at in moment(), parts in proptest::collection::vec(any::<u8>(), 6),
    ) {
        let timeline = Timeline::new(events.0);
        let now = standing(&history, &timeline, ALWAYS, at);
        let next = next_change(&history, &timeline, ALWAYS, at);
        if let Some(next) = next {
            prop_assert!(next > at);
            prop_assert_ne!(&now, &standing(&history, &timeline, ALWAYS, next), "the same at {}", next);
        }
        let end = next.unwrap_or(Instant::MAX);
        let near = [1_i128, 1_000_000_000].map(|before| Instant::from_nanosecond(end.as_nanosecond() - before).unwrap());
        let far = parts.into_iter().map(|part| between(at, end, part));
        let soon = [1_i64, 86_400, 86_400 * 40].map(|after| at.checked_add(jiff::SignedDuration::from_secs(after)).unwrap());
        for sample in near.into_iter().chain(far).chain(soon).filter(|sample| *sample >= at && *sample < end) {
            prop_assert_eq!(&now, &standing(&history, &timeline, ALWAYS, sample), "differs at {}, before {:?}", sample, next);
        }
    }

    #[test]
    fn an_event_that_takes_never_widens_use(
        history in history(), events in events(), what in taking(), at in moment(), data in some_data(),
    ) {
        let without = Timeline::new(events.0);
        let mut taking = act(what, at);
        taking.data = data;
        let with = without.clone().with([taking]);
        for instant in instants(&history, &[&without, &with]) {
            let (before, after) = (standing(&history, &without, ALWAYS, instant), standing(&history, &with, ALWAYS, instant));
            let (before, after) = (uses(&before), uses(&after));
            prop_assert!(after.is_subset(&before), "at {}: {:?} became {:?}", instant, before, after);
        }
    }

    #[test]
    fn no_retention_rule_shortens_a_hold(history in history(), events in events(), at in moment(), data in some_data()) {
        let placed = Happening::HoldPlaced {
            case: "hold-9".into(),
            reason: "claim".to_owned(),
            approver: "legal".to_owned(),
            review_on: jiff::civil::date(2030, 1, 1),
        };
        let mut hold = act(placed, at);
        hold.data = data.clone();
        let timeline = Timeline::new(events.0).with([hold]);
        let held = if data.is_empty() { CATEGORIES.map(datum).to_vec() } else { data };
        for instant in instants(&history, &[&timeline]).into_iter().filter(|instant| *instant >= at) {
            let now = standing(&history, &timeline, ALWAYS, instant);
            for datum in &held {
                prop_assert!(now.keeps(datum), "{} at {}", datum, instant);
            }
            let ground = now.grounds.iter().find(|ground| ground.id.purpose == Purposed::Hold("hold-9".into())).unwrap();
            prop_assert!(!ground.allows_use() && ground.usage == UseState::No);
        }
    }

    #[test]
    fn an_ended_ground_never_revives_by_itself(history in history(), events in events()) {
        let timeline = Timeline::new(events.0);
        let instants = instants(&history, &[&timeline]);
        for pair in instants.windows(2) {
            let (before, after) = (standing(&history, &timeline, ALWAYS, pair[0]), standing(&history, &timeline, ALWAYS, pair[1]));
            let begun = timeline.events().iter().any(|event| event.happened_at > pair[0] && event.happened_at <= pair[1] && may_begin(event));
            for ended in purpose_grounds(&before).filter(|ground| ground.stage() == Stage::Ended) {
                let now = after.grounds.iter().find(|ground| ground.id.purpose == ended.id.purpose && ground.id.occasion == ended.id.occasion);
                let over = now.is_none_or(|ground| ground.keep == ended.keep);
                prop_assert!(over || begun, "{:?} at {} became {:?} at {}", ended, pair[0], now, pair[1]);
            }
        }
    }

    #[test]
    fn what_a_standing_says_agrees_with_itself(history in history(), events in events(), at in moment()) {
        let timeline = Timeline::new(events.0);
        let now = standing(&history, &timeline, ALWAYS, at);
        let mut ids = BTreeSet::new();
        for ground in &now.grounds {
            prop_assert!(ids.insert(ground.id.clone()), "twice: {:?}", ground.id);
            prop_assert!(!ground.id.controller.as_str().is_empty(), "no controller: {:?}", ground);
            match &ground.keep {
                KeepState::Until(Some(until), _) => prop_assert!(*until > at, "over at {}: {:?}", at, ground),
                KeepState::Ended(ended, _) => prop_assert!(*ended <= at, "ended later than {}: {:?}", at, ground),
                _ => {}
            }
            if !matches!(ground.keep, KeepState::Until(..)) {
                prop_assert_eq!(ground.usage, UseState::No, "{:?}", ground);
            }
            if let Some(since) = ground.since {
                prop_assert!(since <= at);
            }
        }
        let sorted = now.grounds.is_sorted_by_key(|ground| ground.id.clone());
        prop_assert!(sorted);
    }

    #[test]
    fn the_gate_reads_exactly_what_the_standing_allows(history in history(), events in events(), at in moment()) {
        let timeline = Timeline::new(events.0);
        let now = standing(&history, &timeline, ALWAYS, at);
        let policy = &history.at(at).policy;
        let gate = Gate::new(policy, kept_core::time::Day::MAX);
        let view = View::new(&gate, &now, true);
        for (purpose, category) in PURPOSES.iter().flat_map(|purpose| CATEGORIES.iter().map(move |category| (*purpose, *category))) {
            let allowed = gate.purpose(purpose).zip(gate.field(category)).is_some_and(|(aim, field)| {
                let question = Question { aim: Aim::Purpose(aim), act: Act::Read, fields: &[field], role: None, exception: None };
                gate.decide(&view, &question).is_allowed()
            });
            prop_assert_eq!(allowed, now.may_use(&purpose.into(), &datum(category)), "{} {}", purpose, category);
        }
    }

    #[test]
    fn restricted_data_are_kept_and_not_used(history in history(), events in events(), at in moment(), data in some_data()) {
        let what = Happening::Restricted { case: "restriction-9".into(), reason: kept_core::timeline::RestrictionReason::Claim, review_on: None };
        let mut event = act(what, at);
        event.data = data.clone();
        let timeline = Timeline::new(events.0).with([event]);
        let now = standing(&history, &timeline, ALWAYS, at);
        let frozen = if data.is_empty() { CATEGORIES.map(datum).to_vec() } else { data };
        for datum in frozen {
            for purpose in PURPOSES {
                prop_assert!(!now.may_use(&purpose.into(), &datum));
            }
            prop_assert!(now.keeps(&datum));
        }
    }

    #[test]
    fn after_a_refusal_only_consent_begins_marketing_again(
        history in single(), events in events(), at in moment(), purpose in world::purpose_name(),
    ) {
        let marketing = history.newest().policy.purposes.get(&purpose).is_some_and(kept_core::policy::model::Purpose::is_marketing);
        if !marketing {
            return Ok(());
        }
        let given = Happening::ConsentGiven { purpose: purpose.clone(), wording: Some(1), channels: Vec::new(), proof: None, scope: None };
        let kept: Vec<Event> = events.0.into_iter()
            .filter(|event| event.happened_at <= at || std::mem::discriminant(&event.what) != std::mem::discriminant(&given))
            .collect();
        let refusal = act(Happening::Objected { purpose: Some(purpose.clone()) }, at);
        let erased = act(Happening::Erased, at);
        let timeline = Timeline::new(kept).with([refusal, Event { id: kept_core::timeline::EventId(1_001), ..erased }]);
        for instant in instants(&history, &[&timeline]).into_iter().filter(|instant| *instant >= at) {
            let now = standing(&history, &timeline, ALWAYS, instant);
            let usable = now.of(&purpose).any(Ground::allows_use);
            prop_assert!(!usable, "at {}", instant);
        }
    }

    #[test]
    fn a_later_policy_never_lengthens_what_an_earlier_one_began(
        first in single(), second in single(), events in events(), from in moment(),
    ) {
        let version = |history: &PolicyHistory, from| kept_core::standing::PolicyVersion { from, policy: history.newest().policy.clone() };
        let both = PolicyHistory::new(vec![version(&first, Instant::MIN), version(&second, from)]).unwrap();
        let known = events.0.into_iter().filter(|event| event.happened_at < from && !matches!(event.what, Happening::Agreed { .. })).collect();
        let timeline = Timeline::new(known);
        // Of a law that obliges the law itself says how long (semantics 10): `timelines/duties.md`.
        let is_duty = |history: &PolicyHistory, ground: &Ground| {
            let purpose = ground.purpose().and_then(|name| history.newest().policy.purposes.get(name).cloned());
            purpose.is_some_and(|purpose| purpose.basis.is_duty())
        };
        for instant in instants(&both, &[&timeline]).into_iter().chain(instants(&first, &[&timeline])) {
            let (alone, changed) = (standing(&first, &timeline, ALWAYS, instant), standing(&both, &timeline, ALWAYS, instant));
            for ground in purpose_grounds(&alone).filter(|ground| ground.stage() == Stage::Ended) {
                if is_duty(&first, ground) && is_duty(&second, ground) {
                    continue;
                }
                let now = changed.grounds.iter().find(|now| now.id.purpose == ground.id.purpose && now.id.occasion == ground.id.occasion);
                prop_assert!(now.is_none_or(|now| !now.keep.keeps() || now.since != ground.since), "{:?} became {:?} at {}", ground, now, instant);
            }
        }
    }

    #[test]
    fn occasions_do_not_touch_each_other(history in history(), events in events(), at in moment()) {
        let own = |event: &&Event| event.about != Occasion::Contract("c2".into());
        let without = Timeline::new(events.0.iter().filter(own).cloned().collect());
        let with = Timeline::new(events.0);
        let first = Occasion::Contract("c1".into());
        let grounds = |timeline| {
            let now = standing(&history, timeline, ALWAYS, at);
            now.grounds.into_iter().filter(|ground| ground.id.occasion == first).collect::<Vec<_>>()
        };
        let (alone, beside) = (grounds(&without), grounds(&with));
        // The other contract's events may carry restrictions and erasure requests, which are the person's.
        let personal = with.events().iter().any(|event| !without.events().contains(event) && !matches!(event.what, Happening::Dated { .. } | Happening::NotKnown { .. }));
        prop_assert!(personal || alone == beside, "{:?} became {:?}", alone, beside);
    }
}

/// The same policies, with a period for the proof of a consent.
fn with_proof(history: &PolicyHistory, months: u16) -> PolicyHistory {
    let limit = Limit::After(Span::months(months), When::Event("consent-end".into()));
    let stages = vec![Period { limit, phase: Phase::Live }];
    let keep = Keep { stages, at_most: None, then_anonymised: false, written: String::new() };
    let versions = history.versions().map(|version| {
        let mut policy = Policy::clone(&version.policy);
        policy.own.insert(OwnRecord::ConsentProof, Retention::Keep(keep.clone()));
        PolicyVersion { from: version.from, policy: Arc::new(policy) }
    });
    PolicyHistory::new(versions.collect()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn proofs_that_go_leave_what_stands_and_bring_no_use_back(
        history in history(), events in events(), at in moment(), months in 1_u16..30,
    ) {
        let history = with_proof(&history, months);
        let whole = Timeline::new(events.0);
        let found = proofs(&history, &whole, ALWAYS, at);
        prop_assert!(found.go.is_empty() || !found.waits);
        let rest: Vec<Event> = whole.events().iter().filter(|event| !found.go.contains(&event.id)).cloned().collect();
        prop_assert_eq!(rest.len() + found.go.len(), whole.events().len(), "each event is there, and once");
        let rest = Timeline::new(rest);
        let (before, after) = (standing(&history, &whole, ALWAYS, at), standing(&history, &rest, ALWAYS, at));
        let kept = |standing: &Standing| standing.grounds.iter().filter(|ground| ground.keep.keeps()).cloned().collect::<Vec<_>>();
        prop_assert_eq!(kept(&before), kept(&after));
        prop_assert_eq!((&before.restrictions, &before.requests), (&after.restrictions, &after.requests));
        prop_assert!(proofs(&history, &rest, ALWAYS, at).go.is_empty(), "a second run finds nothing");
        for instant in instants(&history, &[&whole, &rest]).into_iter().filter(|instant| *instant >= at) {
            let (before, after) = (standing(&history, &whole, ALWAYS, instant), standing(&history, &rest, ALWAYS, instant));
            prop_assert!(uses(&after).is_subset(&uses(&before)), "at {}", instant);
        }
    }
}

/// The same policies, with a period for the files of requests.
fn with_files(history: &PolicyHistory, months: u16) -> PolicyHistory {
    let limit = Limit::After(Span::months(months), When::Event("request-closed".into()));
    let stages = vec![Period { limit, phase: Phase::Live }];
    let keep = Keep { stages, at_most: None, then_anonymised: false, written: String::new() };
    let versions = history.versions().map(|version| {
        let mut policy = Policy::clone(&version.policy);
        policy.own.insert(OwnRecord::Requests, Retention::Keep(keep.clone()));
        PolicyVersion { from: version.from, policy: Arc::new(policy) }
    });
    PolicyHistory::new(versions.collect()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn files_of_requests_that_go_leave_what_stands_and_none_that_is_over_stays(
        history in history(), events in events(), received in moment(), answered in moment(), at in moment(), months in 1_u16..30,
    ) {
        let history = with_files(&history, months);
        let (received, answered) = (received.min(answered), received.max(answered));
        let number = kept_core::name::CaseId::from("R-2025-9999");
        let step = |id, what, at| Event {
            id: kept_core::timeline::EventId(id), about: Occasion::Request(number.clone()), ..act(what, at)
        };
        let right = kept_core::timeline::Right::Access;
        let whole = Timeline::new(events.0).with([
            step(5_001, Happening::RequestReceived { right, regime: None }, received),
            step(5_002, Happening::RequestAnswered, answered),
        ]);
        let case = Case { number: &number, received_at: received, answered_at: Some(answered), unfinished: false };
        let found = case_end(&history, case, Some(&whole), ALWAYS, at);
        let before = standing(&history, &whole, ALWAYS, at);
        let is_over = answered <= at && found.goes_at.is_some_and(|goes| goes <= at);
        prop_assert_eq!(found.goes, is_over && !is_undecided(&before));
        let unfinished = Case { unfinished: true, ..case };
        prop_assert!(!case_end(&history, unfinished, Some(&whole), ALWAYS, at).goes);
        let open = Case { answered_at: None, ..case };
        prop_assert!(!case_end(&history, open, Some(&whole), ALWAYS, at).goes);
        let rest: Vec<Event> = whole.events().iter().filter(|event| !found.events.contains(&event.id)).cloned().collect();
        let rest = Timeline::new(rest);
        let after = standing(&history, &rest, ALWAYS, at);
        let kept = |standing: &Standing| standing.grounds.iter().filter(|ground| ground.keep.keeps()).cloned().collect::<Vec<_>>();
        prop_assert_eq!(kept(&before), kept(&after));
        prop_assert_eq!(&before.restrictions, &after.restrictions);
        let others = |standing: &Standing| standing.requests.iter().filter(|request| request.case != number).cloned().collect::<Vec<_>>();
        prop_assert_eq!(others(&before), others(&after));
        for instant in instants(&history, &[&whole, &rest]).into_iter().filter(|instant| *instant >= at) {
            let (before, after) = (standing(&history, &whole, ALWAYS, instant), standing(&history, &rest, ALWAYS, instant));
            prop_assert!(uses(&after).is_subset(&uses(&before)), "at {}", instant);
        }
    }

    #[test]
    fn the_first_day_that_is_kept_parts_what_is_over_from_what_is_not(history in single(), at in moment(), months in 1_u16..30, back in 0_i32..2_000) {
        let mut policy = Policy::clone(&history.newest().policy);
        let limit = Limit::After(Span::months(months), When::Event("disclosure".into()));
        let stages = vec![Period { limit, phase: Phase::Live }];
        let keep = Keep { stages, at_most: None, then_anonymised: false, written: String::new() };
        policy.own.insert(OwnRecord::Disclosures, Retention::Keep(keep));
        let first = first_kept(&policy, OwnRecord::Disclosures, at);
        let day = policy.zone().day_of(at).checked_sub(jiff::Span::new().days(back)).unwrap();
        let is_over = goes_at(&policy, OwnRecord::Disclosures, Dates::on(day)).is_some_and(|goes| goes <= at);
        prop_assert_eq!(first.is_some_and(|first| day < first), is_over);
    }
}
