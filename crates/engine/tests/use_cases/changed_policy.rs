//! A policy that changes while a company is at work: what a shorter period ends goes with the next run, one that
//! was in force before may come into force again, and nobody works by one that is not in force any more.

use kept_core::admission::{Act, Age, Collection, Refused};
use kept_core::decision::Refusal;
use kept_core::policy::model::Channel;
use kept_engine::Failure;
use kept_engine::company::Company;
use kept_engine::decide::Verb;
use kept_engine::report::audit::Verdict;
use kept_engine::sweep::SweepOrder;

use crate::promises::refusal;
use crate::recording::{ADA, BO, ask, club, collection, consent, data, decide, record, refused, with_values};
use crate::world::at;

const LONG: &str = "marketing = [\"email\", \"phone\"]\nkeep = \"3 years after collection\"";
const SHORT: &str = "marketing = [\"email\", \"phone\"]\nkeep = \"1 year after collection\"";
const MAIL: &[&str] = &["identification.email"];

/// How many of Kept's own values a run takes, or would take.
fn gone(company: &mut Company, is_dry: bool, day: &str) -> u64 {
    let order = SweepOrder::default();
    let report = match is_dry {
        true => company.count_due(&order, at(day), &mut |_| {}),
        false => company.sweep(&order, at(day), &mut |_| {}),
    };
    let report = report.unwrap();
    let tables =
        report.stores.iter().filter(|store| store.store.as_str() == "kept").flat_map(|one| &one.tables);
    tables.map(|table| table.deleted).sum()
}

#[test]
fn what_a_shorter_period_has_ended_already_goes_with_the_next_run() {
    let mut world = club();
    let mut company = world.open(at("2024-01-10"));
    company.record(&collection(ADA, &["prospecting"], MAIL), at("2024-02-01")).unwrap();
    company.record(&collection(BO, &["prospecting"], MAIL), at("2025-12-01")).unwrap();
    assert_eq!(gone(&mut company, true, "2026-03-02"), 0, "two years are not over three");
    drop(company);
    world.rewrite(LONG, SHORT);
    let mut company = world.open(at("2026-03-02"));
    assert_eq!(gone(&mut company, true, "2026-03-02"), 1, "Ada's, whose year is over");
    let audit = company.audit(at("2026-03-04"), &mut |_| {}).unwrap();
    let broken = audit.statements.iter().filter(|one| one.verdict == Verdict::Broken);
    assert!(broken.map(|one| one.id.as_str()).any(|id| id == "purpose.prospecting.keep"), "{audit:#?}");
    assert_eq!(gone(&mut company, false, "2026-03-04"), 1);
    assert_eq!(gone(&mut company, false, "2026-03-05"), 0, "and Bo's stays");
    assert_eq!(gone(&mut company, true, "2026-11-30"), 0);
}

#[test]
fn a_value_stays_marked_for_the_run_though_something_else_is_recorded_before_it() {
    let mut world = club();
    let mut company = world.open(at("2024-01-10"));
    company.record(&collection(ADA, &["prospecting"], MAIL), at("2024-02-01")).unwrap();
    drop(company);
    world.rewrite(LONG, SHORT);
    let mut company = world.open(at("2026-03-02"));
    company.record(&collection(ADA, &["enquiry"], MAIL), at("2026-03-02")).unwrap();
    assert_eq!(gone(&mut company, false, "2026-03-03"), 1, "what was collected for prospecting alone");
    assert_eq!(gone(&mut company, false, "2026-03-04"), 0);
}

#[test]
fn a_policy_that_was_in_force_before_comes_into_force_again() {
    let mut world = club();
    let ended = |company: &mut Company, day: &str| {
        let asked = ask(ADA, "prospecting", Verb::Read, MAIL);
        !decide(company, asked, at(day)).allowed
    };
    let mut company = world.open(at("2024-01-10"));
    company.record(&collection(ADA, &["enquiry"], MAIL), at("2024-02-01")).unwrap();
    drop(company);
    world.rewrite(LONG, SHORT);
    drop(world.open(at("2024-03-01")));
    world.rewrite(SHORT, LONG);
    let mut company = world.open(at("2024-03-10"));
    let versions: Vec<_> =
        company.history().versions().map(|version| version.policy.digest.clone()).collect();
    assert_eq!(versions.len(), 3);
    assert_eq!(versions[0], versions[2], "the first again");
    company.record(&collection(ADA, &["prospecting"], MAIL), at("2024-03-11")).unwrap();
    assert!(!ended(&mut company, "2026-06-01"), "three years again");
    assert!(ended(&mut company, "2027-04-01"));
    drop(company);
    assert_eq!(world.open(at("2024-03-12")).history().versions().count(), 3, "the same is filed once");
}

#[test]
fn whoever_works_for_an_application_stops_when_another_policy_is_in_force() {
    let mut world = club();
    let company = world.open(at("2024-01-10"));
    company.check_in_force().unwrap();
    world.rewrite(LONG, SHORT);
    let newer = world.open(at("2024-03-01"));
    assert!(
        matches!(company.check_in_force(), Err(Failure::Superseded { from }) if from == at("2024-03-01"))
    );
    newer.check_in_force().unwrap();
}

#[test]
fn where_no_kind_of_people_is_named_the_age_is_asked_for_that_all_of_them_need() {
    let world = club();
    let mut company = world.open(at("2024-01-10"));
    let told = |company: &mut Company, who: &str, people: Option<&str>, age: Option<u8>, day: &str| {
        let collection = Collection {
            purposes: vec!["membership".into()],
            fields: data(MAIL),
            people: people.map(Into::into),
            age: age.map(Age::Years),
            events: vec!["contract-start".into()],
            about: Some(kept_core::timeline::Occasion::Contract(format!("c-{day}").into())),
            ..Collection::default()
        };
        company.record(&with_values(who, collection), at(day))
    };
    let why = |refused: kept_core::admission::Refused| match refused {
        kept_core::admission::Refused::Gate(_, refusal) => refusal,
        other => panic!("{other:?}"),
    };
    for people in [None, Some("member")] {
        let none = refused(told(&mut company, BO, people, None, "2024-02-01"));
        assert_eq!(why(none), Refusal::AgeNotKnown, "{people:?}");
        let young = refused(told(&mut company, BO, people, Some(15), "2024-02-01"));
        assert_eq!(why(young), Refusal::UnderAge, "{people:?}");
    }
    told(&mut company, BO, None, Some(16), "2024-02-01").unwrap();
    told(&mut company, ADA, Some("member"), Some(30), "2024-02-01").unwrap();
    // She is on record as a member, who was old enough then.
    for people in [None, Some("member")] {
        told(&mut company, ADA, people, None, "2024-02-02").unwrap();
    }
    // A purpose that concerns visitors as well asks nobody, and takes nobody of whom it hears that they are too young.
    let visit = Collection { purposes: vec!["enquiry".into()], fields: data(MAIL), ..Collection::default() };
    company.record(&with_values("email=cy@example.org", visit.clone()), at("2024-02-01")).unwrap();
    let young = Collection { age: Some(Age::Years(12)), ..visit };
    let young = refused(company.record(&with_values("email=di@example.org", young), at("2024-02-01")));
    assert_eq!(why(young), Refusal::UnderAge);
    let verb = Verb::Collect { people: None, age: Some(12), consents: false };
    let asked = decide(&mut company, ask("email=ed@example.org", "membership", verb, MAIL), at("2024-02-01"));
    assert!(!asked.allowed, "{asked:?}");
}

#[test]
fn a_consent_reaches_what_the_purpose_told_of_when_it_was_given_and_nothing_that_came_later() {
    let mut world = club();
    let (purpose, now) = ("[purpose.newsletter]\n", "data = [\"identification\"]\nbasis = \"consent\"\n");
    let (from, to) = (format!("{now}marketing = [\"email\", \"phone\"]"), "marketing = [\"email\"]");
    world.rewrite(&from, &format!("data = [\"identification.email\"]\nbasis = \"consent\"\n{to}"));
    assert!(world.files.iter().any(|(_, text)| text.contains(purpose)));
    let mut company = world.open(at("2026-01-10"));
    let give = |company: &mut Company, who: &str, day: &str| {
        let act = Act::GiveConsent(consent("newsletter", &[]));
        record(company, who, act, at(day)).unwrap();
    };
    give(&mut company, ADA, "2026-01-11");
    drop(company);
    world.rewrite(&format!("data = [\"identification.email\"]\nbasis = \"consent\"\n{to}"), &from);
    let mut company = world.open(at("2026-02-01"));
    give(&mut company, BO, "2026-02-02");
    let phone = ["identification.phone"];
    let answer = |company: &mut Company, who: &str, verb: Verb, fields: &[&str]| {
        decide(company, ask(who, "newsletter", verb, fields), at("2026-02-03"))
    };
    for (who, reached) in [(ADA, false), (BO, true)] {
        assert!(answer(&mut company, who, Verb::Contact(Channel::Email), MAIL).allowed, "{who}");
        assert_eq!(answer(&mut company, who, Verb::Contact(Channel::Phone), &[]).allowed, reached, "{who}");
        assert_eq!(answer(&mut company, who, Verb::Read, &phone).allowed, reached, "{who}");
    }
    assert!(matches!(refusal(answer(&mut company, ADA, Verb::Read, &phone)), Refusal::NotAgreed(_)));
    assert_eq!(refusal(answer(&mut company, ADA, Verb::Contact(Channel::Phone), &[])), Refusal::NotByChannel);
    let mut called = 0;
    let audience = company.audience(&"newsletter".into(), Channel::Phone, at("2026-02-03"), &mut |_| {
        called += 1;
        true
    });
    audience.unwrap();
    assert_eq!(called, 1, "Bo alone");
    give(&mut company, ADA, "2026-02-04");
    assert!(decide(&mut company, ask(ADA, "newsletter", Verb::Read, &phone), at("2026-02-05")).allowed);
}

#[test]
fn a_consent_to_a_purpose_that_was_no_marketing_then_reaches_no_channel_when_it_becomes_one() {
    let mut world = club();
    let (plain, marketing) =
        ("basis = \"consent\"\n# no marketing", "basis = \"consent\"\nmarketing = [\"email\", \"phone\"]");
    world.rewrite(marketing, plain);
    let mut company = world.open(at("2026-01-10"));
    let give = |company: &mut Company, day: &str| {
        record(company, ADA, Act::GiveConsent(consent("newsletter", &[])), at(day)).unwrap();
    };
    give(&mut company, "2026-01-11");
    drop(company);
    world.rewrite(plain, marketing);
    let mut company = world.open(at("2026-02-01"));
    let by_mail = |company: &mut Company, day: &str| {
        decide(company, ask(ADA, "newsletter", Verb::Contact(Channel::Email), MAIL), at(day))
    };
    assert_eq!(refusal(by_mail(&mut company, "2026-02-02")), Refusal::NotByChannel);
    assert!(decide(&mut company, ask(ADA, "newsletter", Verb::Read, MAIL), at("2026-02-02")).allowed);
    give(&mut company, "2026-02-03");
    assert!(by_mail(&mut company, "2026-02-04").allowed);
}

#[test]
fn nobody_consents_who_is_too_young_for_each_kind_of_people_that_the_purpose_concerns() {
    let world = {
        let mut world = club();
        world.rewrite(
            "people = [\"visitor\", \"member\"]\ndata = [\"identification\"]\nbasis = \"consent\"",
            "people = [\"member\"]\ndata = [\"identification\"]\nbasis = \"consent\"",
        );
        world
    };
    let mut company = world.open(at("2026-01-10"));
    let mut young = consent("newsletter", &[]);
    young.age = Some(Age::Years(15));
    young.proof.guardian = Some("mother, by telephone".to_owned());
    let told = refused(record(&mut company, ADA, Act::GiveConsent(young.clone()), at("2026-01-11")));
    assert_eq!(told, Refused::Gate("newsletter".into(), Refusal::UnderAge));
    young.age = Some(Age::Years(16));
    record(&mut company, ADA, Act::GiveConsent(young), at("2026-01-11")).unwrap();
}
