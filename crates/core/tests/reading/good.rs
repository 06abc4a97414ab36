//! Policies that are good in many ways: chosen at random from what the law allows, they give no
//! finding of any kind.

use kept_core::policy::examine;
use proptest::prelude::*;

use super::folder;
use super::pages::overlay;

/// Choices of which each alternative is as good as the others, laid over the rich policy.
const CHOICES: &[&[&str]] = &[
    &[
        "[controller.acme]\ncountry = \"NL\"\nzone = \"Europe/Amsterdam\"",
        "[controller.acme]\ncountry = \"DE\"\nzone = \"Europe/Berlin\"\nauthority = \"NL\"",
        "[controller.acme]\ncountry = \"FR\"\nzone = \"Europe/Paris\"",
        "[controller.acme]\ncountry = \"BR\"\nauthority = \"PT\"\nrepresentative = \"Acme Lda, Rua 1, 1000 Lisboa\"",
    ],
    &[
        "[recipient.mailer]\ncountry = \"US\"\nsafeguard = \"certified under the EU-US Data Privacy Framework\"",
        "[recipient.mailer]\ncountry = \"IN\"\nsafeguard = \"binding corporate rules\"",
        "[recipient.mailer]\ncountry = \"JP\"\nsafeguard = \"standard contractual clauses (EU) 2021/914\"",
        "[recipient.mailer]\ncountry = \"CH\"\nsafeguard = \"adequacy decision 2000/518/EC\"",
        "[recipient.mailer]\ncountry = \"GB\"\nsafeguard = \"adequacy decision (EU) 2021/1772\"",
    ],
    &[
        "[recipient.hosting]\ncountry = \"NO\"",
        "[recipient.hosting]\ncountry = \"IE\"\nseat = \"US\"\nsettings = \"we alone hold the keys\"",
        "[recipient.hosting]\ncountry = \"RE\"\nseat = \"CH\"",
    ],
    &[
        "[purpose.recruitment]\nkeep = \"6 months after collection, then 6 months locked\"",
        "[purpose.recruitment]\nkeep = { criterion = \"until somebody is hired or the post is given up\", review = \"every 6 months\" }",
        "[purpose.recruitment]\nkeep = \"1 year after the latest of collection and last-contact\"",
    ],
    &[
        "[purpose.offers]\nbasis = \"consent\"",
        "[purpose.offers]\nbasis = { legitimate-interest = \"call people who asked for an offer\" }",
        "[purpose.offers]\nmarketing = [\"email\", \"phone\"]\nbasis = [ { for = [\"customer\"], legitimate-interest = \"tell customers about similar products\", opt-out = \"at collection and in each message\" }, { for = \"others\", consent = \"given\" } ]",
    ],
    &[
        "# without [statistics.web]",
        "[statistics.web]\nreads = []\ndrops = []\nstatement = \"No personal data.\"",
    ],
    &[
        "# without [disclosure.police]",
        "[disclosure.police]\nbasis = [ { legal-obligation = \"a warrant\" }, { legitimate-interest = \"claims before a court\" } ]",
    ],
    &[
        "# without [custody.sample-database]\n# without [data.sample]",
        "[custody.sample-database]\nkeep = { criterion = \"as long as the agreement runs\", ends = \"contract-end\" }",
    ],
    &[
        "# without [rights-for.california]",
        "[rights-for.california]\nreply = \"30 days\"\nlook-back = \"at least 24 months\"",
    ],
    &[
        "# without [never]",
        "[never]\nsell = true\ndecide-nothing-about-children = \"We take no decision about children.\"",
    ],
    &["# without [link.security]", "[link.security]\nurl = \"https://www.acme.example:8443/a/b?c=d#e\""],
    &[
        "# without [message.news]\n# without [message.invoice-reminder]",
        "[message.news]\npeople = [\"reader\"]",
    ],
    &["# without [own]", "[own]\nidentity-papers = \"1 month after collection\""],
    &[
        "[rights]\nreply = \"21 days\"",
        "[rights]\nreply = \"4 weeks\"",
        "[rights]\nfee = { extra-copy = \"5 euro for each further copy\" }",
    ],
    &[
        "[children]\noffered = true\nguardian = { proof = \"relation\", confirms = \"by e-mail\" }\non-report = \"we stop the same day\"",
        "[children]\nconsent-age = \"by residence\"",
        "[children]\nconsent-age = \"by law\"",
    ],
    &[
        "[cookie-class.audience]\nlife = \"6 months\"\n[cookie.visits]\nlife = \"6 months\"",
        "[cookies]\nchoice-kept = \"12 months\"",
    ],
    &["[notice]\nversion = 2025-12-01", "[notice.changes]\nsignificant = [\"at next sign-in\"]"],
    &[
        "[duty.incident-desk]\ndue = 2027-01-31",
        "[duty.incident-desk]\n# without every\nbefore = \"a new store is opened\"",
    ],
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_policy_that_is_good_in_another_way_gives_no_finding(picks in proptest::collection::vec(0_usize..6, CHOICES.len())) {
        let mut text = super::clean::WHOLE.to_owned();
        for (choices, pick) in CHOICES.iter().zip(&picks) {
            if let Some(choice) = choices.get(*pick) {
                text = overlay(&text, choice);
            }
        }
        let files = folder::one(&text);
        let found: Vec<String> =
            examine(&files).diagnostics.iter().map(|found| folder::shown(found, &files)).collect();
        prop_assert!(found.is_empty(), "{picks:?}\n{}", found.join("\n"));
    }
}

#[test]
fn every_single_choice_gives_no_finding() {
    let mut wrong = Vec::new();
    for choice in CHOICES.iter().copied().flatten() {
        let files = folder::one(&overlay(super::clean::WHOLE, choice));
        let found: Vec<String> =
            examine(&files).diagnostics.iter().map(|found| folder::shown(found, &files)).collect();
        if !found.is_empty() {
            wrong.push(format!("{choice}\n    {}", found.join("\n    ")));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
