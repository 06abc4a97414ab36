//! Codes about Kept's own records about people.

use super::{codes, keep::days, keep::length};
use crate::policy::check::Judge;
use crate::policy::keep::Limit;
use crate::policy::model::{DataRef, OccasionKind, OwnRecord, Policy, Purpose, Retention};
use crate::time::Span;

codes! {
    PAPERS_LONG "own/papers-long" Warning "Art. 5(1)(e), 12(6) GDPR"
        "Papers by which somebody showed who they are are kept for more than a year. They have done their work once the person is verified, and a copy of a passport is worth much to a thief. Write `identity-papers = \"until verified, at most 1 month\"`."
    PAPERS_CLASH "own/papers-clash" Warning "Art. 5(1)(a), 5(1)(e) GDPR"
        "The policy says how long papers of identity are kept, and a purpose that keeps the files of requests has such papers among its data for longer. People read two periods for one thing. Give the papers a purpose of their own with the shorter period, or take them out of the file."
    REFUSALS_END "own/refusals-end" Warning "Art. 21(3) GDPR"
        "The record of who refused marketing ends by itself, and after that the same person could be written to again. A refusal holds until the person says otherwise. Write a criterion with a review in place of a figure."
    PROOF_SHORT "own/proof-short" Warning "Art. 7(1) GDPR"
        "The proof of a consent goes before the consent has ended, or less than a year after, while people may still contest it. Who relies on consent has to be able to show it. Write `consent-proof = \"5 years after consent-end\"`."
}

/// Records that last as long as they serve, and no longer.
pub(crate) fn check(judge: &mut Judge<'_>) {
    papers(judge);
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

/// Papers of identity that lie in a file of requests for longer than the policy keeps such papers.
fn papers(judge: &mut Judge<'_>) {
    let Some(Retention::Keep(own)) = judge.policy.own.get(&OwnRecord::IdentityPapers) else { return };
    let Some(most) = own.at_most.or(length(own)) else { return };
    for purpose in judge.policy.purposes.values().filter(|purpose| is_about_requests(purpose)) {
        let longer = match &purpose.retention {
            Retention::Keep(keep) if keep.stages == own.stages => false,
            // A stage without a figure may last for any time.
            Retention::Keep(keep) => keep
                .at_most
                .or(length(keep).filter(|_| keep.stages.len() == 1))
                .is_none_or(|lasts| days(lasts) > days(most)),
            Retention::Criterion { at_most, .. } => at_most.is_none_or(|lasts| days(lasts) > days(most)),
            Retention::Missing => false,
        };
        let datum = purpose.data.iter().find_map(|datum| papers_in(judge.policy, datum));
        if let Some(datum) = datum.filter(|_| longer) {
            let message =
                format!("`{}` keeps `{datum}` for longer than `own` keeps such papers", purpose.name);
            let help = "give the papers a purpose of their own, with the period of `own.identity-papers`";
            judge.say(&PAPERS_CLASH, &purpose.path("data"), message, help);
        }
    }
}

/// Whether a purpose keeps files of requests: its period counts from one.
fn is_about_requests(purpose: &Purpose) -> bool {
    let Some(keep) = purpose.keep() else {
        return matches!(&purpose.retention, Retention::Criterion { ends: Some(ends), .. }
            if REQUEST_EVENTS.contains(&ends.as_str()));
    };
    let of_request = keep.stages.iter().any(|stage| {
        matches!(
            stage.limit,
            Limit::CalendarYearOf(OccasionKind::Request) | Limit::For(OccasionKind::Request)
        )
    });
    of_request || super::keep::events(keep).iter().any(|event| REQUEST_EVENTS.contains(&event.as_str()))
}

/// Papers of identity within a datum of a purpose.
fn papers_in(policy: &Policy, datum: &DataRef) -> Option<DataRef> {
    if let Some(field) = &datum.field {
        return is_papers(field.as_str()).then(|| datum.clone());
    }
    if is_papers(datum.category.as_str()) {
        return Some(datum.clone());
    }
    let fields = policy.data.get(&datum.category)?.fields.keys();
    let field = fields.into_iter().find(|field| is_papers(field.as_str()))?;
    Some(DataRef { category: datum.category.clone(), field: Some(field.clone()) })
}

/// The events of a request.
const REQUEST_EVENTS: &[&str] = &["request-received", "request-closed"];

/// Whether a name is that of papers by which people show who they are.
fn is_papers(name: &str) -> bool {
    let words: Vec<&str> = name.split('-').collect();
    let has = |word: &str| words.contains(&word);
    has("passport")
        || ["identity", "id"].into_iter().any(has)
            && ["paper", "papers", "proof", "document", "documents", "card", "copy", "scan"]
                .into_iter()
                .any(has)
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
