//! Every form of the retention grammar, and what is said about sentences outside it.

use super::*;
use proptest::prelude::*;

fn events() -> BTreeSet<EventKind> {
    ["collection", "contract-start", "contract-end", "account-deletion", "last-contact", "project-end"]
        .into_iter()
        .map(EventKind::from)
        .collect()
}

fn keep(text: &str) -> Keep {
    parse(text, &events()).unwrap_or_else(|wrong| panic!("{text}: {wrong}"))
}

fn wrong(text: &str) -> (String, String, Option<String>) {
    let wrong = parse(text, &events()).expect_err(text);
    (text.get(wrong.range.clone()).expect("on boundaries").to_owned(), wrong.message, wrong.help)
}

fn event(name: &str) -> When {
    When::Event(EventKind::from(name))
}

fn one(limit: Limit) -> Vec<Stage> {
    vec![Stage { limit, phase: Phase::Live }]
}

#[test]
fn a_span_after_an_event_in_words_or_by_name() {
    let expected = one(Limit::After(Span::years(3), event("last-contact")));
    for text in
        ["3 years after the last contact", "3 years after last-contact", "3 Years after the Last Contact "]
    {
        assert_eq!(keep(text).stages, expected, "{text}");
    }
    assert_eq!(
        keep("1 year after collection").stages,
        one(Limit::After(Span::years(1), event("collection")))
    );
    assert_eq!(
        keep("5 years after the end of the contract").stages,
        one(Limit::After(Span::years(5), event("contract-end")))
    );
    assert_eq!(
        keep("1 year 6 months after collection").stages,
        one(Limit::After(Span::months(18), event("collection")))
    );
}

#[test]
fn a_contract_then_the_archive() {
    let stages = keep("for the contract, then 10 years in the archive").stages;
    assert_eq!(
        stages,
        vec![
            Stage { limit: Limit::For(OccasionKind::Contract), phase: Phase::Live },
            Stage { limit: Limit::More(Span::years(10)), phase: Phase::Archive },
        ]
    );
}

#[test]
fn a_calendar_year_then_the_archive() {
    let stages = keep("for the calendar year of the request, then 2 years in the archive").stages;
    assert_eq!(
        stages,
        vec![
            Stage { limit: Limit::CalendarYearOf(OccasionKind::Request), phase: Phase::Live },
            Stage { limit: Limit::More(Span::years(2)), phase: Phase::Archive },
        ]
    );
}

#[test]
fn the_first_and_the_latest_of_several() {
    let two = |a: &str, b: &str| vec![EventKind::from(a), EventKind::from(b)];
    assert_eq!(
        keep("until the first of contract-end and account-deletion").stages,
        one(Limit::Until(When::FirstOf(two("contract-end", "account-deletion"))))
    );
    assert_eq!(
        keep("3 years after the latest of collection and last-contact").stages,
        one(Limit::After(Span::years(3), When::LatestOf(two("collection", "last-contact"))))
    );
    let three = keep(
        "2 years after the latest of collection, last-contact and contract-end, then 1 year locked, at most 10 years, then anonymised",
    );
    assert_eq!(three.stages.len(), 2);
    assert_eq!(three.stages[1], Stage { limit: Limit::More(Span::years(1)), phase: Phase::Locked });
    assert_eq!(three.at_most, Some(Span::years(10)));
    assert!(three.then_anonymised);
    let Limit::After(_, when) = &three.stages[0].limit else { panic!() };
    assert_eq!(when.events().len(), 3);
}

#[test]
fn a_bare_span_and_its_anonymisation() {
    assert_eq!(keep("30 days").stages, one(Limit::More(Span::days(30))));
    assert_eq!(keep("for 30 days").stages, one(Limit::More(Span::days(30))));
    assert!(keep("2 years, then anonymised").then_anonymised);
}

#[test]
fn own_records_know_events_that_a_policy_does_not() {
    let own: BTreeSet<EventKind> = OWN_EVENTS.iter().map(|event| EventKind::from(*event)).collect();
    let verified = parse("until verified, at most 1 month", &own).unwrap();
    assert_eq!(verified.stages, one(Limit::Until(event("verification"))));
    assert_eq!(verified.at_most, Some(Span::months(1)));
    let disclosed = parse("3 years after the disclosure", &own).unwrap();
    assert_eq!(disclosed.stages, one(Limit::After(Span::years(3), event("disclosure"))));
    for text in ["until verified", "3 years after the disclosure"] {
        assert!(parse(text, &events()).expect_err(text).unknown_event, "only own records know `{text}`");
    }
}

#[test]
fn an_unknown_event_is_pointed_at_with_what_was_meant() {
    let (at, message, help) = wrong("3 years after the last contract-ed");
    assert_eq!(at, "the last contract-ed");
    assert!(message.contains("last-contract-ed"));
    assert!(help.unwrap().contains("last-contact") || message.contains("not an event"));
    let (_, _, help) = wrong("3 years after the last conact");
    assert_eq!(help.unwrap(), "did you mean `last-contact`?");
    let (_, _, help) = wrong("3 years after the end of the contracts");
    assert_eq!(help.unwrap(), "did you mean `contract-end`?");
    let (_, _, help) = wrong("3 years after the moon landing");
    assert!(help.unwrap().contains("[event.moon-landing]"));
}

#[test]
fn every_slip_has_a_place_and_a_mend() {
    assert_eq!(wrong("").1, "the sentence is empty");
    assert_eq!(wrong("3 yers after collection").2.unwrap(), "did you mean `years`?");
    assert_eq!(wrong("three years after collection").2.unwrap(), "write numbers in figures: `3 years`");
    assert_eq!(
        wrong("3 years after").1,
        "expected an event, such as `contract-end` or `the last contact`, but the sentence ends"
    );
    assert_eq!(wrong("for the contrat").2.unwrap(), "did you mean `contract`?");
    assert_eq!(wrong("for the contract then 3 years").0, "then");
    assert_eq!(wrong("until the first of contract-end").1, "a list needs two events or more");
    assert_eq!(wrong("1 year, at most 2 years, then 3 years").0, "then");
    assert_eq!(wrong("1 year, then anonymised, then 2 years").0, "then");
    assert_eq!(wrong("for the collection").1, "`for the collection` has no length");
    assert_eq!(wrong("0 days").1, "the length must be a whole number from 1 day to 999 years");
    assert_eq!(wrong("1 year,").1, "expected `then …` or `at most …`, but the sentence ends");
    assert_eq!(wrong("forever").0, "forever");
}

#[test]
fn a_megabyte_is_refused_at_once() {
    assert!(parse(&"the ".repeat(300_000), &events()).is_err());
}

proptest! {
    #[test]
    fn no_text_panics_and_every_error_points_into_it(text in "\\PC*") {
        if let Err(wrong) = parse(&text, &events()) {
            prop_assert!(text.get(wrong.range).is_some());
        }
    }

    #[test]
    fn no_jumble_of_the_grammars_own_words_panics(picks in prop::collection::vec(0_usize..22, 0..24)) {
        let words = ["for", "the", "contract", ",", "then", "3", "years", "in", "archive", "locked", "at", "most",
            "anonymised", "until", "after", "first", "of", "latest", "and", "collection", "calendar", "é"];
        let text: Vec<&str> = picks.iter().map(|pick| words[*pick]).collect();
        let text = text.join(" ");
        if let Err(wrong) = parse(&text, &events()) {
            prop_assert!(text.get(wrong.range).is_some());
        }
    }
}
