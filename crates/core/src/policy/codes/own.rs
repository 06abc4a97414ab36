//! Codes about Kept's own records about people.

use super::{codes, keep::days, keep::length};
use crate::policy::check::Judge;
use crate::policy::model::{OwnRecord, Retention};
use crate::time::Span;

codes! {
    PAPERS_LONG "own/papers-long" Warning "Art. 5(1)(e), 12(6) GDPR"
        "Papers by which somebody showed who they are are kept for more than a year. They have done their work once the person is verified, and a copy of a passport is worth much to a thief. Write `identity-papers = \"until verified, at most 1 month\"`."
    REFUSALS_END "own/refusals-end" Warning "Art. 21(3) GDPR"
        "The record of who refused marketing ends by itself, and after that the same person could be written to again. A refusal holds until the person says otherwise. Write a criterion with a review in place of a figure."
    PROOF_SHORT "own/proof-short" Warning "Art. 7(1) GDPR"
        "The proof of a consent goes before the consent has ended, or less than a year after, while people may still contest it. Who relies on consent has to be able to show it. Write `consent-proof = \"5 years after consent-end\"`."
}

/// Records that last as long as they serve, and no longer.
pub(crate) fn check(judge: &mut Judge<'_>) {
    for (record, retention) in &judge.policy.own {
        let Retention::Keep(keep) = retention else { continue };
        let path = format!("own.{}", key(*record));
        let lasts = length(keep).or(keep.at_most);
        match record {
            OwnRecord::IdentityPapers if lasts.is_some_and(|lasts| days(lasts) > days(Span::years(1))) => {
                let message = "papers of identity are kept for more than a year";
                judge.say(&PAPERS_LONG, &path, message, "write `until verified, at most 1 month`");
            }
            OwnRecord::Refusals => {
                let message = "refusals are forgotten, and people may be written to again";
                let help = "write `refusals = { criterion = \"…\", review = \"every 3 years\" }`";
                judge.say(&REFUSALS_END, &path, message, help);
            }
            OwnRecord::ConsentProof => {
                let from_end = super::keep::events(keep).iter().any(|event| event.as_str() == "consent-end");
                if !from_end || lasts.is_some_and(|lasts| days(lasts) < days(Span::years(1))) {
                    let message = "the proof of consent may be gone while it is needed";
                    judge.say(&PROOF_SHORT, &path, message, "write `5 years after consent-end`");
                }
            }
            _ => {}
        }
    }
}

fn key(record: OwnRecord) -> &'static str {
    match record {
        OwnRecord::ConsentProof => "consent-proof",
        OwnRecord::Disclosures => "disclosures",
        OwnRecord::IdentityPapers => "identity-papers",
        OwnRecord::Refusals => "refusals",
        OwnRecord::Requests => "requests",
        OwnRecord::Log => "log",
    }
}
