//! Codes about ways in which data leave on demand.

use super::codes;
use crate::policy::check::{Judge, texts};
use crate::policy::model::{Basis, RecipientRole};

codes! {
    NO_RECIPIENT "disclosure/no-recipient" Error "Art. 13(1)(e) GDPR"
        "The disclosure does not say to whom data go. Write `to = \"authority\"` for whoever has the legal power to demand them, or name recipients of the policy."
    UNKNOWN_RECIPIENT "disclosure/unknown-recipient" Error "Art. 13(1)(e) GDPR"
        "The disclosure names a recipient that the policy does not declare. Correct the name, declare the recipient, or write `authority` for any authority with power to demand."
    UNKNOWN_DATA "disclosure/unknown-data" Error -
        "The disclosure is confined to data that the policy does not declare, so nothing could be released by it. Correct the name, or declare the category."
    BAD_TELL "disclosure/bad-tell" Error -
        "When people are told of a disclosure is a length of time before it, `before = \"5 days\"`, or `before = \"release\"` for before it without a figure. Anything else could not be carried out."
    NO_READER "disclosure/no-reader" Error "Art. 5(1)(f), 23(2) GDPR"
        "Releases by this way may be kept from the person, and the policy does not say who inside may read of them. Name the roles of staff that do, and nobody else does: `secrecy = { roles = [\"legal\"], law = \"…\" }`."
    UNKNOWN_READER "disclosure/unknown-reader" Error "Art. 5(1)(f), 23(2) GDPR"
        "What is kept from the person is to be read by a role that the policy does not declare, so nobody could read it. Correct the name, or declare the role."
    NO_SECRECY_LAW "disclosure/no-secrecy-law" Error "Art. 14(5)(d), 23(1) GDPR"
        "People are told who received their data unless a law says otherwise; only a law can restrict that, never the company's own wish. Name it in words: `secrecy = { roles = [\"legal\"], law = \"…\" }`."
    NO_BASIS "disclosure/no-basis" Error "Art. 6(1) GDPR"
        "Giving data to somebody on demand is processing and needs a basis like any other. The policy names none for this way. Write `basis = { legal-obligation = \"…\" }`, or several of which one is chosen at each release."
    NO_LAW "disclosure/no-law" Error "Art. 6(3), 13(1)(d) GDPR"
        "The disclosure rests on a law, a task or an interest and does not say which one, so nobody can check a demand against it. Name it in words."
    NO_NEEDS "disclosure/no-needs" Advice "Art. 5(2), 32(4) GDPR"
        "Nothing is needed before data leave for an authority: no legal reference, no scope, no approval. Whoever takes the call would decide alone, and nobody could show later why. Write `needs = [\"legal reference\", \"scope\"]`."
}

/// Bases and conditions of each way.
pub(crate) fn check(judge: &mut Judge<'_>) {
    let policy = judge.policy;
    for disclosure in policy.disclosures.values() {
        let path = format!("disclosure.{}", disclosure.id);
        let bases = disclosure.bases.iter().filter(|basis| **basis != Basis::Missing);
        if bases.clone().next().is_none() {
            let message = format!("`{}` rests on no legal basis", disclosure.id);
            let help = "write `basis = { legal-obligation = \"…\" }`";
            judge.say(&NO_BASIS, &format!("{path}.basis"), message, help);
        }
        for basis in bases.filter(|basis| texts::of_basis(basis).is_some_and(|text| text.written.is_empty()))
        {
            let message = format!("`{}` does not say which {} it rests on", disclosure.id, basis.word());
            let help = format!("write `basis = {{ {} = \"…\" }}`", basis.word());
            judge.say(&NO_LAW, &format!("{path}.basis"), message, help);
        }
        let official = |to: &String| {
            let recipient = policy.recipients.get(to.as_str());
            to == "authority" || recipient.is_some_and(|one| one.role == RecipientRole::Authority)
        };
        if disclosure.needs.is_empty() && disclosure.to.iter().any(official) {
            let message = format!("nothing is needed before `{}`", disclosure.id);
            let help = "write `needs = [\"legal reference\", \"scope\", \"approval by legal\"]`";
            judge.say(&NO_NEEDS, &format!("{path}.needs"), message, help);
        }
    }
}
