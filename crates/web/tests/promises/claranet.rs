//! Claranet: what its policy says and its notice shows, in Dutch first.

use kept_core::policy::model::{Answers, Basis, CookieClass, DataRef, Placed, RecipientRole};

use crate::shipped::{Shipped, breaks, shipped};

fn claranet() -> &'static Shipped {
    shipped("claranet")
}

fn class<'c>(claranet: &'c Shipped, name: &str) -> &'c CookieClass {
    &claranet.policy.cookies.as_ref().unwrap().classes[name]
}

/// A class of cookies that waits for consent and says what it is for.
#[track_caller]
fn waits(claranet: &Shipped, name: &str, words: &[&str]) {
    assert_eq!(class(claranet, name).consent, Some(true), "{name}");
    claranet.says(&format!("cookie-class.{name}"), words);
    let cookies = &claranet.policy.cookies.as_ref().unwrap().cookies;
    assert!(cookies.values().any(|cookie| cookie.classes.contains(&name.to_owned())), "{name}");
}

#[test]
fn cla_01_both_companies_and_their_address_are_shown_in_dutch() {
    let claranet = claranet();
    assert_eq!(claranet.policy.notice.languages[0].as_str(), "nl");
    let companies = [("holdings", "Claranet Benelux Holdings B.V."), ("benelux", "Claranet Benelux B.V.")];
    for (id, name) in companies {
        claranet.says_in_all(&format!("controller.{id}.name"), &[name]);
        claranet.says_in_all(&format!("controller.{id}.post"), &["Flight Forum 840, 5657 DV Eindhoven"]);
    }
}

#[test]
fn cla_04_the_policy_gives_insight_in_all_its_parts() {
    let claranet = claranet();
    claranet.says("notice.introduction", &["inzicht", "privacy en de veiligheid"]);
    let parts = [
        "who",
        "people",
        "data",
        "purposes",
        "recipients",
        "transfers",
        "safeguards",
        "cookies",
        "rights",
        "withdrawal",
        "authority",
        "changes",
        "contact",
    ];
    for part in parts {
        let anchor = format!("section-{part}\"");
        assert!(claranet.page("nl").contains(&anchor), "no part {part}");
        assert!(claranet.page("en").contains(&anchor), "no part {part}");
    }
}

#[test]
fn cla_06_personal_data_are_all_that_identifies_directly_or_indirectly() {
    let claranet = claranet();
    claranet.says("notice.introduction", &["direct of indirect te identificeren"]);
    claranet.lists("computer", &["ip-address", "system", "browser"]);
}

#[test]
fn cla_07_consumers_business_customers_and_visitors_are_named() {
    let claranet = claranet();
    let kinds: Vec<_> = claranet.policy.people.keys().map(ToString::to_string).collect();
    assert_eq!(kinds, ["consumer", "business-customer", "visitor"]);
    for kind in kinds {
        claranet.tells(&format!("people.{kind}"));
    }
    let people = "people = [\"visitor\"]\ndata = [\"site-usage\"]\nbasis = \"consent\"\nkeep";
    breaks("claranet", people, &people.replace("visitor", "applicant"), "purpose/unknown-people");
}

#[test]
fn cla_08_services_and_sites_of_others_are_out_of_scope() {
    claranet()
        .says("notice.introduction", &["websites van anderen", "ook niet als u ze via Claranet gebruikt"]);
}

#[test]
fn cla_09_forms_have_declared_fields_and_no_others() {
    let claranet = claranet();
    claranet.lists("form-data", &["name", "email", "phone", "address", "company", "question"]);
    claranet.tells("form.service");
    breaks("claranet", "fields = [\"form-data\"]", "fields = [\"form-data.gender\"]", "form/unknown-data");
}

#[test]
fn cla_10_problem_reports_have_a_purpose_and_an_end_of_their_own() {
    let claranet = claranet();
    claranet.lists("problem-report", &["name", "email", "problem"]);
    claranet.uses("problem-report", "legitimate-interest", &["problem-report"]);
    claranet.says("purpose.problem-report.keep", &["tot de melding is afgehandeld"]);
}

#[test]
fn cla_12_form_data_rest_on_the_contract_and_the_steps_before_it() {
    let claranet = claranet();
    claranet.uses("service-delivery", "contract", &["form-data", "online-account"]);
    claranet.says("purpose.service-delivery.basis", &["stappen"]);
}

#[test]
fn cla_14_usage_for_network_and_billing_rests_on_the_contract() {
    let claranet = claranet();
    claranet.uses("network-management", "contract", &["service-usage"]);
    claranet.uses("billing", "contract", &["service-usage", "billing"]);
}

#[test]
fn cla_16_questions_about_lifestyle_have_no_basis_and_are_shut() {
    let claranet = claranet();
    let survey = claranet.purpose("interest-survey");
    assert_eq!(survey.basis, Basis::Missing);
    claranet.quotes("purpose.interest-survey.off", survey.off.as_ref().unwrap());
    claranet.says("purpose.interest-survey.basis", &["geen vermeld"]);
    breaks("claranet", "off = \"het beleid noemt geen rechtsgrond\"", "", "purpose/no-basis");
}

#[test]
fn cla_18_improvement_rests_on_an_interest_that_may_be_objected_to() {
    let claranet = claranet();
    claranet.uses("improvement", "legitimate-interest", &["site-usage.page", "service-usage.volume"]);
    claranet.says("rights.objection", &["Verbetering van website en diensten"]);
    assert!(claranet.policy.duties.contains_key("balancing"));
}

#[test]
fn cla_21_recordings_for_training_and_quality_rest_on_an_interest() {
    let claranet = claranet();
    claranet.uses("training", "legitimate-interest", &["communications"]);
    claranet.uses("quality", "legitimate-interest", &["communications"]);
    claranet.says("rights.objection", &["Training", "Kwaliteitsbewaking"]);
}

#[test]
fn cla_22_recordings_of_orders_rest_on_the_contract_and_legal_duties_on_law() {
    let claranet = claranet();
    claranet.uses("order-evidence", "contract", &["communications"]);
    claranet.uses("legal-duties", "legal-obligation", &["communications"]);
    for purpose in ["order-evidence", "legal-duties"] {
        assert_eq!(claranet.purpose(purpose).only.len(), 1, "{purpose} takes order details only");
        assert!(claranet.purpose(purpose).serves_law.is_none());
    }
}

#[test]
fn cla_24_data_of_telecom_firms_rest_on_the_contract() {
    let claranet = claranet();
    claranet.uses("purchase-for-customer", "contract", &["telecom-supplied"]);
    assert_eq!(claranet.category("telecom-supplied").from, ["source.telecom"]);
    claranet.quotes("source.telecom", &claranet.policy.sources["telecom"].name);
}

#[test]
fn cla_31_every_marketing_use_rests_on_consent_and_says_how_to_withdraw() {
    let claranet = claranet();
    let uses =
        ["lead-generation", "customer-analysis", "segmentation", "targeted-adverts", "email-marketing"];
    for name in uses {
        let purpose = claranet.purpose(name);
        assert!(purpose.basis.is_consent(), "{name}");
        assert_eq!(purpose.answers, Answers::ConsentedTo, "{name}");
        claranet.says(&format!("purpose.{name}.basis"), &["uw toestemming"]);
        claranet.tells(&format!("purpose.{name}.after-withdrawal"));
    }
    claranet.says("rights.withdrawal", &["toestemming"]);
}

#[test]
fn cla_32_helpers_receive_data_for_the_service_only() {
    let claranet = claranet();
    let helpers = claranet.recipient("helpers");
    assert_eq!(helpers.role, RecipientRole::Processor);
    claranet.quotes("recipient.helpers", &helpers.name);
    for purpose in &helpers.purposes {
        assert_eq!(claranet.purpose(purpose.as_str()).basis, Basis::Contract, "{purpose}");
    }
}

#[test]
fn cla_39_each_release_to_an_authority_rests_on_one_of_two_bases() {
    let claranet = claranet();
    let release = &claranet.policy.disclosures["authorities"];
    let bases: Vec<_> = release.bases.iter().map(Basis::word).collect();
    assert_eq!(bases, ["legal-obligation", "legitimate-interest"]);
    claranet.says("disclosure.authorities", &["wettelijke verplichting", "gerechtvaardigd belang"]);
}

#[test]
fn cla_44_people_keep_their_password_secret() {
    let claranet = claranet();
    claranet.says("notice.introduction", &["wachtwoord", "geheim", "met niemand"]);
    claranet.lists_one("online-account", "password");
}

#[test]
fn cla_48_sending_over_the_internet_is_said_not_to_be_fully_safe() {
    claranet().says("notice.introduction", &["internet is nooit helemaal veilig", "versleutelde verbinding"]);
}

#[test]
fn cla_60_the_version_is_the_fifth_of_july() {
    let claranet = claranet();
    assert_eq!(claranet.policy.notice.version.unwrap().to_string(), "2023-07-05");
    claranet.says("notice.version", &["5 juli 2023"]);
}

#[test]
fn cla_72_the_dutch_authority_is_named_with_site_and_number() {
    let claranet = claranet();
    let id = "controller.holdings.authority";
    claranet
        .says_in_all(id, &["Autoriteit Persoonsgegevens", "autoriteitpersoonsgegevens.nl", "88 1805 250"]);
}

#[test]
fn cla_74_people_are_advised_to_look_from_time_to_time() {
    let claranet = claranet();
    claranet.says("notice.introduction", &["af en toe"]);
    claranet.tells("notice.changes.minor");
    claranet.tells("notice.changes.significant");
}

#[test]
fn cla_77_cookies_run_no_code_and_bring_no_virus() {
    claranet().says("cookies.statement", &["niet als code worden uitgevoerd", "geen virus"]);
}

#[test]
fn cla_78_cookies_serve_a_better_site_and_a_more_personal_service() {
    let claranet = claranet();
    claranet.says("cookies.statement", &["website te verbeteren", "persoonlijkere dienst"]);
    let cookies = &claranet.policy.cookies.as_ref().unwrap().cookies;
    assert!(cookies.values().all(|cookie| !cookie.classes.is_empty()), "each has a use");
}

#[test]
fn cla_79_cookies_that_estimate_the_audience_wait_for_consent() {
    waits(claranet(), "audience", &["doelgroep", "gebruikspatronen"]);
}

#[test]
fn cla_80_cookies_that_keep_preferences_wait_for_consent() {
    waits(claranet(), "preferences", &["voorkeuren", "interesses"]);
}

#[test]
fn cla_81_cookies_that_speed_up_searches_end_with_the_session() {
    let claranet = claranet();
    waits(claranet, "search", &["zoekopdrachten versnellen"]);
    let search = &claranet.policy.cookies.as_ref().unwrap().cookies["search"];
    assert_eq!(search.life, Some(kept_core::time::Span::ZERO));
}

#[test]
fn cla_82_cookies_that_recognise_people_wait_for_consent() {
    waits(claranet(), "recognition", &["herkennen wanneer u terugkeert"]);
}

#[test]
fn cla_85_adverts_of_third_parties_wait_for_consent() {
    let claranet = claranet();
    waits(claranet, "adverts", &["anonieme gebruikers", "campagne"]);
    assert_eq!(claranet.policy.cookies.as_ref().unwrap().placed, Placed::AfterConsent);
}

#[test]
fn cla_86_cookies_of_third_parties_name_who_sets_them() {
    let claranet = claranet();
    claranet.says("cookies.statement", &["geen toegang", "geen controle"]);
    let adverts = &claranet.policy.cookies.as_ref().unwrap().cookies["adverts"];
    let owner = adverts.recipient.as_ref().unwrap();
    assert_eq!(claranet.recipient(owner.as_str()).role, RecipientRole::Controller);
}

#[test]
fn cla_87_linked_sites_are_out_of_scope_and_care_is_advised() {
    claranet()
        .says("notice.introduction", &["als wij ernaar verwijzen", "voorzichtig", "niet aansprakelijk"]);
}

#[test]
fn cla_88_advertisers_cookies_are_under_their_own_policies() {
    let claranet = claranet();
    claranet.says("cookies.statement", &["eigen cookies", "eigen privacybeleid"]);
    let reads = DataRef { category: "site-usage".into(), field: Some("page".into()) };
    assert!(claranet.purpose("targeted-adverts").covers(&reads));
}
