//! Promises of the five companies, kept by the engine under their own policies, with everything in
//! Kept's own store.

use std::collections::BTreeMap;
use std::path::Path;

use kept_core::admission::{Act, Age, Collection};
use kept_core::decision::Refusal;
use kept_core::ledger::Kind;
use kept_core::name::ControllerName;
use kept_core::policy::model::{Answers, Channel};
use kept_core::policy::reader::examine;
use kept_core::policy::source::SourceFile;
use kept_core::timeline::Occasion;
use kept_engine::Failure;
use kept_engine::company::Company;
use kept_engine::decide::{Ask, Decided, Verb};
use kept_engine::disclose::{Disclosed, DisclosureOrder};
use kept_engine::reading::ReadOrder;
use kept_engine::record::Recorded;
use kept_engine::sweep::SweepOrder;

use crate::recording::{ADA, ask, club, consent, data, decide, record, with_values};
use crate::world::{World, at, whom};

/// A company with its own policy and no database but Kept's.
pub(crate) fn company(name: &str) -> World {
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
pub(crate) struct More<'a> {
    pub(crate) people: Option<&'a str>,
    pub(crate) consents: &'a [&'a str],
    pub(crate) source: Option<&'a str>,
    pub(crate) events: &'a [&'a str],
    pub(crate) about: Option<Occasion>,
}

pub(crate) fn collect(
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
        controller: None,
    };
    company.record(&with_values(ADA, collection), at(day))
}

pub(crate) fn consent_to(purpose: &str) -> kept_core::admission::Consent {
    let mut given = consent(purpose, &[]);
    given.proof.language = None;
    given
}

pub(crate) fn give_consent(company: &mut Company, purpose: &str, day: &str) {
    record(company, ADA, Act::GiveConsent(consent_to(purpose)), at(day)).unwrap();
}

pub(crate) fn withdraw(company: &mut Company, purpose: &str, day: &str) {
    let act = Act::WithdrawConsent { purpose: purpose.into(), channels: Vec::new() };
    record(company, ADA, act, at(day)).unwrap();
}

pub(crate) fn happened(company: &mut Company, event: &str, about: Occasion, day: &str) {
    let act = Act::Happened { event: event.into(), about, data: Vec::new() };
    record(company, ADA, act, at(day)).unwrap();
}

/// The leading controller, which asks where each of several may answer for a purpose.
pub(crate) fn leading(company: &Company, purpose: &str) -> Option<ControllerName> {
    let policy = company.policy();
    let declared = policy.purposes.get(purpose)?;
    let differs = policy.controllers.len() > 1 && declared.answers != Answers::Named;
    policy.controllers.keys().next().filter(|_| differs).cloned()
}

pub(crate) fn may_read(company: &mut Company, purpose: &str, field: &str, day: &str) -> Decided {
    let controller = leading(company, purpose);
    decide(company, Ask { controller, ..ask(ADA, purpose, Verb::Read, &[field]) }, at(day))
}

pub(crate) fn may_contact(company: &mut Company, purpose: &str, channel: Channel, day: &str) -> Decided {
    let controller = leading(company, purpose);
    decide(company, Ask { controller, ..ask(ADA, purpose, Verb::Contact(channel), &[]) }, at(day))
}

#[track_caller]
pub(crate) fn refusal(Decided { because, .. }: Decided) -> Refusal {
    match because {
        kept_core::decision::Answer::Refused(refusal) => refusal,
        allowed @ kept_core::decision::Answer::Allowed(_) => panic!("{allowed:?}"),
    }
}

/// How many values a purpose has of the person.
pub(crate) fn values(company: &mut Company, purpose: &str, day: &str) -> usize {
    let order = ReadOrder {
        whom: whom(&[ADA]),
        purpose: purpose.into(),
        fields: Vec::new(),
        role: None,
        exception: None,
        reason: None,
        controller: leading(company, purpose),
        actor: None,
    };
    company.read_through_gate(&order, at(day)).unwrap().values.len()
}

pub(crate) fn disclose(
    company: &mut Company,
    to: &str,
    purpose: &str,
    fields: &[&str],
    day: &str,
) -> Disclosed {
    let order = DisclosureOrder {
        whom: whom(&[ADA]),
        recipient: to.into(),
        purpose: purpose.into(),
        fields: data(fields),
        contract: None,
        role: None,
        paid: false,
        evidence: BTreeMap::new(),
        controller: leading(company, purpose),
        actor: None,
    };
    company.disclose(&order, at(day)).unwrap()
}

/// Somebody of a kind whose contract begins.
fn signed(people: &'static str) -> More<'static> {
    More { people: Some(people), events: &["contract-start"], about: contract("C-1"), ..More::default() }
}

/// What a page observes of a visitor.
fn seen(consents: &'static [&'static str]) -> More<'static> {
    More { people: Some("visitor"), source: Some("cookies"), consents, ..More::default() }
}

pub(crate) fn contract(number: &str) -> Option<Occasion> {
    Some(Occasion::Contract(number.into()))
}

pub(crate) const DAY: &str = "2026-03-02";

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
    assert_eq!(
        exchanged.recipient.as_ref().map(kept_core::name::RecipientName::as_str),
        Some("event-partners")
    );
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
}

#[test]
fn klx_10_a_sign_up_without_a_photo_succeeds() {
    let world = company("klaxoon");
    let mut klaxoon = world.open(at(DAY));
    let user = || signed("user");
    let four = ["account.surname", "account.first-name", "account.email", "account.phone"];
    collect(&mut klaxoon, (&["account"], &four), user(), DAY).unwrap();
    assert_eq!(values(&mut klaxoon, "account", DAY), 4);
}

#[test]
fn klx_24_a_purpose_without_a_ground_is_denied_and_one_of_consent_until_it_is_given() {
    let world = company("klaxoon");
    let mut klaxoon = world.open(at(DAY));
    let visitor = seen(&[]);
    collect(&mut klaxoon, (&["site-function"], &["navigation.cookie", "navigation.language"]), visitor, DAY)
        .unwrap();
    assert!(!may_read(&mut klaxoon, "account", "account.email", DAY).allowed, "nothing began it");
    assert_eq!(
        refusal(may_read(&mut klaxoon, "content-suggestion", "navigation.cookie", DAY)),
        Refusal::NoGround(kept_core::standing::Why::NoConsent)
    );
    let agreed = (&["content-suggestion"][..], &["navigation.cookie"][..]);
    collect(&mut klaxoon, agreed, seen(&["content-suggestion"]), "2026-03-03").unwrap();
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
    let user = signed("user");
    collect(&mut klaxoon, (&["account"], &["account.email"]), user, DAY).unwrap();
    let order = DisclosureOrder {
        whom: whom(&[ADA]),
        recipient: "data-broker".into(),
        purpose: "account".into(),
        fields: data(&["account.email"]),
        contract: None,
        role: None,
        paid: false,
        evidence: BTreeMap::new(),
        controller: None,
        actor: None,
    };
    assert!(matches!(klaxoon.disclose(&order, at(DAY)), Err(Failure::NoSuch(_))));
    assert!(
        disclose(&mut klaxoon, "certified-partners", "account", &["account.email"], DAY).values.is_empty()
    );
}

#[test]
fn klx_35_an_affiliate_gets_other_data_for_the_service_and_never_user_information() {
    let world = company("klaxoon");
    let mut klaxoon = world.open(at(DAY));
    let user = signed("user");
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
    let holder = signed("contract-holder");
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
    let both = ["site-function", "social-sharing"];
    let (cookie, others) = fields.split_at(1);
    let page = More { people: Some("visitor"), ..More::default() };
    collect(&mut klaxoon, (&both, cookie), seen(&["social-sharing"]), DAY).unwrap();
    collect(&mut klaxoon, (&both, others), page, DAY).unwrap();
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
    let holder = signed("contract-holder");
    collect(&mut klaxoon, (&["contract"], &["contract.email", "contract.phone"]), holder, "2025-01-10")
        .unwrap();
    happened(&mut klaxoon, "contract-end", Occasion::Contract("C-1".into()), "2025-03-31");
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
    let language = ["navigation.language"];
    let may =
        |klaxoon: &mut Company, day: &str| may_read(klaxoon, "content-suggestion", language[0], day).allowed;
    collect(&mut klaxoon, (&["site-function"], &language), seen(&[]), DAY).unwrap();
    assert!(!may(&mut klaxoon, DAY));
    assert!(collect(&mut klaxoon, (&["content-suggestion"], &language), seen(&[]), DAY).is_err());
    collect(&mut klaxoon, (&["content-suggestion"], &language), seen(&["content-suggestion"]), "2026-03-03")
        .unwrap();
    assert!(may(&mut klaxoon, "2026-03-03"));
    withdraw(&mut klaxoon, "content-suggestion", "2026-03-04");
    assert!(!may(&mut klaxoon, "2026-03-04"));
}

#[test]
fn a_criterion_raises_a_review_and_while_it_is_overdue_nothing_is_used_and_the_audit_says_so() {
    let world = company("klarrio");
    let mut klarrio = world.open(at("2025-01-10"));
    let enquirer = More { people: Some("enquirer"), consents: &["resource-access"], ..More::default() };
    let fields = ["resource-request.name", "resource-request.email"];
    collect(&mut klarrio, (&["resource-access"], &fields), enquirer, "2025-01-10").unwrap();
    let keep = |world: &World, day: &str| {
        let audit = world.open(at(day)).audit(at(day), &mut |_| {}).unwrap();
        let found =
            audit.statements.into_iter().find(|one| one.id.as_str() == "purpose.resource-access.keep");
        found.unwrap().breaches.iter().map(|breach| breach.what).collect::<Vec<_>>()
    };
    assert!(may_read(&mut klarrio, "resource-access", fields[1], "2025-07-10").allowed);
    assert_eq!(keep(&world, "2025-07-10"), []);
    let late = may_read(&mut klarrio, "resource-access", fields[1], "2025-08-01");
    assert_eq!(refusal(late), Refusal::ReviewOverdue);
    assert_eq!(keep(&world, "2025-08-01"), [kept_engine::report::audit::Wrong::ReviewOverdue]);
    klarrio.sweep(&SweepOrder::default(), at("2025-08-01"), &mut |_| {}).unwrap();
    happened(&mut klarrio, "reviewed", Occasion::Person, "2025-08-02");
    assert!(
        may_read(&mut klarrio, "resource-access", fields[1], "2025-08-02").allowed,
        "nothing was erased meanwhile"
    );
    assert_eq!(keep(&world, "2025-08-02"), []);
}
