//! People with random lives, and their standing.

use std::sync::Arc;

use kept_core::decision::View;
use kept_core::standing::{PolicyHistory, Standing, standing};
use kept_core::time::Instant;
use kept_core::timeline::{Event, EventId, Happening, Occasion, RestrictionReason, Timeline};

use crate::chance::Chance;
use crate::shop::{CHANNELS, Shop, USES};

/// Somebody.
#[derive(Debug)]
pub struct Person {
    /// What stands about them.
    pub standing: Standing,
    /// Whether they know where the data come from.
    pub told: bool,
    /// Both, ready for the gate.
    pub view: View,
}

/// So many people, the same on each run.
pub fn people(shop: &Shop, count: usize) -> Vec<Person> {
    let mut chance = Chance::new(11);
    (0..count).map(|_| person(shop, &mut chance)).collect()
}

fn person(shop: &Shop, chance: &mut Chance) -> Person {
    let now: Instant = day(1_800);
    let mut events = Vec::new();
    let mut put = |at: Instant, what: Happening, data: Vec<_>| {
        let id = EventId(events.len() as u64 + 1);
        events.push(Event { id, happened_at: at, recorded_at: at, what, about: Occasion::Person, data });
    };
    for _ in 0..=chance.below(4) {
        let purposes = (0..=chance.below(5)).map(|_| chance.one(&USES).name.into()).collect();
        put(day(chance.below(1_790)), Happening::Collected { purposes, source: None }, Vec::new());
    }
    for one in USES.iter().filter(|one| one.basis == "\"consent\"") {
        if chance.percent(70) {
            let one_channel =
                CHANNELS.iter().filter(|(_, word)| one.marketing.contains(word)).map(|(channel, _)| *channel);
            let channels = if chance.percent(50) { one_channel.take(1).collect() } else { Vec::new() };
            let purpose = one.name.into();
            put(
                day(900 + chance.below(700)),
                Happening::ConsentGiven { purpose, wording: Some(1), channels, proof: None },
                Vec::new(),
            );
        }
        if chance.percent(15) {
            let what = Happening::ConsentWithdrawn { purpose: one.name.into(), channels: Vec::new() };
            put(day(1_700), what, Vec::new());
        }
    }
    if chance.percent(15) {
        put(day(1_720), Happening::Objected { purpose: None }, Vec::new());
    }
    if chance.percent(20) {
        let data = if chance.percent(30) {
            Vec::new()
        } else {
            vec![kept_core::policy::model::DataRef::whole(
                (*chance.one(&["billing", "identification", "usage"])).into(),
            )]
        };
        let what =
            Happening::Restricted { case: "L-1".into(), reason: RestrictionReason::Claim, review_on: None };
        put(day(1_730), what, data);
    }
    let history = PolicyHistory::of(Arc::clone(&shop.policy));
    let standing = standing(&history, &Timeline::new(events), Instant::MAX, now);
    let told = chance.percent(90);
    Person { view: View::new(&shop.gate, &standing, told), standing, told }
}

fn day(number: usize) -> Instant {
    let begin: Instant = "2021-12-01T12:00:00Z".parse().unwrap_or(Instant::UNIX_EPOCH);
    let seconds = i64::try_from(number).unwrap_or(0) * 86_400;
    Instant::from_second(begin.as_second() + seconds).unwrap_or(begin)
}
