//! The policies of the project read and check without an error or a warning.

use std::collections::BTreeSet;

use kept_core::diagnostic::Severity;
use kept_core::name::Language;
use kept_core::policy::keep::{Limit, Phase, When};
use kept_core::policy::model::{Basis, Channel, DataRef, FieldType, OccasionKind, Policy, RecipientRole};
use kept_core::policy::{codes, examine, keys};
use kept_core::time::Span;

use super::folder;

/// The policy of a folder, if nothing graver than advice is said about it.
fn sound(folder: &str) -> Policy {
    let files = folder::load(&folder::root().join("policies").join(folder));
    let read = examine(&files);
    let graver: Vec<String> = read
        .diagnostics
        .iter()
        .filter(|found| found.severity > Severity::Advice)
        .map(|found| folder::shown(found, &files))
        .collect();
    assert!(graver.is_empty(), "{graver:#?}");
    read.policy.unwrap()
}

fn klivar() -> Policy {
    sound("klivar")
}

fn lasts(policy: &Policy, purpose: &str) -> Vec<(Limit, Phase)> {
    let keep = policy.purposes[purpose].keep().expect(purpose);
    keep.stages.iter().map(|stage| (stage.limit.clone(), stage.phase)).collect()
}

#[test]
fn the_starter_is_sound() {
    let policy = sound("starter");
    assert_eq!(policy.purposes.len(), 4);
}

#[test]
fn both_forms_of_the_chinook_example_are_sound_and_say_the_same() {
    let (sqlite, postgres) = (sound("chinook-example/sqlite"), sound("chinook-example/postgres"));
    assert_eq!(sqlite.purposes, postgres.purposes);
    let columns = |policy: &Policy| -> Vec<(String, usize)> {
        policy.stores["shop"]
            .tables
            .values()
            .map(|table| (table.name.to_string(), table.columns.len()))
            .collect()
    };
    assert_eq!(columns(&sqlite), columns(&postgres));
    assert_eq!(sqlite.stores["shop"].tables["invoice_lines"].sql_name, "InvoiceLine");
    assert_eq!(postgres.stores["shop"].tables["invoice_lines"].sql_name, "invoice_line");
}

#[test]
fn every_column_that_klivar_maps_is_in_its_schema() {
    let schema = std::fs::read_to_string(folder::root().join("policies/klivar/schema.sql")).unwrap();
    let policy = klivar();
    for table in policy.stores["platform"].tables.values() {
        let (_, rest) =
            schema.split_once(&format!("CREATE TABLE {} (", table.sql_name)).expect(&table.sql_name);
        let (body, _) = rest.split_once(");").expect(&table.sql_name);
        let columns: BTreeSet<&str> =
            body.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
        let consents =
            table.consents.values().flat_map(|consent| consent.withdrawn.iter().chain([&consent.given]));
        for column in table.columns.keys().chain(&table.key).chain(table.identifies.values()).chain(consents)
        {
            assert!(columns.contains(column.as_str()), "{}.{column}", table.sql_name);
        }
    }
}

#[test]
fn klv_01_02_41_42_49_who_answers_is_said_once() {
    let policy = klivar();
    let controller = policy.controller().unwrap();
    assert_eq!(controller.registered["siren"], "909093148");
    assert_eq!(controller.email.as_deref(), Some("avotreecoute@klivar.com"));
    assert!(controller.post.as_deref().unwrap().ends_with("93120 La Courneuve"));
    assert!(policy.duties.contains_key("law-review"));
}

#[test]
fn klv_03_to_08_what_is_collected_is_a_closed_list() {
    let policy = klivar();
    let fields =
        |category: &str| policy.data[category].fields.keys().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(fields("identification"), ["name", "email", "company"]);
    assert_eq!(fields("technical"), ["ip-address", "browser", "system"]);
    assert_eq!(policy.data["account"].fields["password"].kind, FieldType::Password);
    assert!(policy.data.values().all(|category| category.from == ["person"]));
    assert_eq!(policy.purposes["beta-test"].basis, Basis::Consent { explicit: false });
    let form = &policy.forms["contact"];
    assert!(form.fields.iter().all(|field| field.field.is_some()), "each field is named");
}

#[test]
fn klv_09_to_16_23_24_each_purpose_has_the_basis_of_the_notice() {
    let policy = klivar();
    let basis = |purpose: &str| policy.purposes[purpose].basis.word();
    assert_eq!(basis("platform"), "contract");
    assert_eq!(basis("prospecting"), "consent");
    assert_eq!(basis("service-improvement"), "consent");
    assert_eq!(basis("contact-form"), "consent");
    assert_eq!(basis("security-log"), "legitimate-interest");
    assert_eq!(basis("rights-requests"), "legal-obligation");
    assert_eq!(basis("billing"), "legal-obligation");
    assert_eq!(policy.purposes["prospecting"].marketing, [Channel::Email]);
    assert!(!policy.purposes["platform"].is_marketing());
}

#[test]
fn klv_17_to_22_only_security_may_use_the_log() {
    let policy = klivar();
    let log = DataRef::whole("log".into());
    let purposes: Vec<&str> = policy.purposes_of(&log).map(|purpose| purpose.name.as_str()).collect();
    assert_eq!(purposes, ["security-log"]);
    let roles: Vec<&str> = policy
        .roles
        .values()
        .filter(|role| role.purposes.iter().any(|purpose| purpose.as_str() == "security-log"))
        .map(|role| role.name.as_str())
        .collect();
    assert_eq!(roles, ["security"]);
    assert!(policy.duties.contains_key("trace-system") && policy.duties.contains_key("incident-desk"));
}

#[test]
fn klv_25_prospecting_data_are_kept_three_years_after_the_last_contact() {
    let limit = Limit::After(Span::years(3), When::Event("last-contact".into()));
    let policy = klivar();
    assert_eq!(lasts(&policy, "prospecting"), [(limit, Phase::Live)]);
    assert_eq!(policy.purposes["prospecting"].occasion, OccasionKind::Consent, "klv-26: withdrawal ends it");
}

#[test]
fn klv_27_28_29_30_31_32_periods_and_archives_are_those_of_the_notice() {
    let policy = klivar();
    let collected = Limit::After(Span::years(1), When::Event("collection".into()));
    assert_eq!(lasts(&policy, "security-log"), [(collected, Phase::Live)]);
    let contract = (Limit::For(OccasionKind::Contract), Phase::Live);
    assert_eq!(lasts(&policy, "platform"), std::slice::from_ref(&contract));
    let archive = |years| (Limit::More(Span::years(years)), Phase::Archive);
    assert_eq!(lasts(&policy, "customer-file"), [contract.clone(), archive(5)]);
    assert_eq!(lasts(&policy, "billing"), [contract, archive(10)]);
    let year = (Limit::CalendarYearOf(OccasionKind::Request), Phase::Live);
    assert_eq!(lasts(&policy, "rights-requests"), [year, archive(2)]);
    for purpose in ["customer-file", "billing", "rights-requests"] {
        let archive = policy.purposes[purpose].archive.as_ref().expect(purpose);
        assert!(!archive.roles.is_empty() && archive.reason.is_some(), "{purpose}");
        assert!(archive.roles.iter().all(|role| !["sales", "support"].contains(&role.as_str())), "{purpose}");
    }
}

#[test]
fn klv_33_43_44_rights_are_free_and_the_cnil_is_named() {
    let policy = klivar();
    assert!(policy.rights.never_a_fee);
    assert!(policy.rights.identity.is_some());
    let authority = policy.controller().unwrap().authority.as_deref().unwrap();
    assert!(kept_core::law::authority::Authority::of_country(authority).unwrap().name.contains("CNIL"));
}

#[test]
fn klv_45_46_47_48_a_provider_outside_the_union_has_reason_clauses_and_agreement() {
    let policy = klivar();
    assert_eq!(policy.transfers.as_ref().unwrap().prefer, ["EU"]);
    for recipient in policy.recipients.values().filter(|recipient| recipient.role == RecipientRole::Processor)
    {
        assert!(recipient.contract.is_some(), "{}", recipient.id);
        if recipient.country.as_deref() != Some("FR") {
            assert!(recipient.necessity.is_some() && recipient.safeguard.is_some(), "{}", recipient.id);
        }
    }
}

#[test]
fn klv_47_48_without_clauses_agreement_or_reason_the_check_refuses() {
    let files = folder::load(&folder::root().join("policies/klivar"));
    let organisation = files.iter().find(|file| file.name == "organisation.toml").unwrap();
    let text = String::from_utf8(organisation.bytes.clone()).unwrap();
    let without = |key: &str| {
        let (before, after) = text.split_once("[recipient.mail-delivery]").unwrap();
        let lines = after.lines().filter(|line| !line.starts_with(key)).collect::<Vec<_>>().join("\n");
        format!("{before}[recipient.mail-delivery]{lines}")
    };
    for (key, code) in [
        ("safeguard", "recipient/no-safeguard"),
        ("contract", "recipient/no-agreement"),
        ("necessity", "recipient/no-necessity"),
    ] {
        let mut files = files.clone();
        files.retain(|file| file.name != "organisation.toml");
        files.push(kept_core::policy::SourceFile::new("organisation.toml", without(key)));
        let found: Vec<&str> = examine(&files).diagnostics.iter().map(|found| found.code).collect();
        assert!(found.contains(&code), "{key}: {found:?}");
    }
}

#[test]
fn every_text_of_klivar_has_a_french_translation_that_differs() {
    let policy = klivar();
    let french = &policy.texts[&Language::from("fr")];
    let purpose = &policy.purposes["prospecting"].title;
    assert_eq!(policy.text(purpose, &Language::from("fr")), "Prospection commerciale");
    assert!(french.len() > 90);
    assert!(french.values().all(|text| !text.contains(" the ")), "no English is left");
}

#[test]
fn every_key_of_the_language_names_an_inner_section_or_a_value() {
    for key in keys::all() {
        assert!(!key.meaning.is_empty() && !key.example.is_empty(), "{}.{}", key.section, key.key);
    }
    assert!(codes::all().count() > 80);
}
