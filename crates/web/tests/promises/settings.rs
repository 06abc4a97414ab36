//! The settings in which the five companies differ, each said by its policy (part 5 of the promise
//! ledger): one engine, five policies.

use kept_core::policy::Policy;
use kept_core::policy::model::{
    AfterWithdrawal, Answers, AuthorityNamed, Basis, Channel, InsideFirst, MessageClass, NeverTo, OwnRecord,
    Placed, Retention,
};
use kept_core::time::Span;
use kept_core::timeline::Right;

use crate::shipped::shipped;

/// The five policies in the ledger's order.
fn five() -> [Policy; 5] {
    ["klarrio", "klaxoon", "klivar", "kresoft", "claranet"].map(|company| shipped(company).policy.clone())
}

/// The words of the bases of a purpose, arm by arm.
fn bases(policy: &Policy, purpose: &str) -> Vec<&'static str> {
    let purpose = &policy.purposes[purpose];
    if purpose.arms.is_empty() {
        return vec![purpose.basis.word()];
    }
    purpose.arms.iter().map(|arm| arm.basis.word()).collect()
}

#[test]
fn reply_limits_extensions_and_fees_differ() {
    let [klarrio, klaxoon, klivar, kresoft, claranet] = five();
    assert_eq!(klarrio.rights.inquiries, Some(Span::months(1)));
    for policy in [&klarrio, &klaxoon, &klivar, &kresoft, &claranet] {
        assert_eq!(policy.rights.reply, Some(Span::months(1)));
        assert_eq!(policy.rights.never_extended, policy.controllers.contains_key("klaxoon"));
        assert_eq!(policy.rights.never_a_fee, policy.controllers.contains_key("klivar"));
        assert_eq!(policy.rights.extra_copy.is_some(), policy.controllers.contains_key("holdings"));
    }
    let erasure = &klaxoon.rights.by_right[&Right::Erasure];
    assert_eq!((erasure.reply, erasure.backups), (Some(Span::days(30)), Some(Span::days(60))));
    assert!(!erasure.reply_data.is_empty());
    assert_eq!(klaxoon.rights.regimes["california"].look_back, Some(Span::months(12)));
}

#[test]
fn proof_of_identity_representatives_and_ages_differ() {
    let [klarrio, klaxoon, klivar, kresoft, claranet] = five();
    assert!(klarrio.rights.identity.is_none() && claranet.rights.identity.is_none());
    assert!(klaxoon.rights.identity.as_ref().unwrap().written.contains("official paper"));
    assert!(klivar.rights.identity.is_some());
    assert!(kresoft.rights.identity.as_ref().unwrap().written.contains("clearly who you are"));
    let agents =
        [&klarrio, &klaxoon, &klivar, &kresoft, &claranet].map(|policy| policy.rights.agent.is_some());
    assert_eq!(agents, [false, true, false, false, false]);
    assert!(klaxoon.rights.agent.as_ref().unwrap().person_confirms.is_some());
    assert_eq!(klaxoon.people["user"].minimum_age, Some(16));
}

#[test]
fn marketing_rests_on_interest_for_customers_of_two_and_on_consent_elsewhere() {
    let [klarrio, klaxoon, klivar, kresoft, claranet] = five();
    for (policy, purpose) in [(&klarrio, "service-information"), (&kresoft, "customer-mailing")] {
        assert_eq!(bases(policy, purpose), ["legitimate-interest", "consent"]);
    }
    assert_eq!(klarrio.purposes["service-information"].arms[1].basis, Basis::Consent { explicit: true });
    for (policy, purpose) in
        [(&klaxoon, "product-news"), (&klivar, "prospecting"), (&claranet, "email-marketing")]
    {
        assert_eq!(bases(policy, purpose), ["consent"]);
    }
    use Channel::{Adverts, Email, Phone, SocialMedia};
    assert_eq!(klarrio.purposes["service-information"].marketing, [Email, Phone, SocialMedia]);
    assert_eq!(klaxoon.purposes["product-news"].marketing, [Email, Phone]);
    assert_eq!(kresoft.purposes["customer-mailing"].marketing, [Email, SocialMedia]);
    assert_eq!(claranet.purposes["targeted-adverts"].marketing, [Adverts]);
    assert!(klaxoon.purposes["product-news"].unsubscribe);
    for policy in [&klarrio, &klivar] {
        assert!(policy.messages.values().any(|message| message.class == MessageClass::Essential));
    }
}

#[test]
fn improvement_and_statistics_differ() {
    let [klarrio, klaxoon, klivar, kresoft, claranet] = five();
    assert_eq!(bases(&klaxoon, "quality-statistics"), ["legitimate-interest"]);
    assert_eq!(bases(&klivar, "service-improvement"), ["consent"]);
    assert_eq!(bases(&claranet, "improvement"), ["legitimate-interest"]);
    assert!(klarrio.statistics["web"].drops.contains(&"ip-address".to_owned()));
    assert!(bases(&klaxoon, "audience-measurement") == ["consent"]);
    assert!(kresoft.recipients["google-analytics"].settings.is_some());
    assert!(claranet.statistics["browsing"].recipients.contains(&"advertisers".into()));
    for policy in [&klarrio, &klaxoon, &kresoft, &claranet] {
        assert!(policy.statistics.values().all(|one| one.smallest_group == Some(5)));
    }
}

#[test]
fn cookies_and_their_lives_differ_and_all_wait_for_consent() {
    let [klarrio, klaxoon, _, kresoft, claranet] = five();
    assert!(klarrio.never.track);
    let classes = |policy: &Policy| policy.cookies.as_ref().unwrap().classes.clone();
    assert_eq!(classes(&klaxoon)["traffic"].life, Some(Span::months(13)));
    assert_eq!(classes(&klaxoon)["functional"].life, Some(Span::months(24)));
    assert!(kresoft.cookies.as_ref().unwrap().link.is_some());
    let cookies = &claranet.cookies.as_ref().unwrap().cookies;
    assert!(cookies.values().all(|cookie| cookie.life.is_some()), "a life per cookie");
    for policy in five() {
        assert_eq!(policy.cookies.as_ref().unwrap().placed, Placed::AfterConsent);
    }
}

#[test]
fn periods_and_the_archive_differ() {
    let [klarrio, klaxoon, klivar, kresoft, claranet] = five();
    let by_criterion = |policy: &Policy, purpose: &str| {
        matches!(policy.purposes[purpose].retention, Retention::Criterion { .. })
    };
    assert!(by_criterion(&klarrio, "support") && by_criterion(&claranet, "service-delivery"));
    assert!(by_criterion(&kresoft, "requested-service-contact"));
    let Retention::Criterion { criterion, .. } = &kresoft.purposes["requested-service-contact"].retention
    else {
        panic!("a criterion")
    };
    for factor in ["amount", "nature", "sensitivity", "reason", "do without"] {
        assert!(criterion.written.contains(factor), "{factor}");
    }
    let sentence = |policy: &Policy, purpose: &str| policy.purposes[purpose].keep().unwrap().written.clone();
    assert!(sentence(&klaxoon, "product-news").starts_with("3 years after the latest of"));
    assert_eq!(sentence(&klaxoon, "account"), "until the first of contract-end and account-deletion");
    assert!(sentence(&klivar, "billing").ends_with("10 years in the archive"));
    assert_eq!(klarrio.purposes["enquiry"].after_withdrawal, AfterWithdrawal::Locked(Span::days(30)));
    assert_eq!(klivar.purposes["prospecting"].after_withdrawal, AfterWithdrawal::Erase);
}

#[test]
fn recipients_authorities_and_places_differ() {
    let [klarrio, klaxoon, klivar, kresoft, claranet] = five();
    assert!(klaxoon.never.sell && kresoft.never.sell);
    assert_eq!(kresoft.never.disclose_to, Some(NeverTo::ControllersButAuthorities));
    assert!(klaxoon.disclosures["control-body"].tell.is_some(), "prior notice");
    assert!(kresoft.disclosures["legal-demand"].tell.is_none());
    assert_eq!(claranet.disclosures["authorities"].bases.len(), 2);
    assert_eq!(klarrio.places["cloud"].only, ["EU"]);
    assert_eq!(klarrio.places["other"].otherwise, ["reason", "safeguard"]);
    assert_eq!(klaxoon.places["service"].options.len(), 2);
    assert_eq!(klivar.transfers.as_ref().unwrap().otherwise, ["reason", "safeguard", "agreement"]);
    assert_eq!(claranet.transfers.as_ref().unwrap().prefer, ["EEA"]);
}

#[test]
fn objection_staff_and_security_differ() {
    let [klarrio, klaxoon, klivar, kresoft, claranet] = five();
    let reaches = |policy: &Policy| policy.rights.by_right[&Right::Objection].covers.clone();
    assert!(reaches(&klarrio).contains(&"profiling".to_owned()));
    assert!(reaches(&claranet).contains(&"research".to_owned()));
    assert_eq!(reaches(&kresoft), ["interest", "marketing"]);
    assert!(klarrio.duties.contains_key("security-details"), "under a non-disclosure agreement");
    assert!(klaxoon.notice.links.contains_key("security"), "on a public page");
    let all_need = |policy: &Policy, need: &str| {
        policy.roles.values().all(|role| role.needs.iter().any(|one| one == need))
    };
    assert!(all_need(&klaxoon, "training") && all_need(&claranet, "secrecy"));
    assert!(klarrio.roles["support"].needs.contains(&"mfa".to_owned()));
    assert!(klivar.duties.contains_key("trace-system"), "a log that cannot be altered");
    assert_eq!(klivar.purposes["security-log"].keep().unwrap().written, "1 year after collection");
}

#[test]
fn changes_complaints_languages_and_controllers_differ() {
    let [klarrio, klaxoon, klivar, kresoft, claranet] = five();
    assert!(klaxoon.notice.significant_changes.contains(&"at next sign-in".to_owned()));
    assert!(kresoft.notice.significant_changes.contains(&"e-mail".to_owned()));
    assert_eq!(klarrio.rights.complaint.authority, AuthorityNamed::ByResidence);
    assert_eq!(klarrio.rights.complaint.inside_first, InsideFirst::Asked);
    for policy in [&klaxoon, &klivar, &kresoft, &claranet] {
        assert_eq!(policy.rights.complaint.inside_first, InsideFirst::Unsaid);
        assert_eq!(policy.rights.complaint.authority, AuthorityNamed::Controllers);
    }
    let languages = five().map(|policy| policy.notice.languages.iter().map(ToString::to_string).collect());
    let expected: [Vec<&str>; 5] =
        [vec!["en", "nl", "fr"], vec!["en", "fr"], vec!["en", "fr"], vec!["en", "nl"], vec!["nl", "en"]];
    let languages: [Vec<String>; 5] = languages;
    assert_eq!(languages, expected.map(|all| all.into_iter().map(str::to_owned).collect::<Vec<_>>()));
    assert_eq!(claranet.controllers.len(), 2);
    assert_eq!(claranet.purposes["service-delivery"].answers, Answers::PartyToContract);
    assert!(klaxoon.recipients.contains_key("affiliates"));
}

#[test]
fn each_says_how_long_the_records_of_rights_and_refusals_stay() {
    for policy in five() {
        for record in
            [OwnRecord::ConsentProof, OwnRecord::Disclosures, OwnRecord::IdentityPapers, OwnRecord::Refusals]
        {
            assert!(policy.own.contains_key(&record), "{record:?}");
        }
    }
}
