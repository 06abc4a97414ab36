//! The vectors of `tests/data/deadlines.tsv`: a rule, a place, a start, the raw end and the day due.
//!
//! For a reply, `raw_end` is what is promised where the policy promises just the law's month, and
//! `due` what the law allows; a breach is counted on instants.

use super::{breach_due, california_opt_out_due, california_reply_due, reply_due};
use crate::law::holiday::Holidays;
use crate::time::{Day, Instant};

const VECTORS: &str = include_str!("../../../tests/data/deadlines.tsv");

fn vectors(rule: &str) -> Vec<[&str; 4]> {
    let fields = |line: &'static str| line.split('\t').collect::<Vec<_>>();
    let of_rule = VECTORS.lines().map(fields).filter(|found| found[0] == rule);
    of_rule.map(|found| [found[1], found[2], found[3], found[4]]).collect()
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

#[test]
fn a_reply_is_due_on_the_day_that_each_vector_says() {
    let vectors = vectors("GDPR-12-3");
    assert_eq!(vectors.len(), 24);
    for [place, start, raw_end, due] in vectors {
        let found = reply_due(day(start), &Holidays::of(place), None, false);
        assert_eq!((found.promised_on, found.lawful_on), (day(raw_end), day(due)), "{place} {start}");
    }
}

#[test]
fn the_authority_is_told_of_a_breach_within_72_hours_of_the_clock() {
    let vectors = vectors("GDPR-33-1");
    assert_eq!(vectors.len(), 2);
    for [_, start, _, due] in vectors {
        let (start, due): (Instant, Instant) = (start.parse().unwrap(), due.parse().unwrap());
        assert_eq!(breach_due(start), due);
    }
}

#[test]
fn a_californian_reply_is_due_after_45_calendar_days() {
    let vectors = vectors("CCPA-45d");
    assert_eq!(vectors.len(), 4);
    for [_, start, _, due] in vectors {
        assert_eq!(california_reply_due(day(start), false), day(due));
    }
    assert_eq!(california_reply_due(day("2026-11-21"), true), day("2027-02-19"));
}

#[test]
fn a_californian_opt_out_takes_effect_within_15_business_days() {
    let vectors = vectors("CCPA-optout-15bd");
    assert_eq!(vectors.len(), 4);
    for [_, start, _, due] in vectors {
        assert_eq!(california_opt_out_due(day(start)), day(due), "{start}");
    }
}

#[test]
fn every_vector_is_of_a_rule_that_is_tested() {
    let rules = ["rule", "GDPR-12-3", "GDPR-33-1", "CCPA-45d", "CCPA-optout-15bd"];
    assert!(VECTORS.lines().all(|line| rules.iter().any(|rule| line.starts_with(rule))));
}
