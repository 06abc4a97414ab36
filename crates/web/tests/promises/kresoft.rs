//! Kresoft: what its policy says and its notice shows.

use kept_core::policy::model::{Basis, Channel, DataRef, Placed, RecipientRole};

use crate::shipped::{Shipped, breaks, names, plain, shipped};

fn kresoft() -> &'static Shipped {
    shipped("kresoft")
}

/// The purposes that need a field of the general contact data.
fn uses_of(kresoft: &Shipped, field: &str) -> Vec<String> {
    let datum = DataRef { category: "general".into(), field: Some(field.into()) };
    kresoft.policy.purposes_of(&datum).map(|purpose| purpose.name.to_string()).collect()
}

#[test]
fn kre_01_the_version_is_shown_and_its_loss_is_an_error() {
    let kresoft = kresoft();
    assert_eq!(kresoft.policy.notice.version.unwrap().to_string(), "2018-05-20");
    kresoft.says("notice.version", &["20 May 2018"]);
    breaks("kresoft", "version = 2018-05-20", "# no version", "notice/no-version");
}

#[test]
fn kre_04_the_relation_may_be_past_present_or_future() {
    let kresoft = kresoft();
    kresoft.says("notice.introduction", &["have, had or will have", "directly or indirectly"]);
    for kind in ["customer", "supplier"] {
        kresoft.says(&format!("people.{kind}"), &["is, was or will be"]);
    }
}

#[test]
fn kre_05_five_kinds_of_people_and_the_visitors_of_the_site_are_named() {
    let kresoft = kresoft();
    let kinds = ["customer", "supplier", "employee", "prospect", "candidate", "visitor"];
    let named: Vec<_> = kresoft.policy.people.keys().map(ToString::to_string).collect();
    assert_eq!(named, kinds);
    for kind in kinds {
        kresoft.tells(&format!("people.{kind}"));
    }
    let people = "people = [\"employee\"]";
    breaks("kresoft", people, "people = [\"entrant\"]", "purpose/unknown-people");
}

#[test]
fn kre_09_names_serve_the_services_asked_for() {
    let kresoft = kresoft();
    kresoft.lists_one("general", "name");
    let data = ["general.name", "general.phone", "general.email", "general.function"];
    kresoft.uses("requested-service-contact", "contract", &data);
}

#[test]
fn kre_10_addresses_serve_documents_and_delivery_and_no_mailing_by_post() {
    let kresoft = kresoft();
    kresoft.lists_one("general", "address");
    kresoft.uses("documents-and-delivery", "contract", &["general.name", "general.address"]);
    assert_eq!(uses_of(kresoft, "address"), ["documents-and-delivery", "administration"]);
    assert!(kresoft.policy.purposes.values().all(|purpose| !purpose.marketing.contains(&Channel::Post)));
}

#[test]
fn kre_11_phone_numbers_serve_direct_contact_and_no_sales_call() {
    let kresoft = kresoft();
    kresoft.lists_one("general", "phone");
    kresoft.says("data.general", &["phone, fax and mobile"]);
    assert_eq!(uses_of(kresoft, "phone"), ["requested-service-contact"]);
}

#[test]
fn kre_12_e_mail_serves_the_services_asked_for_and_the_mailing_by_name() {
    let kresoft = kresoft();
    kresoft.lists_one("general", "email");
    assert_eq!(uses_of(kresoft, "email"), ["requested-service-contact", "questions", "customer-mailing"]);
}

#[test]
fn kre_13_the_function_serves_the_choice_of_the_contact_and_no_profile() {
    let kresoft = kresoft();
    kresoft.lists_one("general", "function");
    assert_eq!(uses_of(kresoft, "function"), ["requested-service-contact"]);
    kresoft.says("purpose.requested-service-contact", &["whom to contact in which situation"]);
    assert!(kresoft.policy.purposes.values().all(|purpose| !purpose.profiling));
}

#[test]
fn kre_14_administration_is_a_closed_list_under_a_legal_duty() {
    let kresoft = kresoft();
    kresoft.lists("administration", &["vat-number", "account-number", "amount", "order"]);
    kresoft.uses(
        "administration",
        "legal-obligation",
        &["administration", "general.name", "general.address"],
    );
    kresoft.uses("wages", "legal-obligation", &["employee"]);
}

#[test]
fn kre_15_data_of_customers_work_are_held_under_the_agreement() {
    let kresoft = kresoft();
    for custody in kresoft.policy.custody.values() {
        let under = custody.under.as_ref().unwrap();
        assert!(under.written.contains("agreement"), "{}", custody.id);
        kresoft.quotes(&format!("custody.{}", custody.id), under);
    }
    assert_eq!(kresoft.policy.custody.len(), 3);
}

#[test]
fn kre_17_the_components_of_access_are_a_closed_list() {
    let kresoft = kresoft();
    kresoft.lists("system-access", &["directory", "database", "network", "printer", "application"]);
    assert!(kresoft.category("system-access").open.is_none());
}

#[test]
fn kre_19_project_documents_are_held_until_support_ends() {
    let kresoft = kresoft();
    kresoft.lists("project-documents", &["analysis", "process", "mail", "document"]);
    let documents = &kresoft.policy.custody["project-documents"];
    assert_eq!(documents.tasks, ["development", "maintenance", "support"]);
    kresoft.tells("custody.project-documents.keep");
    kresoft.says("custody.project-documents.keep", &["support the solution"]);
}

#[test]
fn kre_22_candidates_data_serve_recruitment_alone() {
    let kresoft = kresoft();
    kresoft.lists("candidate", &["name", "email", "phone", "cv"]);
    let candidate = DataRef::whole("candidate".into());
    let uses: Vec<_> = kresoft.policy.purposes_of(&candidate).map(|one| one.name.to_string()).collect();
    assert_eq!(uses, ["application", "candidate-search"]);
}

#[test]
fn kre_23_each_part_of_recruitment_rests_on_one_basis() {
    let kresoft = kresoft();
    kresoft.uses("application", "consent", &["candidate"]);
    let contact = ["candidate.name", "candidate.email", "candidate.phone"];
    kresoft.uses("candidate-search", "legitimate-interest", &contact);
    kresoft.says("purpose.candidate-search.basis", &["find the right person for a position"]);
}

#[test]
fn kre_24_visits_are_collected_by_cookies_after_consent() {
    let kresoft = kresoft();
    assert!(kresoft.category("web-visit").from.contains(&"cookies".to_owned()));
    kresoft.lists("web-visit", &["cookie", "ip-address", "page", "preference"]);
    let cookies = kresoft.policy.cookies.as_ref().unwrap();
    assert_eq!(cookies.placed, Placed::AfterConsent);
    kresoft.says("cookies.statement", &["cookies for instance"]);
    let essential: Vec<_> = cookies.classes.values().filter(|class| class.consent == Some(false)).collect();
    assert!(matches!(essential[..], [one] if one.exempt.is_some()));
}

#[test]
fn kre_25_visits_are_analysed_with_consent() {
    let kresoft = kresoft();
    let data = ["web-visit.cookie", "web-visit.ip-address", "web-visit.page"];
    kresoft.uses("visitor-analysis", "consent", &data);
    let basis =
        "data = [\"web-visit.cookie\", \"web-visit.ip-address\", \"web-visit.page\"]\nbasis = \"consent\"";
    breaks("kresoft", basis, &basis.replace("basis = \"consent\"", ""), "purpose/no-basis");
}

#[test]
fn kre_26_service_and_site_are_developed_with_summaries() {
    let kresoft = kresoft();
    kresoft.uses("development", "consent", &["web-visit.page"]);
    kresoft.says("purpose.development", &["develop our service and our website", "summaries"]);
    assert!(kresoft.policy.statistics["development"].smallest_group.is_some());
    assert!(kresoft.purpose("development").keep().unwrap().then_anonymised);
}

#[test]
fn kre_28_the_cookie_statement_is_linked_by_a_sound_address() {
    let kresoft = kresoft();
    let url = &kresoft.policy.notice.links["cookie-statement"].url;
    for language in ["en", "nl"] {
        assert!(kresoft.page(language).contains(&format!("href=\"{url}\"")), "{language}");
    }
    let link = format!("url = \"{url}\"");
    breaks("kresoft", &link, "url = \"\"", "link/broken");
}

#[test]
fn kre_29_google_analytics_is_a_named_processor_with_task_and_country() {
    let kresoft = kresoft();
    let google = kresoft.recipient("google-analytics");
    assert_eq!(google.role, RecipientRole::Processor);
    assert_eq!(google.country.as_deref(), Some("US"));
    kresoft.says("recipient.google-analytics", &["Google Analytics"]);
    kresoft.says("purpose.visitor-analysis.recipients", &["Google Analytics"]);
    assert!(plain(kresoft.page("en")).contains("United States"));
}

#[test]
fn kre_30_google_passes_data_on_by_law_only() {
    let kresoft = kresoft();
    let words = ["only where a law obliges"];
    kresoft.says("recipient.google-analytics.instructions", &words);
    assert_eq!(names(&kresoft.recipient("google-analytics").data).len(), 3);
}

#[test]
fn kre_46_mailings_are_about_offers_and_new_or_renewed_products_and_services() {
    let kresoft = kresoft();
    kresoft.says("purpose.customer-mailing", &["offers", "new or renewed products and services"]);
    kresoft.says("purpose.customer-mailing.marketing", &["e-mail", "social media"]);
    let [customers, others] = &kresoft.purpose("customer-mailing").arms[..] else { panic!("two arms") };
    assert!(matches!(customers.basis, Basis::LegitimateInterest(_)));
    assert!(others.people.is_empty() && others.basis.is_consent());
}

#[test]
fn kre_63_the_present_belgian_authority_is_named_with_its_town() {
    let kresoft = kresoft();
    let id = "controller.kresoft.authority";
    kresoft.says_in_all(id, &["Drukpersstraat 35", "1000"]);
    let page = plain(kresoft.page("nl"));
    assert!(page.contains("Gegevensbeschermingsautoriteit"), "the successor is named");
    assert!(!page.contains("Commissie voor de bescherming van de persoonlijke levenssfeer"));
}

#[test]
fn kre_65_questions_go_to_stated_contact_details() {
    let kresoft = kresoft();
    kresoft.says_in_all("rights.how", &["privacy@kresoft.example", "1000 Brussel"]);
    kresoft.tells("controller.kresoft.email");
    let both = "post = \"Voorbeeldstraat 1, 1000 Brussel\"\nemail = \"privacy@kresoft.example\"";
    breaks("kresoft", both, "", "controller/no-contact");
}
