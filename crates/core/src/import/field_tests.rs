//! Documents in the manner of those found in the field: empty forms, citations in other languages,
//! bases and periods that belong to no purpose. Small ones, made for each case.

use super::*;
use crate::policy::examine;
use crate::policy::model::{Basis, RecipientRole};
use crate::policy::source::SourceFile;

fn policy(imported: &Imported) -> crate::policy::Policy {
    examine(&[SourceFile::new("policy.toml", imported.toml.clone())]).policy.unwrap()
}

fn from(text: &str) -> Imported {
    import(text.as_bytes()).unwrap()
}

/// A document about one category, of which this is said beside its name.
fn about(said: &str) -> Imported {
    from(&format!(r#"{{ "dataDisclosed": [ {{ "category": "Account", {said} }} ] }}"#))
}

fn lost(imported: &Imported) -> Vec<&str> {
    let lost = imported.leaves.iter().filter(|leaf| matches!(leaf.outcome, Outcome::NotCarried(_)));
    lost.map(|leaf| leaf.path.as_str()).collect()
}

#[test]
fn an_empty_form_makes_nothing() {
    let empty = r#""purposes": [ { "purpose": [], "description": [] } ], "legalBases": [ { "reference": "" } ],
        "legitimateInterests": [ { "reasoning": [], "~exists": [] } ],
        "recipients": [ { "name": [], "category": null } ],
        "storage": [ { "temporal": [], "aggregationFunction": [] } ]"#;
    let imported = from(&format!(
        r#"{{ "dataDisclosed": [ {{ "category": [], {empty} }}, {{ "category": "Location", {empty} }} ],
            "thirdCountryTransfers": [ {{ "country": [], "adequacyDecision": [] }},
                {{ "country": "", "adequacyDecision": {{ "available": null, "description": "" }} }} ] }}"#
    ));
    let policy = policy(&imported);
    assert_eq!((policy.data.len(), policy.purposes.len(), policy.recipients.len()), (1, 0, 0));
    assert!(lost(&imported).is_empty(), "{:?}", lost(&imported));
}

#[test]
fn no_safeguard_is_made_up_where_the_document_is_silent() {
    let imported = from(
        r#"{ "dataDisclosed": [], "thirdCountryTransfers": [
            { "country": "MA", "adequacyDecision": { "available": null }, "appropriateGuarantees": { "available": null } },
            { "country": "Vereinigte Staaten", "adequacyDecision": { "available": false, "description": null } },
            { "country": "IL", "adequacyDecision": { "available": null, "description": "decision of 2011" } } ] }"#,
    );
    let policy = policy(&imported);
    let safeguards: Vec<_> = policy
        .recipients
        .values()
        .map(|one| {
            (one.country.as_deref().unwrap(), one.safeguard.as_ref().map(|text| text.written.as_str()))
        })
        .collect();
    assert_eq!(safeguards, [("MA", None), ("US", None), ("IL", Some("decision of 2011"))]);
}

#[test]
fn a_safeguard_for_a_country_holds_for_everyone_there() {
    let imported = from(
        r#"{ "dataDisclosed": [ { "category": "Log", "purposes": [ { "purpose": "Statistics" } ],
            "recipients": [ { "name": "One Inc.", "country": "USA" }, { "name": "Two Inc.", "country": "États-Unis" } ] } ],
            "thirdCountryTransfers": [ { "country": "US", "standardDataProtectionClause": { "available": true } } ] }"#,
    );
    let policy = policy(&imported);
    assert_eq!(policy.recipients.len(), 2);
    assert!(policy.recipients.values().all(|one| one.safeguard.is_some()), "{}", imported.toml);
}

#[test]
fn bases_and_periods_that_belong_to_no_purpose_are_given_to_none() {
    let imported = about(
        r#""purposes": [ { "purpose": "Orders" }, { "purpose": "Adverts" }, { "purpose": "Duties" } ],
        "legalBases": [ { "reference": "GDPR-6-1-a", "description": "you agreed" }, { "reference": "GDPR-6-1-b" } ],
        "storage": [ { "description": "cameras", "temporal": "P30D" }, { "description": "prize draws", "temporal": "P45D" } ]"#,
    );
    let policy = policy(&imported);
    assert_eq!(policy.purposes.len(), 3);
    assert!(policy.purposes.values().all(|one| one.basis == Basis::Missing && one.keep().is_none()));
    for said in ["GDPR-6-1-a – you agreed", "GDPR-6-1-b", "cameras – P30D", "prize draws – P45D"] {
        assert!(imported.toml.contains(said), "{said}\n{}", imported.toml);
    }
    assert!(lost(&imported).is_empty(), "{:?}", lost(&imported));
}

#[test]
fn one_basis_and_one_period_are_of_every_purpose() {
    let imported = about(
        r#""purposes": [ { "purpose": "Orders" }, { "purpose": "Delivery" } ],
        "legalBases": [ { "reference": "Artikel 6 Absatz 1 Buchstabe b) DSGVO" } ],
        "storage": [ { "temporal": "P2W", "aggregationFunction": "MAX" } ]"#,
    );
    let policy = policy(&imported);
    assert!(policy.purposes.values().all(|one| one.basis == Basis::Contract));
    assert!(policy.purposes.values().all(|one| one.keep().unwrap().written == "14 days"));
}

#[test]
fn of_several_laws_the_only_purpose_rests_on_the_one_that_is_a_basis() {
    let imported = about(
        r#""purposes": [ { "purpose": "Log" } ], "legalBases": [ { "reference": "BSIG-5", "description": "defence" },
            { "reference": "DSGVO-6-1-e", "description": "die Aufgabe" } ],
        "storage": [ { "temporal": [ { "ttl": "P1M" } ], "legalBasisConditional": ["SGB-100-42"], "aggregationFunction": "Unbegrenzt" } ]"#,
    );
    let policy = policy(&imported);
    assert_eq!(policy.purposes["log"].basis.word(), "public-task");
    for said in ["BSIG-5 – defence", "SGB-100-42", "Unbegrenzt"] {
        assert!(imported.toml.contains(said), "{said}\n{}", imported.toml);
    }
}

#[test]
fn several_bases_in_one_are_a_comment_and_an_interest_is_a_basis() {
    let several = about(
        r#""purposes": [ { "purpose": "Orders" } ],
        "legalBases": [ { "reference": "Art. 6 Abs. 1 lit. a und f DSGVO", "description": null } ]"#,
    );
    assert_eq!(policy(&several).purposes["orders"].basis, Basis::Missing);
    assert!(several.toml.contains("# basis, in the document's words: Art. 6 Abs. 1 lit. a und f DSGVO"));
    let interest = about(
        r#""purposes": [ { "purpose": "Cookies" } ], "legalBases": [ { "reference": [] } ],
        "legitimateInterests": [ { "exists": true, "reasoning": "a site that works" } ]"#,
    );
    assert_eq!(policy(&interest).purposes["cookies"].basis.word(), "legitimate-interest");
}

#[test]
fn a_basis_whose_words_speak_of_another_is_said() {
    let imported = about(
        r#""purposes": [ { "purpose": "Orders" } ],
        "legalBases": [ { "reference": "GDPR-6-1-a", "description": "As we need them for the contract with you." } ]"#,
    );
    assert!(policy(&imported).purposes["orders"].basis.is_consent());
    assert!(
        imported
            .toml
            .contains("# check the basis: the article is that of consent, the words are of contract")
    );
}

#[test]
fn what_is_said_of_data_without_a_purpose_has_one_to_be_named() {
    let imported = about(
        r#""purposes": [ { "purpose": null } ], "recipients": [ { "name": "Map service" } ],
        "legalBases": [ { "reference": "GDPR-6-1-f" } ]"#,
    );
    let policy = policy(&imported);
    assert_eq!(policy.purposes["account"].recipients.len(), 1);
    assert!(
        imported.toml.contains("# the document names no purpose of these data: say here what they are for")
    );
}

#[test]
fn another_description_of_the_same_purpose_is_not_written_over_the_first() {
    let imported = about(
        r#""purposes": [ { "purpose": "Payment", "description": "by card" }, { "purpose": "Payment", "description": "by letter" } ]"#,
    );
    assert_eq!(policy(&imported).purposes["payment"].description.as_ref().unwrap().written, "by card");
    assert!(
        imported.toml.contains("# described elsewhere in the document as: by letter"),
        "{}",
        imported.toml
    );
}

#[test]
fn fields_of_the_same_letters_are_fields_of_their_own() {
    let imported =
        about(r#""subcategories": [ "氏名", "住所", "Größe", "Groesse", "IP-Adresse", "IP-Adresse" ]"#);
    let policy = policy(&imported);
    let titles: Vec<&str> =
        policy.data["account"].fields.values().map(|one| one.title.written.as_str()).collect();
    assert_eq!(titles.len(), 5, "{titles:?}");
    assert!(policy.data["account"].fields.contains_key("grosse"), "{titles:?}");
}

#[test]
fn signs_of_html_and_lines_of_an_address_are_read_as_they_are_meant() {
    let imported = from(
        r#"{ "dataDisclosed": [], "controller": { "name": "Shop (GmbH &amp; Co KG)", "country": "Deutschland",
            "address": "Weg 1,\n\n10117 Berlin", "representative": { "name": null, "email": "info@shop.example" } } }"#,
    );
    let policy = policy(&imported);
    let controller = policy.controller().unwrap();
    assert_eq!(controller.name, "Shop (GmbH & Co KG)");
    assert_eq!(controller.post.as_deref(), Some("Weg 1, 10117 Berlin"));
    assert_eq!((controller.country.as_deref(), controller.representative.as_deref()), (Some("DE"), None));
}

#[test]
fn the_role_of_a_recipient_is_the_documents_or_said_to_be_unknown() {
    let imported = about(
        r#""purposes": [ { "purpose": "Orders" } ], "recipients": [ { "name": "law enforcement", "category": null },
            { "category": "Shop-Gruppe" }, { "name": "Pay AG", "category": "payments" } ],
        "recipientsOnlyCategory": [ "Werbepartner" ]"#,
    );
    let policy = policy(&imported);
    assert_eq!(policy.recipients["law-enforcement"].role, RecipientRole::Authority);
    assert_eq!(policy.recipients["shop-gruppe"].role, RecipientRole::Affiliate);
    assert!(policy.recipients.contains_key("werbepartner"));
    let unknown = "# the document does not say in which role; without `role` it is a processor";
    assert_eq!(imported.toml.matches(unknown).count(), 2, "{}", imported.toml);
}

#[test]
fn what_must_be_given_is_said_in_words_where_the_document_has_none() {
    for (key, words) in [
        ("legalRequirement", "The law asks for these data."),
        ("contractualRegulation", "The contract needs these data."),
        ("obligationToProvide", "These data must be given."),
    ] {
        let imported = about(&format!(
            r#""purposes": [ {{ "purpose": "Orders" }} ], "nonDisclosure": {{ "{key}": true, "consequences": null }}"#
        ));
        assert_eq!(policy(&imported).purposes["orders"].required.as_ref().unwrap().written, words);
    }
}

#[test]
fn a_list_of_documents_is_refused_and_a_list_of_resources_is_a_manifest() {
    let two = r#"[ { "dataDisclosed": [] }, { "dataDisclosed": [] } ]"#;
    assert_eq!(import(two.as_bytes()).unwrap_err(), ImportError::Several(2));
    let systems = from(
        r#"[ { "fides_key": "a", "name": "Till", "third_country_transfers": ["USA"],
              "privacy_declarations": [ { "name": "Sell", "data_use": "essential.service",
                "data_categories": ["user.name", "system.operations"], "data_subjects": ["customer"] } ] },
             { "fides_key": "b", "name": "Desk", "privacy_declarations": [ { "name": "Sell", "data_use": "essential.service",
                "data_categories": ["user.contact.email"], "data_subjects": ["customer"] } ] } ]"#,
    );
    assert_eq!(systems.kind, Kind::Fides);
    let policy = policy(&systems);
    let titles: Vec<&str> = policy.purposes.values().map(|one| one.title.written.as_str()).collect();
    assert_eq!(titles, ["Sell", "Sell (Desk)"], "the same use in two systems is told apart");
    assert!(!policy.data.contains_key("operations"), "no person is behind it");
    assert_eq!(lost(&systems), ["system[0].privacy_declarations[0].data_categories[1]"]);
}

#[test]
fn a_single_resource_needs_no_list_around_it() {
    let dataset = from(
        "fides_key: shop\nname: Shop\ncollections:\n  - name: people\n    fields:\n      - name: mail\n        data_categories: [user.contact.email]\n",
    );
    assert!(policy(&dataset).data.contains_key("contact"), "{}", dataset.toml);
    let organisation = r#"[ { "fides_key": "o", "controller": { "name": "Shop SAS" }, "data_protection_officer": { "name": "D" } }, {} ]"#;
    assert_eq!(policy(&from(organisation)).controller().unwrap().name, "Shop SAS");
}

#[test]
fn words_of_a_taxonomy_that_nobody_uses_are_not_said_to_be_carried() {
    let imported = from(
        "data_use:\n  - fides_key: essential\n    name: What we must\n  - fides_key: analytics\n    name: Numbers\n\
         system:\n  - fides_key: a\n    name: Till\n    privacy_declarations:\n      - data_use: essential\n        data_categories: [user.name]\n",
    );
    assert_eq!(lost(&imported), ["data_use[1].fides_key", "data_use[1].name"]);
    assert!(policy(&imported).purposes.values().any(|one| one.title.written == "What we must"));
}

#[test]
fn an_event_of_several_words_comes_back_from_a_sentence_that_writes_them_apart() {
    let imported = from(
        r#"{ "dataDisclosed": [ { "_id": "data.support", "category": "Support", "purposes": [
            { "purpose": "Support", "statement": "purpose.support" } ],
            "storage": [ { "statement": "purpose.support.keep", "keep": "3 years after the last exchange" } ] } ] }"#,
    );
    let policy = policy(&imported);
    assert_eq!(policy.purposes["support"].keep().unwrap().written, "3 years after the last exchange");
    assert!(policy.events.contains_key("last-exchange"), "{}", imported.toml);
}

#[test]
fn bases_by_audience_are_not_said_to_be_carried_whole() {
    let imported = from(
        r#"{ "dataDisclosed": [ { "_id": "data.mail", "category": "Mail", "purposes": [
            { "purpose": "News", "statement": "purpose.news" } ], "legalBases": [ { "reference": "GDPR-6-1-a",
            "statement": "purpose.news.basis", "description": "For customers: our legitimate interest (Art. 6(1)(f) GDPR). In all other cases: your consent (Art. 6(1)(a) GDPR)." } ] } ] }"#,
    );
    assert!(policy(&imported).purposes["news"].basis.is_consent());
    assert!(imported.toml.contains("# basis, in the document's words: For customers"), "{}", imported.toml);
}

#[test]
fn parts_of_a_criterion_beside_the_words_come_back() {
    use crate::policy::model::Retention;
    let imported = from(
        r#"{ "dataDisclosed": [ { "_id": "data.report", "category": "Report", "purposes": [
            { "purpose": "Repair", "statement": "purpose.repair" }, { "purpose": "Proof", "statement": "purpose.proof" } ],
            "storage": [ { "statement": "purpose.proof.keep", "keep": "2 years", "purposeConditional": ["Kept for 2 years."] },
              { "statement": "purpose.repair.keep", "ends": "repair-done", "review": "P6M", "atMost": "P2Y",
                "thenAnonymised": true, "purposeConditional": ["until it is mended", "in a sentence"] } ] } ] }"#,
    );
    let policy = policy(&imported);
    assert_eq!(
        policy.purposes["proof"].keep().unwrap().written,
        "2 years",
        "by the statement, not by its place"
    );
    let Retention::Criterion { criterion, ends, review, at_most, then_anonymised } =
        &policy.purposes["repair"].retention
    else {
        panic!("{}", imported.toml)
    };
    assert_eq!((criterion.written.as_str(), *then_anonymised), ("until it is mended", true));
    assert!(ends.is_some() && review.is_some() && at_most.is_some());
    assert!(lost(&imported).is_empty(), "{:?}", lost(&imported));
}
