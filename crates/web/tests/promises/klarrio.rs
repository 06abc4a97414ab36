//! Klarrio: what its policy says and its notice shows.

use kept_core::policy::model::{Basis, Channel, FieldType, InsideFirst, MessageClass, RecipientRole};

use crate::shipped::{Shipped, breaks, names, plain, shipped};

fn klarrio() -> &'static Shipped {
    shipped("klarrio")
}

const CHANNELS: [Channel; 3] = [Channel::Email, Channel::Phone, Channel::SocialMedia];

#[test]
fn klr_06_an_e_mail_address_is_offered_and_its_loss_is_an_error() {
    let klarrio = klarrio();
    let email = klarrio.policy.controller().unwrap().email.clone().unwrap();
    klarrio.says_in_all("rights.how", &[&email]);
    klarrio.says_in_all("controller.klarrio.email", &[&email]);
    breaks("klarrio", &format!("email = \"{email}\""), "email = \"\"", "controller/bad-email");
}

#[test]
fn klr_07_projects_are_communicated_under_the_contract() {
    let klarrio = klarrio();
    klarrio.uses("project-communication", "contract", &["customer-contact"]);
    klarrio.says("purpose.project-communication", &["defining, carrying out and delivering a project"]);
}

#[test]
fn klr_08_support_takes_contact_data_and_no_curriculum_vitae() {
    let klarrio = klarrio();
    let data = ["customer-contact.name", "customer-contact.email", "customer-contact.phone"];
    klarrio.uses("support", "contract", &data);
    klarrio.says("purpose.support", &["support the services"]);
}

#[test]
fn klr_09_knowledge_is_transferred_under_the_contract() {
    let klarrio = klarrio();
    klarrio.uses("knowledge-transfer", "contract", &["customer-contact"]);
    assert_eq!(klarrio.purpose("knowledge-transfer").people, ["customer-contact".into()]);
}

#[test]
fn klr_10_business_documents_are_exchanged_under_the_contract() {
    let klarrio = klarrio();
    klarrio.uses("document-exchange", "contract", &["customer-contact", "partner-contact", "billing"]);
    klarrio.says("purpose.document-exchange", &["contracts, invoices"]);
}

#[test]
fn klr_12_people_are_reached_by_e_mail_phone_and_social_media_only() {
    let klarrio = klarrio();
    for purpose in klarrio.policy.purposes.values().filter(|purpose| purpose.is_marketing()) {
        assert_eq!(purpose.marketing, CHANNELS, "{}", purpose.name);
        klarrio.says(&purpose.path("marketing"), &["e-mail", "phone", "social media"]);
    }
    for message in klarrio.policy.messages.values() {
        assert!(message.channels.iter().all(|channel| CHANNELS.contains(channel)), "{}", message.id);
    }
}

/// Those in a running contract hear by interest, all others by explicit consent.
fn by_relation(klarrio: &Shipped, purpose: &str) {
    let arms = &klarrio.purpose(purpose).arms;
    let [first, others] = &arms[..] else { panic!("{} arms", arms.len()) };
    assert!(first.people.contains(&"customer-contact".into()) && first.during.is_some());
    assert_eq!(first.basis.word(), "legitimate-interest");
    assert!(first.opt_out.is_some());
    assert!(others.people.is_empty());
    assert_eq!(others.basis, Basis::Consent { explicit: true });
    let page = plain(klarrio.page("en"));
    let Basis::LegitimateInterest(interest) = &first.basis else { panic!("no interest") };
    assert!(page.contains(interest.written.as_str()), "the interest is said");
    klarrio.says(&format!("purpose.{purpose}.basis"), &["explicit consent", "legitimate interest"]);
}

#[test]
fn klr_13_services_are_told_to_customers_by_interest_and_to_others_by_consent() {
    let klarrio = klarrio();
    by_relation(klarrio, "service-information");
    klarrio.says("purpose.service-information", &["our services"]);
}

#[test]
fn klr_14_interviews_belong_to_recruitment() {
    let klarrio = klarrio();
    klarrio.uses("recruitment", "consent", &["applicant"]);
    klarrio.says("purpose.recruitment", &["interviews"]);
    let sales = &klarrio.policy.roles["sales"];
    assert!(!sales.purposes.contains(&"recruitment".into()));
}

#[test]
fn klr_15_enquiries_are_answered_and_serve_nothing_else_without_consent() {
    let klarrio = klarrio();
    klarrio.uses("enquiry", "consent", &["enquiry"]);
    for purpose in klarrio.policy.purposes.values() {
        if purpose.data.iter().any(|datum| datum.category == "enquiry".into()) {
            assert!(purpose.basis.is_consent(), "{}", purpose.name);
        }
    }
}

#[test]
fn klr_16_business_dealings_are_essential_and_not_marketing() {
    let klarrio = klarrio();
    klarrio.uses("business-interaction", "contract", &["customer-contact", "partner-contact"]);
    assert!(!klarrio.purpose("business-interaction").is_marketing());
    let notice = &klarrio.policy.messages["service-notice"];
    assert_eq!(notice.class, MessageClass::Essential);
    assert!(notice.why.is_some());
    klarrio.says("message.service-notice", &["outages"]);
}

#[test]
fn klr_17_invitations_to_events_go_to_the_relation_and_to_those_who_agreed() {
    let klarrio = klarrio();
    by_relation(klarrio, "event-invitation");
    assert_eq!(klarrio.policy.messages["event-invitation"].class, MessageClass::Marketing);
    klarrio.says("purpose.event-invitation", &["job fairs, meetups and trade shows"]);
}

#[test]
fn klr_24_recruitment_employment_payroll_and_training_each_have_fields_basis_and_period() {
    let klarrio = klarrio();
    klarrio.uses("recruitment", "consent", &["applicant"]);
    klarrio.uses("employment", "contract", &["employee"]);
    klarrio.uses("payroll", "legal-obligation", &["payroll", "employee.name", "employee.hours"]);
    klarrio.uses("staff-training", "contract", &["training", "employee.name", "employee.function"]);
    for category in ["applicant", "employee", "payroll", "training"] {
        assert!(!klarrio.category(category).fields.is_empty(), "{category}");
    }
}

#[test]
fn klr_25_legal_duties_name_their_law_and_fail_without_it() {
    let klarrio = klarrio();
    klarrio.says("purpose.legal-duties.basis", &["legal obligation", "Code of Economic Law"]);
    let law = "legal-obligation = \"Belgian Code of Economic Law, art. III.86 to III.88\"";
    breaks("klarrio", law, "legal-obligation = \"\"", "purpose/no-law");
}

#[test]
fn klr_26_nobody_is_named_in_the_press_without_consent() {
    let klarrio = klarrio();
    klarrio.uses("publicity", "consent", &["publicity"]);
    klarrio.says("purpose.publicity", &["press"]);
}

#[test]
fn klr_27_services_to_customers_rest_on_the_contract() {
    klarrio().uses("services", "contract", &["customer-contact"]);
}

#[test]
fn klr_28_invoices_are_kept_as_tax_law_asks() {
    let klarrio = klarrio();
    klarrio.uses("finance", "legal-obligation", &["billing"]);
    klarrio.says("purpose.finance.keep", &["10 years"]);
    klarrio.says("purpose.finance.basis", &["VAT"]);
}

#[test]
fn klr_30_four_kinds_of_processors_are_named() {
    let klarrio = klarrio();
    let kinds = ["web-hosting", "mail-and-documents", "post-and-parcels", "ticketing"];
    let recipients = klarrio.policy.recipients.values();
    let processors: Vec<_> =
        recipients.filter(|one| one.role == RecipientRole::Processor).map(|one| one.id.to_string()).collect();
    assert_eq!(processors, kinds);
    for kind in kinds {
        klarrio.quotes(&format!("recipient.{kind}"), &klarrio.recipient(kind).name);
    }
    breaks(
        "klarrio",
        "recipients = [\"event-partners\"]",
        "recipients = [\"courier\"]",
        "purpose/unknown-recipient",
    );
}

#[test]
fn klr_33_data_come_from_the_person_through_named_forms() {
    let klarrio = klarrio();
    for category in ["enquiry", "applicant", "contest-entry", "resource-request"] {
        assert_eq!(klarrio.category(category).from, ["person"], "{category}");
        klarrio.quotes(&format!("data.{category}"), klarrio.category(category).collected.as_ref().unwrap());
    }
    for form in ["contact", "documents", "application", "contest"] {
        klarrio.tells(&format!("form.{form}"));
    }
}

#[test]
fn klr_34_data_come_from_the_company_that_the_contact_works_for() {
    let klarrio = klarrio();
    assert!(klarrio.category("customer-contact").from.contains(&"source.customers".to_owned()));
    let source = &klarrio.policy.sources["customers"];
    assert_eq!(names(&source.gives), ["customer-contact"]);
    klarrio.quotes("source.customers", &source.name);
}

#[test]
fn klr_39_co_organisers_are_named_and_receive_data_only_with_consent() {
    let klarrio = klarrio();
    let partners = klarrio.recipient("event-partners");
    assert_eq!(partners.purposes, ["event-follow-up".into()]);
    assert!(klarrio.purpose("event-follow-up").basis.is_consent());
    klarrio.says("recipient.event-partners", &["named on the registration form"]);
    klarrio.quotes("recipient.event-partners.only-if", partners.only_if.as_ref().unwrap());
}

#[test]
fn klr_41_social_networks_are_a_source_and_the_person_is_told_within_a_month() {
    let klarrio = klarrio();
    let source = &klarrio.policy.sources["social-networks"];
    assert!(source.public);
    klarrio.quotes("source.social-networks", &source.name);
    klarrio.says("source.social-networks.told", &["first contact", "1 month"]);
}

#[test]
fn klr_46_the_browser_is_counted_by_name_and_version_only() {
    let klarrio = klarrio();
    let web = &klarrio.policy.statistics["web"];
    assert!(web.counts.contains(&"browser version".to_owned()));
    assert!(web.drops.contains(&"user-agent".to_owned()), "not the full string");
    klarrio.says("statistics.web", &["browser and its version", "name and version"]);
    klarrio.quotes("statistics.web", web.statement.as_ref().unwrap());
}

#[test]
fn klr_47_the_system_is_counted_by_name_and_version_only() {
    let klarrio = klarrio();
    assert!(klarrio.policy.statistics["web"].counts.contains(&"operating system".to_owned()));
    klarrio.says("statistics.web", &["operating system we keep name and version"]);
}

#[test]
fn klr_48_the_device_is_one_of_three_types() {
    let klarrio = klarrio();
    assert!(klarrio.policy.statistics["web"].counts.contains(&"device type".to_owned()));
    klarrio.says("statistics.web", &["a desktop, a mobile or a tablet"]);
}

#[test]
fn klr_50_applicants_give_their_name_on_a_form_that_asks_consent() {
    let klarrio = klarrio();
    klarrio.lists_one("applicant", "name");
    let form = &klarrio.policy.forms["application"];
    assert_eq!((form.purpose.as_str(), &form.consents[..]), ("recruitment", &["recruitment".into()][..]));
}

#[test]
fn klr_51_applicants_contact_data_serve_recruitment_alone() {
    let klarrio = klarrio();
    for field in ["email", "phone", "home-address"] {
        klarrio.lists_one("applicant", field);
    }
    let applicant = kept_core::policy::model::DataRef::whole("applicant".into());
    let uses: Vec<_> =
        klarrio.policy.purposes_of(&applicant).map(|purpose| purpose.name.to_string()).collect();
    assert_eq!(uses, ["recruitment"]);
}

#[test]
fn klr_52_the_curriculum_vitae_is_a_file_of_the_application() {
    let klarrio = klarrio();
    klarrio.lists_one("applicant", "cv");
    assert_eq!(klarrio.category("applicant").fields["cv"].kind, FieldType::File);
}

#[test]
fn klr_54_prospects_are_listed_with_exactly_these_fields() {
    klarrio().lists("prospect", &["name", "email", "phone", "office-address", "company", "role"]);
}

#[test]
fn klr_55_prospects_contact_data_are_those_of_business() {
    let klarrio = klarrio();
    for field in ["email", "phone", "office-address"] {
        let title = &klarrio.category("prospect").fields[field].title.written;
        assert!(title.contains("usiness") || title.contains("ffice"), "{title}");
        klarrio.lists_one("prospect", field);
    }
}

#[test]
fn klr_56_prospects_company_and_role_are_listed_and_no_salary() {
    let klarrio = klarrio();
    klarrio.lists_one("prospect", "company");
    klarrio.lists_one("prospect", "role");
    assert!(!klarrio.category("prospect").fields.contains_key("salary"));
}

#[test]
fn klr_57_prospects_turn_to_us_or_are_found() {
    let klarrio = klarrio();
    klarrio.says("data.prospect", &["show interest", "find you as a business contact"]);
    assert!(klarrio.category("prospect").from.len() > 1);
    for source in ["business-partners", "social-networks"] {
        klarrio.says(&format!("source.{source}.told"), &["1 month"]);
    }
}

#[test]
fn klr_58_customers_contacts_are_listed_with_name_e_mail_and_phone() {
    klarrio().lists("customer-contact", &["name", "email", "phone"]);
}

#[test]
fn klr_59_invoicing_and_payment_data_stay_for_the_tax_period() {
    let klarrio = klarrio();
    klarrio.lists("billing", &["number", "addressee", "address", "amount", "account-number"]);
    klarrio.says("purpose.finance.keep", &["10 years"]);
    assert!(klarrio.policy.stores["office"].tables["invoices"].frozen.is_some());
}

#[test]
fn klr_60_what_customers_share_is_held_for_them_under_an_agreement() {
    let klarrio = klarrio();
    let shared = &klarrio.policy.custody["customer-shared"];
    assert_eq!(names(&shared.data), ["project-data"]);
    klarrio.quotes("custody.customer-shared", shared.under.as_ref().unwrap());
    let project = kept_core::policy::model::DataRef::whole("project-data".into());
    assert_eq!(klarrio.policy.purposes_of(&project).count(), 0, "no purpose of our own");
}

#[test]
fn klr_62_partners_and_suppliers_data_serve_contracts_and_cooperation_and_no_publicity() {
    let klarrio = klarrio();
    klarrio.uses("cooperation", "contract", &["partner-contact"]);
    assert!(!klarrio.purpose("publicity").people.contains(&"partner-contact".into()));
}

#[test]
fn klr_84_the_contract_is_the_basis_of_services() {
    let klarrio = klarrio();
    for purpose in ["project-communication", "support", "knowledge-transfer", "services"] {
        assert_eq!(klarrio.purpose(purpose).basis, Basis::Contract);
        klarrio.says(&format!("purpose.{purpose}.basis"), &["contract"]);
    }
}

#[test]
fn klr_85_a_legal_obligation_names_the_vat_rule_and_fails_without_it() {
    let klarrio = klarrio();
    klarrio.says("purpose.finance.basis", &["legal obligation", "VAT Code, art. 60"]);
    let rule = "legal-obligation = \"Belgian VAT Code, art. 60\"";
    breaks("klarrio", rule, "legal-obligation = \"\"", "purpose/no-law");
}

#[test]
fn klr_111_complaints_go_to_the_authority_of_the_country_of_residence() {
    use kept_core::policy::model::AuthorityNamed;
    let klarrio = klarrio();
    let complaint = &klarrio.policy.rights.complaint;
    assert_eq!(complaint.authority, AuthorityNamed::ByResidence);
    assert_eq!(complaint.inside_first, InsideFirst::Asked);
    let page = plain(klarrio.page("en"));
    assert!(page.contains("where you live"), "residence is said");
    for country in ["BE", "FR", "NL"] {
        assert!(kept_core::law::authority::Authority::of_country(country).is_some(), "{country}");
    }
}

#[test]
fn klr_112_the_list_of_authorities_is_linked_and_a_broken_link_is_an_error() {
    let klarrio = klarrio();
    let link = &klarrio.policy.notice.links["authorities"];
    assert!(link.url.starts_with("https://"));
    for language in ["en", "nl", "fr"] {
        assert!(klarrio.page(language).contains(&link.url), "{language}");
    }
    breaks("klarrio", &link.url, "ttps:// edpb/members_en", "link/broken");
}

#[test]
fn klr_115_the_officer_at_the_cdo_office_takes_questions() {
    let klarrio = klarrio();
    assert!(klarrio.policy.controller().unwrap().officer.is_some());
    klarrio.says_in_all("controller.klarrio.officer", &["CDO office", "dpo@klarrio.example"]);
}

#[test]
fn klr_116_letters_go_to_the_privacy_office_at_the_headquarters() {
    let klarrio = klarrio();
    let how = ["Data Protection and Privacy Office", "2018 Antwerp", "privacy@klarrio.example"];
    klarrio.says_in_all("rights.how", &how);
}

#[test]
fn klr_118_the_version_is_shown_and_its_loss_is_an_error() {
    let klarrio = klarrio();
    klarrio.says("notice.version", &["January 2024"]);
    breaks("klarrio", "version = 2024-01-31", "# no version", "notice/no-version");
    let yearly = klarrio.policy.duties["notice-review"].every.unwrap();
    assert_eq!(yearly.whole_months(), 12);
}

#[test]
fn klr_119_name_address_phone_and_vat_number_are_shown() {
    let klarrio = klarrio();
    klarrio.says_in_all("controller.klarrio.name", &["Klarrio BV", "0655"]);
    klarrio.says_in_all("controller.klarrio.post", &["Plantin en Moretuslei 1A, 2018 Antwerp"]);
    klarrio.says_in_all("controller.klarrio.phone", &["+32 3 296 87 06"]);
    breaks("klarrio", "name = \"Klarrio BV\"", "name = \"\"", "controller/no-name");
}
