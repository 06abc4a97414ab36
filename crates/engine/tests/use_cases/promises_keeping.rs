//! Promises on how long data stay and for what alone, kept under the companies' own policies.

use kept_core::admission::{Act, Refused};
use kept_core::ledger::{Entry, Kind, Outcome};
use kept_core::policy::model::Channel;
use kept_core::policy::reader::examine;
use kept_core::policy::source::SourceFile;
use kept_core::timeline::Occasion;
use kept_engine::company::Company;
use kept_engine::decide::Verb;
use kept_engine::sweep::SweepOrder;

use crate::promises::{DAY, More, collect, company, contract, happened, may_contact, may_read, values};
use crate::recording::{ADA, ask, collection, data, datum, decide, record, refused};
use crate::world::{World, at, whom};

fn sweep(company: &mut Company, day: &str) {
    company.sweep(&SweepOrder::default(), at(day), &mut |_| {}).unwrap();
}

/// The codes of what is wrong with a policy when a part of it is written otherwise.
fn wrong(mut world: World, from: &str, to: &str) -> Vec<&'static str> {
    world.rewrite(from, to);
    let files: Vec<SourceFile> =
        world.files.iter().map(|(name, text)| SourceFile::new(name.clone(), text.clone())).collect();
    examine(&files).sound().unwrap_err().iter().map(|one| one.code).collect()
}

#[test]
fn klr_20_a_contest_entry_serves_no_marketing_and_goes_when_the_prizes_are_handed_over() {
    let world = company("klarrio");
    let mut klarrio = world.open(at(DAY));
    let entrant = More { people: Some("entrant"), consents: &["contest"], ..More::default() };
    let entry = ["contest-entry.name", "contest-entry.email"];
    collect(&mut klarrio, (&["contest"], &entry), entrant, DAY).unwrap();
    assert!(may_read(&mut klarrio, "contest", entry[1], DAY).allowed);
    for marketing in ["service-information", "event-invitation", "business-development"] {
        assert!(!may_read(&mut klarrio, marketing, entry[1], DAY).allowed, "{marketing}");
        assert!(!may_contact(&mut klarrio, marketing, Channel::Email, DAY).allowed, "{marketing}");
    }
    sweep(&mut klarrio, "2026-05-04");
    assert_eq!(values(&mut klarrio, "contest", "2026-05-04"), 2, "the prizes are not handed over");
    happened(&mut klarrio, "prizes-handed-over", Occasion::Person, "2026-05-04");
    sweep(&mut klarrio, "2026-05-05");
    let report = klarrio.access(&whom(&[ADA]), None, at("2026-05-05")).unwrap();
    assert!(report.held.is_empty(), "{:?}", report.held);
}

#[test]
fn klr_80_a_datum_stays_for_the_living_purpose_only_and_goes_with_the_last() {
    let world = company("klarrio");
    let mut klarrio = world.open(at("2025-03-03"));
    let customer = More {
        people: Some("customer-contact"),
        events: &["contract-start"],
        about: contract("P-1"),
        ..More::default()
    };
    let both = ["project-communication", "support"];
    let fields = ["customer-contact.name", "customer-contact.email"];
    collect(&mut klarrio, (&both, &fields), customer, "2025-03-03").unwrap();
    for purpose in both {
        assert!(may_read(&mut klarrio, purpose, fields[1], "2025-03-04").allowed, "{purpose}");
    }
    happened(&mut klarrio, "project-end", Occasion::Person, "2025-05-05");
    sweep(&mut klarrio, "2025-05-06");
    assert!(!may_read(&mut klarrio, both[0], fields[1], "2025-05-06").allowed, "ended");
    assert_eq!(values(&mut klarrio, both[0], "2025-05-06"), 0);
    assert_eq!(values(&mut klarrio, both[1], "2025-05-06"), 2, "the living one");
    happened(&mut klarrio, "contract-end", Occasion::Contract("P-1".into()), "2025-06-30");
    sweep(&mut klarrio, "2025-07-01");
    let report = klarrio.access(&whom(&[ADA]), None, at("2025-07-01")).unwrap();
    assert!(report.held.is_empty(), "{:?}", report.held);
    let keep = "keep = { criterion = \"as long as we support the service\", ends = \"contract-end\", review = \"every 12 months\" }\n";
    assert!(wrong(world, keep, "").contains(&"purpose/no-retention"), "no purpose goes without a period");
}

#[test]
fn klr_83_a_transaction_that_a_third_party_needs_stays_for_that_reason_with_a_day_of_review() {
    let world = company("klarrio");
    let mut klarrio = world.open(at("2025-03-03"));
    let customer = More { people: Some("customer-contact"), ..More::default() };
    let fields = ["billing.number", "billing.addressee"];
    collect(&mut klarrio, (&["document-exchange"], &fields), customer, "2025-03-03").unwrap();
    happened(&mut klarrio, "contract-end", Occasion::Person, "2025-04-30");
    let hold = |review: Option<&str>| Act::PlaceHold {
        data: data(&fields[..1]),
        reason: "the payment network's rule on disputed transactions".to_owned(),
        approver: "counsel".to_owned(),
        review_on: review.map(|day| day.parse().unwrap()),
    };
    let now = at("2025-05-05");
    assert_eq!(refused(record(&mut klarrio, ADA, hold(None), now)), Refused::NoReview);
    let case = record(&mut klarrio, ADA, hold(Some("2025-11-03")), now).unwrap().case.unwrap();
    klarrio.erase(&whom(&[ADA]), now, false, now).unwrap();
    let held = |company: &mut Company| {
        let report = company.access(&whom(&[ADA]), None, at("2025-05-06")).unwrap();
        let columns = report.held.into_iter().flat_map(|table| table.columns);
        columns.map(|column| column.datum.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(held(&mut klarrio), ["billing.number"], "the addressee is not held");
    for purpose in ["document-exchange", "finance", "legal-duties"] {
        assert!(!may_read(&mut klarrio, purpose, fields[0], "2025-05-06").allowed, "{purpose}");
    }
    let guards = klarrio.guards(at("2025-05-06")).unwrap();
    assert_eq!((guards.len(), guards[0].kind, &guards[0].case), (1, "hold", &case));
    assert_eq!(guards[0].data, data(&fields[..1]));
    assert_eq!(guards[0].review_on, Some("2025-11-03".parse().unwrap()));
    assert!(klarrio.guards(at("2025-11-04")).unwrap()[0].overdue, "it does not stay unseen");
    record(&mut klarrio, ADA, Act::ReleaseHold { case }, at("2025-11-04")).unwrap();
    sweep(&mut klarrio, "2025-11-05");
    assert!(held(&mut klarrio).is_empty());
}

#[test]
fn kre_37_an_invoice_outlasts_the_order_to_the_end_of_the_accounting_period_and_for_it_alone() {
    let world = company("kresoft");
    let mut kresoft = world.open(at("2025-03-10"));
    let customer = More {
        people: Some("customer"),
        events: &["contract-start"],
        about: contract("O-1"),
        ..More::default()
    };
    let fields = ["general.name", "administration.order"];
    collect(&mut kresoft, (&["documents-and-delivery", "administration"], &fields), customer, "2025-03-10")
        .unwrap();
    assert_eq!(values(&mut kresoft, "documents-and-delivery", "2025-03-11"), 1);
    happened(&mut kresoft, "contract-end", Occasion::Contract("O-1".into()), "2025-06-30");
    sweep(&mut kresoft, "2025-07-01");
    for other in ["documents-and-delivery", "customer-mailing", "requested-service-contact"] {
        assert!(!may_read(&mut kresoft, other, fields[0], "2025-07-01").allowed, "{other}");
    }
    let why =
        kresoft.why(&whom(&[ADA]), Some(&datum(fields[0])), at("2025-07-01"), at("2025-07-01")).unwrap();
    let keeping = format!("{why:?}");
    assert!(keeping.contains("purpose.administration.keep"), "{keeping}");
    sweep(&mut kresoft, "2035-12-31");
    assert_eq!(values(&mut kresoft, "administration", "2035-12-31"), 2, "the last day of year 10");
    sweep(&mut kresoft, "2036-01-01");
    assert_eq!(values(&mut kresoft, "administration", "2036-01-01"), 0);
}

#[test]
fn cla_40_what_no_purpose_needs_goes_and_a_named_law_holds_until_its_day() {
    let world = company("claranet");
    let mut claranet = world.open(at("2025-03-10"));
    let consumer = || More { people: Some("consumer"), ..More::default() };
    collect(&mut claranet, (&["training", "quality"], &["communications.call"]), consumer(), "2025-03-10")
        .unwrap();
    collect(&mut claranet, (&["billing", "tax-records"], &["billing.number"]), consumer(), "2025-03-10")
        .unwrap();
    let held = |company: &mut Company, day: &str| {
        sweep(company, day);
        let report = company.access(&whom(&[ADA]), None, at(day)).unwrap();
        let columns = report.held.into_iter().flat_map(|table| table.columns);
        columns.map(|column| column.datum.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(held(&mut claranet, "2025-09-10").len(), 2, "its last day");
    assert_eq!(held(&mut claranet, "2025-09-11"), ["billing.number"], "both purposes of the call ended");
    assert_eq!(
        held(&mut claranet, "2027-03-11"),
        ["billing.number"],
        "the invoice cannot be contested any more"
    );
    assert!(!may_read(&mut claranet, "billing", "billing.number", "2027-03-11").allowed);
    assert!(
        may_read(&mut claranet, "tax-records", "billing.number", "2027-03-11").allowed,
        "the law's own use"
    );
    assert_eq!(held(&mut claranet, "2032-12-31"), ["billing.number"]);
    assert!(held(&mut claranet, "2033-01-01").is_empty(), "seven years from the end of its year");
    drop(claranet);
    let named = "legal-obligation = \"Algemene wet inzake rijksbelastingen, art. 52\"";
    let codes = wrong(world, named, "legal-obligation = \"\"");
    assert!(codes.contains(&"purpose/no-law"), "{codes:?}");
}

#[test]
fn cla_19_a_call_is_recorded_only_after_the_notice_and_has_a_purpose_and_an_end() {
    let world = company("claranet");
    let mut claranet = world.open(at(DAY));
    let purposes = ["training", "quality"];
    let call = collection(ADA, &purposes, &["communications.call"]);
    let told = refused(claranet.record(&call, at(DAY)));
    assert_eq!(told, Refused::NotToldBefore("communications".into()));
    assert_eq!(world.files_with(b"VALEUR"), Vec::<String>::new(), "nothing is stored");
    let known = collection(ADA, &["problem-report"], &["problem-report.problem"]);
    claranet.record(&known, at(DAY)).unwrap();
    let version = claranet.policy().digest.clone();
    let (notice, start) = (at("2026-03-02T12:10:00Z"), at("2026-03-02T12:10:20Z"));
    record(&mut claranet, ADA, Act::Tell { version }, notice).unwrap();
    let mut before = call.clone();
    before.happened_at = Some(at("2026-03-02T12:09:00Z"));
    let early = refused(claranet.record(&before, start));
    assert_eq!(early, Refused::NotToldBefore("communications".into()), "it began before the notice");
    claranet.record(&call, start).unwrap();
    let entries = world.entries();
    let collected = |one: &Entry| one.kind == Kind::Collected && one.outcome == Outcome::Done;
    let call_at = entries.iter().rposition(collected);
    let told = entries.iter().position(|one| one.at == notice && one.outcome == Outcome::Done);
    assert!(told.is_some() && told < call_at, "{entries:?}");
    assert!(may_read(&mut claranet, "training", "communications.call", "2026-03-03").allowed);
    assert!(!may_read(&mut claranet, "email-marketing", "communications.call", "2026-03-03").allowed);
    let nameless = collection(ADA, &[], &["communications.call"]);
    assert_eq!(refused(claranet.record(&nameless, start)), Refused::NoPurposeNamed);
    sweep(&mut claranet, "2026-09-02");
    assert_eq!(values(&mut claranet, "training", "2026-09-02"), 0, "its review is overdue: not used");
    sweep(&mut claranet, "2026-09-03");
    let report = claranet.access(&whom(&[ADA]), None, at("2026-09-03")).unwrap();
    let mut held = report.held.iter().flat_map(|table| &table.columns);
    assert!(!held.any(|column| column.datum.starts_with("communications")), "half a year after");
}

#[test]
fn klx_52_newsletter_data_go_three_years_after_the_last_of_collection_and_contact() {
    let world = company("klaxoon");
    let mut klaxoon = world.open(at("2021-05-10"));
    let subscriber = More {
        people: Some("subscriber"),
        consents: &["product-news"],
        events: &["last-contact"],
        ..More::default()
    };
    collect(&mut klaxoon, (&["product-news"], &["newsletter.email"]), subscriber, "2021-05-10").unwrap();
    let person = kept_core::timeline::Occasion::Person;
    happened(&mut klaxoon, "last-contact", person, "2022-02-14");
    // A mailing of the company's own is an answer of the gate and no contact of the person: nothing is renewed.
    let verb = Verb::Contact(Channel::Email);
    assert!(decide(&mut klaxoon, ask(ADA, "product-news", verb, &[]), at("2023-06-01")).allowed);
    let mut run = |day: &str| {
        klaxoon.sweep(&SweepOrder::default(), at(day), &mut |_| {}).unwrap();
        let report = klaxoon.access(&crate::world::whom(&[ADA]), None, at(day)).unwrap();
        report
            .held
            .iter()
            .flat_map(|table| &table.columns)
            .filter(|column| column.datum == "newsletter.email")
            .count()
    };
    assert_eq!(run("2024-05-11"), 1, "three years after collection the later contact counts");
    assert_eq!(run("2025-02-14"), 1);
    assert_eq!(run("2025-02-15"), 0);
}
