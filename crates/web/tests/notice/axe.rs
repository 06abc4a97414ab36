//! Every page in a browser, judged by axe-core for WCAG 2.2 AA and its own best practice, in light,
//! in dark, on a phone and as it is printed.
//!
//! Needs Chromium and npm, and fetches axe-core, which is not stored here:
//! `cargo test -p kept-web --test notice -- --ignored axe`. All pages take a quarter of an hour;
//! `KEPT_AXE_ONLY=register` looks only at those whose names hold that word.

use kept_core::policy::Policy;
use kept_core::time::Day;
use kept_web::notice::{Format, Scope, notice_for};
use kept_web::register;

use crate::browser::{Browser, Seen};
use crate::{klivar, real, whole};

/// Every notice of a policy, and its record of processing, in each of its languages.
fn pages(name: &str, policy: &Policy) -> Vec<(String, String)> {
    let mut scopes = vec![Scope::Whole];
    scopes.extend(policy.forms.keys().map(|form| Scope::Form(form.clone())));
    scopes.extend(policy.people.keys().map(|kind| Scope::People(kind.clone())));
    scopes.extend((!policy.sources.is_empty()).then_some(Scope::Elsewhere(None)));
    scopes.extend(policy.sources.keys().map(|source| Scope::Elsewhere(Some(source.clone()))));
    let mut pages = Vec::new();
    for language in &policy.notice.languages {
        for scope in &scopes {
            let page = notice_for(policy, language, Format::Html, scope).unwrap();
            pages.push((format!("{name} {language} {scope:?}"), page));
        }
        let on: Day = "2026-01-15".parse().unwrap();
        let page = register::register(policy, language, on, register::Format::Html).unwrap();
        pages.push((format!("{name} {language} register"), String::from_utf8(page).unwrap()));
    }
    pages
}

#[test]
#[ignore = "needs Chromium, npm and the network"]
fn axe_finds_nothing_on_any_page_however_it_is_seen() {
    let browser = Browser::new("all");
    let made_up = [("whole".to_owned(), whole::policy()), ("klivar by hand".to_owned(), klivar::policy())];
    let policies = made_up.into_iter().chain(real::by_name());
    let pages = policies.flat_map(|(name, policy)| pages(&name, &policy));
    let only = std::env::var("KEPT_AXE_ONLY").unwrap_or_default();
    let pages = pages.filter(|(name, _)| name.contains(&only));
    let seen = pages.flat_map(|(name, page)| Seen::ALL.map(|seen| (name.clone(), seen, page.clone())));
    let seen: Vec<_> = seen.collect();
    assert!(seen.len() > 800 || !only.is_empty() && !seen.is_empty(), "{} pages", seen.len());
    let wrong = browser.wrong(&seen);
    assert!(wrong.is_empty(), "{} of {} pages:\n{}", wrong.len(), seen.len(), wrong.join("\n"));
}

#[test]
#[ignore = "needs Chromium, npm and the network"]
fn axe_finds_nothing_on_the_page_of_an_audit_however_it_is_seen() {
    let browser = Browser::new("audit");
    let pages = [0, 1, 61, 900].map(|days| (format!("audit of {days} days"), crate::audit::page(days)));
    let seen = pages.iter().flat_map(|(name, page)| Seen::ALL.map(|seen| (name.clone(), seen, page.clone())));
    let wrong = browser.wrong(&seen.collect::<Vec<_>>());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
#[ignore = "needs Chromium, npm and the network"]
fn axe_would_find_a_page_without_a_language_with_pale_words_and_too_wide() {
    let browser = Browser::new("fault");
    let page = crate::said(&klivar::policy(), "en", Format::Html);
    let pale = page.replace("<html lang=\"en\">", "<html>").replace("--soft: #4a5563", "--soft: #d0d0d0");
    let dim = page.replace("--soft: #b4bcc6", "--soft: #303030");
    let wide = page.replace("<header>", "<header style=\"width: 30rem\">");
    let seen = [(Seen::Light, pale), (Seen::Dark, dim), (Seen::Phone, wide)];
    let found = browser.wrong(&seen.map(|(seen, page)| ("page".to_owned(), seen, page))).join("\n");
    for word in
        ["Light: html-has-lang", "Light: color-contrast", "Dark: color-contrast", "Phone: 496 px wide"]
    {
        assert!(found.contains(word), "{word}: {found}");
    }
}
