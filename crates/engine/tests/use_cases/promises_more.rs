//! Promises of Klivar, Kresoft and Claranet, kept by the engine under their own policies.

use kept_core::admission::Act;
use kept_core::decision::Refusal;
use kept_core::policy::model::Channel;
use kept_core::timeline::Occasion;
use kept_engine::company::Company;
use kept_engine::decide::Verb;
use kept_engine::sweep::SweepOrder;

use crate::own_told::own_swept;
use crate::promises::{
    DAY, More, collect, company, contract, disclose, give_consent, happened, may_contact, may_read, refusal,
    values, withdraw,
};
use crate::recording::{ADA, ask, data, decide, record, refused};
use crate::world::{at, whom};

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
        events: &["contract-start", "last-contact"],
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
    assert!(refused(collect(&mut klivar, usage, user(&[]), DAY)).article().contains("7(1)"));
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
    let lines = klivar.consents(&whom(&[ADA]), at(DAY)).unwrap().lines;
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
    let gone = |kresoft: &mut Company, day: &str| own_swept(kresoft, "collected", day);
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
    let reached = |claranet: &mut Company, by: &str| {
        let (purpose, by) = ("email-marketing".into(), by.into());
        let told = claranet.audience_of((&purpose, Some(&by)), Channel::Email, at(DAY), &mut |_| true);
        told.unwrap().count
    };
    assert_eq!(reached(&mut claranet, "holdings"), 0);
    give_consent(&mut claranet, "email-marketing", DAY);
    assert_eq!((reached(&mut claranet, "holdings"), reached(&mut claranet, "benelux")), (1, 0));
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
