//! Promises of the five companies, kept by the engine under their own policies, with everything in
//! Kept's own store.

use std::collections::BTreeMap;
use std::path::Path;

use kept_core::admission::{Act, Age, Collection, Refused};
use kept_core::decision::Refusal;
use kept_core::ledger::Kind;
use kept_core::policy::model::Channel;
use kept_core::policy::reader::examine;
use kept_core::policy::source::SourceFile;
use kept_core::timeline::Occasion;
use kept_engine::Failure;
use kept_engine::company::Company;
use kept_engine::decide::{Decided, Verb};
use kept_engine::disclose::{Disclosed, DisclosureOrder};
use kept_engine::reading::ReadOrder;
use kept_engine::record::Recorded;
use kept_engine::sweep::SweepOrder;

use crate::recording::{ADA, ask, club, consent, data, decide, record, refused, with_values};
use crate::world::{World, at, whom};

/// A company with its own policy and no database but Kept's.
fn company(name: &str) -> World {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies").join(name);
    let mut world = World::new("", &[]);
    world.files.clear();
    for entry in std::fs::read_dir(&folder).unwrap().map(Result::unwrap) {
        let file = entry.file_name().to_string_lossy().into_owned();
        if file.ends_with(".toml") && file != "store.toml" {
            world.files.push((file, std::fs::read_to_string(entry.path()).unwrap()));
        }
    }
    world.files.sort();
    world
}

/// What a collection says beside its purposes and fields.
#[derive(Default)]
struct More<'a> {
    people: Option<&'a str>,
    consents: &'a [&'a str],
    source: Option<&'a str>,
    events: &'a [&'a str],
    about: Option<Occasion>,
}

fn collect(
    company: &mut Company,
    (purposes, fields): (&[&str], &[&str]),
    more: More<'_>,
    day: &str,
) -> Result<Recorded, Failure> {
    let collection = Collection {
        purposes: purposes.iter().map(|name| (*name).into()).collect(),
        fields: data(fields),
        people: more.people.map(Into::into),
        age: Some(Age::Years(40)),
        source: more.source.map(str::to_owned),
        consents: more.consents.iter().map(|purpose| consent_to(purpose)).collect(),
        events: more.events.iter().map(|event| (*event).into()).collect(),
        about: more.about,
        notice: Some(company.policy().digest.clone()),
    };
    company.record(&with_values(ADA, collection), at(day))
}

fn consent_to(purpose: &str) -> kept_core::admission::Consent {
    let mut given = consent(purpose, &[]);
    given.proof.language = None;
    given
}

fn give_consent(company: &mut Company, purpose: &str, day: &str) {
    record(company, ADA, Act::GiveConsent(consent_to(purpose)), at(day)).unwrap();
}

fn withdraw(company: &mut Company, purpose: &str, day: &str) {
    let act = Act::WithdrawConsent { purpose: purpose.into(), channels: Vec::new() };
    record(company, ADA, act, at(day)).unwrap();
}

fn happened(company: &mut Company, event: &str, about: Occasion, day: &str) {
    let act = Act::Happened { event: event.into(), about, data: Vec::new() };
    record(company, ADA, act, at(day)).unwrap();
}

fn may_read(company: &mut Company, purpose: &str, field: &str, day: &str) -> Decided {
    decide(company, ask(ADA, purpose, Verb::Read, &[field]), at(day))
}

fn may_contact(company: &mut Company, purpose: &str, channel: Channel, day: &str) -> Decided {
    decide(company, ask(ADA, purpose, Verb::Contact(channel), &[]), at(day))
}

#[track_caller]
fn refusal(decided: Decided) -> Refusal {
    match decided.because {
        kept_core::decision::Answer::Refused(refusal) => refusal,
        allowed @ kept_core::decision::Answer::Allowed(_) => panic!("{allowed:?}"),
    }
}

/// How many values a purpose has of the person.
fn values(company: &mut Company, purpose: &str, day: &str) -> usize {
    let order = ReadOrder {
        whom: whom(&[ADA]),
        purpose: purpose.into(),
        fields: Vec::new(),
        role: None,
        exception: None,
        reason: None,
        actor: None,
    };
    company.read_through_gate(&order, at(day)).unwrap().values.len()
}

fn disclose(company: &mut Company, to: &str, purpose: &str, fields: &[&str], day: &str) -> Disclosed {
    let order = DisclosureOrder {
        whom: whom(&[ADA]),
        recipient: to.into(),
        purpose: purpose.into(),
        fields: data(fields),
        role: None,
        paid: false,
        evidence: BTreeMap::new(),
        actor: None,
    };
    company.disclose(&order, at(day)).unwrap()
}

fn contract(number: &str) -> Option<Occasion> {
    Some(Occasion::Contract(number.into()))
}

const DAY: &str = "2026-03-02";

#[test]
fn klr_11_a_visitor_entry_serves_security_alone_and_goes_after_its_period() {
    let world = company("klarrio");
    let mut klarrio = world.open(at(DAY));
    let visit = [
        "visitor-log.name",
        "visitor-log.company",
        "visitor-log.host",
        "visitor-log.arrived",
        "visitor-log.left",
    ];
    let visitor = More { people: Some("premises-visitor"), ..More::default() };
    collect(&mut klarrio, (&["premises-security"], &visit), visitor, DAY).unwrap();
    assert_eq!(values(&mut klarrio, "premises-security", DAY), 5);
    for purpose in ["service-information", "staff-training"] {
        assert!(!may_read(&mut klarrio, purpose, "visitor-log.name", DAY).allowed, "{purpose}");
    }
    klarrio.sweep(&SweepOrder::default(), at("2026-06-02"), &mut |_| {}).unwrap();
    assert_eq!(values(&mut klarrio, "premises-security", "2026-06-02"), 5, "its last day");
    klarrio.sweep(&SweepOrder::default(), at("2026-06-03"), &mut |_| {}).unwrap();
    assert_eq!(values(&mut klarrio, "premises-security", "2026-06-03"), 0);
}

#[test]
fn klr_19_an_application_is_its_listed_fields_for_recruitment_with_the_notice_shown() {
    let world = company("klarrio");
    let mut klarrio = world.open(at(DAY));
    let applicant = |consents| More { people: Some("applicant"), consents, ..More::default() };
    let all = ["applicant.name", "applicant.email", "applicant.cv"];
    for more in ["applicant.born", "employee.born"] {
        let fields = [&all[..], &[more]].concat();
        let told = collect(&mut klarrio, (&["recruitment"], &fields), applicant(&["recruitment"]), DAY);
        assert!(told.is_err(), "{more}");
    }
    let recorded = collect(&mut klarrio, (&["recruitment"], &all), applicant(&["recruitment"]), DAY).unwrap();
    assert!(recorded.events.contains(&"told".to_owned()), "{recorded:?}");
    assert_eq!(values(&mut klarrio, "recruitment", DAY), 3);
    assert!(!may_read(&mut klarrio, "service-information", "applicant.email", DAY).allowed);
}

#[test]
fn klr_29_a_processor_gets_nothing_for_a_purpose_that_is_not_its_task() {
    let world = company("klarrio");
    let mut klarrio = world.open(at(DAY));
    let enquirer =
        More { people: Some("enquirer"), consents: &["enquiry", "service-information"], ..More::default() };
    let fields = ["enquiry.name", "enquiry.email"];
    collect(&mut klarrio, (&["enquiry", "service-information"], &fields), enquirer, DAY).unwrap();
    assert_eq!(disclose(&mut klarrio, "web-hosting", "enquiry", &fields, DAY).values.len(), 2);
    let other = disclose(&mut klarrio, "web-hosting", "service-information", &fields, DAY);
    assert!(other.values.is_empty() && other.cut.len() == 2, "{other:?}");
}

#[test]
fn klr_35_a_partner_import_with_a_home_address_or_without_a_ground_is_refused() {
    let world = company("klarrio");
    let mut klarrio = world.open(at(DAY));
    let import = || More { people: Some("prospect"), source: Some("business-partners"), ..More::default() };
    let fields = ["prospect.name", "prospect.email"];
    for private in ["prospect.home-address", "applicant.home-address"] {
        let with = [fields[0], private];
        assert!(
            collect(&mut klarrio, (&["business-development"], &with), import(), DAY).is_err(),
            "{private}"
        );
    }
    assert!(collect(&mut klarrio, (&[], &fields), import(), DAY).is_err(), "no ground");
    let by_consent = collect(&mut klarrio, (&["service-information"], &fields), import(), DAY);
    assert!(by_consent.is_err(), "no consent came with it");
    collect(&mut klarrio, (&["business-development"], &fields), import(), DAY).unwrap();
    assert_eq!(world.files_with(b"home-address of").len(), 0);
}

#[test]
fn klr_40_a_lead_of_an_event_serves_follow_up_alone_and_its_exchange_is_on_record() {
    let world = company("klarrio");
    let mut klarrio = world.open(at(DAY));
    let fields = ["registration.name", "registration.email"];
    let participant = More { people: Some("participant"), consents: &["event-follow-up"], ..More::default() };
    collect(&mut klarrio, (&["event-follow-up"], &fields), participant, DAY).unwrap();
    assert!(may_read(&mut klarrio, "event-follow-up", fields[1], DAY).allowed);
    for purpose in ["business-development", "recruitment", "service-information"] {
        assert!(!may_read(&mut klarrio, purpose, fields[1], DAY).allowed, "{purpose}");
    }
    assert_eq!(disclose(&mut klarrio, "event-partners", "event-follow-up", &fields, DAY).values.len(), 2);
    let entries = world.entries();
    let exchanged = entries.iter().find(|entry| entry.kind == Kind::Disclosed).unwrap();
    assert_eq!(exchanged.recipient.as_ref().map(|name| name.as_str()), Some("event-partners"));
    assert_eq!((exchanged.fields.len(), exchanged.at), (2, at(DAY)));
}

#[test]
fn klr_82_an_erasure_takes_a_prospect_now_and_not_at_the_end_of_the_period() {
    let world = company("klarrio");
    let mut klarrio = world.open(at(DAY));
    let prospect = More { people: Some("prospect"), ..More::default() };
    collect(&mut klarrio, (&["business-development"], &["prospect.name", "prospect.email"]), prospect, DAY)
        .unwrap();
    assert_eq!(values(&mut klarrio, "business-development", "2026-03-10"), 2);
    klarrio.erase(&whom(&[ADA]), at("2026-03-10"), false, at("2026-03-10")).unwrap();
    assert_eq!(values(&mut klarrio, "business-development", "2026-03-10"), 0);
    assert!(!may_read(&mut klarrio, "business-development", "prospect.email", "2026-03-11").allowed);
}

#[test]
fn klr_108_who_refused_marketing_gets_the_reminder_and_not_the_offer() {
    let world = company("klarrio");
    let mut klarrio = world.open(at(DAY));
    let customer =
        More { people: Some("customer-contact"), consents: &["service-information"], ..More::default() };
    let fields = ["customer-contact.name", "customer-contact.email", "billing.addressee", "billing.number"];
    collect(&mut klarrio, (&["finance", "service-information"], &fields), customer, DAY).unwrap();
    assert!(may_contact(&mut klarrio, "service-information", Channel::Email, DAY).allowed);
    record(&mut klarrio, ADA, Act::Object { purpose: Some("service-information".into()) }, at("2026-03-03"))
        .unwrap();
    assert!(
        may_contact(&mut klarrio, "finance", Channel::Email, "2026-03-03").allowed,
        "the invoice's reminder"
    );
    assert!(!may_contact(&mut klarrio, "service-information", Channel::Email, "2026-03-03").allowed);
}

#[test]
fn klr_114_a_reply_in_sixty_days_is_refused_with_the_floor_and_its_article() {
    let mut world = club();
    world.rewrite("reply = \"1 month\"", "reply = \"60 days\"");
    let files: Vec<SourceFile> =
        world.files.iter().map(|(name, text)| SourceFile::new(name.clone(), text.clone())).collect();
    let found = examine(&files).sound().unwrap_err();
    let late = found.iter().find(|one| one.code == "rights/late-reply").unwrap();
    assert!(format!("{late:?}").contains("12(3)") && format!("{late:?}").contains("month"), "{late:?}");
    assert!(world.try_open(at(DAY)).is_err() || found.len() == 1);
}

#[test]
fn klx_10_a_sign_up_without_a_photo_succeeds() {
    let world = company("klaxoon");
    let mut klaxoon = world.open(at(DAY));
    let user = || More { people: Some("user"), ..More::default() };
    let four = ["account.surname", "account.first-name", "account.email", "account.phone"];
    collect(&mut klaxoon, (&["account"], &four), user(), DAY).unwrap();
    assert_eq!(values(&mut klaxoon, "account", DAY), 4);
}

#[test]
fn klx_24_a_purpose_without_a_ground_is_denied_and_one_of_consent_until_it_is_given() {
    let world = company("klaxoon");
    let mut klaxoon = world.open(at(DAY));
    let visitor = More { people: Some("visitor"), ..More::default() };
    collect(&mut klaxoon, (&["site-function"], &["navigation.cookie", "navigation.language"]), visitor, DAY)
        .unwrap();
    assert!(!may_read(&mut klaxoon, "account", "account.email", DAY).allowed, "nothing began it");
    assert_eq!(
        refusal(may_read(&mut klaxoon, "content-suggestion", "navigation.cookie", DAY)),
        Refusal::NoGround(kept_core::standing::Why::NoConsent)
    );
    give_consent(&mut klaxoon, "content-suggestion", "2026-03-03");
    assert!(may_read(&mut klaxoon, "content-suggestion", "navigation.cookie", "2026-03-03").allowed);
}

#[test]
fn klx_30_without_consent_nobody_is_invited_though_a_telephone_is_held_from_an_event() {
    let world = company("klaxoon");
    let mut klaxoon = world.open(at(DAY));
    let participant = More { people: Some("participant"), ..More::default() };
    collect(&mut klaxoon, (&["events-and-visits"], &["events-and-visits.phone"]), participant, DAY).unwrap();
    assert!(!may_contact(&mut klaxoon, "event-invitation", Channel::Phone, DAY).allowed);
    let told = klaxoon.audience(&"event-invitation".into(), Channel::Phone, at(DAY), &mut |_| true).unwrap();
    assert_eq!(told.count, 0);
}

#[test]
fn klx_32_nothing_goes_to_a_recipient_that_the_notice_does_not_list() {
    let world = company("klaxoon");
    let mut klaxoon = world.open(at(DAY));
    let user = More { people: Some("user"), ..More::default() };
    collect(&mut klaxoon, (&["account"], &["account.email"]), user, DAY).unwrap();
    let order = DisclosureOrder {
        whom: whom(&[ADA]),
        recipient: "data-broker".into(),
        purpose: "account".into(),
        fields: data(&["account.email"]),
        role: None,
        paid: false,
        evidence: BTreeMap::new(),
        actor: None,
    };
    assert!(matches!(klaxoon.disclose(&order, at(DAY)), Err(Failure::Refused(_))));
    assert!(
        disclose(&mut klaxoon, "certified-partners", "account", &["account.email"], DAY).values.is_empty()
    );
}

#[test]
fn klx_35_an_affiliate_gets_other_data_for_the_service_and_never_user_information() {
    let world = company("klaxoon");
    let mut klaxoon = world.open(at(DAY));
    let user = More { people: Some("user"), ..More::default() };
    let fields = ["account.email", "user-information.text"];
    collect(&mut klaxoon, (&["account", "hosting"], &fields), user, DAY).unwrap();
    assert_eq!(disclose(&mut klaxoon, "affiliates", "account", &fields[..1], DAY).values.len(), 1);
    for purpose in ["account", "hosting"] {
        let given = disclose(&mut klaxoon, "affiliates", purpose, &fields[1..], DAY);
        assert!(given.values.is_empty(), "{purpose}: {given:?}");
    }
    let logged = world.entries().iter().filter(|entry| entry.kind == Kind::Disclosed).count();
    assert_eq!(logged, 3, "what was refused too");
}

#[test]
fn klx_36_who_hosts_gets_no_billing_data() {
    let world = company("klaxoon");
    let mut klaxoon = world.open(at(DAY));
    let holder = More { people: Some("contract-holder"), ..More::default() };
    collect(&mut klaxoon, (&["contract"], &["contract.billing-address", "contract.card"]), holder, DAY)
        .unwrap();
    let given = disclose(
        &mut klaxoon,
        "hosting-union",
        "contract",
        &["contract.billing-address", "contract.card"],
        DAY,
    );
    assert!(given.values.is_empty() && given.cut.len() == 2, "{given:?}");
}

#[test]
fn klx_45_of_six_fields_the_two_of_the_task_leave_and_the_record_shows_it() {
    let world = company("klaxoon");
    let mut klaxoon = world.open(at(DAY));
    let fields = [
        "navigation.cookie",
        "navigation.ip-address",
        "navigation.connected-at",
        "navigation.system",
        "navigation.browser",
        "navigation.language",
    ];
    let visitor = More { people: Some("visitor"), consents: &["social-sharing"], ..More::default() };
    collect(&mut klaxoon, (&["site-function", "social-sharing"], &fields), visitor, DAY).unwrap();
    let given = disclose(&mut klaxoon, "social-networks", "social-sharing", &fields, DAY);
    assert_eq!((given.values.len(), given.cut.len()), (2, 4), "{given:?}");
    let entries = world.entries();
    let entry = entries.iter().find(|entry| entry.kind == Kind::Disclosed).unwrap();
    assert_eq!(entry.fields, data(&["navigation.cookie", "navigation.ip-address"]));
}

#[test]
fn klx_47_user_information_goes_with_the_run_after_the_account_was_deleted() {
    let world = company("klaxoon");
    let mut klaxoon = world.open(at("2025-02-01"));
    let user = More { people: Some("user"), ..More::default() };
    collect(&mut klaxoon, (&["hosting"], &["user-information.text"]), user, "2025-02-01").unwrap();
    klaxoon.sweep(&SweepOrder::default(), at("2025-03-01"), &mut |_| {}).unwrap();
    assert_eq!(values(&mut klaxoon, "hosting", "2025-03-01"), 1);
    happened(&mut klaxoon, "account-deletion", Occasion::Person, "2025-03-01");
    klaxoon.sweep(&SweepOrder::default(), at("2025-03-02"), &mut |_| {}).unwrap();
    assert_eq!(values(&mut klaxoon, "hosting", "2025-03-02"), 0);
}

#[test]
fn klx_50_contract_data_go_with_the_contract_though_the_account_is_open() {
    let world = company("klaxoon");
    let mut klaxoon = world.open(at("2025-01-10"));
    let holder = More { people: Some("contract-holder"), ..More::default() };
    collect(&mut klaxoon, (&["contract"], &["contract.email", "contract.phone"]), holder, "2025-01-10")
        .unwrap();
    happened(&mut klaxoon, "contract-end", Occasion::Person, "2025-03-31");
    klaxoon.sweep(&SweepOrder::default(), at("2025-03-31"), &mut |_| {}).unwrap();
    assert_eq!(values(&mut klaxoon, "contract", "2025-03-31"), 2, "its last day");
    klaxoon.sweep(&SweepOrder::default(), at("2025-04-01"), &mut |_| {}).unwrap();
    assert_eq!(values(&mut klaxoon, "contract", "2025-04-01"), 0);
}

#[test]
fn klx_78_a_copy_of_a_paper_goes_once_the_identity_is_verified() {
    let world = company("klaxoon");
    let mut klaxoon = world.open(at(DAY));
    let asker = More { people: Some("requester"), ..More::default() };
    collect(&mut klaxoon, (&["identity-check"], &["identity-papers.paper"]), asker, DAY).unwrap();
    assert_eq!(values(&mut klaxoon, "identity-check", "2026-03-05"), 1);
    happened(&mut klaxoon, "verification", Occasion::Person, "2026-03-05");
    klaxoon.sweep(&SweepOrder::default(), at("2026-03-06"), &mut |_| {}).unwrap();
    assert_eq!(values(&mut klaxoon, "identity-check", "2026-03-06"), 0);
    assert!(
        world.entries().iter().any(|entry| entry.kind == Kind::Recorded),
        "that it was verified stays on record"
    );
}

#[test]
fn klx_85_suggestions_are_denied_without_consent_and_open_with_it() {
    let world = company("klaxoon");
    let mut klaxoon = world.open(at(DAY));
    let user = More { people: Some("visitor"), ..More::default() };
    collect(&mut klaxoon, (&["site-function"], &["navigation.language"]), user, DAY).unwrap();
    assert!(!may_read(&mut klaxoon, "content-suggestion", "navigation.language", DAY).allowed);
    give_consent(&mut klaxoon, "content-suggestion", DAY);
    assert!(may_read(&mut klaxoon, "content-suggestion", "navigation.language", "2026-03-03").allowed);
    withdraw(&mut klaxoon, "content-suggestion", "2026-03-04");
    assert!(!may_read(&mut klaxoon, "content-suggestion", "navigation.language", "2026-03-04").allowed);
}

#[test]
fn klv_08_reports_of_a_test_are_stored_only_while_the_person_agrees() {
    let world = company("klivar");
    let mut klivar = world.open(at(DAY));
    let tester = |consents| More { people: Some("beta-tester"), consents, ..More::default() };
    let report: (&[&str], &[&str]) = (&["beta-test"], &["beta.report"]);
    assert!(collect(&mut klivar, report, tester(&[]), DAY).is_err());
    collect(&mut klivar, report, tester(&["beta-test"]), "2026-03-03").unwrap();
    collect(&mut klivar, report, tester(&[]), "2026-03-04").unwrap();
    withdraw(&mut klivar, "beta-test", "2026-03-05");
    assert!(collect(&mut klivar, report, tester(&[]), "2026-03-06").is_err());
}

#[test]
fn klv_12_after_the_consent_to_offers_is_withdrawn_notes_of_the_platform_still_go_out() {
    let world = company("klivar");
    let mut klivar = world.open(at(DAY));
    let user = More {
        people: Some("user"),
        consents: &["prospecting"],
        events: &["contract-start"],
        about: contract("C-1"),
        ..More::default()
    };
    collect(
        &mut klivar,
        (&["platform", "prospecting"], &["identification.name", "identification.email"]),
        user,
        DAY,
    )
    .unwrap();
    assert!(may_contact(&mut klivar, "prospecting", Channel::Email, DAY).allowed);
    withdraw(&mut klivar, "prospecting", "2026-03-03");
    assert!(may_contact(&mut klivar, "platform", Channel::Email, "2026-03-03").allowed);
    assert!(!may_contact(&mut klivar, "prospecting", Channel::Email, "2026-03-03").allowed);
}

#[test]
fn klv_15_who_did_not_consent_is_in_no_experiment_and_their_use_in_no_analysis() {
    let world = company("klivar");
    let mut klivar = world.open(at(DAY));
    let user = |consents| More { people: Some("user"), consents, ..More::default() };
    let usage: (&[&str], &[&str]) = (&["service-improvement"], &["usage.function"]);
    assert_eq!(
        refused(collect(&mut klivar, usage, user(&[]), DAY)).code(),
        Refused::NoConsent("service-improvement".into()).code()
    );
    assert!(!may_read(&mut klivar, "service-improvement", "usage.function", DAY).allowed);
    collect(&mut klivar, usage, user(&["service-improvement"]), DAY).unwrap();
    assert_eq!(values(&mut klivar, "service-improvement", DAY), 1);
}

#[test]
fn klv_22_logs_measure_no_staff() {
    let world = company("klivar");
    let mut klivar = world.open(at(DAY));
    let user = More { people: Some("user"), ..More::default() };
    collect(&mut klivar, (&["security-log"], &["log.action", "log.at"]), user, DAY).unwrap();
    let mut manager = ask(ADA, "security-log", Verb::Read, &["log.action"]);
    manager.role = Some("sales".into());
    assert_eq!(refusal(decide(&mut klivar, manager.clone(), at(DAY))), Refusal::NotOfRole);
    manager.purpose = "staff-measurement".into();
    assert!(!decide(&mut klivar, manager.clone(), at(DAY)).allowed, "no such purpose");
    manager.purpose = "security-log".into();
    manager.role = Some("security".into());
    assert!(decide(&mut klivar, manager, at(DAY)).allowed);
}

#[test]
fn klv_23_a_form_without_the_act_of_consent_is_refused_and_with_it_its_wording_is_kept() {
    let world = company("klivar");
    let mut klivar = world.open(at(DAY));
    let contact = |consents| More { people: Some("contact"), consents, ..More::default() };
    let form: (&[&str], &[&str]) = (&["contact-form"], &["identification.email", "inquiry.message"]);
    assert!(collect(&mut klivar, form, contact(&[]), DAY).is_err());
    collect(&mut klivar, form, contact(&["contact-form"]), DAY).unwrap();
    let lines = klivar.consents(&whom(&[ADA]), at(DAY)).unwrap();
    assert_eq!((lines.len(), lines[0].wording), (1, Some(12)));
}

#[test]
fn kre_08_nothing_leaves_for_commerce_with_or_without_consent() {
    let world = company("kresoft");
    let mut kresoft = world.open(at(DAY));
    let customer = More { people: Some("customer"), consents: &["customer-mailing"], ..More::default() };
    collect(&mut kresoft, (&["customer-mailing"], &["general.name", "general.email"]), customer, DAY)
        .unwrap();
    let given = disclose(&mut kresoft, "google-analytics", "customer-mailing", &["general.email"], DAY);
    assert!(given.values.is_empty(), "{given:?}");
    withdraw(&mut kresoft, "customer-mailing", "2026-03-03");
    let given =
        disclose(&mut kresoft, "google-analytics", "customer-mailing", &["general.email"], "2026-03-03");
    assert!(given.values.is_empty(), "{given:?}");
}

#[test]
fn kre_27_personalisation_waits_for_consent_and_stops_with_it() {
    let world = company("kresoft");
    let mut kresoft = world.open(at(DAY));
    let visitor = |consents| More { people: Some("visitor"), consents, ..More::default() };
    let preference: (&[&str], &[&str]) =
        (&["personalisation"], &["web-visit.cookie", "web-visit.preference"]);
    assert!(collect(&mut kresoft, preference, visitor(&[]), DAY).is_err());
    collect(&mut kresoft, preference, visitor(&["personalisation"]), DAY).unwrap();
    assert!(may_read(&mut kresoft, "personalisation", "web-visit.preference", DAY).allowed);
    withdraw(&mut kresoft, "personalisation", "2026-03-03");
    assert!(!may_read(&mut kresoft, "personalisation", "web-visit.preference", "2026-03-03").allowed);
}

#[test]
fn kre_35_a_candidate_falls_due_when_the_procedure_has_ended() {
    let world = company("kresoft");
    let mut kresoft = world.open(at(DAY));
    let candidate = More { people: Some("candidate"), consents: &["application"], ..More::default() };
    collect(&mut kresoft, (&["application"], &["candidate.name", "candidate.cv"]), candidate, DAY).unwrap();
    happened(&mut kresoft, "procedure-end", Occasion::Person, "2026-04-10");
    kresoft.sweep(&SweepOrder::default(), at("2026-04-11"), &mut |_| {}).unwrap();
    assert_eq!(values(&mut kresoft, "application", "2026-04-11"), 0);
    assert!(!may_read(&mut kresoft, "application", "candidate.cv", "2026-04-11").allowed);
}

#[test]
fn kre_38_an_open_claim_holds_its_fields_and_on_its_closing_they_go() {
    let world = company("kresoft");
    let mut kresoft = world.open(at(DAY));
    let candidate = More { people: Some("candidate"), consents: &["application"], ..More::default() };
    collect(&mut kresoft, (&["application"], &["candidate.name", "candidate.cv"]), candidate, DAY).unwrap();
    let hold = Act::PlaceHold {
        data: data(&["candidate.cv"]),
        reason: "claim of discrimination".to_owned(),
        approver: "counsel".to_owned(),
        review_on: Some("2026-09-01".parse().unwrap()),
    };
    let case = record(&mut kresoft, ADA, hold, at("2026-03-20")).unwrap().case.unwrap();
    happened(&mut kresoft, "procedure-end", Occasion::Person, "2026-04-10");
    let gone = |kresoft: &mut Company, day: &str| kresoft.sweep_own(at(day)).unwrap();
    assert_eq!(gone(&mut kresoft, "2026-04-11"), 1, "the name, which the claim does not need");
    assert!(!may_read(&mut kresoft, "application", "candidate.cv", "2026-04-11").allowed, "held, not used");
    record(&mut kresoft, ADA, Act::ReleaseHold { case }, at("2026-05-01")).unwrap();
    assert_eq!(gone(&mut kresoft, "2026-05-02"), 1);
}

#[test]
fn kre_47_mailings_go_by_e_mail_or_social_media_and_by_no_other_channel() {
    let world = company("kresoft");
    let mut kresoft = world.open(at(DAY));
    let customer = More { people: Some("customer"), consents: &["customer-mailing"], ..More::default() };
    collect(&mut kresoft, (&["customer-mailing"], &["general.name", "general.email"]), customer, DAY)
        .unwrap();
    for channel in [Channel::Phone, Channel::Post] {
        assert_eq!(
            refusal(may_contact(&mut kresoft, "customer-mailing", channel, DAY)),
            Refusal::NotByChannel
        );
        assert!(kresoft.audience(&"customer-mailing".into(), channel, at(DAY), &mut |_| true).is_err());
    }
    assert!(may_contact(&mut kresoft, "customer-mailing", Channel::Email, DAY).allowed);
}

#[test]
fn kre_50_an_objection_takes_the_person_out_of_what_is_queued_and_has_no_end() {
    let world = company("kresoft");
    let mut kresoft = world.open(at(DAY));
    let customer = More { people: Some("customer"), consents: &["customer-mailing"], ..More::default() };
    collect(&mut kresoft, (&["customer-mailing"], &["general.name", "general.email"]), customer, DAY)
        .unwrap();
    let queued = |kresoft: &mut Company, now: &str| {
        kresoft.audience(&"customer-mailing".into(), Channel::Email, at(now), &mut |_| true).unwrap().count
    };
    assert_eq!(queued(&mut kresoft, "2026-03-02T13:00:00Z"), 1);
    record(
        &mut kresoft,
        ADA,
        Act::Object { purpose: Some("customer-mailing".into()) },
        at("2026-03-02T13:30:00Z"),
    )
    .unwrap();
    for later in ["2026-03-02T13:31:00Z", "2036-03-02T13:31:00Z"] {
        assert_eq!(queued(&mut kresoft, later), 0, "{later}");
        assert!(
            !decide(
                &mut kresoft,
                ask(ADA, "customer-mailing", Verb::Contact(Channel::Email), &[]),
                at(later)
            )
            .allowed
        );
    }
}

const FORM: &[&str] = &["form-data.name", "form-data.email"];

fn consumer(consents: &[&'static str]) -> More<'static> {
    let consents: Vec<&'static str> = consents.to_vec();
    More {
        people: Some("consumer"),
        consents: Box::leak(consents.into_boxed_slice()),
        events: &["contract-start"],
        about: contract("C-1"),
        ..More::default()
    }
}

#[test]
fn cla_11_form_data_serve_delivery_and_no_marketing_without_consent() {
    let world = company("claranet");
    let mut claranet = world.open(at(DAY));
    collect(&mut claranet, (&["service-delivery"], FORM), consumer(&[]), DAY).unwrap();
    assert!(may_read(&mut claranet, "service-delivery", FORM[1], DAY).allowed);
    assert!(!may_read(&mut claranet, "email-marketing", FORM[1], DAY).allowed);
    assert!(!may_contact(&mut claranet, "email-marketing", Channel::Email, DAY).allowed);
}

#[test]
fn cla_13_usage_serves_the_network_and_the_bill_and_no_marketing_without_consent() {
    let world = company("claranet");
    let mut claranet = world.open(at(DAY));
    let usage: (&[&str], &[&str]) =
        (&["network-management", "billing"], &["service-usage.volume", "service-usage.online-time"]);
    collect(&mut claranet, usage, consumer(&[]), DAY).unwrap();
    for purpose in usage.0 {
        assert!(may_read(&mut claranet, purpose, "service-usage.volume", DAY).allowed, "{purpose}");
    }
    for purpose in ["customer-analysis", "segmentation", "advertiser-sharing"] {
        assert!(!may_read(&mut claranet, purpose, "service-usage.volume", DAY).allowed, "{purpose}");
    }
}

#[test]
fn cla_15_a_survey_for_which_no_basis_is_declared_takes_nothing_in() {
    let world = company("claranet");
    let mut claranet = world.open(at(DAY));
    let survey: (&[&str], &[&str]) = (&["interest-survey"], &["interests.lifestyle"]);
    assert!(collect(&mut claranet, survey, consumer(&[]), DAY).is_err());
    assert_eq!(
        refusal(may_read(&mut claranet, "interest-survey", "interests.lifestyle", DAY)),
        Refusal::Shut
    );
    assert_eq!(world.files_with(b"VALEUR interests"), Vec::<String>::new());
}

#[test]
fn cla_20_a_recording_serves_its_declared_purposes_and_nothing_else() {
    let world = company("claranet");
    let mut claranet = world.open(at(DAY));
    let purposes = ["training", "quality", "order-evidence", "legal-duties"];
    collect(&mut claranet, (&purposes, &["communications.call"]), consumer(&[]), DAY).unwrap();
    for purpose in purposes {
        assert!(may_read(&mut claranet, purpose, "communications.call", DAY).allowed, "{purpose}");
    }
    for purpose in ["email-marketing", "segmentation", "staff-discipline"] {
        assert!(!may_read(&mut claranet, purpose, "communications.call", DAY).allowed, "{purpose}");
    }
}

#[test]
fn cla_25_a_customer_of_ten_years_without_a_record_of_consent_is_in_no_campaign() {
    let world = company("claranet");
    let mut claranet = world.open(at("2016-01-04"));
    collect(&mut claranet, (&["service-delivery"], FORM), consumer(&[]), "2016-01-04").unwrap();
    let told = claranet.audience(&"email-marketing".into(), Channel::Email, at(DAY), &mut |_| true).unwrap();
    assert_eq!(told.count, 0);
    give_consent(&mut claranet, "email-marketing", DAY);
    let told = claranet.audience(&"email-marketing".into(), Channel::Email, at(DAY), &mut |_| true).unwrap();
    assert_eq!(told.count, 1);
}

#[test]
fn cla_26_data_from_before_the_consent_were_collected_for_another_purpose_and_stay_there() {
    let world = company("claranet");
    let mut claranet = world.open(at("2025-02-01"));
    let usage: (&[&str], &[&str]) = (&["network-management"], &["service-usage.volume"]);
    collect(&mut claranet, usage, consumer(&[]), "2025-02-01").unwrap();
    give_consent(&mut claranet, "segmentation", "2025-03-01");
    assert_eq!(values(&mut claranet, "segmentation", "2025-03-02"), 0, "older data");
    let newer: (&[&str], &[&str]) = (&["segmentation"], &["service-usage.volume"]);
    collect(&mut claranet, newer, More { people: Some("consumer"), ..More::default() }, "2025-03-03")
        .unwrap();
    assert_eq!(values(&mut claranet, "segmentation", "2025-03-03"), 1);
}

#[test]
fn cla_29_advertisers_get_nobody_without_the_consent_to_sharing_itself() {
    let world = company("claranet");
    let mut claranet = world.open(at(DAY));
    let visit: (&[&str], &[&str]) =
        (&["email-marketing", "advertiser-sharing"], &["form-data.email", "site-usage.page"]);
    assert!(
        collect(&mut claranet, visit, consumer(&["email-marketing"]), DAY).is_err(),
        "one consent is not the other"
    );
    collect(&mut claranet, visit, consumer(&["email-marketing", "advertiser-sharing"]), DAY).unwrap();
    let page = ["site-usage.page"];
    assert_eq!(disclose(&mut claranet, "advertisers", "advertiser-sharing", &page, DAY).values.len(), 1);
    withdraw(&mut claranet, "advertiser-sharing", "2026-03-03");
    assert!(
        disclose(&mut claranet, "advertisers", "advertiser-sharing", &page, "2026-03-03").values.is_empty()
    );
    assert!(
        may_contact(&mut claranet, "email-marketing", Channel::Email, "2026-03-03").allowed,
        "the other consent stands"
    );
}

#[test]
fn cla_30_consent_to_e_mail_opens_no_other_use() {
    let world = company("claranet");
    let mut claranet = world.open(at(DAY));
    collect(&mut claranet, (&["email-marketing"], FORM), consumer(&["email-marketing"]), DAY).unwrap();
    assert!(may_contact(&mut claranet, "email-marketing", Channel::Email, DAY).allowed);
    assert!(!may_read(&mut claranet, "segmentation", "form-data.company", DAY).allowed);
    assert_eq!(refusal(may_read(&mut claranet, "profiling-for-fun", FORM[1], DAY)), Refusal::Unknown);
}

#[test]
fn cla_75_addresses_of_computers_manage_the_system_and_sell_nothing() {
    let world = company("claranet");
    let mut claranet = world.open(at(DAY));
    let visitor = More { people: Some("visitor"), ..More::default() };
    collect(&mut claranet, (&["system-management"], &["computer.ip-address"]), visitor, DAY).unwrap();
    assert!(may_read(&mut claranet, "system-management", "computer.ip-address", DAY).allowed);
    for purpose in ["email-marketing", "targeted-adverts", "segmentation"] {
        assert!(!may_read(&mut claranet, purpose, "computer.ip-address", DAY).allowed, "{purpose}");
    }
}
