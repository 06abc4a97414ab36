//! Klaxoon: what its policy says and its notice shows.

use kept_core::policy::model::{Basis, CookieClass, DataRef, FieldType, Placed, RecipientRole};

use crate::shipped::{Shipped, breaks, names, plain, shipped};

fn klaxoon() -> &'static Shipped {
    shipped("klaxoon")
}

fn class<'k>(klaxoon: &'k Shipped, name: &str) -> &'k CookieClass {
    &klaxoon.policy.cookies.as_ref().unwrap().classes[name]
}

#[test]
fn klx_01_people_are_told_how_data_are_received_collected_used_and_shared() {
    let klaxoon = klaxoon();
    klaxoon.says("notice.introduction", &["receive, collect, use and share", "rights at any time"]);
    let sections = ["data", "purposes", "recipients", "rights", "contact"];
    for language in ["en", "fr"] {
        for section in sections {
            assert!(klaxoon.page(language).contains(&format!("section-{section}\"")), "{section}");
        }
    }
}

#[test]
fn klx_02_the_website_is_in_scope() {
    let klaxoon = klaxoon();
    klaxoon.says("notice.introduction", &["browse our website"]);
    assert!(klaxoon.policy.people.contains_key("visitor"));
    klaxoon.says("people.visitor", &["website"]);
}

#[test]
fn klx_03_the_service_and_its_connected_products_are_in_scope() {
    let klaxoon = klaxoon();
    klaxoon.says("notice.introduction", &["cloud solution and all products and services connected to it"]);
    klaxoon.says("people.user", &["service"]);
}

#[test]
fn klx_04_applications_of_third_parties_are_out_of_scope() {
    klaxoon().says("notice.introduction", &["does not cover applications of third parties"]);
}

#[test]
fn klx_07_user_information_is_what_people_share() {
    let klaxoon = klaxoon();
    klaxoon.lists("user-information", &["text", "image", "video", "link"]);
    klaxoon.says("data.user-information", &["when you share something"]);
}

/// The fields of a category are in exactly one of the two classes.
#[test]
fn klx_08_every_category_that_serves_the_service_is_user_information_or_other_data() {
    let klaxoon = klaxoon();
    let other = &klaxoon.policy.groups["other-data"];
    let records = ["request-file", "identity-papers"];
    for category in klaxoon.policy.data.keys() {
        let classes = usize::from(category.as_str() == "user-information")
            + usize::from(other.of.contains(&DataRef::whole(category.clone())))
            + usize::from(records.contains(&category.as_str()));
        assert_eq!(classes, 1, "{category}");
    }
    klaxoon.quotes("group.other-data", &other.title);
}

#[test]
fn klx_09_accounts_take_four_fields_and_no_job_title() {
    let klaxoon = klaxoon();
    klaxoon.lists("account", &["surname", "first-name", "email", "phone", "photo"]);
    assert!(klaxoon.category("account").fields["photo"].optional, "the photo is one's own choice");
    klaxoon.uses("account", "legitimate-interest", &["account"]);
}

#[test]
fn klx_11_contracts_take_five_fields_and_those_of_billing() {
    let klaxoon = klaxoon();
    let fields = [
        "surname",
        "first-name",
        "email",
        "postal-address",
        "phone",
        "billing-address",
        "card",
        "account-number",
    ];
    klaxoon.lists("contract", &fields);
    assert_eq!(names(&klaxoon.purpose("contract").data), ["contract"]);
}

#[test]
fn klx_13_support_takes_four_fields_and_no_postal_address() {
    let klaxoon = klaxoon();
    klaxoon.lists("support", &["surname", "first-name", "phone", "email"]);
    breaks("klaxoon", "fields = [\"support\"]", "fields = [\"support.postal-address\"]", "form/unknown-data");
}

#[test]
fn klx_14_events_and_visits_take_three_fields_and_no_e_mail() {
    klaxoon().lists("events-and-visits", &["surname", "first-name", "phone"]);
}

#[test]
fn klx_15_trainings_take_four_fields_and_no_phone() {
    klaxoon().lists("training", &["surname", "first-name", "postal-address", "email"]);
}

#[test]
fn klx_16_applications_take_four_fields_and_no_curriculum_vitae() {
    let klaxoon = klaxoon();
    klaxoon.lists("application", &["surname", "first-name", "email", "phone"]);
    klaxoon.uses("recruitment", "contract", &["application"]);
    let form = "fields = [\"application\"]";
    breaks("klaxoon", form, "fields = [\"application.cv\"]", "form/unknown-data");
}

#[test]
fn klx_17_the_content_of_cookies_is_navigational_data_of_registered_cookies() {
    let klaxoon = klaxoon();
    klaxoon.lists_one("navigation", "cookie");
    assert_eq!(klaxoon.category("navigation").fields["cookie"].from, ["cookies"]);
    for (name, cookie) in &klaxoon.policy.cookies.as_ref().unwrap().cookies {
        assert!(names(&cookie.reads).contains(&"navigation.cookie".to_owned()), "{name}");
    }
}

#[test]
fn klx_18_the_ip_address_has_a_purpose_and_a_period() {
    let klaxoon = klaxoon();
    klaxoon.lists_one("navigation", "ip-address");
    assert_eq!(klaxoon.category("navigation").fields["ip-address"].kind, FieldType::IpAddress);
    klaxoon.uses("site-function", "legitimate-interest", &["navigation"]);
    klaxoon.says("purpose.site-function.keep", &["1 year"]);
    let keep = "data = [\"navigation\"]\nbasis = { legitimate-interest = \"show you a site and a service that work and are safe\" }\nkeep = \"1 year after collection\"";
    let none = keep.replace("keep = \"1 year after collection\"", "");
    breaks("klaxoon", keep, &none, "purpose/no-retention");
}

#[test]
fn klx_19_the_time_of_the_connection_goes_with_its_address() {
    let klaxoon = klaxoon();
    klaxoon.lists_one("navigation", "connected-at");
    let uses = |field: &str| {
        let datum = DataRef { category: "navigation".into(), field: Some(field.into()) };
        klaxoon.policy.purposes_of(&datum).map(|purpose| purpose.name.to_string()).collect::<Vec<_>>()
    };
    assert!(uses("connected-at").iter().all(|purpose| uses("ip-address").contains(purpose)));
}

#[test]
fn klx_20_the_type_of_system_is_listed_and_no_full_string() {
    let klaxoon = klaxoon();
    klaxoon.lists_one("navigation", "system");
    assert!(!klaxoon.category("navigation").fields.contains_key("user-agent"));
}

#[test]
fn klx_21_the_browser_is_listed_by_type_and_version() {
    let klaxoon = klaxoon();
    klaxoon.lists_one("navigation", "browser");
    klaxoon.says("data.navigation", &["type and version of the browser"]);
}

#[test]
fn klx_22_one_language_of_the_browser_is_listed() {
    let klaxoon = klaxoon();
    klaxoon.lists_one("navigation", "language");
    klaxoon.says("data.navigation", &["default language"]);
}

#[test]
fn klx_23_navigational_data_come_from_cookies_and_the_address_without_them() {
    let klaxoon = klaxoon();
    let navigation = klaxoon.category("navigation");
    assert!(navigation.from.contains(&"cookies".to_owned()));
    assert_eq!(navigation.fields["ip-address"].from, ["person"]);
    assert!(klaxoon.purpose("audience-measurement").basis.is_consent());
    klaxoon.tells("purpose.audience-measurement.basis");
}

#[test]
fn klx_25_accounts_rest_on_an_interest_that_is_said() {
    let klaxoon = klaxoon();
    klaxoon.uses("account", "legitimate-interest", &["account"]);
    klaxoon.says("purpose.account.basis", &["legitimate interest", "access to the service"]);
    klaxoon.says("rights.objection", &["Your account"]);
}

#[test]
fn klx_26_what_users_share_is_hosted_and_nothing_else() {
    let klaxoon = klaxoon();
    klaxoon.uses("hosting", "legitimate-interest", &["user-information"]);
    let shared = DataRef::whole("user-information".into());
    let uses: Vec<_> = klaxoon.policy.purposes_of(&shared).map(|purpose| purpose.name.to_string()).collect();
    assert_eq!(uses, ["hosting"]);
}

#[test]
fn klx_27_the_contract_rests_on_interest_and_legal_duties_on_their_law() {
    let klaxoon = klaxoon();
    klaxoon.uses("contract", "legitimate-interest", &["contract"]);
    // Not the card number: it serves the contract alone (KLX-12).
    let duties = ["surname", "first-name", "email", "postal-address", "phone", "billing-address"];
    let duties = duties.map(|field| format!("contract.{field}"));
    klaxoon.uses("legal-duties", "legal-obligation", &duties.each_ref().map(String::as_str));
    assert!(klaxoon.purpose("contract").serves_law.is_none());
}

#[test]
fn klx_28_help_rests_on_an_interest_and_is_for_support_only() {
    let klaxoon = klaxoon();
    klaxoon.uses("assistance", "legitimate-interest", &["support"]);
    assert!(klaxoon.policy.roles["support"].purposes.contains(&"assistance".into()));
}

#[test]
fn klx_41_the_data_processing_addendum_is_linked() {
    let klaxoon = klaxoon();
    let url = &klaxoon.policy.notice.links["dpa"].url;
    for language in ["en", "fr"] {
        assert!(klaxoon.page(language).contains(url), "{language}");
    }
    klaxoon.quotes("link.dpa", &klaxoon.policy.notice.links["dpa"].title);
}

#[test]
fn klx_42_control_bodies_receive_data_on_a_legal_demand_only() {
    let klaxoon = klaxoon();
    let control = &klaxoon.policy.disclosures["control-body"];
    assert_eq!(control.to, ["authority"]);
    assert!(control.needs.contains(&"legal reference".to_owned()));
    assert!(matches!(control.bases[..], [Basis::LegalObligation(_)]));
    klaxoon.says("disclosure.control-body", &["commissioners, auditors and public authorities"]);
}

#[test]
fn klx_46_every_purpose_has_its_own_period() {
    let klaxoon = klaxoon();
    for purpose in klaxoon.policy.purposes.values() {
        assert!(purpose.keep().is_some(), "{}", purpose.name);
        klaxoon.tells(&purpose.path("keep"));
    }
    breaks("klaxoon", "keep = \"until account-deletion\"", "", "purpose/no-retention");
}

#[test]
fn klx_55_details_of_security_are_on_a_page_of_their_own() {
    let klaxoon = klaxoon();
    assert_eq!(klaxoon.policy.notice.links["security"].url, "https://klaxoon.com/solutions-trust-center");
    klaxoon.tells("link.security");
}

#[test]
fn klx_61_the_addendum_explains_transfers() {
    let klaxoon = klaxoon();
    klaxoon.says("link.dpa", &["transfers"]);
    klaxoon.quotes("transfers.copy", klaxoon.policy.transfers.as_ref().unwrap().copy.as_ref().unwrap());
}

#[test]
fn klx_63_the_security_page_is_linked_by_a_sound_address() {
    let klaxoon = klaxoon();
    for language in ["en", "fr"] {
        assert!(klaxoon.page(language).contains("href=\"https://klaxoon.com/solutions-trust-center\""));
    }
    breaks("klaxoon", "https://klaxoon.com/solutions-trust-center", "klaxoon.com", "link/broken");
}

#[test]
fn klx_69_californians_are_told_of_use_sharing_and_rights() {
    let klaxoon = klaxoon();
    let california = &klaxoon.policy.rights.regimes["california"];
    assert_eq!(california.region, "US-CA");
    assert_eq!(california.sells, Some(false));
    assert_eq!(california.look_back.unwrap().whole_months(), 12);
    let page = plain(klaxoon.page("en"));
    assert!(page.contains("collected, used and shared"), "what may be asked");
    for id in ["rights-for.california", "rights-for.california.reply", "rights-for.california.look-back"] {
        klaxoon.tells(id);
    }
}

#[test]
fn klx_79_each_cookie_says_whether_it_is_of_the_website_or_of_the_service() {
    let klaxoon = klaxoon();
    klaxoon.says("cookies.statement", &["two levels", "visit our website", "use our service"]);
    for (name, cookie) in &klaxoon.policy.cookies.as_ref().unwrap().cookies {
        let why = &cookie.why.as_ref().unwrap().written;
        assert!(why.contains("(website") || why.contains("service)"), "{name}: {why}");
        klaxoon.quotes(&format!("cookie.{name}"), cookie.why.as_ref().unwrap());
    }
}

#[test]
fn klx_80_each_cookie_has_a_class_and_advertising_research_needs_consent() {
    let klaxoon = klaxoon();
    let cookies = klaxoon.policy.cookies.as_ref().unwrap();
    assert!(cookies.cookies.values().all(|cookie| !cookie.classes.is_empty()));
    assert_eq!(class(klaxoon, "advertising").consent, Some(true));
    klaxoon.says("cookies.statement", &["customer number", "basket", "statistics or advertising research"]);
}

#[test]
fn klx_81_functional_cookies_give_what_the_site_needs_and_no_analysis() {
    let klaxoon = klaxoon();
    let functional = class(klaxoon, "functional");
    assert_eq!(functional.consent, Some(false));
    assert!(functional.exempt.is_some());
    let why = ["language", "display", "maintenance", "basket", "caching", "security"];
    klaxoon.says("cookie-class.functional", &why);
    assert!(!functional.why.as_ref().unwrap().written.contains("improvement"));
}

#[test]
fn klx_84_analysis_cookies_find_problems_of_navigation() {
    let klaxoon = klaxoon();
    klaxoon.says("cookie-class.performance", &["easier to use", "problems of navigation"]);
    klaxoon.quotes("cookie.visits", class_title(klaxoon, "performance"));
}

fn class_title<'k>(klaxoon: &'k Shipped, name: &str) -> &'k kept_core::policy::model::Text {
    &class(klaxoon, name).title
}

#[test]
fn klx_86_cookies_may_be_blocked_in_the_browser_with_a_rougher_experience() {
    klaxoon().says("cookies.statement", &["block cookies in your browser", "less smoothly"]);
}

#[test]
fn klx_89_share_buttons_bring_cookies_of_the_network() {
    let klaxoon = klaxoon();
    let share = &klaxoon.policy.cookies.as_ref().unwrap().cookies["share-buttons"];
    assert_eq!(share.recipient, Some("social-networks".into()));
    assert_eq!(klaxoon.recipient("social-networks").role, RecipientRole::Joint);
    klaxoon.says("cookie-class.third-party", &["buttons of social networks"]);
}

#[test]
fn klx_90_the_network_may_recognise_people_without_use_of_the_button() {
    let klaxoon = klaxoon();
    klaxoon.says("cookie-class.third-party", &["recognise you even if you do not use the button"]);
    assert_eq!(klaxoon.policy.cookies.as_ref().unwrap().placed, Placed::AfterConsent);
}

#[test]
fn klx_91_the_networks_own_policies_hold_for_their_cookies() {
    klaxoon().says("cookie-class.third-party", &["do not control these cookies", "policy of the network"]);
}

#[test]
fn klx_93_the_list_of_cookies_is_in_the_tab_and_in_the_notice() {
    let klaxoon = klaxoon();
    klaxoon.says("cookies.statement", &["tab “Cookies”"]);
    let cookies = klaxoon.policy.cookies.as_ref().unwrap().cookies.keys();
    assert_eq!(cookies.map(|name| klaxoon.tells(&format!("cookie.{name}"))).count(), 6);
}

#[test]
fn klx_96_linked_sites_have_terms_of_their_own() {
    let klaxoon = klaxoon();
    klaxoon.says("notice.introduction", &["sites that have terms of their own"]);
    klaxoon.tells("link.google-api");
}

#[test]
fn klx_98_the_policy_may_change_for_reasons_of_law_or_business() {
    let klaxoon = klaxoon();
    klaxoon.says("notice.introduction", &["a law asks for it", "our business", "earlier versions"]);
    klaxoon.tells("notice.version");
    klaxoon.tells("notice.changes.significant");
}

#[test]
fn klx_101_questions_go_in_writing_to_one_address() {
    let klaxoon = klaxoon();
    klaxoon.says_in_all("rights.how", &["legal@klaxoon.com"]);
    klaxoon.says_in_all("controller.klaxoon.email", &["legal@klaxoon.com"]);
}
