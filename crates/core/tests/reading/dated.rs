//! One policy, judged by the law of different days.

use std::collections::BTreeSet;

use kept_core::policy::examine_at;

use super::folder;
use super::pages::overlay;

/// The codes found in the rich policy with a change, by the law of a day.
fn codes(change: &str, day: &str) -> BTreeSet<&'static str> {
    let files = folder::one(&overlay(super::clean::WHOLE, change));
    examine_at(&files, day.parse().unwrap()).diagnostics.into_iter().map(|found| found.code).collect()
}

/// A change is found on the second day and not on the first.
fn turns(change: &str, code: &str, [before, after]: [&str; 2]) {
    assert!(!codes(change, before).contains(code), "{code} on {before}");
    assert!(codes(change, after).contains(code), "{code} on {after}");
}

#[test]
fn the_privacy_shield_holds_until_the_court_struck_it_down() {
    let shield = "[recipient.mailer]\nsafeguard = \"EU-US Privacy Shield\"";
    turns(shield, "recipient/struck-down", ["2020-07-15", "2020-07-16"]);
    turns(shield, "recipient/safeguard-not-yet", ["2016-07-12", "2016-07-11"]);
}

#[test]
fn a_framework_carries_a_transfer_only_from_its_own_day() {
    let framework = "[recipient.mailer]\nsafeguard = \"certified under the EU-US Data Privacy Framework\"";
    turns(framework, "recipient/safeguard-not-yet", ["2023-07-10", "2023-07-09"]);
}

#[test]
fn old_clauses_died_at_the_end_of_2022() {
    let clauses = "[recipient.mailer]\nsafeguard = \"standard contractual clauses (2010/87/EU)\"";
    turns(clauses, "recipient/struck-down", ["2022-12-26", "2022-12-27"]);
}

#[test]
fn the_united_kingdom_needs_no_safeguard_until_its_decision_ends() {
    let kingdom = "[recipient.mailer]\ncountry = \"GB\"\n# without safeguard";
    for day in ["2019-01-01", "2021-06-30", "2021-07-01", "2031-12-26"] {
        assert!(!codes(kingdom, day).contains("recipient/no-safeguard"), "{day}");
    }
    assert!(codes(kingdom, "2031-12-27").contains("recipient/no-safeguard"));
}

#[test]
fn denmark_raised_the_age_of_consent() {
    let denmark = "[controller.acme]\ncountry = \"DK\"\n[children]\nconsent-age = 13";
    turns(denmark, "children/consent-age", ["2023-12-31", "2024-01-01"]);
}

#[test]
fn the_age_of_consent_follows_the_country() {
    for (country, age) in [("BE", 13), ("ES", 14), ("FR", 15), ("NL", 16)] {
        let change =
            |age: u8| format!("[controller.acme]\ncountry = \"{country}\"\n[children]\nconsent-age = {age}");
        assert!(!codes(&change(age), "2026-01-01").contains("children/consent-age"), "{country}");
        assert!(codes(&change(age - 1), "2026-01-01").contains("children/consent-age"), "{country}");
    }
}

#[test]
fn the_belgian_commission_was_the_authority_before_the_gdpr() {
    let commission = "[rights]\nauthority = { name = \"Commission de la protection de la vie privée\", post = \"Rue de la Presse 35, 1000 Bruxelles\" }";
    turns(commission, "rights/authority-outdated", ["2018-05-24", "2018-05-25"]);
}

#[test]
fn the_french_authority_moved_and_the_dutch_one_changed_its_name() {
    let vivienne = "[rights]\nauthority = { name = \"CNIL\", post = \"8, rue Vivienne, 75002 Paris\" }";
    assert!(codes(vivienne, "2026-01-01").contains("rights/authority-outdated"));
    let college = "[rights]\nauthority = { name = \"College bescherming persoonsgegevens\", post = \"Postbus 93374, 2509 AJ Den Haag\" }";
    turns(college, "rights/authority-outdated", ["2015-12-31", "2016-01-01"]);
}

#[test]
fn a_version_grows_old_and_a_duty_falls_due() {
    turns("[notice]\nversion = 2026-06-01", "notice/stale", ["2028-06-01", "2028-06-02"]);
    turns(
        "[duty.incident-desk]\n# without every\ndue = 2027-01-31",
        "duty/overdue",
        ["2027-01-31", "2027-02-01"],
    );
    turns(
        "[recipient.hosting]\ncontract = 2026-01-01",
        "recipient/contract-date",
        ["2026-01-01", "2025-12-31"],
    );
}
