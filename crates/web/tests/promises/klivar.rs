//! Klivar: what its policy says and its notice shows.

use kept_core::policy::model::{Basis, DataRef, FieldType};

use crate::shipped::{Shipped, breaks, shipped};

fn klivar() -> &'static Shipped {
    shipped("klivar")
}

#[test]
fn klv_01_name_and_siren_are_shown_and_a_wrong_check_digit_is_an_error() {
    klivar().says_in_all("controller.klivar.name", &["Klivar", "SIREN 909 093 148"]);
    breaks("klivar", "siren = \"909093148\"", "siren = \"909093149\"", "controller/bad-siren");
}

#[test]
fn klv_04_identification_data_are_name_e_mail_and_company() {
    let klivar = klivar();
    klivar.lists("identification", &["name", "email", "company"]);
    klivar.says("data.identification", &["contact form on our website"]);
}

#[test]
fn klv_05_technical_data_have_a_purpose_each() {
    let klivar = klivar();
    klivar.lists("technical", &["ip-address", "browser", "system"]);
    for field in klivar.category("technical").fields.keys() {
        let datum = DataRef { category: "technical".into(), field: Some(field.clone()) };
        assert!(klivar.policy.purposes_of(&datum).next().is_some(), "{field}");
    }
    let fields = "ip-address = { type = \"ip-address\", title = \"IP address\" }";
    let unused = format!("{fields}\n[data.screen]\nfields = [\"width\"]");
    breaks("klivar", fields, &unused, "data/no-purpose");
}

#[test]
fn klv_06_platform_data_are_the_account_and_what_is_asked_of_customer_service() {
    let klivar = klivar();
    klivar.lists("account", &["username", "password"]);
    klivar.lists("support", &["request", "comment", "question"]);
    assert_eq!(klivar.category("account").fields["password"].kind, FieldType::Password);
}

#[test]
fn klv_07_usage_data_are_functions_times_and_settings() {
    klivar().lists("usage", &["function", "visited-at", "setting"]);
}

#[test]
fn klv_09_the_platform_is_managed_under_the_contract() {
    let klivar = klivar();
    let data = ["identification", "account", "support", "usage.setting", "messages"];
    klivar.uses("platform", "contract", &data);
    klivar.says("purpose.platform", &["access to the platform", "use of it"]);
}

#[test]
fn klv_10_the_subscription_request_is_handled_under_the_contract() {
    let klivar = klivar();
    klivar.says("purpose.platform", &["handle your subscription"]);
    assert_eq!(klivar.policy.forms["subscription"].purpose.as_str(), "platform");
    klivar.says("purpose.platform.basis", &["steps"]);
}

#[test]
fn klv_11_support_and_maintenance_are_part_of_the_platform() {
    let klivar = klivar();
    klivar.says("purpose.platform", &["support and maintenance"]);
    assert!(klivar.policy.roles["support"].purposes.contains(&"platform".into()));
}

#[test]
fn klv_13_answers_rest_on_the_contract_and_surveys_on_consent() {
    let klivar = klivar();
    klivar.says("purpose.platform", &["answer your requests and comments"]);
    assert_eq!(klivar.purpose("platform").basis, Basis::Contract);
    assert!(klivar.purpose("service-improvement").basis.is_consent());
    klivar.says("purpose.service-improvement", &["surveys"]);
}

#[test]
fn klv_44_the_cnil_and_its_address_are_named() {
    let address = ["CNIL", "3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07"];
    klivar().says_in_all("controller.klivar.authority", &address);
}

#[test]
fn klv_49_questions_go_to_the_address_that_takes_requests() {
    let klivar = klivar();
    for id in ["rights.how", "controller.klivar.email"] {
        klivar.says_in_all(id, &["avotreecoute@klivar.com"]);
    }
}
