//! The page as a whole: ids, structure, escaping, languages.

use std::collections::BTreeSet;

use kept_core::name::Language;
use kept_core::notice::{StatementKind, statements};
use kept_core::policy::Policy;
use kept_core::policy::model::{Basis, Decides, Frozen, Retention, Table};
use kept_core::time::Span;
use kept_web::notice::{Format, NoticeError, notice};

use crate::{klivar, plain, said};

const LANGUAGES: [&str; 3] = ["en", "fr", "nl"];

/// The policy by hand, published in Dutch too.
fn klivar_in_dutch_too() -> Policy {
    let mut policy = klivar::policy();
    policy.notice.languages.push("nl".into());
    policy
}

/// The project's own policy, published in Dutch too.
fn real_in_dutch_too() -> Policy {
    let mut policy = crate::real::policy();
    policy.notice.languages.push("nl".into());
    policy
}

/// A policy with every optional thing set, and words that try to be markup.
fn crowded() -> Policy {
    let mut policy = klivar_in_dutch_too();
    let nasty = "<script>alert('&x')</script> *b* [l](javascript:x) | `c`";
    policy.notice.introduction = Some(klivar::text("notice.introduction", nasty));
    let controller = &mut policy.controllers["klivar"];
    controller.name = "Klivar & <Sons>".to_owned();
    controller.officer = Some("dpo@klivar.com".to_owned());
    controller.representative = Some("Rep SA, Paris".to_owned());
    controller.phone = Some("+33 (0)1 23 45 67 89".to_owned());
    controller.website = Some("javascript:alert(1)".to_owned());
    policy.people["user"].minimum_age = Some(16);
    policy.data["log"].special = Some("health".to_owned());
    policy.rights.erasure_ends = vec![kept_core::policy::model::DataRef::whole("usage".into())];
    let purpose = &mut policy.purposes["security-log"];
    purpose.special = vec![("log".into(), "9(2)(f)".to_owned())];
    purpose.decides = Some(Decides {
        what: klivar::text("purpose.security-log.decides", "an account is blocked after 20 tries"),
        logic: None,
        effect: None,
        allowed_by: None,
        human: None,
    });
    purpose.erasure = kept_core::policy::model::Erasure::Stays(klivar::text("x", "security <b>counts</b>"));
    let purpose = &mut policy.purposes["contact-form"];
    purpose.basis = Basis::Missing;
    purpose.off = Some(klivar::text("purpose.contact-form.off", "the notice states no basis"));
    policy.stores.insert(
        "platform".into(),
        klivar::store("invoices", |table: &mut Table| {
            table.frozen =
                Some(Frozen { once: "issued_at".into(), law: klivar::text("frozen", "C. com. L123-22") });
        }),
    );
    policy
}

#[test]
fn every_statement_is_an_anchor_exactly_once_in_every_language_and_in_order() {
    for policy in [klivar_in_dutch_too(), crowded(), real_in_dutch_too()] {
        let expected: Vec<_> = statements(&policy).iter().map(|one| one.id.to_string()).collect();
        for language in LANGUAGES {
            let page = said(&policy, language, Format::Html);
            let found: Vec<_> = page
                .split("data-statement=\"")
                .skip(1)
                .map(|rest| rest.split('"').next().unwrap().to_owned())
                .collect();
            let distinct: BTreeSet<_> = found.iter().collect();
            assert_eq!(distinct.len(), found.len(), "an anchor stands twice");
            for id in &expected {
                assert!(found.contains(id), "{id} is not on the page in {language}");
                assert_eq!(page.matches(&format!(" id=\"{id}\"")).count(), 1, "{id}");
            }
            assert_eq!(found, expected);
            let markdown = said(&policy, language, Format::Markdown);
            for id in &expected {
                assert_eq!(markdown.matches(&format!("<a id=\"{id}\"></a>")).count(), 1, "{id}");
            }
        }
    }
}

#[test]
fn every_statement_says_something() {
    for (policy, language) in [(crowded(), "en"), (crowded(), "fr"), (crate::real::policy(), "fr")] {
        let page = said(&policy, language, Format::Html);
        for one in statements(&policy) {
            let words = crate::statement(&page, one.id.as_str());
            assert!(words.split(' ').count() > 1 || words.len() > 8, "{}: {words:?}", one.id);
        }
        assert!(!page.contains("<dd></dd>") && !page.contains("<td></td>") && !page.contains("<p></p>"));
        assert!(
            !page.contains("<dl></dl>") && !page.contains("<ul></ul>") && !page.contains("<tbody></tbody>")
        );
    }
}

#[test]
fn no_key_or_variable_leaks_into_the_text() {
    for language in LANGUAGES {
        for policy in [klivar_in_dutch_too(), crowded(), real_in_dutch_too()] {
            let text = plain(&said(&policy, language, Format::Html));
            assert!(!text.contains("{$") && !text.contains('{'), "{text}");
            for key in crate::words::keys(language) {
                let leaks = key.contains('-')
                    && text.split(' ').any(|word| word.trim_matches(['.', ',', ':']) == key);
                assert!(!leaks, "the key {key} leaks in {language}");
            }
        }
    }
}

#[test]
fn what_a_policy_writes_never_becomes_markup() {
    let policy = crowded();
    let page = said(&policy, "en", Format::Html);
    assert!(!page.contains("<script") && !page.contains("<b>") && !page.contains("<Sons"));
    assert!(!page.contains("href=\"javascript"));
    assert!(plain(&page).contains("<script>alert('&x')</script>"));
    let markdown = said(&policy, "en", Format::Markdown);
    assert!(markdown.contains("\\<script\\>alert") && markdown.contains("\\[l\\]"));
    assert!(!markdown.replace("\\]", "").contains("](javascript"));
}

#[test]
fn headings_go_down_one_level_at_a_time_and_the_page_has_one_title() {
    let page = said(&klivar::policy(), "en", Format::Html);
    assert_eq!(page.matches("<h1>").count(), 1);
    let levels: Vec<u32> =
        page.match_indices("<h").filter_map(|(at, _)| page[at + 2..].chars().next()?.to_digit(10)).collect();
    assert_eq!(levels[0], 1);
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
    assert!(page.contains("<html lang=\"en\">") && page.contains("<main id=\"text\""));
    assert!(page.contains("class=\"skip\" href=\"#text\"") && page.contains("scope=\"col\""));
}

#[test]
fn the_page_stands_alone_without_script_or_anything_from_elsewhere() {
    let page = said(&klivar::policy(), "fr", Format::Html);
    for from_elsewhere in ["<script", "<link", "<img", "@import", "url(", " style=\"", " onclick"] {
        assert!(!page.contains(from_elsewhere), "{from_elsewhere}");
    }
    assert_eq!(page.matches("<style>").count(), 1);
    assert!(page.contains(kept_web::notice::html::STYLE));
}

#[test]
fn every_link_within_the_page_leads_somewhere() {
    let page = said(&crowded(), "en", Format::Html);
    for link in page.split("href=\"#").skip(1) {
        let name = link.split('"').next().unwrap();
        assert!(page.contains(&format!(" id=\"{name}\"")), "#{name} leads nowhere");
    }
}

#[test]
fn a_language_that_is_not_published_is_refused_with_those_that_are() {
    let policy = klivar::policy();
    let error = notice(&policy, &Language::from("de"), Format::Html).unwrap_err();
    assert_eq!(error.to_string(), "the policy has no notice in `de`; `[notice] languages` has `en`, `fr`");
    let mut policy = policy;
    policy.notice.languages.push("xx".into());
    let error = notice(&policy, &Language::from("xx"), Format::Html).unwrap_err();
    assert!(matches!(error, NoticeError::Words(_)));
    assert!(error.to_string().starts_with("there are no words in `xx` yet"));
}

#[test]
fn an_empty_policy_still_has_a_notice_without_empty_sections() {
    let mut policy = klivar::policy();
    policy.controllers.clear();
    policy.people.clear();
    policy.data.clear();
    policy.purposes.clear();
    policy.recipients.clear();
    policy.forms.clear();
    policy.duties.clear();
    policy.transfers = None;
    let page = said(&policy, "en", Format::Html);
    for gone in ["section-who", "section-data", "section-purposes", "section-transfers", "section-contact"] {
        assert!(!page.contains(&format!("id=\"{gone}\"")), "{gone}");
    }
    assert!(page.contains("id=\"rights.access\""));
}

#[test]
fn the_same_policy_gives_the_same_bytes() {
    let policy = klivar::policy();
    for format in [Format::Html, Format::Markdown, Format::Json] {
        assert_eq!(said(&policy, "fr", format), said(&policy, "fr", format));
    }
}

#[test]
fn each_statement_knows_what_an_audit_must_look_at() {
    let policy = crowded();
    let all = statements(&policy);
    let kind = |id: &str| all.iter().find(|one| one.id.as_str() == id).map(|one| one.kind.clone());
    assert_eq!(kind("purpose.prospecting.keep"), Some(StatementKind::Retention("prospecting".into())));
    assert_eq!(kind("purpose.billing.keep.archive"), Some(StatementKind::ArchivePeriod("billing".into())));
    assert_eq!(kind("purpose.billing.archive"), Some(StatementKind::ArchiveReaders("billing".into())));
    assert_eq!(kind("purpose.contact-form.off"), Some(StatementKind::Shut("contact-form".into())));
    assert_eq!(
        kind("store.platform.table.invoices.frozen"),
        Some(StatementKind::Frozen { store: "platform".into(), table: "invoices".into() })
    );
    assert_eq!(all.iter().filter(|one| one.kind == StatementKind::Introduction).count(), 1);
}

#[test]
fn a_missing_period_or_basis_is_said_and_not_hidden() {
    let mut policy = crowded();
    policy.purposes["billing"].retention = Retention::Missing;
    let page = said(&policy, "en", Format::Html);
    assert!(crate::statement(&page, "purpose.billing.keep").contains("No period has been set yet"));
    assert!(crate::statement(&page, "purpose.contact-form.basis").contains("None is stated"));
}

#[test]
fn several_controllers_are_told_apart() {
    let mut policy = klivar::policy();
    let mut other = policy.controllers["klivar"].clone();
    other.id = "benelux".into();
    other.name = "Klivar Benelux".to_owned();
    other.country = Some("BE".to_owned());
    other.email = Some("privacy@klivar.be".to_owned());
    policy.controllers.insert("benelux".into(), other);
    policy.purposes["billing"].controller = "benelux".into();
    let page = said(&policy, "en", Format::Html);
    let text = plain(&page);
    assert!(text.contains("Klivar and Klivar Benelux are responsible for your personal data."));
    assert!(text.contains("Responsible Klivar Benelux"));
    assert!(
        crate::statement(&page, "controller.benelux.email").contains("privacy@klivar.be (Klivar Benelux)")
    );
    assert!(crate::statement(&page, "controller.benelux.authority").contains("GBA/APD"));
}

#[test]
fn a_promise_to_answer_sooner_than_the_law_is_said_and_a_later_one_is_not() {
    let mut policy = klivar::policy();
    policy.rights.reply = Some(Span::days(14));
    let reply = crate::statement(&said(&policy, "en", Format::Html), "rights.reply");
    assert!(reply.starts_with("When we answer Within 14 days of receiving your request."), "{reply}");
    policy.rights.reply = Some(Span::months(2));
    let reply = crate::statement(&said(&policy, "en", Format::Html), "rights.reply");
    assert!(reply.starts_with("When we answer Within one month"), "{reply}");
}

#[test]
fn a_criterion_is_said_with_its_end_its_review_and_its_limit() {
    let mut policy = klivar::policy();
    policy.purposes["billing"].retention = Retention::Criterion {
        criterion: klivar::text("x", "as long as the project runs"),
        ends: Some("project-end".into()),
        review: Some(Span::months(12)),
        then_anonymised: false,
        at_most: Some(Span::years(10)),
    };
    let kept = |language| crate::statement(&said(&policy, language, Format::Html), "purpose.billing.keep");
    assert_eq!(
        kept("en"),
        "How long As long as the project runs. This ends with the end of the project. \
         We look again every year whether we still need them. Never longer than 10 years."
    );
    assert!(
        kept("fr")
            .ends_with("Nous vérifions tous les ans si nous en avons encore besoin. Jamais plus de 10 ans.")
    );
}

#[test]
fn people_whom_the_policy_names_and_does_not_describe_are_said_by_their_name() {
    let mut policy = klivar::policy();
    policy.people["user"].who = klivar::text("people.user.who", "user");
    let page = said(&policy, "en", Format::Html);
    assert!(plain(&page).contains("Who is concerned User or anybody who showed interest"));
    assert!(plain(&page).contains("Anybody who visits the website"));
}

#[test]
fn every_policy_that_ships_has_a_notice_in_each_of_its_languages() {
    for policy in crate::real::all() {
        for language in &policy.notice.languages {
            let page = said(&policy, language.as_str(), Format::Html);
            for one in statements(&policy) {
                assert_eq!(page.matches(&format!(" id=\"{}\"", one.id)).count(), 1, "{}", one.id);
            }
            assert!(said(&policy, language.as_str(), Format::Markdown).starts_with("# "));
        }
    }
}
