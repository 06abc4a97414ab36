//! What Klivar's notice promises, row by row of the promise ledger, read off the page.

use kept_web::notice::Format;

use crate::{plain, real, said, statement};

fn page(language: &str) -> String {
    said(&real::policy(), language, Format::Html)
}

#[test]
fn klv_01_the_controllers_name_and_siren_are_shown() {
    for language in ["en", "fr"] {
        let who = statement(&page(language), "controller.klivar.name");
        assert!(who.contains("Klivar") && who.contains("SIREN 909 093 148"), "{who}");
    }
}

#[test]
fn klv_04_to_07_each_category_shows_its_closed_list_of_fields() {
    let page = page("en");
    let expected = [
        ("data.identification", "Name, e-mail address, company"),
        ("data.technical", "IP address, browser type and version, operating system"),
        ("data.account", "Username, password"),
        ("data.support", "Requests, comments, questions"),
        ("data.usage", "Functions used, times of visits, settings chosen"),
    ];
    for (id, fields) in expected {
        let row = statement(&page, id);
        assert!(row.contains(fields), "{row}");
    }
    assert!(plain(&page).contains("We collect these data and no others."));
    assert!(statement(&page, "data.identification").contains("contact form on our website"));
}

#[test]
fn klv_09_14_15_17_23_24_each_purpose_is_shown_with_its_own_basis() {
    let expected = [
        ("platform", "contract", "contrat"),
        ("prospecting", "your consent", "votre consentement"),
        ("service-improvement", "your consent", "votre consentement"),
        ("security-log", "our legitimate interest", "notre intérêt légitime"),
        ("contact-form", "your consent", "votre consentement"),
        ("rights-requests", "a legal obligation", "une obligation légale"),
    ];
    let (english, french) = (page("en"), page("fr"));
    for (purpose, en, fr) in expected {
        let id = format!("purpose.{purpose}.basis");
        assert!(statement(&english, &id).to_lowercase().contains(en), "{id}");
        assert!(statement(&french, &id).to_lowercase().contains(fr), "{id}");
    }
    assert!(statement(&english, "purpose.security-log.basis").contains("find fraudulent access and misuse"));
}

fn kept(purpose: &str, english: &str, french: &str) {
    let id = format!("purpose.{purpose}.keep");
    let row = statement(&page("en"), &id);
    assert!(row.ends_with(english), "{row}");
    let row = statement(&page("fr"), &id);
    assert!(row.ends_with(french), "{row}");
}

#[test]
fn klv_25_prospecting_data_are_said_to_go_three_years_after_the_last_contact() {
    kept(
        "prospecting",
        "Kept for 3 years after the last contact.",
        "Conservées pendant 3 ans à compter du dernier contact.",
    );
}

#[test]
fn klv_26_prospecting_data_are_said_to_go_earlier_on_withdrawal() {
    let row = statement(&page("en"), "purpose.prospecting.after-withdrawal");
    assert!(row.contains("go earlier: we erase them when you withdraw your consent"), "{row}");
    let row = statement(&page("fr"), "purpose.prospecting.after-withdrawal");
    assert!(row.contains("nous les effaçons lorsque vous retirez votre consentement"), "{row}");
}

#[test]
fn klv_27_log_records_are_said_to_go_after_a_year() {
    kept(
        "security-log",
        "Kept for 1 year after collection.",
        "Conservées pendant 1 an à compter de la collecte.",
    );
}

#[test]
fn klv_28_accounts_are_said_to_stay_for_the_contract() {
    kept("platform", "Kept for the duration of the contract.", "Conservées pour la durée du contrat.");
}

#[test]
fn klv_29_customer_files_are_said_to_stay_five_years_in_the_archive() {
    kept(
        "customer-file",
        "Kept for the duration of the contract, then 5 years in the archive.",
        "Conservées pour la durée du contrat, puis 5 ans en archives.",
    );
}

#[test]
fn klv_30_billing_is_said_to_stay_ten_years_in_the_archive() {
    kept(
        "billing",
        "Kept for the duration of the contract, then 10 years in the archive.",
        "Conservées pour la durée du contrat, puis 10 ans en archives.",
    );
}

#[test]
fn klv_31_requests_are_said_to_stay_for_the_calendar_year_and_two_years_in_the_archive() {
    kept(
        "rights-requests",
        "Kept until the end of the calendar year of your request, then 2 years in the archive.",
        "Conservées jusqu’à la fin de l’année civile de votre demande, puis 2 ans en archives.",
    );
}

#[test]
fn klv_32_the_archive_is_said_to_be_apart_and_open_to_named_roles_only() {
    let page = page("en");
    assert!(statement(&page, "purpose.billing.keep.archive").contains("kept apart from those in use"));
    assert!(statement(&page, "purpose.billing.archive").contains("accounting and legal department"));
}

#[test]
fn klv_33_rights_are_free_of_charge() {
    assert!(statement(&page("en"), "rights.fee").contains("Free of charge, whatever the request."));
    assert!(statement(&page("fr"), "rights.fee").contains("Gratuit, quelle que soit la demande."));
}

#[test]
fn klv_34_to_40_every_right_is_named_in_each_language() {
    let expected = [
        ("access", "Access", "Accès"),
        ("rectification", "Rectification", "Rectification"),
        ("erasure", "Erasure", "Effacement"),
        ("restriction", "Restriction", "Limitation"),
        ("withdrawal", "withdraw your consent at any time", "retirer votre consentement à tout moment"),
        ("objection", "object at any time to direct marketing", "opposer à tout moment à la prospection"),
        ("portability", "Portability", "Portabilité"),
    ];
    let (english, french) = (page("en"), page("fr"));
    for (right, en, fr) in expected {
        let id = format!("rights.{right}");
        assert!(statement(&english, &id).contains(en), "{id}");
        assert!(statement(&french, &id).contains(fr), "{id}");
    }
}

#[test]
fn klv_39_objection_stands_clearly_apart_and_names_what_it_reaches() {
    let page = page("en");
    assert!(page.contains("<section id=\"section-objection\""));
    let text = statement(&page, "rights.objection");
    assert!(text.contains("Commercial prospecting") && text.contains("Logging system"), "{text}");
}

#[test]
fn klv_41_42_requests_go_by_e_mail_or_letter() {
    for language in ["en", "fr"] {
        let how = statement(&page(language), "rights.how");
        assert!(how.contains("avotreecoute@klivar.com"), "{how}");
        assert!(how.contains("Klivar, 1 centre commercial la Tour, 93120 La Courneuve"), "{how}");
    }
}

#[test]
fn klv_43_proof_of_identity_is_said_to_be_asked_for_when_in_doubt() {
    assert!(statement(&page("en"), "rights.identity").contains("when in doubt"));
}

#[test]
fn klv_44_the_cnil_is_named_with_its_address() {
    for language in ["en", "fr"] {
        let text = statement(&page(language), "controller.klivar.authority");
        assert!(text.contains("CNIL"), "{text}");
        assert!(text.contains("3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07"), "{text}");
    }
}

#[test]
fn klv_45_to_48_places_reasons_safeguards_and_agreements_are_said() {
    let page = page("en");
    assert!(statement(&page, "transfers.prefer").contains("European Union"));
    let needs = statement(&page, "transfers.otherwise");
    for need in ["a written reason", "standard contractual clauses", "a data processing agreement"] {
        assert!(needs.contains(need), "{needs}");
    }
    assert!(statement(&page, "recipient.mail-delivery.safeguard").contains("United States"));
}

#[test]
fn klv_49_one_policy_value_stands_in_the_rights_and_in_the_contact_part() {
    let mut policy = real::policy();
    policy.controllers["klivar"].email = Some("elsewhere@klivar.com".to_owned());
    let page = said(&policy, "fr", Format::Html);
    for id in ["rights.how", "controller.klivar.email"] {
        assert!(statement(&page, id).contains("elsewhere@klivar.com"), "{id}");
    }
    assert!(!page.contains("avotreecoute"));
}
