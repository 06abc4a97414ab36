//! Promises on where data came from: what the terms of a source forbid, and what is joined by consent only.

use std::collections::BTreeMap;

use kept_core::admission::{Act, Consent, Refused};
use kept_core::decision::Refusal;
use kept_core::policy::model::Channel;
use kept_core::timeline::Scope;
use kept_engine::company::Company;
use kept_engine::decide::{Ask, Verb};
use kept_engine::disclose::DisclosureOrder;
use kept_engine::reading::{ReadOrder, Reading};

use crate::promises::{DAY, More, collect, company, consent_to, leading, refusal};
use crate::recording::{ADA, ask, data, decide, record, refused};
use crate::world::{World, at, whom};

const TEXT: &str = "user-information.text";
const LINK: &str = "user-information.link";
const DRIVE: &str = "google-drive";

fn order(purpose: &str, fields: &[&str], role: Option<&str>) -> ReadOrder {
    ReadOrder {
        whom: whom(&[ADA]),
        purpose: purpose.into(),
        fields: data(fields),
        role: role.map(Into::into),
        exception: None,
        reason: None,
        controller: None,
        actor: None,
    }
}

fn read(company: &mut Company, purpose: &str, fields: &[&str], role: Option<&str>) -> Reading {
    let controller = leading(company, purpose);
    company.read_through_gate(&ReadOrder { controller, ..order(purpose, fields, role) }, at(DAY)).unwrap()
}

/// Klaxoon, with further uses of what people share: one by adverts and one by people, both by consent.
fn with_uses() -> World {
    let mut world = company("klaxoon");
    let uses = r#"
[purpose.shared-adverts]
title = "Adverts by what you share"
description = "To show you adverts."
people = ["user"]
data = ["user-information"]
basis = "consent"
marketing = ["adverts"]
keep = "1 year after collection"

[purpose.shared-help]
title = "Help with what you share"
description = "To look at what you share, with you."
people = ["user"]
data = ["user-information"]
basis = "consent"
keep = "1 year after collection"

[role.helpers]
title = "Helpers"
purposes = ["hosting", "shared-help"]
"#;
    world.files.push(("uses.toml".to_owned(), uses.to_owned()));
    world
        .rewrite("only-for = [\"hosting\"]", "only-for = [\"hosting\", \"shared-help\", \"shared-adverts\"]");
    world
}

/// Somebody who wrote a text and imported a link from Drive, for each of the purposes.
fn importer(world: &World) -> Company {
    let mut klaxoon = world.open(at(DAY));
    let purposes = ["hosting", "shared-adverts", "shared-help"];
    let user = |source| More {
        people: Some("user"),
        consents: &["shared-adverts", "shared-help"],
        source,
        ..More::default()
    };
    collect(&mut klaxoon, (&purposes, &[TEXT]), user(None), DAY).unwrap();
    collect(&mut klaxoon, (&purposes, &[LINK]), user(Some(DRIVE)), DAY).unwrap();
    klaxoon
}

fn from_drive(purpose: &str, verb: Verb, role: Option<&str>) -> Ask {
    Ask { source: Some(DRIVE.to_owned()), role: role.map(Into::into), ..ask(ADA, purpose, verb, &[LINK]) }
}

#[test]
fn klx_97_what_was_imported_from_drive_serves_no_adverts_no_sale_and_no_reader_without_consent() {
    let world = with_uses();
    let mut klaxoon = importer(&world);
    let own = read(&mut klaxoon, "shared-adverts", &[TEXT, LINK], None);
    assert_eq!(own.values.len(), 1, "consented to, and the person's own: {own:?}");
    assert_eq!((own.values[0].field.to_string().as_str(), &own.values[0].source), (TEXT, &None));
    assert_eq!(own.refused[0].field.to_string(), LINK, "{own:?}");
    assert_eq!(own.refused[0].words, Refusal::SourceForbids.words());
    let adverts = decide(&mut klaxoon, from_drive("shared-adverts", Verb::Read, None), at(DAY));
    assert_eq!(refusal(adverts), Refusal::SourceForbids);
    let hosted = read(&mut klaxoon, "hosting", &[TEXT, LINK], None);
    let labels: Vec<_> = hosted.values.iter().map(|one| one.source.as_deref()).collect();
    assert_eq!(
        (hosted.refused.len(), labels),
        (0, vec![Some(DRIVE), None]),
        "by a program alone: {hosted:?}"
    );
    let seen = read(&mut klaxoon, "hosting", &[TEXT, LINK], Some("helpers"));
    assert_eq!((seen.values.len(), seen.refused.len()), (1, 1), "by people, without consent: {seen:?}");
    let by_people = from_drive("hosting", Verb::Read, Some("helpers"));
    assert_eq!(refusal(decide(&mut klaxoon, by_people, at(DAY))), Refusal::SourceForbids);
    let helped = read(&mut klaxoon, "shared-help", &[LINK], Some("helpers"));
    assert_eq!(helped.values.len(), 1, "with consent: {helped:?}");
}

#[test]
fn klx_97_what_was_imported_from_drive_is_neither_sold_nor_given_to_others_than_who_hosts() {
    let mut world = with_uses();
    world.rewrite("sell = true", "sell = false");
    world.rewrite(
        "recipients = [\"hosting-union\", \"hosting-america\"]",
        "recipients = [\"hosting-union\", \"hosting-america\", \"subcontractors\"]",
    );
    let mut klaxoon = importer(&world);
    let mut give = |to: &str, paid| {
        let order = DisclosureOrder {
            whom: whom(&[ADA]),
            recipient: to.into(),
            purpose: "hosting".into(),
            fields: data(&[TEXT, LINK]),
            contract: None,
            role: None,
            paid,
            evidence: BTreeMap::new(),
            controller: None,
            actor: None,
        };
        let given = klaxoon.disclose(&order, at(DAY)).unwrap();
        given.values.iter().map(|one| (one.field.to_string(), one.source.clone())).collect::<Vec<_>>()
    };
    let (own, imported) = ((TEXT.to_owned(), None), (LINK.to_owned(), Some(DRIVE.to_owned())));
    assert_eq!(give("hosting-union", false), [imported, own.clone()], "the label goes with the copy");
    assert_eq!(give("hosting-union", true), std::slice::from_ref(&own), "sold");
    assert_eq!(give("subcontractors", false), [own]);
}

const OWN: &str = "form-data.email";
const THEIRS: &str = "third-party-marketing.email";

/// Somebody who consented at Claranet, whose address a lead firm gave too.
fn lead(world: &World, sources: &[&str]) -> Company {
    let mut claranet = world.open(at(DAY));
    let consumer = More { people: Some("consumer"), ..More::default() };
    consent(&mut claranet, sources, DAY);
    collect(&mut claranet, (&["email-marketing"], &[OWN]), consumer, DAY).unwrap();
    let theirs = More { people: Some("consumer"), source: Some("lead-firms"), ..More::default() };
    collect(&mut claranet, (&["email-marketing"], &[THEIRS]), theirs, DAY).unwrap();
    let version = claranet.policy().digest.clone();
    record(&mut claranet, ADA, Act::Tell { version }, at(DAY)).unwrap();
    claranet
}

fn consent(claranet: &mut Company, sources: &[&str], day: &str) {
    let sources = sources.iter().map(|name| (*name).to_owned()).collect();
    let scope = Scope { controller: None, sources };
    let given = Consent { scope, ..consent_to("email-marketing") };
    record(claranet, ADA, Act::GiveConsent(given), at(day)).unwrap();
}

#[test]
fn cla_27_own_data_are_joined_with_those_of_others_by_a_consent_that_says_so_and_keep_both_labels() {
    let world = company("claranet");
    let mut claranet = lead(&world, &[]);
    let both = [OWN, THEIRS];
    let joined = read(&mut claranet, "email-marketing", &both, None);
    assert_eq!((joined.values.len(), joined.refused.len()), (1, 1), "{joined:?}");
    assert_eq!(joined.refused[0].field.to_string(), THEIRS);
    assert_eq!(joined.refused[0].article, Some("Art. 4(11), 7(1) GDPR"));
    let holdings = || Some("holdings".into());
    let asked = |verb| Ask { controller: holdings(), ..ask(ADA, "email-marketing", verb, &both) };
    let told = decide(&mut claranet, asked(Verb::Read), at(DAY));
    assert_eq!(told.field.as_ref().map(ToString::to_string).as_deref(), Some(THEIRS));
    assert!(matches!(refusal(told), Refusal::NotCombined(_)));
    assert!(!decide(&mut claranet, asked(Verb::Contact(Channel::Email)), at(DAY)).allowed);
    for alone in both {
        assert_eq!(read(&mut claranet, "email-marketing", &[alone], None).values.len(), 1, "{alone}");
    }
    consent(&mut claranet, &["lead-firms"], "2026-03-02T13:00:00Z");
    let later = at("2026-03-02T14:00:00Z");
    let joined = claranet.read_through_gate(
        &ReadOrder { controller: holdings(), ..order("email-marketing", &both, None) },
        later,
    );
    let joined = joined.unwrap();
    let labels: Vec<_> = joined.values.iter().map(|one| one.source.as_deref()).collect();
    assert_eq!(labels, [None, Some("lead-firms")], "{joined:?}");
    assert!(decide(&mut claranet, asked(Verb::Read), later).allowed);
    let lines = claranet.consents(&whom(&[ADA]), later).unwrap().lines;
    let reach: Vec<_> =
        lines.iter().map(|line| line.scope.as_ref().map(|scope| scope.sources.len())).collect();
    assert_eq!(reach, [None, Some(1)], "what each consent reached is on record");
    let withdraw = Act::WithdrawConsent { purpose: "email-marketing".into(), channels: Vec::new() };
    record(&mut claranet, ADA, withdraw, at("2026-03-03")).unwrap();
    consent(&mut claranet, &[], "2026-03-04");
    assert!(!decide(&mut claranet, asked(Verb::Read), at("2026-03-05")).allowed, "nor does it come back");
}

#[test]
fn a_consent_joins_sources_that_the_purpose_asks_for_and_no_others() {
    let world = company("claranet");
    let mut claranet = world.open(at(DAY));
    for source in ["telecom", "nobody"] {
        let scope = Scope { controller: None, sources: vec![source.to_owned()] };
        let given = Consent { scope, ..consent_to("email-marketing") };
        let told = refused(record(&mut claranet, ADA, Act::GiveConsent(given), at(DAY)));
        assert_eq!(told, Refused::JoinsNone("email-marketing".into(), source.to_owned()));
    }
}
